"""Confidence intervals by resampling, with a generator that any language can repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

__all__ = [
    "REPLICATES",
    "SEED",
    "bounds",
    "interval",
    "resampled_counts",
    "resampled_sums",
    "split_mix",
]

REPLICATES = 1000
SEED = 42

_Ints = npt.NDArray[np.int64]
_Words = npt.NDArray[np.uint64]

#: The constants of SplitMix64 (Steele, Lea & Flood 2014).
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def split_mix(seed: int, start: int, count: int) -> _Words:
    """Outputs ``start`` to ``start + count`` of SplitMix64."""
    steps = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    z: _Words = np.uint64(seed) + steps * _GAMMA
    z = (z ^ (z >> np.uint64(30))) * _MIX[0]
    z = (z ^ (z >> np.uint64(27))) * _MIX[1]
    z ^= z >> np.uint64(31)
    return z


def below(outputs: _Words, bound: int) -> _Ints:
    """Each output as a number below ``bound`` (< 2^32): the high 64 bits of their product."""
    n, half, low = np.uint64(bound), np.uint64(32), np.uint64(0xFFFFFFFF)
    high = (outputs >> half) * n + (((outputs & low) * n) >> half)
    drawn: _Ints = (high >> half).astype(np.int64)
    return drawn


def resampled_counts(
    units: int, *, replicates: int = REPLICATES, seed: int = SEED
) -> Iterator[_Ints]:
    """For each replicate, how often each of ``units`` units was drawn, with replacement."""
    for replicate in range(replicates):
        drawn = below(split_mix(seed, replicate * units, units), units)
        yield np.bincount(drawn, minlength=units)


def resampled_sums(
    rows: _Ints, *, replicates: int = REPLICATES, seed: int = SEED
) -> npt.NDArray[np.int64]:
    """For each replicate the sums of some columns over the units that were drawn.

    Args:
        rows: units x columns.
        replicates: how many.
        seed: of the generator.

    Returns:
        Replicates x columns.
    """
    draws = resampled_counts(len(rows), replicates=replicates, seed=seed)
    return np.stack([counts @ rows for counts in draws])


def bounds(statistics: npt.NDArray[np.float64]) -> list[list[float]]:
    """95 % percentile intervals, lower and upper bound, of replicates x statistics."""
    low, high = np.percentile(statistics, [2.5, 97.5], axis=0)
    found: list[list[float]] = np.stack([low, high], axis=1).tolist()
    return found


def interval(
    rows: _Ints,
    statistic: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]],
) -> list[list[float]]:
    """95 % percentile intervals of statistics of sums over units.

    Args:
        rows: units x columns.
        statistic: from replicates x columns, the sums, to replicates x statistics.

    Returns:
        For each statistic its lower and upper bound.
    """
    return bounds(statistic(resampled_sums(rows)))
