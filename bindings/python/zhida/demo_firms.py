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

# Facts in groups: percent of firms without it, months that it stays fresh (c: may be promised), JSON with % for each
# value. Y is a series of years, Q of last year's quarters, S of quarters of sales, G of output, P of months of power,
# M of tax credit; Y0 and M0 are all zero. Digits behind a point give digits after the point, equal ones the same.
_FACTS = {
    "identity": """
reg_status 3 1 "%" | reg_date 3 0 "%" | ownership 5 1c "%" | taiwan_share 11 1 % | reg_division 3 1 "%"
tax_division 5 1 "%" | stat_division 8 1 "%" | industry_reg 5 12 "%" | industry_tax 5 12 "%" | industry_stat 8 12 "%"
restricted_industry 8 12c % | abnormal 3 1 % | serious 3 1 % | judgment_debtor 5 1 % | tax_illegal 5 1 %
""",
    "people": """
staff 5 3c % | staff_quarter_start 8 24c Q | staff_quarter_end 8 24c Q | rd_staff 13 12c % | hires 8 1 [%]
ui_months 6 1 % | insured_mean 8 12 % | ui_claimants 9 12 % | ui_premium 7 12 %
""",
    "accounts": """
revenue 5 24 Y.678 | main_revenue 9 24c Y.678 | assets 7 24 Y.015 | net_assets 9 24 Y.345 | total_cost 9 24 Y.234
assets_quarter_start 8 24c Q.1234 | assets_quarter_end 8 24c Q.2345 | total_income 9 24 Y.678 | taxable_income 5 24 Y
""",
    "tax": """
tax_grade 5 12 "%" | vat_kind 4 1 "%" | vat_period_end 4 0 "%" | vat_sales 5 12 S | vat_sales_special 7 12 S
vat_sales_property 7 12 S | vat_fraud_date 6 1 % | evasion_penalties 6 1 % | six_taxes 7 24 Y
""",
    "credit": "vat_credit 9 2 M",
    "no credit": "vat_credit 9 2 M0",
    "research": """
rd_tax 8 24c Y | rd_stat 13 24 Y | rd_domestic 10 24c Y | hitech_income 13 24c Y | hitech_score_low 14 12 %
rd_detail 9 12c {"inhouse":%,"other":%,"outsourced":%,"abroad":%} | hitech_score_high 14 12 % | ip_class1 8 1 %
ip_class1_own 9 1 % | ip_class1_high 13 1 % | ip_class2 8 1 % | core_ip 13 1c % | hitech_field 13 12c %
services_bought 13 24c Y | emerging_field 10 12c % | certificates 5 1 [%]
""",
    "no research": """
rd_tax 8 24c Y0 | rd_stat 13 24 Y0 | rd_domestic 10 24c Y0 | hitech_income 13 24c Y0
rd_detail 9 12c {"inhouse":0,"other":0,"outsourced":0,"abroad":0} | ip_class1 8 1 0 | ip_class1_own 9 1 0
ip_class1_high 13 1 0 | ip_class2 8 1 % | core_ip 13 1c false | hitech_field 13 12c % | services_bought 13 24c Y0
emerging_field 10 12c % | certificates 5 1 []
""",
    "register": """
in_register 3 3 % | register_kind 3 3 % | first_in_date 7 3 % | entered_date 5 3 % | emerging_in_date 8 12 %
revenue_peak 13 12 % | energy_within_limit 9 12c %
""",
    "factory": "output 6 24 Y | emerging_output 13 24 Y | output_quarter 9 24 G | power 5 24 P",
    "awards": """
serious_cases 6 1 [%] | loans 12 1 [%] | projects 9 1c [%] | standards 6 1 [%] | listing_stage 6 1 %
city_award_part 8 1 %
""",
}
# Of the values that are there, per thousand; gaps of firms with fewer than 20 and 300 people, and of the others.
_MARKS = {"stale": 16, "committed": 30, "conflict": 3, "not_authorised": 4}
_GAPS_BY_SIZE = (1.25, 0.9, 0.5)
_PATTERNS = 32  # of gaps, for each group and size; every fourth has no digits after the point
# Per thousand: restricted industry, abnormal, serious, judgment debtor, tax illegal.
_FLAGS = (12, 23, 3, 6, 2)
# Title, level, years it lasts, holders per thousand firms with R&D and high-tech firms, revenue from which (万元).
_TITLES = """
hitech national 3 0 1000 0 | tech_sme national 1 320 480 0 | innovative_sme provincial 3 110 300 100
sme_special provincial 3 18 210 1000 | little_giant national 3 1 60 4000 | hitech_nursery provincial 3 45 160 0
champion provincial 3 2 24 5000 | champion national 3 0 8 20000 | first_unit provincial 3 3 18 800
first_unit national 3 0 6 2000 | listing_reserve provincial 2 4 40 5000 | chip_machine_list national 1 1 25 500
science_prize provincial 5 1 10 1000 | science_prize national 5 0 2 5000 | rd_body provincial 3 4 70 2000
rd_body city 3 25 90 800 | standard_lead national 5 3 22 1000
"""
_WORDS = (
    "云霁澄汀榕鹭珊桐岚杉溪禾砚枫霖曦",
    "豚鲸鹿鹮獭雀蝉萤鲤鸢貂鹂蛙雁狸鸥",
    "舟谷野岸庭渡屿湾坞台荷月星帆田石",
)

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


def _normal(shape: Callable[[float], float], size: int = 4096) -> list[Any]:
    """`shape` of a normal deviate, as a table for the upper bits of a draw."""
    return [shape(NormalDist().inv_cdf((i + 0.5) / size)) for i in range(size)]


def _sum(text: str, at: int) -> int:
    """What characters from place `at` add to the check sum of a credit code."""
    return sum(_CHARACTERS.index(c) * w for c, w in zip(text, _CODE_WEIGHTS[at:], strict=False))


def _body_sum(text: str, at: int) -> int:
    """The same for the organisation code inside, which has its own."""
    return sum(int(c, 36) * w for c, w in zip(text, _BODY_WEIGHTS[at:], strict=False))


def _industries() -> Iterator[tuple[SimpleNamespace, int]]:
    """Industries and their weights."""
    names = ("median", "per_head", "assets", "margin", "rd_firms", "rd_intensity", "kind", "line")
    sectors = {code: [*map(_number, figures)] for code, *figures in _entries(_SECTORS)}
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
_SIZE = _normal(lambda z: math.exp(1.55 * z), 1024)
_NOISE = _normal(lambda z: math.exp(0.35 * z), 1024)
_GROWTH = _normal(lambda z: int(max(35, 104 + 14 * z + 1.5 * z**3)))  # percent of the year before
_POWER_GROWTH = _normal(lambda z: int(max(300, 1015 + 90 * z)))  # thousandths of the year before
_MARGIN = _normal(lambda z: int(55 * z))  # thousandths, beside the mean of the industry
_AGE = _normal(lambda z: min(14_000, int(25 + 2300 * math.exp(1.05 * z))), 1024)  # days
_STATUS = _spread("active 945 suspended 12 revoked 14 cancelled 21 moved 8")
_OWNERSHIP = _spread("private 905 state 22 collective 12 hmt 32 foreign 14 other 15")
_GRADE = _spread("A 140 B 560 M 190 C 80 D 30")
_GRADE_YOUNG = _spread("B 120 M 820 C 45 D 15")  # nobody is A in the first three years
_TAIWAN = _spread("0.05 1 0.1 2 0.25 3 0.3 2 0.49 3 0.5 3 0.51 4 0.7 2 1 9")
_HIRES = _spread("0 52 1 20 2 12 3 7 4 4 5 2 6 2 9 1")
_HIRED = _spread(
    "other 46 graduate 15 graduate_jobless 6 youth_unemployed 7 unemployed_half_year 12 poverty 8 veteran 6"
)
_CONTRACT = _spread("12 30 24 22 36 34 6 8 3 4 0 2")
_COUNT = _spread("0 50 1 20 2 12 3 8 4 5 6 3 12 2")
_CASE = _spread("safety 5 quality 4 environment 5 integrity 1 organised_crime 1")
_LOAN_USE = _spread("working 44 startup 22 fixed_asset 12 sector 22")
_STAGE = _spread("reform 18 tutoring 15 tutoring_accepted 12 filed 11 listed 11 transferred 2 returned 2")
_FLAGGED = _spread(
    [(tuple(_YES[i == n] for i in range(5)), w) for n, w in enumerate((*_FLAGS, 1000 - sum(_FLAGS)))]
)
_BRAND = ["".join(three) for three in product(*_WORDS)]


Draw = Callable[[], int]  # numbers below 65536; 655 is one in a hundred


class _Firm:
    """What the groups of facts of one firm have in common; money in 万元."""

    __slots__ = (
        "age hitech index industry key more own_account place r0 r1 r2 round staff taiwan tech titles".split()
    )


class _Maker:
    """Writes the firms of one seed as of one day.

    Each group of facts has a method that writes it, with the values in the order of `_FACTS`.
    """

    def __init__(self, seed: int, as_of: date) -> None:
        self.seed, self.as_of, self.last, self.days = seed, as_of, as_of.year - 1, as_of.timetuple().tm_yday
        rng = random.Random(as_of.isoformat())
        self.dates = [(as_of - timedelta(days=back)).isoformat() for back in range(15_000)]
        self.row_dates = [f',"@date":"{day}"' for day in self.dates[:28]] + [""] * 4
        self.shapes = [self._shape(int(day[:4]), int(day[5:7])) for day in self.dates]
        self.periods = self._periods()
        self.facts = {group: _entries(table) for group, table in _FACTS.items()}
        rows = {row[0]: row for table in self.facts.values() for row in table}
        self.gaps = [self._gaps(rows, scale, rng) for scale in _GAPS_BY_SIZE]
        self.templates: dict[str, dict[int, str]] = {group: {} for group in _FACTS}
        self.titles = [self._title(row, rng) for row in _entries(_TITLES)]
        self.hires = sorted(self._hire(rng) for _ in range(1024))
        self.loans = [self._loan(rng) for _ in range(256)]

    def _shape(self, year: int, month: int) -> int:
        """Of a firm opened in that month: 5 x years without figures, of three, + quarters of last year without."""
        return 5 * min(3, max(0, year - self.last + 2)) + min(
            4, max(0, (year - self.last) * 4 + (month - 1) // 3)
        )

    def _periods(self) -> dict[str, list[str]]:
        """The periods of series."""
        now = self.as_of.year * 12 + self.as_of.month - 1
        over = now // 3 * 3  # the month after the last whole quarter
        self.declared = (date(over // 12, over % 12 + 1, 1) - timedelta(days=1)).isoformat()
        power = self.last + (self.as_of.month > 3)
        return {
            "Y": [str(self.last - 2), str(self.last - 1), str(self.last)],
            "Q": [f"{self.last}Q{n}" for n in (1, 2, 3, 4)],
            "S": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 6, over - 3)],
            "G": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 15, over - 3)],
            "P": [f"{year}-0{m}" for year in (power - 1, power) for m in (1, 2, 3)],
            "M": ["2019-03"]
            + [f"{m // 12}-{m % 12 + 1:02d}" for m in (self.last * 12 + 11, *range(now - 6, now))],
        }

    def _gaps(
        self, facts: dict[str, list[str]], scale: float, rng: random.Random
    ) -> list[dict[str, str | None]]:
        """Patterns of gaps: facts left out (None), and what is added to others."""
        patterns: list[dict[str, str | None]] = [{} for _ in range(_PATTERNS)]
        for fact, percent, age, _ in facts.values():
            order, months = rng.sample(patterns, _PATTERNS), int(age.rstrip("c"))
            for mark, share in (("", int(percent) * 10 * scale), *_MARKS.items()):
                if not months if mark == "stale" else mark == "committed" and "c" not in age:
                    continue
                for _ in range(int(share * _PATTERNS / 1000 + rng.random())):
                    old = f',"{fact}@date":"{self.dates[months * 31 + 1 + rng.randrange(300)]}"'
                    state = f',"{fact}@state":"{mark}"' if mark else None
                    order.pop()[fact] = old if mark == "stale" else state
        return patterns

    def _template(self, group: str, f: Any, draw: Draw) -> str:
        """The group's facts but the gaps of a pattern, to be filled by %; %.0s takes a value that is not shown."""
        pattern = draw() & (28 if f.round else 31)
        text = self.templates[group].get(f.key + pattern)
        if text is None:
            shape, size = divmod(f.key // _PATTERNS, 3)
            text = self.templates[group][f.key + pattern] = self._made(
                group, shape, self.gaps[size][pattern], pattern
            )
        return text

    def _made(self, group: str, shape: int, gaps: dict[str, str | None], pattern: int) -> str:
        text = ""
        for fact, _, _, kind in self.facts[group]:
            mark, periods, value, hidden = (
                gaps.get(fact, ""),
                self.periods.get(kind[0]),
                kind.replace("%", "%s"),
                "",
            )
            if periods:
                skip, cells = {"Y": shape // 5, "Q": shape % 5}.get(kind[0], 0), []
                for n, period in enumerate(periods):
                    figure = "0" if kind[1:] == "0" else "%s"
                    if kind[1:2] == ".":
                        figure += f".{pattern % 4 and (pattern * 61 + int(kind[n + 2]) * 17) % 100:02d}"
                    if n < skip or period in periods[n + 1 :]:
                        hidden += "%.0s" * (figure != "0")
                    else:
                        cells.append(f'{hidden}"{period}":{figure}')
                        hidden = ""
                value, mark = f"{{{','.join(cells)}}}{hidden}", mark if cells else None
            text += "%.0s" * value.count("%") if mark is None else f',"{fact}":{value}{mark}'
        return text

    def _title(self, row: list[str], rng: random.Random) -> tuple[int, int, int, list[str], list[str]]:
        """Shares of firms with R&D and of high-tech firms, least revenue, first and renewed certificates."""
        kind, level, years, rd, hitech, revenue = map(_number, row)
        texts: list[list[str]] = [[], []]
        for n in range(64):
            day = self.as_of - timedelta(days=rng.randrange(1, 375 * min(3, years)))
            since = day.replace(day=min(day.day, 28))
            first, end = (
                since.replace(year=since.year - n % 2 * years),
                since.replace(year=since.year + years),
            )
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

    def line(self, index: int) -> bytes:
        """The firm as a line of NDJSON."""
        draw: Draw = iter(memoryview(shake_128(b"%d:%d" % (self.seed, index)).digest(320)).cast("H")).__next__
        f = self._firm(index, draw)
        text = (
            self.row_dates[draw() & 31]
            + self._identity(f, draw)
            + self._people(f, draw)
            + self._accounts(f, draw)
            + self._tax(f, draw)
            + (self._research(f, draw) if f.tech else self._no_research(f, draw))
            + self._register(f, draw)
            + (self._factory(f, draw) if f.industry.factory else "")
            + self._awards(f, draw)
            + self._extra(f, draw)
        )
        name = (
            f"{f.place.name}{_BRAND[draw() >> 4]}{f.industry.noun}{'商行' if f.own_account else '有限公司'}"
        )
        return f'{{"uscc":"{self._code(f, draw)}","name":"{name}"'.encode() + text.encode()

    def _code(self, f: Any, draw: Draw) -> str:
        """The credit code; one of 500 has a wrong check digit."""
        rest, a = divmod((f.index * 486187739 + self.seed * 1000003) % 31**6, 961)
        c, b = divmod(rest, 961)
        (one, body1, sum1), (two, body2, sum2), (three, body3, sum3) = (
            _PAIRS[0][a],
            _PAIRS[1][b],
            _PAIRS[2][c],
        )
        own = "0123456789X"[-(340 + body1 + body2 + body3) % 11]
        check = (
            f.place.sum + 3 * f.own_account + sum1 + sum2 + sum3 + _CHARACTERS.index(own) * _CODE_WEIGHTS[16]
        )
        if draw() < 131:
            check += 1 + draw() % 30
        kind = "92" if f.own_account else "91"
        return f"{kind}{f.place.office}YY{one}{two}{three}{own}{_CHARACTERS[-check % 31]}"

    def _firm(self, index: int, draw: Draw) -> Any:
        """Place, trade, age, sales and staff."""
        f: Any = _Firm()
        f.index, f.titles, f.more = index, "", ""
        f.place = place = _PLACE[draw() >> 4]
        f.industry = industry = place.local if place.local and draw() < 655 * 28 else _INDUSTRY[draw() >> 4]
        f.own_account = industry.own_account and draw() < 655 * 40
        f.age, edge = _AGE[draw() >> 6] + (draw() & 31), draw()
        r2 = 5 + int(industry.median * _SIZE[draw() >> 6] / (4 if f.own_account else 1))
        f.round = edge < 655 * 4 and 1400 < r2 < 2900
        r2 = 2000 if f.round else r2 + (draw() * r2 >> 20)
        f.r1 = r1 = r2 * 100 // _GROWTH[draw() >> 4]
        f.r0, f.r2 = r1 * 100 // _GROWTH[draw() >> 4], r2
        staff = 1 + int(r2 / industry.per_head * _NOISE[draw() >> 6])
        f.staff = staff = 20 if edge < 655 * 8 and 13 < staff < 29 else staff
        f.taiwan = 0
        if (
            draw() < 655 * (40 if place.zone or (place.ningde and industry.fishery) else 3)
            and not f.own_account
        ):
            f.taiwan = _TAIWAN[draw() >> 4]
        f.tech = draw() * 100 < industry.rd_firms * (75_000 if r2 > 800 else 45_000 if r2 > 100 else 9_000)
        f.hitech = f.tech and r2 > 500 and f.age > 1500 and draw() < 655 * 40
        f.key = (self.shapes[f.age] * 3 + (0 if staff < 20 else 1 if staff < 300 else 2)) * _PATTERNS
        return f

    def _identity(self, f: Any, draw: Draw) -> str:
        place, code = f.place, f.industry.code
        tax, stat, registered, moved = place.code, place.code, code, draw()
        if moved < 655 * 2:
            tax = _PLACE[draw() >> 4].code
        elif moved < 655 * 5:
            stat = place.office if place.zone else _PLACE[draw() >> 4].code
        elif moved < 655 * 9:
            registered = _INDUSTRY[draw() >> 4].code
        owner = "hmt" if f.taiwan and float(f.taiwan) >= 0.25 else _OWNERSHIP[draw() >> 4]
        days, flags = self.dates[f.age], _FLAGGED[draw() >> 4]
        return self._template("identity", f, draw) % (
            (
                _STATUS[draw() >> 4],
                days,
                owner,
                f.taiwan,
                place.code,
                tax,
                stat,
                registered,
                code,
                code,
                *flags,
            )
        )

    def _people(self, f: Any, draw: Draw) -> str:
        staff, x, hires = f.staff, draw(), ""
        s4 = staff * (94 + x % 12) // 100 + 1
        s0 = s4 * 100 // (80 + x // 12 % 50) + 1
        s1, s2, s3 = (s0 * 3 + s4) // 4, (s0 + s4) // 2, (s0 + s4 * 3) // 4
        insured = 0 if staff < 20 and draw() < 655 * 28 else staff * (70 + draw() % 31)  # hundredths
        gone = 0 if not insured or draw() < 655 * 60 else 1 + insured * (draw() % 90) // 100_000
        months = min(f.age // 30, 20 + draw() % 180) if insured else 0
        rd_staff = staff * ((9 + x % 28) if f.hitech else (2 + x % 18) if f.tech else x % 3) // 100
        count = min(_HIRES[draw() >> 4], staff // 3)
        among = 1024 if f.age >= 900 else bisect_left(self.hires, (f.age,))
        if count and among:
            told = [
                f'{{"person_hash":"{f.index:x}-{n}",{self.hires[draw() * among >> 16][1]}'
                for n in range(count)
            ]
            hires = ",".join(told)
        mean, premium = f"{insured // 100}.{insured % 100:02d}", insured * (42 + draw() % 48) // 10
        return self._template("people", f, draw) % (
            (staff, s0, s1, s2, s3, s1, s2, s3, s4, rd_staff, hires, months, mean, gone, premium)
        )

    def _accounts(self, f: Any, draw: Draw) -> str:
        r0, r1, r2, industry, x = f.r0, f.r1, f.r2, f.industry, draw()
        main, own = 100 - (draw() ** 2 >> 27), 15 + x % 70
        a5 = 3 + int(r2 * industry.assets * _NOISE[draw() >> 6]) // 100
        a1 = a5 * 100 // _GROWTH[draw() >> 4]
        a0, a2, a3, a4 = a1 * 100 // 106, (a1 * 3 + a5) // 4, (a1 + a5) // 2, (a1 + a5 * 3) // 4
        profit = industry.margin + _MARGIN[draw() >> 4]
        cost, taxed = 1000 - profit, 0 if profit < 0 or f.own_account else profit
        taxable = r2 * taxed // 1000
        if 240 < taxable < 380 and x < 6_000:
            taxable = 300
        return self._template("accounts", f, draw) % (
            (r0, r1, r2, r0 * main // 100, r1 * main // 100, r2 * main // 100, a0, a1, a5)
            + (
                a0 * own // 100,
                a1 * own // 100,
                a5 * own // 100,
                r0 * cost // 1000,
                r1 * cost // 1000,
                r2 * cost // 1000,
            )
            + (a1, a2, a3, a4, a2, a3, a4, a5, r0, r1, r2, r0 * taxed // 1000, r1 * taxed // 1000, taxable)
        )

    def _tax(self, f: Any, draw: Draw) -> str:
        r2, x, rare, fraud, evasions, credit = f.r2, draw(), draw(), "null", 0, ()
        small = r2 < 500 and draw() < 655 * 83
        s0, s1, estate = r2 * (1800 + x % 1400), r2 * (1800 + draw() % 1400), 0
        if rare < 655 * 6:
            s1 = 300_000 if 150_000 < s1 < 500_000 else 0
        elif rare < 655 * 7:
            estate = s1 // 3
        elif rare < 655 * 8:
            evasions = 1 + x % 3
        elif rare < 655 * 9:
            fraud = f'"{self.dates[x % f.age]}"'
        share, six = x // 7 % 60, (x // 9 % 26 + 4) * (x % 100 > 6)
        if not small and draw() < 655 * 37:
            c, rise = r2 * (40 + draw() % 300), r2 * (draw() % 60 - 8)
            credit = (c // 3, c, *(max(0, c + n * rise) for n in range(1, 7)))
        text = self._template("tax", f, draw) % (
            (
                (_GRADE_YOUNG if f.age < 1096 else _GRADE)[draw() >> 4],
                "small" if small else "general",
                self.declared,
            )
            + (
                s0,
                s1,
                s0 * share // 100,
                s1 * share // 100,
                0,
                estate,
                fraud,
                evasions,
                f.r0 * six,
                f.r1 * six,
                r2 * six,
            )
        )
        return text + self._template("credit" if credit else "no credit", f, draw) % credit

    def _no_research(self, f: Any, draw: Draw) -> str:
        x = draw()
        values = 2 * (x % 9 == 0), _YES[x % 90 == 1], _YES[f.industry.emerging and x % 7 == 2]
        return self._template("no research", f, draw) % values

    def _research(self, f: Any, draw: Draw) -> str:
        r0, r1, r2, hitech, x, y, z = f.r0, f.r1, f.r2, f.hitech, draw(), draw(), draw()
        rate, high = f.industry.rd_intensity * (60 + x % 90) // 100 + 25 * hitech, x // 90 % 34 + 62 * hitech
        stat, home, inhouse = 85 + y % 30, 70 + y // 30 % 31, 70 + y // 930 % 20
        d0, d1, d2 = r0 * rate // 1000, r1 * rate // 1000, r2 * rate * (80 + draw() % 60) // 100_000
        inhouse = d2 * inhouse // 100
        bought = (d2 - inhouse) * (draw() % 70) // 100 if draw() < 655 * 30 else 0
        ip, ip2, own = _COUNT[draw() >> 4] << hitech, _COUNT[draw() >> 4] * 2 + hitech * 4, draw()
        low, paid1, paid2 = (62 if hitech else 44) + z % 20, 0, 0
        if draw() < 655 * 23:
            paid1, paid2 = draw() * 3, 8_000 + draw() * 7
            f.more = f',"service_contract_filed":{_YES[paid1 % 10 < 7]}' if paid2 % 100 < 85 else ""
        titles = []
        for rd_firms, hitech_firms, revenue, first, renewed in self.titles:
            if draw() < (hitech_firms if hitech else rd_firms) << f.place.zone and r2 >= revenue:
                titles.append((renewed if f.age > 4000 and draw() < 655 * 35 else first)[draw() & 31])
        f.titles = ",".join(titles)
        return self._template("research", f, draw) % (
            (
                d0,
                d1,
                d2,
                d0 * stat // 100,
                d1 * stat // 100,
                d2 * stat // 100,
                d0 * home // 100,
                d1 * home // 100,
            )
            + (d2 * home // 100, r0 * high // 100, r1 * high // 100, r2 * high // 100, low, inhouse)
            + (d2 - inhouse - bought, bought, bought // 3 if home < 75 else 0, low + 4 + z // 20 % 12, ip)
            + (ip * own >> 16, ip * own >> 17, ip2, _YES[hitech or x % 9 < 4], _YES[hitech or y % 9 < 4])
            + (0, paid1, paid2, _YES[f.industry.emerging and z % 9 < 5], f.titles)
        )

    def _register(self, f: Any, draw: Draw) -> str:
        industry, x = f.industry, draw()
        listed = x < 655 * (88 if f.r2 >= industry.line else 1) and industry.kind != "-"
        first = entered = emerging = "null"
        if listed:
            back = (
                draw()
                * (min(f.age, self.days) if draw() < 655 * (55 if f.r1 < industry.line else 2) else f.age)
                >> 16
            )
            first = entered = f'"{self.dates[back]}"'
            if x % 100 < 8:
                first = f'"{self.dates[(back + f.age) // 2]}"'
            if industry.factory and industry.emerging and f.tech and x % 10 < 6:
                since = draw() * (min(f.age, self.days) if x % 70 < 10 else f.age) >> 16
                emerging = f'"{self.dates[since]}"'
        energy = _YES[x % 100 < 83] if industry.limited else "null"
        peak = max(f.r0, f.r1) * (100 + max(0, x % 60 - 30)) // 100
        kind = f'"{industry.kind}"' if listed else "null"
        return self._template("register", f, draw) % (
            _YES[listed],
            kind,
            first,
            entered,
            emerging,
            peak,
            energy,
        )

    def _factory(self, f: Any, draw: Draw) -> str:
        """Output and power; none in the earlier quarter where the firm opened later or moved in."""
        r0, r1, x, growth = f.r0, f.r1, draw(), _POWER_GROWTH[draw() >> 4]
        share, output, holiday = 0, f.r2 * (90 + x % 22) // 100, 45 + x % 35
        if f.tech and f.industry.emerging:
            share = 20 + draw() % 80
        quarter = output * (18 + x % 16) // 100
        month = 40 + int(r1 * 45 * _NOISE[draw() >> 6])  # kWh
        now = month * (1060 if 1050 < growth < 1070 else growth) // 1000
        month = 0 if f.age < self.days + 366 or x < 655 else month
        return self._template("factory", f, draw) % (
            (r0, r1, output, r0 * share // 100, r1 * share // 100, output * share // 100)
            + (quarter * 100 // _GROWTH[draw() >> 4], quarter)
            + (month, month * holiday // 100, month, now, now * holiday // 100, now)
        )

    def _awards(self, f: Any, draw: Draw) -> str:
        """Cases, loans and what else single policies ask for."""
        age, r2, x, cases, loans, projects, standards = f.age, f.r2, draw(), "", "", "", ""
        if x < 655 * 2:
            cases = f'{{"kind":"{_CASE[draw() >> 4]}","happened_on":"{self.dates[draw() % min(1500, age)]}"}}'
        if draw() < 655 * 33:
            loans = ",".join(filter(None, [self._borrowed(f, n, draw) for n in range(1 + x % 3 // 2)]))
        if f.industry.factory and r2 > 200 and draw() < 655 * 6:
            total = 30 + r2 * (4 + draw() % 40) // 100
            total, spent = 1000 if 850 < total < 1150 else total, 50 + x % 45
            done = f'"{self.dates[draw() % min(700, age)]}"' if draw() < 655 * 65 else "null"
            projects = f'{{"record_no":"{f.index:x}","total":{total},"equipment":{total * spent // 100},"done_on":{done}}}'
        if f.hitech and x % 100 < 8:
            level, day = ("national", "industry", "local")[x % 3], self.dates[draw() % min(1400, age)]
            standards = f'{{"standard_no":"S{f.index:x}","level":"{level}","issued_on":"{day}"}}'
        share = 67 if "listing_reserve" in f.titles else 2 if r2 > 3000 else 0
        stage = f'"{_STAGE[draw() >> 4]}"' if share and draw() < 655 * share else "null"
        paid = 100_000 if f.hitech and f.place.zone and x % 100 < 45 else 0
        return self._template("awards", f, draw) % (cases, loans, projects, standards, stage, paid)

    def _borrowed(self, f: Any, n: int, draw: Draw) -> str:
        """A loan, unless the firm is younger or too large for it."""
        (back, end), use, x = self.loans[draw() & 255], _LOAN_USE[draw() >> 4], draw()
        if use == "sector":
            use = "tech_upgrade" if f.industry.factory else "service"
        if back > f.age or (use == "startup" and f.r2 > 3000):
            return ""
        principal = 5 + f.r2 * (4 + x % 28) // 100
        if use == "startup":
            principal = min(principal, 300 if x % 4 else 450)
        interest = principal * (250 + x % 110) * back // 365
        return f'{{"loan_no":"{f.index:x}-{n}","use":"{use}","principal":{principal},"interest_paid":{interest},{end}'

    def _extra(self, f: Any, draw: Draw) -> str:
        """Facts that few firms have."""
        more, last = f.more, self.last
        if "first_unit" in f.titles:
            more += f',"first_unit_price":{30 + draw() % 900}'
        if f.taiwan:
            promised = ',"taiwan_paid_in@state":"committed"' if draw() < 655 * 12 else ""
            more += f',"taiwan_paid_in":{_YES[draw() < 655 * 85]}{promised}'
        if f.industry.fishery and draw() < 655 * 85:
            more += f',"sea_rent":{{"{last}":{draw() * 4}}},"sea_insurance":{{"{last}":{draw()}}}'
        if draw() < 655 * (45 if f.place.office == "350521" else 6):
            more += f',"claim_event_date":"{self.dates[draw() % 150]}"'
        return more + "}\n"


@cache
def _maker(seed: int, as_of: date) -> _Maker:
    return _Maker(seed, as_of)


def lines(n: int, seed: int, as_of: date = AS_OF, *, start: int = 0) -> Iterator[bytes]:
    """Firms `start` to `start + n - 1` as lines of NDJSON, each with its line end."""
    return map(_maker(seed, as_of).line, range(start, start + n))


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
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".firms-") as made,
        ThreadPoolExecutor(processes) as pool,
    ):

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
