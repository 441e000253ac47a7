"""A run as text: the table of targets, ratios, what was tried; docs/performance.md uses the same tables."""

from __future__ import annotations

from typing import Any

from runner.targets import TARGETS, Bound, Run, Target, ratios

_UNITS = {"us": "µs", "x": "×"}


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    if value >= 1:
        return f"{value:.2f}"
    return f"{value:.3f}" if value >= 0.1 else f"{value:.3g}"


def with_unit(value: float, unit: str) -> str:
    shown = _UNITS.get(unit, unit)
    return f"{number(value)}{shown}" if unit == "x" else f"{number(value)} {shown}"


def _bound(target: Target, bound: Bound) -> str:
    parts = []
    if bound.figure is not None:
        parts.append(
            f"{bound.figure:g}{'×' if target.unit == 'x' else ' ' + _UNITS.get(target.unit, target.unit)}"
        )
    names = {"polars": "Polars", "duckdb": "DuckDB", "zen": "ZEN"}
    factors = [f"{least:g}× {names[name.rsplit('_', 1)[-1]]}" for name, least in bound.ratios.items()]
    if factors:
        parts.append(", ".join(factors))
    return " or ".join(parts)


def _peers(target: Target, run: Run) -> str:
    parts = []
    for key in target.peers:
        peer = run["peers"].get(key)
        if peer is None:
            continue
        figure = peer["seconds"] * 1e3 if target.unit == "us" else peer["seconds"]
        unit = "ms" if target.unit == "us" else "s"
        value = target.reached(run)
        factor = ""
        if value:
            factor = f" ({number(peer['seconds'] / (value * (1e-6 if target.unit == 'us' else 1)))}×)"
        parts.append(f"{peer['engine']} {number(figure)} {unit}{'*' if peer['scaled'] else ''}{factor}")
    return ", ".join(parts)


def verdict(target: Target, run: Run) -> str:
    must = target.met(run, target.must)
    if must is None:
        return "not measured"
    if not must:
        return "missed"
    return "met, and the aim" if target.met(run, target.aim) else "met"


def target_rows(run: Run) -> list[list[str]]:
    scaled = run["size"]["firms"] != 1_000_000
    rows = [["measure", "must", "aim", "reached", "peer in the same run", "verdict", "command"]]
    for target in TARGETS:
        value = target.reached(run)
        shown = "–" if value is None else with_unit(value, target.unit)
        if value is not None and target.unit == "s" and scaled and target.measure != "compile_s":
            shown += "*"
        rows.append(
            [
                target.what,
                _bound(target, target.must),
                _bound(target, target.aim),
                shown,
                _peers(target, run),
                verdict(target, run),
                target.command,
            ]
        )
    return rows


def scaled_note(run: Run) -> str:
    firms = run["size"]["firms"]
    return f"* measured on {firms:,} firms, scaled to 1,000,000" if firms != 1_000_000 else ""


def ratio_notes(run: Run) -> list[str]:
    """Which ratios rest on a part of a peer's work."""
    notes = {"duckdb_natural": "batch_counts_vs_duckdb_natural"}
    return [
        f"{name}: {peer['engine']} counted {peer['note'].removesuffix(', scaled')}"
        for key, name in notes.items()
        if (peer := run["peers"].get(key)) and peer.get("note")
    ]


def missed(run: Run) -> list[str]:
    """What was asked and not reached, and by how much."""
    known = ratios(run)
    lines = []
    for target in TARGETS:
        value = target.reached(run)
        if value is None or target.met(run, target.must):
            continue
        parts = []
        if target.must.figure is not None:
            factor = target.must.figure / value if target.at_least else value / target.must.figure
            parts.append(f"{with_unit(value, target.unit)}, {number(factor)} times off the figure")
        parts += [
            f"{number(known[name])} of {least:g} for `{name}`, {number(least / known[name])} times off"
            for name, least in target.must.ratios.items()
            if name in known
        ]
        lines.append(f"{target.what}: {'; '.join(parts)}")
    return lines


def aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def markdown(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def tried_rows(run: Run) -> list[list[str]]:
    rows = [["question", "formulation", "seconds for the sample", ""]]
    for question, tried in run["tried"].items():
        best = min(form["seconds"] for form in tried)
        for form in tried:
            rows.append(
                [question, form["name"], number(form["seconds"]), "taken" if form["seconds"] == best else ""]
            )
    return rows


def machine_line(run: Run) -> str:
    meta: dict[str, Any] = run["meta"]
    return (
        f"{meta['cpu']}, {meta['threads']} threads, {meta['memory_gb']} GB, {meta['system']}, "
        f"{meta['compiler']}, DuckDB {meta['duckdb']}, Polars {meta['polars']}, ZEN {meta['zen']}; "
        f"commit {meta['commit']}, {meta['date']}"
    )


def show(run: Run) -> str:
    """What ./dev bench ends with."""
    rows = target_rows(run)
    lines = [machine_line(run), "", aligned(rows)]
    if note := scaled_note(run):
        lines += ["", note]
    if run["meta"]["load"] > 0.5:
        lines += [
            "",
            f"Other programs kept {run['meta']['load']:g} processors busy before the run or after it: "
            "do not trust seconds.",
        ]
    counted = [verdict(target, run) for target in TARGETS]
    met = sum(v.startswith("met") for v in counted)
    lines += [
        "",
        f"{met} of {len(counted)} targets met, {counted.count('missed')} missed, "
        f"{counted.count('not measured')} not measured.",
        "",
    ]
    lines += [f"Missed: {line.replace('`', '')}" for line in missed(run)]
    lines += [f"Scaled: {line}" for line in ratio_notes(run)]
    lines += ["", *(f"ratio {name} {value:.4g}" for name, value in ratios(run).items())]
    return "\n".join(lines)
