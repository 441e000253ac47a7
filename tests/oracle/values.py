"""Truths and values: sections 1 and 2 of docs/semantics.md, and what section 3 says of equality and dates."""

import decimal
import functools
import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
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


class Range(NamedTuple):
    low: object
    high: object
    with_low: bool = True
    with_high: bool = True

    def holds(self, x):
        above = self.low <= x if self.with_low else self.low < x
        return (x <= self.high if self.with_high else x < self.high) and above


class Months(NamedTuple):
    """A months duration; a days duration is a timedelta."""

    n: int

    def __neg__(self):
        return Months(-self.n)

    def __add__(self, other):
        if isinstance(other, Months):
            return Months(self.n + other.n)
        year, month = divmod(other.year * 12 + other.month - 1 + self.n, 12)
        return other.replace(year, month + 1, min(other.day, monthrange(year, month + 1)[1]))

    __radd__ = __add__


def bad(*values):
    """What a strict operation is when an operand is error or unknown; None if all are known."""
    return min((x for x in values if isinstance(x, Bad)), key=lambda x: x.rank, default=None)


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
    except (ValueError, TypeError, ArithmeticError, AttributeError):
        return ERROR
    return ERROR if isinstance(result, Decimal) and not result.is_finite() else result


def equal(a, b):
    """`=`: null equals only null; lists and structures by their parts (section 3)."""
    if isinstance(a, Bad) or isinstance(b, Bad):
        return bad(a, b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and fold(map(equal, a, b), False)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and fold((equal(a[key], b[key]) for key in a), False)
    return a == b


def matches(x, test):
    """The test of x by a value: equality, a range (null lies in none), or membership of a list (section 3)."""
    truths = (
        attempt(lambda x, one: x is not None and one.holds(x), x, one) if isinstance(one, Range) else equal(x, one)
        for one in (test if isinstance(test, list) else [test])
    )
    return fold(truths, True)


def errorless(parts):
    return ERROR if ERROR in parts else parts  # section 2: never an error inside a list


def number(n):
    """An operand where durations would do as well, which are left out; null goes on to be an error."""
    if not isinstance(n, Decimal | None):
        raise NotImplementedError(f"this arithmetic with {n!r}")
    return n


def whole(n):
    return int(n) if n == int(n) else int("not whole")


def to_place(n, scale, mode):
    """Rounds to `scale` digits after the point."""
    return EXACT.scaleb(EXACT.scaleb(n, scale).to_integral_value("ROUND_" + mode.upper()), -scale)


@functools.cache
def to_date(text):
    return date.fromisoformat(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)[0])


@functools.cache
def to_duration(text):
    if "." in text:
        raise NotImplementedError(f"the parts of a second in {text}")
    months = re.fullmatch(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", text, re.ASCII)
    spans = re.fullmatch(r"(-?)P(?=.*\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text, re.ASCII)
    sign, *parts = (months or spans).groups("0")
    n = [int(part) for part in parts]
    span = Months(n[0] * 12 + n[1]) if months else timedelta(n[0], n[3], hours=n[1], minutes=n[2])
    return -span if sign == "-" else span
