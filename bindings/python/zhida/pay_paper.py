"""The summary of a ledger as people read and sign it: gathered once, shown as text or as a page to print."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from zhida.ledger import Balance, Head, Ledger, LedgerFile
from zhida.pay_text import STATES, Lang, china_time, reason_text, word
from zhida.results import yuan_text

__all__ = ["OpenPayment", "StateTotal", "Summary", "gather", "html_page"]

_OPEN_STATES = ("held", "rejected", "unknown")
_OPEN_MAX = 50  # listed by name; the rest is counted


@dataclass(frozen=True, slots=True)
class StateTotal:
    """The payments in one state."""

    count: int = 0
    amount_fen: int = 0
    returned_fen: int = 0


@dataclass(frozen=True, slots=True)
class OpenPayment:
    """A payment that waits for a person, and why."""

    id: str
    state: str
    payee: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A ledger at one moment."""

    balances: tuple[Balance, ...]
    files: tuple[LedgerFile, ...]
    head: Head
    states: dict[str, StateTotal]
    open: tuple[OpenPayment, ...]
    open_count: int

    @property
    def payments(self) -> int:
        """All of them, void ones too."""
        return sum(total.count for total in self.states.values())


def gather(ledger: Ledger) -> Summary:
    """Reads the whole ledger once, batch by batch."""
    import pyarrow as pa

    sums = {state: [0, 0, 0] for state in STATES}
    open_ids: list[str] = []
    open_count = 0
    for batch in pa.RecordBatchReader.from_stream(ledger.payments()):
        rows = batch.select(["id", "state", "amount_fen", "returned_fen"]).to_pylist()
        for row in rows:
            total = sums[row["state"]]
            total[0] += 1
            total[1] += row["amount_fen"]
            total[2] += row["returned_fen"]
            if row["state"] in _OPEN_STATES:
                open_count += 1
                if len(open_ids) < _OPEN_MAX:
                    open_ids.append(row["id"])
    return Summary(
        tuple(ledger.balances),
        tuple(ledger.files),
        ledger.head,
        {state: StateTotal(*total) for state, total in sums.items()},
        tuple(_open(ledger, id) for id in open_ids),
        open_count,
    )


def _open(ledger: Ledger, id: str) -> OpenPayment:
    payment = ledger.payment(id)
    if payment is None:
        raise LookupError(id)
    reasons = [entry.reason for entry in payment.entries if entry.reason]
    return OpenPayment(
        id, payment.state, payment.payee.name, payment.amount_fen, reasons[-1] if reasons else ""
    )


# --- The page

_STYLE = """
@page { size: A4; margin: 18mm 16mm; }
body { font: 14px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #1a1a1a;
       max-width: 190mm; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 22px; text-align: center; margin: 0 0 .2em; }
h2 { font-size: 16px; margin: 1.6em 0 .4em; }
p.note, p.under { color: #555; margin: .3em 0; }
p.under { text-align: center; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #888; padding: .25em .55em; text-align: left; }
th { background: #f0f0ee; font-weight: 600; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { white-space: nowrap; }
td.code { font-family: "DejaVu Sans Mono", monospace; font-size: 11px; word-break: break-all; }
tr.sum td { font-weight: 600; background: #fafaf8; }
table.sign { margin-top: 2.4em; }
table.sign td { border: 0; width: 33%; padding: .4em 0; }
tr, h2 { break-inside: avoid; break-after: auto; }
"""


def html_page(summary: Summary, at: int, lang: Lang) -> str:
    """A page of its own: no script, nothing from elsewhere, made to be printed and signed."""
    import base64
    import hashlib

    style_hash = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    parts = [
        "<!doctype html>",
        f'<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'sha256-{style_hash}'\">",
        f"<title>{word('title', lang)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{word('title', lang)}</h1>",
        f'<p class="under">{word("as_of", lang, time=china_time(at))}</p>',
        *_pools(summary, lang),
        *_payments(summary, lang),
        *_files(summary, lang),
        *_open_items(summary, lang),
        f'<p class="note">{word("head", lang, seq=summary.head.seq, digest=summary.head.digest)}</p>',
        f'<p class="note">{word("no_authentication", lang)}</p>',
        *_signatures(lang),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _table(heads: list[str], rows: list[list[Any]], last_is_sum: bool = False) -> list[str]:
    """A head that begins with > is a column of numbers, one that begins with # of codes."""
    kinds = {">": "n", "#": "code"}
    classes = [kinds.get(head[0], "") for head in heads]

    def cell(tag: str, kind: str, text: str) -> str:
        mark = f' class="{kind}"' if kind and not (tag == "th" and kind == "code") else ""
        return f"<{tag}{mark}>{escape(text)}</{tag}>"

    lines = [
        "<table><tr>"
        + "".join(cell("th", kind, head.lstrip(">#")) for kind, head in zip(classes, heads, strict=True))
        + "</tr>"
    ]
    for position, row in enumerate(rows):
        is_sum = last_is_sum and position == len(rows) - 1
        lines.append(
            ('<tr class="sum">' if is_sum else "<tr>")
            + "".join(cell("td", kind, str(text)) for kind, text in zip(classes, row, strict=True))
            + "</tr>"
        )
    return [*lines, "</table>"]


def _pools(summary: Summary, lang: Lang) -> list[str]:
    heads = [word("pool", lang), word("year", lang)]
    heads += [f">{word(key, lang)}" for key in ("budget", "free", "set_aside", "posted", "came_back")]
    return [
        f"<h2>{word('pools', lang)}</h2>",
        *_table(heads, pool_rows(summary, lang), last_is_sum=True),
        f'<p class="note">{word("balance_rule", lang)}</p>',
    ]


def pool_rows(summary: Summary, lang: Lang) -> list[list[str]]:
    """A row for each pool and year, and their sum."""
    fields = ("budget_fen", "free_fen", "reserved_fen", "posted_fen", "returned_fen")
    rows = [
        [
            balance.pool + (word("closed", lang) if balance.closed else ""),
            str(balance.year),
            *[yuan_text(getattr(balance, name)) for name in fields],
        ]
        for balance in summary.balances
    ]
    totals = [sum(getattr(balance, name) for balance in summary.balances) for name in fields]
    return [*rows, [word("total", lang), "", *[yuan_text(total) for total in totals]]]


def state_rows(summary: Summary, lang: Lang) -> list[list[str]]:
    """A row for each state that occurs, and their sum."""
    found = [(state, total) for state, total in summary.states.items() if total.count]
    rows = [
        [
            word(state, lang),
            f"{total.count:,}",
            yuan_text(total.amount_fen),
            yuan_text(total.returned_fen) if total.returned_fen else "",
            word(f"do_{state}", lang) if state in _TO_DO else "",
        ]
        for state, total in found
    ]
    sums = [sum(getattr(total, name) for _, total in found) for name in ("amount_fen", "returned_fen")]
    return [
        *rows,
        [word("total", lang), f"{summary.payments:,}", yuan_text(sums[0]), yuan_text(sums[1]), ""],
    ]


_TO_DO = frozenset({"reserved", "held", "exported", "pending", "rejected", "unknown"})


def _payments(summary: Summary, lang: Lang) -> list[str]:
    heads = [word("state", lang), *[f">{word(key, lang)}" for key in ("count", "yuan", "back_yuan")]]
    return [
        f"<h2>{word('payments', lang)}</h2>",
        *_table([*heads, word("next", lang)], state_rows(summary, lang), last_is_sum=True),
    ]


def _files(summary: Summary, lang: Lang) -> list[str]:
    rows = [
        [
            file.id + (f" {word('superseded', lang, file=file.superseded_by)}" if file.superseded_by else ""),
            f"{file.count:,}",
            yuan_text(file.total_fen),
            file.digest,
        ]
        for file in summary.files
        if file.outgoing
    ]
    heads = [
        word("file", lang),
        f">{word('count', lang)}",
        f">{word('yuan', lang)}",
        f"#{word('digest', lang)}",
    ]
    return [f"<h2>{word('files', lang)}</h2>", *_table(heads, rows)] if rows else []


def open_rows(summary: Summary, lang: Lang) -> list[list[str]]:
    """A row for each payment that waits for a person."""
    return [
        [
            item.id,
            word(item.state, lang),
            item.payee,
            yuan_text(item.amount_fen),
            reason_text(item.reason, lang),
        ]
        for item in summary.open
    ]


def _open_items(summary: Summary, lang: Lang) -> list[str]:
    lines = [f"<h2>{word('open', lang)}</h2>"]
    if not summary.open:
        return [*lines, f"<p>{word('nothing_open', lang)}</p>"]
    heads = [
        f"#{word('payment', lang)}",
        word("state", lang),
        word("payee", lang),
        f">{word('yuan', lang)}",
        word("reason", lang),
    ]
    lines += _table(heads, open_rows(summary, lang))
    if summary.open_count > len(summary.open):
        lines.append(
            f'<p class="note">{word("more", lang, count=f"{summary.open_count - len(summary.open):,}")}</p>'
        )
    return lines


def _signatures(lang: Lang) -> list[str]:
    line = "＿＿＿＿＿＿＿" if lang == "zh" else "______________"
    colon = "：" if lang == "zh" else ": "
    names = "".join(f"<td>{word(key, lang)}{colon}{line}</td>" for key in ("sign_1", "sign_2", "sign_3"))
    dates = f"<td>{word('sign_date', lang)}{colon}{line}</td>" * 3
    return [f'<table class="sign"><tr>{names}</tr><tr>{dates}</tr></table>']
