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

from zhida.cli import main
from zhida.demo_firms import AS_OF

PACK = Path(__file__).resolve().parents[2] / "rules/quanzhou"
# The pack has pools for what offices pay; to two measures that have none a person gives a budget.
BY_HAND = ("cn-hitech-tax-rate", "cn-rd-deduction")


def run(*arguments: str, fine: tuple[int, ...] = (0,)) -> None:
    code = main([*arguments])
    if code not in fine:
        sys.exit(f"zhida {' '.join(arguments)} ended with {code}")


def work(folder: Path) -> None:
    plan, out = folder / "plan.parquet", folder / "out"
    ledger = ("--ledger", str(folder / "payouts.db"))
    if not plan.exists():
        # 4: some firms are rejected, since their credit code is wrong; the others are planned for.
        firms = str(folder / "firms.ndjson")
        run("pay", "plan", str(PACK), firms, "--as-of", str(AS_OF), "-o", str(plan), "-q", fine=(0, 4))
    run("pay", "budget", "--plan", str(plan), *ledger, "--as", "lin", "-q")
    for policy in BY_HAND:
        run("pay", "budget", policy, str(AS_OF.year), "90000000000", *ledger, "--as", "lin", "-q")
    run("pay", "reserve", str(plan), *ledger, "--as", "lin", "-q")
    run(
        *("pay", "export", *ledger, "--as", "wang", "--bank", str(folder / "bank.yaml")),
        *("--out", str(out), "--on", "2026-11-30", "-q"),
    )
    for path in sorted(out.glob("*.xml")):
        hand_over(path, folder)
    read = folder / "read"
    for path in sorted((folder / "bank" / "from-bank").glob("*-ACME-*.xml"), key=number_of):
        if not (read / path.name).exists():
            # 1: it was read before, by a run that did not live to note that.
            run("pay", "reconcile", str(path), *ledger, "--as", "wang", "-q", fine=(0, 1))
            (read / path.name).touch()


def number_of(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


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
