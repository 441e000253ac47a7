"""Memory of a run does not grow with the number of firms, whatever they come from and whatever is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zhida
from conftest import AS_OF, FIRM, environment

# With pairs a run has reached its height only after some hundreds of thousands of firms.
FULL = os.environ.get("ZHIDA_TEST_SIZE") == "full"
FEW, MANY = (480_000, 1_920_000) if FULL else (40_000, 160_000)
# What may be added by chance: a buffer that doubles, pages that an allocator keeps.
SPARE_MIB = 56 if FULL else 24

RUN = """
import sys, zhida
engine = zhida.Engine(zhida.load(sys.argv[1]), as_of=sys.argv[3], threads=2)
screen = engine.screen(sys.argv[2])
summary = screen.write(sys.argv[4]) if sys.argv[4] else screen.run()
# Of this program alone: what getrusage() says begins with the parent's.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(summary["subjects"], int(peak.split()[1]) // 1024)
"""


def write_many(path: Path, count: int) -> Path:
    head, tail = json.dumps({**FIRM, "uscc": "@"}, ensure_ascii=False).split("@")
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{head}F{number}{tail}\n" for number in range(count))
    return path


@pytest.mark.parametrize("pairs", ["", "pairs.parquet"] if FULL else [""])
@pytest.mark.parametrize("kind", ["ndjson", "zhida", "parquet"])
def test_many_times_the_firms_take_no_more_memory(
    kind: str, pairs: str, folder: Path, tmp_path: Path, engine: zhida.Engine
) -> None:
    peaks = []
    for count in (FEW, MANY):
        source = write_many(tmp_path / "firms.ndjson", count)
        if kind == "zhida":
            engine.encode(source, tmp_path / "firms.zhida")
        elif kind == "parquet":
            write_parquet(tmp_path / "firms.parquet", count)
        out = str(tmp_path / pairs) if pairs else ""
        ran = subprocess.run(
            [sys.executable, "-c", RUN, str(folder), str(tmp_path / f"firms.{kind}"), AS_OF, out],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        subjects, peak = map(int, ran.stdout.split())
        assert subjects == count
        peaks.append(peak)
    assert peaks[1] <= peaks[0] + SPARE_MIB, peaks


def write_parquet(path: Path, count: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "uscc": [f"F{number}" for number in range(count)],
            "region": ["01"] * count,
            "staff": [20] * count,
            "hitech": [True] * count,
        }
    )
    pq.write_table(table, path, row_group_size=16_384)
