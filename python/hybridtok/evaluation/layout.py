"""Texts behind each other, as bytes and as characters, and the places where a pattern cuts them."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hybridtok import _core
from hybridtok.evaluation.subject import Spans
from hybridtok.evaluation.words import categories
from hybridtok.training.patterns import PATTERNS, boundary_pattern, splitter

__all__ = ["CHUNKS", "WORDS", "Layout", "Pieces"]

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


class Pieces:
    """The pieces that a pattern cuts texts into; what is between two matches is a piece, too."""

    def __init__(self, pattern: str) -> None:
        """Takes the pattern, a regular expression."""
        self._pattern = pattern
        self._tokenizer: _core.Tokenizer | None = None

    def spans(self, texts: Sequence[str]) -> list[Spans]:
        """The characters of each piece of each text."""
        if self._tokenizer is None:
            # A model without words: each piece becomes one unknown token.
            document = {
                "pre_tokenizer": splitter(self._pattern, byte_level=False),
                "model": {"type": "WordLevel", "vocab": {"": 0}, "unk_token": ""},
            }
            self._tokenizer = _core.Tokenizer.from_str(json.dumps(document), strict=False)
        return [encoding.offsets_array() for encoding in self._tokenizer.encode_batch(texts)]


#: What tokens of SuperBPE's first stage do not cross.
WORDS = Pieces(PATTERNS["superbpe"])
#: What superwords do not cross.
CHUNKS = Pieces(boundary_pattern("r2m"))


class Layout:
    """Some texts behind each other. Places are counted in bytes of UTF-8.

    Attributes:
        texts: the texts.
        data: their bytes.
        codes: their code points.
        char_at: for each byte the character that it is a part of; one more for the end.
        byte_at: for each character its first byte; one more for the end.
        text_chars, text_bytes: where each text starts, and where the last one ends.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Lays them out."""
        self.texts = texts
        joined = "".join(texts)
        self.data = np.frombuffer(joined.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        self.codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        begins = (self.data & 0xC0) != 0x80
        self.char_at: _Ints = np.append(np.cumsum(begins) - 1, len(self.codes))
        self.byte_at: _Ints = np.append(np.flatnonzero(begins), len(self.data))
        self.text_chars: _Ints = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        self.text_bytes: _Ints = self.byte_at[self.text_chars]

    @functools.cached_property
    def letters(self) -> _Flags:
        """Which characters are letters, marks or digits, the ones that words are made of."""
        return _is_letter()[self.codes]

    def inside_words(self, places: _Ints) -> _Flags:
        """Whether letters, marks or digits of one text stand on both sides of some places."""
        inside = ~np.isin(places, self.text_bytes)
        before, after = self.char_at[places[inside] - 1], self.char_at[places[inside]]
        inside[inside] = self.letters[before] & self.letters[after]
        return inside

    def cuts(self, pieces: Pieces) -> _Flags:
        """For each place whether a piece starts or ends there."""
        found = np.zeros(len(self.data) + 1, dtype=bool)
        found[self.text_bytes] = True
        spans = pieces.spans(self.texts)
        starts = np.repeat(self.text_chars[:-1], [len(of_text) for of_text in spans])
        for side in (0, 1):
            chars = np.concatenate([of_text[:, side] for of_text in spans]) + starts
            found[self.byte_at[chars]] = True
        return found


@functools.cache
def _is_letter() -> _Flags:
    """By code point."""
    found = np.frombuffer(categories().encode("ascii"), dtype=np.uint8)
    return np.isin(found, np.frombuffer(b"LMN", dtype=np.uint8))
