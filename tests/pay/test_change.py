"""When facts change: differences, money asked back, and the same plan again."""

from __future__ import annotations

import pyarrow as pa
import pytest
import zhida
from conftest import NOW, Office
from plans import row, table
from zhida import payment


def test_the_same_plan_again_changes_nothing(office: Office) -> None:
    rows = [row(1), row(2, status="hold", reason="账户名称不符"), row(3, status="nothing")]
    first = office.reserve(*rows)
    assert (first.reserved, first.held, first.nothing, first.rows) == (1, 1, 1, 3)
    assert office.states() == {"1": "reserved", "2": "held"}
    head = office.ledger.head
    again = office.reserve(*rows)
    assert (again.before, again.before_fen, again.nothing) == (2, 200_000, 1)
    assert office.ledger.head == head
    assert first.adds_up and again.adds_up


def test_a_policy_without_a_pool_has_one_of_its_own(office: Office) -> None:
    assert office.reserve(row(1, pool=None)).no_pool == 1
    office.ledger.set_budget("fj-rd-increment", 2026, 100_000, by="lin", at=NOW)
    assert office.reserve(row(1, pool=None)).reserved == 1


def test_a_held_payment_goes_out_only_when_a_person_lets_it(office: Office) -> None:
    office.reserve(row(1, status="hold", reason="账户名称不符"))
    assert office.export() == []
    [answer] = office.ledger.apply(
        [zhida.Change(office.id_of(1), "release", reason="已核实")], by="lin", at=NOW
    )
    assert answer.state == "reserved"
    assert len(office.export()) == 1


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"amount_fen": 1}, "ZD7120"),
        ({"payee_account": "1"}, "ZD7121"),
        ({"policy": "another"}, "ZD7122"),
        ({"pool": "unknown"}, "ZD7122"),
    ],
)
def test_another_body_for_the_same_event_is_refused(
    office: Office, other: dict[str, object], code: str
) -> None:
    office.reserve(row(1))
    report = office.reserve({**row(1), **other})
    assert (report.refused, report.adds_up) == (1, True)
    assert report.findings[0].code == code
    assert office.states() == {"1": "reserved"}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"pool": "unknown"}, "ZD7112"),
        ({"amount_fen": 10**12 + 1}, "ZD7114"),
        ({"amount_fen": -5}, "ZD7111"),
        ({"amount_fen": 2**63 - 1}, "ZD7111"),
        ({"year": 2025}, "ZD7112"),
        ({"subject": ""}, "ZD7110"),
    ],
)
def test_what_the_ledger_cannot_reserve_is_refused(
    office: Office, other: dict[str, object], code: str
) -> None:
    report = office.reserve({**row(1), **other}, row(2))
    assert (report.refused, report.reserved) == (1, 1)
    assert report.findings[0].code == code
    assert report.adds_up


def test_a_closed_year_takes_nothing_new(office: Office) -> None:
    office.reserve(row(1))
    office.ledger.close_year("rd", 2026, by="lin", at=NOW)
    report = office.reserve(row(1), row(2))
    assert (report.before, report.refused) == (1, 1)
    assert report.findings[0].code == "ZD7113"


def test_an_account_in_another_name_is_held(office: Office) -> None:
    rows = pa.Table.from_pylist([{**row(1), "subject_name": "泉州样例甲有限公司"}])
    report = payment.reserve_plan(office.ledger, rows, by="lin", at=NOW)
    assert (report.held, report.held_fen) == (1, 100_000)
    found = office.ledger.payment(office.id_of(1))
    assert found is not None
    assert "泉州样例1有限公司" in found.entries[-1].reason


def test_a_higher_amount_pays_the_difference_once(office: Office) -> None:
    office.pay_all(row(1, 100_000))
    assert office.reserve(row(1, 160_000)).refused == 1
    for _ in range(2):
        report = office.reserve(row(1, 160_000), differences=True)
    assert report.before == 1  # the second time there is nothing to do
    more = office.ledger.payment(office.id_of(1, "1+1"))
    assert more is not None
    assert (more.amount_fen, more.link) == (60_000, office.id_of(1))
    office.bank.take(*office.export())
    office.reconcile()
    assert office.reserve(row(1, 175_000), differences=True).differences_fen == 15_000
    office.bank.take(*office.export())
    office.reconcile()
    assert office.ledger.balances[0].posted_fen == 175_000
    office.expect_agreement()


def test_a_lower_amount_is_asked_back_once(office: Office) -> None:
    office.pay_all(row(1, 100_000))
    for _ in range(2):
        report = office.reserve(row(1, 70_000), differences=True)
    assert report.before == 1
    paid = office.ledger.payment(office.id_of(1))
    assert paid is not None
    assert (paid.demanded_fen, paid.state) == (30_000, "paid")
    # Up again: the difference is to what is left after the demand.
    assert office.reserve(row(1, 90_000), differences=True).differences_fen == 20_000


def test_less_than_is_reserved_waits_for_what_is_under_way(office: Office) -> None:
    office.reserve(row(1, 100_000))
    report = office.reserve(row(1, 70_000), differences=True)
    assert report.findings[0].code == "ZD8402"
    assert "void" in report.findings[0].mend
    office.export()
    report = office.reserve(row(1, 70_000), differences=True)
    assert "wait for the bank" in report.findings[0].mend
    assert report.adds_up


def test_money_is_recovered_by_new_entries(office: Office) -> None:
    office.pay_all(row(1, 100_000))
    id = office.id_of(1)
    demand = zhida.Change(id, "demand", 100_000, reference="提前迁出", reason="提前迁出")
    assert office.ledger.apply([demand], by="lin", at=NOW)[0].result == "done"
    assert office.ledger.apply([demand], by="lin", at=NOW)[0].result == "before"
    back = zhida.Change(id, "recover", 100_000, reference="进账 20261201-7", reason="提前迁出")
    assert office.ledger.apply([back], by="lin", at=NOW)[0].state == "returned"
    found = office.ledger.payment(id)
    assert found is not None
    assert [entry.kind for entry in found.entries][-3:] == ["post", "demand", "recover"]
    assert office.ledger.balances[0].returned_fen == 100_000
    assert office.ledger.audit().ok


def test_a_plan_without_its_columns_is_refused(office: Office, tmp_path: object) -> None:
    import pyarrow.parquet as pq

    path = office.folder / "plan.parquet"
    pq.write_table(table([row(1)]).drop_columns(["payee_account"]), path)
    with pytest.raises(zhida.UsageError, match="payee_account is missing"):
        payment.reserve_plan(office.ledger, path, by="lin", at=NOW)
    path.write_bytes(b"no parquet")
    with pytest.raises(zhida.StreamError, match="cannot be read"):
        payment.reserve_plan(office.ledger, path, by="lin", at=NOW)


def test_keys_are_read_as_they_are_shown() -> None:
    assert payment.parse_key("ZD0123") == "ZD0123"
    assert payment.parse_key("9135/rd//2026/1") == zhida.EventKey("9135", "rd", "", 2026, "1")
    assert payment.parse_key("9135/rd/a/b/2026/1+1") == zhida.EventKey("9135", "rd", "a/b", 2026, "1+1")
    for bad in ("", "a/b", "a/b/c/d/1"):
        with pytest.raises(zhida.UsageError):
            payment.parse_key(bad)
