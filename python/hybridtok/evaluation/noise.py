"""Errors as readers of print and typists make them, drawn by a generator that can be repeated."""

from __future__ import annotations

import string

from hybridtok.confusions import DOUBLE, confusions
from hybridtok.evaluation.bootstrap import SEED, split_mix
from hybridtok.sequences.edits import Edit, apply

__all__ = ["Noise"]

#: How often an operation is drawn, in percent.
_WEIGHTS = {
    "substitution": 60,
    "deletion": 10,
    "insertion": 10,
    "space insertion": 10,
    "space deletion": 5,
    "swap": 5,
}
_OPERATIONS = [operation for operation, weight in _WEIGHTS.items() for _ in range(weight)]
#: How far the next space may be that is deleted.
_REACH = 12


class Noise:
    """Draws errors into texts; the same seed and the same texts give the same errors."""

    def __init__(self, seed: int = SEED) -> None:
        """Starts the generator."""
        self._seed = seed
        self._next = 0
        self._drawn: list[int] = []

    def one(self, text: str) -> list[Edit]:
        """At most one error; none if what was drawn cannot be applied where it was."""
        edit = self._edit(text, 1 + self._below(len(text) - 3))
        return [] if edit is None else self._kept(text, [edit])

    def many(self, text: str, every: int = 20) -> list[Edit]:
        """An error at each position with a probability of one in so many: by default 5 %."""
        edits: list[Edit] = []
        place, end = 1, len(text) - 2
        while place < end:
            edit = self._edit(text, place) if self._below(every) == 0 else None
            place += 1
            if edit is not None:
                edits.append(edit)
                place = max(place, edit.end)
        return self._kept(text, edits)

    def _kept(self, text: str, edits: list[Edit]) -> list[Edit]:
        """The edits, unless they leave two spaces beside each other or one at an end."""
        noisy = apply(text, edits, "char")
        return [] if "  " in noisy or noisy != noisy.strip() else edits

    def _edit(self, text: str, place: int) -> Edit | None:
        """An operation at a place, or None if it cannot be applied."""
        operation = _OPERATIONS[self._below(len(_OPERATIONS))]
        here, after = text[place], text[place + 1]
        if operation == "substitution":
            new = self._substitute(here)
            return None if new == here else Edit(place, place + 1, new)
        if operation == "deletion":
            return None if here.isspace() else Edit(place, place + 1, "")
        if operation == "insertion":
            return Edit(place, place, self._letter())
        if operation == "space insertion":
            inside = not (text[place - 1].isspace() or here.isspace())
            return Edit(place, place, " ") if inside else None
        if operation == "space deletion":
            space = text.find(" ", place, place + _REACH)
            return None if space < 0 else Edit(space, space + 1, "")
        if here == after or here.isspace() or after.isspace():
            return None
        return Edit(place, place + 2, after + here)

    def _substitute(self, character: str) -> str:
        if character in DOUBLE and self._below(2) == 0:
            return DOUBLE[character]
        choices = confusions().get(character)
        if choices is not None:
            return choices[self._below(len(choices))]
        return self._letter() if character.isalpha() else character

    def _letter(self) -> str:
        return string.ascii_lowercase[self._below(26)]

    def _below(self, bound: int) -> int:
        """A number below a bound: the high half of the product with a random one."""
        if not self._drawn:
            block = split_mix(self._seed, self._next, 4096)
            self._next += len(block)
            self._drawn = block[::-1].tolist()
        return self._drawn.pop() * bound >> 64
