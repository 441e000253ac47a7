"""What the batch engine leaves to the interpreter, by counters: only what `zhida check --cost` lists."""

from __future__ import annotations

from pathlib import Path

import pytest
import zhida
from zhida.demo_firms import write_ndjson

RULES = Path(__file__).resolve().parents[2] / "rules"
AS_OF = "2025-06-30"


@pytest.fixture(scope="module")
def made_firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counters") / "firms.ndjson"
    write_ndjson(str(path), 3000, 7)
    return path


@pytest.mark.parametrize("pack", ["national", "quanzhou"])
def test_the_interpreter_decides_only_what_check_lists(pack: str, made_firms: Path) -> None:
    engine = zhida.Engine(zhida.load(RULES / pack), AS_OF)
    slow = {row["policy"] for row in engine.costs() if row["path"] == "interpreter"}
    fast = sorted({row["policy"] for row in engine.costs()} - slow)
    assert len(fast) > 10
    screen = engine.screen(str(made_firms), policies=fast)
    screen.run()
    work = screen.summary["work"]
    assert screen.summary["pairs"] == 3000 * len(fast)
    assert work["interpreted_conditions"] == 0
    assert work["judged_amounts"] == 0
    assert work["judged_pairs"] == 0
    assert work["text_evaluations"] > 0


def test_rules_quanzhou_needs_no_interpreter() -> None:
    engine = zhida.Engine(zhida.load(RULES / "quanzhou"), AS_OF)
    assert [row for row in engine.costs() if row["path"] == "interpreter"] == []
