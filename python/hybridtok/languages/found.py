"""What an importer finds: roots and affixes, before they meet a pack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["Affix", "Found", "Root"]


@dataclass(frozen=True)
class Root:
    """A root.

    Attributes:
        citation: as it stands in a dictionary, folded; verbs without the ending of the infinitive.
        pos: N V ADJ ADV PRON NUM POSTP CONJ INTERJ DET PREF X.
        attributes: what the pack format calls so, or None if the source does not know: then a
            root of the pack with this citation and part of speech is meant, whatever it does.
    """

    citation: str
    pos: str
    attributes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Affix:
    """An affix; its template is its name, unless the pack has one for it."""

    template: str
    gloss: str = ""


@dataclass
class Found:
    """What was found, with counts (0: the source has none).

    Attributes:
        roots: roots.
        affixes: affixes, in which case the count decides what stays if there are too many.
        segments: words that are cut, and how often they occur; costs are learned from them.
        compounds: roots may follow each other, or stand before others as prefixes.
        skipped: how many entries were left out, by reason.
        notes: lines for the end of ``affixes.tsv``, as comments.
    """

    roots: Counter[Root] = field(default_factory=Counter)
    affixes: Counter[Affix] = field(default_factory=Counter)
    segments: Counter[tuple[str, ...]] = field(default_factory=Counter)
    compounds: bool = False
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def root(
        self, citation: str, pos: str, attributes: tuple[str, ...] | None = None, count: int = 0
    ) -> None:
        """Adds a root, or counts it; what is no word of the pack format is skipped."""
        if not is_word(citation):
            self.skipped["not one word of letters"] += 1
        else:
            self.roots[Root(citation, pos, attributes)] += count
            self.compounds |= pos == "PREF"

    def affix(self, template: str, gloss: str = "", count: int = 0) -> None:
        """Adds an affix, or counts it."""
        if not is_word(template):
            self.skipped["not one word of letters"] += 1
        else:
            self.affixes[Affix(template, gloss)] += count


#: Letters of a root or affix, as the core has it.
MAX_LETTERS = 64


def is_word(text: str) -> bool:
    """Whether a text is one word as tokenizers cut it: a letter, then letters, marks and digits."""
    import unicodedata

    if not 0 < len(text) <= MAX_LETTERS or not text[0].isalpha():
        return False
    return text.isalpha() or all(unicodedata.category(letter)[0] in "LMN" for letter in text)
