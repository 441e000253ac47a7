"""Results into a file while judging goes on."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.files import ResultWriter

__all__ = ["WriterThread"]


class WriterThread:
    """Hands batches to a ResultWriter on a thread of its own, so that judging goes on meanwhile.

    At most a few batches wait; then `write()` waits too, and memory stays bounded.

    To be used in a `with` block, after which all is written, or what kept it from being written is raised.
    """

    _WAITING_MAX = 3

    def __init__(self, writer: ResultWriter) -> None:
        self._writer = writer
        self._waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(self._WAITING_MAX)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="zhida-writer", daemon=True)

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            # After a failure the queue is emptied, so that nobody waits for room for ever.
            if self._error is None:
                try:
                    self._writer.write(batch)
                except BaseException as error:
                    self._error = error

    def __enter__(self) -> WriterThread:
        self._thread.start()
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Adds a batch. Raises what a batch before it failed with."""
        if self._error is not None:
            raise self._error
        self._waiting.put(batch)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error
