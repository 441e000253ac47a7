"""Fingerprints of answers, the same as in bench/answers.h: equal answers have equal fingerprints."""

from __future__ import annotations

import numpy as np

_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)


class Fingerprint:
    """Of any number of pairs of whole numbers, in any order."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, first: np.ndarray, second: np.ndarray | int) -> None:
        x = first.astype(np.uint64) * _FIRST + np.asarray(second).astype(np.uint64) * _SECOND
        x ^= x >> _HALF
        x *= _MIX
        x ^= x >> _HALF
        self._sum += int(np.add.reduce(x, dtype=np.uint64))

    @property
    def value(self) -> int:
        return (self._sum & 0xFFFF_FFFF_FFFF_FFFF) >> 16


def fingerprint_of(counts: list[int]) -> int:
    """Of (count, policy) for every policy."""
    made = Fingerprint()
    made.add(np.array(counts, dtype=np.int64), np.arange(len(counts)))
    return made.value


class Disagreement(Exception):
    """Two engines gave different answers; the run fails."""


def agree(what: str, expected: list[int] | int, found: list[int] | int) -> None:
    if expected == found:
        return
    if isinstance(expected, int) or isinstance(found, int):
        raise Disagreement(f"{what}: fingerprint {found}, not {expected}")
    different = [i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b]
    if len(expected) != len(found):
        raise Disagreement(f"{what}: {len(found):,} rules answered, not {len(expected):,}")
    first = different[0]
    raise Disagreement(
        f"{what}: {len(different):,} of {len(expected):,} rules differ; "
        f"rule {first} holds for {found[first]:,}, not {expected[first]:,}"
    )
