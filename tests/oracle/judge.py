"""Outcomes and amounts: sections 6 and 7."""

from collections import ChainMap
from decimal import Decimal

from .facts import read_row
from .feel import Parser
from .pack import Pack
from .values import ERROR, EXACT, Bad, attempt, bad, fold, in_force, negate, rounding, to_date

PLACES = {"分": 2, "角": 1, "元": 0, "百元": -2, "千元": -3, "万元": -4, "百万元": -6, "亿元": -8}


class Context(dict):
    """The scope of a policy in one reading; definitions, tables and parameters are worked out once."""

    def __init__(self, pack, facts, as_of, policy):
        self.pack, year = pack, Decimal(policy.get("year") or as_of.year)
        event = facts[pack.ids[policy["event"]]] if policy.get("event") else as_of
        event = ERROR if event is None else event  # to read by a null event date is an error
        super().__init__(facts, as_of=as_of, Y=year)
        self |= {"@as_of": as_of, "@event": event, "@zones": pack.zones}

    def __missing__(self, name):
        key = self.pack.ids[name]
        if key == name:
            make, spec = self.pack.terms[name]
            self[name] = make(self, spec)
        return self[key]

    def value(self, written, names=None, parse=Parser.expression):
        return self.pack.compile(written, parse)(ChainMap(names, self) if names else self)

    def cell(self, written, x):
        return written.strip() in ("", "-") or self.value(written, {"?": x}, Parser.cell)


def clause_truth(c, clause, promised, seen):
    """Notes every clause in `seen`; the Promised reading lets a later proof wait."""
    form = next(form for form in ("when", "all", "any", "none") if form in clause)
    if form == "when":
        truth = fold([c.value(clause["when"])], False)
    else:
        truth = fold([clause_truth(c, one, promised, seen) for one in clause[form]], form != "all")
        truth = negate(truth) if form == "none" else truth
    if promised and clause.get("later") == "allowed" and truth not in (False, ERROR):
        truth = True
    seen[clause["id"]] = truth
    return truth


def root(c, policy, promised):
    """(truth of the root, truth of the scope clauses, the truths by clause)."""
    seen, valid = {}, policy.get("valid") or {}
    start = valid.get("retro_from") or valid.get("from")
    if start or valid.get("to"):  # `valid:` without dates adds no clause
        seen["in_force"] = attempt(in_force, valid | {"from": start}, c["@event"])
    if policy.get("window") is not None:
        seen["open"] = in_force(policy["window"], c["as_of"])
    scope, rest = [*seen.values()], []
    for clause in policy.get("clauses", ()):
        (scope if clause.get("scope") else rest).append(clause_truth(c, clause, promised, seen))
    return fold(scope + rest, False), fold(scope, False), seen


def pay(c, policy):
    """Fen, or error, or unknown; None for a policy without an amount (section 7)."""
    per = policy.get("per") or policy
    if per.get("amount") is None:
        return None
    elements, fens = c.value(per["list"]) if "list" in per else [None], [Decimal(0)]
    if not isinstance(elements, list):
        return bad(elements) or ERROR
    for x in elements:
        names = {per.get("as"): x}
        wanted = fold([c.value(per.get("where") or "true", names)], False)
        if wanted is not False:
            fens.append(figure(c, policy, per["amount"], names) if wanted is True else wanted)
    return bad(*fens) or (int(sum(fens)) if sum(fens) < 2**63 else ERROR)


def raised(c, policy, written):
    """Modifiers multiply amount and cap by 1 + what they raise them by, all together (section 7)."""
    raises = [
        f"({one['raise']})"
        for one in c.pack.files.get("settlement.json", {}).get("modifiers", ())
        if policy["id"] not in one.get("except", ())
        and (policy["id"] in one.get("policies", ()) or one.get("department", 0) == policy.get("department"))
    ]
    return f"({written}) * (1 + {' + '.join(raises)})" if raises else written


def figure(c, policy, written, names):
    """Steps 1 to 4: the amount, floor and cap, rounding, fen of a signed 64-bit integer."""
    amount, limits, form = c.value(raised(c, policy, written), names), [], policy.get("round") or {}
    for limit, none in (("floor", Decimal(0)), ("cap", Decimal("Infinity"))):
        given = policy.get(limit)
        if limit == "cap" and given is not None:
            given = raised(c, policy, given)
        limits.append(none if given is None else c.value(given, names))
    if None in (amount, *limits) or (isinstance(amount, Decimal) and amount < 0):
        return ERROR
    if bad(amount, *limits):
        return bad(amount, *limits)
    amount = min(max(amount, limits[0]), limits[1])
    fen = EXACT.scaleb(rounding(form.get("mode") or "half_up", amount, PLACES[form.get("to") or "分"]), 2)
    return ERROR if amount < 0 or fen >= 2**63 else fen


def judge(policy, promised, verified):
    """(outcome, reason, fen, truths by clause), step by step as section 6 has it."""
    truth, scope, seen = root(promised, policy, True)
    if truth is False:
        return "ineligible", "scope" if scope is False else "condition", None, seen
    if truth is ERROR:
        return "error", "evaluation", None, seen
    if truth is not True:
        return "undetermined", "condition", None, seen
    fen = pay(promised, policy)
    if isinstance(fen, Bad):
        return "error" if fen is ERROR else "undetermined", "amount", None, seen
    sure = pay(verified, policy) if root(verified, policy, False)[0] is True else ERROR
    return ("conditional", None, fen, seen) if isinstance(sure, Bad) else ("eligible", None, sure, seen)


class Judge:
    """A pack on an as-of date, with the options of a run."""

    def __init__(self, files, as_of, options=None):
        self.pack, self.as_of, self.options = Pack(files), to_date(as_of), options or {}
        self.policies = [*self.pack.items("policies")]

    def row(self, facts):
        """{policy: (outcome, reason, fen, truths by clause)}, or None for a rejected row."""
        try:
            readings = read_row(self.pack, facts, self.options, self.as_of)
        except ValueError:
            return None
        answers = {}
        for policy in self.policies:
            promised, verified = (Context(self.pack, known, self.as_of, policy) for known in readings)
            *answer, seen = judge(policy, promised, verified)
            for clause, truth in seen.items():
                seen[clause] = truth.text if isinstance(truth, Bad) else [str(truth).lower(), None]
            answers[policy["id"]] = *answer, seen
        return answers
