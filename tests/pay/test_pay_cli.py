"""zhida pay as a person gives it: what it prints, its exit codes, what is left behind when it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bank import PROFILE, Bank
from plans import row, write
from zhida.cli import main


class Desk:
    """Runs commands on one ledger."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.ledger = str(folder / "payouts.db")
        self.out = folder / "out"
        self.out.mkdir()
        self.profile = folder / "bank.yaml"
        self.profile.write_text(PROFILE, encoding="utf-8")

    def __call__(self, *arguments: str, code: int = 0, by: str | None = None) -> str:
        """What the command printed, on stdout and then on stderr."""
        command, *rest = arguments
        name = [] if by is None else ["--as", by]
        got = main(["pay", command, *rest, "--ledger", self.ledger, *name])
        told = self.capsys.readouterr()
        assert got == code, told.err
        return told.out + told.err

    def json(self, *arguments: str, code: int = 0, by: str | None = None) -> Any:
        command, *rest = arguments
        name = [] if by is None else ["--as", by]
        got = main(["pay", command, *rest, "--ledger", self.ledger, *name, "--format", "json"])
        told = self.capsys.readouterr()
        assert got == code, told.err
        return json.loads(told.out)

    def begin(self, *rows: dict[str, Any]) -> Path:
        plan = write(self.folder / "plan.parquet", rows)
        self("budget", "rd", "2026", "100,000", by="林")
        self("reserve", str(plan), by="林")
        return plan

    def export(self, **options: Any) -> Any:
        return self.json(
            "export",
            "--bank",
            str(self.profile),
            "-o",
            str(self.out),
            "--on",
            "2026-11-30",
            by="王",
            **options,
        )


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_day_at_the_desk(desk: Desk, bank: Bank) -> None:
    plan = desk.begin(row(1), row(2, 250_000, status="hold", reason="账户名称不符"), row(3, status="nothing"))
    assert desk.json("reserve", str(plan), by="林")["before"] == 2
    [file] = desk.export()["files"]
    assert (file["count"], file["total_fen"]) == (1, 100_000)
    bank.take(Path(file["path"]))
    answers = [str(path) for path in bank.answers()]
    told = desk("reconcile", *answers, by="王")
    assert "pain.002:" in told and "camt.054:" in told and "1,000.00" in told
    assert "was read before; it changed nothing" in desk("reconcile", *answers, by="王", code=1)

    text = desk("status")
    for part in (
        "已支付",
        "待核",
        "账户名称不符",
        "预算 = 可用 + 已预留 + 已支付 − 已退回",
        "系统不验证身份",
    ):
        assert part in text
    status = desk.json("status")
    assert status["payments"]["paid"] == {"count": 1, "amount_fen": 100_000, "returned_fen": 0}
    assert status["pools"][0]["free_fen"] == 10_000_000 - 350_000

    shown = desk("show", "913505000000000001/rd//2026/1", "--plan", str(plan))
    for part in ("研发增量 × 8%", "上限", "写入支付文件", "ZD-20261130-0001", "支付成功", "MB-PMT-1"):
        assert part in shown
    assert desk.json("show", "913505000000000001/rd//2026/1")["state"] == "paid"
    assert "is sound" in desk("audit", "--files", str(desk.out))


def test_a_held_payment_is_released_or_given_up(desk: Desk) -> None:
    desk.begin(row(1, status="hold", reason="账户名称不符"), row(2, status="hold", reason="账户名称不符"))
    assert "released" in desk("release", "913505000000000001/rd//2026/1", "--reason", "已核实", by="林")
    assert "It is void now" in desk("void", "913505000000000002/rd//2026/1", "--reason", "企业放弃", by="林")
    assert "before; nothing was changed" in desk("void", "913505000000000002/rd//2026/1", by="林")
    assert len(desk.export()["files"]) == 1
    assert "ZD7131" in desk("void", "913505000000000001/rd//2026/1", by="林", code=5)


def test_unknown_then_decided_by_a_person(desk: Desk) -> None:
    desk.begin(row(1), row(2))
    desk.export()
    told = desk("reconcile", "--unanswered-since", "2099-01-01", by="王")
    assert "2 payments exported before 2099-01-01 and not answered: now unknown" in told
    assert "does not lead on" in desk("void", "913505000000000001/rd//2026/1", by="林", code=5)
    desk("decide", "913505000000000001/rd//2026/1", "rejected", "--evidence", "银行函 12 号", by="王")
    desk("decide", "913505000000000002/rd//2026/1", "paid", "--evidence", "银行函 12 号", by="王")
    assert "is retried as ZD" in desk("retry", "--all", by="林")
    assert desk.json("status")["payments"]["paid"]["count"] == 1
    assert "银行函 12 号" in desk("show", "913505000000000002/rd//2026/1")


def test_money_is_asked_back_and_comes(desk: Desk) -> None:
    desk.begin(row(1))
    desk.export()
    key = "913505000000000001/rd//2026/1"
    desk("decide", key, "paid", "--evidence", "对账单", by="王")
    assert "400.00 yuan" in desk("recover", key, "--amount", "400", "--reason", "提前迁出", by="林")
    assert "is back" in desk(
        "recover", key, "--amount", "400", "--received", "进账 7", "--reason", "提前迁出", by="林"
    )
    shown = desk("show", key, "--lang", "en")
    assert "400.00 yuan came back" in shown and "asked back" in shown and "paid back" in shown
    too_much = desk(
        "recover", key, "--amount", "601", "--received", "进账 8", "--reason", "提前迁出", by="林", code=5
    )
    assert "ZD7132" in too_much


def test_the_paper_is_a_page_of_its_own_and_safe(desk: Desk) -> None:
    desk.begin(row(1, status="hold", reason="<script>alert(1)</script>", payee_name="<b>甲&乙</b>"))
    for lang in ("zh", "en"):
        paper = desk.folder / f"{lang}.html"
        desk("status", "--paper", str(paper), "--lang", lang)
        page = paper.read_text(encoding="utf-8")
        assert "default-src 'none'" in page
        assert "<script" not in page and "&lt;script&gt;" in page
        assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in page
        assert "http" not in page.replace("http-equiv", "")
        assert ("经办人" if lang == "zh" else "Prepared by") in page


def test_both_languages_have_every_word() -> None:
    from zhida.pay_text import _WORDS

    for key, words in _WORDS.items():
        assert set(words) == {"zh", "en"}, key
        assert all(words.values()), key


def test_history_is_what_the_next_plan_needs(desk: Desk) -> None:
    import pyarrow.parquet as pq

    desk.begin(row(1), row(2))
    desk("void", "913505000000000002/rd//2026/1", by="林")
    out = desk.folder / "history.parquet"
    assert "1 payment in" in desk("history", "-o", str(out))
    [earlier] = pq.read_table(out).to_pylist()
    assert (earlier["subject"], earlier["amount_fen"], earlier["part"]) == (
        "913505000000000001",
        100_000,
        "1",
    )
    # A policy's own pool is not in the pack, and a difference belongs to the part that it adds to.
    desk("budget", "fj-rd-increment", "2026", "5000", by="林")
    desk("reserve", str(write(desk.folder / "more.parquet", [row(3, pool=None, part="1+1")])), by="林")
    desk("history", "-o", str(out))
    earlier = pq.read_table(out).to_pylist()[-1]
    assert (earlier["pool"], earlier["part"]) == (None, "1")
    assert "write to a .parquet" in desk("history", "-o", str(desk.folder / "h.xls"), code=2)


# --- What is refused: arguments, exit code, a part of the message.

REFUSED = [
    (["reserve", "plan.parquet"], 2, "there is no ledger"),
    (["budget", "rd", "2026", "12.345"], 2, "finer than a fen"),
    (["budget", "rd", "2026", "lots"], 2, "is no number of yuan"),
    (["budget", "rd", "2026", "-5"], 2, ""),
]


@pytest.mark.parametrize(("arguments", "code", "part"), REFUSED)
def test_refused_before_there_is_a_ledger(desk: Desk, arguments: list[str], code: int, part: str) -> None:
    assert part in desk(*arguments, by="林", code=code)
    assert not Path(desk.ledger).exists()


def test_refused_with_a_reason(desk: Desk) -> None:
    plan = desk.begin(row(1))
    bank = ["--bank", str(desk.profile), "-o", str(desk.out), "--on", "2026-11-30"]
    assert "before" in desk("reserve", str(plan), by="林")
    assert "cannot be read" in desk("reserve", str(desk.folder / "none.parquet"), by="林", code=2)
    assert "ZD8120" in desk("export", *bank, by="林", code=5)
    assert "cannot be read" in desk("export", "--bank", "none.yaml", by="王", code=2)
    assert "exclude one another" in desk("export", *bank, "--again", "a", "--supersede", "b", by="王", code=2)
    assert "ZD8123" in desk("export", *bank, "--again", "ZD-20261130-0009", by="王", code=5)
    assert "is no date" in desk("export", *bank[:-1], "tomorrow", by="王", code=2)
    in_a_file = str(desk.profile / "out")
    assert "cannot be made a folder" in desk(
        "export", *bank[:2], "-o", in_a_file, *bank[-2:], by="王", code=2
    )
    assert "there is no payment ZD1" in desk("show", "ZD1", code=2)
    assert "neither a payment's id" in desk("show", "a/b", code=2)
    assert "give the bank's answers" in desk("reconcile", by="王", code=2)
    assert "name the payments to retry" in desk("retry", by="林", code=2)
    assert "give SEQ:DIGEST" in desk("audit", "--anchor", "5", code=2)
    assert "ZD7115" in desk("budget", "rd", "2026", "1", by="林", code=5)
    answer = desk.folder / "answer.xml"
    answer.write_text("<a/>")
    assert "ZD8203" in desk("reconcile", str(answer), by="王", code=2)
    assert desk.json("status")["payments"]["reserved"]["count"] == 1


def test_a_changed_file_and_a_changed_ledger_are_named(desk: Desk) -> None:
    import sqlite3

    desk.begin(row(1))
    [file] = desk.export()["files"]
    with open(file["path"], "a") as changed:
        changed.write(" ")
    assert "ZD8401 ZD-20261130-0001" in desk("audit", "--files", str(desk.out), code=1)
    assert "ZD8111" in desk(
        "export", "--bank", str(desk.profile), "-o", str(desk.out), "--again", file["id"], by="王", code=5
    )
    head = desk.json("status")["head"]
    assert "is sound" in desk("audit", "--anchor", f"{head['seq']}:{head['digest']}")
    # A ledger that was cut short no longer has the entry that was written down.
    assert "is NOT sound" in desk("audit", "--anchor", f"{head['seq'] + 1}:{head['digest']}", code=5)
    with sqlite3.connect(desk.ledger) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        entries = next(name for name in tables if name.startswith("entr"))
        database.execute(f"UPDATE {entries} SET actor = 'someone' WHERE seq = 2")
    database.close()
    told = desk("audit", code=5)
    assert "is NOT sound; the first bad entry is 2" in told
