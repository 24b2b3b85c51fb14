"""How many tokens a correction takes: the edits alone, beside the whole text."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.gaps import Pair
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.over_pairs import OverPairs
from hybridtok.evaluation.subject import Subject, encode_flat
from hybridtok.sequences import diff, format_edits

__all__ = ["EditCosts"]

_Ints = npt.NDArray[np.int64]

#: Tokens of an edit before its text: one that begins it, and two positions.
_HEAD = 3


class EditCosts(OverPairs):
    """Tokens of the edits of words from noisy texts to clean ones, beside those of clean ones."""

    MODES = MappingProxyType(
        {
            "1 edit": Noise.one,
            "1 %": functools.partial(Noise.many, every=100),
            "2 %": functools.partial(Noise.many, every=50),
            "5 %": functools.partial(Noise.many, every=20),
        }
    )

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        """Starts with no pair."""
        super().__init__()
        self._subjects = subjects
        self._shared: list[_Ints] = []
        self._rows: dict[str, list[_Ints]] = {name: [] for name in subjects}

    def results(self) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        """For each tokenizer the metrics of each group; nothing is compared."""
        shared = np.concatenate(self._shared)
        found: dict[str, dict[str, Any]] = {name: {} for name in self._subjects}
        for name, rows in self._rows.items():
            own = np.concatenate(rows)
            for group, chosen in self._chosen().items():
                edits, chars = shared[chosen].sum(axis=0).tolist()
                whole, strings, texts = own[chosen].sum(axis=0).tolist()
                pairs = int(chosen.sum())
                ids = _HEAD * edits + texts
                found[name][group] = {
                    "vocab_size": self._subjects[name].vocab_size,
                    "pairs": pairs,
                    "word_edits": edits,
                    "chars_per_target": chars / pairs,
                    "tokens_per_target": whole / pairs,
                    "tokens_per_edit_string": strings / pairs,
                    "tokens_per_edit_ids": ids / pairs,
                    "edit_string_cost": strings / whole if whole else None,
                    "edit_ids_cost": ids / whole if whole else None,
                }
        return found, []

    def _measure(self, pairs: Sequence[Pair]) -> None:
        clean = [pair.clean for pair in pairs]
        edits = [diff(pair.noisy, pair.clean) for pair in pairs]
        strings = [format_edits(of_pair) for of_pair in edits]
        texts = [text for of_pair in edits for _, _, text in of_pair]
        pair_of_text = np.repeat(np.arange(len(pairs)), [len(of_pair) for of_pair in edits])
        counts = [[len(of_pair), len(text)] for of_pair, text in zip(edits, clean, strict=True)]
        self._shared.append(np.array(counts, dtype=np.int64))
        for name, of in self._subjects.items():
            in_texts = np.bincount(pair_of_text, _lengths(of, texts), minlength=len(pairs))
            columns = [_lengths(of, clean), _lengths(of, strings), in_texts.astype(np.int64)]
            self._rows[name].append(np.stack(columns, axis=1))


def _lengths(subject: Subject, texts: Sequence[str]) -> _Ints:
    """How many tokens each text has."""
    return np.diff(encode_flat(subject, texts).offsets)
