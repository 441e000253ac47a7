"""Against a mock bank: every way in which it can answer, or not answer, ends reconciled."""

from __future__ import annotations

import pytest
import zhida
from bank import CLOSED_ACCOUNT, NOWHERE_ACCOUNT, OWN_BANK
from conftest import DAY, NOW, Office
from plans import row
from zhida import payment


def test_accepted_and_paid(office: Office) -> None:
    office.pay_all(row(1), row(2, 250_050))
    assert office.states() == {"1": "paid", "2": "paid"}
    office.bank.advance(1)
    reports = office.reconcile()
    assert [report.kind for report in reports] == ["camt.053"]
    assert reports[0].already == 2  # the statement tells it once more
    office.expect_agreement()


def test_some_rejected(office: Office) -> None:
    office.reserve(
        row(1),
        row(2, payee_bank=OWN_BANK, payee_account=CLOSED_ACCOUNT),
        row(3, payee_bank=OWN_BANK, payee_account=NOWHERE_ACCOUNT),
    )
    office.bank.call("PATCH", "/_mock/accounts/EURODIS", {"account_number": NOWHERE_ACCOUNT})
    office.bank.take(*office.export())
    reports = office.reconcile()
    assert reports[0].kind == "pain.002"
    assert (reports[0].pending, reports[0].rejected) == (1, 2)
    assert office.states() == {"1": "paid", "2": "rejected", "3": "rejected"}
    codes = [_payment(office, number).entries[-1].reason[:4] for number in (2, 3)]
    assert codes == ["AC04", "RC01"]

    # With the right account it goes under an id of its own, linked to the old one.
    old = office.id_of(2)
    answer = office.ledger.retry(
        old, zhida.Payee("泉州样例2有限公司", "6222020000000099", "105397000017"), by="lin", at=NOW
    )
    assert answer.id != old
    assert _payment(office, 2).link == old
    office.ledger.apply([zhida.Change(office.id_of(3), "void", reason="企业放弃")], by="lin", at=NOW)
    office.bank.take(*office.export())
    office.reconcile()
    assert office.states() == {"1": "paid", "2": "paid", "3": "void"}
    office.expect_agreement()


def test_returned_after_three_days(office: Office) -> None:
    office.bank.behave("return-later", days=3, reason="AC04")
    office.pay_all(row(1))
    assert office.states() == {"1": "paid"}
    office.bank.advance(4)
    reports = office.reconcile()
    # Announced by a pacs.004, booked by a camt.054, told again by a statement: it came back once.
    assert sum(report.returned for report in reports) == 1
    assert sum(report.announced for report in reports) == 1
    assert sum(report.returned_fen for report in reports) == 100_000
    assert office.states() == {"1": "returned"}
    # The key is free again: the same plan pays it anew, as a second attempt.
    assert office.reserve(row(1)).reserved == 1
    assert _payment(office, 1).attempt == 2
    office.expect_agreement()


def test_the_same_file_twice_pays_once(office: Office) -> None:
    office.reserve(row(1))
    files = office.export()
    office.bank.take(*files)
    office.bank.take(*files)  # the answer got lost, so it was sent again
    reports = office.reconcile()
    assert sum(report.paid for report in reports) == 1
    assert sum(report.rejected for report in reports) == 0
    assert office.states() == {"1": "paid"}
    assert len(office.bank.payments()) == 1
    office.expect_agreement()


def test_a_duplicate_before_any_answer_is_unknown_until_the_statement(office: Office) -> None:
    office.bank.behave("silent")
    office.reserve(row(1))
    files = office.export()
    office.bank.take(*files)
    office.bank.take(*files)
    first = [path for path in office.bank.answers("pain.002") if b"DUPL" in path.read_bytes()]
    report = payment.reconcile(office.ledger, first[0], by="wang", at=NOW)
    assert report.unknown == 1
    assert office.states() == {"1": "unknown"}
    assert office.export() == []
    office.reconcile()
    assert office.states() == {"1": "paid"}
    office.expect_agreement()


def test_a_wrong_control_sum_is_rejected_and_retried(office: Office) -> None:
    office.reserve(row(1), row(2))
    [path] = office.export()
    spoiled = path.read_text(encoding="utf-8").replace("<CtrlSum>2000.00<", "<CtrlSum>2000.01<", 1)
    wrong = path.with_name("spoiled.xml")
    wrong.write_text(spoiled, encoding="utf-8")
    office.bank.take(wrong)
    reports = office.reconcile()
    assert [(report.rejected, report.refused) for report in reports] == [(2, 0)]
    assert _payment(office, 1).entries[-1].reason.startswith("AM10")
    for number in (1, 2):
        assert office.ledger.retry(office.id_of(number), by="lin", at=NOW).result == "done"
    office.bank.take(*office.export())
    office.reconcile()
    assert office.states() == {"1": "paid", "2": "paid"}
    office.expect_agreement()


def test_a_lost_answer_is_unknown_and_never_paid_again_by_itself(office: Office) -> None:
    office.bank.behave("silent")
    office.reserve(row(1))
    office.bank.take(*office.export())
    assert payment.mark_unanswered(office.ledger, NOW + DAY, by="wang", at=NOW + DAY) == 1
    assert office.states() == {"1": "unknown"}
    assert office.reserve(row(1)).before == 1
    assert office.export() == []
    assert office.ledger.retry(office.id_of(1), by="lin", at=NOW).result == "refused"
    # The bank's debit notification, and then its statement, say what became of it.
    reports = office.reconcile()
    assert sum(report.paid for report in reports) == 1
    office.expect_agreement()


def test_a_statement_with_a_hole_leaves_the_payment_open(office: Office) -> None:
    office.bank.behave("statement-gap")
    office.reserve(row(1), row(2))
    office.bank.take(*office.export())
    for path in office.bank.answers("camt.054"):
        path.unlink()  # only the statement arrives
    office.bank.advance(1)
    reports = office.reconcile()
    statement = next(report for report in reports if report.kind == "camt.053")
    assert statement.paid == 1
    assert [found.code for found in statement.findings] == ["ZD8208"]
    assert statement.findings[0].is_warning
    assert sorted(office.states().values()) == ["paid", "pending"]


def test_the_whole_file_rejected(office: Office) -> None:
    office.bank.behave("reject-file")
    office.reserve(row(1), row(2))
    office.bank.take(*office.export())
    office.reconcile()
    assert office.states() == {"1": "rejected", "2": "rejected"}
    office.expect_agreement()


def test_an_answer_about_another_file_changes_nothing(office: Office) -> None:
    office.reserve(row(1))
    office.bank.take(*office.export())
    [answer] = office.bank.answers("pain.002")
    with pytest.raises(zhida.LedgerError) as caught:
        payment.reconcile(
            office.ledger,
            answer.read_bytes().replace(b"ZD-20261130-0001", b"ZD-20261130-0099"),
            by="wang",
            at=NOW,
        )
    assert caught.value.diagnostics[0].code == "ZD8301"
    assert office.states() == {"1": "exported"}


def _payment(office: Office, number: int) -> zhida.ledger.Payment:
    found = office.ledger.payment(office.id_of(number))
    assert found is not None
    return found
