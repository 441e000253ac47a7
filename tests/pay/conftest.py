"""An office with a ledger, a plan and a bank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plans
import pytest
import zhida
from bank import PROFILE, Bank
from zhida import payment

NOW = int(datetime(2026, 11, 29, 1, 30, tzinfo=UTC).timestamp())
DAY = 86_400


class Office:
    """Reserves as lin, exports and reconciles as wang."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self.folder = folder
        self.bank = bank
        self.profile = payment.Bank(PROFILE)
        self.ledger = zhida.Ledger(str(folder / "payouts.db"))
        self.ledger.set_budget("rd", 2026, 10**12, by="lin", at=NOW)
        self.out = folder / "out"
        self.out.mkdir()
        self._read: set[Path] = set()

    def reserve(self, *rows: dict[str, Any], **options: Any) -> payment.PlanReport:
        return payment.reserve_plan(self.ledger, plans.table(rows), by="lin", at=NOW, **options)

    def export(self) -> list[Path]:
        report = payment.export(
            self.ledger, self.profile, self.out, execute_on="2026-11-30", by="wang", at=NOW
        )
        return [Path(file.path) for file in report.files]

    def reconcile(self) -> list[payment.AnswerReport]:
        """Whatever the bank has sent since."""
        new = [path for path in self.bank.answers() if path not in self._read]
        self._read.update(new)
        return [payment.reconcile(self.ledger, path, by="wang", at=NOW + DAY) for path in new]

    def states(self) -> dict[str, str]:
        """The state of each firm's latest payment, by the number of the firm."""
        import pyarrow as pa

        rows = pa.table(self.ledger.payments()).to_pylist()
        return {str(int(row["subject"][8:])): row["state"] for row in rows}

    def id_of(self, number: int, part: str = "1") -> str:
        key = zhida.EventKey(f"91350500{number:010d}", "rd", "", 2026, part)
        return self.ledger.attempts(key)[-1].id

    def pay_all(self, *rows: dict[str, Any]) -> None:
        """Through the bank and back."""
        self.reserve(*rows)
        self.bank.take(*self.export())
        self.reconcile()

    def expect_agreement(self) -> None:
        """Ledger and bank agree to the fen, and the ledger is sound."""
        booked = {p["end_to_end_id"]: p for p in self.bank.payments() if p["booked_at"]}
        gone = sum(p["amount"] for p in booked.values())
        back = sum(p["amount"] for p in booked.values() if p["status"] == "returned")
        balance = self.ledger.balances[0]
        assert (balance.posted_fen, balance.returned_fen) == (gone, back)
        assert self.ledger.audit().ok


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    made = Bank(tmp_path / "bank")
    yield made
    made.close()


@pytest.fixture
def office(tmp_path: Path, bank: Bank) -> Iterator[Office]:
    made = Office(tmp_path, bank)
    yield made
    made.ledger.close()


def control_sum(path: Path) -> tuple[int, int]:
    """Count and fen of the transfers in a payment file, counted from its text."""
    amounts = re.findall(r'<InstdAmt Ccy="CNY">(\d+)\.(\d\d)</InstdAmt>', path.read_text(encoding="utf-8"))
    return len(amounts), sum(int(yuan) * 100 + int(fen) for yuan, fen in amounts)
