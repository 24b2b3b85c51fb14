"""Training character-level BPE: tokens of a few characters, whose boundaries hold under errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from hybridtok.corpus import Corpus
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.bpe import learn
from hybridtok.training.counts import Reading, Report
from hybridtok.training.distributed import Engine
from hybridtok.training.presets import (
    CHAR_PRESETS,
    DEFAULT_CHAR_PRESET,
    KL3M_SPECIAL_TOKENS,
    CharPreset,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["char_sizes", "train_char", "train_char_counted"]


def train_char(
    corpus: Corpus,
    *,
    preset: str | None = None,
    vocab_size: int | None = None,
    max_token_chars: int | None = None,
    length_unit: Literal["chars", "bytes"] = "chars",
    alphabet: Literal["bytes", "chars"] = "bytes",
    min_char_count: int = 1,
    max_alphabet: int | None = None,
    hf_compat_length: bool = False,
    min_frequency: int = 2,
    special_tokens: Sequence[str | AddedToken] = KL3M_SPECIAL_TOKENS,
    pattern: str | None = None,
    noise: float | None = None,
    normalizer: str = "nfkc",
    field: str | None = None,
    unicode: Literal["hf", "unicode"] = "hf",
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | str | None = None,
    engine: Engine = "local",
    threads: int | None = None,
    progress: Report | None = None,
) -> Tokenizer:
    """Trains BPE in which no token is longer than a few characters.

    An error in a text then moves few token boundaries, and those near it: what a model that
    corrects text wants (KL3M, arXiv 2503.17247). When no pair within the cap is left, training
    stops below ``vocab_size``.

    Args:
        corpus: as for `train_bpe`; count files only with ``noise=0``, since they hold words as they
            are cut.
        preset: size, cap, pattern and noise by name. "kl3m-char-4k", "kl3m-char-8k" and
            "kl3m-char-16k" have KL3M's sizes and caps, "char-5x16k" and "char-6x32k" are longer;
            "steady-4k", "steady-8k" (the default), "steady-16k", "steady-16k-long" and "steady-32k"
            cut words where errors move fewest boundaries. The next options change it.
        vocab_size: tokens in all, special tokens included.
        max_token_chars: no token is longer, nor made of two that are longer together. With 1
            nothing merges.
        length_unit: lengths in code points, of which a piece counts as one, or in bytes of UTF-8.
        alphabet: merge bytes; or characters, with rare ones spelled in bytes: then no token ends
            inside a character.
        min_char_count: with ``alphabet="chars"``, rarer characters are spelled in bytes.
        max_alphabet: with ``alphabet="chars"``, at most so many characters, the most frequent.
        hf_compat_length: take ``max_token_chars`` as `tokenizers` takes its ``max_token_length``:
            tokens are shorter than it (in characters of the byte alphabet, if merging bytes), but
            for those of two symbols.
        min_frequency: a pair must occur so often to become a token.
        special_tokens: they take the first ids; by default KL3M's thirteen.
        pattern: as for `train_bpe`. "steady-words" cuts at spaces and where punctuation begins;
            "steady-short", "steady-medium", "steady-long" and "steady-turkish" also where a run of
            some letters does.
        noise: what words with errors (of readers of print and typists, drawn) count beside those
            of the corpus: they get tokens, too, so that boundaries hold. Their pairs count for
            ``min_frequency``, their characters for ``min_char_count``. 0 for none.
        normalizer: as for `train_bpe`. The default changes text, which comes back normalized; with
            "none" every text comes back as it was.
        field: as for `train_bpe`, and so are the options below.
        unicode: see ``field``.
        on_invalid: see ``field``.
        memory: see ``field``.
        engine: see ``field``.
        threads: see ``field``.
        progress: see ``field``.

    Raises:
        ValueError: no such preset, or options that contradict each other.
        TrainingError, FormatError, FileNotFoundError, EncodingError: as `train_bpe`.

    Example:
        >>> import hybridtok as ht
        >>> tok = ht.train_char(["correction of the corrections"] * 9, max_token_chars=3)
        >>> max(len(token) for token in tok.encode("corrections").tokens)
        3
    """
    return train_char_counted(**locals())[0]


def train_char_counted(
    corpus: Corpus,
    *,
    preset: str | None,
    vocab_size: int | None,
    max_token_chars: int | None,
    length_unit: Literal["chars", "bytes"],
    alphabet: Literal["bytes", "chars"],
    min_char_count: int,
    max_alphabet: int | None,
    hf_compat_length: bool,
    min_frequency: int,
    special_tokens: Sequence[str | AddedToken],
    pattern: str | None,
    noise: float | None,
    normalizer: str,
    unicode: Literal["hf", "unicode"],
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `train_char`; also returns what was made: numbers of words, merges and so on."""
    sizes = char_sizes(preset, vocab_size, max_token_chars, pattern, noise)
    if alphabet == "bytes" and (max_alphabet is not None or min_char_count > 1):
        raise ValueError('min_char_count and max_alphabet are for alphabet="chars"')
    if hf_compat_length and length_unit == "bytes":
        raise ValueError("hf_compat_length has a unit of its own; leave length_unit out")
    return learn(
        corpus,
        vocab_size=sizes.vocab_size,
        min_frequency=min_frequency,
        special_tokens=special_tokens,
        pattern=sizes.pattern,
        noise=sizes.noise,
        normalizer=normalizer,
        byte_level=alphabet == "bytes",
        unicode=unicode,
        limit_alphabet=max_alphabet,
        min_char_count=min_char_count,
        max_length=("huggingface" if hf_compat_length else length_unit, sizes.max_token_chars),
        **reading,
    )


def char_sizes(
    preset: str | None,
    vocab_size: int | None,
    max_token_chars: int | None,
    pattern: str | None,
    noise: float | None,
) -> CharPreset:
    """A preset with what the caller changes of it.

    Raises:
        ValueError: no such preset, a cap below 1, or noise that is no number from 0 to 100.
    """
    name = preset or DEFAULT_CHAR_PRESET
    if name not in CHAR_PRESETS:
        raise ValueError(f"there is no preset {name!r}; there are: {', '.join(CHAR_PRESETS)}")
    found = CHAR_PRESETS[name]
    longest = max_token_chars if max_token_chars is not None else found.max_token_chars
    if longest < 1:
        raise ValueError(f"max_token_chars is at least 1, not {longest}")
    weight = found.noise if noise is None else noise
    if not 0 <= weight <= 100:
        raise ValueError(f"noise is a weight from 0 to 100, not {weight}")
    return CharPreset(
        found.vocab_size if vocab_size is None else vocab_size,
        longest,
        found.pattern if pattern is None else pattern,
        weight,
    )
