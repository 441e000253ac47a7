"""zhida pay: the commands that read: where the money stands, one payment's account, the audit."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from typing import Any

from zhida.commands.common import DONE, FINDINGS, LEDGER, Talk, count, warn
from zhida.commands.common import show as print_table
from zhida.commands.pay import now, opened, payment_of
from zhida.errors import StreamError, UsageError
from zhida.ledger import EventKey, Head, Ledger, Payment
from zhida.outputs import reason, write_text
from zhida.pay_paper import Summary, gather, html_page, open_rows, pool_rows, state_rows
from zhida.pay_text import Lang, china_time, entry_word, reason_text, step_text, word
from zhida.results import yuan_text


def status(url: str, lang: Lang, paper: str | None, output: str, talk: Talk) -> int:
    """The exit code."""
    with opened(url) as ledger:
        summary = gather(ledger)
    at = now()
    if paper is not None:
        write_text(paper, html_page(summary, at, lang))
        talk.say(f"the page to sign is {paper}")
    if output == "json":
        row = {
            "schema_version": 1,
            "at": at,
            "pools": [asdict(balance) for balance in summary.balances],
            "payments": {state: asdict(total) for state, total in summary.states.items()},
            "files": [asdict(file) for file in summary.files],
            "open": [asdict(item) for item in summary.open],
            "open_count": summary.open_count,
            "head": asdict(summary.head),
        }
        print(json.dumps(row, ensure_ascii=False))
    elif paper is None:
        _print_status(summary, at, lang)
    return DONE


def _print_status(summary: Summary, at: int, lang: Lang) -> None:
    print(f"{word('title', lang)}  {word('as_of', lang, time=china_time(at))}\n")
    print(word("pools", lang))
    heads = [word("pool", lang), word("year", lang)]
    heads += [f">{word(key, lang)}" for key in ("budget", "free", "set_aside", "posted", "came_back")]
    print_table(heads, _with_sum(pool_rows(summary, lang)))
    print(f"{word('balance_rule', lang)}\n")
    print(word("payments", lang))
    heads = [word("state", lang), *[f">{word(key, lang)}" for key in ("count", "yuan", "back_yuan")]]
    print_table([*heads, word("next", lang)], _with_sum(state_rows(summary, lang)))
    sent = [file for file in summary.files if file.outgoing]
    if sent:
        print(f"\n{word('files', lang)}")
        rows = [
            [
                file.id,
                f"{file.count:,}",
                yuan_text(file.total_fen),
                word("superseded", lang, file=file.superseded_by) if file.superseded_by else "",
            ]
            for file in sent
        ]
        print_table([word("file", lang), f">{word('count', lang)}", f">{word('yuan', lang)}", ""], rows)
    print(f"\n{word('open', lang)}")
    if summary.open:
        names = [word(key, lang) for key in ("payment", "state", "payee", "yuan", "reason")]
        print_table([names[0], names[1], names[2], f">{names[3]}", names[4]], open_rows(summary, lang))
        if summary.open_count > len(summary.open):
            print(word("more", lang, count=f"{summary.open_count - len(summary.open):,}"))
    else:
        print(word("nothing_open", lang))
    print(f"\n{word('head', lang, seq=summary.head.seq, digest=summary.head.digest)}")
    print(word("no_authentication", lang))


def _with_sum(rows: list[list[str]]) -> list[list[str] | None]:
    return [*rows[:-1], None, rows[-1]]


# --- One payment


def show(url: str, text: str, plan: str | None, lang: Lang, output: str, talk: Talk) -> int:
    """The exit code."""
    with opened(url) as ledger:
        found = payment_of(ledger, text)
        others = [payment for payment in ledger.attempts(found.key) if payment.id != found.id]
        followers = [payment.id for payment in others if payment.link == found.id]
    row = None if plan is None else _plan_row(plan, found)
    if output == "json":
        shown = asdict(found)
        shown["followed_by"] = followers
        shown["plan"] = row
        print(json.dumps({"schema_version": 1, **shown}, ensure_ascii=False, default=str))
        return DONE
    _print_payment(found, followers, lang)
    if row is not None:
        _print_steps(row, lang)
    print(f"\n{word('life', lang)}")
    rows = [
        [
            china_time(entry.at),
            entry.actor,
            entry_word(entry.kind, lang),
            yuan_text(entry.amount_fen) if entry.amount_fen else "",
            " ".join(part for part in (entry.file, entry.reference) if part),
            reason_text(entry.reason, lang),
        ]
        for entry in found.entries
    ]
    heads = [word(key, lang) for key in ("time", "actor", "event", "yuan", "where", "reason")]
    heads[3] = ">" + heads[3]
    print_table(heads, rows)
    return DONE


def _print_payment(found: Payment, followers: list[str], lang: Lang) -> None:
    colon = "：" if lang == "zh" else ": "
    comma = "，" if lang == "zh" else ", "
    key = found.key
    amount = word("of", lang, yuan=yuan_text(found.amount_fen))
    print(f"{found.id}{colon}{word(found.state, lang)}{comma}{amount}")
    facts = [
        (word("key", lang), "/".join([key.subject, key.kind, key.object, str(key.year), key.part])),
        (word("policy", lang), f"{found.policy}{comma}{word('pool', lang)} {found.pool} {found.pool_year}"),
        (
            word("payee", lang),
            comma.join(
                [
                    found.payee.name,
                    f"{word('account', lang)} {found.payee.account}",
                    *([f"{word('bank', lang)} {found.payee.bank}"] if found.payee.bank else []),
                ]
            ),
        ),
    ]
    for name, text in facts:
        print(f"  {name}{colon}{text}")
    more = [word("attempt", lang, count=found.attempt)] if found.attempt > 1 else []
    if found.link:
        more.append(word("linked", lang, id=found.link))
    more += [word("followed", lang, id=id) for id in followers]
    if found.returned_fen:
        more.append(word("returned_of", lang, yuan=yuan_text(found.returned_fen)))
    if found.demanded_fen:
        more.append(word("demanded_of", lang, yuan=yuan_text(found.demanded_fen)))
    for text in more:
        print(f"  {text}")


def _plan_row(plan: str, found: Payment) -> dict[str, Any] | None:
    """The row of the plan that gave the payment's event; a difference belongs to its first part."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    key: EventKey = found.key
    try:
        data = ds.dataset(plan, format="parquet")
        rows = data.to_table(filter=ds.field("subject") == key.subject).to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise StreamError(f"{plan} cannot be read: {reason(error)}; zhida pay plan makes it") from error
    part = key.part.split("+")[0]
    for row in rows:
        same = row["kind"] == key.kind and (row.get("object") or "") == key.object
        if same and row["year"] == key.year and str(row.get("part") or "1") == part:
            found_row: dict[str, Any] = row
            return found_row
    return None


def _print_steps(row: dict[str, Any], lang: Lang) -> None:
    print(f"\n{word('steps', lang)}")
    steps = row.get("steps") or []
    print_table(
        [word("step", lang), f">{word('yuan', lang)}", word("note", lang)],
        [[step_text(step["step"], lang), yuan_text(step["fen"]), step.get("note") or ""] for step in steps],
    )


# --- Audit and history


def audit(url: str, anchor: str, folder: str | None, output: str, talk: Talk) -> int:
    """The exit code: 5 where the ledger is not sound, 1 where only a file differs."""
    head = None
    if anchor:
        seq, colon, digest = anchor.partition(":")
        if not colon or not seq.isdecimal():
            raise UsageError(f"--anchor {anchor!r}: give SEQ:DIGEST as zhida pay status prints them")
        head = Head(int(seq), digest)
    with opened(url) as ledger:
        report = ledger.audit(head)
        files = _check_files(ledger, folder) if folder is not None else {}
    bad = [name for name, state in files.items() if state == "changed"]
    if output == "json":
        row = asdict(report)
        row["findings"] = [{"code": f.code, "what": f.what, "mend": f.mend} for f in report.findings]
        print(json.dumps({"schema_version": 1, **row, "payment_files": files}, ensure_ascii=False))
    else:
        for finding in report.findings:
            print(finding)
        first = f"; the first bad entry is {report.first_bad_seq}" if report.first_bad_seq else ""
        sound = "is sound" if report.ok else f"is NOT sound{first}"
        print(
            f"The ledger {sound}: {count(report.entries, 'entry', 'entries')}, "
            f"{count(report.payments, 'payment')}, {count(report.pools, 'pool')}, "
            f"{count(report.files, 'file')} recomputed."
        )
        print(f"Last entry {report.head.seq}:{report.head.digest}; write it down for --anchor.")
        if files:
            same = sum(state == "same" for state in files.values())
            print(
                f"Payment files in {folder}: {same} as recorded, {len(bad)} changed, "
                f"{len(files) - same - len(bad)} not there."
            )
    for name in bad:
        warn(
            f"ZD8401 {name}: the file is not the one that was recorded; get it anew: zhida pay export --again"
        )
    return LEDGER if not report.ok else FINDINGS if bad else DONE


def _check_files(ledger: Ledger, folder: str) -> dict[str, str]:
    """For each payment file in force: same, changed, or missing."""
    found = {}
    for file in ledger.files:
        if not file.outgoing or file.superseded_by:
            continue
        state = "missing"
        for ending in (".xml", ".csv"):
            path = os.path.join(folder, file.id + ending)
            if os.path.exists(path):
                with open(path, "rb") as bytes_:
                    digest = hashlib.file_digest(bytes_, "sha256").hexdigest()
                state = "same" if f"sha256:{digest}" == file.digest else "changed"
        found[file.id] = state
    return found


_HISTORY = (
    *("subject", "kind", "object", "year", "part", "policy", "pool", "pool_year"),
    *("amount_fen", "date"),
)
# What is given up or came back whole is no earlier payment.
_GONE = frozenset({"void", "returned"})


def history(url: str, out: str, talk: Talk) -> int:
    """The exit code."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    with opened(url) as ledger:
        for batch in pa.RecordBatchReader.from_stream(ledger.payments()):
            for row in batch.to_pylist():
                if row["state"] in _GONE:
                    continue
                row["amount_fen"] -= max(row["returned_fen"], row["demanded_fen"])
                row["date"] = china_time(row["reserved_at"])[:10]
                # A difference belongs to the part it adds to; a policy's own pool is none of the pack.
                row["part"] = row["part"].split("+")[0]
                row["pool"] = None if row["pool"] == row["policy"] else row["pool"]
                rows.append({name: row[name] for name in _HISTORY})
    _write(pa.Table.from_pylist(rows, _history_schema(pa)), out)
    print(f"{count(len(rows), 'payment')} in {out}; give it to zhida pay plan --history.")
    return DONE


def _history_schema(pa: Any) -> Any:
    kinds = {"year": pa.int32(), "pool_year": pa.int32(), "amount_fen": pa.int64()}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in _HISTORY])


def _write(table: Any, out: str) -> None:
    import pyarrow.csv as pcsv
    import pyarrow.parquet as pq

    try:
        if out.endswith(".parquet"):
            pq.write_table(table, out)
        elif out.endswith(".csv"):
            pcsv.write_csv(table, out)
        elif out.endswith((".ndjson", ".jsonl")):
            with open(out, "w", encoding="utf-8") as file:
                for row in table.to_pylist():
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            raise UsageError(f"{out}: write to a .parquet, .csv or .ndjson file")
    except OSError as error:
        raise StreamError(f"{out} cannot be written: {reason(error)}; check the folder") from error
