"""Boundary stability: which token boundaries stay where they were when a text has errors.

A gap is a place between two characters of the clean text. It is compared unless an edit made it
meaningless, and flips if a token starts there in one of the texts only.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.alignment import Edit, apply, distance
from hybridtok.evaluation.boundaries import f1
from hybridtok.evaluation.subject import Encoded, Subject

__all__ = ["Gaps", "Pair", "Stability", "mcnemar"]

_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]

#: Normal quantile of a 95 % interval.
_Z = 1.959963984540054


class Pair:
    """A clean text and the same with errors.

    Attributes:
        clean: the text.
        edits: ``(i, j, s)``: the characters ``i`` to ``j`` became ``s``; in order, disjoint.
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
        self.noisy = apply(clean, edits)


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


class Stability:
    """Counts of one tokenizer over pairs."""

    def __init__(self, subject: Subject) -> None:
        """Starts with no pair."""
        self._subject = subject
        self._rows: list[_Ints] = []

    def add(self, gaps: Gaps) -> None:
        """Encodes both texts of some pairs and compares their boundaries."""
        pairs = gaps.pairs
        clean = self._subject.encode_batch([pair.clean for pair in pairs])
        noisy = self._subject.encode_batch([pair.noisy for pair in pairs])
        before = token_starts(clean, gaps.clean_starts)[gaps.clean]
        after = token_starts(noisy, gaps.noisy_starts)[gaps.noisy]

        def count(flags: _Flags) -> _Ints:
            return np.bincount(gaps.pair[flags], minlength=len(pairs))

        radius = np.zeros(len(pairs), dtype=np.int64)
        flipped = before != after
        np.maximum.at(radius, gaps.pair[flipped], gaps.distance[flipped])
        ids = [(_list(x.ids), _list(y.ids)) for x, y in zip(clean, noisy, strict=True)]
        columns = {
            "edits": gaps.edits,
            "chars": gaps.chars,
            "gaps": np.bincount(gaps.pair, minlength=len(pairs)),
            "both": count(before & after),
            "only_clean": count(before & ~after),
            "only_noisy": count(~before & after),
            "radius": radius,
            "damage": np.array([distance(x, y) for x, y in ids]),
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
            "radius_p95": int(radius[int(0.95 * single)]) if single else None,
        }


def token_starts(encodings: Sequence[Encoded], starts: _Ints) -> _Flags:
    """At which places of texts that lie behind each other a token starts.

    As `subject.cuts`: not inside a character, and a token that covers nothing starts nowhere.
    """
    counts = [len(encoded.offsets) for encoded in encodings]
    spans = np.fromiter(
        itertools.chain.from_iterable(itertools.chain.from_iterable(e.offsets for e in encodings)),
        dtype=np.int64,
        count=2 * sum(counts),
    ).reshape(-1, 2)
    spans = spans[:] + np.repeat(starts[:-1], counts)[:, np.newaxis]
    spans = spans[spans[:, 0] < spans[:, 1]]
    found = np.zeros(int(starts[-1]), dtype=bool)
    if len(spans):
        ends = np.maximum.accumulate(spans[:, 1])
        found[spans[0, 0]] = True
        found[spans[1:, 0][spans[1:, 0] >= ends[:-1]]] = True
    return found


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
