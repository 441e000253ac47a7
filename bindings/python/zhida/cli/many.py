"""zhida screen, encode, simulate, demo: all subjects of files. The work is in zhida/commands."""

from __future__ import annotations

from typing import Annotated

import typer

from zhida.cli.options import (
    AsOf,
    Encoding,
    FactsDate,
    Format,
    KnownOn,
    Language,
    NoProgress,
    PackArgument,
    Policies,
    Quiet,
    Rejects,
    Strict,
    Threads,
    Undated,
)


def screen(
    pack: PackArgument,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Subjects: .ndjson, .jsonl, .parquet, .csv, .tsv, or .zhida from zhida encode; "
            "- is NDJSON from standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--out",
            metavar="OUT",
            help="Write the pairs to a .parquet, .csv or .ndjson file; - is NDJSON to stdout.",
        ),
    ] = None,
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcomes", metavar="LIST", help="Pairs to write. [default: all but ineligible]"),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="LIST", help="Their columns to write, such as subject,policy."),
    ] = None,
    policy: Policies = None,
    rejects: Rejects = None,
    near: Annotated[
        str | None,
        typer.Option("--near", metavar="FILE", help="Write near misses, one condition away, as NDJSON."),
    ] = None,
    blocked: Annotated[
        bool, typer.Option("--blocked", help="Say which missing facts keep back most money.")
    ] = False,
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Strict = False,
    encoding: Encoding = "utf-8",
    decisions: Annotated[
        str | None,
        typer.Option(
            "--decisions", metavar="FILE", help="Write the pack's decisions for each subject as well."
        ),
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(
            "--population", metavar="FILE", help="Write the facts that were counted over all subjects."
        ),
    ] = None,
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Match all subjects of files with all policies."""
    from zhida.commands import screen as command
    from zhida.commands.common import Talk, split_list

    return command.run(
        pack,
        files,
        out=out,
        outcomes=outcomes,
        columns=columns,
        policies=split_list(policy),
        rejects=rejects,
        near=near,
        blocked=blocked,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        strict=strict,
        encoding=encoding,
        decisions=decisions,
        population=population,
        threads=threads,
        output=format,
        show_progress=not (quiet or no_progress),
        talk=Talk(quiet),
    )


def encode(
    pack: PackArgument,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Subjects: .ndjson, .jsonl, .parquet, .csv, .tsv, or a .zhida file to bring up to date; "
            "- is NDJSON from standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str, typer.Option("-o", "--out", metavar="OUT", help="The coded file, .zhida.", show_default=False)
    ],
    rejects: Rejects = None,
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Strict = False,
    encoding: Encoding = "utf-8",
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Write subjects into a coded file, which is screened many times faster, with the same answers."""
    from zhida.commands import encode as command
    from zhida.commands.common import Talk

    return command.run(
        pack,
        files,
        out=out,
        rejects=rejects,
        as_of=as_of,
        facts_date=facts_date,
        known_on=known_on,
        undated=undated,
        strict=strict,
        encoding=encoding,
        threads=threads,
        output=format,
        show_progress=not (quiet or no_progress),
        talk=Talk(quiet),
    )


def simulate(
    pack: PackArgument,
    facts: Annotated[
        list[str],
        typer.Option(
            "--facts",
            metavar="FILE",
            help="Subjects: .ndjson, .parquet, .csv, .zhida; may be repeated.",
            show_default=False,
        ),
    ],
    against: Annotated[
        str | None, typer.Option("--against", metavar="PACK2", help="The pack that would take its place.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PARAMETER=VALUE", help="Give a parameter another value; may be repeated."
        ),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            "--sweep",
            metavar="PARAMETER=VALUES",
            help="Count for each value: from..to/step, or a list with commas.",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="FACT",
            help="Group by a fact or definition, such as industry_reg:1 (level 1 of its list); "
            "may be repeated. [default: county, size, industry]",
        ),
    ] = None,
    policy: Policies = None,
    changes: Annotated[
        str | None,
        typer.Option(
            "-o", "--out", metavar="OUT", help="Write the pairs that change: .parquet, .csv, .tsv, .ndjson."
        ),
    ] = None,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a report with pictures.")
    ] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write all figures as JSON.")
    ] = None,
    pools: Annotated[
        bool, typer.Option("--pools", help="Say on which day first-come pools run dry.")
    ] = False,
    history: Annotated[
        str | None,
        typer.Option(
            "--history", metavar="FILE", help="With --pools: earlier payments, .parquet, .csv, .ndjson."
        ),
    ] = None,
    no_forecast: Annotated[
        bool, typer.Option("--no-forecast", help="Leave out what undetermined pairs could bring; faster.")
    ] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the report.")] = "zh",
    rejects: Rejects = None,
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Strict = False,
    encoding: Encoding = "utf-8",
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Say who would win and lose by another pack or other parameters, and what it would cost."""
    from zhida.commands import simulate as command
    from zhida.commands.common import Talk, split_list

    return command.run(
        pack,
        facts,
        against=against,
        settings=set_,
        sweep=sweep,
        by=split_list(by),
        policies=split_list(policy),
        changes=changes,
        html=html,
        json_file=json_file,
        lang=lang,
        output=format,
        options={
            "as_of": as_of,
            "forecast": not no_forecast,
            "pools": pools,
            "history": history,
            "rejects": rejects,
            "facts_date": facts_date,
            "known_on": known_on,
            "undated": undated,
            "strict": strict,
            "encoding": encoding,
            "threads": threads,
        },
        show_progress=not (quiet or no_progress),
        talk=Talk(quiet),
    )


def demo(
    firms: Annotated[int, typer.Option("--firms", metavar="N", help="How many firms to make up.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Same seed, same firms.")] = 1,
    write: Annotated[
        str | None, typer.Option("--write", metavar="FILE", help="Keep the firms in this NDJSON file.")
    ] = None,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="OUT", help="The file of outcomes: .parquet, .csv, .ndjson.")
    ] = "zhida-demo.parquet",
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Give the firms bank accounts, as zhida pay plan needs them.")
    ] = False,
    pay: Annotated[
        bool, typer.Option("--pay", help="Pay them too: a plan, a ledger, files, a made-up bank.")
    ] = False,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="FILE", help="The ledger of --pay; twice the same is best."),
    ] = None,
    as_of: AsOf = None,
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Show what Zhida does: made-up firms against the sample pack."""
    from zhida.commands import demo as command
    from zhida.commands.common import Talk

    return command.run(
        firms,
        seed,
        write,
        out,
        as_of,
        threads,
        format,
        not (quiet or no_progress),
        Talk(quiet),
        pay=pay,
        ledger=ledger,
        accounts=accounts,
    )
