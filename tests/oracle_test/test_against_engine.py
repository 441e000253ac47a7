"""The oracle against the engine: made packs and firms, judged by both, with no difference."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ZHIDA_BUILD_DIR", ROOT / "build/release")).resolve()
FIRMS_A_PACK = 8
PACKS = 25_000 if os.environ.get("ZHIDA_TEST_SIZE") == "full" else 2_500
SEED = int(os.environ.get("ZHIDA_SEED", "20261122"))


def test_no_difference_on_made_packs(tmp_path):
    """At least 20,000 packs-and-firms: every outcome, reason, amount and clause truth, with its cause."""
    dump = BUILD / "bin" / "zhida_oracle_dump"
    if not dump.exists():
        pytest.fail(f"{dump} is not there; build it with ./dev build release zhida_oracle_dump")
    print(f"first seed {SEED}, {PACKS} packs of {FIRMS_A_PACK} firms")
    halves = []
    for part in range(2):  # two processes, since the oracle is the slow one
        cases = tmp_path / f"cases{part}.ndjson"
        with cases.open("wb") as out:
            first = SEED + part * (PACKS // 2)
            subprocess.run([dump, str(PACKS // 2), str(first)], stdout=out, check=True)
        command = [sys.executable, ROOT / "tests/oracle/compare.py", cases]
        halves.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    for half in halves:
        text, _ = half.communicate()
        print(text[-8000:])
        assert half.returncode == 0, text[-8000:]
        assert " 0 differences" in text
