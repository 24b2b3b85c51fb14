"""A byte-level `tokenizer.json` as what tiktoken calls an encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hybridtok.bench.peers.base import Source
from hybridtok.components import BYTES
from hybridtok.training.patterns import PATTERNS

__all__ = ["Ranks", "ranks_of"]


@dataclass(frozen=True)
class Ranks:
    """A pattern, the bytes of each token with its rank, and special tokens."""

    pattern: str
    ranks: dict[bytes, int]
    special: dict[str, int]


def ranks_of(source: Source) -> Ranks:
    """Reads a tokenizer.

    Raises:
        ValueError: it is not byte-level BPE cut by one pattern, with ids in the order of merges.
    """
    parsed = source.parsed
    model = parsed["model"]
    if model.get("type", "BPE") != "BPE" or not isinstance(model["vocab"], dict):
        raise ValueError("not BPE")
    if parsed.get("normalizer"):
        raise ValueError("it has a normalizer")
    pattern = _pattern(parsed.get("pre_tokenizer"))
    special = {token["content"]: token["id"] for token in parsed.get("added_tokens") or ()}
    try:
        ranks = {
            bytes(BYTES[character] for character in token): rank
            for token, rank in model["vocab"].items()
            if token not in special
        }
    except KeyError as error:
        raise ValueError(f"a token holds {error}, which stands for no byte") from None
    if any(bytes([byte]) not in ranks for byte in range(256)):
        raise ValueError("some bytes have no token")
    _in_order(model)
    return Ranks(pattern, ranks, special)


def _pattern(splitter: dict[str, Any] | None) -> str:
    steps = (splitter or {}).get("pretokenizers") or [splitter or {}]
    match steps:
        case [{"type": "ByteLevel", "add_prefix_space": False} as last]:
            if last.get("use_regex", True):
                return PATTERNS["gpt2"]
        case [
            {"type": "Split", "pattern": {"Regex": str(pattern)}, "behavior": "Isolated"},
            {"type": "ByteLevel", "use_regex": False, "add_prefix_space": False},
        ]:
            return pattern
    raise ValueError("it is not byte-level with one pattern")


def _in_order(model: dict[str, Any]) -> None:
    """Merging by rank is merging in order only if ids grow with the merges."""
    last = -1
    for merge in model["merges"]:
        left, right = merge.split(" ") if isinstance(merge, str) else merge
        rank = model["vocab"].get(left + right, -1)
        if rank < last:
            raise ValueError("ids do not follow the order of merges")
        last = rank
