"""zhida deadline: by when a matter has to be answered, in working days of a pack's calendar."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Literal

import zhida
from zhida.commands.common import DONE, Talk
from zhida.errors import UsageError
from zhida.papers import Stop, saved


def run(
    pack_path: str,
    received: str,
    days: int,
    *,
    calendar: str,
    closing: str | None,
    stops: list[str] | None,
    on: str | None,
    before: int | None,
    count: int,
    lang: Literal["zh", "en"],
    output: str,
    talk: Talk,
) -> int:
    """The exit code."""
    pack = zhida.load(pack_path)
    deadline = pack.deadline(
        calendar, received, days, closing=closing, stops=[_stop(text) for text in stops or ()], on=on
    )
    if deadline.provisional:
        talk.say(f"calendar {calendar} ends with {deadline.data_to}, so the due day is provisional")
    if output == "json":
        data = {key: _plain(value) for key, value in asdict(deadline).items()} | {"level": deadline.level}
        if before is not None:
            data["saved"] = saved(count, before, days)[0]
        print(json.dumps(data, ensure_ascii=False))
        return DONE
    for line in deadline.lines(lang):
        print(line)
    if before is not None:
        print(saved(count, before, days, lang)[1])
    return DONE


def _stop(text: str) -> Stop:
    """`2026-03-02..2026-04-14`, or `2026-03-02..` for a clock that still stands."""
    first, dots, last = text.partition("..")
    if not dots:
        raise UsageError(
            f"--stop {text}: write 2026-03-02..2026-04-14, or 2026-03-02.. while the clock stands"
        )
    return first, last or None


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
