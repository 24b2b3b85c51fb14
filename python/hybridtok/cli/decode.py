"""`hybridtok decode`: ids in, text out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import pairwise
from typing import IO, Annotated, Any

import typer

from hybridtok.cli.failure import BAD_INPUT, Failure
from hybridtok.cli.flat import companion, id_type
from hybridtok.cli.models import TokenizerOption, load
from hybridtok.cli.output import data_output, stamped
from hybridtok.cli.settings import Settings, command

__all__ = ["register"]

_HIGHEST = 2**32 - 1


class Format(str, Enum):
    """What is written."""

    text = "text"
    jsonl = "jsonl"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "decode")(decode)


def decode(
    settings: Settings,
    tokenizer: TokenizerOption,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-",
            help="Ids: one document a line, with spaces or commas (brackets are allowed), or what "
            "`encode` wrote as .npy or .bin. By default standard input.",
        ),
    ] = "-",
    ids: Annotated[
        str | None, typer.Option("--ids", help="Decode these ids instead of a file.")
    ] = None,
    format: Annotated[
        Format,
        typer.Option("--format", help="text: one document a line; jsonl: one JSON string a line."),
    ] = Format.text,
    skip_special_tokens: Annotated[
        bool, typer.Option("--skip-special-tokens", help="Leave special tokens out.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default standard output."),
    ] = None,
) -> None:
    """Decode ids. Bytes that are not UTF-8 come out as they are in text, as U+FFFD in JSON."""
    model = load(tokenizer)
    documents: Iterable[tuple[str, Any]]
    if ids is not None:
        documents = _parsed([ids.encode()], "--ids")
    elif file.endswith(".npy"):
        documents = _npy(file)
    elif file.endswith(".bin"):
        documents = _bin(file, id_type(model.get_vocab()))
    elif file == "-":
        documents = _parsed(sys.stdin.buffer, "standard input")
    else:
        documents = _lines(file)
    kind = "json" if settings.json else format.value
    with data_output(output, settings) as out:
        for where, document in documents:
            try:
                if kind == "text":
                    line = model.decode_bytes(document, skip_special_tokens=skip_special_tokens)
                else:
                    text = model.decode(document, skip_special_tokens=skip_special_tokens)
                    record = stamped({"text": text}) if kind == "json" else text
                    line = json.dumps(record, ensure_ascii=False).encode()
            except ValueError as error:
                raise Failure(f"{where}: {error}", BAD_INPUT) from error
            out.write(line + b"\n")


def _lines(path: str) -> Iterator[tuple[str, list[int]]]:
    with open(path, "rb") as file:
        yield from _parsed(file, path)


def _parsed(lines: Iterable[bytes] | IO[bytes], name: str) -> Iterator[tuple[str, list[int]]]:
    """Each line's place and ids."""
    for number, line in enumerate(lines, 1):
        where = f"{name}: line {number}"
        written = line.strip()
        if written[:1] == b"[" and written[-1:] == b"]":
            written = written[1:-1]
        ids = []
        for part in re.split(rb"[\s,]+", written):
            if not part:
                continue
            if not part.isdigit() or int(part) > _HIGHEST:
                shown = part[:80].decode("utf-8", "backslashreplace")
                raise Failure(f"{where}: {shown!r} is not an id", BAD_INPUT)
            ids.append(int(part))
        yield where, ids


def _npy(path: str) -> Iterator[tuple[str, Any]]:
    import numpy as np

    try:
        ids = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise Failure(f"{path}: not a .npy file of numbers: {error}", BAD_INPUT) from error
    if ids.dtype.kind not in "ui":
        raise Failure(f"{path}: holds {ids.dtype}, not integers", BAD_INPUT)
    if ids.ndim == 2:
        return _rows(path, ids.reshape(-1), range(0, ids.size + 1, ids.shape[1] or 1))
    if ids.ndim != 1:
        raise Failure(f"{path}: has {ids.ndim} dimensions, not one or two", BAD_INPUT)
    try:
        offsets = np.load(companion(path), allow_pickle=False)
    except FileNotFoundError:
        offsets = np.array([0, len(ids)], "<u8")
    return _rows(path, ids, offsets.tolist())


def _bin(path: str, dtype: str) -> Iterator[tuple[str, Any]]:
    import numpy as np

    ids = np.fromfile(path, dtype)
    try:
        ends = np.fromfile(companion(path), "<u8").tolist()
    except FileNotFoundError:
        ends = [len(ids)]
    return _rows(path, ids, [0, *ends])


def _rows(path: str, ids: Any, splits: Any) -> Iterator[tuple[str, Any]]:
    import numpy as np

    for number, (start, end) in enumerate(pairwise(splits)):
        row = ids[start:end]
        where = f"{path}: document {number}"
        if not start <= end <= len(ids):
            raise Failure(f"{where}: ends at {end}, but there are {len(ids)} ids", BAD_INPUT)
        if row.size and (row.min() < 0 or row.max() > _HIGHEST):
            raise Failure(f"{where}: holds a number that is not an id", BAD_INPUT)
        yield where, row.astype(np.uint32)
