"""`gigatoken`."""

from __future__ import annotations

import importlib
from typing import Any

from hybridtok.bench.peers.base import Peer, Source, Ways

__all__ = ["Gigatoken"]


class Gigatoken(Peer):
    """Returns numpy arrays, and awkward arrays for batches."""

    name = "gigatoken"

    def __init__(self, source: Source, threads: int) -> None:
        """Loads from text."""
        self._tokenizer = importlib.import_module("gigatoken").Tokenizer.from_json(source.text)
        self._parallel = threads > 1

    def ways(self) -> Ways:
        """Ragged arrays; decoding gives bytes."""
        tokenizer, parallel = self._tokenizer, self._parallel
        return {
            "document": {"encode": tokenizer.encode},
            "batch": {
                "encode_batch": lambda texts: tokenizer.encode_batch(texts, parallel=parallel)
            },
            "prompt": {"encode": tokenizer.encode},
            "decode": {"decode to bytes": tokenizer.decode},
        }

    @staticmethod
    def ragged(output: Any) -> Any:
        """The two buffers below an awkward array."""
        layout = output.layout
        return layout.content.data, layout.offsets.data
