"""Comparing what candidates give with what the reference gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hybridtok.bench.results import Difference

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ids = npt.NDArray[np.uint32]
    Rows = tuple[Ids, npt.NDArray[np.int64]]

__all__ = ["in_encodings", "in_ids", "in_merges", "in_rows", "in_text"]

#: The end of a text that was cut may have other tokens; so many are left out.
_TAIL = 100

_SHOWN = 6


def in_ids(expected: Ids, found: Ids, *, partial: bool = False) -> Difference | None:
    """Two arrays; ``partial`` if ``expected`` is for the start of the text only."""
    if partial:
        end = max(len(expected) - _TAIL, 0)
        expected, found = expected[:end], found[:end]
    return _first(expected, found)


def in_rows(expected: Rows, found: Rows) -> Difference | None:
    """Two ragged arrays."""
    import numpy as np

    if np.array_equal(expected[0], found[0]) and np.array_equal(expected[1], found[1]):
        return None
    for item in range(max(len(expected[1]), len(found[1])) - 1):
        difference = _first(_row(expected, item), _row(found, item), item)
        if difference is not None:
            return difference
    return None


def in_text(expected: str, found: str | bytes) -> Difference | None:
    """Two texts; positions are code points."""
    if isinstance(found, bytes):
        found = found.decode("utf-8", "replace")
    return None if expected == found else _first_of(expected, found)


def in_encodings(expected: Sequence[Any], found: Sequence[Any]) -> Difference | None:
    """Two lists of encodings with all their fields."""
    for item, (left, right) in enumerate(zip(expected, found, strict=True)):
        for field in ("ids", "tokens", "offsets", "word_ids"):
            values = getattr(left, field), getattr(right, field)
            if values[0] != values[1]:
                return _first_of(*values, item)
    return None


def in_merges(
    expected: Sequence[tuple[str, str]], found: Sequence[tuple[str, str]]
) -> Difference | None:
    """Two lists of merges. One may be longer: not all trainers start with all 256 bytes."""
    shared = min(len(expected), len(found))
    if shared == 0:
        return None if len(expected) == len(found) else Difference(None, 0, "merges", "none")
    return _first_of(expected[:shared], found[:shared])


def _row(rows: Rows, item: int) -> Ids:
    values, offsets = rows
    return values[offsets[item] : offsets[item + 1]] if item + 1 < len(offsets) else values[:0]


def _first(expected: Ids, found: Ids, item: int | None = None) -> Difference | None:
    import numpy as np

    if np.array_equal(expected, found):
        return None
    shared = min(len(expected), len(found))
    unequal = np.flatnonzero(expected[:shared] != found[:shared])
    start = int(unequal[0]) if len(unequal) else shared
    shown = (str(ids[start : start + _SHOWN].tolist()) for ids in (expected, found))
    return Difference(item, start, *shown)


def _first_of(expected: Any, found: Any, item: int | None = None) -> Difference | None:
    if expected == found:
        return None
    pairs = enumerate(zip(expected, found, strict=False))
    ends = min(len(expected), len(found))
    start = next((k for k, (left, right) in pairs if left != right), ends)
    shown = (repr(values[start : start + _SHOWN]) for values in (expected, found))
    return Difference(item, start, *shown)
