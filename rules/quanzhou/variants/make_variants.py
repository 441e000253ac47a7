"""Writes the variants of Quanzhou's policies: python3 make_variants.py

variants.csv is the table: one line a policy, with the real line of the catalogue whose rule it takes (origin), and with
place, years and figures of its own, which are samples. The text of each rule stands once, below. Written are
policies/variants/SHAPE.yaml and cases/variants.yaml, whose figures are worked out here and not by the engine.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACK = HERE.parent
WAN = 10_000

# Place: name, where a firm has to be, the division of a sample firm there.
PLACES = {
    "lc": ("鲤城区", 'under(登记地, "350502") and under(纳税地, "350502")', "350502"),
    "fz": ("丰泽区", 'under(登记地, "350503") and under(纳税地, "350503")', "350503"),
    "lj": ("洛江区", "登记和纳税在洛江", "350504"),
    "qg": ("泉港区", 'under(登记地, "350505") and under(纳税地, "350505")', "350505"),
    "ha": ("惠安县", 'under(登记地, "350521") and under(纳税地, "350521")', "350521100"),
    "ax": ("安溪县", 'under(登记地, "350524") and under(纳税地, "350524")', "350524"),
    "yc": ("永春县", 'under(登记地, "350525") and under(纳税地, "350525")', "350525"),
    "dh": ("德化县", 'under(登记地, "350526") and under(纳税地, "350526")', "350526"),
    "ss": ("石狮市", 'under(登记地, "350581") and under(纳税地, "350581")', "350581"),
    "jj": ("晋江市", "登记和纳税在晋江", "350582"),
    "na": ("南安市", 'under(登记地, "350583") and under(纳税地, "350583")', "350583"),
    "tia": ("泉州台商投资区", "登记纳税统计均在台商投资区", "350521104"),
    "etdz": ("泉州经济技术开发区", "登记和纳税在泉州开发区", "350502400"),
}

NO_ARTICLE = "no_article: 样例变体，无条文"


@dataclass(frozen=True)
class Shape:
    """What the policies of one shape have in common. Clauses are (id, title, condition, scope)."""

    title: str
    title_en: str
    department: str
    clauses: tuple[tuple[str, str, str, bool], ...]
    award: str  # with {first}, {second} and {cap} in yuan, or {rate}
    pays: Callable[[dict[str, int], dict[str, int | bool]], int]  # yuan, from the figures of a firm
    group: tuple[str, str] | None = None  # any of the first clauses: id and title of the group
    per_project: bool = False
    rounding: str = ""


def capped(amount: int, row: dict[str, int]) -> int:
    return min(amount, row["cap"]) if row["cap"] else amount


CHAMPION = (
    'some c in 资质证书 satisfies c.类别 = "champion" and {level}'
    " and c.首次认定日期 >= date(Y - 1, 1, 1) and c.首次认定日期 <= as_of"
)
SHAPES = {
    "hitech": Shape(
        "高新技术企业认定奖励",
        "Award for high-tech certification",
        "科技局",
        (("first", "首次认定高企", "首次高企", False), ("renewed", "重新认定高企", "重新认定高企", False)),
        "if 首次高企 then {first} else {second}",
        lambda row, firm: row["first"] if firm["first"] else row["second"],
        group=("certified", "去年以来首次或重新认定高企"),
    ),
    "scale-industry": Shape(
        "新增规上工业企业奖励",
        "Award for industrial firms new in the register",
        "工信局",
        (("kind", "规上工业企业", "规上工业", True), ("new", "当年新增纳统", "当年新增纳统", False)),
        "{first}",
        lambda row, firm: row["first"],
    ),
    "scale-service": Shape(
        "新增规上服务业企业奖励",
        "Award for service firms new in the register",
        "发改局",
        (("kind", "规上服务业企业", "规上服务业", True), ("new", "当年新增纳统", "当年新增纳统", False)),
        "{first}",
        lambda row, firm: row["first"],
    ),
    "champion": Shape(
        "制造业单项冠军奖励",
        "Award for single-product champions",
        "工信局",
        (
            (
                "title",
                "上年以来获评国家级或省级单项冠军",
                CHAMPION.format(level='c.级别 in ("national", "provincial")'),
                False,
            ),
        ),
        "if " + CHAMPION.format(level='c.级别 = "national"') + " then {first} else {second}",
        lambda row, firm: row["first"] if firm["first"] else row["second"],
    ),
    "sme-special": Shape(
        "省级专精特新中小企业认定奖励",
        "Award for a first provincial specialised-SME title",
        "工信局",
        (("first", "首次认定省级专精特新", "首次省级专精特新", False),),
        "{first}",
        lambda row, firm: row["first"],
    ),
    "little-giant": Shape(
        "专精特新小巨人认定奖励",
        "Award for a first little-giant title",
        "工信局",
        (("first", "首次认定小巨人", "首次小巨人", False),),
        "{first}",
        lambda row, firm: row["first"],
    ),
    "output-growth": Shape(
        "工业产值增量奖励",
        "Award for growth of industrial output",
        "工信局",
        (
            ("kind", "规上工业企业", "规上工业", True),
            ("size", "上年产值5亿元以上", "at(工业总产值, Y - 1) >= 500000000", False),
            (
                "growth",
                "产值增长10%以上",
                "at(工业总产值, Y - 2) > 0 and at(工业总产值, Y - 1) >= 1.1 * at(工业总产值, Y - 2)",
                False,
            ),
        ),
        # So much for each full ten million: a thousandth, in whole units of ten thousand yuan.
        "(at(工业总产值, Y - 1) - at(工业总产值, Y - 2)) * 0.001",
        lambda row, firm: capped(firm["output_step"] * WAN, row),
        rounding="{to: 万元, mode: floor}",
    ),
    "upgrade": Shape(
        "技术改造投资补助",
        "Aid for technical upgrades",
        "工信局",
        (
            ("kind", "工业企业", 'under(统计行业, ["B", "C", "D"])', True),
            ("project", "有总投资2000万元以上的技改项目", "some p in 技改项目 satisfies p.总投资 >= 20000000", False),
        ),
        "p.总投资 * {rate}",
        lambda row, firm: capped(firm["investment"] * row["rate"] // 10_000, row),
        per_project=True,
    ),
    "listing": Shape(
        "企业上市奖励",
        "Award for listing",
        "金融工作部门",
        (("listed", "已在境内上市", '上市阶段 != null and 上市阶段 in ("listed", "transferred")', False),),
        "{first}",
        lambda row, firm: row["first"],
    ),
    "rd": Shape(
        "研发投入增量配套奖励",
        "County part of the award for R&D growth",
        "科技局",
        (
            ("base", "上年研发经费超过200万元", "at(研发经费, Y - 1) > 2000000", False),
            ("growth", "比前一年增加100万元以上", "研发增量 >= 1000000", False),
        ),
        "研发增量 * {rate}",
        lambda row, firm: capped(firm["rd_increase"] * row["rate"] // 10_000, row),
    ),
    "power": Shape(
        "一季度增产用电奖励",
        "Power-use award, first quarter",
        "工信局",
        (
            ("kind", "规上制造业企业", "规上制造业", True),
            (
                "growth",
                "一季度用电增长6%以上",
                "上年一季度用电 > 0 and 一季度用电 >= 1.06 * 上年一季度用电",
                False,
            ),
        ),
        "一季度用电增量 * {rate}",
        lambda row, firm: capped(firm["power_increase"] * row["rate"] // 10_000, row),
    ),
    "revenue-level": Shape(
        "商贸服务业营收首超奖励",
        "Award for revenue over a new level",
        "商务局",
        (
            ("kind", "商贸服务业", 'under(统计行业, ["F", "H", "I", "L", "M"])', True),
            ("over", "上年营收首次超过3亿元", "at(营业收入, Y - 1) > 300000000 and 往年最高营业收入 <= 300000000", False),
        ),
        "{first}",
        lambda row, firm: row["first"],
    ),
}
GATES = (
    ("credit", "无严重失信", "无严重失信", "履行义务并完成信用修复"),
    ("abnormal", "未列经营异常名录", "not(经营异常)", "补报年报或恢复住所联系后申请移出"),
)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def number(text: str) -> int:
    return int(text) if text else 0


def rows() -> list[dict[str, str]]:
    with open(HERE / "variants.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def policy_of(row: dict[str, str]) -> str:
    shape = SHAPES[row["shape"]]
    name, place, _ = PLACES[row["place"]]
    year = int(row["year"])
    figures = {
        "first": number(row["first_wan"]) * WAN,
        "second": number(row["second_wan"]) * WAN,
        "rate": f"{number(row['rate_bp']) / 10_000:.4f}".rstrip("0"),
    }
    lines = [
        f"- id: {row['id']}",
        f"  title: {name}{shape.title}（{year}年版，样例）",
        f"  title_en: {shape.title_en}, {row['place']} {year} (sample)",
        f"  department: {name}{shape.department}",
        f"  basis: {{document: 样例变体，规则取自{row['origin']}, status: sample}}",
        f"  valid: {{from: {year}-01-01, to: {year + 2}-12-31}}",
        "  mode: automatic",
        "  steps: 2",
        "  limit: {days: 3, kind: working}",
        f"  event_key: {{kind: {row['id']}, year: Y}}",
        "  pool: counties",
        "  clauses:",
        f"    - {{id: place, title: 在{name}, scope: true, when: {quoted(place)}, {NO_ARTICLE},"
        f" refer: {{department: 登记地相应部门, where: 当地政务服务中心}}}}",
    ]
    indent = "    "
    if shape.group is not None:
        lines += [f"    - id: {shape.group[0]}", f"      title: {shape.group[1]}", f"      {NO_ARTICLE}", "      any:"]
        indent = "        "
    for clause, title, condition, scope in shape.clauses:
        mark = " scope: true," if scope else ""
        lines.append(f"{indent}- {{id: {clause}, title: {title},{mark} when: {quoted(condition)}, {NO_ARTICLE}}}")
    for clause, title, condition, cure in GATES:
        lines.append(f"    - {{id: {clause}, title: {title}, when: {quoted(condition)}, {NO_ARTICLE}, cure: {cure}}}")
    award = quoted(shape.award.format(**figures))
    if shape.per_project:
        lines += ["  per:", "    list: 技改项目", "    as: p", "    where: p.总投资 >= 20000000"]
        lines += [f"    amount: {award}", "    object: p.record_no"]
    else:
        lines.append(f"  amount: {award}")
    if row["cap_wan"]:
        lines.append(f"  cap: {number(row['cap_wan']) * WAN}")
    if shape.rounding:
        lines.append(f"  round: {shape.rounding}")
    return "\n".join(lines) + "\n"


# Sample firms: facts beside the place, the figures that follow from them, the shapes they are for.
CLEAN = {"严重违法失信": "false", "失信被执行人": "false", "重大税收违法": "false", "经营异常": "false"}


def certificate(kind: str, level: str, first: str = "2025-03-01") -> str:
    return f"{{类别: {kind}, 级别: {level}, 首次认定日期: {first}, 有效期起: 2025-03-01, 有效期止: 2028-02-29}}"


def power(before: int, now: int) -> str:
    months = {f"2024-0{m}": before for m in (1, 2, 3)} | {f"2025-0{m}": now for m in (1, 2, 3)}
    return "{" + ", ".join(f"{month}: {kwh}" for month, kwh in months.items()) + "}"


INDUSTRIAL = {
    **CLEAN,
    "统计行业": "C26",
    "纳统在库": "true",
    "纳统类型": "industry",
    "本次纳统日期": "2025-02-01",
}
FIRMS: dict[str, tuple[dict[str, object], dict[str, int | bool], set[str]]] = {
    # Well over every bar, output a hair below the next full step; the caps of some are reached.
    "large": (
        {
            **INDUSTRIAL,
            "资质证书": [
                certificate("hitech", "national"),
                certificate("champion", "national"),
                certificate("sme_special", "provincial"),
                certificate("little_giant", "national"),
            ],
            "工业总产值": "{2024: 300999.99, 2023: 100000}",
            "技改项目": ["{备案号: T1, 总投资: 40000, 设备投资: 30000, 完工日期: 2024-12-01}"],
            "上市阶段": "listed",
            "研发经费": "{2024: 30000, 2023: 10000}",
            "用电量": power(1_000_000, 9_000_000),
        },
        {"first": True, "output_step": 200, "investment": 400_000_000, "rd_increase": 200_000_000, "power_increase": 24_000_000},
        {"hitech", "scale-industry", "champion", "sme-special", "little-giant", "output-growth", "upgrade", "listing", "rd", "power"},
    ),
    # Exactly at every bar.
    "at-bar": (
        {
            **INDUSTRIAL,
            "资质证书": [certificate("hitech", "national", "2019-03-01"), certificate("champion", "provincial")],
            "工业总产值": "{2024: 55000, 2023: 50000}",
            "技改项目": ["{备案号: T1, 总投资: 2000, 设备投资: 100, 完工日期: null}"],
            "上市阶段": "transferred",
            "研发经费": "{2024: 300, 2023: 200}",
            "用电量": power(100_000, 106_000),
        },
        {"first": False, "output_step": 5, "investment": 20_000_000, "rd_increase": 1_000_000, "power_increase": 18_000},
        {"hitech", "scale-industry", "champion", "output-growth", "upgrade", "listing", "rd", "power"},
    ),
    "service": (
        {
            **CLEAN,
            "统计行业": "I65",
            "纳统在库": "true",
            "纳统类型": "service",
            "本次纳统日期": "2025-02-01",
            "营业收入": "{2024: 30000.01}",
            "往年最高营业收入": "30000",
        },
        {},
        {"scale-service", "revenue-level"},
    ),
}
# Nothing fits, all of it known.
MISFIT = {
    "登记地": '"350203"',
    "纳税地": '"350203"',
    "统计地": '"350203"',
    "严重违法失信": "true",
    "失信被执行人": "false",
    "重大税收违法": "false",
    "经营异常": "true",
    "统计行业": "A01",
    "纳统在库": "false",
    "纳统类型": "null",
    "本次纳统日期": "null",
    "资质证书": "[]",
    "工业总产值": "{2024: 49999.99, 2023: 49999.99}",
    "技改项目": "[]",
    "上市阶段": "null",
    "研发经费": "{2024: 200, 2023: 200}",
    "用电量": power(100_000, 105_999),
    "营业收入": "{2024: 30000}",
    "往年最高营业收入": "30000",
}


def facts_text(facts: dict[str, object]) -> list[str]:
    lines = ["  facts:", "    uscc: 91350500YYYY000127"]
    for name, value in facts.items():
        if isinstance(value, list):
            lines.append(f"    {name}:")
            lines += [f"      - {item}" for item in value]
        else:
            lines.append(f"    {name}: {value}")
    return lines


def clause_ids(shape: Shape) -> list[str]:
    group = [shape.group[0]] if shape.group is not None else []
    return ["place", *group, *(clause[0] for clause in shape.clauses), "credit", "abnormal"]


def truths(shape: Shape, truth: str) -> str:
    return "{" + ", ".join(f"{clause}: {truth}" for clause in clause_ids(shape)) + "}"


def cases() -> str:
    table = rows()
    lines = ["# Written by variants/make_variants.py. Amounts are worked out there."]
    for place, (name, _, division) in PLACES.items():
        for firm, (facts, figures, shapes) in FIRMS.items():
            lines += [f"- id: variants-{place}-{firm}", f"  title: {name}的变体，{firm}", "  as_of: 2025-06-30"]
            at = {fact: f'"{division}"' for fact in ("登记地", "纳税地", "统计地")}
            lines += [*facts_text({**at, **facts}), "  expect:", "    policies:"]
            for row in table:
                if row["place"] != place or row["shape"] not in shapes:
                    continue
                amounts = {
                    "first": number(row["first_wan"]) * WAN,
                    "second": number(row["second_wan"]) * WAN,
                    "cap": number(row["cap_wan"]) * WAN,
                    "rate": number(row["rate_bp"]),
                }
                fen = 100 * SHAPES[row["shape"]].pays(amounts, figures)
                extra = ", clauses: {in_force: true, place: true, credit: true, abnormal: true}"
                lines.append(f"      {row['id']}: {{outcome: eligible, amount_fen: {fen}{extra}}}")
    for case, title, as_of, facts, truth in (
        ("unknown", "只知信用代码：全部待定", "2025-06-30", {}, "unknown"),
        ("misfit", "样样不合：全部不在范围", "2025-06-30", MISFIT, "false"),
    ):
        lines += [f"- id: variants-{case}", f"  title: {title}", f"  as_of: {as_of}", *facts_text(facts)]
        lines += ["  expect:", "    policies:"]
        outcome = "undetermined" if truth == "unknown" else "ineligible, reason: scope"
        for row in table:
            lines.append(f"      {row['id']}: {{outcome: {outcome}, clauses: {truths(SHAPES[row['shape']], truth)}}}")
    lines += ["- id: variants-early", "  title: 施行之前", "  as_of: 2022-12-31", *facts_text({}), "  expect:", "    policies:"]
    lines += [f"      {row['id']}: {{outcome: ineligible, reason: scope, clauses: {{in_force: false}}}}" for row in table]
    return "\n".join(lines) + "\n"


def files() -> dict[Path, str]:
    """What is written, by path."""
    made = {PACK / "cases/variants.yaml": cases()}
    for shape in SHAPES:
        policies = [policy_of(row) for row in rows() if row["shape"] == shape]
        head = "# Written by variants/make_variants.py from variants/variants.csv. All figures are samples.\n"
        made[PACK / f"policies/variants/{shape}.yaml"] = head + "".join(policies)
    return made


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
