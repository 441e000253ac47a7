"""Cells of CSV columns as Arrow arrays: exact numbers, booleans, texts, and series of several columns.

What a cell of a row lacks is noted among `faults`, by row; the first fault of a row stands.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

# The schema allows no finer scale, and 26 digits before the point are left.
_SCALE = 12
_NUMBER = pa.decimal128(38, _SCALE)
_TRUE = ("true", "1", "是")
_FALSE = ("false", "0", "否")

_NOT_UTF8 = "ZD4001"
_WRONG_TYPE = "ZD4010"
_TOO_FINE = "ZD4011"
_OUT_OF_RANGE = "ZD4012"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be read."""

    field: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its place there, the engine's column, the period for a series, how to read it."""

    position: int
    name: str
    target: str
    period: str | None
    form: str  # text, number, boolean, trimmed, undeclared


def form_of(type_text: str) -> str:
    """How cells of a type are read; all but texts, numbers and booleans is text without blanks around."""
    if type_text == "number":
        return "number"
    if type_text == "boolean":
        return "boolean"
    if type_text == "string" or type_text.startswith("code("):
        return "text"
    return "trimmed"


def type_of(form: str) -> pa.DataType:
    """What cells of a form become."""
    return {"number": _NUMBER, "boolean": pa.bool_(), "undeclared": pa.null()}.get(form, pa.string())


def convert(cells: pa.Array, column: Column, encoding: str, faults: dict[int, Fault]) -> pa.Array:
    """The cells, binary and null where empty, as `type_of(column.form)`; null where they are at fault."""
    texts = _decode(cells, column, encoding, faults)
    if column.form == "text":
        return texts
    # A cell of blanks is an empty cell.
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    if column.form == "number":
        return _numbers(texts, column, faults)
    if column.form == "boolean":
        return _booleans(texts, column, faults)
    return texts


def _decode(cells: pa.Array, column: Column, encoding: str, faults: dict[int, Fault]) -> pa.Array:
    try:
        return cells.cast(pa.string())
    except pa.ArrowInvalid:
        pass
    texts: list[str | None] = []
    for row, cell in enumerate(cells.to_pylist()):
        try:
            texts.append(None if cell is None else cell.decode("utf-8"))
        except UnicodeDecodeError:
            texts.append(None)
            mend = (
                "save the file as UTF-8 or say in which encoding it is"
                if codecs.lookup(encoding).name == "utf-8"
                else "a character is damaged"
            )
            faults.setdefault(row, Fault(column.name, _NOT_UTF8, f"this is not {encoding.upper()}; {mend}"))
    return pa.array(texts, pa.string())


def _numbers(texts: pa.Array, column: Column, faults: dict[int, Fault]) -> pa.Array:
    try:
        return texts.cast(_NUMBER)
    except pa.ArrowInvalid:
        pass
    numbers: list[Decimal | None] = []
    for row, text in enumerate(texts.to_pylist()):
        number = None
        if text is not None:
            number, fault = _number(text, column)
            if fault is not None:
                faults.setdefault(row, fault)
        numbers.append(number)
    return pa.array(numbers, _NUMBER)


def _number(text: str, column: Column) -> tuple[Decimal | None, Fault | None]:
    shown = text if len(text) <= 40 else text[:40] + "..."
    plain = re.fullmatch(r"[+-]?(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?", text, re.ASCII)
    try:
        if plain is None:
            raise InvalidOperation
        number = Decimal(text)
    except InvalidOperation:
        mend = (
            "leave out the separators"
            if "," in text or "，" in text
            else "write digits, or leave the cell empty"
        )
        return None, Fault(
            column.name, _WRONG_TYPE, f"{json.dumps(shown, ensure_ascii=False)} is not a number; {mend}"
        )
    if number == 0:
        return Decimal(0), None
    parts = number.as_tuple()
    digits = list(parts.digits)
    exponent = int(parts.exponent)
    while digits[-1] == 0:
        digits.pop()
        exponent += 1
    if exponent < -_SCALE:
        return None, Fault(
            column.name, _TOO_FINE, f"{shown} has more than {_SCALE} digits after the point; round it"
        )
    if len(digits) + exponent > 38 - _SCALE:
        return None, Fault(column.name, _OUT_OF_RANGE, f"{shown} is too large; check its unit")
    return Decimal((parts.sign, tuple(digits), exponent)), None


def _booleans(texts: pa.Array, column: Column, faults: dict[int, Fault]) -> pa.Array:
    lower = pc.utf8_lower(texts)
    true = pc.is_in(lower, pa.array(_TRUE))
    false = pc.is_in(lower, pa.array(_FALSE))
    values = pc.if_else(true, True, pc.if_else(false, False, pa.scalar(None, pa.bool_())))
    if values.null_count != texts.null_count:
        for row, (text, value) in enumerate(zip(texts.to_pylist(), values.to_pylist(), strict=True)):
            if text is not None and value is None:
                shown = json.dumps(text[:40], ensure_ascii=False)
                reason = f"{shown} is neither true nor false; write true or false, 1 or 0, 是 or 否"
                faults.setdefault(row, Fault(column.name, _WRONG_TYPE, reason))
    return values


def series_of(parts: list[tuple[str, pa.Array]], kind: pa.DataType) -> pa.Array:
    """Columns of one period each as a list of periods and values a row. Empty cells are no entries."""
    rows = len(parts[0][1])
    count = len(parts)
    present = [array.is_valid() for _, array in parts]
    counts = present[0].cast(pa.int32())
    for valid in present[1:]:
        counts = pc.add(counts, valid.cast(pa.int32()))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(counts).cast(pa.int32())])
    # Row by row, and within a row column by column, of the columns one after the other.
    order = pa.array([row + column * rows for row in range(rows) for column in range(count)], pa.int64())
    values = pa.concat_arrays([array for _, array in parts]).take(order)
    periods = pa.array([period for period, _ in parts] * rows, pa.string())
    valid = values.is_valid()
    entries = pa.StructArray.from_arrays(
        [periods.filter(valid), values.filter(valid)], fields=list(kind.value_type)
    )
    unknown = pc.equal(counts, 0)
    return pa.ListArray.from_arrays(offsets, entries, type=kind, mask=unknown)
