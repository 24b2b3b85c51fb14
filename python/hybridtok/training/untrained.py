"""The tokenizer before training: what makes words of a text, and no vocabulary."""

from __future__ import annotations

from typing import Any

from hybridtok.training.patterns import splitter

__all__ = ["NORMALIZERS", "untrained"]

#: What `normalizer` may name, alone or joined by commas.
NORMALIZERS = {
    "nfc": "NFC",
    "nfd": "NFD",
    "nfkc": "NFKC",
    "nfkd": "NFKD",
    "lowercase": "Lowercase",
    "strip-accents": "StripAccents",
}


def untrained(pattern: str, normalizer: str, *, byte_level: bool) -> dict[str, Any]:
    """A `tokenizer.json` without a vocabulary."""
    fallback = [{"type": "ByteFallback"}, {"type": "Fuse"}]
    byte_level_decoder = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": _normalizer(normalizer),
        "pre_tokenizer": splitter(pattern, byte_level=byte_level),
        # Offsets stay as they are: a token's span includes the space that belongs to it.
        "post_processor": byte_level_decoder | {"trim_offsets": False} if byte_level else None,
        "decoder": byte_level_decoder if byte_level else {"type": "Sequence", "decoders": fallback},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {},
            "merges": [],
        },
    }


def _normalizer(names: str) -> dict[str, Any] | None:
    if names == "none":
        return None
    steps = []
    for name in names.split(","):
        if name not in NORMALIZERS:
            known = ", ".join(["none", *NORMALIZERS])
            raise ValueError(f"there is no normalizer {name!r}; there are: {known}")
        steps.append({"type": NORMALIZERS[name]})
    return steps[0] if len(steps) == 1 else {"type": "Sequence", "normalizers": steps}
