"""A row of facts to states (section 8), in the Promised and the Verified reading (section 6)."""

import re
from decimal import Decimal

from .values import BADS, EXACT, MISSING, STALE, Bad, Code, to_date, to_duration

UNITS = {"分": -2, "元": 0, "千元": 3, "万元": 4, "亿元": 8}
SCALES = {"integer": 0, "decimal": 0, "ratio": 12, "money": 2}
PERIODS = {"year": "[0-9]{4}", "quarter": "[0-9]{4}Q[1-4]", "month": "[0-9]{4}-(0[1-9]|1[0-2])"}
SUPPLIED = dict.fromkeys(SCALES, Decimal) | {"boolean": bool, "list": list, "series": dict, "struct": dict}
TYPE = re.compile(r"(\w+)(?:\((\w+)\))?(?: of (.+))?")  # series(year) of money: series, year, money
UNREAD = ("missing", "stale", "conflict", "not_authorised")


def check(right, what):
    """A row that is not right is rejected whole."""
    if not right:
        raise ValueError(what)


def both(spec):
    return spec["id"], spec.get("name", spec["id"])


def by_id(specs, raw):
    """The given values by id, also F@state; nothing is given by id and by name at once."""
    ids, given = {name: spec["id"] for spec in specs for name in both(spec)}, {}
    for key, value in raw.items():
        name, *companion = key.split("@", 1)
        key = "@".join([ids.get(name, name), *companion])
        check(key not in given, key)
        given[key] = value
    return given


def read_given(lists, spec, given):
    """A fact or a member, whose null is a value only if it is nullable."""
    raw = given.get(spec["id"])
    if raw is None:
        return None if spec.get("nullable") and spec["id"] in given else MISSING
    return read(lists, spec, raw, spec["type"])


def read(lists, spec, raw, kind):
    kind, inside, of = TYPE.fullmatch(kind).groups()
    check(isinstance(raw, SUPPLIED.get(kind, str)), raw)
    match kind:
        case "boolean" | "string":
            return raw
        case "integer" | "decimal" | "ratio" | "money":  # exact, in yuan where it is money, never rounded
            unit = spec.get("unit", "元") if kind == "money" else "元"
            value = EXACT.normalize(EXACT.scaleb(raw, UNITS[unit]))
            _, digits, exponent = value.as_tuple()
            check(len(digits) + max(exponent, 0) <= 34 and -exponent <= int(inside or SCALES[kind]), raw)
            return value
        case "date":
            return read_date(raw)
        case "code":
            check(lists[inside].accepts(raw), raw)
            code = Code(raw)
            code.codes = lists[inside]
            return code
        case "list":
            return [MISSING if one is None else read(lists, spec, one, of) for one in raw]
        case "series":  # a null entry is no entry
            check(all(re.fullmatch(PERIODS[inside], key) for key in raw), raw)
            return {key: read(lists, spec, one, of) for key, one in raw.items() if one is not None}
        case "struct":
            members, given = spec["members"], by_id(spec["members"], raw)
            return {name: read_given(lists, m, given) for m in members for name in both(m)}
    raise NotImplementedError(f"facts of type {kind}")


def read_date(raw):
    """A time stamp may stand for a date only at midnight."""
    check(isinstance(raw, str), raw)
    return to_date(re.sub(r"T00:00:00(\.0+)?(Z|[+-]\d\d:\d\d)?$", "", raw))


def read_row(pack, row, options, as_of):
    """(promised, verified): the facts by id in the two readings; raises ValueError."""
    given, promised, verified = by_id(pack.facts, row), {}, {}
    for spec in pack.facts:
        name = spec["id"]
        state = given.get(f"{name}@state")
        check(state in (None, "known", "committed", "absent", *UNREAD), state)
        if state == "absent":
            check(spec.get("nullable") and given.get(name) is None, f"{name} cannot be absent")
        value = None if state == "absent" else BADS.get(state) or read_given(pack.lists, spec, given)
        check(name != pack.key or not (isinstance(value, Bad) or value in (None, "")), "no subject key")
        dates = given.get(f"{name}@date"), given.get("@date"), options.get("facts_date")
        dates = [read_date(day) for day in dates if day is not None]
        if not isinstance(value, Bad):
            value = aged(value, spec, dates, options, as_of)
        if state == "committed" and spec.get("commitment") != "allowed":
            value = MISSING
        promised[name] = value
        verified[name] = MISSING if state == "committed" else value
    return promised, verified


def aged(value, spec, dates, options, as_of):
    """Too old is stale; dated after the as-of date, or after the run's `known_on`, is missing."""
    most, known_on = spec.get("max_age"), options.get("known_on")
    if not dates:
        return STALE if most and options.get("undated") == "stale" else value
    if dates[0] > as_of or (known_on and dates[0] > read_date(known_on)):
        return MISSING
    return STALE if most and dates[0] + to_duration(most) < as_of else value
