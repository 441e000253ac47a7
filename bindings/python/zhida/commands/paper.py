"""zhida paper: all that one subject is told over all policies."""

from __future__ import annotations

from typing import Literal

import zhida
from zhida.commands.common import DONE, INCOMPLETE, Talk, as_of_or_today, check_files, read_facts, show
from zhida.outputs import write_text
from zhida.paper_text import gaps_text, money_text, title_of, todo_text
from zhida.papers import Paper


def run(
    pack_path: str,
    facts_path: str,
    *,
    nearest: int,
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
    paper = engine.paper(facts, nearest=nearest, facts_date=facts_date, known_on=known_on, undated=undated)
    for warning in paper.to_dict().get("warnings", ()):
        talk.say(warning)
    if html is not None:
        write_page(html, paper.to_html(lang), talk)
    if output == "json":
        print(paper.to_json())
    elif html is None:
        print(paper.render(lang))
    return INCOMPLETE if paper.counts["error"] else DONE


def write_page(path: str, page: str, talk: Talk) -> None:
    """Writes a page, and says where it is."""
    write_text(path, page)
    talk.say(f"the page is in {path}; open it in a browser, or print it")


def show_nearest(paper: Paper, lang: Literal["zh", "en"]) -> None:
    """A table of near misses on stdout."""
    data = paper.to_dict()
    zh = lang == "zh"
    if not data["nearest"]:
        print("没有只差一条的政策" if zh else "no policy is one condition away")
        return
    heads = (
        ["政策", "~差距", "~办法", ">可得（元）"]
        if zh
        else ["policy", "~gap", "~what to do", ">brings (yuan)"]
    )
    rows: list[list[str] | None] = [
        [title_of(near, lang), gaps_text(near, lang), todo_text(near, lang), money_text(near, lang)]
        for near in data["nearest"]
    ]
    show(heads, rows, {})
