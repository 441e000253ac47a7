"""zhida pay plan: screen, settle, and a summary that a finance office can sign."""

from __future__ import annotations

import json
import time
from typing import Any, Literal

import zhida
from zhida.commands.common import DONE, INCOMPLETE, Talk, as_of_or_today, count, show
from zhida.commands.progress import ProgressLine
from zhida.errors import InternalError, UsageError
from zhida.pay_text import REASONS
from zhida.results import yuan_text

Lang = Literal["zh", "en"]

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "资金兑付计划汇总",
        "pools": "一、资金池",
        "policies": "二、政策",
        "reasons": "三、未付或未足额的原因",
        "pool": "资金池",
        "year": "年度",
        "control": "分配方式",
        "available": "可用（元）",
        "asked": "应付（元）",
        "paid": "本次支付（元）",
        "held": "暂缓（元）",
        "left": "结余（元）",
        "policy": "政策",
        "name": "名称",
        "awards": "奖补项",
        "paid_count": "支付",
        "held_count": "暂缓",
        "nothing": "不付",
        "together": "合计",
        "reason": "原因",
        "count": "项数",
        "sign": "编制：____________    复核：____________    审批：____________    日期：____________",
        "open": "不限额",
        "first_come": "先到先得",
        "prorata": "按比例",
        "ranked": "择优",
    },
    "en": {
        "title": "Summary of the payment plan",
        "pools": "1. Pools",
        "policies": "2. Policies",
        "reasons": "3. Why awards are not paid, or not whole",
        "pool": "pool",
        "year": "year",
        "control": "control",
        "available": "available (yuan)",
        "asked": "due (yuan)",
        "paid": "paid now (yuan)",
        "held": "held (yuan)",
        "left": "left (yuan)",
        "policy": "policy",
        "name": "title",
        "awards": "awards",
        "paid_count": "paid",
        "held_count": "held",
        "nothing": "nothing",
        "together": "together",
        "reason": "reason",
        "count": "awards",
        "sign": "Prepared by: __________  Checked by: __________  Approved by: __________  Date: __________",
        "open": "open",
        "first_come": "first come",
        "prorata": "pro rata",
        "ranked": "ranked",
    },
}


def run(
    pack_path: str,
    files: list[str],
    *,
    out: str | None,
    history: str | None,
    policies: list[str] | None,
    rejects: str | None,
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    strict: bool,
    encoding: str,
    threads: int,
    lang: Lang,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code."""
    if "-" in files:
        if len(files) > 1:
            raise UsageError("- is standard input, as NDJSON, and stands alone")
        files = ["/dev/stdin"]
    engine = zhida.Engine(zhida.load(pack_path), as_of_or_today(as_of, talk), threads=threads)
    progress = ProgressLine(show_progress)
    began = time.monotonic()
    try:
        plan = engine.pay_plan(
            files,
            history=history,
            policies=policies,
            on_progress=progress,
            rejects=rejects,
            facts_date=facts_date,
            known_on=known_on,
            undated=undated,
            strict=strict,
            encoding=encoding,
        )
        if out is not None:
            plan.write(out)
    finally:
        progress.clear()
    summary = plan.summary
    summary["seconds"] = round(time.monotonic() - began, 3)
    figures = summary["settlement"]
    if not figures["adds_up"] or not summary["screen"]["adds_up"]:
        raise InternalError("the plan's counts do not add up, so it cannot be trusted")
    if output == "json":
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print_summary(summary, lang)
    if out is not None:
        talk.say(f"{count(figures['awards'], 'award')} in {out}; zhida pay reserve takes it from there")
    for remark in _remarks(summary):
        talk.say(remark)
    incomplete = (
        summary["screen"]["rows_rejected"] or summary["screen"]["outcomes"]["error"] or _troubles(summary)
    )
    return INCOMPLETE if incomplete else DONE


def print_summary(summary: dict[str, Any], lang: Lang) -> None:
    """The figures on stdout, with lines to sign on."""
    words = _WORDS[lang]
    figures = summary["settlement"]
    pack = summary["pack"]
    print(f"{words['title']}  {summary['as_of']}  {pack['id']} {pack['version']}")
    print(pack["digest"])
    if figures["pools"]:
        print(f"\n{words['pools']}")
        _print_pools(figures["pools"], words, lang)
    print(f"\n{words['policies']}")
    _print_policies(figures, words, lang)
    if figures["reasons"]:
        print(f"\n{words['reasons']}")
        rows = [
            [REASONS[reason][lang == "en"], f"{number:,}"] for reason, number in figures["reasons"].items()
        ]
        show([f"~{words['reason']}", f">{words['count']}"], rows)
    print(f"\n{words['sign']}")


def _print_pools(pools: list[dict[str, Any]], words: dict[str, str], lang: Lang) -> None:
    rows: list[list[str] | None] = []
    for pool in pools:
        name = pool["title"] + (f"（{pool['region']}）" if "region" in pool else "")
        control = words[pool["control"]]
        if "trouble" in pool:
            control = REASONS[pool["trouble"]][lang == "en"]
        bounded = "free_fen" in pool
        rows.append(
            [
                name,
                str(pool["year"]),
                control,
                yuan_text(pool["free_fen"]) if bounded else "",
                yuan_text(pool["asked_fen"]),
                yuan_text(pool["paid_fen"]),
                yuan_text(pool["held_fen"]),
                yuan_text(pool["left_fen"]) if bounded else "",
            ]
        )
    heads = [f"~{words['pool']}", words["year"], words["control"]]
    heads += [f">{words[key]}" for key in ("available", "asked", "paid", "held", "left")]
    show(heads, rows)


def _print_policies(figures: dict[str, Any], words: dict[str, str], lang: Lang) -> None:
    def cells(row: dict[str, Any]) -> list[str]:
        counts = [f"{row[key]:,}" for key in ("awards", "paid", "held", "nothing")]
        return [*counts, *[yuan_text(row[key]) for key in ("asked_fen", "paid_fen", "held_fen")]]

    rows: list[list[str] | None] = []
    for row in figures["policies"]:
        title = row.get("title_en") or row["title"] if lang == "en" else row["title"]
        rows.append([row["policy"], title, *cells(row)])
    rows += [None, [words["together"], "", *cells(figures)]]
    heads = [words["policy"], f"~{words['name']}"]
    heads += [
        f">{words[key]}" for key in ("awards", "paid_count", "held_count", "nothing", "asked", "paid", "held")
    ]
    show(heads, rows, {words["name"]: ""})


def _troubles(summary: dict[str, Any]) -> list[str]:
    return [
        f"pool {pool['pool']}: {REASONS[pool['trouble']][1]}"
        for pool in summary["settlement"]["pools"]
        if "trouble" in pool and pool["awards"]
    ]


def _remarks(summary: dict[str, Any]) -> list[str]:
    screen = summary["screen"]
    remarks = _troubles(summary)
    if screen["rows_rejected"]:
        remarks.append(f"{count(screen['rows_rejected'], 'row')} rejected; --rejects FILE writes down why")
    if screen["outcomes"]["error"]:
        remarks.append(
            f"{count(screen['outcomes']['error'], 'pair')} could not be computed; nothing is paid on them"
        )
    if screen["undated"]:
        remarks.append(
            f"{count(screen['undated'], 'value')} of facts that age carried no date and counted as fresh; "
            "a payment run should use --undated stale"
        )
    unknown = summary["settlement"]["history"]["rows_of_no_policy"]
    if unknown:
        remarks.append(
            f"{count(unknown, 'earlier payment')} of policies and kinds that the pack does not have"
        )
    return remarks


def print_best(best: dict[str, Any]) -> None:
    """What one subject would get."""
    print(f"{best['subject']} as of {best['as_of']}, pack {best['pack']['id']} {best['pack']['version']}")
    rows: list[list[Any]] = []
    for award in best["awards"]:
        why = REASONS[award["reason"]][1] if "reason" in award else ""
        beaten = next(
            (step["note"] for step in award["steps"] if step["step"] == "given_up" and "note" in step), ""
        )
        if beaten:
            why = f"{why} ({beaten})"
        if award["rival_open"]:
            why = f"{why}; a rival is not decided yet" if why else "a rival is not decided yet"
        name = award["policy"] + (f" {award['object']}" if "object" in award else "")
        amount = "" if award["amount_fen"] is None else yuan_text(award["amount_fen"])
        rows.append([award["status"], name, award["title"], amount, yuan_text(award["fen"]), why])
    if rows:
        show(["status", "policy", "~title", ">amount", ">paid", "~why"], rows, {"title": ""})
    held = f", {yuan_text(best['held_fen'])} yuan more held" if best["held_fen"] else ""
    total = yuan_text(best["total_fen"])
    print(f"together {total} yuan{held} (if nothing was paid before and no pool is short)")
