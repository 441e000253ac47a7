"""Truths and values (sections 1 and 2 of docs/semantics.md), and the functions of section 3."""

import decimal
import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import NamedTuple

# Section 2: 34 digits, half-even. No traps: a result that is not finite is an error (section 3).
decimal.setcontext(decimal.Context(prec=34, Emin=-6143, Emax=6144, traps=[]))
EXACT = decimal.Context(prec=300, Emin=-99999, Emax=99999, traps=[])
CAUSES = ("error", "vague_rule", "conflict", "not_authorised", "stale", "missing")


class Bad:
    """Error, or unknown with one cause. The lower rank wins where several meet (sections 1 and 2)."""

    def __init__(self, cause):
        self.rank, self.cause = CAUSES.index(cause), cause
        self.text = ["unknown", cause] if self.rank else ["error", None]  # as an answer writes it


BADS = {cause: Bad(cause) for cause in CAUSES}
ERROR, VAGUE, STALE, MISSING = (BADS[cause] for cause in ("error", "vague_rule", "stale", "missing"))


class Code(str):
    """A code that remembers its list, `codes`."""


class Months(NamedTuple):
    """A months duration; a days duration is a timedelta."""

    n: int

    def __neg__(self):
        return Months(-self.n)

    def __add__(self, other):
        if isinstance(other, Months):
            return Months(self.n + other.n)
        year, month = divmod(other.year * 12 + other.month - 1 + self.n, 12)
        if not 1 <= year <= 9999:
            raise NotImplementedError(f"the year {year}")
        return other.replace(year, month + 1, min(other.day, monthrange(year, month + 1)[1]))

    __radd__ = __add__


def bad(*values):
    """What a strict operation is when an operand is error or unknown; None if all are known."""
    return min((x for x in values if isinstance(x, Bad)), key=lambda x: x.rank, default=None)


def fold(truths, decisive):
    """`and` (decisive False) and `or` (decisive True) of section 1; what is no truth is an error."""
    truths = [truth if isinstance(truth, bool | Bad) else ERROR for truth in truths]
    return decisive if decisive in truths else bad(*truths) or not decisive


def negate(truth):
    return not truth if isinstance(truth, bool) else bad(truth) or ERROR


def attempt(function, *values):
    """Strict: error, then unknown, then the function; outside its domain it is an error (section 3)."""
    if bad(*values):
        return bad(*values)
    try:
        result = function(*values)
    except (
        ValueError,
        TypeError,
        AttributeError,
    ):  # a date beyond Python's range goes on up
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
    if callable(a) and callable(b):
        raise NotImplementedError("equality of ranges")
    return a == b


def matches(x, test):
    """The test of x by a value: a range, which is a function of x, membership of a list, or equality."""
    if isinstance(x, list) and isinstance(test, list):
        raise NotImplementedError("a list in a list, which is membership or equality")
    if isinstance(test, list):
        return fold((equal(x, one) if not callable(one) else matches(x, one) for one in test), True)
    return attempt(lambda x: x is not None and test(x), x) if callable(test) else equal(x, test)


def errorless(parts):
    return ERROR if ERROR in parts else parts  # section 2: never an error inside a list


def number(n):
    """An operand where durations would do as well, which are left out; null goes on to be an error."""
    if not isinstance(n, Decimal | None):
        raise NotImplementedError(f"this arithmetic with {n!r}")
    return n


def rounding(mode, n, scale=0):
    """To a whole number of digits after the point."""
    if scale != int(scale):
        raise ValueError(scale)
    rounded = EXACT.scaleb(n, int(scale)).to_integral_value("ROUND_" + mode.upper())
    return EXACT.scaleb(rounded, -int(scale))


@cache
def to_date(text):
    if re.fullmatch(r"(-\d+|\d{5,}|0000)-\d\d-\d\d", text, re.ASCII):
        raise NotImplementedError(f"the year of {text}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


@cache
def to_duration(text):
    if "." in text:
        raise NotImplementedError(f"the parts of a second in {text}")
    months = re.fullmatch(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", text, re.ASCII)
    spans = re.fullmatch(r"(-?)P(?=.*\d)(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text, re.ASCII)
    sign, *parts = (months or spans).groups("0")
    n = [int(part) for part in parts]
    span = Months(n[0] * 12 + n[1]) if months else timedelta(n[0], n[3], hours=n[1], minutes=n[2])
    return -span if sign == "-" else span


# The functions of section 3 that made packs call, all strict; the parser refuses a call of another.


def whole_months(a, b):
    """Whole months from a to b, negative if b is earlier."""
    months = (b.year - a.year) * 12 + b.month - a.month
    return -whole_months(b, a) if b < a else months - (b.day < a.day)


def at(series, period):
    """The value for a period; no entry, and a period that is none, is missing."""
    return series.get(STRICT["string"](period), MISSING)


def over(function, *values):
    """Of the elements of a list, or of the arguments; unknown if one is unknown, error if one is null."""
    values = values[0] if isinstance(values[0], list) else values
    return bad(*values) or (ERROR if None in values else function(values))


def total(values):
    return sum(map(number, values), Decimal(0))


STRICT = {
    "string": lambda x: format(x.normalize(), "f") if isinstance(x, Decimal) else "" + x,
    "string length": lambda s: Decimal(len("" + s)),
    "contains": lambda s, t: t in "" + s,
    "starts with": lambda s, t: s.startswith(t),
    "matches": lambda s, pattern: bool(re.search(pattern, s)),
    "number": lambda s: +Decimal(re.fullmatch(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", s, re.ASCII)[0]),
    "abs": lambda n: max(n, -n),
    "floor": partial(rounding, "floor"),
    "ceiling": partial(rounding, "ceiling"),
    "decimal": partial(rounding, "half_even"),
    **{f"round {m.replace('_', ' ')}": partial(rounding, m) for m in ("up", "down", "half_up", "half_down")},
    "date": lambda x: x if isinstance(x, date) else to_date(x),
    "duration": to_duration,
    "years and months duration": lambda a, b: Months(whole_months(a, b)),
    "at": at,
    "unknown": lambda cause: BADS[cause],
    "count": lambda values: Decimal(len([*values])),
    "sum": partial(over, total),
    "min": partial(over, lambda values: min(values, default=None)),
    "max": partial(over, lambda values: max(values, default=None)),
    "all": partial(over, lambda values: fold(values, False)),
    "any": partial(over, lambda values: fold(values, True)),
    "list contains": lambda values, x: bad(*values) or fold((equal(y, x) for y in values), True),
}


def under(scope, code, a):
    """Strict in the code, the other code and the event date; over a list, the `or`."""
    if isinstance(a, list):
        return fold((under(scope, code, one) for one in a), True)
    if not isinstance(code, Code | Bad | None):
        raise NotImplementedError(f"the code list of {code!r}, which is no fact")
    return attempt(lambda code, a, day: code.codes.under(code, "" + a, day), code, a, scope["@event"])


def in_force(spec, day):
    """A period in force contains both its ends (section 5)."""
    start, end = spec.get("from"), spec.get("to")
    return (not start or to_date(start) <= day) and (not end or day <= to_date(end))


def zone(scope, name):
    day, members = scope["@event"], scope["@zones"][name]
    return bad(day) or [str(member["code"]) for member in members if in_force(member, day)]


FUNCTIONS = {name: lambda _, *values, f=f: attempt(f, *values) for name, f in STRICT.items()}
FUNCTIONS |= {"today": lambda scope: scope["@as_of"], "under": under, "zone": zone}
