"""Pictures of a simulation as inline SVG: no scripts, nothing from elsewhere, whole numbers only.

Each picture is 680 units wide and has its words at their own size, so that it stays readable when the page
lets it scroll on a narrow screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

WIDTH = 680
LESS, MORE, BEFORE, AFTER, INK, GRID = "#b42318", "#1a7f37", "#98a2b3", "#0b6bcb", "#1b1f24", "#d8dce2"
SERIES = (AFTER, "#9a6700", LESS)


def _svg(height: int, title: str, parts: Sequence[str]) -> str:
    named = escape(title)
    return (
        f'<div class="chart"><svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{named}"><title>{named}</title>{"".join(parts)}</svg></div>'
    )


def _text(x: int, y: int, text: str, *, anchor: str = "start", fill: str = INK, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def _bar(x: int, y: int, width: int, height: int, fill: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


def _line(x1: int, y1: int, x2: int, y2: int, colour: str = GRID, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"{dash}/>'


def _scaled(value: int, most: int, room: int) -> int:
    """So that what is not nothing is seen."""
    return 0 if value == 0 or most == 0 else max(1, value * room // most)


def _cut(text: str, most: int) -> str:
    """The text within so many half-width places; a Chinese character takes two."""
    taken = 0
    for place, sign in enumerate(text):
        taken += 2 if ord(sign) > 0x2E7F else 1
        if taken > most:
            return text[:place] + "…"
    return text


def _axis(most: int) -> tuple[int, int]:
    """The upper end of an axis that holds 0..most, and its step: 1, 2 or 5 with noughts, five at most."""
    power = 10 ** (len(str(most)) - 1)
    step = next(step for step in (power // 5, power // 2, power, 2 * power) if 5 * step >= most > 0 < step)
    return -(-most // step) * step, step


def _levels(axis: tuple[int, int], told: Callable[[int], str], box: tuple[int, int, int, int]) -> list[str]:
    """Lines across the box (left, right, top, bottom) at the steps of an axis, with their values."""
    left, right, top, bottom = box
    parts = []
    for value in range(0, axis[0] + 1, axis[1]):
        y = bottom - (bottom - top) * value // axis[0]
        parts += [_line(left, y, right, y), _text(left - 6, y + 4, told(value), anchor="end")]
    return parts


def legend(entries: Sequence[tuple[str, str]]) -> str:
    """Colours and what they stand for."""
    items = "".join(
        f'<span><i style="background:{colour}"></i>{escape(name)}</span>' for colour, name in entries
    )
    return f'<p class="legend">{items}</p>'


def diverging(title: str, rows: Sequence[tuple[str, int, int]], told: Callable[[int], str]) -> str:
    """Bars to the left for what is lost, to the right for what is gained: (label, less, more)."""
    step, middle, room = 38, 340, 230
    most = max([1, *(max(less, more) for _, less, more in rows)])
    parts = [_line(middle, 0, middle, step * len(rows))]
    for place, (label, less, more) in enumerate(rows):
        y = place * step
        left, right = _scaled(less, most, room), _scaled(more, most, room)
        parts += [_text(0, y + 13, _cut(label, 96))]
        parts += [_bar(middle - left, y + 19, left, 12, LESS), _bar(middle, y + 19, right, 12, MORE)]
        if less:
            parts.append(_text(middle - left - 5, y + 29, told(less), anchor="end", fill=LESS))
        if more:
            parts.append(_text(middle + right + 5, y + 29, told(more), fill=MORE))
    return _svg(step * len(rows) + 4, title, parts)


def pairs_of_bars(title: str, rows: Sequence[tuple[str, int, int]], told: Callable[[int], str]) -> str:
    """Two bars a row, before and after: (label, before, after)."""
    step, left, room = 40, 190, 360
    most = max([1, *(max(before, after) for _, before, after in rows)])
    parts = []
    for place, (label, before, after) in enumerate(rows):
        y = place * step
        parts.append(_text(left - 8, y + 22, _cut(label, 26), anchor="end"))
        for offset, value, colour in ((4, before, BEFORE), (19, after, AFTER)):
            width = _scaled(value, most, room)
            parts.append(_bar(left, y + offset, width, 10, colour))
            parts.append(_text(left + width + 5, y + offset + 9, told(value), fill="#475467"))
    return _svg(step * len(rows) + 4, title, parts)


def bands(title: str, rows: Sequence[tuple[str, int, int, int]], told: Callable[[int], str]) -> str:
    """A band from low to high with a mark in the middle: (label, low, mid, high)."""
    step, left, room = 44, 120, 440
    most = max([1, *(high for _, _, _, high in rows)])
    parts = []
    for place, (label, low, mid, high) in enumerate(rows):
        y = place * step
        at = [left + value * room // most for value in (low, mid, high)]
        parts.append(_text(left - 8, y + 24, _cut(label, 16), anchor="end"))
        parts.append(_bar(left, y + 12, at[0] - left, 16, AFTER))
        parts.append(_bar(at[0], y + 12, max(1, at[2] - at[0]), 16, "#b9d7f5"))
        parts.append(_bar(at[1] - 1, y + 9, 3, 22, INK))
        words = " / ".join(told(value) for value in (low, mid, high))
        parts.append(_text(left, y + 42, words, fill="#475467"))
    return _svg(step * len(rows) + 4, title, parts)


def curve(
    title: str,
    points: Sequence[tuple[str, Decimal | None, int]],
    told: Callable[[int], str],
    marked: tuple[Decimal, str] | None = None,
) -> str:
    """A line through (label, place, value); evenly spaced where a place is not a number. `marked` is a
    place on the axis with its word."""
    left, right, top, bottom, height = 90, 640, 14, 200, 226
    axis = _axis(max([1, *(value for _, _, value in points)]))
    numbers = [place for _, place, _ in points if place is not None]
    even = len(numbers) < len(points) or len(set(numbers)) < 2
    low, high = (min(numbers), max(numbers)) if not even else (Decimal(0), Decimal(1))

    def across(index: int, place: Decimal | None) -> int:
        if even or place is None:
            return left + (right - left) * index // max(1, len(points) - 1)
        return left + int((place - low) * (right - left) / (high - low))

    spots = [
        (across(index, place), bottom - value * (bottom - top) // axis[0])
        for index, (_, place, value) in enumerate(points)
    ]
    parts = _levels(axis, told, (left, right, top, bottom))
    if marked is not None and not even and low <= marked[0] <= high:
        x = across(0, marked[0])
        parts += [_line(x, top, x, bottom, LESS, dashed=True), _text(x + 4, top + 8, marked[1], fill=LESS)]
    line = " ".join(f"{x},{y}" for x, y in spots)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{AFTER}" stroke-width="2"/>')
    every = max(1, -(-len(points) // 7))
    for index, ((x, y), (label, _, value)) in enumerate(zip(spots, points, strict=True)):
        hint = f"<title>{escape(f'{label}: {told(value)}')}</title>"
        parts.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{AFTER}">{hint}</circle>')
        if index % every == 0 or (index == len(points) - 1 and index % every > every // 2):
            parts.append(_text(x, bottom + 18, label, anchor="middle"))
    return _svg(height, title, parts)


def steps(
    title: str,
    lines: Sequence[tuple[str, Sequence[tuple[int, int]]]],
    told: Callable[[int], str],
    day: Callable[[int], str],
) -> str:
    """Money left by day, one falling line each: (name, [(day, left), ...]) with days ascending."""
    left, right, top, bottom, height = 90, 640, 14, 200, 226
    days = [when for _, spots in lines for when, _ in spots]
    axis = _axis(max([1, *(rest for _, spots in lines for _, rest in spots)]))
    first, last = min(days), max(days)
    wide = max(1, last - first)
    parts = _levels(axis, told, (left, right, top, bottom))
    for number, (name, spots) in enumerate(lines):
        drawn: list[str] = []
        before = None
        for when, rest in spots:
            x = left + (right - left) * (when - first) // wide
            y = bottom - max(0, rest) * (bottom - top) // axis[0]
            if before is not None:
                drawn.append(f"{x},{before}")
            drawn.append(f"{x},{y}")
            before = y
        colour = SERIES[number % len(SERIES)]
        parts.append(
            f'<polyline points="{" ".join(drawn)}" fill="none" stroke="{colour}" stroke-width="2">'
            f"<title>{escape(name)}</title></polyline>"
        )
    for part in range(4):
        when = first + wide * part // 3
        x = left + (right - left) * part // 3
        parts.append(_text(x, bottom + 18, day(when), anchor="end" if part == 3 else "middle"))
    return _svg(height, title, parts)
