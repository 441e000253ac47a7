"""The made-up firms: the same from any side, valid, in line with the schema, and good for a screening."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import zhida
from zhida import demo_firms
from zhida.demo_firms import AS_OF, firms, lines, write_ndjson

ROOT = Path(__file__).resolve().parents[2]
N = 4000


@pytest.fixture(scope="module")
def some() -> list[dict[str, Any]]:
    return list(firms(N, seed=7))


def schema() -> dict[str, tuple[int, bool, bool]]:
    """Fact -> days that it stays fresh at most (0: for ever), may be promised, may be null."""
    days, found = {"M": 31, "Y": 366}, {}
    for pack in ("national", "quanzhou"):
        text = (ROOT / f"rules/{pack}/schema.yaml").read_text(encoding="utf-8").split("\nfacts:\n")[1]
        for fact in re.split(r"^  - ", text, flags=re.MULTILINE)[1:]:
            own = fact.split("members:")[0]
            age = re.search(r"max_age: P(\d+)([MY])", own)
            fresh = int(age[1]) * days[age[2]] if age else 0
            nullable = "nullable: true" in own
            key = re.match(r"\{?id: (\w+)", fact)
            assert key, fact
            found[key[1]] = fresh, "commitment: allowed" in own, nullable
    return found


def test_seed_and_index_decide() -> None:
    whole = list(lines(400, 3))
    assert whole == list(lines(400, 3))
    assert whole[150:220] == list(lines(70, 3, start=150))
    assert whole[399::-1] == [next(lines(1, 3, start=index)) for index in range(399, -1, -1)]
    assert not set(whole) & set(lines(400, 4))


def test_a_new_interpreter_makes_the_same() -> None:
    script = "import sys; from zhida.demo_firms import lines; sys.stdout.buffer.writelines(lines(300, 5))"
    made = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout
    demo_firms._maker.cache_clear()
    assert made == b"".join(lines(300, 5))


def test_any_number_of_processes_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_firms, "_PART", 100)
    day, told = date(2026, 3, 31), list[tuple[int, int]]()
    for processes in (1, 3):
        path = tmp_path / f"{processes}.ndjson"
        progress = (lambda done, total: told.append((done, total))) if processes == 3 else None
        write_ndjson(path, 350, 9, day, start=50, processes=processes, on_progress=progress)
        assert path.read_bytes() == b"".join(lines(350, 9, day, start=50))
    assert told == [(100, 350), (200, 350), (300, 350), (350, 350)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.ndjson", "3.ndjson"]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_end_on_the_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(demo_firms, "_PART", 10)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_ndjson(tmp_path / "firms.ndjson", 40, 1, processes=processes, on_progress=stop)
    assert not list(tmp_path.iterdir())
    with pytest.raises(OSError):
        write_ndjson(tmp_path / "nowhere/firms.ndjson", 40, 1, processes=processes)


def test_none_are_an_empty_file(tmp_path: Path) -> None:
    write_ndjson(tmp_path / "firms.ndjson", 0, 1)
    assert (tmp_path / "firms.ndjson").read_bytes() == b""
    assert list(firms(0, 1)) == []


def test_lines_are_json_without_doubled_keys(some: list[dict[str, Any]]) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    for line, firm in zip(lines(500, 7), some, strict=False):
        assert line.endswith(b"}\n") and line.count(b"\n") == 1
        told = json.loads(line, object_pairs_hook=once, parse_float=str)
        assert list(told) == list(firm)


# What a firm hands in when it applies for a title; no policy reads it, and no register has it.
FOR_TITLES = {
    *("segment_years", "new_equity", "net_profit", "digital_level", "quality_marks", "chain_role"),
    *("special_points", "market_share", "own_brand", "core_process_on_it", "management_certificate"),
    *("ip_class1_in_use", "ip_advance", "ip_core_role", "ip_own_developed", "standard_part"),
    *("conversions", "rd_management_low", "rd_management_high"),
}
# Added by demo_accounts where somebody is to be paid.
ACCOUNTS = {"account_name", "account", "bank"}


def test_facts_and_their_companions_are_those_of_the_schema(some: list[dict[str, Any]]) -> None:
    facts, marks = schema(), Counter[str]()
    for firm in some:
        assert firm.get("@date", "2025-06-03") >= "2025-06-03"
        for key, value in firm.items():
            name, _, companion = key.partition("@")
            if not name:
                continue
            fresh, promised, nullable = facts[name]
            assert value is not None or nullable, key
            if companion == "date":
                marks["stale"] += 1
                assert fresh and date.fromisoformat(value) + timedelta(days=fresh) < AS_OF, key
            elif companion:
                marks[value] += 1
                assert value in ("committed", "conflict", "not_authorised") and (
                    promised or value != "committed"
                )
            assert name in firm, key
    assert {key for firm in some for key in firm if "@" not in key} == set(facts) - FOR_TITLES - ACCOUNTS
    assert all(marks[mark] > N / 20 for mark in ("stale", "committed", "conflict", "not_authorised")), marks


def test_some_facts_are_missing_more_often_of_small_firms(some: list[dict[str, Any]]) -> None:
    rare = {"first_unit_price", "service_contract_filed", "taiwan_paid_in", "sea_rent", "sea_insurance"}
    factories = {"output", "emerging_output", "output_quarter", "power"}
    old = [firm for firm in some if firm.get("reg_date", "9") < "2022" and "industry_stat" in firm]
    always = {"uscc", "name", "reg_date", "industry_stat"}
    for fact in schema().keys() - rare - FOR_TITLES - ACCOUNTS - always:
        asked = [firm for firm in old if fact not in factories or firm["industry_stat"][0] in "BCD"]
        missing = sum(fact not in firm for firm in asked) / len(asked)
        assert 0.01 < missing < 0.22, (fact, missing)
    held = defaultdict(list)
    for firm in old:
        if "staff" in firm:
            held[(firm["staff"] >= 20) + (firm["staff"] >= 300)].append(len(firm.keys() - factories - rare))
    means = [sum(held[size]) / len(held[size]) for size in (0, 1, 2)]
    assert means == sorted(means) and means[2] - means[0] > 2
    assert sum(len([key for key in firm if "@" not in key]) for firm in some) / N > 65


def check_digits_hold(code: str) -> tuple[bool, bool]:
    """Of the organisation code inside, and of the whole."""
    body = sum(int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    whole = sum(alphabet.index(c) * 3**i for i, c in enumerate(code[:17]))
    return code[16] == {10: "X", 11: "0"}.get(11 - body % 11, str(11 - body % 11)), alphabet[
        -whole % 31
    ] == code[17]


def test_credit_codes_are_unique_and_few_are_wrong() -> None:
    assert check_digits_hold("91350500YYYY000127") == check_digits_hold("91350600YYYY0008X7") == (True, True)
    codes = [json.loads(line)["uscc"] for line in lines(15_000, 11, start=1_000_000)]
    assert len(set(codes)) == len(codes)
    assert {code[:2] for code in codes} == {"91", "92"} and {code[8:10] for code in codes} == {"YY"}
    held = Counter(map(check_digits_hold, codes))
    assert held.keys() == {(True, True), (True, False)}
    assert 0.0008 < held[True, False] / len(codes) < 0.004


def test_figures_hang_together(some: list[dict[str, Any]]) -> None:
    edges = Counter[str]()
    for firm in some:
        for year, sales in firm.get("revenue", {}).items():
            assert firm.get("main_revenue", {}).get(year, 0) <= sales
            assert firm.get("total_income", {}).get(year, sales) == sales
            edges["sales of 2000"] += sales == 2000
        starts, ends = firm.get("assets_quarter_start"), firm.get("assets_quarter_end")
        if starts and ends:
            assert [*starts.values()][1:] == [*ends.values()][:-1]
            assert firm.get("assets", {}).get("2024", ends["2024Q4"]) == ends["2024Q4"]
        for year, own in firm.get("net_assets", {}).items():
            assert own <= firm.get("assets", {}).get(year, own)
        if "rd_detail" in firm and firm.get("rd_tax", {}).get("2024") is not None:
            detail = firm["rd_detail"]
            assert detail["inhouse"] + detail["other"] + detail["outsourced"] == firm["rd_tax"]["2024"]
        if firm.get("in_register"):
            assert firm.get("register_kind", "") is not None
            assert firm.get("first_in_date", "") <= firm.get("entered_date", "9")
        edges["20 people"] += firm.get("staff") == 20
        edges["3 million taxed"] += firm.get("taxable_income", {}).get("2024") == 300
        edges["sales of 300,000"] += 300_000 in firm.get("vat_sales", {}).values()
    assert all(edges[edge] > 3 for edge in edges) and len(edges) == 4, edges


def test_nothing_is_dated_ahead_or_before_the_firm(some: list[dict[str, Any]]) -> None:
    for day in (date(2024, 2, 29), date(2026, 1, 1), AS_OF):
        last = (day.replace(day=1) - timedelta(days=1)).isoformat()[:7]
        for firm in firms(1000, 2, day) if day != AS_OF else some:
            opened = firm.get("reg_date", "1900-01-01")
            assert opened <= day.isoformat()
            dates = [firm.get(key) for key in ("first_in_date", "entered_date", "emerging_in_date")]
            dates += [hire["hired_on"] for hire in firm.get("hires", ())]
            dates += [loan["issued_on"] for loan in firm.get("loans", ())]
            dates += [project["done_on"] for project in firm.get("projects", ())]
            assert all(opened <= when <= day.isoformat() for when in dates if when), firm
            for title in firm.get("certificates", ()):
                assert title["first_on"] <= title["valid_from"] <= day.isoformat()
                assert opened <= title["first_on"] and title["valid_from"] < title["valid_to"]
            months = [*firm.get("power", ()), *firm.get("vat_credit", ())]
            assert all(month <= last for month in months)
            for series in (firm.get("revenue", ()), firm.get("power", ()), firm.get("vat_sales", ())):
                assert all(a < b for a, b in pairwise(series))
            assert all(year < str(day.year) for year in firm.get("revenue", ()))


def test_a_screening_finds_firms_for_most_policies(tmp_path: Path) -> None:
    path, rejects = tmp_path / "firms.ndjson", tmp_path / "rejects.ndjson"
    write_ndjson(path, 20_000, 1)
    engine = zhida.Engine(zhida.load(ROOT / "rules/quanzhou"), AS_OF)
    summary = engine.screen(path, rejects=rejects, strict=True).run()
    assert summary["rows_read"] == 20_000 and summary["rows_rejected"] == 0, rejects.read_text()[:500]
    assert summary["outcomes"]["error"] == 0
    assert 10 < summary["bad_check_digits"] < 90
    shares = [row["eligible"] / 20_000 for row in summary["by_policy"]]
    assert sum(share > 0 for share in shares) >= 18
    assert sum(0 < share < 0.002 for share in shares) >= 3 and sum(share > 0.2 for share in shares) >= 3
    assert summary["outcomes"]["conditional"] > 500


def test_accounts_hang_on_the_firm_and_are_mostly_in_its_name(tmp_path: Path) -> None:
    from zhida.demo_accounts import add_accounts

    plain, paid = tmp_path / "plain.ndjson", tmp_path / "paid.ndjson"
    write_ndjson(plain, 3000, 7)
    add_accounts(plain, paid)
    before = [json.loads(line) for line in plain.read_bytes().splitlines()]
    after = [json.loads(line) for line in paid.read_bytes().splitlines()]
    assert [{k: v for k, v in firm.items() if k not in ACCOUNTS} for firm in after] == before
    others = [firm for firm in after if firm["account_name"] != firm["name"]]
    assert 0 < len(others) < 40 and {firm["account_name"] for firm in others} == {"张三"}
    assert len({firm["account"] for firm in after}) == len({firm["uscc"] for firm in after})
    assert all(len(firm["account"]) == 19 and len(firm["bank"]) == 12 for firm in after)
    add_accounts(plain, plain)  # in place
    assert plain.read_bytes() == paid.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["paid.ndjson", "plain.ndjson"]
