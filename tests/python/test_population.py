"""Facts counted over a whole run, and decisions for many subjects, held against plain Python."""

from __future__ import annotations

import json
import os
import random
from collections import defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import zhida
from conftest import Ran, write_ndjson

SEED = int(os.environ.get("ZHIDA_SEED", "1"))

PACK = {
    "claims/pack.yaml": "id: claims\nversion: 1.0\nkind: claim\n",
    "claims/schema.yaml": """\
kind: claim
key: claim_no
facts:
  - {id: claim_no, name: 申报编号, type: string}
  - {id: invoices, name: 发票号码, type: list of string}
  - {id: phone, name: 电话, type: string, nullable: true}
  - {id: amount, name: 金额, type: money, nullable: true}
  - {id: valid, name: 有效, type: boolean}
population:
  - {id: invoice_claims, name: 同票申报数, measure: count, by: 发票号码}
  - {id: phone_valid, name: 同电话有效数, measure: count, by: 电话, where: 有效}
  - {id: phone_sum, name: 同电话金额, measure: sum, of: 金额, by: 电话, type: money}
  - {id: phone_share, name: 同电话占比, measure: share, of: 金额, by: 电话}
  - {id: invoice_least, name: 同票最小金额, measure: least, of: 金额, by: 发票号码, where: 有效, type: money}
  - {id: invoice_greatest, name: 同票最大金额, measure: greatest, of: 金额, by: 发票号码, type: money}
""",
    "claims/tables/rules.yaml": """\
id: fired
name: 触发规则
kind: decision
hit: R
outputs: [{id: rule}]
rules:
  - {when: 同票申报数 >= 2, then: '"duplicate"'}
  - {when: 'known(同电话有效数) and 同电话有效数 >= 3', then: '"ring"'}
""",
    "claims/definitions/route.yaml": """\
- {id: route, name: 去向, kind: decision, is: 'if count(触发规则) = 0 then "pay" else "review"'}
- {id: phone_cause, name: 电话缺因, kind: decision, is: 'cause(电话)'}
""",
    "claims/policies/award.yaml": """\
id: award
clauses:
  - {id: once, when: 同票申报数 <= 1, article: 一}
""",
}


def made_claims(count: int) -> list[dict[str, Any]]:
    """Claims with few invoices and phones, so that many meet; some of everything is missing."""
    dice = random.Random(SEED)
    print("seed", SEED)
    claims = []
    for number in range(count):
        claim: dict[str, Any] = {"claim_no": f"C{number:04}"}
        if dice.random() < 0.95:
            claim["invoices"] = [
                None if dice.random() < 0.02 else f"I{dice.randrange(count)}"
                for _ in range(dice.randrange(4))
            ]
        if dice.random() < 0.9:
            claim["phone"] = None if dice.random() < 0.1 else f"P{dice.randrange(1 + count // 8)}"
        if dice.random() < 0.99:
            claim["amount"] = None if dice.random() < 0.05 else dice.randrange(-100, 100_000) / 100
        if dice.random() < 0.99:
            claim["valid"] = dice.random() < 0.7
        claims.append(claim)
    return claims


def keys_of(claim: dict[str, Any], fact: str) -> list[str] | None:
    """The keys of a claim; None when they are not all known."""
    if fact not in claim:
        return None
    value = claim[fact]
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return None if None in value else sorted(set(value))


def reference(
    claims: list[dict[str, Any]], measure: str, by: str, of: str | None, where: str | None
) -> list[Any]:
    """What each claim's fact is; None where it is not known."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for claim in claims:
        if where is not None and where not in claim:
            mark: Any = "open"
        elif where is not None and not claim[where]:
            mark = "out"
        elif of is None:
            mark = Decimal(1)
        elif of not in claim:
            mark = "open"
        else:
            mark = "out" if claim[of] is None else Decimal(str(claim[of]))
        for key in keys_of(claim, by) or []:
            groups[key].append(mark)

    def of_group(key: str, claim: dict[str, Any]) -> Any:
        marks = groups[key]
        if "open" in marks:
            return None
        numbers = [mark for mark in marks if mark != "out"]
        if measure == "count":
            return len(numbers)
        if measure == "sum":
            return sum(numbers, Decimal(0))
        if measure == "share":
            own = claim.get(of or "")
            total = sum(numbers, Decimal(0))
            if own is None or not total:
                return None
            return (Decimal(str(own)) / total).quantize(Decimal("1e-12"), ROUND_HALF_EVEN)
        return (min if measure == "least" else max)(numbers) if numbers else None

    found: list[Any] = []
    for claim in claims:
        keys = keys_of(claim, by)
        if keys is None:
            found.append(None)
        elif not keys:
            found.append(0 if measure == "count" else None)
        else:
            values = [of_group(key, claim) for key in keys]
            found.append(None if None in values else (min if measure == "least" else max)(values))
    return found


MEASURES = {
    "invoice_claims": ("count", "invoices", None, None),
    "phone_valid": ("count", "phone", None, "valid"),
    "phone_sum": ("sum", "phone", "amount", None),
    "phone_share": ("share", "phone", "amount", None),
    "invoice_least": ("least", "invoices", "amount", "valid"),
    "invoice_greatest": ("greatest", "invoices", "amount", None),
}


@pytest.fixture(scope="module")
def engine() -> zhida.Engine:
    return zhida.Engine(zhida.load(PACK), as_of="2026-11-22", threads=2)


def test_population_equals_a_plain_count(engine: zhida.Engine, tmp_path: Path) -> None:
    claims = made_claims(2000)
    path = write_ndjson(tmp_path / "claims.ndjson", claims)
    population = engine.population(path)
    facts = engine.population_facts(path, population).to_arrow().to_pylist()
    assert [row["claim_no"] for row in facts] == [claim["claim_no"] for claim in claims]
    for fact, arguments in MEASURES.items():
        wanted = reference(claims, *arguments)
        assert [row[fact] for row in facts] == wanted, fact
        assert sum(value is not None for value in wanted) > 100
        assert None in wanted
    assert {str(row["phone_sum@date"]) for row in facts} == {"2026-11-22"}
    counted = {row["fact"]: row for row in population.summary["population"]}
    without = sum(keys_of(claim, "phone") is None for claim in claims)
    assert counted["phone_sum"]["without_key"] == without
    assert counted["phone_sum"]["subjects"] == len(claims) - without
    assert counted["phone_sum"]["keys"] == len({claim["phone"] for claim in claims if claim.get("phone")})


def test_population_hangs_on_neither_order_nor_threads(engine: zhida.Engine, tmp_path: Path) -> None:
    claims = made_claims(3000)
    shuffled = claims[:]
    random.Random(SEED).shuffle(shuffled)
    parts = [write_ndjson(tmp_path / f"{n}.ndjson", shuffled[n::7]) for n in range(7)]
    whole = write_ndjson(tmp_path / "claims.ndjson", claims)

    def facts(with_engine: zhida.Engine, source: Any) -> dict[str, Any]:
        rows = with_engine.population_facts(source, with_engine.population(source)).to_arrow().to_pylist()
        return {row["claim_no"]: {key: row[key] for key in MEASURES} for row in rows}

    one = zhida.Engine(engine.pack, as_of="2026-11-22", threads=1)
    expected = facts(engine, whole)
    assert facts(one, parts) == expected
    assert facts(engine, parts) == expected
    # In Arrow "there is none" is a state; a null alone is not known.
    marked = [
        {**claim, **{f"{key}@state": "absent" for key in ("phone", "amount") if claim.get(key, 0) is None}}
        for claim in claims
    ]
    names = ["claim_no", "invoices", "phone", "phone@state", "amount", "amount@state", "valid"]
    columns = {name: [claim.get(name) for claim in marked] for name in names}
    assert facts(engine, pa.table(columns)) == expected


def test_facts_supplied_to_a_match_give_what_the_screen_gave(engine: zhida.Engine, tmp_path: Path) -> None:
    claims = made_claims(300)
    path = write_ndjson(tmp_path / "claims.ndjson", claims)
    population = engine.population(path)
    engine.population_facts(path, population).write(tmp_path / "facts.ndjson")
    lines = (tmp_path / "facts.ndjson").read_text(encoding="utf-8").splitlines()
    written = [json.loads(line, parse_float=Decimal) for line in lines]
    pairs = engine.screen(path, population=population, outcomes=list(zhida.OUTCOMES)).to_arrow().to_pylist()
    decided = engine.decide(path, population=population)
    answers = {(row["row"], row["decision"]): row for row in decided.to_arrow().to_pylist()}
    assert len(answers) == 3 * len(claims)
    seen = set()
    for claim, facts, pair in zip(claims, written, pairs, strict=True):
        assert facts.pop("row") == pair["row"]
        # What is not known of a claim is not supplied.
        known = {
            key: value for key, value in claim.items() if value is not None or key in ("phone", "amount")
        }
        match = engine.match({**known, **{k: v for k, v in facts.items() if v is not None}})
        assert match["award"].outcome == pair["outcome"]
        seen.add(pair["outcome"])
        for decision in match.decisions.values():
            row = answers[pair["row"], decision.id]
            assert (row["state"], row["cause"]) == (decision.state, decision.cause)
            value = row["value"]
            if decision.id == "fired" and value is not None:
                value = json.loads(value)
            assert value == decision.value
    assert seen == {"eligible", "ineligible", "undetermined"}
    told = {row["decision"]: row for row in decided.summary["decisions"]}
    routes = {value["value"]: value["count"] for value in told["route"]["values"]}
    assert sum(routes.values()) == told["route"]["known"]
    assert told["route"]["known"] + told["route"]["unknown"] == len(claims)
    assert set(routes) == {"pay", "review"}
    # Without the count the facts are not known, and nothing is refused for it.
    plain = engine.screen(path).run()
    assert plain["outcomes"]["undetermined"] == len(claims)


def test_population_of_a_coded_file(engine: zhida.Engine, tmp_path: Path) -> None:
    """What was worked out when the file was made knows nothing of the population, and is not used then."""
    path = write_ndjson(tmp_path / "claims.ndjson", made_claims(500))
    coded = tmp_path / "claims.zhida"
    engine.encode(path, coded)
    plain, from_coded = engine.population(path), engine.population(coded)
    for what in (
        lambda source, counted: engine.population_facts(source, counted),
        lambda source, counted: engine.decide(source, population=counted),
        lambda source, counted: engine.screen(source, population=counted),
    ):
        assert what(coded, from_coded).to_arrow().to_pylist() == what(path, plain).to_arrow().to_pylist()
    assert engine.screen(coded, population=from_coded).run()["outcomes"]["undetermined"] < 500
    assert engine.screen(coded).run()["outcomes"]["undetermined"] == 500


def test_population_that_does_not_fit(engine: zhida.Engine, tmp_path: Path) -> None:
    files = {
        **PACK,
        "claims/schema.yaml": PACK["claims/schema.yaml"].replace(
            "of: 金额, by: 电话, type: money",
            "of: 'if 金额 = null then null else 金额 / 3', by: 电话, type: money",
        ),
    }
    other = zhida.Engine(zhida.load(files), as_of="2026-11-22")
    path = write_ndjson(tmp_path / "claims.ndjson", [{"claim_no": "a", "phone": "x", "amount": 1}])
    with pytest.raises(zhida.StreamError, match=r"phone_sum: 0.333.*state a type that fits"):
        other.population(path)
    with pytest.raises(zhida.UsageError, match="counted for another pack"):
        other.screen(path, population=engine.population(path)).run()


def test_cli_decides_and_counts(cli: Callable[..., Ran], tmp_path: Path) -> None:
    for name, text in PACK.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    claims = [{"claim_no": "a", "invoices": ["1"]}, {"claim_no": "b", "invoices": ["1", "2"]}]
    write_ndjson(tmp_path / "claims.ndjson", claims)
    ran = cli(
        "screen",
        "claims",
        "claims.ndjson",
        "--as-of",
        "2026-11-22",
        "--decisions",
        "d.csv",
        "--population",
        "p.ndjson",
    )
    assert ran.code == 0, ran.err
    assert "review" in ran.out
    assert "同电话金额 was counted without 2 subjects whose key is not known" in ran.err
    assert '"invoice_claims":2,"invoice_claims@date":"2026-11-22"' in (tmp_path / "p.ndjson").read_text(
        "utf-8"
    )
    assert (tmp_path / "d.csv").read_text("utf-8").count("\n") == 7
    (tmp_path / "claims/policies/award.yaml").unlink()
    ran = cli("screen", "claims", "claims.ndjson", "--as-of", "2026-11-22", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.json["policies"] == 0
    assert {row["decision"]: row["known"] for row in ran.json["decisions"]}["fired"] == 2
    facts = {"claim_no": "a", "invoice_claims": 2, "phone_valid": 0}
    ran = cli("match", "claims", "-", "--as-of", "2026-11-22", input=json.dumps(facts))
    assert ran.out.splitlines()[1:] == [
        "去向: review",
        "电话缺因: missing",
        '触发规则: ["duplicate"]',
    ]
    ran = cli("match", "claims", "-", "--as-of", "2026-11-22", input='{"claim_no":"a"}')
    assert "触发规则: unknown (not supplied: 同票申报数" in ran.out
    ran = cli("screen", "claims", "claims.ndjson", "--as-of", "2026-11-22", "--decisions", "d.csv")
    assert ran.code == 2
    assert "--out writes them" in ran.err
    ran = cli("screen", "claims", "-", "--as-of", "2026-11-22", input='{"claim_no":"a"}\n')
    assert "population facts are not counted" in ran.err
