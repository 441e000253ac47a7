"""zhida match, explain, paper, deadline: one subject. The work is in zhida/commands."""

from __future__ import annotations

from typing import Annotated

import typer

from zhida.cli.options import (
    AsOf,
    FactsArgument,
    FactsDate,
    Format,
    KnownOn,
    Language,
    PackArgument,
    Policies,
    Quiet,
    Threads,
    Undated,
)


def match(
    pack: PackArgument,
    facts: FactsArgument,
    as_of: AsOf = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="OUTCOMES", help="Only these, such as eligible,conditional."),
    ] = None,
    no_clauses: Annotated[
        bool, typer.Option("--no-clauses", help="Leave clauses and what is missing out of the JSON.")
    ] = False,
    show_all: Annotated[bool, typer.Option("--all", help="List the ineligible policies too.")] = False,
    best: Annotated[
        bool, typer.Option("--best", help="The best legal mix of awards: what combines, exactly.")
    ] = False,
    nearest: Annotated[
        bool,
        typer.Option("--nearest", help="List what is one condition away, the cheapest change first."),
    ] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of --nearest.")] = "zh",
    policy: Policies = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    format: Format = "table",
    threads: Threads = 1,
    quiet: Quiet = False,
) -> int:
    """Match one subject with all policies."""
    from zhida.commands import match as command
    from zhida.commands.common import Talk, split_list

    return command.run(
        pack,
        facts,
        as_of=as_of,
        only=split_list(only),
        clauses=not no_clauses,
        show_all=show_all,
        best=best,
        nearest=nearest,
        lang=lang,
        policies=split_list(policy),
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        threads=threads,
        output=format,
        talk=Talk(quiet),
    )


def explain(
    pack: PackArgument,
    facts: FactsArgument,
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="Id of the policy.", show_default=False)],
    card: Annotated[
        bool, typer.Option("--card", help="Only the paper for a person: what is needed, or whom to ask.")
    ] = False,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page that can be printed.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the explanation.")] = "zh",
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Explain one policy for one subject: clauses, values, articles, what is missing, how to mend it."""
    from zhida.commands import explain as command
    from zhida.commands.common import Talk

    return command.run(
        pack,
        facts,
        policy,
        card=card,
        html=html,
        lang=lang,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        output=format,
        talk=Talk(quiet),
    )


def paper(
    pack: PackArgument,
    facts: FactsArgument,
    nearest: Annotated[
        int, typer.Option("--nearest", metavar="N", min=0, help="Near misses to tell in full.")
    ] = 20,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page that can be printed.")
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the paper.")] = "zh",
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """All that one subject is told: what it gets, what is open, what is near, what to bring."""
    from zhida.commands import paper as command
    from zhida.commands.common import Talk

    return command.run(
        pack,
        facts,
        nearest=nearest,
        html=html,
        lang=lang,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        output=format,
        talk=Talk(quiet),
    )


def deadline(
    pack: PackArgument,
    received: Annotated[
        str,
        typer.Argument(
            metavar="RECEIVED",
            help="Day of receipt, 2021-04-30, or with its time, 2021-04-30T17:45.",
            show_default=False,
        ),
    ],
    days: Annotated[int, typer.Argument(metavar="DAYS", help="Working days allowed.", show_default=False)],
    calendar: Annotated[str, typer.Option("--calendar", metavar="ID", help="Calendar of the pack.")] = "cn",
    closing: Annotated[
        str | None,
        typer.Option("--closing", metavar="HH:MM", help="Later receipt counts from the next working day."),
    ] = None,
    stop: Annotated[
        list[str] | None,
        typer.Option(
            "--stop",
            metavar="FROM..TO",
            help="The clock stands still; may be repeated. No TO: it still does.",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day looked at. [default: the day of receipt]"),
    ] = None,
    before: Annotated[
        int | None, typer.Option("--before", metavar="DAYS", help="The old limit, to print what is saved.")
    ] = None,
    count: Annotated[int, typer.Option("--count", metavar="N", help="How many matters, for --before.")] = 1,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the sentences.")] = "zh",
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """By when a matter has to be answered, in working days, with warnings and stops of the clock."""
    from zhida.commands import deadline as command
    from zhida.commands.common import Talk

    return command.run(
        pack,
        received,
        days,
        calendar=calendar,
        closing=closing,
        stops=stop,
        on=on,
        before=before,
        count=count,
        lang=lang,
        output=format,
        talk=Talk(quiet),
    )
