"""Runs over many subjects: results, files, progress, and all the ways in which a run can stop."""

from __future__ import annotations

import gc
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FILES, FIRM, environment, firms, write_ndjson

MIXED: list[Any] = [
    FIRM,
    {**FIRM, "uscc": "F1", "region": "02"},
    "{broken",
    {**FIRM, "uscc": "F3", "staff": 0, "hitech@state": "committed"},
    {"uscc": "F4", "unheard_of": 1},
    {"uscc": "F5", "staff": 1.5},
]


def test_screen_counts_and_results(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", MIXED)
    screen = engine.screen(path)
    table = screen.to_arrow()
    table.validate(full=True)
    assert table.schema.names == ["row", "subject", "policy", "outcome", "amount_fen"]
    rows = table.to_pylist()
    assert {row["row"] for row in rows} == {0, 1, 3, 4}
    assert rows[0] == {
        "row": 0,
        "subject": FIRM["uscc"],
        "policy": "hitech-award",
        "outcome": "eligible",
        "amount_fen": 100050,
    }
    summary = screen.summary
    assert summary["complete"]
    assert (summary["rows_read"], summary["rows_rejected"], summary["subjects"]) == (6, 2, 4)
    assert summary["pairs"] == 12 == sum(summary["outcomes"].values())
    assert len(rows) == 12 - summary["outcomes"]["ineligible"]
    assert summary["outcomes"]["conditional"] == 1
    assert summary["outcomes"]["error"] == 1
    assert summary["amount_fen"] == sum(
        row["amount_fen"] or 0 for row in rows if row["outcome"] == "eligible"
    )
    assert summary["conditional_amount_fen"] == 100050
    assert summary["undeclared"] == {"unheard_of": 1}
    assert [row["policy"] for row in summary["by_policy"]] == ["hitech-award", "growth-award", "per-head"]
    # The same by counts alone, by each evaluator, and one by one.
    for evaluator in ("batch", "point", "interpreter"):
        counted = engine.screen(path, evaluator=evaluator).run()  # type: ignore[arg-type]
        for key in ("outcomes", "amount_fen", "by_policy", "rows_rejected"):
            assert counted[key] == summary[key]
    for row in (0, 1, 3, 4):
        for outcome in engine.match(
            MIXED[row], outcomes=["eligible", "conditional", "undetermined", "error"]
        ):
            assert {
                "row": row,
                "subject": MIXED[row]["uscc"],
                "policy": outcome.policy,
                "outcome": outcome.outcome,
                "amount_fen": outcome.amount_fen,
            } in rows


def test_screen_is_lazy_streams_and_serves_once(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", firms(5000))
    screen = engine.screen(path, policies=["per-head"], outcomes=zhida.OUTCOMES)
    assert screen.summary["rows_read"] == 0
    assert not screen.summary["complete"]
    subjects = [subject for batch in screen for subject in batch.column("subject").to_pylist()]
    assert subjects == [f"F{number:05}" for number in range(5000)]
    assert screen.summary["complete"]
    with pytest.raises(zhida.UsageError):
        list(screen)


def test_screen_schema_is_the_stream_s(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "none.ndjson", [])
    screen = engine.screen(path)
    schema = screen.schema
    assert screen.to_arrow().schema == schema
    assert pa.RecordBatchReader.from_stream(engine.screen(path)).schema == schema


def test_screen_writes_rejects(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", MIXED)
    rejects = tmp_path / "rejects.ndjson"
    engine.screen(path, rejects=rejects).run()
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(row["row"], row["line"], row["field"]) for row in told] == [(2, 3, ""), (5, 6, "staff")]
    assert all(row["code"].startswith("ZD4") and row["reason"] for row in told)
    with pytest.raises(zhida.ZhidaError, match="no-such-folder"):
        engine.screen(path, rejects=tmp_path / "no-such-folder/rejects.ndjson")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".tsv", ".ndjson", ".jsonl"])
def test_screen_writes_files_of_all_kinds(engine: zhida.Engine, tmp_path: Path, suffix: str) -> None:
    odd = [{**FIRM, "uscc": 'a"b,\\\n中'}, {**FIRM, "uscc": " "}]
    source = write_ndjson(tmp_path / "firms.ndjson", [*MIXED, *odd])
    wanted = engine.screen(source).to_arrow()
    out = tmp_path / f"pairs{suffix}"
    summary = engine.screen(source).write(out)
    assert summary["complete"]
    if suffix == ".parquet":
        table = pq.read_table(out)
        assert pa.types.is_dictionary(table.schema.field("policy").type)
        assert table.to_pylist() == wanted.to_pylist()
    elif suffix in (".ndjson", ".jsonl"):
        assert [json.loads(line) for line in out.read_text().splitlines()] == wanted.to_pylist()
    else:
        from pyarrow import csv

        options = csv.ConvertOptions(column_types={"subject": pa.string()}, strings_can_be_null=False)
        parse = csv.ParseOptions(delimiter="\t" if suffix == ".tsv" else ",", newlines_in_values=True)
        assert (
            csv.read_csv(out, parse_options=parse, convert_options=options).to_pylist() == wanted.to_pylist()
        )
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_screen_leaves_no_half_file(engine: zhida.Engine, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "firms.ndjson", firms(50, unheard_of=1))
    out = tmp_path / "pairs.csv"
    with pytest.raises(zhida.DataError, match="unheard_of"):
        engine.screen(source, strict=True).write(out)
    with pytest.raises(zhida.StreamError, match="nowhere"):
        engine.screen(source).write(tmp_path / "nowhere/pairs.csv")
    with pytest.raises(zhida.UsageError, match=r"\.parquet"):
        engine.screen(source).write(tmp_path / "pairs.xlsx")
    with pytest.raises(zhida.UsageError, match="plain file"):
        engine.screen(source).write("/dev/null")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firms.ndjson"]
    (tmp_path / "link.csv").symlink_to(tmp_path / "there.csv")
    engine.screen(source).write(tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "there.csv").stat().st_size > 0


def test_screen_refuses_what_it_cannot_read(engine: zhida.Engine, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text("")
    (tmp_path / "empty.parquet").write_bytes(b"")
    pq.write_table(pa.table({"uscc": [f"F{i}" for i in range(1000)]}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    damaged = bytearray(whole)
    damaged[20:200] = bytes(180)
    (tmp_path / "damaged.parquet").write_bytes(damaged)
    for name in ("missing.ndjson", "missing.parquet", "missing.csv", "empty.parquet", "cut.parquet"):
        with pytest.raises(zhida.StreamError, match=name):
            engine.screen(tmp_path / name)
    with pytest.raises(zhida.StreamError, match=r"damaged\.parquet"):
        engine.screen(tmp_path / "damaged.parquet").run()
    sources: list[Any] = [
        tmp_path,
        tmp_path / "a.xlsx",
        tmp_path / "a",
        [tmp_path / "a.ndjson", tmp_path / "whole.parquet"],
        [],
        42,
        None,
        [FIRM],
    ]
    for source in sources:
        with pytest.raises(zhida.UsageError):
            engine.screen(source)
    assert engine.screen(tmp_path / "a.ndjson").run()["rows_read"] == 0


def test_screen_of_several_files_counts_rows_through(engine: zhida.Engine, tmp_path: Path) -> None:
    one = write_ndjson(tmp_path / "1.ndjson", [FIRM, "bad"])
    two = write_ndjson(tmp_path / "2.ndjson", ["bad", {**FIRM, "uscc": "Z"}])
    rejects = tmp_path / "rejects.ndjson"
    rows = engine.screen([one, two], rejects=rejects, policies="per-head").to_arrow().to_pylist()
    assert [(row["row"], row["subject"]) for row in rows] == [(0, FIRM["uscc"]), (3, "Z")]
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(row["row"], row["line"], Path(row["file"]).name) for row in told] == [
        (1, 2, "1.ndjson"),
        (2, 1, "2.ndjson"),
    ]


def test_parquet_columns_that_no_rule_knows_are_named(engine: zhida.Engine, tmp_path: Path) -> None:
    table = pa.table({"uscc": ["A", "B"], "staff": [20, 0], "junk": ["x", "y"], "more": [1.5, 2.5]})
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table.drop_columns("junk"), tmp_path / "b.parquet")
    summary = engine.screen([tmp_path / "a.parquet", tmp_path / "b.parquet"]).run()
    assert summary["rows_read"] == 4
    assert set(summary["undeclared"]) == {"junk", "more"}
    assert summary["outcomes"]["error"] == 2
    with pytest.raises(zhida.DataError, match="junk"):
        engine.screen(tmp_path / "a.parquet", strict=True).run()


def test_codes_of_parquet_are_the_same_however_they_lie(engine: zhida.Engine, tmp_path: Path) -> None:
    """As texts, as dictionaries that change from group to group, and one that is no code."""
    plain_facts = {key: value for key, value in FIRM.items() if not isinstance(value, dict | list)}
    rows: list[dict[str, Any]] = [
        {**plain_facts, "uscc": f"F{i}", "region": None if i % 5 == 0 else ["01", "02"][i // 40 % 2]}
        for i in range(200)
    ]
    wanted = engine.screen(write_ndjson(tmp_path / "firms.ndjson", rows)).to_arrow().to_pylist()
    plain = pa.Table.from_pylist(rows)
    place = plain.schema.get_field_index("region")
    coded = plain.set_column(place, "region", plain["region"].dictionary_encode())
    large = plain.set_column(place, "region", plain["region"].cast(pa.large_string()))
    for name, table in {"plain": plain, "coded": coded, "large": large}.items():
        for use_dictionary in (True, False):
            path = tmp_path / f"{name}.parquet"
            pq.write_table(table, path, row_group_size=33, use_dictionary=use_dictionary)
            assert engine.screen(path).to_arrow().to_pylist() == wanted
    rows[150]["region"] = "nowhere"
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "bad.parquet", row_group_size=33)
    screen = engine.screen(tmp_path / "bad.parquet")
    assert screen.to_arrow().to_pylist() == [row for row in wanted if row["row"] != 150]
    assert screen.summary["rows_rejected"] == 1


def test_columns_of_the_results_can_be_chosen(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", MIXED)
    whole = engine.screen(path).to_arrow()
    for columns in (["row", "policy"], ["amount_fen", "subject"], "outcome"):
        screen = engine.screen(path, columns=columns)
        announced = screen.schema
        table = screen.to_arrow()
        assert table.schema == announced
        assert table.equals(whole.select([name for name in whole.schema.names if name in columns]))
    engine.screen(path, columns=["policy", "amount_fen"]).write(tmp_path / "pairs.parquet")
    assert pq.read_table(tmp_path / "pairs.parquet").num_rows == whole.num_rows
    with pytest.raises(zhida.UsageError, match="no column 'rows'; choose from row, subject"):
        engine.screen(path, columns=["rows"])
    with pytest.raises(zhida.UsageError, match="no column is named"):
        engine.screen(path, columns=[])


def test_columns_that_cannot_hold_a_fact_are_refused_by_name(engine: zhida.Engine) -> None:
    with pytest.raises(zhida.DataError) as caught:
        engine.screen(pa.table({"uscc": ["A"], "staff": ["20"], "founded": [1.5]}))
    text = str(caught.value)
    assert "staff" in text
    assert "founded" in text
    with pytest.raises(zhida.DataError, match="uscc"):
        engine.screen(pa.table({"staff": [20]}))


# --- Stopping -------------------------------------------------------------------------------------


def endless() -> pa.RecordBatchReader:
    """Four million rows, in the memory of 20,000, and without Python at work."""
    batch = pa.record_batch({"uscc": [f"F{i}" for i in range(20_000)], "staff": [20] * 20_000})
    return pa.Table.from_batches([batch] * 200).to_reader()


def test_progress_is_told(engine: zhida.Engine, tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", firms(3000))
    seen: list[zhida.Progress] = []
    engine.screen(path, on_progress=seen.append).run()
    assert seen[-1].rows == 3000
    assert seen[-1].bytes == seen[-1].bytes_total == path.stat().st_size
    assert seen[-1].fraction == 1.0
    table = pa.table({"uscc": [f"F{i}" for i in range(3000)]})
    seen.clear()
    engine.screen(table, on_progress=seen.append).run()
    assert (seen[-1].rows, seen[-1].rows_total, seen[-1].fraction) == (3000, 3000, 1.0)
    assert zhida.Progress(5, None, 0, 0).fraction is None


def test_an_exception_of_the_progress_function_stops_the_run(engine: zhida.Engine) -> None:
    def stop(progress: zhida.Progress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        engine.screen(endless(), on_progress=stop).run()
    with pytest.raises(LookupError, match="enough"):
        list(engine.screen(endless(), on_progress=stop))
    screen = engine.screen(endless(), on_progress=stop)
    with pytest.raises((pa.ArrowException, OSError), match="LookupError: enough"):
        pa.table(screen)


def test_cancel_stops_from_within_and_from_another_thread(engine: zhida.Engine) -> None:
    screen: zhida.Screen

    def from_within(progress: zhida.Progress) -> None:
        screen.cancel()

    screen = engine.screen(endless(), on_progress=from_within)
    with pytest.raises(zhida.Cancelled):
        screen.run()
    assert not screen.summary["complete"]

    began = threading.Event()
    screen = engine.screen(endless(), on_progress=lambda progress: began.set())

    def from_outside() -> None:
        began.wait(60)
        screen.cancel()

    thread = threading.Thread(target=from_outside)
    thread.start()
    with pytest.raises(zhida.Cancelled):
        for _ in screen:
            pass
    thread.join()
    waiting = engine.screen(endless())
    waiting.cancel()
    with pytest.raises(zhida.Cancelled):
        waiting.run()


def test_a_run_in_use_is_refused_to_others(engine: zhida.Engine) -> None:
    refused: list[BaseException] = []

    def look(progress: zhida.Progress) -> None:
        if not refused:
            try:
                _ = screen.summary
            except zhida.UsageError as error:
                refused.append(error)
        screen.cancel()

    screen = engine.screen(endless(), on_progress=look)
    with pytest.raises(zhida.Cancelled):
        screen.run()
    assert "in use" in str(refused[0])


def test_a_stream_that_fails_half_way(engine: zhida.Engine, tmp_path: Path) -> None:
    batch = pa.record_batch({"uscc": ["A", "B"]})

    def batches() -> Iterator[pa.RecordBatch]:
        yield batch
        raise RuntimeError("the database went away")

    def broken() -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(batch.schema, batches())

    for use in (
        lambda screen: screen.run(),
        lambda screen: list(screen),
        lambda screen: screen.write(tmp_path / "pairs.parquet"),
    ):
        with pytest.raises(zhida.StreamError, match="the database went away"):
            use(engine.screen(broken()))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises((pa.ArrowException, OSError), match="the database went away"):
        pa.table(engine.screen(broken()))
    taken = broken()
    taken.__arrow_c_stream__()
    with pytest.raises(Exception):  # noqa: B017
        engine.screen(taken).run()


def test_the_stream_outlives_its_makers(tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", firms(3000))
    reader = pa.RecordBatchReader.from_stream(
        zhida.Engine(zhida.load(FILES), as_of=AS_OF).screen(path, policies="per-head")
    )
    gc.collect()
    assert reader.read_all().num_rows == 3000


def test_streams_that_nobody_reads_are_released(engine: zhida.Engine) -> None:
    class Held:
        pass

    held = Held()
    gone = weakref.ref(held)

    def batches(kept: Held) -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"uscc": ["A"]})
        assert kept

    reader = pa.RecordBatchReader.from_batches(pa.schema({"uscc": pa.string()}), batches(held))
    screen = engine.screen(reader)
    capsule = screen.__arrow_c_stream__()
    del reader, screen, held
    gc.collect()
    assert gone() is not None  # the capsule keeps it all
    del capsule
    gc.collect()
    assert gone() is None


def test_engines_serve_many_threads_at_once(engine: zhida.Engine) -> None:
    wanted = engine.match(FIRM).to_json()
    wrong: list[str] = []

    def work() -> None:
        for _ in range(200):
            if engine.match(FIRM).to_json() != wanted:
                wrong.append("differs")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_results_do_not_depend_on_threads(pack: zhida.Pack, tmp_path: Path) -> None:
    rows = [
        {**firm, "staff": number % 7, "region": ["01", "02"][number % 2]}
        for number, firm in enumerate(firms(4000))
    ]
    path = write_ndjson(tmp_path / "firms.ndjson", rows)
    tables = [
        zhida.Engine(pack, as_of=AS_OF, threads=threads).screen(path).to_arrow() for threads in (1, 2, 5)
    ]
    assert tables[0].num_rows > 4000
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_a_run_and_its_progress_function_may_refer_to_each_other(engine: zhida.Engine) -> None:
    class Watcher:
        screen: zhida.Screen

        def __call__(self, progress: zhida.Progress) -> None:
            self.screen.cancel()

    def make(run: bool) -> weakref.ref[Watcher]:
        watcher = Watcher()
        watcher.screen = engine.screen(pa.table({"uscc": ["A"]}), on_progress=watcher)
        if run:
            with pytest.raises((zhida.Cancelled, zhida.StreamError)):
                list(watcher.screen)
        return weakref.ref(watcher)

    for run in (False, True):
        gone = make(run)
        gc.collect()
        assert gone() is None


def test_an_interrupt_of_the_source_ends_the_run(engine: zhida.Engine) -> None:
    def interrupted() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"uscc": ["A"]})
        raise KeyboardInterrupt

    uses: list[Any] = [lambda screen: screen.run(), list]
    for use in uses:
        source = pa.RecordBatchReader.from_batches(pa.schema({"uscc": pa.string()}), interrupted())
        with pytest.raises(KeyboardInterrupt):
            use(engine.screen(source))


# A program of its own, as users have. It says that the run has begun, reads on, and tells how it ended.
INTERRUPTED = """
import sys, time
import pyarrow as pa, zhida
from conftest import AS_OF, FILES
use = {"run": lambda screen: screen.run(), "list": list, "table": pa.table}[sys.argv[1]]
batch = pa.record_batch({"uscc": [f"F{i}" for i in range(20_000)], "staff": [20] * 20_000})
source = pa.Table.from_batches([batch] * 20_000).to_reader()
engine = zhida.Engine(zhida.load(FILES), as_of=AS_OF)
try:
    try:
        use(engine.screen(source, on_progress=lambda progress: print("begun", flush=True)))
    except Exception:
        pass
    # Where another library reads the stream, the interrupt comes with its error or right after it. Python
    # sees it between two steps of a program and not within one long sleep.
    for _ in range(6000):
        time.sleep(0.1)
    print("over", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("use", ["run", "list", "table"])
def test_ctrl_c_ends_a_run_whoever_reads_it(use: str) -> None:
    here = str(Path(__file__).parent)
    path = os.pathsep.join([here, environment()["PYTHONPATH"]])
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, use],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(PYTHONPATH=path),
    )
    assert process.stdout is not None
    try:
        # However busy the machine: nothing is sent before the run has said that it is under way.
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    finally:
        process.kill()
    assert out.splitlines()[-1] == "interrupted"
    assert (process.returncode, err) == (0, "")


def pairs_of(bitmaps: zhida.Screen) -> list[tuple[int, str, str]]:
    """(row, policy, outcome) of every bit, having looked at the layout."""
    found = []
    behind = 0
    for batch in bitmaps:
        batch.validate(full=True)
        rows = batch.to_pylist()
        for (first, count), block in itertools.groupby(rows, key=lambda row: (row["row"], row["rows"])):
            assert first >= behind
            behind = first + count
            kinds = [(row["policy"], row["outcome"]) for row in block]
            assert len(set(kinds)) == len(kinds)
        for row in rows:
            assert len(row["bits"]) == (row["rows"] + 63) // 64 * 8
            bits = int.from_bytes(row["bits"], "little")
            assert 0 < bits < 1 << row["rows"]
            found += [
                (row["row"] + i, row["policy"], row["outcome"]) for i in range(row["rows"]) if bits >> i & 1
            ]
    return found


@pytest.mark.parametrize("evaluator", ["batch", "point", "interpreter"])
@pytest.mark.parametrize("outcomes", [None, ["eligible"], list(zhida.OUTCOMES)])
def test_bitmaps_are_the_pairs(engine: zhida.Engine, tmp_path: Path, evaluator: Any, outcomes: Any) -> None:
    # Rejected rows among the others, so that bits and rows do not run side by side; and several pieces.
    lines = [line for i in range(400) for line in (MIXED[i % len(MIXED)], *firms(20))]
    path = write_ndjson(tmp_path / "firms.ndjson", lines)
    screen = engine.screen(path, outcomes=outcomes)
    pairs = screen.to_arrow().to_pylist()
    bitmaps = engine.screen(path, outcomes=outcomes, evaluator=evaluator, bitmaps=True)
    found = pairs_of(bitmaps)
    assert sorted(found) == sorted((row["row"], row["policy"], row["outcome"]) for row in pairs)
    assert len(found) > 1000
    for key in ("outcomes", "amount_fen", "by_policy", "rows_rejected"):
        assert bitmaps.summary[key] == screen.summary[key]


def test_bitmaps_of_nothing_and_in_files(engine: zhida.Engine, tmp_path: Path) -> None:
    nothing = engine.screen(write_ndjson(tmp_path / "none.ndjson", []), bitmaps=True)
    schema = nothing.schema
    assert nothing.to_arrow().num_rows == 0
    path = write_ndjson(tmp_path / "firms.ndjson", firms(3000))
    summary = engine.screen(path, bitmaps=True).write(tmp_path / "bits.parquet")
    table = pq.read_table(tmp_path / "bits.parquet")
    assert table.schema.names == schema.names == ["row", "rows", "policy", "outcome", "bits"]
    assert summary["written"]["bitmaps"] == table.num_rows > 0
    with pytest.raises(zhida.UsageError, match="columns of their own"):
        engine.screen(path, bitmaps=True, columns=["policy"])
