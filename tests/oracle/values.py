"""Truths and values: sections 1, 2 and the arithmetic of section 3 of docs/semantics.md."""

from __future__ import annotations

import decimal
import math
import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

# Section 2: 34 digits, half-even. No traps: what is not finite is an error of the pack (section 3).
NUMBERS = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
# For exact steps: unit conversion, rounding to a place.
EXACT = decimal.Context(prec=300, rounding=decimal.ROUND_HALF_EVEN, Emin=-99999, Emax=99999, traps=[])
CAUSES = ("error", "vague_rule", "conflict", "not_authorised", "stale", "missing")


class Bad:
    """Error, or unknown with one cause. A lower rank wins where several meet (section 1, section 2)."""

    def __init__(self, rank):
        self.rank, self.cause = rank, CAUSES[rank]

    def __repr__(self):
        return "error" if self.rank == 0 else f"unknown({self.cause})"


BADS = {cause: Bad(rank) for rank, cause in enumerate(CAUSES)}
ERROR, VAGUE, STALE, MISSING = (BADS[c] for c in ("error", "vague_rule", "stale", "missing"))


class Code(str):
    """A code that remembers its list."""

    list = None


class Struct(dict):
    """Members by id; `names` finds the id of a name."""

    def __init__(self, members, names=None):
        super().__init__(members)
        self.names = names or {}


class Duration(NamedTuple):
    unit: str  # "months" or "days" (counted in seconds)
    n: Decimal


class Range(NamedTuple):
    low: object
    high: object
    with_low: bool
    with_high: bool


def bad(*values):
    """What a strict operation is when an operand is error or unknown; None if all are known."""
    worst = None
    for value in values:
        if isinstance(value, Bad) and (worst is None or value.rank < worst.rank):
            worst = value
    return worst


def fold(truths, decisive):
    """`and` (decisive False) and `or` (decisive True) of section 1; what is no truth is an error."""
    worst = None
    for truth in truths:
        if truth is decisive:
            return decisive
        if truth is not (not decisive):
            worst = bad(worst, truth if isinstance(truth, Bad) else ERROR)
    return not decisive if worst is None else worst


def negate(truth):
    return not truth if isinstance(truth, bool) else bad(truth) or ERROR


def kind(value):
    return str if isinstance(value, str) else type(value)


def equal(a, b):
    """`=`: null equals only null; lists and structures by their parts (section 3)."""
    if isinstance(a, Bad) or isinstance(b, Bad):
        return bad(a, b)
    if kind(a) is not kind(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and fold(map(equal, a, b), False)
    if isinstance(a, dict):
        return a.keys() == b.keys() and fold((equal(a[k], b[k]) for k in a), False)
    return a == b


def order(op, a, b):
    """`<` and its kin: null, or two kinds without a common order, are outside the domain (section 3)."""
    if isinstance(a, Bad) or isinstance(b, Bad):
        return bad(a, b)
    if kind(a) is not kind(b) or kind(a) not in (Decimal, str, date, datetime, time, Duration):
        return ERROR
    if isinstance(a, Duration) and a.unit != b.unit:
        return ERROR
    try:
        return op(a, b)
    except TypeError:  # a time with a zone beside one without
        return ERROR


def between(x, low, high, with_low=True, with_high=True):
    """One strict test of three operands (section 3)."""
    lower = order(Decimal.__le__ if kind(x) is Decimal else lambda a, b: a <= b, low, x)
    upper = order(Decimal.__le__ if kind(x) is Decimal else lambda a, b: a <= b, x, high)
    worst = bad(lower, upper)
    if worst is not None:
        return worst
    return lower and upper and (with_low or low != x) and (with_high or x != high)


def matches(x, test):
    """The test of x by a value: equality, a range, or membership of a list (section 3, `in`)."""
    if isinstance(test, list):
        return fold((matches_one(x, element) for element in test), True)
    return matches_one(x, test)


def matches_one(x, test):
    if isinstance(test, Range) and not isinstance(x, Bad):
        return False if x is None else between(x, *test)  # null is in no range: `in` is two-valued
    return equal(x, test)


def number(result):
    """A result that is not finite is an error."""
    return result if result.is_finite() else ERROR


def add_months(day, n):
    """Keeps the day of the month, clamped to the month's last day."""
    months = day.year * 12 + day.month - 1 + int(n)
    year, month = months // 12, months % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def shift(when, by):
    """A date, date-time or time plus a duration; years outside 1 to 9999 raise ValueError."""
    if by.unit == "months":
        return add_months(when, by.n)
    if kind(when) is date:  # n whole days on; parts of a day are dropped toward the earlier midnight
        return when + timedelta(days=math.floor(Fraction(by.n) / 86400))
    step = timedelta(microseconds=int(by.n * 1000000))
    return when + step if kind(when) is datetime else (datetime.combine(date(2000, 1, 1), when) + step).time()


def seconds(span):
    return Decimal(span.days * 86400 + span.seconds) + Decimal(span.microseconds) / 1000000


def add(a, b):
    match a, b:
        case Decimal(), Decimal():
            return number(NUMBERS.add(a, b))
        case str(), str():
            return str(a) + str(b)
        case Duration(), Duration() if a.unit == b.unit:
            return Duration(a.unit, NUMBERS.add(a.n, b.n))
        case (date() | time()), Duration():
            return shift(a, b)
        case Duration(), (date() | time()):
            return shift(b, a)
    return ERROR


def subtract(a, b):
    match a, b:
        case Decimal(), Decimal():
            return number(NUMBERS.subtract(a, b))
        case _, Duration():
            return add(a, Duration(b.unit, -b.n))
        case date(), date() if type(a) is type(b):
            return Duration("days", seconds(a - b))
        case time(), time():
            first = date(2000, 1, 1)
            return Duration("days", seconds(datetime.combine(first, a) - datetime.combine(first, b)))
    return ERROR


def multiply(a, b):
    match a, b:
        case Decimal(), Decimal():
            return number(NUMBERS.multiply(a, b))
        case Duration(), Decimal():
            n = NUMBERS.multiply(a.n, b)
            return Duration(a.unit, n.to_integral_value(decimal.ROUND_DOWN) if a.unit == "months" else n)
        case Decimal(), Duration():
            return multiply(b, a)
    return ERROR


def divide(a, b):
    match a, b:
        case Decimal(), Decimal():
            return number(NUMBERS.divide(a, b))
        case Duration(), Decimal() if b:
            n = NUMBERS.divide(a.n, b)
            return Duration(a.unit, n.to_integral_value(decimal.ROUND_DOWN) if a.unit == "months" else n)
        case Duration(), Duration() if a.unit == b.unit:
            return number(NUMBERS.divide(a.n, b.n))
    return ERROR


def power(a, b):
    if not (isinstance(a, Decimal) and isinstance(b, Decimal)):
        return ERROR
    return Decimal(1) if b == 0 else number(NUMBERS.plus(EXACT.power(a, b)))


def whole(n):
    """A number as int; a fraction is outside the domain."""
    if not isinstance(n, Decimal) or n != n.to_integral_value():
        raise ValueError(n)
    return int(n)


def to_place(n, scale, mode):
    """Rounds to `scale` digits after the point; exact otherwise."""
    if abs(scale) > 6176:
        return ERROR
    if n.as_tuple().exponent >= -scale:
        return n
    return EXACT.scaleb(EXACT.scaleb(n, scale).to_integral_value(mode), -scale)


DATE = r"\d{4}-\d\d-\d\d"
TIME = r"\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?"
SPAN = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def to_date(text):
    if not re.fullmatch(DATE, text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def to_datetime(text):
    if not re.fullmatch(f"{DATE}T{TIME}", text, re.ASCII):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def to_time(text):
    if not re.fullmatch(TIME, text, re.ASCII):
        raise ValueError(text)
    return time.fromisoformat(text)


def to_duration(text):
    found = SPAN.fullmatch(text)
    if not found or text[-1] in "PT":
        raise ValueError(text)
    sign, (y, m, d, h, minute, s) = found[1], (Decimal(g or 0) for g in found.groups()[1:])
    if found[2] or found[3]:
        if d or h or minute or s:
            raise ValueError(text)
        unit, n = "months", y * 12 + m
    else:
        unit, n = "days", ((d * 24 + h) * 60 + minute) * 60 + s
    return Duration(unit, -n if sign else n)


def to_temporal(text):
    """What @"..." and the text of a parameter may say."""
    for read in (to_date, to_datetime, to_time, to_duration):
        try:
            return read(text)
        except ValueError:
            pass
    raise ValueError(text)


def whole_months(a, b):
    """Whole months from a to b, negative if b is earlier."""
    if b < a:
        return -whole_months(b, a)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


def as_fen(yuan):
    """Section 7 step 4: whole fen within a signed 64-bit integer."""
    fen = int(EXACT.scaleb(yuan, 2))
    return fen if -(2**63) <= fen < 2**63 else ERROR
