"""What can go wrong, as exceptions. All carry `.diagnostics`: what, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Cancelled",
    "DataError",
    "Diagnostic",
    "InternalError",
    "LedgerError",
    "PackError",
    "StreamError",
    "UsageError",
    "ZhidaError",
]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `line` and `column` count from 1, columns in code points; line 0 means the whole file."""

    code: str
    what: str
    mend: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    is_warning: bool = False

    def __str__(self) -> str:
        """`ZD3104 awards.yaml:12:9: cap 5000 is below floor 8000; raise the cap or lower the floor`"""
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        head = " ".join(part for part in (self.code, place) if part)
        what = ("warning: " if self.is_warning else "") + self.what
        return (f"{head}: " if head else "") + what + (f"; {self.mend}" if self.mend else "")


class ZhidaError(Exception):
    """The base of all exceptions of this package.

    `diagnostics` lists every finding at once; it is never empty.
    """

    diagnostics: list[Diagnostic]

    def __init__(self, message: str, diagnostics: Iterable[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics) or [Diagnostic(code="", what=message)]


class UsageError(ZhidaError):
    """An argument makes no sense: an unknown policy, an impossible date, a kind of file that is not read."""


class PackError(ZhidaError):
    """The pack has mistakes; `diagnostics` holds all of them with file, line and column."""


class DataError(ZhidaError):
    """The facts of a subject, or the columns of a table, are refused."""


class StreamError(ZhidaError):
    """A file cannot be read or written, or a stream of rows or results failed."""


class LedgerError(ZhidaError):
    """The ledger refuses: a closed year, a budget below what is committed, the same person twice."""


class Cancelled(ZhidaError):
    """The run was stopped by `Screen.cancel()`."""


class InternalError(ZhidaError):
    """A mistake of ours; please report it with the message."""


_BY_STATUS: dict[int, type[ZhidaError]] = {
    1: UsageError,
    2: StreamError,
    3: PackError,
    4: DataError,
    5: Cancelled,
    6: LedgerError,
}


def from_native(
    status: int, message: str, found: list[tuple[str, bool, str, int, int, str, str]]
) -> ZhidaError:
    """The exception for a failed call of the C API; the extension calls it."""
    diagnostics = [
        Diagnostic(code, what, mend, file, line, column, is_warning)
        for code, is_warning, file, line, column, what, mend in found
    ]
    kind = _BY_STATUS.get(status, InternalError)
    return kind(message.rstrip() or f"the call failed with status {status}", diagnostics)
