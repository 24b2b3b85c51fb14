"""Words of a text, by the rule `uword` (letters, marks, digits, apostrophes inside), and case."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Sequence

__all__ = ["categories", "digit_runs", "lower", "pieces_of_words", "unspaced", "uwords"]

#: Ideographs, kana, Thai, Lao, Khmer and Myanmar letters, Tibetan: scripts without word spaces.
_UNSPACED = re.compile(
    "[\u0e01-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@functools.cache
def categories() -> str:
    """For each code point the first letter of its general category."""
    return "".join(unicodedata.category(chr(code))[0] for code in range(sys.maxunicode + 1))


@functools.cache
def _pattern() -> re.Pattern[str]:
    r"""`[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`, which `re` cannot say itself."""
    runs = re.finditer("[LMN]+", categories())
    letters = "".join(f"\\U{run.start():08x}-\\U{run.end() - 1:08x}" for run in runs)
    return re.compile(f"[{letters}]+(?:['\u2019][{letters}]+)*")


def uwords(text: str) -> list[tuple[int, int]]:
    """The spans of a text's words, in code points."""
    return [match.span() for match in _pattern().finditer(text)]


def pieces_of_words(words: Sequence[tuple[int, int]], cuts: Sequence[int]) -> list[int]:
    """In how many pieces the cuts of a text (ascending) leave each of its words (ascending)."""
    pieces = []
    at = 0
    for start, end in words:
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        first = at
        while at < len(cuts) and cuts[at] < end:
            at += 1
        pieces.append(1 + at - first)
    return pieces


def unspaced(text: str) -> bool:
    """Whether a text holds letters of a script that puts no spaces between words."""
    return _UNSPACED.search(text) is not None


_DIGITS = re.compile("[0-9]{4,}")


def digit_runs(text: str) -> list[tuple[int, int]]:
    """Runs of four and more digits, the ones that may be grouped by threes."""
    return [match.span() for match in _DIGITS.finditer(text)]


#: Letters whose lower case differs from Unicode's, by language.
_LOWER = {
    "tr": str.maketrans({"I": "ı", "İ": "i"}),
    "az": str.maketrans({"I": "ı", "İ": "i"}),
}


def lower(text: str, language: str) -> str:
    """Lower case by a language's rule."""
    return text.translate(_LOWER.get(language, {})).lower()
