"""pyarrow, polars, DuckDB and pandas hand tables in and take results out, by Arrow capsules."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zhida
from conftest import FIRM, firms

COUNT = 300


def plain_table(count: int = COUNT) -> pa.Table:
    """Facts of every form: text, code, integer, boolean, date, series, decimal, structures, and marks."""
    revenue = pa.list_(pa.struct([("period", pa.int32()), ("value", pa.decimal128(20, 4))]))
    hires = pa.list_(pa.struct([("hired_on", pa.date32()), ("pay", pa.int64())]))
    return pa.table(
        {
            "uscc": [f"F{number:05}" for number in range(count)],
            "登记地": pa.array([["01", "02"][number % 2] for number in range(count)]).dictionary_encode(),
            "staff": pa.array([number % 7 for number in range(count)], pa.int32()),
            "hitech": pa.array([[True, False, None][number % 3] for number in range(count)]),
            "hitech@state": pa.array([["committed", None][number % 2] for number in range(count)]),
            "founded": pa.array([datetime.date(2015, 3, 1)] * count),
            "revenue": pa.array(
                [
                    [
                        {"period": 2023, "value": Decimal(100)},
                        {"period": 2024, "value": Decimal(100 + number % 5)},
                    ]
                    for number in range(count)
                ],
                revenue,
            ),
            "closed_on@state": pa.array(["absent"] * count),
            "hires": pa.array([[{"hired_on": datetime.date(2025, 1, 1), "pay": 5000}]] * count, hires),
        }
    )


@pytest.fixture(scope="module")
def wanted(engine: zhida.Engine) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = engine.screen(plain_table()).to_arrow().to_pylist()
    assert {row["outcome"] for row in rows} == {"eligible", "conditional", "undetermined", "error"}
    return rows


def test_arrow_is_the_same_as_one_by_one(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    by_pair = {(row["row"], row["policy"]): row for row in wanted}
    for row, facts in enumerate(plain_table().to_pylist()[:40]):
        facts["revenue"] = {entry["period"]: entry["value"] for entry in facts["revenue"]}
        facts = {key: value for key, value in facts.items() if value is not None}
        for outcome in engine.match(facts):
            if outcome.outcome != "ineligible":
                found = by_pair[row, outcome.policy]
                assert (found["outcome"], found["amount_fen"]) == (outcome.outcome, outcome.amount_fen)
            else:
                assert (row, outcome.policy) not in by_pair


def test_pyarrow_in_all_its_forms(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    table = plain_table()
    forms: list[Any] = [
        table,
        table.to_reader(max_chunksize=7),
        table.combine_chunks().to_batches()[0],
        pa.Table.from_batches(table.to_batches(max_chunksize=13)),
        table.replace_schema_metadata({"a": "b"}),
    ]
    for form in forms:
        assert engine.screen(form).to_arrow().to_pylist() == wanted
    sliced = engine.screen(pa.concat_tables([table.slice(250), table]).slice(50, 300)).to_arrow().to_pylist()
    assert [(row["subject"], row["policy"], row["outcome"]) for row in sliced] == [
        (row["subject"], row["policy"], row["outcome"]) for row in wanted
    ]


def test_an_array_alone_will_do(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    class Batch:
        def __init__(self, batch: pa.RecordBatch) -> None:
            self._batch = batch

        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return self._batch.__arrow_c_array__(requested_schema)

    batch = plain_table().combine_chunks().to_batches()[0]
    assert engine.screen(Batch(batch)).to_arrow().to_pylist() == wanted


def test_pyarrow_takes_the_results(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    assert pa.table(engine.screen(plain_table())).to_pylist() == wanted
    reader = pa.RecordBatchReader.from_stream(engine.screen(plain_table()))
    table = reader.read_all()
    table.validate(full=True)
    assert table.to_pylist() == wanted


def test_polars(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    pl = pytest.importorskip("polars")
    frame = pl.from_arrow(plain_table())
    assert isinstance(frame, pl.DataFrame)
    screen = engine.screen(frame)
    assert screen.to_arrow().to_pylist() == wanted
    results = pl.DataFrame(engine.screen(frame))
    assert results.height == len(wanted)
    assert results.get_column("policy").cast(pl.String).to_list() == [row["policy"] for row in wanted]
    assert results.get_column("amount_fen").to_list() == [row["amount_fen"] for row in wanted]
    # What polars makes of Python objects: utf8_view, large lists, 64-bit numbers.
    made = pl.DataFrame({"uscc": ["A", "B"], "staff": [20, 0], "share": [0.03, None]})
    assert engine.screen(made).run()["outcomes"]["error"] == 1


def test_duckdb(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("firms", plain_table())
    relation = connection.sql("select * from firms order by uscc")
    assert engine.screen(relation).to_arrow().to_pylist() == wanted
    results = engine.screen(connection.sql("select * from firms order by uscc")).to_arrow()
    connection.register("results", results)
    counted = connection.sql("select outcome, count(*)::int from results group by outcome").fetchall()
    outcomes = [row["outcome"] for row in wanted]
    assert dict(counted) == {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


def test_pandas(engine: zhida.Engine, wanted: list[dict[str, Any]]) -> None:
    pd = pytest.importorskip("pandas")
    table = plain_table().drop_columns(["revenue", "hires", "closed_on@state"])
    frame = table.to_pandas()
    summary = engine.screen(frame).run()
    assert summary["outcomes"] == engine.screen(table).run()["outcomes"]
    assert summary["rows_rejected"] == 0
    results = pa.table(engine.screen(frame)).to_pandas()
    assert set(results.columns) == {"row", "subject", "policy", "outcome", "amount_fen"}
    # A gap makes whole numbers floats in pandas, and the gap NaN; neither hurts.
    gappy = pd.DataFrame({"uscc": ["A", "B"], "staff": [20, None]})
    assert engine.screen(gappy).run()["outcomes"]["undetermined"] == 5


def test_a_run_over_results_of_a_run(engine: zhida.Engine) -> None:
    """Streams nest: the source may itself be made on the fly, by Python, while the engine pulls."""
    screen = engine.screen(plain_table())
    subjects = pa.RecordBatchReader.from_batches(
        pa.schema({"uscc": pa.string()}),
        (pa.record_batch({"uscc": batch.column("subject")}) for batch in screen),
    )
    assert (
        engine.screen(subjects).run()["rows_read"]
        == screen.summary["pairs"] - screen.summary["outcomes"]["ineligible"]
    )


def test_parquet_of_every_peer(engine: zhida.Engine, wanted: list[dict[str, Any]], tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    import pyarrow.parquet as pq

    table = plain_table()
    pq.write_table(table, tmp_path / "arrow.parquet", row_group_size=64)
    pl.from_arrow(table).write_parquet(tmp_path / "polars.parquet")  # type: ignore[union-attr,unused-ignore]
    connection = duckdb.connect()
    connection.register("firms", table)
    connection.sql("select * from firms order by uscc").write_parquet(str(tmp_path / "duckdb.parquet"))
    for name in ("arrow", "polars", "duckdb"):
        assert engine.screen(tmp_path / f"{name}.parquet").to_arrow().to_pylist() == wanted
    engine.screen(table).write(tmp_path / "pairs.parquet")
    assert pl.read_parquet(tmp_path / "pairs.parquet").height == len(wanted)
    pairs = str(tmp_path / "pairs.parquet")
    assert connection.sql(f"select count(*) from '{pairs}'").fetchall() == [(len(wanted),)]


def test_json_and_arrow_agree(engine: zhida.Engine, tmp_path: Path) -> None:
    from conftest import write_ndjson

    path = write_ndjson(tmp_path / "firms.ndjson", firms(50))
    revenue = pa.list_(pa.struct([("period", pa.string()), ("value", pa.float64())]))
    columns: dict[str, Any] = {
        key: pa.array([firm[key] for firm in firms(50)])
        for key in ("uscc", "name", "region", "staff", "hitech", "founded")
    }
    series = [{"period": "2023", "value": 100.0}, {"period": "2024", "value": 200.5}]
    columns["revenue"] = pa.array([series] * 50, revenue)
    columns["closed_on@state"] = ["absent"] * 50
    assert (
        engine.screen(path).to_arrow().to_pylist() == engine.screen(pa.table(columns)).to_arrow().to_pylist()
    )
    assert FIRM["closed_on"] is None
