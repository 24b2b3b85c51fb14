"""Finding the files of a corpus: names, directories, patterns, and what a suffix means."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = [
    "STDIN",
    "Kind",
    "Source",
    "find_files",
    "find_sources",
    "holds_counts",
    "kind_of",
    "split_weight",
]

#: Standard input.
STDIN = "-"

Path_ = str | os.PathLike[str]

Kind = Literal["text", "json", "parquet", "arrow", "csv", "counts"]

_COMPRESSIONS = (".gz", ".zst")
_KINDS: dict[str, Kind] = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".rst": "text",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".csv": "csv",
    ".counts": "counts",
}

#: The first bytes of a count file, whatever its name.
_COUNTS_MAGIC = b"htcounts"

#: A path and how often to take its documents. A single letter before the colon is a drive.
_WEIGHTED = re.compile(r"(.+):(\d+\.?\d*|\.\d+)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A file of a corpus, and how often each of its documents is taken."""

    path: str
    weight: float = 1.0


def kind_of(path: str | os.PathLike[str]) -> Kind | None:
    """What a file holds, by its suffix (one more for compression is allowed on text and JSON)."""
    name = os.path.basename(os.fspath(path)).lower()
    stem, suffix = os.path.splitext(name)
    if suffix in _COMPRESSIONS:
        inner = _KINDS.get(os.path.splitext(stem)[1])
        # `corpus.gz`: text, as `corpus` would be on standard input.
        return inner if inner in ("text", "json") else ("text" if "." not in stem else None)
    return _KINDS.get(suffix)


def holds_counts(path: str) -> bool:
    """Whether a file is a count file, by its first bytes."""
    if path == STDIN or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(len(_COUNTS_MAGIC)) == _COUNTS_MAGIC


def find_sources(paths: Iterable[Path_ | Source]) -> list[Source]:
    """The files that some paths stand for, in a fixed order, with their weights.

    A directory stands for the files below it that have a known suffix, hidden ones left out; a
    pattern with ``*``, ``?`` or ``[`` for what it matches (``**`` for any depth); both sorted by
    path. A file keeps its place, and ``-`` is standard input. Behind any of them may stand a
    weight, as in ``web/*.txt:0.25``, unless there is something of that very name.

    Raises:
        FileNotFoundError: a path that is not there, a pattern without a match, a directory without
            a known file.
        ValueError: a weight of 0.
    """
    sources: list[Source] = []
    for path in paths:
        source = path if isinstance(path, Source) else split_weight(os.fspath(path))
        sources += [Source(file, source.weight) for file in _files(source.path)]
    return sources


def find_files(paths: Iterable[Path_]) -> list[str]:
    """As `find_sources`, where weights make no sense.

    Raises:
        ValueError: a weight.
    """
    sources = find_sources(paths)
    for source in sources:
        if source.weight != 1:
            raise ValueError(f"{source.path}: a weight is for texts, and these are none")
    return [source.path for source in sources]


def split_weight(path: str) -> Source:
    """A path with its weight, which is 1 if there is none."""
    found = _WEIGHTED.fullmatch(path)
    if found is None or os.path.lexists(path) or (len(found[1]) == 1 and found[1].isalpha()):
        return Source(path)
    weight = float(found[2])
    if weight == 0:
        raise ValueError(f"{path}: a weight is above 0; leave the path out instead")
    return Source(found[1], weight)


def _files(path: str) -> list[str]:
    if path == STDIN or os.path.isfile(path):
        return [path]
    if os.path.isdir(path):
        return _below(path)
    if any(sign in path for sign in "*?["):
        return _matching(path)
    if os.path.exists(path):
        # A pipe or a device.
        return [path]
    raise FileNotFoundError(2, "No such file or directory", path)


def _below(directory: str) -> list[str]:
    found = []
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            os.path.join(folder, name)
            for name in names
            if not name.startswith(".") and kind_of(name) is not None
        ]
    if not found:
        known = " ".join(_KINDS)
        raise FileNotFoundError(2, f"no file with a known suffix ({known}) below", directory)
    return sorted(found, key=lambda path: Path(path).parts)


def _matching(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern, recursive=True), key=lambda path: Path(path).parts)
    files = [path for path in found if os.path.isfile(path)]
    if not files:
        raise FileNotFoundError(2, "no file matches this pattern", pattern)
    return files
