"""What is to be reached, and whether a run reached it.

A target is met by its figure or by all of its ratios, either one: the figures were set on one machine with
older peers, and ratios hold on any machine until a peer becomes faster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Run = dict[str, Any]


@dataclass(frozen=True)
class Bound:
    figure: float | None = None  # in the target's unit
    ratios: dict[str, float] = field(default_factory=dict)  # at least; the names are those of ratios()


@dataclass(frozen=True)
class Target:
    what: str
    unit: str  # s, ms, us, MB or x
    measure: str  # in run["measures"]
    must: Bound
    aim: Bound
    command: str
    peers: tuple[str, ...] = ()  # in run["peers"], shown beside it
    at_least: bool = False  # more is better

    def reached(self, run: Run) -> float | None:
        return run["measures"].get(self.measure)  # type: ignore[no-any-return]

    def met(self, run: Run, bound: Bound) -> bool | None:
        """None: not measured, or nothing was asked."""
        value = self.reached(run)
        if value is None:
            return None
        known = ratios(run)
        by_ratio = [known[name] >= least for name, least in bound.ratios.items() if name in known]
        by_figure = []
        if bound.figure is not None:
            by_figure = [value >= bound.figure if self.at_least else value <= bound.figure]
        if not by_figure and len(by_ratio) < len(bound.ratios):
            return None
        return any(by_figure) or (bool(by_ratio) and len(by_ratio) == len(bound.ratios) and all(by_ratio))


_FULL = "./dev bench --full"


def _bench(pattern: str) -> str:
    return f"./dev bench --benchmark_filter={pattern}"


def _point(rules: int, must: float, aim: float, zen: bool) -> Target:
    name = f"point_{rules}"
    ratio = {f"{name}_vs_zen": 1000.0} if zen else {}
    return Target(
        f"one firm, from an encoded row, {rules:,} rules",
        "us",
        f"{name}_us",
        Bound(must, ratio),
        Bound(aim),
        _bench(f"BM_Point/{rules}$"),
        (f"zen_point_{rules}",) if zen else (),
    )


TARGETS = [
    Target(
        "1 M firms x 5,000 rules, eligible counted, from coded columns",
        "s",
        "batch_counts_s",
        Bound(0.30, {"batch_counts_vs_polars": 180, "batch_counts_vs_duckdb": 250}),
        Bound(0.15, {"batch_counts_vs_polars": 360, "batch_counts_vs_duckdb": 490}),
        _FULL,
        ("polars_counts", "duckdb_counts"),
    ),
    Target(
        "same, every eligible pair written as Arrow",
        "s",
        "batch_pairs_s",
        Bound(0.50, {"batch_pairs_vs_duckdb": 160}),
        Bound(0.25, {"batch_pairs_vs_duckdb": 330}),
        _FULL,
        ("duckdb_pairs",),
    ),
    Target(
        "same, from NDJSON, end to end",
        "s",
        "ndjson_s",
        Bound(2.5, {"ndjson_end_to_end_vs_duckdb": 36}),
        Bound(1.4, {"ndjson_end_to_end_vs_duckdb": 65}),
        _FULL,
        ("duckdb_ndjson",),
    ),
    Target(
        "same, from Parquet through pyarrow, end to end",
        "s",
        "parquet_s",
        Bound(None, {"parquet_end_to_end_vs_duckdb": 30}),
        Bound(None, {"parquet_end_to_end_vs_duckdb": 60}),
        _FULL,
        ("duckdb_parquet",),
    ),
    Target(
        "two threads over one, eligible counted",
        "x",
        "two_threads_over_one",
        Bound(1.85),
        Bound(1.95),
        _bench("BM_CountsEligible/5000"),
        at_least=True,
    ),
    _point(1_000, 1, 0.5, True),
    _point(5_000, 4, 1.5, True),
    _point(20_000, 18, 7, False),
    _point(100_000, 120, 50, False),
    Target(
        "setting and encoding the facts of a typed row",
        "us",
        "encode_us",
        Bound(1),
        Bound(0.5),
        _bench("BM_EncodeRow"),
    ),
    Target("p99 over p50, 1,000 rules", "x", "p99_1000", Bound(2), Bound(1.5), _bench("BM_PointP99/1000")),
    Target("p99 over p50, 5,000 rules", "x", "p99_5000", Bound(2), Bound(1.5), _bench("BM_PointP99/5000")),
    Target(
        "JSON text in, eligible ids out, 5,000 rules",
        "us",
        "json_us",
        Bound(8),
        Bound(4.5),
        _bench("BM_JsonToIds"),
    ),
    Target(
        "compile 100,000 rules, from pack bytes",
        "s",
        "compile_s",
        Bound(2),
        Bound(0.8),
        _bench("BM_Compile/100000"),
    ),
    Target(
        "index of 100,000 rules for one firm",
        "MB",
        "index_mb",
        Bound(160),
        Bound(60),
        _bench("BM_Point/100000$"),
    ),
    Target(
        "add or drop one rule among 100,000",
        "ms",
        "change_ms",
        Bound(1),
        Bound(0.05),
        _bench("'BM_Change(Put|Drop)/100000'"),
    ),
    Target(
        "all five outcomes counted, over eligible only",
        "x",
        "five_outcomes_over_eligible",
        Bound(1.6),
        Bound(1.3),
        _bench("'BM_Counts.*/5000'"),
    ),
    Target(
        "eligible counts, 30% unknown over none", "x", "unknown_30_over_none", Bound(1.3), Bound(1.3), _FULL
    ),
]


def ratios(run: Run) -> dict[str, float]:
    """The lines `ratio NAME VALUE`: the other's time over ours, unless the name says over what."""
    measures = run["measures"]
    peers = run["peers"]
    made: dict[str, float] = {}

    def versus(name: str, peer: str, measure: str, unit: float = 1) -> None:
        if peer in peers and measure in measures:
            made[name] = peers[peer]["seconds"] / (measures[measure] * unit)

    versus("batch_counts_vs_polars", "polars_counts", "batch_counts_s")
    versus("batch_counts_vs_duckdb", "duckdb_counts", "batch_counts_s")
    versus("batch_counts_vs_duckdb_natural", "duckdb_natural", "batch_counts_s")
    versus("batch_pairs_vs_duckdb", "duckdb_pairs", "batch_pairs_s")
    versus("ndjson_end_to_end_vs_duckdb", "duckdb_ndjson", "ndjson_s")
    versus("parquet_end_to_end_vs_duckdb", "duckdb_parquet", "parquet_s")
    versus("coded_file_counts_vs_duckdb", "duckdb_counts", "coded_file_counts_s")
    versus("coded_file_pairs_vs_duckdb", "duckdb_pairs", "coded_file_pairs_s")
    versus("point_1000_vs_zen", "zen_point_1000", "point_1000_us", 1e-6)
    versus("point_5000_vs_zen", "zen_point_5000", "point_5000_us", 1e-6)
    named: dict[str, Callable[[], float]] = {
        "two_threads_over_one": lambda: measures["two_threads_over_one"],
        "five_outcomes_over_eligible": lambda: measures["five_outcomes_over_eligible"],
        "unknown_30_over_none": lambda: measures["unknown_30_over_none"],
        "point_p99_over_p50_1000": lambda: measures["p99_1000"],
        "point_p99_over_p50_5000": lambda: measures["p99_5000"],
        "ndjson_read_over_simdjson": lambda: run["limits"]["simdjson_us"] / run["limits"]["read_us"],
    }
    for name, value in named.items():
        try:
            made[name] = value()
        except KeyError:
            continue  # not measured in this run
    return made
