"""The built-in functions and the pack functions of section 3."""

import functools
import operator
import re
import statistics
from datetime import date, datetime
from decimal import Decimal

from . import values as v
from .values import ERROR, Bad, attempt, bad, equal, fold

MODES = {
    m: f"ROUND_{m.upper()}" for m in ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")
}


def rounding(mode):
    return lambda n, scale=Decimal(0): v.to_place(n, v.whole(scale), MODES[mode])


def whole_months(a, b):
    """Whole months from a to b, negative if b is earlier."""
    months = (b.year - a.year) * 12 + b.month - a.month
    return -whole_months(b, a) if b < a else Decimal(months - (b.day < a.day))


def to_text(x):
    if isinstance(x, Decimal):
        return format(v.EXACT.add(v.EXACT.normalize(x), 0), "f")
    return str(x).lower() if isinstance(x, bool) else x.isoformat() if isinstance(x, date) else "" + x


def to_date(x, *more):
    if more:
        return date(*map(v.whole, (x, *more)))
    return x.date() if isinstance(x, datetime) else x if isinstance(x, date) else v.to_date(x)


def first(values, position):
    """The index from 0 of a position from 1, or from the end if negative; outside it is an error."""
    n = v.whole(position)
    if not 1 <= abs(n) <= len(values):
        raise IndexError(n)
    return n - 1 if n > 0 else len(values) + n


def part(values, start, length=None):
    at = first(values, start)
    return values[at : None if length is None else at + v.whole(length)]


def flatten(values):
    return [x for y in values for x in (flatten(y) if isinstance(y, list) else [y])]


def least(values, sign=1):
    """Also the greatest; an element without an order, such as null, is an error."""
    best = values[0] if values else None
    for value in values:
        best = value if (value < best if sign > 0 else value > best) else best
    return best


def distinct(values):
    return functools.reduce(lambda kept, x: kept if contains(kept, x) else [*kept, x], values, [])


def contains(values, x):
    return fold((equal(y, x) for y in values), True)


def average(values):
    return sum(values, Decimal(0)) / len(values) if values else None


# Strict in their arguments.
STRICT = {
    "string length": lambda s: Decimal(len("" + s)),
    "upper case": lambda s: s.upper(),
    "lower case": lambda s: s.lower(),
    "contains": lambda s, t: t in s,
    "starts with": lambda s, t: s.startswith(t),
    "ends with": lambda s, t: s.endswith(t),
    "substring": part,
    "substring before": lambda s, t: s.partition(t)[0] if t in s else "",
    "substring after": lambda s, t: s.partition(t)[2],
    "matches": lambda s, pattern: bool(re.search(pattern, s)),
    "split": lambda s, pattern: re.split(pattern, s),
    "string": to_text,
    "number": lambda s: +Decimal(re.fullmatch(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", s, re.ASCII)[0]),
    "abs": lambda n: max(n, -n),
    "modulo": lambda a, b: rest + b if (rest := a % b) and (rest < 0) != (b < 0) else rest,
    "sqrt": Decimal.sqrt,
    "exp": Decimal.exp,
    "log": Decimal.ln,
    "odd": lambda n: v.whole(n) % 2 == 1,
    "even": lambda n: v.whole(n) % 2 == 0,
    "decimal": rounding("half_even"),
    "floor": rounding("floor"),
    "ceiling": rounding("ceiling"),
    **{f"round {m.replace('_', ' ')}": rounding(m) for m in ("up", "down", "half_up", "half_down")},
    "date": to_date,
    "date and time": v.to_datetime,
    "duration": v.to_duration,
    "years and months duration": lambda a, b: v.Duration("months", whole_months(a, b)),
    "count": lambda values: Decimal(len([*values])),
}
# Strict in their arguments and in the elements; of one list, or of the arguments as a list.
LISTS = {
    "sum": lambda values: sum(values, Decimal(0)),
    "min": least,
    "max": lambda values: least(values, -1),
    "mean": average,
    "median": lambda values: statistics.median(values) if values else None,
    "mode": lambda values: sorted(statistics.multimode(values)),
    "stddev": lambda values: statistics.stdev(values) if len(values) > 1 else None,
    "product": lambda values: functools.reduce(operator.mul, values, Decimal(1)) if values else None,
    "all": lambda values: fold(values, False),
    "any": lambda values: fold(values, True),
    "distinct values": distinct,
    "sort": sorted,
}
# Strict in their arguments and in the elements of those that are lists.
MIXED = {
    "list contains": contains,
    "index of": lambda values, x: [Decimal(i) for i, y in enumerate(values, 1) if equal(y, x)],
    "union": lambda *lists: distinct([x for values in lists for x in values]),
    "string join": lambda values, by="": by.join(x for x in values if x is not None),
}
# These move elements without reading them: strict in so many arguments only.
MOVERS = {
    "append": (1, lambda values, *more: [*values, *more]),
    "concatenate": (None, lambda *lists: [x for values in lists for x in values]),
    "insert before": (2, lambda values, n, x: [*values[: first(values, n)], x, *values[first(values, n) :]]),
    "remove": (None, lambda values, n: values[: first(values, n)] + values[first(values, n) + 1 :]),
    "reverse": (None, lambda values: values[::-1]),
    "sublist": (None, part),
    "flatten": (None, flatten),
}


def under(c, code, a):
    """Strict in the code, the other code and the event date; over a list, the `or`."""
    if isinstance(a, list):
        return fold((under(c, code, one) for one in a), True)
    return bad(code, a, event(c)) or c.pack.list_of(code).under("" + code, "" + a, c.event)


def event(c):
    """The event date on which a parameter, a zone or a code tree is read; null is an error."""
    return ERROR if c.event is None else c.event


def inside(day, start, end):
    """A period in force contains both its ends (section 5)."""
    return (start is None or start <= day) and (end is None or day <= end)


PACK = {
    "today": lambda c: c.as_of,
    "under": under,
    "zone": lambda c, name: bad(event(c)) or [code for code, *t in c.pack.zones[name] if inside(c.event, *t)],
    "at": lambda c, series, period: bad(series, period) or series.get(to_text(period), v.MISSING),
    "unknown": lambda c, cause: v.BADS[cause],
    "known": lambda c, x: x if x is ERROR else not isinstance(x, Bad),
    "cause": lambda c, x: x if x is ERROR else x.cause if isinstance(x, Bad) else None,
}
NAMES = [*STRICT, *LISTS, *MIXED, *MOVERS, *PACK]
TRUTHS = re.compile("(list )?contains|(starts|ends) with|matches|odd|even|all|any|under|known")


def call(name, c, *values):
    """What a function cannot do with known values is an error (section 3)."""
    if name in STRICT:
        return attempt(STRICT[name], *values)
    if name in PACK:
        return attempt(lambda: PACK[name](c, *values))
    if name in LISTS:
        elements = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        return attempt(lambda *known: LISTS[name]([*known]), *elements)
    if name in MIXED:
        elements = [x for value in values if isinstance(value, list) for x in value]
        return attempt(lambda *_: MIXED[name](*values), *values, *elements)
    strict, function = MOVERS[name]
    return ERROR if ERROR in values else bad(*values[:strict]) or attempt(lambda: function(*values))
