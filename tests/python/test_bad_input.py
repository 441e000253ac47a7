"""What bad input gets, as a user meets it at the command line: one row a kind, with the message as told.

A pack with a mistake ends with 3 and the place; a file that cannot be read with 2; a row that is wrong is
rejected alone (4), and every row is either judged or rejected. Nothing ever ends in a traceback.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FIRM, Ran, write_pack

Cli = Callable[..., Ran]
DATED = ("--as-of", AS_OF)

POLICY = "id: x\nclauses:\n  - {id: a, when: 'staff > 5', article: 第一条}\n"


def when(expression: str) -> str:
    return POLICY.replace("staff > 5", expression)


# A file of the pack, what it holds, and what is told: after the code, the file and the place follow.
PACKS: dict[str, tuple[str, str | bytes, str, str]] = {
    "invalid UTF-8": (
        "policies/x.yaml",
        POLICY.encode() + b"title: \xbd\xfa\n",
        "ZD1005 demo/policies/x.yaml:4:8",
        "this byte is not UTF-8; if the file is GB18030 or GBK, convert it: iconv -f GB18030 -t UTF-8",
    ),
    "a NUL byte": (
        "policies/x.yaml",
        POLICY.encode() + b"title: a\x00b\n",
        "ZD1003 demo/policies/x.yaml:4:9",
        "the file holds a NUL byte; delete it; is this a text file?",
    ),
    "an unknown key": (
        "policies/x.yaml",
        POLICY + "titel: x\n",
        "ZD2003 demo/policies/x.yaml:4:1",
        'unknown key "titel" in a policy; did you mean "title"?',
    ),
    "a duplicate key": (
        "policies/x.yaml",
        POLICY + "id: y\n",
        "ZD1007 demo/policies/x.yaml:4:1",
        'key "id" is already given on line 1; keep one of the two',
    ),
    "a duplicate key in JSON": (
        "policies/x.json",
        '{"id": "x", "id": "y"}',
        "ZD1007 demo/policies/x.json:1:13",
        'key "id" is already given on this line; keep one of the two',
    ),
    "an anchor": (
        "policies/x.yaml",
        "id: &x x\n",
        "ZD1010 demo/policies/x.yaml:1:5",
        'packs have no anchors: "&x"; write the value where it is needed, or put the text in quotes',
    ),
    "an alias": (
        "policies/x.yaml",
        "id: *x\n",
        "ZD1011 demo/policies/x.yaml:1:5",
        'packs have no aliases: "*x"; write the value itself, or put the text in quotes',
    ),
    "depth over the limit": (
        "policies/x.yaml",
        POLICY + "title: " + "[" * 100_000 + "]" * 100_000 + "\n",
        "ZD1006 demo/policies/x.yaml:4:71",
        "nesting is deeper than kTreeDepthMax = 64; flatten the data",
    ),
    "a policy of 20 MB": (
        "policies/x.yaml",
        POLICY + "title: |\n" + "  一二三四五六\n" * 1_000_000,
        "ZD1001 demo/policies/x.yaml",
        "the file has 21000075 bytes, more than kPackFileBytesMax = 8388608; split it into several files",
    ),
    "an undefined name": (
        "policies/x.yaml",
        when("从业人员 > 5"),
        "ZD3101 demo/policies/x.yaml:3:20",
        '"从业人员" is not a known name; did you mean 从业人数?',
    ),
    "a type clash": (
        "policies/x.yaml",
        when('staff > "5"'),
        "ZD3201 demo/policies/x.yaml:3:20",
        'cannot compare staff (number) with "5" (string) by >; write 5 without quotes',
    ),
    "a pattern with look-around": (
        "policies/x.yaml",
        when('matches(name, "(?=a)")'),
        "ZD3216 demo/policies/x.yaml:3:34",
        "this pattern cannot be used: look-around is not supported; "
        "say the condition outside the pattern with and; correct the pattern",
    ),
    "a pattern that RE2 refuses": (
        "policies/x.yaml",
        when('matches(name, "a{1001}")'),
        "ZD3216 demo/policies/x.yaml:3:34",
        "this pattern cannot be used: a repetition of more than 1000 times is not supported; "
        "correct the pattern",
    ),
    "a cyclic definition": (
        "definitions/c.yaml",
        "- {id: aa, is: 'bb + 1'}\n- {id: bb, is: 'aa + 1'}\n",
        "ZD2502 demo/definitions/c.yaml:1:3",
        "definitions refer to each other in a circle: aa -> bb -> aa; state one of them without the others",
    ),
    "an empty policy": (
        "policies/x.yaml",
        "",
        "ZD1002 demo/policies/x.yaml",
        "the file is empty; write it, or delete it",
    ),
    "an empty pack.yaml": (
        "pack.yaml",
        "",
        "ZD1002 demo/pack.yaml",
        "the file is empty; write it, or delete it",
    ),
    "an empty schema": (
        "schema.yaml",
        "",
        "ZD1002 demo/schema.yaml",
        "the file is empty; write it, or delete it",
    ),
}


@pytest.mark.parametrize("kind", PACKS)
def test_packs_with_a_mistake(cli: Cli, tmp_path: Path, kind: str) -> None:
    name, content, place, told = PACKS[kind]
    write_pack(tmp_path)
    (tmp_path / "demo" / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = cli("check", "demo")
    assert ran.code == 3
    assert ran.out.splitlines()[0] == f"{place}: {told}"
    assert "the pack cannot be used" in ran.out
    # Nothing else can be done with it either, and the same is told.
    ran = cli("screen", "demo", "firms.ndjson", *DATED, "-o", "pairs.csv")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[0] == f"zhida: {place}: {told}"
    assert not (tmp_path / "pairs.csv").exists()
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        (
            "nowhere",
            2,
            "zhida: ZD1050 nowhere: there is no such folder; give the folder that holds pack.yaml",
        ),
        (
            "file.txt",
            2,
            "zhida: ZD1050 file.txt: this is a file, not a folder; give the folder that holds pack.yaml",
        ),
        (
            "empty",
            3,
            "ZD1052 empty: this is no pack: it has no pack.yaml or pack.json, found nothing; "
            "give the folder that holds pack.yaml",
        ),
        (
            "notes",
            3,
            "ZD1052 notes: this is no pack: it has no pack.yaml or pack.json, found README.md; "
            "give the folder that holds pack.yaml",
        ),
    ],
)
def test_folders_that_are_no_packs(cli: Cli, tmp_path: Path, name: str, code: int, told: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/README.md").write_text("x")
    (tmp_path / "file.txt").write_text("x")
    ran = cli("check", name)
    assert ran.code == code
    assert (ran.err or ran.out).splitlines()[0] == told


# A line of NDJSON, the field and the code of its reject, and the reason.
LINES: dict[str, tuple[bytes, str, str, str]] = {
    "a line of 2 MB": (
        b'{"uscc":"B","name":"' + b"x" * 2_000_000 + b'"}',
        "",
        "ZD4003",
        "the line has 2000022 bytes, and at most 1048576 are taken; "
        "write one object a line and leave out what no policy asks for",
    ),
    "1e400": (b'{"uscc":"B","staff":1e400}', "staff", "ZD4012", r'"?1[eE]\+?400"? is .*; check .*unit'),
    "01": (
        b'{"uscc":"B","staff":01}',
        "staff",
        "ZD4002",
        'not JSON: the number "01" starts with a zero; drop it, or quote it if it is a code',
    ),
    "a number in a string fact": (
        b'{"uscc":"B","name":7}',
        "name",
        "ZD4010",
        'a number stands where a text is wanted; write "7" with quotes',
    ),
    "a date that is none": (
        b'{"uscc":"B","founded":"2026-02-30"}',
        "founded",
        "ZD4013",
        '"2026-02-30" is not a date of the calendar; write it like 2026-01-31',
    ),
    "invalid UTF-8": (
        b'{"uscc":"B","name":"\xbd\xfa"}',
        "",
        "ZD4001",
        "byte 21 of the row is not UTF-8; save the file as UTF-8 (it may be GBK)",
    ),
    "a NUL byte": (
        b'{"uscc":"B","name":"a\x00b"}',
        "",
        "ZD4002",
        "not JSON: column 22 has a bare control character inside a string; write it as \\t, \\n or \\u0000",
    ),
    "a duplicate key": (
        b'{"uscc":"B","staff":1,"staff":2}',
        "staff",
        "ZD4005",
        "the key is given twice in the row; keep one",
    ),
    "depth over the limit": (
        b'{"uscc":"B","x":' + b"[" * 300_000 + b"]" * 300_000 + b"}",
        "x",
        "ZD4008",
        "lists and objects are nested more than 64 deep; flatten them",
    ),
    "a line that is cut off": (
        b'{"uscc":"B"',
        "",
        "ZD4002",
        "not JSON: the row ends where a comma or } is wanted; is it cut off?",
    ),
}


@pytest.mark.parametrize("kind", LINES)
def test_a_bad_line_costs_only_itself(cli: Cli, folder: Path, tmp_path: Path, kind: str) -> None:
    line, field, code, reason = LINES[kind]
    good = [json.dumps({**FIRM, "uscc": subject}).encode() for subject in ("A", "C")]
    (tmp_path / "firms.ndjson").write_bytes(b"\n".join([good[0], line, good[1]]) + b"\n")
    run = ("screen", folder, "firms.ndjson", *DATED, "-o", "pairs.csv", "--rejects", "rejects.ndjson")
    ran = cli(*run, "--format", "json")
    assert ran.code == 4
    assert ran.err == ""
    assert (ran.json["rows_read"], ran.json["rows_rejected"], ran.json["subjects"]) == (3, 1, 2)
    assert [row["subject"] for row in csv.DictReader((tmp_path / "pairs.csv").open())] == ["A"] * 3 + [
        "C"
    ] * 3
    (reject,) = [json.loads(text) for text in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    told = reject.pop("reason")
    assert reject == {"row": 1, "line": 2, "file": "firms.ndjson", "field": field, "code": code}
    assert told == reason if kind != "1e400" else re.fullmatch(reason, told)
    # Alone, the same facts are refused with the same words.
    ran = cli("match", folder, "-", *DATED, input=line)
    assert ran.code == 2
    if b"\xbd" not in line:
        assert told in ran.err
    assert "Traceback" not in ran.err


FILES: dict[str, tuple[str, bytes | None, int, str]] = {
    "a missing file": (
        "firms.ndjson",
        None,
        2,
        "zhida: firms.ndjson cannot be read: No such file or directory; check the name",
    ),
    "an empty NDJSON": ("firms.ndjson", b"", 0, "zhida: no rows were read"),
    "an empty CSV": (
        "firms.csv",
        b"",
        2,
        "zhida: firms.csv is empty; a CSV file begins with a line of the names of facts",
    ),
    "a CSV that is not UTF-8": (
        "firms.csv",
        "uscc,企业名称\nA,晋江\n".encode("gb18030"),
        2,
        "zhida: firms.csv: its first line is not UTF-8; "
        "if it was saved on Chinese Windows or by Excel, say --encoding gb18030",
    ),
    "a CSV in UTF-16": (
        "firms.csv",
        "uscc,name\nA,x\n".encode("utf-16-le"),
        2,
        "zhida: firms.csv holds a NUL byte; "
        "if it is UTF-16, say --encoding utf-16; if not, it is damaged: export it again",
    ),
    "a NUL byte in a cell": (
        "firms.csv",
        b"uscc,name\nA,x\x00y\n",
        2,
        "zhida: firms.csv holds a NUL byte; "
        "if it is UTF-16, say --encoding utf-16; if not, it is damaged: export it again",
    ),
    "an empty Parquet": (
        "firms.parquet",
        b"",
        2,
        "zhida: firms.parquet is no whole Parquet file, write it again: ",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_files_that_cannot_be_read(cli: Cli, folder: Path, tmp_path: Path, kind: str) -> None:
    name, content, code, told = FILES[kind]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = cli("screen", folder, name, *DATED, "-o", "pairs.ndjson")
    assert ran.code == code
    assert ran.err.startswith(told)
    assert "Traceback" not in ran.err
    # An empty input is a run of nothing and has its file; one that failed leaves none.
    assert (tmp_path / "pairs.ndjson").exists() == (code == 0)
    if code == 0:
        assert "0 subjects x 3 policies = 0 pairs" in ran.out
        assert (tmp_path / "pairs.ndjson").read_bytes() == b""


def test_utf_16_is_read_when_it_is_named(cli: Cli, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "firms.csv").write_bytes("uscc,企业名称\nA,晋江\n".encode("utf-16"))
    ran = cli("screen", folder, "firms.csv", *DATED, "--encoding", "utf-16", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.json["subjects"] == 1


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda raw: raw[: len(raw) // 2], "is no whole Parquet file, write it again: "),
        (lambda raw: raw[:300] + bytes(200) + raw[500:], "cannot be read to its end, write it again: "),
    ],
    ids=["truncated", "damaged half way"],
)
def test_parquet_that_is_not_whole(
    cli: Cli, folder: Path, tmp_path: Path, damage: Callable[[bytes], bytes], told: str
) -> None:
    table = pa.table({"uscc": [f"F{row:05}" for row in range(3000)], "staff": [5] * 3000})
    pq.write_table(table, tmp_path / "firms.parquet", row_group_size=500)
    (tmp_path / "firms.parquet").write_bytes(damage((tmp_path / "firms.parquet").read_bytes()))
    ran = cli("screen", folder, "firms.parquet", *DATED, "-o", "pairs.csv")
    assert ran.code == 2
    assert ran.err.startswith(f"zhida: firms.parquet {told}")
    assert ran.err.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["demo", "firms.parquet"]


def test_a_wrong_check_digit_is_judged_with_a_warning(cli: Cli, folder: Path, tmp_path: Path) -> None:
    facts = json.dumps({**FIRM, "uscc": "91350582YYYY00001V"})
    told = (
        'zhida: the credit code "91350582YYYY00001V" has a wrong check digit; '
        "it is judged all the same, but check the code\n"
    )
    ran = cli("match", folder, "-", *DATED, "--format", "json", input=facts)
    assert (ran.code, ran.err) == (0, told)
    assert [outcome["outcome"] for outcome in ran.json["outcomes"]] == ["eligible"] * 3
    assert ran.json["warnings"] == [told.removeprefix("zhida: ").rstrip("\n")]
    ran = cli("explain", folder, "-", "per-head", *DATED, input=facts)
    assert (ran.code, ran.err) == (0, told)
    (tmp_path / "firms.ndjson").write_text(facts + "\n", encoding="utf-8")
    ran = cli("screen", folder, "firms.ndjson", *DATED, "--facts-date", AS_OF, "--format", "json")
    assert (ran.code, ran.json["bad_check_digits"], ran.json["outcomes"]["eligible"]) == (0, 1, 3)
    ran = cli("screen", folder, "firms.ndjson", *DATED, "--facts-date", AS_OF)
    assert ran.err == "zhida: 1 subject judged despite a wrong check digit in the credit code\n"
    good = json.dumps(FIRM)
    assert cli("match", folder, "-", *DATED, input=good).err == ""


def test_keys_that_the_schema_lacks_are_named(cli: Cli, folder: Path) -> None:
    facts = json.dumps({**FIRM, "satff": 20, "从业人": 20, "staff@state": "committed"})
    ran = cli("match", folder, "-", *DATED, input=facts)
    assert ran.code == 0
    assert ran.err.splitlines() == [
        'zhida: the schema does not declare "satff", so it is ignored; did you mean staff?',
        'zhida: the schema does not declare "从业人", so it is ignored; did you mean 从业人数?',
        "zhida: a promise was given on a fact that allows none; that fact counts as missing",
    ]
    assert cli("match", folder, "-", *DATED, "-q", input=facts).err == ""


def test_a_stream_that_fails_half_way(engine: zhida.Engine, tmp_path: Path) -> None:
    batch = pa.record_batch({"uscc": ["A", "B"]})

    def batches() -> Iterator[pa.RecordBatch]:
        yield batch
        raise RuntimeError("the database went away")

    reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
    with pytest.raises(zhida.StreamError, match="the database went away"):
        engine.screen(reader).write(tmp_path / "pairs.parquet")
    assert not list(tmp_path.iterdir())


def test_a_cancelled_run_says_so_and_leaves_nothing(engine: zhida.Engine, tmp_path: Path) -> None:
    batch = pa.record_batch({"uscc": ["A", "B"]})

    def batches() -> Iterator[pa.RecordBatch]:
        while True:
            yield batch

    reader = pa.RecordBatchReader.from_batches(batch.schema, batches())
    screens: list[Any] = []
    screen = engine.screen(reader, on_progress=lambda progress: screens[0].cancel())
    screens.append(screen)
    with pytest.raises(zhida.Cancelled):
        screen.write(tmp_path / "pairs.parquet")
    assert not list(tmp_path.iterdir())
    # Ctrl-C at the command line, with exit code 130: test_long_runs.py.
