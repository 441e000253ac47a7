"""The command line: exit codes, the JSON that programs read, messages for people, interruptions."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FILES, FIRM, ROOT, Ran, command, environment, firms, write_ndjson, write_pack

Cli = Callable[..., Ran]
DATED = ("--as-of", AS_OF)


def facts_file(folder: Path, **changes: Any) -> Path:
    path = folder / "firm.json"
    path.write_text(json.dumps({**FIRM, **changes}, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def no_trace(ran: Ran) -> None:
    assert "Traceback" not in ran.err + ran.out


# --- The frame ------------------------------------------------------------------------------------


def test_version_is_quick() -> None:
    def seconds() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    took = []
    for _ in range(3):
        before = seconds()
        ran = subprocess.run(
            command("--version"), capture_output=True, text=True, env=environment(), check=True
        )
        took.append(seconds() - before)
    assert ran.stdout == f"zhida {zhida.__version__}\n"
    # Processor time rather than wall time, so that a busy machine does not fail it.
    assert min(took) <= 0.3


def test_start_imports_no_pyarrow_rich_or_numpy() -> None:
    code = (
        "import sys, zhida.cli; print([name for name in ('pyarrow', 'rich', 'numpy') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--nope",),
        ("nope",),
        ("match",),
        ("match", "demo"),
        ("match", "demo", "firm.json", "--format", "xml"),
        ("screen", "demo", "a.ndjson", "--threads", "many"),
        ("screen", "demo", "a.ndjson", "--threads", "-1"),
        ("explain", "demo", "firm.json"),
        ("explain", "demo", "firm.json", "p", "--lang", "la"),
    ],
)
def test_wrong_usage_is_2_and_points_to_help(cli: Cli, arguments: tuple[str, ...]) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    assert "--help" in ran.err + ran.out
    no_trace(ran)


@pytest.mark.parametrize("name", ["check", "match", "screen", "explain", "test", "demo"])
def test_help_of_every_command(cli: Cli, name: str) -> None:
    ran = cli(name, "--help")
    assert ran.code == 0
    assert f"Usage: zhida {name}" in ran.out
    assert ran.err == ""


def test_every_option_is_documented(cli: Cli) -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for name in ("check", "match", "screen", "explain", "test", "demo"):
        options = set(re.findall(r"--[a-z][a-z-]+", cli(name, "--help").out)) - {"--help"}
        assert options
        assert [option for option in sorted(options) if option not in page] == []


def test_our_own_mistakes_are_101_in_one_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("here")

    monkeypatch.setattr(zhida, "load", broken)
    ran = cli("check", folder)
    assert ran.code == 101
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError: here" in ran.err
    assert "report" in ran.err
    no_trace(ran)
    monkeypatch.setenv("ZHIDA_DEBUG", "1")
    assert "Traceback" in cli("check", folder).err


# --- check ----------------------------------------------------------------------------------------


def test_check(cli: Cli, folder: Path) -> None:
    ran = cli("check", folder)
    assert ran.code == 0
    assert "demo 1.2.0 (sample): 3 policies, 10 facts, no mistakes, 0 warnings" in ran.out
    assert ran.err == ""
    answer = cli("check", folder, "--format", "json").json
    assert answer["ok"] is True
    assert answer["pack"]["id"] == "demo"
    assert answer["errors"] == answer["warnings"] == []


def test_check_reports_every_mistake_with_3(cli: Cli, tmp_path: Path) -> None:
    wrong = FILES["demo/policies/award.yaml"].replace("登记地 =", "登记处 =")
    unclosed = FILES["demo/policies/ratio.yaml"] + "nonsense: 1\n"
    folder = write_pack(tmp_path, **{"demo/policies/award.yaml": wrong, "demo/policies/ratio.yaml": unclosed})
    ran = cli("check", folder)
    assert ran.code == 3
    assert re.search(r"^ZD\d{4} .*award\.yaml:5:\d+: ", ran.out, re.MULTILINE)
    assert "nonsense" in ran.out
    ran = cli("check", folder, "--format", "json", "--strict")
    assert ran.code == 3
    assert ran.json["ok"] is False
    assert {"code", "file", "line", "column", "what", "mend"} == set(ran.json["errors"][0])
    for arguments in (
        ("match", folder, facts_file(tmp_path)),
        ("test", folder),
        ("explain", folder, "-", "x"),
    ):
        ran = cli(*arguments, input="{}")
        assert ran.code == 3
        assert "award.yaml:5:" in ran.err
        no_trace(ran)


def test_check_strict_makes_a_warning_a_finding(cli: Cli, tmp_path: Path) -> None:
    bare = FILES["demo/policies/ratio.yaml"].replace(", article: 第五条", "")
    folder = write_pack(tmp_path, **{"demo/policies/ratio.yaml": bare})
    ran = cli("check", folder)
    assert ran.code == 0
    assert ": warning: " in ran.out
    assert "1 warning" in ran.out
    ran = cli("check", folder, "--strict", "--format", "json")
    assert ran.code == 1
    assert len(ran.json["warnings"]) == 1


def test_check_cost_and_plan(cli: Cli, folder: Path) -> None:
    ran = cli("check", folder, "--cost", "--plan", *DATED)
    assert ran.code == 0
    assert "planes" in ran.out
    assert "policy per-head" in ran.out
    answer = cli("check", folder, "--cost", "--plan", *DATED, "--format", "json").json
    assert answer["as_of"] == AS_OF
    assert {row["path"] for row in answer["costs"]} <= {"planes", "texts", "interpreter"}
    assert "policy per-head" in answer["plan"]


def test_folders_that_are_no_packs(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = cli("check", tmp_path / "nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.err
    ran = cli("check", tmp_path / "empty")
    assert ran.code in (2, 3)
    assert "pack.yaml" in ran.out + ran.err
    no_trace(ran)


# --- match ----------------------------------------------------------------------------------------


def test_match_json_is_the_contract(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = facts_file(tmp_path, staff=0, region="02", **{"hitech@state": "committed"}, revenue=None)
    ran = cli("match", folder, path, *DATED, "--format", "json")
    assert ran.code == 4  # one pair cannot be computed
    answer = ran.json
    assert list(answer) == ["schema_version", "as_of", "pack", "subject", "outcomes", "decisions"]
    assert answer["schema_version"] == 1
    assert answer["as_of"] == AS_OF
    assert set(answer["pack"]) == {"id", "version", "digest"}
    assert answer["subject"] == FIRM["uscc"]
    outcomes = {outcome["policy"]: outcome for outcome in answer["outcomes"]}
    away, growth, head = (outcomes[policy] for policy in ("hitech-award", "growth-award", "per-head"))
    assert (away["outcome"], away["amount_fen"], away["reason"]) == ("ineligible", None, "scope")
    assert away["clauses"] == [
        {"id": "in_force", "truth": "true"},
        {"id": "place", "truth": "false"},
        {"id": "hitech", "truth": "true"},
    ]
    assert (growth["outcome"], growth["reason"]) == ("undetermined", "condition")
    assert growth["missing"] == [{"fact": "revenue", "cause": "missing"}]
    assert growth["clauses"][0] == {"id": "growth", "truth": "unknown", "cause": "missing"}
    assert (head["outcome"], head["reason"]) == ("error", "evaluation")
    assert head["clauses"] == [{"id": "head", "truth": "error"}]
    assert answer["decisions"] == [{"id": "size_answer", "state": "known", "value": "小"}]
    assert "could not be computed (per-head)" in ran.err
    path = facts_file(tmp_path, **{"hitech@state": "committed"})
    ran = cli("match", folder, path, *DATED, "--format", "json")
    assert ran.code == 0
    assert ran.json["outcomes"][0] == {
        "policy": "hitech-award",
        "outcome": "conditional",
        "amount_fen": 100050,
        "promised": ["hitech"],
        "clauses": [
            {"id": "in_force", "truth": "true"},
            {"id": "place", "truth": "true"},
            {"id": "hitech", "truth": "true"},
        ],
    }


def test_match_json_can_be_cut(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = facts_file(tmp_path, staff=0)
    ran = cli(
        "match", folder, path, *DATED, "--format", "json", "--only", "eligible,conditional", "--no-clauses"
    )
    assert ran.code == 4  # what is not shown counts all the same
    assert [set(outcome) for outcome in ran.json["outcomes"]] == [{"policy", "outcome", "amount_fen"}] * 2
    ran = cli("match", folder, path, *DATED, "--format", "json", "--policy", "growth-award")
    assert ran.code == 0
    assert [outcome["policy"] for outcome in ran.json["outcomes"]] == ["growth-award"]
    for wrong in (("--only", "nope"), ("--policy", "nope"), ("--as-of", "2025-02-30"), ("--known-on", "x")):
        ran = cli("match", folder, path, *DATED, *wrong)
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err.startswith("zhida: ")


def test_match_table_is_for_people(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = facts_file(tmp_path, staff=None, region="02", **{"hitech@state": "committed"})
    ran = cli("match", folder, path, *DATED)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"{FIRM['uscc']} as of 2025-06-30, pack demo 1.2.0"
    assert re.search(r"^eligible +growth-award +增长奖励 +10,050\.00$", ran.out, re.MULTILINE)
    assert "not supplied: 从业人数" in ran.out
    assert "1 policy not met; --all lists them" in ran.out
    assert "eligible: 1 policy, 10,050.00 yuan together" in ran.out
    assert "规模: unknown (not supplied: 从业人数)" in ran.out
    assert "hitech-award" not in ran.out
    assert "outside its scope: place" in cli("match", folder, path, *DATED, "--all").out
    promised = cli("match", folder, facts_file(tmp_path, **{"hitech@state": "committed"}), *DATED)
    assert "on the promise of 高新技术企业" in promised.out


def test_as_of_is_today_in_china_unless_given(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = facts_file(tmp_path)
    ran = cli("match", folder, path, "--format", "json")
    found = re.search(r"as of (\d{4}-\d{2}-\d{2}), today in China; --as-of DATE", ran.err)
    assert found
    assert ran.json["as_of"] == found[1]
    assert cli("match", folder, path, "--quiet").err == ""
    assert cli("match", folder, path, *DATED).err == ""


def test_facts_from_standard_input(cli: Cli, folder: Path) -> None:
    text = json.dumps(FIRM)
    for raw in (text, b"\xef\xbb\xbf" + text.encode(), json.dumps(FIRM, indent=2, ensure_ascii=False)):
        ran = cli("match", folder, "-", *DATED, "--format", "json", input=raw)
        assert ran.code == 0
        assert ran.json["subject"] == FIRM["uscc"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"{", "ZD4002"),
        (b"[]", "ZD4004"),
        (b'{"staff": 1}', "uscc"),
        (b'{"uscc": "X", "staff": "1"}', "staff"),
        ('{"登记地": 1}'.encode("gb18030"), "UTF-8"),
    ],
)
def test_facts_that_are_refused_are_2(cli: Cli, folder: Path, raw: bytes, told: str) -> None:
    for arguments in (("match", folder, "-"), ("explain", folder, "-", "per-head")):
        ran = cli(*arguments, *DATED, input=raw)
        assert ran.code == 2
        assert told in ran.err
        assert ran.out == ""
        no_trace(ran)
    ran = cli("match", folder, "missing.json", *DATED)
    assert ran.code == 2
    assert "missing.json cannot be read" in ran.err


# --- explain --------------------------------------------------------------------------------------


def test_explain_in_both_languages_and_json(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = facts_file(tmp_path, hitech=False)
    ran = cli("explain", folder, path, "hitech-award", *DATED)
    assert ran.code == 0
    assert "✗ 高新技术企业 [hitech] 第二条" in ran.out
    assert "补救：申报高新技术企业" in ran.out
    ran = cli("explain", folder, path, "hitech-award", *DATED, "--lang", "en")
    assert "✓ the policy is in force [in_force]" in ran.out
    assert "to mend: 申报高新技术企业" in ran.out
    answer = cli("explain", folder, path, "hitech-award", *DATED, "--format", "json").json
    assert (answer["policy"], answer["outcome"]) == ("hitech-award", "ineligible")
    ran = cli("explain", folder, path, "nope", *DATED)
    assert ran.code == 2
    assert "nope" in ran.err
    assert cli("explain", folder, facts_file(tmp_path, staff=0), "per-head", *DATED).code == 4


# --- screen ---------------------------------------------------------------------------------------

SUMMARY = [
    "schema_version",
    "as_of",
    "pack",
    "rows_read",
    "rows_rejected",
    "subjects",
    "policies",
    "pairs",
    "outcomes",
    "amount_fen",
    "conditional_amount_fen",
    "undated",
    "seconds",
]


def test_screen_json_is_the_contract(cli: Cli, folder: Path, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "a.ndjson", [*firms(10), {**FIRM, "region": "02", "staff": 0}, "{bad"])
    ran = cli("screen", folder, source, *DATED, "--format", "json")
    assert ran.code == 4
    answer = ran.json
    assert set(SUMMARY) <= set(answer)
    assert (answer["rows_read"], answer["rows_rejected"], answer["subjects"]) == (12, 1, 11)
    assert answer["pairs"] == 33
    assert answer["outcomes"] == {
        "eligible": 31,
        "conditional": 0,
        "undetermined": 0,
        "ineligible": 1,
        "error": 1,
    }
    assert answer["amount_fen"] == 10 * 100050 + 11 * 1005000
    assert answer["conditional_amount_fen"] == 0
    assert answer["undated"] == 11
    assert isinstance(answer["seconds"], float)
    assert [row["policy"] for row in answer["by_policy"]] == ["hitech-award", "growth-award", "per-head"]
    assert answer["by_policy"][0]["eligible"] == 10


def test_screen_writes_pairs_and_rejects(cli: Cli, folder: Path, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "a.ndjson", [*firms(3), "{bad", {**FIRM, "region": "02"}])
    ran = cli("screen", folder, source, *DATED, "-o", "pairs.parquet", "--rejects", "rejects.ndjson")
    assert ran.code == 4
    table = pq.read_table(tmp_path / "pairs.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("row", "int64"),
        ("subject", "string"),
        ("policy", "dictionary<values=string, indices=int32, ordered=0>"),
        ("outcome", "dictionary<values=string, indices=int8, ordered=0>"),
        ("amount_fen", "int64"),
    ]
    assert table.num_rows == 3 * 3 + 2
    (reject,) = [json.loads(text) for text in (tmp_path / "rejects.ndjson").read_text().splitlines()]
    assert {"row": 3, "line": 4, "field": "", "code": "ZD4002"}.items() <= reject.items()
    ran = cli("screen", folder, source, *DATED, "-o", "all.csv", "--outcomes", "eligible,ineligible", "-q")
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 1 + 12
    ran = cli("screen", folder, source, *DATED, "-o", "-", "--policy", "per-head")
    assert [json.loads(text)["row"] for text in ran.out.splitlines()] == [0, 1, 2, 4]
    assert "5 rows read, 1 rejected" in ran.err


def test_screen_table_is_for_people(cli: Cli, folder: Path, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "a.ndjson", firms(1200, unheard_of=1))
    ran = cli("screen", folder, source, *DATED)
    assert ran.code == 0
    heading = r"^policy +title +eligible +conditional +undetermined +ineligible +error +yuan$"
    assert re.search(heading, ran.out, re.MULTILINE)
    assert re.search(
        r"^hitech-award +高新技术企业奖励 +1,200 +0 +0 +0 +0 +1,200,600\.00$", ran.out, re.MULTILINE
    )
    assert "As of 2025-06-30, pack demo 1.2.0: 1,200 rows read, 0 rejected, in " in ran.out
    assert "1,200 subjects x 3 policies = 3,600 pairs: 3,600 eligible for 13,260,600.00 yuan" in ran.out
    assert "does not declare unheard_of" in ran.err
    assert "1,200 values of facts that age carried no date" in ran.err
    assert "1,200 subjects judged despite a wrong check digit" in ran.err
    assert cli("screen", folder, source, *DATED, "--quiet").err == ""
    ran = cli("screen", folder, source, *DATED, "--strict", "-o", "pairs.csv")
    assert ran.code == 2
    assert "unheard_of" in ran.err
    assert ran.out == ""
    assert not (tmp_path / "pairs.csv").exists()


def test_screen_dates(cli: Cli, folder: Path, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "a.ndjson", firms(2))

    def outcomes(*options: str) -> Any:
        return cli(
            "screen", folder, source, *DATED, "--policy", "per-head", "--format", "json", *options
        ).json["outcomes"]

    assert outcomes()["eligible"] == 2
    assert outcomes("--undated", "stale")["undetermined"] == 2
    assert outcomes("--facts-date", "2024-06-29")["undetermined"] == 2
    assert outcomes("--facts-date", "2025-01-02", "--known-on", "2025-01-01")["undetermined"] == 2


def test_screen_csv_in_gb18030(cli: Cli, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_bytes("统一社会信用代码,从业人数\n甲,20\n乙,二十\n".encode("gb18030"))
    ran = cli("screen", folder, path, *DATED)
    assert ran.code == 2
    assert "--encoding gb18030" in ran.err
    ran = cli(
        "screen", folder, path, *DATED, "--encoding", "gb18030", "--rejects", "r.ndjson", "--format", "json"
    )
    assert ran.code == 4
    assert (ran.json["subjects"], ran.json["rows_rejected"]) == (1, 1)
    reject = json.loads((tmp_path / "r.ndjson").read_text())
    assert reject == {
        "row": 1,
        "line": 3,
        "file": str(path),
        "field": "从业人数",
        "code": "ZD4010",
        "reason": '"二十" is not a number; write digits, or leave the cell empty',
    }
    assert cli("screen", folder, path, *DATED, "--encoding", "klingon").code == 2


def test_screen_inputs_that_cannot_be_read_are_2(cli: Cli, folder: Path, tmp_path: Path) -> None:
    pq.write_table(pa.table({"uscc": [f"F{i}" for i in range(1000)]}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[:-100])
    (tmp_path / "empty.parquet").write_bytes(b"")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "wrong.csv").write_text("uscc,hires\n")
    (tmp_path / "typed.parquet").write_bytes(b"")
    pq.write_table(pa.table({"uscc": ["A"], "staff": ["many"]}), tmp_path / "typed.parquet")
    source = write_ndjson(tmp_path / "a.ndjson", firms(1))
    cases: list[tuple[tuple[object, ...], str]] = [
        (("missing.ndjson",), "missing.ndjson"),
        (("missing.parquet",), "missing.parquet"),
        (("cut.parquet",), "cut.parquet"),
        (("empty.parquet",), "empty.parquet"),
        (("empty.csv",), "empty.csv"),
        (("wrong.csv",), "hires"),
        (("typed.parquet",), "staff"),
        (("a.xlsx",), "a.xlsx"),
        ((tmp_path,), "folder"),
        ((source, "whole.parquet"), "kinds"),
        (("-", source), "standard input"),
        ((source, "-o", "pairs.docx"), "pairs.docx"),
        ((source, "-o", "nowhere/pairs.csv"), "nowhere"),
        ((source, "--rejects", "nowhere/r.ndjson"), "nowhere"),
        ((source, "--outcomes", "nope"), "nope"),
        ((source, "--policy", "nope"), "nope"),
        ((source, "--undated", "nope"), "nope"),
    ]
    for arguments, told in cases:
        ran = cli("screen", folder, *arguments, *DATED)
        assert (ran.code, told in ran.err) == (2, True), (arguments, ran)
        assert ran.out == ""
        no_trace(ran)
    (tmp_path / "empty.ndjson").write_text("")
    ran = cli("screen", folder, tmp_path / "empty.ndjson", *DATED)
    assert ran.code == 0
    assert "no rows were read" in ran.err


# --- test -----------------------------------------------------------------------------------------


def test_test_runs_cases(cli: Cli, folder: Path, tmp_path: Path) -> None:
    ran = cli("test", folder)
    assert ran.code == 0
    assert "demo 1.2.0: 1 passed, 0 failed" in ran.out
    assert "cases name 1 of 3 policies" in ran.out
    ran = cli("test", folder, "--coverage")
    assert "growth-award: no case names it" in ran.out
    assert "hitech-award place: missed false, unknown" in ran.out
    assert "hitech-award in_force: never unknown: the as-of date decides it" in ran.out
    answer = cli("test", folder, "--format", "json").json
    assert (answer["schema_version"], answer["passed"], answer["failed"]) == (1, 1, 0)
    assert answer["packs"][0]["cases"][0]["ok"] is True
    cases = FILES["demo/cases/cases.yaml"].replace("100050", "100051")
    bad = write_pack(tmp_path / "bad", **{"demo/cases/cases.yaml": cases})
    ran = cli("test", folder, bad)
    assert ran.code == 1
    assert "FAILED" in ran.out
    assert "100051" in ran.out
    assert "cases.yaml:1: case one (得到奖励)" in ran.out
    ran = cli("test", folder, tmp_path / "nowhere", "--format", "json")
    assert ran.code == 2
    assert [("errors" in pack) for pack in ran.json["packs"]] == [False, True]
    none = write_pack(tmp_path / "none", **{"demo/cases/cases.yaml": None})
    assert "has no cases" in cli("test", none).err
