"""Training superwords: BPE that goes on across the boundaries of words."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.corpus import Corpus
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.bpe import byte_alphabet, special_strings
from hybridtok.training.counts import Cutting, Reading, Report, counted
from hybridtok.training.custom import Boundary
from hybridtok.training.distributed import Engine
from hybridtok.training.domain import domain_settings, run_rules, train_domain
from hybridtok.training.patterns import PATTERNS, boundary_pattern, splitter
from hybridtok.training.steps import Steps

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["superword_rules", "train_superword", "train_superword_counted"]


def train_superword(
    corpus: Corpus,
    *,
    vocab_size: int,
    transition: float = 0.9,
    boundary: str = "r2m",
    max_words: int = 4,
    colon_rule: bool = True,
    letter_only: bool = False,
    newline_barrier: bool = False,
    min_count: int = 2,
    max_token_bytes: int = 128,
    special_tokens: Sequence[str | AddedToken] = (),
    normalizer: str = "none",
    max_run: int | None = None,
    custom: Sequence[str | os.PathLike[str]] = (),
    custom_boundary: Boundary = "word",
    custom_choose: bool = True,
    pad_to: int | Literal["pow2"] | None = None,
    field: str | None = None,
    unicode: Literal["hf", "unicode"] = "hf",
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | str | None = None,
    engine: Engine = "local",
    threads: int | None = None,
    progress: Report | None = None,
) -> Tokenizer:
    """Trains a tokenizer whose tokens may span several words (SuperBPE, arXiv 2503.13423).

    Merges are learned within words first, up to ``transition``, and then across them, within
    chunks that only digits, runs of punctuation and spaces at an end bound. The file is plain BPE:
    `tokenizers` loads it and gives the same ids.

    Args:
        corpus: as for `train_bpe`. What is given as one document is cut into chunks alone: a line
            of a text file keeps its end.
        vocab_size: tokens in all, special tokens and custom words included, before ``pad_to``.
        transition: the size at which merging goes on across words: a share of ``vocab_size``, or
            from 2 on a number of tokens (256 bytes and merges; special tokens do not count).
        boundary: what bounds chunks: "r2", the paper's pattern; "r2m", which does not cut words at
            combining marks; or a regular expression.
        max_words: no token has more pieces between spaces; 0 for any number.
        colon_rule: no token has a space behind a colon.
        letter_only: no token of several words has more than letters, marks, apostrophes, ``_`` and
            spaces.
        newline_barrier: line ends bound chunks.
        min_count: a pair must occur so often to become a token.
        max_token_bytes: no token across words is longer.
        special_tokens: as for `train_bpe`, and so are the options below.
        normalizer: see ``special_tokens``.
        max_run: see ``special_tokens``.
        custom: see ``special_tokens``. No token goes across a custom word.
        custom_boundary: see ``special_tokens``.
        custom_choose: see ``special_tokens``.
        pad_to: see ``special_tokens``.
        field: see ``special_tokens``.
        unicode: see ``special_tokens``.
        on_invalid: see ``special_tokens``.
        memory: see ``special_tokens``.
        engine: see ``special_tokens``.
        threads: see ``special_tokens``.
        progress: see ``special_tokens``.

    Raises:
        ValueError: no room behind ``transition``, or options that contradict each other.
        TrainingError, FormatError, FileNotFoundError, EncodingError: as `train_bpe`.

    Example:
        >>> import hybridtok as ht
        >>> tok = ht.train_superword(["one of the many"] * 9, vocab_size=290, transition=270)
        >>> tok.encode("one of the").tokens
        ['oneĠofĠthe']
    """
    return train_superword_counted(**locals())[0]


def train_superword_counted(
    corpus: Corpus,
    *,
    max_run: int | None,
    custom: Sequence[str | os.PathLike[str]],
    custom_boundary: Boundary,
    custom_choose: bool,
    pad_to: int | Literal["pow2"] | None,
    **options: Any,
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `train_superword`; also returns what was made in both stages."""
    settings = domain_settings(max_run=max_run, custom=custom)
    return train_domain(
        corpus,
        _learn,
        {**options, "rules": run_rules(settings.max_run)},
        custom=custom,
        custom_boundary=custom_boundary,
        custom_choose=custom_choose,
        pad_to=pad_to,
    )


def _learn(
    corpus: Corpus,
    *,
    vocab_size: int,
    transition: float,
    boundary: str,
    max_words: int,
    colon_rule: bool,
    letter_only: bool,
    newline_barrier: bool,
    min_count: int,
    max_token_bytes: int,
    special_tokens: Sequence[str | AddedToken],
    normalizer: str,
    rules: list[tuple[str, Any]],
    unicode: Literal["hf", "unicode"],
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """Both stages; ``rules`` hold in either."""
    first, specials = special_strings(vocab_size, special_tokens, byte_level=True)
    words_end = _transition(vocab_size, transition, len(first))
    bounds = boundary_pattern(boundary, newline_barrier=newline_barrier)
    words, chunks = (
        Cutting.by(pattern=pattern, normalizer=normalizer, byte_level=True, unicode=unicode)
        for pattern in ("superbpe", bounds)
    )
    steps = Steps()
    of_words, of_chunks = counted(corpus, [words, chunks], reading)
    steps.end("count")
    tokenizer = words.tokenizer()
    made = _core.train_bpe(
        tokenizer,
        of_words,
        vocab_size=words_end + len(first),
        special_tokens=first,
        initial_alphabet=byte_alphabet(),
        min_frequency=min_count,
        rules=rules,
        report=reading["progress"],
    )
    steps.end("merge within words")
    tokenizer.set_component("pre_tokenizer", json.dumps(splitter(bounds, byte_level=True)))
    tokenizer.add_tokens(specials)
    across = _core.extend_bpe(
        tokenizer,
        of_chunks,
        add=vocab_size - tokenizer.get_vocab_size(),
        min_frequency=min_count,
        rules=rules
        + superword_rules(
            max_words=max_words,
            colon_rule=colon_rule,
            letter_only=letter_only,
            max_token_bytes=max_token_bytes,
        ),
        report=reading["progress"],
    )
    steps.end("merge across words")
    chunks_made = {"chunks": across["words"], "distinct_chunks": across["distinct_words"]}
    return tokenizer, {
        **made,
        **chunks_made,
        "transition": words_end,
        "superword_merges": across["merges"] - made["merges"],
        "duplicates": made["duplicates"] + across["duplicates"],
        "refused": across["refused"],
        "exhausted": across["exhausted"],
        "asked": vocab_size,
        "merges": across["merges"],
        "steps": steps.ended,
    }


def superword_rules(
    *, max_words: int, colon_rule: bool, letter_only: bool, max_token_bytes: int
) -> list[tuple[str, Any]]:
    """The rules of merges across words, as the core takes them."""
    rules: list[tuple[str, Any]] = [("max_token_bytes", max_token_bytes)]
    if max_words:
        rules.append(("max_words", max_words))
    if colon_rule:
        rules.append(("colon_rule", True))
    if letter_only:
        rules.append(("letter_only", PATTERNS["superbpe"]))
    return rules


def _transition(vocab_size: int, transition: float, specials: int) -> int:
    """The size at which the first stage ends."""
    size = int(transition) if transition >= 2 else int(transition * vocab_size)
    if transition <= 0 or (transition >= 2 and transition != size):
        raise ValueError(f"transition is a share between 0 and 1, or a size, not {transition}")
    if size < 256:
        raise ValueError(f"the first stage needs at least the 256 bytes, not {size} tokens")
    if vocab_size <= size + specials:
        raise ValueError(
            f"no room for superwords: a vocabulary of {vocab_size}, {specials} special tokens, "
            f"and words up to {size}"
        )
    return size
