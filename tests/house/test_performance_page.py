"""docs/performance.md tells of one run of the bench, kept beside it; its tables are made from that run."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from runner import page, report  # noqa: E402
from runner.targets import TARGETS, Bound, ratios  # noqa: E402


def kept_run() -> dict:
    return json.loads(page.KEPT_RUN.read_text())


def test_tables_are_those_of_the_kept_run() -> None:
    text = page.PAGE.read_text()
    assert page.filled(text, kept_run()) == text, (
        "docs/performance.md differs from docs/performance-run.json; "
        "run ./dev bench --docs docs/performance-run.json"
    )


def test_every_part_is_on_the_page() -> None:
    assert set(re.findall(r"<!-- run: (\w+) -->", page.PAGE.read_text())) == set(page.PARTS)


def test_a_target_is_met_by_its_figure_or_by_all_its_ratios() -> None:
    run = kept_run()
    target = next(t for t in TARGETS if t.measure == "batch_counts_s")
    run["measures"]["batch_counts_s"] = 1.0
    run["peers"]["polars_counts"]["seconds"] = 50.0
    run["peers"]["duckdb_counts"]["seconds"] = 200.0
    assert ratios(run)["batch_counts_vs_polars"] == pytest.approx(50)
    both = {"batch_counts_vs_polars": 50.0, "batch_counts_vs_duckdb": 200.0}
    assert target.met(run, Bound(0.5, both))
    assert not target.met(run, Bound(0.5, both | {"batch_counts_vs_polars": 51.0}))
    assert target.met(run, Bound(1.0, both | {"batch_counts_vs_polars": 51.0}))
    del run["measures"]["batch_counts_s"]
    assert report.verdict(target, run) == "not measured"
