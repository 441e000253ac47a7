"""Outcomes and amounts: sections 6 and 7."""

from __future__ import annotations

from decimal import Decimal

from .facts import Reject, read_row
from .feel import slots
from .functions import MODES, in_period
from .pack import Pack, as_date
from .values import ERROR, EXACT, Bad, as_fen, bad, fold, negate

STEPS = {"分": -2, "角": -1, "元": 0, "十元": 1, "百元": 2, "千元": 3, "万元": 4, "亿元": 8}


class Context:
    """What the expressions of a policy see in one reading."""

    def __init__(self, pack, facts, as_of, event, year):
        self.pack, self.facts, self.as_of, self.event, self.year = pack, facts, as_of, event, year
        self.memo, self.loc = {}, {}


class Reading:
    """One row in one reading; policies of the same event and year share a context."""

    def __init__(self, pack, facts, as_of):
        self.pack, self.facts, self.as_of, self.contexts = pack, facts, as_of, {}

    def context(self, policy):
        key = (policy.event, policy.year)
        if key not in self.contexts:
            event = self.facts[policy.event] if policy.event else self.as_of
            year = Decimal(policy.year or self.as_of.year)
            self.contexts[key] = Context(self.pack, self.facts, self.as_of, event, year)
        return self.contexts[key]


class Clause:
    def __init__(self, pack, spec):
        self.id, self.scope = spec["id"], bool(spec.get("scope"))
        self.later = spec.get("later") == "allowed"
        self.kind = next(k for k in ("when", "all", "any", "none") if k in spec)
        inside = spec[self.kind]
        self.inside = pack.expression(inside) if self.kind == "when" else [Clause(pack, s) for s in inside]

    def truth(self, c, promised, seen):
        """Every clause is visited, and noted in `seen`; the Promised reading lets a later proof wait."""
        if self.kind == "when":
            value = self.inside(c)
            found = value if isinstance(value, bool | Bad) else ERROR
        else:
            found = fold([clause.truth(c, promised, seen) for clause in self.inside], self.kind != "all")
            found = negate(found) if self.kind == "none" else found
        if promised and self.later and found is not ERROR and isinstance(found, Bad):
            found = True
        seen[self.id] = found
        return found

    def waits(self):
        return self.later or (self.kind != "when" and any(clause.waits() for clause in self.inside))


class Policy:
    def __init__(self, pack, spec):
        self.id, self.spec = spec["id"], spec
        self.event = pack.fact_ids[spec["event"]] if spec.get("event") else None
        self.year = int(spec["year"]) if spec.get("year") is not None else None
        self.valid, self.window = spec.get("valid"), spec.get("window")
        if self.valid:
            start = self.valid.get("retro_from") or self.valid.get("from")
            self.valid = as_date(start), as_date(self.valid.get("to"))
        if self.window:
            self.window = as_date(self.window.get("from")), as_date(self.window.get("to"))
        self.clauses = [Clause(pack, clause) for clause in spec.get("clauses", ())]
        self.waits = any(clause.waits() for clause in self.clauses)
        self.compile_amount(pack, spec)

    def compile_amount(self, pack, spec):
        self.per, per, frames = None, spec.get("per"), ()
        if per:
            slot = next(slots)
            frames = [(per["as"], slot)]
            where = pack.expression("true" if per.get("where") is None else per["where"], frames)
            self.per = slot, pack.expression(per["list"]), where
        written = [(per or spec).get("amount"), spec.get("floor"), spec.get("cap")]
        self.amount, self.floor, self.cap = (
            None if w is None else pack.expression(w, frames) for w in written
        )
        rounding = spec.get("round") or {}
        self.step = STEPS[rounding.get("to") or "分"]
        self.mode = MODES[rounding.get("mode") or "half_up"]

    def root(self, c, promised):
        """(truth of the root, truth of the scope clauses, the truths by clause)."""
        seen, scope = {}, []
        if self.valid:  # a null event date is an error
            event = c.event
            known = event is not None and not isinstance(event, Bad)
            seen["in_force"] = in_period(self.valid[0], event, self.valid[1]) if known else event or ERROR
        if self.window:
            seen["open"] = in_period(self.window[0], c.as_of, self.window[1])
        scope += seen.values()
        top = list(scope)
        for clause in self.clauses:
            top.append(clause.truth(c, promised, seen))
            if clause.scope:
                scope.append(top[-1])
        return fold(top, False), fold(scope, False), seen

    def pay(self, c):
        """Fen, or error, or unknown; None for a policy without an amount (section 7)."""
        if not self.per:
            return self.figure(c) if self.amount else None
        slot, values, where = self.per
        values = values(c)
        if not isinstance(values, list):
            return bad(values) or ERROR
        found = []
        for element in values:
            c.loc[slot] = element
            wanted = where(c)
            if wanted is True:
                found.append(self.figure(c))
            elif wanted is not False:
                found.append(wanted if isinstance(wanted, Bad) else ERROR)
        return bad(*found) or as_fen(EXACT.scaleb(Decimal(sum(found)), -2))

    def figure(self, c):
        """Steps 1 to 4: the amount, floor and cap, rounding, fen."""
        amount = self.amount(c)
        limits = [limit and limit(c) for limit in (self.floor, self.cap)]
        if amount is None or (isinstance(amount, Decimal) and amount < 0):
            amount = ERROR
        for limit, given in zip(limits, (self.floor, self.cap), strict=True):
            if given and not isinstance(limit, Decimal | Bad):
                return ERROR
        if bad(amount, *limits):
            return bad(amount, *limits)
        if self.floor:
            amount = max(amount, limits[0])
        if self.cap:
            amount = min(amount, limits[1])
        whole = EXACT.scaleb(amount, -self.step).to_integral_value(self.mode)
        return as_fen(EXACT.scaleb(whole, self.step))

    def judge(self, promised, verified):
        """(outcome, reason, fen, truths by clause), step by step as section 6 has it."""
        c = promised.context(self)
        root, scope, seen = self.root(c, True)
        if root is False:
            return "ineligible", "scope" if scope is False else "condition", None, seen
        if isinstance(root, Bad):
            return *(("error", "evaluation") if root is ERROR else ("undetermined", "condition")), None, seen
        fen = self.pay(c)
        if isinstance(fen, Bad):
            return "error" if fen is ERROR else "undetermined", "amount", None, seen
        if verified is promised and not self.waits:
            return "eligible", None, fen, seen
        v = verified.context(self)
        if self.root(v, False)[0] is True:
            sure = self.pay(v)
            if not isinstance(sure, Bad):
                return "eligible", None, sure, seen
        return "conditional", None, fen, seen


class Judge:
    """A pack on an as-of date, with the options of a run."""

    def __init__(self, files, as_of, options=None):
        self.pack, self.as_of, self.options = Pack(files), as_date(as_of), options or {}
        self.policies = [Policy(self.pack, spec) for spec in self.pack.policies]

    def row(self, facts):
        """{policy: (outcome, reason, fen, clauses)}, or None for a rejected row."""
        try:
            promised, verified = read_row(self.pack, facts, self.options, self.as_of)
        except Reject:
            return None
        first = Reading(self.pack, promised, self.as_of)
        second = first if promised == verified else Reading(self.pack, verified, self.as_of)
        return {policy.id: policy.judge(first, second) for policy in self.policies}


def truth_text(truth):
    """A clause's truth as the engine writes it: the truth, and the cause of an unknown."""
    if isinstance(truth, Bad):
        return ["error", None] if truth is ERROR else ["unknown", truth.cause]
    return ["true" if truth else "false", None]
