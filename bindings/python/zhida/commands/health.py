"""zhida health: what is wrong with the policies of a pack."""

from __future__ import annotations

from typing import Literal

import zhida
from zhida.commands.common import DONE, FINDINGS, Talk, as_of_or_today, count, show
from zhida.commands.progress import ProgressLine
from zhida.health import NAMES, Finding, HealthReport, Language, check_health


def run(
    path: str,
    facts: list[str] | None,
    *,
    claims: str | None,
    platform: str | None,
    notes: bool,
    lang: Language,
    as_of: str | None,
    facts_date: str | None,
    known_on: str | None,
    undated: Literal["fresh", "stale"],
    threads: int,
    output: str,
    show_progress: bool,
    talk: Talk,
) -> int:
    """The exit code: 1 if there is a problem or a risk."""
    pack = zhida.load(path)
    day = as_of_or_today(as_of, talk)
    progress = ProgressLine(show_progress)
    try:
        report = check_health(
            pack,
            day,
            facts or None,
            claims=claims,
            platform=platform,
            threads=threads,
            on_progress=progress,
            facts_date=facts_date,
            known_on=known_on,
            undated=undated,
        )
    finally:
        progress.clear()
    claimed = report.claims or {"rows": 0, "rows_of_no_policy": 0}
    if claimed["rows_of_no_policy"]:
        talk.say(
            f"{claimed['rows_of_no_policy']:,} of {claimed['rows']:,} claims are of no policy of the pack"
        )
    if output == "json":
        print(report.json)
    else:
        _print(pack, report, notes, lang)
    return DONE if report.is_sound else FINDINGS


_HEADS: dict[Language, list[str]] = {
    "zh": ["", "政策", "问题", "~说明", "位置"],
    "en": ["", "policy", "what", "~why", "place"],
}


def _print(pack: zhida.Pack, report: HealthReport, notes: bool, lang: Language) -> None:
    shown = [finding for finding in report.findings if notes or finding.weight != "note"]
    if shown:
        show(_HEADS[lang], [_row(finding, lang) for finding in shown])
    hidden = len(report.findings) - len(shown)
    problems, risks, kept = (len(report.of_weight(weight)) for weight in ("problem", "risk", "note"))
    if lang == "zh":
        over = "" if report.subjects is None else f"，对照 {report.subjects:,} 户"
        hint = "（--notes 列出提示）" if hidden else ""
        print(
            f"{pack.id} {pack.version} 截至 {report.as_of}：{report.policies:,} 项政策{over}，"
            f"{problems} 个问题，{risks} 个风险，{kept} 个提示{hint}"
        )
        return
    over = "" if report.subjects is None else f" against {count(report.subjects, 'subject')}"
    policies = count(report.policies, "policy", "policies")
    hint = "; --notes lists the notes" if hidden else ""
    print(
        f"{pack.id} {pack.version} as of {report.as_of}: {policies}{over}, {count(problems, 'problem')}, "
        f"{count(risks, 'risk')}, {count(kept, 'note')}{hint}"
    )


def _row(finding: Finding, lang: Language) -> list[str]:
    return [
        NAMES[lang][finding.weight],
        finding.policy,
        NAMES[lang][finding.kind],
        finding.text(lang),
        f"{finding.file}:{finding.line}" if finding.file else "",
    ]
