"""The day a first-come pool runs dry: settlements of what is sure, of what is likely, of all that may be.

Low settles eligible awards, middle conditional ones too, high undetermined ones as well, with the amount that
the facts give or else the cap; those whose amount is not known are counted and left out. Each is settled as a
payment plan is: awards combine, and the pool is asked in its own order. The pool runs dry on the day of the
first award that does not fit. Source: docs/simulation.md, section 6.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from zhida.settlement import open_history, settle

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.engine import Engine
    from zhida.pack import Pack

__all__ = ["SCENARIOS", "burn_down", "first_come"]

SCENARIOS: dict[str, tuple[str, ...]] = {
    "low": ("eligible",),
    "mid": ("eligible", "conditional"),
    "high": ("eligible", "conditional", "undetermined"),
}
_EPOCH = date(1970, 1, 1)


def first_come(pack: Pack) -> list[dict[str, Any]]:
    """The pack's first-come pools: id, title, and whether they go by a day."""
    return [
        {
            "pool": row["id"],
            "title": row["title"],
            "policies": row["policies"],
            "dated": _goes_by_day(row["order_by"]),
        }
        for row in pack.to_dict()["pools"]
        if row["control"] == "first_come"
    ]


def _goes_by_day(order_by: list[dict[str, Any]]) -> bool:
    return bool(order_by) and order_by[0]["type"] == "date" and not order_by[0]["descending"]


def burn_down(engine: Engine, awards: pa.Table, history: Any = None) -> list[dict[str, Any]]:
    """What becomes of each first-come pool. `awards` are those of a run for "possible awards".

    {pool, title, dated, scenarios: {low|mid|high: {dry_on, free_fen, asked_fen, paid_fen, left_fen, waiting,
    undated, untold, line: [[day, left_fen], ...]}}}; `dry_on` is null where the pool does not run dry.
    """
    pools = first_come(engine.pack)
    for pool in pools:
        pool["scenarios"] = {}
    if not pools:
        open_history(history)  # what cannot be read is told all the same
        return pools
    days = _days_of(awards)
    for name, outcomes in SCENARIOS.items():
        taken, without = _taken(awards, outcomes)
        plan = settle(engine, taken, history=history)
        rows = plan.to_arrow()
        figures = plan.summary["settlement"]["pools"]
        for pool in pools:
            mine = [row for row in figures if row["pool"] == pool["pool"]]
            pool["scenarios"][name] = _scenario(pool, mine, rows, days)
            pool["scenarios"][name]["untold"] = sum(without.get(policy, 0) for policy in pool["policies"])
    return pools


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["subject"], row["policy"], row["object"] or ""


def _days_of(awards: pa.Table) -> dict[tuple[str, str, str], int]:
    """The first of the values by which the pool puts an award in order."""
    columns = awards.select(["subject", "policy", "object", "order"]).to_pylist()
    return {_key(row): row["order"][0] for row in columns if row["order"] and row["order"][0] is not None}


def _taken(awards: pa.Table, outcomes: tuple[str, ...]) -> tuple[pa.Table, dict[str, int]]:
    """The awards of these outcomes as if all were eligible, and how many of each policy have no amount."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = awards["outcome"].cast(pa.string())
    wanted = awards.filter(pc.is_in(names, value_set=pa.array(outcomes)))
    undetermined = pc.equal(wanted["outcome"].cast(pa.string()), "undetermined")
    untold = pc.and_(undetermined, pc.is_null(wanted["amount_fen"]))
    kept = wanted.filter(pc.invert(untold))
    place = kept.schema.get_field_index("outcome")
    eligible = pa.array(["eligible"] * kept.num_rows, pa.string())
    without = wanted.filter(untold)["policy"].cast(pa.string()).to_pylist()
    return kept.set_column(place, "outcome", eligible), dict(Counter(without))


def _scenario(
    pool: dict[str, Any], figures: list[dict[str, Any]], rows: pa.Table, days: dict[tuple[str, str, str], int]
) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    total = {
        f"{kind}_fen": sum(row.get(f"{kind}_fen", 0) for row in figures)
        for kind in ("free", "asked", "paid", "held", "left")
    }
    of_pool = rows.filter(pc.equal(rows["pool"].cast(pa.string()), pool["pool"]))
    wanted = ["subject", "policy", "object", "order", "amount_fen", "status", "reason"]
    asked = of_pool.select(wanted).to_pylist()
    waiting = [row for row in asked if row["reason"] == "budget_queue"]
    told: dict[str, Any] = {
        **total,
        "trouble": next((row["trouble"] for row in figures if row.get("trouble")), ""),
    }
    told["waiting"] = len(waiting)
    told["undated"] = sum(row["reason"] == "order_unknown" for row in asked)
    told["dry_on"], told["line"] = None, []
    if not pool["dated"]:
        return told
    dry = [days[_key(row)] for row in waiting if _key(row) in days]
    told["dry_on"] = str(_EPOCH + timedelta(days=min(dry))) if dry else None
    told["line"] = _line(total["free_fen"], asked, days)
    return told


def _line(
    free_fen: int, asked: Iterable[dict[str, Any]], days: dict[tuple[str, str, str], int]
) -> list[list[Any]]:
    """What is left after each day on which something is paid or kept."""
    spent: dict[int, int] = {}
    for row in asked:
        if row["status"] in ("pay", "hold") and row["amount_fen"] and _key(row) in days:
            day = days[_key(row)]
            spent[day] = spent.get(day, 0) + row["amount_fen"]
    left = free_fen
    line: list[list[Any]] = []
    for day in sorted(spent):
        left -= spent[day]
        line.append([str(_EPOCH + timedelta(days=day)), left])
    return line
