"""What firms are told by the packs of this project: what they can change, what a promise binds them to."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
import zhida
from conftest import ROOT

# A firm of 洛江区 that misses the R&D bar of 200万元 by 20万元, and nothing else.
RESEARCHER: dict[str, Any] = {
    "uscc": "91350500YYYY000127",
    "登记地": "350504",
    "纳税地": "350504",
    "研发经费": {"2025": 180, "2024": 50},
    "严重违法失信": False,
    "失信被执行人": False,
    "重大税收违法": False,
    "经营异常": False,
}


@pytest.fixture(scope="module")
def engine() -> zhida.Engine:
    return zhida.Engine(zhida.load(ROOT / "rules/quanzhou"), "2026-06-30", threads=1)


def test_research_is_what_a_firm_can_change(engine: zhida.Engine) -> None:
    policy = "lj-rd-2025"
    near = engine.paper(RESEARCHER, nearest=1).to_dict()["nearest"]
    assert [row["policy"] for row in near] == [policy], "the cheapest change first"
    explanation = engine.explain(RESEARCHER, policy)
    assert explanation.ways == [["base"]]
    [change] = explanation.changes
    assert (change.clause, change.curable, change.cured_by) == ("base", True, "subject")
    [gap] = change.gaps
    assert (gap.facts, gap.value, gap.bar, gap.beyond) == (("rd_stat",), "1800000", "2000000", True)
    enough = RESEARCHER | {"研发经费": {"2025": Decimal("200.01"), "2024": 50}}
    assert engine.explain(enough, policy).outcome == "eligible"


def test_sales_are_not_what_a_firm_can_change(engine: zhida.Engine) -> None:
    """A result, and a place, are no advice."""
    firm = RESEARCHER | {"营业收入": {"2025": 100, "2024": 90}, "统计行业": "C"}
    for row in engine.paper(firm, nearest=1000).to_dict()["nearest"]:
        for change in row["changes"]:
            facts = {fact for gap in change.get("gaps", ()) for fact in gap["facts"]}
            assert not facts & {"revenue", "output", "reg_division", "tax_division"} or change.get("cure"), (
                row
            )


def test_registry_entry_and_hires_are_named(engine: zhida.Engine) -> None:
    explanation = engine.explain(RESEARCHER | {"经营异常": True}, "lj-rd-2025")
    assert {"abnormal", "base"} == {change.clause for change in explanation.changes}
    assert all(change.curable for change in explanation.changes)
    schemas = "".join(
        (ROOT / f"rules/{pack}/schema.yaml").read_text("utf-8") for pack in ("national", "quanzhou")
    )
    facts = dict(re.findall(r"- (?:\{id|id): (\w+)(.*?)(?=- (?:\{id|id): )", schemas, re.DOTALL))
    changeable = {fact for fact, text in facts.items() if "changeable: true" in text}
    assert {
        "staff",
        "rd_staff",
        "hires",
        "rd_stat",
        "rd_tax",
        "insured_mean",
        "services_bought",
    } <= changeable
    results = {"revenue", "output", "tax_grade", "certificates", "projects", "market_share"}
    places = {"reg_division", "tax_division", "stat_division"}
    assert results | places <= facts.keys() and not (results | places) & changeable


def test_a_voucher_on_promises(engine: zhida.Engine) -> None:
    """容缺 and 承诺 in one: the services are promised, the contract is filed later."""
    firm = RESEARCHER | {
        "从业人数": 20,
        "统计行业": "C3912",
        "营业收入": {"2025": 800},
        "购买科技服务支出": {"2025": 300000},
        "购买科技服务支出@state": "committed",
    }
    explanation = engine.explain(firm, "fj-voucher")
    assert explanation.outcome == "conditional"
    promises = explanation.to_dict()["promises"]
    items = {item.get("fact") or item.get("clause") for item in promises["items"]}
    assert items == {"services_bought", "filed"}
    assert promises["check_by"] == "2026-08-11"  # 30 working days after 2026-06-30
    assert promises["claw_back"] == "追回创新券补助，三年内不得再承诺"
    assert promises["claw_back_fen"] == explanation.amount_fen > 0
    card = explanation.card()
    assert "2026-08-11 前核查" in card and "三年内不得再承诺" in card


def test_policies_that_pay_on_promises_say_what_follows() -> None:
    for path in (ROOT / "rules").rglob("policies/**/*.yaml"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^pay_on: .*conditional", text, re.MULTILINE):
            assert re.search(r"^promise: \{check_days: \d+, .*claw_back: .+\}", text, re.MULTILINE), path


def test_what_nothing_can_settle_still_asks_for_what_is_not_known(engine: zhida.Engine) -> None:
    """An amount that nobody defined: no fact makes the pair eligible, but the day of the event decides it."""
    explanation = engine.explain(RESEARCHER, "ha-industry-chain")
    assert (explanation.outcome, explanation.to_dict()["missing"]) == ("undetermined", [])
    card = explanation.card()
    assert "有了以下数据才能判断" in card and "申报事项日期：没有数据" in card
    assert "《申报事项证明》，由企业出具" in card


def test_a_fact_that_the_window_fetches_is_not_asked_of_the_firm(engine: zhida.Engine) -> None:
    card = engine.explain(RESEARCHER, "lj-output-growth-2025").card("en")
    assert "held by 统计; the window fetches it, hand in nothing" in card and "supply it" not in card
    assert "supply it" in engine.explain(RESEARCHER, "lj-listing-2024").card("en")
