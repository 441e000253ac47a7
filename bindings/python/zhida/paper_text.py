"""Papers as blocks of lines: what a window hands out for one pair, and the whole paper of a subject.

A block is a heading with lines below it; text and HTML are made from the same blocks, so they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from zhida.explain_text import grouped, short
from zhida.messages import Lang, say
from zhida.results import yuan_text

__all__ = ["Block", "card_blocks", "card_text", "whole_text"]


@dataclass(slots=True)
class Block:
    """A heading and lines; a line is (depth, text)."""

    heading: str
    lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, text: str, depth: int = 0) -> None:
        """One more line."""
        if text:
            self.lines.append((depth, text))


def title_of(data: dict[str, Any], lang: Lang) -> str:
    """The policy's title in the language, where there is one."""
    return str((data.get("title_en") if lang == "en" else None) or data["title"])


def card_text(data: dict[str, Any], lang: Lang = "zh") -> str:
    """The paper of one pair as text."""
    return _text(card_blocks(data, lang))


def whole_text(data: dict[str, Any], lang: Lang = "zh") -> str:
    """The whole paper of a subject as text."""
    return _text(whole_blocks(data, lang))


def _text(blocks: list[Block]) -> str:
    parts = []
    for block in blocks:
        lines = [block.heading] if block.heading else []
        lines += ["  " * (depth + 1) + text for depth, text in block.lines]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def card_blocks(data: dict[str, Any], lang: Lang) -> list[Block]:
    """The paper of one pair: its name, what it says, and what is attached to it."""
    kind = data["paper"]["kind"]
    head = Block(say(lang, f"paper.{kind}"))
    head.add(say(lang, "paper.about", title=title_of(data, lang), policy=data["policy"]))
    if "subject" in data:
        head.add(say(lang, "paper.for", subject=data["subject"], as_of=data["as_of"]))
    if data.get("status") == "sample":
        head.add(say(lang, "paper.sample"))
    blocks = [head, _BODIES[kind](data, lang)]
    if data["paper"].get("attached"):
        blocks.append(_checklist(data, lang, say(lang, "paper.attached")))
    tail = Block("")
    if data["paper"].get("veto_pending"):
        tail.add(say(lang, "paper.veto"))
    if data["paper"]["rules"]:
        rules = "、" if lang == "zh" else ", "
        tail.add(say(lang, "paper.rules", rules=rules.join(data["paper"]["rules"])))
    return [*blocks, tail] if tail.lines else blocks


def _accept(data: dict[str, Any], lang: Lang) -> Block:
    block = Block(say(lang, "say.accept"))
    _add_amount(block, data, lang)
    return block


def _accept_later(data: dict[str, Any], lang: Lang) -> Block:
    block = Block(say(lang, "say.accept_later"))
    _add_amount(block, data, lang)
    promises = data.get("promises", {})
    for item in promises.get("items", ()):
        if "fact" in item:
            block.add(say(lang, "line.promise", name=item["name"], value=plain(item["value"], lang)))
            block.add(_where_from(item, lang), 1)
        else:
            block.add(say(lang, "line.promise_later", name=item.get("name") or item["clause"]))
    if "check_by" in promises:
        key = "line.check_by_provisional" if promises.get("provisional") else "line.check_by"
        block.add(say(lang, key, day=promises["check_by"]))
    if promises.get("claw_back_fen"):
        block.add(say(lang, "line.claw_back", yuan=yuan_text(promises["claw_back_fen"])))
    if promises.get("claw_back"):
        block.add(say(lang, "line.claw_back_text", text=promises["claw_back"]))
    return block


def _signpost(data: dict[str, Any], lang: Lang) -> Block:
    block = Block(say(lang, "say.signpost"))
    for clause in data["clauses"]:
        if clause["depth"] or not clause.get("scope") or clause["truth"] != "false":
            continue
        if "day" in clause:
            begin, end = clause.get("from"), clause.get("to")
            key = "both" if begin and end else "begin" if begin else "end"
            period = say(lang, f"period.{key}", begin=begin, end=end)
            block.add(say(lang, "line.not_in_force", period=period, day=clause["day"]))
            continue
        block.add(_why_not(clause, lang))
        places = [clause[key] for key in ("refer_department", "refer_where") if clause.get(key)]
        if not places and data.get("department"):
            places = [data["department"]]
        if places:
            block.add(say(lang, "line.refer", refer=("，" if lang == "zh" else ", ").join(places)), 1)
    return block


def _why_not(clause: dict[str, Any], lang: Lang) -> str:
    return say(lang, "gap.condition", text=clause.get("title") or clause["id"])


def _answer_card(data: dict[str, Any], lang: Lang) -> Block:
    block = Block(say(lang, "say.answer_card"))
    if data.get("department"):
        block.add(say(lang, "line.owner", department=data["department"]))
    else:
        block.add(say(lang, "line.owner_unknown"))
    if data.get("error"):
        block.add(say(lang, "line.why", why=data["error"]))
    for clause in data["clauses"]:
        cause = clause.get("cause")
        if data.get("reason") == "scope" and clause.get("scope") and clause["truth"] == "false":
            block.add(_why_not(clause, lang))
        if clause["depth"] or clause["truth"] != "unknown" or cause not in ("vague_rule", "conflict"):
            continue
        name = clause.get("title") or clause["id"]
        block.add(say(lang, "line.unclear", title=name, cause=say(lang, f"cause.{cause}")))
        block.add(say(lang, f"remedy.{cause}"), 1)
        if clause.get("article"):
            block.add(say(lang, "line.article", article=clause["article"]), 1)
    return block


def _checklist(data: dict[str, Any], lang: Lang, heading: str | None = None) -> Block:
    # Where nothing could make the pair eligible, what is not known is asked for all the same: it decides.
    enough = data["missing"] or not data.get("also_unknown")
    block = Block(heading or say(lang, "say.checklist" if enough else "say.checklist_open"))
    for missing in needed(data):
        block.add(_need(missing, lang))
        # What the window fetches by itself nobody has to supply.
        if (
            missing.get("material")
            or not missing.get("source")
            or missing["cause"] not in ("missing", "stale")
        ):
            block.add(say(lang, f"remedy.{missing['cause']}"), 1)
        block.add(_where_from(missing, lang), 1)
    if data.get("missing_exact") is False:
        block.add(say(lang, "line.inexact"))
    ways = data.get("ways", [])
    if len(ways) > 1:
        titles = {clause["id"]: clause.get("title") or clause["id"] for clause in data["clauses"]}
        for number, way in enumerate(ways, 1):
            names = " + ".join(titles[clause] for clause in way)
            block.add(say(lang, "line.way", number=number, clauses=names))
    for clause in data["clauses"]:
        if "gaps" in clause:
            add_change(block, clause, lang)
    if data.get("earliest"):
        block.add(say(lang, "line.earliest_pair", day=data["earliest"]))
    _add_could(block, data, lang)
    return block


_BODIES = {
    "accept": _accept,
    "accept_later": _accept_later,
    "checklist": _checklist,
    "answer_card": _answer_card,
    "signpost": _signpost,
}


def needed(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The facts to ask for: those that could make the pair eligible, else all that keep it open."""
    facts: list[dict[str, Any]] = data["missing"] or data.get("also_unknown", [])
    return facts


def _need(missing: dict[str, Any], lang: Lang) -> str:
    name = missing.get("name") or missing["fact"]
    return say(lang, "line.need", name=name, cause=say(lang, f"cause.{missing['cause']}"))


def _where_from(item: dict[str, Any], lang: Lang) -> str:
    """Who holds the fact and what proves it."""
    if item.get("material") and item.get("obtain"):
        return say(lang, "line.need_from", obtain=item["obtain"], material=item["material"])
    if item.get("material"):
        return say(lang, "line.need_material", material=item["material"])
    return say(lang, "line.need_source", source=item["source"]) if item.get("source") else ""


def add_change(block: Block, clause: dict[str, Any], lang: Lang) -> None:
    """A condition that would have to change, with its gaps and its cure."""
    block.add(say(lang, "line.fails", title=clause.get("title") or clause.get("clause") or clause["id"]))
    either = False
    for gap in clause["gaps"]:
        # What cannot be measured says no more than the clause's title, which stands above.
        if is_measured(gap) or not clause.get("title"):
            block.add(gap_text(gap, lang), 1)
        either = either or bool(gap.get("either"))
    if either and len(clause["gaps"]) > 1:
        block.add(say(lang, "gap.either"), 1)
    if clause.get("cure"):
        block.add(say(lang, "line.cure", cure=clause["cure"]), 1)
    elif clause.get("curable") is False:
        block.add(say(lang, "line.incurable"), 1)
    who = clause.get("cured_by")
    if who:
        known = say(lang, f"who.{who}") if who in ("subject", "time") else who
        block.add(say(lang, "line.cured_by", who=known), 1)
    if clause.get("earliest"):
        block.add(say(lang, "line.earliest", day=clause["earliest"]), 1)
    if clause.get("article"):
        block.add(say(lang, "line.article", article=clause["article"]), 1)


def is_measured(gap: dict[str, Any]) -> bool:
    """Whether there is a value and a bar to compare it with."""
    return "measured" in gap and "bar" in gap and "value" in gap


def gap_text(gap: dict[str, Any], lang: Lang, title: str = "") -> str:
    """One gap in a sentence: value, bar and distance in its own unit. Where nothing is measured, the title of
    the clause, or the condition as written.
    """
    if not is_measured(gap):
        return say(lang, "gap.condition", text=title or short(gap["text"]))
    unit = gap.get("unit", "")
    text = say(
        lang,
        "gap.measured",
        measured=short(gap["measured"]),
        value=_measure(gap["value"], unit, lang),
        sign=say(lang, f"sign.{gap['sign']}"),
        bar=_measure(gap["bar"], unit, lang),
    )
    comma = "，" if lang == "zh" else ", "
    if gap.get("distance") and Decimal(gap["distance"]) != 0:
        text += comma + say(lang, "gap.short", distance=_distance(gap["distance"], unit, lang))
    elif gap.get("beyond"):
        text += comma + say(lang, "gap.beyond", bar=_measure(gap["bar"], unit, lang))
    return text


def _measure(text: str, unit: str, lang: Lang) -> str:
    if unit == "yuan":
        return say(lang, "unit.yuan", number=grouped(text))
    if unit == "ratio":
        return _percent(text) + "%"
    return plain(text, lang)


def _distance(text: str, unit: str, lang: Lang) -> str:
    return say(lang, f"unit.{unit}", number=grouped(text), percent=_percent(text) if unit == "ratio" else "")


def _percent(text: str) -> str:
    """0.025 as 2.5, to four digits; exact where that is enough."""
    percent = (Decimal(text) * 100).quantize(Decimal("0.0001")).normalize()
    return f"{percent:f}"


_LITERALS = {
    "zh": {"true": "是", "false": "否", "null": "无"},
    "en": {"true": "yes", "false": "no", "null": "none"},
}


def plain(text: str, lang: Lang) -> str:
    """A value for a person: yes and no in words, thousands apart, texts without quotes."""
    if text in _LITERALS[lang]:
        return _LITERALS[lang][text]
    if len(text) > 1 and text[0] + text[-1] in ('""', "{}", "[]"):
        return short(text[1:-1])
    return short(grouped(text))


def _add_amount(block: Block, data: dict[str, Any], lang: Lang) -> None:
    if data.get("amount_fen") is not None:
        block.add(say(lang, "line.amount", yuan=yuan_text(data["amount_fen"])))


def _add_could(block: Block, data: dict[str, Any], lang: Lang) -> None:
    if data.get("could_fen"):
        key = "line.could_at_most" if data.get("could_at_most") else "line.could"
        block.add(say(lang, key, yuan=yuan_text(data["could_fen"])))


def counts_text(data: dict[str, Any], lang: Lang) -> str:
    """How many of each outcome."""
    text = say(lang, "whole.counts", **data["counts"])
    return text + (say(lang, "whole.errors", **data["counts"]) if data["counts"]["error"] else "")


def sorted_pairs(data: dict[str, Any], outcome: str) -> list[dict[str, Any]]:
    """The pairs of one outcome, the money first."""
    pairs = [pair for pair in data.get("pairs", ()) if pair["outcome"] == outcome]
    return sorted(pairs, key=lambda pair: -(pair.get("amount_fen") or pair.get("could_fen") or 0))


def gaps_text(near: dict[str, Any], lang: Lang) -> str:
    """The gaps of a near miss on one line."""
    texts = []
    for change in near["changes"]:
        for gap in change["gaps"]:
            text = gap_text(gap, lang, change.get("title", ""))
            if text not in texts:
                texts.append(text)
    return ("；" if lang == "zh" else "; ").join(texts)


def todo_text(near: dict[str, Any], lang: Lang) -> str:
    """What to do about a near miss, for a table."""
    todo = []
    for change in near["changes"]:
        if change.get("cure"):
            todo.append(change["cure"])
        elif change.get("cured_by") == "subject":
            todo.append(say(lang, "whole.near_self"))
        if change.get("earliest"):
            todo.append(say(lang, "line.earliest", day=change["earliest"]))
    if near["open"]:
        todo.append(say(lang, "whole.near_open"))
    return ("；" if lang == "zh" else "; ").join(todo) or "–"


def money_text(row: dict[str, Any], lang: Lang) -> str:
    """What a row could bring, for a table."""
    if not row.get("could_fen"):
        return "–"
    amount = yuan_text(row["could_fen"])
    return say(lang, "whole.at_most", yuan=amount) if row.get("could_at_most") else amount


def whole_blocks(data: dict[str, Any], lang: Lang) -> list[Block]:
    """The whole paper: counts, what is eligible, conditional, open, near, and what to bring."""
    head = Block(say(lang, "whole.title"))
    head.add(say(lang, "paper.for", subject=data["subject"], as_of=data["as_of"]))
    head.add(counts_text(data, lang))
    head.add(say(lang, "whole.money", yuan=yuan_text(data["amount_fen"])))
    blocks = [head]
    for outcome in ("eligible", "conditional", "undetermined", "error"):
        pairs = sorted_pairs(data, outcome)
        if not pairs:
            continue
        block = Block(say(lang, f"whole.{outcome}"))
        for pair in pairs:
            block.add(say(lang, "paper.about", title=title_of(pair, lang), policy=pair["policy"]))
            body = _BODIES[pair["paper"]["kind"]](pair, lang)
            for depth, text in body.lines:
                block.add(text, depth + 1)
        blocks.append(block)
    blocks += [nearest_block(data, lang)] if data["nearest"] else []
    blocks += [checklist_block(data, lang)] if data.get("checklist") else []
    return blocks


def nearest_block(data: dict[str, Any], lang: Lang) -> Block:
    """Near misses, the cheapest change first."""
    block = Block(say(lang, "whole.nearest"))
    for near in data["nearest"]:
        block.add(say(lang, "paper.about", title=title_of(near, lang), policy=near["policy"]))
        inner = Block("")
        for change in near["changes"]:
            add_change(inner, change, lang)
        _add_could(inner, near, lang)
        if near["open"]:
            inner.add(say(lang, "whole.near_open"))
        for depth, text in inner.lines:
            block.add(text, depth + 1)
    if data["near_count"] > len(data["nearest"]):
        block.add(say(lang, "whole.more_near", count=data["near_count"], shown=len(data["nearest"])))
    return block


def checklist_block(data: dict[str, Any], lang: Lang) -> Block:
    """What to bring, the money first."""
    block = Block(say(lang, "whole.checklist"))
    for fact in data["checklist"]:
        block.add(_need(fact, lang))
        block.add(_where_from(fact, lang), 1)
        key = "line.could_at_most" if fact.get("could_at_most") else "line.could"
        if fact["could_fen"]:
            block.add(say(lang, key, yuan=yuan_text(fact["could_fen"])), 1)
    return block
