"""Writes pairs.tsv: lines of the English and Turkish corpora beside what a bad scanner reads."""

from pathlib import Path

from kit import Dice, read_lines, write_lines
from ocr.noise import Scanner

HERE = Path(__file__).parent
SOURCES = {"en": "english/english.txt", "tr": "turkish/turkish.txt"}
BYTES_A_LANGUAGE = 20_000
SHORTEST, LONGEST = 30, 220


def build() -> None:
    columns = {language: _pairs(language, source) for language, source in SOURCES.items()}
    rows = ["noisy\tclean\tlanguage"]
    # The languages take turns, so that the head of the file shows both.
    for index in range(max(map(len, columns.values()))):
        rows += [pairs[index] for pairs in columns.values() if index < len(pairs)]
    write_lines(HERE / "pairs.tsv", rows)


def _pairs(language: str, source: str) -> list[str]:
    dice = Dice(f"ocr {language}")
    scanner = Scanner(dice, language)
    lines = [line for line in read_lines(HERE.parent / source) if SHORTEST <= len(line) <= LONGEST]
    rows: list[str] = []
    size = 0
    for clean in dice.shuffled(lines):
        if size >= BYTES_A_LANGUAGE:
            break
        row = f"{scanner.read(clean)}\t{clean}\t{language}"
        rows.append(row)
        size += len(row.encode()) + 1
    return rows
