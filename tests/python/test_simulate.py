"""zhida simulate: figures against plain arithmetic over two screens, the page, the command, bad input."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, Ran, write_ndjson, write_pack
from zhida.results import yuan_text
from zhida.simulation_words import WORDS

Cli = Callable[..., Ran]

PARAMS = """\
- id: bar
  name: 门槛
  entries: {staff: 人数}
  versions:
    - {from: 2020-01-01, to: 2024-12-31, values: {staff: 10}}
    - {from: 2025-01-01, values: {staff: 20}}
- id: award
  name: 奖励
  entries: {each: 每人, most: 上限, from: 起始日}
  versions:
    - {values: {each: 100元, most: 5000元, from: 2025-01-01}}
"""
STAFF = """\
- id: staff-award
  title: 用工奖励
  title_en: Award for staff
  clauses: [{id: bar, when: 从业人数 >= 门槛.人数, article: 一}]
  amount: 从业人数 * 奖励.每人
  cap: 奖励.上限
- id: east-award
  title: 东区奖励
  clauses: [{id: east, when: '登记地 = "01"', article: 一}, {id: tech, when: 高新技术企业, article: 二}]
  amount: '800.55'
"""
SIZES = """\
- {id: size, name: 大小, is: 'if 从业人数 >= 30 then "large" else "small"'}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A pack of which one policy hangs on parameters."""
    changes: dict[str, str | None] = {
        "demo/params/p.yaml": PARAMS,
        "demo/policies/staff.yaml": STAFF,
        "demo/definitions/sizes.yaml": SIZES,
    }
    return write_pack(tmp_path / "base", **changes)


def rows_of(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Firms of which every fact may be missing, and promised."""
    made = random.Random(seed)
    rows = []
    for number in range(count):
        row: dict[str, Any] = {"uscc": f"F{number:05}"}
        if made.random() < 0.9:
            row["region"] = made.choice(["01", "02"])
        if made.random() < 0.9:
            row["staff"] = made.randrange(1, 90)
        if made.random() < 0.8:
            row["hitech"] = made.random() < 0.5
            if made.random() < 0.3:
                row["hitech@state"] = "committed"
        if made.random() < 0.7:
            row["revenue"] = {"2023": made.randrange(100), "2024": made.randrange(100)}
        rows.append(row)
    return rows


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return write_ndjson(tmp_path / "firms.ndjson", rows_of(400))


def pairs_of(pack: zhida.Pack, facts: Path) -> dict[tuple[str, str], tuple[str, int | None]]:
    table = zhida.Engine(pack, AS_OF).screen(facts, outcomes=zhida.OUTCOMES).to_arrow().to_pylist()
    return {(row["subject"], row["policy"]): (row["outcome"], row["amount_fen"]) for row in table}


def change_of(before: Path, where: Path) -> Path:
    """Another pack: a policy dropped, one new, one that gives more."""
    files = {path: path.read_text() for path in before.rglob("*.yaml")}
    for path, text in files.items():
        target = where / path.relative_to(before)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("'800.55'", "'900'").replace("id: demo", "id: demo\n# changed"))
    (where / "policies/ratio.yaml").unlink()
    (where / "policies/new.yaml").write_text(
        "id: new-award\ntitle: 新奖\namount: '10'\n"
        "clauses: [{id: west, when: '登记地 = \"02\"', article: 一}]\n"
    )
    return where


def test_figures_are_those_of_two_screens(base: Path, facts: Path, tmp_path: Path) -> None:
    after = change_of(base, tmp_path / "after" / "demo")
    told = zhida.simulate(base, facts, as_of=AS_OF, against=after, by=["region", "size"])
    was, now = pairs_of(zhida.load(base), facts), pairs_of(zhida.load(after), facts)
    nowhere = ("absent", None)
    moves: dict[str, Counter[tuple[str, str]]] = {}
    yuan: dict[str, list[int]] = {}
    by_subject: dict[str, list[int]] = {}
    for subject, policy in {**was, **now}:
        before, later = (
            was.get((subject, policy), nowhere),
            now.get((subject, policy), nowhere),
        )
        moves.setdefault(policy, Counter())[before[0], later[0]] += 1
        for index, (outcome, fen) in enumerate((before, later)):
            amount = (fen or 0) if outcome == "eligible" else 0
            yuan.setdefault(policy, [0, 0])[index] += amount
            by_subject.setdefault(subject, [0, 0])[index] += amount
    assert {row["policy"] for row in told.by_policy} == set(moves)
    for row in told.by_policy:
        counted = {(move["before"], move["after"]): move["pairs"] for move in row["moves"]}
        assert counted == moves[row["policy"]], row["policy"]
        assert [row["before_fen"], row["after_fen"]] == yuan[row["policy"]]
        assert row["before"]["eligible"] + row["gained"] - row["lost"] == row["after"]["eligible"]
    assert {row["policy"]: row["in"] for row in told.by_policy if row["in"] != "both"} == {
        "per-head": "before",
        "new-award": "after",
    }
    assert told.subjects["winners"] == sum(after > before for before, after in by_subject.values()) > 0
    assert told.subjects["losers"] == sum(after < before for before, after in by_subject.values())
    assert told.change_fen == sum(after - before for before, after in yuan.values())
    regions = {row["uscc"]: row.get("region") for row in rows_of(400)}
    for group in told.by_group["region"]:
        members = [subject for subject, region in regions.items() if region == group["value"]]
        assert group["subjects"]["all"] == len(members) > 0
        assert group["before_fen"] == sum(by_subject[member][0] for member in members)
        assert group["after_fen"] == sum(by_subject[member][1] for member in members)
    assert [group.get("state") for group in told.by_group["region"] if group["value"] is None] == ["unknown"]
    assert {group["value"] for group in told.by_group["size"]} == {
        "large",
        "small",
        None,
    }
    assert told.data["simulation"]["adds_up"]


def test_settings_and_sweep(base: Path, facts: Path) -> None:
    settings = {"门槛.staff": "50", "award.each": "200元"}
    told = zhida.simulate(base, facts, as_of=AS_OF, settings=settings, sweep="bar=10..50/20")
    assert told.data["simulation"]["settings"] == ["bar.staff = 50", "award.each = 200"]
    assert told.data["simulation"]["policies_judged_again"] == 1
    assert told.data["pack"]["digest"] != told.data["simulation"]["against"]["digest"]
    assert [point["value"] for point in told.curve] == ["10", "30", "50"]
    staff = [row["staff"] for row in rows_of(400) if "staff" in row]
    for point in told.curve:
        fit = [count for count in staff if count >= int(point["value"])]
        assert point["subjects"]["eligible_after"] == point["after"]["eligible"] == len(fit)
        assert point["after_fen"] == sum(min(count * 10_000, 500_000) for count in fit)
    alone = zhida.simulate(base, facts, as_of=AS_OF, sweep=zhida.Sweep.of("bar.staff", ["10", "30", "50"]))
    assert [row["after_fen"] for row in alone.curve] == [row["after_fen"] for row in told.curve]
    with pytest.raises(zhida.UsageError, match="only a sweep was run"):
        _ = alone.by_policy


def test_forecast(base: Path, facts: Path) -> None:
    told = zhida.simulate(base, facts, as_of=AS_OF, settings={"award.most": "1000元"})
    [row] = [row for row in told.by_policy if row["policy"] == "staff-award"]
    # Undetermined: whoever's staff is not known; then only the cap is.
    unknown = sum("staff" not in one for one in rows_of(400))
    counts = row["after"]
    assert counts["undetermined"] == unknown > 0
    forecast = row["forecast"]["after"]
    assert forecast["undetermined"] == {
        "pairs": unknown,
        "computed": 0,
        "capped": unknown,
        "untold": 0,
        "fen": unknown * 100_000,
    }
    assert forecast["low_fen"] == row["after_fen"]
    assert forecast["high_fen"] == row["after_fen"] + unknown * 100_000
    weighed = unknown * 100_000 * counts["eligible"] // (counts["eligible"] + counts["ineligible"])
    assert forecast["mid_fen"] == row["after_fen"] + weighed
    without = zhida.simulate(base, facts, as_of=AS_OF, settings={"award.most": "1000元"}, forecast=False)
    assert "forecast" not in without.data["simulation"]


def test_input_of_any_kind_gives_the_same(base: Path, facts: Path, tmp_path: Path) -> None:
    def figures(source: Any, **more: Any) -> Any:
        return zhida.simulate(base, source, as_of=AS_OF, settings={"bar": "35"}, **more).data["simulation"]

    expected = figures(facts, threads=1)
    assert figures(str(facts), threads=3) == expected
    coded = tmp_path / "firms.zhida"
    engine = zhida.Engine(zhida.load(base), AS_OF)
    engine.encode(facts, coded)
    assert figures(coded) == expected
    names = ["uscc", "region", "staff", "hitech", "hitech@state"]
    table = pa.table({name: [row.get(name) for row in rows_of(400)] for name in names})
    # Series have columns of their own in Arrow, so both go without.
    few = [{key: row[key] for key in names if key in row} for row in rows_of(400)]
    few_file = write_ndjson(tmp_path / "few.ndjson", few)
    assert figures(table) == figures(few_file)


def test_changed_pairs_are_written(base: Path, facts: Path, tmp_path: Path) -> None:
    out = tmp_path / "changes.parquet"
    told = zhida.simulate(base, facts, as_of=AS_OF, settings={"bar": "35"}, changes=out)
    rows = pq.read_table(out).to_pylist()
    assert told.data["written"]["pairs"] == len(rows) > 0
    [policy] = [row for row in told.by_policy if row["moved"] or row["risen"]]
    assert len(rows) == policy["moved"] + policy["risen"] + policy["fallen"]
    assert {row["policy"] for row in rows} == {"staff-award"}
    lost = [row for row in rows if row["before"] == "eligible" and row["after"] == "ineligible"]
    assert len(lost) == policy["lost"] and sum(row["before_fen"] for row in lost) == policy["lost_fen"]
    assert [row["row"] for row in rows] == sorted(int(row["subject"][1:]) for row in rows)


class _Page(HTMLParser):
    """Checks that tags close and that nothing comes from elsewhere; gathers cells and texts."""

    EMPTY = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.pictures = 0

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_attributes(attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe", "object"), tag
        self.handle_attributes(attrs)
        self.pictures += tag == "svg"
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            assert name not in ("src", "href") and "url(" not in (value or ""), name

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page(base: Path, facts: Path, tmp_path: Path, lang: Any) -> None:
    after = change_of(base, tmp_path / "after" / "demo")
    told = zhida.simulate(base, facts, as_of=AS_OF, against=after, sweep="bar=10..50/10", by=["region"])
    page = _Page()
    html = told.to_html(lang)
    page.feed(html)
    assert not page.open and page.pictures == 5
    assert not re.search(r"https?://", html)
    # The figures of the page are those of the JSON, in the same order.
    for row in told.by_policy:
        if row["change_fen"]:
            assert yuan_text(row["before_fen"]) in page.texts and yuan_text(row["after_fen"]) in page.texts
    for group in told.by_group["region"]:
        assert f"{group['subjects']['all']:,}" in page.texts and yuan_text(group["after_fen"]) in page.texts
    for point in told.curve:
        assert yuan_text(point["after_fen"]) in page.texts
    total = told.data["simulation"]["forecast"]["after"]
    assert all(yuan_text(total[f"{kind}_fen"]) in page.texts for kind in ("low", "mid", "high"))
    assert ("新增" in html) == (lang == "zh") and ("Award for staff" in html) == (lang == "en")


def test_words_are_there_in_both_languages() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    for key, text in WORDS["zh"].items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", WORDS["en"][key])), key


def test_command(base: Path, facts: Path, cli: Cli) -> None:
    ran = cli(
        "simulate", base, "--facts", facts, "--set", "bar.staff=50", "--sweep", "bar=20,50", "--as-of", AS_OF,
        "--json", "told.json", "--html", "told.html", "-o", "changes.ndjson",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "staff-award" in ran.out and "按登记地" not in ran.out and "门槛敏感性：bar" in ran.out
    told = json.loads(Path("told.json").read_text())
    assert told["simulation"]["settings"] == ["bar.staff = 50"] and told["seconds"] >= 0
    assert Path("told.html").read_text().startswith("<!doctype html>")
    assert len(Path("changes.ndjson").read_text().splitlines()) == told["written"]["pairs"]
    ran = cli(
        "simulate",
        base,
        "--facts",
        facts,
        "--set",
        "bar=20",
        "--as-of",
        AS_OF,
        "--lang",
        "en",
    )
    assert ran.code == 0 and "Nothing changes" in ran.out and "By 大小" in ran.out
    ran = cli(
        "simulate",
        base,
        "--facts",
        facts,
        "--set",
        "bar=50",
        "--as-of",
        AS_OF,
        "--format",
        "json",
    )
    assert ran.json["simulation"]["by_policy"]
    write_ndjson(Path("broken.ndjson"), ["{", *(json.dumps(row) for row in rows_of(3))])
    ran = cli(
        "simulate",
        base,
        "--facts",
        "broken.ndjson",
        "--set",
        "bar=50",
        "--as-of",
        AS_OF,
        "--lang",
        "en",
    )
    assert ran.code == 4 and "1 row rejected" in ran.err


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "nothing to compare with"),
        (["--set", "bra=5"], 3, 'there is no parameter "bra"; did you mean bar?'),
        (["--set", "award=5"], 3, "award has several entries; name one of award.each"),
        (["--set", "award.mots=5"], 3, "did you mean award.most?"),
        (["--set", "award.from=5"], 3, '"5" is a number, but award.from is a date'),
        (
            ["--set", "award.each=hello"],
            3,
            '"hello" is a text, but award.each is a number',
        ),
        (["--set", "award.each=[1]"], 3, "ZD2017"),
        (["--set", "award.each"], 2, "sets nothing"),
        (["--set", "bar=1", "--set", "bar=2"], 2, "names bar twice"),
        (["--sweep", "bar=50..10/5"], 2, "begins above its end"),
        (["--sweep", "bar=10..50/0"], 2, "step must be more than 0"),
        (["--sweep", "bar=10..50元/5"], 2, "in one unit"),
        (["--sweep", "bar=1..1000/1"], 2, "more than 200 values"),
        (["--sweep", "bar=,"], 2, "has no values"),
        (["--sweep", "bar"], 2, "sweeps nothing"),
        (["--sweep", "bar=10..50"], 2, "a range needs a step"),
        (["--set", "bar=5", "--history", "paid.csv"], 2, "earlier payments matter to pools only"),
        (["--set", "bar=5", "--pools", "--history", "paid.csv"], 2, "paid.csv cannot be read: No such file"),
        (["--set", "bar=5", "--html", "-"], 2, "--html writes to a file"),
        (["--sweep", "bar=a..b/c"], 2, "needs three numbers"),
        (["--sweep", "bar=5", "-o", "x.csv"], 2, "a sweep alone changes no pairs"),
        (["--set", "bar=5", "--by", "regoin"], 2, "did you mean region?"),
        (["--set", "bar=5", "--by", "hires"], 2, "cannot group"),
        (["--against", "nowhere"], 2, "nowhere"),
        (["--set", "bar=5", "--html", "no/folder.html"], 2, "cannot be written"),
    ],
)
def test_bad_input(base: Path, facts: Path, cli: Cli, options: list[str], code: int, message: str) -> None:
    ran = cli("simulate", base, "--facts", facts, "--as-of", AS_OF, *options)
    assert ran.code == code, ran.err
    assert message in ran.err


def test_packs_about_other_things_are_refused(base: Path, facts: Path, tmp_path: Path, cli: Cli) -> None:
    other = change_of(base, tmp_path / "other" / "demo")
    schema = other / "schema.yaml"
    schema.write_text(schema.read_text().replace("kind: firm", "kind: person"))
    pack = other / "pack.yaml"
    pack.write_text(pack.read_text().replace("kind: firm", "kind: person"))
    ran = cli("simulate", base, "--facts", facts, "--against", other, "--as-of", AS_OF)
    assert ran.code == 2 and "is about a firm, pack demo about a person" in ran.err


def test_sweep_values() -> None:
    assert zhida.Sweep.parse("a.b=1%..2%/0.5%").values == ("1.0%", "1.5%", "2.0%")
    assert zhida.Sweep.parse("a=1000万元..2000万元/600万元").values == (
        "1000万元",
        "1600万元",
    )
    assert zhida.Sweep.parse("a = 5 , 7,5").values == ("5", "7")


POOLS = """\
pools:
  - id: queue
    title: 排队
    control: first_come
    order_by: [成立日期]
    budgets: [{year: 2025, total: 1万元}]
  - id: by-staff
    title: 按人数
    control: first_come
    order_by: [从业人数]
    budgets: [{year: 2025, total: 1万元}]
"""
QUEUED = """\
- id: tech
  title: 高企奖
  pool: queue
  clauses: [{id: tech, when: 高新技术企业, article: 一}]
  amount: 奖励.每人
- id: crowd
  title: 用工奖
  pool: by-staff
  clauses: [{id: many, when: 从业人数 >= 1, article: 一}]
  amount: '100'
"""


def test_the_day_a_pool_runs_dry(tmp_path: Path, cli: Cli) -> None:
    """Claims of 3,000 yuan a day for 10,000: three fit, whoever else is in the queue."""
    changes: dict[str, str | None] = {
        "demo/params/p.yaml": PARAMS.replace("each: 100元", "each: 3000元"),
        "demo/policies/queued.yaml": QUEUED,
        "demo/settlement.yaml": POOLS,
    }
    pack = write_pack(tmp_path / "queue", **changes)
    day = "2025-03-{:02}".format
    sure = [{"uscc": f"S{i}", "hitech": True, "founded": day(2 * i)} for i in range(1, 4)]
    promised = [{"uscc": "P", "hitech": True, "hitech@state": "committed", "founded": day(5)}]
    unsure = [{"uscc": f"U{i}", "founded": day(1 + 2 * i)} for i in range(2)]
    undated = [{"uscc": "X", "hitech": True}]
    facts = write_ndjson(tmp_path / "claims.ndjson", [*sure, *promised, *unsure, *undated])
    told = zhida.simulate(pack, facts, as_of=AS_OF, settings={"award.each": "2000元"}, pools=True)
    pools = told.data["simulation"]["pools"]
    before, after = ({row["pool"]: row for row in pools[when]} for when in ("before", "after"))
    cases = before["queue"]["scenarios"]
    # Sure: days 2, 4, 6. With the promise of day 5 the one of day 6 does not fit; with those of days 1 and 3
    # the one of day 4.
    assert [cases[name]["dry_on"] for name in ("low", "mid", "high")] == [None, day(6), day(4)]
    assert [cases[name]["undated"] for name in ("low", "mid", "high")] == [1, 1, 1]
    assert cases["low"]["line"] == [[day(2), 700_000], [day(4), 400_000], [day(6), 100_000]]
    assert cases["high"]["line"] == [[day(1), 700_000], [day(2), 400_000], [day(3), 100_000]]
    assert cases["high"]["waiting"] == 3
    assert [row["dry_on"] for row in after["queue"]["scenarios"].values()] == [None, None, day(6)]
    assert before["by-staff"]["dated"] is False and before["by-staff"]["scenarios"]["low"]["dry_on"] is None
    plan = zhida.Engine(zhida.load(pack), AS_OF).pay_plan(facts).summary["settlement"]["pools"]
    [queue] = [row for row in plan if row["pool"] == "queue"]
    assert queue["paid_fen"] == cases["low"]["paid_fen"]
    for lang in ("zh", "en"):
        page = _Page()
        page.feed(told.to_html(lang))
        assert not page.open and {day(6), day(4), WORDS[lang]["no_day"]} <= set(page.texts)
    ran = cli("simulate", pack, "--facts", facts, "--set", "award.each=2000元", "--as-of", AS_OF, "--pools")
    assert ran.code == 0 and "用不完" in ran.out and day(4) in ran.out and "不按日期排序" in ran.out


def test_a_pack_without_such_pools_says_so(base: Path, facts: Path, cli: Cli) -> None:
    ran = cli("simulate", base, "--facts", facts, "--set", "bar=5", "--as-of", AS_OF, "--pools")
    assert ran.code == 0 and "没有先到先得的资金池" in ran.out
