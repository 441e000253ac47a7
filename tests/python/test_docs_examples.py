"""What the documents show of the command line is what it prints: blocks with `$ zhida ...` run as they stand.

Only commands on one subject or on packs are run: their answers need no other files than the sample packs and
the firm that the document gives, as a block marked json or as `cat > firm.json`. In what is expected a line
`...` stands for any lines, and `...` at the end of a line for any end. The two READMEs may stop early.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Ran

Cli = Callable[..., Ran]

DOCUMENTS = ("README.md", "README.zh.md", "docs/commands.md", "docs/explanations.md", "docs/analysis.md")
COMMANDS = ("check", "test", "match", "explain", "deadline", "health")
GIVEN = re.compile(r"\$ cat > (\S+) <<'END'\n(.*?)^END\n", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """The documents' blocks that show such a command, each with the firm that was given last."""
    found = []
    for name in DOCUMENTS:
        firm = ""
        text = (ROOT / name).read_text(encoding="utf-8")
        for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            if language == "json":
                firm = f"$ cat > firm.json <<'END'\n{block}END\n"
            elif re.search(rf"^\$ (\./dev )?zhida ({'|'.join(COMMANDS)}) ", block, re.MULTILINE):
                found.append((name, block if GIVEN.search(block) else firm + block))
    return found


def matches(expected: list[str], told: list[str]) -> bool:
    if not expected:
        return not told
    if expected[0] == "...":
        return any(matches(expected[1:], told[skipped:]) for skipped in range(len(told) + 1))
    if not told:
        return False
    line = expected[0].removesuffix("...")
    same = told[0].startswith(line) if line != expected[0] else told[0] == line
    return same and matches(expected[1:], told[1:])


def test_there_are_examples() -> None:
    assert {name for name, _ in examples()} == set(DOCUMENTS)


@pytest.mark.parametrize(("name", "block"), examples())
def test_example(name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").symlink_to(ROOT / "rules")
    for file, text in GIVEN.findall(block):
        (tmp_path / file).write_text(text, encoding="utf-8")
    for shown in re.split(r"^\$ ", GIVEN.sub("", block), flags=re.MULTILINE)[1:]:
        command, _, expected = shown.partition("\n")
        ran = cli(*command.removeprefix("./dev ").split()[1:])
        assert ran.code == (1 if "zhida health" in command else 0), ran.err  # there are findings
        lines = expected.rstrip("\n").split("\n") + ["..."] * name.startswith("README")
        assert matches(lines, ran.out.rstrip("\n").split("\n")), (
            f"{name} shows of `{command}` something else than\n{ran.out}"
        )
