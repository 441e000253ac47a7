"""The growth curves of a run as one picture, docs/performance-curves.svg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from runner.targets import Run

_COLOURS = {
    "Zhida": "#c0392b",
    "Polars": "#2471a3",
    "DuckDB": "#b7950b",
    "ZEN": "#6c7a89",
    "pairs": "#8e44ad",
}


def _line(axes: Axes, points: list[dict[str, Any]], x: str, y: str, label: str, colour: str = "") -> None:
    known = [point for point in points if y in point]
    if not known:
        return
    axes.plot(
        [point[x] for point in known],
        [point[y] for point in known],
        marker="o",
        markersize=4,
        label=label,
        color=colour or _COLOURS.get(label),
    )


def _finish(axes: Axes, title: str, x: str, y: str, *, logs: bool) -> None:
    axes.set_title(title, fontsize=10, loc="left", fontweight="bold")
    axes.set_xlabel(x, fontsize=9)
    axes.set_ylabel(y, fontsize=9)
    if logs:
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    for axis in [axes.xaxis, axes.yaxis] if logs else []:
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.15g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="major", linewidth=0.4, color="#cccccc")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8, frameon=False)


def draw(run: Run, out: Path) -> None:
    # The same run gives the same bytes.
    mpl.rcParams["svg.hashsalt"] = "zhida"
    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["font.family"] = "sans-serif"
    curves = run["curves"]
    figure = Figure(figsize=(10, 10.5), layout="constrained")
    grid = figure.subplots(3, 2)

    axes = grid[0][0]
    for name in ("Zhida", "Polars", "DuckDB"):
        _line(axes, curves["rules"], "rules", f"{name.lower()}_us", name)
    _finish(axes, "Many firms: more rules", "rules", "µs a firm, eligible counted, 2 threads", logs=True)

    axes = grid[0][1]
    _line(axes, curves["point"], "rules", "zhida_us", "Zhida")
    _line(axes, curves["point"], "rules", "zen_us", "ZEN")
    _finish(axes, "One firm: more rules", "rules", "µs from an encoded row to ids", logs=True)

    screens = [entry for entry in run["memory"] if entry["rules"] == run["size"]["rules"]]
    screens.sort(key=lambda entry: entry["firms"])
    axes = grid[1][0]
    _line(axes, screens, "firms", "seconds", "Zhida")
    _finish(axes, "More firms: time from NDJSON, 5,000 rules", "firms", "seconds, 2 threads", logs=True)
    axes = grid[1][1]
    _line(axes, screens, "firms", "peak_mb", "Zhida")
    _finish(axes, "More firms: memory at its highest", "firms", "MB", logs=False)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.15g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())

    axes = grid[2][0]
    _line(axes, curves["missing"], "missing", "eligible_us", "eligible counted", _COLOURS["Zhida"])
    _line(axes, curves["missing"], "missing", "all_us", "all five outcomes counted", _COLOURS["pairs"])
    _finish(
        axes, "More unknown facts", "share of every fact that is unknown", "µs a firm, 1 thread", logs=False
    )

    axes = grid[2][1]
    if "selectivity" in curves:
        _line(axes, curves["selectivity"], "eligible", "counts_us", "eligible counted", _COLOURS["Zhida"])
        _line(axes, curves["selectivity"], "eligible", "pairs_us", "pairs written", _COLOURS["pairs"])
        _finish(
            axes,
            "Rules that hold for more firms",
            "rules that hold for a firm, of 5,000",
            "µs a firm, 1 thread",
            logs=False,
        )
    else:
        axes.set_axis_off()
    figure.savefig(out, format="svg", metadata={"Date": None})
    # A blank at the end of a line is of no use to anybody.
    out.write_text("\n".join(line.rstrip() for line in out.read_text().splitlines()) + "\n")
