"""Believable firms that do not exist, for demonstrations, tests and measurements.

    for firm in firms(3, seed=1): ...                           # dicts as Engine.match() takes them
    write_ndjson("firms.ndjson", 1_000_000, seed=1, processes=0)

A firm follows from (seed, index, as-of date) alone, so slices can be made apart: firms(n, seed, start=k)
begins at k. Size, figures, titles and loans hang together; as in real registers some facts of every firm are
missing, too old, disputed or only promised. All is made up: organisation codes begin with YY, which no office
hands out, and one credit code in 500 has a wrong check digit on purpose.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import shake_128
from typing import Any

from zhida.demo_tables import (
    AGE,
    BRAND,
    CASE,
    CHARACTERS,
    CONTRACT,
    COUNT,
    FACTS,
    FLAGS,
    GAPS_BY_SIZE,
    GRADE,
    GRADE_YOUNG,
    GROWTH,
    HIRED,
    HIRES,
    INDUSTRY,
    LOAN_USE,
    MARGIN,
    MARKS,
    NOISE,
    NONE,
    OWNERSHIP,
    PAIRS,
    PATTERNS,
    PLACE,
    POWER_GROWTH,
    SIZE,
    STAGE,
    STATUS,
    TAIWAN,
    TITLES,
    YES,
    YOUNG_HIRED,
    entries,
)

__all__ = ["AS_OF", "firms", "lines", "write_ndjson"]

AS_OF = date(2025, 6, 30)
# What one process of `write_ndjson` runs, isolated from the environment of its user.
_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CHILD = """
import sys
from datetime import date
sys.path.insert(0, sys.argv[1])
from zhida.demo_firms import _write_part
_write_part(sys.argv[2], int(sys.argv[3]), date.fromisoformat(sys.argv[4]), *map(int, sys.argv[5:]))
"""
_PART = 20_000  # firms at least for one process at a time
Draw = Callable[[], int]  # gives numbers below 65536; 655 is one in a hundred


class _Firm:
    """What the groups of facts of one firm have in common; money in 万元."""


class _Maker:
    """Writes the firms of one seed as of one day; each group of facts has a method that knows their order."""

    def __init__(self, seed: int, as_of: date) -> None:
        self.seed, self.as_of, self.last, self.days = seed, as_of, as_of.year - 1, as_of.timetuple().tm_yday
        self.dates = [(as_of - timedelta(days=back)).isoformat() for back in range(15_000)]
        self.row_dates = [f',"@date":"{day}"' for day in self.dates[:28]] + [""] * 4
        # Of firms opened that day, 5 x years without figures, of three, + quarters of last year without.
        opened = [(int(day[:4]) - self.last, (int(day[5:7]) - 1) // 3) for day in self.dates]
        self.shapes = [5 * min(3, max(0, y + 2)) + min(4, max(0, y * 4 + q)) for y, q in opened]
        self.periods = self._periods()
        self.groups = [self._identity, self._people, self._accounts, self._tax, self._research]
        self.groups += [self._register, self._factory, self._awards]
        groups = re.findall(r"(\w+): (.*\n(?:\|.*\n)*)", FACTS)
        self.facts = {group: entries(table) for group, table in groups}
        self.gaps = [self._gaps(scale) for scale in GAPS_BY_SIZE]
        self.texts: dict[str, dict[int, str]] = {group: {} for group in (*self.facts, *NONE)}
        self.titles = [self._title(row, self._dice(f"{row[0]} {row[1]}")) for row in entries(TITLES)]
        dice = self._dice("hires")
        self.hires = sorted(self._hire(dice) for _ in range(1024))
        dice = self._dice("loans")
        self.loans = [self._loan(dice) for _ in range(256)]

    def _dice(self, thing: str) -> random.Random:
        """Each thing throws its own, so that a change to one of them leaves the others as they were."""
        return random.Random(f"{self.as_of} {thing}")

    def _periods(self) -> dict[str, list[str]]:
        """The periods of series."""
        now, years = self.as_of.year * 12 + self.as_of.month - 1, [str(self.last - n) for n in (2, 1, 0)]
        over = now // 3 * 3  # the month after the last whole quarter
        self.declared = (date(over // 12, over % 12 + 1, 1) - timedelta(days=1)).isoformat()
        power, months = self.last + (self.as_of.month > 3), (self.last * 12 + 11, *range(now - 6, now))
        return {
            "Y": years,
            "Z": years[1:],
            "Q": [f"{self.last}Q{n}" for n in (1, 2, 3, 4)],
            "S": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 6, over - 3)],
            "G": [f"{m // 12}Q{m % 12 // 3 + 1}" for m in (over - 15, over - 3)],
            "P": [f"{year}-0{m}" for year in (power - 1, power) for m in (1, 2, 3)],
            "M": ["2019-03", *(f"{m // 12}-{m % 12 + 1:02d}" for m in months)],
        }

    def _gaps(self, scale: float) -> list[dict[str, str | None]]:
        """Patterns of gaps: facts left out (None), and what is added to others."""
        patterns: list[dict[str, str | None]] = [{} for _ in range(PATTERNS)]
        for fact, percent, age, _ in (row for table in self.facts.values() for row in table):
            rng = self._dice(f"{fact} {scale}")
            order, months = rng.sample(patterns, PATTERNS), int(str(age).rstrip("c"))
            for mark, share in (("missing", percent * 10 * scale), *MARKS.items()):
                if not 0 < months < 24 if mark == "stale" else mark == "committed" and age == months:
                    continue
                for _ in range(int(share * PATTERNS / 1000 + rng.random())):
                    old = self.dates[months * 31 + 1 + rng.randrange(300)]
                    added = f',"{fact}@date":"{old}"' if mark == "stale" else f',"{fact}@state":"{mark}"'
                    order.pop()[fact] = None if mark == "missing" else added
        return patterns

    def _text(self, group: str, f: Any, draw: Draw) -> str:
        """The group's facts but the gaps of a pattern, to be filled by %."""
        key, texts = f.key + (draw() & f.patterns), self.texts[group]
        try:
            return texts[key]
        except KeyError:
            return texts.setdefault(key, self._new_text(group, *divmod(key, PATTERNS)))

    def _new_text(self, group: str, firms: int, pattern: int) -> str:
        """%.0s takes a value that is not shown."""
        text, (shape, size) = "", divmod(firms, 3)
        skips = {"Y": shape // 5, "Z": max(0, shape // 5 - 1), "Q": shape % 5}
        base, none = NONE.get(group, (group, None))
        for fact, _, _, kind in self.facts[base]:
            kind, cells, hidden, mark = str(kind), [], "", self.gaps[size][pattern].get(fact, "")
            periods, value = self.periods.get(kind[0], ()), re.sub(r"[%?]", "%s", kind)
            for n, period in enumerate(periods):
                cents = pattern % 8 and (pattern * 61 + int(kind[n + 2]) * 17) % 100 if kind[1:] else -1
                if n < skips.get(kind[0], 0) or period in periods[n + 1 :]:
                    hidden += "%.0s"
                else:
                    cells.append(f'{hidden}"{period}":%s' + (f".{cents:02d}" if cents >= 0 else ""))
                    hidden = ""
            if periods:
                value, mark = f"{{{','.join(cells)}}}{hidden}", mark if cells else None
            text += "%.0s" * value.count("%") if mark is None else f',"{fact}":{value}{mark}'
        return text % none if none else text

    def _title(self, row: list[Any], rng: random.Random) -> Any:
        """Shares of firms with R&D and of high-tech firms, least revenue, first and renewed certificates."""
        (kind, level, years, rd, hitech, revenue), most = row, 375 * min(3, row[2])
        texts: list[list[str]] = [[], []]
        for n in range(64):
            since = (self.as_of - timedelta(days=rng.randrange(30, most))).replace(day=rng.randint(1, 28))
            first, end = (since.replace(year=since.year + more) for more in (-(n % 2) * years, years))
            days = f'"first_on":"{first}","valid_from":"{since}","valid_to":"{end - timedelta(days=1)}"'
            texts[n % 2].append(f'{{"kind":"{kind}","level":"{level}",{days}}}')
        return rd * 65536 // 1000, hitech * 65536 // 1000, revenue, *texts

    def _hire(self, rng: random.Random) -> tuple[int, str]:
        """Days since the hire, and the record without the person."""
        back, age = rng.randrange(900), rng.choice((rng.randint(18, 25), rng.randint(22, 56)))
        kind = rng.choice(YOUNG_HIRED if age < 26 else HIRED)
        insured = max(0, back // 30 - rng.choice((0, 0, 0, 1, 2)))
        who = f'"hired_on":"{self.dates[back]}","category":"{kind}","age":{age}'
        months = f'"contract_months":{rng.choice(CONTRACT)},"insured_months":{insured}'
        premium = min(insured, 12) * rng.randint(34_000, 61_000) / 100
        return back, f'{who},{months},"own_premium":{premium:.2f}}}'

    def _loan(self, rng: random.Random) -> tuple[int, str]:
        """Days since the loan, and the end of the record."""
        back, months = rng.randrange(1, 1100), rng.choice((12, 12, 12, 24, 24, 36, 60))
        listed, project, paid = (YES[rng.random() < share] for share in (0.55, 0.45, 0.08))
        marks = f'"listed_field":{listed},"on_list":{project},"other_subsidy":{paid}'
        return back, f'"issued_on":"{self.dates[back]}","months":{months},{marks}}}'

    def line(self, index: int) -> bytes:
        """The firm as a line of NDJSON."""
        draw: Draw = iter(memoryview(shake_128(b"%d:%d" % (self.seed, index)).digest(336)).cast("H")).__next__
        f = self._firm(index, draw)
        brand, kind = BRAND[draw() % len(BRAND)], "商行" if f.own_account else "有限公司"
        head = f'{{"uscc":"{self._code(f, draw)}","name":"{f.place.name}{brand}{f.industry.noun}{kind}"'
        parts = [write(f, draw) for write in self.groups]
        return head.encode() + f"{self.row_dates[draw() & 31]}{''.join(parts)}{f.more}}}\n".encode()

    def _code(self, f: Any, draw: Draw) -> str:
        """The credit code; one of 500 has a wrong check digit."""
        rest, a = divmod((f.index * 486187739 + self.seed * 1000003) % 31**6, 961)
        one, body1, sum1 = PAIRS[0][a]
        two, body2, sum2 = PAIRS[1][rest % 961]
        three, body3, sum3 = PAIRS[2][rest // 961]
        own = -(340 + body1 + body2 + body3) % 11
        check = f.place.sum + 3 * f.own_account + sum1 + sum2 + sum3 + (own if own < 10 else 29) * 28
        if draw() < 131:
            check += 1 + draw() % 30
        kind = "92" if f.own_account else "91"
        return f"{kind}{f.place.office}YY{one}{two}{three}{'0123456789X'[own]}{CHARACTERS[-check % 31]}"

    def _firm(self, index: int, draw: Draw) -> Any:
        """Place, trade, age, sales and staff; a few on a line, with round figures."""
        f: Any = _Firm()
        f.index, f.titles, f.more, f.taiwan = index, "", "", 0
        f.place = place = PLACE[draw() >> 4]
        f.industry = industry = place.local if place.local and draw() < 655 * 28 else INDUSTRY[draw() >> 4]
        f.own_account = industry.own_account and draw() < 655 * 40
        f.age, edge = AGE[draw() >> 6] + (draw() & 31), draw()
        r2 = 5 + int(industry.median * SIZE[draw() >> 6] / (4 if f.own_account else 1))
        line = edge < 655 * 4 and 1400 < r2 < 2900
        f.r2 = r2 = 2000 if line else r2 + (edge * r2 >> 20)
        f.r1 = r1 = r2 * 100 // GROWTH[draw() >> 4]
        f.r0 = r1 * 100 // GROWTH[draw() >> 4]
        staff = 1 + int(r2 / industry.per_head * NOISE[draw() >> 6])
        f.staff = staff = 20 if edge < 655 * 8 and 13 < staff < 29 else staff
        near = 40 if place.zone or (place.ningde and industry.fishery) else 3
        if draw() < 655 * near and not f.own_account:
            f.taiwan = TAIWAN[draw() >> 4]
        f.tech = draw() * 100 < industry.rd_firms * (75_000 if r2 > 800 else 45_000 if r2 > 100 else 9_000)
        f.hitech = f.tech and r2 > 500 and f.age > 1500 and draw() < 655 * 40
        f.patterns = 24 if line else 31
        f.key = (self.shapes[f.age] * 3 + (0 if staff < 20 else 1 if staff < 300 else 2)) * PATTERNS
        return f

    def _identity(self, f: Any, draw: Draw) -> str:
        place, moved = f.place, draw()
        tax = stat = place.code
        code = registered = f.industry.code
        if moved < 655 * 9:
            other = PLACE[draw() >> 4].code
            tax = other if moved < 655 * 2 else tax
            stat = stat if moved < 655 * 2 or moved > 655 * 5 else place.office if place.zone else other
            registered = registered if moved < 655 * 5 else INDUSTRY[draw() >> 4].code
        owner = "hmt" if f.taiwan and float(f.taiwan) >= 0.25 else OWNERSHIP[draw() >> 4]
        where = place.code, tax, stat, registered, code, code
        values = STATUS[draw() >> 4], self.dates[f.age], owner, f.taiwan, *where, *FLAGS[draw() >> 4]
        return self._text("identity", f, draw) % values

    def _people(self, f: Any, draw: Draw) -> str:
        staff, x, hires = f.staff, draw(), ""
        s4 = staff * (94 + x % 12) // 100 + 1
        s0 = s4 * 100 // (80 + x // 12 % 50) + 1
        s1, s2, s3 = (s0 * 3 + s4) // 4, (s0 + s4) // 2, (s0 + s4 * 3) // 4
        insured = 0 if staff < 20 and draw() < 655 * 28 else staff * (70 + draw() % 31)  # hundredths
        gone = 0 if not insured or draw() < 655 * 60 else 1 + insured * (draw() % 90) // 100_000
        months = min(f.age // 30, 20 + draw() % 180) if insured else 0
        rd_staff = staff * ((9 + x % 28) if f.hitech else (2 + x % 18) if f.tech else x % 3) // 100
        among = 1024 if f.age >= 900 else bisect_left(self.hires, (f.age,))
        count = among and min(HIRES[draw() >> 4], staff // 3)
        if count:
            people = [(n, self.hires[draw() * among >> 16][1]) for n in range(count)]
            hires = ",".join([f'{{"person_hash":"{f.index:x}-{n}",{record}' for n, record in people])
        mean, premium = f"{insured // 100}.{insured % 100:02d}", insured * (42 + draw() % 48) // 10
        values = staff, s0, s1, s2, s3, s1, s2, s3, s4, rd_staff, hires, months, mean, gone, premium
        return self._text("people", f, draw) % values

    def _accounts(self, f: Any, draw: Draw) -> str:
        r0, r1, r2, industry, x = f.r0, f.r1, f.r2, f.industry, draw()
        main, own, profit = 100 - (draw() ** 2 >> 27), 15 + x % 70, industry.margin + MARGIN[draw() >> 4]
        a5 = 3 + int(r2 * industry.assets * NOISE[draw() >> 6]) // 100
        a1 = a5 * 100 // GROWTH[draw() >> 4]
        a0, a2, a3, a4 = a1 * 100 // 106, (a1 * 3 + a5) // 4, (a1 + a5) // 2, (a1 + a5 * 3) // 4
        cost, taxed = 1000 - profit, 0 if profit < 0 or f.own_account else profit
        taxable = 300 if 240_000 < r2 * taxed < 380_000 and x < 6_000 else r2 * taxed // 1000
        sales = r0, r1, r2, r0 * main // 100, r1 * main // 100, r2 * main // 100
        assets = a0, a1, a5, a0 * own // 100, a1 * own // 100, a5 * own // 100
        years = r1 * cost // 1000, r2 * cost // 1000, r1, r2, a1, a2, a3, a4, a2, a3, a4, a5
        return self._text("accounts", f, draw) % (*sales, *assets, *years, r1 * taxed // 1000, taxable)

    def _tax(self, f: Any, draw: Draw) -> str:
        r2, x, rare = f.r2, draw(), draw()
        small = r2 < 500 and draw() < 655 * 83
        s0, s1, share, six = r2 * (1800 + x % 1400), r2 * (1800 + draw() % 1400), x // 7 % 60, x // 9 % 26 + 4
        if rare < 655 * 6:
            s1, six = 300_000 if 150_000 < s1 < 500_000 else 0, 0
        estate, evasions = s1 // 3 if rare % 128 == 0 else 0, 1 + x % 3 if rare % 64 == 1 else 0
        fraud = f'"{self.dates[x % f.age]}"' if rare % 256 == 2 else "null"
        grade = (GRADE_YOUNG if f.age < 1096 else GRADE)[draw() >> 4]
        kind, special = "small" if small else "general", (s0 * share // 100, s1 * share // 100)
        values = (
            grade,
            kind,
            self.declared,
            s0,
            s1,
            *special,
            0,
            estate,
            fraud,
            evasions,
            f.r1 * six,
            r2 * six,
        )
        text = self._text("tax", f, draw) % values
        if small or draw() > 655 * 37:
            return text + self._text("no credit", f, draw)
        c, rise = r2 * (40 + draw() % 300), r2 * (draw() % 60 - 8)
        return text + self._text("credit", f, draw) % (
            c // 3,
            c,
            *[max(0, c + n * rise) for n in range(1, 7)],
        )

    def _research(self, f: Any, draw: Draw) -> str:
        if not f.tech:
            return self._text("no research", f, draw)
        r0, r1, r2, hitech, x, y, z = f.r0, f.r1, f.r2, f.hitech, draw(), draw(), draw()
        rate, high = f.industry.rd_intensity * (60 + x % 90) // 100 + 25 * hitech, x // 90 % 34 + 62 * hitech
        stat, home, inhouse = 85 + y % 30, 70 + y // 30 % 31, 70 + y // 930 % 20
        d0, d1, d2 = r0 * rate // 1000, r1 * rate // 1000, r2 * rate * (80 + draw() % 60) // 100_000
        inhouse = d2 * inhouse // 100
        bought = (d2 - inhouse) * (draw() % 70) // 100 if draw() < 655 * 30 else 0
        ip, ip2, own = COUNT[draw() >> 4] << hitech, COUNT[draw() >> 4] * 2 + 4 * hitech, draw()
        core, field, low = YES[hitech or x % 9 < 4], YES[hitech or y % 9 < 4], 44 + 18 * hitech + z % 20
        paid1, paid2 = (draw() * 3, 8_000 + draw() * 7) if draw() < 655 * 23 else (0, 0)
        if paid2 and z % 100 < 85:
            f.more = f',"service_contract_filed":{YES[x % 10 < 7]}'
        titles = [
            (renewed if f.age > 4000 and draw() < 655 * 35 else first)[draw() & 31]
            for rd_firms, hitech_firms, revenue, first, renewed in self.titles * (f.age > 1200)
            if draw() < (hitech_firms if hitech else rd_firms) << 2 * f.place.zone and r2 >= revenue
        ]
        f.titles = ",".join(titles)
        costs = d0, d1, d2, d0 * stat // 100, d1 * stat // 100, d2 * stat // 100, d0 * home // 100
        rest = d1 * home // 100, d2 * home // 100, r1 * high // 100, r2 * high // 100, paid1, paid2
        detail = inhouse, d2 - inhouse - bought, bought, bought // 3 if home < 75 else 0
        rights = ip, ip * own >> 16, ip * own >> 17, ip2, core, field, low, low + 4 + z // 20 % 12
        return self._text("research", f, draw) % (*costs, *rest, *detail, *rights, f.titles)

    def _register(self, f: Any, draw: Draw) -> str:
        industry, x, first, entered, emerging_in = f.industry, draw(), "null", "null", "null"
        listed = x < 655 * (88 if f.r2 >= industry.line else 1) and industry.kind != "-"
        emerging = industry.emerging and x % 20 < (11 if f.tech else 3)
        if listed:
            new = draw() < 655 * (55 if f.r1 < industry.line else 2)
            back = draw() * (min(f.age, self.days) if new else f.age) >> 16
            entered = f'"{self.dates[back]}"'
            first = f'"{self.dates[(back + f.age) // 2]}"' if x % 100 < 8 else entered
            if industry.factory and emerging and f.tech:
                back = draw() * (min(f.age, self.days) if x % 7 == 0 else f.age) >> 16
                emerging_in = f'"{self.dates[back]}"'
        peak = max(f.r0, f.r1) * (100 + max(0, x % 60 - 30)) // 100
        energy = YES[x % 100 < 83] if industry.limited else "null"
        kind = f'"{industry.kind}"' if listed else "null"
        values = YES[listed], kind, first, entered, peak, emerging_in, YES[emerging], energy
        return self._text("register", f, draw) % values

    def _factory(self, f: Any, draw: Draw) -> str:
        """Output and power; none in the earlier quarter where the firm opened later or moved in."""
        if not f.industry.factory:
            return ""
        r1, x, growth = f.r1, draw(), POWER_GROWTH[draw() >> 4]
        share = 20 + draw() % 80 if f.tech and f.industry.emerging else 0
        output, holiday = f.r2 * (90 + x % 22) // 100, 45 + x % 35
        month = 40 + int(r1 * 45 * NOISE[draw() >> 6])  # kWh
        now = month * (1060 if 1050 < growth < 1070 else growth) // 1000
        month = 0 if f.age < self.days + 366 or x < 655 else month
        quarter = output * (18 + x % 16) // 100
        values = r1, output, r1 * share // 100, output * share // 100, quarter * 100 // GROWTH[draw() >> 4]
        power = month, month * holiday // 100, month, now, now * holiday // 100, now
        return self._text("factory", f, draw) % (*values, quarter, *power)

    def _awards(self, f: Any, draw: Draw) -> str:
        """Cases, loans and what else single policies ask for."""
        age, r2, x, cases, loans, projects, standards = f.age, f.r2, draw(), "", "", "", ""
        if x < 655 * 2:
            cases = f'{{"kind":"{CASE[draw() >> 4]}","happened_on":"{self.dates[draw() % min(1500, age)]}"}}'
        if draw() < 655 * 33:
            loans = ",".join(filter(None, [self._borrowed(f, n, draw) for n in range(1 + x % 3 // 2)]))
        if f.industry.factory and r2 > 200 and draw() < 655 * 6:
            total, spent = 30 + r2 * (4 + draw() % 40) // 100, 50 + x % 45
            total = 1000 if 850 < total < 1150 else total
            done = f'"{self.dates[draw() % min(700, age)]}"' if draw() < 655 * 65 else "null"
            costs = f'"total":{total},"equipment":{total * spent // 100}'
            projects = f'{{"record_no":"{f.index:x}",{costs},"done_on":{done}}}'
        if f.hitech and x % 100 < 8:
            level, day = ("national", "industry", "local")[x % 3], self.dates[draw() % min(1400, age)]
            standards = f'{{"standard_no":"S{f.index:x}","level":"{level}","issued_on":"{day}"}}'
        share = 67 if "listing_reserve" in f.titles else 2 if r2 > 3000 else 0
        stage = f'"{STAGE[draw() >> 4]}"' if share and draw() < 655 * share else "null"
        paid = 100_000 if f.hitech and f.place.zone and x % 100 < 45 else 0
        if f.titles or f.taiwan or f.industry.fishery:
            self._few(f, draw)
        values = cases, loans, projects, standards, stage, paid, self.dates[x % 150]
        return self._text("awards", f, draw) % values

    def _borrowed(self, f: Any, n: int, draw: Draw) -> str:
        """A loan, unless the firm is younger or too large for it."""
        (back, end), use, x = self.loans[draw() & 255], LOAN_USE[draw() >> 4], draw()
        if use == "sector":
            use = "tech_upgrade" if f.industry.factory else "service"
        if back > f.age or (use == "startup" and f.r2 > 3000):
            return ""
        principal = min(5 + f.r2 * (4 + x % 28) // 100, 10**9 if use != "startup" else 300 if x % 4 else 450)
        loan = f'"loan_no":"{f.index:x}-{n}","use":"{use}","principal":{principal}'
        return f'{{{loan},"interest_paid":{principal * (250 + x % 110) * back // 365},{end}'

    def _few(self, f: Any, draw: Draw) -> None:
        """Facts that few firms have."""
        if "first_unit" in f.titles:
            f.more += f',"first_unit_price":{30 + draw() % 900}'
        if f.taiwan:
            promised = ',"taiwan_paid_in@state":"committed"' if draw() < 655 * 12 else ""
            f.more += f',"taiwan_paid_in":{YES[draw() < 655 * 85]}{promised}'
        if f.industry.fishery and draw() < 655 * 85:
            f.more += f',"sea_rent":{{"{self.last}":{draw() * 4}}},"sea_insurance":{{"{self.last}":{draw()}}}'


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

    `on_progress(done, n)` is called now and then; it may raise to end the work. The file appears when whole.
    """
    processes = processes or os.cpu_count() or 1
    size = max(_PART, n // (processes * 4))
    parts = [(at, min(size, start + n - at)) for at in range(start, start + n, size)]
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(path)), prefix=".firms-") as folder:

        def write(part: tuple[int, int]) -> str:
            name = os.path.join(folder, str(part[0]))
            if processes == 1:
                _write_part(name, seed, as_of, *part)
            else:  # a fresh interpreter is safe beside threads, and in scripts without a main guard
                words = map(str, (_PACKAGES, name, seed, as_of, *part))
                if subprocess.run([sys.executable, "-I", "-c", _CHILD, *words]).returncode:
                    raise ChildProcessError(f"the process for the firms from {part[0]} on failed")
            return name

        pool = ThreadPoolExecutor(processes)
        try:
            with open(os.path.join(folder, "whole"), "wb") as whole:
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
