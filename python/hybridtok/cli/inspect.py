"""`hybridtok inspect`: tokens of a text in the terminal, of one tokenizer or of several."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli.failure import BAD_INPUT, Failure
from hybridtok.cli.models import load
from hybridtok.cli.morphemes import meanings, table
from hybridtok.cli.output import print_document
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from hybridtok.tokenizer import Tokenizer

__all__ = ["register"]


class Ids(str, Enum):
    """Where ids stand."""

    below = "below"
    beside = "beside"
    none = "none"


#: Backgrounds, one token after the other; black on each has a contrast of at least 9:1.
_BACKGROUNDS = ("#ffd7a8", "#b5e2b0", "#a9d7f5", "#f3b9c8", "#d6c6f0", "#ece58f")
#: The same for terminals of sixteen colours.
_SIXTEEN = ("bright_yellow", "bright_green", "bright_cyan", "white")
_INK = "#000000"

_VISIBLE = {" ": "·", "\t": "→", "\n": "↵", "\r": "␍", "\0": "␀", "\u00a0": "⍽"}


@dataclass
class Piece:
    """One token, as it is shown."""

    id: int
    token: str
    #: The characters it covers, whole.
    text: str
    start: int
    end: int
    #: Its bytes in hex, if it is only a part of those characters.
    partial: str | None


@dataclass
class Result:
    """What one tokenizer makes of the text."""

    name: str
    pieces: list[Piece]
    counts: dict[str, float]
    #: Of a hybrid tokenizer, what its ids stand for.
    meanings: dict[int, dict[str, Any]]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "inspect")(inspect)


def inspect(
    settings: Settings,
    tokenizer: Annotated[
        list[str],
        typer.Option(
            "--tokenizer",
            "-t",
            metavar="DIR|FILE",
            help="A tokenizer; give several to compare them.",
        ),
    ],
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT|FILE|-", help="A text, a file of this name, or standard input."
        ),
    ],
    ids: Annotated[Ids, typer.Option("--ids", help="Where to show ids.")] = Ids.below,
    allow_special: Annotated[
        bool, typer.Option("--allow-special", help="Take special tokens from the text.")
    ] = False,
) -> None:
    """Show the tokens of a text: whitespace visible, parts of a character as their bytes.

    Of a hybrid tokenizer also what each id stands for.
    """
    source = _read(text)
    results = [_examined(path, source, allow_special=allow_special) for path in tokenizer]
    if settings.json:
        print_document(
            {
                "text": source,
                "tokenizers": [
                    {
                        "tokenizer": result.name,
                        "counts": result.counts,
                        "tokens": [
                            {**vars(piece), **result.meanings.get(piece.id, {})}
                            for piece in result.pieces
                        ],
                    }
                    for result in results
                ],
            }
        )
        return
    _show(results, ids)


def _read(text: str) -> str:
    try:
        if text == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        # A text may be longer than a file's name may be.
        if len(os.fsencode(text)) < 4096 and os.path.isfile(text):
            return Path(text).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure(f"{text}: byte {error.start}: not valid UTF-8", BAD_INPUT) from error
    except ValueError:
        pass
    return text


def _examined(path: str, text: str, *, allow_special: bool) -> Result:
    model = load(path)
    encoding = model.encode(
        text, add_special_tokens=False, allowed_special="all" if allow_special else None
    )
    spans, ids, tokens = encoding.offsets, encoding.ids, encoding.tokens
    pieces = []
    for k, (start, end) in enumerate(spans):
        shared = (k > 0 and start < spans[k - 1][1]) or (
            k + 1 < len(spans) and spans[k + 1][0] < end
        )
        partial = _partial(model, ids[k]) if shared else None
        pieces.append(Piece(ids[k], tokens[k], text[start:end], start, end, partial))
    known = meanings(model, ids) if model.hybrid() else {}
    return Result(path, pieces, _counts(text, len(pieces)), known)


def _partial(model: Tokenizer, id: int) -> str | None:
    """The bytes of a token in hex, unless they are whole characters."""
    data = model.decode_bytes([id])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.hex(" ").upper()
    return None


def _counts(text: str, tokens: int) -> dict[str, float]:
    words = len(re.findall(r"\S+", text))
    return {
        "tokens": tokens,
        "chars": len(text),
        "bytes": len(text.encode("utf-8")),
        "words": words,
        "tokens_per_word": round(tokens / words, 3) if words else 0.0,
        "chars_per_token": round(len(text) / tokens, 3) if tokens else 0.0,
    }


def _show(results: list[Result], ids: Ids) -> None:
    from rich.console import Console

    # Emoji codes and highlighting would change what the text says.
    dumb = os.environ.get("TERM") == "dumb" and not os.environ.get("FORCE_COLOR")
    console = Console(
        emoji=False, highlight=False, markup=False, soft_wrap=True, no_color=True if dumb else None
    )
    colours = console.color_system is not None and not console.no_color
    for k, result in enumerate(results):
        if k:
            console.print()
        console.print(_header(result, named=len(results) > 1))
        for line in _body(result.pieces, ids, console, colours=colours):
            console.print(line)
        if result.meanings:
            # Text alone may be as wide as it likes; a table is folded.
            console.print(table(_written(result.pieces), result.meanings), soft_wrap=False)
    if len(results) > 1:
        console.print()
        for line in _comparison(results):
            console.print(line)


def _written(pieces: list[Piece]) -> dict[int, list[str]]:
    """The forms of every id, in the order of the text."""
    forms: dict[int, dict[str, None]] = {}
    for piece in pieces:
        forms.setdefault(piece.id, {})[_surface(piece)] = None
    return {id: list(found) for id, found in forms.items()}


def _surface(piece: Piece) -> str:
    """What a token says: its text, its bytes, or, where it only acts on others, its name."""
    if piece.start == piece.end:
        return piece.token
    return f"⟨{piece.partial}⟩" if piece.partial else visible(piece.text)


def _header(result: Result, *, named: bool) -> Text:
    from rich.text import Text

    counts = result.counts
    line = Text()
    if named:
        line.append(f"{result.name}: ", "bold")
    line.append(f"{counts['tokens']:,} tokens", "bold")
    line.append(f" · {counts['chars']:,} chars · {counts['bytes']:,} bytes")
    line.append(f" · {counts['tokens_per_word']:.2f} tokens/word")
    line.append(f" · {counts['chars_per_token']:.2f} chars/token")
    return line


def _body(pieces: list[Piece], ids: Ids, console: Console, *, colours: bool) -> list[Text]:
    """Lines of tokens that fit the terminal, with their ids below or beside them."""
    from rich.cells import cell_len
    from rich.text import Text

    lines: list[Text] = []
    above, below, used = Text(), Text(), 0
    bar = "" if colours else "│"
    palette = _SIXTEEN if console.color_system == "standard" else _BACKGROUNDS

    def finish() -> None:
        nonlocal above, below, used
        if used:
            lines.append(above)
            if ids is Ids.below:
                lines.append(below)
        above, below, used = Text(), Text(), 0

    for k, piece in enumerate(pieces):
        surface = _surface(piece)
        number = str(piece.id)
        beside = f" {number}" if ids is Ids.beside else ""
        width = cell_len(surface) + len(beside)
        if ids is Ids.below:
            width = max(width, len(number))
        width += 1
        if used and used + width > console.width:
            finish()
        style = f"{_INK} on {palette[k % len(palette)]}" if colours else ""
        above.append(surface, style)
        above.append(beside, "dim")
        padding = width - cell_len(surface) - len(beside) - len(bar)
        above.append(bar + " " * padding)
        below.append(number.ljust(width), "dim")
        used += width
        if "\n" in piece.text and piece.partial is None:
            finish()
    finish()
    return lines


def visible(text: str) -> str:
    """A text in which whitespace and control characters can be seen."""
    return "".join(_VISIBLE.get(c) or (c if c.isprintable() else f"⟨U+{ord(c):04X}⟩") for c in text)


def _comparison(results: list[Result]) -> list[Text]:
    """The counts of several tokenizers in one table."""
    from rich.text import Text

    columns = ("tokens", "tokens_per_word", "chars_per_token")
    width = max(len(result.name) for result in results)
    lines = [
        Text(" " * width + "".join(f"  {c.replace('_per_', '/'):>12}" for c in columns), "bold")
    ]
    for result in results:
        numbers: list[Any] = [result.counts[column] for column in columns]
        lines.append(Text(result.name.ljust(width) + "".join(f"  {n:>12,}" for n in numbers)))
    return lines
