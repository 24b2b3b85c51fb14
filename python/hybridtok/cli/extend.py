"""`hybridtok extend`: a tokenizer and a corpus in, the tokenizer with more tokens out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import Engine, LengthUnit, OnInvalid
from hybridtok.cli.failure import BAD_INPUT, Failure
from hybridtok.cli.models import load
from hybridtok.cli.settings import Settings, command
from hybridtok.cli.training import SAMPLE, texts_of, train_into

if TYPE_CHECKING:
    from hybridtok.tokenizer import Tokenizer

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
        int | None,
        typer.Option(
            "--max-token-chars",
            min=1,
            help="No new token is longer; by default, as noted with the tokenizer.",
        ),
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
    from hybridtok.errors import TrainingError
    from hybridtok.training.extending import check_extendable, extend_counted

    base = load(tokenizer)
    try:
        check_extendable(base, superword=superword)
    except TrainingError as error:
        raise Failure(f"{tokenizer}: {error}", BAD_INPUT) from error
    unit = length_unit.value
    if max_token_chars is None and (cap := _cap(tokenizer, base)):
        max_token_chars, unit = cap
        settings.note(f"no new token has more than {max_token_chars} {unit}, as in {tokenizer}")
    arguments: dict[str, Any] = {
        "add": add,
        "min_frequency": min_frequency,
        "max_token_chars": max_token_chars,
        "length_unit": unit,
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
        measure=lambda extended: _gained(
            settings, base, extended, texts_of(settings, corpus, field, SAMPLE)
        ),
    )


def _cap(path: str, base: Tokenizer) -> tuple[int, str] | None:
    """How long tokens were allowed to be, and in what unit, if that is noted."""
    from hybridtok.components import is_byte_level
    from hybridtok.training.record import cap_of, creation_of

    cap = cap_of(creation_of(path))
    if cap is None:
        return None
    if cap.unit != "written":
        return cap.most, cap.unit
    stages = {
        name: json.loads(base.component(name) or "null") for name in ("normalizer", "pre_tokenizer")
    }
    return cap.most, "bytes" if is_byte_level(stages) else "chars"


def _gained(
    settings: Settings, base: Tokenizer, extended: Tokenizer, sample: list[str]
) -> dict[str, Any]:
    """What the new ids are made of, and what they save in texts."""
    from hybridtok.training.rows import PARTS_FILE, parts_of_new, parts_to_tsv

    parts = parts_of_new(base, extended)
    made: dict[str, Any] = {
        "new_tokens": len(parts),
        "parts": sum(map(len, parts.values())),
        "files": {PARTS_FILE: parts_to_tsv(parts, extended)},
    }
    if parts:
        mean = made["parts"] / len(parts)
        settings.note(
            f"new ids are {min(parts)} to {max(parts)}, each made of {mean:.1f} old ones "
            f"({PARTS_FILE})"
        )
    before, after = (
        len(tokenizer.encode_batch_ids(sample).values) for tokenizer in (base, extended)
    )
    if before:
        made["measured_on"] = {
            "text trained on": {
                "characters": sum(map(len, sample)),
                "tokens_before": before,
                "tokens": after,
            }
        }
        saved = 100 * (1 - after / before)
        settings.note(f"text trained on takes {after:,} tokens, {saved:.1f} % less than before")
    return made
