"""zhida demo: made-up firms against the sample pack, and one of them explained in Chinese."""

from __future__ import annotations

import json
import os
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import zhida
from zhida.commands import screen as screening
from zhida.commands.common import Talk, count
from zhida.commands.explain import show_explanation
from zhida.commands.progress import ProgressLine
from zhida.engine import to_date
from zhida.errors import StreamError, UsageError
from zhida.results import Match, Outcome, OutcomeName, yuan_text

_PACK = "quanzhou"
# Of the first firms, one with answers of all sorts; among so many there are several.
_LOOKED_AT = 500
# A firm that little applies to shows little.
_PAID_MIN = 3


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
    out: str,
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
            summary = engine.screen(path, on_progress=judged).write(out)
        finally:
            judged.clear()
        code = screening.report(summary, time.monotonic() - began, output, None, None, talk)
        written = f"{count(_written(summary), 'pair')} (all but ineligible) are in {_shown(Path(out))}"
        if output == "json":
            talk.say(written)
        else:
            print(f"The {written}.")
            _print_one(engine, path)
            if write:
                print(
                    f"\nGo on with: zhida match {_shown(folder)} FIRM.json --as-of {day}"
                    f" (a line of {_shown(Path(write))} is a firm)"
                )
    return code


def _written(summary: dict[str, Any]) -> int:
    return sum(number for outcome, number in summary["outcomes"].items() if outcome != "ineligible")


def _print_one(engine: zhida.Engine, path: str) -> None:
    """One firm in Chinese: a policy that pays it, one that it fails, one that is open and what it lacks."""
    with open(path, encoding="utf-8") as file:
        for text in islice(file, _LOOKED_AT):
            match = engine.match(text)
            chosen = _telling(match)
            if chosen is None:
                continue
            name = json.loads(text).get("name", "")
            sorts = "，".join(
                f"{word} {len(match.only(outcome))} 项"
                for outcome, word in _SORTS.items()
                if match.only(outcome)
            )
            print(f"\n其中一家：{name}（{match.subject}）")
            print(f"{sorts}；符合的各项合计 {yuan_text(match.amount_fen)} 元（未计政策之间能否叠加）")
            for heading, outcome in zip(_HEADINGS, chosen, strict=True):
                print(f"\n{heading}\n")
                show_explanation(engine.explain(text, outcome.policy), "zh")
            return


_SORTS: dict[OutcomeName, str] = {
    "eligible": "符合",
    "conditional": "凭承诺符合",
    "undetermined": "待定",
    "ineligible": "不符合",
    "error": "无法计算",
}
_HEADINGS = ("一、符合，金额最高的一项", "二、不符合，看差在哪一条", "三、待定，看还缺什么")


def _telling(match: Match) -> tuple[Outcome, Outcome, Outcome] | None:
    """The policy that pays most, one that fails by a single condition, and the open one that lacks least."""
    paid = [outcome for outcome in match.eligible if outcome.amount_fen]
    if len(paid) < _PAID_MIN:
        return None
    failed = [
        outcome
        for outcome in match.only("ineligible")
        if outcome.reason == "condition" and [clause.truth for clause in outcome.clauses].count("false") == 1
    ]
    open_ = [outcome for outcome in match.only("undetermined") if outcome.missing]
    if not failed or not open_:
        return None
    return (
        max(paid, key=lambda outcome: outcome.amount_fen or 0),
        failed[0],
        min(open_, key=lambda outcome: len(outcome.missing)),
    )


def _shown(path: Path) -> str:
    """The path as seen from here, when that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
