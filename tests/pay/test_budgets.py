"""Budgets: a ledger takes them from the pack by way of the plan, and a person may set others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plans
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import NOW, Office
from plans import row
from zhida import payment
from zhida.cli import main
from zhida.plan_budgets import PlanBudgets, PoolBudget, follow

PACK = str(Path(__file__).resolve().parents[2] / "rules/settlement-vectors")


def plan_of(*rows: dict[str, Any], pools: tuple[PoolBudget, ...]) -> pa.Table:
    metadata = PlanBudgets(2026, pools).to_metadata()
    return plans.table(rows).replace_schema_metadata(metadata)


def pool(name: str, total_fen: int, carried_fen: int = 0, year: int = 2026) -> PoolBudget:
    return PoolBudget(name, name, year, total_fen, carried_fen)


def budgets_of(office: Office) -> dict[tuple[str, int], int]:
    return {(b.pool, b.year): b.budget_fen for b in office.ledger.balances}


def reserve(office: Office, plan: pa.Table) -> payment.PlanReport:
    report = payment.reserve_plan(office.ledger, plan, by="lin", at=NOW)
    assert report.adds_up
    return report


def test_a_pool_that_is_new_gets_the_packs_budget(office: Office) -> None:
    plan = plan_of(row(1, pool="city"), pools=(pool("city", 150_000, 20_000),))
    report = reserve(office, plan)
    assert (report.reserved, [found.pool for found in report.budgets]) == (1, ["city"])
    assert budgets_of(office)["city", 2026] == 170_000
    head = office.ledger.head
    assert (reserve(office, plan).before, office.ledger.head) == (1, head)


def test_the_ledger_holds_the_line_that_the_pack_drew(office: Office) -> None:
    rows = [row(1, pool="city"), row(2, pool="city")]
    report = reserve(office, plan_of(*rows, pools=(pool("city", 150_000),)))
    assert (report.reserved, report.refused, report.findings[0].code) == (1, 1, "ZD7114")


def test_a_budget_that_stands_is_a_persons_word(office: Office) -> None:
    plan = plan_of(row(1), pools=(pool("rd", 500_000),))
    report = reserve(office, plan)
    assert [found.code for found in report.findings] == ["ZD8403"]
    assert report.findings[0].is_warning and report.reserved == 1
    assert budgets_of(office)["rd", 2026] == 10**12


def test_following_the_plan_raises_and_lowers_but_not_below_what_is_committed(office: Office) -> None:
    reserve(office, plan_of(row(1), pools=()))
    changed = follow(office.ledger, PlanBudgets(2026, (pool("rd", 100_000),)), by="lin", at=NOW)
    assert [found.pool for found in changed] == ["rd"]
    assert budgets_of(office)["rd", 2026] == 100_000
    head = office.ledger.head
    too_low = PlanBudgets(2026, (pool("new", 5), pool("rd", 99_999)))
    with pytest.raises(zhida.LedgerError, match="no budget was changed") as refused:
        follow(office.ledger, too_low, by="lin", at=NOW)
    assert refused.value.diagnostics[0].code == "ZD7115"
    assert office.ledger.head == head
    assert follow(office.ledger, PlanBudgets(2026, (pool("rd", 100_000),)), by="lin", at=NOW) == []


def test_what_a_year_left_counts_once(office: Office) -> None:
    office.ledger.set_budget("city", 2025, 80_000, by="lin", at=NOW)
    plan = plan_of(row(1, amount_fen=1000, pool="city"), pools=(pool("city", 100_000, 80_000),))
    # The year before is still open: its money is there.
    reserve(office, plan)
    assert budgets_of(office)["city", 2026] == 100_000
    assert not reserve(office, plan).findings
    office.ledger.close_year("city", 2025, by="lin", at=NOW)
    assert office.ledger.carry_over("city", 2025, by="lin", at=NOW) == 80_000
    assert not reserve(office, plan).findings
    assert budgets_of(office) == {("city", 2025): 0, ("city", 2026): 180_000, ("rd", 2026): 10**12}
    assert follow(office.ledger, PlanBudgets(2026, (pool("city", 100_000, 80_000),)), by="lin", at=NOW) == []


def test_rows_of_no_pool_are_left_alone_until_somebody_gives_them_a_budget(office: Office) -> None:
    rows = [row(1), row(2, pool=None, policy="relief", kind="relief", pool_year=None, year=0)]
    plan = plan_of(*rows, pools=())
    report = reserve(office, plan)
    assert (report.reserved, report.refused) == (1, 0)
    assert (report.no_pool, report.no_pool_fen, report.no_pool_policies) == (1, 100_000, ["relief"])
    office.ledger.set_budget("relief", 2026, 100_000, by="lin", at=NOW)
    again = reserve(office, plan)
    assert (again.before, again.reserved, again.no_pool) == (1, 1, 0)
    assert {b.pool: b.free_fen for b in office.ledger.balances}["relief"] == 0


def test_earlier_payments_count_for_the_year_whose_budget_they_took(tmp_path: Path) -> None:
    engine = zhida.Engine(zhida.load(PACK), "2026-06-30")
    awards = pa.table({"subject": ["A"], "policy": ["queue"], "amount_fen": [100]})
    paid = {"subject": ["B"], "policy": ["queue"], "date": ["2027-01-04"], "amount_fen": [7]}
    for pool_year, committed_fen in ((2026, 7), (2027, 0), (None, 0)):
        history = pa.table({**paid, "pool_year": pa.array([pool_year], pa.int32())})
        pools = zhida.settle(engine, awards, history=history).summary["settlement"]["pools"]
        assert {found["pool"]: found.get("committed_fen") for found in pools}["queue"] == committed_fen


def test_the_packs_pools_come_to_the_ledger_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms, plan = tmp_path / "firms.ndjson", tmp_path / "plan.parquet"
    firm = {"uscc": "A1", "应付": 30, "申报日期": "2026-01-01", "得分": 88, "企业名称": "甲", "账户名": "甲"}
    firms.write_text(json.dumps({**firm, "账号": "62001", "开户行": "403391000000", "区县": "350521"}) + "\n")
    by = ["--ledger", str(tmp_path / "pay.db"), "--as", "林"]
    assert main(["pay", "plan", PACK, str(firms), "--as-of", "2026-06-30", "-o", str(plan), "-q"]) == 0
    named = {found.pool: found for found in payment.plan_budgets(plan).pools}
    # The pool with quotas is one to the ledger; the year before left all of its budget to `queue`.
    assert (named["regional"].total_fen, named["queue"].carried_fen) == (100_000_000, 60_000_000)
    assert "open" not in named
    capsys.readouterr()

    assert main(["pay", "reserve", str(plan), *by]) == 2
    assert "there is no ledger" in capsys.readouterr().err
    assert not (tmp_path / "pay.db").exists()
    assert main(["pay", "budget", "--plan", str(plan), *by]) == 0
    assert "Pool queue of 2026: budget 1,000,000.00 yuan" in capsys.readouterr().out
    assert main(["pay", "reserve", str(plan), *by, "--format", "json"]) in (0, 5)
    assert json.loads(capsys.readouterr().out)["reserved"] > 0

    assert main(["pay", "budget", "queue", "2026", "2000000", *by]) == 0
    assert main(["pay", "budget", "--plan", str(plan), *by]) == 0
    assert "Pool queue of 2026: budget 1,000,000.00 yuan" in capsys.readouterr().out
    assert main(["pay", "close", "queue", "2026", *by]) == 0
    assert "yuan that were free went over to 2027" in capsys.readouterr().out
    assert main(["pay", "budget", "queue", "2026", "1", *by]) == 5
    assert "ZD7113" in capsys.readouterr().err


REFUSED = [
    ([], "give POOL YEAR YUAN, or --plan PLAN"),
    (["rd", "2026"], "give POOL YEAR YUAN, or --plan PLAN"),
    (["rd", "2026", "5", "--plan", "plan.parquet"], "give POOL YEAR YUAN, or --plan PLAN"),
    (["--plan", "none.parquet"], "cannot be read"),
    (["--plan", "by-hand.parquet"], "holds no budgets"),
]


@pytest.mark.parametrize(("arguments", "part"), REFUSED)
def test_budget_commands_that_make_no_sense(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    pq.write_table(plans.table([row(1)]), "by-hand.parquet")
    assert main(["pay", "budget", *arguments, "--ledger", "pay.db", "--as", "林"]) == 2
    assert part in capsys.readouterr().err


REFUSED_ROWS = [
    ({"pool": "nobody"}, "ZD7112", "pool nobody has no budget for 2026"),
    ({"amount_fen": -5}, "ZD7111", "is not above zero"),
    ({"amount_fen": 2**61}, "ZD7111", "is larger than any budget"),
    ({"payee_account": None, "status": "hold", "reason": "payee_unknown"}, "ZD7110", "account is missing"),
    ({"subject_name": "另一家公司", "payee_name": "\x00"}, "ZD7110", "without NUL"),
]


@pytest.mark.parametrize(("other", "code", "part"), REFUSED_ROWS)
def test_a_refused_row_is_named_and_the_others_go(
    office: Office, other: dict[str, Any], code: str, part: str
) -> None:
    report = office.reserve(row(1, **other), row(2))
    assert (report.refused, report.reserved, report.adds_up) == (1, 1, True)
    [found] = report.findings
    assert found.code == code and part in str(found)
    assert found.what.startswith("913505000000000001, fj-rd-increment: ")


def test_a_closed_year_takes_nothing_more(office: Office) -> None:
    office.reserve(row(1))
    office.ledger.close_year("rd", 2026, by="lin", at=NOW)
    report = office.reserve(row(1), row(2))
    assert (report.before, report.refused, report.findings[0].code) == (1, 1, "ZD7113")


def test_an_account_in_another_name_waits(office: Office) -> None:
    table = plans.table([row(1)]).append_column("subject_name", pa.array(["另一家公司"]))
    report = payment.reserve_plan(office.ledger, table, by="lin", at=NOW)
    assert (report.held, office.states()) == (1, {"1": "held"})
