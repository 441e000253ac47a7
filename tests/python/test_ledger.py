"""The ledger from Python: results as frozen objects, Arrow in and out, errors that say how to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import zhida
from zhida import Change, EventKey, Head, Payee, Reservation

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


def request(subject: str, amount_fen: int) -> Reservation:
    return Reservation(
        EventKey(subject, "award", "upgrade", 2026),
        policy="upgrade",
        pool="pool",
        amount_fen=amount_fen,
        payee=Payee(f"Firm {subject}", f"6222{subject}", "102391000012"),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[zhida.Ledger]:
    with zhida.Ledger(str(tmp_path / "payouts.db")) as made:
        made.set_budget("pool", 2026, 1_000_000, by="lin", at=AT)
        yield made


def test_life_of_a_payment(ledger: zhida.Ledger) -> None:
    first, again, other = ledger.reserve(
        [request("A", 30_000), request("A", 30_000), request("A", 30_001)], by="lin", at=AT
    )
    assert (first.result, again.result, other.result) == ("done", "before", "refused")
    assert other.refusal is not None
    assert other.refusal.code == "ZD7120"
    with pytest.raises(zhida.LedgerError, match="ZD7133"):
        ledger.export("F1", "sha256:00", [first.id], by="Lin ", at=AT)
    ledger.export("F1", "sha256:00", [first.id], by="wu", at=AT)
    assert [a.state for a in ledger.apply([Change(first.id, "post")], by="wu", at=AT)] == ["paid"]
    payment = ledger.payment(first.id)
    assert payment is not None
    assert payment.amount == Decimal("300.00")
    assert [entry.kind for entry in payment.entries] == ["reserve", "export", "post"]
    assert payment.entries[0].time == AT
    assert [attempt.id for attempt in ledger.attempts(payment.key)] == [first.id]
    balance = ledger.balances[0]
    assert (balance.free_fen, balance.posted_fen, balance.budget) == (970_000, 30_000, Decimal(10_000))
    assert ledger.files[0].count == 1
    assert ledger.payment("ZD00") is None


def test_rejected_is_retried_under_a_new_id(ledger: zhida.Ledger) -> None:
    (answer,) = ledger.reserve([request("A", 30_000)], by="lin", at=AT)
    ledger.export("F1", "sha256:00", [answer.id], by="wu", at=AT)
    ledger.apply([Change(answer.id, "reject", reference="AC04", reason="closed account")], by="wu", at=AT)
    retried = ledger.retry(answer.id, Payee("Firm A", "99", ""), by="lin", at=AT)
    assert (retried.result, retried.attempt, retried.state) == ("done", 2, "reserved")
    assert ledger.retry(answer.id, Payee("Firm A", "99", ""), by="lin", at=AT).result == "before"
    new = ledger.payment(retried.id)
    assert new is not None
    assert new.link == answer.id
    assert ledger.audit().ok


def test_arrow_in_and_out(ledger: zhida.Ledger) -> None:
    rows = 25_000
    table = pa.table(
        {
            "subject": [f"S{i}" for i in range(rows)],
            "kind": pa.array(["award"] * rows).dictionary_encode(),
            "year": pa.array([2026] * rows, pa.int16()),
            "policy": pa.array(["upgrade"] * rows, pa.large_string()),
            "pool": ["pool"] * rows,
            "amount_fen": [40] * rows,
            "payee_name": ["Firm"] * rows,
            "payee_account": [f"{i}" for i in range(rows)],
            "memo": pa.nulls(rows, pa.string()),
            "clipped": [True] * rows,
        }
    )
    answers = ledger.reserve(table, by="lin", at=AT)
    assert [answer.result for answer in answers] == ["done"] * rows
    assert {answer.result for answer in ledger.reserve(table, by="lin", at=AT)} == {"before"}
    out = pa.table(ledger.payments(state="reserved"))
    assert out.num_rows == rows
    assert out["id"].to_pylist() == [answer.id for answer in answers]
    assert pa.table(ledger.payments(subject="S7"))["payee_account"].to_pylist() == ["7"]
    assert pa.table(ledger.entries(after=rows))["seq"].to_pylist() == [rows + 1]
    assert ledger.balances[0].free_fen == 0
    with pytest.raises(zhida.UsageError, match="no state"):
        ledger.payments(state="gone")


def test_bad_columns_are_named(ledger: zhida.Ledger) -> None:
    table = pa.table({"subject": ["A"], "amount_fen": [1.5], "kind": ["k"], "pool": ["p"]})
    with pytest.raises(zhida.DataError) as caught:
        ledger.reserve(table, by="lin", at=AT)
    text = str(caught.value)
    assert "column amount_fen is of type float64; give whole numbers" in text
    assert "there is no column payee_account" in text


def test_audit_with_a_head_written_down(tmp_path: Path) -> None:
    path = str(tmp_path / "payouts.db")
    with zhida.Ledger(path) as ledger:
        ledger.set_budget("pool", 2026, 1_000_000, by="lin", at=AT)
        head = ledger.head
        assert ledger.audit(head).ok
        assert head.seq == 1
        found = ledger.audit(replace(head, digest="0" * 64))
        assert not found.ok
        assert found.first_bad_seq == 1
        assert found.findings[0].code == "ZD7145"
        with pytest.raises(zhida.UsageError, match="64 hexadecimal"):
            ledger.audit(Head(1, "xyz"))


def test_one_process_and_one_opening(tmp_path: Path) -> None:
    path = str(tmp_path / "payouts.db")
    with zhida.Ledger(path) as ledger:
        with pytest.raises(zhida.StreamError, match="ZD7103"):
            zhida.Ledger(path)
        assert repr(ledger) == f"<Ledger {path}>"
    with pytest.raises(zhida.UsageError, match="closed"):
        ledger.audit()
    with pytest.raises(zhida.StreamError, match="ZD7101"):
        zhida.Ledger(str(tmp_path / "none.db"), must_exist=True)
    with pytest.raises(zhida.UsageError, match="time zone"):
        zhida.Ledger(path).close_year("pool", 2026, by="lin", at=datetime(2026, 1, 1))
