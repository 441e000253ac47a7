"""Files that are written: never over what is read, and what goes wrong is told in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zhida
from conftest import AS_OF, FIRM, Ran, write_ndjson

Cli = Callable[..., Ran]


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return write_ndjson(tmp_path / "firms.ndjson", [FIRM])


@pytest.mark.parametrize("option", ["--near", "--rejects", "-o"])
@pytest.mark.parametrize("kind", ["ndjson", "csv", "parquet"])
def test_what_is_read_is_not_written(
    folder: Path, facts: Path, tmp_path: Path, cli: Cli, option: str, kind: str
) -> None:
    if kind == "csv":
        facts = tmp_path / "firms.csv"
        facts.write_text("uscc,staff\nA,1\nB,many\n")
    elif kind == "parquet":
        facts = tmp_path / "firms.parquet"
        pq.write_table(pa.table({"uscc": ["A", "B"]}), facts)
    before = facts.read_bytes()
    link = tmp_path / f"link.{kind}"
    link.symlink_to(facts)
    for target in (facts, link):
        ran = cli("screen", folder, facts, option, target, "--as-of", AS_OF)
        assert ran.code == 2 and "name another file" in ran.err, ran.err
        assert facts.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "option"),
    [("simulate", "--json"), ("simulate", "--html"), ("paper", "--html"), ("explain", "--html")],
)
def test_reports_are_not_written_over_facts(
    folder: Path, facts: Path, cli: Cli, command: str, option: str
) -> None:
    before = facts.read_bytes()
    arguments = {
        "simulate": [folder, "--facts", facts, "--against", folder],
        "paper": [folder, facts],
        "explain": [folder, facts, "hitech-award"],
    }[command]
    ran = cli(command, *arguments, option, facts, "--as-of", AS_OF)
    assert ran.code == 2 and "is read, so it cannot be written" in ran.err, ran.err
    assert facts.read_bytes() == before


def test_from_python_too(engine: zhida.Engine, facts: Path) -> None:
    before = facts.read_bytes()
    for options in ({"near": facts}, {"rejects": facts}):
        with pytest.raises(zhida.UsageError, match="name another file"):
            engine.screen(facts, **options).run()  # type: ignore[arg-type]
    with pytest.raises(zhida.UsageError, match="name another file"):
        engine.screen([facts]).write(facts)
    assert facts.read_bytes() == before


def test_standard_output_is_for_pairs(folder: Path, facts: Path, cli: Cli) -> None:
    for option in ("--near", "--rejects"):
        ran = cli("screen", folder, facts, option, "-", "--as-of", AS_OF)
        assert ran.code == 2 and f"{option} writes to a file; name one" in ran.err
    assert not Path("-").exists()


def test_two_outputs_are_two_files(folder: Path, facts: Path, cli: Cli) -> None:
    ran = cli("screen", folder, facts, "--near", "x.ndjson", "--rejects", "./x.ndjson", "--as-of", AS_OF)
    assert ran.code == 2 and "--rejects and --near name one file; name two" in ran.err


def test_a_folder_is_missed_before_the_work_is_done(folder: Path, facts: Path, cli: Cli) -> None:
    ran = cli("simulate", folder, "--facts", facts, "--against", folder, "--html", "no/such.html")
    assert ran.code == 2 and ran.err == (
        "zhida: no/such.html cannot be written: No such file or directory; check the folder\n"
    )


def test_reasons_are_the_systems_own(folder: Path, facts: Path, cli: Cli) -> None:
    ran = cli("screen", folder, facts, "-o", "nowhere/pairs.parquet", "--as-of", AS_OF)
    assert ran.code == 2
    assert ran.err == (
        "zhida: nowhere/pairs.parquet cannot be written: No such file or directory; check the folder\n"
    )
    ran = cli("health", folder, "--claims", "nothing.csv", "--as-of", AS_OF)
    assert "nothing.csv cannot be read: No such file or directory; check its name" in ran.err
    ran = cli("health", folder, "--platform", "nothing.txt", "--as-of", AS_OF)
    assert "nothing.txt cannot be read: No such file or directory; give a text file" in ran.err


def test_a_simulation_of_nobody(folder: Path, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "nobody.ndjson").write_text("")
    ran = cli(
        "simulate", folder, "--facts", tmp_path / "nobody.ndjson", "--against", folder, "--by", "region",
        "--as-of", AS_OF, "--format", "json",
    )  # fmt: skip
    assert ran.code == 0 and ran.json["subjects"] == 0 and ran.json["simulation"]["adds_up"]
    assert ran.json["simulation"]["by_group"][0]["groups"] == []


def test_what_nearest_does_not_do(folder: Path, tmp_path: Path, cli: Cli) -> None:
    firm = tmp_path / "firm.json"
    firm.write_text(json.dumps(FIRM))
    for option in (["--best"], ["--policy", "hitech-award"]):
        ran = cli("match", folder, firm, "--nearest", *option, "--as-of", AS_OF)
        assert ran.code == 2 and f"leave out {option[0]}" in ran.err
