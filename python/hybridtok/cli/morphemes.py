"""What the ids of a hybrid tokenizer stand for, as `hybridtok inspect` shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from hybridtok.tokenizer import Tokenizer

__all__ = ["meanings", "table"]

#: Of other morphemes that are written the same, so many are named in a table.
_OTHERS = 2


def meanings(model: Tokenizer, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """For each id its ``kind`` and its ``morphemes``: one, or the parts of a merged id.

    A morpheme is ``{"id", "kind", "name", "class", "gloss", "others"}``: the citation form and the
    part of speech of a root, the name, class and gloss of an affix. ``others`` are names of
    morphemes that are written the same, less frequently; only surface mode has them.
    """
    side = model.side_table()
    found = {}
    for id in set(ids):
        morphemes = []
        for part in model.describe(id):
            first, *others = [side.morphemes[k] for k, _ in side.rows[part["id"]].candidates] or [
                None
            ]
            if first is not None:
                part |= {"name": first.name, "class": first.class_, "gloss": first.gloss}
            names = dict.fromkeys(other.name for other in others if other is not None)
            names.pop(part["name"], None)
            morphemes.append({**part, "others": list(names)})
        kind = side.rows[id].kind if id < len(side.rows) else "added"
        found[id] = {"kind": kind, "morphemes": morphemes}
    return found


def table(written: dict[int, list[str]], known: dict[int, dict[str, Any]]) -> Table:
    """A row an id, with the forms that it has in the text, and below a merged one its parts."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("id", justify="right", no_wrap=True, style="dim")
    for name in ("token", "kind", "morpheme", "class", "gloss"):
        shown.add_column(name, overflow="fold")
    for id, forms in written.items():
        kind, morphemes = known[id]["kind"], known[id]["morphemes"]
        token = Text(", ".join(forms), "bold")
        if len(morphemes) > 1:
            shown.add_row(str(id), token, kind, " + ".join(part["name"] for part in morphemes))
            for part in morphemes:
                shown.add_row("", "", part["kind"], _name(part), *_sense(part), style="dim")
        for part in morphemes if len(morphemes) == 1 else []:
            # The name of anything else is that of the token.
            name = _name(part) if kind in ("root", "affix") else ""
            shown.add_row(str(id), token, kind, name, *_sense(part))
    return shown


def _name(part: dict[str, Any]) -> str:
    names = [part["name"], *part["others"]]
    more = len(names) - 1 - _OTHERS
    return " or ".join(names[: 1 + _OTHERS]) + (f" or {more} more" if more > 0 else "")


def _sense(part: dict[str, Any]) -> tuple[str, str]:
    return part["class"], part["gloss"]
