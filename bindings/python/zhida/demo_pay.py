"""The payout stage of the demo: a plan, a ledger, files, a made-up bank that answers.

Only the firms, their accounts and the bank are made up: plan, ledger, files and answers take the same way as
real ones, so a second run on one ledger finds everything paid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import zhida
from zhida import payment
from zhida.demo_accounts import CLOSED_EVERY
from zhida.pay_text import china_time

PLANNER, CASHIER = "林（经办）", "王（出纳）"
_PROFILE = """\
debtor: {name: 样例市财政局, account: "35001234567890123", bank: "102391000018"}
format: pain.001.001.09
"""

_TRANSFER = re.compile(r'<EndToEndId>(ZD\w+)</EndToEndId></PmtId><Amt><InstdAmt Ccy="CNY">([\d.]+)<')
_ACCOUNT = re.compile(r"<Id>6222(\d+)</Id></Othr></Id></CdtrAcct>")


@dataclass(frozen=True, slots=True)
class DemoPay:
    """What one run of the stage came to."""

    plan: payment.PlanReport
    export: payment.ExportReport
    answers: tuple[payment.AnswerReport, ...]
    balances: tuple[zhida.ledger.Balance, ...]


def run(engine: zhida.Engine, firms: str, ledger_url: str, folder: Path, at: int) -> DemoPay:
    """Plans for firms that have accounts, reserves, exports into `folder`, and takes in what the made-up bank
    says.
    """
    plan = engine.pay_plan(firms)
    folder.mkdir(parents=True, exist_ok=True)
    with zhida.Ledger(ledger_url) as ledger:
        report = payment.reserve_plan(ledger, plan, by=PLANNER, at=at)
        day = china_time(at)[:10]
        bank = payment.Bank(_PROFILE, "the demo's bank")
        exported = payment.export(ledger, bank, folder, execute_on=day, by=CASHIER, at=at)
        answers = [
            payment.reconcile(ledger, answer, name=name, by=CASHIER, at=at)
            for file in exported.files
            for name, answer in bank_answers(Path(file.path))
        ]
        return DemoPay(report, exported, tuple(answers), tuple(ledger.balances))


# --- The bank


def bank_answers(path: Path) -> list[tuple[str, bytes]]:
    """What the made-up bank says to a payment file: a report, and a notification of what it paid."""
    lines = path.read_text(encoding="utf-8").splitlines()
    accepted, entries = [], []
    for line in lines:
        if not (transfer := _TRANSFER.search(line)):
            continue
        id, yuan = transfer.groups()
        account = _ACCOUNT.search(line)
        if account is not None and int(account[1]) % CLOSED_EVERY == 0:
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


def main(folder: str, answers: str) -> None:
    """Answers every payment file of a folder as the made-up bank does, into another folder."""
    Path(answers).mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(folder).glob("ZD-*.xml")):
        for name, answer in bank_answers(path):
            (Path(answers) / f"{name.split()[0]}-{path.name}").write_bytes(answer)


if __name__ == "__main__":
    import sys

    if len(sys.argv) != 3:
        sys.exit("the demo's bank: python -m zhida.demo_pay FOLDER-OF-FILES FOLDER-OF-ANSWERS")
    main(*sys.argv[1:])
