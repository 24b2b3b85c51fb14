"""Finding the files of a corpus: names, directories, patterns, and what a suffix means."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

__all__ = ["STDIN", "Kind", "find_files", "holds_counts", "kind_of"]

#: Standard input.
STDIN = "-"

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


def find_files(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The files that some paths stand for, in a fixed order.

    A directory stands for the files below it that have a known suffix, hidden ones left out; a
    pattern with ``*``, ``?`` or ``[`` for what it matches (``**`` for any depth); both sorted by
    path. A file keeps its place, and ``-`` is standard input.

    Raises:
        FileNotFoundError: a path that is not there, a pattern without a match, a directory without
            a known file.
    """
    files: list[str] = []
    for path in [os.fspath(path) for path in paths]:
        if path == STDIN or os.path.isfile(path):
            files.append(path)
        elif os.path.isdir(path):
            files += _below(path)
        elif any(sign in path for sign in "*?["):
            files += _matching(path)
        elif os.path.exists(path):
            # A pipe or a device.
            files.append(path)
        else:
            raise FileNotFoundError(2, "No such file or directory", path)
    return files


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
