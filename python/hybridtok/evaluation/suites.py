"""`evaluate`: the suites, run over a corpus and word lists for one or several tokenizers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from hybridtok._core import __version__
from hybridtok.corpus.documents import Corpus, Documents, open_corpus, read_documents
from hybridtok.evaluation import bootstrap, wordlists
from hybridtok.evaluation.adapters import subject, untrimmed
from hybridtok.evaluation.corpora import Corpora
from hybridtok.evaluation.edit_costs import EditCosts
from hybridtok.evaluation.gold import Gold, read_counts, read_gold
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.over_pairs import OverPairs
from hybridtok.evaluation.pairs import drawn_pairs, is_pair_file, read_pairs
from hybridtok.evaluation.report import SCHEMA, Report
from hybridtok.evaluation.running import Running
from hybridtok.evaluation.stability import StabilityOfAll
from hybridtok.evaluation.terms import OWN_TERMS, Terms, measure_terms, read_terms
from hybridtok.evaluation.validity import FileValidator, Validator

__all__ = ["SUITES", "evaluate"]

SUITES = ("basic", "morphology", "stability", "edits", "domain", "superword")

Path_ = str | os.PathLike[str]

#: Units, and characters, that are encoded in one call.
_UNITS, _CHARS = 4096, 1 << 20
#: From this share of superwords on entropies cannot be compared with those of words' tokens.
_SUPERWORDS = 0.01


def evaluate(
    tokenizers: Any,
    corpus: Corpus | Mapping[str, Corpus] | None = None,
    suite: str = "basic",
    *,
    gold: Path_ | Gold | Sequence[Path_ | Gold] = (),
    freq: Path_ | Mapping[str, int] | None = None,
    validator: Path_ | Validator | None = None,
    speed: bool = False,
    field: str | None = None,
    noise: int = bootstrap.SEED,
    data: Path_ | None = None,
    terms: Path_ | Terms | None = None,
    baseline: str | None = None,
) -> Report:
    """Measures tokenizers, without a model.

    Args:
        tokenizers: one, a list, or a mapping from names; see `subject` for what can be measured.
            The first is the reference of ratios and differences, unless `baseline` names another.
        corpus: running text, as `train_bpe` takes it: lines of text files, or documents. With the
            suite "morphology" paths that end in ``.tsv`` are gold files, with "stability" and
            "edits" pairs ``noisy<TAB>clean``; other pairs are those of `read_pairs`. "domain" and
            "superword" measure each path by itself, or each item of a mapping from names to
            corpora.
        suite: "basic" (compression, words, use of the vocabulary, round trip), "morphology"
            (basic, and what `gold` and `validator` allow), "stability" (which boundaries stay
            where they were when a text has errors: those of the pairs, or drawn into the corpus),
            "edits" (how many tokens it takes to correct these errors), "domain" (tokens per
            character of each corpus, tokens of `terms`), "superword" (tokens that hold several
            words, in the vocabulary and in each corpus), or "all".
        gold: gold segmentations, ``word<TAB>a+b+c[|a+bc]``.
        freq: how often words occur, ``word<TAB>count``, for scores weighted by it.
        validator: tells words and morphemes of the language; a path is a file with the columns
            ``token,is_turkish,is_pure``.
        speed: measure speed, too; then two reports of the same input differ.
        field: of JSON lines, or of a table.
        noise: the seed of the errors that are drawn into a corpus.
        data: the folder of the files that a file of edits refers to; by default its own.
        terms: terms of the domain, ``term<TAB>category``, or a mapping from terms to categories;
            by default a short list of legal and financial ones.
        baseline: the name of the tokenizer that ratios and differences refer to; it comes first.

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
    morphology, domain = (suite in (name, "all") for name in ("morphology", "domain"))
    named = _named(tokenizers, baseline)
    subjects = {name: subject(tokenizer) for name, tokenizer in named.items()}
    over_pairs: dict[str, OverPairs] = {}
    if suite in ("stability", "all"):
        whole = {name: subject(untrimmed(of)) for name, of in named.items()}
        over_pairs["stability"] = StabilityOfAll(whole)
    if suite in ("edits", "all"):
        over_pairs["edits"] = EditCosts(subjects)
    inputs: list[dict[str, Any]] = []
    warnings: list[str] = []
    gold = [gold] if isinstance(gold, (str, os.PathLike, Gold)) else list(gold)
    if morphology:
        corpus, more = _without(corpus, _is_gold)
        gold += more
    elif gold or validator is not None or (freq is not None and suite != "basic"):
        raise ValueError("gold segmentations and validators belong to the suite 'morphology'")
    if suite in ("stability", "edits", "domain") and speed:
        raise ValueError("speed is measured with the other suites")
    if terms is not None and not domain:
        raise ValueError("terms belong to the suite 'domain'")
    if over_pairs:
        corpus, files = _without(corpus, is_pair_file)
        for file in files:
            _add_pairs(over_pairs.values(), file, data, inputs, warnings)
    if corpus is None and not gold and not any(over_pairs.values()) and not domain:
        raise ValueError("there is nothing to measure with: give a corpus or gold segmentations")
    if isinstance(validator, (str, os.PathLike)):
        inputs.append(_input(validator))
        validator = FileValidator(validator)
    if freq is not None and not isinstance(freq, Mapping):
        inputs.append(_input(freq))
        freq = read_counts(freq)
    listed = _terms(terms, inputs) if domain else None
    golds = [_gold(item, freq, inputs) for item in gold]
    _distinct([item.name for item in golds], "gold files")
    results: dict[str, dict[str, Any]] = {name: {} for name in subjects}
    comparisons: list[dict[str, Any]] = []
    examples: list[dict[str, Any]] = []
    if corpus is not None:
        # Each draws on its own, so that no suite changes the errors of another.
        drawing = [(over, Noise(noise)) for over in over_pairs.values()]
        running = corpora = None
        if suite in ("basic", "morphology", "all"):
            running = Running(subjects, morphology=morphology, validator=validator, speed=speed)
        if suite in ("domain", "superword", "all"):
            corpora = Corpora(subjects, superwords=suite != "domain", speed=speed)
        for of_corpus, texts in _batches(corpus, field, inputs, warnings):
            for over, drawn in drawing:
                over.add(drawn_pairs(texts, drawn, over.MODES))
            if running is not None:
                running.add(texts)
            if corpora is not None:
                corpora.add(of_corpus, texts)
        if running is not None:
            for name, metrics in running.results(warnings).items():
                results[name]["overall"] = metrics
        if corpora is not None:
            for name, of_corpora in corpora.results(warnings).items():
                results[name].update(of_corpora)
        if running is not None and corpora is not None:
            _warn_about_entropy(results, warnings)
    elif speed or validator is not None:
        raise ValueError("speed and validity are measured on running text: give a corpus")
    if listed is not None:
        for name, of in subjects.items():
            results[name]["terms"] = measure_terms(of, listed)
    for item in golds:
        found = {name: wordlists.compare(of, item) for name, of in subjects.items()}
        for name, metrics in wordlists.measure(found, comparisons).items():
            results[name].setdefault("morphology", {})[item.name] = metrics
        examples.append({"gold": item.name, "words": wordlists.examples(found)})
        wordlists.warn_about(item, found, warnings)
    for section, over in over_pairs.items():
        if over:
            found_groups, tests = over.results()
            for name, groups in found_groups.items():
                results[name][section] = groups
            comparisons += tests
        elif suite == section:
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
                    "unit": "word type; document of a corpus, the seed one more for each",
                },
                "several_gold_analyses": "the one with the word's largest boundary F1",
                "validator": None if validator is None else validator.name,
                "noise": {"seed": noise} if any(over_pairs.values()) else None,
            },
            "terms": None if listed is None else dict(listed),
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


def _named(tokenizers: Any, baseline: str | None) -> dict[str, Any]:
    if isinstance(tokenizers, Mapping):
        named = {str(name): tokenizer for name, tokenizer in tokenizers.items()}
    elif isinstance(tokenizers, (list, tuple)):
        named = {f"tokenizer {k}": tokenizer for k, tokenizer in enumerate(tokenizers, 1)}
    else:
        named = {"tokenizer": tokenizers}
    if not named:
        raise ValueError("there is no tokenizer to measure")
    if baseline is None:
        return named
    if baseline not in named:
        raise ValueError(f"the baseline {baseline!r} is none of the tokenizers: {list(named)}")
    return {baseline: named[baseline], **named}


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


def _terms(terms: Path_ | Terms | None, inputs: list[dict[str, Any]]) -> Terms:
    if isinstance(terms, Mapping):
        return terms
    if terms is None:
        return read_terms(OWN_TERMS)
    inputs.append(_input(terms))
    return read_terms(terms)


def _warn_about_entropy(results: Mapping[str, Any], warnings: list[str]) -> None:
    for name, of in results.items():
        shares = [corpus.get("superword_share") or 0 for corpus in of["corpora"].values()]
        if max(shares) > _SUPERWORDS:
            warnings.append(f"{name}: Rényi efficiency rises with superwords, whatever their worth")


def _input(path: Path_) -> dict[str, Any]:
    data = Path(path).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"path": os.fspath(path), "sha256": digest, "units": None, "bytes": len(data)}


def _distinct(names: Sequence[str], what: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} are named {twice[0]!r}")


# Texts.


def _batches(
    corpus: Corpus | Mapping[str, Corpus],
    field: str | None,
    inputs: list[dict[str, Any]],
    warnings: list[str],
) -> Iterator[tuple[str, list[str]]]:
    """The units of each corpus, some at a time, with its name."""
    for name, part in _parts(corpus, field):
        batch: list[str] = []
        chars = units = 0
        for unit in _units(part, field, inputs):
            batch.append(unit)
            chars += len(unit)
            units += 1
            if len(batch) == _UNITS or chars >= _CHARS:
                yield name, batch
                batch, chars = [], 0
        if batch:
            yield name, batch
        if units == 0:
            warnings.append(f"{name}: there is no text in it")


def _parts(corpus: Corpus | Mapping[str, Corpus], field: str | None) -> list[tuple[str, Corpus]]:
    """Corpora that are measured by themselves, with their names: a mapping's, or paths."""
    if isinstance(corpus, Mapping):
        return [(str(name), part) for name, part in corpus.items()]
    if isinstance(corpus, Documents) or not open_corpus(corpus, field=field).paths:
        return [("corpus", corpus)]
    paths = [corpus] if isinstance(corpus, (str, os.PathLike)) else list(corpus)
    names = [Path(path).name for path in paths]
    return [
        (name if names.count(name) == 1 else os.fspath(path), Path(path))
        for name, path in zip(names, paths, strict=True)
    ]


def _units(corpus: Corpus, field: str | None, inputs: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of text files without their ends, or documents."""
    opened = open_corpus(corpus, field=field)
    if opened.counts:
        raise ValueError(f"{opened.counts[0]}: a count file; evaluation needs texts")
    if not opened.sources:
        yield from opened
        return
    for source in opened.sources:
        entry: dict[str, Any] = {"path": source.path, "sha256": None, "bytes": None}
        if os.path.isfile(source.path):
            entry = _input(source.path)
        if source.weight != 1:
            entry["weight"] = source.weight
        entry["units"] = 0
        inputs.append(entry)
        for batch in read_documents([source], field=field):
            entry["units"] += len(batch)
            yield from batch


# Texts with errors.


def _add_pairs(
    measures: Iterable[OverPairs],
    file: Path_,
    data: Path_ | None,
    inputs: list[dict[str, Any]],
    warnings: list[str],
) -> None:
    pairs, equal = read_pairs(file, data)
    for over in measures:
        over.add(pairs)
    inputs.append({**_input(file), "units": len(pairs)})
    if equal:
        warnings.append(f"{os.fspath(file)}: {equal:,} lines without an error were left out")
