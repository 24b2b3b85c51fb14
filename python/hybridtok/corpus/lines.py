"""The lines of small files that are read as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hybridtok.errors import FormatError

__all__ = ["lines_of"]


def lines_of(path: str | os.PathLike[str]) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not empty, with their numbers.

    Raises:
        FileNotFoundError: as usual.
        FormatError: it is not UTF-8.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{os.fspath(path)}: byte {error.start}: not valid UTF-8", offset=error.start
        ) from error
    # Not splitlines: it would also cut at characters that belong to words' lines.
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line:
            yield number, line
