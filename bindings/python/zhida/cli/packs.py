"""zhida check, test, health: what is wrong with a pack. The work is in zhida/commands."""

from __future__ import annotations

from typing import Annotated

import typer

from zhida.cli.options import (
    AsOf,
    FactsDate,
    Format,
    KnownOn,
    Language,
    NoProgress,
    PackArgument,
    Quiet,
    Threads,
    Undated,
)


def check(
    pack: PackArgument,
    strict: Annotated[
        bool, typer.Option("--strict", help="A warning is a finding too (exit code 1).")
    ] = False,
    cost: Annotated[
        bool, typer.Option("--cost", help="Say how each clause is evaluated, and which are slow.")
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Print the compiled plan.")] = False,
    as_of: AsOf = None,
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Check a pack: every mistake and warning at once, each with file, line and how to mend it."""
    from zhida.commands import check as command
    from zhida.commands.common import Talk

    return command.run(pack, strict, cost, plan, as_of, format, Talk(quiet))


def test(
    packs: Annotated[list[str], typer.Argument(metavar="PACK", help="Folders of packs.", show_default=False)],
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List clauses and truths that no case touches.")
    ] = False,
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Run the cases of packs."""
    from zhida.commands import test as command
    from zhida.commands.common import Talk

    return command.run(packs, coverage, format, Talk(quiet))


def health(
    pack: PackArgument,
    facts: Annotated[
        list[str] | None,
        typer.Option(
            "--facts",
            metavar="FILE",
            help="A registry of subjects to count over: .ndjson, .parquet, .csv; may be repeated.",
        ),
    ] = None,
    claims: Annotated[
        str | None,
        typer.Option(
            "--claims",
            metavar="FILE",
            help="Who claimed what: subject, policy, date; .parquet, .csv, .ndjson.",
        ),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option("--platform", metavar="FILE", help="What is published: one policy id a line."),
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="List what is only good to know too.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the findings.")] = "zh",
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Say what is wrong with policies: contradictions, empty promises, made for few (exit code 1)."""
    from zhida.commands import health as command
    from zhida.commands.common import Talk

    return command.run(
        pack,
        facts,
        claims=claims,
        platform=platform,
        notes=notes,
        lang=lang,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        threads=threads,
        output=format,
        show_progress=not (quiet or no_progress),
        talk=Talk(quiet),
    )
