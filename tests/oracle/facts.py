"""A row of facts to states (section 8), in the Promised and the Verified reading (section 6)."""

import functools
import re
from decimal import Decimal

from .values import BADS, EXACT, MISSING, STALE, Bad, Code, Struct, to_date, to_datetime, to_duration

UNITS = {"分": -2, "元": 0, "千元": 3, "万元": 4, "亿元": 8}
SCALES = {"integer": 0, "ratio": 12, "money": 2}
PERIODS = {"year": "[0-9]{4}", "quarter": "[0-9]{4}Q[1-4]", "month": "[0-9]{4}-(0[1-9]|1[0-2])"}
UNREAD = ("missing", "stale", "conflict", "not_authorised")


class Reject(Exception):
    """The row is rejected whole."""


def check(right, what):
    if not right:
        raise Reject(what)


@functools.cache
def parts_of(kind):
    """series(year) of money -> series, year, money."""
    return re.fullmatch(r"(\w+)(?:\((\w+)\))?(?: of (.+))?", kind).groups()


def read(lists, spec, raw, kind=None, nullable=False):
    """The value of a declared fact, member or element."""
    if raw is None:
        return None if nullable else MISSING
    kind, inside, of = parts_of(kind or spec["type"])
    match kind:
        case "boolean":
            check(isinstance(raw, bool), raw)
            return raw
        case "integer" | "decimal" | "ratio" | "money":
            unit = spec.get("unit", "元") if kind == "money" else "元"
            return read_number(raw, int(inside or SCALES[kind]), UNITS[unit])
        case "list":
            check(isinstance(raw, list), raw)
            return [read(lists, spec, one, of) for one in raw]
        case "series":
            check(isinstance(raw, dict) and all(re.fullmatch(PERIODS[inside], key) for key in raw), raw)
            return Struct({key: read(lists, spec, one, of) for key, one in raw.items()})
        case "struct":
            check(isinstance(raw, dict), raw)
            return read_struct(lists, spec["members"], raw)
    check(isinstance(raw, str), raw)
    if kind == "code":
        check(lists[inside].accepts(raw), raw)
        raw = Code(raw)
        raw.codes = lists[inside]
    return read_date(raw, kind) if kind in ("date", "datetime") else raw


def read_number(raw, scale, places):
    """Exact, in yuan where it is money, and never rounded."""
    check(isinstance(raw, Decimal) and raw.is_finite(), raw)
    value = EXACT.normalize(EXACT.scaleb(raw, places))
    check(value.as_tuple().exponent >= -scale and len(value.as_tuple().digits) <= 34, raw)
    return value


def read_date(raw, kind="date"):
    """A time stamp may stand for a date only at midnight."""
    try:
        if kind == "date" and "T" not in raw:
            return to_date(raw)
        stamp = to_datetime(raw)
    except (TypeError, ValueError) as wrong:
        raise Reject(raw) from wrong
    check(kind == "datetime" or not (stamp.hour or stamp.minute or stamp.second or stamp.microsecond), raw)
    return stamp if kind == "datetime" else stamp.date()


def read_struct(lists, members, raw):
    names = {member.get("name", member["id"]): member["id"] for member in members}
    given = {}
    for key, value in raw.items():
        check(names.get(key, key) not in given, key)
        given[names.get(key, key)] = value
    values = {}
    for member in members:
        nullable = member.get("nullable") and member["id"] in given
        values[member["id"]] = read(lists, member, given.get(member["id"]), None, nullable)
    return Struct(values, names)


def read_row(pack, row, options, as_of):
    """(promised, verified): the facts by id in the two readings; raises Reject."""
    given, facts, promised, verified = {}, {spec["id"] for spec in pack.facts}, {}, {}
    for key, raw in row.items():
        name, _, companion = key.partition("@")
        place = (pack.ids.get(name) if name else "", companion)
        check(place not in given or place[0] not in facts, f"{key} is given twice")
        given[place] = raw
    for spec in pack.facts:
        name, nullable = spec["id"], spec.get("nullable")
        raw, state = given.get((name, "")), given.get((name, "state"))
        check(state in (None, "known", "committed", "absent", *UNREAD), state)
        if state == "absent":
            check(raw is None and nullable, f"{name} cannot be absent")
        else:
            nullable = nullable and (name, "") in given
        value = BADS[state] if state in UNREAD else read(pack.lists, spec, raw, None, nullable)
        check(name != pack.key or (isinstance(value, str) and value), "no subject key")
        dates = given.get((name, "date")), given.get(("", "date")), options.get("facts_date")
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
