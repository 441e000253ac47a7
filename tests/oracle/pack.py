"""A pack given as {path: parsed JSON} (docs/pack-format.md): its names, code lists, zones and parameters."""

import re
from datetime import date
from decimal import Decimal

from .feel import Parser, Truth, token
from .functions import event, inside
from .tables import Table
from .values import EXACT, MISSING, STALE, VAGUE, Struct, bad, to_date

SHIFTS = {"%": -2, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}


def period(spec):
    return tuple(to_date(spec[end]) if spec.get(end) else None for end in ("from", "to"))


class CodeList:
    def __init__(self, spec):
        self.tree, self.open, self.rows = spec.get("tree"), spec.get("open"), {}
        codes = spec["codes"]
        for row in [{"code": code} for code in codes] if isinstance(codes, dict) else codes:
            self.rows.setdefault(str(row["code"]), []).append((row.get("parent"), *period(row)))

    def accepts(self, code):
        return code in self.rows or (self.open and any(code.startswith(listed) for listed in self.rows))

    def row(self, code, day):
        """The parent and the period in force on the day, or None."""
        return next((row for row in self.rows.get(code, ()) if inside(day, *row[1:])), None)

    def under(self, code, a, day):
        """Unknown for a listed code that is not in force, and for one that is coarser than a."""
        if code in self.rows and not self.row(code, day):
            return STALE  # a code below an open list has no period
        return self.below(code, a, day) or (MISSING if self.below(a, code, day) else False)

    def below(self, code, a, day):
        if self.tree == "prefix":
            return code.startswith(a)
        while code != a and self.tree == "parent" and self.row(code, day):
            code = str(self.row(code, day)[0])
        return code == a


class Pack:
    def __init__(self, files):
        schema, index = files["schema.json"], files.get("lists/index.json", {})
        self.lists = {spec["id"]: CodeList(spec) for spec in index.get("lists", ())}
        self.zones = {
            name: [(str(row["code"]), *period(row)) for row in zone["members"]]
            for zone in index.get("zones", ())
            for name in both(zone)
        }
        self.files, self.key, self.facts = files, schema.get("key"), schema["facts"]
        self.terms, self.specs, self.ids, self.members = {}, {}, {"as_of": "as_of", "Y": "Y"}, set()
        self.declare(self.facts, None)
        self.declare(self.items("definitions"), self.definition)
        self.declare(self.items("tables"), lambda spec: Table(spec, self))
        self.declare(self.items("params"), parameter)
        entries = [name for spec in self.items("params") for pair in spec["entries"].items() for name in pair]
        self.token = token([*self.ids, *self.members, *entries])
        self.policies = [*self.items("policies")]

    def items(self, folder):
        for path, found in sorted(self.files.items()):
            if path.startswith(folder + "/"):
                yield from found if isinstance(found, list) else [found]

    def declare(self, specs, make):
        for spec in specs:
            self.specs[spec["id"]] = make, spec
            self.ids |= dict.fromkeys(both(spec), spec["id"])
            self.members |= {*inner_names(spec)}

    def look_up(self, name):
        """The Python text of a name of the pack, or None; what is behind it is built when first asked for."""
        key = self.ids.get(name)
        make, spec = self.specs.get(key, (None, {}))
        if make and key not in self.terms:
            self.terms[key] = make(spec)
        truth = spec.get("type") == "boolean" or getattr(self.terms.get(key), "truth", False)
        return key and (Truth if truth else str)(f"c[{key!r}]")

    def expression(self, written, scope=(), arguments="c"):
        parser = Parser("null" if written is None else written, self, scope)
        return parser.compile(parser.expression, arguments)

    def definition(self, spec):
        return (lambda c: VAGUE) if spec.get("term") == "undefined" else self.expression(spec["is"])

    def list_of(self, code):
        """The list of a code; of a plain text, the first that has it."""
        return getattr(code, "codes", None) or next(x for x in self.lists.values() if x.accepts(code))


def both(spec):
    return spec["id"], spec.get("name", spec["id"])


def inner_names(spec):
    """The names of members and of outputs, which stand behind a point or inside a filter."""
    for inner in [*spec.get("members", ()), *spec.get("outputs", ())]:
        yield from both(inner)
        yield from inner_names(inner)


def parameter(spec):
    """The entries in force on the event date (section 3)."""
    versions, names = [], {name: entry for entry, name in spec["entries"].items()}
    for version in spec["versions"]:
        values = {entry: scalar(value) for entry, value in version["values"].items()}
        versions.append((Struct(values, names), *period(version)))
    return lambda c: bad(event(c)) or next((v for v, *span in versions if inside(c.event, *span)), VAGUE)


def scalar(written):
    """A parameter's value: a number, perhaps with % or a unit, a date, a truth, or a text."""
    if not isinstance(written, str):
        return written
    amount = re.fullmatch(r"([+-]?\d+(?:\.\d+)?) ?(%|万元|亿元|万|亿|元)", written)
    if amount:
        return EXACT.scaleb(Decimal(amount[1]), SHIFTS[amount[2]])
    try:
        return date.fromisoformat(written) if len(written) == 10 else {"true": True, "false": False}[written]
    except (ValueError, LookupError):
        return written
