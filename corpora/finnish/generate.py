"""Writes finnish.txt: the handwritten lines with generated ones between them."""

from pathlib import Path

from finnish.inflect import inflect
from finnish.templates import TEMPLATES
from finnish.words import WORDS
from kit import Writer, read_lines, spread, write_lines

HERE = Path(__file__).parent
GENERATED_BYTES = 48_500


def build() -> None:
    writer = Writer("finnish", WORDS, inflect)
    generated = writer.lines(TEMPLATES, GENERATED_BYTES)
    write_lines(HERE / "finnish.txt", spread(read_lines(HERE / "handwritten.txt"), generated))
