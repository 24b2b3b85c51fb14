"""`hybridtok count` and `hybridtok merge-counts`: counted words as files."""

from __future__ import annotations

from typing import Annotated

import typer

from hybridtok.cli import words
from hybridtok.cli.choices import Engine, Joined, OnInvalid, Unicode
from hybridtok.cli.output import file_output, print_document
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings, command

__all__ = ["register"]

_Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="The count file to write.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    command(app, "count")(count)
    command(app, "merge-counts")(merge_counts)


def count(
    settings: Settings,
    corpus: words.Corpora,
    output: _Output,
    pattern: words.Pattern = "gpt2",
    normalizer: words.Normalizer = "none",
    byte_level: words.ByteLevel = True,
    joined: Annotated[
        Joined | None,
        typer.Option(
            "--joined",
            help="Count words side by side, for the second stage of boundless superwords: those "
            "with letters (its default), all of them, or all but line ends.",
        ),
    ] = None,
    field: words.Field = None,
    unicode: words.Unicode = Unicode.HF,
    on_invalid: words.OnInvalid = OnInvalid.ERROR,
    memory: words.Memory = None,
    engine: words.Engine = Engine.LOCAL,
) -> None:
    """Count the words of a corpus, for `train` to read."""
    from hybridtok.corpus.documents import open_files
    from hybridtok.training.counts import count_words_into

    documents = open_files(
        corpus, field=field, on_invalid=on_invalid.value, seed=settings.seed or 0
    )
    with file_output(output, settings) as file, progress(settings) as report:
        counted = count_words_into(
            file,
            corpus=documents,
            pattern=pattern,
            normalizer=normalizer,
            byte_level=byte_level,
            joined=joined.value if joined else None,
            field=field,
            unicode=unicode.value,
            on_invalid=on_invalid.value,
            memory=memory,
            engine=engine.value,
            threads=settings.threads,
            progress=report,
        )
    _tell(settings, output, counted)


def merge_counts(
    settings: Settings,
    counts: Annotated[
        list[str], typer.Argument(metavar="COUNTS", help="Count files, directories, or globs.")
    ],
    output: _Output,
) -> None:
    """Add up count files; they must have been made with the same settings."""
    from hybridtok import _core
    from hybridtok.corpus.paths import find_files

    found = find_files(counts)
    with file_output(output, settings) as file, progress(settings) as report:
        counted = _core.merge_counts(found, file, report=report)
    _tell(settings, output, counted)


def _tell(settings: Settings, output: str, counted: dict[str, int]) -> None:
    if settings.json:
        print_document({"output": output, **counted})
    settings.note(
        f"{output}: {counted['words']:,} words, {counted['distinct_words']:,} distinct ones"
    )
