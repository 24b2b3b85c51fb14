"""Settings that have names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hybridtok.tokens import AddedToken

__all__ = [
    "CHAR_PRESETS",
    "DEFAULT_CHAR_PRESET",
    "DOMAIN_PRESETS",
    "KL3M_SPECIAL_TOKENS",
    "CharPreset",
    "DomainPreset",
]

Path_ = str | os.PathLike[str]

#: The special tokens of the KL3M tokenizers, which take the first ids (arXiv 2503.17247).
KL3M_SPECIAL_TOKENS = (
    "<|start|>",
    "<|end|>",
    "<|pad|>",
    "<|unk|>",
    "<|sep|>",
    "<|cls|>",
    "<|mask|>",
    "<|system|>",
    "</|system|>",
    "<|user|>",
    "</|user|>",
    "<|instruction|>",
    "</|instruction|>",
)


@dataclass(frozen=True)
class CharPreset:
    """Settings of `train_char` that go together."""

    vocab_size: int
    max_token_chars: int
    pattern: str
    noise: float


#: Sizes and caps of KL3M and two longer ones, over words that begin at spaces and marks; and others
#: that cut words at letters, too.
CHAR_PRESETS = {
    "kl3m-char-4k": CharPreset(4_096, 3, "steady-words", 1),
    "kl3m-char-8k": CharPreset(8_192, 3, "steady-words", 1),
    "kl3m-char-16k": CharPreset(16_384, 4, "steady-words", 1),
    "char-5x16k": CharPreset(16_384, 5, "steady-words", 1),
    "char-6x32k": CharPreset(32_768, 6, "steady-words", 1),
    "steady-4k": CharPreset(4_096, 4, "steady-short", 1),
    "steady-8k": CharPreset(8_192, 4, "steady-short", 1),
    "steady-16k": CharPreset(16_384, 6, "steady-medium", 1),
    "steady-16k-long": CharPreset(16_384, 6, "steady-long", 1),
    "steady-32k": CharPreset(32_768, 9, "steady-long", 1),
}

DEFAULT_CHAR_PRESET = "steady-8k"


@dataclass(frozen=True)
class DomainPreset:
    """Settings of `train_bpe` that go together."""

    normalizer: str = "none"
    special_tokens: Sequence[str | AddedToken] = ()
    min_frequency: int = 0
    max_run: int | None = None
    custom: Sequence[Path_] = ()
    pad_to: int | Literal["pow2"] | None = None


_KL3M = DomainPreset(
    normalizer="nfkc",
    special_tokens=KL3M_SPECIAL_TOKENS,
    min_frequency=2,
    max_run=16,
    custom=("whitespace", "markdown", "html", "json", "xml", "years", "citations"),
    pad_to="pow2",
)

#: KL3M's settings for words of law and finance (arXiv 2503.17247), without its defects: custom
#: words are chosen and bound, runs are short, and nothing is padded with white space.
DOMAIN_PRESETS = {
    "kl3m-cased": _KL3M,
    "kl3m-uncased": replace(_KL3M, normalizer="nfkc,lowercase"),
}
