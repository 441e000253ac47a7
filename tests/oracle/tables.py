"""Decision tables (section 4): the open rules are settled in every way, and the outcomes compared."""

from decimal import Decimal
from itertools import combinations

from .feel import Parser
from .functions import LISTS, least
from .values import ERROR, Bad, Struct, attempt, bad, equal, fold

ALL_WAYS = 10  # with more open rules each is settled alone, which shows every difference as well


class Table:
    def __init__(self, spec, pack):
        def cell(text):
            parser = Parser(text, pack, [("?", "x")])
            return parser.compile(parser.cell, "c, x")

        self.hit, self.outputs = spec["hit"], {out["id"]: out.get("values") for out in spec["outputs"]}
        self.inputs = [(pack.expression(one["is"]), cell(one.get("values"))) for one in spec["inputs"]]
        self.cells = [[cell(text) for text in rule["when"]] for rule in spec["rules"]]
        self.thens = [[pack.expression(text) for text in rule["then"]] for rule in spec["rules"]]
        default = spec.get("default")
        parts = [default.get(i) for i in self.outputs] if isinstance(default, dict) else [default]
        self.default = None if default is None else [pack.expression(part) for part in parts]

    def __call__(self, c):
        inputs = [read(c) for read, _ in self.inputs]
        for (_, allowed), x in zip(self.inputs, inputs, strict=True):
            if not isinstance(x, Bad) and allowed(c, x) is not True:
                return ERROR
        truths = []
        for cells in self.cells:
            truths.append(fold((cell(c, x) for cell, x in zip(cells, inputs, strict=True)), False))
            if truths[-1] is ERROR:
                return ERROR
            if truths[-1] is True and self.hit == "F":
                break  # rules after a true rule are never looked at
        true = [i for i, truth in enumerate(truths) if truth is True]
        unsettled = [i for i, truth in enumerate(truths) if isinstance(truth, Bad)]
        if not true:  # an open rule: unknown, never the default
            return bad(*truths) or self.without(c)
        results, values = {}, {}

        def output(i):
            if i not in values:
                values[i] = self.combine(c, self.thens[i])
            return values[i]

        for size in range(len(unsettled) + 1 if len(unsettled) <= ALL_WAYS else 2):
            for more in combinations(unsettled, size):
                results[more] = self.settle(sorted([*true, *more]), output)
        settled = results.pop(())
        if not unsettled:
            return settled
        if all(same(settled, result) for result in results.values()) and (
            settled is ERROR or self.hit in ("F", "A", "P", "C<", "C>")
        ):
            return settled
        guilty = [i for i in unsettled if not same(settled, results[(i,)])]
        return bad(*(truths[i] for i in guilty or unsettled))

    def without(self, c):
        if self.default:
            return self.combine(c, self.default)
        return {"R": [], "O": [], "C": [], "C#": Decimal(0)}.get(self.hit)

    def combine(self, c, thens):
        """The value of one rule: bare, or a structure of several outputs."""
        values = [then(c) for then in thens]
        value = Struct(zip(self.outputs, values, strict=True)) if len(values) > 1 else values[0]
        return bad(*values) or value

    def settle(self, rows, output):
        """The hit policy over rules that are all true."""
        if self.hit == "C#":
            return Decimal(len(rows))
        values = [output(i) for i in (rows[:1] if self.hit == "F" else rows)]
        if self.hit == "U" and len(rows) > 1:
            return ERROR
        agreed = self.hit != "A" or fold((equal(a, b) for a, b in combinations(values, 2)), False)
        if agreed is not True:
            return bad(agreed) or ERROR
        if bad(*values):
            return bad(*values)
        match self.hit:
            case "P" | "O":
                ordered = attempt(lambda: sorted(values, key=self.rank))
                return ordered[0] if self.hit == "P" and ordered is not ERROR else ordered
            case "C+":
                return attempt(LISTS["sum"], values)
            case "C<" | "C>":
                return attempt(least, values, 1 if self.hit == "C<" else -1)
        return values if self.hit in ("R", "C") else values[0]

    def rank(self, value):
        """Positions in `values`, output by output; an output that is not there is an error."""
        parts = value.values() if len(self.outputs) > 1 else [value]
        pairs = zip(parts, self.outputs.values(), strict=True)
        return [allowed.index(part) if allowed else 0 for part, allowed in pairs]


def same(a, b):
    """Values that are equal for certain, or errors both; an unknown differs."""
    return equal(a, b) is True or (a is ERROR and b is ERROR)
