"""The house rules that a script can see: floors, confined libraries, exact money, exported names, length.

The floors themselves are one table in cmake/floors.cmake, read here. Every finding names file and line and
says how to mend it.
"""

from __future__ import annotations

import os
import re
import subprocess
import warnings
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Which source files may include which outside library. A header of the engine never may: the library would
# leak into everything that includes it.
CONFINED = {
    r"(oneapi/)?tbb(/.*|\.h)": ["engine/base/parallel.cc"],
    r"openssl/.*": ["engine/base/digest.cc"],
    r"bid_functions\.h|bid_conf\.h": ["engine/value/decimal.cc"],
    r"re2/.*": ["engine/feel/pattern.cc", "engine/feel/pattern_set.cc"],
    r"yaml\.h": ["engine/pack/yaml_reader.cc"],
    r"simdjson.*": ["engine/pack/json_reader.cc", "engine/facts/ndjson*.cc", "engine/facts/json*.cc"],
    r"xxhash\.h": ["engine/base/checksum.cc"],
    r"hwy/.*": ["engine/batch/sieve_kernels*"],
    r"sqlite3\.h": ["engine/ledger/database_sqlite.cc"],
    r"libpq-fe\.h|postgres.*": ["engine/ledger/database_postgres.cc"],
    r"pugixml.*": ["engine/payment/xml_tree.cc"],
    r"iconv\.h": ["engine/payment/bank_csv.cc"],
}

# Floors without binary floating point, in code: files whose numbers are money, counts or thresholds.
# The one way in is a conversion that refuses what it cannot take exactly.
EXACT_DOOR = re.compile(r"\bFromDouble\(double \w+\)")
EXACT = [
    "engine/value/decimal*",
    "engine/value/money*",
    "engine/payout/*",
    "engine/ledger/*",
    "engine/payment/*",
]

LINES_WARN = 500
LINES_MAX = 900  # rows of table-driven tests included
LENGTH_CHECKED = [
    "engine/**/*",
    "bindings/python/src/*",
    "bindings/python/zhida/**/*.py",
    "bench/**/*",
    "tests/**/*",
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]')


class HouseWarning(UserWarning):
    """Shown by tests/run.py below its table."""


@cache
def floors() -> dict[str, tuple[int, set[str]]]:
    """Folder -> (level, peers that it may see)."""
    text = (ROOT / "cmake/floors.cmake").read_text()
    rows = re.findall(
        r"^zhida_floor\((\w+) LEVEL (\d+)(?: PEERS ([\w ]+?))?(?: LIBRARIES [^)]*)?\)", text, re.MULTILINE
    )
    assert len(rows) >= 11, "cmake/floors.cmake no longer reads as `zhida_floor(name LEVEL n ...)`"
    return {name: (int(level), set(peers.split())) for name, level, peers in rows}


def sources(*patterns: str) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.is_file() and path.suffix in {".cc", ".h", ".c", ".py"})


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def includes(path: Path) -> list[tuple[str, str, str]]:
    """(place, quote or angle bracket, what) of every #include."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            found.append((f"{relative(path)}:{number}", match[1], match[2]))
    return found


def code_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a C++ file with comments, texts and characters blanked."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    text = re.sub(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'',
        blank,
        path.read_text(),
        flags=re.DOTALL,
    )
    return list(enumerate(text.splitlines(), start=1))


def report(findings: list[str]) -> None:
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def test_every_engine_folder_is_a_floor() -> None:
    report(
        [
            f"engine/{folder.name}/: not in cmake/floors.cmake, so it is not built; add a line or remove it"
            for folder in sorted((ROOT / "engine").iterdir())
            if folder.is_dir() and any(folder.iterdir()) and folder.name not in floors()
        ]
    )


def test_folders_see_only_lower_floors() -> None:
    findings = []
    for path in sources("engine/**/*"):
        own = path.relative_to(ROOT).parts[1]
        if own not in floors():
            continue
        level, peers = floors()[own]
        for place, _, what in includes(path):
            match = re.match(r"engine/(\w+)/", what)
            if match is None:
                continue
            seen = match[1]
            if seen not in floors():
                findings.append(f"{place}: {what} is on no floor; see cmake/floors.cmake")
            elif seen != own and seen not in peers and floors()[seen][0] >= level:
                findings.append(
                    f"{place}: {own} (floor {level}) includes {what} (floor {floors()[seen][0]}); "
                    "move the shared part to a lower floor, or hand it in from above"
                )
    report(findings)


def test_includes_are_written_from_the_root() -> None:
    findings = []
    for path in sources("engine/**/*", "tests/**/*", "bench/*"):
        if path.suffix == ".py":
            continue
        for place, quote, what in includes(path):
            ours = what.startswith(("engine/", "tests/", "bench/", "zhida/"))
            if quote == '"' and not ours:
                findings.append(
                    f'{place}: "{what}" is not written from the root; write "engine/<folder>/<file>"'
                )
            elif quote == "<" and what.startswith(("engine/", "tests/", "bench/")):
                findings.append(f'{place}: <{what}> is ours; write "{what}"')
            elif quote == '"' and not (ROOT / what).exists() and not (ROOT / "include" / what).exists():
                findings.append(f'{place}: "{what}" does not exist')
    report(findings)


def test_only_the_c_api_sees_the_public_header() -> None:
    findings = []
    for path in sources("engine/**/*"):
        if relative(path).startswith("engine/capi/"):
            continue
        for place, _, what in includes(path):
            # The Arrow C structs are an agreement between libraries, not our API.
            if what.startswith("zhida/") and not what.startswith("zhida/arrow"):
                findings.append(
                    f"{place}: {what} is the public C API, for engine/capi only; use the engine's own types"
                )
    report(findings)


def test_outside_libraries_stay_in_their_files() -> None:
    findings = []
    for path in sources("engine/**/*", "include/**/*", "bindings/python/src/*"):
        for place, _, what in includes(path):
            for library, allowed in CONFINED.items():
                if re.fullmatch(library, what) and not any(
                    path.relative_to(ROOT).match(name) for name in allowed
                ):
                    findings.append(
                        f"{place}: <{what}> belongs in {' or '.join(allowed)} only; use what that file offers"
                    )
    report(findings)


def test_bindings_see_only_the_public_headers() -> None:
    findings = []
    for path in sources("bindings/python/src/*"):
        for place, quote, what in includes(path):
            if what.startswith("engine/"):
                findings.append(
                    f"{place}: {what} is inside the engine; use include/zhida (complete it if it falls short)"
                )
            elif quote == '"' and not what.startswith("zhida/") and not (path.parent / what).exists():
                findings.append(f'{place}: "{what}" is neither include/zhida nor a file beside this one')
    report(findings)


def test_public_headers_include_only_c_headers_and_each_other() -> None:
    c_headers = {"stdint.h", "stddef.h", "stdbool.h", "limits.h"}
    report(
        [
            f"{place}: {what} may not be in a public header; only {', '.join(sorted(c_headers))}, zhida/"
            for path in sources("include/**/*")
            for place, _, what in includes(path)
            if what not in c_headers and not what.startswith("zhida/")
        ]
    )


def test_exact_files_have_no_binary_floating_point() -> None:
    findings = []
    for path in sources(*EXACT):
        for number, line in code_lines(path):
            match = re.search(r"\b(double|float)\b", EXACT_DOOR.sub("", line))
            if match:
                findings.append(
                    f"{relative(path)}:{number}: `{match[1]}` on the money path; use Decimal or integers"
                )
    report(findings)


def test_files_hold_one_idea() -> None:
    findings = []
    for path in sources(*LENGTH_CHECKED):
        length = len(path.read_text().splitlines())
        if length > LINES_MAX:
            findings.append(
                f"{relative(path)}:{LINES_MAX}: {length} lines, at most {LINES_MAX}; split it by idea"
            )
        elif length > LINES_WARN:
            warnings.warn(
                HouseWarning(f"{relative(path)} has {length} lines; over {LINES_MAX} fails"), stacklevel=1
            )
    report(findings)


def built_library() -> Path:
    build = Path(os.environ.get("ZHIDA_BUILD_DIR", ROOT / "build/release"))
    library = build / "libzhida.so"
    if not library.exists():
        if any((ROOT / "engine/capi").glob("*.cc")) and "ZHIDA_BUILD_DIR" in os.environ:
            pytest.fail(f"{library} is missing; ./dev build makes it", pytrace=False)
        pytest.skip("libzhida.so is not built")
    return library


def exported_names() -> set[str]:
    lines = subprocess.run(
        ["nm", "-D", "--defined-only", str(built_library())], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    # `address type name@@VERSION`; type A is the name of a version itself.
    return {line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"}


def test_library_exports_only_the_c_api() -> None:
    report(
        [
            f"{built_library().name}: exports {name}; cmake/zhida.map lets only zhida_* out"
            for name in sorted(exported_names())
            if not name.startswith("zhida_")
        ]
    )


def test_library_exports_all_that_the_headers_declare() -> None:
    exported = exported_names()
    findings = []
    for path in sources("include/zhida/*.h"):
        for number, line in code_lines(path):
            # A declaration at the left margin; callbacks have no name directly before a bracket there.
            match = re.match(r"(?!typedef\b|#)[A-Za-z_][\w *]*?\b(zhida_\w+)\(", line)
            if match and match[1] not in exported:
                findings.append(
                    f"{relative(path)}:{number}: {match[1]} is declared but not in {built_library().name}"
                )
    report(findings)
