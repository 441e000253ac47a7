"""The stages of a run: peers and Zhida on the same firms and rules, answers held against each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from runner import data, ours
from runner.answers import Fingerprint, agree, fingerprint_of
from runner.coding import Coding, coded_table, read_json_sql
from runner.forms import Form, Tried, fastest, ranked, timed
from runner.peer_duckdb import DuckDb
from runner.peer_polars import Polars
from runner.peer_zen import Zen
from runner.rules import RuleSet, read

ZEN_FIRMS = {1_000: 200, 5_000: 60}
COLUMNS = {True: "interval ids", False: "values"}


@dataclass
class Bench:
    full: bool
    threads: int
    firms: int
    measures: dict[str, float] = field(default_factory=dict)
    peers: dict[str, dict[str, Any]] = field(default_factory=dict)
    tried: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    sample: dict[str, float] = field(default_factory=dict)
    curves: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    memory: list[dict[str, float]] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scale = 1_000_000 / self.firms  # seconds are given for a million firms
        # What agreement is held against, from DuckDB.
        self.counts: list[int] = []
        self.pairs_print = 0
        self.pairs_seconds: dict[bool, float] = {}

    def peer(self, key: str, engine: str, what: str, seconds: float, form: str, note: str = "") -> None:
        self.peers[key] = {
            "engine": engine,
            "what": what,
            "seconds": seconds,
            "form": form,
            "note": note,
            "scaled": bool(note) or (self.firms != 1_000_000 and not key.startswith("zen")),
        }

    def keep(self, question: str, tried: list[Tried]) -> None:
        self.tried[question] = [{"name": form.name, "seconds": form.seconds} for form in tried]

    def same(self, what: str, expected: list[int] | int, found: list[int] | int) -> None:
        agree(what, expected, found)
        self.agreed.append(what)


@contextmanager
def step(title: str) -> Iterator[list[str]]:
    """Says what is being done, and when it is done how long it took and what came of it."""
    print(f"  {title} ...", end="", flush=True)
    said: list[str] = []
    began = time.perf_counter()
    yield said
    print(f" {time.perf_counter() - began:.1f} s{'; ' if said else ''}{', '.join(said)}", flush=True)


def run(bench: Bench) -> None:
    print("Data", flush=True)
    with step(f"{bench.firms:,} firms, rules of four sizes") as said:
        data.drop_if_stale()
        firms = data.firms_file(bench.firms)
        rules = read(data.rules_folder(data.RULES) / "rules.json")
        for other in (1_000, 20_000, 100_000):
            data.rules_folder(other)
        said.append(f"{firms.stat().st_size / 1e6:,.0f} MB of NDJSON")
    print("Peers", flush=True)
    tables = _code(bench, rules, firms)
    _duckdb(bench, rules, tables)
    _polars(bench, rules, tables)
    _zen(bench, rules, tables[False], firms)
    parquet = _duckdb_files(bench, rules, firms)
    tables.clear()
    print("Zhida", flush=True)
    _batch(bench, firms)
    _files(bench, firms, parquet)
    _point(bench, firms)
    _compile(bench, firms)
    _unknown(bench)
    if bench.full:
        _sample_packs(bench)
    print("Limits of the machine", flush=True)
    _limits(bench, firms)
    print("Growth", flush=True)
    _growth(bench, firms)
    _memory(bench)


def _code(bench: Bench, rules: RuleSet, firms: Path) -> dict[bool, pa.Table]:
    tables = {}
    with step("hand-coded columns for DuckDB and Polars"):
        for ids in (True, False):
            tables[ids] = coded_table(Coding(rules, ids), firms)
    return tables


def _duckdb(bench: Bench, rules: RuleSet, tables: dict[bool, pa.Table]) -> None:
    bases = {ids: DuckDb(bench.threads) for ids in tables}
    for ids, base in bases.items():
        base.take_coded(tables[ids], Coding(rules, ids))
    with step("DuckDB: the fastest way to count, of twelve"):
        forms = [form for ids, base in bases.items() for form in base.count_forms(COLUMNS[ids])]
        order, tried = ranked(forms, 100)
        bench.keep("DuckDB, counts of 100 rules", tried)
    with step("DuckDB: counts of all rules by the best two") as said:
        best, seconds, bench.counts = fastest(order[:2])
        bench.peer("duckdb_counts", "DuckDB", "counts", seconds * bench.scale, best.name)
        said += [f"{seconds:.2f} s by {best.name}", f"{sum(bench.counts):,} pairs"]
    with step("DuckDB: the fastest way to write pairs, of six"):
        per_columns = {ids: ranked(base.pair_forms(COLUMNS[ids]), 100) for ids, base in bases.items()}
        bench.keep(
            "DuckDB, pairs of 100 rules", [form for _, tried in per_columns.values() for form in tried]
        )
    for ids, ((best, *_), _) in per_columns.items():
        with step(f"DuckDB: pairs of all rules by {best.name}") as said:
            seconds, bench.pairs_print, found = best.run(None)
            said.append(f"{seconds:.2f} s without the comparison")
            bench.same(
                f"DuckDB, pairs written from {COLUMNS[ids]} and pairs counted", sum(bench.counts), found
            )
            bench.pairs_seconds[ids] = seconds
            if seconds == min(bench.pairs_seconds.values()):
                bench.peer("duckdb_pairs", "DuckDB", "pairs", seconds * bench.scale, best.name)
    for base in bases.values():
        base.close()


def _polars(bench: Bench, rules: RuleSet, tables: dict[bool, pa.Table]) -> None:
    with step("Polars: the fastest way to count, of fourteen"):
        forms: list[Form] = []
        for ids, table in tables.items():
            forms += Polars(table, Coding(rules, ids)).count_forms(COLUMNS[ids])
        order, tried = ranked(forms, 1_000)
        bench.keep("Polars, counts of 1,000 rules", tried)
    with step("Polars: counts of all rules by the best four") as said:
        best, _, counts = fastest(order[:4])
        seconds = sorted(timed(lambda: best.run(None))[0] for _ in range(3))[1]
        bench.peer("polars_counts", "Polars", "counts", seconds * bench.scale, best.name)
        bench.same("Polars, counts of every rule", bench.counts, counts)
        said.append(f"{seconds:.2f} s by {best.name}")


def _zen(bench: Bench, rules: RuleSet, table: pa.Table, firms: Path) -> None:
    for count, tried in ZEN_FIRMS.items():
        with step(f"ZEN: {tried} firms one by one against {count:,} rules") as said:
            few = rules.first(count)
            zen = Zen(few)
            with firms.open() as lines:
                prepared = [zen.prepare(line) for line in islice(lines, tried)]
            seconds, found = zen.match(prepared)
            median = sorted(seconds)[len(seconds) // 2]
            bench.peer(
                f"zen_point_{count}", "ZEN", f"one firm, {count:,} rules", median, "decision table, collect"
            )
            base = DuckDb(bench.threads)
            base.take_coded(table.slice(0, tried), Coding(few, False))
            expected = base.rules_by_row(tried)
            base.close()
            bench.same(f"ZEN, {count:,} rules, {tried} firms", _print_of(expected), _print_of(found))
            said.append(f"median {median * 1e3:.2f} ms")


def _print_of(rules_by_row: list[list[int]]) -> int:
    made = Fingerprint()
    table = pa.table(
        {
            "row": [row for row, rules in enumerate(rules_by_row) for _ in rules],
            "rule": [rule for rules in rules_by_row for rule in rules],
        },
        schema=pa.schema([("row", pa.int64()), ("rule", pa.int64())]),
    )
    made.add(table["row"].to_numpy(), table["rule"].to_numpy())
    return made.value


def _duckdb_files(bench: Bench, rules: RuleSet, firms: Path) -> Path:
    """From files: reading and coding is timed here, matching was timed on the same columns."""
    parquet = firms.with_suffix(".parquet")
    if not parquet.exists():
        with step("Parquet of the same firms"):
            base = DuckDb(bench.threads)
            base.write_parquet(rules, firms, parquet)
            base.close()
    sources = {"ndjson": read_json_sql(rules, firms), "parquet": f"read_parquet('{parquet}')"}
    for kind, source in sources.items():
        with step(f"DuckDB: from {kind} to pairs") as said:
            loads = {}
            base = DuckDb(bench.threads)
            loads[False] = timed(lambda b=base, s=source: b.load(Coding(rules, False), s))[0]
            base.close()
            base = DuckDb(bench.threads)
            loads[True] = timed(
                lambda b=base, s=source: b.take_coded(
                    coded_table(Coding(rules, True), source=s), Coding(rules, True)
                )
            )[0]
            base.close()
            bench.keep(
                f"DuckDB, reading and coding {kind}",
                [
                    Tried("CREATE TABLE AS SELECT of coded values, in SQL alone", loads[False]),
                    Tried("interval ids by numpy from DuckDB's Arrow", loads[True]),
                ],
            )
            ids = min(loads, key=lambda i: loads[i] + bench.pairs_seconds[i])
            seconds = loads[ids] + bench.pairs_seconds[ids]
            bench.peer(f"duckdb_{kind}", "DuckDB", f"from {kind}", seconds * bench.scale, COLUMNS[ids])
            said.append(f"{loads[ids]:.1f} s of them reading and coding")
    with step("DuckDB: natural columns, a sample of rules") as said:
        base = DuckDb(bench.threads)
        base.load_natural(rules, sources["parquet"])
        sample = 100
        forms = base.count_forms("natural columns")[:2]
        order, tried = ranked(forms, sample)
        bench.keep(f"DuckDB, counts of {sample} rules on natural columns", tried)
        bench.same("DuckDB, natural and coded columns", bench.counts[:sample], order[0].run(sample))
        base.close()
        seconds = min(form.seconds for form in tried) * len(rules.rules) / sample
        note = f"{sample} of {len(rules.rules):,} rules, scaled"
        bench.peer(
            "duckdb_natural",
            "DuckDB",
            "counts on natural columns",
            seconds * bench.scale,
            order[0].name,
            note,
        )
        said.append(f"{seconds:.0f} s for all rules")
    return parquet


def _batch(bench: Bench, firms: Path) -> None:
    with step("eligible and all outcomes counted, pairs written, 1 and 2 threads") as said:
        found = ours.run_benches(
            "BM_(CountsEligible|CountsAll|PairsEligible)/5000/", rows=bench.firms, firms=firms, repetitions=5
        )
        for name, result in found.items():
            bench.same(f"Zhida, {name}, counts", fingerprint_of(bench.counts), int(result["counts_print"]))
            if "pairs_print" in result:
                bench.same(f"Zhida, {name}, pairs", bench.pairs_print, int(result["pairs_print"]))
        seconds = {name: result["seconds"] for name, result in found.items()}
        both = f"/5000/{min(2, bench.threads)}"
        measures = bench.measures
        measures["batch_counts_s"] = seconds["BM_CountsEligible" + both] * bench.scale
        measures["batch_pairs_s"] = seconds["BM_PairsEligible" + both] * bench.scale
        one, two = (seconds[f"BM_CountsEligible/5000/{threads}"] for threads in (1, 2))
        measures["batch_counts_one_thread_s"] = one * bench.scale
        measures["batch_pairs_one_thread_s"] = seconds["BM_PairsEligible/5000/1"] * bench.scale
        measures["two_threads_over_one"] = one / two
        measures["five_outcomes_over_eligible"] = seconds["BM_CountsAll/5000/1"] / one
        measures["code_bytes"] = found["BM_CountsEligible/5000/1"]["code_bytes"]
        counts, pairs = measures["batch_counts_s"], measures["batch_pairs_s"]
        said.append(f"a million firms {counts:.3f} s, pairs {pairs:.3f} s")


def _files(bench: Bench, firms: Path, parquet: Path) -> None:
    with step("from NDJSON to pairs"):
        found = ours.run_benches("BM_NdjsonToPairs", rows=1, firms=firms)
        for name, result in found.items():
            bench.same(f"Zhida, {name}", bench.pairs_print, int(result["pairs_print"]))
        bench.measures["ndjson_s"] = found["BM_NdjsonToPairs/2"]["seconds"] * bench.scale
        bench.measures["ndjson_one_thread_s"] = found["BM_NdjsonToPairs/1"]["seconds"] * bench.scale
    with step("from Parquet to pairs, through pyarrow") as said:
        pack = data.rules_folder(data.RULES) / "pack"
        checked = ours.screen(pack, [parquet], fingerprint=True)
        bench.same("Zhida, Parquet to pairs", bench.pairs_print, checked["pairs_print"])
        seconds = sorted(ours.screen(pack, [parquet], pairs=True)["seconds"] for _ in range(3))
        bench.measures["parquet_s"] = seconds[1] * bench.scale
        bench.limits["pyarrow_s"] = ours.read_alone(pack, parquet, bench.threads) * bench.scale
        said.append(f"{seconds[1]:.2f} s, pyarrow alone {bench.limits['pyarrow_s'] / bench.scale:.2f} s")
    if not ours.has_coded_files():
        return
    with step("a coded file, and from it to counts and pairs") as said:
        coded = firms.with_suffix(".zhida")
        made = ours.encode(pack, firms, coded)
        checked = ours.screen(pack, [coded], fingerprint=True)
        bench.same("Zhida, coded file to pairs", bench.pairs_print, checked["pairs_print"])
        counts = sorted(ours.screen(pack, [coded])["seconds"] for _ in range(3))[1]
        pairs = sorted(ours.screen(pack, [coded], pairs=True)["seconds"] for _ in range(3))[1]
        bench.measures["encode_file_s"] = made["seconds"] * bench.scale
        bench.measures["coded_file_counts_s"] = counts * bench.scale
        bench.measures["coded_file_pairs_s"] = pairs * bench.scale
        bench.measures["coded_file_mb"] = coded.stat().st_size / 1e6 * bench.scale
        said.append(f"counts {counts:.2f} s, pairs {pairs:.2f} s")


def _point(bench: Bench, firms: Path) -> None:
    with step("one firm at a time") as said:
        found = ours.run_benches("BM_(Point/|PointP99|EncodeRow|JsonToIds)", rows=1, firms=firms)
        for rules in (1_000, 5_000, 20_000, 100_000):
            bench.measures[f"point_{rules}_us"] = found[f"BM_Point/{rules}"]["seconds"] * 1e6
        for rules in (1_000, 5_000):
            bench.measures[f"p99_{rules}"] = found[f"BM_PointP99/{rules}/iterations:3"]["p99_over_p50"]
        # Once it has met thousands of firms; before that it is smaller.
        bench.measures["index_mb"] = found["BM_Point/100000"]["index_mb"]
        bench.measures["encode_us"] = found["BM_EncodeRow"]["seconds"] * 1e6
        bench.measures["json_us"] = found["BM_JsonToIds/5000"]["seconds"] * 1e6
        said.append(f"{bench.measures['point_5000_us']:.2f} µs at 5,000 rules")


def _compile(bench: Bench, firms: Path) -> None:
    with step("compiling, and changing a policy") as said:
        pattern = "BM_Compile" + ("" if bench.full else "/(1000|5000|100000)/")
        found = ours.run_benches(pattern, rows=1, firms=firms, repetitions=1)
        largest = found["BM_Compile/100000"]
        bench.measures["compile_s"] = largest["seconds"]
        bench.curves["compile"] = [
            {"rules": int(name.split("/")[1]), "seconds": result["seconds"]} for name, result in found.items()
        ]
        said.append(f"{largest['seconds']:.2f} s for 100,000 rules")
        if ours.has_bench("BM_ChangePut/100000"):
            changed = ours.run_benches("BM_Change(Put|Drop)/100000", rows=1, firms=firms)
            bench.measures["change_ms"] = max(result["seconds"] for result in changed.values()) * 1e3


def _unknown(bench: Bench) -> None:
    with step("unknown facts") as said:
        points = []
        for missing in (0, 0.1, 0.3, 0.6, 0.9) if bench.full else (0, 0.3):
            found = ours.run_benches(
                "BM_(CountsEligible|CountsAll)/5000/1",
                rows=131_072,
                firms=data.firms_file(131_072, missing),
                repetitions=5,
                ZHIDA_BENCH_MISSING=str(missing),
            )
            eligible, every = found["BM_CountsEligible/5000/1"], found["BM_CountsAll/5000/1"]
            points.append(
                {
                    "missing": missing,
                    "eligible_us": eligible["seconds"] / eligible["rows"] * 1e6,
                    "all_us": every["seconds"] / every["rows"] * 1e6,
                    "undetermined": every["undetermined"] / every["rows"],
                }
            )
        bench.curves["missing"] = points
        by_share = {point["missing"]: point["eligible_us"] for point in points}
        bench.measures["unknown_30_over_none"] = by_share[0.3] / by_share[0]
        said.append(f"30% over none: {by_share[0.3] / by_share[0]:.2f}")


def _sample_packs(bench: Bench) -> None:
    """The packs in rules/, whose conditions are of many more kinds, against firms of `zhida demo`."""
    with step("rules/quanzhou against 100,000 firms of the demo"):
        firms = data.demo_firms()
        found = ours.run_benches(
            "BM_(Read$|JudgeBatch|JudgeInterpreter|Screen/batch)",
            rows=1,
            firms=firms,
            ZHIDA_BENCH_FIRMS=str(firms),
        )
        names = {
            "read_us": "BM_Read",
            "batch_us": "BM_JudgeBatch",
            "interpreter_us": "BM_JudgeInterpreter",
            "screen_us_1": "BM_Screen/batch/1",
            "screen_us_2": "BM_Screen/batch/2",
        }
        bench.sample = {key: found[name]["seconds"] / data.DEMO_FIRMS * 1e6 for key, name in names.items()}


def _limits(bench: Bench, firms: Path) -> None:
    with step("memory, and-ing, simdjson") as said:
        found = ours.run_benches("BM_(ReadMemory|AndPlanes|Simdjson|ReadNdjson)", rows=1, firms=firms)
        bench.limits |= {
            "memory_gb_s_1": found["BM_ReadMemory/1"]["bytes_per_second"] / 1e9,
            "memory_gb_s_2": found["BM_ReadMemory/2"]["bytes_per_second"] / 1e9,
            "and_us": found["BM_AndPlanes/5000"]["seconds"] / 1024 * 1e6,
            "simdjson_us": found["BM_Simdjson"]["us_per_row"],
            "simdjson_gb_s": found["BM_Simdjson"]["bytes_per_second"] / 1e9,
            "read_us": found["BM_ReadNdjson"]["us_per_row"],
            "read_gb_s": found["BM_ReadNdjson"]["bytes_per_second"] / 1e9,
        }
        said.append(
            f"simdjson {bench.limits['simdjson_gb_s']:.2f} GB/s, Zhida {bench.limits['read_gb_s']:.2f}"
        )


def _growth(bench: Bench, firms: Path) -> None:
    sizes = (1_000, 5_000, 20_000, 100_000) if bench.full else (1_000, 5_000, 20_000)
    rows = 131_072
    with step("rules"):
        names = "|".join(map(str, sizes))
        found = ours.run_benches(f"BM_(CountsEligible|PairsEligible)/({names})/2", rows=rows, firms=firms)
        bench.curves["rules"] = [
            {
                "rules": rules,
                "zhida_us": found[f"BM_CountsEligible/{rules}/2"]["seconds"] / rows * 1e6,
                "zhida_pairs_us": found[f"BM_PairsEligible/{rules}/2"]["seconds"] / rows * 1e6,
            }
            for rules in sizes
        ]
        _peer_growth(bench, sizes, rows, firms)
        bench.curves["point"] = [
            {"rules": rules, "zhida_us": bench.measures[f"point_{rules}_us"]}
            | ({"zen_us": bench.peers[f"zen_point_{rules}"]["seconds"] * 1e6} if rules in ZEN_FIRMS else {})
            for rules in (1_000, 5_000, 20_000, 100_000)
        ]
    if not bench.full:
        return
    with step("selectivity"):
        points = []
        for selectivity in (1, 2, 4):
            found = ours.run_benches(
                "BM_(CountsEligible|PairsEligible)/5000/1",
                rows=rows,
                firms=firms,
                data=data.rules_folder(data.RULES, selectivity).parent,
                ZHIDA_BENCH_SELECTIVITY=str(selectivity),
            )
            counts, pairs = found["BM_CountsEligible/5000/1"], found["BM_PairsEligible/5000/1"]
            points.append(
                {
                    "selectivity": selectivity,
                    "eligible": counts["eligible"] / rows,
                    "counts_us": counts["seconds"] / rows * 1e6,
                    "pairs_us": pairs["seconds"] / rows * 1e6,
                }
            )
        bench.curves["selectivity"] = points


def _peer_growth(bench: Bench, sizes: tuple[int, ...], rows: int, firms: Path) -> None:
    """DuckDB and Polars up to 20,000 rules, in the forms that were fastest for 5,000."""
    few = firms.with_name("few.ndjson")
    with firms.open("rb") as lines, few.open("wb") as out:
        out.writelines(islice(lines, rows))
    every = read(data.rules_folder(20_000) / "rules.json")
    for point in bench.curves["rules"]:
        if point["rules"] > 20_000 or (point["rules"] > 5_000 and not bench.full):
            continue
        rules = every.first(int(point["rules"]))
        ids = COLUMNS[True] in bench.peers["polars_counts"]["form"]
        table = coded_table(Coding(rules, ids), few)
        polars = Polars(table, Coding(rules, ids))
        form = next(
            f for f in polars.count_forms(COLUMNS[ids]) if f.name == bench.peers["polars_counts"]["form"]
        )
        seconds, counts = timed(lambda f=form: f.run(None))
        point["polars_us"] = seconds / rows * 1e6
        ids = COLUMNS[True] in bench.peers["duckdb_counts"]["form"]
        base = DuckDb(bench.threads)
        base.take_coded(coded_table(Coding(rules, ids), few), Coding(rules, ids))
        form = next(
            f for f in base.count_forms(COLUMNS[ids]) if f.name == bench.peers["duckdb_counts"]["form"]
        )
        seconds, found = timed(lambda f=form: f.run(None))
        point["duckdb_us"] = seconds / rows * 1e6
        form = next(f for f in base.pair_forms(COLUMNS[ids]) if f.name.startswith("UNION ALL of 100"))
        pair_seconds, _, pairs = form.run(None)
        point["duckdb_pairs_us"] = pair_seconds / rows * 1e6
        bench.same(f"DuckDB, pairs and counts at {len(rules.rules):,} rules", sum(found), pairs)
        base.close()
        bench.same(f"Polars and DuckDB at {len(rules.rules):,} rules", counts, found)
    few.unlink()


def _memory(bench: Bench) -> None:
    sizes = [(10_000, 5_000), (100_000, 5_000), (bench.firms, 5_000)]
    if bench.full:
        sizes = [*sizes, (250_000, 5_000), (10_000_000, 5_000), (1_000_000, 100_000)]
    for firms, rules in sizes:
        with step(f"a screen of {firms:,} firms x {rules:,} rules") as said:
            file = data.firms_file(firms)
            found = ours.screen(data.rules_folder(rules) / "pack", [file])
            if not found["adds_up"] or found["rows"] != firms or found["rejected"]:
                raise ours.BenchFailed(f"the screen read {found['rows']:,} of {firms:,} rows")
            if firms == bench.firms and rules == data.RULES:
                bench.same("Zhida, screen from NDJSON", fingerprint_of(bench.counts), found["counts_print"])
            bench.memory.append(
                {"firms": firms, "rules": rules, **{k: found[k] for k in ("seconds", "peak_mb", "compile_s")}}
            )
            said.append(f"{found['peak_mb']:,.0f} MB at its highest")
    # Eight gigabytes that nothing else needs.
    if bench.full:
        data.firms_file(10_000_000).unlink()
