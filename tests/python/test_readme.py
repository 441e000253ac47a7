"""The examples of README.md run as they stand: blocks marked python and c, in order, in one folder.

The folder holds `rules` (the sample packs), `firms.ndjson` (200 made-up firms) and `firm.json` (the first of
them). Python blocks share their names, as a reader's session would. A C block is a whole program.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from zhida.facts_json import facts_to_json

README = ROOT / "README.md"
BUILD = Path(os.environ.get("ZHIDA_BUILD_DIR", ROOT / "build/release")).resolve()


def blocks(language: str) -> list[tuple[int, str]]:
    """(line, text) of each block of a language."""
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    return [
        (text.count("\n", 0, found.start(1)) + 1, found[1])
        for found in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from zhida import demo_firms

    folder = tmp_path_factory.mktemp("readme")
    (folder / "rules").symlink_to(ROOT / "rules")
    lines = [str(facts_to_json(firm)) for firm in demo_firms.firms(200, 1)]
    (folder / "firms.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "firm.json").write_text(lines[0] + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", ["python", "c"])
def test_readme_shows_how_to_use_it(language: str) -> None:
    assert blocks(language), f"README.md has no example in {language}; a newcomer looks for one"


def test_python_examples_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    names: dict[str, Any] = {"__name__": "readme"}
    for line, text in blocks("python"):
        # Padded, so that a failure names the line of README.md.
        exec(compile("\n" * (line - 1) + text, str(README), "exec"), names)


@pytest.mark.parametrize(("line", "text"), blocks("c"))
def test_c_examples_compile_without_warnings_and_run(place: Path, line: int, text: str) -> None:
    source = place / f"line_{line}.c"
    source.write_text(f'#line {line} "README.md"\n{text}', encoding="utf-8")
    program = source.with_suffix("")
    compiler = ["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]
    library = [f"-L{BUILD}", "-lzhida", f"-Wl,-rpath,{BUILD}"]
    command = [*compiler, str(source), "-o", str(program), *library]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    ran = subprocess.run([str(program)], cwd=place, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout, "the example prints nothing"
