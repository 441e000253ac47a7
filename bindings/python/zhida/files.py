"""Rows from files and tables, and results into files. pyarrow is imported only when a file of its kinds is in
play.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhida.errors import DataError, StreamError, UsageError, ZhidaError
from zhida.outputs import reason

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.csv_rows import CsvRows
    from zhida.pack import Pack

__all__ = [
    "ArrowSource",
    "CodedSource",
    "NdjsonSource",
    "ResultWriter",
    "coded_path",
    "kind_of",
    "open_source",
]

_KINDS = {
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
}
_CODED = ".zhida"
_PARQUET_BATCH_ROWS = 8192
# Result rows gathered before a group of a Parquet file is written; bounds memory.
_GROUP_ROWS = 262_144


def kind_of(path: str) -> str:
    """ndjson, parquet or csv, by the end of the name. Raises UsageError for any other."""
    kind = _KINDS.get(Path(path).suffix.lower())
    if kind is None and path.startswith("/dev/"):
        kind = "ndjson"
    if kind is None:
        raise UsageError(
            f"{path}: the kind of file is told by its name; "
            "end it with .ndjson, .jsonl, .parquet, .csv or .tsv (or .zhida, if zhida encode made it)"
        )
    return kind


class NdjsonSource:
    """NDJSON files, which the engine reads itself."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self.failure: BaseException | None = None
        self.csv: CsvRows | None = None

    def place(self, rows: int, bytes_read: int, bytes_total: int) -> tuple[int, int | None, int, int]:
        """Rows, all rows if known, bytes and all bytes of a run that has come so far."""
        return rows, None, bytes_read, bytes_total


# Columns of results that are numbers.
_PLAIN_COLUMNS = ("row", "amount_fen")


class CodedSource:
    """A coded file, which the engine maps into memory."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.failure: BaseException | None = None
        self.csv: CsvRows | None = None

    def place(self, rows: int, bytes_read: int, bytes_total: int) -> tuple[int, int | None, int, int]:
        """Rows, all rows if known, bytes and all bytes of a run that has come so far."""
        return rows, None, bytes_read, bytes_total


class ArrowSource:
    """Rows as an Arrow stream, from an object that offers one or from files."""

    def __init__(self, stream: Any, rows_total: int | None = None, csv: CsvRows | None = None) -> None:
        self.stream = stream
        self.rows_total = rows_total
        self.csv = csv
        # What a generator of ours raised inside the stream, where only its text gets through.
        self.failure: BaseException | None = None

    def place(self, rows: int, bytes_read: int, bytes_total: int) -> tuple[int, int | None, int, int]:
        """Rows, all rows if known, bytes and all bytes of a run that has come so far."""
        if self.csv is not None:
            return rows, None, self.csv.bytes_read(), self.csv.bytes_total
        return rows, self.rows_total, bytes_read, bytes_total


def open_source(source: Any, pack: Pack, encoding: str) -> NdjsonSource | CodedSource | ArrowSource:
    """What `Engine.screen()` was given, ready to run. Raises UsageError, DataError or StreamError."""
    if isinstance(source, str | os.PathLike):
        return _open_files([os.fspath(source)], pack, encoding)
    if (
        isinstance(source, list | tuple)
        and source
        and all(isinstance(part, str | os.PathLike) for part in source)
    ):
        return _open_files([os.fspath(part) for part in source], pack, encoding)
    return ArrowSource(_stream_of(source), _rows_of(source))


def _rows_of(source: Any) -> int | None:
    for name in ("num_rows", "height"):
        rows = getattr(source, name, None)
        if isinstance(rows, int):
            return rows
    return None


def _stream_of(source: Any) -> Any:
    if hasattr(source, "__arrow_c_stream__"):
        return source
    if hasattr(source, "__arrow_c_array__"):
        import pyarrow as pa

        batch = pa.record_batch(source)
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])
    if type(source).__module__.split(".")[0] == "pandas":
        import pyarrow as pa

        return pa.Table.from_pandas(source)
    raise UsageError(
        f"a {type(source).__name__} cannot be screened; give a path, a list of paths, "
        "or a table that speaks Arrow (pyarrow, polars, DuckDB, pandas)"
    )


def _open_files(paths: list[str], pack: Pack, encoding: str) -> NdjsonSource | CodedSource | ArrowSource:
    for path in paths:
        if os.path.isdir(path):
            raise UsageError(f"{path} is a folder; name the files in it")
    kinds = {"coded" if _is_coded(path) else kind_of(path) for path in paths}
    if len(kinds) > 1:
        raise UsageError(
            f"the files are of several kinds ({', '.join(sorted(kinds))}); screen one kind at a time"
        )
    for path in paths:
        # Now, rather than after the first file's hour.
        _check_readable(path)
    kind = kinds.pop()
    if kind == "coded":
        if len(paths) > 1:
            raise UsageError(
                "coded files are screened one at a time; name one, or encode their sources together"
            )
        return CodedSource(paths[0])
    if kind == "ndjson":
        return NdjsonSource(paths)
    if kind == "csv":
        from zhida.csv_rows import CsvRows

        rows = CsvRows(paths, pack, encoding)
        source = ArrowSource(None, csv=rows)
        return _with_stream(source, rows.schema, rows.batches)
    return _open_parquet(paths, pack)


def _is_coded(path: str) -> bool:
    return Path(path).suffix.lower() == _CODED


def coded_path(path: str) -> str:
    """The name of a coded file to be made. Raises UsageError for a name that would not be taken for one."""
    if not _is_coded(path):
        raise UsageError(f"{path}: a coded file is told by its name; end it with {_CODED}")
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(f"{path} is no plain file; name one")
    return os.path.realpath(path)


def _check_readable(path: str) -> None:
    try:
        # A pipe is opened once only, by whoever reads it.
        if stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "rb"):
                pass
    except OSError as error:
        raise StreamError(f"{path} cannot be read: {error.strerror}; check the name") from error


def _with_stream(
    source: ArrowSource, schema: pa.Schema, batches: Callable[[], Iterator[pa.RecordBatch]]
) -> ArrowSource:
    import pyarrow as pa

    def watched() -> Iterator[pa.RecordBatch]:
        try:
            yield from batches()
        except GeneratorExit:
            raise
        except BaseException as error:
            source.failure = error
            raise

    source.stream = pa.RecordBatchReader.from_batches(schema, watched())
    return source


def _open_parquet(paths: Sequence[str], pack: Pack) -> ArrowSource:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schemas = []
    rows_total = 0
    for path in paths:
        try:
            metadata = pq.read_metadata(path)
            schemas.append(metadata.schema.to_arrow_schema())
        except (pa.ArrowException, OSError) as error:
            raise StreamError(f"{path} is no whole Parquet file, write it again: {error}") from error
        rows_total += metadata.num_rows
    try:
        whole = pa.unify_schemas(
            [schema.remove_metadata() for schema in schemas], promote_options="permissive"
        )
    except pa.ArrowException as error:
        raise DataError(f"the files do not fit together: {error}") from error
    words = _declared_words(pack)
    plain = len(set(whole.names)) == len(whole.names) and not any("." in name for name in whole.names)
    # A column that no rule knows is named to the engine, which counts it, but not read.
    wanted = [name for name in whole.names if name in words] if plain else None
    if plain:
        whole = pa.schema(
            [field if field.name in words else pa.field(field.name, pa.null()) for field in whole]
        )
    coded = _coded_columns(pack, whole, schemas) if plain else []
    for name in coded:
        whole = whole.set(whole.get_field_index(name), pa.field(name, pa.dictionary(pa.int32(), pa.string())))

    def batches() -> Iterator[pa.RecordBatch]:
        for path in paths:
            try:
                with pq.ParquetFile(path, read_dictionary=coded, pre_buffer=False) as file:
                    for batch in file.iter_batches(
                        batch_size=_PARQUET_BATCH_ROWS, columns=wanted, use_threads=False
                    ):
                        yield _fit(batch, whole)
            except (pa.ArrowException, OSError) as error:
                raise StreamError(f"{path} cannot be read to its end, write it again: {error}") from error

    return _with_stream(ArrowSource(None, rows_total), whole, batches)


def _coded_columns(pack: Pack, whole: pa.Schema, schemas: list[pa.Schema]) -> list[str]:
    """Columns of codes that Parquet keeps as texts. They are read as dictionaries, which is how they lie in
    the file as a rule, so that each code is made and checked once and not once a row.
    """
    import pyarrow as pa

    codes = {word for fact in pack.facts if fact.type.startswith("code(") for word in (fact.id, fact.name)}
    return [
        name
        for name in whole.names
        if name in codes
        and all(name not in schema.names or schema.field(name).type == pa.string() for schema in schemas)
    ]


def _declared_words(pack: Pack) -> set[str]:
    words = {"@date"}
    for fact in pack.facts:
        for word in (fact.id, fact.name):
            words |= {word, f"{word}@state", f"{word}@date", f"{word}@source"}
    return words


def _fit(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with the columns of the schema; those it lacks are null."""
    import pyarrow as pa

    if batch.schema.equals(schema):
        return batch
    names = batch.schema.names
    arrays = []
    for field in schema:
        if pa.types.is_null(field.type) or field.name not in names:
            arrays.append(pa.nulls(batch.num_rows, field.type))
            continue
        array = batch.column(names.index(field.name))
        arrays.append(array if array.type.equals(field.type) else array.cast(field.type))
    if not arrays:
        raise DataError("the file has no columns")
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class ResultWriter:
    """Writes result batches to a file of the kind its name tells, in bounded memory.

    The file gets its name when `close(keep=True)` is called, so that one that bears the name is complete.
    """

    def __init__(self, path: str, schema: pa.Schema) -> None:
        self._path = path
        self._kind = kind_of(path)
        if os.path.exists(path) and not os.path.isfile(path):
            raise UsageError(f"{path} is no plain file; name one, or write to standard output with -")
        # Where a link points to, so that the link stays.
        self._target = os.path.realpath(path)
        folder, name = os.path.split(self._target)
        self._part = os.path.join(folder, f".{name}.{os.getpid()}.part")
        self._schema = schema
        self._gathered: list[pa.RecordBatch] = []
        self._rows = 0
        self.rows_written = 0
        self.bytes_written = 0  # known when the file is closed
        self._writer: Any = None
        self._file: Any = None
        try:
            self._open()
        except OSError as error:
            raise StreamError(f"{path} cannot be written: {reason(error)}; check the folder") from error

    def _open(self) -> None:
        if self._kind == "parquet":
            import pyarrow.parquet as pq

            # Rows ascend, so their steps are small; statistics of texts cost more than all the rest and tell
            # nothing of pairs in the order of the input.
            self._writer = pq.ParquetWriter(
                self._part,
                self._schema,
                use_dictionary=[n for n in self._schema.names if n not in _PLAIN_COLUMNS],
                column_encoding={n: "DELTA_BINARY_PACKED" for n in self._schema.names if n == "row"},
                write_statistics=[n for n in self._schema.names if n in _PLAIN_COLUMNS],
            )
        elif self._kind == "csv":
            import pyarrow.csv as pv

            delimiter = "\t" if self._path.lower().endswith(".tsv") else ","
            options = pv.WriteOptions(quoting_style="needed", delimiter=delimiter)
            self._writer = pv.CSVWriter(self._part, _plain_schema(self._schema), write_options=options)
        else:
            self._file = open(self._part, "wb")  # noqa: SIM115

    def write(self, batch: pa.RecordBatch) -> None:
        """Adds a batch. Raises StreamError, for instance when the disk is full."""
        self.rows_written += batch.num_rows
        try:
            if self._kind == "ndjson":
                self._file.write(ndjson_of(batch))
            elif self._kind == "csv":
                self._writer.write(_plain(batch))
            else:
                self._gathered.append(batch)
                self._rows += batch.num_rows
                if self._rows >= _GROUP_ROWS:
                    self._flush()
        except OSError as error:
            raise StreamError(f"{self._path} cannot be written: {reason(error)}") from error

    def _flush(self) -> None:
        import pyarrow as pa

        if self._gathered:
            self._writer.write_table(pa.Table.from_batches(self._gathered), row_group_size=_GROUP_ROWS)
        self._gathered = []
        self._rows = 0

    def close(self, keep: bool) -> None:
        """Gives the file its name, or removes it."""
        try:
            if self._kind == "parquet" and keep:
                self._flush()
            for open_one in (self._writer, self._file):
                if open_one is not None:
                    open_one.close()
            if keep:
                self.bytes_written = os.path.getsize(self._part)
                os.replace(self._part, self._target)
        except OSError as error:
            keep = False
            raise StreamError(f"{self._path} cannot be written: {reason(error)}") from error
        finally:
            if not keep and os.path.exists(self._part):
                os.remove(self._part)


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(field.name, field.type.value_type) if pa.types.is_dictionary(field.type) else field
            for field in schema
        ]
    )


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    import pyarrow as pa

    schema = _plain_schema(batch.schema)
    arrays = [
        array.cast(field.type) if pa.types.is_dictionary(array.type) else array
        for array, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def ndjson_of(batch: pa.RecordBatch) -> bytes:
    """The batch as one JSON object a line, made column by column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[Any] = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        head = ("," if parts else "{") + json.dumps(name) + ":"
        if pa.types.is_dictionary(array.type):
            text = _quoted(array.dictionary).take(array.indices)
        elif pa.types.is_string(array.type):
            text = _quoted(array)
        elif pa.types.is_date(array.type):
            text = _quoted(array.cast(pa.string()))
        else:
            text = array.cast(pa.string())
        parts += [head, pc.fill_null(text, "null")]
    if not batch.num_rows:
        return b""
    lines = pc.binary_join_element_wise(*parts, "}\n", "")
    start, end = _text_range(lines)
    return lines.buffers()[2].to_pybytes()[start:end]


def _text_range(texts: pa.StringArray) -> tuple[int, int]:
    offsets = memoryview(texts.buffers()[1]).cast("i")
    return offsets[texts.offset], offsets[texts.offset + len(texts)]


def _quoted(texts: pa.Array) -> pa.Array:
    """Texts as JSON texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.any(pc.match_substring_regex(texts, r'[\x00-\x1f"\\\x7f]')).as_py():
        quoted = [
            None if text is None else json.dumps(text, ensure_ascii=False) for text in texts.to_pylist()
        ]
        return pa.array(quoted, pa.string())
    return pc.binary_join_element_wise('"', texts, '"', "")


def merge_rejects(csv: CsvRows, part: str, path: str) -> None:
    """Rejects of a CSV run: the engine's file with lines, file names, and what was wrong before the engine
    saw the row.
    """
    faults = csv.faults.read()
    row_at, fault = next(faults, (-1, None))
    starts = csv.file_starts
    file = 0
    try:
        with open(part, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as out:
            for line in source:
                reject = json.loads(line)
                row = reject["row"]
                while file + 1 < len(starts) and starts[file + 1][0] <= row:
                    file += 1
                while fault is not None and row_at < row:
                    row_at, fault = next(faults, (-1, None))
                # The header is line 1.
                told = {"row": row, "line": row - starts[file][0] + 2, "file": starts[file][1]}
                if fault is not None and row_at == row:
                    told |= {"field": fault.field, "code": fault.code, "reason": fault.reason}
                else:
                    told |= {key: reject[key] for key in ("field", "code", "reason")}
                out.write(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        raise StreamError(f"{path} cannot be written: {reason(error)}") from error


def failure_of(
    source: NdjsonSource | CodedSource | ArrowSource, message: str, plain: StreamError | None = None
) -> BaseException:
    """What to raise for a run that failed with this message; `plain` when nothing better is known."""
    plain = plain or StreamError(message)
    failure = source.failure
    if failure is None:
        # Ctrl-C in Python code of somebody else's stream; of its exception only the text gets through.
        return KeyboardInterrupt() if re.search("^KeyboardInterrupt$", message, re.MULTILINE) else plain
    if isinstance(failure, ZhidaError | KeyboardInterrupt):
        return failure
    plain.__cause__ = failure
    return plain
