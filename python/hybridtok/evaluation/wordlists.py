"""Word lists: what tokenizers make of words beside their gold segmentations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation import bootstrap
from hybridtok.evaluation.boundaries import Comparison
from hybridtok.evaluation.gold import Gold
from hybridtok.evaluation.subject import Subject, encode_words, segments

__all__ = ["compare", "examples", "measure", "warn_about"]

#: Words that a report shows with all their segmentations.
_EXAMPLES = 24


def compare(of: Subject, gold: Gold) -> Comparison:
    """Encodes the words of a list."""
    encoded = encode_words(of, gold.words)
    return Comparison(
        gold,
        [segments(word, e.offsets) for word, e in zip(gold.words, encoded, strict=True)],
        [sum(start < end for start, end in e.offsets) for e in encoded],
    )


def measure(
    found: Mapping[str, Comparison], comparisons: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The metrics of each tokenizer on one word list, with the intervals of F1."""
    results = {}
    surface = {name: bool(c.surface.any()) for name, c in found.items()}
    for name, comparison in found.items():
        types = comparison.boundary_scores()
        freq = comparison.boundary_scores(weighted=True)
        counted = comparison.gold.counts is not None
        score, words, left_out = comparison.morph_score()
        sigmorphon = comparison.sigmorphon()
        results[name] = {
            "word_types": len(comparison.predicted),
            "boundary_words": int(comparison.surface.sum()),
            "boundary_precision": types["precision"],
            "boundary_recall": types["recall"],
            "boundary_f1": types["f1"],
            "boundary_f1_ci95": None,
            "exact": types["exact"],
            "over_segmentation": types["over_segmentation"],
            "under_segmentation": types["under_segmentation"],
            "boundary_precision_freq": freq["precision"] if counted else None,
            "boundary_recall_freq": freq["recall"] if counted else None,
            "boundary_f1_freq": freq["f1"] if counted else None,
            "exact_freq": freq["exact"] if counted else None,
            "morphscore": score,
            "morphscore_words": words,
            "morphscore_left_out": left_out,
            "mu_c": comparison.consistency(),
            "mu_e": comparison.edit_distance(),
            "fertility_types": comparison.fertility(),
            "fertility_types_freq": comparison.fertility(weighted=True) if counted else None,
            "strr_percent": comparison.whole(),
            **{f"sigmorphon_{key}": value for key, value in sigmorphon.items()},
        }
    if all(surface.values()):
        _intervals(found, results, comparisons)
    return results


def _intervals(
    found: Mapping[str, Comparison],
    results: dict[str, dict[str, Any]],
    comparisons: list[dict[str, Any]],
) -> None:
    """The same words are drawn for all tokenizers, so that differences are paired."""
    names = list(found)

    def statistic(sums: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        columns = sums.reshape(len(sums), len(names), 3).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            scores = 2 * columns[:, :, 0] / (columns[:, :, 1] + columns[:, :, 2])
        return np.concatenate([scores, scores - scores[:, :1]], axis=1)

    rows = np.concatenate([found[name].boundary_counts for name in names], axis=1)
    bounds = [
        None if np.isnan(bound).any() else bound for bound in bootstrap.interval(rows, statistic)
    ]
    for k, name in enumerate(names):
        results[name]["boundary_f1_ci95"] = bounds[k]
        if k == 0:
            continue
        mine, first = results[name]["boundary_f1"], results[names[0]]["boundary_f1"]
        defined = mine is not None and first is not None
        comparisons.append(
            {
                "a": name,
                "b": names[0],
                "gold": found[name].gold.name,
                "metric": "boundary_f1",
                "diff": mine - first if defined else None,
                "ci95": bounds[len(names) + k],
            }
        )


def examples(found: Mapping[str, Comparison]) -> list[dict[str, Any]]:
    """Words from all over the list, each with its segmentations."""
    first = next(iter(found.values()))
    words = first.gold.words
    step = max(1, len(words) // _EXAMPLES)
    return [
        {
            "word": words[k],
            "gold": ["+".join(analysis) for analysis in first.gold.analyses[k]],
            "segments": {name: list(c.predicted[k]) for name, c in found.items()},
        }
        for k in range(0, len(words), step)[:_EXAMPLES]
    ]


def warn_about(gold: Gold, found: Mapping[str, Comparison], warnings: list[str]) -> None:
    """Words without boundaries, and words that nobody counted."""
    canonical = len(gold.words) - int(min(c.surface.sum() for c in found.values()))
    if canonical:
        warnings.append(
            f"{gold.name}: {canonical:,} of {len(gold.words):,} words have canonical segments, "
            "which have no boundaries; SIGMORPHON scores are for them"
        )
    if gold.counts is not None and (uncounted := sum(count == 0 for count in gold.counts)):
        warnings.append(f"{gold.name}: {uncounted:,} words have no count and weigh nothing")
