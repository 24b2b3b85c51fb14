"""Pre-tokenizers: what cuts the text into words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hybridtok import _core
from hybridtok.compat.component import (
    Attribute,
    Component,
    Parts,
    Regex,
    behavior,
    behavior_name,
    one_character,
    pattern,
)

__all__ = [
    "BertPreTokenizer",
    "ByteLevel",
    "CharDelimiterSplit",
    "Digits",
    "FixedLength",
    "Metaspace",
    "PreTokenizer",
    "Punctuation",
    "Sequence",
    "Split",
    "UnicodeScripts",
    "Whitespace",
    "WhitespaceSplit",
    "prepend_scheme",
]


def prepend_scheme(scheme: str) -> str:
    """Checks a scheme of `Metaspace`."""
    if scheme not in ("first", "never", "always"):
        raise ValueError(
            f"{scheme} is an unknown variant, should be one of ['first', 'never', 'always']"
        )
    return scheme


class PreTokenizer(Component, stage="pre_tokenizer"):
    """The base of all pre-tokenizers."""

    def pre_tokenize_str(self, sequence: str) -> list[tuple[str, tuple[int, int]]]:
        """The words with their offsets in code points."""
        if not isinstance(sequence, str):
            raise TypeError(f"'{type(sequence).__name__}' object is not an instance of 'str'")
        return _core.pre_tokenize(self._json(), sequence)


class BertPreTokenizer(PreTokenizer, type="BertPreTokenizer"):
    """Cuts at whitespace, and around each punctuation mark."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class ByteLevel(PreTokenizer, type="ByteLevel"):
    """GPT-2's words, each byte written as one printable character."""

    def __init__(
        self, add_prefix_space: bool = True, trim_offsets: bool = True, use_regex: bool = True
    ) -> None:
        """Takes the switches; without ``use_regex`` the text stays in one piece."""
        super().__init__(
            add_prefix_space=add_prefix_space, trim_offsets=trim_offsets, use_regex=use_regex
        )

    add_prefix_space = Attribute[bool]()
    trim_offsets = Attribute[bool]()
    use_regex = Attribute[bool]()

    @staticmethod
    def alphabet() -> list[str]:
        """The characters that stand for the 256 bytes."""
        from hybridtok.components import byte_alphabet

        return byte_alphabet()


class CharDelimiterSplit(PreTokenizer, type="CharDelimiterSplit"):
    """Cuts at one character, and drops it."""

    def __init__(self, delimiter: str) -> None:
        """Takes the character."""
        super().__init__(delimiter=one_character(delimiter))

    delimiter = Attribute[str](write=one_character)


class Digits(PreTokenizer, type="Digits"):
    """Cuts around numbers."""

    def __init__(self, individual_digits: bool = False) -> None:
        """Takes whether every digit stands alone."""
        super().__init__(individual_digits=individual_digits)

    individual_digits = Attribute[bool]()


class FixedLength(PreTokenizer, type="FixedLength"):
    """Cuts into pieces of so many characters."""

    def __init__(self, length: int = 5) -> None:
        """Takes the length."""
        super().__init__(length=length)

    length = Attribute[int]()


class Metaspace(PreTokenizer, type="Metaspace"):
    """Writes spaces as a visible character, and cuts before it."""

    def __init__(
        self, replacement: str = "▁", prepend_scheme: str = "always", split: bool = True
    ) -> None:
        """Takes the character, when to put one in front, and whether to cut."""
        super().__init__(
            replacement=one_character(replacement),
            prepend_scheme=_scheme(prepend_scheme),
            split=split,
        )

    replacement = Attribute[str](write=one_character)
    prepend_scheme = Attribute[str](write=prepend_scheme)
    split = Attribute[bool]()


_scheme = prepend_scheme


class Punctuation(PreTokenizer, type="Punctuation"):
    """Cuts at punctuation."""

    def __init__(self, behavior: Any = "isolated") -> None:
        """Takes what becomes of the marks."""
        super().__init__(behavior=_behavior(behavior))

    behavior = Attribute[Any](read=behavior_name, write=behavior)


class Split(PreTokenizer, type="Split"):
    """Cuts at the matches of a string or `Regex`."""

    def __init__(self, pattern: str | Regex, behavior: Any, invert: bool = False) -> None:
        """Takes the pattern, what becomes of its matches, and whether those are the rest."""
        super().__init__(pattern=_pattern(pattern), behavior=_behavior(behavior), invert=invert)

    behavior = Attribute[Any](read=behavior_name, write=behavior)
    invert = Attribute[bool]()


_behavior = behavior
_pattern = pattern


class UnicodeScripts(PreTokenizer, type="UnicodeScripts"):
    """Cuts where the script changes."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Whitespace(PreTokenizer, type="Whitespace"):
    r"""The matches of ``\w+|[^\w\s]+``."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class WhitespaceSplit(PreTokenizer, type="WhitespaceSplit"):
    """Cuts at whitespace, and drops it."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Sequence(Parts, PreTokenizer, type="Sequence"):
    """Pre-tokenizers, one after the other."""

    _list = "pretokenizers"

    def __init__(self, pre_tokenizers: Iterable[PreTokenizer]) -> None:
        """Takes them in order."""
        super().__init__(pretokenizers=self._listed(pre_tokenizers, PreTokenizer))
