"""Choices that several commands offer."""

from __future__ import annotations

from enum import Enum

__all__ = [
    "Alphabet",
    "Bound",
    "Digits",
    "Engine",
    "Joined",
    "LengthUnit",
    "Mode",
    "OnInvalid",
    "SuperwordMode",
    "TieRule",
    "Unicode",
]


class Alphabet(str, Enum):
    """What merges."""

    BYTES = "bytes"
    CHARS = "chars"


class Bound(str, Enum):
    """Where custom words are taken."""

    WORD = "word"
    ANY = "any"


class Digits(str, Enum):
    """How many digits of a number share an id."""

    ONE = "1"
    THREE = "3"


class Engine(str, Enum):
    """Where words are counted."""

    LOCAL = "local"
    RAY = "ray"


class Joined(str, Enum):
    """Which words boundless superwords join."""

    LETTERS = "letters"
    LINES = "lines"
    ALL = "all"


class LengthUnit(str, Enum):
    """What lengths of tokens are in."""

    CHARS = "chars"
    BYTES = "bytes"


class Mode(str, Enum):
    """Whether the forms of a morpheme share an id."""

    SHARED = "shared"
    SURFACE = "surface"


class OnInvalid(str, Enum):
    """What to do with lines that are not UTF-8."""

    ERROR = "error"
    REPLACE = "replace"
    SKIP = "skip"


class SuperwordMode(str, Enum):
    """What tokens of several words are made of: anything side by side, or whole words."""

    SUPERBPE = "superbpe"
    BOUNDLESS = "boundless"


class TieRule(str, Enum):
    """Which of two pairs goes first that are equally frequent."""

    IDS = "ids"
    BYTES = "bytes"


class Unicode(str, Enum):
    """Which character data to use."""

    HF = "hf"
    UNICODE = "unicode"
