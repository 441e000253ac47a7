"""Engines with single policies put and dropped: what they answer, and that nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import zhida
from conftest import AS_OF, FIRM

BIG = {
    "id": "big",
    "title": "规模奖励",
    "clauses": [{"id": "staff", "article": "第一条", "when": "从业人数 >= 7"}],
}
CHANGED = "id: per-head\ntitle: 改后\nclauses:\n  - {id: any, article: 第二条, when: '从业人数 >= 0'}\n"


def ids(engine: zhida.Engine) -> list[str]:
    return [policy.id for policy in engine.policies]


def test_a_policy_is_added_changed_and_dropped(pack: zhida.Pack) -> None:
    engine = zhida.Engine(pack, AS_OF)
    before = ids(engine)
    both = engine.with_policies(BIG).with_policies(CHANGED)
    assert ids(both) == [*before, "big"]
    outcomes = {outcome.policy: outcome for outcome in both.match(FIRM).outcomes}
    assert list(outcomes) == ids(both)
    assert (outcomes["big"].outcome, outcomes["big"].title) == ("eligible", "规模奖励")
    assert outcomes["per-head"].title == "改后"
    without = both.without("big", before[0])
    assert ids(without) == before[1:]
    assert ids(engine) == before
    assert without.pack is pack


def test_match_without_clauses_explain_and_screen_know_the_change(pack: zhida.Pack, tmp_path: Path) -> None:
    engine = zhida.Engine(pack, AS_OF, threads=1).with_policies([BIG])
    short = engine.match(FIRM, clauses=False, outcomes=["eligible"])
    assert "big" in [outcome.policy for outcome in short.outcomes]
    assert engine.explain(FIRM, "big").outcome == "eligible"
    firms = tmp_path / "firms.ndjson"
    firms.write_text(json.dumps(FIRM, ensure_ascii=False) + "\n", encoding="utf-8")
    run = engine.screen(firms)
    summary = run.run()
    assert summary["policies"] == len(engine.policies)
    assert summary["adds_up"]
    assert [row["policy"] for row in engine.costs()].count("big") == 1


def test_what_cannot_be_done_is_told(pack: zhida.Pack) -> None:
    engine = zhida.Engine(pack, AS_OF)
    with pytest.raises(zhida.PackError) as mistakes:
        engine.with_policies(
            "id: x\ntitle: x\nclauses:\n  - {id: a, article: '1', when: 人数 > 3}\n", label="new.yaml"
        )
    assert mistakes.value.diagnostics[0].file == "new.yaml"
    assert mistakes.value.diagnostics[0].line == 4
    with pytest.raises(zhida.UsageError, match="ZD6006"):
        engine.with_policies(BIG).best(FIRM)
    with pytest.raises(zhida.UsageError, match="ZD6001"):
        engine.without("nobody")
    with pytest.raises(zhida.UsageError, match="ZD6005"):
        engine.without(*ids(engine))
