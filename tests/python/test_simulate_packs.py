"""zhida simulate with two packs that do not know the same: other facts, other names, some policies only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FILES, Ran, write_ndjson, write_pack

Cli = Callable[..., Ran]

EXPORTS = "  - {id: exports, name: 出口额, type: money, unit: 万元}\n"
EXPORTER = """\
id: exporter
title: 出口奖励
clauses: [{id: some, when: 出口额 >= 2000000, article: 一}]
amount: '500'
"""
SCHEMA = FILES["demo/schema.yaml"]
STAFF = "  - {id: staff, name: 从业人数, type: integer, source: 统计, max_age: P1Y}\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "base")


@pytest.fixture
def more(tmp_path: Path) -> Path:
    """The pack with a fact that comes first, asked for by a policy of its own."""
    schema = SCHEMA.replace("facts:\n", "facts:\n" + EXPORTS)
    return write_pack(
        tmp_path / "more", **{"demo/schema.yaml": schema, "demo/policies/exporter.yaml": EXPORTER}
    )


def rows_of(count: int) -> list[dict[str, Any]]:
    return [
        {
            "uscc": f"F{number:05}",
            "region": ["01", "02"][number % 2],
            "staff": number % 120 + 1,
            "hitech": number % 3 == 0,
            "exports": number % 5 * 100,
        }
        for number in range(count)
    ]


def outcomes_of(pack: Path, facts: Any) -> dict[str, int]:
    summary = zhida.Engine(zhida.load(pack), AS_OF).screen(facts).run()
    return {row["policy"]: row["eligible"] for row in summary["by_policy"]}


@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_each_pack_reads_what_it_knows(base: Path, more: Path, tmp_path: Path, kind: str) -> None:
    rows = rows_of(300)
    facts = tmp_path / f"firms.{kind}"
    if kind == "ndjson":
        write_ndjson(facts, rows)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), facts)
    else:
        lines = [",".join(rows[0]), *(",".join(str(value).lower() for value in row.values()) for row in rows)]
        facts.write_text("\n".join(lines).replace("f0", "F0"))
    for before, after in ((base, more), (more, base)):
        told = zhida.simulate(before, facts, as_of=AS_OF, against=after)
        was, now = outcomes_of(before, facts), outcomes_of(after, facts)
        assert {
            row["policy"]: row["before"]["eligible"] for row in told.by_policy if row["in"] != "after"
        } == was
        assert {
            row["policy"]: row["after"]["eligible"] for row in told.by_policy if row["in"] != "before"
        } == now
        assert told.data["undeclared"] == {}
        [exporter] = [row for row in told.by_policy if row["policy"] == "exporter"]
        assert exporter["gained"] + exporter["lost"] == sum(row["exports"] >= 200 for row in rows) == 180


def test_a_row_that_one_pack_refuses_takes_no_part(base: Path, more: Path, tmp_path: Path, cli: Cli) -> None:
    rows = [*rows_of(3), {"uscc": "X", "exports": "many"}]
    facts = write_ndjson(tmp_path / "firms.ndjson", rows)
    ran = cli(
        "simulate", base, "--facts", facts, "--against", more, "--as-of", AS_OF, "--rejects", "no.ndjson",
        "--format", "json",
    )  # fmt: skip
    assert ran.code == 4 and ran.json["subjects"] == 3 and ran.json["rows_rejected"] == 1
    assert json.loads(Path("no.ndjson").read_text())["field"] == "exports"


def test_a_fact_with_another_name_is_read_by_either(base: Path, tmp_path: Path) -> None:
    changes = {path: text.replace("从业人数", "职工人数") for path, text in FILES.items()}
    renamed = write_pack(tmp_path / "renamed", **changes)
    told = []
    for key in ("staff", "从业人数", "职工人数"):
        rows = [{"uscc": row["uscc"], key: row["staff"]} for row in rows_of(200)]
        facts = write_ndjson(tmp_path / f"{key}.ndjson", rows)
        simulated = zhida.simulate(base, facts, as_of=AS_OF, against=renamed)
        told.append({row["policy"]: row["moves"] for row in simulated.by_policy})
        assert simulated.data["simulation"]["moved"] == 0
    assert told[0] == told[1] == told[2] and any(len(moves) > 1 for moves in told[0].values())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (STAFF, STAFF.replace("integer", "decimal(1)"), "fact staff is integer before and decimal(1) after"),
        (
            STAFF,
            STAFF.replace("P1Y", "P6M"),
            "is at most 12 months old before and at most 6 months old after",
        ),
        (
            "unit: 万元",
            "unit: 元",
            "is series(year) of money in 万元 before and series(year) of money in 元 after",
        ),
        ("key: uscc", "key: name", "the subject is named by fact uscc before and by fact name after"),
        ("name: 登记地", "name: 注册地", ""),
    ],
)
def test_what_does_not_mean_the_same_is_told(
    base: Path, tmp_path: Path, cli: Cli, old: str, new: str, message: str
) -> None:
    facts = write_ndjson(tmp_path / "firms.ndjson", rows_of(5))
    changes: dict[str, str | None] = {"demo/schema.yaml": SCHEMA.replace(old, new)}
    if not message:  # another name is no obstacle
        changes["demo/policies/award.yaml"] = FILES["demo/policies/award.yaml"].replace("登记地", "注册地")
    other = write_pack(tmp_path / "other", **changes)
    ran = cli("simulate", base, "--facts", facts, "--against", other, "--as-of", AS_OF)
    assert ran.code == (2 if message else 0), ran.err
    if message:
        assert message in ran.err and "schema.yaml:" in ran.err


def test_a_coded_file_has_the_facts_of_one_pack(base: Path, more: Path, tmp_path: Path, cli: Cli) -> None:
    facts, coded = (write_ndjson(tmp_path / "firms.ndjson", rows_of(50)), tmp_path / "firms.zhida")
    zhida.encode(zhida.load(more), facts, coded, as_of=AS_OF)
    told = zhida.simulate(more, coded, as_of=AS_OF, against=base)
    assert told.data["simulation"]["lost"] == 30
    zhida.encode(zhida.load(base), facts, coded, as_of=AS_OF)
    ran = cli("simulate", base, "--facts", coded, "--against", more, "--as-of", AS_OF)
    assert ran.code == 2 and "ZD6019" in ran.err and "name the file that it was made from" in ran.err


def test_some_policies_only(base: Path, more: Path, tmp_path: Path, cli: Cli) -> None:
    facts = write_ndjson(tmp_path / "firms.ndjson", rows_of(300))
    whole = {row["policy"]: row for row in zhida.simulate(base, facts, as_of=AS_OF, against=more).by_policy}
    told = zhida.simulate(base, facts, as_of=AS_OF, against=more, policies=["exporter", "per-head"])
    assert told.by_policy == [whole["per-head"], whole["exporter"]]
    assert told.data["simulation"]["pairs"] == 600 and told.data["simulation"]["adds_up"]
    alone = zhida.simulate(
        base, facts, as_of=AS_OF, against=more, policies="exporter", changes=tmp_path / "c.csv"
    )
    assert told.change_fen == alone.change_fen == 180 * 50_000
    assert alone.data["written"]["pairs"] == alone.subjects["gained"] == 180
    ran = cli(
        "simulate", base, "--facts", facts, "--against", more, "--as-of", AS_OF,
        "--policy", "exporter,per-head", "--policy", "hitech-award",
    )  # fmt: skip
    assert ran.code == 0 and "exporter" in ran.out and "growth" not in ran.out
    ran = cli("simulate", base, "--facts", facts, "--against", more, "--as-of", AS_OF, "--policy", "exprter")
    assert ran.code == 2 and "there is no policy" in ran.err


PARAMS = "- {id: bar, name: 门槛, entries: {staff: 人数}, versions: [{values: {staff: 10}}]}\n"
MANY = "{id: many, title: 用工, clauses: [{id: bar, when: 从业人数 >= 门槛.人数, article: 一}]}\n"


def test_a_pack_from_memory_takes_settings_and_a_sweep(tmp_path: Path) -> None:
    facts = write_ndjson(tmp_path / "firms.ndjson", rows_of(300))
    files = {**FILES, "demo/params/p.yaml": PARAMS, "demo/policies/many.yaml": MANY}
    pack = zhida.load(files)
    told = zhida.simulate(pack, facts, as_of=AS_OF, settings={"bar": "50"}, sweep="bar=10,100")
    [many] = [row for row in told.by_policy if row["policy"] == "many"]
    staff = [row["staff"] for row in rows_of(300)]
    assert [many["before"]["eligible"], many["after"]["eligible"]] == [
        sum(count >= bar for count in staff) for bar in (10, 50)
    ]
    assert [point["after"]["eligible"] for point in told.curve] == [
        sum(count >= bar for count in staff) for bar in (10, 100)
    ]
    set_twice = zhida.load(files, settings={"bar": "20"}).with_settings({"bar": "50"})
    assert set_twice.digest == pack.with_settings({"bar": "50"}).digest != pack.digest
    with pytest.raises(zhida.PackError, match="there is no parameter"):
        pack.with_settings({"bra": "1"})


POOL = """\
pools:
  - {id: queue, title: 排队, control: first_come, order_by: [成立日期], budgets: [{year: 2025, total: 1万元}]}
"""
COUNTED = "population:\n  - {id: peers, name: 同地户数, measure: count, by: 登记地}\n"


def test_what_is_read_several_times_is_the_same_each_time() -> None:
    files = {
        **FILES,
        "demo/schema.yaml": SCHEMA + COUNTED,
        "demo/settlement.yaml": POOL,
        "demo/params/p.yaml": PARAMS,
        "demo/policies/many.yaml": MANY.replace(
            "clauses: [", "amount: '100', pool: queue, clauses: ["
        ).replace("}]}", "}, {id: peers, when: 同地户数 >= 50, article: 二}]}"),
    }
    pack = zhida.load(files)
    table = pa.Table.from_pylist([{**row, "founded": "2024-01-01"} for row in rows_of(200)]).drop(["exports"])

    def simulated(source: Any) -> zhida.Simulation:
        return zhida.simulate(pack, source, as_of=AS_OF, settings={"bar": "50"}, pools=True)

    # Counted for either pack, since the parameter makes them two.
    pools = simulated(table).data["simulation"]["pools"]
    staff = [row["staff"] for row in rows_of(200)]
    for when, bar in (("before", 10), ("after", 50)):
        [queue] = pools[when]
        assert queue["scenarios"]["low"]["asked_fen"] == 10_000 * sum(count >= bar for count in staff)
    with pytest.raises(zhida.StreamError, match="first there were 200 rows, then 0"):
        simulated(table.to_reader())
