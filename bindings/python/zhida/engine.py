"""Packs and engines: load, compile, match, screen, explain."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from zhida import _native
from zhida.errors import Diagnostic, UsageError
from zhida.facts_json import facts_to_json
from zhida.papers import Deadline, Paper, Stop
from zhida.results import COLUMNS, OUTCOMES, Explanation, Match, OutcomeName, TestReport, parse

if TYPE_CHECKING:
    from zhida.screen import Population, Progress, Screen
    from zhida.settlement import PayPlan

__all__ = ["Engine", "Fact", "Pack", "Policy", "encode", "load"]

# What the arguments of match, screen and explain may be.
DateLike = date | str
OutcomeNames = OutcomeName | Iterable[OutcomeName]
PathLike = str | os.PathLike[str]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the schema. `type` is its type in expressions, such as `series(year) of number`."""

    id: str
    name: str
    type: str
    form: Literal["text", "number", "nested", "other"]
    nullable: bool = False
    code_list: str = ""
    source: str = ""
    material: str = ""
    obtain: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of the pack. `valid_from` and `valid_to` are None where the policy names no such day."""

    id: str
    title: str
    title_en: str = ""
    department: str = ""
    document: str = ""
    mode: str = ""
    status: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class Pack:
    """A loaded pack: immutable, usable by any number of threads. Made by `zhida.load()`."""

    def __init__(self, native: _native.Pack, load_again: Callable[[Mapping[str, str]], Pack]) -> None:
        self._native = native
        self._load_again = load_again

    def with_settings(self, settings: Mapping[str, str]) -> Pack:
        """The pack loaded anew, from where it came, with other values of parameters: see `load()`.

        Raises as `load()` does.
        """
        return self._load_again(settings)

    @cached_property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = parse(self._native.describe())
        return data

    @property
    def id(self) -> str:
        """The pack's id."""
        return str(self._data["id"])

    @property
    def version(self) -> str:
        """Its version, such as 1.0.0."""
        return str(self._data["version"])

    @property
    def title(self) -> str:
        """Its title."""
        return str(self._data["title"])

    @property
    def digest(self) -> str:
        """The digest of all files of the pack and of what it uses; same digest, same answers."""
        return str(self._data["digest"])

    @property
    def status(self) -> str:
        """sample or official."""
        return str(self._data["status"])

    @property
    def kind(self) -> str:
        """The kind of subject: firm, person, project ..."""
        return str(self._data["kind"])

    @property
    def key(self) -> str:
        """The id of the fact that names the subject."""
        return str(self._data["key"])

    def deadline(
        self,
        calendar: str,
        received: date | datetime | str,
        working_days: int,
        *,
        closing: time | str | None = None,
        stops: Iterable[Stop] = (),
        on: DateLike | None = None,
    ) -> Deadline:
        """The deadline of a matter received on that day (at that time) that may take so many working days.

        What is received after `closing`, or on a day that is not worked, counts as received on the next
        working day. The clock stands still after the first day of each stop, up to and with its last; a stop
        without a last day still stands. `on` is the day looked at, by default the day of receipt.

        Raises UsageError for an unknown calendar, DataError for what cannot be counted.
        """
        day, second = to_moment(received)
        looked_at = day if on is None else to_date(on, "on")
        text = self._native.deadline(
            calendar,
            days(day, "received"),
            second,
            0 if closing is None else to_second(closing, "closing"),
            days(looked_at, "on"),
            working_days,
            [(days(to_date(first, "stops"), "stops"), _day_or_none(last)) for first, last in stops],
        )
        return Deadline.of(text, working_days, looked_at)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of the schema, those of used packs included, in schema order."""
        names = Fact.__dataclass_fields__
        return tuple(
            Fact(**{key: value for key, value in row.items() if key in names}) for row in self._data["facts"]
        )

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """All policies, in the order in which results list them."""
        return tuple(map(_policy, self._data["policies"]))

    @cached_property
    def decisions(self) -> dict[str, str]:
        """The pack's decisions: id -> name."""
        return {row["id"]: row["name"] for row in self._data["decisions"]}

    @cached_property
    def population(self) -> tuple[str, ...]:
        """Ids of the facts that are counted over a whole run."""
        return tuple(self._data["population"])

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the check of the pack warns of; mistakes would have stopped `load()`."""
        return tuple(Diagnostic(**row, is_warning=True) for row in self._data["warnings"])

    def test(self) -> TestReport:
        """Runs the pack's own cases. A failed case is reported, not raised."""
        return TestReport(self._native.test())

    def to_dict(self) -> dict[str, Any]:
        """All that the engine says of the pack, as Python data."""
        data: dict[str, Any] = parse(self._native.describe())
        return data

    def __repr__(self) -> str:
        return f"<Pack {self.id} {self.version}: {len(self.policies)} policies, {len(self.facts)} facts>"


def load(
    source: PathLike | Sequence[PathLike] | Mapping[str, bytes | str],
    *,
    search_path: Sequence[PathLike] = (),
    threads: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Pack:
    """Loads a pack.

    `source` is a folder, a list of folders to be joined, or a mapping of paths to file contents, such as
    `{"demo/pack.yaml": b"id: demo ..."}`. `search_path` names more folders in which used packs are looked
    for. Packs of very many policies are read by `threads`; 0 is all cores. `settings` gives parameters other
    values, in all their versions: `{"award.cap": "60万元"}`, the value as a pack writes it.

    Raises PackError with every mistake at once, StreamError when a folder cannot be read.
    """
    set_before = dict(settings or {})

    def load_again(others: Mapping[str, str]) -> Pack:
        return load(kept, search_path=search, threads=threads, settings={**set_before, **others})

    given = [(str(name), str(value)) for name, value in set_before.items()]
    search = [os.fspath(path) for path in search_path]
    kept: Any
    if isinstance(source, Mapping):
        kept = {
            str(path): text.encode() if isinstance(text, str) else bytes(text)
            for path, text in source.items()
        }
        return Pack(_native.Pack.load_files(kept, threads, given), load_again)
    paths = [source] if isinstance(source, str | os.PathLike) else list(source)
    if not paths:
        raise UsageError("no pack was named; give the folder of one")
    kept = [os.fspath(path) for path in paths]
    return Pack(_native.Pack.load(kept, search, threads, given), load_again)


def _policy(row: dict[str, Any]) -> Policy:
    return Policy(
        id=row["id"],
        title=row["title"],
        title_en=row.get("title_en", ""),
        department=row.get("department", ""),
        document=row.get("document", ""),
        mode=row.get("mode", ""),
        status=row.get("status", ""),
        valid_from=date.fromisoformat(row["from"]) if "from" in row else None,
        valid_to=date.fromisoformat(row["to"]) if "to" in row else None,
    )


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
        return tuple(map(_policy, parse(self._native.policies())))

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
        return self._changed(self._native.with_policies(text, label))

    def without(self, *policies: str) -> Engine:
        """Another engine, without these policies; at least one must be left.

        Raises UsageError for an unknown policy.
        """
        return self._changed(self._native.without_policies(list(policies)))

    def _changed(self, native: _native.Engine) -> Engine:
        engine = Engine.__new__(Engine)
        engine._pack, engine._as_of, engine._native = self._pack, self._as_of, native
        return engine

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
        undated: Literal["fresh", "stale"] = "fresh",
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
        undated: Literal["fresh", "stale"] = "fresh",
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
        undated: Literal["fresh", "stale"] = "fresh",
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
        undated: Literal["fresh", "stale"] = "fresh",
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
        from zhida.screen import Screen

        if bitmaps and columns is not None:
            raise UsageError("bitmaps have columns of their own; leave out columns=")
        return Screen(
            self,
            source,
            outcomes=outcome_mask(outcomes),
            policies=policy_ids(policies),
            columns=column_mask(columns),
            on_progress=on_progress,
            rejects=None if rejects is None else os.fspath(rejects),
            near=None if near is None else os.fspath(near),
            blocked=blocked,
            what="bitmaps" if bitmaps else "pairs",
            dates=date_options(facts_date, known_on, undated),
            strict=strict,
            encoding=encoding,
            evaluator=evaluator,
            population=population,
        )

    def decide(
        self,
        source: Any,
        *,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Literal["fresh", "stale"] = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
        population: Population | None = None,
    ) -> Screen:
        """The pack's decisions for all subjects of `source`: what `screen()` is for policies, with the same
        arguments.

        `summary["decisions"]` counts how each came out.
        """
        return self._run(
            "decisions",
            source,
            on_progress=on_progress,
            rejects=None if rejects is None else os.fspath(rejects),
            dates=date_options(facts_date, known_on, undated),
            strict=strict,
            encoding=encoding,
            population=population,
        )

    def population(
        self,
        source: Any,
        *,
        on_progress: ProgressFunction | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Literal["fresh", "stale"] = "fresh",
        encoding: str = "utf-8",
    ) -> Population:
        """Counts the pack's population facts over all subjects of `source`, which a second pass reads again.

        Raises StreamError when the counts cannot stand, and as `screen().run()` does.
        """
        counting = self._run(
            "population",
            source,
            on_progress=on_progress,
            dates=date_options(facts_date, known_on, undated),
            encoding=encoding,
        )
        counting.run()
        return counting.population()

    def population_facts(self, source: Any, population: Population, *, encoding: str = "utf-8") -> Screen:
        """What was counted, for each subject of `source`: row, the subject under the id of the schema's key,
        then each population fact with its date (`F@date`), ready to be supplied to a single match.
        """
        return self._run("population facts", source, population=population, encoding=encoding)

    def _run(
        self,
        what: str,
        source: Any,
        *,
        on_progress: ProgressFunction | None = None,
        rejects: str | None = None,
        dates: tuple[int, int, bool] = (0, 0, False),
        strict: bool = False,
        encoding: str = "utf-8",
        population: Population | None = None,
        policies: Iterable[str] = (),
        simulation: _native.Simulation | None = None,
        reads: Pack | None = None,
    ) -> Screen:
        from zhida.screen import Screen

        return Screen(
            self,
            source,
            outcomes=0,
            policies=list(policies),
            on_progress=on_progress,
            rejects=rejects,
            dates=dates,
            strict=strict,
            encoding=encoding,
            evaluator="batch",
            what=what,
            population=population,
            simulation=simulation,
            reads=reads,
        )

    def encode(
        self,
        source: Any,
        path: PathLike,
        *,
        on_progress: ProgressFunction | None = None,
        rejects: PathLike | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Literal["fresh", "stale"] = "fresh",
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
        from zhida.screen import Screen

        return Screen(
            self,
            source,
            outcomes=0,
            policies=[],
            on_progress=on_progress,
            rejects=None if rejects is None else os.fspath(rejects),
            dates=date_options(facts_date, known_on, undated),
            strict=strict,
            encoding=encoding,
            evaluator="batch",
        ).encode(path)

    def best(
        self,
        facts: Mapping[str, Any] | str | bytes,
        *,
        policies: str | Iterable[str] | None = None,
        facts_date: DateLike | None = None,
        known_on: DateLike | None = None,
        undated: Literal["fresh", "stale"] = "fresh",
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
        undated: Literal["fresh", "stale"] = "fresh",
        strict: bool = False,
        encoding: str = "utf-8",
        population: Population | None = None,
    ) -> PayPlan:
        """Screens `source` as `screen()` does and settles what comes of it: which awards combine, what was
        paid before (`history`, a path or an Arrow table), what each pool has. Returns the finished plan.

        Raises as `screen()` and `zhida.settle()` do.
        """
        from zhida.screen import Screen
        from zhida.settlement import settle

        screen = Screen(
            self,
            source,
            outcomes=0,
            policies=policy_ids(policies),
            on_progress=on_progress,
            rejects=None if rejects is None else os.fspath(rejects),
            dates=date_options(facts_date, known_on, undated),
            strict=strict,
            encoding=encoding,
            evaluator="batch",
            what="awards",
            population=population,
        )
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


if TYPE_CHECKING:
    ProgressFunction = Callable[[Progress], object]


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


def _day_or_none(value: DateLike | None) -> int:
    return 0 if value is None else days(to_date(value, "stops"), "stops")


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
    facts_date: DateLike | None, known_on: DateLike | None, undated: Literal["fresh", "stale"]
) -> tuple[int, int, bool]:
    """The three options about dates in the form of the C API."""
    if undated not in ("fresh", "stale"):
        raise UsageError(f"undated={undated!r}: write fresh or stale")
    return (
        0 if facts_date is None else days(to_date(facts_date, "facts_date"), "facts_date"),
        0 if known_on is None else days(to_date(known_on, "known_on"), "known_on"),
        undated == "stale",
    )


def outcome_mask(outcomes: OutcomeNames | None) -> int:
    """Bits of the outcomes named; 0, the default of the call, for None."""
    if outcomes is None:
        return 0
    names = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    unknown = [name for name in names if name not in OUTCOMES]
    if unknown or not names:
        what = f"there is no outcome {unknown[0]!r}" if unknown else "no outcome is named"
        raise UsageError(f"{what}; choose from {', '.join(OUTCOMES)}")
    return sum(1 << OUTCOMES.index(name) for name in set(names))


def column_mask(columns: str | Iterable[str] | None) -> int:
    """Bits of the columns named; 0, the default of the call, for None."""
    if columns is None:
        return 0
    names = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        what = f"the results have no column {unknown[0]!r}" if unknown else "no column is named"
        raise UsageError(f"{what}; choose from {', '.join(COLUMNS)}")
    return sum(1 << COLUMNS.index(name) for name in set(names))


def policy_ids(policies: str | Iterable[str] | None) -> list[str]:
    """Ids as a list; empty means all."""
    if policies is None:
        return []
    ids = [policies] if isinstance(policies, str) else list(policies)
    if not ids:
        raise UsageError("no policy is named; leave `policies` out for all")
    return ids
