"""M2, the format of ERRANT and of the shared tasks in grammatical error correction.

A sentence is a line ``S word word …``, then a line for each edit,
``A start end|||type|||correction|||REQUIRED|||-NONE-|||annotator``, with offsets of words and
``||`` between alternative corrections. ``A -1 -1|||noop|||…`` says that an annotator found no
error. Between sentences is an empty line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hybridtok.atomic import write_atomically
from hybridtok.corpus.lines import lines_of
from hybridtok.errors import FormatError
from hybridtok.sequences.edits import Edit, check_edits, compose_edits

__all__ = ["M2Edit", "M2Sentence", "read_m2", "write_m2"]

Path_ = str | os.PathLike[str]

#: The correction of an edit that has none, or that deletes.
_NONE = "-NONE-"
_NOOP = "noop"

_NUMBER = "(?:0|[1-9][0-9]{0,8})"
_EDIT = re.compile(rf"A (-1 -1|{_NUMBER} {_NUMBER})\|\|\|(.*)")


@dataclass(frozen=True)
class M2Edit:
    """A line ``A``.

    Attributes:
        start, end: the changed words, half open; both -1 for "noop".
        type: the kind of error.
        corrections: alternatives; "-NONE-" or an empty one deletes.
        annotator: who found it.
        required, comment: fields that nobody uses.
    """

    start: int
    end: int
    type: str
    corrections: tuple[str, ...]
    annotator: int = 0
    required: str = "REQUIRED"
    comment: str = _NONE

    def __str__(self) -> str:
        """The line."""
        fields = (self.type, "||".join(self.corrections), self.required, self.comment)
        return f"A {self.start} {self.end}|||" + "|||".join((*fields, str(self.annotator)))


@dataclass(frozen=True)
class M2Sentence:
    """A source and its edits by one annotator or several.

    Attributes:
        source: its words, with spaces between them.
        annotations: the lines ``A``.
    """

    source: str
    annotations: tuple[M2Edit, ...] = ()

    @classmethod
    def of(cls, source: str, *annotators: Sequence[Edit]) -> M2Sentence:
        """A sentence with edits of its words by each annotator, "noop" where there are none.

        Their types are the shortest that ERRANT knows: a word is missing (``M:OTHER``),
        unnecessary (``U:OTHER``), or another (``R:OTHER``).

        Raises:
            ValueError: as `check_edits`; a correction has ``||`` in it, ``|`` at its end, or is
                "-NONE-", which M2 takes for something else.
        """
        words = source.split()
        found = []
        for annotator, edits in enumerate(annotators):
            check_edits(edits, len(words))
            for start, end, text in edits:
                text = " ".join(text.split())
                if "||" in text or text.endswith("|") or text == _NONE:
                    raise ValueError(f"{text!r} is no correction that M2 can tell")
                kind = "M" if start == end else "R" if text else "U"
                found.append(M2Edit(start, end, f"{kind}:OTHER", (text,), annotator))
            if not edits:
                found.append(M2Edit(-1, -1, _NOOP, (_NONE,), annotator))
        return cls(" ".join(words), tuple(found))

    def annotators(self) -> list[int]:
        """Who has read this sentence, as far as it says so."""
        return sorted({edit.annotator for edit in self.annotations})

    def edits(self, annotator: int = 0) -> list[Edit]:
        """One annotator's edits, as `apply` takes them: sorted, and those that touch as one.

        Of alternatives the first is taken. Where an edit begins inside another and ends behind it,
        the words of both become both corrections, one after the other. That is what GECTurk means
        by ``1 3|||…|||işinde`` and ``2 4|||…|||de`` for *işin de de*.

        Raises:
            ValueError: an edit lies within another.
        """
        found: list[Edit] = []
        place = 0
        mine = (edit for edit in self.annotations if edit.annotator == annotator)
        for edit in sorted(mine, key=lambda edit: (edit.start, edit.end)):
            if edit.type == _NOOP:
                continue
            if edit.start < place and edit.end <= place:
                raise ValueError(f"`{edit}` lies within another edit of `S {self.source}`")
            text = "" if edit.corrections[0] == _NONE else edit.corrections[0]
            found.append(Edit(max(edit.start, place), edit.end, text))
            place = edit.end
        return compose_edits(found)

    def __str__(self) -> str:
        """The lines, without an empty one behind them."""
        return "\n".join([f"S {self.source}", *map(str, self.annotations)])


def read_m2(path: Path_) -> list[M2Sentence]:
    """Reads a file.

    Raises:
        FileNotFoundError: as usual.
        FormatError: a line is not of this form; ``offset`` is its number.
    """
    return list(_sentences(path))


def write_m2(path: Path_, sentences: Iterable[M2Sentence]) -> None:
    """Writes a file; the old one stays until the new one is complete.

    Raises:
        OSError: it cannot be written.
    """
    write_atomically(path, "\n\n".join(map(str, sentences)))


def _sentences(path: Path_) -> Iterator[M2Sentence]:
    source: str | None = None
    annotations: list[M2Edit] = []
    last = -1
    for number, line in lines_of(path):
        follows = number == last + 1
        last = number
        if line.startswith("S ") and not follows:
            if source is not None:
                yield M2Sentence(source, tuple(annotations))
            source, annotations = line[len("S ") :], []
        elif line.startswith("A ") and source is not None and follows:
            try:
                annotations.append(_annotation(line, len(source.split())))
            except ValueError as error:
                raise _wrong(path, number, str(error)) from None
        else:
            raise _wrong(path, number, "neither an edit nor the start of a sentence")
    if source is not None:
        yield M2Sentence(source, tuple(annotations))


def _annotation(line: str, words: int) -> M2Edit:
    match = _EDIT.fullmatch(line)
    fields = match[2].split("|||") if match else []
    if match is None or len(fields) != 5 or not re.fullmatch(_NUMBER, fields[4]):
        raise ValueError("not `A start end|||type|||correction|||…|||…|||annotator`")
    start, end = map(int, match[1].split())
    kind, correction, required, comment, annotator = fields
    if (kind == _NOOP) != (start < 0):
        raise ValueError("only `noop` is at -1 -1")
    if not start <= end <= words:
        raise ValueError(f"{start} to {end} is no span of {words} words")
    return M2Edit(
        start, end, kind, tuple(correction.split("||")), int(annotator), required, comment
    )


def _wrong(path: Path_, line: int, what: str) -> FormatError:
    return FormatError(f"{os.fspath(path)}: line {line}: {what}", offset=line, format="m2")
