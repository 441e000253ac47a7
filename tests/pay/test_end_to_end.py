"""From firms to paid, killed again and again: ledger, files and bank agree to the fen.

A process screens, plans, reserves, exports, hands files to the bank and takes its answers in. It is killed
(-9) at random moments and started anew, with no memory but its folder. ZHIDA_SEED chooses the moments;
ZHIDA_TEST_SIZE=full takes 100,000 firms and 50 kills instead of 5,000 and 5.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from bank import CLOSED_ACCOUNT, NOWHERE_ACCOUNT, OWN_BANK, PROFILE, Bank
from conftest import NOW, control_sum
from office_day import BY_HAND
from zhida import demo_firms, payment
from zhida.demo_accounts import with_account

FULL = os.environ.get("ZHIDA_TEST_SIZE") == "full"
FIRMS, KILLS = (100_000, 50) if FULL else (5_000, 5)
RUN_SECONDS_MAX = 1_200 if FULL else 300
# The longest time to the blow, from the begin of a process and from that of a stage it reaches.
LONGEST_SECONDS = 4.0 if FULL else 1.5
STAGE_SECONDS = {"planned": 2.0, "exported": 0.4, "sent": 1.0, "answers": 4.0}
CLOSED_EVERY, NOWHERE_EVERY = 40, 55  # firms whose account is closed, or of no bank
DAY = Path(__file__).with_name("office_day.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("out", "sent", "read"):
        (tmp_path / name).mkdir()
    (tmp_path / "bank.yaml").write_text(
        PROFILE + f"transfers_max: {3_000 if FULL else 500}\n", encoding="utf-8"
    )
    write_firms(tmp_path / "firms.ndjson")
    return tmp_path


def write_firms(path: Path) -> None:
    """Made-up firms with accounts."""
    demo_firms.write_ndjson(path, FIRMS, 1, demo_firms.AS_OF, processes=0)
    lines = path.read_bytes().splitlines(keepends=True)
    with path.open("wb") as out:
        for number, line in enumerate(map(with_account, lines)):
            if number % CLOSED_EVERY == 7:
                line = moved(line, CLOSED_ACCOUNT)
            elif number % NOWHERE_EVERY == 11:
                line = moved(line, NOWHERE_ACCOUNT)
            out.write(line)


def moved(line: bytes, account: str) -> bytes:
    """The firm with another account, at the mock bank itself."""
    other = f'"account":"{account}","bank":"{OWN_BANK}"'.encode()
    return re.sub(rb'"account":"[^"]*","bank":"[^"]*"', other, line)


@pytest.fixture
def city_bank(folder: Path) -> Iterator[Bank]:
    made = Bank(folder / "bank", interval_ms=100)
    made.call("PATCH", "/_mock/accounts/EURODIS", {"account_number": NOWHERE_ACCOUNT})
    yield made
    made.close()


def start(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, str(DAY), str(folder)], stdout=log, stderr=log)


STAGES = ("nothing", "planned", "exported", "sent", "answers")


def test_killed_and_resumed_every_fen_is_accounted_for(folder: Path, city_bank: Bank) -> None:
    seed = int(os.environ.get("ZHIDA_SEED") or random.SystemRandom().randrange(2**32))
    print(f"seed {seed}")
    moments = random.Random(seed)
    reached = Counter[str]()
    until = time.monotonic() + RUN_SECONDS_MAX
    while True:
        process = start(folder)
        status = wait_or_kill(process, folder, moments, reached)
        assert status in (0, None), (folder / "log").read_text()[-2000:]
        assert time.monotonic() < until, "the day does not end"
        # What was handed over is read; what the bank answers is for the next round.
        handed = any(city_bank.drop.glob("*.xml"))
        city_bank.scan()
        if status == 0 and not handed and not unread(folder, city_bank) and reached.total() >= KILLS:
            break
    print(f"{reached.total()} kills, by what was there: {dict(reached)}")
    assert all(reached[at] for at in STAGES) or not FULL
    agree(folder, city_bank)


def wait_or_kill(
    process: subprocess.Popen[bytes], folder: Path, moments: random.Random, reached: Counter[str]
) -> int | None:
    """The status of the day, or None if it was killed. Blows are spread over what it has come to."""
    where, strike_at = "", 0.0
    while (status := process.poll()) is None:
        now, at = time.monotonic(), stage(folder)
        if at != where:
            longest = STAGE_SECONDS[at] if where else LONGEST_SECONDS
            where, strike_at = at, now + moments.uniform(0, longest)
        due = KILLS * (STAGES.index(at) + 1) // len(STAGES)
        if reached.total() < due and now >= strike_at:
            process.send_signal(signal.SIGKILL)
            process.wait()
            reached[at] += 1
            return None
        time.sleep(0.01)
    return status


def stage(folder: Path) -> str:
    if any((folder / "read").iterdir()):
        return "answers"
    if any((folder / "sent").iterdir()):
        return "sent"
    if any((folder / "out").iterdir()):
        return "exported"
    return "planned" if (folder / "plan.parquet").exists() else "nothing"


def unread(folder: Path, bank: Bank) -> list[Path]:
    return [path for path in bank.answers() if not (folder / "read" / path.name).exists()]


def agree(folder: Path, bank: Bank) -> None:
    """Plan, ledger, files and bank tell the same story."""
    plan = due(folder)
    planned = {key_of(row): row["amount_fen"] for row in plan}
    assert len(planned) == len(plan) > FIRMS / 2
    held = {key_of(row) for row in plan if row["status"] == "hold"}
    with zhida.Ledger(str(folder / "payouts.db"), must_exist=True) as ledger:
        assert ledger.audit().ok
        rows = pa.table(ledger.payments()).to_pylist()
        ledger_fen = {row["id"]: row["amount_fen"] for row in rows}
        states = {row["id"]: row["state"] for row in rows if row["state"] != "held"}

        # Nothing was lost and nothing was doubled: each row of the plan is one payment of its amount.
        assert {key_of(row): row["amount_fen"] for row in rows} == planned
        assert len(rows) == len(planned)
        assert {key_of(row) for row in rows if row["state"] == "held"} == held
        assert set(states.values()) == {"paid", "rejected"}

        # The bank decided on each payment once, and on nothing else.
        decided = bank.payments()
        assert Counter(p["end_to_end_id"] for p in decided) == Counter(list(states))
        for decision in decided:
            id = decision["end_to_end_id"]
            assert decision["amount"] == ledger_fen[id]
            assert states[id] == ("paid" if decision["booked_at"] else "rejected")

        # Each file is what was recorded, and its transfers, counted again, are its head's.
        files = [file for file in ledger.files if file.outgoing]
        for file in files:
            path = folder / "out" / f"{file.id}.xml"
            assert control_sum(path) == (file.count, file.total_fen)
        assert sum(file.count for file in files) == len(planned) - len(held)
        assert not list((folder / "out").glob("*.part"))

        pools_agree(ledger, folder, rows)
        booked_fen = sum(p["amount"] for p in decided if p["booked_at"])
        assert sum(balance.posted_fen for balance in ledger.balances) == booked_fen
        print(
            f"{len(planned):,} payments, {len(held):,} of them held, {booked_fen / 100:,.2f} yuan paid, "
            f"{len(files)} files, {len(ledger.balances)} pools"
        )
        pay_the_rejected(folder, bank, ledger)


def due(folder: Path) -> list[dict[str, Any]]:
    """What the plan gives to somebody, from a pool or by a budget of its own."""
    columns = ["subject", "kind", "object", "year", "part", "policy", "pool", "status", "amount_fen"]
    rows = pq.read_table(folder / "plan.parquet", columns=columns).to_pylist()
    return [
        {**row, "object": row["object"] or "", "part": str(row["part"])}
        for row in rows
        if row["status"] != "nothing" and row["amount_fen"] and (row["pool"] or row["policy"] in BY_HAND)
    ]


def pools_agree(ledger: zhida.Ledger, folder: Path, rows: list[dict[str, Any]]) -> None:
    """Each pool has the pack's budget, and holds and has paid what its payments say."""
    budgets = payment.plan_budgets(folder / "plan.parquet").pools
    given = {balance.pool: balance.budget_fen for balance in ledger.balances if balance.pool not in BY_HAND}
    assert given == {pool.pool: pool.total_fen for pool in budgets}
    for balance in ledger.balances:
        own = [row for row in rows if row["pool"] == balance.pool]
        paid_fen = sum(row["amount_fen"] for row in own if row["state"] == "paid")
        assert (balance.posted_fen, balance.returned_fen) == (paid_fen, 0)
        assert balance.reserved_fen == sum(row["amount_fen"] for row in own) - paid_fen


def pay_the_rejected(folder: Path, bank: Bank, ledger: zhida.Ledger) -> None:
    """With accounts that exist, what was rejected is paid as well, under new ids."""
    rejected = pa.table(ledger.payments(state="rejected")).to_pylist()
    retried = rejected[: 200 if FULL else 40]
    assert retried
    for row in retried:
        payee = zhida.Payee(row["payee_name"], "6222990000000001", "105397000017")
        assert ledger.retry(row["id"], payee, by="lin", at=NOW).result == "done"
    profile = payment.Bank.load(folder / "bank.yaml")
    report = payment.export(ledger, profile, folder / "out", execute_on="2026-11-30", by="wang", at=NOW)
    bank.take(*[Path(file.path) for file in report.files])
    for path in unread(folder, bank):
        payment.reconcile(ledger, path, by="wang", at=NOW)
    assert len(pa.table(ledger.payments(state="rejected"))) == len(rejected) - len(retried)
    booked = [p["amount"] for p in bank.payments() if p["booked_at"]]
    assert sum(balance.posted_fen for balance in ledger.balances) == sum(booked)
    assert ledger.audit().ok


def key_of(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("subject", "kind", "object", "year", "part"))
