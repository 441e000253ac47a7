"""Facts of one subject, from Python objects to the JSON that the engine reads. Numbers stay exact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from zhida.errors import DataError

# What the engine allows in JSON, and far below Python's own limit of recursion.
_DEPTH_MAX = 64


def facts_to_json(facts: Mapping[str, Any] | str | bytes) -> str | bytes:
    """One JSON object. Text is passed on as it is.

    Values may be None, bool, int, float (its shortest form that reads back the same), Decimal, str, date,
    datetime, list, tuple, mapping, and scalars of numpy. Keys may be int: `{2024: 1}` is a series of years.
    Raises DataError for anything else, for NaN and infinity, and for nesting deeper than 64.
    """
    if isinstance(facts, bytes):
        return facts
    if isinstance(facts, str):
        text = facts
    elif isinstance(facts, Mapping):
        text = "".join(_write(facts, "", 0))
    else:
        raise DataError(
            f"facts must be a dict of one subject or a JSON text, not {type(facts).__name__}; "
            "for many subjects use Engine.screen()"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            "a text among the facts holds half a surrogate pair, which is no character"
        ) from error
    return text


def _write(value: Any, place: str, depth: int) -> list[str]:
    if depth > _DEPTH_MAX:
        raise DataError(f"{place}: lists and structures nest deeper than {_DEPTH_MAX}; supply them flatter")
    if isinstance(value, Mapping):
        parts = ["{"]
        for key, item in value.items():
            name = _key(key, place)
            inner = f"{place}.{name}" if place else name
            parts += [",", json.dumps(name, ensure_ascii=False), ":", *_write(item, inner, depth + 1)]
        if len(parts) > 1:
            del parts[1]
        return [*parts, "}"]
    if isinstance(value, list | tuple):
        parts = ["["]
        for position, item in enumerate(value, start=1):
            parts += [",", *_write(item, f"{place}[{position}]", depth + 1)]
        if len(parts) > 1:
            del parts[1]
        return [*parts, "]"]
    return [_scalar(value, place)]


def _key(key: Any, place: str) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    where = f"{place}: " if place else ""
    raise DataError(f"{where}key {key!r} is a {type(key).__name__}; write keys as str, years as str or int")


def _scalar(value: Any, place: str) -> str:
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise DataError(f"{place}: {value!r} is no number; leave the fact out where it is not known")
        # numpy.float64 is a float too, but says so in its own repr.
        return float.__repr__(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise DataError(f"{place}: {value} is no number; leave the fact out where it is not known")
        # Not with format "f", which would write all zeros of 1E+1000000.
        return str(value)
    if isinstance(value, datetime):
        return json.dumps(value.isoformat())
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    item = getattr(value, "item", None)
    if callable(item) and not hasattr(value, "__len__"):
        plain = item()
        if type(plain) is not type(value):
            return _scalar(plain, place)
    raise DataError(
        f"{place}: a {type(value).__name__} cannot be a fact; "
        "use None, bool, int, Decimal, float, str, date, list or dict"
    )
