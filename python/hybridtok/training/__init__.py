"""Recipes: a corpus and some settings in, a tokenizer out."""

from hybridtok.training.bpe import train_bpe
from hybridtok.training.counts import count_words, merge_counts
from hybridtok.training.hybrid import train_hybrid
from hybridtok.training.patterns import PATTERNS

__all__ = ["PATTERNS", "count_words", "merge_counts", "train_bpe", "train_hybrid"]
