"""`hybridtok extend`: a tokenizer and a corpus in, the tokenizer with more tokens out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import Engine, LengthUnit, OnInvalid
from hybridtok.cli.models import load
from hybridtok.cli.settings import Settings, command
from hybridtok.cli.training import train_into

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "extend")(extend)


def extend(
    settings: Settings,
    tokenizer: Annotated[
        str, typer.Argument(metavar="DIR|FILE", help="The tokenizer to go on from.")
    ],
    corpus: words.Corpora,
    output: words.Directory,
    add: Annotated[int, typer.Option("--add", min=0, help="Tokens to add.")],
    min_frequency: words.MinFrequency = 2,
    max_token_chars: Annotated[
        int | None, typer.Option("--max-token-chars", min=1, help="No new token is longer.")
    ] = None,
    length_unit: Annotated[
        LengthUnit, typer.Option("--length-unit", help="Lengths in code points, or in bytes.")
    ] = LengthUnit.CHARS,
    max_run: Annotated[
        int, typer.Option("--max-run", min=1, help="Runs of one mark in a token, at most.")
    ] = 16,
    superword: Annotated[
        bool, typer.Option("--superword/--no-superword", help="Go on across words.")
    ] = False,
    boundary: words.Boundary = "r2m",
    max_words: words.MaxWords = 4,
    colon_rule: words.ColonRule = True,
    letter_only: words.LetterOnly = False,
    newline_barrier: words.NewlineBarrier = False,
    max_token_bytes: words.MaxTokenBytes = 128,
    field: words.Field = None,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Add merges that pay on a corpus; every old id stays."""
    from hybridtok.training.extending import extend_counted

    base = load(tokenizer)
    arguments: dict[str, Any] = {
        "add": add,
        "min_frequency": min_frequency,
        "max_token_chars": max_token_chars,
        "length_unit": length_unit.value,
        "max_run": max_run,
        "superword": superword,
        "boundary": boundary,
        "max_words": max_words,
        "colon_rule": colon_rule,
        "letter_only": letter_only,
        "newline_barrier": newline_barrier,
        "max_token_bytes": max_token_bytes,
        "field": field,
        "on_invalid": on_invalid.value,
    }
    train_into(
        settings,
        output,
        corpus,
        "extend",
        arguments,
        lambda documents, options: extend_counted(base, documents, **{**arguments, **options}),
        memory=memory,
        engine=engine,
    )
