"""A sample of a stream of documents that is too long to keep."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

import numpy as np

from hybridtok import _core

__all__ = ["Sample"]

#: Not the seed of weights: what they took has small draws by that one.
_SEED = 0x53414D504C45


class Sample:
    """Documents of a stream: so many that they have ``size`` characters at most.

    Every document is taken with the same probability, by a draw from its number and its content, so
    the same stream gives the same sample. If one document is longer than that, it is cut.
    """

    def __init__(self, size: int) -> None:
        """Begins with nothing."""
        self._size = size
        self._kept: list[tuple[float, str]] = []
        self._below, self._total, self._number = 1.0, 0, 0

    def add(self, batch: list[str]) -> None:
        """Some more documents of the stream."""
        drawn = _core.draws(batch, self._number, _SEED)
        self._number += len(batch)
        for k in np.flatnonzero(drawn < self._below).tolist():
            draw, text = float(drawn[k]), batch[k][: self._size]
            if draw >= self._below:
                continue
            # The largest draw is the first that goes.
            heapq.heappush(self._kept, (-draw, text))
            self._total += len(text)
            while self._total > self._size and len(self._kept) > 1:
                highest, text = heapq.heappop(self._kept)
                self._below = -highest
                self._total -= len(text)

    def watch(self, batches: Iterable[list[str]]) -> Iterator[list[str]]:
        """Passes a stream on, and adds what comes by."""
        for batch in batches:
            self.add(batch)
            yield batch

    @property
    def texts(self) -> list[str]:
        """The documents, in random order."""
        return [text for _, text in sorted(self._kept, reverse=True)]
