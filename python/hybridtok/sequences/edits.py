"""Edits: what turns one text into another, as spans of the first and what comes in their place.

A model that corrects texts need not write what stays as it is (Kaneko & Okazaki, EMNLP 2023,
arXiv 2305.11862); it says where the source changes, and into what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar, overload

from hybridtok.sequences.alignment import align

__all__ = [
    "Edit",
    "Granularity",
    "TokenEdit",
    "apply",
    "check_edits",
    "compose_edits",
    "diff",
    "first_fault",
]


class Edit(NamedTuple):
    """A change of a text.

    Attributes:
        start, end: the changed units of the source, half open: ``start == end`` inserts.
        text: what comes in their place; empty if nothing does.
    """

    start: int
    end: int
    text: str


class TokenEdit(NamedTuple):
    """A change of a sequence of ids, or of a text, with its replacement as ids.

    Attributes:
        start, end: the changed units of the source, half open: ``start == end`` inserts.
        ids: what comes in their place.
    """

    start: int
    end: int
    ids: tuple[int, ...]


AnyEdit = TypeVar("AnyEdit", Edit, TokenEdit)

#: What offsets count: words (maximal runs without white space), code points, or items of ids.
Granularity = Literal["word", "char", "token"]
_OfText = Literal["word", "char"]

_RUNS = re.compile(r"\s+|\S+")


@overload
def diff(
    source: str, target: str, granularity: _OfText = "word", *, exact: bool = False
) -> list[Edit]: ...
@overload
def diff(
    source: Iterable[int],
    target: Iterable[int],
    granularity: Literal["token"],
    *,
    exact: bool = False,
) -> list[TokenEdit]: ...
def diff(
    source: str | Iterable[int],
    target: str | Iterable[int],
    granularity: Granularity = "word",
    *,
    exact: bool = False,
) -> list[Edit] | list[TokenEdit]:
    """The fewest changes that make the target of the source.

    Changes are those of Levenshtein; among equally good ways, from the start on, a match is
    preferred to a substitution, that to a deletion, that to an insertion. Changes without a match
    between them are one edit.

    Args:
        source: a text; with the granularity "token" ids.
        target: another.
        granularity: what offsets count. Words are joined by one space: white space is not kept.
        exact: keep it. Offsets then count words and the runs of white space between them.
            Characters and tokens are exact in any case.

    Raises:
        ValueError: an unknown granularity.
        TypeError: texts with the granularity "token", or ids with another.

    Example:
        >>> diff("the modem world", "the very modern world")
        [Edit(start=1, end=2, text='very modern')]
        >>> diff("a  b", "a b", exact=True)
        [Edit(start=1, end=2, text=' ')]
    """
    if granularity == "token":
        old, new = _ids(source), _ids(target)
        return [TokenEdit(i, j, tuple(new[k:m])) for i, j, k, m in align(old, new)]
    glue = _glue(granularity, exact)
    before, after = _units(source, granularity, exact), _units(target, granularity, exact)
    return [Edit(i, j, glue.join(after[k:m])) for i, j, k, m in align(before, after)]


@overload
def apply(
    source: str, edits: Sequence[Edit], granularity: _OfText = "word", *, exact: bool = False
) -> str: ...
@overload
def apply(
    source: Iterable[int],
    edits: Sequence[TokenEdit],
    granularity: Literal["token"],
    *,
    exact: bool = False,
) -> list[int]: ...
def apply(
    source: str | Iterable[int],
    edits: Sequence[Any],
    granularity: Granularity = "word",
    *,
    exact: bool = False,
) -> str | list[int]:
    """The target of which `diff` made the edits, with the same granularity and `exact`.

    Raises:
        ValueError: an unknown granularity, or as `check_edits`; it says which edit.
        TypeError: as `diff`.
    """
    if granularity == "token":
        ids = _ids(source)
        check_edits(edits, len(ids))
        # From the right, so that offsets of the source stay what they are.
        for start, end, new in reversed(edits):
            ids[start:end] = new
        return ids
    glue = _glue(granularity, exact)
    units = _units(source, granularity, exact)
    check_edits(edits, len(units))
    parts: list[str] = []
    place = 0
    for start, end, text in edits:
        parts += (_joined(units[place:start], glue), text)
        place = end
    found = glue.join((*parts, _joined(units[place:], glue)))
    # Where words are deleted, and at the ends, there are spaces of nothing.
    return " ".join(found.split()) if glue else found


def check_edits(edits: Sequence[Edit] | Sequence[TokenEdit], length: int | None = None) -> None:
    """Whether edits may be applied together, each at its place in the source.

    They do not overlap, are in order, and no two of them start at the same place: what is
    inserted in front of changed units is a part of their edit (`compose_edits` does that).

    Args:
        edits: the edits.
        length: how many units the source has; None if that is not known.

    Raises:
        ValueError: they may not; it says which edit.
    """
    fault = first_fault(edits, length)
    if fault is not None:
        k, what = fault
        raise ValueError(f"edit {k}, {tuple(edits[k])}: {what}")


def first_fault(
    edits: Sequence[Edit] | Sequence[TokenEdit], length: int | None = None
) -> tuple[int, str] | None:
    """The first edit that is not as `check_edits` wants it, and why."""
    before, place = -1, 0
    for k, (start, end, _) in enumerate(edits):
        if start < 0 or start > end:
            return k, "this is no span"
        if length is not None and end > length:
            return k, f"it ends behind the source, which has {length:,} units"
        if start < place:
            return k, "it starts before the end of the one before"
        if start == before:
            return k, "it starts where the one before does"
        before, place = start, end
    return None


def compose_edits(
    edits: Sequence[AnyEdit], granularity: _OfText = "word", *, exact: bool = False
) -> list[AnyEdit]:
    """The same change in as few edits as possible: those that touch each other become one.

    Edits must be in order and not overlap, but several may start at one place, as in files of
    annotators, who insert in front of a word and change it.

    Args:
        edits: the edits.
        granularity: as for `diff`: it tells how texts are joined; ids need none.
        exact: as for `diff`.

    Raises:
        ValueError: they overlap or are out of order; it says which edit.
    """
    glue = _glue(granularity, exact)
    found: list[AnyEdit] = []
    place = 0
    for k, edit in enumerate(edits):
        start, end, new = edit
        if start < place or start > end:
            raise ValueError(f"edit {k}, {tuple(edit)}: it overlaps the one before, or is no span")
        if found and start == place:
            first, _, old = found[-1]
            joined = glue.join(filter(None, [old, new])) if isinstance(new, str) else old + new
            found[-1] = type(edit)(first, end, joined)
        else:
            found.append(edit)
        place = end
    return found


def _glue(granularity: str, exact: bool) -> str:
    """What stands between units."""
    if granularity not in ("word", "char"):
        raise ValueError(f"there is no granularity {granularity!r}; there are: word, char, token")
    return "" if exact or granularity == "char" else " "


def _units(text: object, granularity: str, exact: bool) -> Sequence[str]:
    if not isinstance(text, str):
        raise TypeError(f"{granularity}s are those of a str, not of {type(text).__name__}")
    if granularity == "char":
        return text
    return _RUNS.findall(text) if exact else text.split()


def _joined(units: Sequence[str], glue: str) -> str:
    return units if isinstance(units, str) else glue.join(units)


def _ids(source: str | Iterable[int]) -> list[int]:
    if isinstance(source, str):
        raise TypeError("tokens are ids, not a str: encode it first")
    return [int(id) for id in source]
