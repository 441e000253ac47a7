"""A pack given as {path: parsed JSON} (docs/pack-format.md): its names, code lists, parameters and tables."""

import re
from decimal import Decimal
from itertools import combinations

from . import values as v
from .facts import both
from .feel import Parser, token_pattern
from .values import ERROR, STRICT, Bad, attempt, bad, equal, fold, in_force

SHIFTS = {"%": -2, "元": 0, "万": 4, "万元": 4, "亿": 8, "亿元": 8}


class Pack:
    def __init__(self, files):
        schema, index = files["schema.json"], files.get("lists/index.json", {})
        self.files, self.made, self.key, self.facts = files, {}, schema.get("key"), schema["facts"]
        self.lists = {spec["id"]: CodeList(spec) for spec in index.get("lists", ())}
        self.zones = {zone["id"]: zone["members"] for zone in index.get("zones", ())}
        folders = {"definitions": define, "tables": decide, "params": parameter}
        self.terms = {spec["id"]: (make, spec) for at, make in folders.items() for spec in self.items(at)}
        specs = [*self.facts, *(spec for _, spec in self.terms.values())]
        self.ids = {name: spec["id"] for spec in specs for name in both(spec)}
        members = [member for spec in specs for member in spec.get("members", ())]
        if any("members" in member for member in members):
            raise NotImplementedError("structures in structures")
        self.members = {"item"} | {name for member in members for name in both(member)}
        entries = {name for spec in specs for entry in spec.get("entries", {}).items() for name in entry}
        self.token = token_pattern({*self.ids, *self.members, *entries})

    def items(self, folder):
        for path, found in sorted(self.files.items()):
            if path.startswith(folder + "/"):
                yield from found if isinstance(found, list) else [found]

    def compile(self, written, parse):
        """The function of a scope that an expression or a cell is."""
        if (parse, written) not in self.made:
            parser = Parser(self, written if isinstance(written, str) else str(written).lower())
            self.made[parse, written] = parser.need("", parse(parser))
        return self.made[parse, written]


class CodeList:
    def __init__(self, spec):
        self.tree, self.open, self.rows, codes = spec.get("tree"), spec.get("open"), {}, spec["codes"]
        for row in [{"code": code} for code in codes] if isinstance(codes, dict) else codes:
            self.rows.setdefault(str(row["code"]), []).append(row)

    def accepts(self, code):
        return code in self.rows or (self.open and any(map(code.startswith, self.rows)))

    def row(self, code, day):
        return next((row for row in self.rows.get(code, ()) if in_force(row, day)), None)

    def under(self, code, a, day):
        """Unknown for a listed code that is not in force, and for one that is coarser than a."""
        if code in self.rows and not self.row(code, day):
            return v.STALE  # a code below an open list has no period
        return self.below(code, a, day) or (v.MISSING if self.below(a, code, day) else False)

    def below(self, code, a, day):
        if self.tree == "prefix":
            return code.startswith(a)
        while code != a and self.tree == "parent" and self.row(code, day):
            code = str(self.row(code, day).get("parent"))
        return code == a


def define(scope, spec):
    return v.VAGUE if spec.get("term") == "undefined" else scope.value(spec["is"])


def parameter(scope, spec):
    """The entries in force on the event date, by id and by name (section 3)."""
    day = scope["@event"]
    for version in () if bad(day) else spec["versions"]:
        if in_force(version, day):
            values = version["values"]
            return {name: scalar(values[entry[0]]) for entry in spec["entries"].items() for name in entry}
    return bad(day) or v.VAGUE


def scalar(written):
    """A parameter's value: a number, perhaps with % or a unit, a date, a truth, or a text."""
    if not isinstance(written, str):
        return written
    amount = re.fullmatch(r"([+-]?\d+(?:\.\d+)?) ?(%|万元|亿元|万|亿|元)", written)
    if amount:
        return v.EXACT.scaleb(Decimal(amount[1]), SHIFTS[amount[2]])
    a_date = re.fullmatch(r"\d{4}-\d\d-\d\d", written)
    return v.to_date(written) if a_date else {"true": True, "false": False}.get(written, written)


# Decision tables (section 4) of one output: every open rule is settled as true, and the results compared.

NONE_TRUE = {"R": [], "O": [], "C": [], "C#": Decimal(0)}
OVER_ALL = {"C+": STRICT["sum"], "C<": STRICT["min"], "C>": STRICT["max"]}


def decide(c, table):
    """The value of a table in the context c of a policy."""
    if len(table["outputs"]) > 1:
        raise NotImplementedError(f"several outputs of the table {table['id']}")
    truths, inputs = [], [c.value(one["is"]) for one in table["inputs"]]
    for one, x in zip(table["inputs"], inputs, strict=True):
        if not isinstance(x, Bad) and c.cell(one.get("values") or "-", x) is not True:
            return ERROR
    for rule in table["rules"]:
        truths.append(fold(map(c.cell, rule["when"], inputs), False))
        if truths[-1] is ERROR:
            return ERROR
        if truths[-1] is True and table["hit"] == "F":
            break  # rules after a true rule are never looked at
    true = [i for i, truth in enumerate(truths) if truth is True]
    if not true:  # an open rule is unknown, never the default
        default = table.get("default")
        return bad(*truths) or (NONE_TRUE.get(table["hit"]) if default is None else c.value(default))
    settled, guilty = settle(c, table, true), []
    for i, truth in enumerate(truths):
        if isinstance(truth, Bad):
            other = settle(c, table, sorted([*true, i]))
            in_every_way = settled is ERROR and other is ERROR
            if not in_every_way and (table["hit"] == "C+" or equal(settled, other) is not True):
                guilty.append(truth)
    return bad(*guilty) or settled


def settle(c, table, rows):
    """The hit policy over rules that are all true."""
    hit = table["hit"]
    if hit == "C#":
        return Decimal(len(rows))
    values = [c.value(table["rules"][i]["then"][0]) for i in (rows[:1] if hit == "F" else rows)]
    if hit == "U" and len(rows) > 1:
        return ERROR
    if hit == "A":
        agreed = fold((equal(a, b) for a, b in combinations(values, 2)), False)
        return values[0] if agreed is True else bad(agreed) or ERROR
    if bad(*values) or hit in ("R", "C"):
        return bad(*values) or values
    if hit in ("P", "O"):  # by position in `values`; an output that is not there is an error
        ranked = attempt(lambda: sorted(values, key=table["outputs"][0]["values"].index))
        return ranked if hit == "O" or ranked is ERROR else ranked[0]
    return attempt(OVER_ALL[hit], values) if hit in OVER_ALL else values[0]
