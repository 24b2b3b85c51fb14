"""Vocabularies of a domain: custom words beside what was learned, in a size that is given.

How many words pay is known only when there is a tokenizer to try them with. So one is trained to
the whole size, the words are chosen by a sample of the corpus, and its last merges are cut off
until all has room. A BPE of fewer tokens is a prefix of one of more, so what remains is what
training to that size would have made.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from hybridtok.components import as_bytes
from hybridtok.corpus import Corpus, open_corpus
from hybridtok.corpus.sampling import Sample
from hybridtok.errors import TrainingError
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.choosing import choose_tokens
from hybridtok.training.custom import Boundary, CustomWord, custom_words, token_of
from hybridtok.training.presets import DOMAIN_PRESETS, DomainPreset
from hybridtok.training.reserved import pad_vocabulary
from hybridtok.training.steps import Steps

__all__ = ["domain_settings", "run_rules", "train_domain"]

#: The longest run of one mark in a token, where custom words are asked for.
_MAX_RUN = 16
#: Characters of the corpus by which words are chosen.
_SAMPLE = 1 << 23


def domain_settings(preset: str | None = None, **given: Any) -> DomainPreset:
    """The settings of a preset, or of none, but for what is given.

    Args:
        preset: a name of `DOMAIN_PRESETS`.
        given: fields of `DomainPreset`; None for what the preset says.

    Raises:
        ValueError: no such preset.
    """
    if preset is not None and preset not in DOMAIN_PRESETS:
        raise ValueError(f"there is no preset {preset!r}; there are: {', '.join(DOMAIN_PRESETS)}")
    found = DomainPreset() if preset is None else DOMAIN_PRESETS[preset]
    found = replace(found, **{name: value for name, value in given.items() if value is not None})
    if found.max_run is None and found.custom:
        found = replace(found, max_run=_MAX_RUN)
    return found


def run_rules(max_run: int | None) -> list[tuple[str, Any]]:
    """The rule against longer runs, as the core takes it."""
    return [] if max_run is None else [("max_run", max_run)]


def train_domain(
    corpus: Corpus,
    train: Callable[..., tuple[Tokenizer, dict[str, Any]]],
    options: Mapping[str, Any],
    *,
    custom: Sequence[str | os.PathLike[str]],
    custom_boundary: Boundary,
    custom_choose: bool,
    pad_to: int | Literal["pow2"] | None,
) -> tuple[Tokenizer, dict[str, Any]]:
    """Trains with custom words and padding.

    Args:
        corpus: as for `train_bpe`.
        train: trains without them; what it returns, this returns, too.
        options: its options.
        custom: as for `train_bpe`, and so are the others.
        custom_boundary: see ``custom``.
        custom_choose: see ``custom``.
        pad_to: see ``custom``.

    Raises:
        TrainingError: no room for the words, or no text to choose them by.
    """
    lowercase = "lowercase" in options["normalizer"].split(",")
    words = custom_words(custom, lowercase=lowercase)
    if words:
        documents = open_corpus(corpus, field=options["field"], on_invalid=options["on_invalid"])
        sample = Sample(_SAMPLE)
        watched = replace(documents, files=None, texts=sample.watch(documents.batches()))
        tokenizer, made = train(watched, **options)
        steps = Steps()
        made |= _add_words(
            tokenizer,
            made,
            words,
            sample.texts,
            vocab_size=options["vocab_size"],
            boundary=custom_boundary,
            choose=custom_choose,
            byte_level=options.get("byte_level", True),
            threads=options["threads"],
        )
        steps.end("choose custom words")
        made["steps"] = [*made.get("steps", ()), *steps.ended]
    else:
        tokenizer, made = train(corpus, **options)
    if pad_to is not None:
        made["reserved"] = pad_vocabulary(tokenizer, pad_to)
    return tokenizer, made


def _add_words(
    tokenizer: Tokenizer,
    made: dict[str, Any],
    words: Sequence[CustomWord],
    texts: Sequence[str],
    *,
    vocab_size: int,
    boundary: Boundary,
    choose: bool,
    byte_level: bool,
    threads: int | None,
) -> dict[str, Any]:
    """Adds the words that pay, or all, in place of the last merges; returns what changed."""
    # Imported late, since `diagnosis` reads what training notes.
    from hybridtok.diagnosis.usage import added_usage

    special = set(tokenizer.special_tokens)
    words = [word for word in words if word.text not in special]
    unwritable = {word for word in words if byte_level and as_bytes(word.text) != word.text}
    writable = [word for word in words if word not in unwritable]
    if choose:
        if not texts:
            raise TrainingError(
                "custom words are chosen by texts, and the corpus has none; add some to the count "
                "files, or take all words (custom_choose=False, --custom-all)"
            )
        # With a space before them they can be written.
        writable += (CustomWord(f" {text}", bound) for text, bound in sorted(unwritable))
        choice = choose_tokens(tokenizer, texts, writable, boundary=boundary, threads=threads)
        tokens = choice.tokens
    else:
        tokens = [token_of(word, boundary) for word in writable]
    before = _tokens_of(tokenizer, texts)
    cut = _make_room(tokenizer, tokens, vocab_size)
    tokenizer.add_tokens(tokens)
    taken = {token.content.removeprefix(" ") for token in tokens}
    left_out = sum(word.text.removeprefix(" ") not in taken for word in words)
    merges = made["merges"] - cut
    changed = {
        "merges": merges,
        "exhausted": made["exhausted"] and tokenizer.get_vocab_size() < vocab_size,
        "custom": {
            "words": len(words),
            "left_out": left_out,
            "unwritable": sorted(word.text for word in unwritable),
            "merges_cut": cut,
            "sample": {
                "characters": sum(map(len, texts)),
                "tokens_without": before,
                "tokens_with": _tokens_of(tokenizer, texts),
            },
            **added_usage(tokenizer, list(texts)),
        },
    }
    if "superword_merges" in made:
        changed["superword_merges"] = made["superword_merges"] - cut
        if cut and changed["superword_merges"] < 1:
            raise TrainingError(
                f"custom words ({len(tokens):,}) leave no room for superwords in a vocabulary of "
                f"{vocab_size:,}; lower transition, or take a larger one"
            )
    return changed


def _make_room(tokenizer: Tokenizer, tokens: Sequence[AddedToken], vocab_size: int) -> int:
    """Cuts the last merges off so that some tokens fit; returns how many.

    Raises:
        TrainingError: they would not fit without any merge.
    """
    model = json.loads(tokenizer.component("model") or "{}")
    vocab: dict[str, int] = model["vocab"]
    # Those that were learned, too, share their ids unless these are cut.
    shared = sorted(vocab[token.content] for token in tokens if token.content in vocab)
    size = len(vocab)
    while (excess := size + len(tokens) - bisect_left(shared, size) - vocab_size) > 0:
        size -= excess
    made = [vocab[left + right] for left, right in model["merges"]]
    least = min(made, default=len(vocab))
    if size < least:
        raise TrainingError(
            f"no room for {len(tokens):,} custom words in a vocabulary of {vocab_size:,}; choose "
            "those that pay (custom_choose=True, --custom-choose), or take a larger one"
        )
    if size == len(vocab):
        return 0
    kept = made.index(size - 1) + 1 if size > least else 0
    model["vocab"] = {token: id for token, id in vocab.items() if id < size}
    model["merges"] = model["merges"][:kept]
    tokenizer.set_component("model", json.dumps(model, ensure_ascii=False))
    return len(made) - kept


def _tokens_of(tokenizer: Tokenizer, texts: Sequence[str]) -> int:
    return len(tokenizer.encode_batch_ids(list(texts), allowed_special="all").values)
