"""D08, D15: what a corpus makes of the vocabulary, and of the added tokens in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok import _core
from hybridtok.corpus import open_corpus
from hybridtok.diagnosis.findings import Finding, finding, named, shown
from hybridtok.diagnosis.probing import bare
from hybridtok.diagnosis.source import Source
from hybridtok.errors import UnknownTokenError

__all__ = ["added_usage", "check_usage"]

_WORD = re.compile(r"[A-Za-z0-9]+")
#: A larger share of cut words is an error.
_TOLERATED = 0.001
#: Lines of each list in the report on added tokens.
_LISTED = 20


def check_usage(source: Source, corpus: Any) -> Iterator[Finding]:
    """Encodes a corpus: words that added tokens cut, and entries that are never used."""
    usage = _Usage(bare(source), _cutting(source))
    documents = open_corpus(corpus)
    if documents.counts:
        raise ValueError(f"{documents.counts[0]}: counted words are no texts; give texts")
    for texts in documents.batches():
        usage.add(texts)
    yield from _cut_words(source, usage)
    yield from _rare(source, usage)


def added_usage(tokenizer: Any, texts: list[str]) -> dict[str, Any]:
    """What added tokens, special ones aside, do in some texts.

    Args:
        tokenizer: as for `doctor`; it must load.
        texts: for example a sample of the corpus that it was trained on.

    Returns:
        ``tokens``, how many there are; ``unused``, how many do not occur; ``most_used``, 20 of them
        with their uses; ``cut``, words ``[A-Za-z0-9]+`` in which one starts or ends strictly inside
        (D08); ``cut_share`` of all words; ``most_cut``, 20 of those words with how often.
    """
    source = Source.open(tokenizer)
    usage = _Usage(bare(source), _cutting(source))
    usage.add(texts)
    added = [token for token in source.added if not token.special]
    uses = {token.content: usage.uses[token.id] for token in added if usage.uses[token.id]}
    return {
        "tokens": len(added),
        "unused": len(added) - len(uses),
        "most_used": Counter(uses).most_common(_LISTED),
        "cut": usage.cut,
        "cut_share": usage.cut / usage.words if usage.cut else 0.0,
        "most_cut": usage.cut_words.most_common(_LISTED),
    }


def _cutting(source: Source) -> npt.NDArray[np.uint32]:
    """Added tokens that can begin or end within a word."""
    ids = [
        added.id
        for added in source.added
        if not added.single_word and _WORD.search(added.content[:1] + added.content[-1:])
    ]
    return np.array(ids, dtype=np.uint32)


@dataclass
class _Usage:
    """Sums over the corpus."""

    tokenizer: _core.Tokenizer
    cutting: npt.NDArray[np.uint32]
    uses: Counter[int] = field(default_factory=Counter)
    words: int = 0
    cut: int = 0
    cut_by: Counter[int] = field(default_factory=Counter)
    cut_words: Counter[str] = field(default_factory=Counter)
    left_out: int = 0

    def add(self, texts: list[str]) -> None:
        """Adds some texts; those with characters that have no token are left out."""
        options: dict[str, Any] = {"add_special_tokens": False, "allowed_special": "all"}
        try:
            batch = self.tokenizer.encode_batch_ids(texts, **options)
        except UnknownTokenError:
            if len(texts) == 1:
                self.left_out += 1
                return
            half = len(texts) // 2
            self.add(texts[:half])
            self.add(texts[half:])
            return
        ids, times = np.unique(batch.values, return_counts=True)
        self.uses.update(dict(zip(ids.tolist(), times.tolist(), strict=True)))
        if not len(self.cutting):
            return
        self.words += sum(len(_WORD.findall(text)) for text in texts)
        if not np.isin(ids, self.cutting).any():
            return
        for k, text in enumerate(texts):
            if np.isin(batch[k], self.cutting).any():
                self._add_cuts(text, self.tokenizer.encode(text, **options))

    def _add_cuts(self, text: str, encoding: _core.Encoding) -> None:
        words = [match.span() for match in _WORD.finditer(text)]
        starts = [start for start, _ in words]
        ids = encoding.ids_array()
        places = np.isin(ids, self.cutting)
        spans = encoding.offsets_array().reshape(-1, 2)[places].tolist()
        hurt: dict[int, int] = {}
        for id, span in zip(ids[places].tolist(), spans, strict=True):
            for edge in span:
                k = bisect_right(starts, edge) - 1
                if k >= 0 and words[k][0] < edge < words[k][1]:
                    hurt.setdefault(k, id)
        self.cut += len(hurt)
        self.cut_by.update(hurt.values())
        self.cut_words.update(text[slice(*words[k])] for k in hurt)


def _cut_words(source: Source, usage: _Usage) -> Iterator[Finding]:
    if not usage.cut:
        return
    share = usage.cut / usage.words
    names = {added.id: added.content for added in source.added}
    ids = [id for id, _ in usage.cut_by.most_common()]
    most = ", ".join(f"{shown(names[id])} ({usage.cut_by[id]:,})" for id in ids[:3])
    text = (
        f"added tokens cut {usage.cut:,} of {usage.words:,} words ({share:.2%}), as "
        f"{named(word for word, _ in usage.cut_words.most_common(4))}; by {most}"
    )
    yield finding("D08", "error" if share > _TOLERATED else "warn", ids, text, usage.cut)


def _rare(source: Source, usage: _Usage) -> Iterator[Finding]:
    uses = {entry.id: usage.uses[entry.id] for entry in source.learned}
    unused = [id for id, times in uses.items() if not times]
    used = sorted(times for times in uses.values() if times)
    text = f"{len(unused):,} of {len(uses):,} entries never occur in the corpus"
    if used:
        tenth = used[(len(used) - 1) // 10]
        text += f"; the rarest tenth of the others, {tenth:,} times or less"
    if usage.left_out:
        text += f"; {usage.left_out:,} texts with unknown characters were left out"
    yield finding("D15", "info", unused, text)
