"""One working day of the office as a process of its own, which may be killed at any moment and started again:

    python office_day.py FOLDER

screen and plan -> reserve -> export -> hand the files to the bank -> take its answers in. All it knows is in
FOLDER and in the ledger there; it has no memory of earlier runs.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from bank import CLOSED_ACCOUNT, NOWHERE_ACCOUNT, OWN_BANK
from zhida.cli import main
from zhida.demo_firms import AS_OF

CLOSED_EVERY = 40
NOWHERE_EVERY = 55


def run(*arguments: str, fine: tuple[int, ...] = (0,)) -> None:
    code = main([*arguments])
    if code not in fine:
        sys.exit(f"zhida {' '.join(arguments)} ended with {code}")


def work(folder: Path) -> None:
    ledger, plan, out = folder / "payouts.db", folder / "plan.parquet", folder / "out"
    if not plan.exists():
        make_plan(folder, plan)
    run("pay", "budget", "all", "2025", "900000000000", "--ledger", str(ledger), "--as", "lin", "-q")
    run("pay", "reserve", str(plan), "--ledger", str(ledger), "--as", "lin", "-q")
    run(
        *("pay", "export", "--ledger", str(ledger), "--as", "wang", "--bank", str(folder / "bank.yaml")),
        *("--out", str(out), "--on", "2026-11-30", "-q"),
    )
    for path in sorted(out.glob("*.xml")):
        hand_over(path, folder)
    read = folder / "read"
    for path in sorted((folder / "bank" / "from-bank").glob("*-ACME-*.xml"), key=number_of):
        if not (read / path.name).exists():
            # 1: it was read before, by a run that did not live to note that.
            run("pay", "reconcile", str(path), "--ledger", str(ledger), "--as", "wang", "-q", fine=(0, 1))
            (read / path.name).touch()


def number_of(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def make_plan(folder: Path, plan: Path) -> None:
    """What zhida pay plan gives, each payment with an account; some accounts are closed, some of no bank.

    The sample pack names no accounts and no pools. What a person has to decide first is left out.
    """
    settled = folder / "settled.parquet"
    run("pay", "plan", *screened(folder), "--as-of", str(AS_OF), "-o", str(settled), "-q")
    paying = [row for row in pq.read_table(settled).to_pylist() if row["status"] == "pay"]
    rows = []
    for number, row in enumerate(paying):
        account, bank = f"6222{number:012d}", "105397000017"
        if number % CLOSED_EVERY == 7:
            account, bank = CLOSED_ACCOUNT, OWN_BANK
        elif number % NOWHERE_EVERY == 11:
            account, bank = NOWHERE_ACCOUNT, OWN_BANK
        payee = {"payee_name": f"企业{number}", "payee_account": account, "payee_bank": bank}
        key = {"object": row["object"] or "", "part": str(row["part"]), "year": row["year"] or AS_OF.year}
        rows.append({**row, **key, **payee, "pool": "all", "pool_year": AS_OF.year})
    part = plan.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(rows), part)
    os.replace(part, plan)


def screened(folder: Path) -> tuple[str, str]:
    return (str(Path(__file__).resolve().parents[2] / "rules/quanzhou"), str(folder / "firms.ndjson"))


def hand_over(path: Path, folder: Path) -> None:
    """Puts a file into the bank's folder once. Killed before it has noted that, it does so again, and the
    bank has to tell that it has the file already.
    """
    note = folder / "sent" / path.name
    if note.exists():
        return
    drop = folder / "bank" / "to-bank"
    part = drop / f"{path.name}.part"
    shutil.copyfile(path, part)
    os.replace(part, drop / path.name)
    note.touch()


if __name__ == "__main__":
    work(Path(sys.argv[1]))
