"""`hybridtok train`: corpora in, a directory with a tokenizer out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import (
    Alphabet,
    Bound,
    Digits,
    Engine,
    LengthUnit,
    Mode,
    OnInvalid,
    SuperwordMode,
    TieRule,
    Unicode,
)
from hybridtok.cli.settings import Settings, command
from hybridtok.cli.training import SAMPLE, texts_of, train_into

if TYPE_CHECKING:
    from hybridtok.tokenizer import Tokenizer

__all__ = ["register"]

#: Bytes from which on superwords are worth half of the vocabulary.
_LARGE = 100 * 10**6


def register(app: typer.Typer) -> None:
    """Adds the command group."""
    group = typer.Typer(help="Train a tokenizer.", rich_markup_mode=None, add_completion=False)
    command(group, "bpe")(train_bpe)
    command(group, "char")(train_char)
    command(group, "superword")(train_superword)
    command(group, "hybrid")(train_hybrid)
    app.add_typer(group, name="train")


def train_bpe(
    settings: Settings,
    corpus: words.Corpora,
    output: words.Directory,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="kl3m-cased or kl3m-uncased, for law and finance; other options win over it.",
        ),
    ] = None,
    vocab_size: words.VocabSize = 32_000,
    min_frequency: Annotated[
        int | None,
        typer.Option("--min-frequency", min=0, help="A pair must occur so often; by default 0."),
    ] = None,
    special_tokens: words.SpecialTokens = None,
    pattern: words.Pattern = "gpt2",
    normalizer: words.OtherNormalizer = None,
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
    max_run: words.MaxRun = None,
    custom: words.Custom = None,
    custom_boundary: words.CustomBoundary = Bound.WORD,
    custom_choose: words.CustomChoose = True,
    pad_to: words.PadTo = None,
    field: words.Field = None,
    unicode: words.Unicode = Unicode.HF,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Train byte pair encoding; with equal settings the merges are those of Hugging Face."""
    from hybridtok.training.bpe import train_bpe_counted
    from hybridtok.training.domain import domain_settings

    sizes = domain_settings(
        preset,
        normalizer=normalizer,
        special_tokens=_split(special_tokens) or None,
        min_frequency=min_frequency,
        max_run=max_run,
        custom=custom or None,
        pad_to=_round(pad_to),
    )
    arguments: dict[str, Any] = {
        "preset": preset,
        "vocab_size": vocab_size,
        "min_frequency": sizes.min_frequency,
        "special_tokens": [*sizes.special_tokens],
        "pattern": pattern,
        "normalizer": sizes.normalizer,
        "byte_level": byte_level,
        "limit_alphabet": limit_alphabet,
        "max_token_length": max_token_length,
        "max_run": sizes.max_run,
        "custom": [*sizes.custom],
        "custom_boundary": custom_boundary.value,
        "custom_choose": custom_choose,
        "pad_to": sizes.pad_to,
        "field": field,
        "unicode": unicode.value,
        "on_invalid": on_invalid.value,
    }
    train_into(
        settings,
        output,
        corpus,
        "train bpe",
        arguments,
        lambda documents, options: train_bpe_counted(documents, **{**arguments, **options}),
        memory=memory,
        engine=engine,
    )


def train_char(
    settings: Settings,
    corpus: words.Corpora,
    output: words.Directory,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="steady-4k, steady-8k (the default), steady-16k, steady-16k-long, steady-32k; "
            "kl3m-char-4k, kl3m-char-8k, kl3m-char-16k, char-5x16k, char-6x32k.",
        ),
    ] = None,
    vocab_size: Annotated[
        int | None, typer.Option("--vocab-size", min=1, help="Tokens in all.")
    ] = None,
    max_token_chars: Annotated[
        int | None, typer.Option("--max-token-chars", min=1, help="No token is longer.")
    ] = None,
    length_unit: Annotated[
        LengthUnit, typer.Option("--length-unit", help="Lengths in code points, or in bytes.")
    ] = LengthUnit.CHARS,
    alphabet: Annotated[
        Alphabet, typer.Option("--alphabet", help="Merge bytes, or characters.")
    ] = Alphabet.BYTES,
    min_char_count: Annotated[
        int,
        typer.Option(
            "--min-char-count", min=1, help="Spell rarer characters in bytes (--alphabet chars)."
        ),
    ] = 1,
    max_alphabet: Annotated[
        int | None,
        typer.Option("--max-alphabet", min=1, help="So many characters (--alphabet chars)."),
    ] = None,
    hf_compat_length: Annotated[
        bool,
        typer.Option(
            "--hf-compat-length/--exact-length",
            help="Take the cap as tokenizers takes max_token_length.",
        ),
    ] = False,
    min_frequency: words.MinFrequency = 2,
    special_tokens: words.SpecialTokens = None,
    pattern: words.OtherPattern = None,
    noise: Annotated[
        float | None,
        typer.Option("--noise", min=0, max=100, help="Weight of words with errors; 0 for none."),
    ] = None,
    normalizer: words.Normalizer = "nfkc",
    field: words.Field = None,
    unicode: words.Unicode = Unicode.HF,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Train BPE with tokens of a few characters, whose boundaries hold under errors."""
    from hybridtok.training.char import char_sizes, train_char_counted
    from hybridtok.training.presets import KL3M_SPECIAL_TOKENS

    sizes = char_sizes(preset, vocab_size, max_token_chars, pattern, noise)
    arguments: dict[str, Any] = {
        "preset": preset,
        "vocab_size": sizes.vocab_size,
        "max_token_chars": sizes.max_token_chars,
        "length_unit": length_unit.value,
        "alphabet": alphabet.value,
        "min_char_count": min_char_count,
        "max_alphabet": max_alphabet,
        "hf_compat_length": hf_compat_length,
        "min_frequency": min_frequency,
        "special_tokens": _split(special_tokens) if special_tokens else [*KL3M_SPECIAL_TOKENS],
        "pattern": sizes.pattern,
        "noise": sizes.noise,
        "normalizer": normalizer,
        "field": field,
        "unicode": unicode.value,
        "on_invalid": on_invalid.value,
    }
    train_into(
        settings,
        output,
        corpus,
        "train char",
        arguments,
        lambda documents, options: train_char_counted(documents, **{**arguments, **options}),
        memory=memory,
        engine=engine,
    )


def train_superword(
    settings: Settings,
    corpus: words.Corpora,
    output: words.Directory,
    vocab_size: words.VocabSize = 32_000,
    mode: Annotated[
        SuperwordMode,
        typer.Option(
            "--mode",
            help="Merge what stands side by side (SuperBPE), or whole words only (BoundlessBPE).",
        ),
    ] = SuperwordMode.SUPERBPE,
    transition: Annotated[
        str,
        typer.Option(
            "--transition",
            metavar="SHARE|SIZE|auto",
            help="The size at which merging goes on across words, or its share of all tokens; "
            "auto: as soon as that is more frequent.",
        ),
    ] = "0.9",
    boundary: words.Boundary = "r2m",
    max_words: words.MaxWords = 4,
    colon_rule: words.ColonRule = True,
    letter_only: Annotated[
        bool | None,
        typer.Option(
            "--letter-only/--no-letter-only",
            help="Tokens of several words hold letters and spaces; of boundless: words that are "
            "joined hold letters, which is the default there.",
        ),
    ] = None,
    newline_barrier: words.NewlineBarrier = False,
    min_count: Annotated[
        int, typer.Option("--min-count", min=1, help="A pair must occur so often.")
    ] = 2,
    max_token_bytes: words.MaxTokenBytes = 128,
    whole_words: Annotated[
        bool | None,
        typer.Option(
            "--whole-words/--no-whole-words",
            help="No token cuts a word: what boundless does, and superbpe does not.",
        ),
    ] = None,
    tie_rule: Annotated[
        TieRule | None,
        typer.Option(
            "--tie-rule",
            help="Of equally frequent pairs the smaller ids go first, as in tokenizers (superbpe), "
            "or the smaller bytes (boundless).",
        ),
    ] = None,
    special_tokens: words.SpecialTokens = None,
    normalizer: words.Normalizer = "none",
    max_run: words.MaxRun = None,
    custom: words.Custom = None,
    custom_boundary: words.CustomBoundary = Bound.WORD,
    custom_choose: words.CustomChoose = True,
    pad_to: words.PadTo = None,
    held_out: Annotated[
        list[str] | None,
        typer.Option(
            "--held-out",
            metavar="CORPUS",
            help="Text to measure on; by default the first megabyte of the corpus itself.",
        ),
    ] = None,
    field: words.Field = None,
    unicode: words.Unicode = Unicode.HF,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Train BPE whose tokens may span several words (SuperBPE, BoundlessBPE)."""
    from hybridtok.training.domain import domain_settings
    from hybridtok.training.superword import train_superword_counted

    arguments: dict[str, Any] = {
        "vocab_size": vocab_size,
        "mode": mode.value,
        "transition": _transition(transition),
        "boundary": boundary,
        "max_words": max_words,
        "colon_rule": colon_rule,
        "letter_only": letter_only,
        "newline_barrier": newline_barrier,
        "min_count": min_count,
        "max_token_bytes": max_token_bytes,
        "whole_words": whole_words,
        "tie_rule": tie_rule.value if tie_rule else None,
        "special_tokens": _split(special_tokens),
        "normalizer": normalizer,
        "max_run": domain_settings(max_run=max_run, custom=custom).max_run,
        "custom": custom or [],
        "custom_boundary": custom_boundary.value,
        "custom_choose": custom_choose,
        "pad_to": _round(pad_to),
        "field": field,
        "unicode": unicode.value,
        "on_invalid": on_invalid.value,
    }
    boundless = mode is SuperwordMode.BOUNDLESS
    wrong = {
        "--whole-words": whole_words not in (None, boundless),
        "--boundary": boundless and boundary != "r2m",
        "--custom": boundless and bool(custom),
    }
    for option in (name for name, is_wrong in wrong.items() if is_wrong):
        raise typer.BadParameter(f"--mode {mode.value} does not go with that", param_hint=option)
    train_into(
        settings,
        output,
        corpus,
        "train superword",
        arguments,
        lambda documents, options: train_superword_counted(documents, **{**arguments, **options}),
        memory=memory,
        engine=engine,
        measure=lambda tokenizer: _superwords(settings, tokenizer, corpus, held_out, field),
    )


def train_hybrid(
    settings: Settings,
    corpus: words.Corpora,
    output: words.Directory,
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
    train_into(
        settings,
        output,
        corpus,
        "train hybrid",
        arguments,
        lambda documents, options: train_hybrid_counted(documents, **{**arguments, **options}),
        memory=memory,
        engine=engine,
    )


def _transition(transition: str) -> float | Literal["auto"]:
    if transition == "auto":
        return "auto"
    try:
        return float(transition)
    except ValueError:
        message = f"a share, a size or auto, not {transition!r}"
        raise typer.BadParameter(message, param_hint="--transition") from None


def _superwords(
    settings: Settings,
    tokenizer: Tokenizer,
    corpus: list[str],
    held_out: list[str] | None,
    field: str | None,
) -> dict[str, Any]:
    """What the superwords of a tokenizer are, and what they do in a text."""
    from hybridtok.evaluation import evaluate

    if held_out is None:
        name, sample = "text trained on", texts_of(settings, corpus, field, SAMPLE)
    else:
        name, sample = "held-out text", texts_of(settings, held_out, field)
    if not sample:
        return {}
    report = evaluate({"superwords": tokenizer}, {name: sample}, suite="superword")
    settings.note(report.table())
    size = sum(map(os.path.getsize, filter(os.path.isfile, corpus)))
    if size > _LARGE and not tokenizer.native_only():
        settings.note("a corpus of this size bears --transition 0.3 to 0.5, which saves more")
    measured = report.document["results"]["superwords"]
    return {"vocabulary": measured.get("vocabulary", {}), "measured_on": measured["corpora"]}


def _split(tokens: list[str] | None) -> list[str]:
    return [part for token in tokens or [] for part in token.split(",") if part]


def _round(pad_to: str | None) -> int | Literal["pow2"] | None:
    if pad_to is None:
        return None
    if pad_to == "pow2":
        return "pow2"
    if pad_to.isascii() and pad_to.isdigit() and int(pad_to):
        return int(pad_to)
    raise typer.BadParameter(f"--pad-to takes pow2 or a number from 1 on, not {pad_to!r}")
