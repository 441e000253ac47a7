"""./dev bench: measures Zhida beside DuckDB, Polars and ZEN. bench/README.md says what and how."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from runner import counts, page, report
from runner.answers import Disagreement
from runner.data import RESULTS, ROOT
from runner.ours import BenchFailed


def _first_line(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[0].strip() if done.stdout else ""


_SAMPLE_S = 2


def _busy_cores() -> float:
    """How many processors other programs keep busy, while this one sleeps."""

    def ticks() -> int:
        busy = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        return sum(map(int, busy)) - int(busy[3]) - int(busy[4])  # all but idle and waiting

    before = ticks()
    time.sleep(_SAMPLE_S)
    return (ticks() - before) / os.sysconf("SC_CLK_TCK") / _SAMPLE_S


def _meta(threads: int) -> dict[str, Any]:
    import duckdb
    import polars

    cpu = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1e6
    changed = _first_line("git", "status", "--porcelain", "--untracked-files=no")
    zen = next(
        line.split("==")[1].split()[0]
        for line in (ROOT / "bench/requirements-bench.txt").read_text().splitlines()
        if line.startswith("zen-engine==")
    )
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _first_line("git", "rev-parse", "--short=12", "HEAD") + (" and changes" if changed else ""),
        "cpu": cpu[0] if cpu else platform.machine(),
        "threads": threads,
        "memory_gb": round(memory),
        "system": system,
        "compiler": _first_line("c++", "--version"),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "polars": polars.__version__,
        "zen": zen,
        "load": round(_busy_cores(), 2),
    }


def _measure(full: bool, firms: int) -> int:
    from runner.stages import Bench, run

    threads = min(2, len(os.sched_getaffinity(0)))
    meta = _meta(threads)
    bench = Bench(full, threads, firms)
    length = "all, about 15 minutes" if full else "the short form, about 4 minutes; --full measures all"
    print(
        f"Zhida beside DuckDB {meta['duckdb']}, Polars {meta['polars']} and ZEN {meta['zen']}: {length}",
        flush=True,
    )
    began = time.monotonic()
    try:
        run(bench)
    except (Disagreement, BenchFailed) as error:
        print(f"\n\nbench: {error}\nbench: the run is worth nothing; nothing was saved", file=sys.stderr)
        return 1
    meta["load"] = max(meta["load"], round(_busy_cores(), 2))
    saved = {
        "meta": meta | {"minutes": round((time.monotonic() - began) / 60, 1)},
        "size": {"form": "full" if full else "short", "firms": bench.firms, "rules": 5_000},
        "pairs_a_firm": sum(bench.counts) / bench.firms,
        "measures": bench.measures,
        "peers": bench.peers,
        "tried": bench.tried,
        "limits": bench.limits,
        "sample": bench.sample,
        "curves": bench.curves,
        "memory": bench.memory,
        "agreed": bench.agreed,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = f"{meta['date'][:16].replace(' ', '-').replace(':', '')}-{saved['size']['form']}.json"
    for path in (RESULTS / name, RESULTS / f"last-{saved['size']['form']}.json"):
        path.write_text(json.dumps(saved, indent=1, ensure_ascii=False) + "\n")
    print(f"\n{len(bench.agreed)} comparisons of answers, no difference. Saved: build/bench/results/{name}\n")
    print(report.show(saved))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="measure all: a million firms, growth curves, memory"
    )
    parser.add_argument(
        "--firms", type=int, metavar="N", help="firms to measure with (200,000; with --full 1,000,000)"
    )
    parser.add_argument(
        "--counts", action="store_true", help="instructions of ten fixed pieces of work, by valgrind"
    )
    parser.add_argument(
        "--accept", action="store_true", help="with --counts: keep the counts as the new ones"
    )
    parser.add_argument("--show", metavar="RUN.json", help="print a saved run again")
    parser.add_argument(
        "--docs", metavar="RUN.json", help="write docs/performance.md and its curves from a saved run"
    )
    asked = parser.parse_args()
    if asked.show:
        print(report.show(json.loads(Path(asked.show).read_text())))
        return 0
    if asked.docs:
        return page.write(Path(asked.docs))
    if asked.counts:
        return counts.run(asked.accept)
    return _measure(asked.full, asked.firms or (1_000_000 if asked.full else 200_000))


if __name__ == "__main__":
    sys.exit(main())
