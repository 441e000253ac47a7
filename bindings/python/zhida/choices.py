"""Outcomes, columns and policies that a caller names, as the C API takes them."""

from __future__ import annotations

from collections.abc import Iterable

from zhida.errors import UsageError
from zhida.results import COLUMNS, OUTCOMES, OutcomeName

OutcomeNames = OutcomeName | Iterable[OutcomeName]


def outcome_mask(outcomes: OutcomeNames | None) -> int:
    """Bits of the outcomes named; 0, the default of the call, for None."""
    if outcomes is None:
        return 0
    names = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    unknown = [name for name in names if name not in OUTCOMES]
    if unknown or not names:
        what = f"there is no outcome {unknown[0]!r}" if unknown else "no outcome is named"
        raise UsageError(f"{what}; choose from {', '.join(OUTCOMES)}")
    return sum(1 << OUTCOMES.index(name) for name in set(names))


def column_mask(columns: str | Iterable[str] | None) -> int:
    """Bits of the columns named; 0, the default of the call, for None."""
    if columns is None:
        return 0
    names = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        what = f"the results have no column {unknown[0]!r}" if unknown else "no column is named"
        raise UsageError(f"{what}; choose from {', '.join(COLUMNS)}")
    return sum(1 << COLUMNS.index(name) for name in set(names))


def policy_ids(policies: str | Iterable[str] | None) -> list[str]:
    """Ids as a list; empty means all."""
    if policies is None:
        return []
    ids = [policies] if isinstance(policies, str) else list(policies)
    if not ids:
        raise UsageError("no policy is named; leave `policies` out for all")
    return ids
