"""Words of payments in Chinese and English: states, kinds of entries, what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

Lang = Literal["zh", "en"]

STATES = ("reserved", "held", "exported", "pending", "paid", "rejected", "unknown", "returned", "void")

_WORDS: dict[str, dict[Lang, str]] = {
    # States.
    "reserved": {"zh": "已预留", "en": "reserved"},
    "held": {"zh": "待核", "en": "held"},
    "exported": {"zh": "已送银行", "en": "sent to the bank"},
    "pending": {"zh": "银行已受理", "en": "taken on by the bank"},
    "paid": {"zh": "已支付", "en": "paid"},
    "rejected": {"zh": "银行退件", "en": "rejected"},
    "unknown": {"zh": "结果不明", "en": "unknown"},
    "returned": {"zh": "已退回", "en": "returned"},
    "void": {"zh": "已作废", "en": "void"},
    # Entries.
    "reserve": {"zh": "预留资金", "en": "reserved"},
    "hold": {"zh": "暂缓", "en": "held"},
    "release": {"zh": "解除暂缓", "en": "released"},
    "export": {"zh": "写入支付文件", "en": "put into a payment file"},
    "withdraw": {"zh": "撤出支付文件", "en": "taken out of a payment file"},
    "entry_pending": {"zh": "银行受理", "en": "taken on by the bank"},
    "entry_unknown": {"zh": "记为结果不明", "en": "called unknown"},
    "post": {"zh": "支付成功", "en": "paid"},
    "reject": {"zh": "银行退件", "en": "rejected by the bank"},
    "entry_void": {"zh": "作废", "en": "voided"},
    "return": {"zh": "资金退回", "en": "money came back"},
    "demand": {"zh": "追缴", "en": "asked back"},
    "recover": {"zh": "追缴到账", "en": "paid back"},
    # What to do about payments in a state.
    "do_reserved": {
        "zh": "由另一人导出：zhida pay export",
        "en": "let another person export: zhida pay export",
    },
    "do_held": {
        "zh": "核对后放行或作废：zhida pay release | void",
        "en": "check, then release or void: zhida pay release | void",
    },
    "do_exported": {"zh": "等银行答复：zhida pay reconcile", "en": "wait for the bank: zhida pay reconcile"},
    "do_pending": {"zh": "等银行答复：zhida pay reconcile", "en": "wait for the bank: zhida pay reconcile"},
    "do_rejected": {
        "zh": "改正后重付或作废：zhida pay retry | void",
        "en": "mend and retry, or void: zhida pay retry | void",
    },
    "do_unknown": {
        "zh": "向银行查询，不会自动重付：zhida pay decide",
        "en": "ask the bank; never paid again by itself: zhida pay decide",
    },
    # Tables and the paper.
    "title": {"zh": "政策资金拨付情况表", "en": "Summary of payments"},
    "pools": {"zh": "一、资金池", "en": "1. Pools"},
    "payments": {"zh": "二、支付情况", "en": "2. Payments"},
    "files": {"zh": "三、支付文件", "en": "3. Payment files"},
    "open": {"zh": "四、待办事项", "en": "4. To be done"},
    "nothing_open": {"zh": "没有待办事项。", "en": "There is nothing to be done."},
    "pool": {"zh": "资金池", "en": "pool"},
    "year": {"zh": "年度", "en": "year"},
    "budget": {"zh": "预算", "en": "budget"},
    "free": {"zh": "可用", "en": "free"},
    "set_aside": {"zh": "已预留", "en": "reserved"},
    "posted": {"zh": "已支付", "en": "paid"},
    "came_back": {"zh": "已退回", "en": "came back"},
    "state": {"zh": "状态", "en": "state"},
    "count": {"zh": "笔数", "en": "payments"},
    "yuan": {"zh": "金额（元）", "en": "yuan"},
    "back_yuan": {"zh": "其中退回（元）", "en": "of it came back"},
    "total": {"zh": "合计", "en": "together"},
    "file": {"zh": "文件", "en": "file"},
    "digest": {"zh": "校验值", "en": "digest"},
    "superseded": {"zh": "已由 {file} 取代", "en": "superseded by {file}"},
    "closed": {"zh": "（已关闭）", "en": " (closed)"},
    "next": {"zh": "下一步", "en": "next"},
    "payment": {"zh": "支付编号", "en": "payment"},
    "payee": {"zh": "收款人", "en": "payee"},
    "reason": {"zh": "原因", "en": "reason"},
    "more": {"zh": "另有 {count} 笔未列", "en": "{count} more are not listed"},
    "balance_rule": {
        "zh": "预算 = 可用 + 已预留 + 已支付 − 已退回",
        "en": "budget = free + reserved + paid − came back",
    },
    "head": {"zh": "账本末条第 {seq} 条，校验值 {digest}", "en": "Last entry {seq}, digest {digest}"},
    "as_of": {"zh": "截至 {time}", "en": "As of {time}"},
    "no_authentication": {
        "zh": "经办人姓名仅作记录并相互比对，系统不验证身份。",
        "en": "Names are recorded and compared; nobody is authenticated.",
    },
    "sign_1": {"zh": "经办人", "en": "Prepared by"},
    "sign_2": {"zh": "复核人", "en": "Checked by"},
    "sign_3": {"zh": "负责人", "en": "Approved by"},
    "sign_date": {"zh": "日期", "en": "Date"},
    # One payment.
    "of": {"zh": "金额 {yuan} 元", "en": "{yuan} yuan"},
    "key": {"zh": "事项", "en": "event"},
    "policy": {"zh": "政策", "en": "policy"},
    "account": {"zh": "账号", "en": "account"},
    "bank": {"zh": "行号", "en": "bank"},
    "attempt": {"zh": "第 {count} 次", "en": "attempt {count}"},
    "linked": {"zh": "接续 {id}", "en": "follows {id}"},
    "followed": {"zh": "后续 {id}", "en": "followed by {id}"},
    "returned_of": {"zh": "已退回 {yuan} 元", "en": "{yuan} yuan came back"},
    "demanded_of": {"zh": "追缴 {yuan} 元", "en": "{yuan} yuan asked back"},
    "steps": {"zh": "金额的计算", "en": "How the amount came about"},
    "step": {"zh": "步骤", "en": "step"},
    "note": {"zh": "说明", "en": "note"},
    "life": {"zh": "办理经过", "en": "What happened"},
    "time": {"zh": "时间", "en": "time"},
    "actor": {"zh": "经办人", "en": "by"},
    "event": {"zh": "事项", "en": "what"},
    "where": {"zh": "文件及编号", "en": "file and reference"},
}
# Steps of a plan's amounts.
_STEPS: dict[str, dict[Lang, str]] = {
    "amount": {"zh": "按公式计算", "en": "by the formula"},
    "own_cap": {"zh": "本政策上限", "en": "the policy's own cap"},
    "percentage": {"zh": "按上级奖补配套", "en": "share of the upper level's award"},
    "upper": {"zh": "扣除上级部分", "en": "less the upper level's part"},
    "already_paid": {"zh": "扣除已付", "en": "less what was paid"},
    "given_up": {"zh": "就高不重复", "en": "given up for a better award"},
    "year_cap": {"zh": "年度上限", "en": "the year's limit"},
    "contribution_cap": {"zh": "贡献上限", "en": "the contribution's limit"},
    "budget": {"zh": "资金池分配", "en": "what the pool gives"},
    "minimum": {"zh": "起付额", "en": "the least payment"},
}
# Entry kinds that read otherwise than the state of the same name.
_ENTRY_KEYS = {"pending": "entry_pending", "unknown": "entry_unknown", "void": "entry_void"}

# Why the settlement does not pay an award, or not yet, in Chinese and English.
REASONS: dict[str, tuple[str, str]] = {
    "conditional": ("附承诺，须人工确认", "rests on a promise; a person decides"),
    "zero": ("金额为零", "the amount is 0"),
    "already_paid": ("以前已付足", "paid before"),
    "overpaid": ("以前多付，待追回", "paid too much before; to be recovered"),
    "given_up": ("就高不重复，另一项更高", "a better award of its group is paid"),
    "identity_used": ("同一对象已享受", "its person, loan or invoice was used already"),
    "identity_shared": ("同一对象被多家申报", "several firms claim with one identity"),
    "identity_unknown": ("对象标识不明", "what identifies it is not known"),
    "upper_open": ("上级奖补未定", "the upper level is not decided"),
    "upper_covers": ("上级资金已覆盖", "the upper level pays it all"),
    "year_cap": ("达到年度上限", "the year's limit is used up"),
    "contribution_cap": ("达到贡献上限", "the contribution is used up"),
    "limit_unknown": ("限额或起付额不明", "a limit is not known"),
    "below_minimum": ("低于起付额", "below the least payment"),
    "budget": ("资金不足", "the pool is short"),
    "budget_queue": ("资金不足，排队等候", "the pool is used up; waits in line"),
    "no_budget": ("本年度无预算", "no budget for the year"),
    "pool_closed": ("本年度已关账", "the year is closed"),
    "pool_overcommitted": ("已超支", "more was paid than the pool has"),
    "order_unknown": ("排序依据不明", "its turn is not known"),
    "region_unknown": ("所属地区不明", "its region is not known"),
    "duplicate_key": ("同一事项重复", "two awards for one event"),
    "too_many_rivals": ("互斥奖补过多，须人工", "too many rivals to solve exactly"),
    "too_large": ("金额过大", "beyond what can be represented"),
    "account_name": ("户名与企业名称不符", "the account's name differs"),
    "payee_unknown": ("收款账户不明", "the account is not known"),
}

_CHINA = timezone(timedelta(hours=8))


def word(key: str, lang: Lang, **values: object) -> str:
    """The word in a language, with its values filled in."""
    text = _WORDS[key][lang]
    return text.format(**values) if values else text


def entry_word(kind: str, lang: Lang) -> str:
    """What a kind of entry did to a payment."""
    return word(_ENTRY_KEYS.get(kind, kind), lang)


def step_text(step: str, lang: Lang) -> str:
    """A step of the settlement in words; of another plan as it is."""
    return _STEPS[step][lang] if step in _STEPS else step


def reason_text(reason: str, lang: Lang) -> str:
    """A reason of the plan in words; what a person or the bank wrote stays as it is."""
    return REASONS[reason][lang == "en"] if reason in REASONS else reason


def china_time(at: int) -> str:
    """Seconds since 1970 as China's clocks show them: 2026-11-29 09:30:00."""
    return datetime.fromtimestamp(at, UTC).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")
