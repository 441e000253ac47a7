"""Files that are written beside what is read: not over it, and failures told in the system's own words."""

from __future__ import annotations

import os
from typing import Any

from zhida.errors import StreamError, UsageError

PathLike = str | os.PathLike[str]


def reason(error: BaseException) -> str:
    """Why a file failed. Libraries put names of their own into their texts; the system's number says it."""
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error)


def check_output(path: PathLike | None, *sources: Any) -> None:
    """Raises UsageError where a file that is to be written is one of those that are read.

    A source is a path, a list of paths, or anything else, which is no file.
    """
    if path is None or not os.path.exists(path):
        return
    for source in sources:
        for read in source if isinstance(source, list | tuple) else [source]:
            if not isinstance(read, str | os.PathLike) or not os.path.exists(read):
                continue
            if os.path.isfile(read) and os.path.samefile(path, read):
                raise UsageError(f"{os.fspath(path)} is read, so it cannot be written; name another file")


def write_text(path: PathLike, text: str) -> None:
    """A whole file. Raises StreamError."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise StreamError(
            f"{os.fspath(path)} cannot be written: {reason(error)}; check the folder"
        ) from error
