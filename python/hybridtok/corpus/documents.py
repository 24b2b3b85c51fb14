"""Any corpus as one of the two forms that the core takes: files it reads itself, or batches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hybridtok import _core
from hybridtok.corpus.datasets import batches_of_dataset, is_dataset
from hybridtok.corpus.paths import STDIN, Source, find_sources, holds_counts, kind_of, split_weight
from hybridtok.corpus.tables import batches_of_table

__all__ = ["Corpus", "Documents", "open_corpus", "open_files", "read_documents"]

Path_ = str | os.PathLike[str]

#: Paths, also with weights (``web.txt:0.25``), or an iterable of str (or of lists of str), or a
#: `datasets` dataset.
Corpus = Path_ | Iterable[Any]

OnInvalid = Literal["error", "replace", "skip"]

#: The field of JSON lines, or the column of a table, if the caller names none.
DEFAULT_FIELD = "text"


@dataclass
class Documents:
    """A corpus, opened.

    Attributes:
        files: ``(path, field)`` pairs that the core reads, or None.
        texts: otherwise an iterator of str or of lists of str; it is used up by one pass.
        sources: the files behind either, in order.
        on_invalid: what to do with lines that are not UTF-8.
        counts: count files, which hold words instead of texts; only training reads them.
    """

    files: list[tuple[str, str | None]] | None
    texts: Iterable[Any] | None
    sources: list[Source]
    on_invalid: OnInvalid = "error"
    counts: Sequence[str] = ()

    @property
    def paths(self) -> list[str]:
        """The paths of the files, in order."""
        return [source.path for source in self.sources]

    def __iter__(self) -> Iterator[str]:
        """The documents, one by one."""
        return (document for batch in self.batches() for document in batch)

    def batches(self) -> Iterator[list[str]]:
        """The documents, some at a time, whichever form the corpus has. Lines keep their ends."""
        if self.files is not None:
            rows = [(path, field, 1.0, 0) for path, field in self.files]
            yield from _core_batches(rows, self.on_invalid)
            return
        for item in self.texts or ():
            yield [item] if isinstance(item, str) else list(item)


def open_corpus(
    corpus: Corpus,
    *,
    field: str | None = None,
    on_invalid: OnInvalid = "error",
    seed: int = 0,
) -> Documents:
    """Opens a corpus.

    Args:
        corpus: a path (a file, a directory, a glob, ``-``) or a list of paths; or an iterable of
            texts; or a `datasets` dataset. A list of `Path` objects is a list of paths, and so is
            a list of str in which every item ends in a known suffix (``["a.txt", "b.jsonl"]``);
            any other list of str is a list of texts. A path may have a weight: of ``web.txt:0.25``
            every document is taken with probability 0.25, of ``laws.txt:2.5`` two or three times.
        field: the field (dotted, for nested ones) of JSON lines, or the column of a table; by
            default "text", or a table's only column of strings.
        on_invalid: for text files.
        seed: of the draws. A document is taken or not by its number in its file and its content;
            names and order of files do not matter, nor do threads or compression.

    Raises:
        FileNotFoundError: a missing file, or a pattern without a match.
        ValueError: a suffix that is not known, a column that is not there, or a weight of 0.
        TypeError: something that is no corpus.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return open_files([corpus], field=field, on_invalid=on_invalid, seed=seed)
    if isinstance(corpus, Documents):
        return corpus
    if is_dataset(corpus):
        return Documents(None, batches_of_dataset(corpus, field), [])
    if isinstance(corpus, (list, tuple)) and corpus and all(map(_is_path, corpus)):
        return open_files(corpus, field=field, on_invalid=on_invalid, seed=seed)
    if isinstance(corpus, (bytes, bytearray)) or not isinstance(corpus, Iterable):
        kinds = "paths, an iterable of str, or a dataset"
        raise TypeError(f"a corpus is {kinds}, not {type(corpus).__name__}")
    return Documents(None, corpus, [])


def open_files(
    paths: Iterable[Path_ | Source],
    *,
    field: str | None = None,
    on_invalid: OnInvalid = "error",
    seed: int = 0,
) -> Documents:
    """Opens files, directories and globs; see `open_corpus`."""
    sources = find_sources(paths)
    counts = [source for source in sources if holds_counts(source.path)]
    for source in counts:
        if source.weight != 1:
            raise ValueError(f"{source.path}: counted words have no documents to take by a weight")
    texts = [source for source in sources if source not in counts]
    documents = _open_texts(texts, field, on_invalid, seed)
    documents.sources = sources
    documents.counts = [source.path for source in counts]
    return documents


def _open_texts(
    sources: list[Source], field: str | None, on_invalid: OnInvalid, seed: int
) -> Documents:
    kinds = [_kind(source.path, field) for source in sources]
    rows = [_row(source, kind, field, seed) for source, kind in zip(sources, kinds, strict=True)]
    if all(kind in ("text", "json") for kind in kinds):
        if all(source.weight == 1 for source in sources):
            files = [(path, name) for path, name, *_ in rows]
            return Documents(files, None, sources, on_invalid)
        return Documents(None, _core_batches(rows, on_invalid), sources, on_invalid)
    # Opened now, so that a missing column is found before any work.
    parts: list[Iterable[list[str]]] = [
        _core_batches([row], on_invalid)
        if kind in ("text", "json")
        else _table(source, kind, field, seed)
        for source, kind, row in zip(sources, kinds, rows, strict=True)
    ]
    return Documents(None, (batch for part in parts for batch in part), sources, on_invalid)


def _is_path(item: object) -> bool:
    """Whether an item of a list can only be meant as a path; the file need not exist."""
    if isinstance(item, str):
        return "\n" not in item and kind_of(split_weight(item).path) is not None
    return isinstance(item, os.PathLike)


def read_documents(
    paths: Iterable[Path_ | Source],
    *,
    field: str | None = None,
    on_invalid: OnInvalid = "error",
    seed: int = 0,
) -> Iterator[list[str]]:
    """The documents of files, some at a time; those that are lines of text without their ends."""
    sources = find_sources(paths)
    kinds = [_kind(source.path, field) for source in sources]
    for source, kind in zip(sources, kinds, strict=True):
        row = _row(source, kind, field, seed)
        if kind == "text":
            for lines in _core_batches([row], on_invalid):
                yield [line.removesuffix("\n") for line in lines]
        elif kind == "json":
            yield from _core_batches([row], on_invalid)
        else:
            yield from _table(source, kind, field, seed)


def _kind(path: str, field: str | None) -> str:
    if path == STDIN:
        return "text" if field is None else "json"
    kind = kind_of(path)
    if kind == "counts":
        raise ValueError(f"{path}: not a count file, or not a corpus of texts, as is needed here")
    if kind is None:
        suffix = os.path.splitext(path)[1] or "no suffix"
        raise ValueError(
            f"{path}: {suffix} does not say what the file holds; known are .txt .md .jsonl .json "
            "(also .gz .zst), .parquet .arrow .csv; rename the file, or pipe text through `-`"
        )
    return kind


#: What the core takes: path, field, weight, seed.
_Row = tuple[str, str | None, float, int]


def _row(source: Source, kind: str, field: str | None, seed: int) -> _Row:
    name = (field or DEFAULT_FIELD) if kind == "json" else None
    return source.path, name, source.weight, seed


def _core_batches(rows: list[_Row], on_invalid: OnInvalid) -> Iterator[list[str]]:
    documents = _core.Documents(rows, on_invalid)
    while (batch := documents.next_batch()) is not None:
        yield batch


def _table(source: Source, kind: str, field: str | None, seed: int) -> Iterator[list[str]]:
    """The documents of a table; the core, which draws those of other files, cannot read it."""
    batches = batches_of_table(source.path, kind, field)
    return batches if source.weight == 1 else _weighted(batches, source.weight, seed)


def _weighted(batches: Iterable[list[str]], weight: float, seed: int) -> Iterator[list[str]]:
    whole, number = int(weight), 0
    for batch in batches:
        drawn = _core.draws(batch, number, seed)
        number += len(batch)
        yield batch * whole + [batch[k] for k in np.flatnonzero(drawn < weight - whole)]
