"""zhida pay plan, as Typer reads it; the work is in zhida/commands/pay_plan.py."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Text = typer.Option


def plan(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Folder of the pack.", show_default=False)],
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FACTS",
            help="Subjects: .ndjson, .jsonl, .parquet, .csv, .tsv; - is NDJSON from standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str | None, Text("-o", "--out", metavar="PLAN", help="Write the plan to a .parquet or .ndjson file.")
    ] = None,
    history: Annotated[
        str | None, Text("--history", metavar="FILE", help="Earlier payments: .parquet, .csv, .ndjson.")
    ] = None,
    policy: Annotated[
        list[str] | None, Text("--policy", metavar="ID", help="Only this policy; may be repeated, or a list.")
    ] = None,
    rejects: Annotated[
        str | None, Text("--rejects", metavar="FILE", help="Write refused rows and why, as NDJSON.")
    ] = None,
    as_of: Annotated[
        str | None, Text("--as-of", metavar="DATE", help="The day of the plan. [default: today in China]")
    ] = None,
    facts_date: Annotated[
        str | None, Text("--facts-date", metavar="DATE", help="The date of values that carry none.")
    ] = None,
    known_on: Annotated[
        str | None, Text("--known-on", metavar="DATE", help="Values dated later count as not known.")
    ] = None,
    undated: Annotated[
        Literal["fresh", "stale"],
        Text("--undated", help="What undated values of facts that age are taken for."),
    ] = "fresh",
    strict: Annotated[
        bool, Text("--strict", help="Refuse keys and columns that the schema does not declare.")
    ] = False,
    encoding: Annotated[
        str, Text("--encoding", metavar="NAME", help="Encoding of CSV files, such as gb18030.")
    ] = "utf-8",
    lang: Annotated[Literal["zh", "en"], Text("--lang", help="Language of the summary.")] = "zh",
    format: Annotated[
        Literal["table", "json"], Text("--format", help="table for people, json for programs.")
    ] = "table",
    threads: Annotated[
        int, Text("--threads", metavar="N", min=0, help="Threads to use; 0 is all cores.")
    ] = 0,
    quiet: Annotated[bool, Text("--quiet", "-q", help="Say nothing on stderr but what went wrong.")] = False,
    no_progress: Annotated[bool, Text("--no-progress", help="Show no progress line.")] = False,
) -> int:
    """Who is paid what: screen all subjects, combine their awards, give out the budgets."""
    from zhida.commands import pay_plan as command
    from zhida.commands.common import Talk, split_list

    return command.run(
        pack,
        files,
        out=out,
        history=history,
        policies=split_list(policy),
        rejects=rejects,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        strict=strict,
        encoding=encoding,
        threads=threads,
        lang=lang,
        output=format,
        show_progress=not (quiet or no_progress),
        talk=Talk(quiet),
    )
