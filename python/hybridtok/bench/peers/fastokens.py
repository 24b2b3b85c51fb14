"""`fastokens`."""

from __future__ import annotations

import importlib
from typing import Any

from hybridtok.bench.peers.base import Peer, Source, Ways

__all__ = ["Fastokens"]


class Fastokens(Peer):
    """Its encodings have ids only."""

    name = "fastokens"

    def __init__(self, source: Source, threads: int) -> None:
        """Loads from text."""
        self._tokenizer = importlib.import_module("fastokens").Tokenizer.from_json_str(source.text)

    def ways(self) -> Ways:
        """Lists, and flat buffers for batches."""
        tokenizer = self._tokenizer
        return {
            "document": {"encode": lambda text: tokenizer.encode(text).ids},
            "batch": {"encode_batch_flat": tokenizer.encode_batch_flat},
            "prompt": {"encode": lambda text: tokenizer.encode(text).ids},
            "decode": {"decode": tokenizer.decode},
        }

    @staticmethod
    def ragged(output: Any) -> Any:
        """Two buffers of bytes."""
        import numpy as np

        values, offsets = output
        return np.frombuffer(values, np.uint32), np.frombuffer(offsets, np.uint64).astype(np.int64)
