"""The health of a pack: what is wrong with its policies as policies, and with what evidence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from zhida import _native
from zhida.dates import DateLike, Undated, days, to_date
from zhida.engine import Engine
from zhida.errors import StreamError
from zhida.explain_text import grouped, short
from zhida.outputs import reason
from zhida.pack import Pack
from zhida.results import OUTCOMES, parse
from zhida.screen import Reading, Screen
from zhida.settlement import open_history

if TYPE_CHECKING:
    from zhida.screen import ProgressFunction

__all__ = ["Finding", "HealthReport", "check_health"]

Language = Literal["zh", "en"]
Weight = Literal["problem", "risk", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a policy. A problem cannot work as it stands, a risk wants a look, a note
    is good to know. `evidence` holds what the finding rests on."""

    kind: str
    weight: Weight
    policy: str
    title: str
    other: str = ""
    clauses: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    column: int = 0

    def text(self, lang: Language = "zh") -> str:
        """One sentence for people."""
        words = {"clauses": "、".join(self.clauses) if lang == "zh" else ", ".join(self.clauses)}
        words |= {"other": self.other, "policy": self.policy, **self.evidence}
        words |= {name: grouped(self.evidence[name]) for name in _COUNTS if name in self.evidence}
        words["quoted"] = " | ".join(short(self.evidence.get(clause, "")) for clause in self.clauses)
        words["clause_part"] = ""
        if self.clauses and "eligible_without" in self.evidence:
            words["clause_part"] = _TEXTS[lang]["clause_part"].format(**words)
        for part in ("eligible_part", "terms_part"):
            there = part.removesuffix("_part") in self.evidence
            words[part] = _TEXTS[lang][part].format(**words) if there else ""
        words["lacks"] = _listed(self.evidence.get("lacks", ""), lang)
        return _TEXTS[lang][self.kind].format(**words)


def _listed(lacks: str, lang: Language) -> str:
    names = [_LACKING[lang].get(name, name) for name in lacks.split(", ") if name]
    return ("、" if lang == "zh" else ", ").join(names)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All findings, by policy in pack order, those of no policy last.

    `subjects`, `claims` (how many rows, rows of no policy of the pack, rows dated after `as_of`) and
    `published` (how many ids) are None where no registry, no claims and no list were looked at."""

    findings: tuple[Finding, ...]
    policies: int
    subjects: int | None
    claims: dict[str, int] | None
    published: int | None
    as_of: date
    json: str = field(repr=False)

    def of_weight(self, weight: Weight) -> tuple[Finding, ...]:
        """The findings of one weight."""
        return tuple(finding for finding in self.findings if finding.weight == weight)

    @property
    def is_sound(self) -> bool:
        """True if there is neither a problem nor a risk."""
        return all(finding.weight == "note" for finding in self.findings)


def check_health(
    pack: Pack,
    as_of: DateLike,
    facts: Any = None,
    *,
    claims: Any = None,
    platform: str | os.PathLike[str] | Sequence[str] | None = None,
    threads: int = 0,
    on_progress: ProgressFunction | None = None,
    rejects: str | os.PathLike[str] | None = None,
    facts_date: DateLike | None = None,
    known_on: DateLike | None = None,
    undated: Undated = "fresh",
    encoding: str = "utf-8",
) -> HealthReport:
    """Checks the policies of a pack as of a day; with `facts`, also against a registry.

    `facts` is what `Engine.screen` takes. `claims` says who has claimed what: a .parquet, .csv or .ndjson
    file, or anything that speaks Arrow, with the columns `subject`, `policy` and perhaps `date`; the earlier
    payments of a pay plan will do. `platform` lists the ids of published policies: a file of one id a line,
    or the ids. Without any of them only what the pack itself proves is found.

    Raises what `Engine` and `Engine.screen` raise, and StreamError for a list that cannot be read.
    """
    native = _native.Health.create(pack._native, days(to_date(as_of, "as_of"), "as_of"), threads)
    if claims is not None:
        native.add_claims(open_history(claims))
    if platform is not None:
        native.set_published(*_published(platform))
    counts: list[int] = []
    subjects = 0
    if facts is not None:
        engine = Engine._of(pack, native.engine(), to_date(as_of, "as_of"))
        reading = Reading(on_progress, rejects, facts_date, known_on, undated, encoding=encoding)
        summary = Screen(engine, facts, reading).run()
        subjects = summary["subjects"]
        counts = [row[outcome] for row in summary["by_policy"] for outcome in OUTCOMES]
    text = native.report(counts, subjects)
    data = parse(text)
    return HealthReport(
        findings=tuple(_finding(row) for row in data["findings"]),
        policies=data["policies"],
        subjects=data["subjects"],
        claims=data["claims"],
        published=data["published"],
        as_of=date.fromisoformat(data["as_of"]),
        json=text,
    )


def _published(platform: str | os.PathLike[str] | Sequence[str]) -> tuple[str, list[str]]:
    """The name of the list, and an id a line; "" for lines without one."""
    if not isinstance(platform, str | os.PathLike):
        return "", list(platform)
    name = os.fspath(platform)
    try:
        with open(name, encoding="utf-8-sig") as file:
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise StreamError(
            f"{name} cannot be read: {reason(error)}; give a text file of one policy id a line"
        ) from error
    ids = ["" if line.startswith("#") else line for line in lines]
    for number, policy in enumerate(ids, 1):
        if re.search(r"[\s,;]", policy):
            raise StreamError(f"{name}:{number}: {short(policy)} is not one policy id; write one id a line")
    if not any(ids):
        raise StreamError(f"{name} lists no policy; write one id a line")
    return name, ids


def _finding(row: dict[str, Any]) -> Finding:
    names: Iterable[str] = Finding.__dataclass_fields__
    given = {name: row[name] for name in names if name in row}
    return Finding(**(given | {"clauses": tuple(row["clauses"])}))


# Evidence that is a number of something.
_COUNTS = ("subjects", "eligible", "undetermined", "eligible_without", "open_days", "claimants")

_LACKING: dict[Language, dict[str, str]] = {
    "zh": {"department": "主管部门", "basis.document": "依据文件", "valid": "有效期"},
    "en": {"department": "department", "basis.document": "basis document", "valid": "validity"},
}

NAMES: dict[Language, dict[str, str]] = {
    "zh": {
        "problem": "问题",
        "risk": "风险",
        "note": "提示",
        "expired_open": "过期",
        "ended": "已到期",
        "no_formula": "画饼",
        "amount_undefined": "画饼",
        "incomplete": "要素不全",
        "contradiction": "自相矛盾",
        "undecidable": "无从判断",
        "not_in_force": "参数未生效",
        "idle_clause": "空条件",
        "duplicate": "重复",
        "fair_competition": "公平竞争",
        "many_steps": "环节过多",
        "unfunded": "没有预算",
        "shadowed": "被遮蔽",
        "fits_nobody": "僵尸（无人符合）",
        "unclaimed": "僵尸（无人申领）",
        "unlisted": "抽屉",
        "expired_listed": "过期",
        "no_rules": "没有规则",
        "undecided_by_data": "数据不足",
        "fits_few": "人情",
    },
    "en": {
        "problem": "problem",
        "risk": "risk",
        "note": "note",
        "expired_open": "expired, still open",
        "ended": "ended",
        "no_formula": "no formula",
        "amount_undefined": "amount undefined",
        "incomplete": "incomplete",
        "contradiction": "contradiction",
        "undecidable": "undecidable",
        "not_in_force": "parameter not in force",
        "idle_clause": "idle clause",
        "duplicate": "duplicate",
        "fair_competition": "fair competition",
        "many_steps": "many steps",
        "unfunded": "unfunded",
        "shadowed": "shadowed",
        "fits_nobody": "fits nobody",
        "unclaimed": "not claimed",
        "unlisted": "not published",
        "expired_listed": "expired, still listed",
        "no_rules": "no rules",
        "undecided_by_data": "undecided by data",
        "fits_few": "fits few",
    },
}

_TEXTS: dict[Language, dict[str, str]] = {
    "zh": {
        "expired_open": "政策已于 {valid_to} 到期，申报期却开到 {window_to}；请关闭申报或延长政策",
        "ended": "政策已于 {valid_to} 到期，不再有人符合",
        "no_formula": "没有金额公式，算不出该给多少；请写明 amount",
        "amount_undefined": "金额就是没有定义的 {terms}，算不出该给多少；请写明定义",
        "incomplete": "缺少{lacks}",
        "contradiction": "条件 {clauses} 不可能同时成立：{quoted}",
        "undecidable": "条件 {clauses} 任何数据都判断不了{terms_part}：{quoted}",
        "not_in_force": "条件 {clauses} 用了 {day} 没有生效的参数（{parameters}），任何数据都判断不了，"
        "请补上这一天的数值：{quoted}",
        "idle_clause": "其他条件成立时，条件 {clauses} 不可能不成立，只是多要一份数据：{quoted}",
        "duplicate": "与 {other} 的条件和金额相同，有效期重叠",
        "fair_competition": "出现“{words}”，请按公平竞争审查条例（国务院令第783号）复核",
        "many_steps": "内部环节 {steps} 个，超过 2 个",
        "unfunded": "资金池 {pool} 在 {year} 年没有可用预算",
        "shadowed": "凡符合者也都符合 {other}，而后者更高，就高不重复，本项永远不会兑付",
        "fits_nobody": "{subjects} 户中无一符合，也无待定{clause_part}",
        "undecided_by_data": "{subjects} 户中无一符合，{undetermined} 户因数据不足待定{clause_part}",
        "fits_few": "{subjects} 户中只有 {eligible} 户符合{clause_part}",
        "unclaimed": "可申领已 {open_days} 天，{eligible_part}申领者 {claimants} 户；请查是否知晓、是否太繁",
        "unlisted": "有规则而平台未发布，企业看不到；请发布或停用",
        "expired_listed": "政策已于 {valid_to} 到期，平台仍在列；请下架或延长",
        "no_rules": "平台发布了 {policy}，规则包里没有，判断不了谁符合；请补写规则或下架",
        "terms_part": "，请定义 {terms}",
        "eligible_part": "符合者 {eligible} 户，",
        "clause_part": "；去掉条件 {clauses} 则有 {eligible_without} 户符合",
    },
    "en": {
        "expired_open": "ended on {valid_to}, while claims are taken until {window_to}; "
        "close them or extend the policy",
        "ended": "ended on {valid_to}; nobody is eligible any more",
        "no_formula": "has no amount, so nobody can say what is due; write amount:",
        "amount_undefined": "its amount is {terms}, which nobody defined, so nobody can say what is due; "
        "define it",
        "incomplete": "lacks {lacks}",
        "contradiction": "clauses {clauses} can never hold together: {quoted}",
        "undecidable": "no data can decide clause {clauses}{terms_part}: {quoted}",
        "not_in_force": "clause {clauses} uses a parameter that is not in force on {day} ({parameters}), "
        "so no data can decide it; add its figures for that day: {quoted}",
        "idle_clause": "clause {clauses} cannot fail where the others hold; it only asks for data: {quoted}",
        "duplicate": "asks and gives the same as {other} while both are in force",
        "fair_competition": "says {words}; review it under the fair competition regulation "
        "(State Council order 783)",
        "many_steps": "takes {steps} steps inside the office, more than 2",
        "unfunded": "pool {pool} has no open budget for {year}",
        "shadowed": "whoever is eligible is eligible for {other} too, which gives more and displaces it",
        "fits_nobody": "fits none of {subjects} subjects, and none is open{clause_part}",
        "undecided_by_data": "fits none of {subjects} subjects, {undetermined} lack data{clause_part}",
        "fits_few": "fits only {eligible} of {subjects} subjects{clause_part}",
        "unclaimed": "open for {open_days} days, {eligible_part}claimed by {claimants}; "
        "ask whether firms know of it and whether it is too laborious",
        "unlisted": "has rules, but the platform does not show it, so no firm can find it; "
        "publish it or end it",
        "expired_listed": "ended on {valid_to} and is still listed on the platform; take it off or extend it",
        "no_rules": "{policy} is published and has no rules in the pack, so nobody can say who is eligible; "
        "write them or take it off",
        "terms_part": "; define {terms}",
        "eligible_part": "{eligible} eligible, ",
        "clause_part": "; without clause {clauses} it would fit {eligible_without}",
    },
}
