"""Every row of the rule sheets, every vector of size and tax: a case that expects what the sheet says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import zhida
from conftest import ROOT

RULES = ROOT / "rules"


def rows() -> list[tuple[str, str, list[str]]]:
    """(row, pack/case, what it expects) of rule_sheets.txt."""
    text = Path(__file__).with_name("rule_sheets.txt").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            row, case, expected = (part.strip() for part in line.split("|"))
            found.append((row, case, expected.split("; ")))
    return found


@cache
def cases(pack: str) -> dict[str, str]:
    """What each case of a pack expects, as text, by id."""
    found: dict[str, str] = {}
    for path in (RULES / pack / "cases").glob("*.yaml"):
        for block in re.split(r"^- id: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            found[block.split("\n", 1)[0].strip()] = block[block.index("\n  expect:") :]
    return found


def test_each_row_is_a_case_that_expects_what_the_sheet_says() -> None:
    seen = set()
    for row, case, expected in rows():
        pack, name = case.split("/")
        assert name in cases(pack), f"{row}: no case {case}"
        assert case not in seen, f"{case} is ticked off twice"
        seen.add(case)
        for wanted in expected:
            told = re.search(rf"(?<![\w一-鿿]){re.escape(wanted)}(?![\w.])", cases(pack)[name])
            assert told, f"{row}: case {case} does not expect {wanted}"


def test_all_rows_are_there() -> None:
    ids = {row for row, *_ in rows()}
    for prefix, count in (("ZZ", 12), ("QZ", 17), ("SM", 12), ("PT", 9), ("NP", 11)):
        assert {f"{prefix}-T{number}" for number in range(1, count + 1)} <= ids, prefix
    systems = {row for row in ids if re.fullmatch(r"[A-Z]{2}-T\d+", row)}
    assert len(systems) == 61
    # 17 of size, 4 of technology SMEs, 5 of high-tech firms, 2 of small profit, 3 of jobs kept, 3 of loans.
    assert len(ids - systems) == 34


def test_each_row_of_the_five_systems_names_the_rules_that_fire() -> None:
    for row, case, expected in rows():
        if re.fullmatch(r"[A-Z]{2}-T\d+", row):
            assert any(wanted.startswith("触发规则: [") for wanted in expected), (row, case)


def test_the_cases_pass() -> None:
    for pack in sorted({case.split("/")[0] for _, case, _ in rows()}):
        report = zhida.load(RULES / pack).test()
        assert report.failed == 0, report.failures
