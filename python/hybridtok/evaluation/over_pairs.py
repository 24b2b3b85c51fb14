"""What is measured over pairs of texts, group by group."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.gaps import Pair
from hybridtok.evaluation.pairs import Draw, Grouped

__all__ = ["OverPairs"]

_Flags = npt.NDArray[np.bool_]

#: Pairs that are encoded in one call.
_BATCH = 1024


class OverPairs(ABC):
    """Several tokenizers over the same pairs, in groups and over all that have one mode."""

    #: How errors are drawn into a corpus, by the names of the modes.
    MODES: Mapping[str, Draw]

    def __init__(self) -> None:
        """Starts with no pair."""
        self._groups: list[tuple[str, str]] = []

    def __len__(self) -> int:
        """How many pairs there were."""
        return len(self._groups)

    def add(self, pairs: Iterable[Grouped]) -> None:
        """Measures some pairs."""
        pairs = iter(pairs)
        while batch := list(itertools.islice(pairs, _BATCH)):
            self._groups += [(source, mode) for source, mode, _ in batch]
            self._measure([pair for _, _, pair in batch])

    @abstractmethod
    def results(self) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        """For each tokenizer the metrics of each group; and comparisons of any two."""

    @abstractmethod
    def _measure(self, pairs: Sequence[Pair]) -> None:
        """Measures a batch."""

    def _chosen(self) -> dict[str, _Flags]:
        """The pairs of each group by its name, then of all groups that have one mode."""
        sources = list(dict.fromkeys(source for source, _ in self._groups))
        modes = list(dict.fromkeys((*self.MODES, *(mode for _, mode in self._groups))))
        groups = sorted(
            set(self._groups), key=lambda group: (sources.index(group[0]), modes.index(group[1]))
        )
        index = {group: k for k, group in enumerate(groups)}
        of_pair = np.array([index[group] for group in self._groups])
        chosen = {
            f"{source}, mode {mode}" if mode else source: of_pair == k
            for k, (source, mode) in enumerate(groups)
        }
        for mode in dict.fromkeys(mode for _, mode in groups if mode):
            same = [k for k, (_, other) in enumerate(groups) if other == mode]
            if len(same) > 1:
                chosen[f"all, mode {mode}"] = np.isin(of_pair, same)
        return chosen
