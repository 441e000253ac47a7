"""The packs of the five systems: every rule fires in some case, and no rule can be deleted unnoticed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import zhida
from conftest import ROOT

RULES = ROOT / "rules"

# Pack, prefix of its rules, how many there are, how many rows its rule sheet has.
SYSTEMS = [
    ("zhangzhou", "ZZ", 20, 12),
    ("quanzhou-platform", "QZ", 30, 17),
    ("sanming", "SM", 24, 12),
    ("putian", "PT", 20, 9),
    ("nanping", "NP", 18, 11),
]
RULE_LINE = re.compile(r"^ *- \{when: ")


def files_of(*packs: str) -> dict[str, str]:
    """The files that the loader reads of these packs."""
    return {
        str(path.relative_to(RULES)): path.read_text(encoding="utf-8")
        for pack in packs
        for path in sorted((RULES / pack).rglob("*"))
        if path.suffix in (".yaml", ".csv")
    }


def rule_lines(files: dict[str, str]) -> list[tuple[str, int]]:
    """Where each rule of each decision table stands: one line a rule."""
    return [
        (path, number)
        for path, text in files.items()
        if "/tables/" in path
        for number, line in enumerate(text.splitlines())
        if RULE_LINE.match(line)
    ]


@pytest.mark.parametrize(("name", "prefix", "count", "rows"), SYSTEMS)
def test_every_row_names_the_rules_that_fire(name: str, prefix: str, count: int, rows: int) -> None:
    report = zhida.load(RULES / name).test()
    assert report.failed == 0, report.failures
    for rule in report.rules:
        assert rule["true"] and (rule["false"] or rule["always"]), rule
    cases = {}
    for path in (RULES / name / "cases").glob("*.yaml"):
        for block in re.split(r"^- id: ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            cases[block.split("\n", 1)[0].strip()] = block
    for row in range(1, rows + 1):
        stem = f"{prefix.lower()}-t{row}"
        named = [case for case in cases if case == stem or case.startswith(stem + "-")]
        assert named, stem
        for case in named:
            assert re.search(r"^ +触发规则: \[.*\]$", cases[case], re.MULTILINE), case
    fired = Counter(
        rule
        for block in cases.values()
        for line in re.findall(r"触发规则: \[(.*)\]", block)
        for rule in line.split(", ")
    )
    assert {rule for rule in fired if rule} == {f"{prefix}-{number:02}" for number in range(1, count + 1)}


def test_the_rows_of_all_rule_sheets() -> None:
    assert sum(rows for *_, rows in SYSTEMS) == 61


@pytest.mark.parametrize(("name", "prefix", "count", "rows"), SYSTEMS)
def test_no_rule_can_be_deleted_unnoticed(name: str, prefix: str, count: int, rows: int) -> None:
    files = files_of("china", name)
    places = rule_lines(files)
    text = "\n".join(line for path, text in files.items() if "/tables/" in path for line in text.splitlines())
    ids = {f"{prefix}-{number:02}" for number in range(1, count + 1)}
    assert ids <= set(re.findall(rf"{prefix}-\d\d", text))
    assert len(places) >= count
    unnoticed = []
    for path, number in places:
        lines = files[path].splitlines(keepends=True)
        rule = lines.pop(number)
        try:
            failed = zhida.load({**files, path: "".join(lines)}).test().failed
        except zhida.PackError:
            continue  # a table without its last resort: the check refuses it
        if failed == 0:
            unnoticed.append(f"{path}:{number + 1}: {rule.strip()}")
    assert not unnoticed, "\n".join(unnoticed)


def test_the_batch_of_sanming() -> None:
    """41 reservoirs in 12 counties: made up by a script beside them, counted, and each given its route."""
    folder = RULES / "sanming/data"
    script = folder / "make_reservoirs.py"
    made = subprocess.run([sys.executable, script], capture_output=True, check=True).stdout
    assert made == (folder / "reservoirs.ndjson").read_bytes()
    engine = zhida.Engine(zhida.load(RULES / "sanming"), as_of="2020-03-26")
    population = engine.population(folder / "reservoirs.ndjson")
    decided = engine.decide(folder / "reservoirs.ndjson", population=population)
    rows = decided.to_arrow().to_pylist()
    told = {
        row["decision"]: {value["value"]: value["count"] for value in row["values"]}
        for row in decided.summary["decisions"]
    }
    assert told["result"] == {
        "PASS": 30,
        "PASS_LATER": 3,
        "HOLD": 4,
        "RETURN": 2,
        "SUPPLY": 1,
        "NO_DECISION": 1,
    }
    assert len(told["county_group"]) == 12
    assert sum(told["county_group"].values()) == 41
    assert told["saved"] == {"116": 41}
    cascade = [row["subject"] for row in rows if row["decision"] == "fired" and "SM-15" in row["value"]]
    assert cascade == ["SM36", "SM37", "SM38"]
    facts = engine.population_facts(folder / "reservoirs.ndjson", population).to_arrow().to_pylist()
    assert {row["batch_size"] for row in facts} == {41}


def test_claims_that_share_an_invoice_or_a_phone() -> None:
    """One invoice in two claims, two firms at one phone: found over the run, and only where they meet."""
    engine = zhida.Engine(zhida.load(RULES / "quanzhou-platform"), as_of="2025-09-26")
    base = {
        "条目类型": "claim",
        "政策编号": "a",
        "法定代表人": "p",
        "联系电话": "t",
        "住所": "z",
        "收款账号": "n",
    }
    claims = [
        {**base, "条目编号": f"K{n}", "凭证对象": objects, "联系电话": phone}
        for n, (objects, phone) in enumerate(
            [(["I1"], "t1"), (["I1", "I2"], "t2"), (["I3"], "t1"), ([], "t1")]
        )
    ]
    lines = "".join(json.dumps(claim, ensure_ascii=False) + "\n" for claim in claims)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.ndjson"
        path.write_text(lines, encoding="utf-8")
        facts = engine.population_facts(path, engine.population(path)).to_arrow().to_pylist()
    assert [row["object_claims"] for row in facts] == [2, 2, 1, 0]
    assert [row["phone_claims"] for row in facts] == [3, 1, 3, 3]
    assert [row["rep_claims"] for row in facts] == [4, 4, 4, 4]
