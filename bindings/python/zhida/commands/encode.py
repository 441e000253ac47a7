"""zhida encode: subjects into a coded file."""

from __future__ import annotations

import json
import time
from typing import Literal

import zhida
from zhida.commands.common import DONE, INCOMPLETE, Talk, as_of_or_today, count
from zhida.commands.progress import ProgressLine
from zhida.commands.screen import remarks, standard_input


def run(
    pack_path: str,
    files: list[str],
    *,
    out: str,
    rejects: str | None,
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    strict: bool,
    encoding: str,
    threads: int,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code."""
    files = standard_input(files)
    engine = zhida.Engine(zhida.load(pack_path), as_of_or_today(as_of, talk), threads=threads)
    progress = ProgressLine(show_progress)
    began = time.monotonic()
    try:
        summary = engine.encode(
            files,
            out,
            on_progress=progress,
            rejects=rejects,
            facts_date=facts_date,
            known_on=known_on,
            undated=undated,
            strict=strict,
            encoding=encoding,
        )
    finally:
        progress.clear()
    summary["seconds"] = round(time.monotonic() - began, 3)
    if output == "json":
        print(json.dumps(summary, ensure_ascii=False))
    else:
        pack = summary["pack"]
        print(
            f"{out}: {count(summary['subjects'], 'subject')} of {count(summary['rows_read'], 'row')}, "
            f"{summary['bytes']:,} bytes, in {summary['seconds']:,.1f} s. Fastest with pack {pack['id']} "
            f"{pack['version']} as of {summary['as_of']}; good for any day and pack with these facts."
        )
        for remark in remarks(summary, rejects):
            talk.say(remark)
    return INCOMPLETE if summary["rows_rejected"] else DONE
