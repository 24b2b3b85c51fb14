"""Options that several commands about words share: counting, training, extending."""

from __future__ import annotations

from typing import Annotated

import typer

from hybridtok.cli.choices import Bound as _Bound
from hybridtok.cli.choices import Engine as _Engine
from hybridtok.cli.choices import OnInvalid as _OnInvalid
from hybridtok.cli.choices import Unicode as _Unicode

__all__ = [
    "Boundary",
    "ByteLevel",
    "ColonRule",
    "Corpora",
    "Custom",
    "CustomBoundary",
    "CustomChoose",
    "Directory",
    "Engine",
    "Field",
    "LetterOnly",
    "MaxRun",
    "MaxTokenBytes",
    "MaxWords",
    "Memory",
    "MinFrequency",
    "NewlineBarrier",
    "Normalizer",
    "OnInvalid",
    "OtherNormalizer",
    "OtherPattern",
    "PadTo",
    "Pattern",
    "SpecialTokens",
    "Unicode",
    "VocabSize",
]

Corpora = Annotated[
    list[str],
    typer.Argument(
        metavar="CORPUS",
        help="Files (text, JSON lines, also .gz and .zst; Parquet, Arrow, CSV; counts), "
        "directories, globs, or - for standard input. PATH:0.25 takes a quarter of the documents, "
        "PATH:2 all of them twice.",
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
OtherPattern = Annotated[
    str | None,
    typer.Option("--pattern", metavar="NAME|REGEX", help="Another pattern than the preset's."),
]
Normalizer = Annotated[
    str,
    typer.Option(
        "--normalizer",
        metavar="NAMES",
        help="none, or nfc, nfd, nfkc, nfkd, lowercase, strip-accents, joined by commas.",
    ),
]
OtherNormalizer = Annotated[
    str | None,
    typer.Option(
        "--normalizer",
        metavar="NAMES",
        help="none (the default), or nfc, nfd, nfkc, nfkd, lowercase, strip-accents, joined by "
        "commas.",
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
Directory = Annotated[
    str, typer.Option("--output", "-o", metavar="DIR", help="The directory to make.")
]
VocabSize = Annotated[int, typer.Option("--vocab-size", min=1, help="Tokens in all.")]
MinFrequency = Annotated[
    int, typer.Option("--min-frequency", min=0, help="A pair must occur so often.")
]
SpecialTokens = Annotated[
    list[str] | None,
    typer.Option(
        "--special-tokens",
        metavar="TOKENS",
        help="Special tokens, separated by commas or given several times; they come first.",
    ),
]
Boundary = Annotated[
    str,
    typer.Option(
        "--boundary",
        metavar="NAME|REGEX",
        help="What no token goes across: r2 (SuperBPE's), r2m (combining marks left in their "
        "words), or a regular expression.",
    ),
]
MaxWords = Annotated[
    int, typer.Option("--max-words", min=0, help="Words in a token, at most; 0 for any number.")
]
ColonRule = Annotated[
    bool, typer.Option("--colon-rule/--no-colon-rule", help="No space behind a colon in a token.")
]
LetterOnly = Annotated[
    bool,
    typer.Option(
        "--letter-only/--no-letter-only", help="Tokens of several words hold letters and spaces."
    ),
]
NewlineBarrier = Annotated[
    bool,
    typer.Option("--newline-barrier/--no-newline-barrier", help="No token goes across lines."),
]
MaxTokenBytes = Annotated[
    int,
    typer.Option("--max-token-bytes", min=1, help="No token of several words is longer."),
]
MaxRun = Annotated[
    int | None,
    typer.Option(
        "--max-run", min=1, help="Runs of one mark in a token, at most; 16 with --custom."
    ),
]
Custom = Annotated[
    list[str] | None,
    typer.Option(
        "--custom",
        metavar="NAME|FILE",
        help="Words that become tokens: legal, finance, citations, enumerations, roman, years, "
        "markdown, html, json, xml, whitespace, reporters-db, or a file, a word a line. May be "
        "given several times.",
    ),
]
CustomBoundary = Annotated[
    _Bound,
    typer.Option("--custom-boundary", help="Take them where they cut no word, or anywhere."),
]
CustomChoose = Annotated[
    bool,
    typer.Option(
        "--custom-choose/--custom-all", help="Only those that save tokens in the corpus, or all."
    ),
]
PadTo = Annotated[
    str | None,
    typer.Option(
        "--pad-to",
        metavar="pow2|N",
        help="Fill up to a power of two, or a multiple of N, with reserved special tokens.",
    ),
]
