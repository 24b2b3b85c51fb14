"""The options that say what the words of a corpus are, which counting and training share."""

from __future__ import annotations

from typing import Annotated

import typer

from hybridtok.cli.choices import Engine as _Engine
from hybridtok.cli.choices import OnInvalid as _OnInvalid
from hybridtok.cli.choices import Unicode as _Unicode

__all__ = [
    "ByteLevel",
    "Corpora",
    "Engine",
    "Field",
    "Memory",
    "Normalizer",
    "OnInvalid",
    "Pattern",
    "Unicode",
]

Corpora = Annotated[
    list[str],
    typer.Argument(
        metavar="CORPUS",
        help="Files (text, JSON lines, also .gz and .zst; Parquet, Arrow, CSV; counts), "
        "directories, globs, or - for standard input.",
    ),
]
Pattern = Annotated[
    str,
    typer.Option(
        "--pattern",
        metavar="NAME|REGEX",
        help="What cuts text into words: gpt2, cl100k, o200k, llama3, qwen2, whitespace, "
        "none, or a regular expression.",
    ),
]
Normalizer = Annotated[
    str,
    typer.Option(
        "--normalizer",
        metavar="NAMES",
        help="none, or nfc, nfd, nfkc, nfkd, lowercase, strip-accents, joined by commas.",
    ),
]
ByteLevel = Annotated[
    bool, typer.Option("--byte-level/--no-byte-level", help="Merge bytes, or characters.")
]
Field = Annotated[
    str | None,
    typer.Option("--field", help="Field of JSON lines, or column, that holds the text."),
]
Unicode = Annotated[
    _Unicode, typer.Option("--unicode", help="Character data: as Hugging Face's, or current.")
]
OnInvalid = Annotated[_OnInvalid, typer.Option("--on-invalid", help="Lines that are not UTF-8.")]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar="BYTES",
        help="Memory for counting, such as 4GB; what is more goes to the temporary directory.",
    ),
]
Engine = Annotated[
    _Engine, typer.Option("--engine", help="Count here, or in tasks of a Ray cluster.")
]
