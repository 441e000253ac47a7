"""Every table of words in the package: both languages whole, and no word that nothing says."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from types import ModuleType
from typing import Any

import pytest
import zhida
from conftest import ROOT


def tables() -> dict[str, dict[str, Any]]:
    """Every module-level table by language, by `module.NAME`; a table that is imported counts once."""
    found: dict[str, dict[str, Any]] = {}
    seen: set[int] = set()
    for info in pkgutil.walk_packages(zhida.__path__, "zhida."):
        if info.name.endswith("__main__"):
            continue
        module: ModuleType = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if isinstance(value, dict) and value.keys() == {"zh", "en"} and id(value) not in seen:
                seen.add(id(value))
                found[f"{info.name}.{name}"] = value
    return found


TABLES = tables()


@cache
def code() -> str:
    """The package and the engine without the lines that define words: what is left may say one."""
    sources = [*(ROOT / "bindings/python/zhida").rglob("*.py"), *(ROOT / "engine").rglob("*.cc")]
    sources += (ROOT / "engine").rglob("*.h")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(sources))
    return re.sub(r'^ +"[\w.]+": ("|$)', r"\1", text, flags=re.MULTILINE)


def test_the_tables_are_found() -> None:
    assert {"zhida.messages.MESSAGES", "zhida.explain_text._WORDS", "zhida.health._TEXTS"} <= TABLES.keys()
    assert len(TABLES) >= 8


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_are_whole(table: str) -> None:
    zh, en = TABLES[table]["zh"], TABLES[table]["en"]
    if isinstance(zh, list):
        assert len(zh) == len(en)
        return
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        if isinstance(text, str):
            assert set(re.findall(r"{\w*}", text)) == set(re.findall(r"{\w*}", en[key])), key
            assert text and en[key], key
            assert not re.search(r"[一-鿿]", en[key]), f"{key}: {en[key]}"


NAMED = [name for name, value in TABLES.items() if all(isinstance(key, str) for key in value["zh"])]


@pytest.mark.parametrize("table", [name for name in NAMED if isinstance(TABLES[name]["zh"], dict)])
def test_no_word_is_unused(table: str) -> None:
    for key in TABLES[table]["zh"]:
        # A key is written out, or put together of a group and a name that is.
        group, _, name = key.rpartition(".")
        whole = f'"{key}"' in code()
        parts = bool(group) and f'"{group}.{{' in code() and re.search(rf'"{re.escape(name)}"', code())
        assert whole or parts, f"{table}: nothing says {key}"
