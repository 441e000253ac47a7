"""zhida demo --pay: run twice on one ledger, it pays nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import zhida
from zhida.cli import main


def test_run_twice_it_pays_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = tmp_path / "pay.db"
    demo = [
        "demo",
        "--firms",
        "3000",
        "--pay",
        "--ledger",
        str(ledger),
        "-o",
        str(tmp_path / "pairs.parquet"),
        "-q",
    ]
    told = []
    for _ in range(2):
        assert main(demo) == 0
        told.append(capsys.readouterr().out)
    assert "nothing was paid twice" not in told[0]
    assert "0 reserved now (0.00 yuan)" in told[1]
    assert "Everything was in the ledger already: nothing was paid twice." in told[1]
    assert "it paid 0 (0.00 yuan)" in told[1]
    assert told[0].splitlines()[-3] == told[1].splitlines()[-3]  # the pool stands as it stood
    with zhida.Ledger(str(ledger), must_exist=True) as opened:
        assert opened.audit().ok
        assert len(opened.balances) == 5  # the pools of the pack
        assert all(balance.posted_fen > 0 for balance in opened.balances)


def test_it_needs_a_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--pay"]) == 2
    assert "--pay needs a ledger" in capsys.readouterr().err


def test_the_made_up_bank_refuses_closed_accounts(tmp_path: Path) -> None:
    from zhida import demo_pay, payment

    path = tmp_path / "ZD-20261130-0001.xml"
    line = (
        "<CdtTrfTxInf><PmtId><EndToEndId>ZD{id:032X}</EndToEndId></PmtId><Amt>"
        '<InstdAmt Ccy="CNY">5.00</InstdAmt></Amt><CdtrAcct><Id><Othr><Id>6222{account}</Id></Othr></Id>'
        "</CdtrAcct></CdtTrfTxInf>"
    )
    path.write_text("\n".join([line.format(id=1, account=499 * 7), line.format(id=2, account=1)]))
    words = [
        [item["word"] for item in payment.read_answer(answer)["items"]]
        for _, answer in demo_pay.bank_answers(path)
    ]
    assert words == [["rejected", "pending"], ["paid"]]
