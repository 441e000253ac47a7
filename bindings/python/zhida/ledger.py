"""The ledger: what is set aside, paid and given back, so that nothing is paid twice or beyond a budget.

with zhida.Ledger("payouts.db") as ledger:
    ledger.set_budget("upgrade", 2026, 10_000_000, by="lin", at=now)
    answers = ledger.reserve(plan, by="lin", at=now)

Money is int fen, with Decimal yuan beside it. Times are aware datetimes or seconds since 1970, and always
given: nothing here reads the clock. docs/ledger.md says what is promised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Literal

from zhida import _native
from zhida.errors import Diagnostic, UsageError
from zhida.results import parse, yuan

__all__ = [
    "Audit",
    "Balance",
    "Change",
    "Entry",
    "EventKey",
    "Head",
    "Ledger",
    "LedgerAnswer",
    "LedgerFile",
    "Payee",
    "Payment",
    "Reservation",
]

Time = datetime | int
_RESULTS: tuple[Literal["done", "before", "refused"], ...] = ("done", "before", "refused")


@dataclass(frozen=True, slots=True)
class EventKey:
    """What may be paid once, for ever. `part` is a stage or an instalment."""

    subject: str
    kind: str
    object: str
    year: int
    part: str = "1"


@dataclass(frozen=True, slots=True)
class Payee:
    """Who gets the money: the account's name, its number, the bank's CNAPS code."""

    name: str
    account: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money to be set aside for one event.

    With a `subject_name` that is not the payee's name, or a reason to `hold`, the payment waits for a person.
    `link` is the id of a payment to which this is the difference. `pool_year` 0 is the key's year.
    """

    key: EventKey
    policy: str
    pool: str
    amount_fen: int
    payee: Payee
    pool_year: int = 0
    memo: str = ""
    subject_name: str = ""
    hold: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a payment.

    `kind`: hold, release, withdraw, pending, unknown, post, reject, void, return, demand, recover. The last
    four but void need an amount and a `reference`; the same reference twice is the same change.
    """

    id: str
    kind: str
    amount_fen: int = 0
    file: str = ""
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LedgerAnswer:
    """What became of one request: done, so before (nothing was written), or refused with a reason."""

    result: Literal["done", "before", "refused"]
    id: str
    state: str
    attempt: int = 0
    refusal: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a payment's history."""

    seq: int
    kind: str
    at: int
    actor: str
    amount_fen: int
    file: str
    reference: str
    reason: str
    digest: str

    @property
    def time(self) -> datetime:
        """`at` as a time in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands. `id` is its EndToEndId."""

    number: int
    id: str
    state: str
    key: EventKey
    attempt: int
    policy: str
    pool: str
    pool_year: int
    amount_fen: int
    returned_fen: int
    demanded_fen: int
    payee: Payee
    memo: str
    link: str
    file: str
    reserved_by: str
    reserved_at: int
    entries: tuple[Entry, ...] = ()

    @property
    def amount(self) -> Decimal:
        """In yuan."""
        return _yuan(self.amount_fen)

    @property
    def returned(self) -> Decimal:
        """What came back, in yuan."""
        return _yuan(self.returned_fen)


@dataclass(frozen=True, slots=True)
class Balance:
    """One pool in one year: budget = free + reserved + posted - returned."""

    pool: str
    year: int
    closed: bool
    budget_fen: int
    free_fen: int
    reserved_fen: int
    posted_fen: int
    returned_fen: int

    @property
    def budget(self) -> Decimal:
        """In yuan."""
        return _yuan(self.budget_fen)

    @property
    def free(self) -> Decimal:
        """What is left, in yuan."""
        return _yuan(self.free_fen)


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A payment file (outgoing) or an answer of the bank, as recorded."""

    id: str
    outgoing: bool
    digest: str
    count: int
    total_fen: int
    superseded_by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of entries ends. Write it down elsewhere: a later audit with it as the anchor notices a
    ledger that was cut short or rewritten.
    """

    seq: int
    digest: str
    payments: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found; `first_bad_seq` is 0 when no entry is bad."""

    ok: bool
    entries: int
    payments: int
    pools: int
    files: int
    head: Head
    first_bad_seq: int
    findings: tuple[Diagnostic, ...]


class _Stream:
    """Rows of the ledger for whoever speaks Arrow, once."""

    def __init__(self, capsule: object) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._capsule


class Ledger:
    """A ledger: the path of a SQLite file, which then belongs to this process alone, or a URL
    `postgresql://user@host/database`, which may have several writers.

    Every call may be repeated: the same request answers as before and writes nothing. After StreamError (the
    storage failed) open the ledger again and repeat the call. A call that the ledger refuses raises
    LedgerError; requests in a list are answered one by one instead. Threads take turns.
    """

    def __init__(self, url: str, *, must_exist: bool = False) -> None:
        self._native: _native.Ledger | None = _native.Ledger.open(str(url), must_exist)
        self._url = str(url)

    def close(self) -> None:
        """Lets go of the file. Closing twice is fine."""
        if self._native is not None:
            self._native.close()
        self._native = None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _open(self) -> _native.Ledger:
        if self._native is None:
            raise UsageError("this ledger is closed; open it again")
        return self._native

    # --- Pools

    def set_budget(self, pool: str, year: int, total_fen: int, *, by: str, at: Time) -> None:
        """Sets, raises or lowers a pool's budget for a year; not below what is reserved and paid."""
        self._open.set_budget(pool, year, total_fen, by, to_seconds(at))

    def close_year(self, pool: str, year: int, *, by: str, at: Time) -> None:
        """From now on the year takes no new reservations."""
        self._open.close_year(pool, year, by, to_seconds(at))

    def carry_over(self, pool: str, year: int, *, by: str, at: Time) -> int:
        """Moves what is free in a closed year to the next; returns how much, in fen."""
        return self._open.carry_over(pool, year, by, to_seconds(at))

    # --- Payments

    def reserve(self, requests: Iterable[Reservation] | Any, *, by: str, at: Time) -> list[LedgerAnswer]:
        """Sets money aside for each request: Reservations, or rows of anything that speaks Arrow.

        Arrow columns: subject, kind, year, policy, pool, amount_fen, payee_name, payee_account, and if there
        object, part, pool_year, payee_bank, memo, subject_name, hold, link. Reservations are one transaction,
        Arrow rows one for each 10,000.
        """
        if hasattr(requests, "__arrow_c_stream__"):
            return _answers(self._open.reserve_arrow(requests, by, to_seconds(at)))
        rows = [
            (
                _key(r.key),
                r.policy,
                r.pool,
                r.pool_year,
                r.amount_fen,
                _payee(r.payee),
                r.memo,
                r.subject_name,
                r.hold,
                r.link,
            )
            for r in requests
        ]
        return _answers(self._open.reserve(rows, by, to_seconds(at)))

    def apply(self, changes: Iterable[Change], *, by: str, at: Time) -> list[LedgerAnswer]:
        """Takes a step in the life of each payment, in one transaction."""
        rows = [(c.id, c.kind, c.amount_fen, c.file, c.reference, c.reason) for c in changes]
        return _answers(self._open.apply(rows, by, to_seconds(at)))

    def retry(self, id: str, payee: Payee | None = None, *, by: str, at: Time) -> LedgerAnswer:
        """Gives up a rejected payment and reserves its money for a new attempt, linked to the old one."""
        return _answers(self._open.retry(id, [] if payee is None else [_payee(payee)], by, to_seconds(at)))[0]

    def export(
        self, file: str, digest: str, ids: Iterable[str], *, supersedes: str = "", by: str, at: Time
    ) -> None:
        """Records a payment file and the payments in it, all or none.

        Refused where `by` reserved one of them. The same file again is fine; other content under its id is
        not.
        """
        self._open.export(file, digest, supersedes, list(ids), by, to_seconds(at))

    def record_answer(
        self, file: str, digest: str, count: int = 0, total_fen: int = 0, *, by: str, at: Time
    ) -> bool:
        """Records an answer of the bank. True when it was recorded before."""
        return self._open.record_answer(file, digest, count, total_fen, by, to_seconds(at))

    # --- Reading

    def payment(self, id: str) -> Payment | None:
        """A payment with its history, or None."""
        row = parse(self._open.payment(id))
        return None if row is None else _payment(row)

    def attempts(self, key: EventKey) -> list[Payment]:
        """All attempts at an event, the latest last; at most one is live."""
        return [_payment(row) for row in parse(self._open.attempts(_key(key)))]

    @property
    def balances(self) -> list[Balance]:
        """By pool and year."""
        return [Balance(**row) for row in parse(self._open.status())["pools"]]

    @property
    def files(self) -> list[LedgerFile]:
        """In the order in which they were recorded."""
        return [LedgerFile(**row) for row in parse(self._open.status())["files"]]

    @property
    def head(self) -> Head:
        """The last entry and its digest."""
        return Head(**parse(self._open.status())["head"])

    def payments(self, *, state: str = "", pool: str = "", file: str = "", subject: str = "") -> Any:
        """Payments by number as an Arrow stream: `pyarrow.table(ledger.payments(state="reserved"))`."""
        return _Stream(self._open.payments(state, pool, file, subject))

    def entries(self, after: int = 0) -> Any:
        """Entries after a number as an Arrow stream."""
        return _Stream(self._open.entries(after))

    def audit(self, anchor: Head | None = None) -> Audit:
        """Recomputes everything from the entries. `anchor`: a head written down earlier."""
        row = parse(
            self._open.audit(0, "") if anchor is None else self._open.audit(anchor.seq, anchor.digest)
        )
        findings = tuple(Diagnostic(**finding) for finding in row.pop("findings"))
        return Audit(**{**row, "head": Head(**row["head"])}, findings=findings)

    def __repr__(self) -> str:
        return f"<Ledger {self._url}{' (closed)' if self._native is None else ''}>"


def _yuan(fen: int) -> Decimal:
    return yuan(fen) or Decimal("0.00")


def to_seconds(at: Time) -> int:
    """Seconds since 1970. Raises UsageError for a time without a zone."""
    if isinstance(at, int):
        return at
    if at.tzinfo is None:
        raise UsageError(f"at={at} has no time zone; give an aware datetime, or seconds since 1970")
    return int(at.timestamp())


def _key(key: EventKey) -> tuple[str, str, str, int, str]:
    return (key.subject, key.kind, key.object, key.year, key.part)


def _payee(payee: Payee) -> tuple[str, str, str]:
    return (payee.name, payee.account, payee.bank)


def _answers(rows: list[tuple[int, int, str, str, str, str, str]]) -> list[LedgerAnswer]:
    return [
        LedgerAnswer(_RESULTS[result], id, state, attempt, Diagnostic(code, what, mend) if code else None)
        for result, attempt, state, id, code, what, mend in rows
    ]


def _payment(row: dict[str, Any]) -> Payment:
    key = EventKey(*(row.pop(name) for name in ("subject", "kind", "object", "year", "part")))
    payee = Payee(*(row.pop(name) for name in ("payee_name", "payee_account", "payee_bank")))
    entries = tuple(Entry(**entry) for entry in row.pop("entries", ()))
    return Payment(key=key, payee=payee, entries=entries, **row)
