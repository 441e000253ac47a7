"""What a change would do before it is made: winners and losers, yuan by group, curves, forecasts.

told = zhida.simulate("rules/quanzhou", "firms.ndjson", as_of="2025-06-30",
                      settings={"jinjiang_industry.emerging_output": "1000万元"})
told.subjects["winners"], told.change_fen, told.write_html("report.html")
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from zhida import _native
from zhida.choices import policy_ids
from zhida.dates import DateLike, Undated, to_date
from zhida.engine import Engine
from zhida.errors import StreamError, UsageError
from zhida.outputs import write_text
from zhida.pack import Fact, Pack, PathLike, load
from zhida.screen import Reading, Screen

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.screen import Population, ProgressFunction

__all__ = ["Simulation", "Sweep", "simulate"]

SWEEP_VALUES_MAX = 200
_NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(\D*?)\s*\Z")


@dataclass(frozen=True, slots=True)
class Sweep:
    """The values that one parameter takes in turn, as a pack writes them."""

    parameter: str
    values: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Sweep:
        """`award.bar=1000万元..3000万元/500万元` (from..to/step, with both ends) or `award.cap=5万元,10万元`.

        Raises UsageError where there is no value, or more than 200.
        """
        parameter, equals, values = text.partition("=")
        if not equals or not parameter.strip():
            raise UsageError(f"{text!r} sweeps nothing; write parameter=from..to/step or parameter=a,b,c")
        span = re.fullmatch(r"(.+?)\.\.(.+?)/(.+)", values.strip())
        if span is None and ".." in values:
            raise UsageError(f"{text!r}: a range needs a step; write from..to/step")
        listed = _steps(text, *span.groups()) if span else [one.strip() for one in values.split(",")]
        return cls.of(parameter.strip(), listed)

    @classmethod
    def of(cls, parameter: str, values: Iterable[str]) -> Sweep:
        """A sweep over these values. Raises UsageError as `parse()` does."""
        listed = tuple(dict.fromkeys(str(value) for value in values if str(value)))
        if not listed:
            raise UsageError(f"the sweep of {parameter} has no values; write from..to/step or a list")
        if len(listed) > SWEEP_VALUES_MAX:
            raise UsageError(
                f"the sweep of {parameter} has more than {SWEEP_VALUES_MAX} values; take larger steps"
            )
        return cls(parameter, listed)


def _steps(text: str, first: str, last: str, step: str) -> list[str]:
    parts = [_NUMBER.fullmatch(part) for part in (first, last, step)]
    if not all(parts):
        raise UsageError(
            f"{text!r}: a range needs three numbers, from..to/step; list other values with commas"
        )
    numbers = [(Decimal(part[1]), part[2]) for part in parts if part]
    units = {unit for _, unit in numbers}
    if len(units) > 1:
        raise UsageError(f"{text!r}: give from, to and step in one unit, such as 1000万元..3000万元/500万元")
    (low, unit), (high, _), (by, _) = numbers
    if by <= 0:
        raise UsageError(f"{text!r}: the step must be more than 0")
    if low > high:
        raise UsageError(f"{text!r} is empty: it begins above its end")
    count = int((high - low) // by) + 1
    return [f"{low + by * i}{unit}" for i in range(min(count, SWEEP_VALUES_MAX + 1))]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a simulation came to: `data` is the JSON of docs/commands.md, "simulate"."""

    data: dict[str, Any]

    @property
    def _compared(self) -> dict[str, Any]:
        told: dict[str, Any] = self.data["simulation"]
        if "by_policy" not in told:
            raise UsageError("only a sweep was run; give `against` or `settings` to compare")
        return told

    @property
    def subjects(self) -> dict[str, Any]:
        """Subjects: all, eligible before and after, gained, lost, winners, losers, and for how much."""
        subjects: dict[str, Any] = self._compared["subjects"]
        return subjects

    @property
    def by_policy(self) -> list[dict[str, Any]]:
        """All policies of both packs, each with what becomes of its pairs and its yuan."""
        rows: list[dict[str, Any]] = self._compared["by_policy"]
        return rows

    @property
    def by_group(self) -> dict[str, list[dict[str, Any]]]:
        """The groups of each fact or definition grouped by."""
        return {row["by"]: row["groups"] for row in self._compared["by_group"]}

    @property
    def change_fen(self) -> int:
        """What eligible pairs bring more (or less) than before, before any rule on combining them."""
        return int(self._compared["change_fen"])

    @property
    def curve(self) -> list[dict[str, Any]]:
        """The points of the sweep, in the order of its values; [] without one."""
        points: list[dict[str, Any]] = self.data["simulation"].get("sweep", {}).get("points", [])
        return points

    @property
    def json(self) -> str:
        """All of it as JSON text."""
        return json.dumps(self.data, ensure_ascii=False)

    def to_html(self, lang: Literal["zh", "en"] = "zh") -> str:
        """A self-contained page with pictures."""
        from zhida.simulation_html import page

        return page(self.data, lang)

    def write_html(self, path: PathLike, lang: Literal["zh", "en"] = "zh") -> None:
        """Writes the page to a file. Raises StreamError when it cannot be written."""
        write_text(path, self.to_html(lang))


class _FactsOfBoth(Pack):
    """The pack in force, with the facts that the other one adds, for whoever opens the input of both."""

    def __init__(self, before: Pack, after: Pack) -> None:
        super().__init__(before._native, before.with_settings)
        self._both = before, after

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """The facts of both, those of the pack in force first; one that has two names stands twice."""
        before, after = (pack.facts for pack in self._both)
        words = {(fact.id, fact.name) for fact in before}
        return before + tuple(fact for fact in after if (fact.id, fact.name) not in words)


def simulate(
    pack: Pack | PathLike,
    source: Any,
    *,
    as_of: DateLike,
    against: Pack | PathLike | None = None,
    settings: Mapping[str, str] | None = None,
    sweep: Sweep | str | None = None,
    by: Iterable[str] = (),
    policies: str | Iterable[str] | None = None,
    forecast: bool = True,
    changes: PathLike | None = None,
    pools: bool = False,
    history: Any = None,
    on_progress: ProgressFunction | None = None,
    rejects: PathLike | None = None,
    facts_date: DateLike | None = None,
    known_on: DateLike | None = None,
    undated: Undated = "fresh",
    strict: bool = False,
    encoding: str = "utf-8",
    threads: int = 0,
) -> Simulation:
    """What would change for the subjects of `source` if another pack took the place of `pack`.

    The other pack is `against`, or `pack` with other `settings` of parameters (`{"award.cap": "60万元"}`), or
    `against` with settings. `sweep` gives one parameter a row of values and counts for each; alone it
    compares nothing else. `by` names facts or definitions to group by, `industry:1` by the top level of its
    code list; by default county, size class and industry as far as the pack has them. `policies` are the ids,
    in either pack, of those that are looked at; by default all. `forecast=False` leaves out what undetermined
    pairs could bring. `changes` is a file (.parquet, .csv, .ndjson) for the pairs that change. `pools`
    settles the awards of each pack from low to high, to tell on which day its first-come pools run dry; it
    looks at all policies, and `history` holds earlier payments, as for `zhida.settle()`. `source` and the
    other arguments are those of `Engine.screen()`.

    Raises PackError for a parameter or value that does not fit, UsageError where there is nothing to compare
    or a fact does not mean the same in both packs, and as `Engine.screen().run()` does.
    """
    if against is None and not settings and sweep is None:
        raise UsageError("nothing to compare with; give against, settings or sweep")
    if changes is not None and against is None and not settings:
        raise UsageError("a sweep alone changes no pairs; give against or settings too")
    if history is not None and not pools:
        raise UsageError("earlier payments matter to pools only; ask for pools too, or leave history out")
    day = to_date(as_of, "as_of")
    before = pack if isinstance(pack, Pack) else load(pack)
    swept = Sweep.parse(sweep) if isinstance(sweep, str) else sweep
    other = before if against is None else against if isinstance(against, Pack) else load(against)
    if settings:
        other = other.with_settings(settings)
    engine = Engine(before, day, threads=threads)
    second = Engine(other, day, threads=threads) if against is not None or settings else None
    values = (
        [] if swept is None else [before.with_settings({swept.parameter: value}) for value in swept.values]
    )
    native = _native.Simulation.create(
        None if second is None else second._native,
        [Engine(value, day, threads=threads)._native for value in values],
        list(by),
        forecast,
    )
    reading = Reading(on_progress, rejects, facts_date, known_on, undated, strict, encoding)
    counted = _counted(engine, source, reading)
    screen = Screen(
        engine,
        source,
        replace(reading, population=counted, pack=_FactsOfBoth(before, other)),
        "simulation",
        policies=policy_ids(policies),
        simulation=native,
    )
    told = _told(screen.run() if changes is None else screen.write(changes), before, swept)
    if counted is not None:
        _check_same_rows(counted.summary, told)
    if pools:
        from zhida.simulation_pools import burn_down

        told["simulation"]["pools"] = {
            when: burn_down(one, _possible_awards(one, source, reading, told), history)
            for when, one in (("before", engine), ("after", second))
            if one is not None
        }
    return Simulation(told)


def _counted(engine: Engine, source: Any, reading: Reading) -> Population | None:
    """The population facts of an engine's pack over these subjects; None where it has none."""
    if not engine.pack.population:
        return None
    counting = Screen(engine, source, replace(reading, rejects=None, strict=False), "population")
    counting.run()
    return counting.population()


def _possible_awards(engine: Engine, source: Any, reading: Reading, told: dict[str, Any]) -> pa.Table:
    counted = _counted(engine, source, reading)
    reading = replace(reading, rejects=None, strict=False, population=counted)
    screen = Screen(engine, source, reading, "possible awards")
    awards = screen.to_arrow()
    _check_same_rows(told, screen.summary)
    return awards


def _check_same_rows(first: dict[str, Any], again: dict[str, Any]) -> None:
    """A stream that can be read only once is empty the second time, which must not look like no subjects."""
    if first["rows_read"] != again["rows_read"]:
        raise StreamError(
            f"the subjects are read several times, and first there were {first['rows_read']} rows, then "
            f"{again['rows_read']}; give files, or a table that can be read again"
        )


# Of a screen's summary, what a simulation says in its own way.
_LEFT_OUT = (
    "policies",
    "pairs",
    "outcomes",
    "amount_fen",
    "conditional_amount_fen",
    "work",
    "by_policy",
    "adds_up",
)


def _told(summary: dict[str, Any], before: Pack, swept: Sweep | None) -> dict[str, Any]:
    data = {key: value for key, value in summary.items() if key not in _LEFT_OUT}
    data["pack"] = {**data["pack"], "title": before.title}
    if swept is not None:
        told = data["simulation"]["sweep"]
        told["parameter"] = swept.parameter
        for value, point in zip(swept.values, told["points"], strict=True):
            point["value"] = value
    return data
