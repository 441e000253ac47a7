"""Papers: what is missing, what is near, which paper, and that it is said in two languages and on a page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import zhida
from conftest import ROOT
from zhida.messages import MESSAGES, say

SCHEMA = """
kind: firm
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string}
  - id: staff
    name: 从业人数
    type: integer
    changeable: true
    commitment: allowed
    source: 统计
    remedy: {material: 名册, obtain: 统计局}
  - {id: local, name: 本地, type: boolean, source: 市场监管}
  - {id: debtor, name: 失信, type: boolean, source: 法院}
  - {id: born, name: 成立日期, type: date}
"""
POLICY = """
id: jobs
title: 用工<b>补贴</b>
title_en: Jobs
department: 人社局
promise: {check_days: 10, kind: working, calendar: cn, claw_back: 追回补贴并记入信用档案}
clauses:
  - id: place
    title: 在本地
    scope: true
    when: 本地
    article: 第一条
    refer: {department: 商务局, where: 三楼}
  - {id: size, title: 用工达标, when: 从业人数 >= 5, article: 第二条, cure: 增加用工}
  - {id: age, title: 成立满一年, when: '成立日期 + duration("P1Y") <= as_of', article: 第三条}
  - {id: clean, title: 未失信, when: not(失信), article: 第四条, curable: false}
amount: 从业人数 * 1000
"""
CALENDAR = "id: cn\nname: 国历\nyears: {2025: {off: [2025-01-01]}}\n"
GOOD = {"uscc": "91350500YYYY000127", "从业人数": 6, "本地": True, "失信": False, "成立日期": "2020-01-01"}


@pytest.fixture
def engine(tmp_path: Path) -> zhida.Engine:
    files = {"pack.yaml": b"id: p\nversion: 1.0.0\nkind: firm\n"}
    texts = {"schema.yaml": SCHEMA, "policies/a.yaml": POLICY, "calendars/a.yaml": CALENDAR}
    files |= {path: text.encode() for path, text in texts.items()}
    return zhida.Engine(zhida.load(files), "2025-06-30", threads=1)


def explain(engine: zhida.Engine, **changes: Any) -> zhida.Explanation:
    return engine.explain(
        {key: value for key, value in (GOOD | changes).items() if value is not None}, "jobs"
    )


def test_every_message_is_there_in_both_languages() -> None:
    assert MESSAGES["zh"].keys() == MESSAGES["en"].keys()
    for key, text in MESSAGES["zh"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", MESSAGES["en"][key])), key
        assert re.search(r"[一-鿿%{]", text), key


def test_every_message_that_is_asked_for_is_there() -> None:
    asked = set()
    prefixes = set()
    for path in (ROOT / "bindings/python/zhida").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'say\(\s*lang, "([\w.]+)"', text))
        prefixes |= set(re.findall(r'say\(\s*lang, f"([\w.]+\.)\{', text))
        asked |= set(re.findall(r'key = "([a-z_]+\.[\w.]+)"', text))
    assert asked, "no message is asked for"
    assert asked <= MESSAGES["zh"].keys()
    assert all(any(key.startswith(prefix) for key in MESSAGES["zh"]) for prefix in prefixes)
    for cause in ("missing", "stale", "conflict", "vague_rule", "not_authorised"):
        assert say("zh", f"cause.{cause}") != say("zh", f"remedy.{cause}")


def test_a_gap_has_value_bar_distance_and_cure(engine: zhida.Engine) -> None:
    explanation = explain(engine, 从业人数=3)
    assert explanation.paper["kind"] == "checklist"
    assert explanation.ways == [["size"]]
    (change,) = explanation.changes
    assert (change.clause, change.curable, change.cured_by, change.cure) == (
        "size",
        True,
        "subject",
        "增加用工",
    )
    (gap,) = change.gaps
    assert (gap.measured, gap.value, gap.sign, gap.bar, gap.distance) == ("从业人数", "3", ">=", "5", 2)
    assert gap.facts == ("staff",)
    assert "从业人数：现为 3，要求不低于 5，相差 2" in explanation.card()
    assert "从业人数 is 3, must be at least 5, 2 short" in explanation.card("en")


def test_time_alone_cures_age(engine: zhida.Engine) -> None:
    explanation = explain(engine, 成立日期="2024-07-31")
    assert str(explanation.earliest) == "2025-07-31"
    assert explanation.changes[0].cured_by == "time"
    assert "最早 2025-07-31 可自然达到" in explanation.card()
    both = explain(engine, 成立日期="2024-07-31", 从业人数=3)
    assert both.earliest is None
    assert both.ways == [["size", "age"]]


def test_what_cannot_be_cured_needs_an_approver(engine: zhida.Engine) -> None:
    explanation = explain(engine, 失信=True)
    assert explanation.paper == {"kind": "checklist", "veto_pending": True, "rules": ["ZZ-10"]}
    assert "须经窗口以外的人批准" in explanation.card()


def test_out_of_scope_is_a_signpost_without_gaps(engine: zhida.Engine) -> None:
    explanation = explain(engine, 本地=False, 从业人数=3)
    assert explanation.paper["kind"] == "signpost"
    assert explanation.changes == ()
    assert "请找：商务局，三楼" in explanation.card()


def test_missing_is_the_smallest_set_with_who_holds_it(engine: zhida.Engine) -> None:
    explanation = explain(engine, 从业人数=None)
    (needed,) = explanation.missing
    assert (needed.fact, needed.cause, needed.material, needed.obtain) == (
        "staff",
        "missing",
        "名册",
        "统计局",
    )
    assert "《名册》，由统计局出具" in explanation.card()


@pytest.mark.parametrize(
    ("state", "kind", "says"),
    [
        ("missing", "checklist", "补充数据"),
        ("stale", "checklist", "更新数据"),
        ("not_authorised", "checklist", "授权查询后即可判断"),
        ("conflict", "answer_card", "由数据提供部门核对一致"),
    ],
)
def test_each_cause_has_its_own_wording(engine: zhida.Engine, state: str, kind: str, says: str) -> None:
    explanation = explain(engine, **{"从业人数": None, "从业人数@state": state})
    assert explanation.paper["kind"] == kind
    assert says in explanation.card()


def test_a_promise_says_what_to_check_by_when_and_what_to_claw_back(engine: zhida.Engine) -> None:
    explanation = explain(engine, **{"从业人数@state": "committed"})
    assert explanation.outcome == "conditional"
    promises = explanation.to_dict()["promises"]
    assert promises["check_by"] == "2025-07-14"
    assert promises["claw_back_fen"] == 600000
    assert [item["fact"] for item in promises["items"]] == ["staff"]
    card = explanation.card()
    assert "承诺：从业人数 = 6" in card
    assert "2025-07-14 前核查" in card
    assert "追回 6,000.00 元" in card


def test_values_say_where_they_come_from(engine: zhida.Engine) -> None:
    explanation = explain(
        engine, **{"从业人数@date": "2025-05-31", "从业人数@source": "年报", "@date": "2025-06-01"}
    )
    facts = {fact["fact"]: fact for fact in explanation.facts}
    assert (facts["staff"]["date"], facts["staff"]["from"]) == ("2025-05-31", "年报")
    assert facts["local"]["date"] == "2025-06-01"


def test_the_whole_paper(engine: zhida.Engine) -> None:
    near = engine.paper(GOOD | {"从业人数": 3})
    assert near.counts["ineligible"] == 1
    assert near.near_count == 1
    assert (near.nearest[0].policy, near.nearest[0].clause, near.nearest[0].could_fen) == (
        "jobs",
        "size",
        300000,
    )
    open_ = engine.paper({key: value for key, value in GOOD.items() if key != "失信"})
    assert [(needed.fact, needed.could_fen) for needed in open_.checklist] == [("debtor", 600000)]
    assert open_.pairs[0].missing[0].fact == "debtor"
    assert json.loads(open_.pairs[0].to_json())["policy"] == "jobs"
    assert engine.paper(GOOD | {"从业人数": 3}, nearest=0).nearest == ()
    for lang in ("zh", "en"):
        assert "jobs" in open_.render(lang)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_stand_alone_and_escape_what_they_show(engine: zhida.Engine, lang: Any) -> None:
    for page in (
        explain(engine, 从业人数=3).to_html(lang),
        engine.paper(GOOD | {"从业人数": 3}).to_html(lang),
    ):
        tags = Tags()
        tags.feed(page)
        names = {tag for tag, _ in tags.seen}
        assert not names & {"script", "link", "img", "iframe", "b"}
        assert not any(
            key.startswith("on") or key in ("src", "href") for _, attrs in tags.seen for key in attrs
        )
        policies = [attrs["content"] for tag, attrs in tags.seen if tag == "meta" and "http-equiv" in attrs]
        assert policies == [
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        ]
        assert ("&lt;b&gt;" in page) == (lang == "zh")


def test_near_misses_and_blocked_facts_of_a_screen(engine: zhida.Engine, tmp_path: Path) -> None:
    rows = [GOOD, GOOD | {"从业人数": 3}, {**GOOD, "失信": None}, {"从业人数": 1}, GOOD | {"从业人数": 4}]
    source = tmp_path / "firms.ndjson"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    summary = engine.screen(source, near=tmp_path / "near.ndjson", blocked=True).run()
    near = [json.loads(line) for line in (tmp_path / "near.ndjson").read_text(encoding="utf-8").splitlines()]
    assert [(row["row"], row["policy"], row["clause"]) for row in near] == [
        (1, "jobs", "size"),
        (4, "jobs", "size"),
    ]
    assert summary["near_pairs"] == 2
    (blocked,) = summary["blocked"]
    assert (blocked["fact"], blocked["pairs"], blocked["could_fen"]) == ("debtor", 1, 600000)
    with pytest.raises(zhida.StreamError, match="near misses cannot be written"):
        engine.screen(source, near=tmp_path / "nowhere" / "near.ndjson").run()


def test_a_promise_by_working_days_needs_a_calendar() -> None:
    files = {"pack.yaml": b"id: p\nversion: 1.0.0\nkind: firm\n", "schema.yaml": SCHEMA.encode()}
    files["policies/a.yaml"] = POLICY.encode()
    with pytest.raises(zhida.PackError, match=r"ZD2619.*\"cn\" is not a calendar"):
        zhida.load(files)
