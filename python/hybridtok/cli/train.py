"""`hybridtok train`: corpora in, a directory with a tokenizer out."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import Digits, Engine, Mode, OnInvalid, Unicode
from hybridtok.cli.failure import writing
from hybridtok.cli.output import directory_output, print_document, stamped
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.tokenizer import Tokenizer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command group."""
    group = typer.Typer(help="Train a tokenizer.", rich_markup_mode=None, add_completion=False)
    command(group, "bpe")(train_bpe)
    command(group, "hybrid")(train_hybrid)
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
    made = _trained(
        settings,
        output,
        corpus,
        "bpe",
        arguments,
        lambda documents, options: train_bpe_counted(documents, **arguments, **options),
        memory=memory,
        engine=engine,
    )
    if made < vocab_size:
        settings.note(f"the corpus has no more pairs: {made:,} tokens instead of {vocab_size:,}")


def train_hybrid(
    settings: Settings,
    corpus: words.Corpora,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The directory to make.")
    ],
    language: Annotated[
        str | None, typer.Option("--language", help="A language that has a pack: tr, fi, hu, en.")
    ] = None,
    lexicon: Annotated[
        str | None, typer.Option("--lexicon", metavar="DIR", help="A language pack instead.")
    ] = None,
    vocab_size: Annotated[int, typer.Option("--vocab-size", min=1, help="Ids in all.")] = 32_768,
    mode: Annotated[
        Mode, typer.Option("--mode", help="One id a morpheme, or one a form of it.")
    ] = Mode.SHARED,
    merges: Annotated[
        int | None,
        typer.Option(
            "--merges", min=0, help="Ids for sequences of morphemes; by default as many as pay."
        ),
    ] = None,
    limit_alphabet: Annotated[
        int, typer.Option("--limit-alphabet", min=1, help="Characters that become pieces.")
    ] = 1_000,
    min_frequency: Annotated[
        int, typer.Option("--min-frequency", min=1, help="What is rarer gets no id of its own.")
    ] = 2,
    digits: Annotated[
        Digits, typer.Option("--digits", help="Digits of a number in a token, from the right.")
    ] = Digits.ONE,
    field: words.Field = None,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Train a tokenizer of morphemes: roots and affixes of a language pack, pieces for the rest."""
    from hybridtok.training.hybrid import train_hybrid_counted

    if (language is None) == (lexicon is None):
        raise typer.BadParameter("pass either --language or --lexicon")
    arguments: dict[str, Any] = {
        "language": language,
        "lexicon": lexicon,
        "vocab_size": vocab_size,
        "mode": mode.value,
        "merges": merges,
        "limit_alphabet": limit_alphabet,
        "min_frequency": min_frequency,
        "digits": int(digits.value),
        "field": field,
        "on_invalid": on_invalid.value,
    }
    _trained(
        settings,
        output,
        corpus,
        "hybrid",
        arguments,
        lambda documents, options: train_hybrid_counted(documents, **arguments, **options),
        memory=memory,
        engine=engine,
    )


def _trained(
    settings: Settings,
    output: str,
    corpus: list[str],
    kind: str,
    arguments: dict[str, Any],
    train: Callable[[Any, dict[str, Any]], tuple[Tokenizer, dict[str, Any]]],
    *,
    memory: str | None,
    engine: Engine,
) -> int:
    """Trains, writes the directory and says what was made; returns how many tokens there are."""
    from hybridtok.corpus.documents import open_files
    from hybridtok.tokenizer import save_files

    started = time.monotonic()
    with directory_output(output, settings) as directory:
        documents = open_files(corpus, field=arguments["field"], on_invalid=arguments["on_invalid"])
        with progress(settings) as report:
            options = {
                "memory": memory,
                "engine": engine.value,
                "threads": settings.threads,
                "progress": report,
            }
            tokenizer, counted = train(documents, options)
        elapsed = time.monotonic() - started
        tokens = tokenizer.get_vocab_size()
        files = [_described(path) for path in documents.paths]
        # Nothing here depends on the time, the machine or the number of threads.
        creation = {"command": f"train {kind}", "arguments": arguments, "corpus": files}
        counts = {"tokens": tokens, **counted}
        record = json.dumps(stamped({**creation, **counts}), ensure_ascii=False, indent=2)
        with writing(output):
            save_files(tokenizer, directory, creation=creation)
            (directory / "training.json").write_text(record + "\n", encoding="utf-8")
    if settings.json:
        print_document({"directory": output, **counts, "elapsed_s": round(elapsed, 3)})
    settings.note(f"{output}: {tokens:,} tokens from {counts['words']:,} words, {elapsed:.1f} s")
    return tokens


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
