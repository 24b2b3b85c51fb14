"""Levenshtein's distance and alignment, a whole column of the table in one number.

The method is that of Myers (1999) in the form of Hyyrö (2003): differences between neighbouring
cells are 0 or ±1, so a column is two sets of bits, and Python's integers hold sets of any size.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence

__all__ = ["align", "levenshtein"]

#: Bits of columns that `align` keeps at a time, whatever the lengths: 8 MB for each of two sets.
_KEPT = 1 << 26

#: Rows whose cell is one more, and one less, than that of the row above.
_State = tuple[int, int]


def levenshtein(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """The least number of insertions, deletions and substitutions from one to the other."""
    start, end = _same_start(first, second), 0
    ends = min(len(first), len(second)) - start
    while end < ends and first[-1 - end] == second[-1 - end]:
        end += 1
    # What both begin and end with costs nothing in some best alignment.
    rest, other = first[start : len(first) - end], second[start : len(second) - end]
    if not rest or not other:
        return len(rest) + len(other)
    table = _Table(rest)
    found, last = len(rest), len(rest) - 1
    for _, right, left, _, _ in table.columns(other, table.start):
        found += (right >> last & 1) - (left >> last & 1)
    return found


def align(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> Iterator[tuple[int, int, int, int]]:
    """The changes of a best alignment.

    From the start on a match or a substitution is preferred to a deletion, that to an insertion;
    operations without a match between them are one change.

    Yields:
        ``(i, j, k, l)``: ``first[i:j]`` becomes ``second[k:l]``.
    """
    # The walk below would match it all.
    start = _same_start(first, second)
    n, m = len(first), len(second)
    costs = _CostsFromEnd(first[start:], second[start:])
    i = j = from_i = from_j = start
    while i < n and j < m:
        if first[i] == second[j]:
            if from_i < i or from_j < j:
                yield from_i, i, from_j, j
            i, j = i + 1, j + 1
            from_i, from_j = i, j
            continue
        diagonal, right = costs.column(n - 1 - i)
        row = m - 1 - j
        if not diagonal >> row & 1:
            i, j = i + 1, j + 1
        elif right >> row & 1:
            i += 1
        else:
            j += 1
    if from_i < n or from_j < m:
        yield from_i, n, from_j, m


def _same_start(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    start, end = 0, min(len(first), len(second))
    while start < end and first[start] == second[start]:
        start += 1
    return start


class _CostsFromEnd:
    """What is still to pay, for a walk from the start.

    The table begins at the ends of both sequences, and the walk needs its columns from the last
    one to the first. Those that are not kept are made again from the last state before them.
    """

    def __init__(self, first: Sequence[Hashable], second: Sequence[Hashable]) -> None:
        self._table = _Table(second[::-1])
        self._text = first[::-1]
        self._block = max(_KEPT // (len(second) or 1), math.isqrt(len(first)), 1)
        self._states = [self._table.start]
        for start in range(0, len(first), self._block):
            self._states.append(self._fill(start))

    def column(self, k: int) -> tuple[int, int]:
        """Column ``k``: the rows that have the cost before both items, and those that cost more."""
        if k < self._first:
            self._fill(k - k % self._block)
        return self._columns[k - self._first]

    def _fill(self, start: int) -> _State:
        """Keeps the block of columns from ``start`` on, and no other; the state behind it."""
        self._first = start
        self._columns: list[tuple[int, int]] = []
        state = self._states[start // self._block]
        text = self._text[start : start + self._block]
        for diagonal, right, _, plus, minus in self._table.columns(text, state):
            self._columns.append((diagonal, right))
            state = plus, minus
        return state


class _Table:
    """The table of distances; its rows are the items of a pattern."""

    def __init__(self, pattern: Sequence[Hashable]) -> None:
        self._places: dict[Hashable, int] = {}
        for row, item in enumerate(pattern):
            self._places[item] = self._places.get(item, 0) | 1 << row
        self._every = (1 << len(pattern)) - 1
        #: Before the first column.
        self.start: _State = (self._every, 0)

    def columns(
        self, text: Sequence[Hashable], state: _State
    ) -> Iterator[tuple[int, int, int, int, int]]:
        """For each item of the text a column of the table, as sets of the pattern's rows.

        Yields:
            Rows whose cell is that of the row above, one column before; whose cell is one more,
            and one less, than beside it in the column before; whose cell is one more, and one
            less, than the one above: the state that the next column needs.
        """
        places, every = self._places, self._every
        plus, minus = state
        for item in text:
            same = places.get(item, 0)
            diagonal = (((same & plus) + plus) ^ plus | same | minus) & every
            right, left = minus | every ^ (diagonal | plus), diagonal & plus
            # Row 0 grows by one with each column.
            above = (right << 1 | 1) & every
            plus, minus = (left << 1 | every ^ (diagonal | above)) & every, above & diagonal
            yield diagonal, right, left, plus, minus
