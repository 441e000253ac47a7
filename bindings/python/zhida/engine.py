"""Engines: match one subject, explain it, screen many, settle what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from zhida import _native
from zhida.choices import OutcomeNames, column_mask, outcome_mask, policy_ids
from zhida.dates import DateLike, Undated, date_options, days, to_date
from zhida.errors import UsageError
from zhida.facts_json import facts_to_json
from zhida.pack import Pack, PathLike, Policy, load, policy_of
from zhida.papers import Paper
from zhida.results import Explanation, Match, parse

if TYPE_CHECKING:
    from zhida.screen import Population, ProgressFunction, Screen
    from zhida.settlement import PayPlan

__all__ = ["Engine", "encode"]


def encode(
    pack: Pack | PathLike,
    source: Any,
    path: PathLike,
    *,
    as_of: DateLike,
    threads: int = 0,
    **options: Any,
) -> dict[str, Any]:
    """`Engine(pack, as_of, threads).encode(source, path, ...)` in one step; `pack` may be its folder."""
    loaded = pack if isinstance(pack, Pack) else load(pack)
    return Engine(loaded, as_of, threads=threads).encode(source, path, **options)


class Engine:
    """A pack compiled for an as-of date: immutable, usable by any number of threads at once.

    `as_of` is a date or `YYYY-MM-DD`; nothing reads the clock. `threads`: how many a run may use; 0 is all
    cores.

    Raises UsageError for an impossible date.
    """

    def __init__(self, pack: Pack, as_of: DateLike, *, threads: int = 0) -> None:
        self._pack = pack
        self._as_of = to_date(as_of, "as_of")
        if threads < 0:
            raise UsageError(f"threads={threads}: give 0 for all cores, or a number of threads")
        self._native = _native.Engine.create(pack._native, days(self._as_of, "as_of"), threads)

    @classmethod
    def _of(cls, pack: Pack, native: _native.Engine, as_of: date) -> Engine:
        """An engine that the library made of `pack` by other means."""
        engine = cls.__new__(cls)
        engine._pack, engine._native, engine._as_of = pack, native, as_of
        return engine

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self._pack

    @property
    def as_of(self) -> date:
        """The as-of date."""
        return self._as_of

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that are matched, in the order in which results list them."""
        return tuple(map(policy_of, parse(self._native.policies())))

    def with_policies(
        self,
        policies: str | bytes | Mapping[str, Any] | Sequence[Mapping[str, Any]],
        *,
        label: str = "policies",
    ) -> Engine:
        """Another engine, with policies that are new or take the place of those of the same id.

        `policies` is one policy or a list, as dicts or as the text of a policy file (YAML or JSON); `label`
        names it in messages. Nothing else is compiled again. Added policies come last. `pack` stays the pack
        that was loaded.

        Raises PackError with every mistake at once.
        """
        text = policies if isinstance(policies, str | bytes) else json.dumps(policies, ensure_ascii=False)
        return self._of(self._pack, self._native.with_policies(text, label), self._as_of)

    def without(self, *policies: str) -> Engine:
        """Another engine, without these policies; at least one must be left.

        Raises UsageError for an unknown policy.
        """
        return self._of(self._pack, self._native.without_policies(list(policies)), self._as_of)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {policy.id: policy.title for policy in self.policies}

    def match(
        self,
        facts: Mapping[str, Any] | str | bytes,
        *,
        policies: str | Iterable[str] | None = None,
        outcomes: OutcomeNames | None = None,
        clauses: bool = True,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
    ) -> Match:
        """One subject against all policies, or those named.

        `facts` is a dict or a JSON object as text; facts go by id or name, values as `zhida.facts_json` says.
        `outcomes` keeps only some kinds; `clauses=False` leaves out clauses and what is missing, which is
        faster. `facts_date` dates the values that carry no date, values dated after `known_on` count as not
        known, `undated="stale"` distrusts undated values of facts that age.

        Raises DataError when the facts are refused, UsageError for an unknown policy.
        """
        text = self._native.match(
            facts_to_json(facts),
            policy_ids(policies),
            outcome_mask(outcomes),
            clauses,
            *date_options(facts_date, known_on, undated),
        )
        return Match(text, self._titles)

    def explain(
        self,
        facts: Mapping[str, Any] | str | bytes,
        policy: str,
        *,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
    ) -> Explanation:
        """Why one policy gives this subject what it gives: clauses with values, bars, articles and cures.

        Raises DataError when the facts are refused, UsageError for an unknown policy.
        """
        return Explanation(
            self._native.explain(facts_to_json(facts), policy, *date_options(facts_date, known_on, undated))
        )

    def paper(
        self,
        facts: Mapping[str, Any] | str | bytes,
        *,
        nearest: int = 20,
        near_only: bool = False,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
    ) -> Paper:
        """All that one subject is told, over all policies: what it gets and what is open, each explained;
        near misses, the cheapest change first, at most `nearest` in full; what to bring, the money first.

        Raises DataError when the facts are refused.
        """
        if nearest < 0:
            raise UsageError(f"nearest={nearest}: give 0 or more")
        options = date_options(facts_date, known_on, undated)
        return Paper(self._native.paper(facts_to_json(facts), nearest, near_only, *options))

    def screen(
        self,
        source: Any,
        *,
        outcomes: OutcomeNames | None = None,
        policies: str | Iterable[str] | None = None,
        columns: str | Iterable[str] | None = None,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        near: PathLike | None = None,
        blocked: bool = False,
        bitmaps: bool = False,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
        evaluator: Literal["batch", "point", "interpreter"] = "batch",
        population: Population | None = None,
    ) -> Screen:
        """All subjects of `source` against all policies, or those named. Nothing is judged before results are
        asked for.

        `source` is a path or a list of paths (.ndjson, .jsonl, .parquet, .csv, .tsv), a coded file (.zhida,
        see `encode()`), or any table or stream that speaks Arrow: pyarrow, polars, DuckDB, pandas.
        `outcomes` says which pairs are written; by default all but ineligible. `columns` names those of
        their columns (row, subject, policy, outcome, amount_fen) that are made; by default all. Rows that
        are refused are counted, and written as NDJSON to the file `rejects` if given.
        `on_progress(progress)` is called now and then on the thread that runs; an exception in it stops the
        run. Near misses, pairs that one clause refuses which can be cured, are written as NDJSON to the
        file `near`; `blocked` sums up in the summary which facts keep pairs undetermined. `bitmaps` gives a
        bit for each subject instead of a row for each pair, and all its columns: see `Screen`. `strict`
        refuses input with keys or columns that the schema does not declare. `encoding` is that of CSV files.
        `evaluator` chooses slower ways to the same answers, for checking. `population` is what
        `population()` has counted over the same subjects; without it the pack's population facts are as
        unknown as any fact that is not supplied.

        Raises UsageError, DataError for columns that cannot hold their facts, StreamError for files that
        cannot be read.
        """
        from zhida.screen import Reading, Screen

        if bitmaps and columns is not None:
            raise UsageError("bitmaps have columns of their own; leave out columns=")
        return Screen(
            self,
            source,
            Reading(
                on_progress, rejects, facts_date, known_on, undated, strict, encoding, population=population
            ),
            "bitmaps" if bitmaps else "pairs",
            outcomes=outcome_mask(outcomes),
            policies=policy_ids(policies),
            columns=column_mask(columns),
            near=near,
            blocked=blocked,
            evaluator=evaluator,
        )

    def decide(
        self,
        source: Any,
        *,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
        population: Population | None = None,
    ) -> Screen:
        """The pack's decisions for all subjects of `source`: what `screen()` is for policies, with the same
        arguments.

        `summary["decisions"]` counts how each came out.
        """
        from zhida.screen import Reading, Screen

        reading = Reading(
            on_progress, rejects, facts_date, known_on, undated, strict, encoding, population=population
        )
        return Screen(self, source, reading, "decisions")

    def population(
        self,
        source: Any,
        *,
        on_progress: ProgressFunction | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
        encoding: str = "utf-8",
    ) -> Population:
        """Counts the pack's population facts over all subjects of `source`, which a second pass reads again.

        Raises StreamError when the counts cannot stand, and as `screen().run()` does.
        """
        from zhida.screen import Reading, Screen

        reading = Reading(on_progress, None, facts_date, known_on, undated, encoding=encoding)
        counting = Screen(self, source, reading, "population")
        counting.run()
        return counting.population()

    def population_facts(self, source: Any, population: Population, *, encoding: str = "utf-8") -> Screen:
        """What was counted, for each subject of `source`: row, the subject under the id of the schema's key,
        then each population fact with its date (`F@date`), ready to be supplied to a single match.
        """
        from zhida.screen import Reading, Screen

        return Screen(self, source, Reading(encoding=encoding, population=population), "population facts")

    def encode(
        self,
        source: Any,
        path: PathLike,
        *,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
    ) -> dict[str, Any]:
        """Writes the subjects of `source` into a coded file, which `screen()` reads many times faster than
        what it was made from, with the same answers. Returns the counts.

        `path` ends with .zhida. The file holds the facts as they were given, for packs of the same schema,
        and what this engine works out of them: for its pack and day and these dates, screening then looks at
        little else. Other packs of the schema and other days may use the file too; to make it as fast for
        them, encode the coded file itself again, which parses nothing. The other arguments are those of
        `screen()`, and so are the exceptions.
        """
        from zhida.screen import Reading, Screen

        reading = Reading(on_progress, rejects, facts_date, known_on, undated, strict, encoding)
        return Screen(self, source, reading).encode(path)

    def best(
        self,
        facts: Mapping[str, Any] | str | bytes,
        *,
        policies: str | Iterable[str] | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
    ) -> dict[str, Any]:
        """The best legal mix of awards for one subject, as if nothing had been paid yet and no pool were
        short: the JSON of docs/commands.md, "match --best".

        Raises as `match()` does.
        """
        dates = date_options(facts_date, known_on, undated)
        answer = self._native.best(facts_to_json(facts), policy_ids(policies), *dates)
        data: dict[str, Any] = json.loads(answer)
        return data

    def pay_plan(
        self,
        source: Any,
        *,
        history: Any = None,
        policies: str | Iterable[str] | None = None,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Undated = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
        population: Population | None = None,
    ) -> PayPlan:
        """Screens `source` as `screen()` does and settles what comes of it: which awards combine, what was
        paid before (`history`, a path or an Arrow table), what each pool has. Returns the finished plan.

        Raises as `screen()` and `zhida.settle()` do.
        """
        from zhida.screen import Reading, Screen
        from zhida.settlement import settle

        reading = Reading(
            on_progress, rejects, facts_date, known_on, undated, strict, encoding, population=population
        )
        screen = Screen(self, source, reading, "awards", policies=policy_ids(policies))
        plan = settle(self, screen, history=history)
        plan.summary["screen"] = screen.summary
        return plan

    def costs(self) -> list[dict[str, Any]]:
        """How each clause is evaluated: `{"policy", "clause", "path", "reason", "cost"}`.

        Paths are `planes`, `texts` and, slow, `interpreter`. `cost` is rough work for a block of subjects, in
        operations on one plane of bits.
        """
        rows: list[dict[str, Any]] = json.loads(self._native.costs())
        return rows

    def plan(self) -> str:
        """The compiled plan as text, for people."""
        return self._native.plan()

    def __repr__(self) -> str:
        return f"<Engine {self._pack.id} {self._pack.version} as of {self._as_of}>"
