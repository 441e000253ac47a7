"""Random histories of a ledger by Hypothesis, against a reference of plain dictionaries.

What fails is made as small as it can be and printed as a program. The longer run against a reference is in
C++ (tests/ledger/model_test.cc); this one goes through the Python package and finds the shortest history.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
import zhida
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from zhida import Change, EventKey, Payee, Reservation

AT = 1_780_000_000
WAYS = {
    "hold": {"reserved": "held"},
    "release": {"held": "reserved"},
    "withdraw": {"exported": "reserved"},
    "pending": {"exported": "pending", "unknown": "pending"},
    "unknown": {"exported": "unknown", "pending": "unknown"},
    "post": {"exported": "paid", "pending": "paid", "unknown": "paid"},
    "reject": {"exported": "rejected", "pending": "rejected", "unknown": "rejected"},
    "void": {"reserved": "void", "held": "void", "rejected": "void"},
}


@dataclass
class Money:
    """One attempt at an event."""

    id: str
    fen: int
    account: str
    by: str
    state: str = "reserved"
    back: int = 0
    references: dict[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        return 0 if self.state == "void" else self.fen - self.back


class LedgerMachine(RuleBasedStateMachine):
    """Three subjects, one pool, two people."""

    def __init__(self) -> None:
        super().__init__()
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
        self.folder = tempfile.mkdtemp(dir=memory)
        self.path = str(Path(self.folder) / "payouts.db")
        self.ledger = zhida.Ledger(self.path)
        self.ledger.set_budget("pool", 2026, 20, by="lin", at=AT)
        self.budget = 20
        self.events: dict[str, list[Money]] = {}
        self.files = 0

    def teardown(self) -> None:
        report = self.ledger.audit()
        assert report.ok, report.findings
        self.ledger.close()
        shutil.rmtree(self.folder)

    @property
    def used(self) -> int:
        return sum(money.used for attempts in self.events.values() for money in attempts)

    @rule(total=st.integers(0, 30))
    def set_budget(self, total: int) -> None:
        try:
            self.ledger.set_budget("pool", 2026, total, by="lin", at=AT)
            assert total >= self.used
            self.budget = total
        except zhida.LedgerError as error:
            assert error.diagnostics[0].code == "ZD7115"
            assert total < self.used

    @rule(
        subject=st.sampled_from("ABC"),
        fen=st.integers(1, 9),
        account=st.sampled_from("12"),
        by=st.sampled_from(["lin", "wu"]),
    )
    def reserve(self, subject: str, fen: int, account: str, by: str) -> None:
        key = EventKey(subject, "award", "", 2026)
        (answer,) = self.ledger.reserve(
            [Reservation(key, "p", "pool", fen, Payee("Firm", account))], by=by, at=AT
        )
        attempts = self.events.setdefault(subject, [])
        code = answer.refusal.code if answer.refusal else ""
        if attempts and attempts[-1].state not in ("void", "returned"):
            old = attempts[-1]
            expected = "ZD7120" if old.fen != fen else "ZD7121" if old.account != account else ""
            assert code == expected
            assert answer.id == old.id
            assert answer.result == ("refused" if expected else "before")
        elif fen > self.budget - self.used:
            assert code == "ZD7114"
        else:
            assert (answer.result, answer.attempt) == ("done", len(attempts) + 1)
            attempts.append(Money(answer.id, fen, account, by))

    @precondition(lambda self: any(self.events.values()))
    @rule(data=st.data(), kind=st.sampled_from(sorted(WAYS)))
    def step(self, data: st.DataObject, kind: str) -> None:
        money = self.pick(data)
        (answer,) = self.ledger.apply([Change(money.id, kind)], by="wu", at=AT)
        target = WAYS[kind].get(money.state)
        if target is not None:
            money.state = target
            assert (answer.result, answer.state) == ("done", target)
        else:
            repeated = money.state in WAYS[kind].values() and kind not in ("release", "withdraw")
            repeated = repeated or (kind == "post" and money.state == "returned")
            assert answer.result == ("before" if repeated else "refused")

    @precondition(lambda self: any(self.events.values()))
    @rule(data=st.data(), fen=st.integers(1, 5), reference=st.sampled_from("xyz"))
    def money_back(self, data: st.DataObject, fen: int, reference: str) -> None:
        money = self.pick(data)
        (answer,) = self.ledger.apply([Change(money.id, "return", fen, reference=reference)], by="wu", at=AT)
        if reference in money.references:
            assert answer.result == ("before" if money.references[reference] == fen else "refused")
        elif money.state == "paid" and money.back + fen <= money.fen:
            assert answer.result == "done"
            money.references[reference] = fen
            money.back += fen
            if money.back == money.fen:
                money.state = "returned"
        else:
            assert answer.result == "refused"

    @precondition(lambda self: any(self.events.values()))
    @rule(data=st.data(), by=st.sampled_from(["lin", "wu"]))
    def export(self, data: st.DataObject, by: str) -> None:
        money = self.pick(data)
        self.files += 1
        try:
            self.ledger.export(f"f{self.files}", "sha256:0", [money.id], by=by, at=AT)
            assert money.state == "reserved"
            assert money.by != by
            money.state = "exported"
        except zhida.LedgerError as error:
            expected = "ZD7131" if money.state != "reserved" else "ZD7133"
            assert error.diagnostics[0].code == expected

    @rule()
    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = zhida.Ledger(self.path)

    @invariant()
    def adds_up(self) -> None:
        (balance,) = self.ledger.balances
        assert balance.budget_fen == self.budget
        assert balance.free_fen == self.budget - self.used
        assert balance.free_fen >= 0

    def pick(self, data: st.DataObject) -> Money:
        return data.draw(st.sampled_from([m for attempts in self.events.values() for m in attempts]))


LedgerMachine.TestCase.settings = settings(
    max_examples=1000 if os.environ.get("ZHIDA_TEST_SIZE") == "full" else 40,
    stateful_step_count=50,
    deadline=None,
    derandomize="ZHIDA_SEED" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestLedgerMachine = LedgerMachine.TestCase
