"""Coded files from Python and from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FIRM, Ran, firms, write_ndjson
from test_screen import MIXED

ANSWERS = ("rows_read", "rows_rejected", "outcomes", "amount_fen", "undeclared", "undated", "by_policy")


def some_firms(folder: Path, count: int) -> Path:
    return write_ndjson(folder / "some.ndjson", firms(count))


def answers(summary: dict[str, Any]) -> dict[str, Any]:
    return {key: summary[key] for key in ANSWERS}


def test_a_coded_file_gives_the_answers_of_its_source(engine: zhida.Engine, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "firms.ndjson", MIXED)
    coded = tmp_path / "firms.zhida"
    rejects = tmp_path / "rejects.ndjson"
    summary = engine.encode(source, coded, rejects=rejects)
    assert summary["complete"]
    assert (summary["rows_read"], summary["rows_rejected"]) == (6, 2)
    assert summary["bytes"] == coded.stat().st_size
    assert len(rejects.read_text().splitlines()) == 2
    of_source = engine.screen(source)
    of_coded = engine.screen(coded)
    assert of_coded.to_arrow().equals(of_source.to_arrow())
    assert answers(of_coded.summary) == answers(of_source.summary)
    assert of_coded.summary["work"]["codes"] == "from the file"


def test_encoding_from_parquet_csv_and_tables(engine: zhida.Engine, tmp_path: Path) -> None:
    table = pa.table({"uscc": ["a", "b", None], "staff": [1, None, 3], "name": ["x", "y", "z"]})
    pq.write_table(table, tmp_path / "firms.parquet")
    (tmp_path / "firms.csv").write_text("uscc,staff,name\na,1,x\nb,,y\n,3,z\n")
    wanted = engine.screen(table).to_arrow()
    for source in (table, tmp_path / "firms.parquet", tmp_path / "firms.csv"):
        coded = tmp_path / "coded.zhida"
        assert engine.encode(source, coded)["rows_rejected"] == 1
        assert engine.screen(coded).to_arrow().equals(wanted)


def test_in_one_step_with_a_pack(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "firms.zhida"
    summary = zhida.encode(engine.pack, some_firms(tmp_path, 10), path, as_of=AS_OF, threads=1)
    assert summary["subjects"] == 10
    assert engine.screen(path).run()["subjects"] == 10


def test_another_day_needs_no_source(engine: zhida.Engine, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "firms.ndjson", [{**FIRM, "staff@date": "2024-08-01"}])
    coded = tmp_path / "firms.zhida"
    engine.encode(source, coded)
    later = zhida.Engine(engine.pack, "2026-01-01")
    before = later.screen(coded).run()
    assert answers(before) == answers(later.screen(source).run())
    assert before["work"]["codes"] == "made anew"
    later.encode(coded, coded)
    after = later.screen(coded).run()
    assert answers(after) == answers(before)
    assert after["work"]["codes"] == "from the file"


def test_names_that_are_no_coded_file(engine: zhida.Engine, tmp_path: Path) -> None:
    source = some_firms(tmp_path, 1)
    with pytest.raises(zhida.UsageError, match=r"end it with \.zhida"):
        engine.encode(source, tmp_path / "firms.parquet")
    with pytest.raises(zhida.UsageError, match=r"\.zhida"):
        engine.screen(source).write(tmp_path / "pairs.zhida")
    with pytest.raises(zhida.StreamError, match="No such file"):
        engine.encode(source, tmp_path / "no" / "firms.zhida")
    one = tmp_path / "one.zhida"
    engine.encode(source, one)
    with pytest.raises(zhida.UsageError, match="one at a time"):
        engine.screen([one, one])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zhida", "some.ndjson"]


def test_damage_is_told_and_leaves_no_results(engine: zhida.Engine, tmp_path: Path) -> None:
    coded = tmp_path / "firms.zhida"
    engine.encode(some_firms(tmp_path, 50), coded)
    whole = coded.read_bytes()
    coded.write_bytes(whole[:-1])
    with pytest.raises(zhida.DataError, match="ZD4204"):
        engine.screen(coded)
    coded.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    pairs = tmp_path / "pairs.parquet"
    # What is not looked at cannot mislead; here the subjects of the pairs are.
    with pytest.raises(zhida.StreamError, match=r"ZD4204 .*damaged in group 1 of 1"):
        engine.screen(coded).write(pairs)
    assert not pairs.exists()


def test_the_command(cli: Callable[..., Ran], folder: Path, tmp_path: Path) -> None:
    write_ndjson(tmp_path / "firms.ndjson", MIXED)
    ran = cli("encode", folder, "firms.ndjson", "-o", "firms.zhida", "--as-of", AS_OF)
    assert ran.code == 4
    assert "firms.zhida: 4 subjects of 6 rows" in ran.out
    assert "2 rows rejected" in ran.err
    outputs = []
    for name in ("firms.ndjson", "firms.zhida"):
        ran = cli("screen", folder, name, "-o", "pairs.csv", "--as-of", AS_OF, "--format", "json")
        assert ran.code == 4
        summary = json.loads(ran.out)
        assert summary["written"]["bytes"] == Path("pairs.csv").stat().st_size
        outputs.append((Path("pairs.csv").read_text(), answers(summary), summary["written"]))
    assert outputs[0] == outputs[1]
