"""zhida explain: why one policy gives one subject what it gives."""

from __future__ import annotations

import sys
from typing import Literal

import zhida
from zhida.commands.common import (
    DONE,
    INCOMPLETE,
    Talk,
    as_of_or_today,
    check_files,
    coloured,
    console,
    read_facts,
)
from zhida.commands.paper import write_page


def run(
    pack_path: str,
    facts_path: str,
    policy: str,
    *,
    card: bool,
    html: str | None,
    lang: Literal["zh", "en"],
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    output: str,
    talk: Talk,
) -> int:
    """The exit code."""
    check_files({"--html": html}, [facts_path])
    facts = read_facts(facts_path)
    engine = zhida.Engine(zhida.load(pack_path), as_of_or_today(as_of, talk), threads=1)
    explanation = engine.explain(facts, policy, facts_date=facts_date, known_on=known_on, undated=undated)
    for warning in explanation.warnings:
        talk.say(warning)
    if html is not None:
        write_page(html, explanation.to_html(lang), talk)
    if output == "json":
        print(explanation.to_json())
    elif card:
        print(explanation.card(lang))
    elif html is None:
        show_explanation(explanation, lang)
    return INCOMPLETE if explanation.outcome == "error" else DONE


def show_explanation(explanation: zhida.Explanation, lang: Literal["zh", "en"]) -> None:
    """Prints it on stdout; on a terminal long lines go on below their own beginning."""
    from rich.text import Text

    from zhida.explain_text import explain_lines

    out = console()
    for depth, sign, text in explain_lines(explanation.to_dict(), lang):
        line = Text()
        if sign:
            line.append_text(coloured(f"{sign} ", sign))
        line.append(text)
        if not sys.stdout.isatty():
            out.print(Text("  " * depth).append_text(line), soft_wrap=True)
            continue
        # Deeper than what stands below the line, so that the two are told apart.
        hang = depth * 2 + 4
        for number, part in enumerate(line.wrap(out, max(20, out.width - hang))):
            part.rstrip()
            out.print(Text(" " * (hang if number else depth * 2)).append_text(part), soft_wrap=True)
