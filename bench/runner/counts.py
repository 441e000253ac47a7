"""Instructions of ten fixed pieces of work, counted by valgrind and held against bench/counts.json.

A clock is too noisy to notice that something became 5% slower; a count is the same from run to run. It stands
for one compiler on one kind of processor, so it guards a line of work rather than comparing machines.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

from runner.data import BIN, ROOT

KEPT = ROOT / "bench/counts.json"
TOLERANCE = 0.03  # hash tables and allocators move by less


def _count(name: str) -> int:
    done = subprocess.run(
        [
            "valgrind",
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--collect-atstart=no",
            "--toggle-collect=zhida_counted",
            BIN / "zhida_counts",
            name,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
    if done.returncode != 0 or found is None or int(found[1]) == 0:
        raise SystemExit(f"bench: counting {name} failed:\n{done.stderr[-800:]}")
    return int(found[1])


def run(accept: bool) -> int:
    if shutil.which("valgrind") is None:
        print("bench: valgrind is missing; apt-get install valgrind", file=sys.stderr)
        return 2
    names = subprocess.run([BIN / "zhida_counts"], capture_output=True, text=True, check=True).stdout.split()
    kept: dict[str, int] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    found: dict[str, int] = {}
    worse = []
    print(f"{'instructions of':24}{'kept':>16}{'now':>16}")
    for name in names:
        found[name] = _count(name)
        before = kept.get(name)
        change = "" if before is None else f"{(found[name] / before - 1) * 100:+8.1f}%"
        print(
            f"{name:24}{'-' if before is None else format(before, ','):>16}{found[name]:>16,}{change}",
            flush=True,
        )
        if before is None or found[name] > before * (1 + TOLERANCE):
            worse.append(name)
    if accept:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
        print("kept as bench/counts.json")
        return 0
    if worse:
        print(f"\nMore than {TOLERANCE:.0%} above what is kept, or not kept yet: {', '.join(worse)}.")
        print("Where that is meant, ./dev bench --counts --accept keeps the new counts.")
    return 1 if worse else 0
