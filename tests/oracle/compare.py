"""Judges the packs and firms of the engine's generator a second time, and shows where the two differ.

python3 -m tests.oracle.compare FILE        (or python3 tests/oracle/compare.py FILE, from anywhere)
"""

import json
import sys
import traceback
from decimal import Decimal
from functools import partial
from pathlib import Path

if not __package__:  # run as a file: make the folder a package all the same
    sys.path[0], __package__ = str(Path(__file__).resolve().parents[1]), "oracle"

from .judge import Judge

SHOWN = 20
written = partial(json.dumps, ensure_ascii=False, default=str)
FIELDS = ("outcome", "reason", "amount_fen", "clauses")


class Comparison:
    rows = pairs = differences = 0

    def case(self, case):
        row = judge = None
        try:
            judge = Judge(case["files"], case["as_of"], case.get("options"))
            for row, (facts, answers) in enumerate(zip(case["rows"], case["answers"], strict=True)):
                own = judge.row(facts)
                self.rows, self.pairs = self.rows + 1, self.pairs + len(own or ())
                for difference in differences(answers, own):
                    self.differ(case, judge, row, *difference)
        except Exception:  # the oracle itself failed
            self.differ(case, judge, row, "-", "the case", "judged", traceback.format_exc(limit=-3))

    def differ(self, case, judge, row, policy, field, theirs, ours):
        self.differences += 1
        if self.differences > SHOWN:
            return
        specs = [spec for spec in judge.policies if spec["id"] == policy] if judge else None
        facts = None if row is None else case["rows"][row]
        print(f"seed {case.get('seed')}, case {case.get('case')}, row {row}, policy {policy}: {field}")
        print(f"  engine  {theirs}\n  oracle  {ours}\n  policy  {written(specs)}")
        print(f"  as of   {case['as_of']}, {written(case.get('options'))}\n  facts   {written(facts)}\n")

    def total(self):
        print(f"oracle: {self.rows} packs-and-firms, {self.pairs} pairs, {self.differences} differences")
        return 0 if self.pairs and not self.differences else 1


def differences(answers, own):
    """(policy, field, the engine's, the oracle's) where two answers differ; None: rejected."""
    theirs = answers and {answer["policy"]: [answer.get(field) for field in FIELDS] for answer in answers}
    if not theirs or not own or theirs.keys() != own.keys():
        yield from [("-", "the row", theirs, own)] if theirs != own else []
        return
    for policy, fields in theirs.items():
        for field, a, b in zip(FIELDS, fields, own[policy], strict=True):
            if a != b:
                yield policy, field, a, b


if __name__ == "__main__":
    comparison = Comparison()
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            comparison.case(json.loads(line, parse_float=Decimal, parse_int=Decimal))
    sys.exit(comparison.total())
