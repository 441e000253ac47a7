"""zhida health: findings with and without a registry, exit codes, both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import zhida
from conftest import AS_OF, FILES, ROOT, Ran, write_ndjson, write_pack
from zhida.health import _TEXTS, NAMES

Cli = Callable[..., Ran]

POLICIES = """\
- id: sound
  title: 好政策
  department: 科技局
  basis: {document: 示例}
  valid: {from: 2020-01-01}
  amount: '1000'
  clauses:
    - {id: east, article: 一, when: '登记地 = "01"'}
    - {id: big, article: 二, when: 从业人数 >= 100}
- id: never
  title: 矛盾
  department: 科技局
  basis: {document: 示例}
  valid: {from: 2020-01-01}
  amount: '1000'
  clauses:
    - {id: few, article: 一, when: 从业人数 < 20}
    - {id: many, article: 二, when: 从业人数 >= 300}
"""


def sick_pack(folder: Path, policies: str = POLICIES) -> Path:
    others = (path for path in FILES if "/policies/" in path or "/cases/" in path)
    return write_pack(folder, **(dict.fromkeys(others) | {"demo/policies/health.yaml": policies}))


def test_findings_without_facts(tmp_path: Path, cli: Cli) -> None:
    pack = sick_pack(tmp_path)
    ran = cli("health", str(pack), "--as-of", AS_OF, "--lang", "en")
    assert ran.code == 1
    assert "never" in ran.out and "clauses few, many can never hold together" in ran.out
    assert re.search(r"2 policies, 1 problem, 0 risks", ran.out)
    report = json.loads(cli("health", str(pack), "--as-of", AS_OF, "--format", "json").out)
    assert report["subjects"] is None and report["counts"]["problem"] == 1
    [finding] = [row for row in report["findings"] if row["weight"] == "problem"]
    assert finding["kind"] == "contradiction" and finding["clauses"] == ["few", "many"]
    assert finding["evidence"]["few"] == "从业人数 < 20"
    assert finding["file"].endswith("health.yaml") and finding["line"] > 0


def test_a_sound_pack_ends_well(tmp_path: Path, cli: Cli) -> None:
    ran = cli("health", str(sick_pack(tmp_path, POLICIES[: POLICIES.index("- id: never")])), "--as-of", AS_OF)
    assert ran.code == 0 and "0 个问题，0 个风险" in ran.out


def test_counts_name_the_clause_that_singles_out(tmp_path: Path) -> None:
    pack = zhida.load(sick_pack(tmp_path, POLICIES[: POLICIES.index("- id: never")]))
    # A thousand firms of the east; one of them is big.
    rows = [{"uscc": f"F{n}", "登记地": "01", "从业人数": 100 if n == 7 else 5} for n in range(1000)]
    facts = write_ndjson(tmp_path / "firms.ndjson", rows)
    report = zhida.check_health(pack, AS_OF, facts)
    assert report.subjects == 1000 and not report.is_sound
    [finding] = report.findings
    assert (finding.kind, finding.clauses) == ("fits_few", ("big",))
    assert finding.evidence == {
        "subjects": "1000",
        "eligible": "1",
        "undetermined": "0",
        "eligible_without": "1000",
    }
    assert finding.text("zh") == "1000 户中只有 1 户符合；去掉条件 big 则有 1000 户符合"
    # The same counts as an ordinary screen of the pack.
    summary = zhida.Engine(pack, AS_OF).screen(facts).run()
    assert summary["by_policy"][0]["eligible"] == 1


def test_every_kind_has_words_in_both_languages() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "engine/analyze").glob("health*.cc"))
    kinds = set(re.findall(r'Found\("(\w+)"', sources))
    kinds |= set(re.findall(r'Vague::\w+, "(\w+)"', sources)) | set(
        re.findall(r'"(fits_\w+|undecided_by_data)"', sources)
    )
    assert len(kinds) >= 15
    for lang in ("zh", "en"):
        assert kinds <= set(_TEXTS[lang]) and kinds <= set(NAMES[lang])
        assert set(_TEXTS[lang]) - kinds == {"clause_part"}


def test_counts_of_another_engine_are_refused(tmp_path: Path) -> None:
    from zhida import _native

    pack = zhida.load(sick_pack(tmp_path))
    health = _native.Health.create(pack._native, 20000, 1)
    health.engine()
    with pytest.raises(zhida.UsageError, match="counts for 1 policies"):
        health.report([0, 0, 0, 0, 0], 10)
