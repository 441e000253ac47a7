"""GoRules ZEN: the rules as one decision table that collects every row that holds.

An "either or" is a row a branch. Dates are handed over as days, since comparing them as numbers is cheaper.
A test of a value that is not there fails in ZEN with an error; asking for null first is three times as fast.
"""

from __future__ import annotations

import datetime
import json
import time
from typing import Any

import zen

from runner.rules import Condition, RuleSet

_EPOCH = datetime.date(1970, 1, 1)


class Zen:
    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.facts = [fact.id for fact in rules.facts if fact.kind != "key"]
        self.index = {rule.id: number for number, rule in enumerate(rules.rules)}
        table = [
            self._row(rule.id, [*rule.all, *branch], number)
            for number, (rule, branch) in enumerate(
                (rule, branch) for rule in rules.rules for branch in (rule.any or ((),))
            )
        ]
        content = {
            "hitPolicy": "collect",
            "inputs": [{"id": f, "name": f, "field": f, "type": "expression"} for f in self.facts],
            "outputs": [{"id": "policy", "name": "policy", "field": "policy", "type": "expression"}],
            "rules": table,
        }
        place = {"position": {"x": 0, "y": 0}}
        graph = {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "in", **place},
                {"id": "table", "type": "decisionTableNode", "name": "table", "content": content, **place},
                {"id": "out", "type": "outputNode", "name": "out", **place},
            ],
            "edges": [
                {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
                {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
            ],
        }
        self.decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def _row(self, rule_id: str, conditions: list[Condition], number: int) -> dict[str, str]:
        tests: dict[str, list[str]] = {}
        for c in conditions:
            tests.setdefault(c.fact, ["$ != null"]).append(self._test(c))
        row = {fact: " and ".join(tests.get(fact, [])) for fact in self.facts}
        return {"_id": f"{rule_id}-{number}", "policy": f'"{rule_id}"', **row}

    def _test(self, c: Condition) -> str:
        texts = [json.dumps(text, ensure_ascii=False) for text in c.texts]
        if c.op == "under":
            test = f"startsWith($, {texts[0]})"
        elif c.op == "in":
            test = f"$ in [{', '.join(texts)}]"
        elif c.op == "has":
            test = f"contains($, {texts[0]})"
        elif c.op == "matches":
            test = f"matches($, {texts[0]})"
        elif c.op == "is":
            return f"$ == {'true' if (c.low != 0) != c.negated else 'false'}"
        elif c.op == "between":
            test = f"$ in [{self._number(c, c.low)}..{self._number(c, c.high)})"
        else:
            test = f"$ {'>=' if c.op == 'at_least' else '<'} {self._number(c, c.low)}"
        return f"not({test})" if c.negated else test

    def _number(self, c: Condition, value: int) -> str:
        scale = self.rules.fact[c.fact].scale
        if scale == 0:
            return str(value)
        digits = str(value).rjust(scale + 1, "0")
        return f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")

    def prepare(self, line: str) -> dict[str, Any]:
        firm = dict.fromkeys(self.facts)
        for key, value in json.loads(line).items():
            kind = self.rules.fact[key].kind
            if kind == "date":
                firm[key] = (datetime.date.fromisoformat(value) - _EPOCH).days
            elif kind != "key":
                firm[key] = value
        return firm

    def match(self, firms: list[dict[str, Any]]) -> tuple[list[float], list[list[int]]]:
        """Seconds and rules, firm by firm."""
        self.decision.evaluate(firms[0])
        seconds, found = [], []
        for firm in firms:
            began = time.perf_counter()
            answer = self.decision.evaluate(firm)
            seconds.append(time.perf_counter() - began)
            found.append(sorted({self.index[row["policy"]] for row in answer["result"]}))
        return seconds, found
