"""Decision tables (section 4): every open rule is settled as true, and the results compared."""

from decimal import Decimal
from itertools import combinations

from .functions import LISTS
from .values import ERROR, Bad, attempt, bad, equal, fold


def decide(c, table):
    """The value of a table in the context c of a policy."""
    truths, inputs = [], [c.value(one["is"]) for one in table["inputs"]]
    for one, x in zip(table["inputs"], inputs, strict=True):
        if not isinstance(x, Bad) and c.pack.cell(one.get("values") or "-")(c, x) is not True:
            return ERROR
    for rule in table["rules"]:
        cells = map(c.pack.cell, rule["when"])
        truths.append(fold((cell(c, x) for cell, x in zip(cells, inputs, strict=True)), False))
        if truths[-1] is ERROR:
            return ERROR
        if truths[-1] is True and table["hit"] == "F":
            break  # rules after a true rule are never looked at
    true = [i for i, truth in enumerate(truths) if truth is True]
    unsettled = [i for i, truth in enumerate(truths) if isinstance(truth, Bad)]
    if not true:  # but an open rule: unknown, never the default
        return bad(*truths) or without(c, table)
    settled, guilty = settle(c, table, true), []
    for i in unsettled:
        other = settle(c, table, sorted([*true, i]))
        in_every_way = settled is ERROR and other is ERROR
        if table["hit"] == "C+" or equal(settled, other) is not True:
            guilty += [] if in_every_way else [truths[i]]
    return bad(*guilty) or settled


def without(c, table):
    """The default, or what a table without one is when no rule is true."""
    default = table.get("default")
    if default is not None:
        return output(c, table, default.values() if isinstance(default, dict) else [default])
    return {"R": [], "O": [], "C": [], "C#": Decimal(0)}.get(table["hit"])


def output(c, table, then):
    """The value of one rule: bare, or a structure of several outputs."""
    values = [c.value(text) for text in then]
    names = [out["id"] for out in table["outputs"]]
    return bad(*values) or (values[0] if len(names) == 1 else dict(zip(names, values, strict=True)))


def settle(c, table, rows):
    """The hit policy over rules that are all true."""
    hit = table["hit"]
    if hit == "C#":
        return Decimal(len(rows))
    if hit == "U" and len(rows) > 1:
        return ERROR
    rows = rows[:1] if hit == "F" else rows
    values = [output(c, table, table["rules"][i]["then"]) for i in rows]
    if hit == "A":
        agreed = fold((equal(a, b) for a, b in combinations(values, 2)), False)
        return values[0] if agreed is True else bad(agreed) or ERROR
    if bad(*values):
        return bad(*values)
    if hit in ("P", "O"):
        values = attempt(lambda: sorted(values, key=lambda value: rank(table, value)))
    if hit in ("C+", "C<", "C>"):
        return attempt(LISTS[{"C+": "sum", "C<": "min", "C>": "max"}[hit]], values)
    return values if hit in ("R", "O", "C") or values is ERROR else values[0]


def rank(table, value):
    """Positions in `values`, output by output; an output that is not there is an error."""
    parts = value.values() if isinstance(value, dict) else [value]
    given = [out.get("values") for out in table["outputs"]]
    return [order.index(part) if order else 0 for part, order in zip(parts, given, strict=True)]
