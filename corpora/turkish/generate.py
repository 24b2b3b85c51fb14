"""Writes turkish.txt: the handwritten lines with generated ones between them."""

from pathlib import Path

from kit import Writer, read_lines, spread, write_lines
from turkish.inflect import inflect, upper
from turkish.templates import EXTRA, TEMPLATES
from turkish.words import WORDS

HERE = Path(__file__).parent
GENERATED_BYTES = 96_000


def build() -> None:
    writer = Writer("turkish", WORDS | EXTRA, inflect, upper)
    generated = writer.lines(TEMPLATES, GENERATED_BYTES)
    write_lines(HERE / "turkish.txt", spread(read_lines(HERE / "handwritten.txt"), generated))
