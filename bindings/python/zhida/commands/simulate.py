"""zhida simulate: who would win and lose by another pack or other parameters, and what it would cost."""

from __future__ import annotations

import time
from typing import Any

import zhida
from zhida.commands.common import DONE, INCOMPLETE, Talk, as_of_or_today, check_files, show
from zhida.commands.progress import ProgressLine
from zhida.commands.screen import remarks
from zhida.errors import InternalError, UsageError
from zhida.outputs import write_text
from zhida.results import yuan_text
from zhida.simulation_html import curve_rows, example_rows
from zhida.simulation_words import (
    CHANGES,
    POOL_COUNTS,
    POOL_HEADS,
    STANDS,
    WORDS,
    Lang,
    changed_policies,
    first_groups,
    group_name,
    phrase,
    pool_rows,
    signed,
    title_of,
)

_POLICIES_SHOWN = 20
_GROUPS_SHOWN = 12
_EXAMPLES_SHOWN = 10


def run(
    pack_path: str,
    files: list[str],
    *,
    against: str | None,
    settings: list[str] | None,
    sweep: str | None,
    by: list[str] | None,
    policies: list[str] | None,
    changes: str | None,
    html: str | None,
    json_file: str | None,
    lang: Lang,
    output: str,
    options: dict[str, Any],
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code: 4 if rows were rejected or pairs could not be computed."""
    if "-" in files:
        raise UsageError("a simulation reads files; write standard input to one first")
    check_files(
        {"--out": changes, "--html": html, "--json": json_file, "--rejects": options["rejects"]}, files
    )
    options["as_of"] = as_of_or_today(options["as_of"], talk)
    progress = ProgressLine(show_progress)
    began = time.monotonic()
    try:
        told = zhida.simulate(
            pack_path,
            files,
            against=against,
            settings=_settings(settings or []),
            sweep=sweep,
            by=by or [],
            policies=policies,
            changes=changes,
            on_progress=progress,
            **options,
        )
    finally:
        progress.clear()
    data = told.data
    data["seconds"] = round(time.monotonic() - began, 3)
    compared = data["simulation"]
    if not data["complete"] or not compared.get("adds_up", True):
        raise InternalError("the simulation's counts do not add up, so its results cannot be trusted")
    if json_file is not None:
        write_text(json_file, told.json + "\n")
    if html is not None:
        told.write_html(html, lang)
    if output == "json":
        print(told.json)
    else:
        _print(data, lang)
        for remark in remarks(data, options["rejects"]):
            talk.say(remark)
    wrong = compared.get("before", {}).get("error", 0) + compared.get("after", {}).get("error", 0)
    return INCOMPLETE if data["rows_rejected"] or wrong else DONE


def _settings(given: list[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"--set {text!r} sets nothing; write parameter=value, such as award.cap=60万元")
        if name.strip() in settings:
            raise UsageError(f"--set names {name.strip()} twice; keep one value")
        settings[name.strip()] = value.strip()
    return settings


def _print(data: dict[str, Any], lang: Lang) -> None:
    told = data["simulation"]
    about = "about" if "policies" in told else "sweep_about"
    print(
        phrase(lang, about, as_of=data["as_of"], subjects=data["subjects"], policies=told.get("policies", 0))
    )
    print(phrase(lang, "before_pack", pack=f"{data['pack']['id']} {data['pack']['version']}"))
    if "against" in told:
        print(phrase(lang, "after_pack", pack=f"{told['against']['id']} {told['against']['version']}"))
    if told.get("settings"):
        print(phrase(lang, "settings", settings="; ".join(told["settings"])))
    if "by_policy" in told:
        _print_subjects(told, lang)
        _print_policies(told, lang)
        for grouping in told["by_group"]:
            _print_group(grouping, lang)
        _print_matrix(told, lang)
        _print_examples(told, lang)
        if "forecast" in told:
            _print_forecast(told, lang)
    if "sweep" in told:
        _print_curve(told["sweep"], lang)
    if "pools" in told:
        _print_pools(told["pools"], lang)
    print("\n" + WORDS[lang]["note"])


def _print_subjects(told: dict[str, Any], lang: Lang) -> None:
    words, subjects = WORDS[lang], told["subjects"]
    eligible = f"{subjects['eligible_before']:,} → {subjects['eligible_after']:,}"
    yuan = f"{yuan_text(told['before_fen'])} → {yuan_text(told['after_fen'])}"
    rows: list[list[str] | None] = [
        [words["winners"], f"{subjects['winners']:,}", signed(subjects["winners_fen"])],
        [words["losers"], f"{subjects['losers']:,}", signed(-subjects["losers_fen"])],
        [words["gained_firms"], f"{subjects['gained']:,}", ""],
        [words["lost_firms"], f"{subjects['lost']:,}", ""],
        [words["eligible_firms"], eligible, yuan],
    ]
    print()
    show([words["who"], ">" + words["firms"], ">" + words["change"]], rows)


def _counts(row: dict[str, Any]) -> list[str]:
    other = row["moved"] - row["gained"] - row["lost"]
    return [f"{row[kind]:,}" for kind in CHANGES[:-1]] + [f"{other:,}"]


def _yuan(row: dict[str, Any]) -> list[str]:
    return [yuan_text(row["before_fen"]), yuan_text(row["after_fen"]), signed(row["change_fen"])]


def _print_policies(told: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    changed = changed_policies(told)
    print(f"\n{words['by_policy']}")
    if not changed:
        print(words["nothing"])
        return
    heads = [words["policy"], "~" + words["name"], *(">" + words[kind] for kind in CHANGES)]
    heads += [">" + words[name] for name in ("before_yuan", "after_yuan", "change")]
    rows: list[list[str] | None] = [
        [row["policy"], title_of(row, lang), *_counts(row), *_yuan(row)] for row in changed[:_POLICIES_SHOWN]
    ]
    rows += [None, [words["together"], "", *_counts(told), *_yuan(told)]]
    show(heads, rows, {words["name"]: ""})
    rest = told["policies"] - min(len(changed), _POLICIES_SHOWN)
    if len(changed) <= _POLICIES_SHOWN and rest:
        print(phrase(lang, "unchanged", count=rest))
    elif rest:
        print(phrase(lang, "rest", count=rest))


def _print_group(grouping: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    print(f"\n{phrase(lang, 'by_group', name=grouping['name'])}")
    heads = ["~" + grouping["name"], *(">" + words[name] for name in ("firms", "winners", "losers"))]
    heads += [">" + words[name] for name in ("before_yuan", "after_yuan", "change")]
    groups, rest = first_groups(grouping["groups"], _GROUPS_SHOWN)
    named = [(group_name(group, lang), group) for group in groups]
    if rest is not None:
        named.append((phrase(lang, "other_groups", count=rest["count"]), rest))
    rows: list[list[str] | None] = [
        [
            name,
            *(f"{group['subjects'][kind]:,}" for kind in ("all", "winners", "losers")),
            *_yuan(group),
        ]
        for name, group in named
    ]
    show(heads, rows)


def _print_matrix(told: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    moves = [move for move in told["moves"] if move["before"] != move["after"]]
    moves.sort(key=lambda move: (STANDS.index(move["before"]), STANDS.index(move["after"])))
    if not moves:
        return
    print(f"\n{words['matrix']}")
    rows: list[list[str] | None] = [
        [words[move["before"]], words[move["after"]], f"{move['pairs']:,}"] for move in moves
    ]
    stay = told["pairs"] - sum(move["pairs"] for move in moves)
    rows += [None, [words["stay"], "", f"{stay:,}"], [words["together"], "", f"{told['pairs']:,}"]]
    show([words["outcome_before"], words["outcome_after"], ">" + words["pairs"]], rows)


def _print_examples(told: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    rows = example_rows(told, lang, _EXAMPLES_SHOWN)
    if rows:
        print(f"\n{words['examples']}")
        show(
            [words["kind"], words["subject"], "~" + words["policy"], words["before"], words["after"]],
            list(rows),
        )


def _print_forecast(told: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    print(f"\n{words['forecast']}")
    rows: list[list[str] | None] = []
    for when in ("before", "after"):
        forecast = told["forecast"][when]
        rows.append([words[when], *(yuan_text(forecast[f"{kind}_fen"]) for kind in ("low", "mid", "high"))])
    show([words["time"], *(">" + words[kind] for kind in ("low", "mid", "high"))], rows)
    open_pairs = told["forecast"]["after"]["undetermined"]
    print(words["forecast_note"])
    print(
        phrase(
            lang, "open_note", **{key: open_pairs[key] for key in ("pairs", "computed", "capped", "untold")}
        )
    )


def _print_curve(sweep: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    print(f"\n{phrase(lang, 'curve', parameter=sweep['parameter'])}")
    if not sweep["policies"]:
        print(phrase(lang, "curve_none", parameter=sweep["parameter"]))
        return
    heads = [words["value"], *(">" + words[name] for name in ("curve_firms", "curve_pairs", "curve_yuan"))]
    show(heads, list(curve_rows(sweep)))
    print(phrase(lang, "curve_note", policies=len(sweep["policies"])))


def _print_pools(pools: dict[str, Any], lang: Lang) -> None:
    words = WORDS[lang]
    print(f"\n{words['pools']}")
    rows = pool_rows(pools, lang)
    if not rows:
        print(words["pools_none"])
        return
    heads = [words[name] for name in POOL_HEADS[:4]]
    heads += [">" + words[name] for name in (*POOL_HEADS[4:], *POOL_COUNTS)]
    show(heads, list(rows))
    print(words["pools_note"])
