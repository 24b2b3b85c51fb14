"""The mistakes of a scanner: letters misread, spaces lost and found, words broken by lines.

Every rule has a rate, the chance that one place where it could apply is spoilt.
"""

from dataclasses import dataclass

from kit import Dice

# what is printed, what is read, rate
COMMON = [
    ("rn", "m", 0.20), ("m", "rn", 0.03), ("cl", "d", 0.15), ("d", "cl", 0.02), ("vv", "w", 0.2),
    ("w", "vv", 0.03), ("l", "1", 0.05), ("I", "l", 0.12), ("1", "l", 0.10), ("O", "0", 0.12),
    ("0", "O", 0.08), ("5", "S", 0.08), ("S", "5", 0.06), ("8", "B", 0.08), ("B", "8", 0.06),
    ("e", "c", 0.03), ("c", "e", 0.03), ("h", "b", 0.02), ("b", "h", 0.02), ("n", "u", 0.02),
    ("u", "n", 0.015), ("fi", "ﬁ", 0.25), ("fl", "ﬂ", 0.25), ("t", "f", 0.01), ("g", "q", 0.02),
    (",", ".", 0.05), (".", ",", 0.03), ("’", "'", 0.5), ("“", "\"", 0.5), ("”", "\"", 0.5),
    ("—", "-", 0.6), ("'", "", 0.06), (";", ":", 0.06),
]  # fmt: skip
TURKISH = [
    ("İ", "I", 0.30), ("ı", "i", 0.10), ("i", "ı", 0.03), ("ş", "s", 0.12), ("Ş", "S", 0.20),
    ("ğ", "g", 0.12), ("ç", "c", 0.08), ("Ç", "C", 0.15), ("ö", "o", 0.06), ("ü", "u", 0.06),
    ("Ö", "O", 0.12), ("Ü", "U", 0.12), ("â", "a", 0.40), ("ü", "ii", 0.03), ("ö", "ô", 0.02),
]  # fmt: skip
SPACE_LOST = 0.03
SPACE_FOUND = 0.004
HYPHENATED = 0.03
SHORTEST_HYPHENATED = 7
SPECK = 0.003


@dataclass(frozen=True)
class Scanner:
    """Reads clean text badly. Rules are tried in order, and each place is spoilt at most once."""

    dice: Dice
    language: str

    def read(self, text: str) -> str:
        return self._letters(self._hyphens(text))

    def _hyphens(self, text: str) -> str:
        words = []
        for word in text.split(" "):
            breakable = len(word) >= SHORTEST_HYPHENATED and word.isalpha()
            if breakable and self.dice.happens(HYPHENATED):
                at = self.dice.between(3, len(word) - 3)
                word = f"{word[:at]}- {word[at:]}"
            words.append(word)
        return " ".join(words)

    def _letters(self, text: str) -> str:
        rules = (TURKISH + COMMON) if self.language == "tr" else COMMON
        result: list[str] = []
        at = 0
        while at < len(text):
            read, taken = self._one(text, at, rules)
            result.append(read)
            at += taken
        return "".join(result).strip()

    def _one(self, text: str, at: int, rules: list[tuple[str, str, float]]) -> tuple[str, int]:
        """What is read at one place, and how many characters of the page that took."""
        for printed, read, rate in rules:
            if text.startswith(printed, at) and self.dice.happens(rate):
                return read, len(printed)
        letter = text[at]
        if letter == " " and self.dice.happens(SPACE_LOST):
            return "", 1
        if letter.isalpha() and self.dice.happens(SPACE_FOUND):
            return letter + " ", 1
        if letter.isalpha() and self.dice.happens(SPECK):
            return letter + self.dice.pick([".", "'", "·", "|"]), 1
        return letter, 1
