"""Terms of a domain: how many tokens each takes, alone and without a space before it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hybridtok.errors import FormatError
from hybridtok.evaluation.gold import rows
from hybridtok.evaluation.subject import Subject, encode_flat

__all__ = ["OWN_TERMS", "Terms", "measure_terms", "read_terms"]

#: Terms, and for each of them a category or None.
Terms = Mapping[str, str | None]

#: Terms of law and finance that are shipped.
OWN_TERMS = Path(__file__).parent / "terms.tsv"


def read_terms(path: str | os.PathLike[str]) -> dict[str, str | None]:
    """Reads ``term`` or ``term<TAB>category``; lines that start with ``#`` are left out.

    Raises:
        FileNotFoundError: as usual.
        FormatError: a line has more columns, or a term twice; or there is no term.
    """
    found: dict[str, str | None] = {}
    for line, (term, *category) in rows(path):
        if not term or len(category) > 1:
            raise _wrong(path, line, "not `term<TAB>category`")
        if term in found:
            raise _wrong(path, line, f"{term!r} a second time")
        found[term] = category[0] if category and category[0] else None
    if not found:
        raise FormatError(f"{os.fspath(path)}: there is no term in it", format="terms")
    return found


def measure_terms(subject: Subject, terms: Terms) -> dict[str, Any]:
    """The tokens of each term, their mean, and the mean of each category."""
    lengths = np.diff(encode_flat(subject, list(terms)).offsets).tolist()
    tokens = dict(zip(terms, lengths, strict=True))
    categories = dict.fromkeys(category for category in terms.values() if category is not None)
    return {
        "terms": len(tokens),
        "tokens_per_term": _mean(lengths),
        "tokens_per_term_by_category": {
            category: _mean([tokens[term] for term, of in terms.items() if of == category])
            for category in categories
        },
        "tokens_of_terms": tokens,
    }


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None


def _wrong(path: str | os.PathLike[str], line: int, what: str) -> FormatError:
    return FormatError(f"{os.fspath(path)}: line {line}: {what}", offset=line, format="terms")
