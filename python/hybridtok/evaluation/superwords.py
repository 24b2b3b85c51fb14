"""Superwords: tokens with several words, in a vocabulary and in texts (arXiv 2503.13423).

They are told by bytes, so that any byte-level vocabulary can be measured, whoever trained it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.layout import WORDS, Layout
from hybridtok.evaluation.subject import Flat
from hybridtok.evaluation.words import categories

__all__ = ["Superwords", "Vocabulary"]

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


class Vocabulary:
    """What the bytes of the tokens say; all arrays are by id.

    Attributes:
        known: which ids there are.
        words: pieces that are not empty if the token is split at spaces.
        superword: two words and more.
        crossing: more than one piece of SuperBPE's first pattern; of tokens that are not valid
            UTF-8, the superwords.
        punctuation, newline: superwords with a character of `\\p{P}` or `\\p{S}`, with a newline.
    """

    def __init__(self, tokens: Mapping[int, bytes]) -> None:
        """Looks at each token."""
        ids = np.array(list(tokens), dtype=np.int64)
        strings = list(tokens.values())
        top = int(ids.max()) + 1 if len(ids) else 0

        def by_id(values: list[Any], dtype: type) -> npt.NDArray[Any]:
            row: npt.NDArray[Any] = np.zeros(top, dtype=dtype)
            row[ids] = values
            return row

        self.known: _Flags = by_id([True] * len(ids), np.bool_)
        self.words: _Ints = by_id(list(map(_words, strings)), int)
        self.superword = self.words >= 2
        self.crossing: _Flags = by_id(_crossing(strings), np.bool_)
        marked = [_words(s) > 1 and _has_punctuation(s) for s in strings]
        self.punctuation: _Flags = by_id(marked, np.bool_)
        self.newline: _Flags = by_id([b"\n" in s for s in strings], np.bool_) & self.superword
        self._lengths: _Ints = by_id([len(s) for s in strings], int)
        self._starts: _Ints = by_id((np.cumsum([0, *map(len, strings)])[:-1]).tolist(), int)
        self._data = np.frombuffer(b"".join(strings), dtype=np.uint8)

    def metrics(self) -> dict[str, Any]:
        """Its superwords."""
        superwords = int(self.superword.sum())
        return {
            "superwords_in_vocab": superwords,
            "superword_share_of_vocab": _ratio(superwords, int(self.known.sum())),
            "crossing_in_vocab": int(self.crossing.sum()),
            "words_histogram_of_vocab": _histogram(np.bincount(self.words[self.known])),
        }

    def places(self, layout: Layout, tokens: Flat) -> tuple[_Ints, _Ints, _Flags]:
        """Where the tokens of some texts are.

        Returns:
            For each token its first byte and the one after its last; for each text whether the
            bytes of its tokens are its bytes. Where they are not, as a normalizer has changed
            something, the places of that text's tokens mean nothing.
        """
        lengths = self._lengths[tokens.ids]
        ends = np.append(0, np.cumsum(lengths))
        from_tokens, expected = np.diff(ends[tokens.offsets]), np.diff(layout.text_bytes)
        same = from_tokens == expected
        counts = np.diff(tokens.offsets)
        moved = np.repeat(layout.text_bytes[:-1] - ends[tokens.offsets[:-1]], counts)
        starts = ends[:-1] + moved

        kept = np.repeat(same, counts)
        size = lengths[kept]
        within = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
        theirs = self._data[np.repeat(self._starts[tokens.ids[kept]], size) + within]
        at = np.repeat(starts[kept], size) + within
        wrong = at[theirs != layout.data[at]]
        same[np.searchsorted(layout.text_bytes, wrong, side="right") - 1] = False
        return starts, starts + lengths, same


class Superwords:
    """The superwords among the tokens of texts; sums over all of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Starts with no text."""
        self._vocabulary = vocabulary
        self._counts = np.zeros(len(vocabulary.known), dtype=np.int64)
        self._placed = self._cutting = self._of_pretokens = 0
        #: Texts whose tokens are not their bytes; what cuts a word is not known there.
        self.misplaced = 0

    def add(self, layout: Layout, tokens: Flat, words: _Flags) -> None:
        """Counts the tokens of some texts.

        Args:
            layout: the texts.
            tokens: their ids.
            words: ``layout.cuts(WORDS)``.
        """
        vocabulary = self._vocabulary
        self._counts += np.bincount(tokens.ids, minlength=len(self._counts))
        starts, ends, same = vocabulary.places(layout, tokens)
        self.misplaced += int((~same).sum())
        chosen = vocabulary.superword[tokens.ids] & np.repeat(same, np.diff(tokens.offsets))
        first, last = starts[chosen], ends[chosen]
        self._placed += len(first)
        self._cutting += int((layout.inside_words(first) | layout.inside_words(last)).sum())
        self._of_pretokens += int((~words[first] | ~words[last]).sum())

    def metrics(self) -> dict[str, Any]:
        """Counts, and shares of them; what is not defined is None."""
        vocabulary, counts = self._vocabulary, self._counts
        tokens = int(counts.sum())
        superwords, marked, broken = (
            int(counts[which].sum())
            for which in (vocabulary.superword, vocabulary.punctuation, vocabulary.newline)
        )
        return {
            "superword_tokens": superwords,
            "superword_share": _ratio(superwords, tokens),
            "crossing_share": _ratio(int(counts[vocabulary.crossing].sum()), tokens),
            "words_histogram": _histogram(np.bincount(vocabulary.words, weights=counts)),
            "cutting_superwords": self._cutting,
            "cutting_rate": _ratio(self._cutting, self._placed),
            "pretoken_cutting_rate": _ratio(self._of_pretokens, self._placed),
            "superwords_with_punctuation": marked,
            "superword_punctuation_share": _ratio(marked, superwords),
            "superwords_with_newline": broken,
            "superword_newline_share": _ratio(broken, superwords),
        }


def _crossing(strings: list[bytes]) -> list[bool]:
    """Which tokens are more than one word."""
    found = [_words(string) > 1 for string in strings]
    texts = {}
    for k, string in enumerate(strings):
        try:
            texts[k] = string.decode("utf-8")
        except UnicodeDecodeError:
            continue
    for k, spans in zip(texts, WORDS.spans(list(texts.values())), strict=True):
        found[k] = len(spans) > 1
    return found


def _words(string: bytes) -> int:
    return len(list(filter(None, string.split(b" "))))


def _has_punctuation(string: bytes) -> bool:
    known = categories()
    return any(known[ord(character)] in "PS" for character in string.decode("utf-8", "ignore"))


def _histogram(counts: npt.NDArray[Any]) -> dict[str, int]:
    return {str(words): int(count) for words, count in enumerate(counts) if count}


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
