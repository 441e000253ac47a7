"""Outcomes and amounts: sections 6 and 7."""

from decimal import Decimal

from .facts import Reject, read_row
from .functions import inside
from .pack import Pack, period
from .values import ERROR, EXACT, Bad, attempt, bad, fold, negate, to_date, to_place

PLACES = {"分": 2, "角": 1, "元": 0, "百元": -2, "千元": -3, "万元": -4, "百万元": -6, "亿元": -8}


class Context(dict):
    """The scope of a policy in one reading; definitions, tables and parameters are worked out once."""

    def __init__(self, pack, facts, as_of, policy):
        self.pack, event = pack, as_of
        if policy.get("event"):
            event = facts[pack.ids[policy["event"]]]
        event = ERROR if event is None else event  # to read by a null event date is an error
        year = Decimal(policy.get("year") or as_of.year)
        super().__init__(facts | {"as_of": as_of, "Y": year, "@event": event, "@zones": pack.zones})

    def __missing__(self, name):
        key = self.pack.ids[name]
        if key == name:
            make, spec = self.pack.terms[name]
            self[name] = make(self, spec)
        return self[key]

    def value(self, written, **names):
        return self.pack.compile(written)(ChainMap(names, self) if names else self)


def clause_truth(c, clause, promised, seen):
    """Notes every clause in `seen`; the Promised reading lets a later proof wait."""
    form = next(form for form in ("when", "all", "any", "none") if form in clause)
    if form == "when":
        truth = fold([c.value(clause["when"])], False)
    else:
        truth = fold([clause_truth(c, one, promised, seen) for one in clause[form]], form != "all")
        truth = negate(truth) if form == "none" else truth
    if promised and clause.get("later") == "allowed" and truth in UNKNOWNS:
        truth = True
    seen[clause["id"]] = truth
    return truth


def root(c, policy, promised):
    """(truth of the root, truth of the scope clauses, the truths by clause)."""
    seen, valid = {}, policy.get("valid") or {}
    span = period(valid | {"from": valid.get("retro_from") or valid.get("from")})
    if any(span):  # `valid:` without dates adds no clause
        seen["in_force"] = attempt(inside, c["@event"], *span)
    if policy.get("window"):
        seen["open"] = inside(c["as_of"], *period(policy["window"]))
    scope, rest = [*seen.values()], []
    for clause in policy.get("clauses", ()):
        (scope if clause.get("scope") else rest).append(clause_truth(c, clause, promised, seen))
    return fold(scope + rest, False), fold(scope, False), seen


def pay(c, policy):
    """Fen, or error, or unknown; None for a policy without an amount (section 7)."""
    per = policy.get("per")
    if not per:
        return None if policy.get("amount") is None else figure(c, policy, policy["amount"])
    elements, fens = c.value(per["list"]), [Decimal(0)]
    for x in elements if isinstance(elements, list) else []:
        names = {per["as"]: x}
        wanted = fold([c.value(per.get("where", "true"), names)], False)
        if wanted is not False:
            fens.append(figure(c, policy, per["amount"], names) if wanted is True else wanted)
    return bad(elements, *fens) or (in_range(sum(fens)) if elements is not None else ERROR)


def figure(c, policy, written, names=()):
    """Steps 1 to 4: the amount, floor and cap, rounding, fen."""
    amount = c.value(written, names)
    limits = [c.value(policy[limit], names) ]


def judge(policy, promised, verified):
    """(outcome, reason, fen, truths by clause), step by step as section 6 has it."""
    truth, scope, seen = root(promised, policy, True)
    if truth is False:
        return "ineligible", "scope" if scope is False else "condition", None, seen
    if truth is not True:
        return *(("error", "evaluation") if truth is ERROR else ("undetermined", "condition")), None, seen
    fen = pay(promised, policy)
    if isinstance(fen, Bad):
        return "error" if fen is ERROR else "undetermined", "amount", None, seen
    sure = pay(verified, policy) if root(verified, policy, False)[0] is True else ERROR
    return ("conditional", None, fen, seen) if isinstance(sure, Bad) else ("eligible", None, sure, seen)
