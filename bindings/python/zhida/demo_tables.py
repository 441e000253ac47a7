"""What made-up firms are drawn from: towns, industries, names, titles, and how often each of them comes.

Tables are text, `word word ... | word word ...`; `spread` makes of their weights what the upper bits of a
draw pick from.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

# Division, name in the firm's name, weight, local trade.
PLACES = """
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
INDUSTRIES = """
C1952 鞋业 60 | C1953 鞋材 25 | C1819 服饰 45 | C1751 针纺 25 | C1762 织造 12 | C1353 食品 12
C1439 食品 22 | C1530 茶业 10 | C2110 家居 14 | C2223 纸品 14 | C2319 印刷 14 | C2439 工艺品 16
C2614 化工 4 | C2669 新材料 10 | C2750 生物 4 | C2920 塑胶 26 | C3011 水泥 2 | C3032 石材 16
C3042 玻璃 2 | C3074 陶瓷 12 | C3120 钢铁 2 | C3219 有色金属 1 | C3311 金属 22 | C3352 卫浴 22
C3499 机械 20 | C3529 模具 18 | C3670 汽配 8 | C3812 电气 14 | C3871 照明 8 | C3940 电子 14
C3979 光电 8 | C4019 仪表 5 | C4220 再生资源 3 | B1012 矿业 2 | D4419 能源 4 | E4720 建筑 14
E5011 装饰 18 | F 商贸 3 | F5137 贸易 60 | F5163 建材 50 | F5124 食品贸易 25 | F5211 百货 36
F5283 家电 28 | F5292 商贸 46 | G5430 物流 24 | G5920 仓储 6 | H6110 酒店 7 | H6210 餐饮 40
I6432 网络科技 16 | I6513 软件 34 | I6540 信息 14 | K 置业 1 | K7010 置业 5 | K7020 物业 10
L7119 租赁 8 | L7211 企业管理 18 | L7281 会展 30 | M7320 研究 6 | M7452 检测 12 | M7519 科技 24
N7721 环保 6 | O8010 家政 14 | O8111 汽修 16 | P8393 教育 8 | Q8425 医疗 4 | R8870 文化 9
R9012 娱乐 4 | A01 农业 9 | A04 水产 5 | J6790 投资 2
"""
# By industry: revenue of the median firm and per head (万元), assets to revenue %, mean margin ‰,
# firms with R&D %, R&D to revenue ‰, kind in the statistics register, revenue that brings it there (万元).
SECTORS = """
A 160 30 120 70 5 20 - 0 | B 900 60 140 80 6 15 industry 2000 | C 680 48 85 60 32 34 industry 2000
C34 620 52 95 70 46 42 industry 2000 | C35 620 50 95 70 48 45 industry 2000
C39 700 55 95 70 55 55 industry 2000 | D 2600 150 230 90 6 15 industry 2000
E 900 55 90 40 8 18 construction 2000 | F 500 130 55 20 2 10 wholesale 2000
F51 850 200 55 20 2 10 wholesale 2000 | F52 170 75 50 30 1 10 retail 500
G 380 58 85 40 4 14 service 2000 | H61 240 24 200 30 0 0 lodging 200
H62 90 16 55 50 0 0 catering 200 | I 230 38 110 90 58 85 service 2000 | J 400 90 400 120 1 10 - 0
K 2500 180 400 70 0 0 real_estate 1 | K702 260 13 70 50 1 10 service 1000
L 170 32 150 60 5 20 service 1000 | M 220 36 120 90 48 75 service 1000
N 360 55 170 70 28 40 service 2000 | O 80 15 60 60 1 10 service 500
P 120 14 80 60 2 15 service 1000 | Q 220 22 110 60 5 20 service 2000
R 90 18 90 50 3 20 service 500
"""
ZONES = ("350521104", "350521105", "350521106", "350521200", "350502400")
OWN_ACCOUNT = ("F52", "H62", "O")  # where many are 个体工商户
EMERGING = ("C27", "C34", "C35", "C38", "C39", "C40", "I", "M", "N")
ENERGY_LIMITS = ("C251", "C261", "C301", "C304", "C311", "C314", "C321")

# Facts in groups: percent of firms without it, months that it stays fresh (c: may be promised), JSON with %
# for each value (? for true or false). Series: Y years, Z the last two, Q last year's quarters, S quarters of
# sales, G of output, P months of power, M of tax credit. A point and digits give digits after the point.
FACTS = """
identity: reg_status 3 1 "%" | reg_date 3 0 "%" | ownership 5 1c "%" | taiwan_share 11 1 %
| reg_division 3 1 "%" | tax_division 5 1 "%" | stat_division 8 1 "%" | industry_reg 5 12 "%"
| industry_tax 5 12 "%" | industry_stat 8 12 "%" | restricted_industry 8 12c ? | abnormal 3 1 ?
| serious 3 1 ? | judgment_debtor 5 1 ? | tax_illegal 5 1 ?
people: staff 5 3c % | staff_quarter_start 8 24c Q | staff_quarter_end 8 24c Q | rd_staff 13 12c %
| hires 8 1 [%] | ui_months 6 1 % | insured_mean 8 12 % | ui_claimants 9 12 % | ui_premium 7 12 %
accounts: revenue 5 24 Y.678 | main_revenue 9 24c Y.678 | assets 7 24 Y.015 | net_assets 9 24 Y.345
| total_cost 9 24 Z.23 | total_income 9 24 Z.78 | assets_quarter_start 8 24c Q.1234
| assets_quarter_end 8 24c Q.2345 | taxable_income 5 24 Z
tax: tax_grade 5 12 "%" | vat_kind 4 1 "%" | vat_period_end 4 0 "%" | vat_sales 5 12 S
| vat_sales_special 7 12 S | vat_sales_property 7 12 S | vat_fraud_date 6 1 % | evasion_penalties 6 1 %
| six_taxes 7 24 Z
credit: vat_credit 9 2 M
research: rd_tax 8 24c Y | rd_stat 13 24 Y | rd_domestic 10 24c Y | hitech_income 13 24c Z
| services_bought 13 24c Z | rd_detail 9 12c {"inhouse":%,"other":%,"outsourced":%,"abroad":%}
| ip_class1 8 1 % | ip_class1_own 9 1 % | ip_class1_high 13 1 % | ip_class2 8 1 % | core_ip 13 1c ?
| hitech_field 13 12c ? | hitech_score_low 14 12 % | hitech_score_high 14 12 % | certificates 5 1 [%]
register: in_register 3 3 ? | register_kind 3 3 % | first_in_date 7 3 % | entered_date 5 3 %
| revenue_peak 13 12 % | emerging_in_date 8 12 % | emerging_field 10 12c ? | energy_within_limit 9 12c %
factory: output 6 24 Z | emerging_output 13 24 Z | output_quarter 9 24 G | power 5 24 P
awards: serious_cases 6 1 [%] | loans 12 1 [%] | projects 9 1c [%] | standards 6 1 [%]
| listing_stage 6 1 % | city_award_part 8 1 % | claim_event_date 3 0c "%"
"""
# Groups of firms that have no such thing.
NONE = {
    "no research": ("research", (*(0,) * 21, "false", "false", 0, 0, "")),
    "no credit": ("credit", (0,) * 8),
}
# Of the values that are there, per thousand; gaps of firms with fewer than 20 and 300 people and of others.
MARKS = {"stale": 16, "committed": 30, "conflict": 3, "not_authorised": 4}
GAPS_BY_SIZE = (1.25, 0.9, 0.5)
PATTERNS = 32  # of gaps, for each group and size; every eighth has no digits after the point
# Title, level, years it lasts, holders per thousand firms with R&D and high-tech firms, least revenue (万元).
TITLES = """
hitech national 3 0 1000 0 | tech_sme national 1 320 480 0 | innovative_sme provincial 3 110 300 100
sme_special provincial 3 18 210 1000 | little_giant national 3 2 90 2500
hitech_nursery provincial 3 45 160 0 | champion provincial 3 4 45 3000
champion national 3 0 8 20000 | first_unit provincial 3 3 18 800 | first_unit national 3 0 6 2000
listing_reserve provincial 2 4 60 3000 | chip_machine_list national 1 1 25 500
science_prize provincial 5 1 10 1000 | science_prize national 5 0 2 5000
rd_body provincial 3 4 70 2000 | rd_body city 3 25 90 800 | standard_lead national 5 3 22 1000
"""
WORDS = ("云霁澄汀榕鹭珊桐岚杉溪禾", "鲸鹿鹮獭雀蝉萤鲤鸢鹂雁鸥", "舟谷野岸庭渡屿湾坞荷星帆")

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = [pow(3, i, 31) for i in range(17)]
BODY_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
YES = ("false", "true")


def entries(table: str) -> list[list[Any]]:
    """The words of each entry of a table, whole numbers as such but for the first."""
    entries = [entry.split() for entry in re.split(r"[|\n]", table) if entry.strip()]
    return [[words[0], *(int(w) if w.isdigit() else w for w in words[1:])] for words in entries]


def spread(weights: str | Iterable[tuple[Any, int]]) -> list[Any]:
    """4096 entries, each thing as often as its weight asks: the upper 12 bits of a draw pick by weight."""
    if isinstance(weights, str):
        weights = [(thing, weight) for thing, weight in entries(weights.replace(" ", "|").replace(":", " "))]
    rows = list(weights)
    total, ran, table = sum(weight for _, weight in rows), 0, list[Any]()
    for thing, weight in rows:
        ran += weight
        table += [thing] * (round(ran * 4096 / total) - len(table))
    return table


def normal(shape: Callable[[float], float], size: int = 4096) -> list[Any]:
    """`shape` of a normal deviate, as a table for the upper bits of a draw."""
    return [shape(NormalDist().inv_cdf((i + 0.5) / size)) for i in range(size)]


def check_sum(text: str, weights: list[int], values: str = CHARACTERS) -> int:
    """What characters add to a check sum."""
    return sum(values.index(c) * w for c, w in zip(text, weights, strict=False))


def _industries() -> Iterator[tuple[SimpleNamespace, int]]:
    """Industries and their weights."""
    names = ("median", "per_head", "assets", "margin", "rd_firms", "rd_intensity", "kind", "line")
    sectors = {code: dict(zip(names, figures, strict=True)) for code, *figures in entries(SECTORS)}
    for code, noun, weight in entries(INDUSTRIES):
        sector = sectors[max((key for key in sectors if code.startswith(key)), key=len)]
        industry = SimpleNamespace(code=code, noun=noun, own_account=code.startswith(OWN_ACCOUNT), **sector)
        industry.factory, industry.fishery = industry.kind == "industry", code == "A04"
        industry.emerging, industry.limited = code.startswith(EMERGING), code.startswith(ENERGY_LIMITS)
        yield industry, weight


def _places() -> Iterator[tuple[SimpleNamespace, int]]:
    """Places and their weights."""
    trades = {industry.code: industry for industry in INDUSTRY}
    for code, name, weight, trade in entries(PLACES):
        place = SimpleNamespace(code=code, name=name, local=trades.get(trade), zone=code in ZONES)
        place.office, place.ningde = code[:6].ljust(6, "0"), code.startswith("3509")
        place.sum = check_sum(f"91{place.office}YY", CODE_WEIGHTS)
        yield place, weight


INDUSTRY = spread(_industries())
PLACE = spread(_places())
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PAIR = [a + b for a in CHARACTERS for b in CHARACTERS]
PAIRS = [
    [
        (pair, check_sum(pair, BODY_WEIGHTS[at:], DIGITS), check_sum(pair, CODE_WEIGHTS[at + 8 :]))
        for pair in PAIR
    ]
    for at in (2, 4, 6)
]
SIZE = normal(lambda z: math.exp(1.55 * z), 1024)
NOISE = normal(lambda z: math.exp(0.35 * z), 1024)
AGE = normal(lambda z: min(14_000, int(25 + 2300 * math.exp(1.05 * z))), 1024)  # days
GROWTH = normal(lambda z: int(max(35, 104 + 14 * z + 1.5 * z**3)))  # percent of the year before
POWER_GROWTH = normal(lambda z: int(max(300, 1015 + 90 * z)))  # thousandths of the year before
MARGIN = normal(lambda z: int(55 * z))  # thousandths, beside the mean of the industry
STATUS = spread("active:945 suspended:12 revoked:14 cancelled:21 moved:8")
OWNERSHIP = spread("private:905 state:22 collective:12 hmt:32 foreign:14 other:15")
GRADE = spread("A:150 B:620 M:100 C:95 D:35")
GRADE_YOUNG = spread("B:120 M:820 C:45 D:15")  # nobody is A in the first three years
TAIWAN = spread("0.05:1 0.1:2 0.25:3 0.3:2 0.49:3 0.5:3 0.51:4 0.7:2 1:9")
HIRES = spread([(0, 52), (1, 20), (2, 12), (3, 7), (4, 4), (5, 2), (6, 2), (9, 1)])
YOUNG_HIRED = spread("graduate:15 graduate_jobless:6 youth_unemployed:7 other:20")
HIRED = spread("other:26 unemployed_half_year:12 poverty:6 poverty_watch:2 veteran:6")
CONTRACT = spread("12:30 24:22 36:34 6:8 3:4 0:2")
COUNT = spread([(0, 50), (1, 20), (2, 12), (3, 8), (4, 5), (6, 3), (12, 2)])
CASE = spread("safety:5 quality:4 environment:5 integrity:1 organised_crime:1")
LOAN_USE = spread("working:44 startup:22 fixed_asset:12 sector:22")
STAGE = spread("reform:18 tutoring:15 tutoring_accepted:12 filed:11 listed:11 transferred:2 returned:2")
# Per thousand: restricted industry, abnormal, serious, judgment debtor, tax illegal, none of them.
FLAGS = spread([(tuple(YES[i == n] for i in range(5)), w) for n, w in enumerate((12, 23, 3, 6, 2, 954))])
BRAND = ["".join(three) for three in product(*WORDS)]
