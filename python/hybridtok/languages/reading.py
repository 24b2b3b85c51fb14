"""Reading the files that importers take: lines with numbers, and errors that name both."""

from __future__ import annotations

import os
from collections.abc import Iterator

from hybridtok.errors import EncodingError, FormatError

__all__ = ["bad_line", "fields", "fold", "read_lines"]

Path_ = str | os.PathLike[str]


def read_lines(path: Path_, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    """The lines of a file without their ends, counted from 1.

    Raises:
        OSError: it cannot be read.
        EncodingError: a line is not text.
    """
    with open(path, "rb") as file:
        offset = 0
        for number, data in enumerate(file, 1):
            try:
                line = data.decode(encoding)
            except UnicodeDecodeError as error:
                raise EncodingError(
                    f"{os.fspath(path)}:{number}: not {encoding.upper()}: {error.reason}",
                    file=os.fspath(path),
                    offset=offset + error.start,
                ) from None
            if number == 1:
                line = line.removeprefix("\ufeff")
            yield number, line.rstrip("\r\n")
            offset += len(data)


def bad_line(path: Path_, number: int, message: str, format: str) -> FormatError:
    """An error of one line."""
    return FormatError(f"{os.fspath(path)}:{number}: {message}", offset=number, format=format)


def fields(path: Path_, least: int, format: str, shape: str) -> Iterator[tuple[int, list[str]]]:
    """The tab-separated fields of the lines that are neither empty nor comments.

    Raises:
        FormatError: a line with fewer than ``least`` fields, or whose first one is empty.
    """
    for number, line in read_lines(path):
        if not line.strip() or line.startswith("#"):
            continue
        found = [field.strip() for field in line.split("\t")]
        if len(found) < least or not found[0]:
            raise bad_line(path, number, f"a line is `{shape}`, with tabs between", format)
        yield number, found


def fold(text: str, lang: str) -> str:
    """Lower case, letter by letter, so that it can be undone; Turkish and Azeri have their own."""
    if lang in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
