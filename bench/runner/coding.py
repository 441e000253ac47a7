"""Firms as hand-coded columns, the form in which DuckDB and Polars are fastest.

Codes of a tree are numbered in their own order, so that a subtree is a range; flat codes, tags and hits of
regular expressions are one bit each of an unsigned number; money is whole fen, dates are days. With `ids`,
numbers and dates are replaced by the number of the interval that they fall into, between the constants of the
rules, as in Zhida's own coded form: narrower columns, the same answers.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from runner.rules import Condition, RuleSet

NATURAL = {
    "key": "VARCHAR",
    "tree": "VARCHAR",
    "code": "VARCHAR",
    "text": "VARCHAR",
    "integer": "BIGINT",
    "money": "DECIMAL(18,2)",
    "ratio": "DECIMAL(18,4)",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "tags": "VARCHAR[]",
}


def json_columns(rules: RuleSet) -> str:
    """The argument `columns` of DuckDB's read_json."""
    return "{" + ", ".join(f"{fact.id}: '{NATURAL[fact.kind]}'" for fact in rules.facts) + "}"


def read_json_sql(rules: RuleSet, firms: Path) -> str:
    return f"read_json('{firms}', format='newline_delimited', columns={json_columns(rules)})"


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition on a coded column: low <= column < high, or a bit of `bits` is set, or it is true."""

    column: str
    kind: str  # range, bits, true
    low: int | None = None
    high: int | None = None
    bits: int = 0
    negated: bool = False


@dataclass
class Coding:
    rules: RuleSet
    ids: bool
    cuts: dict[str, list[int]] = field(default_factory=dict)  # with ids: the constants of a fact
    place: dict[str, dict[str, int]] = field(default_factory=dict)  # code or tag -> its number
    sorted_codes: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for fact in self.rules.facts:
            codes = sorted(fact.values)
            self.sorted_codes[fact.id] = codes
            self.place[fact.id] = {code: number for number, code in enumerate(codes)}
        found: dict[str, set[int]] = {}
        for rule in self.rules.rules:
            for c in rule.conditions():
                if c.op in ("at_least", "below", "between"):
                    found.setdefault(c.fact, set()).update([c.low] if c.op != "between" else [c.low, c.high])
        self.cuts = {fact: sorted(cuts) for fact, cuts in found.items()}

    def atom(self, c: Condition) -> Atom:
        fact = self.rules.fact[c.fact]
        if c.op == "under":
            codes = self.sorted_codes[c.fact]
            low = bisect_left(codes, c.texts[0])
            high = bisect_left(codes, c.texts[0] + "\U0010ffff")
            return Atom(
                c.fact, "range", low if low else None, high if high < len(codes) else None, 0, c.negated
            )
        if c.op in ("in", "has"):
            bits = sum(1 << self.place[c.fact][text] for text in c.texts)
            return Atom(c.fact, "bits", bits=bits, negated=c.negated)
        if c.op == "matches":
            return Atom(c.fact, "bits", bits=1 << self.rules.patterns.index(c.texts[0]), negated=c.negated)
        if c.op == "is":
            return Atom(c.fact, "true", negated=c.negated != (c.low == 0))
        low = None if c.op == "below" else c.low
        high = {"at_least": None, "below": c.low, "between": c.high}[c.op]
        if self.ids:
            cuts = self.cuts[fact.id]
            # The interval of x is the number of cuts at or below it.
            low = None if low is None else bisect_left(cuts, low) + 1
            high = None if high is None else bisect_left(cuts, high) + 1
        return Atom(c.fact, "range", low, high, 0, c.negated)

    def select(self) -> str:
        """The columns as SQL over the natural ones, text by text, in the order of the facts."""
        parts = []
        for fact in self.rules.facts:
            if fact.kind == "key":
                continue
            parts.append(f"{self._sql(fact.id, fact.kind, fact.scale)} AS {fact.id}")
        return ", ".join(parts)

    def _sql(self, name: str, kind: str, scale: int) -> str:
        if kind == "tree":
            return f"enum_code(CAST({name} AS {name}_type))"
        if kind == "code":
            width = width_of_bits(len(self.sorted_codes[name]))
            return f"CAST(1::UBIGINT << enum_code(CAST({name} AS {name}_type)) AS {width})"
        if kind == "tags":
            width = width_of_bits(len(self.sorted_codes[name]))
            bit = f"1::UBIGINT << enum_code(CAST(x AS {name}_type))"
            sum_of_bits = f"CAST(coalesce(list_sum(list_transform({name}, lambda x: {bit})), 0) AS {width})"
            # A list that is known to be empty has no sum.
            return f"CASE WHEN {name} IS NOT NULL THEN {sum_of_bits} END"
        if kind == "text":
            hits = " | ".join(
                f"(regexp_matches({name}, '{pattern}')::UINTEGER << {number})"
                for number, pattern in enumerate(self.rules.patterns)
            )
            return f"CASE WHEN {name} IS NULL THEN NULL ELSE {hits or '0::UINTEGER'} END"
        if kind == "boolean":
            return name
        number = name if scale == 0 else f"CAST({name} * {10**scale} AS BIGINT)"
        if kind == "date":
            number = f"CAST(date_diff('day', DATE '1970-01-01', {name}) AS INTEGER)"
        return number

    def create_types(self, con: duckdb.DuckDBPyConnection) -> None:
        for fact in self.rules.facts:
            if fact.values:
                listed = ", ".join(f"'{code}'" for code in self.sorted_codes[fact.id])
                con.execute(f"CREATE OR REPLACE TYPE {fact.id}_type AS ENUM ({listed})")

    def narrow(self, table: pa.Table) -> pa.Table:
        """Every column in the narrowest type that holds it, numbers as intervals if ids are wanted."""
        columns = {}
        for fact in self.rules.facts:
            if fact.kind == "key":
                continue
            column = table[fact.id].combine_chunks()
            if fact.kind in ("integer", "money", "ratio", "date"):
                values = column.fill_null(0).to_numpy(zero_copy_only=False)
                missing = column.is_null().to_numpy(zero_copy_only=False)
                if self.ids:
                    cuts = self.cuts.get(fact.id, [])
                    values = np.searchsorted(
                        np.array(cuts, dtype=np.int64), values.astype(np.int64), side="right"
                    )
                    values = values.astype(np.uint8 if len(cuts) < 256 else np.uint16)
                else:
                    values = values.astype(narrowest(int(values.min(initial=0)), int(values.max(initial=0))))
                column = pa.array(values, mask=missing)
            columns[fact.id] = column
        return pa.table(columns)


def width_of_bits(count: int) -> str:
    return (
        "UTINYINT" if count <= 8 else "USMALLINT" if count <= 16 else "UINTEGER" if count <= 32 else "UBIGINT"
    )


def narrowest(low: int, high: int) -> type:
    for candidate in (np.int16, np.int32):
        if np.iinfo(candidate).min <= low and high <= np.iinfo(candidate).max:
            return candidate
    return np.int64


def coded_table(coding: Coding, firms: Path | None = None, *, source: str | None = None) -> pa.Table:
    """From an NDJSON file, or from any table function of DuckDB's over natural columns."""
    con = duckdb.connect()
    coding.create_types(con)
    if source is None:
        assert firms is not None
        source = read_json_sql(coding.rules, firms)
    return coding.narrow(con.sql(f"SELECT {coding.select()} FROM {source}").to_arrow_table())
