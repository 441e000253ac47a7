"""One line on a terminal's stderr that says how far a long run has come."""

from __future__ import annotations

import shutil
import sys
import time

from zhida.screen import Progress

_QUIET_SECONDS = 1.0
_STEP_SECONDS = 0.2
_BAR_CHARACTERS = 24


class ProgressLine:
    """Call it with each Progress, then `clear()`. Silent for the first second, and always where stderr is no
    terminal.
    """

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled and sys.stderr.isatty()
        self._began = time.monotonic()
        self._shown_at = 0.0
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        seconds = now - self._began
        if not self._enabled or seconds < _QUIET_SECONDS or now - self._shown_at < _STEP_SECONDS:
            return
        self._shown_at = now
        self._shown = True
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write("\r\x1b[K" + line(progress, seconds)[:width])
        sys.stderr.flush()

    def clear(self) -> None:
        """Takes the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False


def line(progress: Progress, seconds: float) -> str:
    """`1,200,000 rows  800,000 rows/s  [######......] 50%  2 s left`"""
    rate = progress.rows / seconds if seconds > 0 else 0
    text = f"{progress.rows:,} rows  {rate:,.0f} rows/s"
    fraction = progress.fraction
    if fraction is None:
        return text
    filled = round(fraction * _BAR_CHARACTERS)
    text += f"  [{'#' * filled}{'.' * (_BAR_CHARACTERS - filled)}] {fraction:.0%}"
    if fraction > 0:
        text += f"  {duration(seconds * (1 - fraction) / fraction)} left"
    return text


def duration(seconds: float) -> str:
    """'12 s', '3 min 20 s', '2 h 5 min'."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
