"""Tables whose rules are conditions mean what the same table with inputs means, on every evaluator."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import zhida
from conftest import write_ndjson

HEAD = {
    "p/pack.yaml": "id: p\nversion: 1.0\nkind: firm\n",
    "p/schema.yaml": """\
kind: firm
key: uscc
facts:
  - {id: uscc, type: string}
  - {id: staff, type: integer}
  - {id: grade, type: code(grade)}
  - {id: listed, type: boolean}
""",
    "p/lists/index.yaml": "lists: [{id: grade, codes: {A: 优, B: 良, C: 差}}]\n",
    "p/policies/a.yaml": """\
- {id: large, clauses: [{id: k, when: 'size = "large"', article: 一}], amount: 100}
- {id: points, clauses: [{id: k, when: 'points >= 2', article: 一}], amount: points * 10}
- {id: any, clauses: [{id: k, when: 'count(hits) > 1', article: 一}]}
""",
}
CONDITIONS = """\
- id: size
  hit: F
  outputs: [{id: x}]
  default: '"small"'
  rules:
    - {when: 'not(listed) and staff >= 100', then: '"large"'}
    - {when: 'grade = "A" or staff >= 200', then: '"large"'}
    - {when: staff >= 50, then: '"middle"'}
- id: points
  hit: C+
  outputs: [{id: x}]
  rules:
    - {when: staff >= 10, then: 1}
    - {when: 'grade in ("A", "B")', then: 2}
    - {when: '-', then: 0}
- id: hits
  hit: C
  outputs: [{id: x}]
  rules:
    - {when: staff >= 10, then: '"staff"'}
    - {when: listed, then: '"listed"'}
"""
INPUTS = """\
- id: size
  hit: F
  inputs: [{label: listed, is: listed}, {label: grade, is: grade}, {label: staff, is: staff}]
  outputs: [{id: x}]
  default: '"small"'
  rules:
    - {when: ['false', '-', '>= 100'], then: ['"large"']}
    - {when: ['-', '"A"', '-'], then: ['"large"']}
    - {when: ['-', '-', '>= 200'], then: ['"large"']}
    - {when: ['-', '-', '>= 50'], then: ['"middle"']}
- id: points
  hit: C+
  inputs: [{label: staff, is: staff}, {label: grade, is: grade}]
  outputs: [{id: x}]
  rules:
    - {when: ['>= 10', '-'], then: ['1']}
    - {when: ['-', '"A","B"'], then: ['2']}
    - {when: ['-', '-'], then: ['0']}
- id: hits
  hit: C
  inputs: [{label: staff, is: staff}, {label: listed, is: listed}]
  outputs: [{id: x}]
  rules:
    - {when: ['>= 10', '-'], then: ['"staff"']}
    - {when: ['-', 'true'], then: ['"listed"']}
"""


def firms(count: int) -> list[dict[str, Any]]:
    dice = random.Random(5)
    made = []
    for number in range(count):
        firm: dict[str, Any] = {"uscc": f"F{number}"}
        if dice.random() < 0.8:
            firm["staff"] = dice.choice([5, 10, 49, 50, 99, 100, 199, 200])
        if dice.random() < 0.8:
            firm["grade"] = dice.choice("ABC")
        if dice.random() < 0.8:
            firm["listed"] = dice.random() < 0.5
        made.append(firm)
    return made


def test_conditions_mean_what_inputs_mean(tmp_path: Path) -> None:
    path = write_ndjson(tmp_path / "firms.ndjson", firms(400))
    answers = []
    for tables in (CONDITIONS, INPUTS):
        engine = zhida.Engine(zhida.load({**HEAD, "p/tables/a.yaml": tables}), as_of="2025-06-30")
        for evaluator in ("batch", "point", "interpreter"):
            screen = engine.screen(path, outcomes=list(zhida.OUTCOMES), evaluator=evaluator)  # type: ignore[arg-type]
            answers.append(screen.to_arrow().to_pylist())
    assert len(answers[0]) == 1200
    assert {row["outcome"] for row in answers[0]} == {"eligible", "ineligible", "undetermined"}
    for answer in answers[1:]:
        assert answer == answers[0]


def test_rules_of_conditions_in_a_csv_file() -> None:
    tables = "id: size\nhit: F\noutputs: [{id: x}]\nrules: size.csv\n"
    files = {
        **HEAD,
        "p/tables/a.yaml": tables,
        "p/tables/size.csv": 'when,x,note\nstaff >= 100,"""large""",一\n-,"""small""",\n',
        "p/policies/a.yaml": "{id: large, clauses: [{id: k, when: 'size = \"large\"', article: 一}]}\n",
    }
    engine = zhida.Engine(zhida.load(files), as_of="2025-06-30")
    assert engine.match({"uscc": "a", "staff": 100})["large"].outcome == "eligible"
    assert engine.match({"uscc": "a", "staff": 99})["large"].outcome == "ineligible"
    with pytest.raises(zhida.PackError, match="must be boolean, but staff"):
        zhida.load({**files, "p/tables/size.csv": 'when,x\nstaff,"""large"""\n'})
