"""`hybridtok convert`: the same tokenizer in another format."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from hybridtok.cli.failure import NOT_EXPRESSIBLE, Failure, writing
from hybridtok.cli.models import load
from hybridtok.cli.output import check_free, directory_output, print_document
from hybridtok.cli.settings import Settings, command

__all__ = ["register"]

_TARGETS = ("hf", "native")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "convert")(convert)


def convert(
    settings: Settings,
    source: Annotated[
        str,
        typer.Argument(
            metavar="DIR|FILE", help="A tokenizer.json, a hybridtok.json, or their directory."
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(metavar="OUT", help="A directory, or a file whose name ends in .json."),
    ],
    to: Annotated[str, typer.Option("--to", metavar="hf|native", help="The format to write.")],
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient", help="Accept irregularities that Hugging Face accepts, and list them."
        ),
    ] = False,
) -> None:
    """Convert a tokenizer. What is written encodes exactly as the source does, or nothing is."""
    from hybridtok.atomic import write_atomically
    from hybridtok.export import as_huggingface
    from hybridtok.tokenizer import save_files

    if to not in _TARGETS:
        raise Failure(
            f"--to {to}: this format is not written; there are: {', '.join(_TARGETS)}",
            NOT_EXPRESSIBLE,
        )
    tokenizer = load(source, strict=not lenient)
    if lenient:
        for warning in tokenizer.warnings():
            settings.warn(f"{source}: {warning}")
    text = as_huggingface(tokenizer) if to == "hf" else tokenizer.to_native()
    if target.endswith(".json"):
        check_free(target, settings)
        with writing(target):
            write_atomically(target, text)
    else:
        with directory_output(target, settings) as directory, writing(target):
            save_files(
                tokenizer, directory, creation={"command": "convert", "arguments": {"to": to}}
            )
            if to == "hf":
                os.unlink(directory / "hybridtok.json")
    if settings.json:
        print_document({"output": target, "to": to, "tokens": tokenizer.get_vocab_size()})
    settings.note(f"{target}: {tokenizer.get_vocab_size():,} tokens")
