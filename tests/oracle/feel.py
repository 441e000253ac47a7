"""Expressions (section 3): a Pratt parser makes an expression a Python function of a scope, where scope[name]
is the value of a name. What made packs never use is refused with NotImplementedError."""

import json
import operator
import re
from collections import ChainMap
from datetime import date
from decimal import Decimal
from itertools import pairwise

from . import values as v
from .values import ERROR, FUNCTIONS, Bad, attempt, bad, equal, errorless, fold, matches, negate

WORDS = "and|or|not|if|then|else|for|in|return|some|every|satisfies|between|true|false|null"
TOKEN = (
    r'(?P<space>\s+|//[^\n]*|/\*(?s:.*?)\*/)|(?P<text>"(?:\\.|[^"\\])*")|(?P<date>@"\d{{4}}-\d\d-\d\d")'
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>{names}(?!(?:{words})\b)[^\W\d]\w*)"
    r"|(?P<constant>(?:true|false|null)\b)|(?P<op>[a-z]+|\.\.|\*\*|!=|<=|>=|[-+*/=<>()\[\],.])|(?P<odd>.)"
)
LITERALS = {
    "text": json.loads,
    "date": lambda text: v.to_date(text[2:-1]),
    "number": lambda text: +Decimal(text),
    "constant": {"true": True, "false": False, "null": None}.get,
}
POWERS = {"or": 1, "and": 2, "in": 3, "between": 3, "+": 4, "-": 4, "*": 5, "/": 5, "[": 7, ".": 7}
POWERS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 3)
EQUALITY = {"=": equal, "!=": lambda a, b: negate(equal(a, b))}
ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
OPERATORS = EQUALITY | ORDER
OPERATORS |= {
    "+": operator.add,
    # A days duration is negated first: its days are rounded down, toward the earlier midnight.
    "-": lambda a, b: a - b if isinstance(b, Decimal | date) else a + -b,
    "*": lambda a, b: v.number(a) * v.number(b),
    "/": lambda a, b: v.number(a) / v.number(b),
}
# `in` is two-valued against null, which is below or above nothing.
TESTS = EQUALITY | ORDER


def token_pattern(names):
    """The pattern of a token: of the names of several words those that are longest come first."""
    several = sorted(filter(re.compile(r"\W").search, {*names, *FUNCTIONS}), key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, name.split())) for name in several)
    return re.compile(TOKEN.format(names="".join(name + r"(?!\w)|" for name in spaced), words=WORDS))


def strict(function, *parts):
    return lambda scope: attempt(function, *[part(scope) for part in parts])


class Parser:
    def __init__(self, pack, written):
        self.written, self.members = written, pack.members
        found = [(token.lastgroup, token[0]) for token in pack.token.finditer(written)]
        self.tokens = [(kind, text) for kind, text in found if kind != "space"] + [("end", "")] * 2
        self.position, (self.kind, self.value) = 0, self.tokens[0]

    def take(self):
        value, self.position = self.value, self.position + 1
        self.kind, self.value = self.tokens[self.position]
        return value

    def accept(self, *ops):
        return self.take() if self.value in ops else None

    def need(self, op, result=None):
        if self.accept(op) is None:
            self.refuse(self.value)
        return result

    def refuse(self, what):
        raise NotImplementedError(f"{self.written!r}: the oracle has no {what or 'end'} here")

    def separated(self, parse):
        found = [parse()]
        while self.accept(","):
            found.append(parse())
        return found

    def expression(self, above=0):
        left = self.prefix()
        while POWERS.get(self.value, 0) > above:
            left = self.infix(self.take(), left)
        return left

    def after(self, op):
        self.need(op)
        return self.expression()

    def prefix(self):
        kind, value = self.kind, self.take()
        if kind in LITERALS:
            literal = LITERALS[kind](value)
            return lambda scope: literal
        if kind == "name":
            value = " ".join(value.split())
            return self.call(value) if self.accept("(") else lambda scope: scope[value]
        match value:
            case "-":
                return strict(operator.neg, self.expression(POWERS["*"]))
            case "not" if self.accept("("):
                inner = self.need(")", self.expression())
                return lambda scope: negate(inner(scope))
            case "(" | "[":
                return self.bracket(value)
            case "if":
                parts = self.expression(), self.after("then"), self.after("else")
                return lambda scope: choose(scope, *parts)
            case "some" | "every" | "for":
                return self.quantifier(value)
        return self.refuse(value)

    def infix(self, op, left):
        if op == "in":
            return self.contains(left)
        if op == "[":
            return self.filter(left)
        if op == ".":
            name = " ".join(self.take().split())
            return lambda scope: member(left(scope), name)
        right = self.expression(POWERS[op])
        if op in ("and", "or"):
            return lambda scope: fold((left(scope), right(scope)), op == "or")
        if op == "between":
            self.need("and")
            high = self.expression(POWERS[op])
            return strict(lambda x, a, b: x is not None and all([a <= x, x <= b]), left, right, high)
        return strict(OPERATORS[op], left, right)

    def call(self, name):
        function = FUNCTIONS.get(name) or self.refuse(f"function {name}")
        arguments = [] if self.value == ")" else self.separated(self.expression)
        self.need(")")
        return lambda scope: function(scope, *[argument(scope) for argument in arguments])

    def bracket(self, opening):
        """( ) around an expression, [ ] as a list, or a range with either bracket at either end."""
        parts = [] if self.value == "]" else self.separated(self.expression)
        if len(parts) == 1 and self.accept(".."):
            high, closed = self.expression(), self.accept("]") or self.need(")")
            above, below = ORDER["<=" if opening == "[" else "<"], ORDER["<=" if closed else "<"]
            return strict(lambda a, b: lambda x: all([above(a, x), below(x, b)]), parts[0], high)
        if len(parts) == 1 and opening == "(":
            return self.need(")", parts[0])
        return self.need("]", lambda scope: errorless([part(scope) for part in parts]))

    def quantifier(self, word):
        """`some` is the `or`, `every` the `and` of the body over the elements, `for` its values."""
        name, source = self.take(), self.after("in")
        body = self.after("return" if word == "for" else "satisfies")
        if word == "for":
            return lambda s: bad(source(s)) or errorless([body(ChainMap({name: x}, s)) for x in source(s)])
        return lambda scope: fold(each(scope, source, lambda x: {name: x}, body), word == "some")

    def filter(self, source):
        """L[p]; an index speaks of no element, and is refused."""
        start, test = self.position, self.expression()
        pairs = pairwise(value for _, value in self.tokens[start - 1 : self.position])
        if self.members.isdisjoint(name for before, name in pairs if before != "."):
            self.refuse("index")

        def names(x):  # a member of an unknown structure is unknown
            members = x if isinstance(x, dict) else {m: x for m in self.members if isinstance(x, Bad)}
            return members | {"item": x}

        def kept(scope):
            truths = each(scope, source, names, test)
            return bad(*truths) or [x for x, truth in zip(source(scope), truths, strict=True) if truth]

        return self.need("]", kept)

    def contains(self, left):
        """x in (t1, t2, ...), x in [a..b], x in < 5, x in L."""
        tests = self.need(")", self.tests()) if self.accept("(") else self.test(POWERS["in"])
        if self.value in ("+", "-", "*", "/", "[", "."):
            self.refuse(self.value)
        return lambda scope: tests(ChainMap({"?": left(scope)}, scope))

    def tests(self):
        found = self.separated(self.test)
        return lambda scope: fold([test(scope) for test in found], True)

    def test(self, above=0):
        """One unary test of what stands before `in`, which is `?` in the scope."""
        if op := self.accept(*TESTS):
            return strict(TESTS[op], lambda scope: scope["?"], self.expression(POWERS[op]))
        value = self.expression(above)
        return lambda scope: matches(scope["?"], value(scope))

    def cell(self):
        """A cell of a decision table (section 4)."""
        if self.accept("not"):
            self.need("(")
            tests = self.need(")", self.tests())
            return lambda scope: negate(tests(scope))
        return self.tests()


def member(value, name):
    """Over a list, the list of the members (section 3); of null it is an error."""
    match value:
        case Bad() | None:
            return value or ERROR
        case list():
            return errorless([member(element, name) for element in value])
        case dict():
            return value[name]
        case date() if name in ("year", "month", "day"):
            return Decimal(getattr(value, name))
    raise NotImplementedError(f".{name} of {value!r}")


def choose(scope, condition, yes, no):
    truth = fold([condition(scope)], False)
    return truth if isinstance(truth, Bad) else yes(scope) if truth else no(scope)


def each(scope, source, names, body):
    """The truth of the body for every element; a list that is error or unknown stands for them."""
    elements = source(scope)
    if not isinstance(elements, list):
        return [bad(elements) or ERROR]
    return [fold([body(ChainMap(names(x), scope))], False) for x in elements]
