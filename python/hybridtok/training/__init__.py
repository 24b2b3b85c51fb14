"""Recipes: a corpus and some settings in, a tokenizer out."""

from hybridtok.training.bpe import train_bpe
from hybridtok.training.char import train_char
from hybridtok.training.counts import count_words, merge_counts
from hybridtok.training.extending import extend
from hybridtok.training.hybrid import train_hybrid
from hybridtok.training.patterns import PATTERNS
from hybridtok.training.rows import extend_rows, parts_of_new, read_parts
from hybridtok.training.superword import train_superword

__all__ = [
    "PATTERNS",
    "count_words",
    "extend",
    "extend_rows",
    "merge_counts",
    "parts_of_new",
    "read_parts",
    "train_bpe",
    "train_char",
    "train_hybrid",
    "train_superword",
]
