"""Near misses of a screen are those that the explanations of its pairs define, however they are found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

import pytest
import zhida
from conftest import ROOT
from zhida.demo_firms import write_ndjson

AS_OF = "2025-06-30"
FIRMS = 2500
SEED = int(os.environ.get("ZHIDA_TEST_SEED", "20261129"))
EXPLAINED = range(0, FIRMS, 125)


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("near") / "firms.ndjson"
    print("seed", SEED)
    write_ndjson(path, FIRMS, SEED)
    return path


def found(
    firms: Path, near: Path, threads: int, evaluator: Literal["batch", "point", "interpreter"] = "batch"
) -> tuple[bytes, dict[str, Any]]:
    engine = zhida.Engine(zhida.load(ROOT / "rules/quanzhou"), AS_OF, threads=threads)
    summary = engine.screen(firms, near=near, evaluator=evaluator).run()
    return near.read_bytes(), summary


def test_a_screen_finds_what_explanations_define(firms: Path, tmp_path: Path) -> None:
    lines, summary = found(firms, tmp_path / "near.ndjson", 1)
    rows = [json.loads(line) for line in lines.splitlines()]
    assert summary["near_pairs"] == len(rows) > FIRMS
    assert any(row["open"] for row in rows) and not all(row["open"] for row in rows)
    engine = zhida.Engine(zhida.load(ROOT / "rules/quanzhou"), AS_OF, threads=1)
    policies = [policy.id for policy in engine.pack.policies]
    for number, firm in enumerate(firms.read_text(encoding="utf-8").splitlines()):
        if number not in EXPLAINED:
            continue
        told = {row["policy"]: (row["clause"], row["open"]) for row in rows if row["row"] == number}
        defined = {}
        for policy in policies:
            near = json.loads(engine.explain(firm, policy).to_json()).get("near")
            if near is not None:
                defined[policy] = (near["clause"], near["open"])
        assert told == defined


def test_they_are_the_same_by_any_number_of_threads_and_any_evaluator(firms: Path, tmp_path: Path) -> None:
    one, summary = found(firms, tmp_path / "one.ndjson", 1)
    two, _ = found(firms, tmp_path / "two.ndjson", 2)
    point, _ = found(firms, tmp_path / "point.ndjson", 2, "point")
    assert one == two == point
    engine = zhida.Engine(zhida.load(ROOT / "rules/quanzhou"), AS_OF, threads=2)
    assert engine.screen(firms).run()["outcomes"] == summary["outcomes"]
