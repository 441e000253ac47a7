"""zhida pay: from a payment plan to paid. The work of each command is in zhida/commands/pay*.py."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from zhida.cli.options import (
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

pay = typer.Typer(
    name="pay",
    help="Pay what policies give: reserve, export to the bank, take in its answers. Nothing is paid twice.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LedgerOption = Annotated[
    str,
    typer.Option(
        "--ledger", metavar="LEDGER", help="File of the ledger, or postgresql://...", show_default=False
    ),
]
As = Annotated[
    str,
    typer.Option("--as", metavar="NAME", help="Who does it; recorded, not checked.", show_default=False),
]
PaymentArgument = Annotated[
    str,
    typer.Argument(
        metavar="PAYMENT", help="Its id (ZD...), or subject/kind/object/year/part.", show_default=False
    ),
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the text.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]


@pay.command()
def plan(
    pack: PackArgument,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FACTS",
            help="Subjects: .ndjson, .jsonl, .parquet, .csv, .tsv; - is NDJSON from standard input.",
            show_default=False,
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option("-o", "--out", metavar="PLAN", help="Write the plan to a .parquet or .ndjson file."),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option("--history", metavar="FILE", help="Earlier payments: .parquet, .csv, .ndjson."),
    ] = None,
    policy: Policies = None,
    rejects: Rejects = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The day of the plan. [default: today in China]"),
    ] = None,
    facts_date: FactsDate = None,
    known_on: KnownOn = None,
    undated: Undated = "fresh",
    strict: Strict = False,
    encoding: Encoding = "utf-8",
    lang: Annotated[Language, typer.Option("--lang", help="Language of the summary.")] = "zh",
    format: Format = "table",
    threads: Threads = 0,
    quiet: Quiet = False,
    no_progress: NoProgress = False,
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


@pay.command()
def budget(
    ledger: LedgerOption,
    as_: As,
    pool: Annotated[str | None, typer.Argument(metavar="[POOL", show_default=False)] = None,
    year: Annotated[int | None, typer.Argument(metavar="YEAR", show_default=False)] = None,
    yuan: Annotated[
        str | None, typer.Argument(metavar="YUAN]", help="The year's total.", show_default=False)
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="PLAN", help="Instead: every budget that this plan was made with."),
    ] = None,
    quiet: Quiet = False,
) -> int:
    """Set, raise or lower what a pool may spend in a year; not below what is reserved and paid."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.budget(ledger, pool, year, yuan, plan, as_, Talk(quiet))


@pay.command()
def close(
    pool: Annotated[str, typer.Argument(metavar="POOL", show_default=False)],
    year: Annotated[int, typer.Argument(metavar="YEAR", show_default=False)],
    ledger: LedgerOption,
    as_: As,
    quiet: Quiet = False,
) -> int:
    """Close a pool's year: no more reservations in it, and what is free goes over to the next."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.close(ledger, pool, year, as_, Talk(quiet))


@pay.command()
def reserve(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="The file of zhida pay plan.", show_default=False)
    ],
    ledger: LedgerOption,
    as_: As,
    differences: Annotated[
        bool,
        typer.Option(
            "--differences",
            help="Where the plan now gives another amount: reserve what lacks, ask back what is too much.",
        ),
    ] = False,
    format: Format = "table",
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Set money aside for each payment of a plan. The same plan again changes nothing."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.reserve(ledger, plan, as_, differences, format, not (quiet or no_progress), Talk(quiet))


@pay.command()
def export(
    ledger: LedgerOption,
    as_: As,
    bank: Annotated[
        str, typer.Option("--bank", metavar="FILE", help="Bank profile (YAML).", show_default=False)
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Where the files go.")] = ".",
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="DATE", help="The day on which the bank pays. [default: today in China]"
        ),
    ] = None,
    pool: Annotated[str, typer.Option("--pool", metavar="POOL", help="Payments of this pool alone.")] = "",
    again: Annotated[
        str,
        typer.Option(
            "--again", metavar="FILE-ID", help="Make a file once more: the same bytes, or an error."
        ),
    ] = "",
    supersede: Annotated[
        str,
        typer.Option("--supersede", metavar="FILE-ID", help="Put a file that was not sent into a new one."),
    ] = "",
    format: Format = "table",
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Write the reserved payments to files for the bank. Whoever reserved them cannot export them."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.export(
        ledger, as_, bank, out, on, pool, again, supersede, format, not (quiet or no_progress), Talk(quiet)
    )


@pay.command()
def reconcile(
    ledger: LedgerOption,
    as_: As,
    answers: Annotated[
        list[str] | None,
        typer.Argument(metavar="ANSWER", help="pain.002, camt.054, camt.053, pacs.004.", show_default=False),
    ] = None,
    unanswered: Annotated[
        str | None,
        typer.Option(
            "--unanswered-since",
            metavar="DATE",
            help="Call unknown what was exported before this day and has no final answer.",
        ),
    ] = None,
    format: Format = "table",
    quiet: Quiet = False,
    no_progress: NoProgress = False,
) -> int:
    """Take the bank's answers in: what was paid, refused, sent back."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.reconcile(
        ledger, as_, answers or [], unanswered, format, not (quiet or no_progress), Talk(quiet)
    )


@pay.command()
def status(
    ledger: LedgerOption,
    lang: Lang = "zh",
    paper: Annotated[
        str | None,
        typer.Option("--paper", metavar="FILE", help="Write it as a page to print and sign (HTML)."),
    ] = None,
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Where the money stands: pools, payments by state, files, and what waits for a person."""
    from zhida.commands import pay_status as command
    from zhida.commands.common import Talk

    return command.status(ledger, lang, paper, format, Talk(quiet))


@pay.command()
def show(
    payment: PaymentArgument,
    ledger: LedgerOption,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="PLAN", help="Show too how its amount came about.")
    ] = None,
    lang: Lang = "zh",
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Account for one payment, step by step."""
    from zhida.commands import pay_status as command
    from zhida.commands.common import Talk

    return command.show(ledger, payment, plan, lang, format, Talk(quiet))


@pay.command()
def audit(
    ledger: LedgerOption,
    anchor: Annotated[
        str,
        typer.Option(
            "--anchor",
            metavar="SEQ:DIGEST",
            help="A last entry written down earlier, which must still be there.",
        ),
    ] = "",
    folder: Annotated[
        str | None,
        typer.Option(
            "--files", metavar="FOLDER", help="Compare the payment files there with what was recorded."
        ),
    ] = None,
    format: Format = "table",
    quiet: Quiet = False,
) -> int:
    """Recompute the whole ledger from its entries, and name the first that is wrong."""
    from zhida.commands import pay_status as command
    from zhida.commands.common import Talk

    return command.audit(ledger, anchor, folder, format, Talk(quiet))


@pay.command()
def history(
    ledger: LedgerOption,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="OUT", help=".parquet, .csv or .ndjson.", show_default=False)
    ],
    quiet: Quiet = False,
) -> int:
    """Write what was paid and is set aside, as earlier payments for zhida pay plan --history."""
    from zhida.commands import pay_status as command
    from zhida.commands.common import Talk

    return command.history(ledger, out, Talk(quiet))


@pay.command()
def release(
    payment: PaymentArgument, ledger: LedgerOption, as_: As, reason: Reason = "", quiet: Quiet = False
) -> int:
    """Let a held payment go."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.change(ledger, payment, "release", as_, reason, "", Talk(quiet))


@pay.command()
def void(
    payment: PaymentArgument, ledger: LedgerOption, as_: As, reason: Reason = "", quiet: Quiet = False
) -> int:
    """Give up a payment before any money has moved; its money is free again."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.change(ledger, payment, "void", as_, reason, "", Talk(quiet))


@pay.command()
def decide(
    payment: PaymentArgument,
    result: Annotated[
        Literal["paid", "rejected"], typer.Argument(help="What really happened.", show_default=False)
    ],
    ledger: LedgerOption,
    as_: As,
    evidence: Annotated[
        str,
        typer.Option(
            "--evidence", metavar="TEXT", help="What proves it, such as a letter.", show_default=False
        ),
    ],
    quiet: Quiet = False,
) -> int:
    """Say what became of a payment that the bank gave no answer to."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    kind = "post" if result == "paid" else "reject"
    return command.change(ledger, payment, kind, as_, "decided by a person", evidence, Talk(quiet))


@pay.command()
def retry(
    ledger: LedgerOption,
    as_: As,
    payments: Annotated[
        list[str] | None, typer.Argument(metavar="PAYMENT", help="Rejected payments.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every rejected payment.")] = False,
    name: Annotated[str, typer.Option("--name", help="The payee's name from now on.")] = "",
    account: Annotated[str, typer.Option("--account", help="The payee's account from now on.")] = "",
    bank: Annotated[str, typer.Option("--bank", help="The payee's bank (CNAPS) from now on.")] = "",
    quiet: Quiet = False,
) -> int:
    """Reserve rejected payments anew, each under an id of its own that is linked to the old."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.retry(ledger, payments or [], every, (name, account, bank), as_, Talk(quiet))


@pay.command()
def recover(
    payment: PaymentArgument,
    ledger: LedgerOption,
    as_: As,
    reason: Annotated[
        str,
        typer.Option("--reason", metavar="TEXT", help="Why, for the record.", show_default=False),
    ],
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="YUAN", help="[default: all that was paid]")
    ] = None,
    received: Annotated[
        str,
        typer.Option(
            "--received", metavar="REFERENCE", help="The money is back; what names its arrival at the bank."
        ),
    ] = "",
    quiet: Quiet = False,
) -> int:
    """Ask money back that was paid (left early, a wrong decision, a duplicate), or record that it is back."""
    from zhida.commands import pay as command
    from zhida.commands.common import Talk

    return command.recover(ledger, payment, amount, received, reason, as_, Talk(quiet))
