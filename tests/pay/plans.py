"""Made-up payment plans with the columns of zhida pay plan."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("subject", "kind", "object")],
        ("year", pa.int32()),
        *[(name, pa.string()) for name in ("part", "policy", "outcome", "pool")],
        ("order", pa.int64()),
        ("amount_fen", pa.int64()),
        ("unclipped_fen", pa.int64()),
        (
            "steps",
            pa.list_(pa.struct([("step", pa.string()), ("fen", pa.int64()), ("note", pa.string())])),
        ),
        *[(name, pa.string()) for name in ("payee_name", "payee_account", "payee_bank", "status", "reason")],
        ("rival_open", pa.bool_()),
    ]
)


def row(number: int, amount_fen: int = 100_000, **other: Any) -> dict[str, Any]:
    """One payment of `amount_fen` to firm `number`; anything may be given otherwise."""
    made = {
        "subject": f"91350500{number:010d}",
        "kind": "rd",
        "object": "",
        "year": 2026,
        "part": "1",
        "policy": "fj-rd-increment",
        "outcome": "eligible",
        "pool": "rd",
        "order": number,
        "amount_fen": amount_fen,
        "unclipped_fen": 2 * amount_fen,
        "steps": [
            {"step": "formula", "fen": 2 * amount_fen, "note": "研发增量 × 8%"},
            {"step": "cap", "fen": amount_fen, "note": "上限"},
        ],
        "payee_name": f"泉州样例{number}有限公司",
        "payee_account": f"622202{number:010d}",
        "payee_bank": "105397000017",
        "status": "pay",
        "reason": "",
        "rival_open": False,
    }
    return {**made, **other}


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), SCHEMA)


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    pq.write_table(table(rows), path)
    return path
