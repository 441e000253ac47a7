"""A pack given as {path: parsed JSON} (docs/pack-format.md): its names, code lists, zones and parameters."""

import re
from decimal import Decimal

from .facts import both
from .feel import Parser, token_pattern
from .functions import inside
from .tables import decide
from .values import EXACT, MISSING, STALE, VAGUE, bad, to_date

SHIFTS = {"%": -2, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}


class Pack:
    def __init__(self, files):
        if strange := [path for path in files if not path.endswith(".json")]:
            raise NotImplementedError(f"files that are not JSON: {strange}")
        schema, index = files["schema.json"], files.get("lists/index.json", {})
        self.files, self.made, self.key, self.facts = files, {}, schema.get("key"), schema["facts"]
        self.lists = {spec["id"]: CodeList(spec) for spec in index.get("lists", ())}
        self.zones = {
            zone["id"]: [(str(row["code"]), *period(row)) for row in zone["members"]]
            for zone in index.get("zones", ())
        }
        folders = {"definitions": define, "tables": decide, "params": parameter}
        self.terms = {spec["id"]: (make, spec) for at, make in folders.items() for spec in self.items(at)}
        specs = [*self.facts, *(spec for _, spec in self.terms.values())]
        self.ids = {name: spec["id"] for spec in specs for name in both(spec)}
        self.members = {name for spec in specs for name in inner_names(spec)}
        self.token = token_pattern(self.members | self.ids.keys())

    def items(self, folder):
        for path, found in sorted(self.files.items()):
            if path.startswith(folder + "/"):
                yield from found if isinstance(found, list) else [found]

    def compile(self, written, parse=Parser.expression):
        """The function of a scope that an expression or a cell is."""
        if (parse, written) not in self.made:
            parser = Parser(self, written if isinstance(written, str) else str(written).lower())
            self.made[parse, written] = parse(parser)
            parser.end()
        return self.made[parse, written]


class CodeList:
    def __init__(self, spec):
        self.tree, self.open, self.rows, codes = spec.get("tree"), spec.get("open"), {}, spec["codes"]
        for row in [{"code": code} for code in codes] if isinstance(codes, dict) else codes:
            self.rows.setdefault(str(row["code"]), []).append(row)

    def accepts(self, code):
        return code in self.rows or (self.open and any(map(code.startswith, self.rows)))

    def row(self, code, day):
        return next((row for row in self.rows.get(code, ()) if inside(day, *period(row))), None)

    def under(self, code, a, day):
        """Unknown for a listed code that is not in force, and for one that is coarser than a."""
        if code in self.rows and not self.row(code, day):
            return STALE  # a code below an open list has no period
        return self.below(code, a, day) or (MISSING if self.below(a, code, day) else False)

    def below(self, code, a, day):
        if self.tree == "prefix":
            return code.startswith(a)
        while code != a and self.tree == "parent" and self.row(code, day):
            code = str(self.row(code, day).get("parent"))
        return code == a


def period(spec):
    return [to_date(spec[end]) if spec.get(end) else None for end in ("from", "to")]


def inner_names(spec):
    """The names of members, outputs and entries, which stand inside a filter or behind a point."""
    for inner in [*spec.get("members", ()), *spec.get("outputs", ())]:
        yield from both(inner)
        yield from inner_names(inner)
    for entry in spec.get("entries", {}).items():
        yield from entry


def define(scope, spec):
    return VAGUE if spec.get("term") == "undefined" else scope.value(spec["is"])


def parameter(scope, spec):
    """The entries in force on the event date, by id and by name (section 3)."""
    day = scope["@event"]
    for version in () if bad(day) else spec["versions"]:
        if inside(day, *period(version)):
            values = version["values"]
            return {name: scalar(values[entry[0]]) for entry in spec["entries"].items() for name in entry}
    return bad(day) or VAGUE


def scalar(written):
    """A parameter's value: a number, perhaps with % or a unit, a date, a truth, or a text."""
    if not isinstance(written, str) or written in ("true", "false"):
        return written == "true" if isinstance(written, str) else written
    amount = re.fullmatch(r"([+-]?\d+(?:\.\d+)?) ?(%|万元|亿元|万|亿|元)?", written)
    if amount:
        return EXACT.scaleb(Decimal(amount[1]), SHIFTS[amount[2] or "元"])
    return to_date(written) if re.fullmatch(r"\d{4}-\d\d-\d\d", written) else written
