"""Expressions (section 3): a Pratt parser that makes Python functions of a scope, where scope[name] is a value.
Syntax that made packs never use is refused with NotImplementedError."""

import json
import operator
import re
from collections import ChainMap
from datetime import date
from decimal import Decimal

from .functions import FUNCTIONS
from .values import ERROR, Bad, Range, attempt, bad, equal, errorless, fold, matches, negate, number, to_date

TOKEN = (
    r'(?P<space>\s+|//[^\n]*|/\*(?s:.*?)\*/)|(?P<text>"(?:\\.|[^"\\])*")|(?P<name>{names}[^\W\d]\w*)'
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<op>\.\.|\*\*|!=|<=|>=|[-+*/=<>()\[\],.?@])|(?P<odd>.)"
)
WORDS = "and or not if then else for in return some every satisfies between true false null".split()
POWERS = {"or": 1, "and": 2, "in": 3, "between": 3, "+": 4, "-": 4, "*": 5, "/": 5, "[": 7, ".": 7}
POWERS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 3)
NEGATION = 6
CONSTANTS = {"true": True, "false": False, "null": None}
ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
OPERATORS = ORDER | {
    "=": equal,
    "!=": lambda a, b: negate(equal(a, b)),
    "+": operator.add,
    # A days duration is negated first: its days are rounded down, toward the earlier midnight.
    "-": lambda a, b: a - b if isinstance(b, Decimal | date) else a + -b,
    "*": lambda a, b: number(a) * number(b),
    "/": lambda a, b: number(a) / number(b),
}


def token_pattern(names):
    """The pattern of a token: of the names of several words those that are longest come first."""
    several = sorted(filter(re.compile(r"\W").search, {*names, *FUNCTIONS}), key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, name.split())) for name in several)
    return re.compile(TOKEN.format(names="".join(name + r"(?!\w)|" for name in spaced)))


class Parser:
    def __init__(self, pack, written):
        self.written, self.members = written, pack.members
        self.tokens, self.asked = [], False  # asked: whether the `?` of the innermost test was met
        for found in pack.token.finditer(written):
            kind, value = found.lastgroup, " ".join(found[0].split())
            if kind != "space":
                self.tokens.append(("op" if value in WORDS else kind, found[0] if kind == "text" else value))
        self.tokens.append(("end", "end"))
        self.goto(0)

    def goto(self, position):
        self.position, (self.kind, self.value) = position, self.tokens[position]

    def take(self):
        value = self.value
        self.goto(self.position + 1)
        return value

    def at(self, *ops):
        return self.kind == "op" and self.value in ops

    def accept(self, op):
        return self.at(op) and bool(self.take())

    def need(self, op):
        if not self.accept(op):
            self.refuse(f"{self.value} for {op}")

    def refuse(self, what):
        raise NotImplementedError(f"{self.written!r}: the oracle has no {what} here")

    def after(self, op):
        self.need(op)
        return self.expression()

    def separated(self, parse):
        found = [parse()]
        while self.accept(","):
            found.append(parse())
        return found

    def expression(self, above=0):
        left = self.prefix()
        while self.kind == "op" and POWERS.get(self.value, 0) > above:
            left = self.infix(self.take(), left)
        return left

    def prefix(self):
        kind, value = self.kind, self.take()
        match kind, value:
            case "number", _:
                return constant(+Decimal(value))
            case "text", _:
                return constant(json.loads(value, strict=False))
            case "name", _:
                return self.call(value) if self.accept("(") else lambda scope: scope[value]
            case "op", "true" | "false" | "null":
                return constant(CONSTANTS[value])
            case "op", "?":
                self.asked = True
                return lambda scope: scope["?"]
            case "op", "@" if self.kind == "text" and len(self.value) == len('"2025-01-01"'):
                return constant(to_date(json.loads(self.take())))
            case "op", "-":
                return strict(operator.neg, self.expression(NEGATION))
            case "op", "not" if self.at("("):
                inner = self.prefix()
                return lambda scope: negate(inner(scope))
            case "op", "(" | "[":
                return self.bracket(value)
            case "op", "if":
                return self.choice(self.expression(), self.after("then"), self.after("else"))
            case "op", "some" | "every":
                return self.quantifier(value)
        self.refuse(value)

    def infix(self, op, left):
        if op == "in":
            return self.contains(left)
        if op == "[":
            return self.filter(left)
        if op == ".":
            name = self.take()
            return lambda scope: member(left(scope), name)
        right = self.expression(POWERS[op])
        if op in ("and", "or"):
            return lambda scope: fold((left(scope), right(scope)), op == "or")
        if op == "between":
            self.need("and")
            high = self.expression(POWERS[op])
            return strict(lambda x, low, high: Range(low, high).holds(x), left, right, high)
        return strict(OPERATORS[op], left, right)

    def call(self, name):
        if name not in FUNCTIONS:
            self.refuse(f"function {name}")
        arguments = [] if self.at(")") else self.separated(self.expression)
        self.need(")")
        return lambda scope: FUNCTIONS[name](scope, *[argument(scope) for argument in arguments])

    def bracket(self, opening):
        """( ) around an expression, [ ] as a list, or a range with either bracket at either end."""
        if opening == "[" and self.accept("]"):
            return constant([])
        parts = self.separated(self.expression)
        if self.accept(".."):
            high, with_high = self.expression(), self.at("]")
            self.need("]" if with_high else ")")
            return strict(lambda a, b: Range(a, b, opening == "[", with_high), parts[0], high)
        self.need("]" if opening == "[" else ")")
        if opening == "[":
            return lambda scope: errorless([part(scope) for part in parts])
        return parts[0] if len(parts) == 1 else self.refuse("list in ( )")

    def choice(self, condition, yes, no):
        def chosen(scope):
            truth = fold([condition(scope)], False)
            return truth if isinstance(truth, Bad) else yes(scope) if truth else no(scope)

        return chosen

    def quantifier(self, word):
        """`some` (or), `every` (and); of several variables the later run fastest."""
        sources = []
        while not sources or self.accept(","):
            sources.append((self.take(), self.after("in")))
        body = self.after("satisfies")
        return lambda scope: fold(turns(scope, sources, body), word == "some")

    def filter(self, source):
        """L[p]; an index speaks of no element, and is refused."""
        start, test = self.position, self.expression()
        if not any(name == "item" or name in self.members for _, name in self.tokens[start : self.position]):
            self.refuse("index")
        self.need("]")

        def kept(scope):
            elements, truths = source(scope), []
            if not isinstance(elements, list):
                return bad(elements) or ERROR
            for x in elements:  # a member of an unknown structure is unknown
                names = x if isinstance(x, dict) else dict.fromkeys(self.members, x) if isinstance(x, Bad) else {}
                truths.append(fold([test(ChainMap(names | {"item": x}, scope))], False))
            return bad(*truths) or [x for x, truth in zip(elements, truths, strict=True) if truth]

        return kept

    def contains(self, left):
        """x in (t1, t2, ...), x in [a..b], x in < 5, x in L."""
        tests = self.parenthesised() or self.test(POWERS["in"])
        return lambda scope: tests(ChainMap({"?": left(scope)}, scope))

    def parenthesised(self):
        """The tests in ( ); None, with nothing read, where ( begins a range or a longer expression."""
        start = self.position
        if self.accept("("):
            found = self.tests()
            if self.accept(")") and not self.at("+", "-", "*", "/", "[", "."):
                return found
            self.goto(start)
        return None

    def tests(self):
        found = self.separated(self.test)
        return lambda scope: fold([test(scope) for test in found], True)

    def test(self, above=0):
        """One unary test of the `?` in scope (section 3, `in`)."""
        if self.at(*ORDER, "=", "!="):
            op, limit = self.take(), self.expression(POWERS["="])
            # `in` is two-valued against null, which is below or above nothing.
            compare = lambda x, y: OPERATORS[op](x, y) if op not in ORDER or x is not None else False
            return strict(compare, lambda scope: scope["?"], limit)
        before, self.asked = self.asked, False
        value = self.expression(above)
        asked, self.asked = self.asked, before
        if asked:
            return lambda scope: bad(scope["?"], value(scope)) or value(scope)
        return lambda scope: matches(scope["?"], value(scope))

    def cell(self):
        """A cell of a decision table (section 4)."""
        if self.accept("not"):
            tests = self.parenthesised() or self.refuse("such a not")
            return lambda scope: negate(tests(scope))
        return self.tests()


def constant(value):
    return lambda scope: value


def strict(function, *parts):
    return lambda scope: attempt(function, *[part(scope) for part in parts])


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


def turns(scope, sources, body):
    """The body for every element; a list that is error or unknown stands for its turn."""
    if not sources:
        return [body(scope)]
    (name, source), *later = sources
    elements = source(scope)
    if not isinstance(elements, list):
        return [bad(elements) or ERROR]
    return [truth for x in elements for truth in turns(ChainMap({name: x}, scope), later, body)]
