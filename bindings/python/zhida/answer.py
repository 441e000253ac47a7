"""What the engine answers in JSON, as objects that cannot be changed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cached_property
from html import escape
from typing import Any, Literal

__all__ = ["AboutSubject", "Answer", "Told", "parse"]


def parse(text: str) -> Any:
    """JSON of the engine, with exact numbers."""
    return json.loads(text, parse_float=Decimal)


class Answer:
    """Frozen, and read only when something of it is asked for. Two are equal if the engine's bytes are."""

    _json: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_json", text)

    def __setattr__(self, name: str, value: object) -> None:
        kind = type(self).__name__
        raise AttributeError(f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} cannot be changed")

    @cached_property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = parse(self._json)
        return data

    def to_json(self) -> str:
        """The engine's answer, byte for byte."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """The same as Python data, numbers exact."""
        data: dict[str, Any] = parse(self._json)
        return data

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answer) or type(other) is not type(self):
            return NotImplemented
        return self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)


class AboutSubject(Answer):
    """What was judged of one subject, over all policies."""

    @property
    def subject(self) -> str:
        """The value of the schema's key fact."""
        return str(self._data["subject"])

    @property
    def as_of(self) -> date:
        """The day as of which everything was judged."""
        return date.fromisoformat(self._data["as_of"])

    @property
    def pack(self) -> dict[str, str]:
        """`{"id", "version", "digest"}` of the pack that judged."""
        return dict(self._data["pack"])


class Told(Answer):
    """An answer that can be read: `str()` is text in Chinese."""

    def render(self, lang: Literal["zh", "en"] = "zh") -> str:
        """As text, in Chinese or English."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.render()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.render())}</pre>"
