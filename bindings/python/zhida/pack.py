"""Packs: loaded, described, their cases run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Literal

from zhida import _native
from zhida.dates import DateLike, days, to_date, to_moment, to_second
from zhida.errors import Diagnostic, UsageError
from zhida.papers import Deadline, Stop
from zhida.results import TestReport, parse

__all__ = ["Fact", "Pack", "Policy", "load"]

PathLike = str | os.PathLike[str]


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
            [(_stop_day(first), 0 if last is None else _stop_day(last)) for first, last in stops],
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
        return tuple(map(policy_of, self._data["policies"]))

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


def policy_of(row: dict[str, Any]) -> Policy:
    """A policy as the library describes it."""
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


def _stop_day(value: DateLike) -> int:
    return days(to_date(value, "stops"), "stops")
