"""Judges the packs and firms of the engine's generator a second time, and shows where the two differ.

python3 -m tests.oracle.compare FILE        (or python3 tests/oracle/compare.py FILE, from anywhere)
"""

from __future__ import annotations

import json
import sys
import traceback
from decimal import Decimal
from pathlib import Path

if not __package__:  # run as a file: make the folder a package all the same
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    __package__ = "oracle"

from .judge import Judge, truth_text

SHOWN = 20


class Comparison:
    def __init__(self):
        self.rows = self.pairs = self.differences = 0

    def case(self, case):
        try:
            judge = Judge(case["files"], case["as_of"], case.get("options"))
        except Exception:
            self.differ(case, "-", "-", "the pack", "loaded", traceback.format_exc(limit=-3))
            return
        policies = {policy.id: policy.spec for policy in judge.policies}
        for number, (facts, answers) in enumerate(zip(case["rows"], case["answers"], strict=True)):
            self.rows += 1
            try:
                own = judge.row(facts)
            except Exception:
                self.differ(case, number, "-", "the row", "judged", traceback.format_exc(limit=-3), facts)
                continue
            for policy, field, theirs, ours in differences(answers, own):
                spec = policies.get(policy)
                self.differ(case, number, policy, field, theirs, ours, facts, spec)
            self.pairs += len(own or ())

    def differ(self, case, row, policy, field, theirs, ours, facts=None, spec=None):
        self.differences += 1
        if self.differences > SHOWN:
            return
        print(f"seed {case.get('seed')}, case {case.get('case')}, row {row}, policy {policy}: {field}")
        print(f"  as of   {case['as_of']}, {written(case.get('options'))}")
        print(f"  engine  {theirs}\n  oracle  {ours}")
        print(f"  policy  {written(spec)}\n  facts   {written(facts)}\n")

    def total(self):
        print(f"oracle: {self.rows} packs-and-firms, {self.pairs} pairs, {self.differences} differences")
        return 0 if self.pairs and not self.differences else 1


def differences(answers, own):
    """(policy, field, the engine's, the oracle's) wherever the two answers to a row differ."""
    if answers is None or own is None:
        if answers is not own:
            yield "-", "the row", *("rejected" if side is None else "judged" for side in (answers, own))
        return
    given = {answer["policy"]: answer for answer in answers}
    for policy in given.keys() ^ own.keys():
        yield policy, "answered", policy in given, policy in own
    for policy in given.keys() & own.keys():
        theirs, (outcome, reason, fen, clauses) = given[policy], own[policy]
        for field, ours in (("outcome", outcome), ("reason", reason), ("amount_fen", fen)):
            if theirs.get(field) != ours:
                yield policy, field, theirs.get(field), ours
        for clause, truth in (theirs.get("clauses") or {}).items():
            ours = truth_text(clauses[clause]) if clause in clauses else "no such clause"
            if list(truth) != ours:
                yield policy, f"clause {clause}", truth, ours


def written(value):
    def plain(number):
        return int(number) if number == number.to_integral_value() else str(number)

    return json.dumps(value, ensure_ascii=False, default=plain)


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    comparison = Comparison()
    with open(arguments[0], encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                comparison.case(json.loads(line, parse_float=Decimal, parse_int=Decimal))
    return comparison.total()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
