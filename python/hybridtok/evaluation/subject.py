"""What is measured: any tokenizer, behind one small protocol."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.words import uwords

__all__ = [
    "Encoded",
    "Flat",
    "Span",
    "Spans",
    "Subject",
    "WordSegmenter",
    "as_spans",
    "cuts",
    "decode_flat",
    "encode_flat",
    "encode_spans",
    "encode_words",
    "flat",
    "segments",
]

Span = tuple[int, int]
#: Tokens x 2: the same for many.
Spans = npt.NDArray[np.uint32]


class Encoded(NamedTuple):
    """The tokens of one text.

    Attributes:
        ids: the tokens' ids.
        offsets: for each token the code points that it covers, half open. The span of a marker
            (of case, of an inserted space) is empty; the bytes of one character all cover it.
        kinds: for each token "root", "affix", "escape" (``<v:k>``), or another that does not
            matter here; None if the tokenizer has no such kinds.
    """

    ids: Sequence[int]
    offsets: Sequence[Span]
    kinds: Sequence[str] | None = None


class Flat(NamedTuple):
    """The ids of some texts behind each other.

    Attributes:
        ids: all of them.
        offsets: text ``k`` has ``ids[offsets[k] : offsets[k + 1]]``.
    """

    ids: npt.NDArray[Any]
    offsets: npt.NDArray[np.int64]


@runtime_checkable
class Subject(Protocol):
    """A tokenizer, as evaluation needs it. All texts are encoded without special tokens."""

    @property
    def vocab_size(self) -> int | None:
        """Tokens in all, special ones included; None if nobody knows."""

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        """The tokens of each text alone."""

    def encode_ids(self, text: str) -> Sequence[int]:
        """The ids of one text, by the tokenizer's quickest call: speed is measured with it."""

    def decode(self, ids: Sequence[int]) -> str | None:
        """The text of some ids; None if the tokenizer cannot decode."""


def encode_spans(subject: Subject, texts: Sequence[str]) -> list[tuple[Sequence[int], Spans]]:
    """Ids and spans of each text; a subject that has a quicker way has a method of this name."""
    quick = getattr(subject, "encode_spans", None)
    if quick is not None:
        found: list[tuple[Sequence[int], Spans]] = quick(texts)
        return found
    return [(encoded.ids, as_spans(encoded.offsets)) for encoded in subject.encode_batch(texts)]


def encode_flat(subject: Subject, texts: Sequence[str]) -> Flat:
    """The ids of each text; a subject that has a quicker way has a method of this name."""
    quick = getattr(subject, "encode_flat", None)
    if quick is not None:
        found: Flat = quick(texts)
        return found
    return flat([encoded.ids for encoded in subject.encode_batch(texts)])


def flat(ids: Sequence[Sequence[int]]) -> Flat:
    """The ids of some texts as arrays."""
    offsets = np.cumsum([0, *map(len, ids)], dtype=np.int64)
    # Lists that are empty would make all of them floats.
    filled = [np.asarray(of_text) for of_text in ids if len(of_text)]
    return Flat(np.concatenate(filled or [np.zeros(0, dtype=np.int64)]), offsets)


def decode_flat(subject: Subject, tokens: Flat) -> list[str | None]:
    """The text of each list of ids; a subject that has a quicker way has `decode_batch`."""
    ids = [tokens.ids[start:end] for start, end in itertools.pairwise(tokens.offsets.tolist())]
    quick = getattr(subject, "decode_batch", None)
    if quick is not None:
        found: list[str | None] = quick(ids)
        return found
    return [subject.decode(of_text.tolist()) for of_text in ids]


def as_spans(offsets: Sequence[Span]) -> Spans:
    """Offsets as an array."""
    return np.array(offsets, dtype=np.uint32).reshape(-1, 2)


def cuts(offsets: Sequence[Span]) -> list[int]:
    """Where a text is cut between characters, ascending; 0 is one of them if a token starts there.

    A boundary inside a character is no cut: the next token starts before the last one ends.
    """
    found: list[int] = []
    end = 0
    for start, stop in offsets:
        if start < stop:
            if start >= end:
                found.append(start)
            end = max(end, stop)
    return found


def segments(word: str, offsets: Sequence[Span]) -> list[str]:
    """A word in pieces, as its tokens cut it; joined they are the word."""
    inner = [cut for cut in cuts(offsets) if 0 < cut < len(word)]
    bounds = [0, *inner, len(word)]
    return [word[start:end] for start, end in itertools.pairwise(bounds)]


def encode_words(subject: Subject, words: Sequence[str]) -> list[Encoded]:
    """The tokens of words alone, each in the form that it has inside a text.

    Where the space before a word is a part of its first token (as in byte-level vocabularies that
    hold ``Ġkitap``), a word at the start of a text is another thing than the same word anywhere
    else; there a space is put before it and taken out of the offsets again.
    """
    if not _joins_spaces(subject):
        return subject.encode_batch(words)
    found = subject.encode_batch([f" {word}" for word in words])
    return [
        encoded._replace(offsets=[(max(a - 1, 0), max(b - 1, 0)) for a, b in encoded.offsets])
        for encoded in found
    ]


def _joins_spaces(subject: Subject) -> bool:
    """Whether some letter has other tokens after a space than at the start of a text."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = subject.encode_batch([*letters, *(f"{letter} {letter}" for letter in letters)])
    ids = [list(encoded.ids) for encoded in found]
    pairs = zip(ids, ids[len(letters) :], strict=False)
    # A single token for both (a superword) says nothing.
    return any(twice[-len(once) :] != once for once, twice in pairs if 0 < len(once) < len(twice))


class WordSegmenter:
    """Anything that cuts words, such as a morphological segmenter, as a tokenizer of texts.

    Words are those of `uword`; other characters that are no space are tokens of their own.
    A segment's id is the order of its first appearance. It does not decode: spaces are lost.
    """

    vocab_size = None

    def __init__(self, segment: Callable[[str], Sequence[str]]) -> None:
        """Takes a function from a word to its segments, which joined must be the word."""
        self._segment = segment
        self._words: dict[str, list[int]] = {}
        self._ids: dict[str, int] = {}

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        """The segments of the words of each text."""
        return [self._encode(text) for text in texts]

    def encode_ids(self, text: str) -> Sequence[int]:
        """Their ids."""
        return self._encode(text).ids

    def decode(self, ids: Sequence[int]) -> str | None:
        """None: not possible."""
        return None

    def _encode(self, text: str) -> Encoded:
        spans: list[Span] = []
        place = 0
        for start, end in uwords(text):
            spans += self._between(text, place, start)
            bounds = self._bounds(text[start:end])
            spans += [
                (start + a, start + b) for a, b in zip([0, *bounds], bounds, strict=False) if a < b
            ]
            place = end
        spans += self._between(text, place, len(text))
        ids = [self._ids.setdefault(text[a:b], len(self._ids)) for a, b in spans]
        return Encoded(ids, spans)

    def _between(self, text: str, start: int, end: int) -> Iterator[Span]:
        return ((at, at + 1) for at in range(start, end) if not text[at].isspace())

    def _bounds(self, word: str) -> list[int]:
        known = self._words.get(word)
        if known is None:
            parts = self._segment(word)
            if "".join(parts) != word:
                raise ValueError(f"the segments of {word!r} are not the word: {list(parts)}")
            known = []
            for part in parts:
                known.append((known[-1] if known else 0) + len(part))
            self._words[word] = known
        return known
