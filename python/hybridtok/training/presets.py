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
    """A size and a cap of `train_char`."""

    vocab_size: int
    max_token_chars: int


#: The three of KL3M, and two that are shorter at a steadiness that plain BPE does not reach.
CHAR_PRESETS = {
    "kl3m-char-4k": CharPreset(4_096, 3),
    "kl3m-char-8k": CharPreset(8_192, 3),
    "kl3m-char-16k": CharPreset(16_384, 4),
    "char-5x16k": CharPreset(16_384, 5),
    "char-6x32k": CharPreset(32_768, 6),
}

DEFAULT_CHAR_PRESET = "kl3m-char-8k"
