"""How evenly a vocabulary is used: entropies of the tokens' frequencies, in bits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ALPHAS", "distribution", "percentile_frequency", "renyi_entropy"]

#: Orders of the Rényi entropies that are reported. 1 is Shannon's; 2.5 is that of Zouhar et al.
#: 2023; 3 is the default of `tokenization-scorer` 1.1.8.
ALPHAS = (1.0, 2.0, 2.5, 3.0, math.inf)

#: The share of ranks between which `percentile_frequency` adds up (Zouhar et al. 2023).
_PERCENTILES = (0.03, 0.83)


def renyi_entropy(counts: Iterable[float], alpha: float) -> float | None:
    """The Rényi entropy ``log2(sum p^alpha) / (1 - alpha)``; Shannon's and min-entropy as limits.

    Args:
        counts: how often each token occurs; zeros do not matter.
        alpha: the order, not negative.

    Returns:
        Bits, or None if nothing was counted.
    """
    p = _probabilities(counts)
    if p.size == 0:
        return None
    if alpha == 1:
        return _sum(-p * np.log2(p))
    if math.isinf(alpha):
        return float(-math.log2(p[0])) + 0.0
    return math.log2(_sum(p**alpha)) / (1 - alpha) + 0.0


def percentile_frequency(counts: Iterable[float]) -> float | None:
    """The share of the tokens of middle ranks, as `tokenization-scorer` defines it."""
    p = _probabilities(counts)
    if p.size == 0:
        return None
    start, end = (int(share * p.size) for share in _PERCENTILES)
    return _sum(p[start:end])


def distribution(counts: Mapping[Any, int], vocab_size: int | None) -> dict[str, Any]:
    """Everything that only the tokens' frequencies decide.

    Args:
        counts: how often each token occurs.
        vocab_size: V, the size of the whole vocabulary, special tokens included.

    Returns:
        Metrics by name. Efficiencies are entropies divided by ``log2 V`` (``renyi_efficiency_V``)
        and by ``log2`` of the number of observed tokens (``renyi_efficiency_observed``); the two
        cannot be compared. What is not defined is None.
    """
    seen = [count for count in counts.values() if count > 0]
    total, kinds = sum(seen), len(seen)
    entropies = {_name(alpha): renyi_entropy(seen, alpha) for alpha in ALPHAS}
    return {
        "tokens": total,
        "observed_types": kinds,
        "vocab_size": vocab_size,
        "type_token_ratio": kinds / total if total else None,
        "utilisation": kinds / vocab_size if vocab_size else None,
        "unused": vocab_size - kinds if vocab_size else None,
        "entropy_bits": entropies["1"],
        "renyi_entropy": entropies,
        "renyi_efficiency_V": _efficiencies(entropies, vocab_size),
        "renyi_efficiency_observed": _efficiencies(entropies, kinds),
        "percentile_freq": percentile_frequency(seen),
    }


def _efficiencies(
    entropies: Mapping[str, float | None], size: int | None
) -> dict[str, float | None]:
    bits = math.log2(size) if size and size > 1 else None
    return {
        alpha: None if bits is None or entropy is None else entropy / bits
        for alpha, entropy in entropies.items()
    }


def _probabilities(counts: Iterable[float]) -> npt.NDArray[np.float64]:
    """Probabilities, the greatest first."""
    values = np.fromiter((count for count in counts if count > 0), dtype=np.float64)
    values[::-1].sort()
    probabilities: npt.NDArray[np.float64] = values / values.sum()
    return probabilities


def _sum(values: npt.NDArray[np.float64]) -> float:
    """A sum that does not depend on how numpy was built."""
    return math.fsum(values.tolist())


def _name(alpha: float) -> str:
    return f"{alpha:g}"
