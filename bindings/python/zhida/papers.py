"""The papers of a subject: explanations as cards, the whole paper over all policies, deadlines.

All objects are frozen and made by `Engine.paper()`, `Engine.explain()` and `Pack.deadline()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from zhida.answer import AboutSubject, Told
from zhida.messages import Lang, say
from zhida.remedies import NearMiss, Needed
from zhida.results import Explanation, OutcomeName, parse

__all__ = ["Deadline", "Paper", "Stop"]

# The first day and the last one of a stop of the clock; None: it still stands.
Stop = tuple["date | str", "date | str | None"]


class Paper(AboutSubject, Told):
    """All that one subject is told over all policies. Frozen; made by `Engine.paper()`. `str()` is text in
    Chinese, `to_html()` a page that can be printed.
    """

    @property
    def counts(self) -> dict[OutcomeName, int]:
        """How many policies have each outcome."""
        return dict(self._data["counts"])

    @cached_property
    def pairs(self) -> tuple[Explanation, ...]:
        """Explanations of what is eligible, conditional, undetermined or an error, in the pack's order."""
        keys = ("schema_version", "as_of", "pack", "subject")
        head = json.dumps({key: self._data[key] for key in keys}, ensure_ascii=False)[:-1]
        return tuple(Explanation(f"{head}, {text[1:]}") for text in _items(self._json, "pairs"))

    @cached_property
    def nearest(self) -> tuple[NearMiss, ...]:
        """Near misses, the cheapest change first: pairs that one clause refuses which can be cured."""
        return tuple(NearMiss.of(row) for row in self._data["nearest"])

    @property
    def near_count(self) -> int:
        """How many near misses there are; not all may be in `nearest`."""
        return int(self._data["near_count"])

    @cached_property
    def checklist(self) -> tuple[Needed, ...]:
        """Which facts to bring for what is undetermined, those that could unlock most money first."""
        return tuple(Needed.of(row) for row in self._data.get("checklist", ()))

    def render(self, lang: Lang = "zh") -> str:
        """As text."""
        from zhida.paper_text import whole_text

        return whole_text(self._data, lang)

    def to_html(self, lang: Lang = "zh") -> str:
        """As a page of its own, without scripts and without anything from elsewhere, that can be printed."""
        from zhida.paper_html import whole_page

        return whole_page(self._data, lang)

    def __repr__(self) -> str:
        parts = [f"{count} {name}" for name, count in self.counts.items() if count]
        return f"<Paper {self.subject} as of {self.as_of}: {', '.join(parts)}; {self.near_count} near>"


def _items(text: str, key: str) -> Iterator[str]:
    """The objects of an array at the top of a JSON text, each as it stands there."""
    at = text.find(f'"{key}":[') + len(key) + 4
    decoder = json.JSONDecoder()
    while at > len(key) + 3 and text[at] == "{":
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end + 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of a matter, and how it stands on the day `on`. Made by `Pack.deadline()`.

    Counting begins with the working day after `start`. `due`, `half` and `near` (the days by which the whole,
    half and four fifths of the limit are used) are None where they lie behind a stop that has not ended.
    `used` and `left` are working days; `elapsed` counts the first day too. `provisional`: the calendar's data
    end (with the year `data_to`) before the due day.
    """

    calendar: str
    calendar_name: str
    data_to: int
    days: int
    on: date
    start: date
    due: date | None
    half: date | None
    near: date | None
    provisional: bool
    paused: bool
    used: int
    left: int
    percent: int
    overdue: bool
    elapsed: int

    @classmethod
    def of(cls, text: str, days: int, on: date) -> Deadline:
        """From the engine's JSON."""
        row = parse(text)
        for key in ("start", "due", "half", "near"):
            row[key] = None if row[key] is None else date.fromisoformat(row[key])
        return cls(days=days, on=on, **row)

    @property
    def level(self) -> Literal["open", "half", "near", "due", "overdue"]:
        """How urgent it is on `on`: from 50%, 80% and 100% of the limit, and beyond it."""
        if self.overdue:
            return "overdue"
        steps: tuple[tuple[int, Literal["due", "near", "half"]], ...] = (
            (100, "due"),
            (80, "near"),
            (50, "half"),
        )
        return next((name for least, name in steps if self.percent >= least), "open")

    def lines(self, lang: Lang = "zh") -> list[str]:
        """In sentences, with the way it is counted."""
        lines = [say(lang, "deadline.start", start=self.start)]
        if self.due is None:
            lines.append(say(lang, "deadline.paused", used=self.used, left=self.left))
        else:
            key = "deadline.due_provisional" if self.provisional else "deadline.due"
            lines.append(
                say(lang, key, days=self.days, due=self.due, calendar=self.calendar_name, year=self.data_to)
            )
            lines.append(say(lang, "deadline.warn", half=self.half, near=self.near, due=self.due))
        if self.overdue:
            lines.append(say(lang, "deadline.overdue", on=self.on, over=-self.left))
        elif self.due is not None:
            lines.append(
                say(lang, "deadline.state", on=self.on, used=self.used, left=self.left, percent=self.percent)
            )
        lines.append(say(lang, "deadline.elapsed", elapsed=self.elapsed, used=self.used))
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())


def saved(count: int, before: int, after: int, lang: Lang = "zh") -> tuple[int, str]:
    """Working days saved by a shorter limit, and the formula."""
    total = count * (before - after)
    return total, say(
        lang, "deadline.saved", count=f"{count:,}", before=before, after=after, saved=f"{total:,}"
    )
