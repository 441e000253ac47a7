"""What is wrong with cases, calendars, clauses and kinds is told with file and line, at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import AS_OF, ROOT, Ran, write_ndjson, write_pack

Cli = Callable[..., Ran]

CASE = """\
- id: c
  as_of: 2025-06-30
  facts: {uscc: 91350500YYYY000127}
  expect:
    policies:
      award: {outcome: eligble}
"""
CALENDAR = "id: local\nyears:\n  2025: {off: [2025-01-01]}\n  2027: {off: [2027-01-01]}\n"
NAMELESS = "id: x\nclauses:\n  - {when: 'staff > 5', article: 第一条}\n"
UNCITED = "id: x\nclauses:\n  - {id: a, when: 'staff > 5'}\n"


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        (
            "demo/cases/x.yaml",
            CASE,
            'ZD2010 demo/cases/x.yaml:6:24: "outcome" in an expectation of a policy must be one of eligible',
        ),
        (
            "demo/calendars/x.yaml",
            CALENDAR,
            'ZD2326 demo/calendars/x.yaml:4:3: calendar "local" has 2025 and 2027 but no year between them',
        ),
        ("demo/policies/x.yaml", NAMELESS, 'ZD2002 demo/policies/x.yaml:3:5: a clause lacks the key "id"'),
        (
            "demo/schema.yaml",
            "kind: person\nkey: uscc\nfacts: [{id: uscc, type: string}]\n",
            "ZD2211 demo/schema.yaml:1:7: the schema is about a person, but pack demo about a firm",
        ),
    ],
)
def test_a_pack_with_a_mistake(tmp_path: Path, cli: Cli, path: str, text: str, told: str) -> None:
    ran = cli("check", str(write_pack(tmp_path, **{path: text})))
    assert ran.code == 3
    assert told in ran.out.replace(f"{tmp_path}/", ""), ran.out


def test_a_clause_without_citation(tmp_path: Path, cli: Cli) -> None:
    """It can be judged, so it is a warning; --strict ends with 1."""
    pack = str(write_pack(tmp_path, **{"demo/policies/x.yaml": UNCITED}))
    told = "ZD2602 demo/policies/x.yaml:3:5: warning: clause a names no article; write article:"
    for options, code in (((), 0), (("--strict",), 1)):
        ran = cli("check", pack, *options)
        assert ran.code == code
        assert told in (ran.out + ran.err).replace(f"{tmp_path}/", "")


def test_facts_of_another_kind_of_subject(tmp_path: Path, cli: Cli) -> None:
    reservoirs = ROOT / "rules/sanming/data/reservoirs.ndjson"
    rejects = tmp_path / "rejects.ndjson"
    pack = str(write_pack(tmp_path))
    out = str(tmp_path / "out.parquet")
    ran = cli("screen", pack, str(reservoirs), "--as-of", AS_OF, "-o", out, "--rejects", str(rejects))
    assert ran.code == 4 and "41 rejected" in ran.out
    rows = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert [row["line"] for row in rows] == list(range(1, 42))
    for row in rows:
        assert (row["code"], row["field"], row["file"]) == ("ZD4007", "uscc", str(reservoirs))
        assert "(the pack is about a firm)" in row["reason"]
    one = write_ndjson(tmp_path / "one.json", [{"水库编号": "SM01"}])
    ran = cli("match", pack, str(one), "--as-of", AS_OF)
    assert ran.code == 2 and "the pack is about a firm" in ran.err


def test_a_deadline_across_a_year_that_is_not_announced(tmp_path: Path, cli: Cli) -> None:
    """As a deadline it is provisional and says where the calendar ends; as a plain day it is unknown."""
    ran = cli("deadline", str(ROOT / "rules/national"), "2026-12-31", "1", "--lang", "en")
    assert ran.code == 0 and "2027-01-01" in ran.out and "provisional" in ran.out and "2026" in ran.err
    calendar = "id: local\nyears: {2025: {off: [2025-01-01]}}\n"
    definition = "- {id: due, name: 到期, is: 'add working days(as_of, 1, \"local\")'}\n"
    case = "- id: c\n  as_of: 2025-12-31\n  facts: {uscc: F}\n"
    case += "  expect: {definitions: {到期: 2026-01-01}}\n"
    files = {
        "demo/calendars/x.yaml": calendar,
        "demo/definitions/x.yaml": definition,
        "demo/cases/x.yaml": case,
    }
    ran = cli("test", str(write_pack(tmp_path, **files)))
    assert ran.code == 1
    told = ran.out.replace(f"{tmp_path}/", "")
    assert "FAILED demo/cases/x.yaml:1: case c" in told, told
    assert "到期 should be 2026-01-01, but is unknown" in told, told
