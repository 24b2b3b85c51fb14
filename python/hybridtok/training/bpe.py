"""Training byte pair encoding."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.components import byte_alphabet
from hybridtok.confusions import DOUBLE, confusions
from hybridtok.corpus import Corpus
from hybridtok.errors import TrainingError
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.counts import Cutting, Reading, Report, counted
from hybridtok.training.custom import Boundary
from hybridtok.training.distributed import Engine
from hybridtok.training.domain import domain_settings, run_rules, train_domain
from hybridtok.training.untrained import NORMALIZERS

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "NORMALIZERS",
    "learn",
    "special_strings",
    "train_bpe",
    "train_bpe_counted",
]

#: Words that get errors: what stands between white space, with the space before it; of what is no
#: word but much longer, pieces.
NOISY_WORDS = r" ?\S{1,24}|\s+"
#: So many copies of a word get an error.
_SAMPLES = 64
#: Starts the random numbers of errors; the same corpus gives the same tokenizer.
_SEED = 2503_17247

#: Names of the tokens for single bytes, where the model otherwise sees characters.
_BYTE_TOKENS = [f"<0x{byte:02X}>" for byte in range(256)]


def train_bpe(
    corpus: Corpus,
    *,
    preset: str | None = None,
    vocab_size: int = 32_000,
    min_frequency: int | None = None,
    special_tokens: Sequence[str | AddedToken] | None = None,
    pattern: str = "gpt2",
    normalizer: str | None = None,
    byte_level: bool = True,
    limit_alphabet: int | None = None,
    max_token_length: int | None = None,
    max_run: int | None = None,
    custom: Sequence[str | os.PathLike[str]] | None = None,
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
    """Trains a tokenizer. With equal settings the merges are those of `tokenizers`' BpeTrainer.

    The result gives back every text (``decode(encode(x).ids) == x``) unless a ``normalizer``
    changes it first: all 256 bytes are tokens, whether the corpus holds them or not.

    Args:
        corpus: a path or several (files, directories, globs), an iterable of str or of lists of
            str, or a `datasets` dataset. A line of a text file is a document. Count files
            (`count_words`) are allowed among the paths.
        preset: "kl3m-cased" or "kl3m-uncased", for words of law and finance: NFKC, without capitals
            or with them; KL3M's special tokens and lists of custom words; pairs that occur twice;
            runs of at most 16; filled up to a power of two. What is given wins over it.
        vocab_size: tokens in all, special tokens and custom words included, before ``pad_to``.
        min_frequency: a pair must occur so often to become a token; 0 by default.
        special_tokens: they take the first ids.
        pattern: what cuts text into words; tokens do not cross words. A name ("gpt2", "cl100k",
            "o200k", "llama3", "qwen2", "whitespace", "none") or a regular expression.
        normalizer: "none" (the default), "nfc", "nfd", "nfkc", "nfkd", "lowercase",
            "strip-accents", or several, joined by commas.
        byte_level: merge bytes. Otherwise merge characters, and spell those that have no token in
            bytes.
        limit_alphabet: with ``byte_level`` false, keep so many distinct characters, the most
            frequent ones.
        max_token_length: tokens stay shorter than this, in characters (or bytes).
        max_run: no token is a longer run of one mark or space; by default 16 with ``custom``, and
            otherwise any.
        custom: lists of words that become tokens beside what is learned, and take the last ids:
            names ("legal", "finance", "citations", "enumerations", "roman", "years", "markdown",
            "html", "json", "xml", "whitespace", "reporters-db") or files, a word a line.
        custom_boundary: "word": they are taken only where they cut no word; or "any".
        custom_choose: only those that save tokens in a sample of the corpus, as they are or with a
            space before them, in place of the last merges; otherwise all.
        pad_to: fill the vocabulary up to a multiple of this, or to a power of two ("pow2"), with
            special tokens that text does not yield.
        field: the field of JSON lines, or the column of a table, that holds the text.
        unicode: the character data; "hf" gives the ids of `tokenizers`.
        on_invalid: what to do with lines of files that are not UTF-8.
        memory: bytes for the table of counted words ("4GB" or a number); see `count_words`. In the
            end the distinct words must fit into memory all the same.
        engine: "ray" counts in tasks of a Ray cluster; see `count_words`.
        threads: threads that count words; by default one a core. The result does not depend on it.
        progress: called as ``progress(stage, done, total)`` now and then.

    Raises:
        ValueError: no such preset or name, or options that contradict each other.
        TrainingError: the corpus is empty, or ``vocab_size`` below special tokens and alphabet, or
            a count file was made with other settings; no room or no texts for custom words.
        FormatError: a damaged count file.
        FileNotFoundError: a path that is not there, or a glob that matches nothing.
        EncodingError: a file that is not UTF-8, not JSON lines, or a damaged archive.
        KeyboardInterrupt: on Ctrl-C, within a moment.

    Example:
        >>> import hybridtok as ht
        >>> tok = ht.train_bpe(["ab ab ab"] * 5, vocab_size=258, special_tokens=["<s>"])
        >>> tok.encode("ab").tokens
        ['ab']
    """
    return train_bpe_counted(**locals())[0]


def train_bpe_counted(
    corpus: Corpus,
    *,
    preset: str | None,
    min_frequency: int | None,
    special_tokens: Sequence[str | AddedToken] | None,
    normalizer: str | None,
    max_token_length: int | None,
    max_run: int | None,
    custom: Sequence[str | os.PathLike[str]] | None,
    custom_boundary: Boundary,
    custom_choose: bool,
    pad_to: int | Literal["pow2"] | None,
    **options: Any,
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `train_bpe`; also returns what was made: numbers of words, merges and so on."""
    settings = domain_settings(
        preset,
        normalizer=normalizer,
        special_tokens=special_tokens,
        min_frequency=min_frequency,
        max_run=max_run,
        custom=custom,
        pad_to=pad_to,
    )
    longest = max_token_length
    options |= {
        "min_frequency": settings.min_frequency,
        "special_tokens": settings.special_tokens,
        "normalizer": settings.normalizer,
        "max_length": None if longest is None else ("huggingface", longest),
        "rules": run_rules(settings.max_run),
    }
    return train_domain(
        corpus,
        learn,
        options,
        custom=settings.custom,
        custom_boundary=custom_boundary,
        custom_choose=custom_choose,
        pad_to=settings.pad_to,
    )


def learn(
    corpus: Corpus,
    *,
    vocab_size: int,
    min_frequency: int,
    special_tokens: Sequence[str | AddedToken],
    pattern: str,
    normalizer: str,
    byte_level: bool,
    unicode: Literal["hf", "unicode"],
    limit_alphabet: int | None,
    max_length: tuple[Literal["huggingface", "chars", "bytes"], int] | None,
    min_char_count: int = 1,
    rules: Sequence[tuple[str, Any]] = (),
    noise: float = 0,
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """What all trainers of BPE have in common.

    Beside the options of `train_bpe`: ``max_length``, how long tokens may get, by one of the core's
    measures; ``min_char_count``, below which characters are spelled in bytes (with ``byte_level``
    false); ``rules``, what tokens may not be: names of the core's rules, each with its value;
    ``noise``, the weight of words with errors.
    """
    cutting = Cutting.by(
        pattern=pattern, normalizer=normalizer, byte_level=byte_level, unicode=unicode
    )
    first, specials = special_strings(vocab_size, special_tokens, byte_level=byte_level)
    if limit_alphabet is not None and byte_level:
        raise ValueError("limit_alphabet applies to characters; pass byte_level=False with it")
    scale = 1
    if noise:
        whole = Cutting.by(
            pattern=NOISY_WORDS, normalizer=normalizer, byte_level=False, unicode=unicode
        )
        words, scale = with_noise(counted(corpus, [cutting, whole], reading), cutting, noise)
    else:
        [words] = counted(corpus, [cutting], reading)
    tokenizer = cutting.tokenizer()
    made = _core.train_bpe(
        tokenizer,
        words,
        vocab_size=vocab_size,
        min_frequency=min_frequency * scale,
        special_tokens=first,
        limit_alphabet=limit_alphabet,
        min_char_count=min_char_count * scale,
        initial_alphabet=byte_alphabet() if byte_level else (),
        max_length=max_length,
        rules=rules,
        report=reading["progress"],
    )
    if not byte_level:
        _fall_back_to_bytes(tokenizer)
    tokenizer.add_tokens(specials)
    return tokenizer, {**made, "asked": vocab_size}


def with_noise(
    counts: Sequence[_core.WordCounts], cutting: Cutting, weight: float
) -> tuple[_core.WordCounts, int]:
    """The first counts, to which those of the second's words with errors are added.

    Returns:
        The counts, and what a word counts in them.

    Raises:
        TrainingError: they are not of the same texts: there were count files of the first only.
    """
    words, whole = counts
    table = {char: list(choices) for char, choices in confusions().items()}
    for char, double in DOUBLE.items():
        table[char] = [*table[char], *[double] * len(table[char])]
    return _core.add_noise(
        cutting.tokenizer(),
        words,
        whole,
        confusions=list(table.items()),
        weight=weight,
        samples=_SAMPLES,
        seed=_SEED,
    )


def special_strings(
    vocab_size: int, special_tokens: Sequence[str | AddedToken], *, byte_level: bool
) -> tuple[list[str], list[AddedToken]]:
    """The tokens that take the first ids, and those among them that are special.

    Raises:
        ValueError: no room at all, an empty special token, or one that is given twice.
    """
    if vocab_size < 1:
        raise ValueError(f"vocab_size is at least 1, not {vocab_size}")
    specials = [
        t if isinstance(t, AddedToken) else AddedToken(t, special=True) for t in special_tokens
    ]
    first = [token.content for token in specials]
    _refuse_twins(first)
    return (first if byte_level else first + _BYTE_TOKENS), specials


def _fall_back_to_bytes(tokenizer: Tokenizer) -> None:
    """Characters without a token are spelled in bytes from now on.

    Raises:
        TrainingError: a merge spells a byte's token; text and byte would be the same token.
    """
    model = json.loads(tokenizer.component("model") or "{}")
    byte_tokens = set(_BYTE_TOKENS)
    for left, right in model["merges"]:
        if left + right in byte_tokens:
            raise TrainingError(
                f"the corpus is so full of the text {left + right!r} that it became a token, but "
                "that is the name of a byte's token; train with byte_level=True"
            )
    model["byte_fallback"] = True
    tokenizer.set_component("model", json.dumps(model, ensure_ascii=False))


def _refuse_twins(tokens: list[str]) -> None:
    seen: set[str] = set()
    for token in tokens:
        if not token:
            raise ValueError("a special token is empty")
        if token in seen:
            raise ValueError(f"the special token {token!r} is given twice")
        seen.add(token)
