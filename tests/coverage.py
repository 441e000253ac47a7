"""What the tests of a folder do not run of it; `./dev coverage` calls it after the tests.

Reads gcov's counts of the folder's own files. A line counts as run when any instance of it ran; a decision,
when each of its ways was taken. Left out are ways that only an exception takes (gcov marks them), lines that
hold nothing of their own (closing brackets, to which the compiler books clean-up, `= default`, the head of a
catch), and the places in tests/coverage_exclusions.txt, each with its reason. An exclusion that is not needed
is an error too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_OF_ITS_OWN = re.compile(r"[\s})\];,]*|.*= default;|\} catch \(.*\) \{")
EXCLUSIONS = ROOT / "tests/coverage_exclusions.txt"


@dataclass
class Line:
    count: int = 0
    # By number of ways, since instances of a template may be compiled differently.
    ways: dict[int, list[int]] = field(default_factory=dict)


def read_counts(build: Path, folder: str) -> dict[str, dict[int, Line]]:
    files: dict[str, dict[int, Line]] = defaultdict(lambda: defaultdict(Line))
    objects = sorted((build / f"CMakeFiles/zhida_{folder}.dir").rglob("*.gcno"))
    for notes in objects:
        out = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities", str(notes)],
            check=True,
            capture_output=True,
            cwd=build,
        ).stdout
        for source in json.loads(out)["files"]:
            path = Path(source["file"])
            name = (build / path).resolve() if not path.is_absolute() else path
            if not name.is_relative_to(ROOT / "engine" / folder):
                continue
            for row in source["lines"]:
                line = files[name.relative_to(ROOT).as_posix()][row["line_number"]]
                line.count += row["count"]
                ways = [way["count"] for way in row["branches"] if not way["throw"]]
                if ways:
                    known = line.ways.setdefault(len(ways), [0] * len(ways))
                    line.ways[len(ways)] = [a + b for a, b in zip(known, ways, strict=True)]
    return files


def read_exclusions() -> dict[tuple[str, str], str]:
    """(file, text of the line) -> reason."""
    found = {}
    for row in EXCLUSIONS.read_text().splitlines():
        if row and not row.startswith("#"):
            file, text, reason = (part.strip() for part in row.split(" | "))
            found[file, text] = reason
    return found


def main() -> int:
    build = Path(sys.argv[1])
    exclusions = read_exclusions()
    unused = dict(exclusions)
    missed = 0
    for folder in sys.argv[2:]:
        lines = ways = excluded = 0
        for file, counts in sorted(read_counts(build, folder).items()):
            texts = (ROOT / file).read_text().splitlines()
            for number, line in sorted(counts.items()):
                lines += 1
                ways += sum(len(taken) for taken in line.ways.values())
                what = ""
                if line.count == 0:
                    what = "not run"
                elif any(0 in taken for taken in line.ways.values()):
                    what = f"a way not taken ({list(line.ways.values())})"
                if not what:
                    continue
                text = texts[number - 1].strip()
                if NOTHING_OF_ITS_OWN.fullmatch(text):
                    continue
                if (file, text) in exclusions:
                    unused.pop((file, text), None)
                    excluded += 1
                    continue
                missed += 1
                print(f"{file}:{number}: {what}: {text}")
        print(f"engine/{folder}: {lines} lines and {ways} ways of decisions, {excluded} lines excluded")
    for (file, text), _ in unused.items():
        if any(file.startswith(f"engine/{folder}/") for folder in sys.argv[2:]):
            missed += 1
            print(f"{file}: excluded without need: {text}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
