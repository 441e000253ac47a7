"""The words of a simulation, in Chinese and in English, shared by the terminal and the page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from zhida.results import yuan_text

Lang = Literal["zh", "en"]

WORDS: dict[Lang, dict[str, str]] = {
    "zh": {
        "title": "政策调整测算",
        "about": "截至 {as_of}，{subjects} 户，{policies} 项政策",
        "sweep_about": "截至 {as_of}，{subjects} 户",
        "before_pack": "现行：{pack}",
        "after_pack": "改为：{pack}",
        "settings": "参数改为：{settings}",
        "note": "金额是符合条件的企业按各项政策应得金额之和，未计各政策之间如何合并、有无预算。",
        "rejected": "有 {rows} 行数据被拒，未计入",
        "firms": "企业",
        "who": "主体",
        "time": "何时",
        "other_groups": "其余 {count} 组",
        "large": "大型",
        "medium": "中型",
        "small": "小型",
        "micro": "微型",
        "winners": "多得的企业",
        "losers": "少得的企业",
        "gained_firms": "新受益（原来一项都没有）",
        "lost_firms": "不再受益（一项都没有了）",
        "eligible_firms": "受益企业",
        "change": "增减（元）",
        "before": "现行",
        "after": "改后",
        "before_yuan": "现行（元）",
        "after_yuan": "改后（元）",
        "policy": "政策",
        "name": "名称",
        "gained": "新符合",
        "lost": "不再符合",
        "risen": "金额增",
        "fallen": "金额减",
        "moved": "其他变化",
        "together": "合计",
        "unchanged": "另有 {count} 项政策没有变化",
        "rest": "另有 {count} 项政策未列出，见 --json 或 --html",
        "nothing": "没有任何变化",
        "stay": "不变",
        "pairs": "对数",
        "by_policy": "各项政策谁多得、谁少得",
        "by_group": "按{name}",
        "matrix": "五种结果怎样变化（企业×政策）",
        "matrix_note": "行是现行结果，列是改后结果；每一对都在表中，合计 {pairs}。",
        "examples": "举例",
        "subject": "主体",
        "kind": "变化",
        "outcome_before": "现行结果",
        "outcome_after": "改后结果",
        "curve": "门槛敏感性：{parameter}",
        "curve_note": "只计受该参数影响的 {policies} 项政策。",
        "curve_none": "没有政策用到参数 {parameter}，各取值结果相同。",
        "value": "取值",
        "curve_firms": "受益企业（户）",
        "curve_pairs": "符合（企业×政策）",
        "curve_yuan": "金额（元）",
        "forecast": "支出预测",
        "forecast_note": "低：只计符合的。中：加上承诺后符合的，再加待定的按该政策已判定企业中符合（含承诺）"
        "的比例折算。高：待定的全部计入。待定的先按数据能算出的金额，算不出的按上限，都没有的计 0。",
        "open_note": "改后待定 {pairs} 对：{computed} 对金额可算，{capped} 对按上限，{untold} 对金额不明、"
        "计 0。",
        "low": "低（元）",
        "mid": "中（元）",
        "high": "高（元）",
        "eligible": "符合",
        "conditional": "承诺后符合",
        "undetermined": "待定",
        "ineligible": "不符合",
        "error": "无法计算",
        "absent": "无此政策",
        "unknown": "不明",
        "true": "是",
        "false": "否",
        "only_before": "（改后取消）",
        "only_after": "（新增）",
        "less": "少得",
        "more": "多得",
        "pools": "先到先得资金池何时用完",
        "pools_none": "规则包里没有先到先得的资金池。",
        "pools_note": "低：只计符合的；中：加上承诺后符合的；高：再加待定的（金额算不出的按上限，"
        "都没有的不计）。按资金池自己的次序逐笔安排，第一笔安排不下的那天即为用完之日。",
        "pool": "资金池",
        "scenario": "情形",
        "dry_on": "用完之日",
        "not_dry": "用不完",
        "no_day": "不按日期排序，说不出哪天",
        "no_budget": "没有可用预算（{trouble}）",
        "free_yuan": "可用（元）",
        "asked_yuan": "申请（元）",
        "left_yuan": "剩余（元）",
        "waiting": "排队（笔）",
        "undated": "日期不明（笔）",
        "untold": "金额不明（笔）",
        "case.low": "低",
        "case.mid": "中",
        "case.high": "高",
    },
    "en": {
        "title": "Simulation of a policy change",
        "about": "As of {as_of}, {subjects} firms, {policies} policies",
        "sweep_about": "As of {as_of}, {subjects} firms",
        "before_pack": "Before: {pack}",
        "after_pack": "After: {pack}",
        "settings": "With {settings}",
        "note": "Amounts are what each policy gives its eligible firms, before any rule on combining them "
        "and any budget.",
        "rejected": "{rows} rows were rejected and are not counted",
        "firms": "Firms",
        "who": "Who",
        "time": "When",
        "other_groups": "{count} more groups",
        "large": "large",
        "medium": "medium",
        "small": "small",
        "micro": "micro",
        "winners": "Get more",
        "losers": "Get less",
        "gained_firms": "Eligible now, for nothing before",
        "lost_firms": "Eligible for nothing any more",
        "eligible_firms": "Eligible firms",
        "change": "Change (yuan)",
        "before": "before",
        "after": "after",
        "before_yuan": "Before (yuan)",
        "after_yuan": "After (yuan)",
        "policy": "Policy",
        "name": "Title",
        "gained": "Gained",
        "lost": "Lost",
        "risen": "More",
        "fallen": "Less",
        "moved": "Other moves",
        "together": "Together",
        "unchanged": "{count} more policies stay as they are",
        "rest": "{count} more policies are not listed; see --json or --html",
        "nothing": "Nothing changes",
        "stay": "as before",
        "pairs": "Pairs",
        "by_policy": "Who gains and who loses, by policy",
        "by_group": "By {name}",
        "matrix": "From outcome to outcome (firm x policy)",
        "matrix_note": "Rows: before; columns: after. Every pair is in it, {pairs} together.",
        "examples": "Examples",
        "subject": "Subject",
        "kind": "Change",
        "outcome_before": "Outcome before",
        "outcome_after": "Outcome after",
        "curve": "Sensitivity of {parameter}",
        "curve_note": "Only the {policies} policies that the parameter affects.",
        "curve_none": "No policy reads parameter {parameter}: all values give the same.",
        "value": "Value",
        "curve_firms": "Eligible firms",
        "curve_pairs": "Eligible pairs",
        "curve_yuan": "Amount (yuan)",
        "forecast": "Forecast of spending",
        "forecast_note": "Low: eligible pairs only. Middle: with conditional ones, and undetermined ones "
        "weighted by the share that was eligible or conditional among the decided firms of the policy. High: "
        "with all undetermined ones. An undetermined pair counts with its amount where the facts give it, "
        "else with its cap, else with 0.",
        "open_note": "After: {pairs} undetermined pairs, {computed} with their amount, {capped} with their "
        "cap, {untold} whose amount is not known, with 0.",
        "low": "Low (yuan)",
        "mid": "Middle (yuan)",
        "high": "High (yuan)",
        "eligible": "eligible",
        "conditional": "conditional",
        "undetermined": "undetermined",
        "ineligible": "ineligible",
        "error": "error",
        "absent": "absent",
        "unknown": "unknown",
        "true": "yes",
        "false": "no",
        "only_before": " (dropped)",
        "only_after": " (new)",
        "less": "less",
        "more": "more",
        "pools": "When first-come pools run dry",
        "pools_none": "The pack has no first-come pool.",
        "pools_note": "Low: eligible awards; middle: conditional ones too; high: undetermined ones as well, "
        "with their cap where there is no amount, and left out where there is neither. Awards are taken in "
        "the pool's own order; it runs dry on the day of the first one that does not fit.",
        "pool": "Pool",
        "scenario": "Case",
        "dry_on": "Runs dry on",
        "not_dry": "does not run dry",
        "no_day": "not in the order of a day, so no day can be told",
        "no_budget": "no budget ({trouble})",
        "free_yuan": "Available (yuan)",
        "asked_yuan": "Asked (yuan)",
        "left_yuan": "Left (yuan)",
        "waiting": "Waiting",
        "undated": "Without a day",
        "untold": "Without an amount",
        "case.low": "low",
        "case.mid": "middle",
        "case.high": "high",
    },
}
STANDS = ("eligible", "conditional", "undetermined", "ineligible", "error", "absent")
_NAMED_VALUES = ("true", "false", "large", "medium", "small", "micro")
CHANGES = ("gained", "lost", "risen", "fallen", "moved")


def phrase(lang: Lang, key: str, **values: Any) -> str:
    """A text with numbers put in, thousands marked."""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    return WORDS[lang][key].format(**shown)


def signed(fen: int) -> str:
    """'+1,234.56', '-5.00', '0.00'."""
    return f"{'+' if fen > 0 else ''}{yuan_text(fen)}"


# Fen, and how a picture writes so many of them; the largest first.
_CHINESE_UNITS = ((10_000_000_000, "亿元"), (1_000_000, "万元"), (100, "元"))
_ENGLISH_UNITS = ((100_000_000_000, "B yuan"), (100_000_000, "M yuan"), (100_000, "k yuan"), (100, " yuan"))


def short_yuan(fen: int, lang: Lang) -> str:
    """Rounded for a picture: '12.3亿元', '12.3M yuan'. Tables have the exact amounts."""
    units = _CHINESE_UNITS if lang == "zh" else _ENGLISH_UNITS
    size, name = next((unit for unit in units if abs(fen) >= unit[0]), units[-1])
    return _rounded(fen, size) + name


def _rounded(fen: int, unit: int) -> str:
    value = Decimal(fen) / unit
    places = 0 if abs(value) >= 100 else 1
    text = f"{value:,.{places}f}"
    return text.removesuffix(".0")


def title_of(row: dict[str, Any], lang: Lang) -> str:
    """A policy's title, and whether it is new or dropped."""
    title = row.get("title_en") or row["title"] if lang == "en" else row["title"]
    mark = {"before": "only_before", "after": "only_after"}.get(row["in"])
    return str(title) + (WORDS[lang][mark] if mark else "")


def group_name(group: dict[str, Any], lang: Lang) -> str:
    """The name of a group: the code's, or the value, or that it is unknown, absent or in error."""
    if group["value"] is None:
        return WORDS[lang][group["state"]] if group["state"] != "absent" else "–"
    if group.get("name"):
        return f"{group['name']} {group['value']}"
    value = str(group["value"])
    return WORDS[lang][value] if value in _NAMED_VALUES else value


POOL_HEADS = ("pool", "time", "scenario", "dry_on", "free_yuan", "asked_yuan", "left_yuan")
POOL_COUNTS = ("waiting", "undated", "untold")


def pool_rows(pools: dict[str, list[dict[str, Any]]], lang: Lang) -> list[list[str]]:
    """A row for each pool, pack and case, in the order of POOL_HEADS and POOL_COUNTS."""
    words = WORDS[lang]
    rows = []
    for when, listed in pools.items():
        for pool in listed:
            for name, told in pool["scenarios"].items():
                day = told["dry_on"] or words["not_dry"]
                if told["trouble"]:
                    day = phrase(lang, "no_budget", trouble=told["trouble"])
                elif not pool["dated"]:
                    day = words["no_day"]
                yuan = (yuan_text(told[f"{kind}_fen"]) for kind in ("free", "asked", "left"))
                counts = (f"{told[kind]:,}" for kind in POOL_COUNTS)
                rows.append([pool["title"], words[when], words[f"case.{name}"], day, *yuan, *counts])
    return rows


def changed_policies(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Policies that are new or dropped, or of which some pair or amount changes; the most yuan first."""
    rows = [
        row
        for row in told["by_policy"]
        if row["moved"] or row["risen"] or row["fallen"] or row["in"] != "both"
    ]
    return sorted(rows, key=lambda row: (-abs(row["change_fen"]), -row["moved"], row["policy"]))


def first_groups(
    groups: list[dict[str, Any]], most: int
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The groups with most yuan and those without a value, at most so many, and the sum of the others."""
    listed = sorted_groups(groups)
    if len(listed) <= most:
        return listed, None
    nowhere = [group for group in listed if group["value"] is None]
    shown = [group for group in listed if group["value"] is not None][: most - len(nowhere)]
    rest = [group for group in listed if group["value"] is not None][len(shown) :]
    total: dict[str, Any] = {
        key: sum(group[key] for group in rest) for key in ("before_fen", "after_fen", "change_fen")
    }
    kinds = ("all", "winners", "losers")
    total["subjects"] = {key: sum(group["subjects"][key] for group in rest) for key in kinds}
    total["count"] = len(rest)
    return shown + nowhere, total


def sorted_groups(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups with the most yuan first, those without a value last."""
    most = {id(group): max(group["before_fen"], group["after_fen"]) for group in groups}
    return sorted(groups, key=lambda group: (group["value"] is None, -most[id(group)]))
