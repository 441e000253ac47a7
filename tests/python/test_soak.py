"""One process that screens again and again: the same answers each time, and no memory that stays.

Eight runs in ./dev test, two hundred with ZHIDA_TEST_SIZE=full, which ./dev test --all sets.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import zhida
from zhida.demo_firms import write_ndjson

RULES = Path(__file__).resolve().parents[2] / "rules"
RUNS = 200 if os.environ.get("ZHIDA_TEST_SIZE") == "full" else 8
WARM = 4  # runs until caches and arenas have their size


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_memory_and_answers_stay_the_same(tmp_path: Path) -> None:
    source = tmp_path / "firms.ndjson"
    write_ndjson(source, 4000, 11)
    engine = zhida.Engine(zhida.load(RULES / "quanzhou"), "2025-06-30", threads=2)
    first: dict[str, Any] = {}
    warm = 0
    for run in range(RUNS):
        pairs = engine.screen(str(source)).to_arrow()
        summary = engine.screen(str(source), outcomes=["eligible"]).run()
        told = {key: summary[key] for key in ("pairs", "outcomes", "amount_fen", "by_policy")}
        told["rows"] = pairs.num_rows
        first = first or told
        assert told == first
        if run + 1 == WARM:
            warm = resident_bytes()
    grown = resident_bytes() - warm
    assert grown < 48 << 20, f"{grown >> 20} MiB more after {RUNS} runs than after {WARM}"
