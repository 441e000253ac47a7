"""DuckDB: rules as SQL conditions, on natural columns or hand-coded ones."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from runner.answers import Fingerprint
from runner.coding import Atom, Coding, read_json_sql
from runner.forms import Form
from runner.rules import Condition, Rule, RuleSet


def atom_sql(atom: Atom) -> str:
    if atom.kind == "true":
        text = atom.column
    elif atom.kind == "bits":
        text = f"({atom.column} & {atom.bits}) <> 0"
    else:
        text = _range(atom.column, atom.low, atom.high, str)
    return f"NOT ({text})" if atom.negated else text


def _range(column: str, low: int | None, high: int | None, literal) -> str:  # type: ignore[no-untyped-def]
    bounds = [] if low is None else [f"{column} >= {literal(low)}"]
    bounds += [] if high is None else [f"{column} < {literal(high)}"]
    return f"({' AND '.join(bounds)})" if bounds else f"({column} IS NOT NULL)"


def natural_sql(rules: RuleSet, c: Condition) -> str:
    fact = rules.fact[c.fact]

    def literal(value: int) -> str:
        if fact.kind == "date":
            return f"DATE '{np.datetime64(value, 'D')}'"
        if fact.scale == 0:
            return str(value)
        digits = str(value).rjust(fact.scale + 1, "0")
        return f"{digits[: -fact.scale]}.{digits[-fact.scale :]}"

    quoted = [f"'{text}'" for text in c.texts]
    if c.op == "under":
        text = f"starts_with({c.fact}, {quoted[0]})"
    elif c.op == "in":
        text = f"{c.fact} IN ({', '.join(quoted)})"
    elif c.op == "has":
        text = f"list_contains({c.fact}, {quoted[0]})"
    elif c.op == "matches":
        text = f"regexp_matches({c.fact}, {quoted[0]})"
    elif c.op == "is":
        return c.fact if (c.low != 0) != c.negated else f"NOT {c.fact}"
    else:
        low = None if c.op == "below" else c.low
        high = {"at_least": None, "below": c.low, "between": c.high}[c.op]
        text = _range(c.fact, low, high, literal)
    return f"NOT ({text})" if c.negated else text


def rule_sql(rule: Rule, condition) -> str:  # type: ignore[no-untyped-def]
    parts = [condition(c) for c in rule.all]
    if rule.any:
        branches = [" AND ".join(condition(c) for c in branch) for branch in rule.any]
        parts.append("(" + " OR ".join(f"({branch})" for branch in branches) + ")")
    return " AND ".join(parts)


class DuckDb:
    """One database in memory with the firms in table t."""

    version = duckdb.__version__

    def __init__(self, threads: int) -> None:
        self.con = duckdb.connect()
        self.con.execute(f"SET threads={threads}")
        self.conditions: list[str] = []

    def close(self) -> None:
        self.con.close()

    def take_coded(self, table: pa.Table, coding: Coding) -> None:
        self.con.register("coded", table)
        self.con.execute("CREATE TABLE t AS SELECT * FROM coded")
        self.con.unregister("coded")
        self._conditions_of(coding)

    def load(self, coding: Coding, source: str) -> None:
        """Reads and codes by SQL alone; `source` is a table function over a file."""
        coding.create_types(self.con)
        self.con.execute(f"CREATE TABLE t AS SELECT {coding.select()} FROM {source}")
        self._conditions_of(coding)

    def load_natural(self, rules: RuleSet, source: str) -> None:
        self.con.execute(f"CREATE TABLE t AS SELECT * FROM {source}")
        self.conditions = [rule_sql(rule, lambda c: natural_sql(rules, c)) for rule in rules.rules]

    def write_parquet(self, rules: RuleSet, firms: Path, out: Path) -> None:
        self.con.execute(f"COPY (SELECT * FROM {read_json_sql(rules, firms)}) TO '{out}' (FORMAT parquet)")

    def _conditions_of(self, coding: Coding) -> None:
        self.conditions = [rule_sql(rule, lambda c: atom_sql(coding.atom(c))) for rule in coding.rules.rules]

    # Counts, by one query a rule, by one row of many counts, by a union of many queries.

    def count_forms(self, columns: str) -> list[Form]:
        return [
            Form(f"one query a rule, {columns}", self._count_one_by_one),
            Form(f"count(CASE WHEN) of 20 rules a query, {columns}", lambda n: self._count_row(n, 20, True)),
            Form(
                f"count(CASE WHEN) of 100 rules a query, {columns}", lambda n: self._count_row(n, 100, True)
            ),
            Form(f"count(*) FILTER of 20 rules a query, {columns}", lambda n: self._count_row(n, 20, False)),
            Form(f"UNION ALL of 20 rules, {columns}", lambda n: self._count_union(n, 20)),
            Form(f"UNION ALL of 100 rules, {columns}", lambda n: self._count_union(n, 100)),
        ]

    def _count_one_by_one(self, n: int | None) -> list[int]:
        return [
            self.con.execute(f"SELECT count(*) FROM t WHERE {c}").fetchall()[0][0]
            for c in self.conditions[:n]
        ]

    def _batches(self, n: int | None, size: int) -> list[tuple[int, list[str]]]:
        wanted = self.conditions[:n]
        return [(first, wanted[first : first + size]) for first in range(0, len(wanted), size)]

    def _count_row(self, n: int | None, size: int, case: bool) -> list[int]:
        counts: list[int] = []
        for _, batch in self._batches(n, size):
            parts = [f"count(CASE WHEN {c} THEN 1 END)" if case else f"count(*) FILTER ({c})" for c in batch]
            counts += self.con.execute(f"SELECT {', '.join(parts)} FROM t").fetchall()[0]
        return counts

    def _count_union(self, n: int | None, size: int) -> list[int]:
        counts: list[int] = []
        for _, batch in self._batches(n, size):
            parts = [f"SELECT {i} AS k, count(*) AS n FROM t WHERE {c}" for i, c in enumerate(batch)]
            counts += [n for _, n in sorted(self.con.execute(" UNION ALL ".join(parts)).fetchall())]
        return counts

    # Pairs as Arrow tables of row and policy. The forms return seconds, and fingerprints that are not timed.

    def pair_forms(self, columns: str) -> list[Form]:
        return [
            Form(f"one query a rule, {columns}", lambda n: self._pairs(n, 1)),
            Form(f"UNION ALL of 20 rules, {columns}", lambda n: self._pairs(n, 20)),
            Form(f"UNION ALL of 100 rules, {columns}", lambda n: self._pairs(n, 100)),
        ]

    def _pairs(self, n: int | None, size: int) -> tuple[float, int, int]:
        """Seconds, fingerprint, number of pairs."""
        print_ = Fingerprint()
        seconds = 0.0
        found = 0
        for first, batch in self._batches(n, size):
            parts = [
                f"SELECT rowid AS r, {first + i}::INTEGER AS p FROM t WHERE {c}" for i, c in enumerate(batch)
            ]
            began = time.perf_counter()
            table = self.con.sql(" UNION ALL ".join(parts)).to_arrow_table()
            seconds += time.perf_counter() - began
            found += table.num_rows
            print_.add(table["r"].to_numpy(), table["p"].to_numpy())
        return seconds, print_.value, found

    def rules_by_row(self, rows: int) -> list[list[int]]:
        """For few rows: which rules hold, firm by firm, ascending."""
        found: list[list[int]] = [[] for _ in range(rows)]
        for rule, condition in enumerate(self.conditions):
            for (row,) in self.con.execute(f"SELECT rowid FROM t WHERE {condition}").fetchall():
                found[row].append(rule)
        return found
