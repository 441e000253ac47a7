"""What subcommands share: exit codes, talk on stderr, tables on stdout, the as-of date."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from zhida.errors import StreamError, UsageError
from zhida.outputs import check_output

# Exit codes.
DONE = 0
FINDINGS = 1
USAGE = 2
BAD_PACK = 3
INCOMPLETE = 4
LEDGER = 5
INTERNAL = 101
INTERRUPTED = 130

FACTS_BYTES_MAX = 64 << 20

NO_HEADS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Talk:
    """What goes to stderr. Quiet keeps only what went wrong."""

    quiet: bool = False

    def say(self, text: str) -> None:
        """A remark; broken between words on a terminal."""
        if not self.quiet:
            print(broken(f"zhida: {text}", sys.stderr, "       "), file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Something that must be said even with --quiet."""
    print(f"zhida: {text}", file=sys.stderr, flush=True)


def broken(text: str, stream: TextIO, indent: str = "") -> str:
    """The text in lines that fit the terminal; to a file or a pipe it stays one line."""
    if not stream.isatty():
        return text
    import shutil
    import textwrap

    return textwrap.fill(
        text,
        max(40, shutil.get_terminal_size().columns),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_of_or_today(as_of: str | None, talk: Talk) -> str:
    """The date given, or today in China, which is then said: an answer shows the day it depends on."""
    if as_of is not None:
        return as_of
    # Fixed at +08:00, so that no time-zone data is needed.
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    talk.say(f"as of {today}, today in China; --as-of DATE chooses another day")
    return today


def read_facts(path: str) -> str:
    """The JSON object of a file, or of stdin for `-`. Raises StreamError or UsageError."""
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(FACTS_BYTES_MAX + 1)
        else:
            with open(path, "rb") as file:
                raw = file.read(FACTS_BYTES_MAX + 1)
    except OSError as error:
        raise StreamError(f"{name} cannot be read: {error.strerror}; check the name") from error
    if len(raw) > FACTS_BYTES_MAX:
        raise UsageError(
            f"{name} is larger than 64 MiB; give the facts of one subject, or use zhida screen for many"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8; save it as UTF-8") from error
    if not text.strip():
        raise UsageError(f"{name} is empty; write one JSON object with the facts of one subject")
    return text


def check_files(written: Mapping[str, str | None], read: Sequence[str]) -> None:
    """Before the work is done: raises UsageError where an option names no file, one that is read, or the file
    of another option, and StreamError where there is no folder for it.
    """
    options: dict[str, str] = {}
    for option, path in written.items():
        if path is None:
            continue
        if path == "-":
            raise UsageError(f"{option} writes to a file; name one")
        check_output(path, read)
        other = options.setdefault(os.path.realpath(path), option)
        if other != option:
            raise UsageError(f"{other} and {option} name one file; name two")
        if not os.path.isdir(os.path.dirname(path) or "."):
            raise StreamError(f"{path} cannot be written: {os.strerror(errno.ENOENT)}; check the folder")


def split_list(values: list[str] | None) -> list[str] | None:
    """`--policy a,b --policy c` as [a, b, c]; None when nothing was given."""
    if not values:
        return None
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def console(stream: TextIO | None = None) -> Any:
    """A rich console. To a file or a pipe it writes plain text and breaks no line."""
    from rich.console import Console

    stream = stream or sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False, markup=False, emoji=False)
    return Console(file=stream, highlight=False, markup=False, emoji=False, no_color=True, width=10_000)


def show(
    heads: Sequence[str], rows: Sequence[Sequence[Any] | None], narrow: Mapping[str, str] = NO_HEADS
) -> None:
    """Prints a table on stdout; None among the rows is a gap.

    A head that begins with > is a column of numbers; one that begins with ~ may be broken into lines, the
    others never are. `narrow` gives other heads for narrow terminals; "" leaves the column out there.
    """
    from rich.measure import Measurement

    out = console()
    room = out.width
    for form in (_table(heads, rows, NO_HEADS), _table(heads, rows, narrow)):
        least = Measurement.get(out, out.options.update(max_width=10_000), form).minimum
        # Too wide even so, the terminal breaks the lines, which is better than losing columns.
        out.width = max(room, least)
        if least <= room:
            break
    with out.capture() as captured:
        out.print(form)
    print("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any] | None], other: Mapping[str, str]) -> Any:
    from rich import box
    from rich.table import Table

    # A ruled line as long as the longest row helps nobody in a file.
    frame = box.SIMPLE_HEAD if sys.stdout.isatty() else None
    padding = (0, 1) if frame and not other else (0, 1, 0, 0) if frame else (0, 3, 0, 0)
    made = Table(box=frame, padding=padding, pad_edge=False, show_edge=False, header_style="bold")
    kept = []
    for position, head in enumerate(heads):
        name = other.get(head.lstrip(">~"), head.lstrip(">~"))
        if not name:
            continue
        kept.append(position)
        broken = head.startswith("~")
        made.add_column(
            name,
            justify="right" if head.startswith(">") else "left",
            no_wrap=not broken,
            min_width=14 if broken else None,
            overflow="fold",
        )
    for row in rows:
        if row is None:
            made.add_section()
        else:
            made.add_row(*[row[position] for position in kept])
    return made


COLOURS = {
    "eligible": "green",
    "conditional": "yellow",
    "undetermined": "yellow",
    "ineligible": "dim",
    "error": "red",
    "✓": "green",
    "✗": "red",
    "?": "yellow",
    "!": "red",
}


def coloured(text: str, key: str | None = None) -> Any:
    """The text in the colour of an outcome or a sign."""
    from rich.text import Text

    return Text(text, style=COLOURS.get(key or text, ""))


def count(number: int, one: str, many: str | None = None) -> str:
    """'1 policy', '2,000 policies'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
