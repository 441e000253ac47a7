"""An explanation as a tree of text, in Chinese or English.

One line a clause: its sign (✓ true, ✗ false, ? unknown, ! error), what it asks, its article; below it the
condition as it is written, the values it read and, where it is not true, how to mend that.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from zhida.results import yuan_text

SIGNS = {"true": "✓", "false": "✗", "unknown": "?", "error": "!"}
ITEM_SIGNS = {"counted": "✓", "excluded": "–", "unknown": "?", "error": "!"}
OUTCOME_SIGNS = {"eligible": "✓", "conditional": "✓", "undetermined": "?", "ineligible": "✗", "error": "!"}
_VALUE_CHARACTERS_MAX = 160

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "eligible": "符合",
        "conditional": "凭承诺符合",
        "undetermined": "待定",
        "ineligible": "不符合",
        "error": "无法计算",
        "scope": "不在适用范围内",
        "condition": "取决于条件",
        "condition_false": "有条件不满足",
        "amount": "取决于金额",
        "evaluation": "计算出错",
        "committed": "承诺",
        "absent": "无",
        "missing": "没有数据",
        "stale": "数据过旧",
        "conflict": "来源不一致",
        "not_authorised": "无权查看",
        "vague_rule": "办法未作定义",
        "head": "{subject}，截至 {as_of}，规则包 {pack} {version}",
        "sample": "（样例，不作依据）",
        "document": "依据：{document}",
        "in_force": "在政策有效期内",
        "open": "在申报期内",
        "both_ends": "{begin} 至 {end}",
        "begin_only": "{begin} 起",
        "end_only": "至 {end}",
        "looked_at": "{period}，按 {day} 判断",
        "all": "以下各项都要满足",
        "any": "以下任一项满足即可",
        "none": "以下各项都不得有",
        "reads": "{name} = {value}",
        "unread": "{name}：{state}",
        "promised_value": "{name} = {value}（承诺）",
        "cure": "补救：{cure}",
        "cured_by": "由谁：{cured_by}",
        "subject": "本单位",
        "time": "时间到了即可",
        "earliest": "最早 {day} 可自然达到",
        "incurable": "无法补救",
        "refer": "可询：{refer}",
        "later": "可容缺后补",
        "lacks": "还缺：",
        "get": "{name}（{state}）：{material}，由{obtain}出具",
        "get_any": "{name}（{state}）",
        "promises": "凭以下承诺：",
        "money": "金额 {yuan} 元",
        "amount_rule": "金额：",
        "formula": "公式 {text} = {value}",
        "floor": "下限 {text} = {value}",
        "cap": "上限 {text} = {value}",
        "per": "逐项（{as}）{text}",
        "per.where": "计入条件 {text}",
        "per.floor": "每项下限 {text}",
        "per.cap": "每项上限 {text}",
        "per.open": "{list}：{state}",
        "per.nothing": "没有可计的项",
        "item": "第 {position} 项",
        "more": "其余各项",
        "item.counted": "{yuan} 元",
        "item.unclipped": "{yuan} 元（未计上下限时 {unclipped} 元）",
        "item.excluded": "不计入",
        "item.unknown": "待定（{state}）",
        "item.error": "无法计算（{state}）",
        "more.counted": "{count} 项计入，共 {yuan} 元",
        "more.excluded": "{count} 项不计入",
        "more.unknown": "{count} 项待定",
        "more.error": "{count} 项无法计算",
        "round": "取整到{unit}，{mode}",
        "unclipped": "未计上下限时 {yuan} 元",
        "parameters": "所用参数：",
        "cite": "，依据 {cite}",
        "colon": "：",
        "comma": "，",
        "semicolon": "；",
        "brackets": "（{text}）",
    },
    "en": {
        "eligible": "eligible",
        "conditional": "eligible on a promise",
        "undetermined": "undetermined",
        "ineligible": "not eligible",
        "error": "cannot be computed",
        "scope": "outside the scope",
        "condition": "a condition is open",
        "condition_false": "a condition fails",
        "amount": "the amount is open",
        "evaluation": "the computation fails",
        "committed": "promised",
        "absent": "none",
        "missing": "not supplied",
        "stale": "too old",
        "conflict": "sources disagree",
        "not_authorised": "may not be read",
        "vague_rule": "the measure does not define it",
        "head": "{subject}, as of {as_of}, pack {pack} {version}",
        "sample": " (a sample, not official)",
        "document": "by {document}",
        "in_force": "the policy is in force",
        "open": "claims are open",
        "both_ends": "{begin} to {end}",
        "begin_only": "from {begin}",
        "end_only": "to {end}",
        "looked_at": "{period}, day looked at {day}",
        "all": "all of these",
        "any": "any of these",
        "none": "none of these",
        "reads": "{name} = {value}",
        "unread": "{name}: {state}",
        "promised_value": "{name} = {value} (promised)",
        "cure": "to mend: {cure}",
        "cured_by": "by whom: {cured_by}",
        "subject": "the subject itself",
        "time": "time alone",
        "earliest": "met by time alone on {day}",
        "incurable": "cannot be mended",
        "refer": "ask: {refer}",
        "later": "may be handed in later",
        "lacks": "missing:",
        "get": "{name} ({state}): {material} from {obtain}",
        "get_any": "{name} ({state})",
        "promises": "on these promises:",
        "money": "amount {yuan} yuan",
        "amount_rule": "amount:",
        "formula": "formula {text} = {value}",
        "floor": "floor {text} = {value}",
        "cap": "cap {text} = {value}",
        "per": "for each ({as}) {text}",
        "per.where": "counted where {text}",
        "per.floor": "floor of each {text}",
        "per.cap": "cap of each {text}",
        "per.open": "{list}: {state}",
        "per.nothing": "no item to count",
        "item": "item {position}",
        "more": "the other items",
        "item.counted": "{yuan} yuan",
        "item.unclipped": "{yuan} yuan (without floor and cap {unclipped} yuan)",
        "item.excluded": "not counted",
        "item.unknown": "undetermined ({state})",
        "item.error": "cannot be computed ({state})",
        "more.counted": "{count} counted, together {yuan} yuan",
        "more.excluded": "{count} not counted",
        "more.unknown": "{count} undetermined",
        "more.error": "{count} cannot be computed",
        "round": "rounded to {unit}, {mode}",
        "unclipped": "without floor and cap {yuan} yuan",
        "parameters": "parameters:",
        "cite": ", by {cite}",
        "colon": ": ",
        "comma": ", ",
        "semicolon": "; ",
        "brackets": " ({text})",
    },
}
_UNITS = {
    "zh": {0: "分", 1: "角", 2: "元", 5: "千元", 6: "万元", 10: "亿元"},
    "en": {0: "fen", 1: "jiao", 2: "yuan", 5: "1,000 yuan", 6: "10,000 yuan", 10: "100 million yuan"},
}
_MODES_ZH = {
    "half_up": "四舍五入",
    "half_even": "四舍六入五成双",
    "half_down": "五舍六入",
    "up": "向上",
    "down": "舍去尾数",
    "ceiling": "向上",
    "floor": "向下",
}

_LITERALS_ZH = {"true": "是", "false": "否", "null": "无"}
# What of a value may need other words; what is quoted is left alone.
_PARTS = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*")|unknown\((?P<cause>\w+)\)|(?P<member>[a-z_]\w*): """
    r"""|\b(?:true|false|null)\b"""
)

# Depth, sign ("" for a line below a clause) and text.
Line = tuple[int, str, str]


def explain_text(data: dict[str, Any], lang: Literal["zh", "en"] = "zh") -> str:
    """The whole explanation as lines of text."""
    lines = []
    for depth, sign, text in explain_lines(data, lang):
        lines.append("  " * depth + (f"{sign} " if sign else "") + text)
    return "\n".join(lines)


def explain_lines(data: dict[str, Any], lang: Literal["zh", "en"] = "zh") -> list[Line]:
    """The same as (depth, sign, text)."""
    words = _WORDS[lang]
    title = data.get("title_en") if lang == "en" else None
    lines: list[Line] = [(0, "", (title or data["title"]) + _bracketed(words, data["policy"]))]
    head = words["head"].format(
        subject=data["subject"], as_of=data["as_of"], pack=data["pack"]["id"], version=data["pack"]["version"]
    )
    lines.append((0, "", head + (words["sample"] if data.get("status") == "sample" else "")))
    if data.get("document"):
        lines.append((0, "", words["document"].format(document=data["document"])))
    lines.append((0, OUTCOME_SIGNS[data["outcome"]], _outcome(data, words)))
    for clause in data["clauses"]:
        lines += _clause(clause, words)
    lines += _lacks(data, words)
    lines += _amount(data, words, lang)
    lines += _parameters(data, words, lang)
    return lines


def _bracketed(words: dict[str, str], text: str) -> str:
    return words["brackets"].format(text=text)


def _outcome(data: dict[str, Any], words: dict[str, str]) -> str:
    text = words[data["outcome"]]
    reason = data.get("reason")
    if reason:
        key = "condition_false" if reason == "condition" and data["outcome"] == "ineligible" else reason
        text += words["colon"] + words[key]
    if data.get("error"):
        text += _bracketed(words, data["error"])
    if data.get("amount_fen") is not None:
        text += words["comma"] + words["money"].format(yuan=yuan_text(data["amount_fen"]))
    return text


def _clause(clause: dict[str, Any], words: dict[str, str]) -> list[Line]:
    depth = 1 + clause["depth"]
    truth = clause["truth"]
    text = clause.get("title") or ""
    if "day" in clause:
        text = words.get(clause["id"], clause["id"])
    elif clause.get("group"):
        text = f"{text}{words['colon']}{words[clause['group']]}" if text else words[clause["group"]]
    text = (text or clause.get("text", "")) + f" [{clause['id']}]"
    if clause.get("article"):
        text += f" {clause['article']}"
    if truth == "unknown" and "cause" in clause:
        text += words["colon"] + words[clause["cause"]]
    if clause.get("error"):
        text += words["colon"] + clause["error"]
    lines: list[Line] = [(depth, SIGNS[truth], text)]
    if "day" in clause:
        lines.append(
            (depth + 1, "", words["looked_at"].format(period=_period(clause, words), day=clause["day"]))
        )
    values = [_value(value, words) for value in clause.get("values", ())]
    # A condition may read like the value that makes it true.
    told = not clause.get("text") or any(value.startswith(clause["text"]) for value in values)
    below = values if told else [clause["text"], *values]
    # A title may be the condition itself.
    said = [clause.get("title") or clause.get("text")]
    for line in below:
        if line not in said:
            said.append(line)
            lines.append((depth + 1, "", line))
    if truth != "true":
        lines += [(depth + 1, "", mend) for mend in _mends(clause, words)]
    return lines


def _period(dated: dict[str, Any], words: dict[str, str]) -> str:
    """ "" where there is neither a first nor a last day."""
    begin, end = dated.get("from"), dated.get("to")
    key = "both_ends" if begin and end else "begin_only" if begin else "end_only" if end else ""
    return words[key].format(begin=begin, end=end) if key else ""


def _value(value: dict[str, Any], words: dict[str, str]) -> str:
    state = value["state"]
    name = value["name"] or value["fact"]
    if state in ("known", "committed") and value.get("text"):
        key = "reads" if state == "known" else "promised_value"
        return words[key].format(name=name, value=short(_value_text(value, words)))
    return words["unread"].format(name=name, state=words.get(state, state))


def _value_text(value: dict[str, Any], words: dict[str, str]) -> str:
    """The value as the language writes it; in Chinese with the names of codes and members, and yes and no."""
    text: str = value["text"]
    chinese = words is _WORDS["zh"]
    if chinese and text in _LITERALS_ZH:
        return _LITERALS_ZH[text]
    if chinese and value.get("code_name"):
        return f"{text}{_bracketed(words, value['code_name'])}"
    names = value.get("names", {}) if chinese else {}

    def shown(found: re.Match[str]) -> str:
        if found["quoted"]:
            return found[0]
        if found["cause"]:
            return words.get(found["cause"], found[0])
        if found["member"]:
            return f"{names.get(found['member']) or found['member']}: "
        return _LITERALS_ZH[found[0]] if chinese else found[0]

    return _PARTS.sub(shown, text)


def short(text: str) -> str:
    """At most 160 characters."""
    return text if len(text) <= _VALUE_CHARACTERS_MAX else text[: _VALUE_CHARACTERS_MAX - 3] + "..."


def _mends(clause: dict[str, Any], words: dict[str, str]) -> list[str]:
    mends = []
    if clause.get("cure"):
        mends.append(words["cure"].format(cure=clause["cure"]))
    if clause.get("cured_by"):
        who = clause["cured_by"]
        mends.append(words["cured_by"].format(cured_by=words[who] if who in ("subject", "time") else who))
    if clause.get("curable") is False:
        mends.append(words["incurable"])
    if clause.get("earliest"):
        mends.append(words["earliest"].format(day=clause["earliest"]))
    if clause.get("later"):
        mends.append(words["later"])
    refer = words["comma"].join(clause[key] for key in ("refer_department", "refer_where") if clause.get(key))
    if refer:
        mends.append(words["refer"].format(refer=refer))
    return mends


def _lacks(data: dict[str, Any], words: dict[str, str]) -> list[Line]:
    lines: list[Line] = []
    if data.get("missing"):
        lines.append((0, "", words["lacks"]))
        for missing in data["missing"]:
            key = "get" if missing.get("material") and missing.get("obtain") else "get_any"
            given = {
                "name": missing.get("name") or missing["fact"],
                "state": words.get(missing["cause"], missing["cause"]),
                "material": missing.get("material", ""),
                "obtain": missing.get("obtain", ""),
            }
            lines.append((1, "", words[key].format(**given)))
    if data.get("promised"):
        # A clause may bear the id of a fact; facts are promised first.
        names = {clause["id"]: clause.get("title") or clause["id"] for clause in data["clauses"]}
        names |= {fact["fact"]: fact["name"] for fact in data["facts"]}
        lines.append((0, "", words["promises"]))
        lines += [(1, "", names.get(promise) or promise) for promise in data["promised"]]
    return lines


def _amount(data: dict[str, Any], words: dict[str, str], lang: str) -> list[Line]:
    rule = data.get("amount")
    if not rule:
        return []
    lines: list[Line] = [(0, "", words["amount_rule"])]
    for step in ("formula", "floor", "cap"):
        if step in rule:
            value = _plain_value(rule[step]["value"], words)
            lines.append((1, "", words[step].format(text=rule[step]["text"], value=value)))
    if "per" in rule:
        lines += _items(rule, words)
    rounding = rule.get("round", {})
    power = rounding.get("unit_fen_power", 0)
    mode = rounding.get("mode", "half_up")
    if power or mode != "half_up":
        unit = _UNITS[lang].get(power, f"10^{power} fen")
        mode = _MODES_ZH.get(mode, mode) if lang == "zh" else mode.replace("_", " ")
        lines.append((1, "", words["round"].format(unit=unit, mode=mode)))
    unclipped = rule.get("unclipped_fen")
    if unclipped is not None and data.get("amount_fen") is not None and unclipped != data["amount_fen"]:
        lines.append((1, "", words["unclipped"].format(yuan=yuan_text(unclipped))))
    return lines


def _items(rule: dict[str, Any], words: dict[str, str]) -> list[Line]:
    """What each item of the list adds; what is left out or not known is told as that, never as 0."""
    per = rule["per"]
    lines: list[Line] = [(1, "", words["per"].format(**per))]
    for step in ("where", "floor", "cap"):
        if step in per:
            lines.append((1, "", words[f"per.{step}"].format(text=per[step])))
    if "cause" in per or "error" in per:
        lines.append((1, "", words["per.open"].format(list=per["list"], state=_state(per, words))))
    elif not rule["items"]:
        lines.append((1, "", words["per.nothing"]))
    for item in rule["items"]:
        text = words["item"].format(position=item["position"])
        if "key" in item:
            text += _bracketed(words, short(item["key"]))
        lines.append((2, ITEM_SIGNS[item["state"]], text + words["colon"] + _item_amount(item, words)))
        values = [_value({"fact": value["member"]} | value, words) for value in item["values"]]
        if values:
            lines.append((3, "", words["semicolon"].join(values)))
    if "more_items" in rule:
        more = rule["more_items"]
        told = [
            words[f"more.{state}"].format(count=more[state], yuan=yuan_text(more["fen"]))
            for state in ITEM_SIGNS
            if more[state]
        ]
        lines.append((2, "", words["more"] + words["colon"] + words["semicolon"].join(told)))
    return lines


def _item_amount(item: dict[str, Any], words: dict[str, str]) -> str:
    if item["state"] != "counted":
        return words[f"item.{item['state']}"].format(state=_state(item, words))
    yuan = yuan_text(item["fen"])
    if item.get("unclipped_fen", item["fen"]) == item["fen"]:
        return words["item.counted"].format(yuan=yuan)
    return words["item.unclipped"].format(yuan=yuan, unclipped=yuan_text(item["unclipped_fen"]))


def _state(told: dict[str, Any], words: dict[str, str]) -> str:
    """Why it is not known, or what went wrong; "" where neither is said."""
    return words[told["cause"]] if "cause" in told else str(told.get("error", ""))


def _plain_value(value: str, words: dict[str, str]) -> str:
    """`unknown(missing)` in words; numbers with separators."""
    if value.startswith("unknown(") and value.endswith(")"):
        return words.get(value[8:-1], value)
    return grouped(value)


def grouped(text: str) -> str:
    """12345.6 -> 12,345.6; anything that is no plain number as it is."""
    digits = text.removeprefix("-")
    whole, point, part = digits.partition(".")
    if not whole.isdecimal() or not whole.isascii() or (point and not part.isdecimal()):
        return text
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}{point}{part}"


def _parameters(data: dict[str, Any], words: dict[str, str], lang: str) -> list[Line]:
    if not data.get("parameters"):
        return []
    lines: list[Line] = [(0, "", words["parameters"])]
    for parameter in data["parameters"]:
        text = parameter["name"] or parameter["id"]
        period = _period(parameter, words)
        if period:
            text += _bracketed(words, period)
        names = parameter.get("names", {}) if lang == "zh" else {}
        parts = [
            f"{names.get(entry) or entry} {_entry_text(value, lang)}"
            for entry, value in parameter.get("values", {}).items()
        ]
        if parts:
            text += words["colon"] + words["semicolon"].join(parts)
        if parameter.get("cite"):
            text += words["cite"].format(cite=parameter["cite"])
        lines.append((1, "", text))
    return lines


def _entry_text(value: Any, lang: str) -> str:
    text = _scalar_text(value)
    return _LITERALS_ZH.get(text, grouped(text)) if lang == "zh" else grouped(text)


def _scalar_text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
