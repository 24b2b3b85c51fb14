"""Pairs of a clean text and one with errors: from files, or drawn from texts."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hybridtok.corpus.lines import lines_of
from hybridtok.errors import FormatError
from hybridtok.evaluation.gaps import Pair
from hybridtok.evaluation.noise import Noise
from hybridtok.sequences.edits import Edit, diff

__all__ = ["drawn_pairs", "is_pair_file", "read_pairs"]

Path_ = str | os.PathLike[str]

#: Where a pair is from, how it got its errors (the "mode"; may be empty), and the pair.
Grouped = tuple[str, str, Pair]
#: Draws errors into a text.
Draw = Callable[[Noise, str], list[Edit]]

#: The columns of a file of edits.
_FIELDS = ["domain", "doc", "line", "mode", "sha1_8", "edits"]
#: Texts with less characters have no place for an error.
_SHORTEST = 4
#: Longer lines are cut: damage takes time that grows with the square of the length.
_LONGEST = 400


def is_pair_file(path: object) -> bool:
    """Whether a path is of a file that `read_pairs` reads, and not of a corpus."""
    if not isinstance(path, (str, os.PathLike)):
        return False
    name = os.fspath(path)
    if name.endswith(".tsv"):
        return True
    if not name.endswith(".jsonl") or not os.path.isfile(name):
        return False
    with open(name, encoding="utf-8", errors="replace") as file:
        try:
            return _is_head(json.loads(file.readline()))
        except ValueError:
            return False


def _is_head(head: Any) -> bool:
    return isinstance(head, dict) and head.get("fields") == _FIELDS and "files" in head


def read_pairs(path: Path_, data: Path_ | None = None) -> tuple[list[Grouped], int]:
    """Reads ``noisy<TAB>clean`` (.tsv), or edits in lines of files (.jsonl).

    The first line of a ``.jsonl`` file is ``{"files": {domain: path}, "fields": [...]}``; each
    other one ``[domain, doc, line, mode, sha1_8, edits]``. `doc` is a row (from 0) of a file of
    JSON lines with the field ``text``, or -1 for plain text; `line` a line (from 0) of it. Its
    runs of white space become one space, the ends are stripped; of that `sha1_8` is the start of
    the SHA-1, and in it each edit ``[i, j, s]`` puts `s` for the characters `i` to `j`.

    Args:
        path: the file.
        data: the folder that paths in it start from; by default the file's own.

    Returns:
        The pairs with their groups, and how many lines were left out as both texts are equal.

    Raises:
        FileNotFoundError: this file, or one that it refers to.
        FormatError: a line is not of this form, or a text is not the one that was meant.
    """
    if os.fspath(path).endswith(".tsv"):
        return _aligned(path)
    return list(_edited(path, Path(path).parent if data is None else Path(data))), 0


def _aligned(path: Path_) -> tuple[list[Grouped], int]:
    pairs: list[Grouped] = []
    equal = 0
    for number, line in lines_of(path):
        columns = line.split("\t")
        if len(columns) != 2 or not all(columns):
            raise _wrong(path, number, "not `noisy<TAB>clean`")
        noisy, clean = columns
        if noisy == clean:
            equal += 1
        else:
            pairs.append((Path(path).name, "", Pair(clean, diff(clean, noisy, "char"))))
    return pairs, equal


def _edited(path: Path_, data: Path) -> Iterator[Grouped]:
    files: dict[str, _Source] = {}
    for number, line in lines_of(path):
        try:
            row = json.loads(line)
            if not files:
                files = {domain: _Source(data / name) for domain, name in row["files"].items()}
                continue
            domain, doc, at, mode, digest, edits = row
            text = files[domain].line(doc, at)
            if hashlib.sha1(text.encode("utf-8")).hexdigest()[:8] != digest:
                raise ValueError(f"line {at} of {files[domain].path} is not the one that was meant")
            pair = Pair(text, [Edit(*edit) for edit in edits])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise _wrong(path, number, str(error)) from error
        yield str(domain), str(mode), pair


class _Source:
    """A file whose lines edits refer to; it is read when the first one does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[int, list[str]] = {}

    def line(self, doc: int, at: int) -> str:
        if -1 not in self._lines:
            self._lines[-1] = self.path.read_bytes().decode("utf-8").split("\n")
        if doc not in self._lines:
            self._lines[doc] = json.loads(self._lines[-1][doc])["text"].split("\n")
        return " ".join(self._lines[doc][at].split())


def _wrong(path: Path_, line: int, what: str) -> FormatError:
    return FormatError(f"{os.fspath(path)}: line {line}: {what}", offset=line, format="pairs")


def drawn_pairs(texts: Iterable[str], noise: Noise, modes: Mapping[str, Draw]) -> Iterator[Grouped]:
    """For each line of texts a pair of each mode that draws an error."""
    for text in texts:
        for line in text.split("\n"):
            for clean in _cut(" ".join(line.split())):
                if len(clean) < _SHORTEST:
                    continue
                for mode, draw in modes.items():
                    if edits := draw(noise, clean):
                        yield "noise", mode, Pair(clean, edits)


def _cut(line: str) -> Iterator[str]:
    """A line in pieces that are not too long, at spaces where there are any."""
    while len(line) > _LONGEST:
        end = line.rfind(" ", 1, _LONGEST + 1)
        end = _LONGEST if end < 0 else end
        yield line[:end]
        line = line[end:].lstrip()
    yield line
