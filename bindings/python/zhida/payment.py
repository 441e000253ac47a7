"""From a payment plan to paid: reserve, export to the bank, take in its answers.

with zhida.Ledger("payouts.db") as ledger:
    payment.reserve_plan(ledger, "plan.parquet", by="lin", at=now)
    payment.export(ledger, bank, "out", execute_on=friday, by="wang", at=now)
    payment.reconcile(ledger, "in/camt053.xml", by="wang", at=now)

Money is int fen. Times are aware datetimes or seconds since 1970 and always given. docs/payment.md says how
the steps follow one another and what each promises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from os import PathLike
from typing import Any

from zhida import _native
from zhida.dates import to_date
from zhida.errors import Diagnostic, StreamError, UsageError
from zhida.ledger import EventKey, Ledger, Time, to_seconds
from zhida.plan_reserve import PlanReport, plan_budgets, reserve_plan
from zhida.results import parse

__all__ = [
    "AnswerReport",
    "Bank",
    "ExportReport",
    "ExportedFile",
    "PlanReport",
    "export",
    "export_again",
    "mark_unanswered",
    "parse_key",
    "plan_budgets",
    "read_answer",
    "reconcile",
    "reserve_plan",
    "supersede",
]

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank profile: which account pays and what files its bank takes. Mistakes raise UsageError, all at
    once, with file, line and column.
    """

    profile: str
    name: str = "bank profile"

    def __post_init__(self) -> None:
        _native.payment_check_profile(self.profile, self.name)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Bank:
        """From a YAML file."""
        return cls(_read(path).decode("utf-8", "surrogateescape"), str(path))


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file for the bank. `resumed`: an earlier run recorded it and did not live to give it its name."""

    id: str
    path: str
    digest: str
    count: int
    total_fen: int
    resumed: bool


@dataclass(frozen=True, slots=True)
class ExportReport:
    """`held` says which payments no bank would read as they are meant, and why."""

    files: tuple[ExportedFile, ...]
    held: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What an answer of the bank changed. `items` is the sum of the counts from `pending` to `refused`."""

    kind: str
    id: str
    batch_id: str
    again: bool
    items: int
    pending: int
    paid: int
    paid_fen: int
    rejected: int
    returned: int
    returned_fen: int
    unknown: int
    announced: int
    already: int
    refused: int
    other_entries: int
    findings: tuple[Diagnostic, ...]

    @property
    def is_repeat(self) -> bool:
        """It was read before, and changed nothing this time."""
        return self.again and self.items == self.already + self.announced + self.refused


def parse_key(text: str) -> str | EventKey:
    """A payment's id as it is, or subject/kind/object/year/part as a key; object may be empty and hold /."""
    parts = text.split("/")
    if len(parts) < 5 or not parts[-2].lstrip("-").isdigit():
        if len(parts) == 1 and text:
            return text
        raise UsageError(
            f"{text!r} is neither a payment's id (ZD...) nor subject/kind/object/year/part; "
            "zhida pay status lists payments"
        )
    return EventKey(parts[0], parts[1], "/".join(parts[2:-2]), int(parts[-2]), parts[-1])


# --- Out


def export(
    ledger: Ledger,
    bank: Bank,
    folder: str | PathLike[str],
    *,
    execute_on: date | str,
    by: str,
    at: Time,
    pool: str = "",
    on_progress: Callable[[int], object] | None = None,
) -> ExportReport:
    """Writes the reserved payments to files for the bank and records them.

    Refused for whoever reserved one of them. Killed at any moment and run again, it goes on where it was.
    """
    return _export(ledger, bank, folder, _days(execute_on), pool, "", "", by, at, on_progress)


def supersede(
    ledger: Ledger,
    bank: Bank,
    file: str,
    folder: str | PathLike[str],
    *,
    execute_on: date | str,
    by: str,
    at: Time,
) -> ExportReport:
    """Puts the payments of a file that was not sent into a new one, which takes its place."""
    return _export(ledger, bank, folder, _days(execute_on), "", "", file, by, at, None)


def export_again(ledger: Ledger, bank: Bank, file: str, folder: str | PathLike[str]) -> ExportReport:
    """Makes a recorded file once more: the same bytes, or LedgerError. Writes nothing to the ledger."""
    return _export(ledger, bank, folder, 0, "", file, "", "", 0, None)


def _export(
    ledger: Ledger,
    bank: Bank,
    folder: str | PathLike[str],
    execution: int,
    pool: str,
    again: str,
    superseded: str,
    by: str,
    at: Time,
    on_progress: Callable[[int], object] | None,
) -> ExportReport:
    row = parse(
        _native.payment_export(
            ledger._open,
            bank.profile,
            bank.name,
            str(folder),
            execution,
            pool,
            again,
            superseded,
            by,
            to_seconds(at),
            on_progress,
        )
    )
    return ExportReport(tuple(ExportedFile(**file) for file in row["files"]), _diagnostics(row["held"]))


# --- In


def reconcile(
    ledger: Ledger, answer: str | PathLike[str] | bytes, *, name: str = "", by: str, at: Time
) -> AnswerReport:
    """Takes an answer of the bank (pain.002, camt.054, camt.053, pacs.004) into the ledger: a path, or bytes.

    May be repeated. What does not fit is in `findings` and changes nothing. An answer that cannot be read
    raises DataError, one that is not about this ledger LedgerError; nothing of them is taken.
    """
    data = answer if isinstance(answer, bytes) else _read(answer)
    name = name or ("answer" if isinstance(answer, bytes) else str(answer))
    row = parse(_native.payment_reconcile(ledger._open, data, name, by, to_seconds(at)))
    return AnswerReport(**{**row, "findings": _diagnostics(row["findings"])})


def read_answer(answer: str | PathLike[str] | bytes, *, name: str = "") -> dict[str, Any]:
    """What an answer says, without a ledger."""
    data = answer if isinstance(answer, bytes) else _read(answer)
    name = name or ("answer" if isinstance(answer, bytes) else str(answer))
    found: dict[str, Any] = parse(_native.payment_read_answer(data, name))
    return found


def mark_unanswered(ledger: Ledger, before: Time, *, by: str, at: Time) -> int:
    """Calls unknown what was exported before a moment and has no final answer; returns how many."""
    return _native.payment_mark_unanswered(ledger._open, to_seconds(before), by, to_seconds(at))


# --- Services


def _read(path: str | PathLike[str]) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise StreamError(f"{path} cannot be read: {error.strerror}; check the name") from error


def _days(day: date | str) -> int:
    return to_date(day, "execute_on").toordinal() - _EPOCH_ORDINAL


def _diagnostics(rows: list[dict[str, Any]]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            row["code"], row["what"], row["mend"], row["file"], row["line"], row["column"], row["warning"]
        )
        for row in rows
    )
