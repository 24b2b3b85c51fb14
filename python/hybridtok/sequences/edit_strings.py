r"""Edits as a text that a model can write: ``1 2 very modern, 5 5 of, 7 8 ``.

An edit is ``{start} {end} {text}``, edits are joined by ``", "``, and no edit is an empty string.
In a text ``\`` is written ``\\``, and ``,`` is written ``\,``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hybridtok.errors import FormatError
from hybridtok.sequences.edits import Edit, check_edits, first_fault

__all__ = ["format_edits", "parse_edits"]

_NUMBER = "(0|[1-9][0-9]{0,17})"
_EDIT = re.compile(rf"{_NUMBER} {_NUMBER} ([^\\,]*(?:\\[\\,][^\\,]*)*)")
_SPECIAL = re.compile(r"[\\,]")
_ESCAPED = re.compile(r"\\(.)")


def format_edits(edits: Sequence[Edit]) -> str:
    """The string of some edits.

    Raises:
        ValueError: as `check_edits`.
    """
    check_edits(edits)
    return ", ".join(rf"{start} {end} {_SPECIAL.sub(_escape, text)}" for start, end, text in edits)


def _escape(match: re.Match[str]) -> str:
    return "\\" + match[0]


def parse_edits(string: str) -> list[Edit]:
    """The edits of a string, which must be exactly as `format_edits` writes it.

    Raises:
        FormatError: it is not; ``path`` says which edit (``edits[2]``), ``offset`` at which
            character.
    """
    edits: list[Edit] = []
    starts: list[int] = []
    place = 0
    while string and place <= len(string):
        match = _EDIT.match(string, place)
        if match is None:
            raise _wrong(len(edits), place, "not `start end text`")
        edits.append(Edit(int(match[1]), int(match[2]), _ESCAPED.sub(r"\1", match[3])))
        starts.append(place)
        place = match.end()
        if place < len(string) and not string.startswith(", ", place):
            what = "a backslash" if string[place] == "\\" else "a comma"
            raise _wrong(len(edits) - 1, place, f"{what} that is not escaped")
        place += len(", ")
    fault = first_fault(edits)
    if fault is not None:
        k, what = fault
        raise _wrong(k, starts[k], what)
    return edits


def _wrong(edit: int, place: int, what: str) -> FormatError:
    return FormatError(
        f"edit {edit}, at character {place}: {what}",
        path=f"edits[{edit}]",
        offset=place,
        format="edits",
    )
