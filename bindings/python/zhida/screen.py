"""A run over many subjects: results as an Arrow stream, as files, or as counts only."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from zhida import _native
from zhida.dates import DateLike, Undated, date_options
from zhida.errors import Cancelled, DataError, StreamError, UsageError
from zhida.files import (
    CodedSource,
    NdjsonSource,
    ResultWriter,
    coded_path,
    failure_of,
    merge_rejects,
    open_source,
)
from zhida.outputs import check_output, reason
from zhida.results import parse
from zhida.writer_thread import WriterThread

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.engine import Engine
    from zhida.pack import Pack, PathLike

__all__ = ["Population", "Progress", "Screen"]

_EVALUATORS = {"batch": 0, "point": 1, "interpreter": 2}
_PRODUCTS = {
    "pairs": 0,
    "decisions": 1,
    "population": 2,
    "population facts": 3,
    "awards": 4,
    "bitmaps": 5,
    "simulation": 6,
    "possible awards": 7,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come. `rows_total` is None, and bytes are 0, where they are not known beforehand."""

    rows: int
    rows_total: int | None
    bytes: int
    bytes_total: int

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None when the end is not known."""
        if self.rows_total:
            return min(1.0, self.rows / self.rows_total)
        if self.bytes_total:
            return min(1.0, self.bytes / self.bytes_total)
        return None


ProgressFunction = Callable[[Progress], object]


class Population:
    """What was counted over all subjects of a run, made by `Engine.population()`.

    Give it to `Engine.screen(..., population=...)`, which supplies its facts to every subject. `summary` is
    that of the counting run; under `population` it says for each fact how many keys there were, how many
    subjects have one, and how many were left out because theirs is not known.
    """

    def __init__(self, native: _native.Population, summary: dict[str, Any]) -> None:
        self._native = native
        self.summary = summary

    def __repr__(self) -> str:
        counted = ", ".join(f"{row['fact']}: {row['keys']} keys" for row in self.summary["population"])
        return f"<Population {counted}>"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a run reads its subjects, whatever it makes of them: the arguments that all such calls have."""

    on_progress: ProgressFunction | None = None
    rejects: PathLike | None = None
    facts_date: DateLike | None = None
    known_on: DateLike | None = None
    undated: Undated = "fresh"
    strict: bool = False
    encoding: str = "utf-8"
    population: Population | None = None
    pack: Pack | None = None  # whose facts a file may hold; None: the engine's


def _scratch_file(owner: object, path: str) -> str:
    """A file that goes with its owner. `path` is made too, empty: if it cannot be, that is told now."""
    try:
        with open(path, "w"):
            pass
    except OSError as error:
        raise StreamError(f"{path} cannot be written: {reason(error)}; check the folder") from error
    folder = tempfile.mkdtemp(prefix="zhida-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return os.path.join(folder, "rejects.ndjson")


class _Exported:
    """A capsule that was made already, in the form that pyarrow asks for."""

    def __init__(self, capsule: object) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._capsule


class Screen:
    """One run, made by `Engine.screen()` or `Engine.decide()`, to be used once and in one of these ways:

    - `for batch in screen` gives pyarrow record batches as they are made;
    - `screen.write(path)` writes a Parquet, CSV or NDJSON file;
    - whatever takes an Arrow stream takes the screen: `polars.DataFrame(screen)`, `pyarrow.table(screen)`;
    - `screen.run()` only counts.

    Columns, unless fewer are asked for: `row` int64 (from 0, rejected rows counted), `subject` utf8,
    `policy` and `outcome` dictionary of utf8, `amount_fen` int64 (null where there is no amount). Those of
    `decide()`: `row`, `subject`, `decision`, `state` (known, unknown, error), `cause`, `value` (a text; JSON
    where it is a list or a structure).

    With `bitmaps=True`, for each block of about a thousand subjects, in order, a row for each policy and
    outcome that occurs in it, in no particular order: `row` and `rows` int64, `policy`, `outcome`, `bits`
    large_binary. Bit i, of byte i // 8 the bit of value 1 << i % 8, says whether input row `row` + i, for
    i < `rows`, has that outcome. So `numpy.unpackbits(numpy.frombuffer(bits, "u1"), count=rows,
    bitorder="little")` are the subjects, and `pyarrow.BooleanArray.from_buffers` takes them as they lie.

    Memory stays bounded whatever the size of the input. `cancel()` may be called from any thread; everything
    else from one thread at a time.
    """

    def __init__(
        self,
        engine: Engine,
        source: Any,
        reading: Reading,
        what: str = "pairs",
        *,
        outcomes: int = 0,
        policies: Iterable[str] = (),
        columns: int = 0,
        near: PathLike | None = None,
        blocked: bool = False,
        evaluator: str = "batch",
        simulation: _native.Simulation | None = None,
    ) -> None:
        if evaluator not in _EVALUATORS:
            raise UsageError(f"evaluator={evaluator!r}: choose from {', '.join(_EVALUATORS)}")
        self._engine = engine
        self._read = source
        for written in (reading.rejects, near):
            check_output(written, source)
        self._source = opened = open_source(source, reading.pack or engine.pack, reading.encoding)
        self._strict = reading.strict
        rejects = None if reading.rejects is None else os.fspath(reading.rejects)
        self._rejects = self._rejects_part = rejects
        if rejects is not None and opened.csv is not None:
            # The lines of a CSV file are known here only, so the engine's file is worked over at the end.
            self._rejects_part = _scratch_file(self, rejects)
        self._cancelled = False
        self._written: dict[str, int] | None = None
        self._what = what
        self._columns = columns
        self._schema: pa.Schema | None = None

        progress = None
        if (on_progress := reading.on_progress) is not None:

            def progress(rows: int, bytes_read: int, bytes_total: int) -> None:
                on_progress(Progress(*opened.place(rows, bytes_read, bytes_total)))

        options = _native.RunOptions.make(
            list(policies),
            outcomes,
            columns,
            *date_options(reading.facts_date, reading.known_on, reading.undated),
            self._rejects_part or "",
            "" if near is None else os.fspath(near),
            blocked,
            0,
            _EVALUATORS[evaluator],
            _PRODUCTS[what],
            None if reading.population is None else reading.population._native,
            simulation,
        )
        if isinstance(opened, NdjsonSource):
            self._native = _native.Screen.open_ndjson(engine._native, opened.paths, options, progress)
        elif isinstance(opened, CodedSource):
            self._native = _native.Screen.open_coded(engine._native, opened.path, options, progress)
        else:
            self._native = _native.Screen.open_arrow(engine._native, opened.stream, options, progress)

    @property
    def summary(self) -> dict[str, Any]:
        """The counts of the run as far as it has come (`complete` tells): the JSON of docs/commands.md,
        "screen".

        UsageError while another thread runs it.
        """
        data: dict[str, Any] = parse(self._native.summary())
        if self._written is not None:
            data["written"] = dict(self._written)
        return data

    def run(self) -> dict[str, Any]:
        """Judges everything and only counts. Returns the summary.

        Raises StreamError when the input fails half way, Cancelled after `cancel()`, KeyboardInterrupt on
        Ctrl-C, and whatever the progress function raised.
        """
        return self._run(self._native.run)

    def encode(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """Writes the rows into a coded file (.zhida) instead of judging them: see `Engine.encode()`."""
        target = coded_path(os.fspath(path))
        return self._run(lambda: self._native.encode(target))

    def _run(self, run: Callable[[], None]) -> dict[str, Any]:
        try:
            run()
        except StreamError as error:
            # Our own error, where there is no better one, knows its diagnostics.
            failure = failure_of(self._source, str(error), error)
            raise failure from failure.__cause__
        self._finish()
        return self.summary

    def population(self) -> Population:
        """What a run that counts has counted, once `run()` has ended."""
        return Population(self._native.population(), self.summary)

    def cancel(self) -> None:
        """Stops the run at the next block; it then raises Cancelled. Any thread may call this at any time."""
        self._cancelled = True
        self._native.cancel()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Record batches of results, as they are made; raises as `run()` does."""
        return self._rest(self._reader())

    @property
    def schema(self) -> pa.Schema:
        """The schema of the results."""
        import pyarrow as pa

        if self._schema is not None:
            return self._schema
        words = pa.dictionary(pa.int32(), pa.string())
        kinds = pa.dictionary(pa.int8(), pa.string())
        bitmaps = self._what == "bitmaps"
        begin = [
            pa.field("row", pa.int64(), nullable=False),
            pa.field(*(("rows", pa.int64()) if bitmaps else ("subject", pa.string())), nullable=False),
        ]
        rest = {
            "pairs": [
                pa.field("policy", words, nullable=False),
                pa.field("outcome", kinds, nullable=False),
                pa.field("amount_fen", pa.int64()),
            ],
            "bitmaps": [
                pa.field("policy", words, nullable=False),
                pa.field("outcome", kinds, nullable=False),
                pa.field("bits", pa.large_binary(), nullable=False),
            ],
            "decisions": [
                pa.field("decision", words, nullable=False),
                pa.field("state", kinds, nullable=False),
                pa.field("cause", pa.string()),
                pa.field("value", pa.string()),
            ],
        }
        if self._what not in rest:
            raise UsageError("the columns of this run are known once it has begun")
        fields = begin + rest[self._what]
        wanted = self._columns or (1 << len(fields)) - 1
        return pa.schema([field for i, field in enumerate(fields) if wanted >> i & 1])

    def to_arrow(self) -> pa.Table:
        """All results as one pyarrow table. Needs memory for all of them."""
        import pyarrow as pa

        batches = list(self)
        return pa.Table.from_batches(batches, schema=batches[0].schema if batches else self.schema)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The results for whoever speaks Arrow, once. `requested_schema` is not followed."""
        if self._source.csv is None and not self._strict:
            return self._native.export_stream(True)
        # What has to be done at the end is done by this package's own loop.
        import pyarrow as pa

        reader = self._reader()
        return pa.RecordBatchReader.from_batches(reader.schema, self._rest(reader)).__arrow_c_stream__()

    def write(self, path: str | os.PathLike[str]) -> dict[str, Any]:
        """Writes the results to a .parquet, .csv, .tsv or .ndjson file as they are made, and returns the
        summary.

        The file bears its name only when it is complete; a run that fails leaves none. Raises as `run()`
        does, and StreamError when the file cannot be written.
        """
        check_output(path, self._read)
        reader = self._reader()
        writer = ResultWriter(os.fspath(path), reader.schema)
        done = False
        try:
            with WriterThread(writer) as behind:
                for batch in self._rest(reader):
                    behind.write(batch)
            done = True
        finally:
            writer.close(keep=done)
        kind = "bitmaps" if self._what == "bitmaps" else "pairs"
        self._written = {kind: writer.rows_written, "bytes": writer.bytes_written}
        return self.summary

    def _reader(self) -> pa.RecordBatchReader:
        import pyarrow as pa

        self._arrow_error = pa.ArrowException
        reader = pa.RecordBatchReader.from_stream(_Exported(self._native.export_stream(False)))
        self._schema = reader.schema
        return reader

    def _rest(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        try:
            while True:
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    break
                except (self._arrow_error, OSError) as error:
                    self._fail(error)
                yield batch
        finally:
            reader.close()
        self._finish()

    def _fail(self, error: BaseException) -> NoReturn:
        self._native.raise_stopped()
        if self._source.failure is None and self._cancelled:
            raise Cancelled("the run was cancelled") from None
        failure = failure_of(self._source, str(error))
        raise failure from failure.__cause__

    def _finish(self) -> None:
        """What is left to do when the last row has been judged."""
        if self._source.csv is not None and self._rejects is not None and self._rejects_part is not None:
            merge_rejects(self._source.csv, self._rejects_part, self._rejects)
            self._rejects_part = None
        if self._strict:
            undeclared = self.summary["undeclared"]
            if undeclared:
                raise DataError(
                    f"the schema declares no {', '.join(undeclared)}; "
                    "mend the names or leave these keys out of the input"
                )

    def __repr__(self) -> str:
        return f"<Screen of {self._engine!r}>"
