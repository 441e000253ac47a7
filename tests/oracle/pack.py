"""A pack given as {path: parsed JSON} (docs/pack-format.md): names, lists, zones, parameters, calendars."""

from __future__ import annotations

import operator
import re
from datetime import date, timedelta
from decimal import Decimal

from .facts import convert
from .feel import Parser, compound_names, truth
from .functions import LISTS, MIXED, MOVERS, PACK, STRICT, in_period
from .tables import compile_table
from .values import ERROR, EXACT, MISSING, STALE, VAGUE, Bad, Struct, to_date, to_temporal

FUNCTION_NAMES = compound_names([*STRICT, *LISTS, *MIXED, *MOVERS, *PACK], after=r"(?=\s*\()")
AMOUNT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(%|万元|亿元|万|亿|元)")
SHIFTS = {"%": -2, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}


def as_date(text):
    return None if text is None else to_date(text)


class CodeList:
    def __init__(self, spec):
        self.id, self.tree, self.open = spec["id"], spec.get("tree", "none"), bool(spec.get("open"))
        codes = spec["codes"]
        rows = [{"code": c} for c in codes] if isinstance(codes, dict) else codes
        self.rows = {}
        for row in rows:
            period = (row.get("parent"), as_date(row.get("from")), as_date(row.get("to")))
            self.rows.setdefault(str(row["code"]), []).append(period)

    def accepts(self, code):
        return code in self.rows or (
            self.open and self.tree == "prefix" and any(code.startswith(listed) for listed in self.rows)
        )

    def in_force(self, code, day):
        """The row of the day, or None."""
        return next((row for row in self.rows[code] if in_period(row[1], day, row[2])), None)

    def under(self, code, a, day):
        """A listed code that is not in force is unknown(stale); one below an open list has no period."""
        if code in self.rows and not self.in_force(code, day):
            return STALE
        if self.tree == "prefix":
            return code.startswith(a)
        climbed = set()
        while self.tree == "parent" and code != a and code in self.rows and code not in climbed:
            climbed.add(code)
            row = self.in_force(code, day)
            code = str(row[0]) if row and row[0] else None
        return code == a


class Calendar:
    """Weekends are off but for `work`; `off` holds days and spans "a..b"; other years have no data."""

    def __init__(self, spec):
        self.years = {
            int(y): [self.days(d.get(k, ())) for k in ("off", "work")] for y, d in spec["years"].items()
        }

    def days(self, spans):
        found = set()
        for span in spans:
            first, _, last = span.partition("..")
            first, last = to_date(first), to_date(last or first)
            found.update(first + timedelta(days=i) for i in range((last - first).days + 1))
        return found

    def works(self, day):
        if day.year not in self.years:
            return None
        off, work = self.years[day.year]
        return day in work or (day.weekday() < 5 and day not in off)

    def add(self, day, n):
        """The n-th working day after; before, if n is negative."""
        step = timedelta(days=1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not (works := self.works(day)):
                if works is None:
                    return MISSING
                day += step
        return day

    def between(self, a, b):
        """Working days in (a, b]; less than zero if b is earlier."""
        if b < a:
            count = self.between(b, a)
            return count if isinstance(count, Bad) else -count
        found = [self.works(a + timedelta(days=i)) for i in range(1, (b - a).days + 1)]
        return MISSING if None in found else Decimal(sum(found))


class Pack:
    def __init__(self, files):
        def items(folder):
            for path in sorted(files):
                if path.startswith(folder + "/"):
                    yield from files[path] if isinstance(files[path], list) else [files[path]]

        schema, index = files["schema.json"], files.get("lists/index.json", {})
        self.key, self.schema = schema.get("key"), schema["facts"]
        self.lists = {spec["id"]: CodeList(spec) for spec in index.get("lists", ())}
        self.zones = {}
        for spec in index.get("zones", ()):
            rows = [(str(m["code"]), as_date(m.get("from")), as_date(m.get("to"))) for m in spec["members"]]
            self.zones[spec["id"]] = self.zones[spec.get("name", spec["id"])] = rows
        self.calendars = {spec["id"]: Calendar(spec) for spec in items("calendars")}
        self.facts = {spec["id"]: convert(spec, self.lists) for spec in self.schema}
        self.fact_ids = {name: f["id"] for f in self.schema for name in (f["id"], f.get("name", f["id"]))}
        self.members = set()
        self.makers = {
            "as_of": lambda: operator.attrgetter("as_of"),
            "Y": lambda: operator.attrgetter("year"),
        }
        self.built = {}
        for spec in self.schema:
            self.declare(spec, lambda s=spec: fact_value(s))
            self.learn_members(spec)
        for spec in items("definitions"):
            self.declare(spec, lambda s=spec: self.definition(s))
        for spec in items("tables"):
            self.declare(spec, lambda s=spec: remembered(s["id"], compile_table(s, self)))
            self.learn_names(spec["outputs"])
        for spec in items("params"):
            self.declare(spec, lambda s=spec: parameter(s))
            self.learn_names({"id": k, "name": v} for k, v in spec["entries"].items())
        self.compound = compound_names([*self.makers, *self.members], FUNCTION_NAMES)
        self.policies = list(items("policies"))

    def declare(self, spec, make):
        for name in {spec["id"], spec.get("name", spec["id"])}:
            self.makers[name] = make

    def learn_names(self, specs):
        self.members.update(name for s in specs for name in (s["id"], s.get("name", s["id"])))

    def learn_members(self, spec):
        self.learn_names(spec.get("members", ()))
        for one in spec.get("members", ()):
            self.learn_members(one)

    def look_up(self, name):
        """The closure of a name, or None. Each is built once, when first asked for."""
        if name not in self.built:
            make = self.makers.get(name)
            self.built[name] = make() if make else None
        return self.built[name]

    def text(self, written):
        """An expression as text: JSON may hold a plain number or truth."""
        if isinstance(written, Decimal):
            return format(written, "f")
        return str(written).lower() if isinstance(written, bool) else written

    def expression(self, written, frames=()):
        parser = Parser("null" if written is None else self.text(written), self, frames)
        return parser.whole(parser.expression)

    def definition(self, spec):
        if spec.get("term") == "undefined":
            return lambda c: VAGUE
        closure = self.expression(spec["is"])
        found = remembered(spec["id"], closure)
        return truth(found) if hasattr(closure, "truth") else found

    def list_of(self, code):
        """The list of a code; of a plain text, the first that has it."""
        name = getattr(code, "list", None)
        return self.lists[name] if name else next(one for one in self.lists.values() if one.accepts(code))


def fact_value(spec):
    name = spec["id"]

    def run(c):
        return c.facts[name]

    return truth(run) if spec["type"] == "boolean" else run


def remembered(name, closure):
    """A definition or table is worked out once a context."""

    def run(c):
        if name not in c.memo:
            c.memo[name] = closure(c)
        return c.memo[name]

    return run


def parameter(spec):
    """The entries in force on the event date (section 3)."""
    names = {name: entry for entry, name in spec["entries"].items()}
    versions = [
        (
            as_date(v.get("from")),
            as_date(v.get("to")),
            Struct({k: scalar(x) for k, x in v["values"].items()}, names),
        )
        for v in spec["versions"]
    ]

    def run(c):
        if isinstance(c.event, Bad) or c.event is None:
            return c.event or ERROR
        return next((values for start, end, values in versions if in_period(start, c.event, end)), VAGUE)

    return remembered(spec["id"], run)


def scalar(written):
    """A parameter's value: a number, perhaps with % or a unit, a date, a truth, or a text."""
    if not isinstance(written, str):
        return written
    amount = AMOUNT.fullmatch(written)
    if amount:
        return EXACT.scaleb(Decimal(amount[1]), SHIFTS[amount[2]])
    if written in ("true", "false"):
        return written == "true"
    try:
        found = to_temporal(written)
    except ValueError:
        return written
    return found if type(found) is date else written
