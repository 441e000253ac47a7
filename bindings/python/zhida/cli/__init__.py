"""The command line. stdout is data, stderr is talk. This package says what each command is called, takes and
answers with; the work is in zhida/commands, which is only loaded for the command that runs.

Exit codes: 0 done; 1 findings (a failed case, a warning under --strict); 2 wrong usage, or a file that cannot
be read or written; 3 the pack is invalid; 4 done, but rows were rejected or pairs could not be computed;
5 the ledger refused; 101 a mistake of ours; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from zhida import __version__, errors
from zhida.cli import many, one, packs
from zhida.cli.pay import pay
from zhida.commands.common import BAD_PACK, DONE, INTERNAL, INTERRUPTED, LEDGER, USAGE

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


# In the order in which --help lists them.
for command in (
    packs.check,
    one.match,
    many.screen,
    many.encode,
    one.explain,
    one.paper,
    one.deadline,
    packs.test,
    many.simulate,
    packs.health,
    many.demo,
):
    app.command()(command)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns the exit code; nothing is raised."""
    try:
        code = app(args=arguments, prog_name="zhida", standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:  # Typer turned Ctrl-C into it.
            raise KeyboardInterrupt
        return code if isinstance(code, int) else DONE
    except BaseException as error:
        if os.environ.get("ZHIDA_DEBUG") == "1":
            import traceback

            traceback.print_exc()
        return _failed(error)


def _failed(error: BaseException) -> int:
    """Says what went wrong in one line a finding; the exit code."""
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        print("zhida: interrupted", file=sys.stderr)
        return INTERRUPTED
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        # The reader has gone, and with it whoever would read a message. Python flushes stdout once more at
        # its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return USAGE
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else USAGE
    if isinstance(error, errors.ZhidaError) and not isinstance(error, errors.InternalError):
        # Warnings beside a mistake would bury it; a pack may have many.
        mistakes = [found for found in error.diagnostics if not found.is_warning]
        for found in mistakes or error.diagnostics:
            print(f"zhida: {found}", file=sys.stderr)
        if isinstance(error, errors.PackError):
            return BAD_PACK
        return LEDGER if isinstance(error, errors.LedgerError) else USAGE
    told = getattr(error, "format_message", None)
    if told is not None:  # Typer's own: an unknown option, a value that does not fit.
        context = getattr(error, "ctx", None)
        print(f"zhida: {told().rstrip('.')}", file=sys.stderr)
        if context is not None:
            print(f"       {context.command_path} --help lists what there is", file=sys.stderr)
        return USAGE
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        print(f"zhida: {place}{error.strerror or error}", file=sys.stderr)
        return USAGE
    text = " ".join(str(error).split())
    print(
        f"zhida: internal error, {type(error).__name__}: {text}; please report it with the command "
        f"and the pack (zhida {__version__}; ZHIDA_DEBUG=1 shows where)",
        file=sys.stderr,
    )
    return INTERNAL
