"""`kitoken`."""

from __future__ import annotations

import importlib

from hybridtok.bench.peers.base import Peer, Source, Ways

__all__ = ["Kitoken"]


class Kitoken(Peer):
    """Decodes lists to bytes; the list is made in the measured time."""

    name = "kitoken"

    def __init__(self, source: Source, threads: int) -> None:
        """Loads from bytes."""
        kitoken = importlib.import_module("kitoken").Kitoken
        self._tokenizer = kitoken.from_tokenizers(source.text.encode())

    def ways(self) -> Ways:
        """Lists."""
        tokenizer = self._tokenizer
        return {
            "document": {"encode": lambda text: tokenizer.encode(text, True)},
            "batch": {"encode_all": lambda texts: tokenizer.encode_all(texts, True)},
            "prompt": {"encode": lambda text: tokenizer.encode(text, True)},
            "decode": {"decode to bytes": lambda ids: tokenizer.decode(ids.tolist(), True)},
        }
