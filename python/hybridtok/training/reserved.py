"""Vocabularies of a round size."""

from __future__ import annotations

from typing import Literal

from hybridtok.tokenizer import Tokenizer

__all__ = ["pad_vocabulary"]


def pad_vocabulary(tokenizer: Tokenizer, to: int | Literal["pow2"]) -> int:
    """Fills a vocabulary up to the next power of two, or multiple of a number; returns by how many.

    What is added are special tokens ``<|reserved_0|>``, ``<|reserved_1|>``, ..., which text alone
    never yields. A size that is right already stays as it is.

    Raises:
        ValueError: a multiple of less than 1.
    """
    vocab = tokenizer.get_vocab()
    size = max(vocab.values(), default=-1) + 1
    if to == "pow2":
        target = 1 << max(size - 1, 0).bit_length()
    elif to < 1:
        raise ValueError(f"a multiple of {to} cannot be had; it is at least 1, or 'pow2'")
    else:
        target = -(-size // to) * to
    numbers = (f"<|reserved_{k}|>" for k in range(size + target))
    fresh = (name for name in numbers if name not in vocab)
    return tokenizer.add_special_tokens([next(fresh) for _ in range(target - size)])
