"""Decoders: what makes text of tokens."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Listed
from typing import TYPE_CHECKING

from hybridtok import _core
from hybridtok.compat.component import (
    Attribute,
    Component,
    Parts,
    Regex,
    one_character,
    pattern,
)
from hybridtok.compat.pre_tokenizers import prepend_scheme

if TYPE_CHECKING:
    from hybridtok.compat.tokenizer import Tokenizer

__all__ = [
    "CTC",
    "BPEDecoder",
    "ByteFallback",
    "ByteLevel",
    "DecodeStream",
    "Decoder",
    "Fuse",
    "Metaspace",
    "Replace",
    "Sequence",
    "Strip",
    "WordPiece",
]


class Decoder(Component, stage="decoder"):
    """The base of all decoders."""

    def decode(self, tokens: Listed[str]) -> str:
        """The text of some tokens."""
        return "".join(_core.decode_chain(self._json(), tokens))


class BPEDecoder(Decoder, type="BPEDecoder"):
    """A suffix becomes a space."""

    def __init__(self, suffix: str = "</w>") -> None:
        """Takes the suffix."""
        super().__init__(suffix=suffix)

    suffix = Attribute[str]()


class ByteFallback(Decoder, type="ByteFallback"):
    """``<0xE4>`` becomes its byte."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class ByteLevel(Decoder, type="ByteLevel"):
    """Printable characters become the bytes they stand for."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__(add_prefix_space=True, trim_offsets=True, use_regex=True)


class CTC(Decoder, type="CTC"):
    """Drops repetitions and pads."""

    def __init__(
        self, pad_token: str = "<pad>", word_delimiter_token: str = "|", cleanup: bool = True
    ) -> None:
        """Takes the two tokens, and whether to tidy spaces."""
        super().__init__(
            pad_token=pad_token, word_delimiter_token=word_delimiter_token, cleanup=cleanup
        )

    pad_token = Attribute[str]()
    word_delimiter_token = Attribute[str]()
    cleanup = Attribute[bool]()


class Fuse(Decoder, type="Fuse"):
    """Joins all tokens."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Metaspace(Decoder, type="Metaspace"):
    """A visible space becomes a space."""

    def __init__(
        self, replacement: str = "▁", prepend_scheme: str = "always", split: bool = True
    ) -> None:
        """Takes the settings of the pre-tokenizer."""
        super().__init__(
            replacement=one_character(replacement),
            prepend_scheme=_scheme(prepend_scheme),
            split=split,
        )

    replacement = Attribute[str](write=one_character)
    prepend_scheme = Attribute[str](write=prepend_scheme)
    split = Attribute[bool]()


_scheme = prepend_scheme


class Replace(Decoder, type="Replace"):
    """Replaces every match of a string or `Regex` in each token."""

    def __init__(self, pattern_: str | Regex, content: str) -> None:
        """Takes the pattern and what to put there."""
        super().__init__(pattern=pattern(pattern_), content=content)

    content = Attribute[str]()


class Strip(Decoder, type="Strip"):
    """Drops up to so many copies of a character from both ends of each token."""

    def __init__(self, content: str = " ", left: int = 0, right: int = 0) -> None:
        """Takes the character and the two numbers."""
        super().__init__(content=one_character(content), start=left, stop=right)

    content = Attribute[str](write=one_character)
    start = Attribute[int]()
    stop = Attribute[int]()


class WordPiece(Decoder, type="WordPiece"):
    """Joins what has the prefix, and puts spaces between the rest."""

    def __init__(self, prefix: str = "##", cleanup: bool = True) -> None:
        """Takes the prefix, and whether to tidy spaces."""
        super().__init__(prefix=prefix, cleanup=cleanup)

    prefix = Attribute[str]()
    cleanup = Attribute[bool]()


class Sequence(Parts, Decoder, type="Sequence"):
    """Decoders, one after the other."""

    _list = "decoders"

    def __init__(self, decoders: Iterable[Decoder]) -> None:
        """Takes them in order."""
        super().__init__(decoders=self._listed(decoders, Decoder))


class DecodeStream:
    """Text from ids that arrive one by one."""

    def __init__(self, ids: Listed[int] | None = None, skip_special_tokens: bool = False) -> None:
        """Takes ids that came before, and whether to leave special tokens out."""
        self._stream = _core.DecodeStream(ids, skip_special_tokens)

    def step(self, tokenizer: Tokenizer, id: int | Listed[int]) -> str | None:
        """Takes one id or several; returns new text once its characters are complete."""
        return self._stream.step(tokenizer._core, id)
