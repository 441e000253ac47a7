"""One screen in a process of its own, so that its memory can be told: screen_once.py PACK [--pairs] FILE...

Prints JSON: seconds to compile and to screen, rows, counts, peak_mb. With --pairs every eligible pair is
made as Arrow and dropped; with --fingerprint their fingerprint is taken, and seconds are worth nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import zhida

from runner.answers import Fingerprint, fingerprint_of
from runner.data import AS_OF


def _peak_mb() -> float:
    """Of this program alone; getrusage() would tell of the process that started it too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pack")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--fingerprint", action="store_true")
    asked = parser.parse_args()
    began = time.perf_counter()
    engine = zhida.Engine(zhida.load(asked.pack), AS_OF)
    compiled = time.perf_counter()
    # The columns that the peers write, too.
    run = engine.screen(asked.files, outcomes=["eligible"], columns=["row", "policy"])
    answer: dict[str, object] = {}
    if asked.pairs or asked.fingerprint:
        print_ = Fingerprint()
        pairs = 0
        for batch in run:
            pairs += batch.num_rows
            if asked.fingerprint:
                print_.add(batch.column("row").to_numpy(), batch.column("policy").indices.to_numpy())
        answer |= {"pairs": pairs}
        if asked.fingerprint:
            answer |= {"pairs_print": print_.value}
    else:
        run.run()
    seconds = time.perf_counter() - compiled
    summary = run.summary
    counts = {entry["policy"]: entry["eligible"] for entry in summary["by_policy"]}
    answer |= {
        "compile_s": compiled - began,
        "seconds": seconds,
        "rows": summary["rows_read"],
        "rejected": summary["rows_rejected"],
        "adds_up": summary["adds_up"],
        "eligible": sum(counts.values()),
        "counts_print": fingerprint_of([counts[policy.id] for policy in engine.pack.policies]),
        "peak_mb": _peak_mb(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
