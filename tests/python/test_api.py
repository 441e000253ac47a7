"""The Python package: load, match, explain, and what they raise."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zhida
from conftest import AS_OF, FILES, FIRM, files_with, write_pack
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
    assert set(costs[0]) == {"policy", "clause", "path", "reason", "cost"}
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
        "size_answer", "unknown", None, "missing", (zhida.Missing("staff", "missing"),)
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
        "<Match 91350582YYYY00001U as of 2025-06-30: 2 eligible (10,050.00 yuan), 1 conditional>"
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
    assert "高新技术企业 = 是（承诺）" in promised
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
