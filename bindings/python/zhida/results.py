"""What the engine answers, as frozen objects. Money is int fen and Decimal yuan, never float."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any, Literal

from zhida.answer import AboutSubject, Told
from zhida.answer import parse as parse
from zhida.remedies import Change, Needed

__all__ = [
    "OUTCOMES",
    "CaseResult",
    "Clause",
    "Decision",
    "Explanation",
    "Match",
    "Missing",
    "Outcome",
    "OutcomeName",
    "TestReport",
    "yuan",
]

OutcomeName = Literal["eligible", "conditional", "undetermined", "ineligible", "error"]
# In the order of masks of the C API.
# Of the pairs of a screen, in the order in which they come.
COLUMNS = ("row", "subject", "policy", "outcome", "amount_fen")
OUTCOMES: tuple[OutcomeName, ...] = ("eligible", "conditional", "undetermined", "ineligible", "error")


def yuan(fen: int | None) -> Decimal | None:
    """Fen as yuan: 123456 -> Decimal('1234.56'). Exact for any size."""
    if fen is None:
        return None
    return Decimal(fen).scaleb(-2) if abs(fen) < 10**26 else Decimal(f"{fen}E-2")


def yuan_text(fen: int | None) -> str:
    """'1,234.56'; '' for None."""
    if fen is None:
        return ""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a policy and its truth: true, false, unknown or error. `cause` says why it is unknown."""

    id: str
    truth: Literal["true", "false", "unknown", "error"]
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, and why: missing, stale, conflict, not_authorised or vague_rule."""

    fact: str
    cause: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the pack: `value` as Python data (numbers as int or Decimal), None unless `state` is
    known. `missing` are the unknown facts that an unknown one met.
    """

    id: str
    state: Literal["known", "unknown", "error"]
    value: Any = None
    cause: str | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy means for the subject.

    `amount_fen` is int fen, for eligible and conditional only, and None where the policy has no amount.
    `reason` is scope, condition, amount or evaluation. `promised` names what a conditional outcome rests on
    (facts and clauses), `missing` the unknown facts of an undetermined one. `clauses` is empty when the match
    was asked for without them.
    """

    policy: str
    outcome: OutcomeName
    amount_fen: int | None = None
    reason: str | None = None
    title: str = ""
    promised: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    clauses: tuple[Clause, ...] = ()
    error: str | None = None

    @property
    def amount(self) -> Decimal | None:
        """The amount in yuan, exact."""
        return yuan(self.amount_fen)

    def __repr__(self) -> str:
        parts = [self.policy, self.outcome]
        if self.amount_fen is not None:
            parts.append(f"{yuan_text(self.amount_fen)} yuan")
        if self.reason:
            parts.append(f"reason={self.reason}")
        if self.promised:
            parts.append(f"promised={list(self.promised)}")
        if self.missing:
            parts.append(f"missing={[missing.fact for missing in self.missing]}")
        return f"<Outcome {' '.join(parts)}>"


def _outcome(row: dict[str, Any], titles: dict[str, str]) -> Outcome:
    return Outcome(
        policy=row["policy"],
        outcome=row["outcome"],
        amount_fen=row["amount_fen"],
        reason=row.get("reason"),
        title=titles.get(row["policy"], ""),
        promised=tuple(row.get("promised", ())),
        missing=tuple(Missing(missing["fact"], missing["cause"]) for missing in row.get("missing", ())),
        clauses=tuple(
            Clause(item["id"], item["truth"], item.get("cause")) for item in row.get("clauses", ())
        ),
        error=row.get("error"),
    )


class Match(AboutSubject):
    """One subject against all policies. Frozen; made by `Engine.match()`.

    `match["policy-id"]` is one outcome, `match.eligible` those that are granted; iterating gives all of them
    in the order of the pack. Its JSON is that of docs/commands.md, "match".
    """

    _titles: dict[str, str]

    def __init__(self, text: str, titles: dict[str, str]) -> None:
        super().__init__(text)
        object.__setattr__(self, "_titles", titles)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """One `Outcome` a policy, in the order of the pack; only those that were asked for."""
        return tuple(_outcome(row, self._titles) for row in self._data["outcomes"])

    @cached_property
    def _by_policy(self) -> dict[str, Outcome]:
        return {outcome.policy: outcome for outcome in self.outcomes}

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """The pack's decisions by id."""
        return {
            row["id"]: Decision(
                row["id"],
                row["state"],
                row.get("value"),
                row.get("cause"),
                tuple(Missing(**missing) for missing in row.get("missing", ())),
            )
            for row in self._data["decisions"]
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of facts that were judged all the same, such as a key that the schema lacks."""
        return tuple(self._data.get("warnings", ()))

    @property
    def eligible(self) -> tuple[Outcome, ...]:
        """The outcomes that are `eligible`."""
        return self.only("eligible")

    def only(self, *outcomes: OutcomeName) -> tuple[Outcome, ...]:
        """The outcomes of the kinds named."""
        return tuple(outcome for outcome in self.outcomes if outcome.outcome in outcomes)

    @property
    def amount_fen(self) -> int:
        """The amounts of all eligible outcomes together, in fen. Policies that exclude each other are not
        settled here.
        """
        return sum(outcome.amount_fen or 0 for outcome in self.eligible)

    @property
    def amount(self) -> Decimal:
        """The same in yuan."""
        return yuan(self.amount_fen) or Decimal(0)

    def __getitem__(self, policy: str) -> Outcome:
        """The outcome of one policy. KeyError if the pack has none of that id, or if it was not asked for."""
        return self._by_policy[policy]

    def __contains__(self, policy: object) -> bool:
        return policy in self._by_policy

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __reduce__(self) -> tuple[type[Match], tuple[str, dict[str, str]]]:
        return Match, (self._json, self._titles)

    def __repr__(self) -> str:
        counts = {name: len(self.only(name)) for name in OUTCOMES}
        parts = [f"{count} {name}" for name, count in counts.items() if count]
        if counts["eligible"]:
            parts[0] += f" ({yuan_text(self.amount_fen)} yuan)"
        return f"<Match {self.subject} as of {self._data['as_of']}: {', '.join(parts) or 'no outcomes'}>"

    def _repr_html_(self) -> str:
        rows = []
        for outcome in sorted(self.outcomes, key=lambda outcome: OUTCOMES.index(outcome.outcome)):
            if outcome.outcome == "ineligible":
                continue
            because = ", ".join(outcome.promised) or ", ".join(missing.fact for missing in outcome.missing)
            cells = [outcome.outcome, outcome.policy, outcome.title, because or outcome.error or ""]
            rows.append(
                "<tr>"
                + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
                + f'<td style="text-align:right">{yuan_text(outcome.amount_fen)}</td></tr>'
            )
        refused = len(self.only("ineligible"))
        head = "".join(
            f"<th>{name}</th>" for name in ("outcome", "policy", "title", "rests on / lacks", "yuan")
        )
        return (
            f"<p>{escape(self.subject)}, as of {self.as_of}; {refused} ineligible not shown</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )


class Explanation(Told):
    """Why one policy gives one subject what it gives. Frozen; made by `Engine.explain()`. `str()` is a
    readable tree.
    """

    @property
    def policy(self) -> str:
        """The policy's id."""
        return str(self._data["policy"])

    @property
    def title(self) -> str:
        """The policy's title."""
        return str(self._data["title"])

    @property
    def outcome(self) -> OutcomeName:
        """eligible, conditional, undetermined, ineligible or error."""
        outcome: OutcomeName = self._data["outcome"]
        return outcome

    @property
    def reason(self) -> str | None:
        """scope, condition, amount or evaluation; None for eligible and conditional."""
        return self._data.get("reason")

    @property
    def amount_fen(self) -> int | None:
        """Int fen; None unless eligible or conditional, and where the policy has no amount."""
        return self._data.get("amount_fen")

    @property
    def amount(self) -> Decimal | None:
        """The amount in yuan, exact."""
        return yuan(self.amount_fen)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of facts that were judged all the same, such as a key that the schema lacks."""
        return tuple(self._data.get("warnings", ()))

    @property
    def clauses(self) -> list[dict[str, Any]]:
        """The clauses in reading order; `depth` says how deep each stands in groups."""
        return list(self._data["clauses"])

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The facts that were read, with value and state."""
        return list(self._data["facts"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """The parameters that were read, with the version in force."""
        return list(self._data["parameters"])

    @property
    def paper(self) -> dict[str, Any]:
        """Which paper a window hands out: `kind` is accept, accept_later, checklist, answer_card or
        signpost.
        """
        return dict(self._data["paper"])

    @property
    def missing(self) -> tuple[Needed, ...]:
        """The smallest set of facts that would settle an undetermined pair."""
        return tuple(Needed.of(row) for row in self._data["missing"])

    @property
    def ways(self) -> list[list[str]]:
        """The smallest sets of clauses that would have to change, the shortest first."""
        return [list(way) for way in self._data.get("ways", ())]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The conditions that stand in these ways, with their gaps."""
        keys = ("title", "article", "cure", "curable", "cured_by", "earliest", "gaps")
        return tuple(
            Change.of({"clause": row["id"]} | {key: row[key] for key in keys if key in row})
            for row in self._data["clauses"]
            if "gaps" in row
        )

    @property
    def earliest(self) -> date | None:
        """The day on which time alone makes the pair pass; None if it does not, or not alone."""
        day = self._data.get("earliest")
        return None if day is None else date.fromisoformat(day)

    def card(self, lang: Literal["zh", "en"] = "zh") -> str:
        """The paper for a person, as text."""
        from zhida.paper_text import card_text

        return card_text(self._data, lang)

    def to_html(self, lang: Literal["zh", "en"] = "zh") -> str:
        """The paper and the whole clause tree as a page of its own that can be printed."""
        from zhida.paper_html import card_page

        return card_page(self._data, lang)

    def render(self, lang: Literal["zh", "en"] = "zh") -> str:
        """The explanation as a tree of text, in Chinese or English."""
        from zhida.explain_text import explain_text

        return explain_text(self._data, lang)

    def __repr__(self) -> str:
        money = f", {yuan_text(self.amount_fen)} yuan" if self.amount_fen is not None else ""
        return f"<Explanation {self.policy}: {self.outcome}{money}>"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case of a pack: `problems` says what differs from what was expected."""

    id: str
    title: str
    ok: bool
    problems: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


class TestReport:
    """The cases of a pack and how they went. Made by `Pack.test()`; true when none failed."""

    __test__ = False  # pytest would take it for a test

    def __init__(self, text: str) -> None:
        self._json = text
        self._data: dict[str, Any] = parse(text)
        self.passed: int = self._data["passed"]
        self.failed: int = self._data["failed"]
        self.cases: tuple[CaseResult, ...] = tuple(
            CaseResult(
                case["id"],
                case.get("title", ""),
                case["ok"],
                tuple(case["problems"]),
                case.get("file", ""),
                case.get("line", 0),
            )
            for case in self._data["cases"]
        )

    @property
    def ok(self) -> bool:
        """True when no case failed. A pack without cases is ok; look at `passed` too."""
        return self.failed == 0

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        """The cases that failed."""
        return tuple(case for case in self.cases if not case.ok)

    @property
    def coverage(self) -> dict[str, dict[str, dict[str, int]]]:
        """How often each clause was true, false, unknown and error in the cases: policy -> clause -> truth ->
        count. Of the pack's own policies; those it uses are covered by their own cases.

        A policy that no case names has no clauses here.
        """
        return {
            row["policy"]: {
                clause["id"]: {truth: clause[truth] for truth in ("true", "false", "unknown", "error")}
                for clause in row["clauses"]
            }
            for row in self._data["coverage"]
        }

    @property
    def rules(self) -> tuple[dict[str, Any], ...]:
        """How often each rule of the tables that are decisions was true, false, unknown and error in the
        cases: `{"decision", "rule", "note", "true", "false", "unknown", "error", "always"}`, rules numbered
        from 1. `always`: it has no condition.
        """
        return tuple({"note": "", **row} for row in self._data["rules"])

    @property
    def never(self) -> dict[str, dict[str, dict[str, str]]]:
        """Which truths a clause can never have, and why: policy -> clause -> truth -> reason."""
        return {
            row["policy"]: {clause["id"]: clause["never"] for clause in row["clauses"]}
            for row in self._data["coverage"]
        }

    def to_json(self) -> str:
        """The engine's report, byte for byte."""
        return self._json

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        return f"<TestReport {self.passed} passed, {self.failed} failed>"
