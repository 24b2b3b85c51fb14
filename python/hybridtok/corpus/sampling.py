"""A sample of a stream of documents that is too long to keep."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from hybridtok import _core

__all__ = ["sample_documents"]

#: Not the seed of weights: what they took has small draws by that one.
_SEED = 0x53414D504C45


def sample_documents(batches: Iterable[list[str]], size: int) -> list[str]:
    """Documents of a stream, in random order: so many that they have ``size`` characters at most.

    Every document is taken with the same probability, by a draw from its number and its content, so
    the same stream gives the same sample. If one document is longer than that, it is cut.
    """
    kept: list[tuple[float, str]] = []
    below, total, number = 1.0, 0, 0
    for batch in batches:
        drawn = _core.draws(batch, number, _SEED)
        number += len(batch)
        for k in np.flatnonzero(drawn < below).tolist():
            kept.append((float(drawn[k]), batch[k][:size]))
            total += len(kept[-1][1])
        kept.sort()
        while total > size and len(kept) > 1:
            below, text = kept.pop()
            total -= len(text)
    return [text for _, text in kept]
