"""zhida screen: all subjects of files against all policies."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Literal

import zhida
from zhida.commands.common import (
    DONE,
    INCOMPLETE,
    Talk,
    as_of_or_today,
    broken,
    check_files,
    count,
    show,
    split_list,
)
from zhida.commands.progress import ProgressLine
from zhida.errors import InternalError, UsageError
from zhida.files import ndjson_of
from zhida.results import yuan_text
from zhida.screen import Screen


def run(
    pack_path: str,
    files: list[str],
    *,
    out: str | None,
    outcomes: list[str] | None,
    columns: list[str] | None,
    policies: list[str] | None,
    rejects: str | None,
    near: str | None,
    blocked: bool,
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    strict: bool,
    encoding: str,
    decisions: str | None,
    population: str | None,
    threads: int,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code."""
    once = "-" in files
    files = standard_input(files)
    others = {"--rejects": rejects, "--near": near, "--decisions": decisions, "--population": population}
    check_files({"--out": None if out == "-" else out, **others}, files)
    pack = zhida.load(pack_path)
    _check_products(pack, once, decisions, population)
    engine = zhida.Engine(pack, as_of_or_today(as_of, talk), threads=threads)
    progress = ProgressLine(show_progress)
    dates: dict[str, Any] = {"facts_date": facts_date, "known_on": known_on, "undated": undated}
    began = time.monotonic()
    try:
        counted = None
        if pack.population and once:
            talk.say("standard input is read once, so the population facts are not counted")
        elif pack.population:
            counted = engine.population(files, on_progress=progress, encoding=encoding, **dates)
            for row in counted.summary["population"]:
                if row["without_key"]:
                    talk.say(
                        f"{row['name']} was counted without {count(row['without_key'], 'subject')} "
                        "whose key is not known"
                    )
            if population is not None:
                engine.population_facts(files, counted, encoding=encoding).write(population)
        options: dict[str, Any] = {
            **dates,
            "on_progress": progress,
            "rejects": rejects,
            "strict": strict,
            "encoding": encoding,
            "population": counted,
        }
        if not pack.policies:
            summary = _work(engine.decide(files, **options), out)
        else:
            screen = engine.screen(
                files,
                outcomes=split_list(outcomes),  # type: ignore[arg-type]
                policies=policies,
                columns=split_list(columns),
                near=near,
                blocked=blocked,
                **options,
            )
            summary = _work(screen, out)
            if decisions is not None:
                options["rejects"] = None
                summary["decisions"] = engine.decide(files, **options).write(decisions)["decisions"]
    finally:
        progress.clear()
    return report(summary, time.monotonic() - began, output, out, rejects, talk)


def standard_input(files: list[str]) -> list[str]:
    """The files, with - as the system calls it. Raises UsageError."""
    if "-" not in files:
        return files
    if len(files) > 1:
        raise UsageError("- is standard input, as NDJSON, and stands alone")
    return ["/dev/stdin"]


def _check_products(pack: zhida.Pack, once: bool, decisions: str | None, population: str | None) -> None:
    """Raises UsageError for what this pack and input cannot give."""
    if not pack.policies and not pack.decisions:
        raise UsageError(f"pack {pack.id} has neither policies nor decisions, so there is nothing to answer")
    if decisions is not None and not pack.decisions:
        raise UsageError(f"pack {pack.id} has no decisions; leave out --decisions")
    if decisions is not None and not pack.policies:
        raise UsageError(f"pack {pack.id} has decisions only; --out writes them")
    if population is not None and not pack.population:
        raise UsageError(f"pack {pack.id} counts nothing over a run; leave out --population")
    if once and (decisions is not None or population is not None):
        raise UsageError("--decisions and --population read the subjects twice; give a file instead of -")


def _work(screen: Screen, out: str | None) -> dict[str, Any]:
    if out is None:
        return screen.run()
    if out != "-":
        return screen.write(out)
    for batch in screen:
        sys.stdout.buffer.write(ndjson_of(batch))
    sys.stdout.buffer.flush()
    return screen.summary


def report(
    summary: dict[str, Any],
    seconds: float,
    output: str,
    out: str | None,
    rejects: str | None,
    talk: Talk,
    most: int | None = None,
) -> int:
    """Prints what a run came to, on stdout unless the pairs are there; the exit code.

    With `most`, the table lists so many policies, those that give most, and sums the others up.
    """
    if not summary["adds_up"] or not summary["complete"]:
        raise InternalError("the run's counts do not add up, so its results cannot be trusted")
    summary["seconds"] = round(seconds, 3)
    if output == "json":
        text = json.dumps(summary, ensure_ascii=False)
        print(text, file=sys.stderr if out == "-" else sys.stdout)
    else:
        if out == "-":
            talk.say(" ".join(figures(summary)))
        else:
            if summary["policies"]:
                _print_table(summary, most)
            if summary.get("decisions"):
                _print_decisions(summary["decisions"])
            for sentence in figures(summary):
                print(broken(sentence, sys.stdout))
            if summary.get("blocked"):
                _print_blocked(summary)
        for remark in remarks(summary, rejects):
            talk.say(remark)
    wrong = summary["outcomes"]["error"] or any(row["error"] for row in summary.get("decisions", []))
    return INCOMPLETE if summary["rows_rejected"] or wrong else DONE


def _print_table(summary: dict[str, Any], most: int | None) -> None:
    kinds = ("eligible", "conditional", "undetermined", "ineligible", "error")
    heads = ["policy", "~title", *[f">{kind}" for kind in kinds], ">yuan"]
    narrow = {
        "title": "",
        "conditional": "condi-\ntional",
        "undetermined": "undeter-\nmined",
        "ineligible": "ineli-\ngible",
    }
    rows: list[list[str] | None] = []
    listed = summary["by_policy"]
    if most is not None and len(listed) > most:
        listed = sorted(listed, key=lambda row: row["amount_fen"], reverse=True)
        rest = listed[most:]
        listed = listed[:most]
        rest_of = {key: sum(row[key] for row in rest) for key in (*kinds, "amount_fen")}
        listed.append({"policy": f"{len(rest)} more", "title": "", **rest_of})
    for row in listed:
        amount = yuan_text(row["amount_fen"]) if row["amount_fen"] else ""
        rows.append([row["policy"], row["title"], *[f"{row[kind]:,}" for kind in kinds], amount])
    totals = [f"{summary['outcomes'][kind]:,}" for kind in kinds]
    rows += [None, ["together", "", *totals, yuan_text(summary["amount_fen"])]]
    show(heads, rows, narrow)


_VALUES_SHOWN = 12


def _print_decisions(decisions: list[dict[str, Any]]) -> None:
    rows: list[list[str] | None] = []
    for row in decisions:
        name = row["name"]
        values = row["values"]
        if values is None or len(values) > _VALUES_SHOWN:
            many = f"{len(values)}" if values else "many"
            found = [(f"({many} different values)", row["known"])]
        else:
            found = [(value["value"], value["count"]) for value in values]
        found += [(f"({state})", row[state]) for state in ("unknown", "error") if row[state]]
        for value, times in found:
            rows.append([name, value, f"{times:,}"])
            name = ""
        rows.append(None)
    show(["decision", "~value", ">subjects"], rows[:-1])


_BLOCKED_SHOWN = 20


def _print_blocked(summary: dict[str, Any]) -> None:
    """The facts that keep pairs undetermined, those that keep back most money first."""
    print("\nFacts that keep pairs undetermined:")
    rows: list[list[str] | None] = [
        [
            row["fact"],
            row["name"],
            row.get("source", ""),
            f"{row['pairs']:,}",
            yuan_text(row["could_fen"]),
        ]
        for row in summary["blocked"][:_BLOCKED_SHOWN]
    ]
    show(["fact", "~name", "held by", ">pairs", ">could bring (yuan)"], rows, {})


def figures(summary: dict[str, Any]) -> list[str]:
    """The run in sentences."""
    pack = summary["pack"]
    seconds = summary["seconds"]
    outcomes = summary["outcomes"]
    rows = summary["rows_read"]
    promised = ""
    if outcomes["conditional"]:
        amount = yuan_text(summary["conditional_amount_fen"])
        promised = f", {outcomes['conditional']:,} more on promises for {amount} yuan"
    rate = f", {rows / seconds:,.0f} rows a second" if seconds > 0 and rows >= 1000 else ""
    sentences = [
        f"As of {summary['as_of']}, pack {pack['id']} {pack['version']}: {count(rows, 'row')} read, "
        f"{summary['rows_rejected']:,} rejected, in {seconds:,.1f} s{rate}."
    ]
    if not summary["policies"]:
        answers = len(summary["decisions"])
        return [
            *sentences,
            f"{count(summary['subjects'], 'subject')} x {count(answers, 'decision')} answered.",
        ]
    sentences += [
        f"{count(summary['subjects'], 'subject')} x {count(summary['policies'], 'policy', 'policies')} = "
        f"{count(summary['pairs'], 'pair')}: {outcomes['eligible']:,} eligible for "
        f"{yuan_text(summary['amount_fen'])} yuan{promised} (before any rule on combining them).",
    ]
    written = summary.get("written")
    if written:
        pairs = written["pairs"]
        rate = f", {pairs / seconds:,.0f} pairs a second" if seconds > 0 and pairs >= 1000 else ""
        sentences.append(f"{count(pairs, 'pair')} written, {written['bytes']:,} bytes{rate}.")
    if "near_pairs" in summary:
        sentences.append(f"{count(summary['near_pairs'], 'pair')} one condition away.")
    return sentences


def remarks(summary: dict[str, Any], rejects: str | None) -> list[str]:
    """What there is to say about the rows that were read."""
    remarks = []
    if summary["rows_rejected"]:
        where = f"{rejects} says why" if rejects else "--rejects FILE writes down why"
        remarks.append(f"{count(summary['rows_rejected'], 'row')} rejected; {where}")
    wrong = [row["name"] for row in summary.get("decisions", []) if row["error"]]
    if wrong:
        remarks.append(f"decisions that could not be computed for some subjects: {', '.join(wrong)}")
    if summary.get("outcomes", {}).get("error"):
        policies = [row["policy"] for row in summary["by_policy"] if row["error"]]
        shown = ", ".join(policies[:5]) + (" ..." if len(policies) > 5 else "")
        remarks.append(
            f"{count(summary['outcomes']['error'], 'pair')} could not be computed ({shown}); "
            "zhida explain says why"
        )
    undeclared = summary["undeclared"]
    if undeclared:
        names = list(undeclared)
        shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
        remarks.append(f"the schema does not declare {shown}; ignored (--strict refuses them)")
    if summary["undated"]:
        remarks.append(
            f"{count(summary['undated'], 'value')} of facts that age carried no date and counted as fresh "
            "(--facts-date dates them, --undated stale distrusts them)"
        )
    if summary["bad_check_digits"]:
        remarks.append(
            f"{count(summary['bad_check_digits'], 'subject')} judged despite a wrong check digit "
            "in the credit code"
        )
    if summary.get("refused_commitments"):
        remarks.append(
            f"{count(summary['refused_commitments'], 'promise')} on facts that allow none; "
            "those facts count as missing"
        )
    if not summary["rows_read"]:
        remarks.append("no rows were read")
    return remarks
