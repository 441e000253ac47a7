"""Expressions (section 3): a Pratt parser that knows the names in scope and makes closures of one argument,
the context c: c.loc holds the local variables by slot, c.event, c.as_of and c.year the dates."""

import itertools
import operator
import re
from datetime import date
from decimal import Decimal

from .functions import TRUTHS, call, first
from .values import ERROR, Bad, Duration, Range, Struct, attempt, bad, equal, fold, matches, negate
from .values import EXACT, to_temporal, whole

START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
WORD = re.compile(f"[{START}][{START}0-9\u00b7\u0300-\u036f\u203f\u2040]*")
BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
OTHER = re.compile(
    r'(?P<text>"(?:\\.|[^"\\])*")|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)'
    r"|(?P<op>\.\.|\*\*|!=|<=|>=|[-+*/=<>()\[\]{},.:?@])",
    re.DOTALL,
)
KEYWORDS = re.compile("and|or|not|if|then|else|for|in|return|some|every|satisfies|between|true|false|null")
POWERS = {"or": 1, "and": 2, "in": 3, "between": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6, "[": 8, ".": 8}
POWERS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 3)
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPUTE["**"] = lambda a, b: Decimal(1) if b == 0 else +EXACT.power(a, b)
# What may follow a `[` that closes a range rather than opens an index.
AFTER_RANGE = re.compile(r"\s*(?:$|[,)\]}]|(?:and|or|then|else|return|satisfies)\b)")
PROPERTIES = {"years": lambda n: n // 12, "months": lambda n: n % 12, "days": lambda n: n // 86400}
slots = itertools.count()


def truth(closure):
    """Marks an expression whose value is a truth, so that L[p] is told from L[n]."""
    closure.truth = True
    return closure


def constant(value):
    return lambda c: value


def local(slot):
    return lambda c: c.loc[slot]


def strict(function, *operands):
    return lambda c: attempt(function, *[operand(c) for operand in operands])


def unescape(text):
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text[1:-1])
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text)


def member(value, name):
    """Strict in the structure; over a list, the list of the members (section 3)."""
    if isinstance(value, list):
        found = [member(element, name) for element in value]
        return ERROR if ERROR in found else found
    if isinstance(value, dict):
        return value.get(value.names.get(name, name), ERROR)
    if isinstance(value, Duration):
        return PROPERTIES[name](value.n)
    if isinstance(value, date):
        return Decimal(value.isoweekday() if name == "weekday" else getattr(value, name))
    return bad(value) or ERROR


class Parser:
    """`frames` are the scopes, innermost last: (name, slot), or (None, slot) for the element of a filter."""

    def __init__(self, text, pack, frames=()):
        self.text, self.pack, self.frames, self.asked = text, pack, list(frames), False
        self.goto(0)

    def goto(self, position):
        """Reads the token at a position; of the names that begin there, the longest."""
        self.start = BLANK.match(self.text, position).end()
        word = WORD.match(self.text, self.start)
        found = word or OTHER.match(self.text, self.start)
        if not found:
            self.kind, self.value, self.end = "end", None, self.start
            return
        self.kind, self.value, self.end = found.lastgroup or "name", found[0], found.end()
        for pattern, name in self.pack.compound.get(word and word[0], ()):
            longer = pattern.match(self.text, self.start)
            if longer and longer.end() > self.end:
                self.value, self.end = name, longer.end()
        if KEYWORDS.fullmatch(self.value):
            self.kind = "op"

    def take(self):
        value = self.value
        self.goto(self.end)
        return value

    def at(self, *values):
        return self.kind == "op" and self.value in values

    def accept(self, value):
        return self.at(value) and bool(self.take())

    def need(self, value, result=None):
        if not (self.accept(value) if value else self.start == len(self.text)):
            raise SyntaxError(f"{self.text!r} at {self.start}: {value or 'the end'} expected")
        return result

    def separated(self, parse):
        found = [parse()]
        while self.accept(","):
            found.append(parse())
        return found

    def expression(self, above=0):
        left = self.prefix()
        while self.kind == "op" and POWERS.get(self.value, 0) > above:
            if self.value == "[" and AFTER_RANGE.match(self.text, self.end):
                break
            left = self.infix(self.take(), left)
        return left

    def infix(self, op, left):
        if op == ".":
            name = self.take()
            return lambda c: member(left(c), name)
        if op == "[":
            return self.filter(left)
        if op == "in":
            return self.contains(left)
        right = self.expression(POWERS[op])
        if op == "between":
            return truth(strict(lambda x, *ends: Range(*ends).holds(x), left, right, self.upper()))
        if op in ("and", "or"):
            return truth(lambda c: fold((operand(c) for operand in (left, right)), op == "or"))
        if op == "=":
            return truth(lambda c: equal(left(c), right(c)))
        if op == "!=":
            return truth(lambda c: negate(equal(left(c), right(c))))
        return truth(strict(COMPARE[op], left, right)) if op in COMPARE else strict(COMPUTE[op], left, right)

    def upper(self):
        self.need("and")
        return self.expression(POWERS["between"])

    def prefix(self):
        kind, end, value = self.kind, self.end, self.take()
        if kind == "number":
            return constant(+Decimal(value))
        if kind == "text":
            return constant(unescape(value))
        if kind == "name":
            return self.call(value) if self.at("(") else self.name(value)
        match value:
            case "true" | "false":
                return truth(constant(value == "true"))
            case "null":
                return constant(None)
            case "?":
                self.asked = True
                return self.name("?")
            case "@":
                return constant(to_temporal(unescape(self.take())))
            case "-":
                return strict(operator.neg, self.expression(POWERS["**"]))
            case "not":
                self.need("(")
                operand = self.need(")", self.expression())
                return truth(lambda c: negate(operand(c)))
            case "(" | "[" | "]":
                return self.bracket(value)
            case "{":
                return self.structure(end)
            case "if":
                return self.choice()
            case "for" | "some" | "every":
                return self.loop(value, end)
        raise SyntaxError(f"{self.text!r} at {self.start}: unexpected {value}")

    def name(self, name):
        """The innermost meaning: a local variable, a member of the element being filtered, the pack's."""
        elements, outer = [], None
        for frame, slot in reversed(self.frames):
            if frame == name:
                outer = local(slot)
                break
            if frame is None and name in self.pack.members:
                elements.append(slot)
        outer = outer or self.pack.look_up(name)
        if not elements and outer:
            return outer

        def run(c):
            for slot in elements:
                element = c.loc[slot]
                if isinstance(element, Bad):
                    return element
                if isinstance(element, dict) and element.names.get(name, name) in element:
                    return element[element.names.get(name, name)]
            return outer(c)

        if not elements:
            raise SyntaxError(f"{self.text!r}: nobody defines {name}")
        return truth(run)

    def call(self, name):
        self.need("(")
        found = call(name, [] if self.at(")") else self.separated(self.expression))
        return self.need(")", truth(found) if name in TRUTHS else found)

    def bracket(self, opening):
        """( ) around an expression, [ ] as a list, or a range with any of its brackets."""
        if opening == "[" and self.accept("]"):
            return lambda c: []
        parts = self.separated(self.expression)
        if self.accept(".."):
            high = self.expression()
            sides = opening == "[", self.take() == "]"
            return strict(lambda low, high: Range(low, high, *sides), parts[0], high)
        if opening == "(":
            return self.need(")", parts[0])
        return self.need("]", lambda c: errorless([part(c) for part in parts]))

    def structure(self, end):
        """{key: value, ...}; a later entry sees the earlier ones."""
        depth, parts = len(self.frames), []
        while not self.at("}"):
            key = re.compile(r'\s*("(?:\\.|[^"\\])*"|[^:]+?)\s*:').match(self.text, end)
            name = unescape(key[1]) if key[1][0] == '"' else key[1]
            self.pack.members.add(name)
            self.goto(key.end())
            parts.append((name, next(slots), self.expression()))
            self.frames.append(parts[-1][:2])
            end = self.end
            if not self.at("}"):
                self.need(",")
        self.take()
        del self.frames[depth:]

        def build(c):
            values = {}
            for name, slot, part in parts:
                values[name] = c.loc[slot] = part(c)
            return ERROR if ERROR in values.values() else Struct(values)

        return build

    def choice(self):
        condition = self.expression()
        yes = self.need("then") or self.expression()
        no = self.need("else") or self.expression()

        def run(c):
            t = condition(c)
            return (yes(c) if t else no(c)) if isinstance(t, bool) else bad(t) or ERROR

        return truth(run) if hasattr(yes, "truth") else run

    def loop(self, word, end):
        """`for` (a list), `some` (or), `every` (and); of several variables the later run fastest."""
        depth, sources = len(self.frames), []
        while not sources or self.accept(","):
            declared = re.compile(r"\s*(\S+)\s+in(?=[\s(\[])").match(self.text, end)
            self.goto(declared.end())
            source = self.expression()
            if self.accept(".."):
                source = strict(steps, source, self.expression())
            sources.append((next(slots), source))
            self.frames.append((declared[1], sources[-1][0]))
            end = self.end
        self.need("return" if word == "for" else "satisfies")
        body = self.expression()
        del self.frames[depth:]
        return collect(sources, body) if word == "for" else quantify(sources, body, word == "some")

    def filter(self, source):
        slot, depth, start = next(slots), len(self.frames), self.start
        self.frames += [(None, slot), ("item", slot)]
        test = self.expression()
        by_item = hasattr(test, "truth") or re.search(r"\bitem\b", self.text[start : self.start])
        del self.frames[depth:]
        self.need("]")
        if not by_item:
            return strict(lambda values, n: values[first(values, n)], source, test)

        def keep(c, element):
            c.loc[slot] = element
            t = test(c)
            return t if isinstance(t, bool | Bad) else ERROR

        def run(c):
            values = source(c)
            if not isinstance(values, list):
                return bad(values) or ERROR
            kept = [(keep(c, element), element) for element in values]
            return bad(*(t for t, _ in kept)) or [element for t, element in kept if t]

        return run

    def contains(self, left):
        """x in (t1, t2, ...), x in [a..b], x in < 5, x in L."""
        slot = next(slots)
        self.frames.append(("?", slot))
        tests = self.parenthesised() or [self.test(POWERS["in"])]
        self.frames.pop()

        def run(c):
            c.loc[slot] = x = left(c)
            return fold((t(c, x) for t in tests), True)

        return truth(run)

    def parenthesised(self):
        """The tests in ( ); None, with nothing read, where ( begins a range or a longer expression."""
        start = self.start
        if self.accept("("):
            found = self.separated(self.test)
            if self.accept(")") and not self.at("+", "-", "*", "/", "**", "[", "."):
                return found
            self.goto(start)
        return None

    def test(self, above=0):
        """One unary test: a closure of the context and of x (section 3, `in`)."""
        if self.at("<", "<=", ">", ">=", "=", "!="):
            op = self.take()
            operand = self.expression(POWERS["="])
            if op in ("=", "!="):
                return lambda c, x: equal(x, operand(c)) if op == "=" else negate(equal(x, operand(c)))
            # `in` is two-valued against null, which is below or above nothing.
            return lambda c, x: attempt(lambda a, b: a is not None and COMPARE[op](a, b), x, operand(c))
        before, self.asked = self.asked, False
        value = self.expression(above)
        asked, self.asked = self.asked, before
        if asked:
            return lambda c, x: fold([(lambda t: bad(x, t) or t)(value(c))], True)
        return lambda c, x: matches(x, value(c))

    def cell(self):
        """The tests of a cell of a decision table; none where it is always true (section 4)."""
        if self.text.strip() in ("", "-"):
            return None
        if self.accept("not"):
            tests = self.parenthesised()
            if tests and self.kind == "end":
                return lambda c, x: negate(fold((t(c, x) for t in tests), True))
            self.goto(0)
        tests = self.need(None, self.separated(self.test))
        return lambda c, x: fold((t(c, x) for t in tests), True)


def compound_names(names, known=None, after=""):
    """First word -> [(pattern, name)] of the names that are more than one plain word."""
    found = dict(known or {})
    for name in names:
        word = WORD.match(name)[0]
        if word != name:
            pattern = re.compile(r"\s+".join(map(re.escape, name.split())) + f"(?![{START}0-9]){after}")
            found[word] = [*found.get(word, ()), (pattern, name)]
    return found


def errorless(values):
    return ERROR if ERROR in values else values  # section 2: never an error inside a list


def steps(a, b):
    """for i in a..b: the whole numbers from a to b, downward if b is less."""
    a, b = whole(a), whole(b)
    return [Decimal(i) for i in (range(a, b + 1) if a <= b else range(a, b - 1, -1))]


def collect(sources, body):
    (slot, source), rest = sources[0], sources[1:]
    inner = collect(rest, body) if rest else lambda c: errorless([body(c)])

    def run(c):
        values, found = source(c), []
        if not isinstance(values, list):
            return bad(values) or ERROR
        for element in values:
            c.loc[slot] = element
            found.append(inner(c))
        return bad(*found) or [x for part in found for x in part]

    return run


def quantify(sources, body, some):
    (slot, source), rest = sources[0], sources[1:]
    inner = quantify(rest, body, some) if rest else body

    def each(c, values):
        for element in values:
            c.loc[slot] = element
            yield inner(c)

    def run(c):
        values = source(c)
        return fold(each(c, values), some) if isinstance(values, list) else bad(values) or ERROR

    return truth(run)
