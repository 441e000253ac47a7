"""The data of the bench, made once by zhida_generate under build/bench/data."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "build/bench"
DATA = BENCH / "data"
RESULTS = BENCH / "results"
BIN = ROOT / "build/release/bin"
AS_OF = "2026-06-30"
RULES = 5_000
DEMO_FIRMS = 100_000


def _generate(*arguments: str) -> None:
    subprocess.run([BIN / "zhida_generate", *arguments], check=True)


def drop_if_stale() -> None:
    """What another generator made is thrown away."""
    sources = sorted([*(ROOT / "bench").glob("generator.*"), ROOT / "bench/generate/main.cc"])
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    kept = DATA / ".stamp"
    if DATA.exists() and (not kept.exists() or kept.read_text() != stamp):
        shutil.rmtree(DATA)
    DATA.mkdir(parents=True, exist_ok=True)
    kept.write_text(stamp)


def rules_folder(rules: int, selectivity: float = 1) -> Path:
    """With pack/ and rules.json. Its parent is what ZHIDA_BENCH_DATA names."""
    root = DATA if selectivity == 1 else DATA / f"selectivity-{selectivity:g}"
    folder = root / str(rules)
    if not (folder / "rules.json").exists():
        _generate(
            "--out", str(folder), "--rules", str(rules), "--rules-only", "--selectivity", str(selectivity)
        )
    return folder


def firms_file(firms: int, missing: float | None = None) -> Path:
    if missing is None and firms == 200_000:
        folder = DATA / str(RULES)  # what zhida_bench takes when it is called by hand
    else:
        folder = DATA / (f"firms-{firms}" + ("" if missing is None else f"-missing-{missing:g}"))
    file = folder / "firms.ndjson"
    if not file.exists():
        option = [] if missing is None else ["--missing", str(missing)]
        _generate("--out", str(folder), "--firms-only", "--firms", str(firms), *option)
    return file


def demo_firms() -> Path:
    """Firms for the packs in rules/."""
    file = ROOT / "build/firms-100k.ndjson"
    if not file.exists():
        pairs = ROOT / "build/demo-pairs.parquet"
        made = ["demo", "--firms", str(DEMO_FIRMS), "--write", str(file), "--out", str(pairs)]
        subprocess.run([sys.executable, "-m", "zhida", *made], check=True, capture_output=True)
    return file
