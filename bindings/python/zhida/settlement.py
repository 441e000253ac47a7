"""From awards to a payment plan: what combines, what was paid before, what each pool has.

plan = engine.pay_plan("firms.parquet", history="paid.csv")
plan.summary["settlement"]["paid_fen"], plan.write("plan.parquet")
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhida import _native
from zhida.errors import StreamError, UsageError
from zhida.files import ResultWriter
from zhida.outputs import reason
from zhida.plan_budgets import PlanBudgets
from zhida.results import parse

if TYPE_CHECKING:
    import pyarrow as pa

    from zhida.engine import Engine

__all__ = ["PayPlan", "settle"]


class PayPlan:
    """A finished settlement, one row an award: see docs/settlement.md for the columns.

    - `plan.write(path)` writes a .parquet file, which `zhida pay reserve` takes, or .ndjson;
    - whatever takes an Arrow stream takes the plan: `polars.DataFrame(plan)`, `pyarrow.table(plan)`;
    - `plan.summary` has the figures by pool and policy.
    """

    def __init__(self, native: _native.Settlement) -> None:
        self._native = native
        data: dict[str, Any] = parse(native.summary())
        self.summary = data

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows for whoever speaks Arrow, as often as asked. `requested_schema` is not followed."""
        return self._native.export_stream()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Record batches of rows, by subject, policy, object and year."""
        import pyarrow as pa

        yield from pa.RecordBatchReader.from_stream(self)

    def to_arrow(self) -> pa.Table:
        """All rows as one pyarrow table, with the budgets in its metadata as in a Parquet file."""
        import pyarrow as pa

        return pa.table(self).replace_schema_metadata(self._metadata())

    def _metadata(self) -> dict[bytes, bytes]:
        return PlanBudgets.of_summary(self.summary).to_metadata()

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes the rows to a .parquet or .ndjson file, which bears its name only when it is complete.

        Raises UsageError for other kinds and StreamError when the file cannot be written.
        """
        import pyarrow as pa

        name = os.fspath(path)
        if not name.lower().endswith((".parquet", ".ndjson", ".jsonl")):
            raise UsageError(f"{name}: a plan has lists, which only .parquet and .ndjson files hold")
        reader = pa.RecordBatchReader.from_stream(self)
        writer = ResultWriter(name, reader.schema.with_metadata(self._metadata()))
        done = False
        try:
            for batch in reader:
                writer.write(batch)
            done = True
        finally:
            writer.close(keep=done)

    def __repr__(self) -> str:
        figures = self.summary["settlement"]
        return f"<PayPlan of {figures['awards']} awards, {figures['paid_fen']} fen paid>"


def settle(engine: Engine, awards: Any, *, history: Any = None) -> PayPlan:
    """Settles awards: combination within each subject, then the budget of each pool.

    `awards` is anything that speaks Arrow, with the columns `subject`, `policy`, `amount_fen` and those of
    docs/settlement.md. `history` holds what was paid before: a .parquet, .csv or .ndjson file, or anything
    that speaks Arrow, with `subject`, `amount_fen`, `date`, and `policy` or `kind`.

    Raises DataError for a row that is wrong, with its number, StreamError for files that cannot be read.
    """
    native = _native.Settlement.create(engine._native)
    native.add_awards(awards)
    if history is not None:
        native.add_payments(open_history(history))
    native.run()
    return PayPlan(native)


def open_history(history: Any) -> Any:
    """Earlier payments or claims: a file by its suffix, or anything that speaks Arrow as it is."""
    if not isinstance(history, str | os.PathLike):
        return history
    import pyarrow as pa

    name = os.fspath(history)
    try:
        return _history_reader(name)
    except (OSError, pa.ArrowException) as error:
        raise StreamError(f"{name} cannot be read: {reason(error)}; check its name and content") from error


def _history_reader(name: str) -> Any:
    import pyarrow as pa

    texts = ("subject", "policy", "kind", "object", "region", "pool", "date", "part")
    types = {text: pa.string() for text in texts}
    types |= {"amount_fen": pa.int64(), "year": pa.int32(), "pool_year": pa.int32()}
    lower = name.lower()
    if lower.endswith(".parquet"):
        import pyarrow.parquet as pq

        file = pq.ParquetFile(name)
        return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches())
    if lower.endswith((".csv", ".tsv")):
        import pyarrow.csv as pv

        return pv.open_csv(
            name,
            parse_options=pv.ParseOptions(delimiter="\t" if lower.endswith(".tsv") else ","),
            convert_options=pv.ConvertOptions(column_types=types, strings_can_be_null=True),
        )
    if lower.endswith((".ndjson", ".jsonl")):
        import pyarrow.json as pj

        schema = pa.schema(list(types.items()))
        options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
        return pj.open_json(name, parse_options=options)
    raise UsageError(
        f"{name}: earlier payments and claims are read from .parquet, .csv, .tsv and .ndjson files"
    )
