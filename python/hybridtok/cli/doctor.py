"""`hybridtok doctor`: what is wrong with a tokenizer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybridtok.cli.failure import CHECK_FAILED, Failure
from hybridtok.cli.output import print_document
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.diagnosis import Diagnosis

__all__ = ["register"]

_COLOURS = {"error": "bold red", "warn": "yellow", "info": "cyan"}
#: So many ids fit below a finding.
_IDS = 8


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "doctor")(doctor)


def doctor(
    settings: Settings,
    tokenizer: Annotated[
        str,
        typer.Argument(
            metavar="DIR|FILE", help="A tokenizer.json, a hybridtok.json, or their directory."
        ),
    ],
    corpus: Annotated[
        str | None,
        typer.Option(
            "--corpus",
            metavar="FILE",
            help="Text, as `train` takes it: words that added tokens cut, entries never used.",
        ),
    ] = None,
) -> None:
    """Look for defects of a tokenizer, also of one that does not load.

    Exits with 5 if there are errors.
    """
    from hybridtok.diagnosis import doctor

    diagnosis = doctor(tokenizer, Path(corpus) if corpus is not None else None)
    if settings.json:
        print_document({"tokenizer": tokenizer, **diagnosis.to_dict()})
    else:
        for warning in diagnosis.warnings:
            settings.warn(f"{tokenizer}: {warning}")
        _show(diagnosis)
    errors = diagnosis.errors
    if errors:
        listed = ", ".join(dict.fromkeys(f"{found.code} {found.title}" for found in errors))
        raise Failure(f"{tokenizer}: {listed}", CHECK_FAILED)


def _show(diagnosis: Diagnosis) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Emoji codes and highlighting would change what tokens look like.
    dumb = os.environ.get("TERM") == "dumb" and not os.environ.get("FORCE_COLOR")
    console = Console(emoji=False, highlight=False, markup=False, no_color=True if dumb else None)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column("check", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("what was found")
    for found in diagnosis.findings:
        cell = Text(found.text)
        if found.ids:
            ids = ", ".join(map(str, found.ids[:_IDS]))
            more = ", …" if len(found.ids) > _IDS else ""
            cell.append(f"\nids {ids}{more}", "dim")
        table.add_row(
            Text.assemble((found.code, "bold"), f"\n{found.title}"),
            Text(found.severity, _COLOURS[found.severity]),
            f"{found.count:,}",
            cell,
        )
    if diagnosis.findings:
        console.print(table)
    else:
        console.print("nothing found")
    reasons: dict[str, list[str]] = {}
    for code, reason in diagnosis.skipped.items():
        reasons.setdefault(reason, []).append(code)
    for reason, codes in reasons.items():
        console.print(Text(f"not checked: {', '.join(codes)} ({reason})", "dim"))
