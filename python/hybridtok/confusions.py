"""What characters are taken for by readers of print and by typists."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

__all__ = ["DOUBLE", "confusions"]

#: Characters that every other time are read as two.
DOUBLE = {"m": "rn", "d": "cl", "w": "vv"}


@functools.cache
def confusions() -> Mapping[str, tuple[str, ...]]:
    """For a character what it may be taken for, from the table beside this file."""
    table = Path(__file__).with_name("confusions.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {character: tuple(choices) for _, character, *choices in rows}
