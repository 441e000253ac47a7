"""A row of facts to states (section 8), in the Promised and the Verified reading (section 6)."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal

from .values import (
    BADS,
    EXACT,
    MISSING,
    STALE,
    Code,
    Struct,
    shift,
    to_date,
    to_datetime,
    to_duration,
    to_time,
)

UNITS = {"分": -2, "元": 0, "千元": 3, "万元": 4, "亿元": 8}
PERIODS = {"year": r"\d{4}", "quarter": r"\d{4}Q[1-4]", "month": r"\d{4}-(0[1-9]|1[0-2])"}
UNREAD = ("missing", "stale", "conflict", "not_authorised")


class Reject(Exception):
    """The row is rejected whole."""


def check(right, what):
    if not right:
        raise Reject(what)


def convert(spec, lists, type_=None):
    """The conversion of one declared fact, member or element."""
    type_ = type_ or spec["type"]
    series = re.fullmatch(r"series\((\w+)\) of (.+)", type_)
    if series:
        return convert_series(PERIODS[series[1]], convert(spec, lists, series[2]))
    if type_.startswith("list of "):
        return convert_list(convert(spec, lists, type_[len("list of ") :]))
    if type_ == "struct":
        return convert_struct(spec["members"], {m["id"]: convert(m, lists) for m in spec["members"]})
    name, _, inside = type_.rstrip(")").partition("(")
    match name:
        case "boolean":
            return convert_boolean
        case "integer":
            return convert_number(0)
        case "decimal":
            return convert_number(int(inside))
        case "ratio":
            return convert_number(12)
        case "money":
            return convert_number(2, UNITS[spec.get("unit", "元")])
        case "code":
            return convert_code(lists[inside])
    return convert_text({"date": date_only, "datetime": to_datetime, "time": to_time}.get(name, str))


def convert_boolean(raw):
    check(isinstance(raw, bool), raw)
    return raw


def convert_number(scale, unit=0):
    """Exact, to yuan where it is money; never rounded."""

    def run(raw):
        check(isinstance(raw, Decimal) and raw.is_finite(), raw)
        digits = "".join(map(str, raw.as_tuple().digits)).strip("0")
        check(len(digits) <= 34, raw)
        value = EXACT.normalize(EXACT.scaleb(raw, unit))
        check(value.as_tuple().exponent >= -scale, raw)
        return value

    return run


def convert_text(read):
    def run(raw):
        check(isinstance(raw, str), raw)
        try:
            return read(raw)
        except ValueError as wrong:
            raise Reject(raw) from wrong

    return run


def date_only(text):
    """A time stamp may stand for a date only at midnight."""
    if "T" not in text:
        return to_date(text)
    stamp = to_datetime(text)
    check(stamp.time() == time(0), text)
    return stamp.date()


def convert_code(codes):
    def run(raw):
        check(isinstance(raw, str) and codes.accepts(raw), raw)
        code = Code(raw)
        code.list = codes.id
        return code

    return run


def convert_series(period, one):
    def run(raw):
        check(isinstance(raw, dict) and all(re.fullmatch(period, k, re.ASCII) for k in raw), raw)
        return Struct({k: MISSING if v is None else one(v) for k, v in raw.items()})

    return run


def convert_list(one):
    def run(raw):
        check(isinstance(raw, list), raw)
        return [MISSING if v is None else one(v) for v in raw]

    return run


def convert_struct(members, readers):
    names = {m.get("name", m["id"]): m["id"] for m in members}
    ids = {m["id"]: m["id"] for m in members} | names

    def run(raw):
        check(isinstance(raw, dict), raw)
        given = {}
        for key, value in raw.items():
            if key in ids:
                check(ids[key] not in given, key)
                given[ids[key]] = value
        values = {}
        for m in members:
            value = given.get(m["id"])
            nothing = None if m.get("nullable") and m["id"] in given else MISSING
            values[m["id"]] = nothing if value is None else readers[m["id"]](value)
        return Struct(values, names)

    return run


def read_row(pack, row, options, as_of):
    """(promised, verified): the facts by id in the two readings; raises Reject."""
    given, row_date = {}, None
    for key, raw in row.items():
        name, companion, what = key.partition("@")
        if name == "" and what == "date":
            row_date = read_date(raw)
        elif name in pack.fact_ids and (not companion or what in ("state", "date", "source")):
            place = (pack.fact_ids[name], what)
            check(place not in given, f"{place} twice")
            given[place] = raw
    promised, verified = {}, {}
    for spec in pack.schema:
        name = spec["id"]
        state = given.get((name, "state"))
        check(state in (None, "known", "committed", "absent", *UNREAD), state)
        value = read_value(pack, spec, state, given)
        check(name != pack.key or (isinstance(value, str) and value), "no subject key")
        dated = read_date(given.get((name, "date"))) or row_date or read_date(options.get("facts_date"))
        if value not in BADS.values():
            value = aged(value, spec, dated, options, as_of)
        if state == "committed" and spec.get("commitment") != "allowed":
            value = MISSING
        promised[name] = value
        verified[name] = MISSING if state == "committed" else value
    return promised, verified


def read_date(raw):
    return None if raw is None else convert_text(date_only)(raw)


def read_value(pack, spec, state, given):
    """The value before its age is looked at."""
    name, nullable = spec["id"], bool(spec.get("nullable"))
    if state in UNREAD:
        return BADS[state]
    if state == "absent":
        return None if nullable else MISSING
    raw = given.get((name, ""))
    if raw is None:
        return None if nullable and (name, "") in given else MISSING
    return pack.facts[name](raw)


def aged(value, spec, dated, options, as_of):
    """Too old is stale; dated after the as-of date or after `known_on` is missing."""
    known_on, most = read_date(options.get("known_on")), spec.get("max_age")
    if dated is None:
        return STALE if most and options.get("undated") == "stale" else value
    if dated > as_of or (known_on and dated > known_on):
        return MISSING
    return STALE if most and shift(dated, to_duration(most)) < as_of else value
