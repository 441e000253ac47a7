"""CSV in: exact numbers, encodings, series, and rows that cannot be read."""

from __future__ import annotations

import gc
import json
from pathlib import Path
from typing import Any

import pytest
import zhida

HEAD = "uscc,staff,revenue[2023],revenue[2024],region,hitech,founded,share,closed_on@state\n"


def screened(engine: zhida.Engine, path: Path, **options: Any) -> tuple[list[Any], dict[str, Any], list[Any]]:
    rejects = path.parent / "rejects.ndjson"
    screen = engine.screen(path, outcomes=zhida.OUTCOMES, rejects=rejects, **options)
    rows = screen.to_arrow().to_pylist()
    return rows, screen.summary, [json.loads(line) for line in rejects.read_text().splitlines()]


def amounts(rows: list[Any]) -> dict[str, int]:
    return {row["subject"]: row["amount_fen"] for row in rows if row["policy"] == "growth-award"}


def test_csv_is_the_same_as_json(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        HEAD
        + "A,20,100,200.5,01,true,2015-03-01,0.03,absent\n"
        + 'B, 20 ,"0",0.0101,02,FALSE,,,absent\n'
        + "C,,,,,,,,\n"
        + "D,20,,100,01,1,,1e-3,absent\n"
    )
    rows, summary, rejects = screened(engine, path)
    assert rejects == []
    assert summary["subjects"] == 4
    facts: list[dict[str, Any]] = [
        {
            "uscc": "A",
            "staff": 20,
            "revenue": {2023: 100, 2024: 200.5},
            "region": "01",
            "hitech": True,
            "founded": "2015-03-01",
            "share": 0.03,
            "closed_on@state": "absent",
        },
        {
            "uscc": "B",
            "staff": 20,
            "revenue": {2023: 0, 2024: 0.0101},
            "region": "02",
            "hitech": False,
            "closed_on@state": "absent",
        },
        {"uscc": "C"},
        {
            "uscc": "D",
            "staff": 20,
            "revenue": {2024: 100},
            "region": "01",
            "hitech": True,
            "closed_on@state": "absent",
        },
    ]
    for row, firm in enumerate(facts):
        for outcome in engine.match(firm):
            assert {
                "row": row,
                "subject": firm["uscc"],
                "policy": outcome.policy,
                "outcome": outcome.outcome,
                "amount_fen": outcome.amount_fen,
            } in rows
    assert amounts(rows)["A"] == 1005000
    assert amounts(rows)["B"] == 101


def test_names_in_chinese_tabs_quotes_and_a_byte_order_mark(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        "\ufeff统一社会信用代码\t 营业收入[2023] \t营业收入[2024]\t从业人数\t备注\n"
        + '"00123"\t1\t2\t20\t"two\nlines"\n\n00124\t1\t3\t20\t\n',
        encoding="utf-8",
    )
    rows, summary, _ = screened(engine, path)
    assert {row["subject"] for row in rows} == {"00123", "00124"}
    assert [row["row"] for row in rows] == [0, 0, 0, 1, 1, 1]
    assert summary["undeclared"] == {"备注": 2}


def test_gb18030(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = "统一社会信用代码,企业名称,从业人数\n甲,喆𠮷公司,20\n乙,丙,3\n"
    path.write_bytes(text.encode("gb18030"))
    with pytest.raises(zhida.DataError, match="gb18030"):
        engine.screen(path)
    rows, _, rejects = screened(engine, path, encoding="gb18030")
    assert {row["subject"] for row in rows} == {"甲", "乙"}
    assert rejects == []
    # Bytes that are no characters cost one row, not the file; what follows stays in step.
    path.write_bytes(text.encode("gb18030") + b"\xff\xff,x,1\n" + "丁,戊,20\n".encode("gb18030"))
    rows, summary, rejects = screened(engine, path, encoding="gb18030")
    assert {row["subject"] for row in rows} == {"甲", "乙", "丁"}
    assert (summary["rows_read"], summary["rows_rejected"]) == (4, 1)
    assert (rejects[0]["row"], rejects[0]["line"], rejects[0]["code"]) == (2, 4, "ZD4001")
    with pytest.raises(zhida.UsageError, match="klingon"):
        engine.screen(path, encoding="klingon")


def test_ascii_head_over_gbk_rows_says_what_to_do(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("uscc,name\nA,甲公司\nB,b\n".encode("gbk"))
    rows, _, rejects = screened(engine, path)
    assert {row["subject"] for row in rows} == {"B"}
    assert "encoding" in rejects[0]["reason"]
    assert rejects[0]["field"] == "name"


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ('X,"1,000",,,,,,,', "staff", "ZD4010"),
        ("X,abc,,,,,,,", "staff", "ZD4010"),
        ("X,0x10,,,,,,,", "staff", "ZD4010"),
        ("X,nan,,,,,,,", "staff", "ZD4010"),
        ("X,１２,,,,,,,", "staff", "ZD4010"),
        ("X,1.5,,,,,,,", "staff", "ZD4011"),
        ("X,,,,,,,0.1234567890123,", "share", "ZD4011"),
        ("X,,1e30,,,,,,", "revenue[2023]", "ZD4012"),
        ("X,1e99999,,,,,,,", "staff", "ZD4010"),
        ("X,,,,,maybe,,,", "hitech", "ZD4010"),
        ("X,,,,09,,,,", "region", "ZD4015"),
        ("X,,,,,,2015-02-30,,", "founded", "ZD4013"),
        ("X,,,,,,,,perhaps", "closed_on@state", "ZD4020"),
        (",20,,,,,,,", "uscc", "ZD4007"),
        ("X,20", "", "ZD4002"),
        ("X,20,,,,,,,,,", "", "ZD4002"),
    ],
)
def test_a_bad_row_is_rejected_alone(
    engine: zhida.Engine, tmp_path: Path, cells: str, field: str, code: str
) -> None:
    path = tmp_path / "a.csv"
    good = "G,20,100,200,01,true,,,absent\n"
    path.write_text(HEAD + good + cells + "\n" + good.replace("G", "H"))
    rows, summary, rejects = screened(engine, path)
    assert (summary["rows_read"], summary["rows_rejected"]) == (3, 1)
    assert {(row["row"], row["subject"]) for row in rows} == {(0, "G"), (2, "H")}
    assert [(one["row"], one["line"], one["file"]) for one in rejects] == [(1, 3, str(path))]
    assert (rejects[0]["code"], rejects[0]["field"]) == (code, field)
    assert rejects[0]["reason"]


def test_numbers_keep_every_digit(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    # 12 digits after the point are too fine for money, unless they are zeros.
    path.write_text(
        "uscc,revenue[2023],revenue[2024]\nA,0,90071992547409.93\nB,0,1.50000000000000000\nC,0,0.0000001\n"
    )
    rows, _, rejects = screened(engine, path)
    assert amounts(rows).keys() == {"A", "B"}
    assert [(one["row"], one["code"]) for one in rejects] == [(2, "ZD4011")]
    facts = {"uscc": "A", "revenue": {2023: 0, 2024: "90071992547409.93"}, "closed_on@state": "absent"}
    text = json.dumps(facts).replace('"90071992547409.93"', "90071992547409.93")
    path.write_text("uscc,revenue[2023],revenue[2024],closed_on@state\nA,0,90071992547409.93,absent\n")
    rows, _, _ = screened(engine, path)
    assert amounts(rows)["A"] == engine.match(text)["growth-award"].amount_fen


def test_many_bad_rows_keep_their_numbers_across_blocks(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    padding = "x" * 100
    with path.open("w") as file:
        file.write("uscc,staff,name\n")
        for row in range(100_000):
            if row % 7 == 0 or row > 99_990:
                file.write(f"F{row}\n")
            elif row % 11 == 0:
                file.write(f"F{row},many,{padding}\n")
            else:
                file.write(f"F{row},20,{padding}\n")
    rows, summary, rejects = screened(engine, path, policies="per-head")
    short = {row for row in range(100_000) if row % 7 == 0 or row > 99_990}
    wordy = {row for row in range(100_000) if row % 11 == 0} - short
    assert {row["row"] for row in rows} == set(range(100_000)) - short - wordy
    assert all(row["subject"] == f"F{row['row']}" for row in rows)
    assert [one["row"] for one in rejects] == sorted(short | wordy)
    assert {one["row"] for one in rejects if one["code"] == "ZD4010"} == wordy
    assert all(one["line"] == one["row"] + 2 for one in rejects)
    assert summary["rows_rejected"] == len(rejects)


def test_nothing_is_left_behind(
    engine: zhida.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    path = tmp_path / "a.csv"
    path.write_text("uscc,staff\nA,x\n")
    screen = engine.screen(path, rejects=tmp_path / "rejects.ndjson")
    assert list(scratch.iterdir()) != []
    del screen
    with pytest.raises(zhida.StreamError, match="nowhere"):
        engine.screen(path, rejects=tmp_path / "nowhere/rejects.ndjson")
    path.write_text('uscc,staff\nA,"1\n')
    with pytest.raises(zhida.StreamError):
        engine.screen(path, rejects=tmp_path / "rejects.ndjson").run()
    gc.collect()
    assert list(scratch.iterdir()) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "rejects.ndjson", "scratch"]


def test_several_csv_files(engine: zhida.Engine, tmp_path: Path) -> None:
    one = tmp_path / "1.csv"
    two = tmp_path / "2.csv"
    one.write_text("uscc,staff\nA,20\nB,b\n")
    two.write_text("uscc,staff\nC,c\nD,20\n")
    rejects = tmp_path / "rejects.ndjson"
    rows = engine.screen([one, two], policies="per-head", rejects=rejects).to_arrow().to_pylist()
    assert [(row["row"], row["subject"]) for row in rows] == [(0, "A"), (3, "D")]
    told = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(row["row"], row["line"], row["file"]) for row in told] == [(1, 3, str(one)), (2, 2, str(two))]
    two.write_text("staff,uscc\n20,C\n")
    with pytest.raises(zhida.DataError, match=r"2\.csv has other columns"):
        engine.screen([one, two])


def test_results_are_complete_for_whoever_takes_the_stream(engine: zhida.Engine, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    path = tmp_path / "a.csv"
    path.write_text("uscc,staff\nA,20\nB,b\n")
    rejects = tmp_path / "rejects.ndjson"
    assert pa.table(engine.screen(path, rejects=rejects)).num_rows == 3
    assert json.loads(rejects.read_text())["field"] == "staff"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "rejects.ndjson"]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("uscc,hires", "hires"),
        ("uscc,revenue", r"revenue\[2024\]"),
        ("uscc,营业收入", r"营业收入\[2024\]"),
        ("uscc,staff[2024]", "no series"),
        ("uscc,staff,staff", "twice"),
        ("uscc,staff,从业人数", "从业人数|staff"),
        ("staff", "uscc"),
    ],
)
def test_heads_that_cannot_work_are_refused(
    engine: zhida.Engine, tmp_path: Path, head: str, told: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(head + "\n")
    with pytest.raises(zhida.DataError, match=told):
        engine.screen(path)


def test_empty_files_and_heads_alone(engine: zhida.Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("")
    with pytest.raises(zhida.StreamError, match="empty"):
        engine.screen(path)
    for text in ("uscc,staff\n", "uscc,staff", "uscc,staff\n\n\n"):
        path.write_text(text)
        assert engine.screen(path).run()["rows_read"] == 0
    path.write_text('uscc,staff\nA,"never closed\n' + "B,1\n" * 10)
    with pytest.raises(zhida.StreamError, match="quote"):
        engine.screen(path).run()
