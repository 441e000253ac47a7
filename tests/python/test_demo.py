"""zhida demo: what it prints and leaves, and that its explanation is Chinese throughout."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Ran

Cli = Callable[..., Ran]


@pytest.fixture
def shown(cli: Cli) -> Ran:
    return cli("demo", "--firms", 600, "--no-progress")


def test_demo_prints_what_gives_most_and_leaves_the_pairs(shown: Ran, tmp_path: Path) -> None:
    assert shown.code == 0, shown.err
    rows = re.findall(r"^([a-z]{2,4}-[\w-]+) .* [\d,]+ +[\d,]+ +[\d,]+ +[\d,]+ +0\b", shown.out, re.MULTILINE)
    assert len(set(rows)) == 15
    assert re.search(r"^190 more ", shown.out, re.MULTILINE)
    yuan = [
        Decimal(text.replace(",", "")) for text in re.findall(r" ([\d,]+\.\d\d)$", shown.out, re.MULTILINE)
    ]
    # The most first, and all together what the whole run gives.
    assert yuan[:15] == sorted(yuan[:15], reverse=True) and sum(yuan[:16]) == yuan[16]
    assert "As of 2025-06-30, pack quanzhou 1.0.0: 600 rows read, 0 rejected" in shown.out
    told = re.search(
        r"^The ([\d,]+) pairs \(all but ineligible\) are in zhida-demo\.parquet\.$", shown.out, re.M
    )
    assert told
    assert pq.read_table(tmp_path / "zhida-demo.parquet").num_rows == int(told[1].replace(",", ""))
    assert [path.name for path in tmp_path.iterdir()] == ["zhida-demo.parquet"]


def test_demo_explains_one_firm_in_chinese(shown: Ran) -> None:
    explained = shown.out[shown.out.index("其中一家") :]
    parts = re.split(r"^[一二三四五]、.*\n\n", explained, flags=re.MULTILINE)
    first, paid, failed, undecided, checklist, near = parts
    assert re.search(r"（9135\w{14}）\n符合 \d+ 项，.*待定 \d+ 项.*；符合的各项合计 [\d,.]+ 元", first)
    assert re.search(r"^✓ 符合，金额 [\d,]+\.\d\d 元$", paid, re.MULTILINE)
    assert re.search(r"^✗ 不符合：有条件不满足$", failed, re.MULTILINE)
    assert len(re.findall(r"^ +✗ ", failed, re.MULTILINE)) == 1
    assert re.search(r"^\? 待定：", undecided, re.MULTILINE)
    assert re.search(r"^还缺：\n  .*（(没有数据|数据过旧|来源不一致|无权查看)）", undecided, re.MULTILINE)
    assert re.search(r"^.+：(没有数据|数据过旧，需更新|来源不一致|尚未授权查看)$", checklist, re.MULTILINE)
    assert re.search(r"^.+（[\w-]+）$", near, re.MULTILINE)
    # Every heading and every clause's title holds Chinese, and no word of the English frame is left.
    for line in re.findall(r"^ *[✓✗?!] .*|^\S.*：$", explained, re.MULTILINE):
        assert re.search(r"[一-鿿]", line), line
    assert not re.search(r"eligible|undetermined|missing|supplied|amount|false|true|null", explained)


def test_demo_is_the_same_for_the_same_seed(cli: Cli, tmp_path: Path) -> None:
    for name, threads in (("a", 1), ("b", 2)):
        ran = cli("demo", "--firms", 50, "--seed", 4, "-q", "-o", f"{name}.csv", "--threads", threads)
        assert ran.code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_demo_says_what_it_cannot_do(cli: Cli) -> None:
    for arguments, told in (
        (("--firms", 0), "zhida: --firms 0: give at least 1\n"),
        (("--firms", 5, "-q", "-o", "nowhere/pairs.parquet"), "nowhere/pairs.parquet"),
        (("--firms", 5, "-q", "-o", "pairs.xls"), ".parquet"),
    ):
        ran = cli("demo", *arguments)
        assert ran.code == 2
        assert told in ran.err
        assert "Traceback" not in ran.err
