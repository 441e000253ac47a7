"""Truths and values: sections 1 and 2 of docs/semantics.md, and what section 3 says of equality and dates."""

import decimal
import math
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

# Section 2: 34 digits, half-even. No traps: a result that is not finite is an error (section 3).
decimal.setcontext(decimal.Context(prec=34, Emin=-6143, Emax=6144, traps=[]))
EXACT = decimal.Context(prec=300, Emin=-99999, Emax=99999, traps=[])
CAUSES = ("error", "vague_rule", "conflict", "not_authorised", "stale", "missing")


class Bad:
    """Error, or unknown with one cause. The lower rank wins where several meet (sections 1 and 2)."""

    def __init__(self, cause):
        self.rank, self.cause = CAUSES.index(cause), cause


BADS = {cause: Bad(cause) for cause in CAUSES}
ERROR, VAGUE, STALE, MISSING = (BADS[cause] for cause in ("error", "vague_rule", "stale", "missing"))


class Code(str):
    """A code that remembers its list, `codes`."""


class Struct(dict):
    """Members by id; `names` finds the id of a name."""

    def __init__(self, members, names=None):
        super().__init__(members)
        self.names = names or {}

    def key(self, name):
        return self.names.get(name, name)


class Range(NamedTuple):
    low: object
    high: object
    with_low: bool = True
    with_high: bool = True

    def holds(self, x):
        above = self.low <= x if self.with_low else self.low < x
        return (x <= self.high if self.with_high else x < self.high) and above


class Duration(NamedTuple):
    unit: str  # "months" or "seconds"
    n: Decimal

    def __add__(self, other):
        if isinstance(other, Duration):
            return Duration(self.unit, self.n + other.n)
        if self.unit == "months":  # keeps the day of the month, clamped to the month's last day
            year, month = divmod(other.year * 12 + other.month - 1 + int(self.n), 12)
            return other.replace(year, month + 1, min(other.day, monthrange(year, month + 1)[1]))
        if isinstance(other, datetime):
            return other + timedelta(microseconds=int(self.n * 1000000))
        return other + timedelta(math.floor(Fraction(self.n) / 86400))  # toward the earlier midnight

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __neg__(self):
        return self.of(-self.n)

    def __mul__(self, k):
        return self.of(self.n * k)

    def __truediv__(self, k):
        return self.n / k.n if isinstance(k, Duration) else self.of(self.n / k)

    def of(self, n):
        return Duration(self.unit, n // 1 if self.unit == "months" else n)

    __radd__, __rmul__ = __add__, __mul__


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
    return worst or not decisive


def negate(truth):
    return not truth if isinstance(truth, bool) else bad(truth) or ERROR


def attempt(function, *values):
    """Strict: error, then unknown, then the function; outside its domain it is an error (section 3)."""
    worst = bad(*values)
    if worst:
        return worst
    try:
        result = function(*values)
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, re.error):
        return ERROR
    if isinstance(result, timedelta):
        return Duration("seconds", Decimal(result // timedelta(microseconds=1)) / 1000000)
    return ERROR if isinstance(result, Decimal) and not result.is_finite() else result


def equal(a, b):
    """`=`: null equals only null; lists and structures by their parts (section 3)."""
    if isinstance(a, Bad) or isinstance(b, Bad):
        return bad(a, b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and fold(map(equal, a, b), False)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and fold((equal(a[k], b[k]) for k in a), False)
    return isinstance(a, bool) is isinstance(b, bool) and a == b


def matches(x, test):
    """The test of x by a value: equality, a range, or membership of a list (section 3, `in`)."""
    truths = (
        attempt(lambda x, t: x is not None and t.holds(x), x, t) if isinstance(t, Range) else equal(x, t)
        for t in (test if isinstance(test, list) else [test])
    )
    return fold(truths, True)


def whole(n):
    if n != int(n):
        raise ValueError(n)
    return int(n)


def to_place(n, scale, mode):
    """Rounds to `scale` digits after the point."""
    return EXACT.scaleb(EXACT.scaleb(n, scale).to_integral_value(mode), -scale)


def to_date(text):
    return date.fromisoformat(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)[0])


def to_datetime(text):
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?"
    return datetime.fromisoformat(re.fullmatch(stamp, text, re.ASCII)[0])


def to_duration(text):
    months = re.fullmatch(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", text)
    spans = r"(-?)P(?=.*\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
    sign, *parts = (months or re.fullmatch(spans, text)).groups("0")
    n = [Decimal(part) for part in parts]
    span = n[0] * 12 + n[1] if months else ((n[0] * 24 + n[1]) * 60 + n[2]) * 60 + n[3]
    return Duration("months" if months else "seconds", -span if sign == "-" else span)


def to_temporal(text):
    return to_duration(text) if "P" in text else to_datetime(text) if "T" in text else to_date(text)
