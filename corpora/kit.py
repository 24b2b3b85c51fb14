"""What every generator shares: repeatable chance, a small template language, and writing files.

A template is plain text with four kinds of marks:

    {word}        one word of the list `word`; a list entry may itself hold marks
    {word.A.B}    the same, inflected by the language's own tags A and B
    {word#1}      the same pick wherever `word#1` is named again in this sentence
    [text]        kept half of the time
    <a|b|c>       one of the alternatives
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
WordList = Sequence[str] | Callable[["Dice"], str]
Words = dict[str, WordList]

_SLOT = re.compile(r"\{(\w+)(#\w+)?((?:\.\w+)*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]<>]*)\]")
_CHOICE = re.compile(r"<([^\[\]<>]*)>")
_DEEPEST = 8


class Dice:
    """Chance that gives the same answers in every Python version.

    Only `random()` is promised to stay as it is, so everything here is built from it.
    """

    def __init__(self, seed: int | str) -> None:
        self._source = random.Random(seed)

    def below(self, n: int) -> int:
        return int(self._source.random() * n)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def happens(self, probability: float) -> bool:
        return self._source.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result

    def amount(self, mean: float) -> float:
        """A positive number around `mean`, more often below it than above."""
        return mean * (self._source.random() + 1.5 * self._source.random() ** 2)


class Bag(Generic[T]):
    """Gives every item once before it gives any of them again, so that rare words are not lost."""

    def __init__(self, dice: Dice, items: Sequence[T]) -> None:
        self._dice = dice
        self._items = items
        self._left: list[T] = []
        self._last: T | None = None

    def draw(self) -> T:
        if not self._left:
            self._left = self._dice.shuffled(self._items)
            if self._left[-1] == self._last:
                self._left.reverse()
        self._last = self._left.pop()
        return self._last


class Writer:
    """Fills templates with inflected words."""

    def __init__(
        self,
        seed: int | str,
        words: Words,
        inflect: Callable[[str, Sequence[str]], str],
        upper: Callable[[str], str] = str.upper,
    ) -> None:
        self.dice = Dice(seed)
        self._words = words
        self._inflect = inflect
        self._upper = upper
        self._bags = {
            name: Bag(self.dice, items) for name, items in words.items() if not callable(items)
        }

    def sentence(self, template: str, remembered: dict[str, str] | None = None) -> str:
        """`remembered` keeps labelled picks the same over several sentences."""
        remembered = {} if remembered is None else remembered
        text = " ".join(self.fill(template, remembered, _DEEPEST).split())
        # A capital opens the line and follows the end of a sentence inside it.
        return re.sub(
            r"(^|(?<![.\d])(?<!\.\w)[.!?] |[—–] |[“”])(\w)",
            lambda m: m[1] + self._upper(m[2]),
            text,
        )

    def fill(self, template: str, remembered: dict[str, str], depth: int) -> str:
        if depth == 0:
            raise ValueError(f"a word list names itself: {template!r}")
        text = self._choose(template)

        def slot(match: re.Match[str]) -> str:
            name, label, tags = match[1], match[2], match[3].split(".")[1:]
            key = f"{name}{label}"
            if label is None or key not in remembered:
                word = self._draw(name)
                while same := _SLOT.fullmatch(word):
                    if same[3]:
                        break
                    # One word that stands for another stays a stem, to be inflected here.
                    word = self._draw(same[1])
                if "{" in word or "<" in word or "[" in word:
                    word = self.fill(word, remembered, depth - 1)
                if label is None:
                    return self._inflect(word, tags)
                remembered[key] = word
            return self._inflect(remembered[key], tags)

        return _SLOT.sub(slot, text)

    def lines(self, templates: Sequence[str], size: int) -> list[str]:
        """Different sentences, about `size` bytes of them in all."""
        bag = Bag(self.dice, templates)
        seen: set[str] = set()
        result: list[str] = []
        while size > 0:
            line = self.sentence(bag.draw())
            if line not in seen:
                seen.add(line)
                result.append(line)
                size -= len(line.encode()) + 1
        return result

    def _draw(self, name: str) -> str:
        items = self._words[name]
        return items(self.dice) if callable(items) else self._bags[name].draw()

    def _choose(self, text: str) -> str:
        while True:
            before = text
            text = _OPTIONAL.sub(lambda m: m[1] if self.dice.happens(0.5) else "", text)
            text = _CHOICE.sub(lambda m: self.dice.pick(m[1].split("|")), text)
            if text == before:
                return text


def spread(fixed: list[str], loose: list[str]) -> list[str]:
    """`loose` strewn evenly between `fixed`, whose order stays: every part of the file is alike."""
    result: list[str] = []
    taken = 0
    for index, line in enumerate(fixed):
        result.append(line)
        upto = (index + 1) * len(loose) // len(fixed)
        result.extend(loose[taken:upto])
        taken = upto
    return result


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """One line each, NFC, UTF-8, LF, with a final newline."""
    text = "".join(unicodedata.normalize("NFC", line) + "\n" for line in lines)
    path.write_bytes(text.encode("utf-8"))
