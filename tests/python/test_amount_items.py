"""Amounts that are given by item of a list: the part of each, as text, on a page and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import zhida

SCHEMA = """
kind: firm
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string}
  - id: hires
    name: 新招用人员
    type: list of struct
    members:
      - {id: no, name: 编号, type: string}
      - {id: months, name: 参保月数, type: integer}
      - {id: kind, name: 类别, type: string}
"""
POLICY = """
id: hire
title: 招用补贴
title_en: Hiring
clauses: [{id: some, title: 有招用, when: count(新招用人员) > 0, article: 第一条}]
per: {list: 新招用人员, as: h, where: h.类别 = "a", amount: h.参保月数 * 1000, object: h.编号}
cap: "5000"
"""


@pytest.fixture(scope="module")
def engine() -> zhida.Engine:
    texts = {
        "pack.yaml": "id: p\nversion: 1.0.0\nkind: firm\n",
        "schema.yaml": SCHEMA,
        "policies/a.yaml": POLICY,
    }
    pack = zhida.load({path: text.encode() for path, text in texts.items()})
    return zhida.Engine(pack, "2025-06-30", threads=1)


def hire(number: int, months: int | None, kind: str | None = "a") -> dict[str, Any]:
    return {"编号": f"<{number}>", "参保月数": months, "类别": kind}


def explain(engine: zhida.Engine, *hires: dict[str, Any]) -> zhida.Explanation:
    return engine.explain({"uscc": "91350500YYYY000127", "新招用人员": list(hires)}, "hire")


def amount_lines(explanation: zhida.Explanation, lang: Any) -> list[str]:
    lines = explanation.render(lang).splitlines()
    return lines[lines.index({"zh": "金额：", "en": "amount:"}[lang]) + 1 :]


def test_each_item_says_what_it_adds_or_why_it_adds_nothing(engine: zhida.Engine) -> None:
    open_ = explain(engine, hire(1, 3), hire(2, 4, "b"), hire(3, None), hire(4, 4, None), hire(5, 9))
    assert open_.outcome == "undetermined"
    assert amount_lines(open_, "zh") == [
        "  逐项（h）h.参保月数 * 1000",
        '  计入条件 h.类别 = "a"',
        "  每项上限 5000",
        "    ✓ 第 1 项（<1>）：3,000.00 元",
        '      类别 = "a"；参保月数 = 3',
        "    – 第 2 项（<2>）：不计入",
        '      类别 = "b"；参保月数 = 4',
        "    ? 第 3 项（<3>）：待定（没有数据）",
        '      类别 = "a"；参保月数：没有数据',
        "    ? 第 4 项（<4>）：待定（没有数据）",
        "      类别：没有数据；参保月数 = 4",
        "    ✓ 第 5 项（<5>）：5,000.00 元（未计上下限时 9,000.00 元）",
        '      类别 = "a"；参保月数 = 9',
    ]
    assert amount_lines(open_, "en")[1:6] == [
        '  counted where h.类别 = "a"',
        "  cap of each 5000",
        "    ✓ item 1 (<1>): 3,000.00 yuan",
        '      类别 = "a"; 参保月数 = 3',
        "    – item 2 (<2>): not counted",
    ]


def test_parts_add_up_to_the_amount(engine: zhida.Engine) -> None:
    hires = [hire(i, i % 8, "b" if i % 5 == 0 else "a") for i in range(1, 41)]
    explanation = explain(engine, *hires)
    data = json.loads(explanation.to_json())
    steps = data["amount"]
    parts = [*steps["items"], steps["more_items"]]
    assert len(steps["items"]) == 20
    assert data["amount_fen"] == sum(part.get("fen", 0) for part in parts)
    assert data["amount_fen"] == sum(min(i % 8, 5) * 100_000 for i in range(1, 41) if i % 5)
    assert steps["unclipped_fen"] == sum(part.get("unclipped_fen", 0) for part in parts)
    assert amount_lines(explanation, "zh")[-2] == "    其余各项：12 项计入，共 41,000.00 元；8 项不计入"
    assert "the other items: 12 counted, together 41,000.00 yuan; 8 not counted" in explanation.render("en")


def test_an_item_that_fails_and_a_list_that_is_not_there(engine: zhida.Engine) -> None:
    failing = explain(engine, hire(1, -3), hire(2, 2))
    assert failing.outcome == "error"
    assert "! 第 1 项（<1>）：无法计算（the amount is negative）" in failing.render("zh")
    assert "! item 1 (<1>): cannot be computed (the amount is negative)" in failing.render("en")
    unknown = engine.explain({"uscc": "91350500YYYY000127"}, "hire")
    assert amount_lines(unknown, "zh")[-1] == "  新招用人员：没有数据"
    assert amount_lines(unknown, "en")[-1] == "  新招用人员: not supplied"
    assert amount_lines(explain(engine), "zh")[-1] == "  没有可计的项"
    assert amount_lines(explain(engine), "en")[-1] == "  no item to count"


@pytest.mark.parametrize(("lang", "left_out"), [("zh", "不计入"), ("en", "not counted")])
def test_the_page_shows_the_items(engine: zhida.Engine, lang: Any, left_out: str) -> None:
    page = explain(engine, hire(1, 3), hire(2, 4, "b"), hire(3, None)).to_html(lang)
    assert "&lt;1&gt;" in page
    assert "<1>" not in page
    assert '<span class="sign yes">✓</span>' in page
    assert '<span class="sign ">–</span>' in page
    assert left_out in page
