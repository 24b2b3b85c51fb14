"""Training superwords: BPE that goes on across the boundaries of words (SuperBPE, BoundlessBPE)."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.components import byte_alphabet
from hybridtok.corpus import Corpus
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.bpe import special_strings
from hybridtok.training.counts import Cutting, Reading, Report, counted
from hybridtok.training.custom import Boundary
from hybridtok.training.distributed import Engine
from hybridtok.training.domain import domain_settings, run_rules, train_domain
from hybridtok.training.patterns import JOINED, PATTERNS, Joined, boundary_pattern, splitter
from hybridtok.training.steps import Steps

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Mode", "TieRule", "superword_rules", "train_superword", "train_superword_counted"]

Mode = Literal["superbpe", "boundless"]
TieRule = Literal["ids", "bytes"]


def train_superword(
    corpus: Corpus,
    *,
    vocab_size: int,
    mode: Mode = "superbpe",
    transition: float | Literal["auto"] = 0.9,
    boundary: str = "r2m",
    max_words: int = 4,
    colon_rule: bool = True,
    letter_only: bool | None = None,
    newline_barrier: bool = False,
    min_count: int = 2,
    max_token_bytes: int = 128,
    whole_words: bool | None = None,
    tie_rule: TieRule | None = None,
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
    """Trains a tokenizer whose tokens may span several words.

    Merges are learned within words first, up to ``transition``, and then across them. There are two
    modes:

    * "superbpe" (SuperBPE, arXiv 2503.13423): whatever stands side by side in a chunk is merged,
      and only digits, runs of punctuation and spaces at an end bound chunks. A token may end inside
      a word. The file is plain BPE: `tokenizers` loads it and gives the same ids.
    * "boundless" (BoundlessBPE, arXiv 2504.00178 and 2604.05192): only whole words that are one
      token each are merged, so that no token cuts a word. Only `hybridtok.json` has words for that.

    Args:
        corpus: as for `train_bpe`. What is given as one document is cut into chunks alone: a line
            of a text file keeps its end.
        vocab_size: tokens in all, special tokens and custom words included, before ``pad_to``.
        mode: see above.
        transition: the size at which merging goes on across words: a share of ``vocab_size``, or
            from 2 on a number of tokens (256 bytes and merges; special tokens do not count). "auto"
            lets the corpus decide: of the next merge within words and the best one across whole
            words that hold letters, the more frequent one goes first.
        boundary: what bounds chunks: "r2", the paper's pattern; "r2m", which does not cut words at
            combining marks; or a regular expression. Only for "superbpe".
        max_words: no token has more pieces between spaces; 0 for any number.
        colon_rule: no token has a space behind a colon.
        letter_only: no token of several words has more than letters, marks, apostrophes, ``_`` and
            spaces (by default it may). Of "boundless": only words that hold letters are joined,
            each with what stands before its first letter (the default).
        newline_barrier: line ends bound chunks.
        min_count: a pair must occur so often to become a token.
        max_token_bytes: no token across words is longer.
        whole_words: no token cuts a word: true for "boundless", false for "superbpe".
        tie_rule: which of two pairs goes first that are equally frequent: the smaller pair of ids,
            as in `tokenizers` (default of "superbpe"), or of byte strings, as in BoundlessBPE,
            where moreover ``aaa`` holds one pair, not two (default of "boundless").
        special_tokens: as for `train_bpe`, and so are the options below.
        normalizer: see ``special_tokens``.
        max_run: see ``special_tokens``.
        custom: see ``special_tokens``. No token goes across a custom word. Only for "superbpe".
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
    mode: Mode,
    whole_words: bool | None,
    max_run: int | None,
    custom: Sequence[str | os.PathLike[str]],
    custom_boundary: Boundary,
    custom_choose: bool,
    pad_to: int | Literal["pow2"] | None,
    **options: Any,
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `train_superword`; also returns what was made in both stages."""
    learn = {"superbpe": _learn, "boundless": _learn_whole_words}.get(mode)
    if learn is None:
        raise ValueError(f"mode is 'superbpe' or 'boundless', not {mode!r}")
    if whole_words not in (None, mode == "boundless"):
        does = "joins whole words only" if mode == "boundless" else "may cut words"
        raise ValueError(f"whole_words={whole_words} does not go with mode {mode!r}, which {does}")
    if mode == "boundless" and custom:
        raise ValueError("custom words are for mode 'superbpe'")
    settings = domain_settings(max_run=max_run, custom=custom)
    tokenizer, made = train_domain(
        corpus,
        learn,
        {**options, "rules": run_rules(settings.max_run)},
        custom=custom,
        custom_boundary=custom_boundary,
        custom_choose=custom_choose,
        pad_to=pad_to,
    )
    # How often each merge applied is too much for a record.
    return tokenizer, {key: made[key] for key in made if key not in ("counts", "super_counts")}


def _learn(
    corpus: Corpus,
    *,
    vocab_size: int,
    transition: float | Literal["auto"],
    boundary: str,
    max_words: int,
    colon_rule: bool,
    letter_only: bool | None,
    newline_barrier: bool,
    min_count: int,
    max_token_bytes: int,
    tie_rule: TieRule | None,
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
    across_words = rules + superword_rules(
        max_words=max_words,
        colon_rule=colon_rule,
        letter_only=bool(letter_only),
        max_token_bytes=max_token_bytes,
    )
    cut = partial(Cutting.by, normalizer=normalizer, byte_level=True, unicode=unicode)
    words = cut(pattern="superbpe")
    cuttings = [words, cut(pattern=bounds)]
    if words_end is None:
        cuttings.append(cut(pattern="superbpe", joined="letters"))
    steps = Steps()
    of_words, of_chunks, *of_runs = counted(corpus, cuttings, reading)
    steps.end("count")
    tokenizer = words.tokenizer()
    training: dict[str, Any] = {
        "special_tokens": first,
        "min_frequency": min_count,
        "tie_rule": tie_rule or "ids",
        "report": reading["progress"],
    }
    if words_end is None:
        made = _core.train_boundless(
            tokenizer,
            of_words,
            of_runs[0],
            vocab_size=vocab_size,
            transition=None,
            eligible=JOINED["letters"],
            rules=rules,
            super_rules=across_words,
            superwords=False,
            **training,
        )
        words_end = made["transition"] - len(first)
    else:
        made = _core.train_bpe(
            tokenizer,
            of_words,
            vocab_size=words_end + len(first),
            initial_alphabet=byte_alphabet(),
            rules=rules,
            **training,
        )
    steps.end("merge within words")
    tokenizer.set_component("pre_tokenizer", json.dumps(splitter(bounds, byte_level=True)))
    tokenizer.add_tokens(specials)
    across = _core.extend_bpe(
        tokenizer,
        of_chunks,
        add=vocab_size - tokenizer.get_vocab_size(),
        min_frequency=min_count,
        rules=across_words,
        tie_rule=training["tie_rule"],
        report=reading["progress"],
    )
    steps.end("merge across words")
    return tokenizer, {
        "words": made["words"],
        "distinct_words": made["distinct_words"],
        "chunks": across["words"],
        "distinct_chunks": across["distinct_words"],
        "transition": words_end,
        "superword_merges": across["merges"] - made["merges"],
        "duplicates": made["duplicates"] + across["duplicates"],
        "refused": across["refused"],
        "exhausted": across["exhausted"],
        "asked": vocab_size,
        "merges": across["merges"],
        "steps": steps.ended,
    }


def _learn_whole_words(
    corpus: Corpus,
    *,
    vocab_size: int,
    transition: float | Literal["auto"],
    boundary: str,
    max_words: int,
    colon_rule: bool,
    letter_only: bool | None,
    newline_barrier: bool,
    min_count: int,
    max_token_bytes: int,
    tie_rule: TieRule | None,
    special_tokens: Sequence[str | AddedToken],
    normalizer: str,
    rules: list[tuple[str, Any]],
    unicode: Literal["hf", "unicode"],
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """Both stages of a boundless model; also returns how often each merge applied."""
    if boundary != "r2m":
        raise ValueError('boundary is for mode "superbpe": words bound themselves in "boundless"')
    first, specials = special_strings(vocab_size, special_tokens, byte_level=True)
    words_end = _transition(vocab_size, transition, len(first))
    letters = letter_only is None or letter_only
    joined: Joined = "letters" if letters else "lines" if newline_barrier else "all"
    cut = partial(
        Cutting.by, pattern="superbpe", normalizer=normalizer, byte_level=True, unicode=unicode
    )
    words = cut()
    steps = Steps()
    of_words, of_chunks = counted(corpus, [words, cut(joined=joined)], reading)
    steps.end("count")
    tokenizer = words.tokenizer()
    made = _core.train_boundless(
        tokenizer,
        of_words,
        of_chunks,
        vocab_size=vocab_size,
        transition=None if words_end is None else words_end + len(first),
        eligible=JOINED[joined],
        tie_rule=tie_rule or "bytes",
        special_tokens=first,
        min_frequency=min_count,
        rules=rules,
        super_rules=rules
        + superword_rules(
            max_words=max_words,
            colon_rule=colon_rule,
            letter_only=False,
            max_token_bytes=max_token_bytes,
        ),
        report=reading["progress"],
    )
    tokenizer.add_tokens(specials)
    steps.end("merge")
    return tokenizer, {
        **made,
        "transition": made["transition"] - len(first),
        "asked": vocab_size,
        "merges": made["merges"] + made["superword_merges"],
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


def _transition(vocab_size: int, transition: float | Literal["auto"], specials: int) -> int | None:
    """The size at which the first stage ends; None if the corpus decides."""
    if transition == "auto":
        if vocab_size < 256 + specials:
            raise ValueError(f"a vocabulary of {vocab_size} has no room for the 256 bytes")
        return None
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
