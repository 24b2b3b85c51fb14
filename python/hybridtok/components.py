"""The stages of a tokenizer, as its `tokenizer.json` describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["BYTES", "as_bytes", "byte_alphabet", "is_byte_level", "parts"]


def parts(component: Any) -> Iterator[dict[str, Any]]:
    """The components of a stage, sequences taken apart."""
    if not isinstance(component, dict) or not isinstance(component.get("type"), str):
        return
    if component["type"] != "Sequence":
        yield component
        return
    for key in ("normalizers", "pretokenizers", "decoders"):
        inner = component.get(key)
        for part in inner if isinstance(inner, list) else []:
            yield from parts(part)


def is_byte_level(document: Mapping[str, Any]) -> bool:
    """Whether tokens are spelt in the alphabet of bytes."""
    stages = ("normalizer", "pre_tokenizer")
    return any(part["type"] == "ByteLevel" for s in stages for part in parts(document.get(s)))


def byte_alphabet() -> list[str]:
    """The characters that stand for the 256 bytes in byte-level vocabularies, by byte.

    Printable bytes of Latin-1 stand for themselves, the others for U+0100 and on (GPT-2).
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


#: The bytes that characters of byte-level vocabularies stand for.
BYTES = {char: byte for byte, char in enumerate(byte_alphabet())}


def as_bytes(token: str) -> str:
    """What a byte-level decoder makes of a token, learned or added.

    It takes a token for bytes if it knows all its characters. Beyond ASCII they stand for other
    bytes than their own (`§§`, `café`), and the text of an added token is lost.
    """
    if any(char not in BYTES for char in token):
        return token
    return bytes(BYTES[char] for char in token).decode("utf-8", "replace")
