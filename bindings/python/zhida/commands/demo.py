"""zhida demo: made-up firms against the sample pack, and one of them explained."""

from __future__ import annotations

import os
import tempfile
import time
from itertools import islice
from pathlib import Path

import zhida
from zhida.commands import screen as screening
from zhida.commands.common import Talk, count
from zhida.commands.progress import ProgressLine
from zhida.engine import to_date
from zhida.errors import StreamError, UsageError
from zhida.results import yuan_text

_PACK = "quanzhou"
# Of the first firms, one that some policy grants; among so many there is one.
_LOOKED_AT = 200


def rules_folder() -> Path:
    """The sample packs: in an installed package beside the code, in the source tree at its top."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "rules", here.parents[2] / "rules"):
        if (folder / _PACK / "pack.yaml").exists():
            return folder
    raise UsageError(
        "the sample packs are not in this installation; run the demo from the source tree: ./dev demo"
    )


def run(
    firms: int,
    seed: int,
    write: str | None,
    as_of: str | None,
    threads: int,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code."""
    from zhida import demo_firms

    if firms < 1:
        raise UsageError(f"--firms {firms}: give at least 1")
    folder = rules_folder() / _PACK
    pack = zhida.load(folder)
    # Made-up firms age as others do, so they are made for the day they are judged on.
    day = demo_firms.AS_OF if as_of is None else to_date(as_of, "--as-of")
    if as_of is None:
        talk.say(f"as of {day}; --as-of DATE chooses another day")
    engine = zhida.Engine(pack, day, threads=threads)
    with tempfile.TemporaryDirectory(prefix="zhida-demo-") as scratch:
        path = write or os.path.join(scratch, "firms.ndjson")
        talk.say(f"making up {count(firms, 'firm')} (seed {seed})" + (f" in {write}" if write else ""))
        made = ProgressLine(show_progress)
        try:
            demo_firms.write_ndjson(
                path,
                firms,
                seed,
                day,
                processes=threads,
                on_progress=lambda done, total: made(zhida.Progress(done, total, 0, 0)),
            )
        except OSError as error:
            raise StreamError(
                f"{path} cannot be written: {error.strerror or error}; check the folder"
            ) from error
        finally:
            made.clear()
        policies = count(len(pack.policies), "policy", "policies")
        talk.say(f"matching them with the {policies} of pack {pack.id} {pack.version}")
        judged = ProgressLine(show_progress)
        began = time.monotonic()
        try:
            summary = engine.screen(path, on_progress=judged).run()
        finally:
            judged.clear()
        code = screening.report(summary, time.monotonic() - began, output, None, None, talk)
        if output != "json":
            _print_one(engine, path)
            if write:
                print(f"\nGo on with: zhida screen {_shown(folder)} {write} --as-of {day} -o pairs.parquet")
    return code


def _print_one(engine: zhida.Engine, path: str) -> None:
    """The first firm that is granted something, and why."""
    with open(path, encoding="utf-8") as file:
        for text in islice(file, _LOOKED_AT):
            match = engine.match(text, outcomes="eligible", clauses=False)
            paid = [outcome for outcome in match if outcome.amount_fen]
            if paid:
                best = max(paid, key=lambda outcome: outcome.amount_fen or 0)
                policies = count(len(paid), "policy", "policies")
                amount = yuan_text(match.amount_fen)
                print(f"\nOne of them, {match.subject}, is paid by {policies}, {amount} yuan.")
                print("The largest, and why:\n")
                print(engine.explain(text, best.policy).render("en"))
                return


def _shown(folder: Path) -> str:
    """The folder as seen from here, when that is shorter."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)
