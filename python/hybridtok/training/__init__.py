"""Recipes: a corpus and some settings in, a tokenizer out."""

from hybridtok.training.bpe import train_bpe
from hybridtok.training.patterns import PATTERNS

__all__ = ["PATTERNS", "train_bpe"]
