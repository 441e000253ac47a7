"""Zhida (直达) matches policies with the firms they are meant for: exact, three-valued, explained.

import zhida

pack = zhida.load("rules/quanzhou")
engine = zhida.Engine(pack, as_of="2025-06-30")
match = engine.match({"uscc": "91350582YYYY00001U", "营业收入": {2024: 5200}})
match.eligible, match["fj-rd-increment"].missing
engine.screen("firms.parquet").write("pairs.parquet")
"""

from zhida import _native
from zhida.engine import Engine, encode
from zhida.errors import (
    Cancelled,
    DataError,
    Diagnostic,
    InternalError,
    LedgerError,
    PackError,
    StreamError,
    UsageError,
    ZhidaError,
)
from zhida.health import Finding, HealthReport, check_health
from zhida.ledger import (
    Audit,
    Balance,
    Change,
    Entry,
    EventKey,
    Head,
    Ledger,
    LedgerAnswer,
    LedgerFile,
    Payee,
    Payment,
    Reservation,
)
from zhida.pack import Fact, Pack, Policy, load
from zhida.papers import Deadline, Paper
from zhida.remedies import Gap, NearMiss, Needed
from zhida.results import (
    OUTCOMES,
    CaseResult,
    Clause,
    Decision,
    Explanation,
    Match,
    Missing,
    Outcome,
    OutcomeName,
    TestReport,
)
from zhida.screen import Population, Progress, Screen
from zhida.settlement import PayPlan, settle
from zhida.simulation import Simulation, Sweep, simulate

__version__ = _native.version()

__all__ = [
    "OUTCOMES",
    "Audit",
    "Balance",
    "Cancelled",
    "CaseResult",
    "Change",
    "Clause",
    "DataError",
    "Deadline",
    "Decision",
    "Diagnostic",
    "Engine",
    "Entry",
    "EventKey",
    "Explanation",
    "Fact",
    "Finding",
    "Gap",
    "Head",
    "HealthReport",
    "InternalError",
    "Ledger",
    "LedgerAnswer",
    "LedgerError",
    "LedgerFile",
    "Match",
    "Missing",
    "NearMiss",
    "Needed",
    "Outcome",
    "OutcomeName",
    "Pack",
    "PackError",
    "Paper",
    "PayPlan",
    "Payee",
    "Payment",
    "Policy",
    "Population",
    "Progress",
    "Reservation",
    "Screen",
    "Simulation",
    "StreamError",
    "Sweep",
    "TestReport",
    "UsageError",
    "ZhidaError",
    "__version__",
    "check_health",
    "encode",
    "load",
    "settle",
    "simulate",
]
