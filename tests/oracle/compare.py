"""Judges the packs and firms of the engine's generator a second time, and shows where the two differ.

python3 -m tests.oracle.compare FILE        (or python3 tests/oracle/compare.py FILE, from anywhere)
"""

import json
import sys
import traceback
from decimal import Decimal
from pathlib import Path

if not __package__:  # run as a file: make the folder a package all the same
    sys.path[0], __package__ = str(Path(__file__).resolve().parents[1]), "oracle"

from .judge import Judge, truth_text

SHOWN = 20


class Comparison:
    def __init__(self):
        self.rows = self.pairs = self.differences = 0

    def case(self, case):
        def differ(row, policy, field, theirs, ours):
            self.differences += 1
            if self.differences <= SHOWN:
                specs = [p.spec for p in judge.policies if p.id == policy] if judge else []
                print(
                    f"seed {case.get('seed')}, case {case.get('case')}, row {row}, policy {policy}: {field}"
                )
                print(f"  engine  {theirs}\n  oracle  {ours}\n  policy  {written(*specs)}")
                print(f"  as of   {case['as_of']}, {written(case.get('options'))}")
                print(f"  facts   {written(case['rows'][row] if row is not None else None)}\n")

        judge = row = None
        try:
            judge = Judge(case["files"], case["as_of"], case.get("options"))
            for row, (facts, answers) in enumerate(zip(case["rows"], case["answers"], strict=True)):
                own = judge.row(facts)
                self.rows, self.pairs = self.rows + 1, self.pairs + len(own or ())
                for difference in differences(answers, own):
                    differ(row, *difference)
        except Exception:  # the oracle itself failed
            differ(row, "-", "the case", "judged", traceback.format_exc(limit=-3))

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
    for policy in sorted(given.keys() ^ own.keys()):
        yield policy, "answered", policy in given, policy in own
    for policy in sorted(given.keys() & own.keys()):
        theirs, (outcome, reason, fen, clauses) = given[policy], own[policy]
        for field, ours in (("outcome", outcome), ("reason", reason), ("amount_fen", fen)):
            if theirs.get(field) != ours:
                yield policy, field, theirs.get(field), ours
        for clause, truth in (theirs.get("clauses") or {}).items():
            ours = truth_text(clauses[clause]) if clause in clauses else "no such clause"
            if truth != ours:
                yield policy, f"clause {clause}", truth, ours


def written(value=None):
    return json.dumps(value, ensure_ascii=False, default=lambda n: int(n) if n == int(n) else str(n))


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    comparison = Comparison()
    with open(arguments[0], encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            comparison.case(json.loads(line, parse_float=Decimal, parse_int=Decimal))
    return comparison.total()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
