"""`hybridtok train`: corpora in, a directory with a tokenizer out."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Annotated, Any

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import Engine, OnInvalid, Unicode
from hybridtok.cli.failure import writing
from hybridtok.cli.output import directory_output, print_document, stamped
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command group."""
    group = typer.Typer(help="Train a tokenizer.", rich_markup_mode=None, add_completion=False)
    command(group, "bpe")(train_bpe)
    app.add_typer(group, name="train")


def train_bpe(
    settings: Settings,
    corpus: words.Corpora,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The directory to make.")
    ],
    vocab_size: Annotated[int, typer.Option("--vocab-size", min=1, help="Tokens in all.")] = 32_000,
    min_frequency: Annotated[
        int, typer.Option("--min-frequency", min=0, help="A pair must occur so often.")
    ] = 0,
    special_tokens: Annotated[
        list[str] | None,
        typer.Option(
            "--special-tokens",
            metavar="TOKENS",
            help="Special tokens, separated by commas or given several times; they come first.",
        ),
    ] = None,
    pattern: words.Pattern = "gpt2",
    normalizer: words.Normalizer = "none",
    byte_level: words.ByteLevel = True,
    limit_alphabet: Annotated[
        int | None,
        typer.Option(
            "--limit-alphabet", min=1, help="Keep so many characters (without --byte-level)."
        ),
    ] = None,
    max_token_length: Annotated[
        int | None, typer.Option("--max-token-length", min=1, help="Tokens stay shorter.")
    ] = None,
    field: words.Field = None,
    unicode: words.Unicode = Unicode.HF,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Train byte pair encoding; with equal settings the merges are those of Hugging Face."""
    from hybridtok.corpus.documents import open_files
    from hybridtok.tokenizer import save_files
    from hybridtok.training.bpe import train_bpe_counted

    arguments: dict[str, Any] = {
        "vocab_size": vocab_size,
        "min_frequency": min_frequency,
        "special_tokens": _split(special_tokens),
        "pattern": pattern,
        "normalizer": normalizer,
        "byte_level": byte_level,
        "limit_alphabet": limit_alphabet,
        "max_token_length": max_token_length,
        "field": field,
        "unicode": unicode.value,
        "on_invalid": on_invalid.value,
    }
    started = time.monotonic()
    with directory_output(output, settings) as directory:
        documents = open_files(corpus, field=field, on_invalid=on_invalid.value)
        with progress(settings) as report:
            tokenizer, counted = train_bpe_counted(
                documents,
                **arguments,
                memory=memory,
                engine=engine.value,
                threads=settings.threads,
                progress=report,
            )
        elapsed = time.monotonic() - started
        tokens = tokenizer.get_vocab_size()
        files = [_described(path) for path in documents.paths]
        # Nothing here depends on the time, the machine or the number of threads.
        creation = {"command": "train bpe", "arguments": arguments, "corpus": files}
        counts = {
            "tokens": tokens,
            "merges": counted["merges"],
            "words": counted["words"],
            "distinct_words": counted["distinct_words"],
        }
        record = json.dumps(stamped({**creation, **counts}), ensure_ascii=False, indent=2)
        with writing(output):
            save_files(tokenizer, directory, creation=creation)
            (directory / "training.json").write_text(record + "\n", encoding="utf-8")
    if settings.json:
        print_document({"directory": output, **counts, "elapsed_s": round(elapsed, 3)})
    if tokens < vocab_size:
        settings.note(f"the corpus has no more pairs: {tokens:,} tokens instead of {vocab_size:,}")
    settings.note(f"{output}: {tokens:,} tokens from {counts['words']:,} words, {elapsed:.1f} s")


def _split(tokens: list[str] | None) -> list[str]:
    return [part for token in tokens or [] for part in token.split(",") if part]


def _described(path: str) -> dict[str, Any]:
    """A file of the corpus for the record: its name, size and hash."""
    if not os.path.isfile(path):
        return {"file": "standard input" if path == "-" else os.path.basename(path)}
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return {"file": os.path.basename(path), "bytes": size, "sha256": digest.hexdigest()}
