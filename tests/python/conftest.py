"""A small pack in memory, firms for it, and ways to run the command line."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zhida
from zhida.cli import main

ROOT = Path(__file__).resolve().parents[2]

FILES: dict[str, str] = {
    "demo/pack.yaml": """\
id: demo
version: 1.2.0
title: 示范政策
jurisdiction: 示范市
kind: firm
status: sample
""",
    "demo/schema.yaml": """\
kind: firm
key: uscc
facts:
  - {id: uscc, name: 统一社会信用代码, type: string, check: uscc}
  - {id: name, name: 企业名称, type: string}
  - {id: region, name: 登记地, type: code(region)}
  - {id: staff, name: 从业人数, type: integer, source: 统计, max_age: P1Y}
  - id: hitech
    name: 高新技术企业
    type: boolean
    source: 科技
    commitment: allowed
    remedy: {material: 证书, obtain: 科技局}
  - {id: founded, name: 成立日期, type: date}
  - {id: revenue, name: 营业收入, type: series(year) of money, unit: 万元, source: 税务}
  - {id: share, name: 研发占比, type: ratio}
  - {id: closed_on, name: 注销日期, type: date, nullable: true}
  - id: hires
    name: 新招用人员
    type: list of struct
    members:
      - {id: hired_on, name: 招用日期, type: date}
      - {id: pay, name: 工资, type: money}
""",
    "demo/lists/index.yaml": """\
lists:
  - {id: region, name: 地区, codes: {"01": 东区, "02": 西区}}
""",
    "demo/definitions/size.yaml": """\
- {id: growth, name: 收入增量, is: 'at(营业收入, 2024) - at(营业收入, 2023)'}
- {id: size_answer, name: 规模, kind: decision, is: 'if 从业人数 >= 100 then "大" else "小"'}
""",
    "demo/policies/award.yaml": """\
id: hitech-award
title: 高新技术企业奖励
valid: {from: 2024-01-01, to: 2028-12-31}
clauses:
  - {id: place, scope: true, when: '登记地 = "01"', article: 第一条}
  - {id: hitech, when: 高新技术企业, article: 第二条, cure: 申报高新技术企业}
amount: '1000.50'
""",
    "demo/policies/growth.yaml": """\
id: growth-award
title: 增长奖励
clauses:
  - {id: growth, when: '收入增量 > 0', article: 第三条, title: 收入增长}
  - id: credit
    article: 第四条
    none:
      - {id: closed, when: '注销日期 != null'}
amount: '收入增量 * 0.01'
cap: 50000
""",
    "demo/policies/ratio.yaml": """\
id: per-head
title: 人均奖励
clauses:
  - {id: head, when: '10000 / 从业人数 > 100', article: 第五条}
""",
    "demo/cases/cases.yaml": """\
- id: one
  title: 得到奖励
  as_of: 2025-06-30
  facts: {uscc: 91350582YYYY00001U, region: "01", hitech: true, staff: 10}
  expect:
    policies:
      hitech-award: {outcome: eligible, amount_fen: 100050, clauses: {hitech: true}}
""",
}

# As of 2025-06-30: eligible for all three.
FIRM: dict[str, Any] = {
    "uscc": "91350582YYYY00001U",
    "name": "一号公司",
    "region": "01",
    "staff": 20,
    "hitech": True,
    "founded": "2015-03-01",
    "revenue": {"2023": 100, "2024": 200.5},
    "closed_on": None,
}
AS_OF = "2025-06-30"


def files_with(**changes: str | None) -> dict[str, str]:
    """The pack's files, some of them changed, added or left out: `files_with(**{"demo/pack.yaml": ...})`."""
    files = {**FILES, **changes}
    return {path: text for path, text in files.items() if text is not None}


@pytest.fixture(scope="session")
def pack() -> zhida.Pack:
    return zhida.load(FILES)


@pytest.fixture(scope="session")
def engine(pack: zhida.Pack) -> zhida.Engine:
    return zhida.Engine(pack, as_of=AS_OF)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pack as a folder."""
    return write_pack(tmp_path)


def write_pack(where: Path, **changes: str | None) -> Path:
    for path, text in files_with(**changes).items():
        file = where / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return where / "demo"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs the command line in this process, in a folder of its own: `cli("match", folder, "-")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: object, input: str | bytes = b"") -> Ran:
        raw = input.encode() if isinstance(input, str) else input
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


def command(*arguments: object) -> list[str]:
    """The command line as a process of its own."""
    return [sys.executable, "-m", "zhida", *map(str, arguments)]


def environment(**changes: str) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "bindings/python"), os.environ.get("PYTHONPATH", "")]).rstrip(
        os.pathsep
    )
    return {**os.environ, "PYTHONPATH": path, **changes}


def write_ndjson(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def firms(count: int, **changes: Any) -> list[dict[str, Any]]:
    """Firms with subjects F00000, F00001 ..., each eligible for all three policies."""
    return [{**FIRM, "uscc": f"F{number:05}", **changes} for number in range(count)]
