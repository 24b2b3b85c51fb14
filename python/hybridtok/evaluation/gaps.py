"""The gaps between characters of clean texts, and where they are in texts with errors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.subject import Spans
from hybridtok.sequences.edits import Edit, apply, compose_edits

__all__ = ["Gaps", "Pair", "token_starts"]

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]


class Pair:
    """A clean text and the same with errors.

    Attributes:
        clean: the text.
        edits: ``(i, j, s)``: the characters ``i`` to ``j`` became ``s``; in order, disjoint. An
            insertion may be in front of another edit, and counts beside it.
        noisy: the text after them.
    """

    __slots__ = ("clean", "edits", "noisy")

    def __init__(self, clean: str, edits: Sequence[Edit]) -> None:
        """Applies the edits.

        Raises:
            ValueError: there are none, they overlap, or one changes nothing.
        """
        if not edits:
            raise ValueError("a pair without edits")
        self.clean = clean
        self.edits = tuple(edits)
        for i, j, new in edits:
            if clean[i:j] == new:
                raise ValueError(f"the edit {[i, j, new]} changes nothing")
        self.noisy = apply(clean, compose_edits(self.edits, "char"), "char")


class Gaps:
    """The gaps of some pairs that are compared: what is the same for all tokenizers.

    All texts of one side lie behind each other. Each has one place more than characters, so that
    the end of a text is a place of its own.

    Attributes:
        pairs: the pairs.
        edits, chars: of each pair the number of edits and of clean characters.
        pair: for each compared gap the index of its pair.
        clean, noisy: its place in all clean texts, and in all noisy ones.
        distance: characters between the gap and its pair's first edit.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """Finds them."""
        self.pairs = pairs
        self.chars = np.array([len(pair.clean) for pair in pairs], dtype=np.int64)
        self.edits = np.array([len(pair.edits) for pair in pairs], dtype=np.int64)
        self.clean_starts = _starts(self.chars + 1)
        self.noisy_starts = _starts(
            np.array([len(pair.noisy) + 1 for pair in pairs], dtype=np.int64)
        )
        base = np.repeat(self.clean_starts[:-1], self.edits)
        every = [edit for pair in pairs for edit in pair.edits]
        first = np.array([i for i, _, _ in every], dtype=np.int64) + base
        last = np.array([j for _, j, _ in every], dtype=np.int64) + base
        length = np.array([len(new) for _, _, new in every], dtype=np.int64)

        places = int(self.clean_starts[-1])
        compared = np.ones(places, dtype=bool)
        compared[self.clean_starts[:-1]] = False
        compared[self.clean_starts[1:] - 1] = False
        for i, j in zip(first[last - first > 1], last[last - first > 1], strict=True):
            compared[i + 1 : j] = False
        compared[first[first == last]] = False
        compared[first[length == 0]] = False
        compared[last[length == 0]] = False
        # A noisy place is the clean one moved by all edits that end before it.
        moved = np.bincount(last, weights=length - (last - first), minlength=places)
        self.clean = np.flatnonzero(compared)
        self.noisy = self.clean + np.cumsum(moved).astype(np.int64)[self.clean]
        self.pair = np.repeat(np.arange(len(pairs)), self.chars + 1)[self.clean]
        head = _starts(self.edits)[:-1]
        before, behind = first[head][self.pair], last[head][self.pair]
        self.distance = np.maximum(0, np.maximum(before - self.clean, self.clean - behind))


def _starts(lengths: _Ints) -> _Ints:
    """Where each of some pieces starts if they lie behind each other, and where the last ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])


def token_starts(texts: Sequence[Spans], starts: _Ints) -> _Flags:
    """At which places of texts that lie behind each other a token starts.

    As `subject.cuts`: not inside a character, and a token that covers nothing starts nowhere.
    """
    counts = [len(spans) for spans in texts]
    spans = np.concatenate(texts) + np.repeat(starts[:-1], counts)[:, np.newaxis]
    spans = spans[spans[:, 0] < spans[:, 1]]
    found = np.zeros(int(starts[-1]), dtype=bool)
    ends = np.maximum.accumulate(spans[:, 1])
    found[spans[:1, 0]] = True
    found[spans[1:, 0][spans[1:, 0] >= ends[:-1]]] = True
    return found
