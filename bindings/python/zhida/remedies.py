"""What would change an outcome, as frozen objects: gaps, changes, near misses, facts that are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

__all__ = ["Change", "Gap", "NearMiss", "Needed"]


@dataclass(frozen=True, slots=True)
class Needed:
    """A fact that undetermined pairs lack: who holds it, what proves it, what it could unlock."""

    fact: str
    name: str
    cause: str
    source: str = ""
    material: str = ""
    obtain: str = ""
    could_fen: int | None = None
    could_at_most: bool = False
    policies: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: dict[str, Any]) -> Needed:
        """From the engine's JSON."""
        return cls(**(row | {"policies": tuple(row.get("policies", ()))}))


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a condition is false: `measured` is `value` and would have to be `sign` `bar`; `distance` in `unit`
    (yuan, ratio, days, months, or "" for a plain number) is what it falls short by, None where nothing is
    measured. `beyond`: the bar itself is not enough. `either`: one of several, any of which would do.
    """

    text: str
    measured: str = ""
    sign: str = ""
    value: str = ""
    bar: str = ""
    distance: Decimal | None = None
    unit: str = ""
    beyond: bool = False
    either: bool = False
    facts: tuple[str, ...] = ()
    changeable: bool = False

    @classmethod
    def of(cls, row: dict[str, Any]) -> Gap:
        """From the engine's JSON."""
        distance = row.get("distance")
        return cls(
            **(
                row
                | {
                    "facts": tuple(row["facts"]),
                    "distance": None if distance is None else Decimal(distance),
                }
            )
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A condition that would have to change: its gaps, how and by whom it can be cured, and the earliest day
    on which time alone does it.
    """

    clause: str
    title: str = ""
    article: str = ""
    cure: str = ""
    curable: bool = False
    cured_by: str = ""
    earliest: date | None = None
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of(cls, row: dict[str, Any]) -> Change:
        """From the engine's JSON."""
        earliest = row.get("earliest")
        parts = {
            "gaps": tuple(Gap.of(gap) for gap in row.get("gaps", ())),
            "earliest": None if earliest is None else date.fromisoformat(earliest),
        }
        return cls(**(row | parts))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A pair that exactly one clause refuses, which can be cured. `open`: another clause is undecided."""

    policy: str
    title: str
    clause: str
    open: bool
    title_en: str = ""
    department: str = ""
    clause_title: str = ""
    cure: str = ""
    could_fen: int | None = None
    could_at_most: bool = False
    earliest: date | None = None
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, row: dict[str, Any]) -> NearMiss:
        """From the engine's JSON."""
        earliest = row.get("earliest")
        parts = {
            "changes": tuple(Change.of(change) for change in row["changes"]),
            "earliest": None if earliest is None else date.fromisoformat(earliest),
        }
        return cls(**(row | parts))
