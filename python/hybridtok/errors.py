"""What can go wrong, by class. Every message says what, where, and what to do, in one line.

Missing files, wrong types and the like raise the built-in exceptions that Python users expect.
"""

from __future__ import annotations

__all__ = [
    "ArtefactError",
    "EncodingError",
    "ExportError",
    "FormatError",
    "FormatWarning",
    "HybridtokError",
    "InternalError",
    "LimitError",
    "SpecialTokenError",
    "TrainingError",
    "UnknownTokenError",
]


class HybridtokError(Exception):
    """The base of all errors of this package."""


class FormatError(HybridtokError, ValueError):
    """A file is not a valid file of its format.

    Attributes:
        path: the place inside the file, a JSON path such as ``model.merges[0]``, or None.
        offset: byte or line, for formats whose places are those, or None.
        format: the format's name, such as ``tokenizer.json``, or None.
    """

    def __init__(
        self,
        *args: object,
        path: str | None = None,
        offset: int | None = None,
        format: str | None = None,
    ) -> None:
        """Takes the message and the attributes."""
        super().__init__(*args)
        self.path = path
        self.offset = offset
        self.format = format


class ArtefactError(FormatError):
    """A ``hybridtok.json`` is damaged: a checksum, its version or its self-test does not hold."""


class LimitError(HybridtokError, ValueError):
    """An untrusted input exceeds a bound.

    Attributes:
        limit: the name of the bound.
        value: what was found.
        max: what is allowed.
    """

    def __init__(
        self,
        *args: object,
        limit: str | None = None,
        value: int | None = None,
        max: int | None = None,
    ) -> None:
        """Takes the message and the attributes."""
        super().__init__(*args)
        self.limit = limit
        self.value = value
        self.max = max


class UnknownTokenError(HybridtokError, ValueError):
    """A character has no token, and the tokenizer has neither byte fallback nor an unknown token.

    Attributes:
        char_offset: the character's offset in the text, in code points.
    """

    def __init__(self, *args: object, char_offset: int | None = None) -> None:
        """Takes the message and the attribute."""
        super().__init__(*args)
        self.char_offset = char_offset


class SpecialTokenError(HybridtokError, ValueError):
    """A text holds a special token that ``disallowed_special`` forbids.

    Attributes:
        char_offset: where it begins in the text, in code points.
    """

    def __init__(self, *args: object, char_offset: int | None = None) -> None:
        """Takes the message and the attribute."""
        super().__init__(*args)
        self.char_offset = char_offset


class ExportError(HybridtokError, ValueError):
    """A tokenizer cannot be expressed in the wanted format.

    Attributes:
        component: the part that cannot.
    """

    def __init__(self, *args: object, component: str | None = None) -> None:
        """Takes the message and the attribute."""
        super().__init__(*args)
        self.component = component


class TrainingError(HybridtokError, ValueError):
    """Training makes no sense with these settings and this corpus, or cannot go on."""


class EncodingError(HybridtokError, ValueError):
    """An input is not text: not UTF-8, not JSON lines, a damaged archive, a lone surrogate.

    Attributes:
        file: the file, or None for a string.
        offset: the byte in the (uncompressed) file, or the code point in the string.
    """

    def __init__(self, *args: object, file: str | None = None, offset: int | None = None) -> None:
        """Takes the message and the attributes."""
        super().__init__(*args)
        self.file = file
        self.offset = offset


class InternalError(HybridtokError, RuntimeError):
    """A bug of this package. Please report it with the input that caused it."""


class FormatWarning(UserWarning):
    """A lenient load accepted an irregular file."""
