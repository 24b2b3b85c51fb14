"""Custom words: lists of them, shipped and of users, and how they become tokens.

A custom word is an added token: it is found in the text before the model sees it. Taken wherever it
stands, it would cut words (`Chi` in `China`). What `tokenizer.json` has against that is the flag
``single_word``: no word character (a letter, a digit, a mark, ``_``) beside the token. The boundary
rule is said with that flag alone, so that ids are the same wherever the file is read:

- both ends of the word are word characters: ``single_word``, which is the rule;
- neither is, as in ``(a)``: no flag. There is no word that it could cut.
- one is, as in ``F.Supp.``: ``single_word``, which asks too much at the other end. It can leave a
  place out, but it never cuts a word. Marked with ``any`` (``https://``), it is taken everywhere.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from hybridtok.tokens import AddedToken

__all__ = [
    "CATALOGUES",
    "REPORTERS",
    "Boundary",
    "CustomWord",
    "custom_words",
    "is_one_sided",
    "is_word_character",
    "token_of",
]

Boundary = Literal["word", "any"]

_FOLDER = Path(__file__).with_name("catalogues")

#: The shipped lists by name, without suffix.
CATALOGUES = tuple(sorted(path.stem for path in _FOLDER.glob("*.txt")))

#: The words of the package `reporters-db`: names of courts' reporters, laws and journals.
REPORTERS = "reporters-db"


class CustomWord(NamedTuple):
    """A word and its own boundary, if the list says one."""

    text: str
    boundary: Boundary | None = None


def custom_words(
    lists: Iterable[str | os.PathLike[str]], *, lowercase: bool = False
) -> list[CustomWord]:
    """The words of some lists, sorted, each once; those of one character are left out.

    Args:
        lists: names of `CATALOGUES`, "reporters-db" (which must be installed), or files: a word a
            line, as it is; one that begins with a quotation mark is a JSON string, which can hold
            spaces at its ends, tabs and line ends. Behind a tab may stand the word's boundary,
            ``word`` or ``any``. Blank lines are left out, and lines that begin with ``# ``.
        lowercase: make them lower case.

    Raises:
        FileNotFoundError: neither a name nor a file.
        ModuleNotFoundError: "reporters-db" without the package.
        ValueError: a line that is neither, with its number.
    """
    words: dict[str, Boundary | None] = {}
    for name in lists:
        for word in _listed(os.fspath(name)):
            text = word.text.lower() if lowercase else word.text
            if len(text) > 1:
                # The word of who marked it counts, whichever list it stands in.
                words[text] = words.get(text) or word.boundary
    return [CustomWord(text, words[text]) for text in sorted(words)]


def _listed(name: str) -> Iterator[CustomWord]:
    if name == REPORTERS:
        return map(CustomWord, _reporters())
    return _read(_FOLDER / f"{name}.txt" if name in CATALOGUES else Path(name))


def _read(path: Path) -> Iterator[CustomWord]:
    # Not `splitlines`: a word may hold U+2028.
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    for number, line in enumerate(lines, 1):
        line = line.removesuffix("\r")
        if not line.strip() or line.startswith("# "):
            continue
        try:
            yield _parsed(line)
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None


def _parsed(line: str) -> CustomWord:
    text, tab, mark = line.partition("\t")
    if text.startswith('"'):
        try:
            text = json.loads(text)
        except ValueError:
            raise ValueError(
                'begins with a quotation mark, but is no JSON string; write the mark as \\"'
            ) from None
    if not tab:
        return CustomWord(text)
    if mark not in ("word", "any"):
        raise ValueError(f"behind the tab stands `word` or `any`, not {mark!r}")
    return CustomWord(text, "word" if mark == "word" else "any")


def _reporters() -> set[str]:
    """The parts without spaces of the abbreviations in the package's tables.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    import importlib.util

    package = importlib.util.find_spec("reporters_db")
    if package is None or not package.submodule_search_locations:
        message = "reporters-db is not installed; run `pip install reporters-db`"
        raise ModuleNotFoundError(message, name="reporters_db")
    folder = Path(next(iter(package.submodule_search_locations))) / "data"

    def table(name: str) -> dict[str, list[dict[str, dict[str, str]]]]:
        return dict(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))

    reporters = table("reporters")
    names = [*reporters, *table("laws"), *table("journals"), *table("case_name_abbreviations")]
    for editions in reporters.values():
        names += (name for edition in editions for name in edition["variations"])
    return {part for name in names for part in name.split()}


def token_of(word: CustomWord, boundary: Boundary = "word") -> AddedToken:
    """The added token for a word; ``boundary`` counts where the word has none of its own."""
    bound = (word.boundary or boundary) == "word" and any(_ends(word.text))
    return AddedToken(word.text, single_word=bound)


def is_one_sided(text: str) -> bool:
    """Whether a word has a word character at one end only."""
    start, end = _ends(text)
    return start != end


def _ends(text: str) -> tuple[bool, bool]:
    return is_word_character(text[0]), is_word_character(text[-1])


def is_word_character(character: str) -> bool:
    r"""Whether this is one of those that `single_word` wants beside no token.

    A letter, a mark, a number, or a connector such as ``_``; or one that Python does not know yet.
    What Rust's ``\w`` has beyond that are circled letters and two joiners, which end no words.
    """
    category = unicodedata.category(character)
    return category[0] in "LMN" or category in ("Pc", "Cn")
