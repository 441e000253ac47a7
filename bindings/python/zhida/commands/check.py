"""zhida check: is the pack right, and what will it cost to run?"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import zhida
from zhida.commands.common import BAD_PACK, DONE, FINDINGS, Talk, as_of_or_today, count, show
from zhida.errors import Diagnostic, PackError
from zhida.explain_text import short

# Clauses listed by what they cost; `--format json` has all.
_DEAREST = 10


def _row(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code,
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "what": found.what,
        "mend": found.mend,
    }


def run(path: str, strict: bool, cost: bool, plan: bool, as_of: str | None, output: str, talk: Talk) -> int:
    """The exit code. Findings are the data of this command, so they go to stdout."""
    errors: list[Diagnostic] = []
    pack = None
    engine = None
    try:
        pack = zhida.load(path)
        if cost or plan:
            # Compiling is for a day; which one is part of the answer.
            engine = zhida.Engine(pack, as_of_or_today(as_of, talk), threads=1)
    except PackError as error:
        errors = error.diagnostics
    warnings = [found for found in errors if found.is_warning] + list(pack.warnings if pack else ())
    errors = [found for found in errors if not found.is_warning]
    code = BAD_PACK if errors else FINDINGS if strict and warnings else DONE
    if output == "json":
        answer: dict[str, Any] = {"schema_version": 1, "ok": code == DONE}
        if pack is not None:
            answer["pack"] = {"id": pack.id, "version": pack.version, "digest": pack.digest}
            answer["policies"] = len(pack.policies)
            answer["facts"] = len(pack.facts)
        answer["errors"] = [_row(found) for found in errors]
        answer["warnings"] = [_row(found) for found in warnings]
        if engine is not None:
            answer["as_of"] = engine.as_of.isoformat()
            if cost:
                answer["costs"] = engine.costs()
            if plan:
                answer["plan"] = engine.plan()
        print(json.dumps(answer, ensure_ascii=False))
        return code
    for found in [*errors, *warnings]:
        print(found)
    if pack is None:
        print(f"{count(len(errors), 'mistake')}, {count(len(warnings), 'warning')}; the pack cannot be used")
        return code
    print(
        f"{pack.id} {pack.version} ({pack.status}): {count(len(pack.policies), 'policy', 'policies')}, "
        f"{count(len(pack.facts), 'fact')}, no mistakes, {count(len(warnings), 'warning')}"
    )
    print(f"digest {pack.digest}")
    if engine is not None and cost:
        _print_costs(engine)
    if engine is not None and plan:
        print(engine.plan().rstrip())
    return code


def _print_costs(engine: zhida.Engine) -> None:
    costs = engine.costs()
    paths = Counter(row["path"] for row in costs)
    means = {
        "planes": "over bits, many firms at once",
        "texts": "once for each different text",
        "interpreter": "firm by firm, slowly",
    }
    print(f"as of {engine.as_of}, {count(len(costs), 'clause and amount', 'clauses and amounts')}:")
    for path in ("planes", "texts", "interpreter"):
        print(f"  {paths[path]:>6,} {path}: {means[path]}")
    slow = [row for row in costs if row["path"] == "interpreter"]
    dear = sorted((row for row in costs if row["path"] != "interpreter"), key=lambda row: -row["cost"])
    if dear:
        show(
            ["policy", "clause", "path", ">work for 1,024 firms, in plane operations"],
            [[row["policy"], row["clause"], row["path"], f"{row['cost']:,}"] for row in dear[:_DEAREST]],
        )
    if slow:
        rows = [[row["policy"], row["clause"], short(row["reason"])] for row in slow]
        show(["policy", "clause", "~why by the interpreter"], rows)
