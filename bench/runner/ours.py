"""Zhida's own measurements: zhida_bench for the engine, screens in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from runner.data import AS_OF, BIN, DATA, ROOT

_UNIT = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


class BenchFailed(Exception):
    """A benchmark found a wrong answer or could not run."""


def run_benches(
    pattern: str, *, rows: int, firms: Path, repetitions: int = 3, data: Path = DATA, **extra: str
) -> dict[str, dict[str, Any]]:
    """By name without "/real_time": seconds (median) and counters. Raises BenchFailed."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        environment = {
            "ZHIDA_BENCH_DATA": str(data),
            "ZHIDA_BENCH_FIRMS_MADE": str(firms),
            "ZHIDA_BENCH_ROWS": str(rows),
            **extra,
        }
        done = subprocess.run(
            [
                BIN / "zhida_bench",
                f"--benchmark_filter={pattern}",
                f"--benchmark_repetitions={repetitions}",
                "--benchmark_enable_random_interleaving=true",
                "--benchmark_out_format=json",
                f"--benchmark_out={out.name}",
            ],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BenchFailed(f"zhida_bench --benchmark_filter='{pattern}': {done.stderr.strip()[-500:]}")
        text = Path(out.name).read_text()
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(text)["benchmarks"]:
        if entry.get("error_occurred"):
            raise BenchFailed(f"{entry['name']}: {entry['error_message']}")
        if entry["run_type"] == "iteration":
            found.setdefault(entry["run_name"].removesuffix("/real_time"), []).append(entry)
    if not found:
        raise BenchFailed(f"no benchmark is called '{pattern}'")
    return {name: _median(entries) for name, entries in found.items()}


def has_coded_files() -> bool:
    import zhida

    return hasattr(zhida.Engine, "encode")


def encode(pack: Path, firms: Path, out: Path) -> dict[str, Any]:
    """A coded file of the firms, made in this process: seconds and what the encoder counted."""
    import zhida

    engine = zhida.Engine(zhida.load(pack), AS_OF)
    began = time.perf_counter()
    summary = engine.encode(str(firms), str(out))
    return {"seconds": time.perf_counter() - began, "summary": summary}


def read_alone(pack: Path, firms: Path, threads: int) -> float:
    """Seconds in which pyarrow reads a file as a screen has it read, and nothing is made of it."""
    import pyarrow as pa
    import zhida
    from zhida.files import open_source

    pa.set_cpu_count(threads)
    loaded = zhida.load(pack)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        for _batch in open_source(str(firms), loaded, "utf-8").stream:
            pass
        seconds.append(time.perf_counter() - began)
    return sorted(seconds)[1]


def has_bench(name: str) -> bool:
    listed = subprocess.run(
        [BIN / "zhida_bench", "--benchmark_list_tests"], capture_output=True, text=True, check=True
    ).stdout
    return any(line.startswith(name) for line in listed.splitlines())


def _median(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The run in the middle, with the least and the most seconds beside it."""
    entries = sorted(entries, key=lambda e: e["real_time"])
    middle = entries[len(entries) // 2]
    unit = _UNIT[middle["time_unit"]]
    known = {"name", "run_name", "run_type", "time_unit", "real_time", "cpu_time", "iterations", "threads"}
    counters = {
        key: value
        for key, value in middle.items()
        if key not in known
        and isinstance(value, float | int)
        and not key.endswith("_index")
        and key != "repetitions"
    }
    return {
        "seconds": middle["real_time"] * unit,
        "least": entries[0]["real_time"] * unit,
        "most": entries[-1]["real_time"] * unit,
        "repetitions": len(entries),
        **counters,
    }


def screen(
    pack: Path, firms: list[Path], *, pairs: bool = False, fingerprint: bool = False
) -> dict[str, Any]:
    """A screen from files through the Python package, in a new process: seconds, rows, pairs, peak_mb, ..."""
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "bench/runner/screen_once.py"),
            str(pack),
            *(["--pairs"] if pairs else []),
            *(["--fingerprint"] if fingerprint else []),
            *map(str, firms),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BenchFailed(f"the screen failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]
