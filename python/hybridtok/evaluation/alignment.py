"""Levenshtein's distance and alignment, a whole column of the table in one number.

The method is that of Myers (1999) in the form of Hyyrö (2003): differences between neighbouring
cells are 0 or ±1, so a column is two sets of bits, and Python's integers hold sets of any size.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

__all__ = ["Edit", "align", "apply", "levenshtein"]

#: ``(i, j, s)``: the characters ``i`` to ``j`` become ``s``.
Edit = tuple[int, int, str]


def levenshtein(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """The least number of insertions, deletions and substitutions from one to the other."""
    start, ends = 0, min(len(first), len(second))
    while start < ends and first[start] == second[start]:
        start += 1
    end = 0
    while end < ends - start and first[-1 - end] == second[-1 - end]:
        end += 1
    # What both begin and end with costs nothing in some best alignment.
    rest, other = first[start : len(first) - end], second[start : len(second) - end]
    if not rest or not other:
        return len(rest) + len(other)
    found, last = len(rest), len(rest) - 1
    for _, up, down, _ in _columns(rest, other):
        found += (up >> last & 1) - (down >> last & 1)
    return found


def _columns(
    pattern: Sequence[Hashable], text: Sequence[Hashable]
) -> Iterator[tuple[int, int, int, int]]:
    """For each item of the text a column of the table, as sets of the pattern's rows.

    Yields:
        Rows whose cell is that of the row above, one column before; whose cell is one more, and
        one less, than beside it in the column before; whose cell is one more than the one above.
    """
    places: dict[Hashable, int] = {}
    for row, item in enumerate(pattern):
        places[item] = places.get(item, 0) | 1 << row
    every = (1 << len(pattern)) - 1
    plus, minus = every, 0
    for item in text:
        same = places.get(item, 0)
        diagonal = (((same & plus) + plus) ^ plus | same | minus) & every
        right, left = minus | every ^ (diagonal | plus), diagonal & plus
        # Row 0 grows by one with each column.
        above = (right << 1 | 1) & every
        plus, minus = (left << 1 | every ^ (diagonal | above)) & every, above & diagonal
        yield diagonal, right, left, plus


def align(clean: str, noisy: str) -> list[Edit]:
    """The edits of a best alignment.

    From the start on a match or a substitution is preferred to a deletion, that to an insertion;
    operations without a match between them are one edit.
    """
    # From the ends, so that the walk from the start knows what is still to pay.
    columns = list(_columns(noisy[::-1], clean[::-1]))
    edits: list[Edit] = []
    i = j = 0
    from_i = from_j = 0

    def close() -> None:
        if from_i < i or from_j < j:
            edits.append((from_i, i, noisy[from_j:j]))

    while i < len(clean) and j < len(noisy):
        if clean[i] == noisy[j]:
            close()
            i, j = i + 1, j + 1
            from_i, from_j = i, j
            continue
        diagonal, right, _, _ = columns[len(clean) - 1 - i]
        row = len(noisy) - 1 - j
        if not diagonal >> row & 1:
            i, j = i + 1, j + 1
        elif right >> row & 1:
            i += 1
        else:
            j += 1
    i, j = len(clean), len(noisy)
    close()
    return edits


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after the edits, which are in order and do not overlap.

    Raises:
        ValueError: they do, or one changes nothing, or is outside.
    """
    parts, place = [], 0
    for i, j, new in edits:
        if not place <= i <= j <= len(text):
            raise ValueError(f"the edit {[i, j, new]} is outside, or before the end of another")
        if text[i:j] == new:
            raise ValueError(f"the edit {[i, j, new]} changes nothing")
        parts += [text[place:i], new]
        place = j
    return "".join([*parts, text[place:]])
