"""The payout stage of the demo: a plan with made-up accounts, a ledger, files, a made-up bank that answers.

Only the firms, their accounts and the bank are made up: plan, ledger, files and answers take the same way as
real ones, so a second run on one ledger finds everything paid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zhida
from zhida import payment
from zhida.pay_text import china_time

POOL = "demo"
PLANNER, CASHIER = "林（经办）", "王（出纳）"
_PROFILE = """\
debtor: {name: 样例市财政局, account: "35001234567890123", bank: "102391000018"}
format: pain.001.001.09
"""
# National measures are tax reliefs and loans; what a city pays out is the rest.
_NATIONAL = "cn-"
_OTHER_NAME_EVERY = 199  # accounts that are not in the firm's name
_CLOSED_EVERY = 499  # accounts that the bank does not know any more
_BUDGET_STEP_FEN = 100_000_000_00  # budgets are in whole 亿元

_FIRM = re.compile(r'"uscc":"([^"]*)","name":"([^"]*)"')
_TRANSFER = re.compile(r'<EndToEndId>(ZD\w+)</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">([\d.]+)<')
_CLOSED = re.compile(r"<Id>6222(\d+)</Id></Othr></Id></CdtrAcct>")


@dataclass(frozen=True, slots=True)
class DemoPay:
    """What one run of the stage came to."""

    plan: payment.PlanReport
    export: payment.ExportReport
    answers: tuple[payment.AnswerReport, ...]
    balance: zhida.ledger.Balance


def run(engine: zhida.Engine, firms: str, ledger_url: str, folder: Path, year: int, at: int) -> DemoPay:
    """Plans, reserves, exports into `folder`, and takes in what the made-up bank says."""
    plan = make_plan(engine, firms, year)
    folder.mkdir(parents=True, exist_ok=True)
    with zhida.Ledger(ledger_url) as ledger:
        total_fen = sum(plan.column("amount_fen").to_pylist())
        budget_fen = max(_BUDGET_STEP_FEN, -(-total_fen // _BUDGET_STEP_FEN) * _BUDGET_STEP_FEN)
        ledger.set_budget(POOL, year, budget_fen, by=PLANNER, at=at)
        report = payment.reserve_plan(ledger, plan, by=PLANNER, at=at)
        day = china_time(at)[:10]
        bank = payment.Bank(_PROFILE, "the demo's bank")
        exported = payment.export(ledger, bank, folder, execute_on=day, by=CASHIER, at=at)
        answers = [
            payment.reconcile(ledger, answer, name=name, by=CASHIER, at=at)
            for file in exported.files
            for name, answer in bank_answers(Path(file.path))
        ]
        balance = next(b for b in ledger.balances if (b.pool, b.year) == (POOL, year))
    return DemoPay(report, exported, tuple(answers), balance)


def make_plan(engine: zhida.Engine, firms: str, year: int) -> Any:
    """The eligible pairs of local policies as a table with the columns of a payment plan."""
    import pyarrow as pa

    names = dict(_names(firms))
    rows = []
    for batch in engine.screen(firms, outcomes=["eligible"]):
        for pair in batch.to_pylist():
            if pair["amount_fen"] and not pair["policy"].startswith(_NATIONAL):
                rows.append(_row(pair, names.get(pair["subject"], pair["subject"]), year))
    texts = (
        "subject",
        "kind",
        "policy",
        "pool",
        "payee_name",
        "payee_account",
        "payee_bank",
        "status",
        "reason",
    )
    schema = pa.schema(
        [*[(name, pa.string()) for name in texts], ("year", pa.int32()), ("amount_fen", pa.int64())]
    )
    return pa.Table.from_pylist(rows, schema)


def _names(firms: str) -> Iterator[tuple[str, str]]:
    with open(firms, encoding="utf-8") as file:
        for line in file:
            if found := _FIRM.search(line):
                yield found[1], found[2]


def _row(pair: dict[str, Any], name: str, year: int) -> dict[str, Any]:
    # The account hangs on the firm alone, as it does in life.
    digits = int(hashlib.sha256(pair["subject"].encode()).hexdigest()[:12], 16)
    held = digits % _OTHER_NAME_EVERY == 0
    return {
        "subject": pair["subject"],
        "kind": pair["policy"],
        "policy": pair["policy"],
        "pool": POOL,
        "year": year,
        "amount_fen": pair["amount_fen"],
        "payee_name": "张三" if held else name,
        "payee_account": f"6222{digits:015d}",
        "payee_bank": "105397000017",
        "status": "hold" if held else "pay",
        "reason": f"账户户名“张三”与企业名称“{name}”不一致" if held else "",
    }


# --- The bank


def bank_answers(path: Path) -> list[tuple[str, bytes]]:
    """What the made-up bank says to a payment file: a report, and a notification of what it paid."""
    lines = path.read_text(encoding="utf-8").splitlines()
    accepted, entries = [], []
    for line in lines:
        if not (transfer := _TRANSFER.search(line)):
            continue
        id, yuan = transfer.groups()
        account = _CLOSED.search(line)
        if account is not None and int(account[1]) % _CLOSED_EVERY == 0:
            accepted.append(_STATUS.format(id=id, status="RJCT", reason=_CLOSED_REASON))
        else:
            accepted.append(_STATUS.format(id=id, status="ACCP", reason=""))
            entries.append(_ENTRY.format(id=id, yuan=yuan))
    file_id = path.stem
    report = _REPORT.format(id=file_id, transfers="\n".join(accepted))
    notification = _NOTIFICATION.format(id=file_id, entries="\n".join(entries))
    return [(f"report on {file_id}", report.encode()), (f"notification on {file_id}", notification.encode())]


_URN = "urn:iso:std:iso:20022:tech:xsd:"
_CLOSED_REASON = "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></StsRsnInf>"
_STATUS = "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"
_REPORT = (
    f'<Document xmlns="{_URN}pain.002.001.10"><CstmrPmtStsRpt>'
    "<GrpHdr><MsgId>R-{id}</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{id}</OrgnlMsgId>"
    "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>\n{transfers}\n"
    "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
)
_ENTRY = (
    '<Ntry><Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<AcctSvcrRef>B-{id}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs>"
    '<Amt Ccy="CNY">{yuan}</Amt></TxDtls></NtryDtls></Ntry>'
)
_NOTIFICATION = (
    f'<Document xmlns="{_URN}camt.054.001.08"><BkToCstmrDbtCdtNtfctn>'
    "<GrpHdr><MsgId>N-{id}</MsgId></GrpHdr><Ntfctn>\n{entries}\n"
    "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
)
