"""Normalizers: what changes the text before it is cut."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from hybridtok import _core
from hybridtok.compat.component import Attribute, Component, Parts, Regex, pattern

__all__ = [
    "NFC",
    "NFD",
    "NFKC",
    "NFKD",
    "NORMALIZERS",
    "BertNormalizer",
    "ByteLevel",
    "Lowercase",
    "Nmt",
    "Normalizer",
    "Precompiled",
    "Prepend",
    "Replace",
    "Sequence",
    "Strip",
    "StripAccents",
    "unicode_normalizer_from_str",
]


class Normalizer(Component, stage="normalizer"):
    """The base of all normalizers."""

    def normalize_str(self, sequence: str) -> str:
        """The normalized text."""
        if not isinstance(sequence, str):
            raise TypeError(f"'{type(sequence).__name__}' object is not an instance of 'str'")
        return _core.normalize(self._json(), sequence)


class BertNormalizer(Normalizer, type="BertNormalizer"):
    """BERT's: control characters, CJK, accents, case. Accents: None means as ``lowercase``."""

    def __init__(
        self,
        clean_text: bool = True,
        handle_chinese_chars: bool = True,
        strip_accents: bool | None = None,
        lowercase: bool = True,
    ) -> None:
        """Takes the four switches."""
        super().__init__(
            clean_text=clean_text,
            handle_chinese_chars=handle_chinese_chars,
            strip_accents=strip_accents,
            lowercase=lowercase,
        )

    clean_text = Attribute[bool]()
    handle_chinese_chars = Attribute[bool]()
    strip_accents = Attribute[bool | None]()
    lowercase = Attribute[bool]()


class NFC(Normalizer, type="NFC"):
    """Canonical composition."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class NFD(Normalizer, type="NFD"):
    """Canonical decomposition."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class NFKC(Normalizer, type="NFKC"):
    """Compatibility composition."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class NFKD(Normalizer, type="NFKD"):
    """Compatibility decomposition."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Lowercase(Normalizer, type="Lowercase"):
    """Lower case, character by character, of no language in particular."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class StripAccents(Normalizer, type="StripAccents"):
    """Drops combining marks; after NFD, that is all accents."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Nmt(Normalizer, type="Nmt"):
    """Drops control characters, and makes odd spaces plain."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class ByteLevel(Normalizer, type="ByteLevel"):
    """Writes every byte as one printable character."""

    def __init__(self) -> None:
        """Has no settings."""
        super().__init__()


class Strip(Normalizer, type="Strip"):
    """Drops whitespace at the ends."""

    def __init__(self, left: bool = True, right: bool = True) -> None:
        """Takes the ends."""
        super().__init__(strip_left=left, strip_right=right)

    left = Attribute[bool]("strip_left")
    right = Attribute[bool]("strip_right")


class Prepend(Normalizer, type="Prepend"):
    """Puts a string before a text that is not empty."""

    def __init__(self, prepend: str = "▁") -> None:
        """Takes the string."""
        super().__init__(prepend=prepend)

    prepend = Attribute[str]()


class Replace(Normalizer, type="Replace"):
    """Replaces every match of a string or `Regex`."""

    def __init__(self, pattern_: str | Regex, content: str) -> None:
        """Takes the pattern and what to put there, as it stands."""
        super().__init__(pattern=pattern(pattern_), content=content)

    content = Attribute[str]()


class Precompiled(Normalizer, type="Precompiled"):
    """The character map of a sentencepiece model."""

    def __init__(self, precompiled_charsmap: bytes) -> None:
        """Takes the map's bytes."""
        super().__init__(
            precompiled_charsmap=base64.b64encode(bytes(precompiled_charsmap)).decode("ascii")
        )


class Sequence(Parts, Normalizer, type="Sequence"):
    """Normalizers, one after the other."""

    _list = "normalizers"

    def __init__(self, normalizers: Iterable[Normalizer]) -> None:
        """Takes them in order."""
        super().__init__(normalizers=self._listed(normalizers, Normalizer))

    def __len__(self) -> int:
        """How many."""
        return len(self._fields[self._list])


NORMALIZERS = {"nfc": NFC, "nfd": NFD, "nfkc": NFKC, "nfkd": NFKD}


def unicode_normalizer_from_str(normalizer: str) -> Normalizer:
    """The normalizer called "nfc", "nfd", "nfkc" or "nfkd".

    Raises:
        ValueError: none is called so.
    """
    if normalizer not in NORMALIZERS:
        raise ValueError(
            f"{normalizer} is not a known unicode normalizer. Available are {NORMALIZERS.keys()}"
        )
    return NORMALIZERS[normalizer]()
