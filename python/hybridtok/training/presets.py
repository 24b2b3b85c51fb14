"""Settings that have names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHAR_PRESETS", "DEFAULT_CHAR_PRESET", "KL3M_SPECIAL_TOKENS", "CharPreset"]

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
