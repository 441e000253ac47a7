"""The functions of section 3 that made packs call, and a few more; the parser refuses a call of another."""

import re
from datetime import date
from decimal import Decimal

from .values import BADS, ERROR, MISSING, Code, Months, attempt, bad, equal, fold
from .values import number, to_date, to_duration, to_place, whole

MODES = ("half_up", "half_even", "half_down", "up", "down", "ceiling", "floor")
NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def rounding(mode):
    return lambda n, scale=Decimal(0): to_place(n, whole(scale), mode)


def whole_months(a, b):
    """Whole months from a to b, negative if b is earlier."""
    months = (b.year - a.year) * 12 + b.month - a.month
    return -whole_months(b, a) if b < a else months - (b.day < a.day)


def at(series, period):
    """The value for a period; no entry, and a period that is none, is missing."""
    key = format(period.normalize(), "f") if isinstance(period, Decimal) else "" + period
    return series.get(key, MISSING)


def elements(function):
    """Of the elements of a list, or of the arguments; unknown if one is unknown, error if one is null."""

    def run(*values):
        values = values[0] if isinstance(values[0], list) else values
        return bad(*values) or (ERROR if None in values else function(values))

    return run


def total(values):
    return sum(map(number, values), Decimal(0))


# All are strict in their arguments.
STRICT = {
    "string length": lambda s: Decimal(len("" + s)),
    "contains": lambda s, t: t in "" + s,
    "starts with": lambda s, t: s.startswith(t),
    "ends with": lambda s, t: s.endswith(t),
    "matches": lambda s, pattern: bool(re.search(pattern, s)),
    "number": lambda s: +Decimal(NUMBER.fullmatch(s)[0]),
    "abs": lambda n: max(n, -n),
    "floor": rounding("floor"),
    "ceiling": rounding("ceiling"),
    "decimal": rounding("half_even"),
    "round up": rounding("up"),
    "round down": rounding("down"),
    "round half up": rounding("half_up"),
    "round half down": rounding("half_down"),
    "date": lambda x: x if isinstance(x, date) else to_date(x),
    "duration": to_duration,
    "years and months duration": lambda a, b: Months(whole_months(a, b)),
    "at": at,
    "unknown": lambda cause: BADS[cause],
    "count": lambda values: Decimal(len([*values])),
    "concatenate": lambda *lists: [x for values in lists for x in values],
    "sum": elements(total),
    "min": elements(lambda values: min(values, default=None)),
    "max": elements(lambda values: max(values, default=None)),
    "mean": elements(lambda values: total(values) / len(values) if values else None),
    "all": elements(lambda values: fold(values, False)),
    "any": elements(lambda values: fold(values, True)),
    "list contains": lambda values, x: bad(*values) or fold((equal(y, x) for y in values), True),
}


def under(scope, code, a):
    """Strict in the code, the other code and the event date; over a list, the `or`."""
    if isinstance(a, list):
        return fold((under(scope, code, one) for one in a), True)
    if not isinstance(code, Code | Bad | None):
        raise NotImplementedError(f"the code list of {code!r}, which is no fact")
    return attempt(lambda code, a, day: code.codes.under(code, "" + a, day), code, a, scope["@event"])


def inside(day, start, end):
    """A period in force contains both its ends (section 5)."""
    return (start is None or start <= day) and (end is None or day <= end)


def zone(scope, name):
    day, members = scope["@event"], scope["@zones"][name]
    return bad(day) or [code for code, *span in members if inside(day, *span)]


# Each takes the scope of the call and the arguments.
FUNCTIONS = {name: lambda _, *values, f=f: attempt(f, *values) for name, f in STRICT.items()}
FUNCTIONS |= {"today": lambda scope: scope["as_of"], "under": under, "zone": zone}
