"""The report of a simulation: one self-contained page with pictures, made to be read, shared and printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import Any

from zhida import simulation_charts as charts
from zhida.paper_html import frame
from zhida.results import yuan_text
from zhida.simulation_words import (
    CHANGES,
    POOL_COUNTS,
    POOL_HEADS,
    STANDS,
    WORDS,
    Lang,
    changed_policies,
    group_name,
    phrase,
    pool_rows,
    short_yuan,
    signed,
    sorted_groups,
    title_of,
)

__all__ = ["page"]

_DRAWN = 12  # bars of one picture; the table below has all
_EXAMPLES = 12
_STYLE = """
main { --tone: #0b6bcb; max-width: 250mm; padding: 10mm 12mm; }
h3 { font-size: 10.5pt; margin: 4mm 0 1mm; }
.chart { overflow-x: auto; margin: 2mm 0; }
svg { display: block; max-width: none; font-size: 12px; }
svg text { font-family: inherit; }
.cards { display: flex; flex-wrap: wrap; gap: 3mm; margin: 4mm 0; }
.cards div { flex: 1 1 36mm; border: 1px solid #d8dce2; padding: 2mm 3mm; }
.cards b { display: block; font-size: 15pt; line-height: 1.3; font-variant-numeric: tabular-nums; }
.cards .plus b { color: #1a7f37; } .cards .minus b { color: #b42318; }
.wide { overflow-x: auto; }
td, th { overflow-wrap: normal; white-space: nowrap; }
td.text, th.text { min-width: 34mm; white-space: normal; }
tr.last td { font-weight: 600; color: #475467; }
.legend { font-size: 9.5pt; color: #475467; }
.legend span { margin-right: 5mm; white-space: nowrap; }
.legend i { display: inline-block; width: 3mm; height: 3mm; margin-right: 1.5mm; }
@media screen and (max-width: 640px) {
  main { padding: 5mm 4mm; }
  td, td.text, td.money { white-space: normal; }
}
@media print {
  main { padding: 0; }
  .chart, .wide { overflow: visible; }
  .chart svg { max-width: 100%; height: auto; }
  .chart, .cards { break-inside: avoid; }
  table { font-size: 8pt; }
  th, td { padding: 1mm 1.2mm; }
  td.text, th.text { min-width: 0; }
}
"""


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, last: bool = False) -> list[str]:
    """Heads that begin with > are numbers, with ~ long texts; `last` sets the last row off."""
    kinds = [{">": "money", "~": "text"}.get(head[:1], "") for head in heads]
    cells = "".join(
        f'<th class="{kind}">{escape(head.lstrip(">~"))}</th>'
        for head, kind in zip(heads, kinds, strict=True)
    )
    parts = ['<div class="wide"><table>', f"<thead><tr>{cells}</tr></thead><tbody>"]
    names = [escape(head.lstrip(">~")) for head in heads]
    for place, row in enumerate(rows):
        mark = ' class="last"' if last and place == len(rows) - 1 else ""
        made = (
            f'<td class="{kind}" data-head="{name}">{escape(cell)}</td>'
            for cell, kind, name in zip(row, kinds, names, strict=True)
        )
        parts.append(f"<tr{mark}>{''.join(made)}</tr>")
    return [*parts, "</tbody></table></div>"]


def page(data: dict[str, Any], lang: Lang = "zh") -> str:
    """The whole page."""
    told = data["simulation"]
    body = _head(data, lang)
    if "by_policy" in told:
        body += _cards(told, lang)
        body += _policies(told, lang)
        for grouping in told["by_group"]:
            body += _group(grouping, lang)
        body += _matrix(told, lang)
        body += _examples(told, lang)
        if "forecast" in told:
            body += _forecast(told, lang)
    if "sweep" in told:
        body += _curve(told["sweep"], lang)
    if "pools" in told:
        body += _pools(told["pools"], lang)
    digests = [data["pack"]["digest"]] + ([told["against"]["digest"]] if "against" in told else [])
    body.append(f"<footer>{escape(' → '.join(digests))} · {escape(data['as_of'])}</footer>")
    return frame(WORDS[lang]["title"], body, lang, _STYLE)


def _head(data: dict[str, Any], lang: Lang) -> list[str]:
    told = data["simulation"]
    about = "about" if "policies" in told else "sweep_about"
    lines = [
        f"<h1>{escape(WORDS[lang]['title'])}</h1>",
        '<p class="about">'
        + escape(
            phrase(
                lang, about, as_of=data["as_of"], subjects=data["subjects"], policies=told.get("policies", 0)
            )
        )
        + "</p>",
        f"<p>{escape(phrase(lang, 'before_pack', pack=_pack(data['pack'])))}</p>",
    ]
    if "against" in told:
        lines.append(f"<p>{escape(phrase(lang, 'after_pack', pack=_pack(told['against'])))}</p>")
    if told.get("settings"):
        lines.append(f"<p>{escape(phrase(lang, 'settings', settings='; '.join(told['settings'])))}</p>")
    lines.append(f'<p class="quiet">{escape(WORDS[lang]["note"])}</p>')
    if data["rows_rejected"]:
        lines.append(f'<p class="quiet">{escape(phrase(lang, "rejected", rows=data["rows_rejected"]))}</p>')
    return lines


def _pack(pack: dict[str, Any]) -> str:
    title = f"{pack['title']} " if pack.get("title") else ""
    return f"{title}{pack['id']} {pack['version']}"


def _cards(told: dict[str, Any], lang: Lang) -> list[str]:
    words, subjects = WORDS[lang], told["subjects"]
    change = told["change_fen"]
    cards = [
        ("plus", words["winners"], f"{subjects['winners']:,}", signed(subjects["winners_fen"])),
        ("minus", words["losers"], f"{subjects['losers']:,}", signed(-subjects["losers_fen"])),
        ("plus", words["gained_firms"], f"{subjects['gained']:,}", ""),
        ("minus", words["lost_firms"], f"{subjects['lost']:,}", ""),
        (
            "",
            words["eligible_firms"],
            f"{subjects['eligible_before']:,} → {subjects['eligible_after']:,}",
            "",
        ),
        (
            "plus" if change > 0 else "minus" if change < 0 else "",
            words["change"],
            signed(change),
            f"{yuan_text(told['before_fen'])} → {yuan_text(told['after_fen'])}",
        ),
    ]
    made = [
        f'<div class="{kind}">{escape(name)}<b>{escape(value)}</b>'
        f'<span class="quiet">{escape(more)}</span></div>'
        for kind, name, value, more in cards
    ]
    return ['<div class="cards">', *made, "</div>"]


def _policies(told: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    changed = changed_policies(told)
    parts = [f"<h2>{escape(words['by_policy'])}</h2>"]
    if not changed:
        return [*parts, f"<p>{escape(words['nothing'])}</p>"]
    drawn = [
        (title_of(row, lang), row["lost_fen"] + row["fallen_fen"], row["gained_fen"] + row["risen_fen"])
        for row in changed[:_DRAWN]
    ]
    if any(less or more for _, less, more in drawn):
        parts.append(charts.legend([(charts.LESS, words["less"]), (charts.MORE, words["more"])]))
        parts.append(charts.diverging(words["by_policy"], drawn, lambda fen: short_yuan(fen, lang)))
    heads = ["~" + words["policy"], *(">" + words[kind] for kind in CHANGES)]
    heads += [">" + words["before_yuan"], ">" + words["after_yuan"], ">" + words["change"]]
    rows = [[f"{title_of(row, lang)} {row['policy']}", *_counts(row), *_yuan(row)] for row in changed]
    rows.append([words["together"], *_counts(told), *_yuan(told)])
    parts += table(heads, rows, last=True)
    rest = told["policies"] - len(changed)
    return (
        [*parts, f'<p class="quiet">{escape(phrase(lang, "unchanged", count=rest))}</p>'] if rest else parts
    )


def _counts(row: dict[str, Any]) -> list[str]:
    other = row["moved"] - row["gained"] - row["lost"]
    return [f"{row[kind]:,}" for kind in CHANGES[:-1]] + [f"{other:,}"]


def _yuan(row: dict[str, Any]) -> list[str]:
    return [yuan_text(row["before_fen"]), yuan_text(row["after_fen"]), signed(row["change_fen"])]


def _group(grouping: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    groups = sorted_groups(grouping["groups"])
    heading = phrase(lang, "by_group", name=grouping["name"])
    drawn = [(group_name(group, lang), group["before_fen"], group["after_fen"]) for group in groups[:_DRAWN]]
    heads = ["~" + grouping["name"], ">" + words["firms"], ">" + words["winners"], ">" + words["losers"]]
    heads += [">" + words["before_yuan"], ">" + words["after_yuan"], ">" + words["change"]]
    rows = [
        [
            group_name(group, lang),
            *(f"{group['subjects'][kind]:,}" for kind in ("all", "winners", "losers")),
            *_yuan(group),
        ]
        for group in groups
    ]
    return [
        f"<h2>{escape(heading)}</h2>",
        charts.legend([(charts.BEFORE, words["before"]), (charts.AFTER, words["after"])]),
        charts.pairs_of_bars(heading, drawn, lambda fen: short_yuan(fen, lang)),
        *table(heads, rows),
    ]


def _matrix(told: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    pairs = {(move["before"], move["after"]): move["pairs"] for move in told["moves"]}
    froms = [stand for stand in STANDS if any(stand == before for before, _ in pairs)]
    tos = [stand for stand in STANDS if any(stand == after for _, after in pairs)]
    rows = [[words[before], *(f"{pairs.get((before, after), 0):,}" for after in tos)] for before in froms]
    heads = [f"{words['before']} \\ {words['after']}", *(">" + words[after] for after in tos)]
    heading = words["matrix"]
    note = phrase(lang, "matrix_note", pairs=told["pairs"])
    return [
        f"<h2>{escape(heading)}</h2>",
        *table(heads, rows),
        f'<p class="quiet">{escape(note)}</p>',
    ]


def example_rows(told: dict[str, Any], lang: Lang, most: int = _EXAMPLES) -> list[list[str]]:
    """Some pairs that change: policies in turn, so that each kind of change is seen."""
    words = WORDS[lang]
    rows: list[list[str]] = []
    changed = changed_policies(told)
    for turn in range(3):
        for row in changed:
            for kind in CHANGES:
                kept = row["examples"].get(kind, [])
                if turn >= len(kept) or len(rows) >= most:
                    continue
                one = kept[turn]
                rows.append(
                    [
                        words[kind],
                        one["subject"],
                        title_of(row, lang),
                        _stand(one, "before", lang),
                        _stand(one, "after", lang),
                    ]
                )
    return rows


def _stand(example: dict[str, Any], when: str, lang: Lang) -> str:
    fen = example[f"{when}_fen"]
    return WORDS[lang][example[when]] + ("" if fen is None else f" {yuan_text(fen)}")


def _examples(told: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    rows = example_rows(told, lang)
    if not rows:
        return []
    heads = [words["kind"], words["subject"], "~" + words["policy"], words["before"], words["after"]]
    return [f"<h2>{escape(words['examples'])}</h2>", *table(heads, rows)]


def _forecast(told: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    drawn = []
    for when in ("before", "after"):
        forecast = told["forecast"][when]
        drawn.append((words[when], *(forecast[f"{kind}_fen"] for kind in ("low", "mid", "high"))))
    open_pairs = told["forecast"]["after"]["undetermined"]
    note = phrase(
        lang, "open_note", **{key: open_pairs[key] for key in ("pairs", "computed", "capped", "untold")}
    )
    heads = ["~" + words["policy"], ">" + words["low"], ">" + words["mid"], ">" + words["high"]]
    listed = [
        row for row in told["by_policy"] if row["in"] != "before" and row["forecast"]["after"]["high_fen"]
    ]
    listed.sort(key=lambda row: -row["forecast"]["after"]["high_fen"])
    rows = [
        [
            f"{title_of(row, lang)} {row['policy']}",
            *(yuan_text(row["forecast"]["after"][f"{kind}_fen"]) for kind in ("low", "mid", "high")),
        ]
        for row in listed
    ]
    rows.append([words["together"], *(yuan_text(value) for value in drawn[1][1:])])
    return [
        f"<h2>{escape(words['forecast'])}</h2>",
        charts.bands(words["forecast"], drawn, lambda fen: short_yuan(fen, lang)),
        f'<p class="quiet">{escape(words["forecast_note"])}</p>',
        f'<p class="quiet">{escape(note)}</p>',
        *table(heads, rows, last=True),
    ]


def _number(text: str) -> Decimal | None:
    found = re.match(r"[+-]?\d+(\.\d+)?", text)
    return Decimal(found[0]) if found else None


def _curve(sweep: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    title = phrase(lang, "curve", parameter=sweep["parameter"])
    heading = f"<h2>{escape(title)}</h2>"
    if not sweep["policies"]:
        return [heading, f"<p>{escape(phrase(lang, 'curve_none', parameter=sweep['parameter']))}</p>"]
    points = sweep["points"]
    firms = [(one["value"], _number(one["value"]), one["subjects"]["eligible_after"]) for one in points]
    yuan = [(one["value"], _number(one["value"]), one["after_fen"]) for one in points]
    heads = [
        words["value"],
        ">" + words["curve_firms"],
        ">" + words["curve_pairs"],
        ">" + words["curve_yuan"],
    ]
    return [
        heading,
        f'<p class="quiet">{escape(phrase(lang, "curve_note", policies=len(sweep["policies"])))}</p>',
        f"<h3>{escape(words['curve_firms'])}</h3>",
        charts.curve(words["curve_firms"], firms, lambda value: f"{value:,}"),
        f"<h3>{escape(words['curve_yuan'])}</h3>",
        charts.curve(words["curve_yuan"], yuan, lambda fen: short_yuan(fen, lang)),
        *table(heads, curve_rows(sweep)),
    ]


def curve_rows(sweep: dict[str, Any]) -> list[list[str]]:
    """The points as cells: value, subjects, pairs, yuan."""
    return [
        [
            one["value"],
            f"{one['subjects']['eligible_after']:,}",
            f"{one['after']['eligible']:,}",
            yuan_text(one["after_fen"]),
        ]
        for one in sweep["points"]
    ]


def _pools(pools: dict[str, Any], lang: Lang) -> list[str]:
    words = WORDS[lang]
    rows = pool_rows(pools, lang)
    parts = [f"<h2>{escape(words['pools'])}</h2>"]
    if not rows:
        return [*parts, f"<p>{escape(words['pools_none'])}</p>"]
    for when, listed in pools.items():
        for pool in listed:
            lines = [
                (words[f"case.{name}"], [(_day(day), left) for day, left in _from_full(told)])
                for name, told in pool["scenarios"].items()
                if told["line"]
            ]
            if not lines:
                continue
            heading = (
                f"{pool['title']}（{words[when]}）" if lang == "zh" else f"{pool['title']} ({words[when]})"
            )
            colours = [(charts.SERIES[i % 3], name) for i, (name, _) in enumerate(lines)]
            parts += [f"<h3>{escape(heading)}</h3>", charts.legend(colours)]
            parts.append(charts.steps(heading, lines, lambda fen: short_yuan(fen, lang), _date))
    heads = [words[name] for name in POOL_HEADS[:4]]
    heads += [">" + words[name] for name in (*POOL_HEADS[4:], *POOL_COUNTS)]
    return [*parts, *table(heads, rows), f'<p class="quiet">{escape(words["pools_note"])}</p>']


def _from_full(scenario: dict[str, Any]) -> list[list[Any]]:
    """The line from the day before the first payment, when all was there."""
    first = _date(_day(scenario["line"][0][0]) - 1)
    return [[first, scenario["free_fen"]], *scenario["line"]]


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _date(day: int) -> str:
    return (date.min + timedelta(days=day - 1)).isoformat()
