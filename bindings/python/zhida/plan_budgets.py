"""The budgets that a plan was made with, kept in its file, and how a ledger comes by them.

The pack says what each pool may spend in a year. A plan's Parquet file carries that in the metadata of its
schema, so that `zhida pay reserve` needs the plan alone: pools that the ledger does not know yet get their
budget from it. A budget that stands is a person's word and is not changed on the way; follow() changes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from zhida.errors import Diagnostic, LedgerError
from zhida.ledger import Balance, Ledger, Time
from zhida.results import yuan_text

__all__ = ["PlanBudgets", "PoolBudget", "adopt", "follow"]

_KEY = b"zhida.plan"
_OTHER_BUDGET = "ZD8403"


@dataclass(frozen=True, slots=True)
class PoolBudget:
    """What a pool has for a year; `carried_fen` more is what the years before left, by the plan's history."""

    pool: str
    title: str
    year: int
    total_fen: int
    carried_fen: int = 0


@dataclass(frozen=True, slots=True)
class PlanBudgets:
    """`year`: of the day of the plan (0: the plan does not say)."""

    year: int
    pools: tuple[PoolBudget, ...]

    @classmethod
    def of_summary(cls, summary: Mapping[str, Any]) -> PlanBudgets:
        """From the summary of a settlement, where a pool with quotas has a row for each region."""
        pools: dict[tuple[str, int], PoolBudget] = {}
        for row in summary["settlement"]["pools"]:
            if "total_fen" not in row or row.get("trouble") == "pool_closed":
                continue
            key = (row["pool"], row["year"])
            total_fen, carried_fen = row["total_fen"], row["carried_fen"]
            if key in pools:
                total_fen, carried_fen = (
                    total_fen + pools[key].total_fen,
                    carried_fen + pools[key].carried_fen,
                )
            pools[key] = PoolBudget(row["pool"], row["title"], row["year"], total_fen, carried_fen)
        return cls(int(summary["as_of"][:4]), tuple(pools.values()))

    @classmethod
    def of_metadata(cls, metadata: Mapping[bytes, bytes] | None) -> PlanBudgets:
        """From the metadata of a plan's schema; nothing where it has none, as a table made by hand."""
        text = (metadata or {}).get(_KEY)
        if text is None:
            return cls(0, ())
        data = json.loads(text)
        return cls(data["year"], tuple(PoolBudget(**row) for row in data["pools"]))

    def to_metadata(self) -> dict[bytes, bytes]:
        data = {"schema_version": 1, "year": self.year, "pools": [asdict(pool) for pool in self.pools]}
        return {_KEY: json.dumps(data, ensure_ascii=False).encode()}


def adopt(
    ledger: Ledger, budgets: PlanBudgets, *, by: str, at: Time
) -> tuple[list[PoolBudget], list[Diagnostic]]:
    """Gives pools that the ledger does not know their budget. Returns those, and where a budget that stands
    is another than the plan's.

    What the year before left is added unless the ledger holds that year and it is still open: its money would
    count twice.
    """
    known = {(balance.pool, balance.year): balance for balance in ledger.balances}
    new: list[PoolBudget] = []
    others: list[Diagnostic] = []
    for pool in budgets.pools:
        standing = known.get((pool.pool, pool.year))
        if standing is None:
            ledger.set_budget(pool.pool, pool.year, _due_fen(pool, known), by=by, at=at)
            new.append(pool)
        elif not standing.closed and standing.budget_fen not in _fine_fen(pool):
            others.append(
                Diagnostic(
                    _OTHER_BUDGET,
                    f"pool {pool.pool} has a budget of {yuan_text(standing.budget_fen)} yuan for {pool.year} "
                    f"in the ledger, and the plan was made with {yuan_text(_due_fen(pool, known))}",
                    "the ledger's stands; zhida pay budget --plan PLAN takes the plan's",
                    is_warning=True,
                )
            )
    return new, others


def follow(ledger: Ledger, budgets: PlanBudgets, *, by: str, at: Time) -> list[PoolBudget]:
    """Sets every budget to the plan's; returns those that changed. Raises LedgerError, and changes nothing,
    where one would be below what is reserved and paid."""
    known = {(balance.pool, balance.year): balance for balance in ledger.balances}
    changed = []
    for pool in budgets.pools:
        standing = known.get((pool.pool, pool.year))
        if standing is None or standing.budget_fen != _due_fen(pool, known):
            changed.append(pool)
    too_low = [d for pool in changed if (d := _too_low(pool, known)) is not None]
    if too_low:
        raise LedgerError("\n".join(str(d) for d in too_low), too_low)
    for pool in changed:
        ledger.set_budget(pool.pool, pool.year, _due_fen(pool, known), by=by, at=at)
    return changed


_Known = Mapping[tuple[str, int], Balance]


def _due_fen(pool: PoolBudget, known: _Known) -> int:
    before = known.get((pool.pool, pool.year - 1))
    return pool.total_fen + (pool.carried_fen if before is None or before.closed else 0)


def _fine_fen(pool: PoolBudget) -> tuple[int, int]:
    """With and without what was carried over, which the ledger may not have done yet."""
    return pool.total_fen, pool.total_fen + pool.carried_fen


def _too_low(pool: PoolBudget, known: _Known) -> Diagnostic | None:
    standing = known.get((pool.pool, pool.year))
    if standing is None:
        return None
    committed_fen, due_fen = standing.budget_fen - standing.free_fen, _due_fen(pool, known)
    if due_fen >= committed_fen:
        return None
    return Diagnostic(
        "ZD7115",
        f"pool {pool.pool} of {pool.year} has {yuan_text(committed_fen)} reserved or paid, more than the "
        f"plan's budget of {yuan_text(due_fen)}; no budget was changed",
        "void reservations first, or leave at least that much",
    )
