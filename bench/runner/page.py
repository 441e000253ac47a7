"""docs/performance.md: the parts between `<!-- run: NAME -->` and `<!-- end -->` are made from the saved run
docs/performance-run.json, and a test holds them against it, so the page cannot differ from a run.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from runner import report
from runner.report import markdown, number
from runner.targets import TARGETS, Run, ratios

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/performance.md"
KEPT_RUN = ROOT / "docs/performance-run.json"
CURVES = ROOT / "docs/performance-curves.svg"

_PART = re.compile(r"(<!-- run: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _summary(run: Run) -> str:
    verdicts = [report.verdict(target, run) for target in TARGETS]
    met = sum(v.startswith("met") for v in verdicts)
    size = run["size"]
    text = (
        f"{report.machine_line(run)}. {size['firms']:,} firms, {size['rules']:,} rules, "
        f"the {size['form']} form, {run['meta']['minutes']:g} minutes. "
        f"{met} of {len(verdicts)} targets met, {verdicts.count('missed')} missed, "
        f"{verdicts.count('not measured')} not measured. "
        f"{len(run['agreed'])} comparisons of answers, no difference."
    )
    if run["meta"]["load"] > 0.5:
        text += (
            f" Other programs kept {run['meta']['load']:g} processors busy before the run or after it, "
            "so seconds are too high."
        )
    return text


def _targets(run: Run) -> str:
    head, *rows = report.target_rows(run)
    table = markdown([head, *([*row[:-1], f"`{row[-1]}`"] for row in rows)])
    note = report.scaled_note(run).replace("* ", "\\* ")
    return table + (f"\n\n{note}" if note else "")


def _ratios(run: Run) -> str:
    lines = "\n".join(f"ratio {name} {value:.4g}" for name, value in ratios(run).items())
    scaled = "".join(f"\n\nScaled: `{line.replace(':', '`:', 1)}." for line in report.ratio_notes(run))
    return f"```\n{lines}\n```{scaled}"


def _missed(run: Run) -> str:
    return "\n".join(f"- {line}" for line in report.missed(run)) or "None."


def _limits(run: Run) -> str:
    """Per firm and on one thread: what a part takes, and what the machine could do."""
    measures, limits = run["measures"], run["limits"]
    count_us = measures["batch_counts_one_thread_s"]
    pairs_us = measures["batch_pairs_one_thread_s"]
    eligible = run["pairs_a_firm"]
    bandwidth = limits["memory_gb_s_1"] * 1e3  # bytes in a µs
    coded_us = measures["code_bytes"] / bandwidth
    written_us = eligible * 12 / bandwidth  # a row and a policy
    rows = [["part", "takes, µs a firm", "the machine could, µs", "how that was measured"]]
    rows.append(
        [
            "reading codes from memory",
            "part of counting",
            number(coded_us),
            f"{measures['code_bytes']:.0f} bytes a firm at {limits['memory_gb_s_1']:.1f} GB/s "
            "(`BM_ReadMemory`)",
        ]
    )
    rows.append(
        [
            "counting eligible pairs, codes given",
            number(count_us),
            number(limits["and_us"]),
            "every policy and-s the planes of all its conditions, skipping nothing (`BM_AndPlanes`)",
        ]
    )
    rows.append(
        [
            "writing pairs as Arrow, beyond counting",
            number(pairs_us - count_us),
            number(written_us),
            f"{eligible:.0f} pairs of 12 bytes a firm at the same rate",
        ]
    )
    rows.append(
        [
            "reading NDJSON into columns",
            number(limits["read_us"]),
            number(limits["simdjson_us"]),
            f"simdjson alone, every field read as what it is: {limits['simdjson_gb_s']:.2f} GB/s against "
            f"{limits['read_gb_s']:.2f} (`BM_Simdjson`, `BM_ReadNdjson`)",
        ]
    )
    if "coded_file_counts_s" in measures:
        rows.append(
            [
                "coded file to counts (pairs), 2 threads",
                f"{number(measures['coded_file_counts_s'])} ({number(measures['coded_file_pairs_s'])})",
                number(measures["coded_file_mb"] / limits["memory_gb_s_2"] / 1e3),
                f"{measures['coded_file_mb']:,.0f} MB for a million firms, read once from memory; "
                f"made in {number(measures['encode_file_s'])} s",
            ]
        )
    if "pyarrow_s" in limits:
        rows.append(
            [
                "Parquet to pairs, 2 threads",
                number(measures["parquet_s"]),
                number(limits["pyarrow_s"]),
                "pyarrow alone, reading the same columns and dropping them; counting and writing come on top",
            ]
        )
    rows.append(
        [
            "NDJSON to pairs, all together",
            number(measures["ndjson_one_thread_s"]),
            number(limits["simdjson_us"] + limits["and_us"] + written_us),
            "the sum of the above (`BM_NdjsonToPairs/1`)",
        ]
    )
    return markdown(rows)


def _growth(run: Run) -> str:
    keys = ("zhida_us", "polars_us", "duckdb_us", "zhida_pairs_us", "duckdb_pairs_us")
    rows = [["rules", "Zhida, counts", "Polars", "DuckDB", "Zhida, pairs", "DuckDB"]]
    for point in run["curves"]["rules"]:
        shown = [number(point[key]) if key in point else "–" for key in keys]
        rows.append([f"{point['rules']:,}", *shown])
    return markdown(rows)


def _threads(run: Run) -> str:
    measures = run["measures"]
    rows = [["a million firms, 5,000 rules", "1 thread, s", "2 threads, s", "times faster"]]
    for what, key in (
        ("eligible counted, from codes", "batch_counts"),
        ("pairs written, from codes", "batch_pairs"),
        ("pairs written, from NDJSON", "ndjson"),
    ):
        one, two = measures[f"{key}_one_thread_s"], measures[f"{key}_s"]
        rows.append([what, number(one), number(two), number(one / two)])
    return markdown(rows)


def _shares(run: Run) -> str:
    """Unknown facts, and rules that hold for more firms."""
    rows = [["5,000 rules, 1 thread, µs a firm", "eligible counted", "all outcomes counted", "pairs written"]]
    for point in run["curves"]["missing"]:
        counts = [number(point["eligible_us"]), number(point["all_us"])]
        rows.append([f"{point['missing']:.0%} of every fact unknown", *counts, "–"])
    for point in run["curves"].get("selectivity", []):
        held = f"{point['eligible']:.0f} of 5,000 rules hold for a firm"
        rows.append([held, number(point["counts_us"]), "–", number(point["pairs_us"])])
    return markdown(rows)


def _memory(run: Run) -> str:
    rows = [["firms", "rules", "seconds, from NDJSON to counts", "memory at its highest"]]
    for entry in sorted(run["memory"], key=lambda e: (e["rules"], e["firms"])):
        rows.append(
            [
                f"{entry['firms']:,}",
                f"{entry['rules']:,}",
                number(entry["seconds"]),
                f"{entry['peak_mb']:,.0f} MB",
            ]
        )
    return markdown(rows)


def _sample(run: Run) -> str:
    sample = run.get("sample")
    if not sample:
        return "Not measured in this run (`./dev bench --full` does)."
    rows = [["what", "µs a firm", "benchmark"]]
    rows += [
        ["reading NDJSON into columns, 1 thread", number(sample["read_us"]), "`BM_Read`"],
        ["judging what was read: batch engine, 1 thread", number(sample["batch_us"]), "`BM_JudgeBatch`"],
        [
            "judging what was read: interpreter, 1 thread",
            number(sample["interpreter_us"]),
            "`BM_JudgeInterpreter`",
        ],
        ["from the file to totals, 1 thread", number(sample["screen_us_1"]), "`BM_Screen/batch/1`"],
        ["from the file to totals, 2 threads", number(sample["screen_us_2"]), "`BM_Screen/batch/2`"],
    ]
    return markdown(rows)


def _tried(run: Run) -> str:
    return markdown(report.tried_rows(run))


PARTS = {
    "summary": _summary,
    "targets": _targets,
    "ratios": _ratios,
    "limits": _limits,
    "growth": _growth,
    "missed": _missed,
    "threads": _threads,
    "shares": _shares,
    "memory": _memory,
    "sample": _sample,
    "tried": _tried,
}


def filled(page: str, run: Run) -> str:
    return _PART.sub(lambda part: f"{part[1]}{PARTS[part[2]](run)}\n{part[3]}", page)


def write(path: Path) -> int:
    # The picture needs a library that the text does not.
    from runner import curves

    run = json.loads(path.read_text())
    if path.resolve() != KEPT_RUN:
        shutil.copyfile(path, KEPT_RUN)
    curves.draw(run, CURVES)
    PAGE.write_text(filled(PAGE.read_text(), run))
    print(f"docs/performance.md, {CURVES.name} and {KEPT_RUN.name} tell of the run of {run['meta']['date']}")
    return 0
