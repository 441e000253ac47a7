"""Settlement from Python and the command line: screening to a plan, history, the best mix, bad input."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from zhida.cli import main

RULES = Path(__file__).resolve().parents[2] / "rules"
PACK = str(RULES / "settlement-vectors")
AS_OF = "2026-06-30"

FIRMS = [
    {
        "uscc": "A1",
        "投入": 3000,
        "应付": 60,
        "称号": "little_giant",
        "市级部分": 0,
        "申报日期": "2026-01-03",
        "得分": 90,
        "区县": "350521",
        "企业名称": "甲",
        "账户名": "甲",
        "账号": "62001",
        "开户行": "403391000000",
        "上年财政贡献": 20,
        "电量增量": 400000,
        "新招用人员": [{"身份": "p1", "月数": 7}, {"身份": "p2", "月数": 4}],
    },
    {
        "uscc": "B1",
        "投入": 1000,
        "应付": 50,
        "称号": "none",
        "市级部分": 10,
        "申报日期": "2026-01-02",
        "得分": 95.5,
        "区县": "350582",
        "企业名称": "乙",
        "账户名": "乙公司",
        "账号": "62002",
        "开户行": "403391000000",
        "上年财政贡献": 5,
        "电量增量": 300000,
        "新招用人员": [{"身份": "p1", "月数": 12}],
    },
    {"uscc": "C1", "应付": 30, "申报日期": "2026-01-01", "得分": 88, "企业名称": "丙", "区县": "350524"},
]


@pytest.fixture(scope="module")
def engine() -> zhida.Engine:
    return zhida.Engine(zhida.load(PACK), AS_OF)


@pytest.fixture
def firms(tmp_path: Path) -> str:
    path = tmp_path / "firms.ndjson"
    path.write_text("".join(json.dumps(firm, ensure_ascii=False) + "\n" for firm in FIRMS), "utf-8")
    return str(path)


def rows_of(plan: zhida.PayPlan) -> dict[tuple[str, str, str | None], dict]:
    rows = plan.to_arrow().to_pylist()
    return {(row["subject"], row["policy"], row["object"]): row for row in rows}


def test_plan_from_facts(engine: zhida.Engine, firms: str) -> None:
    plan = engine.pay_plan(firms)
    rows = rows_of(plan)
    figures = plan.summary["settlement"]
    assert figures["adds_up"]
    assert figures["awards"] == len(rows) == figures["paid"] + figures["held"] + figures["nothing"]
    city = rows["A1", "city-rate", None]
    assert (city["status"], city["amount_fen"], city["unclipped_fen"]) == ("pay", 110_000_000, 165_000_000)
    assert [(step["step"], step["fen"]) for step in city["steps"]] == [
        ("amount", 165_000_000),
        ("own_cap", 110_000_000),
    ]
    zone = rows["A1", "zone-upgrade", None]
    assert zone["amount_fen"] == 18_000_000
    assert zone["steps"][0] == {"step": "percentage", "fen": 18_000_000, "note": "upgrade-general"}
    given_up = rows["A1", "upgrade-general", None]
    assert (given_up["status"], given_up["reason"]) == ("nothing", "given_up")
    assert given_up["steps"][-1] == {"step": "given_up", "fen": 0, "note": "upgrade-smart"}
    shared = rows["A1", "shared", None]
    assert [(share["level"], share["fen"]) for share in shared["shares"]] == [
        ("province", 48_000_000),
        ("city", 6_000_000),
        ("county", 6_000_000),
    ]
    assert (shared["payee_name"], shared["payee_account"]) == ("甲", "62001")
    # The same person in two firms, an account in another name, and no account at all.
    assert rows["A1", "hire-a", "p1"]["reason"] == rows["B1", "hire-b", "p1"]["reason"] == "identity_shared"
    assert (rows["B1", "add-a", None]["status"], rows["B1", "add-a", None]["reason"]) == (
        "hold",
        "account_name",
    )
    assert rows["C1", "add-a", None]["reason"] == "payee_unknown"
    # Held money is kept in the pool, in the order of the day of application.
    prorata = {subject: rows[subject, "prorata", None] for subject in ("A1", "B1", "C1")}
    assert [prorata[subject]["amount_fen"] for subject in prorata] == [42_857_100, 35_714_300, 21_428_600]
    assert [prorata[subject]["order"] for subject in prorata] == [3, 2, 1]
    assert rows["A1", "power", None]["amount_fen"] == 4_000_000
    assert rows["B1", "power", None]["reason"] == "below_minimum"


def test_a_plan_after_its_own_payments_pays_nothing(engine: zhida.Engine, firms: str) -> None:
    first = engine.pay_plan(firms)
    # Held money is set aside as well.
    paid = [row for row in first.to_arrow().to_pylist() if row["amount_fen"] > 0]
    history = pa.table(
        {
            "subject": [row["subject"] for row in paid],
            "policy": [row["policy"] for row in paid],
            "object": [row["object"] for row in paid],
            "year": pa.array([row["year"] for row in paid], pa.int32()),
            "part": [str(row["part"]) for row in paid],
            "amount_fen": [row["amount_fen"] for row in paid],
            "date": ["2026-07-01" for _ in paid],
        }
    )
    again = rows_of(engine.pay_plan(firms, history=history))
    for row in paid:
        now = again[row["subject"], row["policy"], row["object"]]
        assert now["amount_fen"] == 0, now


def test_rows_do_not_depend_on_order_or_threads(firms: str) -> None:
    pack = zhida.load(PACK)
    one = zhida.Engine(pack, AS_OF, threads=1).pay_plan(firms).to_arrow()
    many = zhida.Engine(pack, AS_OF, threads=4)
    table = pa.Table.from_batches(many.pay_plan(firms))
    assert one.equals(table)


def test_history_files(engine: zhida.Engine, firms: str, tmp_path: Path) -> None:
    rows = [{"subject": "A1", "policy": "add-a", "amount_fen": 1_000_000, "date": "2026-02-01", "year": 2026}]
    table = pa.Table.from_pylist(rows)
    csv = tmp_path / "h.csv"
    csv.write_text("subject,policy,amount_fen,date,year\nA1,add-a,1000000,2026-02-01,2026\n")
    ndjson = tmp_path / "h.ndjson"
    ndjson.write_text(json.dumps(rows[0] | {"more": 1}) + "\n")
    parquet = tmp_path / "h.parquet"
    pq.write_table(table, parquet)
    for history in (str(csv), ndjson, parquet, table):
        row = rows_of(engine.pay_plan(firms, history=history))["A1", "add-a", None]
        assert (row["amount_fen"], row["part"]) == (59_000_000, 2), history
    with pytest.raises(zhida.StreamError, match="cannot be read"):
        engine.pay_plan(firms, history=tmp_path / "none.csv")
    with pytest.raises(zhida.UsageError, match="earlier payments and claims are read from"):
        engine.pay_plan(firms, history=tmp_path / "h.xlsx")


def test_settle_from_a_table(engine: zhida.Engine) -> None:
    awards = pa.table(
        {
            "subject": ["A", "B", "C"],
            "policy": ["prorata"] * 3,
            "amount_fen": [60_000_000, 50_000_000, 30_000_000],
        }
    )
    plan = zhida.settle(engine, awards)
    assert plan.to_arrow()["amount_fen"].to_pylist() == [42_857_100, 35_714_300, 21_428_600]
    assert "PayPlan of 3 awards" in repr(plan)


BAD = [
    ({"amount_fen": [-1]}, "ZD7007", "negative"),
    ({"policy": ["prorat"]}, "ZD7005", "no policy"),
    ({"subject": [""]}, "ZD7004", "no subject"),
    ({"outcome": ["ineligible"]}, "ZD7006", "cannot be"),
    ({"year": [0]}, "ZD7008", "year"),
    ({"amount_fen": pa.array([None], pa.int64())}, "ZD7010", "no amount"),
    ({"amount_fen": pa.array([2**63], pa.uint64())}, "ZD7010", "beyond 64 bits"),
    ({"amount_fen": ["5"]}, "ZD7002", "not whole numbers"),
    ({"groups": [[{"group": "hires"}]]}, "ZD7011", "in no group"),
    ({"object": ["x" * 65_537]}, "ZD7009", "longer than"),
    ({"min_pay_fen": pa.array([2**63], pa.uint64())}, "ZD7001", "beyond 64 bits"),
    ({"payee_state": ["fin"]}, "ZD7019", "no payee_state"),
]


@pytest.mark.parametrize(("change", "code", "what"), BAD)
def test_bad_awards(engine: zhida.Engine, change: dict, code: str, what: str) -> None:
    columns = {"subject": ["A"], "policy": ["prorata"], "amount_fen": [5]} | change
    with pytest.raises(zhida.DataError, match=what) as caught:
        zhida.settle(engine, pa.table(columns))
    assert caught.value.diagnostics[0].code == code


def test_a_closed_year_pays_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    text = (copy / "settlement.yaml").read_text()
    closed = re.sub(r"(id: prorata.*?year: 2026, total: [^},]*)", r"\1, closed: true", text, flags=re.S)
    assert closed != text
    (copy / "settlement.yaml").write_text(closed)
    awards = pa.table({"subject": ["A"], "policy": ["prorata"], "amount_fen": [5]})
    plan = zhida.settle(zhida.Engine(zhida.load(copy), as_of="2026-06-30"), awards)
    row = plan.to_arrow().to_pylist()[0]
    assert (row["status"], row["reason"], row["amount_fen"]) == ("hold", "pool_closed", 0)
    assert plan.summary["settlement"]["adds_up"]


def test_a_pool_that_is_not_there(tmp_path: Path) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    policies = copy / "policies" / "forms.yaml"
    policies.write_text(policies.read_text().replace("pool: prorata", "pool: proratta", 1))
    with pytest.raises(zhida.PackError, match="no pool") as caught:
        zhida.load(copy)
    assert "ZD2709" in [each.code for each in caught.value.diagnostics]


def test_bad_history(engine: zhida.Engine) -> None:
    awards = pa.table({"subject": ["A"], "policy": ["prorata"], "amount_fen": [5]})
    for columns, code in [
        ({"subject": ["A"], "amount_fen": [1], "date": ["2026-01-01"]}, "ZD7012"),
        ({"subject": ["A"], "policy": ["x"], "amount_fen": [1], "date": ["soon"]}, "ZD7014"),
        (
            {"subject": ["A"], "policy": ["x"], "amount_fen": [1], "date": ["2026-01-01"], "pool": ["x"]},
            "ZD7013",
        ),
        ({"subjct": ["A"], "policy": ["x"], "amount_fen": [1], "date": ["2026-01-01"]}, "ZD7003"),
    ]:
        with pytest.raises(zhida.DataError) as caught:
            zhida.settle(engine, awards, history=pa.table(columns))
        assert caught.value.diagnostics[0].code == code


def test_best_mix(engine: zhida.Engine) -> None:
    best = engine.best(FIRMS[0])
    paid = {award["policy"]: award for award in best["awards"] if award["status"] == "pay"}
    assert {"invoice-a", "upgrade-smart"} <= paid.keys()
    assert not {"invoice-ab", "upgrade-general"} & paid.keys()
    assert best["total_fen"] == sum(award["fen"] for award in best["awards"] if award["status"] == "pay")
    only = engine.best(FIRMS[0], policies=["upgrade-general"])
    assert [award["status"] for award in only["awards"]] == ["pay"]


def test_command(firms: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.parquet"
    assert main(["pay", "plan", PACK, firms, "--as-of", AS_OF, "-o", str(plan), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "Summary of the payment plan" in said.out and "Approved by" in said.out
    assert "zhida pay reserve takes it from there" in said.err
    assert pq.read_table(plan).num_rows == 71
    assert main(["pay", "plan", PACK, firms, "--as-of", AS_OF, "--format", "json", "-q"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["settlement"]["adds_up"] and summary["screen"]["subjects"] == 3
    assert main(["pay", "plan", PACK, firms, "--as-of", "2027-01-01", "-q"]) == 4
    assert "本年度无预算" in capsys.readouterr().out
    assert main(["pay", "plan", PACK, firms, "--as-of", AS_OF, "-o", str(tmp_path / "plan.csv")]) == 2


def test_best_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "firm.json"
    path.write_text(json.dumps(FIRMS[0], ensure_ascii=False), "utf-8")
    assert main(["match", PACK, str(path), "--as-of", AS_OF, "--best"]) == 0
    assert "a better award of its group is paid (upgrade-smart)" in capsys.readouterr().out
    assert main(["match", PACK, str(path), "--as-of", AS_OF, "--best", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["subject"] == "A1"
