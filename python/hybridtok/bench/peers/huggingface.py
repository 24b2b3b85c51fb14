"""`tokenizers`, the reference."""

from __future__ import annotations

import importlib

from hybridtok.bench.peers.base import Peer, Source, Ways

__all__ = ["HuggingFace"]


class HuggingFace(Peer):
    """Its thread count is RAYON_NUM_THREADS, read when the process first uses threads."""

    name = "tokenizers"
    slow = True

    def __init__(self, source: Source, threads: int) -> None:
        """Loads from text."""
        self._tokenizer = importlib.import_module("tokenizers").Tokenizer.from_str(source.text)

    def ways(self) -> Ways:
        """Lists; `encode_batch_fast` leaves offsets out."""
        tokenizer = self._tokenizer

        def encode(text: str) -> list[int]:
            ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
            return ids

        def encode_batch_fast(texts: list[str]) -> list[list[int]]:
            encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            return [encoding.ids for encoding in encodings]

        return {
            "document": {"encode": encode},
            "batch": {"encode_batch_fast": encode_batch_fast},
            "encodings": {
                "encode_batch": lambda texts: tokenizer.encode_batch(
                    texts, add_special_tokens=False
                )
            },
            "prompt": {"encode": encode},
            "decode": {"decode": lambda ids: tokenizer.decode(ids, skip_special_tokens=False)},
        }
