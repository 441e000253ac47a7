"""zhida pay: the commands that write. What may be done is the ledger's to say; what it refuses is told."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import zhida
from zhida import payment as paying
from zhida.commands.common import DONE, FINDINGS, LEDGER, Talk, count, show, warn
from zhida.commands.progress import ProgressLine
from zhida.dates import to_date
from zhida.errors import Diagnostic, LedgerError, StreamError, UsageError
from zhida.ledger import Change, EventKey, Ledger, LedgerAnswer, Payee, Payment
from zhida.plan_budgets import follow
from zhida.results import yuan_text

_CHINA = timezone(timedelta(hours=8))
_NAMES_MAX = 4
_FINDINGS_MAX = 20  # told one by one; the rest is counted


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def opened(url: str) -> Ledger:
    """A ledger that is there. Raises UsageError where there is none."""
    if not url.startswith("postgresql://") and not os.path.exists(url):
        raise UsageError(
            f"there is no ledger {url}; zhida pay budget --plan PLAN (or POOL YEAR YUAN) makes one"
        )
    return Ledger(url, must_exist=True)


def fen_of(yuan: str, what: str) -> int:
    """Fen of a number of yuan as people write it. Raises UsageError."""
    plain = yuan.replace(",", "").replace("，", "").removesuffix("元")
    whole, point, rest = plain.partition(".")
    if not whole.isdecimal() or not whole.isascii() or (point and not (rest.isdecimal() and rest.isascii())):
        raise UsageError(f"{what} {yuan!r} is no number of yuan; write it like 250000 or 1234.56")
    if rest[2:].strip("0"):
        raise UsageError(f"{what} {yuan} is finer than a fen; give at most two digits behind the point")
    return int(whole) * 100 + int((rest + "00")[:2])


def payment_of(ledger: Ledger, text: str) -> Payment:
    """The payment of an id, or the latest attempt of a key. Raises UsageError."""
    key = paying.parse_key(text)
    if isinstance(key, EventKey):
        attempts = ledger.attempts(key)
        found = ledger.payment(attempts[-1].id) if attempts else None
    else:
        found = ledger.payment(key)
    if found is None:
        raise UsageError(f"there is no payment {text} in this ledger; zhida pay status says what is in it")
    return found


def budget(
    url: str, pool: str | None, year: int | None, yuan: str | None, plan: str | None, by: str, talk: Talk
) -> int:
    """The exit code."""
    if (plan is None and yuan is None) or (plan is not None and pool is not None):
        raise UsageError("give POOL YEAR YUAN, or --plan PLAN for the budgets of a plan's pack")
    wanted: set[tuple[str, int]] = set()
    # Whatever is wrong with the arguments is found before there is a ledger.
    budgets = paying.plan_budgets(plan) if plan is not None else None
    total_fen = 0 if yuan is None else fen_of(yuan, "the total")
    if budgets is not None and not budgets.pools:
        raise UsageError(f"{plan} holds no budgets; zhida pay plan writes them into a .parquet file")
    with Ledger(url) as ledger:
        if budgets is not None:
            follow(ledger, budgets, by=by, at=now())
            wanted = {(found.pool, found.year) for found in budgets.pools}
        elif pool is not None and year is not None:
            ledger.set_budget(pool, year, total_fen, by=by, at=now())
            wanted = {(pool, year)}
        for balance in ledger.balances:
            if (balance.pool, balance.year) in wanted:
                print(
                    f"Pool {balance.pool} of {balance.year}: budget {yuan_text(balance.budget_fen)} yuan, "
                    f"free {yuan_text(balance.free_fen)}."
                )
    return DONE


def close(url: str, pool: str, year: int, by: str, talk: Talk) -> int:
    """The exit code."""
    with opened(url) as ledger:
        ledger.close_year(pool, year, by=by, at=now())
        moved_fen = ledger.carry_over(pool, year, by=by, at=now())
    moved = yuan_text(moved_fen)
    print(f"Pool {pool} of {year} is closed; {moved} yuan that were free went over to {year + 1}.")
    return DONE


def reserve(
    url: str, plan: str, by: str, differences: bool, output: str, show_progress: bool, talk: Talk
) -> int:
    """The exit code."""
    progress = ProgressLine(show_progress)
    total = _row_count(plan)
    with opened(url) as ledger:
        try:
            report = paying.reserve_plan(
                ledger,
                plan,
                by=by,
                at=now(),
                differences=differences,
                on_progress=lambda rows: progress(zhida.Progress(rows, total, 0, 0)),
            )
        finally:
            progress.clear()
    if not report.adds_up:
        raise zhida.InternalError("the counts of the plan's rows do not add up; see zhida pay status")
    _tell(report.findings)
    if output == "json":
        row = asdict(report)
        row["findings"] = [_finding(found) for found in report.findings]
        print(json.dumps({"schema_version": 1, **row}, ensure_ascii=False))
    else:
        rows = [
            ("reserved", report.reserved, report.reserved_fen),
            ("reserved before", report.before, report.before_fen),
            ("held for a person", report.held, report.held_fen),
            ("difference reserved", report.differences, report.differences_fen),
            ("difference asked back", report.demands, report.demands_fen),
            ("refused", report.refused, report.refused_fen),
            ("of no pool, left alone", report.no_pool, report.no_pool_fen),
            ("pays nothing", report.nothing, 0),
        ]
        kept = [[name, f"{number:,}", yuan_text(fen) if fen else ""] for name, number, fen in rows if number]
        show(["rows of the plan", ">count", ">yuan"], [*kept, None, ["together", f"{report.rows:,}", ""]])
        for pool in report.budgets:
            talk.say(
                f"pool {pool.pool} of {pool.year} is new to the ledger; its budget, "
                f"{yuan_text(pool.total_fen + pool.carried_fen)} yuan, is the pack's"
            )
        if report.no_pool:
            talk.say(
                f"of no pool: {_some(report.no_pool_policies)}; nothing is paid on them "
                "(zhida pay budget POLICY YEAR YUAN gives one a pool of its own)"
            )
        if report.reserved or report.differences:
            talk.say(f"reserved by {by}; another person exports them: zhida pay export --as NAME")
    return LEDGER if report.refused else DONE


def _some(names: list[str]) -> str:
    """The first few."""
    more = len(names) - _NAMES_MAX
    return ", ".join(names[:_NAMES_MAX]) + (f" and {more} more" if more > 0 else "")


def _row_count(plan: str) -> int | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows: int = pq.read_metadata(plan).num_rows
    except (OSError, pa.ArrowInvalid):
        return None  # reserve_plan() says what is wrong
    return rows


def export(
    url: str,
    by: str,
    bank_path: str,
    folder: str,
    day: str | None,
    pool: str,
    again: str,
    superseded: str,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code."""
    if again and superseded:
        raise UsageError("--again and --supersede exclude one another; choose one")
    bank = paying.Bank.load(bank_path)
    if day is None and not again:
        day = datetime.now(UTC).astimezone(_CHINA).date().isoformat()
        talk.say(f"the bank shall pay on {day}, today in China; --on DATE chooses another day")
    progress = ProgressLine(show_progress)
    with opened(url) as ledger:
        _make_folder(folder)
        try:
            if again:
                report = paying.export_again(ledger, bank, again, folder)
            elif superseded:
                report = paying.supersede(
                    ledger, bank, superseded, folder, execute_on=day or "", by=by, at=now()
                )
            else:
                report = paying.export(
                    ledger,
                    bank,
                    folder,
                    execute_on=day or "",
                    by=by,
                    at=now(),
                    pool=pool,
                    on_progress=lambda rows: progress(zhida.Progress(rows, None, 0, 0)),
                )
        finally:
            progress.clear()
    _tell(report.held)
    if output == "json":
        row = {
            "schema_version": 1,
            "files": [asdict(file) for file in report.files],
            "held": [_finding(found) for found in report.held],
        }
        print(json.dumps(row, ensure_ascii=False))
    elif report.files:
        rows: list[list[str] | None] = [
            [file.path, f"{file.count:,}", yuan_text(file.total_fen), file.digest] for file in report.files
        ]
        sums = sum(file.count for file in report.files), sum(file.total_fen for file in report.files)
        rows += [None, ["together", f"{sums[0]:,}", yuan_text(sums[1]), ""]]
        show(["file", ">payments", ">yuan", "digest"], rows)
    else:
        print("There is nothing to export: no payment is reserved.")
    if report.files and not again:
        talk.say(f"exported by {by}; names are recorded and compared, nobody is authenticated")
    return FINDINGS if report.held else DONE


def _make_folder(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise StreamError(f"{folder} cannot be made a folder: {error.strerror}; name another") from error


def reconcile(
    url: str, by: str, answers: list[str], since: str | None, output: str, show_progress: bool, talk: Talk
) -> int:
    """The exit code: that of the worst answer."""
    if not answers and since is None:
        raise UsageError("give the bank's answers, or --unanswered-since DATE")
    code = DONE
    reports: list[paying.AnswerReport] = []
    unanswered = 0
    progress = ProgressLine(show_progress)
    with opened(url) as ledger:
        for number, path in enumerate(answers, start=1):
            try:
                report = paying.reconcile(ledger, path, by=by, at=now())
            except (zhida.DataError, LedgerError) as error:
                # One bad answer keeps no other from being read.
                progress.clear()
                _tell(error.diagnostics)
                code = max(code, LEDGER if isinstance(error, LedgerError) else 2)
                continue
            progress(zhida.Progress(number, len(answers), 0, 0))
            reports.append(report)
            if report.refused:
                code = max(code, LEDGER)
        progress.clear()
        if since is not None:
            unanswered = paying.mark_unanswered(ledger, _midnight(since), by=by, at=now())
    for report in reports:
        _tell(report.findings)
        if report.is_repeat:
            warn(f"{report.id} was read before; it changed nothing")
            code = code or FINDINGS
    if output == "json":
        rows = [{**asdict(r), "findings": [_finding(found) for found in r.findings]} for r in reports]
        print(
            json.dumps({"schema_version": 1, "answers": rows, "unanswered": unanswered}, ensure_ascii=False)
        )
    else:
        _print_answers(reports)
        if since is not None:
            print(f"{count(unanswered, 'payment')} exported before {since} and not answered: now unknown.")
    return code


def _print_answers(reports: list[paying.AnswerReport]) -> None:
    if not reports:
        return
    names = ("pending", "paid", "rejected", "returned", "unknown", "announced", "already", "refused")
    heads = ["answer", *[f">{name}" for name in names], ">yuan paid", ">yuan back"]
    rows: list[list[str] | None] = [
        [
            report.id,
            *[f"{getattr(report, name):,}" if getattr(report, name) else "" for name in names],
            yuan_text(report.paid_fen) if report.paid_fen else "",
            yuan_text(report.returned_fen) if report.returned_fen else "",
        ]
        for report in reports
    ]
    show(heads, rows)
    others = sum(report.other_entries for report in reports)
    if others:
        print(f"{count(others, 'entry', 'entries')} of the statements are about other payments.")


def _midnight(day: str) -> datetime:
    found = to_date(day, "--unanswered-since")
    return datetime(found.year, found.month, found.day, tzinfo=_CHINA)


def change(url: str, text: str, kind: str, by: str, reason: str, evidence: str, talk: Talk) -> int:
    """The exit code."""
    with opened(url) as ledger:
        found = payment_of(ledger, text)
        step = Change(found.id, kind, reference=evidence, reason=reason)
        return _answered(ledger.apply([step], by=by, at=now()), kind)


def retry(url: str, texts: list[str], every: bool, payee: tuple[str, str, str], by: str, talk: Talk) -> int:
    """The exit code."""
    if bool(texts) == every:
        raise UsageError("name the payments to retry, or give --all")
    if any(payee) and (every or len(texts) > 1):
        raise UsageError("another payee is for one payment; name that one alone")
    with opened(url) as ledger:
        ids = _rejected(ledger) if every else [payment_of(ledger, text).id for text in texts]
        answers = []
        for id in ids:
            old = ledger.payment(id)
            other = None
            if any(payee) and old is not None:
                was = old.payee
                other = Payee(payee[0] or was.name, payee[1] or was.account, payee[2] or was.bank)
            answers.append(ledger.retry(id, other, by=by, at=now()))
        if not answers:
            print("No payment is rejected.")
        for id, answer in zip(ids, answers, strict=True):
            if answer.refusal is None:
                print(f"{id} is retried as {answer.id} (attempt {answer.attempt}).")
        return _answered(answers, "")


def _rejected(ledger: Ledger) -> list[str]:
    import pyarrow as pa

    table = pa.table(ledger.payments(state="rejected"))
    ids: list[str] = table.column("id").to_pylist()
    return ids


def recover(url: str, text: str, amount: str | None, received: str, reason: str, by: str, talk: Talk) -> int:
    """The exit code."""
    with opened(url) as ledger:
        found = payment_of(ledger, text)
        back_fen = found.returned_fen if received else max(found.returned_fen, found.demanded_fen)
        fen = found.amount_fen - back_fen if amount is None else fen_of(amount, "--amount")
        kind = "recover" if received else "demand"
        step = Change(found.id, kind, fen, reference=received or reason, reason=reason)
        code = _answered(ledger.apply([step], by=by, at=now()), "")
        if code == DONE:
            verb = "is back" if received else "is asked back"
            print(f"{yuan_text(fen)} yuan of payment {found.id} to {found.payee.name} {verb}.")
        return code


_DONE_WORDS = {"release": "released", "void": "void", "post": "paid", "reject": "rejected"}


def _answered(answers: Iterable[LedgerAnswer], kind: str) -> int:
    code = DONE
    for answer in answers:
        if answer.refusal is not None:
            _tell([answer.refusal])
            code = LEDGER
        elif kind:
            before = " before; nothing was changed" if answer.result == "before" else ""
            print(f"Payment {answer.id}: {_DONE_WORDS.get(kind, kind)}{before}. It is {answer.state} now.")
    return code


def _tell(findings: Iterable[Diagnostic]) -> None:
    found = list(findings)
    for finding in found[:_FINDINGS_MAX]:
        warn(str(finding))
    if len(found) > _FINDINGS_MAX:
        warn(f"{len(found) - _FINDINGS_MAX:,} more like these; --format json lists all")


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code,
        "what": found.what,
        "mend": found.mend,
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "warning": found.is_warning,
    }
