"""The rules of zhida_generate in their neutral form (bench/README.md), for engines that are not Zhida.

A rule holds for a firm where all of `all` hold and, if `any` is not empty, all of one of its branches. What a
firm's facts do not tell is unknown, in strong Kleene logic, which is SQL's: a rule counts where it is true.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fact:
    id: str
    kind: str  # key, tree, code, integer, money, ratio, date, boolean, tags, text
    scale: int  # digits behind the point of the smallest unit, in which numbers of conditions are given
    values: tuple[str, ...]  # codes and tags


@dataclass(frozen=True, slots=True)
class Condition:
    fact: str
    op: str  # under, in, at_least, below, between (low <= x < high), is, has, matches
    negated: bool
    texts: tuple[str, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    all: tuple[Condition, ...]
    any: tuple[tuple[Condition, ...], ...]

    def conditions(self) -> list[Condition]:
        return [*self.all, *(condition for branch in self.any for condition in branch)]


@dataclass(frozen=True)
class RuleSet:
    facts: tuple[Fact, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def fact(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def patterns(self) -> list[str]:
        """The regular expressions of all rules, each once."""
        return sorted({c.texts[0] for rule in self.rules for c in rule.conditions() if c.op == "matches"})

    def first(self, count: int) -> RuleSet:
        return RuleSet(self.facts, self.rules[:count])


def read(path: Path) -> RuleSet:
    data = json.loads(path.read_text())

    def condition(c: dict) -> Condition:  # type: ignore[type-arg]
        return Condition(
            c["fact"], c["op"], c["negated"], tuple(c.get("texts", ())), c.get("low", 0), c.get("high", 0)
        )

    return RuleSet(
        tuple(Fact(f["id"], f["kind"], f["scale"], tuple(f["values"])) for f in data["facts"]),
        tuple(
            Rule(
                r["id"],
                tuple(condition(c) for c in r["all"]),
                tuple(tuple(condition(c) for c in branch) for branch in r["any"]),
            )
            for r in data["rules"]
        ),
    )
