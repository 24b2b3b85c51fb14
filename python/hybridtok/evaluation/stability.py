"""Boundary stability: which token boundaries stay where they were when a text has errors.

A gap is a place between two characters of the clean text. It is compared unless an edit made it
meaningless, and flips if a token starts there in one of the texts only.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.boundaries import f1
from hybridtok.evaluation.gaps import Gaps, Pair, token_starts
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.over_pairs import OverPairs
from hybridtok.evaluation.subject import Subject, encode_spans
from hybridtok.sequences.alignment import levenshtein

__all__ = ["Stability", "StabilityOfAll", "mcnemar"]

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]

#: Normal quantile of a 95 % interval.
_Z = 1.959963984540054

#: What is counted for each pair.
_COLUMNS = (
    "edits",
    "chars",
    "gaps",
    "both",
    "only_clean",
    "only_noisy",
    "radius",
    "damage",
    "clean_tokens",
    "noisy_tokens",
)


class StabilityOfAll(OverPairs):
    """The stability of several tokenizers."""

    MODES = MappingProxyType({"1": Noise.one, "5": Noise.many})

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        """Starts with no pair."""
        super().__init__()
        self._counts = {name: Stability(of) for name, of in subjects.items()}

    def results(self) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        """For each tokenizer the metrics of each group; and McNemar's test of any two."""
        metrics: dict[str, dict[str, Any]] = {name: {} for name in self._counts}
        comparisons = []
        for group, chosen in self._chosen().items():
            steady = {name: counts.invariant(chosen) for name, counts in self._counts.items()}
            for name, counts in self._counts.items():
                metrics[name][group] = counts.metrics(chosen)
            for b, a in itertools.combinations(steady, 2):
                only_a, only_b, p = mcnemar(steady[a], steady[b])
                n = len(steady[a])
                comparisons.append(
                    {
                        "a": a,
                        "b": b,
                        "pairs": group,
                        "metric": "inv",
                        "diff": (only_a - only_b) / n if n else None,
                        "only_a": only_a,
                        "only_b": only_b,
                        "p": p if n else None,
                    }
                )
        return metrics, comparisons

    def _measure(self, pairs: Sequence[Pair]) -> None:
        gaps = Gaps(pairs)
        for counts in self._counts.values():
            counts.add(gaps)


class Stability:
    """Counts of one tokenizer over pairs."""

    def __init__(self, subject: Subject) -> None:
        """Starts with no pair."""
        self._subject = subject
        self._rows: list[_Ints] = []

    def add(self, gaps: Gaps) -> None:
        """Encodes both texts of some pairs and compares their boundaries."""
        pairs = gaps.pairs
        clean = encode_spans(self._subject, [pair.clean for pair in pairs])
        noisy = encode_spans(self._subject, [pair.noisy for pair in pairs])
        before = token_starts([spans for _, spans in clean], gaps.clean_starts)[gaps.clean]
        after = token_starts([spans for _, spans in noisy], gaps.noisy_starts)[gaps.noisy]

        def count(flags: _Flags) -> _Ints:
            return np.bincount(gaps.pair[flags], minlength=len(pairs))

        radius = np.zeros(len(pairs), dtype=np.int64)
        flipped = before != after
        np.maximum.at(radius, gaps.pair[flipped], gaps.distance[flipped])
        ids = [(_list(x), _list(y)) for (x, _), (y, _) in zip(clean, noisy, strict=True)]
        columns = {
            "edits": gaps.edits,
            "chars": gaps.chars,
            "gaps": np.bincount(gaps.pair, minlength=len(pairs)),
            "both": count(before & after),
            "only_clean": count(before & ~after),
            "only_noisy": count(~before & after),
            "radius": radius,
            "damage": np.array([levenshtein(x, y) for x, y in ids]),
            "clean_tokens": np.array([len(x) for x, _ in ids]),
            "noisy_tokens": np.array([len(y) for _, y in ids]),
        }
        self._rows.append(np.stack([columns[name] for name in _COLUMNS], axis=1))

    def rows(self) -> _Ints:
        """Pairs x columns."""
        return np.concatenate([np.zeros((0, len(_COLUMNS)), dtype=np.int64), *self._rows])

    def invariant(self, chosen: _Flags) -> _Flags:
        """Of the pairs with one edit among the chosen ones, which have no flip."""
        return _invariant(self.rows()[chosen])

    def metrics(self, chosen: _Flags) -> dict[str, Any]:
        """All metrics over the chosen pairs; sums over pairs are divided, not averaged."""
        rows = self.rows()[chosen]
        total = dict(zip(_COLUMNS, rows.sum(axis=0).tolist(), strict=True))
        both, only_clean, only_noisy = total["both"], total["only_clean"], total["only_noisy"]
        steady = _invariant(rows)
        single = len(steady)
        inv = _ratio(int(steady.sum()), single)
        radius = np.sort(rows[rows[:, 0] == 1, _COLUMNS.index("radius")])
        return {
            "vocab_size": self._subject.vocab_size,
            "pairs": len(rows),
            "one_edit_pairs": single,
            "edits": total["edits"],
            "gaps": total["gaps"],
            "chars_per_token": _ratio(total["chars"], total["clean_tokens"]),
            "inv": inv,
            "inv_se": None if inv is None else math.sqrt(inv * (1 - inv) / single),
            "inv_ci95": None if inv is None else _wilson(inv, single),
            "flips_per_edit": _ratio(only_clean + only_noisy, total["edits"]),
            "kappa": _kappa(both, only_clean, only_noisy, total["gaps"]),
            "gap_f1": f1(both, both + only_noisy, both + only_clean),
            "damage": _ratio(total["damage"], total["edits"]),
            "inflation": _ratio(total["noisy_tokens"], total["clean_tokens"]),
            "radius": float(radius.mean()) if single else None,
            "radius_p95": int(radius[95 * single // 100]) if single else None,
        }


def _list(ids: Sequence[int]) -> Sequence[int]:
    # Items of an array are slow to compare.
    plain: Sequence[int] = ids.tolist() if isinstance(ids, np.ndarray) else ids
    return plain


def _invariant(rows: _Ints) -> _Flags:
    single = rows[rows[:, 0] == 1]
    steady: _Flags = (
        single[:, _COLUMNS.index("only_clean")] + single[:, _COLUMNS.index("only_noisy")] == 0
    )
    return steady


def _kappa(both: int, only_clean: int, only_noisy: int, gaps: int) -> float | None:
    """Cohen's kappa; None if chance alone agrees always, as on bytes."""
    neither = gaps - both - only_clean - only_noisy
    clean, noisy = both + only_clean, both + only_noisy
    by_chance = clean * noisy + (gaps - clean) * (gaps - noisy)
    if by_chance == gaps * gaps:
        return None
    return (gaps * (both + neither) - by_chance) / (gaps * gaps - by_chance)


def _wilson(share: float, n: int) -> list[float]:
    """Wilson's 95 % interval of a share of ``n``."""
    square = _Z * _Z / n
    middle = share + square / 2
    half = _Z * math.sqrt((share * (1 - share) + square / 4) / n)
    return [max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))]


def mcnemar(first: _Flags, second: _Flags) -> tuple[int, int, float]:
    """McNemar's exact test that both are true equally often.

    Returns:
        How often only the first is true, how often only the second, and the two-sided p.
    """
    only = int((first & ~second).sum()), int((second & ~first).sum())
    n, less = sum(only), min(only)
    logs = (
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2)
        for k in range(less + 1)
    )
    return (*only, min(1.0, 2 * math.fsum(map(math.exp, logs))))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
