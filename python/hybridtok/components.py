"""The stages of a tokenizer, as its `tokenizer.json` describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["is_byte_level", "parts"]


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
