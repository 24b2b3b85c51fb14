"""`-t DIR`: loading the tokenizer that a command works with."""

from __future__ import annotations

from typing import Annotated

import typer

from hybridtok.tokenizer import Tokenizer

__all__ = ["TokenizerOption", "load"]

TokenizerOption = Annotated[
    str,
    typer.Option(
        "--tokenizer",
        "-t",
        metavar="DIR|FILE",
        help="What `train` wrote, or a tokenizer.json or hybridtok.json.",
    ),
]


def load(path: str, *, strict: bool = True) -> Tokenizer:
    """The tokenizer in a directory or file.

    Raises:
        FileNotFoundError, FormatError: they end the command with "bad input".
    """
    return Tokenizer.from_pretrained(path, strict=strict)
