"""Segmentations of words beside gold ones: boundaries, MorphScore, consistency, edit distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.gold import Gold
from hybridtok.sequences.alignment import levenshtein

__all__ = ["Comparison", "f1", "longest_common_subsequence", "sharing_f1"]

Segments = Sequence[str]

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Comparison:
    """One tokenizer's segmentation of a word list beside the gold one.

    Where a word has several gold analyses, the one counts whose boundaries agree best (the largest
    F1 of the word, the first of equals); where they are canonical, the one with the largest
    overlap of segments.

    Attributes:
        gold: the words.
        predicted: for each of them its segments; joined they are the word.
        tokens: for each of them its tokens, which may be more (bytes of one character) and do not
            include markers; None if they are the segments.
    """

    gold: Gold
    predicted: Sequence[Segments]
    tokens: Sequence[int] | None = None

    def __post_init__(self) -> None:
        """Checks what everything else relies on."""
        for word, segments in zip(self.gold.words, self.predicted, strict=True):
            if "".join(segments) != word:
                raise ValueError(f"the segments of {word!r} are not the word: {list(segments)}")

    @cached_property
    def chosen(self) -> list[Segments]:
        """For each word the gold analysis that counts."""
        return [
            analyses[0] if len(analyses) == 1 else max(analyses, key=self._agreement(predicted))
            for analyses, predicted in zip(self.gold.analyses, self.predicted, strict=True)
        ]

    @staticmethod
    def _agreement(predicted: Segments) -> Callable[[Segments], tuple[float, float]]:
        word = "".join(predicted)
        cut = boundaries(predicted)

        def agreement(gold: Segments) -> tuple[float, float]:
            common = longest_common_subsequence(predicted, gold)
            overlap = 2 * common / (len(predicted) + len(gold))
            if "".join(gold) != word:
                return -1.0, overlap
            found = boundaries(gold)
            both = len(cut) + len(found)
            return (2 * len(cut & found) / both if both else 1.0), 0.0

        return agreement

    @cached_property
    def surface(self) -> npt.NDArray[np.bool_]:
        """Which words have a gold segmentation of their surface, so that boundaries exist."""
        pairs = zip(self.gold.words, self.chosen, strict=True)
        return np.array(["".join(gold) == word for word, gold in pairs], dtype=bool)

    @cached_property
    def counts(self) -> _Ints:
        """For each word how often it occurs; 1 if nobody counted."""
        counts = self.gold.counts
        return np.array([1] * len(self.predicted) if counts is None else counts, dtype=np.int64)

    @cached_property
    def lengths(self) -> _Ints:
        """For each word its tokens."""
        if self.tokens is not None:
            return np.array(self.tokens, dtype=np.int64)
        return np.array([len(segments) for segments in self.predicted], dtype=np.int64)

    @cached_property
    def boundary_counts(self) -> _Ints:
        """Words x (in both, in the predicted, in the gold one): inner boundaries."""
        rows = np.zeros((len(self.gold.words), 3), dtype=np.int64)
        for k, (predicted, gold) in enumerate(zip(self.predicted, self.chosen, strict=True)):
            if self.surface[k]:
                mine, right = boundaries(predicted), boundaries(gold)
                rows[k] = len(mine & right), len(mine), len(right)
        return rows

    def boundary_scores(self, *, weighted: bool = False) -> dict[str, float | None]:
        """Precision, recall and F1 of boundaries, micro; and the share of words all right.

        Args:
            weighted: each word as often as it occurs, instead of once.
        """
        weights = np.where(self.surface, self.counts if weighted else 1, 0)
        both, predicted, gold = (weights @ self.boundary_counts).tolist()
        rows = self.boundary_counts
        right = (rows[:, 0] == rows[:, 1]) & (rows[:, 0] == rows[:, 2])
        return {
            "precision": _share(both, predicted),
            "recall": _share(both, gold),
            "f1": f1(both, predicted, gold),
            "exact": _share(int(weights @ right), int(weights.sum())),
            "over_segmentation": _share(predicted - both, gold),
            "under_segmentation": _share(gold - both, gold),
        }

    def morph_score(self) -> tuple[float | None, int, int]:
        """MorphScore, first version (Arnett & Bergen 2024, arXiv 2411.14198).

        Returns:
            The share of words that are cut where their stem (the first gold segment) ends; how
            many words that is a share of; how many were left out because they are one token. A
            word with one gold segment is in neither number.
        """
        right = words = left_out = 0
        for k, (predicted, gold) in enumerate(zip(self.predicted, self.chosen, strict=True)):
            if not self.surface[k] or len(gold) < 2:
                continue
            if self.lengths[k] == 1:
                left_out += 1
                continue
            words += 1
            right += len(gold[0]) in boundaries(predicted)
        return _share(right, words), words, left_out

    def fertility(self, *, weighted: bool = False) -> float | None:
        """Tokens for each word."""
        weights = self.counts if weighted else np.ones_like(self.counts)
        return _share(int(weights @ self.lengths), int(weights.sum()))

    def whole(self) -> float | None:
        """The share of words that are one token, in percent (STRR)."""
        share = _share(int((self.lengths == 1).sum()), len(self.predicted))
        return None if share is None else 100 * share

    def consistency(self) -> float | None:
        """µ_c: F1 of "two words share a token" for "they share a gold morpheme", over all pairs."""
        return sharing_f1(self.chosen, self.predicted)

    def edit_distance(self) -> float | None:
        """µ_e: the mean Levenshtein distance of the sequences of segments."""
        pairs = zip(self.chosen, self.predicted, strict=True)
        return _share(sum(levenshtein(g, p) for g, p in pairs), len(self.predicted))

    def sigmorphon(self) -> dict[str, float | None]:
        """The scores of the SIGMORPHON 2022 task (arXiv 2206.07615), in percent and characters."""
        common = predicted = gold = distance = 0
        for mine, right in zip(self.predicted, self.chosen, strict=True):
            common += longest_common_subsequence(mine, right)
            predicted += len(mine)
            gold += len(right)
            distance += levenshtein("|".join(mine), "|".join(right))
        share = _share(common, predicted), _share(common, gold), f1(common, predicted, gold)
        precision, recall, harmonic = (None if s is None else 100 * s for s in share)
        return {
            "precision": precision,
            "recall": recall,
            "f1": harmonic,
            "distance": _share(distance, len(self.predicted)),
        }


def boundaries(segments: Segments) -> set[int]:
    """The inner cuts of a segmentation, in code points."""
    found = set()
    place = 0
    for segment in segments[:-1]:
        place += len(segment)
        found.add(place)
    return found


def f1(both: float, predicted: float, gold: float) -> float | None:
    """The harmonic mean of precision and recall; None if both sides are empty."""
    return _share(2 * both, predicted + gold)


def sharing_f1(gold: Sequence[Segments], predicted: Sequence[Segments]) -> float | None:
    """F1 over all unordered pairs of words: sharing a predicted string for sharing a gold one."""
    indices = _index(gold), _index(predicted)
    words = len(gold)
    both = mine = right = 0
    rows = np.zeros((2, words), dtype=bool)
    for k in range(words):
        rows[:] = False
        for row, index, segments in zip(rows, indices, (gold[k], predicted[k]), strict=True):
            for segment in set(segments):
                row[index[segment]] = True
        later = rows[:, k + 1 :]
        right += int(later[0].sum())
        mine += int(later[1].sum())
        both += int((later[0] & later[1]).sum())
    return f1(both, mine, right)


def _index(words: Sequence[Segments]) -> dict[str, _Ints]:
    """For each string the words that have it."""
    found: dict[str, list[int]] = {}
    for k, segments in enumerate(words):
        for segment in set(segments):
            found.setdefault(segment, []).append(k)
    return {segment: np.array(where, dtype=np.int64) for segment, where in found.items()}


def longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest sequence that both hold in this order."""
    previous = [0] * (len(second) + 1)
    for a in first:
        current = [0]
        for column, b in enumerate(second):
            longer = previous[column] + 1 if a == b else max(previous[column + 1], current[-1])
            current.append(longer)
        previous = current
    return previous[-1]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
