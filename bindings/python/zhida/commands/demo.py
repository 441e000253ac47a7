"""zhida demo: made-up firms against the sample pack, from the file to the answer."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import zhida
from zhida.commands import screen as screening
from zhida.commands.common import Talk, as_of_or_today, count
from zhida.commands.progress import ProgressLine
from zhida.errors import StreamError, UsageError
from zhida.facts_json import facts_to_json
from zhida.screen import Progress

_PACK = "quanzhou"


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
    try:
        from zhida import demo_firms
    except ImportError as error:
        raise UsageError(
            "the generator of made-up firms is not in this installation (zhida/demo_firms.py)"
        ) from error
    folder = rules_folder() / _PACK
    pack = zhida.load(folder)
    # Made-up firms age too: the generator names the day they were made for.
    day = as_of or getattr(demo_firms, "AS_OF", None)
    engine = zhida.Engine(pack, as_of_or_today(None if day is None else str(day), talk), threads=threads)
    if firms < 1:
        raise UsageError(f"--firms {firms}: give at least 1")
    with tempfile.TemporaryDirectory(prefix="zhida-demo-") as scratch:
        path = write or os.path.join(scratch, "firms.ndjson")
        talk.say(f"making up {count(firms, 'firm')} (seed {seed})" + (f" in {write}" if write else ""))
        _generate(demo_firms.firms(firms, seed), firms, path, show_progress)
        policies = count(len(pack.policies), "policy", "policies")
        talk.say(f"matching them with the {policies} of pack {pack.id} {pack.version}")
        progress = ProgressLine(show_progress)
        began = time.monotonic()
        try:
            summary = engine.screen(path, on_progress=progress).run()
        finally:
            progress.clear()
        code = screening.report(summary, time.monotonic() - began, output, None, None, talk)
        if write and output != "json":
            print(f"Go on with: zhida screen {_shown(folder)} {write} -o pairs.parquet")
    return code


def _generate(firms: Any, total: int, path: str, show_progress: bool) -> None:
    progress = ProgressLine(show_progress)
    try:
        with open(path, "wb") as file:
            for made, firm in enumerate(firms, start=1):
                text = facts_to_json(firm)
                file.write((text if isinstance(text, bytes) else text.encode()) + b"\n")
                if made % 1000 == 0:
                    progress(Progress(made, total, 0, 0))
    except OSError as error:
        raise StreamError(f"{path} cannot be written: {error.strerror}; check the folder") from error
    finally:
        progress.clear()


def _shown(folder: Path) -> str:
    """The folder as seen from here, when that is shorter."""
    try:
        return str(folder.relative_to(Path.cwd()))
    except ValueError:
        return str(folder)
