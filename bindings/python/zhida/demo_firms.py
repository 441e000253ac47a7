"""Believable firms that do not exist, for demonstrations, tests and measurements.

    for firm in firms(3, seed=1): ...                           # dicts as Engine.match() takes them
    write_ndjson("firms.ndjson", 1_000_000, seed=1, processes=0)

A firm follows from (seed, index, as-of date) alone, so slices can be made apart: firms(n, seed, start=k) begins
at index k. Size, figures, titles and loans hang together; as in real registers some facts of every firm are
missing, too old, disputed or only promised. All is made up: organisation codes begin with YY, which no office
hands out, and one credit code in 500 has a wrong check digit on purpose.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import shake_128
from itertools import product
from operator import itemgetter
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

__all__ = ["AS_OF", "firms", "lines", "write_ndjson"]

AS_OF = date(2025, 6, 30)

# Division, name in the firm's name, weight, local trade.
_PLACES = """
350582 晋江 2450 C1952 | 350582 晋江 350 C1819 | 350583 南安 850 C3352 | 350581 石狮 650 C1819
350503 丰泽 620 - | 350502 鲤城 400 - | 350504 洛江 240 C3529 | 350505 泉港 190 C2614 | 350521 惠安 420 C3032
350521100 惠安 60 C3032 | 350524 安溪 420 C1530 | 350525 永春 190 C3074 | 350526 德化 330 C3074
350521104 洛阳 170 C3499 | 350521105 东园 210 C3940 | 350521106 张坂 230 C3529 | 350521200 百崎 80 C2110
350502400 泉州 330 C3940 | 350102 福州 110 I6513 | 350104 福州 110 - | 350181 福清 90 C2920
350203 厦门 120 I6513 | 350206 厦门 110 F5137 | 350211 厦门 90 C3979 | 350302 莆田 70 C1952 | 350304 莆田 60 -
350404 三明 40 C3120 | 350481 永安 30 - | 350602 漳州 60 - | 350623 漳浦 40 A04 | 350627400 南靖 40 C3529
350702 南平 40 - | 350782 武夷山 40 C1530 | 350802 龙岩 50 - | 350881 漳平 25 C3011 | 350902 宁德 45 A04
350921 霞浦 60 A04 | 350981 福安 35 C3812 | 350982 福鼎 45 A04 | 3504 三明 5 - | 330106 杭州 30 -
440305 深圳 30 - | 310115 上海 25 - | 360102 南昌 20 -
"""
# Industry, word in the firm's name, weight.
_INDUSTRIES = """
C1952 鞋业 60 | C1953 鞋材 25 | C1819 服饰 45 | C1751 针纺 25 | C1762 织造 12 | C1353 食品 12 | C1439 食品 22
C1530 茶业 10 | C2110 家居 14 | C2223 纸品 14 | C2319 印刷 14 | C2439 工艺品 16 | C2614 化工 4 | C2669 新材料 10
C2750 生物 4 | C2920 塑胶 26 | C3011 水泥 2 | C3032 石材 16 | C3042 玻璃 2 | C3074 陶瓷 12 | C3120 钢铁 2
C3219 有色金属 1 | C3311 金属 22 | C3352 卫浴 22 | C3499 机械 20 | C3529 模具 18 | C3670 汽配 8 | C3812 电气 14
C3871 照明 8 | C3940 电子 14 | C3979 光电 8 | C4019 仪表 5 | C4220 再生资源 3 | B1012 矿业 2 | D4419 能源 4
E4720 建筑 14 | E5011 装饰 18 | F 商贸 3 | F5137 贸易 60 | F5163 建材 50 | F5124 食品贸易 25 | F5211 百货 36
F5283 家电 28 | F5292 商贸 46 | G5430 物流 24 | G5920 仓储 6 | H6110 酒店 7 | H6210 餐饮 40 | I6432 网络科技 16
I6513 软件 34 | I6540 信息 14 | K 置业 1 | K7010 置业 5 | K7020 物业 10 | L7119 租赁 8 | L7211 企业管理 18
L7281 会展 30 | M7320 研究 6 | M7452 检测 12 | M7519 科技 24 | N7721 环保 6 | O8010 家政 14 | O8111 汽修 16
P8393 教育 8 | Q8425 医疗 4 | R8870 文化 9 | R9012 娱乐 4 | A01 农业 9 | A04 水产 5 | J6790 投资 2
"""
# By industry: revenue of the median firm and per head (万元), assets to revenue in percent, mean margin in
# thousandths, percent of firms with R&D, R&D to revenue in thousandths, kind in the statistics register, revenue
# from which it is there (万元).
_SECTORS = """
A 160 30 120 70 5 20 - 0 | B 900 60 140 80 6 15 industry 2000 | C 680 48 85 60 32 34 industry 2000
C34 620 52 95 70 46 42 industry 2000 | C35 620 50 95 70 48 45 industry 2000 | C39 700 55 95 70 55 55 industry 2000
D 2600 150 230 90 6 15 industry 2000 | E 900 55 90 40 8 18 construction 2000 | F 500 130 55 20 2 10 wholesale 2000
F51 850 200 55 20 2 10 wholesale 2000 | F52 170 75 50 30 1 10 retail 500 | G 380 58 85 40 4 14 service 2000
H61 240 24 200 30 0 0 lodging 200 | H62 90 16 55 50 0 0 catering 200 | I 230 38 110 90 58 85 service 2000
J 400 90 400 120 1 10 - 0 | K 2500 180 400 70 0 0 real_estate 1 | K702 260 13 70 50 1 10 service 1000
L 170 32 150 60 5 20 service 1000 | M 220 36 120 90 48 75 service 1000 | N 360 55 170 70 28 40 service 2000
O 80 15 60 60 1 10 service 500 | P 120 14 80 60 2 15 service 1000 | Q 220 22 110 60 5 20 service 2000
R 90 18 90 50 3 20 service 500
"""
_ZONES = ("350521104", "350521105", "350521106", "350521200", "350502400")
_OWN_ACCOUNT = ("F52", "H62", "O")  # where many are 个体工商户
_EMERGING = ("C27", "C34", "C35", "C38", "C39", "C40", "I", "M", "N")
_ENERGY_LIMITS = ("C251", "C261", "C301", "C304", "C311", "C314", "C321")

# Facts by the firms that have them: percent that have not, months that a value stays fresh (c: may be promised),
# JSON with $values. Series are written as a kind of periods and values: Y years, Q quarters of last year,
# S quarters of sales, G quarters of output, P months of power, M months of tax credit. A value with a point gets
# digits behind it, everywhere the same. ?2.3 is true of 2.3 percent.
_FACTS = {
    "firm": """
reg_status 3 1 "$status" | reg_date 3 0 "$reg_date" | ownership 5 1c "$ownership" | restricted_industry 8 12c ?1.2
reg_division 3 1 "$reg" | tax_division 5 1 "$tax" | stat_division 8 1 "$stat" | taiwan_share 11 1 $taiwan
industry_reg 5 12 "$registered" | industry_tax 5 12 "$code" | industry_stat 8 12 "$code"
staff 5 3c $staff | rd_staff 13 12c $rd_staff | hires 8 1 [$hires] | ui_months 6 1 $ui_months
staff_quarter_start 8 24c Q s0 s1 s2 s3 | staff_quarter_end 8 24c Q s1 s2 s3 s4
insured_mean 8 12 $insured | ui_claimants 9 12 $claimants | ui_premium 7 12 $premium
""",
    "accounts": """
revenue 5 24 Y r0. r1. r2. | main_revenue 9 24c Y m0. m1. m2. | assets 7 24 Y a0. a1. a5.
net_assets 9 24 Y n0. n1. n2. | total_cost 9 24 Y k0. k1. k2. | total_income 9 24 Y r0. r1. r2.
assets_quarter_start 8 24c Q a1. a2. a3. a4. | assets_quarter_end 8 24c Q a2. a3. a4. a5.
taxable_income 5 24 Y t0 t1 t2 | tax_grade 5 12 "$grade" | vat_kind 4 1 "$vat_kind" | vat_period_end 4 0 "$declared"
vat_sales 5 12 S v0 v1 | vat_sales_special 7 12 S i0 i1 | vat_sales_property 7 12 S 0 p1
vat_fraud_date 6 1 $fraud | evasion_penalties 6 1 $evasions | six_taxes 7 24 Y x0 x1 x2
""",
    "marks": """
emerging_field 10 12c $emerging | certificates 5 1 [$titles] | abnormal 3 1 ?2.3 | serious 3 1 ?0.3
judgment_debtor 5 1 ?0.6 | tax_illegal 5 1 ?0.2 | serious_cases 6 1 [$cases] | loans 12 1 [$loans]
in_register 3 3 $in_register | register_kind 3 3 $register_kind | first_in_date 7 3 $first_in
entered_date 5 3 $entered | emerging_in_date 8 12 $emerging_in | revenue_peak 13 12 $peak
energy_within_limit 9 12c $energy | projects 9 1c [$projects] | standards 6 1 [$standards]
listing_stage 6 1 $stage | city_award_part 8 1 $city_award
""",
    "rd": """
hitech_income 13 24c Y h0 h1 h2 | rd_tax 8 24c Y d0 d1 d2 | rd_stat 13 24 Y e0 e1 e2 | rd_domestic 10 24c Y g0 g1 g2
rd_detail 9 12c {"inhouse":$inhouse,"other":$other,"outsourced":$bought,"abroad":$abroad} | ip_class1 8 1 $class1
ip_class1_own 9 1 $own1 | ip_class1_high 13 1 $high1 | ip_class2 8 1 $class2 | core_ip 13 1c $core_ip
hitech_field 13 12c $field | hitech_score_low 14 12 $low | hitech_score_high 14 12 $high
services_bought 13 24c Y 0 b1 b2
""",
    "no rd": """
hitech_income 13 24c Y 0 0 0 | rd_tax 8 24c Y 0 0 0 | rd_stat 13 24 Y 0 0 0 | rd_domestic 10 24c Y 0 0 0
rd_detail 9 12c {"inhouse":0,"other":0,"outsourced":0,"abroad":0} | ip_class1 8 1 0 | ip_class1_own 9 1 0
ip_class1_high 13 1 0 | ip_class2 8 1 $class2 | core_ip 13 1c false | hitech_field 13 12c ?1
services_bought 13 24c Y 0 0 0
""",
    "credit": "vat_credit 9 2 M c0 c1 c2 c3 c4 c5 c6 c7",
    "no credit": "vat_credit 9 2 M 0 0 0 0 0 0 0 0",
    "factory": """
output 6 24 Y r0. r1. o2. | emerging_output 13 24 Y w0 w1 w2 | output_quarter 9 24 G q0 q1
power 5 24 P p2 p3 p4 p5 p6 p7
""",
}
# Of the values that are there, per thousand; gaps of firms with fewer than 20 and 300 people, and of the others.
_MARKS = {"stale": 16, "committed": 30, "conflict": 3, "not_authorised": 4}
_GAPS_BY_SIZE = (1.25, 0.9, 0.5)
_PATTERNS = 64
_ANY, _ROUND = 63, 56  # every eighth pattern has round figures
# Title, level, years it lasts, holders per thousand firms with R&D and high-tech firms, revenue from which (万元).
_TITLES = """
hitech national 3 0 1000 0 | tech_sme national 1 320 480 0 | innovative_sme provincial 3 110 300 100
sme_special provincial 3 18 210 1000 | little_giant national 3 1 60 4000 | hitech_nursery provincial 3 45 160 0
champion provincial 3 2 24 5000 | champion national 3 0 8 20000 | first_unit provincial 3 3 18 800
first_unit national 3 0 6 2000 | listing_reserve provincial 2 4 40 5000 | chip_machine_list national 1 1 25 500
science_prize provincial 5 1 10 1000 | science_prize national 5 0 2 5000 | rd_body provincial 3 4 70 2000
rd_body city 3 25 90 800 | standard_lead national 5 3 22 1000
"""
_WORDS = ("云霁澄汀榕鹭珊桐岚杉溪禾砚枫霖曦", "豚鲸鹿鹮獭雀蝉萤鲤鸢貂鹂蛙雁狸鸥", "舟谷野岸庭渡屿湾坞台荷月星帆田石")

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_YES = ("false", "true")


def _entries(table: str) -> list[list[str]]:
    """The words of each entry of a table."""
    return [entry.split() for entry in re.split(r"[|\n]", table) if entry.strip()]


def _spread(weights: str | Iterable[tuple[Any, int]]) -> list[Any]:
    """4096 entries, each thing as often as its weight asks: the upper 12 bits of a draw pick by weight."""
    if isinstance(weights, str):
        words = weights.split()
        weights = zip(map(_number, words[::2]), map(int, words[1::2]), strict=True)
    rows, table, ran = list(weights), [], 0
    total = sum(weight for _, weight in rows)
    for thing, weight in rows:
        ran += weight
        table += [thing] * (round(ran * 4096 / total) - len(table))
    return table


def _number(word: str) -> Any:
    return int(word) if word.isdigit() else word


def _normal(shape: Callable[[float], float]) -> list[Any]:
    """`shape` of a normal deviate, as a table like that of `_spread`."""
    return [shape(NormalDist().inv_cdf((i + 0.5) / 4096)) for i in range(4096)]


def _sum(text: str, at: int) -> int:
    """What characters from place `at` add to the check sum of a credit code."""
    return sum(_CHARACTERS.index(c) * w for c, w in zip(text, _CODE_WEIGHTS[at:], strict=False))


def _body_sum(text: str, at: int) -> int:
    """The same for the organisation code inside, which has its own."""
    return sum(int(c, 36) * w for c, w in zip(text, _BODY_WEIGHTS[at:], strict=False))


def _industries() -> Iterator[tuple[SimpleNamespace, int]]:
    """Industries and their weights."""
    names = ("median", "per_head", "assets", "margin", "rd_firms", "rd_intensity", "kind", "line")
    sectors = {code: map_ for code, *figures in _entries(_SECTORS) if (map_ := [_number(x) for x in figures])}
    for code, noun, weight in _entries(_INDUSTRIES):
        figures = sectors[max((key for key in sectors if code.startswith(key)), key=len)]
        industry = SimpleNamespace(code=code, noun=noun, **dict(zip(names, figures, strict=True)))
        industry.factory, industry.fishery = industry.kind == "industry", code == "A04"
        industry.own_account = code.startswith(_OWN_ACCOUNT)
        industry.emerging, industry.limited = code.startswith(_EMERGING), code.startswith(_ENERGY_LIMITS)
        yield industry, int(weight)


def _places() -> Iterator[tuple[SimpleNamespace, int]]:
    """Places and their weights."""
    trades = {industry.code: industry for industry in _INDUSTRY}
    for code, name, weight, trade in _entries(_PLACES):
        place = SimpleNamespace(code=code, name=name, local=trades.get(trade), zone=code in _ZONES)
        place.office = code[:6].ljust(6, "0")
        place.sum, place.ningde = _sum(f"91{place.office}YY", 0), code.startswith("3509")
        yield place, int(weight)


_INDUSTRY = _spread(_industries())
_PLACE = _spread(_places())
_PAIR = [a + b for a in _CHARACTERS for b in _CHARACTERS]
_PAIRS = [[(pair, _body_sum(pair, at), _sum(pair, at + 8)) for pair in _PAIR] for at in (2, 4, 6)]
_SIZE = _normal(lambda z: math.exp(1.55 * z))
_NOISE = _normal(lambda z: math.exp(0.35 * z))
_GROWTH = _normal(lambda z: int(max(35, 104 + 14 * z + 1.5 * z**3)))  # percent of the year before
_POWER_GROWTH = _normal(lambda z: int(max(300, 1015 + 90 * z)))  # thousandths of the year before
_MARGIN = _normal(lambda z: int(55 * z))  # thousandths, beside the mean of the industry
_AGE = _normal(lambda z: min(14_000, int(25 + 2300 * math.exp(1.05 * z))))  # days
_STATUS = _spread("active 945 suspended 12 revoked 14 cancelled 21 moved 8")
_OWNERSHIP = _spread("private 905 state 22 collective 12 hmt 32 foreign 14 other 15")
_GRADE = _spread("A 140 B 560 M 190 C 80 D 30")
_GRADE_YOUNG = _spread("B 120 M 820 C 45 D 15")  # nobody is A in the first three years
_TAIWAN = _spread("0.05 1 0.1 2 0.25 3 0.3 2 0.49 3 0.5 3 0.51 4 0.7 2 1 9")
_HIRES = _spread("0 52 1 20 2 12 3 7 4 4 5 2 6 2 9 1")
_HIRED = _spread("other 46 graduate 15 graduate_jobless 6 youth_unemployed 7 unemployed_half_year 12 poverty 8 veteran 6")
_CONTRACT = _spread("12 30 24 22 36 34 6 8 3 4 0 2")
_COUNT = _spread("0 50 1 20 2 12 3 8 4 5 6 3 12 2")
_CASE = _spread("safety 5 quality 4 environment 5 integrity 1 organised_crime 1")
_LOAN_USE = _spread("working 44 startup 22 fixed_asset 12 sector 22")
_STAGE = _spread("reform 18 tutoring 15 tutoring_accepted 12 filed 11 listed 11 transferred 2 returned 2")
_BRAND = ["".join(three) for three in product(*_WORDS)]


class _Firm:
    """The values of one firm, by the names in `_FACTS`; money in 万元. Used again for the next firm, which is fast."""


class _Maker:
    """Writes the firms of one seed as of one day.

    `draw` gives numbers below 65536, so that `draw() < 0.02 * 65536` is true of two firms in a hundred.
    """

    def __init__(self, seed: int, as_of: date) -> None:
        self.seed, self.as_of, self.last, self.days = seed, as_of, as_of.year - 1, as_of.timetuple().tm_yday
        rng = random.Random(as_of.isoformat())
        self.dates = [(as_of - timedelta(days=back)).isoformat() for back in range(15_000)]
        self.row_dates = [f',"@date":"{day}"' for day in self.dates[:28]] + [""] * 4
        self.opened = [self._opened(int(day[:4]), int(day[5:7])) for day in self.dates]
        self.periods = self._periods()
        rows = [row for table in _FACTS.values() for row in _entries(table)]
        self.flags = [(row[0], float(row[3][1:]) * 655.36) for row in rows if row[3][0] == "?"]
        self.gaps = [self._gaps({row[0]: row for row in rows}, scale, rng) for scale in _GAPS_BY_SIZE]
        self.templates: dict[tuple[Any, ...], tuple[str, Any]] = {}
        self.titles = [self._title(row, rng) for row in _entries(_TITLES)]
        self.hires = sorted(self._hire(rng) for _ in range(2048))
        self.loans = [self._loan(rng) for _ in range(512)]

    def _opened(self, year: int, month: int) -> tuple[int, int]:
        """Years without figures, of three, and quarters without, of a firm opened in that month."""
        return min(3, max(0, year - self.last + 2)), max(0, (year - self.last) * 4 + (month - 1) // 3)

    def _periods(self) -> dict[str, list[str]]:
        """The periods of series by kind."""
        now = self.as_of.year * 12 + self.as_of.month - 1
        over = now // 3 * 3  # the month after the last whole quarter
        self.declared = date(over // 12, over % 12 + 1, 1) - timedelta(days=1)
        power = self.last + (self.as_of.month > 3)
        return {
            "Y": [str(self.last - 2), str(self.last - 1), str(self.last)],
            "Q": [f"{self.last}Q{n}" for n in (1, 2, 3, 4)],
            "S": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 6, over - 3)],
            "G": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 15, over - 3)],
            "P": [f"{year}-0{m}" for year in (power - 1, power) for m in (1, 2, 3)],
            "M": ["2019-03"] + [f"{m // 12}-{m % 12 + 1:02d}" for m in (self.last * 12 + 11, *range(now - 6, now))],
        }

    def _gaps(self, facts: dict[str, list[str]], scale: float, rng: random.Random) -> list[dict[str, str | None]]:
        """Patterns of gaps: facts left out (None), and what is added to others."""
        patterns: list[dict[str, str | None]] = [{} for _ in range(_PATTERNS)]
        for fact, (_, percent, age, *_) in facts.items():
            order, months = rng.sample(patterns, _PATTERNS), int(age.rstrip("c"))
            for _ in range(round(int(percent) * scale * _PATTERNS / 100)):
                order.pop()[fact] = None
            for mark, share in _MARKS.items():
                if months if mark == "stale" else mark != "committed" or "c" in age:
                    for _ in range(round(share * _PATTERNS / 1000)):
                        old = f',"{fact}@date":"{self.dates[months * 31 + 1 + rng.randrange(300)]}"'
                        order.pop()[fact] = old if mark == "stale" else f',"{fact}@state":"{mark}"'
        return patterns

    def _template(self, group: str, opened: tuple[int, int], size: int, pattern: int) -> tuple[str, Any]:
        """The group's facts but the gaps of the pattern, and how to get the values to be filled in."""
        gaps, names, text = self.gaps[size][pattern], [], []

        def place(match: re.Match[str]) -> str:
            names.append(sys.intern(match[1]))
            return f"%s.{pattern % 8 and pattern * int(match[1], 36) % 100:02d}" if match[2] else "%s"

        for fact, _, _, kind, *values in _entries(_FACTS[group]):
            mark = gaps.get(fact, "")
            if values:
                skip = opened["YQ".index(kind)] if kind in "YQ" else 0
                cells = dict(zip(self.periods[kind], values, strict=True))
                written = [f'"{period}":{v if v == "0" else "$" + v}' for period, v in [*cells.items()][skip:]]
                kind, mark = "{" + ",".join(written) + "}", mark if written else None
            if mark is not None:
                kind = f"${fact}" if kind[0] == "?" else kind
                text.append(f',"{fact}":' + re.sub(r"\$(\w+)(\.?)", place, kind) + mark)
        return "".join(text), itemgetter(*names) if names else None

    def _title(self, row: list[str], rng: random.Random) -> tuple[int, int, int, list[str], list[str]]:
        """Shares of firms with R&D and of high-tech firms, least revenue, first and renewed certificates."""
        kind, level, years, rd, hitech, revenue = map(_number, row)
        texts: list[list[str]] = [[], []]
        for n in range(128):
            day = self.as_of - timedelta(days=rng.randrange(1, 375 * min(3, years)))
            since = day.replace(day=min(day.day, 28))
            first, end = since.replace(year=since.year - n % 2 * years), since.replace(year=since.year + years)
            texts[n % 2].append(
                f'{{"kind":"{kind}","level":"{level}","first_on":"{first}","valid_from":"{since}",'
                f'"valid_to":"{end - timedelta(days=1)}"}}'
            )
        return rd * 65536 // 1000, hitech * 65536 // 1000, revenue, *texts

    def _hire(self, rng: random.Random) -> tuple[int, str]:
        """Days since the hire, and the record without the person."""
        back, kind = rng.randrange(900), rng.choice(_HIRED)
        age = rng.randint(18, 25) if kind.startswith(("graduate", "youth")) else rng.randint(22, 56)
        insured = max(0, back // 30 - rng.choice((0, 0, 0, 1, 2)))
        return back, (
            f'"hired_on":"{self.dates[back]}","category":"{kind}","age":{age},"contract_months":{rng.choice(_CONTRACT)},'
            f'"insured_months":{insured},"own_premium":{min(insured, 12) * rng.randint(34_000, 61_000) / 100:.2f}}}'
        )

    def _loan(self, rng: random.Random) -> tuple[int, str]:
        """Days since the loan, and the end of the record."""
        back, months = rng.randrange(1, 1100), rng.choice((12, 12, 12, 24, 24, 36, 60))
        listed, project, paid = (_YES[rng.random() < share] for share in (0.55, 0.45, 0.08))
        return back, (
            f'"issued_on":"{self.dates[back]}","months":{months},"listed_field":{listed},"on_list":{project},'
            f'"other_subsidy":{paid}}}'
        )

    def line(self, index: int, f: Any) -> bytes:
        """The firm as a line of NDJSON; `f` is any _Firm."""
        bits = shake_128(b"%d:%d" % (self.seed, index)).digest(400)
        draw = iter(memoryview(bits).cast("H")).__next__
        f.index = index
        patterns = _ROUND if self._size(f, draw) else _ANY
        self._people(f, draw)
        self._accounts(f, draw)
        self._tax(f, draw)
        self._research(f, draw)
        self._register(f, draw)
        self._awards(f, draw)
        for fact, share in self.flags:
            setattr(f, fact, _YES[draw() < share])
        size, parts = 0 if f.staff < 20 else 1 if f.staff < 300 else 2, [self.row_dates[draw() & 31]]
        for group in f.groups:
            key = group, self.opened[f.age], size, draw() & patterns
            if key not in self.templates:
                self.templates[key] = self._template(*key)
            text, values = self.templates[key]
            parts.append(text % values(f.__dict__) if values else text)
        parts.append(f.more + "}\n")
        name = f"{f.place.name}{_BRAND[draw() >> 4]}{f.industry.noun}{'商行' if f.own_account else '有限公司'}"
        return f'{{"uscc":"{self._code(f, draw)}","name":"{name}"'.encode() + "".join(parts).encode()

    def _code(self, f: Any, draw: Callable[[], int]) -> str:
        """The credit code; one of 500 has a wrong check digit."""
        rest, a = divmod((f.index * 486187739 + self.seed * 1000003) % 31**6, 961)
        c, b = divmod(rest, 961)
        (one, body1, sum1), (two, body2, sum2), (three, body3, sum3) = _PAIRS[0][a], _PAIRS[1][b], _PAIRS[2][c]
        own = "0123456789X"[-(340 + body1 + body2 + body3) % 11]
        check = f.place.sum + 3 * f.own_account + sum1 + sum2 + sum3 + _CHARACTERS.index(own) * _CODE_WEIGHTS[16]
        if draw() < 0.002 * 65536:
            check += 1 + draw() % 30
        kind = "92" if f.own_account else "91"
        return f"{kind}{f.place.office}YY{one}{two}{three}{own}{_CHARACTERS[-check % 31]}"

    def _size(self, f: Any, draw: Callable[[], int]) -> bool:
        """Place, trade, age, revenue, staff; whether the figures are round, as they are now and then on a line."""
        f.place = place = _PLACE[draw() >> 4]
        f.industry = industry = place.local if place.local and draw() < 0.28 * 65536 else _INDUSTRY[draw() >> 4]
        f.own_account = industry.own_account and draw() < 0.4 * 65536
        f.age, edge = _AGE[draw() >> 4], draw()
        f.r2 = r2 = 5 + int(industry.median * _SIZE[draw() >> 4] / (4 if f.own_account else 1))
        round_figures = edge < 0.04 * 65536 and 1400 < r2 < 2900
        if round_figures:
            f.r2 = r2 = 2000
        f.r1 = r2 * 100 // _GROWTH[draw() >> 4]
        f.r0 = f.r1 * 100 // _GROWTH[draw() >> 4]
        f.staff = 1 + int(r2 / industry.per_head * _NOISE[draw() >> 4])
        if edge < 0.08 * 65536 and 13 < f.staff < 29:
            f.staff = 20
        f.status, f.reg_date, f.reg, f.code = _STATUS[draw() >> 4], self.dates[f.age], place.code, industry.code
        f.tax = place.code if draw() < 0.975 * 65536 else _PLACE[draw() >> 4].code
        f.stat = place.code if draw() < 0.97 * 65536 else place.office if place.zone else _PLACE[draw() >> 4].code
        f.registered = f.code if draw() < 0.96 * 65536 else _INDUSTRY[draw() >> 4].code
        near = place.zone or (place.ningde and industry.fishery)
        f.taiwan = _TAIWAN[draw() >> 4] if draw() < (0.4 if near else 0.035) * 65536 and not f.own_account else 0
        f.ownership = _OWNERSHIP[draw() >> 4] if float(f.taiwan) < 0.25 else "hmt"
        f.tech = draw() * 100 < industry.rd_firms * (75_000 if r2 > 800 else 45_000 if r2 > 100 else 9_000)
        f.hitech = f.tech and r2 > 500 and f.age > 1500 and draw() < 0.4 * 65536
        return round_figures

    def _people(self, f: Any, draw: Callable[[], int]) -> None:
        """Staff, hires, unemployment insurance."""
        staff = f.staff
        f.s4 = s4 = staff * (94 + draw() % 12) // 100 + 1
        f.s0 = s0 = s4 * 100 // (80 + draw() % 50) + 1
        f.s1, f.s2, f.s3 = (s0 * 3 + s4) // 4, (s0 + s4) // 2, (s0 + s4 * 3) // 4
        insured = 0 if staff < 20 and draw() < 0.28 * 65536 else staff * (70 + draw() % 31)  # hundredths
        f.insured = f"{insured // 100}.{insured % 100:02d}"
        f.claimants = 0 if not insured or draw() < 0.6 * 65536 else 1 + insured * (draw() % 90) // 100_000
        f.ui_months, f.premium = min(f.age // 30, 20 + draw() % 180) if insured else 0, insured * (42 + draw() % 48) // 10
        f.rd_staff = staff * ((9 + draw() % 28) if f.hitech else (2 + draw() % 18) if f.tech else draw() % 3) // 100
        count = min(_HIRES[draw() >> 4], staff // 3)
        among = 2048 if f.age >= 900 else bisect_left(self.hires, (f.age,))
        f.hires = ""
        if count and among:
            hires = [f'{{"person_hash":"{f.index:x}-{n}",{self.hires[draw() * among >> 16][1]}' for n in range(count)]
            f.hires = ",".join(hires)

    def _accounts(self, f: Any, draw: Callable[[], int]) -> None:
        """Sales, assets, profit."""
        r0, r1, r2, industry = f.r0, f.r1, f.r2, f.industry
        main, own = 100 - (draw() ** 2 >> 27), 15 + draw() % 70
        f.m0, f.m1, f.m2 = r0 * main // 101, r1 * main // 101, r2 * main // 101
        f.a5 = a5 = 3 + int(r2 * industry.assets * _NOISE[draw() >> 4]) // 100
        f.a1 = a1 = a5 * 100 // _GROWTH[draw() >> 4]
        f.a0 = a0 = a1 * 100 // 106
        f.a2, f.a3, f.a4 = (a1 * 3 + a5) // 4, (a1 + a5) // 2, (a1 + a5 * 3) // 4
        f.n0, f.n1, f.n2 = a0 * own // 100, a1 * own // 100, a5 * own // 100
        profit = industry.margin + _MARGIN[draw() >> 4]
        cost = 1000 - profit
        f.k0, f.k1, f.k2 = r0 * cost // 1000, r1 * cost // 1000, r2 * cost // 1000
        taxed = 0 if profit < 0 or f.own_account else profit
        f.t0, f.t1, f.t2 = r0 * taxed // 1000, r1 * taxed // 1000, r2 * taxed // 1000
        if 240 < f.t2 < 380 and draw() < 0.1 * 65536:
            f.t2 = 300

    def _tax(self, f: Any, draw: Callable[[], int]) -> None:
        """Value added tax and the tax office's marks."""
        r2, small, six = f.r2, f.r2 < 500 and draw() < 0.83 * 65536, draw() % 26 + 4
        f.grade, f.declared = (_GRADE_YOUNG if f.age < 1096 else _GRADE)[draw() >> 4], self.declared
        f.vat_kind, invoiced = "small" if small else "general", draw() % 60
        f.v0, f.v1 = r2 * (1800 + draw() % 1400), r2 * (1800 + draw() % 1400)
        if draw() < 0.06 * 65536:
            f.v1 = 300_000 if 150_000 < f.v1 < 500_000 else 0
        f.i0, f.i1, f.p1 = f.v0 * invoiced // 100, f.v1 * invoiced // 100, f.v1 // 3 if draw() < 0.008 * 65536 else 0
        f.groups = ["firm", "accounts", "marks", "no credit"]
        if not small and draw() < 0.37 * 65536:
            f.groups[3] = "credit"
            c, rise = r2 * (40 + draw() % 300), r2 * (draw() % 60 - 8)
            f.c0, f.c1, f.c2, f.c3 = c // 3, c, max(0, c + rise), max(0, c + 2 * rise)
            f.c4, f.c5, f.c6, f.c7 = (max(0, c + n * rise) for n in (3, 4, 5, 6))
        f.fraud = "null" if draw() < 0.995 * 65536 else f'"{self.dates[draw() % f.age]}"'
        f.evasions = 0 if draw() < 0.985 * 65536 else 1 + draw() % 3
        six *= draw() < 0.93 * 65536
        f.x0, f.x1, f.x2 = f.r0 * six, f.r1 * six, r2 * six

    def _research(self, f: Any, draw: Callable[[], int]) -> None:
        """R&D, rights, titles."""
        f.emerging = _YES[f.industry.emerging and draw() < (0.6 if f.tech else 0.14) * 65536]
        f.titles, f.more = "", ""
        if not f.tech:
            f.class2 = 2 * (draw() < 0.1 * 65536)
            f.groups.append("no rd")
            return
        f.groups.append("rd")
        r0, r1, r2, hitech, own = f.r0, f.r1, f.r2, f.hitech, draw()
        rate, high = f.industry.rd_intensity * (60 + draw() % 90) // 100 + 25 * hitech, draw() % 34 + 62 * hitech
        stat, home, inhouse = 85 + draw() % 30, 70 + draw() % 31, 70 + draw() % 20
        f.h0, f.h1, f.h2 = r0 * high // 100, r1 * high // 100, r2 * high // 100
        f.d0, f.d1, f.d2 = d0, d1, d2 = r0 * rate // 1000, r1 * rate // 1000, r2 * rate * (80 + draw() % 60) // 100_000
        f.e0, f.e1, f.e2 = d0 * stat // 100, d1 * stat // 100, d2 * stat // 100
        f.g0, f.g1, f.g2 = d0 * home // 100, d1 * home // 100, d2 * home // 100
        f.inhouse = inhouse = d2 * inhouse // 100
        f.bought = (d2 - inhouse) * (draw() % 70) // 100 if draw() < 0.3 * 65536 else 0
        f.other, f.abroad = d2 - inhouse - f.bought, f.bought // 3 if home < 75 else 0
        f.class1, f.class2 = _COUNT[draw() >> 4] << hitech, _COUNT[draw() >> 4] * 2 + hitech * 4
        f.own1, f.high1 = f.class1 * own >> 16, f.class1 * own >> 17
        f.core_ip, f.field = _YES[hitech or draw() < 0.45 * 65536], _YES[hitech or draw() < 0.4 * 65536]
        f.low = (62 if hitech else 44) + draw() % 20
        f.high, f.b1, f.b2 = f.low + 4 + draw() % 12, 0, 0
        if draw() < 0.23 * 65536:
            f.b1, f.b2 = draw() * 3, 8_000 + draw() * 7
            f.more = f',"service_contract_filed":{_YES[draw() < 0.7 * 65536]}' if draw() < 0.85 * 65536 else ""
        held = []
        for share_rd, share_hitech, revenue, first, renewed in self.titles:
            if draw() < (share_hitech if hitech else share_rd) << f.place.zone and r2 >= revenue:
                held.append((renewed if f.age > 4000 and draw() < 0.35 * 65536 else first)[draw() & 63])
        f.titles = ",".join(held)

    def _register(self, f: Any, draw: Callable[[], int]) -> None:
        """Statistics, output, power."""
        industry, r1, r2 = f.industry, f.r1, f.r2
        listed = draw() < (0.88 if r2 >= industry.line else 0.004) * 65536 and industry.kind != "-"
        f.in_register, f.register_kind = _YES[listed], f'"{industry.kind}"' if listed else "null"
        f.first_in = f.entered = f.emerging_in = "null"
        if listed:
            new = draw() < (0.55 if r1 < industry.line else 0.025) * 65536
            back = draw() * (min(f.age, self.days) if new else f.age) >> 16
            f.entered = f'"{self.dates[back]}"'
            f.first_in = f.entered if draw() < 0.92 * 65536 else f'"{self.dates[(back + f.age) // 2]}"'
        f.energy = _YES[draw() < 0.83 * 65536] if industry.limited else "null"
        f.peak = max(f.r0, r1) * (100 + max(0, draw() % 60 - 30)) // 100
        if not industry.factory:
            return
        f.groups.append("factory")
        share = 20 + draw() % 80 if f.tech and industry.emerging else 0
        f.o2 = r2 * (90 + draw() % 22) // 100
        f.w0, f.w1, f.w2 = f.r0 * share // 100, r1 * share // 100, f.o2 * share // 100
        if share and listed and draw() < 0.5 * 65536:
            since = draw() * (min(f.age, self.days) if draw() < 0.15 * 65536 else f.age) >> 16
            f.emerging_in = f'"{self.dates[since]}"'
        f.q1 = f.o2 * (18 + draw() % 16) // 100
        f.q0 = f.q1 * 100 // _GROWTH[draw() >> 4]
        holiday, growth = 45 + draw() % 35, _POWER_GROWTH[draw() >> 4]
        month = 0 if f.age < self.days + 366 or draw() < 0.008 * 65536 else 40 + int(r1 * 45 * _NOISE[draw() >> 4])
        now = month * (1060 if 1050 < growth < 1070 else growth) // 1000 or r1 * 45
        f.p2, f.p3, f.p4, f.p5, f.p6, f.p7 = month, month * holiday // 100, month, now, now * holiday // 100, now

    def _awards(self, f: Any, draw: Callable[[], int]) -> None:
        """Loans, projects and what else single policies ask for; `more` holds facts that few firms have."""
        age, r2, index, last = f.age, f.r2, f.index, self.last
        f.cases = f.projects = f.standards = f.loans = ""
        if draw() < 0.016 * 65536:
            f.cases = f'{{"kind":"{_CASE[draw() >> 4]}","happened_on":"{self.dates[draw() % min(1500, age)]}"}}'
        if draw() < 0.33 * 65536:
            f.loans = ",".join(filter(None, [self._borrowed(f, n, draw) for n in range(1 + draw() % 3 // 2)]))
        if f.industry.factory and r2 > 200 and draw() < 0.055 * 65536:
            total = 30 + r2 * (4 + draw() % 40) // 100
            total, spent = 1000 if 850 < total < 1150 else total, 50 + draw() % 45
            done = f'"{self.dates[draw() % min(700, age)]}"' if draw() < 0.65 * 65536 else "null"
            f.projects = f'{{"record_no":"{index:x}","total":{total},"equipment":{total * spent // 100},"done_on":{done}}}'
        if f.hitech and draw() < 0.08 * 65536:
            level, day = ("national", "industry", "industry", "local")[draw() & 3], self.dates[draw() % min(1400, age)]
            f.standards = f'{{"standard_no":"S{index:x}","level":"{level}","issued_on":"{day}"}}'
        share = 0.67 if "listing_reserve" in f.titles else 0.02 if r2 > 3000 else 0
        f.stage = f'"{_STAGE[draw() >> 4]}"' if draw() < share * 65536 else "null"
        f.city_award = 100_000 if f.hitech and f.place.zone and draw() < 0.45 * 65536 else 0
        if "first_unit" in f.titles:
            f.more += f',"first_unit_price":{30 + draw() % 900}'
        if f.taiwan:
            promised = ',"taiwan_paid_in@state":"committed"' if draw() < 0.12 * 65536 else ""
            f.more += f',"taiwan_paid_in":{_YES[draw() < 0.85 * 65536]}{promised}'
        if f.industry.fishery and draw() < 0.85 * 65536:
            f.more += f',"sea_rent":{{"{last}":{draw() * 4}}},"sea_insurance":{{"{last}":{draw()}}}'
        if draw() < (0.45 if f.place.office == "350521" else 0.06) * 65536:
            f.more += f',"claim_event_date":"{self.dates[draw() % 150]}"'

    def _borrowed(self, f: Any, n: int, draw: Callable[[], int]) -> str:
        """A loan, unless the firm is younger or too large for it."""
        (back, end), use = self.loans[draw() & 511], _LOAN_USE[draw() >> 4]
        if use == "sector":
            use = "tech_upgrade" if f.industry.factory else "service"
        if back > f.age or (use == "startup" and f.r2 > 3000):
            return ""
        principal = 5 + f.r2 * (4 + draw() % 28) // 100
        if use == "startup":
            principal = min(principal, 300 if draw() < 0.75 * 65536 else 450)
        interest = principal * (250 + draw() % 110) * back // 365
        return f'{{"loan_no":"{f.index:x}-{n}","use":"{use}","principal":{principal},"interest_paid":{interest},{end}'


@cache
def _maker(seed: int, as_of: date) -> _Maker:
    return _Maker(seed, as_of)


def lines(n: int, seed: int, as_of: date = AS_OF, *, start: int = 0) -> Iterator[bytes]:
    """Firms `start` to `start + n - 1` as lines of NDJSON, each with its line end."""
    maker, firm = _maker(seed, as_of), _Firm()
    return (maker.line(index, firm) for index in range(start, start + n))


def firms(n: int, seed: int, as_of: date = AS_OF, *, start: int = 0) -> Iterator[dict[str, Any]]:
    """The same firms as dicts. Numbers with a point are Decimals, so that nothing is rounded."""
    for line in lines(n, seed, as_of, start=start):
        yield json.loads(line, parse_float=Decimal)


def write_ndjson(
    path: str | os.PathLike[str],
    n: int,
    seed: int,
    as_of: date = AS_OF,
    *,
    start: int = 0,
    processes: int = 1,
    on_progress: Callable[[int, int], object] | None = None,
) -> None:
    """Writes the firms to a file: the same bytes for any number of processes (0: one for each core).

    `on_progress(done, n)` is called now and then; an exception in it ends the work. The file appears when complete.
    """
    processes = processes or os.cpu_count() or 1
    size = max(20_000, n // (processes * 16))
    parts = [(at, min(size, start + n - at)) for at in range(start, start + n, size)]
    folder = os.path.dirname(os.path.abspath(path))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".firms-") as made, ThreadPoolExecutor(processes) as pool:

        def write(part: tuple[int, int]) -> str:
            name = os.path.join(made, str(part[0]))
            if processes == 1:
                _write_part(name, seed, as_of, *part)
            else:  # a fresh interpreter is safe beside threads, and in scripts without a main guard
                words = (__file__, name, seed, as_of, *part)
                subprocess.run([sys.executable, "-I", *map(str, words)], check=True)
            return name

        try:
            with open(os.path.join(made, "whole"), "wb") as whole:
                for name, (at, count) in zip(pool.map(write, parts), parts, strict=True):
                    with open(name, "rb") as part:
                        shutil.copyfileobj(part, whole, 1 << 20)
                    os.remove(name)
                    if on_progress:
                        on_progress(at + count - start, n)
            os.replace(whole.name, path)
        finally:
            pool.shutdown(cancel_futures=True)


def _write_part(name: str, seed: int, as_of: date, start: int, n: int) -> None:
    with open(name, "wb") as out:
        out.writelines(lines(n, seed, as_of, start=start))


if __name__ == "__main__":  # one part of `write_ndjson`
    _write_part(sys.argv[1], int(sys.argv[2]), date.fromisoformat(sys.argv[3]), *map(int, sys.argv[4:]))
