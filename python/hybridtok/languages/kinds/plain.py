"""Plain lists: a root a line (``word[  pos[  attributes[  count]]]``), affixes with a hyphen.

``-lar`` is a suffix, ``un-`` a prefix; a template such as ``-lAr`` is a suffix, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from hybridtok.languages.found import Found
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fields, fold

__all__ = ["read"]


def read(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads lists.

    Raises:
        FormatError: a count that is none.
    """
    found = Found()
    for path in files:
        for number, (word, *rest) in fields(path, 1, "word list", "word  pos  attributes  count"):
            pos, attributes, count = (*rest, "", "", "")[:3]
            if count and not count.isdecimal():
                raise bad_line(path, number, f"{count!r} is not a count", "word list")
            times = int(count or 0)
            if word.startswith("-") and len(word) > 1:
                # The template of a suffix may begin with a hyphen of its own (`--(I)yor`).
                template = word[1:]
                symbols = set(pack.sounds.symbols)
                if not symbols & set(template) and template.isalpha():
                    template = fold(template, pack.lang)
                _affix(found, template, pos, times)
            elif word.endswith("-") and len(word) > 1:
                found.root(fold(word[:-1], pack.lang), "PREF", (), times)
            else:
                known = tuple(attributes.split()) if len(rest) > 1 else None
                found.root(fold(word, pack.lang), pos or "X", known, times)
    return found


def _affix(found: Found, template: str, gloss: str, count: int) -> None:
    from hybridtok.languages.found import Affix

    if any(letter.isspace() for letter in template):
        found.skipped["not one word of letters"] += 1
    else:
        found.affixes[Affix(template, gloss)] += count
