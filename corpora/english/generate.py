"""Writes english.txt: the handwritten lines with generated ones between them."""

from pathlib import Path

from english.inflect import inflect
from english.templates import EXTRA, TEMPLATES
from english.words import WORDS
from kit import Writer, read_lines, spread, write_lines

HERE = Path(__file__).parent
GENERATED_BYTES = 96_000


def build() -> None:
    writer = Writer("english", WORDS | EXTRA, inflect)
    generated = writer.lines(TEMPLATES, GENERATED_BYTES)
    write_lines(HERE / "english.txt", spread(read_lines(HERE / "handwritten.txt"), generated))
