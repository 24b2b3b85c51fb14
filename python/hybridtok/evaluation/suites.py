"""`evaluate`: the suites, run over a corpus and word lists for one or several tokenizers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok._core import __version__
from hybridtok.corpus.documents import Corpus, open_corpus, read_documents
from hybridtok.evaluation import bootstrap
from hybridtok.evaluation.adapters import subject, untrimmed
from hybridtok.evaluation.boundaries import Comparison
from hybridtok.evaluation.gold import Gold, read_counts, read_gold
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.pairs import drawn_pairs, is_pair_file, read_pairs
from hybridtok.evaluation.report import SCHEMA, Report
from hybridtok.evaluation.running import Text, Totals
from hybridtok.evaluation.speed import speeds
from hybridtok.evaluation.stability import StabilityOfAll
from hybridtok.evaluation.subject import Subject, encode_words, segments
from hybridtok.evaluation.validity import FileValidator, Validator, token_validity

__all__ = ["SUITES", "evaluate"]

SUITES = ("basic", "morphology", "stability")

Path_ = str | os.PathLike[str]

#: Units that are encoded in one call.
_BATCH = 256
#: Words that a report shows with all their segmentations.
_EXAMPLES = 24


def evaluate(
    tokenizers: Any,
    corpus: Corpus | None = None,
    suite: str = "basic",
    *,
    gold: Path_ | Gold | Sequence[Path_ | Gold] = (),
    freq: Path_ | Mapping[str, int] | None = None,
    validator: Path_ | Validator | None = None,
    speed: bool = False,
    field: str | None = None,
    noise: int = bootstrap.SEED,
    data: Path_ | None = None,
) -> Report:
    """Measures tokenizers, without a model.

    Args:
        tokenizers: one, a list, or a mapping from names; see `subject` for what can be measured.
            The first is the reference of ratios and differences.
        corpus: running text, as `train_bpe` takes it: lines of text files, or documents. With the
            suite "morphology" paths that end in ``.tsv`` are gold files, with "stability" pairs
            ``noisy<TAB>clean``; other pairs are those of `read_pairs`.
        suite: "basic" (compression, words, use of the vocabulary, round trip), "morphology"
            (basic, and what `gold` and `validator` allow), "stability" (which boundaries stay
            where they were when a text has errors: those of the pairs, or drawn into the corpus),
            or "all".
        gold: gold segmentations, ``word<TAB>a+b+c[|a+bc]``.
        freq: how often words occur, ``word<TAB>count``, for scores weighted by it.
        validator: tells words and morphemes of the language; a path is a file with the columns
            ``token,is_turkish,is_pure``.
        speed: measure speed, too; then two reports of the same input differ.
        field: of JSON lines, or of a table.
        noise: the seed of the errors that are drawn into a corpus.
        data: the folder of the files that a file of edits refers to; by default its own.

    Returns:
        A `Report`.

    Raises:
        ValueError: an unknown suite, no tokenizer, two of one name, or nothing to measure with.
        FileNotFoundError, FormatError: as for every input.

    Example:
        >>> import hybridtok as ht
        >>> tok = ht.train_bpe(["bir varmış bir yokmuş"] * 10, vocab_size=270)
        >>> report = ht.evaluate(tok, ["bir yokmuş"])
        >>> report.value("round_trip")
        1.0
    """
    if suite not in (*SUITES, "all"):
        raise ValueError(f"there is no suite {suite!r}; there are: {', '.join(SUITES)}, all")
    morphology = suite in ("morphology", "all")
    named = _named(tokenizers)
    subjects = {name: subject(tokenizer) for name, tokenizer in named.items()}
    stability = None
    if suite in ("stability", "all"):
        drawn = Noise(noise)
        stability = StabilityOfAll({name: subject(untrimmed(of)) for name, of in named.items()})
    inputs: list[dict[str, Any]] = []
    warnings: list[str] = []
    gold = [gold] if isinstance(gold, (str, os.PathLike, Gold)) else list(gold)
    if morphology:
        corpus, more = _without(corpus, _is_gold)
        gold += more
    elif gold or validator is not None or (freq is not None and suite == "stability"):
        raise ValueError("gold segmentations and validators belong to the suite 'morphology'")
    if suite == "stability" and speed:
        raise ValueError("speed is measured with the other suites")
    if stability is not None:
        corpus, files = _without(corpus, is_pair_file)
        for file in files:
            _add_pairs(stability, file, data, inputs, warnings)
    if corpus is None and not gold and not stability:
        raise ValueError("there is nothing to measure with: give a corpus or gold segmentations")
    if isinstance(validator, (str, os.PathLike)):
        inputs.append(_input(validator))
        validator = FileValidator(validator)
    if freq is not None and not isinstance(freq, Mapping):
        inputs.append(_input(freq))
        freq = read_counts(freq)
    golds = [_gold(item, freq, inputs) for item in gold]
    _distinct([item.name for item in golds], "gold files")
    results: dict[str, dict[str, Any]] = {name: {} for name in subjects}
    comparisons: list[dict[str, Any]] = []
    examples: list[dict[str, Any]] = []
    if corpus is not None:
        batches = _batches(_units(corpus, field, inputs))
        if stability is not None:
            batches = _with_noise(batches, stability, drawn)
        if suite == "stability":
            for _ in batches:
                pass
        else:
            _running(subjects, batches, results, warnings, morphology, validator, speed)
    elif speed or validator is not None:
        raise ValueError("speed and validity are measured on running text: give a corpus")
    for item in golds:
        found = {name: _compared(of, item) for name, of in subjects.items()}
        for name, metrics in _morphology(found, comparisons).items():
            results[name].setdefault("morphology", {})[item.name] = metrics
        examples.append({"gold": item.name, "words": _examples(found)})
        _warn_about(item, found, warnings)
    if stability:
        found_groups, tests = stability.results()
        for name, groups in found_groups.items():
            results[name]["stability"] = groups
        comparisons += tests
    elif suite == "stability":
        raise ValueError("there is no pair with an error, and no text that got one")
    sizes = {of.vocab_size for of in subjects.values()}
    if len(sizes) > 1:
        warnings.insert(0, "vocabularies differ in size: compare with the column V in mind")
    return Report(
        {
            "schema": SCHEMA,
            "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "version": __version__,
            "suite": suite,
            "conventions": {
                "special_tokens": "none are added",
                "word_splitter": "uword",
                "alpha": [1, 2, 2.5, 3, "inf"],
                "V_convention": "renyi_efficiency_V divides by log2 of the vocabulary's size, "
                "special tokens included; renyi_efficiency_observed by log2 of observed types",
                "bootstrap": {
                    "B": bootstrap.REPLICATES,
                    "seed": bootstrap.SEED,
                    "unit": "word type",
                },
                "several_gold_analyses": "the one with the word's largest boundary F1",
                "validator": None if validator is None else validator.name,
                "noise": {"seed": noise} if stability else None,
            },
            "inputs": inputs,
            "tokenizers": [
                {"name": name, "V": of.vocab_size, "type": _type(tokenizer)}
                for (name, of), tokenizer in zip(subjects.items(), named.values(), strict=True)
            ],
            "results": results,
            "comparisons": comparisons,
            "examples": examples,
            "warnings": warnings,
        }
    )


def _named(tokenizers: Any) -> dict[str, Any]:
    if isinstance(tokenizers, Mapping):
        named = {str(name): tokenizer for name, tokenizer in tokenizers.items()}
    elif isinstance(tokenizers, (list, tuple)):
        named = {f"tokenizer {k}": tokenizer for k, tokenizer in enumerate(tokenizers, 1)}
    else:
        named = {"tokenizer": tokenizers}
    if not named:
        raise ValueError("there is no tokenizer to measure")
    return named


def _type(tokenizer: Any) -> str:
    kind = type(tokenizer)
    return f"{kind.__module__.split('.')[0]}.{kind.__qualname__}"


def _is_gold(path: object) -> bool:
    return isinstance(path, (str, os.PathLike)) and os.fspath(path).endswith(".tsv")


def _without(
    corpus: Corpus | None, other: Callable[[object], bool]
) -> tuple[Corpus | None, list[Path_]]:
    """Takes the files of another kind out of a corpus."""
    if other(corpus):
        return None, [corpus]  # type: ignore[list-item]
    if isinstance(corpus, (list, tuple)) and any(map(other, corpus)):
        rest = [path for path in corpus if not other(path)]
        return rest or None, [path for path in corpus if other(path)]
    return corpus, []


def _gold(
    item: Path_ | Gold, counts: Mapping[str, int] | None, inputs: list[dict[str, Any]]
) -> Gold:
    if not isinstance(item, Gold):
        inputs.append(_input(item))
        return read_gold(item, counts)
    return item if counts is None else item.with_counts(counts)


def _input(path: Path_) -> dict[str, Any]:
    data = Path(path).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"path": os.fspath(path), "sha256": digest, "units": None, "bytes": len(data)}


def _distinct(names: Sequence[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} are named {twice[0]!r}")


# Running text.


def _running(
    subjects: Mapping[str, Subject],
    batches: Iterable[list[str]],
    results: dict[str, dict[str, Any]],
    warnings: list[str],
    morphology: bool,
    validator: Validator | None,
    speed: bool,
) -> None:
    totals = {name: Totals(of, strings=validator is not None) for name, of in subjects.items()}
    kept: list[str] = []
    kept_bytes = units = incomparable = 0
    for batch in batches:
        texts = [Text(text) for text in batch]
        for sums in totals.values():
            sums.add(texts)
        units += len(texts)
        incomparable += sum(text.unspaced for text in texts)
        if speed and kept_bytes < 1_000_000:
            kept += batch
            kept_bytes += sum(text.bytes for text in texts)
    if units == 0:
        raise ValueError("the corpus holds no text")
    if incomparable:
        warnings.append(
            f"{incomparable:,} of {units:,} units hold scripts without word spaces: "
            "metrics of words are not comparable there"
        )
    first = next(iter(totals.values()))
    rates = speeds(subjects, kept) if speed else {}
    for name, sums in totals.items():
        metrics = sums.metrics(first)
        if metrics["round_trip"] is None:
            warnings.append(f"{name}: it does not decode, so there is no round trip")
        if morphology:
            metrics.update(sums.escapes())
            if validator is not None:
                metrics.update(token_validity(sums.strings, validator))
        metrics.update(rates.get(name, {}))
        results[name]["overall"] = metrics
    if validator is not None:
        warnings.append(
            f"TR and Pure shares are by {validator.name}: circular for a tokenizer that was made "
            "from the same lexicon"
        )


def _units(corpus: Corpus, field: str | None, inputs: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of text files without their ends, or documents."""
    opened = open_corpus(corpus, field=field)
    if opened.counts:
        raise ValueError(f"{opened.counts[0]}: a count file; evaluation needs texts")
    if not opened.paths:
        yield from opened
        return
    for path in opened.paths:
        entry: dict[str, Any] = {"path": path, "sha256": None, "bytes": None}
        if os.path.isfile(path):
            entry = _input(path)
        entry["units"] = 0
        inputs.append(entry)
        for batch in read_documents([path], field=field):
            entry["units"] += len(batch)
            yield from batch


def _batches(units: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for unit in units:
        batch.append(unit)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# Texts with errors.


def _add_pairs(
    stability: StabilityOfAll,
    file: Path_,
    data: Path_ | None,
    inputs: list[dict[str, Any]],
    warnings: list[str],
) -> None:
    pairs, equal = read_pairs(file, data)
    inputs.append({**_input(file), "units": stability.add(pairs)})
    if equal:
        warnings.append(f"{os.fspath(file)}: {equal:,} lines without an error were left out")


def _with_noise(
    batches: Iterable[list[str]], stability: StabilityOfAll, noise: Noise
) -> Iterator[list[str]]:
    """The same batches; on their way texts with errors are made of them."""
    for batch in batches:
        stability.add(drawn_pairs(batch, noise))
        yield batch


# Word lists.


def _compared(of: Subject, gold: Gold) -> Comparison:
    encoded = encode_words(of, gold.words)
    return Comparison(
        gold,
        [segments(word, e.offsets) for word, e in zip(gold.words, encoded, strict=True)],
        [sum(start < end for start, end in e.offsets) for e in encoded],
    )


def _morphology(
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


def _examples(found: Mapping[str, Comparison]) -> list[dict[str, Any]]:
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


def _warn_about(gold: Gold, found: Mapping[str, Comparison], warnings: list[str]) -> None:
    canonical = len(gold.words) - int(min(c.surface.sum() for c in found.values()))
    if canonical:
        warnings.append(
            f"{gold.name}: {canonical:,} of {len(gold.words):,} words have canonical segments, "
            "which have no boundaries; SIGMORPHON scores are for them"
        )
    if gold.counts is not None and (uncounted := sum(count == 0 for count in gold.counts)):
        warnings.append(f"{gold.name}: {uncounted:,} words have no count and weigh nothing")
