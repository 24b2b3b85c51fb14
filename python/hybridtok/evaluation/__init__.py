"""Measuring tokenizers without a model: compression, words, superwords; anybody's tokenizers.

    import hybridtok as ht

    report = ht.evaluate({"mine": tok}, "corpus.txt", suite="morphology", gold="gold.tsv")
    print(report.table())
    report.save("report")

What each metric means, and what it does not, is in docs/evaluation.md.
"""

from hybridtok.evaluation.adapters import subject
from hybridtok.evaluation.boundaries import Comparison
from hybridtok.evaluation.gold import Gold, read_counts, read_gold
from hybridtok.evaluation.pairs import read_pairs
from hybridtok.evaluation.report import Report
from hybridtok.evaluation.subject import Encoded, Subject, WordSegmenter
from hybridtok.evaluation.suites import SUITES, evaluate
from hybridtok.evaluation.terms import read_terms
from hybridtok.evaluation.validity import (
    FileValidator,
    GrammarValidator,
    Validator,
    token_validity,
)

__all__ = [
    "SUITES",
    "Comparison",
    "Encoded",
    "FileValidator",
    "Gold",
    "GrammarValidator",
    "Report",
    "Subject",
    "Validator",
    "WordSegmenter",
    "evaluate",
    "read_counts",
    "read_gold",
    "read_pairs",
    "read_terms",
    "subject",
    "token_validity",
]
