"""Writes contracts.txt: handwritten contracts, then generated ones with the same kinds of parts."""

from pathlib import Path

from english.inflect import inflect
from kit import Bag, Writer, read_lines, write_lines
from legal.templates import CLAUSES, CLOSINGS, DEFINITIONS, OPENINGS, RECITALS
from legal.words import ROLES, WORDS

HERE = Path(__file__).parent
GENERATED_BYTES = 68_000
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]


class Drafter:
    def __init__(self) -> None:
        # A period inside "Inc." or "No." must not make the next word a capital.
        self._writer = Writer("legal", WORDS, inflect, upper=str)
        dice = self._writer.dice
        self._dice = dice
        kinds = (OPENINGS, RECITALS, DEFINITIONS, CLAUSES, CLOSINGS)
        self._bags = [Bag(dice, templates) for templates in kinds]
        self._roles = Bag(dice, ROLES)
        self._names: dict[str, str] = {}

    def contract(self) -> list[str]:
        openings, recitals, definitions, clauses, closings = self._bags
        title, party, other = self._roles.draw()
        # What a contract calls its parties stays the same from its first line to its last.
        self._names = {"agreement#1": title, "party#1": party, "other#1": other}
        lines = [title, self._write(openings.draw())]
        lines += [self._write(recitals.draw()) for _ in range(self._dice.between(1, 3))]
        for article in range(1, self._dice.between(3, 6)):
            name = "Definitions" if article == 1 else self._write("{article}")
            lines.append(f"ARTICLE {ROMAN[article - 1]}. {name.upper()}")
            bag = definitions if article == 1 else clauses
            for number in range(1, self._dice.between(3, 7)):
                lines.append(f"{article}.{number} {self._write(bag.draw())}")
        return lines + [self._write(closings.draw()) for _ in range(self._dice.between(1, 3))]

    def _write(self, template: str) -> str:
        line = self._writer.sentence(template, self._names).replace("..", ".")
        return line[0].upper() + line[1:]


def build() -> None:
    drafter = Drafter()
    lines = read_lines(HERE / "handwritten.txt")
    size = 0
    while size < GENERATED_BYTES:
        contract = drafter.contract()
        lines += contract
        size += sum(len(line.encode()) + 1 for line in contract)
    write_lines(HERE / "contracts.txt", lines)
