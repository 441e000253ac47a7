"""Decision tables (section 4): the open rules are settled in every way, and the outcomes compared."""

from __future__ import annotations

import itertools
import operator
from decimal import Decimal

from .feel import Parser, slots
from .functions import extreme, total
from .values import ERROR, Bad, Struct, bad, equal, fold

ALL_WAYS = 10  # beyond so many open rules each alone is settled, which is enough for every hit policy


def compile_table(table, pack):
    inputs = [compile_input(i, pack) for i in table["inputs"]]
    hit, outputs = str(table["hit"]), table["outputs"]
    ids = [o["id"] for o in outputs]
    names = {o.get("name", o["id"]): o["id"] for o in outputs}
    rules = [compile_rule(rule, inputs, pack) for rule in table["rules"]]
    default = table.get("default")
    if default is not None:
        parts = [default.get(i) for i in ids] if isinstance(default, dict) else [default]
        default = [pack.expression(part) for part in parts]

    def combine(c, closures):
        """The value of one rule: bare, or a structure of several outputs."""
        values = [f(c) for f in closures]
        return bad(*values) or (
            values[0] if len(values) == 1 else Struct(zip(ids, values, strict=True), names)
        )

    def run(c):
        for read, slot, allowed in inputs:
            x = c.loc[slot] = read(c)
            if allowed and not isinstance(x, Bad) and fold((t(c, x) for t in allowed), True) is not True:
                return ERROR
        truths = []
        for cells, _ in rules:
            truths.append(fold((test(c, c.loc[slot]) for slot, test in cells), False))
            if truths[-1] is ERROR:
                return ERROR
            if truths[-1] is True and hit == "F":
                break
        true = [i for i, t in enumerate(truths) if t is True]
        unsettled = [i for i, t in enumerate(truths) if isinstance(t, Bad)]
        if not true and unsettled:
            return bad(*truths)  # never the default
        if not true:
            return combine(c, default) if default else {"R": [], "O": [], "C": [], "C#": Decimal(0)}.get(hit)
        values = {}

        def output(i):
            if i not in values:
                values[i] = combine(c, rules[i][1])
            return values[i]

        return agree(lambda rows: settle(hit, sorted(rows), output, outputs), true, unsettled, truths, hit)

    return run


def compile_input(spec, pack):
    slot, allowed = next(slots), spec.get("values")
    if allowed is not None:
        parser = Parser(pack.text(allowed), pack, [("?", slot)])
        allowed = parser.whole(parser.tests)
    return pack.expression(spec["is"]), slot, allowed


def compile_rule(rule, inputs, pack):
    cells = []
    for text, (_, slot, _) in zip(rule["when"], inputs, strict=True):
        test = Parser("" if text is None else pack.text(text), pack, [("?", slot)]).cell()
        if test:
            cells.append((slot, test))
    return cells, [pack.expression(text) for text in rule["then"]]


def agree(result, true, unsettled, truths, hit):
    """What all ways of settling the open rules agree on, else unknown by the rules that made it so."""
    base = result(true)
    sizes = range(1, len(unsettled) + 1 if len(unsettled) <= ALL_WAYS else 2)
    ways = [[*true, *more] for size in sizes for more in itertools.combinations(unsettled, size)]
    if hit in ("U", "R", "O", "C", "C+", "C#") and unsettled:
        always_error = base is ERROR and all(result(way) is ERROR for way in ways)
        return ERROR if always_error else bad(*(truths[i] for i in unsettled))
    if all(same(base, result(way)) for way in ways):
        return base
    guilty = [i for i in unsettled if not same(base, result([*true, i]))]
    return bad(*(truths[i] for i in guilty or unsettled))


def same(a, b):
    """Values that are equal for certain, or errors both; an unknown differs."""
    return equal(a, b) is True or (a is ERROR and b is ERROR)


def settle(hit, rows, output, outputs):
    """The hit policy over rules that are all true."""
    if hit == "C#":
        return Decimal(len(rows))
    if hit == "F":
        return output(rows[0])
    if hit == "U" and len(rows) > 1:
        return ERROR
    values = [output(i) for i in rows]
    if hit == "A" and any(equal(a, b) is False for a, b in itertools.combinations(values, 2)):
        return ERROR
    if bad(*values):
        return bad(*values)
    match hit:
        case "U":
            return values[0]
        case "A":
            return bad(*(equal(values[0], v) for v in values)) or values[0]
        case "P" | "O":
            ranks = [rank(value, outputs) for value in values]
            if None in ranks:
                return ERROR
            ordered = [values[i] for i in sorted(range(len(values)), key=ranks.__getitem__)]
            return ordered if hit == "O" else ordered[0]
        case "C+":
            return total(values)
        case "C<" | "C>":
            return extreme(values, operator.lt if hit == "C<" else operator.gt)
    return values  # R, C


def rank(value, outputs):
    """Positions in `values`, output by output; None for an output that is not there."""
    found = []
    for spec in outputs:
        one = value[spec["id"]] if len(outputs) > 1 else value
        positions = [i for i, v in enumerate(spec.get("values") or [one]) if equal(v, one) is True]
        if not positions:
            return None
        found.append(positions[0])
    return found
