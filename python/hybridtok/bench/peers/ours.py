"""`hybridtok` itself."""

from __future__ import annotations

import warnings
from typing import Any

from hybridtok.bench.peers.base import Peer, Source, Ways
from hybridtok.tokenizer import Tokenizer

__all__ = ["Ours"]


class Ours(Peer):
    """It takes special tokens from text here, because the others do."""

    name = "hybridtok"

    def __init__(self, source: Source, threads: int) -> None:
        """Loads leniently, as the others do."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._tokenizer = Tokenizer.from_str(source.text, strict=False)
        self._threads = threads

    def ways(self) -> Ways:
        """Arrays, and full encodings."""
        tokenizer, threads = self._tokenizer, self._threads
        options: dict[str, Any] = {"add_special_tokens": False, "allowed_special": "all"}
        return {
            "document": {
                "encode_ids": lambda text: tokenizer.encode_ids(text, threads=threads, **options),
                "encode": lambda text: tokenizer.encode(text, **options).ids,
            },
            "batch": {
                "encode_batch_ids": lambda texts: tokenizer.encode_batch_ids(
                    texts, threads=threads, **options
                )
            },
            "encodings": {
                "encode_batch": lambda texts: tokenizer.encode_batch(
                    texts, threads=threads, **options
                )
            },
            "prompt": {
                "encode_ids": lambda text: tokenizer.encode_ids(text, **options),
                "encode": lambda text: tokenizer.encode(text, **options).ids,
            },
            "decode": {"decode": tokenizer.decode, "decode_bytes": tokenizer.decode_bytes},
        }

    @staticmethod
    def ragged(output: Any) -> Any:
        """It is that already."""
        return output.values, output.offsets
