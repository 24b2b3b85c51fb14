"""`hybridtok encode`: documents in, ids out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hybridtok.cli.choices import OnInvalid
from hybridtok.cli.failure import Failure
from hybridtok.cli.flat import flat_writer
from hybridtok.cli.models import TokenizerOption, load
from hybridtok.cli.output import data_output, print_document, stamped
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.tokenizer import Tokenizer

__all__ = ["register"]


class Format(str, Enum):
    """What is written."""

    ids = "ids"
    tokens = "tokens"
    jsonl = "jsonl"
    npy = "npy"
    bin = "bin"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "encode")(encode)


def encode(
    settings: Settings,
    tokenizer: TokenizerOption,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-",
            help="Documents: lines of text, fields of JSON lines, columns of tables. "
            "By default standard input.",
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Encode this text instead of files.")
    ] = None,
    format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="One document a line: ids (with spaces), tokens (with tabs), jsonl; "
            "or all documents in one array: npy, bin.",
        ),
    ] = Format.ids,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default standard output."),
    ] = None,
    field: Annotated[
        str | None, typer.Option("--field", help="Field of JSON lines, or column of a table.")
    ] = None,
    add_special_tokens: Annotated[
        bool,
        typer.Option(
            "--add-special-tokens/--no-add-special-tokens",
            help="Add those of the post-processor, such as <s>.",
        ),
    ] = True,
    allow_special: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-special",
            metavar="TOKEN|all",
            help="Special tokens that the text may hold; others stay text.",
        ),
    ] = None,
    on_invalid: Annotated[
        OnInvalid, typer.Option("--on-invalid", help="Lines that are not UTF-8.")
    ] = OnInvalid.ERROR,
) -> None:
    """Encode documents. A document is a line of text without its end, or a field."""
    from hybridtok.corpus.documents import read_documents

    if text is not None and files:
        raise typer.BadParameter("pass either --text or files")
    if format in (Format.npy, Format.bin) and output in (None, "-"):
        raise typer.BadParameter(f"--format {format.value} makes two files: name one with --output")
    model = load(tokenizer)
    options: dict[str, Any] = {
        "add_special_tokens": add_special_tokens,
        "allowed_special": _allowed(allow_special, model),
        "threads": settings.threads,
    }
    batches: Iterable[list[str]]
    if text is not None:
        batches = [[text]]
    else:
        batches = read_documents(
            files or ["-"], field=field, on_invalid=on_invalid.value, seed=settings.seed or 0
        )
    documents = tokens = 0
    with ExitStack() as stack:
        if format in (Format.npy, Format.bin):
            write_ids = stack.enter_context(
                flat_writer(str(output), format.value, model.get_vocab(), settings)
            )
            for batch in batches:
                ragged = model.encode_batch_ids(batch, **options)
                write_ids(ragged)
                documents, tokens = documents + len(batch), tokens + len(ragged.values)
        else:
            out = stack.enter_context(data_output(output, settings))
            kind = "json" if settings.json and output in (None, "-") else format.value
            for batch in batches:
                for line, count in _lines(kind, model, batch, options):
                    out.write(line)
                    documents, tokens = documents + 1, tokens + count
                if out.isatty():
                    out.flush()
    if settings.json and output not in (None, "-"):
        print_document({"output": output, "documents": documents, "tokens": tokens})
    settings.note(f"{documents:,} documents, {tokens:,} tokens")


def _allowed(tokens: list[str] | None, model: Tokenizer) -> Literal["all"] | set[str] | None:
    if not tokens:
        return None
    if tokens == ["all"]:
        return "all"
    unknown = [token for token in tokens if token not in model.special_tokens]
    if unknown:
        known = ", ".join(model.special_tokens) or "none"
        raise Failure(f"--allow-special: {unknown[0]!r} is no special token; there are: {known}", 2)
    return set(tokens)


def _lines(
    kind: str, model: Tokenizer, batch: list[str], options: dict[str, Any]
) -> Iterator[tuple[bytes, int]]:
    """The line of each document, and how many tokens it has."""
    if kind == "ids":
        ragged = model.encode_batch_ids(batch, **options)
        for k in range(len(ragged)):
            ids = ragged[k].tolist()
            yield " ".join(map(str, ids)).encode() + b"\n", len(ids)
        return
    for encoding in model.encode_batch(batch, **options):
        if kind == "tokens":
            yield "\t".join(map(_escaped, encoding.tokens)).encode() + b"\n", len(encoding)
            continue
        record: dict[str, Any] = {
            "ids": encoding.ids,
            "tokens": encoding.tokens,
            "offsets": encoding.offsets,
        }
        record = stamped(record) if kind == "json" else record
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n", len(encoding)


def _escaped(token: str) -> str:
    r"""A token without tabs and line ends; they become ``\t``, ``\n``, ``\r``, and ``\`` ``\\``."""
    return token.translate({92: r"\\", 9: r"\t", 10: r"\n", 13: r"\r"})
