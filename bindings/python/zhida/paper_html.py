"""Papers as pages: self-contained HTML, no scripts, nothing from elsewhere, made to be printed."""

from __future__ import annotations

from html import escape
from typing import Any

from zhida.explain_text import explain_lines
from zhida.messages import Lang, say
from zhida.paper_text import (
    Block,
    card_blocks,
    counts_text,
    gaps_text,
    money_text,
    needed,
    sorted_pairs,
    title_of,
    todo_text,
)
from zhida.results import yuan_text

__all__ = ["card_page", "frame", "whole_page"]

_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { font: 11pt/1.6 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
  "Microsoft YaHei", system-ui, sans-serif; color: #1b1f24; background: #f3f4f6; margin: 0; }
main { max-width: 190mm; margin: 8mm auto; padding: 12mm 14mm; background: #fff; border: 1px solid #d8dce2;
  border-top: 4px solid var(--tone); }
h1::first-letter, h2::first-letter, th::first-letter { text-transform: uppercase; }
h1 { font-size: 20pt; line-height: 1.25; margin: 0 0 2mm; color: var(--tone); }
h2 { font-size: 12.5pt; margin: 7mm 0 2mm; padding-bottom: 1mm; border-bottom: 1px solid #d8dce2; }
p { margin: 0 0 1mm; }
.about { font-size: 12pt; font-weight: 600; }
.quiet, footer { color: #5b6470; font-size: 9.5pt; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: 0.4mm 0; overflow-wrap: anywhere; }
li.d0 { font-weight: 600; margin-top: 1.6mm; }
li.d1 { padding-left: 6mm; } li.d2 { padding-left: 12mm; } li.d3 { padding-left: 18mm; }
li.d4 { padding-left: 24mm; } li.d5 { padding-left: 30mm; }
ul.tree li { font-weight: 400; margin-top: 0; font-size: 9.5pt; }
.sign { display: inline-block; width: 5mm; text-align: center; font-weight: 700; }
.yes { color: #1a7f37; } .no { color: #b42318; } .open { color: #9a6700; }
table { border-collapse: collapse; width: 100%; font-size: 10pt; }
th, td { text-align: left; vertical-align: top; padding: 1.4mm 2mm; border-bottom: 1px solid #e4e7ec;
  overflow-wrap: anywhere; }
th { font-weight: 600; color: #475467; } thead { display: table-header-group; }
tr { break-inside: avoid; }
td.money, th.money { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
footer { margin-top: 8mm; padding-top: 2mm; border-top: 1px solid #d8dce2; overflow-wrap: anywhere; }
/* On a phone a row of a table is a card: its first cell the heading, the others below it with their names. */
@media screen and (max-width: 640px) {
  main { margin: 0; padding: 6mm 5mm; border-width: 4px 0 0; }
  li.d1 { padding-left: 4mm; } li.d2 { padding-left: 8mm; } li.d3, li.d4, li.d5 { padding-left: 12mm; }
  thead { display: none; }
  tr, td, td.money { display: block; text-align: left; white-space: normal; }
  tr { padding: 2mm 0; border-bottom: 1px solid #e4e7ec; }
  td, td.money { border: 0; padding: 0.4mm 0; }
  td:first-child { font-weight: 600; }
  td:not(:first-child)::before { content: attr(data-head) ": "; color: #475467; }
}
@media print {
  body { background: #fff; }
  main { border: 0; border-top: 4px solid var(--tone); margin: 0; padding: 4mm 0 0; max-width: none; }
  h2, li.d0 { break-after: avoid; }
}
"""
_TONES = {
    "accept": "#1a7f37",
    "accept_later": "#0b6bcb",
    "checklist": "#9a6700",
    "answer_card": "#6941c6",
    "signpost": "#475467",
}
_SIGN_CLASSES = {"✓": "yes", "✗": "no", "?": "open", "!": "no"}


def _page(title: str, tone: str, body: list[str], lang: Lang) -> str:
    return frame(title, body, lang, f":root {{ --tone: {tone}; }}")


def frame(title: str, body: list[str], lang: Lang, style: str = "") -> str:
    """A page in the house's look, with what `style` adds to it."""
    # No policy stands in the way of the page's own style; everything else is refused.
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{"zh-CN" if lang == "zh" else "en"}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}{style}</style>",
            "</head>",
            "<body><main>",
            *body,
            "</main></body>",
            "</html>",
            "",
        ]
    )


def _block(block: Block) -> list[str]:
    parts = [f"<h2>{escape(block.heading)}</h2>"] if block.heading else []
    items = [f'<li class="d{min(depth, 5)}">{escape(text)}</li>' for depth, text in block.lines]
    return [*parts, "<ul>", *items, "</ul>"]


def _footer(data: dict[str, Any]) -> str:
    pack = data["pack"]
    parts = [f"{pack['id']} {pack['version']}", pack["digest"], data["as_of"]]
    return f"<footer>{escape(' · '.join(parts))}</footer>"


def card_page(data: dict[str, Any], lang: Lang = "zh") -> str:
    """The paper of one pair, with the whole clause tree below it."""
    kind = data["paper"]["kind"]
    head, *blocks = card_blocks(data, lang)
    about, *rest = [text for _, text in head.lines]
    body = [f"<h1>{escape(head.heading)}</h1>", f'<p class="about">{escape(about)}</p>']
    body += [f'<p class="quiet">{escape(text)}</p>' for text in rest]
    for block in blocks:
        body += _block(block)
    body += [f"<h2>{escape(say(lang, 'whole.state'))}</h2>", '<ul class="tree">']
    # The first lines name the policy and the subject, which the card has said.
    for depth, sign, text in explain_lines(data, lang)[2:]:
        mark = f'<span class="sign {_SIGN_CLASSES.get(sign, "")}">{escape(sign)}</span>' if sign else ""
        body.append(f'<li class="d{min(depth, 5)}">{mark}{escape(text)}</li>')
    body += ["</ul>", _footer(data)]
    return _page(f"{head.heading} – {title_of(data, lang)}", _TONES[kind], body, lang)


def _table(heads: list[tuple[str, bool]], rows: list[list[str]]) -> list[str]:
    """Heads are (text, money?)."""
    cells = "".join(f"<th{' class=money' if money else ''}>{escape(text)}</th>" for text, money in heads)
    body = [f"<table><thead><tr>{cells}</tr></thead><tbody>"]
    for row in rows:
        tds = "".join(
            f'<td data-head="{escape(head)}"{" class=money" if money else ""}>{escape(text)}</td>'
            for text, (head, money) in zip(row, heads, strict=True)
        )
        body.append(f"<tr>{tds}</tr>")
    return [*body, "</tbody></table>"]


def whole_page(data: dict[str, Any], lang: Lang = "zh") -> str:
    """The whole paper of a subject: tables of what it gets, what is near, and what to bring."""
    title = say(lang, "whole.title")
    about = say(lang, "paper.for", subject=data["subject"], as_of=data["as_of"])
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="about">{escape(about)}</p>',
        f"<p>{escape(counts_text(data, lang))}</p>",
        f"<p>{escape(say(lang, 'whole.money', yuan=yuan_text(data['amount_fen'])))}</p>",
    ]
    policy, money = say(lang, "whole.near_policy"), say(lang, "whole.near_money")
    for outcome in ("eligible", "conditional", "undetermined", "error"):
        pairs = sorted_pairs(data, outcome)
        if not pairs:
            continue
        body.append(f"<h2>{escape(say(lang, f'whole.{outcome}'))}</h2>")
        heads = [(policy, False), (say(lang, "whole.state"), False), (money, True)]
        rows = []
        for pair in pairs:
            amount = (
                yuan_text(pair["amount_fen"]) if pair["amount_fen"] is not None else money_text(pair, lang)
            )
            rows.append([title_of(pair, lang), _state(pair, lang), amount])
        body += _table(heads, rows)
    if data["nearest"]:
        body.append(f"<h2>{escape(say(lang, 'whole.nearest'))}</h2>")
        heads = [
            (policy, False),
            (say(lang, "whole.near_gap"), False),
            (say(lang, "whole.near_do"), False),
            (money, True),
        ]
        body += _table(heads, [_near_row(near, lang) for near in data["nearest"]])
        if data["near_count"] > len(data["nearest"]):
            more = say(lang, "whole.more_near", count=data["near_count"], shown=len(data["nearest"]))
            body.append(f'<p class="quiet">{escape(more)}</p>')
    if data.get("checklist"):
        body.append(f"<h2>{escape(say(lang, 'whole.checklist'))}</h2>")
        heads = [
            (say(lang, "whole.fact"), False),
            (say(lang, "whole.state"), False),
            (say(lang, "whole.get"), False),
            (say(lang, "whole.policies"), True),
            (say(lang, "whole.unlocks"), True),
        ]
        body += _table(heads, [_needed_row(fact, lang) for fact in data["checklist"]])
    return _page(f"{title} – {data['subject']}", _TONES["accept_later"], [*body, _footer(data)], lang)


def _state(pair: dict[str, Any], lang: Lang) -> str:
    """The paper, and what it hangs on."""
    text = say(lang, f"paper.{pair['paper']['kind']}")
    names = [missing["name"] or missing["fact"] for missing in needed(pair)]
    names += [item.get("name") or "" for item in pair.get("promises", {}).get("items", ())]
    colon, comma = ("：", "、") if lang == "zh" else (": ", ", ")
    return text + (colon + comma.join(names) if names else "")


def _near_row(near: dict[str, Any], lang: Lang) -> list[str]:
    return [title_of(near, lang), gaps_text(near, lang), todo_text(near, lang), money_text(near, lang)]


def _needed_row(fact: dict[str, Any], lang: Lang) -> list[str]:
    get = "，".join(part for part in (fact.get("obtain"), fact.get("material")) if part)
    return [
        fact.get("name") or fact["fact"],
        say(lang, f"cause.{fact['cause']}"),
        get or fact.get("source") or "–",
        str(len(fact["policies"])),
        money_text(fact, lang),
    ]
