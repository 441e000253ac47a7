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
from zhida.dates import to_date
from zhida.errors import StreamError, UsageError
from zhida.outputs import reason
from zhida.paper_text import checklist_block, nearest_block
from zhida.results import Match, Outcome, OutcomeName, yuan_text

_PACK = "quanzhou"
# Of the first firms, one with answers of all sorts; among so many there are several.
_LOOKED_AT = 500
# A firm that little applies to shows little.
_PAID_MIN = 3
_NEAREST = 5
# Of the table; the file has all.
_POLICIES_LISTED = 15


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
    pay: bool = False,
    ledger: str | None = None,
    accounts: bool = False,
) -> int:
    """The exit code."""
    from zhida import demo_firms
    from zhida.demo_accounts import add_accounts

    if pay and ledger is None:
        raise UsageError(
            "--pay needs a ledger; give --ledger FILE, and the same one again to see the difference"
        )

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
            if accounts or pay:
                add_accounts(path, path)
        except OSError as error:
            raise StreamError(f"{path} cannot be written: {reason(error)}; check the folder") from error
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
        seconds = time.monotonic() - began
        code = screening.report(summary, seconds, output, None, None, talk, most=_POLICIES_LISTED)
        written = f"{count(_written(summary), 'pair')} (all but ineligible) are in {_shown(Path(out))}"
        if output == "json":
            talk.say(written)
        else:
            print(f"The {written}.")
            if not pay:
                _print_one(engine, path)
            if write:
                print(
                    f"\nGo on with: zhida match {_shown(folder)} FIRM.json --as-of {day}"
                    f" (a line of {_shown(Path(write))} is a firm)"
                )
        if ledger is not None and pay:
            _pay(engine, path, ledger, output, talk)
    return code


def _pay(engine: zhida.Engine, path: str, ledger: str, output: str, talk: Talk) -> None:
    """The payout stage; what it says goes to stdout for people and to stderr beside JSON."""
    from zhida import demo_pay

    talk.say(f"paying what the pools of the pack give, with a made-up bank, from ledger {ledger}")
    folder = Path(f"{ledger}-files")
    done = demo_pay.run(engine, path, ledger, folder, int(time.time()))
    plan, files, balances = done.plan, done.export.files, done.balances
    paid = sum(answer.paid for answer in done.answers)
    paid_fen = sum(answer.paid_fen for answer in done.answers)
    rejected = sum(answer.rejected for answer in done.answers)
    lines = [
        f"The plan has {count(plan.rows, 'award')}: {plan.reserved:,} reserved now "
        f"({yuan_text(plan.reserved_fen)} yuan), {plan.held:,} held (a person has to look), "
        f"{plan.before:,} reserved before; {plan.no_pool:,} of no pool (tax reliefs) and "
        f"{plan.nothing:,} that pay nothing.",
        f"{count(len(files), 'file')} for the bank in {_shown(folder)}; it paid {paid:,} "
        f"({yuan_text(paid_fen)} yuan) and rejected {rejected:,}.",
        f"{count(len(balances), 'pool')}: budget {yuan_text(sum(b.budget_fen for b in balances))}, paid "
        f"{yuan_text(sum(b.posted_fen for b in balances))}, reserved "
        f"{yuan_text(sum(b.reserved_fen for b in balances))}, free "
        f"{yuan_text(sum(b.free_fen for b in balances))} yuan.",
        "Everything was in the ledger already: nothing was paid twice."
        if plan.before and not plan.reserved and not plan.held
        else "Give the same command again: nothing is paid twice.",
        f"Go on with: zhida pay status --ledger {ledger}",
    ]
    for line in lines:
        if output == "json":
            talk.say(line)
        else:
            print(line)


def _written(summary: dict[str, Any]) -> int:
    return sum(number for outcome, number in summary["outcomes"].items() if outcome != "ineligible")


def _print_one(engine: zhida.Engine, path: str) -> None:
    """One firm in Chinese: a policy that pays it, one that it fails, one that is open and what it lacks."""
    with open(path, encoding="utf-8") as file:
        for text in islice(file, _LOOKED_AT):
            match = engine.match(text)
            chosen = _telling(match)
            paper = engine.paper(text, nearest=_NEAREST)
            if chosen is None or not paper.checklist or not paper.nearest:
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
            _print_paper(paper)
            return


def _print_paper(paper: zhida.Paper) -> None:
    """What the firm should bring, and what it misses by one condition."""
    data = paper.to_dict()
    for heading, block in (
        ("四、要补的数据，能换来最多钱的在前", checklist_block(data, "zh")),
        ("五、只差一条的政策，改动最小的在前", nearest_block(data, "zh")),
    ):
        print(f"\n{heading}\n")
        for depth, text in block.lines:
            print("  " * depth + text)


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
