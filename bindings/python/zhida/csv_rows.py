"""CSV files as Arrow batches, typed from the pack's schema and exact.

Every cell is read as text. A number becomes decimal128 from its text, never a float, so `0.10` and long
numbers stay what they are; codes and texts keep leading zeros. An empty cell is a fact that is not known. A
series takes one column a period, `revenue[2024]`. Lists and structures do not fit into cells and are refused
by column name.

A row that cannot be read is judged by nobody, yet counts: it goes to the engine without its key, which makes
the engine reject it, and `faults` keeps what was really wrong. So `rows_read = subjects + rows_rejected`
holds for CSV as for all else.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from zhida.csv_cells import Column, Fault, convert, form_of, series_of, type_of
from zhida.errors import DataError, StreamError, UsageError

if TYPE_CHECKING:
    from zhida.pack import Fact, Pack

_BLOCK_BYTES = 1 << 22
_HEADER_CHARACTERS_MAX = 1 << 20
_COMPANIONS = ("@state", "@date", "@source")
_WRONG_CELLS = "ZD4002"


class Faults:
    """Faults by row, written in rising order of rows and read once in the same order. Kept in a file beyond a
    megabyte.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=1 << 20, mode="w+", encoding="utf-8")  # noqa: SIM115
        self.count = 0

    def add(self, row: int, fault: Fault) -> None:
        """Notes a row of the whole input, counted from 0."""
        self._file.write(json.dumps([row, fault.field, fault.code, fault.reason], ensure_ascii=False) + "\n")
        self.count += 1

    def read(self) -> Iterator[tuple[int, Fault]]:
        """All faults by row."""
        self._file.seek(0)
        for line in self._file:
            row, field, code, reason = json.loads(line)
            yield row, Fault(field, code, reason)


_NUL_MENDS = "if it is UTF-16, say --encoding utf-16; if not, it is damaged: export it again"


class _Bytes(io.RawIOBase):
    """A file as UTF-8 bytes. Bytes that are no characters of the encoding stay bytes that are no UTF-8, to be
    found later.
    """

    def __init__(self, path: str, encoding: str) -> None:
        super().__init__()
        self._file = open(path, "rb")  # noqa: SIM115
        self.size = os.fstat(self._file.fileno()).st_size
        self._decoder = None
        if codecs.lookup(encoding).name not in ("utf-8", "ascii"):
            self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._rest = b""
        self.quotes = 0  # so far
        self.nul = False  # one was found

    def readable(self) -> bool:
        return True

    def position(self) -> int:
        """Bytes of the file read so far."""
        return 0 if self._file.closed else self._file.tell()

    def read(self, size: int = -1) -> bytes:
        taken = self._taken(size)
        self.quotes += taken.count(b'"')
        self.nul = self.nul or b"\0" in taken
        return taken

    def _taken(self, size: int) -> bytes:
        if self._decoder is None:
            return self._file.read(size)
        wanted = _BLOCK_BYTES if size is None or size < 0 else size
        while len(self._rest) < wanted:
            raw = self._file.read(_BLOCK_BYTES)
            self._rest += self._decoder.decode(raw, not raw).encode("utf-8", "surrogateescape")
            if not raw:
                break
        taken, self._rest = self._rest[:wanted], self._rest[wanted:]
        return taken

    def readinto(self, buffer: Any) -> int:
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._file.close()
        super().close()


def check_encoding(encoding: str) -> str:
    """The encoding, if Python knows it. Raises UsageError."""
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise UsageError(f"there is no encoding {encoding!r}; write utf-8 or gb18030") from error
    return encoding


class CsvRows:
    """One or more CSV files as one stream of batches. `.tsv` files are separated by tabs.

    Raises DataError when a header names a column that no cell can hold, StreamError when a file cannot be
    read.
    """

    def __init__(self, paths: Sequence[str], pack: Pack, encoding: str = "utf-8") -> None:
        self.encoding = check_encoding(encoding)
        self.paths = list(paths)
        self.faults = Faults()
        self.file_starts: list[tuple[int, str]] = []  # first row of each file
        self.rows_total = None
        self.bytes_total = sum(os.stat(path).st_size for path in paths)
        self._bytes_before = 0
        self._open: _Bytes | None = None
        self._by_word = {word: fact for fact in pack.facts for word in (fact.id, fact.name)}
        self._key = pack.key
        self._without_rows: set[str] = set()
        self._headers = {path: self._read_header(path) for path in paths}
        plans = {path: self._plan(path) for path in paths}
        first = plans[self.paths[0]]
        self.schema = _schema(first, self._by_word)
        for path in self.paths[1:]:
            if not _schema(plans[path], self._by_word).equals(self.schema):
                raise DataError(
                    f"{path} has other columns than {self.paths[0]}; "
                    "give files of the same columns, in the same order"
                )
        self._plans = plans

    def bytes_read(self) -> int:
        """Bytes of all files read so far."""
        return self._bytes_before + (self._open.position() if self._open is not None else 0)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows of all files, in order."""
        row = 0
        for path in self.paths:
            self.file_starts.append((row, path))
            if path in self._without_rows:
                continue
            for batch in self._read(path, row):
                row += batch.num_rows
                yield batch

    def _delimiter(self, path: str) -> str:
        return "\t" if path.lower().endswith(".tsv") else ","

    def _read_header(self, path: str) -> list[str]:
        with open(path, "rb") as file:
            raw = file.read(_HEADER_CHARACTERS_MAX)
        if not raw.strip():
            raise StreamError(f"{path} is empty; a CSV file begins with a line of the names of facts")
        try:
            # Cut at the last line, since the last character may be cut in half.
            head = raw[: raw.rindex(b"\n")] if len(raw) == _HEADER_CHARACTERS_MAX else raw
            encoding = "utf-8-sig" if codecs.lookup(self.encoding).name == "utf-8" else self.encoding
            text = head.decode(encoding, "surrogateescape")
            records = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter(path))
            names = next(records)
            if len(raw) < _HEADER_CHARACTERS_MAX and not any(records):
                self._without_rows.add(path)
        except (ValueError, StopIteration, csv.Error) as error:
            raise StreamError(f"{path}: its first line is no header of a CSV file") from error
        names = [name.strip() for name in names]
        if any("\0" in name for name in names):
            raise StreamError(f"{path} holds a NUL byte; {_NUL_MENDS}")
        if any("\udc80" <= character <= "\udcff" for name in names for character in name):
            mend = (
                "if it was saved on Chinese Windows or by Excel, say --encoding gb18030"
                if codecs.lookup(self.encoding).name == "utf-8"
                else "name the encoding it was saved in"
            )
            raise DataError(f"{path}: its first line is not {self.encoding.upper()}; {mend}")
        return names

    def _plan(self, path: str) -> list[Column]:
        columns = []
        problems = []
        seen: dict[str, int] = {}
        for position, name in enumerate(self._headers[path]):
            if name in seen:
                problems.append(f"column {name} is there twice; keep one")
                continue
            seen[name] = position
            column = self._column(position, name, problems)
            if column is not None:
                columns.append(column)
        if problems:
            raise DataError(f"{path}: " + f"\n{path}: ".join(problems))
        return columns

    def _column(self, position: int, name: str, problems: list[str]) -> Column | None:
        base = next((name[: -len(end)] for end in _COMPANIONS if name.endswith(end)), None)
        if base is not None:
            declared = base in self._by_word or name == "@date"
            return Column(position, name, name, None, "trimmed" if declared else "undeclared")
        fact = self._by_word.get(name)
        if fact is not None:
            return self._fact_column(position, name, fact, problems)
        parts = re.fullmatch(r"(.+)\[(.+)\]", name, re.DOTALL)
        series = self._by_word.get(parts[1].strip()) if parts else None
        if parts is None or series is None:
            return Column(position, name, name, None, "undeclared")
        element = _series_element(series)
        if element is None:
            problems.append(f"column {name}: {series.id} is no series; name the column {series.id}")
            return None
        return Column(position, name, series.id, parts[2].strip(), form_of(element))

    def _fact_column(self, position: int, name: str, fact: Fact, problems: list[str]) -> Column | None:
        if _series_element(fact) is not None:
            example = f"{name}[{_PERIODS[_period(fact)]}]"
            problems.append(
                f"column {name}: {fact.id} is a {fact.type}; write one column a period, such as {example}"
            )
        elif fact.form == "nested":
            problems.append(
                f"column {name}: a cell cannot hold a {fact.type}; use Parquet or NDJSON for this fact"
            )
        else:
            return Column(position, name, name, None, form_of(fact.type.rstrip("?")))
        return None

    def _read(self, path: str, first_row: int) -> Iterator[pa.RecordBatch]:
        plan = self._plans[path]
        width = len(self._headers[path])
        short: list[tuple[int, int]] = []  # row within the file, cells it has

        def wrong_cells(row: pa.csv.InvalidRow) -> str:
            # Number 1 is the header.
            short.append((row.number - 2, row.actual_columns))
            return "skip"

        source = _Bytes(path, self.encoding)
        self._open = source
        names = [f"c{position}" for position in range(width)]
        try:
            reader = pa.csv.open_csv(
                pa.PythonFile(source, mode="r"),
                # One thread, or rows with a wrong number of cells come without their numbers.
                read_options=pa.csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK_BYTES, column_names=names, skip_rows_after_names=1
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=self._delimiter(path),
                    newlines_in_values=True,
                    invalid_row_handler=wrong_cells,
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types={name: pa.binary() for name in names},
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
            row = 0
            for batch in reader:
                batch, faults = _with_skipped(batch, row, short, width)
                yield self._typed(batch, plan, faults, first_row + row)
                row += batch.num_rows
            if source.nul:
                raise StreamError(f"{path} holds a NUL byte; {_NUL_MENDS}")
            if source.quotes % 2:
                # The reader takes all that follows for one cell, and firms would be lost without a word.
                raise StreamError(f"{path} has an odd number of quotes: one is opened and never closed")
            if short:
                rest = pa.RecordBatch.from_arrays([pa.nulls(0, pa.binary())] * width, names=names)
                batch, faults = _with_skipped(rest, row, short, width)
                yield self._typed(batch, plan, faults, first_row + row)
        except pa.ArrowInvalid as error:
            why = str(error)
            if "straddl" in why:
                why = "a quote is opened and never closed, or a row is longer than 4 MiB"
            raise StreamError(f"{path} cannot be read as CSV: {why}") from error
        finally:
            self._bytes_before += source.size
            self._open = None
            source.close()

    def _typed(
        self, batch: pa.RecordBatch, plan: list[Column], faults: dict[int, Fault], first_row: int
    ) -> pa.RecordBatch:
        read: dict[str, list[tuple[str, pa.Array]]] = {}
        for column in plan:
            if column.form == "undeclared":
                values = pa.nulls(batch.num_rows)
            else:
                values = convert(batch.column(column.position), column, self.encoding, faults)
            read.setdefault(column.target, []).append((column.period or "", values))
        arrays = []
        for field in self.schema:
            parts = read[field.name]
            arrays.append(series_of(parts, field.type) if pa.types.is_list(field.type) else parts[0][1])
        if faults:
            self._drop_keys(arrays, faults, batch.num_rows)
            for row in sorted(faults):
                self.faults.add(first_row + row, faults[row])
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _drop_keys(self, arrays: list[pa.Array], faults: dict[int, Fault], rows: int) -> None:
        """Takes the key out of faulty rows, so that the engine rejects them."""
        for position, field in enumerate(self.schema):
            fact = self._by_word.get(field.name)
            if fact is not None and fact.id == self._key:
                faulty = pa.array([row in faults for row in range(rows)])
                arrays[position] = pc.if_else(faulty, pa.scalar(None, field.type), arrays[position])


_PERIODS = {"year": "2024", "quarter": "2024Q1", "month": "2024-01"}


def _series_element(fact: Fact) -> str | None:
    """'number' for a `series(year) of number`; None for a fact that is no series."""
    found = re.fullmatch(r"series\((\w+)\) of (.+?)\??", fact.type)
    return found[2].rstrip("?") if found else None


def _period(fact: Fact) -> str:
    found = re.match(r"series\((\w+)\)", fact.type)
    return found[1] if found else "year"


def _schema(plan: list[Column], by_word: dict[str, Fact]) -> pa.Schema:
    fields: dict[str, pa.Field] = {}
    for column in plan:
        kind = type_of(column.form)
        if column.period is not None:
            kind = pa.list_(pa.struct([("period", pa.string()), ("value", kind)]))
        fields.setdefault(column.target, pa.field(column.target, kind))
    return pa.schema(list(fields.values()))


def _with_skipped(
    batch: pa.RecordBatch, first_row: int, short: list[tuple[int, int]], width: int
) -> tuple[pa.RecordBatch, dict[int, Fault]]:
    """Puts rows of nulls where lines with a wrong number of cells were left out. Takes those lines off
    `short`.
    """
    faults: dict[int, Fault] = {}
    pieces: list[pa.RecordBatch] = []
    taken = 0
    used = 0
    row = 0
    empty = pa.RecordBatch.from_arrays(
        [pa.nulls(1, field.type) for field in batch.schema], schema=batch.schema
    )
    for place, cells in short:
        # Rows of the file before this line, as far as they are not in this batch's output yet.
        before = place - first_row - row
        if before > batch.num_rows - taken or (before == batch.num_rows - taken and batch.num_rows > 0):
            break
        pieces += [batch.slice(taken, before), empty]
        taken += before
        row += before + 1
        faults[row - 1] = Fault(
            "",
            _WRONG_CELLS,
            f"this row has {cells} cells, the first line has {width}; look for a stray comma or quote",
        )
        used += 1
    if not used:
        return batch, faults
    del short[:used]
    pieces.append(batch.slice(taken))
    table = pa.Table.from_batches(pieces).combine_chunks()
    return table.to_batches()[0], faults
