"""Quanzhou's 205 policies: real lines, variants of them from one table, and what the platform counts."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import zhida
from conftest import ROOT

QUANZHOU = ROOT / "rules/quanzhou"


def table() -> list[dict[str, str]]:
    with open(QUANZHOU / "variants/variants.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_variants_are_what_the_script_writes() -> None:
    sys.path.insert(0, str(QUANZHOU / "variants"))
    try:
        import make_variants
    finally:
        sys.path.pop(0)
    for path, text in make_variants.files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run variants/make_variants.py"
    written = {path for path in make_variants.files() if path.parent.name == "variants"}
    assert written == set((QUANZHOU / "policies/variants").iterdir())


def test_205_policies() -> None:
    pack = zhida.load(QUANZHOU)
    variants = {row["id"] for row in table()}
    ids = [policy.id for policy in pack.policies]
    assert len(ids) == 205
    assert len(variants) == len(table()) == 156
    assert variants < set(ids)
    assert sum(policy.id.startswith("cn-") for policy in pack.policies) == 16
    assert len({(row["shape"], row["place"]) for row in table()}) == 156
    told = (QUANZHOU / "README.md").read_text(encoding="utf-8")
    assert "205 policies" in told
    assert "156 variants" in told
    # A variant says what it is, and whose rule it takes.
    origins = {row["origin"] for row in table()}
    for policy in pack.policies:
        if policy.id in variants:
            assert "样例" in policy.title
            assert any(origin in policy.document for origin in origins)


def test_the_dashboard_of_the_platform(tmp_path: Path) -> None:
    """The zone's own figures for each of the 205: two steps, three days, one form, all four published."""
    ids = [policy.id for policy in zhida.load(QUANZHOU).policies]
    shown = ("公开政策", "公开流程", "公开材料", "公开时限")
    sound = (
        "有对象",
        "有计算办法",
        "有责任部门",
        "有申报期",
        "有预算科目",
        "平台开放",
        "已上平台",
        "文本普惠",
    )
    facts = {
        "条目类型": "policy",
        **dict.fromkeys((*shown, *sound), True),
        **dict.fromkeys(("依据已废止", "有主观标准"), False),
        **{"施行日期": "2023-10-12", "终止日期": None, "预算": 1000000, "核准未付天数": 0, "人工改判率": 0},
        **{"内部环节": 2, "表单数": 1, "期限天数": 3, "原材料数": 10, "现材料数": 5},
        **{"符合企业数": 40, "开放天数": 30, "申报数": 5},
    }
    path = tmp_path / "items.ndjson"
    items = [{**facts, "条目编号": item, "政策编号": item} for item in ids]
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    engine = zhida.Engine(zhida.load(ROOT / "rules/quanzhou-platform"), as_of="2025-09-26")
    run = engine.decide(path, population=engine.population(path)).run()
    told = {row["decision"]: row["values"] for row in run["decisions"]}
    assert told["dashboard"] == [{"value": "205/205/205/205，共205", "count": 205}]
    assert told["fired"] == [{"value": "[]", "count": 205}]
