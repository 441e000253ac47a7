"""Options and arguments that several commands have, each said once."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from zhida.dates import Undated as Freshness

Language = Literal["zh", "en"]

PackArgument = Annotated[str, typer.Argument(metavar="PACK", help="Folder of the pack.", show_default=False)]
FactsArgument = Annotated[
    str,
    typer.Argument(
        metavar="FACTS", help="JSON file with one subject's facts; - is standard input.", show_default=False
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Judge as of this day, YYYY-MM-DD. [default: today in China]"
    ),
]
Format = Annotated[
    Literal["table", "json"], typer.Option("--format", help="table for people, json for programs.")
]
Threads = Annotated[
    int, typer.Option("--threads", metavar="N", min=0, help="Threads to use; 0 is all cores.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but what went wrong.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress line.")]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy", metavar="ID", help="Only this policy; may be repeated, or list several with commas."
    ),
]
FactsDate = Annotated[
    str | None, typer.Option("--facts-date", metavar="DATE", help="The date of values that carry none.")
]
KnownOn = Annotated[
    str | None, typer.Option("--known-on", metavar="DATE", help="Values dated later count as not known.")
]
Undated = Annotated[
    Freshness,
    typer.Option("--undated", help="What undated values of facts that age are taken for."),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse keys and columns that the schema does not declare.")
]
Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="Encoding of CSV files, such as gb18030.")
]
Rejects = Annotated[
    str | None, typer.Option("--rejects", metavar="FILE", help="Write refused rows and why, as NDJSON.")
]
