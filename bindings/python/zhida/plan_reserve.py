"""From a plan to money set aside: a reservation for each payment of it, once, and what differs later.

Source: docs/payment.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

from zhida.errors import Diagnostic, StreamError, UsageError
from zhida.ledger import Change, EventKey, Ledger, LedgerAnswer, Payee, Payment, Reservation, Time, to_seconds
from zhida.outputs import reason
from zhida.plan_budgets import PlanBudgets, PoolBudget, adopt
from zhida.results import yuan_text

__all__ = ["PlanReport", "plan_budgets", "reserve_plan"]

_BATCH_ROWS = 10_000
_OTHER_AMOUNT = "ZD7120"
# A payment in one of these has left the house, so what it holds is no longer ours to change.
_SENT = frozenset({"exported", "pending", "unknown"})


@dataclass(slots=True)
class PlanReport:
    """What became of the rows of a plan: rows = reserved + before + held + refused + nothing +
    differences + demands + no_pool, money likewise but for `nothing`.
    """

    rows: int = 0
    reserved: int = 0
    reserved_fen: int = 0
    before: int = 0  # in the ledger already, with this very body
    before_fen: int = 0
    held: int = 0  # reserved, but waiting for a person
    held_fen: int = 0
    differences: int = 0  # the plan gives more than was reserved: the difference was
    differences_fen: int = 0
    demands: int = 0  # the plan gives less than was paid: the difference is asked back
    demands_fen: int = 0
    refused: int = 0
    refused_fen: int = 0
    nothing: int = 0  # rows that pay nothing
    no_pool: int = 0  # of policies without a pool, for which the ledger has no budget: left alone
    no_pool_fen: int = 0
    no_pool_policies: list[str] = field(default_factory=list)
    budgets: list[PoolBudget] = field(default_factory=list)  # new to the ledger, taken from the plan
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        counted = self.reserved + self.before + self.held + self.differences + self.demands
        return self.rows == counted + self.refused + self.nothing + self.no_pool


def reserve_plan(
    ledger: Ledger,
    plan: Any,
    *,
    by: str,
    at: Time,
    differences: bool = False,
    on_progress: Callable[[int], object] | None = None,
) -> PlanReport:
    """Sets money aside for each row of a plan that pays; rows to be held are reserved and wait for a person.

    `plan`: the path of a Parquet file, a pyarrow table, or a PayPlan. Pools that the ledger does not know get
    the budget that the plan was made with. A policy without a pool has one of its own, of its id, if the
    ledger has a budget for that; else its rows are left alone, since its money goes another way. The same
    plan again changes nothing. With `differences`, a row whose event was reserved with another amount gets
    the difference: more is reserved as a further part linked to the first, less is asked back.
    """
    report = PlanReport()
    schema, batches = _open_plan(plan)
    budgets = PlanBudgets.of_metadata(schema.metadata)
    report.budgets, report.findings = adopt(ledger, budgets, by=by, at=at)
    own_pools = {balance.pool for balance in ledger.balances}
    for batch in batches:
        rows = [_in_pool(row, budgets.year) for row in batch.to_pylist()]
        due = [row for row in rows if row["status"] in ("pay", "hold") and row["amount_fen"]]
        paying = [row for row in due if row["pool"] in own_pools or not row["own_pool"]]
        report.rows += len(rows)
        report.nothing += len(rows) - len(due)
        if len(paying) < len(due):
            _leave_alone(report, [row for row in due if row["own_pool"] and row["pool"] not in own_pools])
        if paying:
            answers = ledger.reserve(_reservation_table(paying), by=by, at=at)
            for row, answer in zip(paying, answers, strict=True):
                _count(report, ledger, row, answer, differences, by, at)
        if on_progress is not None:
            on_progress(report.rows)
    return report


def plan_budgets(plan: Any) -> PlanBudgets:
    """The budgets that a plan was made with; none in a table that was made by hand."""
    schema, _ = _open_plan(plan)
    return PlanBudgets.of_metadata(schema.metadata)


def _leave_alone(report: PlanReport, rows: list[dict[str, Any]]) -> None:
    report.no_pool += len(rows)
    report.no_pool_fen += sum(row["amount_fen"] for row in rows)
    policies = {row["policy"] for row in rows}
    report.no_pool_policies = sorted({*report.no_pool_policies, *policies})


def _open_plan(plan: Any) -> tuple[Any, Iterator[Any]]:
    """The schema and the batches."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not isinstance(plan, str | PathLike):
        table = plan.to_arrow() if hasattr(plan, "to_arrow") else plan
        return table.schema, iter(table.to_batches(max_chunksize=_BATCH_ROWS))
    try:
        file = pq.ParquetFile(plan)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(plan, error) from error
    missing = [name for name in _NEEDED if name not in file.schema_arrow.names]
    if missing:
        raise UsageError(
            f"{plan} is no payment plan: the column {missing[0]} is missing; zhida pay plan makes one"
        )
    return file.schema_arrow, _batches(plan, file)


def _batches(plan: str | PathLike[str], file: Any) -> Iterator[Any]:
    import pyarrow as pa

    try:
        yield from file.iter_batches(_BATCH_ROWS, columns=_READ)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(plan, error) from error


def _unreadable(plan: str | PathLike[str], error: Exception) -> StreamError:
    return StreamError(f"{plan} cannot be read: {reason(error)}; zhida pay plan makes it")


def _in_pool(row: dict[str, Any], plan_year: int) -> dict[str, Any]:
    """The row with its pool and the pool's year; a policy that names no pool has one of its own."""
    own = not row.get("pool")
    pool = _text(row["policy"] if own else row["pool"])
    return {**row, "pool": pool, "own_pool": own, "pool_year": row.get("pool_year") or plan_year}


_NEEDED = ("subject", "kind", "year", "policy", "pool", "amount_fen", "payee_name", "payee_account", "status")
# What else of a plan is read, if it is there; steps and shares are not.
_READ = [*_NEEDED, "object", "part", "pool_year", "payee_bank", "subject_name", "memo", "reason"]


def _reservation_table(rows: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    def texts(name: str) -> Any:
        return pa.array([_text(row.get(name)) for row in rows], pa.string())

    columns = {name: texts(name) for name in _TEXTS}
    columns["part"] = pa.array([_part(row) for row in rows], pa.string())
    columns["memo"] = pa.array([_memo(row) for row in rows], pa.string())
    columns["hold"] = pa.array([_hold(row) for row in rows], pa.string())
    columns["year"] = pa.array([row["year"] for row in rows], pa.int32())
    columns["pool_year"] = pa.array([row["pool_year"] for row in rows], pa.int32())
    columns["amount_fen"] = pa.array([row["amount_fen"] for row in rows], pa.int64())
    return pa.table(columns)


_TEXTS = (
    *("subject", "kind", "object", "policy", "pool"),
    *("payee_name", "payee_account", "payee_bank", "subject_name"),
)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _part(row: dict[str, Any]) -> str:
    return _text(row.get("part")) or "1"


def _memo(row: dict[str, Any]) -> str:
    """What the payee reads on the statement."""
    return _text(row.get("memo")) or _text(row.get("policy"))


def _hold(row: dict[str, Any]) -> str:
    return (_text(row.get("reason")) or "the plan holds it") if row["status"] == "hold" else ""


def _count(
    report: PlanReport,
    ledger: Ledger,
    row: dict[str, Any],
    answer: LedgerAnswer,
    differences: bool,
    by: str,
    at: Time,
) -> None:
    fen = row["amount_fen"]
    if answer.result == "before":
        report.before += 1
        report.before_fen += fen
    elif answer.result == "done" and answer.state == "held":
        report.held += 1
        report.held_fen += fen
    elif answer.result == "done":
        report.reserved += 1
        report.reserved_fen += fen
    elif differences and answer.refusal is not None and answer.refusal.code == _OTHER_AMOUNT:
        _settle_difference(report, ledger, row, by, at)
    else:
        _refuse(report, row, answer.refusal)


def _refuse(report: PlanReport, row: dict[str, Any], why: Diagnostic | None) -> None:
    report.refused += 1
    report.refused_fen += row["amount_fen"]
    if why is not None:
        # What the ledger says of pools and texts does not name the row.
        named = why.what if row["subject"] in why.what else f"{row['subject']}, {row['policy']}: {why.what}"
        report.findings.append(replace(why, what=named))


def _settle_difference(report: PlanReport, ledger: Ledger, row: dict[str, Any], by: str, at: Time) -> None:
    """The event has a payment of another amount: reserves what is lacking, or asks back what is too much."""
    key = EventKey(row["subject"], row["kind"], _text(row.get("object")), row["year"], _part(row))
    family = list(_family(ledger, key))
    net_fen = sum(payment.amount_fen - _back_fen(payment) for payment in family)
    lacking_fen = row["amount_fen"] - net_fen
    if lacking_fen == 0:
        report.before += 1
        report.before_fen += row["amount_fen"]
    elif lacking_fen > 0:
        part = f"{key.part}+{_next_part(ledger, key)}"
        more = Reservation(
            EventKey(key.subject, key.kind, key.object, key.year, part),
            row["policy"],
            row["pool"],
            lacking_fen,
            Payee(row["payee_name"], row["payee_account"], _text(row.get("payee_bank"))),
            pool_year=row["pool_year"],
            memo=_memo(row),
            hold=_hold(row),
            link=family[-1].id,
        )
        answer = ledger.reserve([more], by=by, at=at)[0]
        if answer.result == "refused":
            return _refuse(report, row, answer.refusal)
        report.differences += 1
        report.differences_fen += lacking_fen
    else:
        _demand(report, ledger, row, family, -lacking_fen, by, at)


def _family(ledger: Ledger, key: EventKey) -> Iterator[Payment]:
    """The live payments of an event: the first, then the differences to it."""
    number = 0
    while True:
        part = key.part if number == 0 else f"{key.part}+{number}"
        attempts = ledger.attempts(EventKey(key.subject, key.kind, key.object, key.year, part))
        if not attempts:
            return
        if attempts[-1].state not in ("void", "returned"):
            yield attempts[-1]
        number += 1


def _next_part(ledger: Ledger, key: EventKey) -> int:
    number = 1
    while ledger.attempts(EventKey(key.subject, key.kind, key.object, key.year, f"{key.part}+{number}")):
        number += 1
    return number


def _back_fen(payment: Payment) -> int:
    """What came back, or will: money that was asked back and came is counted once."""
    return max(payment.returned_fen, payment.demanded_fen)


def _demand(
    report: PlanReport,
    ledger: Ledger,
    row: dict[str, Any],
    family: list[Payment],
    too_much_fen: int,
    by: str,
    at: Time,
) -> None:
    open_ones = [payment for payment in family if payment.state != "paid"]
    if open_ones:
        state = open_ones[0].state
        mend = "wait for the bank's answer" if state in _SENT else f"void {open_ones[0].id} first"
        return _refuse(
            report,
            row,
            Diagnostic(
                "ZD8402",
                f"{row['subject']} is due {yuan_text(too_much_fen)} yuan less under {row['policy']} than "
                f"is reserved, and payment {open_ones[0].id} of it is {state}",
                mend,
            ),
        )
    changes = []
    left_fen = too_much_fen
    for payment in reversed(family):
        fen = min(left_fen, payment.amount_fen - _back_fen(payment))
        if fen > 0:
            left_fen -= fen
            changes.append(
                Change(
                    payment.id,
                    "demand",
                    fen,
                    reference=f"plan of {to_seconds(at)}",
                    reason=f"the plan now gives {yuan_text(row['amount_fen'])} yuan",
                )
            )
    for answer in ledger.apply(changes, by=by, at=at):
        if answer.result == "refused":
            return _refuse(report, row, answer.refusal)
    report.demands += 1
    report.demands_fen += too_much_fen
