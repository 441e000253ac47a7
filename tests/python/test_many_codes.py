"""A fact with as many different codes as there are firms: more than are kept anywhere. Answers stay right,
memory bounded, and the time near that of few codes.

Thin with 150,000 firms, which is more than are kept of a column; a million where all tests run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import environment

FULL = os.environ.get("ZHIDA_TEST_SIZE") == "full"
COUNT = 1_000_000 if FULL else 150_000
# Code lists and answers keep at most 131,072 texts a column; what is beyond is looked up and forgotten. From
# Parquet each piece under way holds the dictionary of its row group as far as it was read.
MORE_MIB = 256
# Looking a text up and judging it costs microseconds; this bar is for what would grow with the square.
SECONDS_A_MILLION = 120

FILES = {
    "pack.json": '{"id":"many","version":"1.0.0","title":"t","kind":"firm","status":"sample"}',
    "schema.json": json.dumps(
        {
            "kind": "firm",
            "key": "id",
            "facts": [{"id": "id", "type": "string"}, {"id": "trade", "type": "code(trade)"}],
        }
    ),
    "lists/index.json": json.dumps(
        {
            "lists": [
                {"id": "trade", "name": "t", "tree": "prefix", "open": True, "codes": {"A": "a", "B": "b"}}
            ]
        }
    ),
    "policies/all.json": json.dumps(
        [
            {
                "id": policy,
                "title": "t",
                "clauses": [{"id": "c", "article": "1", "when": when}],
            }
            for policy, when in (
                ("under", 'under(trade, "A")'),
                ("sevens", 'matches(trade, "7$")'),
                ("one", 'trade = "A78"'),
            )
        ]
    ),
}

RUN = """
import json, sys, time, zhida
engine = zhida.Engine(zhida.load(sys.argv[1]), as_of="2026-06-30", threads=2)
began = time.monotonic()
summary = engine.screen(sys.argv[2]).run()
seconds = time.monotonic() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
counts = {row["policy"]: row["eligible"] for row in summary["by_policy"]}
print(json.dumps([counts, summary["subjects"], summary["adds_up"], int(peak.split()[1]) // 1024, seconds]))
"""


def codes_of(different: int) -> list[str]:
    return ["AB"[number % 3 == 0] + str(number % different) for number in range(COUNT)]


def write(path: Path, codes: list[str], engine: zhida.Engine) -> None:
    ndjson = path.with_suffix(".ndjson")
    with ndjson.open("w") as out:
        out.writelines(f'{{"id":"f","trade":"{code}"}}\n' for code in codes)
    if path.suffix == ".zhida":
        engine.encode(ndjson, path)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({"id": ["f"] * COUNT, "trade": codes}), path)


@pytest.mark.parametrize("kind", ["ndjson", "parquet", "zhida"])
def test_as_many_codes_as_firms(kind: str, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    for name, text in FILES.items():
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text(text)
    engine = zhida.Engine(zhida.load(pack), as_of="2026-06-30", threads=2)
    peaks = []
    for different in (1_000, COUNT):
        codes = codes_of(different)
        path = tmp_path / f"firms.{kind}"
        write(path, codes, engine)
        ran = subprocess.run(
            [sys.executable, "-c", RUN, str(pack), str(path)],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        counts, subjects, adds_up, peak, seconds = json.loads(ran.stdout)
        assert (subjects, adds_up) == (COUNT, True)
        assert counts == {
            "under": sum(code.startswith("A") for code in codes),
            "sevens": sum(code.endswith("7") for code in codes),
            "one": codes.count("A78"),
        }
        assert seconds < SECONDS_A_MILLION * COUNT / 1_000_000 + 10
        peaks.append(peak)
        print(f"{kind}, {different:,} codes: {seconds:.2f} s, {peak} MiB at its highest")
    assert peaks[1] <= peaks[0] + MORE_MIB, peaks
