"""zhida test: the cases of packs, and which truths of which clauses they touch."""

from __future__ import annotations

import json
from typing import Any

import zhida
from zhida.commands.common import BAD_PACK, DONE, FINDINGS, USAGE, Talk, count, warn
from zhida.errors import PackError, StreamError
from zhida.results import TestReport

_TRUTHS = ("true", "false", "unknown")


def run(paths: list[str], coverage: bool, output: str, talk: Talk) -> int:
    """The exit code. Every pack is run, whatever the ones before it were like."""
    code = DONE
    reports: list[str] = []
    passed = failed = 0
    for path in paths:
        try:
            pack = zhida.load(path)
        except (PackError, StreamError) as error:
            for found in error.diagnostics:
                warn(str(found))
            code = max(code, BAD_PACK if isinstance(error, PackError) else USAGE)
            refused: dict[str, Any] = {"folder": path, "errors": [str(found) for found in error.diagnostics]}
            reports.append(json.dumps(refused, ensure_ascii=False))
            continue
        report = pack.test()
        reports.append(report.to_json())
        passed += report.passed
        failed += report.failed
        if output != "json":
            _print(pack, report, coverage)
        if not report.ok:
            code = max(code, FINDINGS)
        if not report.cases:
            talk.say(f"{path} has no cases; write some into its folder cases")
    if output == "json":
        # The engine's reports go out as they are.
        head = f'{{"schema_version":1,"passed":{passed},"failed":{failed},"packs":['
        print(head + ",".join(reports) + "]}")
    return code


def _print(pack: zhida.Pack, report: TestReport, coverage: bool) -> None:
    for case in report.failures:
        place = f"{case.file}:{case.line}: " if case.file else ""
        print(f"FAILED {place}case {case.id}" + (f" ({case.title})" if case.title else ""))
        for problem in case.problems:
            print(f"  {problem}")
    covered = report.coverage
    clauses = [clause for policy in covered.values() for clause in policy.values()]
    seen = sum(1 for clause in clauses for truth in _TRUTHS if clause[truth])
    named = sum(1 for policy in covered.values() if policy)
    print(f"{pack.id} {pack.version}: {report.passed} passed, {report.failed} failed")
    print(
        f"  coverage: cases name {named} of {count(len(pack.policies), 'policy', 'policies')}; "
        f"of their clauses' truths (true, false, unknown) {seen} of {len(clauses) * len(_TRUTHS)} occur"
    )
    if coverage:
        _print_gaps(covered)
    elif seen < len(clauses) * len(_TRUTHS) or named < len(pack.policies):
        print("  --coverage lists what does not occur")


def _print_gaps(covered: dict[str, dict[str, dict[str, int]]]) -> None:
    for policy, clauses in covered.items():
        if not clauses:
            print(f"  {policy}: no case names it")
        for clause, truths in clauses.items():
            gaps = [truth for truth in _TRUTHS if not truths[truth]]
            if gaps:
                print(f"  {policy} {clause}: never {', '.join(gaps)}")
