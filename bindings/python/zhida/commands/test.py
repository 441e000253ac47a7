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
        if not report.cases and pack.kind != "any":
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
    print(f"{pack.id} {pack.version}: {report.passed} passed, {report.failed} failed")
    _print_rules(report, coverage)
    covered = report.coverage
    if not covered:
        return
    clauses = [
        (truths, report.never[policy][clause])
        for policy, seen in covered.items()
        for clause, truths in seen.items()
    ]
    met = sum(1 for truths, _ in clauses for truth in _TRUTHS if truths[truth])
    excused = sum(1 for truths, never in clauses for truth in _TRUTHS if not truths[truth] and truth in never)
    missed = len(clauses) * len(_TRUTHS) - met - excused
    named = sum(1 for policy in covered.values() if policy)
    print(
        f"  coverage: cases name {named} of {count(len(covered), 'policy', 'policies')}; of their clauses' "
        f"truths (true, false, unknown) {met} occur, {excused} cannot, {missed} are missed"
    )
    if coverage:
        _print_gaps(report)
    elif missed or excused or named < len(covered):
        print("  --coverage lists what does not occur")


def _print_rules(report: TestReport, coverage: bool) -> None:
    rules = report.rules
    if not rules:
        return
    missed = [rule for rule in rules if not rule["true"] or not (rule["false"] or rule["always"])]
    good = len(rules) - len(missed)
    print(
        f"  decision tables: {good} of {count(len(rules), 'rule')} hold in some case and fail in another "
        "(or hold always)"
    )
    for rule in missed if coverage else ():
        gaps = [truth for truth in ("true", "false") if not rule[truth]]
        note = f" ({rule['note']})" if rule["note"] else ""
        print(f"  {rule['decision']} rule {rule['rule']}{note}: missed {', '.join(gaps)}")


def _print_gaps(report: TestReport) -> None:
    for policy, clauses in report.coverage.items():
        if not clauses:
            print(f"  {policy}: no case names it")
        for clause, truths in clauses.items():
            never = report.never[policy][clause]
            gaps = [truth for truth in _TRUTHS if not truths[truth] and truth not in never]
            if gaps:
                print(f"  {policy} {clause}: missed {', '.join(gaps)}")
            # One reason may stand for several truths.
            for why in dict.fromkeys(never.values()):
                same = [truth for truth in _TRUTHS if never.get(truth) == why and not truths[truth]]
                if same:
                    print(f"  {policy} {clause}: never {', '.join(same)}: {why}")
