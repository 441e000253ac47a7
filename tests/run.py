"""Runs the built test programs and the Python tests; `./dev test` calls it.

Suites are the programs listed in <build>/tests.txt and the folders of tests/ that hold test_*.py; a folder
oracle_test is the suite oracle.
Each runs as a process of its own, as many at a time as there are processors. Results are read from the
XML files that GoogleTest and pytest write into <build>/test-results. A suite that crashes, hangs, ends with
a bad status or leaves no result counts as a failed test, never as nothing.

The last line is `N passed, N failed`, with `, N skipped` if any. The exit status is 1 when a test failed
or none ran. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MESSAGE_LINES_MAX = 60
SUITE_SECONDS_MAX = {"thin": 900, "full": 3600}

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:check_initialization_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


@dataclass
class Suite:
    name: str
    kind: str  # gtest, program or pytest
    path: Path
    build: Path


@dataclass
class Result:
    suite: Suite
    seconds: float = 0.0
    passed: int = 0
    skipped: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)  # test, message
    notes: list[str] = field(default_factory=list)


def find_suites(builds: list[Path], cpp_only: bool) -> list[Suite]:
    suites = []
    for build in builds:
        listing = build / "tests.txt"
        if not listing.exists():
            sys.exit(f"{listing} is missing; build first: ./dev build {build.name}")
        mark = "" if build == builds[0] else f" [{build.name}]"
        for line in listing.read_text().splitlines():
            if line.strip():
                name, kind, path = line.split(" ", 2)
                suites.append(Suite(name + mark, kind, Path(path), build))
    if not cpp_only:
        for folder in sorted((ROOT / "tests").iterdir()):
            if folder.is_dir() and any(folder.glob("test_*.py")):
                name = folder.name.removesuffix("_test")
                if any(suite.name == name for suite in suites):
                    name += " (Python)"
                suites.append(Suite(name, "pytest", folder, builds[0]))
    return suites


def command_of(suite: Suite, pattern: str | None, xml: Path) -> list[str]:
    if suite.kind == "gtest":
        command = [str(suite.path), f"--gtest_output=xml:{xml}", "--gtest_color=no"]
        return command + ([f"--gtest_filter=*{pattern}*"] if pattern else [])
    if suite.kind == "pytest":
        options = ["-q", "-p", "no:cacheprovider", "--color=no", f"--junitxml={xml}"]
        return [
            sys.executable,
            "-m",
            "pytest",
            *options,
            *(["-k", pattern] if pattern else []),
            str(suite.path),
        ]
    return [str(suite.path)]


def shorten(text: str) -> str:
    # The compiler names files from the build folder.
    lines = re.sub(r"(?<![\w/.])\.\./\.\./", "", text).rstrip().splitlines()
    left_out = len(lines) - MESSAGE_LINES_MAX
    if left_out > 0:
        # The head of a sanitizer's report and the end of a traceback say most.
        head = MESSAGE_LINES_MAX // 3
        lines[head : head + left_out] = [f"... {left_out} lines left out"]
    return "\n".join(lines)


def status_text(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def read_xml(xml: Path, result: Result) -> bool:
    """Adds the tests of a GoogleTest or JUnit file to the result; False when there is none to read."""
    try:
        tree = ElementTree.parse(xml)
    except (OSError, ElementTree.ParseError):
        return False
    for case in tree.iter("testcase"):
        if case.get("status") == "notrun":
            continue
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        troubles = [*case.iter("failure"), *case.iter("error")]
        if troubles:
            message = "\n".join(
                (trouble.text or trouble.get("message") or "").strip() for trouble in troubles
            )
            result.failures.append((name, shorten(message)))
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            result.skipped += 1
        else:
            result.passed += 1
    return True


def read_crash(output: str, result: Result, what: str) -> None:
    """What can be told of a program that wrote no result: the tests it printed before it ended."""
    result.passed += len(re.findall(r"^\[       OK \] ", output, re.MULTILINE))
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    name = begun[-1] if begun else result.suite.path.name
    result.failures.append((f"{name} ({what})", shorten(output)))


def run_suite(suite: Suite, pattern: str | None, size: str) -> Result:
    result = Result(suite)
    folder = suite.build / "test-results"
    folder.mkdir(parents=True, exist_ok=True)
    stem = suite.name.replace(" ", "-")
    xml = folder / f"{stem}.xml"
    xml.unlink(missing_ok=True)
    environment = {
        **SANITIZER_OPTIONS,
        **os.environ,
        "ZHIDA_TEST_SIZE": size,
        "ZHIDA_BUILD_DIR": str(suite.build),
    }

    began = time.monotonic()
    what = None
    try:
        process = subprocess.run(
            command_of(suite, pattern, xml),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SUITE_SECONDS_MAX[size],
        )
        output, status = process.stdout.decode(errors="replace"), process.returncode
    except subprocess.TimeoutExpired as error:
        output, status = (error.stdout or b"").decode(errors="replace"), -signal.SIGKILL
        what = f"stopped after {SUITE_SECONDS_MAX[size]} s"
    except OSError as error:
        output, status = f"{error}\nBuild it first: ./dev build {suite.build.name}", 127
    result.seconds = time.monotonic() - began
    (folder / f"{stem}.log").write_text(output)

    what = what or status_text(status)
    if suite.kind == "program":
        if status == 0:
            result.passed = 1
        else:
            result.failures.append((f"{suite.path.name} ({what})", shorten(output)))
    elif suite.kind == "pytest" and status == 5:
        pass  # pytest's status for "no test collected".
    elif not read_xml(xml, result):
        read_crash(output, result, what)
    elif status != 0 and not result.failures:
        # All tests passed, yet the process did not: a sanitizer's report, or a crash at the end.
        result.failures.append((f"{suite.path.name} ({what})", shorten(output)))
    if suite.kind == "pytest":
        result.notes = sorted(set(re.findall(r"HouseWarning: (.*)", output)))
    return result


def print_row(name: str, passed: object, failed: object, skipped: object, seconds: object) -> None:
    print(f"{name:28} {passed!s:>7} {failed!s:>7} {skipped!s:>8} {seconds!s:>8}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--build", type=Path, action="append", required=True, help="a build folder; the first serves Python"
    )
    parser.add_argument("--cpp-only", action="store_true", help="leave the Python tests out")
    parser.add_argument("pattern", nargs="?", help="a suite, or a part of test names")
    options = parser.parse_args()

    size = "full" if os.environ.get("ZHIDA_TEST_SIZE") == "full" else "thin"
    suites = find_suites([build.resolve() for build in options.build], options.cpp_only)
    pattern = options.pattern
    if pattern is not None:
        chosen = [suite for suite in suites if suite.name.split(" ")[0] == pattern]
        if chosen:
            suites, pattern = chosen, None
        else:
            suites = [suite for suite in suites if suite.kind != "program" or pattern in suite.name]

    results = []
    print_row("suite", "passed", "failed", "skipped", "seconds")
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        futures = [pool.submit(run_suite, suite, pattern, size) for suite in suites]
        for future in as_completed(futures):
            result = future.result()
            results.append(result)
            if result.passed or result.failures or result.skipped:
                print_row(
                    result.suite.name,
                    result.passed,
                    len(result.failures),
                    result.skipped,
                    f"{result.seconds:.1f}",
                )

    for result in results:
        for note in result.notes:
            print(f"note: {note}")
    for result in sorted(results, key=lambda result: result.suite.name):
        for test, message in result.failures:
            print(f"\nFAILED {result.suite.name}: {test}\n{message}")

    passed = sum(result.passed for result in results)
    failed = sum(len(result.failures) for result in results)
    skipped = sum(result.skipped for result in results)
    if passed + failed + skipped == 0:
        print(f"no test matches '{options.pattern}'" if options.pattern else "no test was found")
    print()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
