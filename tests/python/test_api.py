"""The Python package: load, match, explain, screen, and what they raise."""

from __future__ import annotations

import _thread
import contextlib
import copy
import gc
import json
import pickle
import threading
import time
import weakref
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FILES, FIRM, files_with, firms, write_ndjson, write_pack
from zhida.facts_json import facts_to_json

# --- Packs ----------------------------------------------------------------------------------------


def test_pack_from_memory_folder_and_list_are_the_same(folder: Path, pack: zhida.Pack) -> None:
    loaded = [zhida.load(folder), zhida.load(str(folder)), zhida.load([folder])]
    assert {one.digest for one in loaded} == {pack.digest}
    assert (pack.id, pack.version, pack.title, pack.kind, pack.key) == (
        "demo",
        "1.2.0",
        "示范政策",
        "firm",
        "uscc",
    )
    assert pack.status == "sample"


def test_pack_tells_facts_and_policies(pack: zhida.Pack) -> None:
    assert [policy.id for policy in pack.policies] == ["hitech-award", "growth-award", "per-head"]
    award = pack.policies[0]
    assert award.title == "高新技术企业奖励"
    assert (award.valid_from, award.valid_to) == (date(2024, 1, 1), date(2028, 12, 31))
    facts = {fact.id: fact for fact in pack.facts}
    assert facts["hitech"].material == "证书"
    assert facts["region"].form == "text"
    assert facts["staff"].form == "number"
    assert facts["hires"].form == "nested"
    assert pack.warnings == ()
    assert repr(pack) == "<Pack demo 1.2.0: 3 policies, 10 facts>"


def test_pack_with_mistakes_reports_all_at_once() -> None:
    files = files_with(
        **{
            "demo/policies/award.yaml": FILES["demo/policies/award.yaml"].replace("登记地 =", "登记处 ="),
            "demo/policies/ratio.yaml": FILES["demo/policies/ratio.yaml"].replace("> 100", "> 'x'"),
        }
    )
    with pytest.raises(zhida.PackError) as caught:
        zhida.load(files)
    found = caught.value.diagnostics
    assert {found.file for found in found} == {"demo/policies/award.yaml", "demo/policies/ratio.yaml"}
    first = next(one for one in found if one.file.endswith("award.yaml"))
    assert first.code.startswith("ZD")
    assert first.line == 5
    assert first.column > 1
    assert first.mend
    assert str(first).startswith(f"{first.code} demo/policies/award.yaml:5:{first.column}: ")
    assert str(first) in str(caught.value)
    with pytest.raises(AttributeError):
        first.code = "x"  # type: ignore[misc]


def test_pack_warnings_carry_their_place() -> None:
    files = files_with(
        **{"demo/policies/ratio.yaml": FILES["demo/policies/ratio.yaml"].replace(", article: 第五条", "")}
    )
    (warning,) = zhida.load(files).warnings
    assert warning.is_warning
    assert warning.file == "demo/policies/ratio.yaml"
    assert " warning: " in str(warning)


def test_folder_that_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(zhida.StreamError, match="nowhere"):
        zhida.load(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(zhida.ZhidaError) as caught:
        zhida.load(tmp_path / "empty")
    assert "pack.yaml" in str(caught.value)
    with pytest.raises(zhida.UsageError):
        zhida.load([])


def test_cases_and_coverage(pack: zhida.Pack) -> None:
    report = pack.test()
    assert report
    assert (report.passed, report.failed) == (1, 0)
    assert report.cases[0] == zhida.CaseResult("one", "得到奖励", True, (), "demo/cases/cases.yaml", 1)
    assert report.coverage["hitech-award"]["hitech"] == {"true": 1, "false": 0, "unknown": 0, "error": 0}
    assert report.coverage["growth-award"] == {}
    wrong = FILES["demo/cases/cases.yaml"].replace("100050", "100051")
    report = zhida.load(files_with(**{"demo/cases/cases.yaml": wrong})).test()
    assert not report
    assert "100051" in report.failures[0].problems[0]
    assert json.loads(report.to_json())["failed"] == 1


# --- Engines --------------------------------------------------------------------------------------


def test_as_of_is_a_date_or_its_text(pack: zhida.Pack) -> None:
    assert zhida.Engine(pack, as_of=date(2025, 6, 30)).as_of == date(2025, 6, 30)
    assert zhida.Engine(pack, as_of="1969-12-31").as_of == date(1969, 12, 31)
    wrong: list[Any] = [
        "2025-6-30",
        "20250630",
        "2025-02-30",
        "",
        "today",
        20250630,
        None,
        datetime(2025, 6, 30),
    ]
    for value in [*wrong, "1970-01-01"]:
        with pytest.raises(zhida.UsageError):
            zhida.Engine(pack, as_of=value)
    with pytest.raises(zhida.UsageError):
        zhida.Engine(pack, as_of=AS_OF, threads=-1)


def test_costs_and_plan(engine: zhida.Engine) -> None:
    costs = engine.costs()
    assert {row["policy"] for row in costs} == {"hitech-award", "growth-award", "per-head"}
    assert set(costs[0]) == {"policy", "clause", "path", "reason"}
    assert "policy per-head" in engine.plan()


# --- Match ----------------------------------------------------------------------------------------


def test_match_gives_outcomes_and_exact_money(engine: zhida.Engine) -> None:
    match = engine.match(FIRM)
    assert [outcome.outcome for outcome in match] == ["eligible"] * 3
    assert match["hitech-award"].amount == Decimal("1000.50")
    assert match["hitech-award"].amount_fen == 100050
    assert match["growth-award"].amount == Decimal("10050.00")  # 1% of 1,005,000 yuan
    assert match["per-head"].amount is None
    assert match.amount_fen == 1105050
    assert match.amount == Decimal("11050.50")
    assert match.subject == FIRM["uscc"]
    assert match.as_of == date(2025, 6, 30)
    assert match.pack["id"] == "demo"
    assert len(match) == 3
    assert "per-head" in match
    assert match.decisions["size_answer"] == zhida.Decision("size_answer", "known", "小")
    with pytest.raises(KeyError):
        match["nope"]


def test_match_says_what_is_missing_promised_and_failing(engine: zhida.Engine) -> None:
    match = engine.match({**FIRM, "staff": 0, "hitech@state": "committed", "revenue": None})
    assert match["hitech-award"].outcome == "conditional"
    assert match["hitech-award"].promised == ("hitech",)
    assert match["growth-award"].outcome == "undetermined"
    assert match["growth-award"].missing == (zhida.Missing("revenue", "missing"),)
    assert match["growth-award"].reason == "condition"
    assert match["per-head"].outcome == "error"
    assert match["per-head"].reason == "evaluation"
    clauses = {clause.id: clause for clause in match["growth-award"].clauses}
    assert clauses["growth"] == zhida.Clause("growth", "unknown", "missing")
    away = engine.match({**FIRM, "region": "02"})["hitech-award"]
    assert (away.outcome, away.reason, away.amount_fen) == ("ineligible", "scope", None)
    assert match.decisions["size_answer"].value == "小"
    assert engine.match({"uscc": "X"}).decisions["size_answer"] == zhida.Decision(
        "size_answer", "unknown", None, "missing"
    )


def test_match_can_be_narrowed(engine: zhida.Engine) -> None:
    facts = {**FIRM, "region": "02"}
    assert [outcome.policy for outcome in engine.match(facts, outcomes="ineligible")] == ["hitech-award"]
    assert [outcome.policy for outcome in engine.match(facts, outcomes=["eligible", "error"])] == [
        "growth-award",
        "per-head",
    ]
    assert [outcome.policy for outcome in engine.match(facts, policies="per-head")] == ["per-head"]
    bare = engine.match(facts, clauses=False)
    assert all(outcome.clauses == () for outcome in bare)
    assert [outcome.amount_fen for outcome in bare] == [outcome.amount_fen for outcome in engine.match(facts)]
    wrong: list[dict[str, Any]] = [
        {"policies": "nope"},
        {"policies": []},
        {"outcomes": "nope"},
        {"outcomes": []},
        {"undated": "x"},
        {"facts_date": "x"},
    ]
    for options in wrong:
        with pytest.raises(zhida.UsageError):
            engine.match(facts, **options)


def test_match_knows_dates_of_facts(engine: zhida.Engine) -> None:
    def staff(**options: Any) -> str:
        return engine.match({"uscc": "X", "staff": 20, **options.pop("facts", {})}, **options)[
            "per-head"
        ].outcome

    assert staff() == "eligible"
    assert staff(undated="stale") == "undetermined"
    assert staff(facts_date="2024-06-29") == "undetermined"
    assert staff(facts_date=date(2024, 6, 30)) == "eligible"
    assert staff(facts={"staff@date": date(2025, 3, 1)}, known_on="2025-02-28") == "undetermined"


def test_match_results_are_frozen_comparable_and_picklable(engine: zhida.Engine) -> None:
    match = engine.match(FIRM)
    assert match == engine.match(FIRM)
    assert hash(match) == hash(engine.match(FIRM))
    assert match != engine.match({**FIRM, "staff": 21, "region": "02"})
    for outcome in match:
        with pytest.raises(AttributeError):
            outcome.policy = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        match.subject = "x"  # type: ignore[misc]
    for twin in (pickle.loads(pickle.dumps(match)), copy.deepcopy(match)):
        assert twin == match
        assert twin["growth-award"].title == "增长奖励"
    assert json.loads(match.to_json())["subject"] == match.subject
    assert match.to_dict()["outcomes"][0]["amount_fen"] == 100050


def test_reprs_say_what_matters(engine: zhida.Engine) -> None:
    match = engine.match({**FIRM, "hitech@state": "committed", "name": "<b>"})
    assert repr(match) == (
        "<Match 91350582MA32B4T63P as of 2025-06-30: 2 eligible (10,050.00 yuan), 1 conditional>"
    )
    assert repr(match["hitech-award"]) == (
        "<Outcome hitech-award conditional 1,000.50 yuan promised=['hitech']>"
    )
    assert repr(engine) == "<Engine demo 1.2.0 as of 2025-06-30>"
    html = match._repr_html_()
    assert "<td>growth-award</td>" in html
    assert "10,050.00" in html
    assert "&lt;" in engine.match({**FIRM, "uscc": "<i>"})._repr_html_()


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"a": Decimal("0.10")}, '{"a":0.10}'),
        ({"a": Decimal("12345678901234567890.123456789")}, '{"a":12345678901234567890.123456789}'),
        ({"a": Decimal("1E+2")}, '{"a":1E+2}'),
        ({"a": 0.1, "b": 1e22}, '{"a":0.1,"b":1e+22}'),
        ({"a": True, "b": None, "c": -7}, '{"a":true,"b":null,"c":-7}'),
        ({"a": date(2024, 2, 29)}, '{"a":"2024-02-29"}'),
        ({"a": {2023: 1, "2024": 2}}, '{"a":{"2023":1,"2024":2}}'),
        ({"a": [1, (2, {"b": []})]}, '{"a":[1,[2,{"b":[]}]]}'),
        ({"营业收入": '"\\\n'}, '{"营业收入":"\\"\\\\\\n"}'),
        ({}, "{}"),
    ],
)
def test_facts_become_json_exactly(facts: dict[str, Any], text: str) -> None:
    assert facts_to_json(facts) == text


def test_facts_of_numpy_become_json() -> None:
    np = pytest.importorskip("numpy")
    facts = {"a": np.int64(7), "b": np.float64(0.1), "c": np.bool_(True), "d": np.str_("x")}
    assert facts_to_json(facts) == '{"a":7,"b":0.1,"c":true,"d":"x"}'


def test_facts_that_cannot_be_written_are_refused() -> None:
    deep: list[Any] = []
    deep.append(deep)
    wrong: list[Any] = [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": Decimal("NaN")},
        {"a": Decimal("Infinity")},
        {"a": {1, 2}},
        {"a": b"x"},
        {"a": object()},
        {"a": deep},
        {1.5: 1},
        {True: 1},
        [FIRM],
        42,
        None,
    ]
    for facts in wrong:
        with pytest.raises(zhida.DataError):
            facts_to_json(facts)
    with pytest.raises(zhida.DataError, match=r"a\.b\[2\]"):
        facts_to_json({"a": {"b": [1, float("nan")]}})


def test_decimals_survive_the_way_to_the_answer(engine: zhida.Engine) -> None:
    facts = {**FIRM, "revenue": {2023: Decimal("0"), 2024: Decimal("0.0101")}}  # 101 yuan
    assert engine.match(facts)["growth-award"].amount == Decimal("1.01")


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "   ",
        "[1]",
        "{bad",
        '{"staff": 1}',
        '{"uscc": "X", "staff": 1.5}',
        '{"uscc": "X", "region": "99"}',
        '{"uscc": "X", "founded": "2015-02-30"}',
        '{"uscc": "X", "staff": 1, "从业人数": 1}',
        '{"uscc": "X", "uscc": "X"}',
        b'{"uscc": "\xff"}',
        {"uscc": "X", "share": Decimal("0.1234567890123")},
        {"uscc": "\ud800"},
    ],
)
def test_facts_that_are_wrong_raise_data_error(engine: zhida.Engine, facts: Any) -> None:
    with pytest.raises(zhida.DataError) as caught:
        engine.match(facts)
    assert caught.value.diagnostics
    assert str(caught.value).strip()
    with pytest.raises(zhida.DataError):
        engine.explain(facts, "per-head")


# --- Explain --------------------------------------------------------------------------------------


def test_explanation_tells_clauses_values_and_cures(engine: zhida.Engine) -> None:
    explanation = engine.explain({**FIRM, "hitech": False}, "hitech-award")
    assert (explanation.policy, explanation.title) == ("hitech-award", "高新技术企业奖励")
    assert (explanation.outcome, explanation.reason, explanation.amount) == ("ineligible", "condition", None)
    assert [clause["id"] for clause in explanation.clauses] == ["in_force", "place", "hitech"]
    assert {fact["fact"] for fact in explanation.facts} == {"region", "hitech"}
    chinese = str(explanation)
    assert "✗ 不符合" in chinese
    assert "✗ 高新技术企业 [hitech] 第二条" in chinese
    assert "补救：申报高新技术企业" in chinese
    english = explanation.render("en")
    assert "✗ not eligible: a condition fails" in english
    assert "to mend: 申报高新技术企业" in english
    assert "&quot;01&quot;" in explanation._repr_html_()
    assert repr(explanation) == "<Explanation hitech-award: ineligible>"


def test_explanation_of_groups_promises_and_gaps(engine: zhida.Engine) -> None:
    text = engine.explain({"uscc": "X"}, "growth-award").render("en")
    assert "none of these [credit] 第四条: not supplied" in text
    assert "    ? 注销日期 != null [closed]" in text
    assert "missing:\n  营业收入 (not supplied)" in text
    promised = engine.explain({**FIRM, "hitech@state": "committed"}, "hitech-award").render("zh")
    assert "凭以下承诺：\n  高新技术企业" in promised
    assert "高新技术企业 = true（承诺）" in promised
    wrong = engine.explain({**FIRM, "staff": 0}, "per-head")
    assert wrong.outcome == "error"
    assert "! cannot be computed" in wrong.render("en")


def test_explanation_agrees_with_match(engine: zhida.Engine) -> None:
    for facts in (FIRM, {"uscc": "X"}, {**FIRM, "staff": 0}, {**FIRM, "region": "02"}):
        match = engine.match(facts)
        for outcome in match:
            explanation = engine.explain(facts, outcome.policy)
            assert (explanation.outcome, explanation.reason, explanation.amount_fen) == (
                outcome.outcome,
                outcome.reason,
                outcome.amount_fen,
            )
            assert [clause["truth"] for clause in explanation.clauses] == [
                clause.truth for clause in outcome.clauses
            ]
    with pytest.raises(zhida.UsageError, match="nope"):
        engine.explain(FIRM, "nope")


# --- Screen ---------------------------------------------------------------------------------------

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
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firms.ndjson"]


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


# --- Exceptions -----------------------------------------------------------------------------------


def test_exceptions_have_one_base_and_diagnostics() -> None:
    for kind in (
        zhida.UsageError,
        zhida.PackError,
        zhida.DataError,
        zhida.StreamError,
        zhida.Cancelled,
        zhida.InternalError,
    ):
        error = kind("what went wrong")
        assert isinstance(error, zhida.ZhidaError)
        assert [str(found) for found in error.diagnostics] == ["what went wrong"]
    assert str(zhida.Diagnostic("ZD1", "what", "mend", "f.yaml", 3, 4)) == "ZD1 f.yaml:3:4: what; mend"
    assert str(zhida.Diagnostic("ZD1", "what", file="f.yaml")) == "ZD1 f.yaml: what"


def test_packs_use_other_packs(tmp_path: Path) -> None:
    write_pack(tmp_path)
    user = tmp_path / "user"
    (user / "policies").mkdir(parents=True)
    (user / "pack.yaml").write_text(
        "id: user\nversion: 1.0.0\ntitle: t\njurisdiction: j\nkind: firm\nstatus: sample\n"
        'uses:\n  - {pack: demo, version: ">=1.0"}\n'
    )
    pack = zhida.load(user)
    assert len(pack.policies) == 3
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    user.rename(moved / "user")
    with pytest.raises(zhida.ZhidaError, match="demo"):
        zhida.load(moved / "user")
    assert len(zhida.load(moved / "user", search_path=[tmp_path]).policies) == 3


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


def test_ctrl_c_ends_a_run_whoever_reads_it(engine: zhida.Engine) -> None:
    uses: list[Any] = [lambda screen: screen.run(), list, pa.table]

    def interrupted() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"uscc": ["A"]})
        raise KeyboardInterrupt

    for use in uses[:2]:
        source = pa.RecordBatchReader.from_batches(pa.schema({"uscc": pa.string()}), interrupted())
        with pytest.raises(KeyboardInterrupt):
            use(engine.screen(source))
    for use in uses:
        began = threading.Event()
        screen = engine.screen(endless(), on_progress=lambda progress, began=began: began.set())

        def interrupt(began: threading.Event = began) -> None:
            began.wait(60)
            _thread.interrupt_main()

        thread = threading.Thread(target=interrupt)
        with pytest.raises(KeyboardInterrupt):
            thread.start()
            # Where another library reads the stream, the interrupt comes with its error or right after it.
            with contextlib.suppress(Exception):
                use(screen)
            time.sleep(5)
        thread.join()
