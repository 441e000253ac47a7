"""Days and times as callers write them, and as the C API takes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Literal

from zhida.errors import UsageError

DateLike = date | str
# What undated values of facts that age are taken for.
Undated = Literal["fresh", "stale"]

_EPOCH = date(1970, 1, 1)


def to_date(value: DateLike, what: str) -> date:
    """A date, or `YYYY-MM-DD` as one. Raises UsageError."""
    if isinstance(value, datetime):
        raise UsageError(f"{what} is a date, not a time; give {value.date().isoformat()}")
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise UsageError(f"{what}={value!r} is no date; write it like 2025-06-30")


def to_moment(value: date | datetime | str) -> tuple[date, int]:
    """A day and the second in it, from a date, a time or `2021-04-30T17:45`. Raises UsageError."""
    if isinstance(value, str):
        day, _, clock = value.strip().partition("T")
        return to_date(day, "received"), to_second(clock, "received") if clock else 0
    if isinstance(value, datetime):
        return value.date(), to_second(value.time(), "received")
    return value, 0


def to_second(value: time | str, what: str) -> int:
    """Seconds since midnight of a time, or of `17:30` or `17:30:00`. Raises UsageError."""
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise UsageError(f"{what}={value!r} is no time of day; write it like 17:30") from None
    return value.hour * 3600 + value.minute * 60 + value.second


def days(value: date, what: str) -> int:
    """Days since 1970-01-01, the form of the C API, where 0 means that no date is given."""
    count = (value - _EPOCH).days
    if count == 0:
        raise UsageError(f"{what} cannot be 1970-01-01; give any other day")
    return count


def date_options(
    facts_date: DateLike | None, known_on: DateLike | None, undated: Undated
) -> tuple[int, int, bool]:
    """The three options about dates in the form of the C API."""
    if undated not in ("fresh", "stale"):
        raise UsageError(f"undated={undated!r}: write fresh or stale")
    return (
        0 if facts_date is None else days(to_date(facts_date, "facts_date"), "facts_date"),
        0 if known_on is None else days(to_date(known_on, "known_on"), "known_on"),
        undated == "stale",
    )
