"""`hybridtok convert`: the same tokenizer in another format."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli.failure import NOT_EXPRESSIBLE, Failure, writing
from hybridtok.cli.models import load
from hybridtok.cli.output import check_free, directory_output, print_document, stamped
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.tokenizer import Tokenizer

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
    lossy: Annotated[
        bool,
        typer.Option(
            "--lossy",
            help="Write the nearest that the format can say: of a hybrid tokenizer a Unigram "
            "over its morphemes, of a boundless one its merges in one list, with other ids.",
        ),
    ] = False,
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            "--sample",
            metavar="CORPUS",
            help="With --lossy: texts to come near on (hybrid) and to measure on. Repeatable.",
        ),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient", help="Accept irregularities that Hugging Face accepts, and list them."
        ),
    ] = False,
) -> None:
    """Convert a tokenizer. What is written encodes exactly as the source does, or nothing is.

    With --lossy, what was lost is measured, and said in OUT/conversion.json (of a file OUT.json:
    OUT.conversion.json).
    """
    from hybridtok.atomic import write_atomically
    from hybridtok.export import as_huggingface
    from hybridtok.tokenizer import Tokenizer, save_files

    if to not in _TARGETS:
        raise Failure(
            f"--to {to}: this format is not written; there are: {', '.join(_TARGETS)}",
            NOT_EXPRESSIBLE,
        )
    if on and not lossy:
        raise typer.BadParameter("--on goes with --lossy")
    tokenizer = load(source, strict=not lenient)
    if lenient:
        for warning in tokenizer.warnings():
            settings.warn(f"{source}: {warning}")
    measured: dict[str, Any] = {}
    creation = {"command": "convert", "arguments": {"to": to}}
    lost_from = "hybrid" if tokenizer.hybrid() else "boundless"
    if to == "hf" and lossy and tokenizer.native_only():
        text, measured = _nearest(tokenizer, on)
        tokenizer = Tokenizer.from_str(text)
    else:
        text = as_huggingface(tokenizer) if to == "hf" else tokenizer.to_native()
    lost = {**creation, "measured": measured, "hybridtok": {"lossy_from": lost_from}}
    record = json.dumps(stamped(lost), indent=2) + "\n"
    if target.endswith(".json"):
        beside = f"{target.removesuffix('.json')}.conversion.json"
        check_free(target, settings)
        if measured:
            check_free(beside, settings)
        with writing(target):
            if measured:
                write_atomically(beside, record)
            write_atomically(target, text)
    else:
        with directory_output(target, settings) as directory, writing(target):
            save_files(tokenizer, directory, creation=creation)
            if to == "hf":
                os.unlink(directory / "hybridtok.json")
            if measured:
                (directory / "conversion.json").write_text(record, encoding="utf-8")
    size = tokenizer.get_vocab_size()
    if settings.json:
        lost = {"measured": measured} if measured else {}
        print_document({"output": target, "to": to, "tokens": size, **lost})
    settings.note(f"{target}: {size:,} tokens")
    if measured:
        settings.warn(f"{target}: ids are not those of {source}; {_said(measured)}")


def _nearest(tokenizer: Tokenizer, on: list[str] | None) -> tuple[str, dict[str, Any]]:
    """What is nearest to a hybrid or boundless tokenizer, and how near that is."""
    from hybridtok.corpus.documents import open_files
    from hybridtok.export import as_flat
    from hybridtok.unigram import as_unigram

    hybrid = tokenizer.hybrid()
    nearest = as_unigram if hybrid else as_flat
    text, measured = nearest(tokenizer, open_files(on) if on else None)
    if hybrid and hybrid["superwords"]:
        measured["superwords_left_out"] = hybrid["superwords"]
    return text, measured


def _said(measured: dict[str, Any]) -> str:
    if "words" in measured:
        equal = f"{measured['equal']:.1%} are cut alike"
        said = f"of {measured['words']:,} words ({measured['of']}) {equal}"
        left_out = measured.get("superwords_left_out")
        return f"{said}; its {left_out:,} superwords are left out" if left_out else said
    share = measured["different_share"]
    differ = "none" if share is None else f"{share:.1%}"
    return f"of {measured['documents']:,} documents ({measured['of']}) {differ} have other ids"
