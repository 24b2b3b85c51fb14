"""Recipes: a corpus and some settings in, a tokenizer out."""

from hybridtok.training.bpe import train_bpe
from hybridtok.training.char import train_char
from hybridtok.training.counts import count_words, merge_counts
from hybridtok.training.extending import extend, parts_of_new
from hybridtok.training.hybrid import train_hybrid
from hybridtok.training.patterns import PATTERNS
from hybridtok.training.superword import train_superword

__all__ = [
    "PATTERNS",
    "count_words",
    "extend",
    "merge_counts",
    "parts_of_new",
    "train_bpe",
    "train_char",
    "train_hybrid",
    "train_superword",
]
