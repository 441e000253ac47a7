"""Polars: rules as lazy expressions on hand-coded columns."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import numpy as np
import polars as pl
import pyarrow as pa

from runner.coding import Atom, Coding
from runner.forms import Form
from runner.rules import Rule


class Polars:
    version = pl.__version__

    def __init__(self, table: pa.Table, coding: Coding) -> None:
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        self.frame = frame
        self.types = dict(frame.schema)
        self.rules = [_rule(rule, lambda c: self._atom(coding.atom(c))) for rule in coding.rules.rules]
        # The same over columns of truths, each distinct condition once.
        self.atoms: dict[Atom, str] = {}
        self.over_truths = [
            _rule(rule, lambda c: pl.col(self._name(coding.atom(c)))) for rule in coding.rules.rules
        ]

    def _name(self, atom: Atom) -> str:
        return self.atoms.setdefault(atom, f"a{len(self.atoms)}")

    def _atom(self, atom: Atom) -> pl.Expr:
        column = pl.col(atom.column)
        if atom.kind == "true":
            test = column
        elif atom.kind == "bits":
            test = (column & pl.lit(atom.bits, dtype=self.types[atom.column])) != 0
        else:
            bounds = [] if atom.low is None else [column >= atom.low]
            bounds += [] if atom.high is None else [column < atom.high]
            test = reduce(and_, bounds) if bounds else column.is_not_null()
        return ~test if atom.negated else test

    def count_forms(self, columns: str) -> list[Form]:
        forms = [Form(f"one lazy filter a rule, {columns}", self._count_filters)]
        for size in (50, 200):
            forms.append(
                Form(
                    f"lazy select of {size} sums, {columns}",
                    lambda n, s=size: self._count_sums(n, s, "in-memory"),
                )
            )
        forms.append(
            Form(
                f"lazy select of 200 sums, streaming engine, {columns}",
                lambda n: self._count_sums(n, 200, "streaming"),
            )
        )
        for rows in (125_000, 250_000, 500_000):
            forms.append(
                Form(
                    f"distinct conditions as columns of {rows:,} rows, rules over these, {columns}",
                    lambda n, r=rows: self._count_truths(n, r),
                )
            )
        return forms

    def _count_filters(self, n: int | None) -> list[int]:
        lazy = self.frame.lazy()
        return [lazy.filter(rule).select(pl.len()).collect().item() for rule in self.rules[:n]]

    def _count_sums(self, n: int | None, size: int, engine: str) -> list[int]:
        wanted = self.rules[:n]
        counts: list[int] = []
        for first in range(0, len(wanted), size):
            sums = [rule.sum().alias(f"r{i}") for i, rule in enumerate(wanted[first : first + size])]
            counts += self.frame.lazy().select(sums).collect(engine=engine).row(0)  # type: ignore[call-overload]
        return counts

    def _count_truths(self, n: int | None, rows: int) -> list[int]:
        wanted = self.over_truths[:n]
        names = set().union(*(rule.meta.root_names() for rule in wanted))
        tests = [self._atom(atom).alias(name) for atom, name in self.atoms.items() if name in names]
        sums = [rule.sum().alias(f"r{i}") for i, rule in enumerate(wanted)]
        counts = np.zeros(len(wanted), dtype=np.int64)
        for first in range(0, self.frame.height, rows):
            truths = self.frame.slice(first, rows).lazy().select(tests).collect()
            counts += np.array(truths.lazy().select(sums).collect().row(0), dtype=np.int64)
        return counts.tolist()


def _rule(rule: Rule, condition) -> pl.Expr:  # type: ignore[no-untyped-def]
    parts = [condition(c) for c in rule.all]
    if rule.any:
        parts.append(reduce(or_, [reduce(and_, [condition(c) for c in branch]) for branch in rule.any]))
    return reduce(and_, parts)
