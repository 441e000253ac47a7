"""Outcomes, columns and policies that a caller names, as the C API takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhida.errors import UsageError
from zhida.results import COLUMNS, OUTCOMES, OutcomeName

OutcomeNames = OutcomeName | Iterable[OutcomeName]


def outcome_mask(outcomes: OutcomeNames | None) -> int:
    """Bits of the outcomes named; 0, the default of the call, for None."""
    return _mask(outcomes, OUTCOMES, "outcome")


def column_mask(columns: str | Iterable[str] | None) -> int:
    """Bits of the columns named; 0, the default of the call, for None."""
    return _mask(columns, COLUMNS, "column")


def _mask(named: str | Iterable[str] | None, of: Sequence[str], what: str) -> int:
    if named is None:
        return 0
    names = [named] if isinstance(named, str) else list(named)
    if not names:
        raise UsageError(f"no {what} is named; choose from {', '.join(of)}")
    for name in names:
        if name not in of:
            raise UsageError(f"there is no {what} {name!r}; choose from {', '.join(of)}")
    return sum(1 << of.index(name) for name in set(names))


def policy_ids(policies: str | Iterable[str] | None) -> list[str]:
    """Ids as a list; empty means all."""
    if policies is None:
        return []
    ids = [policies] if isinstance(policies, str) else list(policies)
    if not ids:
        raise UsageError("no policy is named; leave `policies` out for all")
    return ids
