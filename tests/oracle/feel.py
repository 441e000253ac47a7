"""Expressions (section 3): a Pratt parser that knows the names in scope and writes an expression as one of
Python, over the helpers below and the context c, where c[name] is the value of a fact or a definition."""

import functools
import operator
import re
from datetime import date
from decimal import Decimal

from . import functions, values
from .values import ERROR, EXACT, Bad, Duration, Range, Struct, attempt, bad

START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
TOKEN = (
    r'(?:\s|//[^\n]*|/\*(?s:.*?)\*/)*(?:(?P<text>"(?:\\.|[^"\\])*")|(?P<name>{names}[{start}][{more}]*)'
    r"|(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<op>\.\.|\*\*|!=|<=|>=|[-+*/=<>()\[\]{{}},.:?@])|(?P<end>$))"
)
MORE = START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
KEYWORDS = re.compile("and|or|not|if|then|else|for|in|return|some|every|satisfies|between|true|false|null")
POWERS = {"or": 1, "and": 2, "in": 3, "between": 3, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6, "[": 8, ".": 8}
POWERS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 3)
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
COMPUTE["**"] = lambda a, b: Decimal(1) if b == 0 else +EXACT.power(a, b)
# What may follow a `[` that closes a range rather than opens an index.
AFTER_RANGE = re.compile(r"\s*(?:$|[,)\]}]|(?:and|or|then|else|return|satisfies)\b)")


class Truth(str):
    """Python text whose value is a truth: it tells L[p] from L[n]."""


def unescape(text):
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text[1:-1])
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text)


class Parser:
    """`scope` holds (name, Python text), innermost last; the name None is the element of a filter."""

    def __init__(self, written, pack, scope=()):
        self.text, self.pack, self.scope, self.asked = text_of(written), pack, list(scope), False
        self.constants, self.locals = [], 0
        self.goto(0)

    def compile(self, parse, arguments="c"):
        text = parse()
        self.need("")
        made = eval(code(f"lambda k: lambda {arguments}: {text}"), NAMES)(self.constants)
        made.truth = isinstance(text, Truth)
        return made

    def goto(self, position):
        """Reads the token at a position."""
        found = self.pack.token.match(self.text, position)
        self.kind, value, self.end = found.lastgroup, found[found.lastgroup], found.end()
        self.start = self.end - len(value)
        self.value = " ".join(value.split()) if self.kind == "name" else value
        if KEYWORDS.fullmatch(value):
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
        if self.value != value or self.kind == "text":
            raise SyntaxError(f"{self.text!r} at {self.start}: {value or 'the end'} expected")
        self.take()
        return result

    def separated(self, parse):
        found = [parse()]
        while self.accept(","):
            found.append(parse())
        return found

    def constant(self, value):
        self.constants.append(value)
        return f"k[{len(self.constants) - 1}]"

    def local(self, *names):
        """A new Python variable, known by the names until the scope is cut back."""
        self.locals += 1
        self.scope += [(name, f"x{self.locals}") for name in names]
        return f"x{self.locals}"

    def expression(self, above=0):
        left = self.prefix()
        while self.kind == "op" and POWERS.get(self.value, 0) > above:
            if self.value == "[" and AFTER_RANGE.match(self.text, self.end):
                break
            left = self.infix(self.take(), left)
        return left

    def infix(self, op, left):
        if op == ".":
            return f"member({left}, {self.take()!r})"
        if op == "[":
            return self.filter(left)
        if op == "in":
            return self.contains(left)
        right = self.expression(POWERS[op])
        if op == "between":
            self.need("and")
            return Truth(f"between({left}, {right}, {self.expression(POWERS[op])})")
        if op in ("and", "or"):
            parts = [left, right]
            while self.accept(op):
                parts.append(self.expression(POWERS[op]))
            return Truth(f"fold(({', '.join(parts)}), {op == 'or'})")
        if op in ("=", "!="):
            return Truth(f"equal({left}, {right})" if op == "=" else f"negate(equal({left}, {right}))")
        kind, table = (Truth, "COMPARE") if op in COMPARE else (str, "COMPUTE")
        return kind(f"attempt({table}[{op!r}], {left}, {right})")

    def prefix(self):
        kind, end, value = self.kind, self.end, self.take()
        if kind == "number":
            return self.constant(+Decimal(value))
        if kind == "text":
            return repr(unescape(value))
        if kind == "name":
            return self.call(value) if self.at("(") else self.name(value)
        match value:
            case "true" | "false":
                return Truth(value == "true")
            case "null":
                return "None"
            case "?":
                self.asked = True
                return self.name("?")
            case "@":
                return self.constant(values.to_temporal(unescape(self.take())))
            case "-":
                return f"attempt(operator.neg, {self.expression(POWERS['**'])})"
            case "not":
                self.need("(")
                return self.need(")", Truth(f"negate({self.expression()})"))
            case "(" | "[" | "]":
                return self.bracket(value)
            case "{":
                return self.structure(end)
            case "if":
                parts = [self.expression(), *(self.need(w) or self.expression() for w in ("then", "else"))]
                return type(parts[1])(f"choose({', '.join(parts)})")
            case "for" | "some" | "every":
                return self.loop(value, end)
        raise SyntaxError(f"{self.text!r} at {self.start}: unexpected {value}")

    def name(self, name):
        """The innermost meaning: a local variable, a member of the element being filtered, the pack's."""
        elements, outer = [], None
        for known, text in reversed(self.scope):
            if known == name:
                outer = text
                break
            if known is None and name in self.pack.members:
                elements.append(text)
        outer = outer or self.pack.look_up(name)
        if elements:
            return Truth(f"pick({name!r}, [{', '.join(elements)}], {outer or 'ERROR'})")
        if not outer:
            raise SyntaxError(f"{self.text!r}: nobody defines {name}")
        return outer

    def call(self, name):
        self.need("(")
        if name not in functions.NAMES:
            raise SyntaxError(f"{self.text!r}: no function {name}")
        arguments = [] if self.at(")") else self.separated(self.expression)
        kind = Truth if functions.TRUTHS.fullmatch(name) else str
        return self.need(")", kind(f"call({', '.join([repr(name), 'c', *arguments])})"))

    def bracket(self, opening):
        """( ) around an expression, [ ] as a list, or a range with any of its brackets."""
        if opening == "[" and self.accept("]"):
            return "[]"
        parts = self.separated(self.expression)
        if self.accept(".."):
            parts += [self.expression(), str(opening == "["), str(self.take() == "]")]
            return f"attempt(Range, {', '.join(parts)})"
        if opening == "(":
            return self.need(")", parts[0])
        return self.need("]", f"errorless([{', '.join(parts)}])")

    def structure(self, end):
        """{key: value, ...}; a later entry sees the earlier ones."""
        depth, parts = len(self.scope), {}
        while not self.at("}"):
            key = re.compile(r'\s*("(?:\\.|[^"\\])*"|[^:]+?)\s*:').match(self.text, end)
            name = unescape(key[1]) if key[1][0] == '"' else key[1]
            self.goto(key.end())
            parts[name] = self.expression()
            self.scope.append((name, parts[name]))
            self.pack.members.add(name)
            end = self.end
            self.at("}") or self.need(",")
        self.take()
        del self.scope[depth:]
        return f"structure([{', '.join(f'({name!r}, {text})' for name, text in parts.items())}])"

    def loop(self, word, end):
        """`for` (a list), `some` (or), `every` (and); of several variables the later run fastest."""
        depth, sources = len(self.scope), []
        while not sources or self.accept(","):
            declared = re.compile(r"\s*(\S+)\s+in(?=[\s(\[])").match(self.text, end)
            self.goto(declared.end())
            source = self.expression()
            if self.accept(".."):
                source = f"attempt(steps, {source}, {self.expression()})"
            sources.append((source, self.local(declared[1])))
            end = self.end
        self.need("return" if word == "for" else "satisfies")
        body = f"errorless([{self.expression()}])" if word == "for" else self.expression()
        del self.scope[depth:]
        for source, variable in reversed(sources):
            body = f"each({source}, lambda {variable}: {body})"
            body = f"joined({body})" if word == "for" else Truth(f"fold({body}, {word == 'some'})")
        return body

    def filter(self, source):
        depth, start = len(self.scope), self.start
        variable, test = self.local(None, "item"), self.expression()
        del self.scope[depth:]
        if isinstance(test, Truth) or re.search(r"\bitem\b", self.text[start : self.start]):
            return self.need("]", f"kept({source}, lambda {variable}: {test})")
        return self.need("]", f"attempt(element, {source}, {test})")

    def contains(self, left):
        """x in (t1, t2, ...), x in [a..b], x in < 5, x in L."""
        variable = self.local("?")
        tests = self.parenthesised() or [self.test(POWERS["in"])]
        self.scope.pop()
        return Truth(f"(lambda {variable}: fold([{', '.join(tests)}], True))({left})")

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
        """One unary test of the `?` in scope (section 3, `in`)."""
        x = next(text for name, text in reversed(self.scope) if name == "?")
        if self.at(*COMPARE, "=", "!="):
            op, operand = self.take(), self.expression(POWERS["="])
            if op in COMPARE:
                return f"attempt(compared, COMPARE[{op!r}], {x}, {operand})"
            return f"equal({x}, {operand})" if op == "=" else f"negate(equal({x}, {operand}))"
        before, self.asked = self.asked, False
        value = self.expression(above)
        asked, self.asked = self.asked, before
        return f"bad({x}, {value}) or {value}" if asked else f"matches({x}, {value})"

    def cell(self):
        """A cell of a decision table; `-` and an empty one are always true (section 4)."""
        if self.text.strip() in ("", "-"):
            self.goto(len(self.text))
            return "True"
        if self.accept("not"):
            tests = self.parenthesised()
            if tests and self.kind == "end":
                return f"negate(fold([{', '.join(tests)}], True))"
            self.goto(0)
        return self.tests()

    def tests(self):
        return f"fold([{', '.join(self.separated(self.test))}], True)"


def text_of(written):
    """An expression as text: JSON may hold a plain number or truth."""
    if isinstance(written, bool):
        return str(written).lower()
    return format(written, "f") if isinstance(written, Decimal) else written or ""


def token(names):
    """The pattern of a token: of the names of several words those that are longest come first."""
    found = []
    for name in sorted(filter(re.compile(r"\W").search, {*names, *functions.NAMES}), key=len, reverse=True):
        words = r"\s+".join(map(re.escape, name.split()))
        found.append(words + (r"(?=\s*\()|" if name in functions.NAMES else f"(?![{MORE}])|"))
    return re.compile(TOKEN.format(names="".join(found), start=START, more=MORE))


@functools.cache
def code(text):
    return compile(text, "<feel>", "eval")


# What the Python text calls, beside bad, fold, equal, negate, matches, attempt and call.


def member(value, name):
    """Strict in the structure; over a list, the list of the members (section 3)."""
    if isinstance(value, list):
        return errorless([member(element, name) for element in value])
    if isinstance(value, dict):
        return value.get(value.key(name), ERROR)
    if isinstance(value, Duration):
        return {"years": value.n // 12, "months": value.n % 12, "days": value.n // 86400}[name]
    if isinstance(value, date):
        return Decimal(value.isoweekday() if name == "weekday" else getattr(value, name))
    return bad(value) or ERROR


def pick(name, elements, outer):
    """A name in a filter: the member of the innermost element that has it."""
    for element in elements:
        if isinstance(element, Bad):
            return element
        if isinstance(element, dict) and element.key(name) in element:
            return element[element.key(name)]
    return outer


def choose(condition, yes, no):
    return (yes if condition else no) if isinstance(condition, bool) else bad(condition) or ERROR


def between(x, low, high):
    return attempt(Range.holds, attempt(Range, low, high), x)


def compared(compare, x, limit):
    """`in` is two-valued against null, which is below or above nothing."""
    return x is not None and compare(x, limit)


def errorless(parts):
    return ERROR if ERROR in parts else parts  # section 2: never an error inside a list


def structure(pairs):
    return Struct(pairs) if errorless([value for _, value in pairs]) is not ERROR else ERROR


def steps(a, b):
    """for i in a..b: the whole numbers from a to b, downward if b is less."""
    a, b = values.whole(a), values.whole(b)
    return [Decimal(i) for i in (range(a, b + 1) if a <= b else range(a, b - 1, -1))]


def element(elements, position):
    return elements[functions.first(elements, position)]


def each(elements, body):
    """The body for every element; a list that is error or unknown stands for all of them."""
    return [body(x) for x in elements] if isinstance(elements, list) else [bad(elements) or ERROR]


def joined(parts):
    return bad(*parts) or [value for part in parts for value in part]


def kept(elements, test):
    truths = [t if isinstance(t, bool | Bad) else ERROR for t in each(elements, test)]
    return bad(*truths) or [x for x, t in zip(elements, truths, strict=True) if t]


NAMES = vars(values) | vars(functions) | globals()
