"""Any corpus as one of the two forms that the core takes: files it reads itself, or batches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hybridtok import _core
from hybridtok.corpus.datasets import batches_of_dataset, is_dataset
from hybridtok.corpus.paths import STDIN, find_files, holds_counts, kind_of
from hybridtok.corpus.tables import batches_of_table

__all__ = ["Corpus", "Documents", "open_corpus", "open_files", "read_documents"]

Path_ = str | os.PathLike[str]

#: Paths, or an iterable of str (or of lists of str), or a `datasets` dataset.
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
        paths: the files behind either, in order.
        on_invalid: what to do with lines that are not UTF-8.
        counts: count files, which hold words instead of texts; only training reads them.
    """

    files: list[tuple[str, str | None]] | None
    texts: Iterable[Any] | None
    paths: list[str]
    on_invalid: OnInvalid = "error"
    counts: Sequence[str] = ()

    def __iter__(self) -> Iterator[str]:
        """The documents, one by one."""
        return (document for batch in self.batches() for document in batch)

    def batches(self) -> Iterator[list[str]]:
        """The documents, some at a time, whichever form the corpus has. Lines keep their ends."""
        if self.files is not None:
            yield from _core_batches(self.files, self.on_invalid)
            return
        for item in self.texts or ():
            yield [item] if isinstance(item, str) else list(item)


def open_corpus(
    corpus: Corpus, *, field: str | None = None, on_invalid: OnInvalid = "error"
) -> Documents:
    """Opens a corpus.

    Args:
        corpus: a path (a file, a directory, a glob, ``-``) or a list of paths; or an iterable of
            texts; or a `datasets` dataset. A list of `Path` objects is a list of paths, and so is
            a list of str in which every item ends in a known suffix (``["a.txt", "b.jsonl"]``);
            any other list of str is a list of texts.
        field: the field (dotted, for nested ones) of JSON lines, or the column of a table; by
            default "text", or a table's only column of strings.
        on_invalid: for text files.

    Raises:
        FileNotFoundError: a missing file, or a pattern without a match.
        ValueError: a suffix that is not known, or a column that is not there.
        TypeError: something that is no corpus.
    """
    if isinstance(corpus, (str, os.PathLike)):
        return open_files([corpus], field=field, on_invalid=on_invalid)
    if isinstance(corpus, Documents):
        return corpus
    if is_dataset(corpus):
        return Documents(None, batches_of_dataset(corpus, field), [])
    if isinstance(corpus, (list, tuple)) and corpus and all(map(_is_path, corpus)):
        return open_files(corpus, field=field, on_invalid=on_invalid)
    if isinstance(corpus, (bytes, bytearray)) or not isinstance(corpus, Iterable):
        kinds = "paths, an iterable of str, or a dataset"
        raise TypeError(f"a corpus is {kinds}, not {type(corpus).__name__}")
    return Documents(None, corpus, [])


def open_files(
    paths: Iterable[Path_], *, field: str | None = None, on_invalid: OnInvalid = "error"
) -> Documents:
    """Opens files, directories and globs; see `open_corpus`."""
    paths = find_files(paths)
    counts = [path for path in paths if holds_counts(path)]
    documents = _open_texts([path for path in paths if path not in counts], field, on_invalid)
    documents.paths = paths
    documents.counts = counts
    return documents


def _open_texts(found: list[str], field: str | None, on_invalid: OnInvalid) -> Documents:
    kinds = {path: _kind(path, field) for path in found}
    if all(kind in ("text", "json") for kind in kinds.values()):
        return Documents(
            [_pair(path, kinds[path], field) for path in found], None, found, on_invalid
        )
    # Opened now, so that a missing column is found before any work.
    parts: list[Iterable[list[str]]] = [
        _core_batches([_pair(path, kinds[path], field)], on_invalid)
        if kinds[path] in ("text", "json")
        else batches_of_table(path, kinds[path], field)
        for path in found
    ]
    return Documents(None, (batch for part in parts for batch in part), found, on_invalid)


def _is_path(item: object) -> bool:
    """Whether an item of a list can only be meant as a path; the file need not exist."""
    if isinstance(item, str):
        return "\n" not in item and kind_of(item) is not None
    return isinstance(item, os.PathLike)


def read_documents(
    paths: Iterable[Path_], *, field: str | None = None, on_invalid: OnInvalid = "error"
) -> Iterator[list[str]]:
    """The documents of files, some at a time; those that are lines of text without their ends."""
    found = find_files(paths)
    kinds = [_kind(path, field) for path in found]
    for path, kind in zip(found, kinds, strict=True):
        if kind == "text":
            for lines in _core_batches([(path, None)], on_invalid):
                yield [line.removesuffix("\n") for line in lines]
        elif kind == "json":
            yield from _core_batches([_pair(path, kind, field)], on_invalid)
        else:
            yield from batches_of_table(path, kind, field)


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


def _pair(path: str, kind: str, field: str | None) -> tuple[str, str | None]:
    return path, (field or DEFAULT_FIELD) if kind == "json" else None


def _core_batches(
    files: list[tuple[str, str | None]], on_invalid: OnInvalid
) -> Iterator[list[str]]:
    documents = _core.Documents(files, on_invalid)
    while (batch := documents.next_batch()) is not None:
        yield batch
