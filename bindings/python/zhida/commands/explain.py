"""zhida explain: why one policy gives one subject what it gives."""

from __future__ import annotations

from typing import Literal

import zhida
from zhida.commands.common import DONE, INCOMPLETE, Talk, as_of_or_today, coloured, console, read_facts


def run(
    pack_path: str,
    facts_path: str,
    policy: str,
    *,
    lang: Literal["zh", "en"],
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    output: str,
    talk: Talk,
) -> int:
    """The exit code."""
    facts = read_facts(facts_path)
    engine = zhida.Engine(zhida.load(pack_path), as_of_or_today(as_of, talk), threads=1)
    explanation = engine.explain(facts, policy, facts_date=facts_date, known_on=known_on, undated=undated)
    if output == "json":
        print(explanation.to_json())
    else:
        from rich.text import Text

        from zhida.explain_text import explain_lines

        out = console()
        for depth, sign, text in explain_lines(explanation.to_dict(), lang):
            line = Text("  " * depth)
            if sign:
                line.append_text(coloured(f"{sign} ", sign))
            out.print(line.append(text), soft_wrap=True)
    return INCOMPLETE if explanation.outcome == "error" else DONE
