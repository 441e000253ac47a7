"""zhida match: one subject against all policies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Literal

import zhida
from zhida.commands.common import (
    DONE,
    INCOMPLETE,
    Talk,
    as_of_or_today,
    coloured,
    count,
    read_facts,
    show,
    warn,
)
from zhida.commands.paper import show_nearest
from zhida.commands.pay_plan import print_best
from zhida.errors import UsageError
from zhida.results import Decision, Match, Missing, Outcome, OutcomeName, yuan_text

_CAUSES = {
    "missing": "not supplied",
    "stale": "too old",
    "conflict": "sources disagree",
    "not_authorised": "may not be read",
    "vague_rule": "not defined by the measure",
}


def run(
    pack_path: str,
    facts_path: str,
    *,
    as_of: str | None,
    only: list[str] | None,
    clauses: bool,
    show_all: bool,
    best: bool,
    nearest: bool,
    lang: Literal["zh", "en"],
    policies: list[str] | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    threads: int,
    output: str,
    talk: Talk,
) -> int:
    """The exit code."""
    if nearest and (best or policies):
        raise UsageError(f"--nearest looks at all policies; leave out {'--best' if best else '--policy'}")
    facts = read_facts(facts_path)
    engine = zhida.Engine(zhida.load(pack_path), as_of_or_today(as_of, talk), threads=threads)
    if nearest:
        paper = engine.paper(facts, near_only=True, facts_date=facts_date, known_on=known_on, undated=undated)
        print(paper.to_json()) if output == "json" else show_nearest(paper, lang)
        return DONE
    options = {"policies": policies, "facts_date": facts_date, "known_on": known_on, "undated": undated}
    if best:
        found = engine.best(facts, **options)  # type: ignore[arg-type]
        if output == "json":
            print(json.dumps(found, ensure_ascii=False))
        else:
            print_best(found)
        return DONE
    kinds: list[OutcomeName] | None = only  # type: ignore[assignment]
    match = engine.match(facts, outcomes=kinds, clauses=clauses or output != "json", **options)  # type: ignore[arg-type]
    for warning in match.warnings:
        talk.say(warning)
    failed = match.only("error")
    if kinds is not None and "error" not in kinds:
        failed = engine.match(facts, outcomes="error", clauses=False, **options).outcomes  # type: ignore[arg-type]
    if output == "json":
        print(match.to_json())
    else:
        _print(match, engine.pack, show_all or kinds is not None)
    if failed:
        warn(
            f"{count(len(failed), 'policy', 'policies')} could not be computed "
            f"({', '.join(outcome.policy for outcome in failed)}); zhida explain says why"
        )
    return INCOMPLETE if failed else DONE


def _print(match: Match, pack: zhida.Pack, show_all: bool) -> None:
    names = {fact.id: fact.name or fact.id for fact in pack.facts}
    print(f"{match.subject} as of {match.as_of}, pack {pack.id} {pack.version}")
    shown = ["eligible", "conditional", "undetermined", "error"] + (["ineligible"] if show_all else [])
    rows = [
        [coloured(kind), outcome.policy, outcome.title, yuan_text(outcome.amount_fen), _why(outcome, names)]
        for kind in shown
        for outcome in match.outcomes
        if outcome.outcome == kind
    ]
    if rows:
        show(["outcome", "policy", "~title", ">yuan", "~why"], rows, {"title": ""})
    refused = match.only("ineligible")
    if refused and not show_all:
        print(f"{count(len(refused), 'policy', 'policies')} not met; --all lists them")
    if match.eligible:
        print(
            f"eligible: {count(len(match.eligible), 'policy', 'policies')}, "
            f"{yuan_text(match.amount_fen)} yuan together (before any rule on combining them)"
        )
    for decision in match.decisions.values():
        told = _shown(decision.value)
        if decision.state != "known":
            told = decision.state + _undecided(decision, names)
        print(f"{pack.decisions.get(decision.id) or decision.id}: {told}")


def _undecided(decision: Decision, names: dict[str, str]) -> str:
    if decision.missing:
        return f" ({_by_cause(decision.missing, names)})"
    return f" ({_CAUSES.get(decision.cause, decision.cause)})" if decision.cause else ""


def _by_cause(missing: tuple[Missing, ...], names: dict[str, str]) -> str:
    by_cause: dict[str, list[str]] = {}
    for one in missing:
        by_cause.setdefault(one.cause, []).append(names.get(one.fact, one.fact))
    return "; ".join(f"{_CAUSES.get(cause, cause)}: {', '.join(facts)}" for cause, facts in by_cause.items())


def _shown(value: Any) -> str:
    """A decision's value on one line: texts and numbers bare, lists and structures as JSON."""
    if value is None:
        return "-"
    if isinstance(value, str | Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _why(outcome: Outcome, names: dict[str, str]) -> str:
    if outcome.promised:
        return "on the promise of " + ", ".join(names.get(promise, promise) for promise in outcome.promised)
    if outcome.outcome == "undetermined":
        vague = [
            clause.id
            for clause in outcome.clauses
            if clause.truth == "unknown" and clause.cause == "vague_rule"
        ]
        parts = [_by_cause(outcome.missing, names)] if outcome.missing else []
        if vague:
            parts.append(f"the measure leaves {', '.join(vague)} undefined")
        return "; ".join(parts) or "its amount is not known"
    if outcome.outcome == "ineligible":
        failed = [clause.id for clause in outcome.clauses if clause.truth == "false"]
        kind = "outside its scope" if outcome.reason == "scope" else "not met"
        return f"{kind}: {', '.join(failed)}" if failed else kind
    if outcome.outcome == "error":
        return outcome.error or f"its {outcome.reason} cannot be computed"
    return ""
