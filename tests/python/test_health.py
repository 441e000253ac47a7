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
    assert finding.text("zh") == "1,000 户中只有 1 户符合；去掉条件 big 则有 1,000 户符合"
    # The same counts as an ordinary screen of the pack.
    summary = zhida.Engine(pack, AS_OF).screen(facts).run()
    assert summary["by_policy"][0]["eligible"] == 1


def test_every_kind_has_words_in_both_languages() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "engine/analyze").glob("health*.cc"))
    sources += (ROOT / "engine/analyze/uptake.cc").read_text("utf-8")
    kinds = set(re.findall(r'Found\("(\w+)"', sources))
    kinds |= set(re.findall(r'FindingOf\([^"]*"(\w+)"', sources)) | set(
        re.findall(r'kind = "(\w+)"', sources)
    )
    kinds |= set(re.findall(r'"(fits_\w+|undecided_by_data|undecidable|not_in_force)"', sources))
    assert len(kinds) >= 20
    for lang in ("zh", "en"):
        assert kinds <= set(_TEXTS[lang]) and kinds <= set(NAMES[lang])
        assert set(_TEXTS[lang]) - kinds == {"clause_part", "eligible_part", "terms_part"}


def test_counts_of_another_engine_are_refused(tmp_path: Path) -> None:
    from zhida import _native

    pack = zhida.load(sick_pack(tmp_path))
    health = _native.Health.create(pack._native, 20000, 1)
    health.engine()
    with pytest.raises(zhida.UsageError, match="counts for 1 policies"):
        health.report([0, 0, 0, 0, 0], 10)


def two_sound_policies() -> str:
    sound = POLICIES[: POLICIES.index("- id: never")]
    return sound + sound.replace("id: sound", "id: other").replace("1000", "2000").replace("100", "50")


def firms(folder: Path) -> Path:
    rows = [{"uscc": f"F{n}", "登记地": "01", "从业人数": 60 if n % 2 else 200} for n in range(300)]
    return write_ndjson(folder / "firms.ndjson", rows)


def test_what_hardly_anybody_claims(tmp_path: Path, cli: Cli) -> None:
    pack = sick_pack(tmp_path, two_sound_policies())
    claims = tmp_path / "claims.csv"
    # One firm claimed `sound` twice, one gave `other` back; 2 claims are of a later day, 1 is of no policy.
    claims.write_text(
        "subject,policy,date,amount_fen\n"
        "F0,sound,2025-01-05,100000\nF0,sound,2025-02-05,100000\nF2,other,2025-02-05,-5\n"
        "F4,sound,2030-01-01,1\nF6,other,2030-01-01,1\nF8,gone,2025-01-01,1\n",
        encoding="utf-8",
    )
    report = zhida.check_health(zhida.load(pack), AS_OF, firms(tmp_path), claims=claims)
    assert report.claims == {"rows": 6, "rows_of_no_policy": 1, "rows_later": 2}
    [sound, other] = report.findings
    assert (sound.policy, sound.kind, sound.weight) == ("sound", "unclaimed", "risk")
    assert (sound.evidence["eligible"], sound.evidence["claimants"]) == ("150", "1")
    assert (other.policy, other.evidence["eligible"], other.evidence["claimants"]) == ("other", "300", "0")
    ran = cli("health", str(pack), "--as-of", AS_OF, "--claims", str(claims), "--lang", "en")
    assert ran.code == 1 and "other" in ran.out and "claimed by 0" in ran.out and "sound" not in ran.out
    assert "1 of 6 claims are of no policy of the pack" in ran.err
    # The same from Parquet, from NDJSON and from a table of the caller's own.
    import pyarrow as pa
    import pyarrow.csv as pv
    import pyarrow.parquet as pq

    table = pv.read_csv(claims)
    pq.write_table(table, tmp_path / "claims.parquet")
    lines = [json.dumps(row, default=str) + "\n" for row in table.to_pylist()]
    (tmp_path / "claims.ndjson").write_text("".join(lines), encoding="utf-8")
    for source in (tmp_path / "claims.parquet", tmp_path / "claims.ndjson", table):
        assert zhida.check_health(zhida.load(pack), AS_OF, firms(tmp_path), claims=source).json == report.json
    assert isinstance(table, pa.Table)


def test_what_the_platform_lists(tmp_path: Path, cli: Cli) -> None:
    pack = sick_pack(tmp_path, two_sound_policies())
    listed = tmp_path / "platform.txt"
    listed.write_text("# online\n\nsound\nghost\n", encoding="utf-8")
    report = zhida.check_health(zhida.load(pack), AS_OF, platform=listed)
    assert report.published == 2
    assert [(row.policy, row.kind, row.weight) for row in report.findings] == [
        ("other", "unlisted", "problem"),
        ("ghost", "no_rules", "risk"),
    ]
    assert (report.findings[1].file, report.findings[1].line) == (str(listed), 4)
    ran = cli("health", str(pack), "--as-of", AS_OF, "--platform", str(listed))
    assert ran.code == 1 and "抽屉" in ran.out and "platform.txt:4" in ran.out
    listed.write_text("sound\nother\n", encoding="utf-8")
    assert cli("health", str(pack), "--as-of", AS_OF, "--platform", str(listed)).code == 0
    assert zhida.check_health(zhida.load(pack), AS_OF, platform=["sound", "other"]).is_sound


@pytest.mark.parametrize(
    ("option", "name", "text", "said"),
    [
        ("--claims", "none.csv", None, "none.csv cannot be read"),
        ("--claims", "claims.txt", "subject,policy\n", "are read from .parquet"),
        ("--claims", "claims.csv", "subject,amount_fen\nF1,5\n", "policy"),
        (
            "--claims",
            "claims.csv",
            "subject,policy\nF1,sound\n,sound\n",
            "row 1 of the claims: the claim has no",
        ),
        ("--claims", "claims.csv", "subject,policy,date\nF1,sound,soon\n", "soon"),
        ("--platform", "none.txt", None, "none.txt cannot be read"),
        ("--platform", "list.txt", "# nothing yet\n", "list.txt lists no policy"),
        ("--platform", "list.csv", "id,title\nsound,t\n", "list.csv:1: id,title is not one policy id"),
        ("--platform", "list.bin", b"\xff\xfe\x00", "list.bin cannot be read"),
    ],
)
def test_bad_claims_and_lists(
    tmp_path: Path, cli: Cli, option: str, name: str, text: str | bytes | None, said: str
) -> None:
    pack = sick_pack(tmp_path, two_sound_policies())
    file = tmp_path / name
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = cli("health", str(pack), "--as-of", AS_OF, option, str(file))
    assert ran.code > 1 and said in ran.err, ran.err
    assert not ran.out
