"""Gold segmentations and word counts, from files of tab-separated lines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hybridtok.corpus.lines import lines_of
from hybridtok.errors import FormatError

__all__ = ["Gold", "read_counts", "read_gold", "rows"]

Path_ = str | os.PathLike[str]

#: Between the segments of SIGMORPHON 2022 files.
_SIGMORPHON = " @@"


@dataclass(frozen=True)
class Gold:
    """Words with their right segmentations.

    Attributes:
        name: the file's name, or whatever tells it from others.
        words: distinct words.
        analyses: for each word one or more segmentations. Their segments joined are the word
            (surface segmentation) or not (canonical: deep forms of the morphemes).
        counts: for each word how often it occurs; None if nobody counted.
    """

    name: str
    words: Sequence[str]
    analyses: Sequence[Sequence[Sequence[str]]]
    counts: Sequence[int] | None = None

    def __post_init__(self) -> None:
        """Checks that the columns are of one length."""
        if len(self.words) != len(self.analyses):
            raise ValueError("there is not one list of analyses for each word")
        if self.counts is not None and len(self.counts) != len(self.words):
            raise ValueError("there is not one count for each word")

    def with_counts(self, counts: Mapping[str, int]) -> Gold:
        """The same with counts; words that have none keep 0."""
        return Gold(self.name, self.words, self.analyses, [counts.get(w, 0) for w in self.words])


def read_gold(path: Path_, counts: Mapping[str, int] | None = None) -> Gold:
    """Reads ``word<TAB>a+b+c[|a+bc]``; lines that start with ``#`` and empty ones are left out.

    Segments may be separated by ``" @@"`` instead, as in the files of SIGMORPHON 2022. Columns
    after the second are ignored. A word's second line adds its analyses to the first.

    Raises:
        FileNotFoundError: as usual.
        FormatError: a line is not of this form; it names file and line.
    """
    found: dict[str, list[list[str]]] = {}
    for line, columns in rows(path):
        if len(columns) < 2 or not columns[0] or not columns[1]:
            raise _wrong(path, line, "not `word<TAB>segments`")
        analyses = found.setdefault(columns[0], [])
        for text in columns[1].split("|"):
            parts = text.split(_SIGMORPHON if _SIGMORPHON in text else "+")
            # `+` is itself a word, and `1+1` may be: then the text is the word.
            if not all(parts):
                if text != columns[0]:
                    raise _wrong(path, line, f"an empty segment in {text!r}")
                parts = [text]
            if parts not in analyses:
                analyses.append(parts)
    if not found:
        raise FormatError(f"{os.fspath(path)}: there is no word in it", format="gold")
    gold = Gold(Path(path).name, list(found), list(found.values()))
    return gold if counts is None else gold.with_counts(counts)


def read_counts(path: Path_) -> dict[str, int]:
    """Reads ``word<TAB>count``; counts of a word add up.

    Raises:
        FormatError: a line is not of this form.
    """
    counts: dict[str, int] = {}
    for line, columns in rows(path):
        if len(columns) != 2 or not columns[1].isascii() or not columns[1].isdigit():
            raise _wrong(path, line, "not `word<TAB>count`")
        counts[columns[0]] = counts.get(columns[0], 0) + int(columns[1])
    return counts


def rows(path: Path_) -> Iterator[tuple[int, list[str]]]:
    """The columns of a file's lines but comments, with the lines' numbers."""
    for number, line in lines_of(path):
        if not line.startswith("#"):
            yield number, line.split("\t")


def _wrong(path: Path_, line: int, what: str) -> FormatError:
    return FormatError(f"{os.fspath(path)}: line {line}: {what}", offset=line, format="gold")
