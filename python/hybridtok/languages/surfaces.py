"""The strings that a template can stand for, in any context."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

__all__ = ["Sounds", "read_sounds"]

_SYMBOL = re.compile(r"\((.)(?:!\w*)?\)|\{(\w);?(\w?)\}|(.)")
#: A template with more forms than this is not written out.
_MAX_FORMS = 4096


@dataclass
class Sounds:
    """What `pack.txt` says that importers need."""

    lang: str = ""
    vowels: frozenset[str] = frozenset()
    voicing: dict[str, str] = field(default_factory=dict)
    #: By symbol, the letters that it can be: archiphonemes, assimilating and final consonants.
    symbols: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def forms(self, template: str) -> set[str]:
        """Every form of a template: each symbol in each of its letters."""
        choices: list[tuple[str, ...]] = []
        for optional, pronominal, other, letter in _SYMBOL.findall(template.removeprefix("-")):
            if optional:
                choices.append(("", *self._letters(optional)))
            elif pronominal:
                choices.append(tuple({"", pronominal, other}))
            else:
                choices.append(self._letters(letter))
        number = 1
        for choice in choices:
            number *= len(choice)
        if number > _MAX_FORMS:
            return set()
        return {"".join(letters) for letters in product(*choices)} - {""}

    def _letters(self, symbol: str) -> tuple[str, ...]:
        if symbol == "=" and self.vowels:
            return tuple(sorted(self.vowels))
        return self.symbols.get(symbol, (symbol,))

    def generalise(self, variants: Iterable[str]) -> str | None:
        """One template for strings of equal length that differ only where a symbol can, or None."""
        columns = list(zip(*variants, strict=True))
        template = ""
        for column in columns:
            letters = set(column)
            if len(letters) == 1:
                template += column[0]
                continue
            fitting = [name for name, of in self.symbols.items() if letters <= set(of)]
            if not fitting:
                return None
            # The symbol with the fewest letters says most; `final` ones only stand at the end.
            template += min(fitting, key=lambda name: (len(set(self.symbols[name])), name))
        return template


def read_sounds(text: str) -> Sounds:
    """Reads a `pack.txt` that the core has accepted, or will look at later."""
    sounds = Sounds()
    for line in text.splitlines():
        key, _, value = line.partition("\t")
        items = value.split(" #")[0].split()
        if line.startswith("#") or not items:
            continue
        if key == "lang":
            sounds.lang = items[0]
        elif key == "vowels":
            sounds.vowels = frozenset(items)
        elif key == "voicing":
            sounds.voicing = dict(item.split("=", 1) for item in items if "=" in item)
        elif key == "arch":
            letters = dict.fromkeys(item.split("=", 1)[1] for item in items[1:] if "=" in item)
            sounds.symbols[items[0]] = tuple(letters)
        elif key in ("assim", "final"):
            sounds.symbols[items[0]] = tuple(items[1:])
    return sounds
