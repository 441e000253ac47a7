"""Outcomes and amounts: sections 6 and 7."""

from decimal import Decimal

from .facts import Reject, read_row
from .functions import MODES, inside
from .pack import Pack, period
from .values import ERROR, EXACT, Bad, bad, fold, negate, to_date, to_place

PLACES = {"分": 2, "角": 1, "元": 0, "十元": -1, "百元": -2, "千元": -3, "万元": -4, "亿元": -8}


class Context(dict):
    """What the expressions of a policy see in one reading; definitions and tables are worked out once."""

    def __init__(self, pack, facts, as_of, policy):
        super().__init__(facts, as_of=as_of, Y=Decimal(policy.year or as_of.year))
        self.pack, self.as_of = pack, as_of
        self.event = facts[policy.event] if policy.event else as_of

    def __missing__(self, name):
        self[name] = self.pack.terms[name](self)
        return self[name]


class Clause:
    def __init__(self, pack, spec):
        self.id, self.scope, self.later = spec["id"], spec.get("scope"), spec.get("later") == "allowed"
        self.kind = next(kind for kind in ("when", "all", "any", "none") if kind in spec)
        inner = spec[self.kind]
        self.test = pack.expression(inner) if self.kind == "when" else None
        self.inner = [] if self.test else [Clause(pack, one) for one in inner]
        self.waits = self.later or any(clause.waits for clause in self.inner)

    def truth(self, c, promised, seen):
        """Notes every clause in `seen`; the Promised reading lets a later proof wait."""
        if self.test:
            found = fold([self.test(c)], False)
        else:
            found = fold([clause.truth(c, promised, seen) for clause in self.inner], self.kind != "all")
            found = negate(found) if self.kind == "none" else found
        if promised and self.later and isinstance(found, Bad) and found is not ERROR:
            found = True
        seen[self.id] = found
        return found


class Policy:
    def __init__(self, pack, spec):
        self.id, self.spec, self.year = spec["id"], spec, spec.get("year")
        self.event = pack.ids[spec["event"]] if spec.get("event") else None
        self.valid, self.window = spec.get("valid"), spec.get("window")
        if self.valid:
            self.valid = period(self.valid | {"from": self.valid.get("retro_from") or self.valid.get("from")})
        self.window = self.window and period(self.window)
        self.clauses = [Clause(pack, clause) for clause in spec.get("clauses", ())]
        self.waits = any(clause.waits for clause in self.clauses)
        self.compile_amount(pack, spec.get("per"), spec.get("round") or {})

    def compile_amount(self, pack, per, rounding):
        scope = [(per["as"], "x")] if per else []
        self.list = pack.expression(per["list"]) if per else None
        written = [(per or {}).get("where", True), (per or self.spec).get("amount")]
        written += [self.spec.get("floor"), self.spec.get("cap")]
        made = [None if w is None else pack.expression(w, scope, "c, x=None") for w in written]
        self.where, self.amount, self.floor, self.cap = made
        self.place, self.mode = PLACES[rounding.get("to") or "分"], MODES[rounding.get("mode") or "half_up"]

    def root(self, c, promised):
        """(truth of the root, truth of the scope clauses, the truths by clause)."""
        seen = {}
        if self.valid:  # a null event date is an error
            known = c.event is not None and not isinstance(c.event, Bad)
            seen["in_force"] = inside(c.event, *self.valid) if known else c.event or ERROR
        if self.window:
            seen["open"] = inside(c.as_of, *self.window)
        implicit = [*seen.values()]
        truths = [(clause.truth(c, promised, seen), clause.scope) for clause in self.clauses]
        scope = fold([*implicit, *(truth for truth, scope in truths if scope)], False)
        return fold([*implicit, *(truth for truth, _ in truths)], False), scope, seen

    def pay(self, c):
        """Fen, or error, or unknown; None for a policy without an amount (section 7)."""
        if not self.list:
            return self.figure(c, None) if self.amount else None
        elements, fens = self.list(c), [Decimal(0)]
        if not isinstance(elements, list):
            return bad(elements) or ERROR
        for x in elements:
            wanted = fold([self.where(c, x)], False)
            if wanted is not False:
                fens.append(self.figure(c, x) if wanted is True else wanted)
        return bad(*fens) or in_range(sum(fens))

    def figure(self, c, x):
        """Steps 1 to 4: the amount, floor and cap, rounding, fen."""
        figures = [given(c, x) for given in (self.amount, self.floor, self.cap) if given]
        if not all(isinstance(figure, Decimal | Bad) for figure in figures):
            return ERROR
        amount, *limits = figures
        if bad(*figures) or amount < 0:
            return ERROR if isinstance(amount, Decimal) and amount < 0 else bad(*figures)
        if self.floor:
            amount = max(amount, limits.pop(0))
        if self.cap:
            amount = min(amount, limits.pop(0))
        return in_range(EXACT.scaleb(to_place(amount, self.place, self.mode), 2))

    def judge(self, promised, verified):
        """(outcome, reason, fen, truths by clause), step by step as section 6 has it."""
        root, scope, seen = self.root(promised, True)
        if root is False:
            return "ineligible", "scope" if scope is False else "condition", None, seen
        if root is ERROR:
            return "error", "evaluation", None, seen
        if root is not True:
            return "undetermined", "condition", None, seen
        fen = self.pay(promised)
        if isinstance(fen, Bad):
            return "error" if fen is ERROR else "undetermined", "amount", None, seen
        if verified is promised and not self.waits:
            return "eligible", None, fen, seen
        sure = self.pay(verified) if self.root(verified, False)[0] is True else ERROR
        return ("conditional", None, fen, seen) if isinstance(sure, Bad) else ("eligible", None, sure, seen)


class Judge:
    """A pack on an as-of date, with the options of a run."""

    def __init__(self, files, as_of, options=None):
        self.pack, self.as_of, self.options = Pack(files), to_date(as_of), options or {}
        self.policies = [Policy(self.pack, spec) for spec in self.pack.policies]

    def row(self, facts):
        """{policy: (outcome, reason, fen, clauses)}, or None for a rejected row."""
        try:
            readings = read_row(self.pack, facts, self.options, self.as_of)
        except Reject:
            return None
        answers, contexts = {}, {}
        for policy in self.policies:
            key = policy.event, policy.year
            if key not in contexts:
                promised, verified = (Context(self.pack, known, self.as_of, policy) for known in readings)
                contexts[key] = promised, promised if readings[0] == readings[1] else verified
            answers[policy.id] = policy.judge(*contexts[key])
        return answers


def in_range(fen):
    """Section 7 step 4: within a signed 64-bit integer."""
    return int(fen) if -(2**63) <= fen < 2**63 else ERROR


def truth_text(truth):
    """A clause's truth as an answer writes it: the truth, and the cause of an unknown."""
    if isinstance(truth, Bad):
        return ["error", None] if truth is ERROR else ["unknown", truth.cause]
    return ["true" if truth else "false", None]
