"""The command line. stdout is data, stderr is talk; the work of each subcommand is in zhida/commands.

Exit codes: 0 done; 1 findings (a failed case, a warning under --strict); 2 wrong usage, or a file that cannot
be read or written; 3 the pack is invalid; 4 done, but rows were rejected or pairs could not be computed;
5 the ledger refused; 101 a mistake of ours; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Literal

import typer

from zhida import __version__, errors
from zhida.cli_pay import pay

app = typer.Typer(
    name="zhida",
    help="Zhida (直达) matches policies with the firms they are meant for.",
    epilog="Exit codes: 0 done, 1 findings, 2 wrong usage or input, 3 invalid pack, "
    "4 done with rejected rows or failed pairs, 5 refused by the ledger, 101 internal error, "
    "130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(pay, name="pay")

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
    Literal["fresh", "stale"],
    typer.Option("--undated", help="What undated values of facts that age are taken for."),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"zhida {__version__}")
        raise typer.Exit(0)


@app.callback()
def zhida(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


@app.command()
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


@app.command()
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
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of --nearest.")] = "zh",
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


@app.command()
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
    rejects: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Write refused rows and why, as NDJSON.")
    ] = None,
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
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse keys and columns that the schema does not declare.")
    ] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Encoding of CSV files, such as gb18030.")
    ] = "utf-8",
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


@app.command()
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
    rejects: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Write refused rows and why, as NDJSON.")
    ] = None,
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse keys and columns that the schema does not declare.")
    ] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Encoding of CSV files, such as gb18030.")
    ] = "utf-8",
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


@app.command()
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
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the explanation.")] = "zh",
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


@app.command()
def paper(
    pack: PackArgument,
    facts: FactsArgument,
    nearest: Annotated[
        int, typer.Option("--nearest", metavar="N", min=0, help="Near misses to tell in full.")
    ] = 20,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page that can be printed.")
    ] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the paper.")] = "zh",
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


@app.command()
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
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the sentences.")] = "zh",
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


@app.command()
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


@app.command()
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
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the report.")] = "zh",
    rejects: Annotated[
        str | None, typer.Option("--rejects", metavar="FILE", help="Write refused rows and why, as NDJSON.")
    ] = None,
    as_of: AsOf = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse keys and columns that the schema does not declare.")
    ] = False,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Encoding of CSV files, such as gb18030.")
    ] = "utf-8",
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


@app.command()
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
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", help="Language of the findings.")] = "zh",
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


@app.command()
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


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code; nothing is raised."""
    try:
        code = app(args=arguments, prog_name="zhida", standalone_mode=False)
        sys.stdout.flush()
        if code == 130:  # Typer turned Ctrl-C into it.
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except BaseException as error:
        if os.environ.get("ZHIDA_DEBUG") == "1":
            import traceback

            traceback.print_exc()
        return _failed(error)


def _failed(error: BaseException) -> int:
    """Says what went wrong in one line a finding; the exit code."""
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        print("zhida: interrupted", file=sys.stderr)
        return 130
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        # The reader has gone, and with it whoever would read a message. Python flushes stdout once more at
        # its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 2
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 2
    if isinstance(error, errors.ZhidaError) and not isinstance(error, errors.InternalError):
        for found in error.diagnostics:
            print(f"zhida: {found}", file=sys.stderr)
        return 3 if isinstance(error, errors.PackError) else 5 if isinstance(error, errors.LedgerError) else 2
    told = getattr(error, "format_message", None)
    if told is not None:  # Typer's own: an unknown option, a value that does not fit.
        context = getattr(error, "ctx", None)
        print(f"zhida: {told().rstrip('.')}", file=sys.stderr)
        if context is not None:
            print(f"       {context.command_path} --help lists what there is", file=sys.stderr)
        return 2
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        print(f"zhida: {place}{error.strerror or error}", file=sys.stderr)
        return 2
    text = " ".join(str(error).split())
    print(
        f"zhida: internal error, {type(error).__name__}: {text}; please report it with the command "
        f"and the pack (zhida {__version__}; ZHIDA_DEBUG=1 shows where)",
        file=sys.stderr,
    )
    return 101
