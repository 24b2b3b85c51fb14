"""`tiktoken`."""

from __future__ import annotations

import importlib

from hybridtok.bench.peers.base import Peer, Source, Ways
from hybridtok.bench.peers.ranks import ranks_of

__all__ = ["Tiktoken"]


class Tiktoken(Peer):
    """An encoding made from the tokenizer's pattern and tokens."""

    name = "tiktoken"
    reads_json = False

    def __init__(self, source: Source, threads: int) -> None:
        """Makes the encoding."""
        ranks = ranks_of(source)
        self._encoding = importlib.import_module("tiktoken").Encoding(
            "bench",
            pat_str=ranks.pattern,
            mergeable_ranks=ranks.ranks,
            special_tokens=ranks.special,
        )
        self._threads = threads

    @classmethod
    def refuses(cls, source: Source) -> str | None:
        """Everything but byte-level BPE with one pattern."""
        try:
            ranks_of(source)
        except ValueError as error:
            return str(error)
        return None

    def ways(self) -> Ways:
        """Numpy for documents, lists for batches."""
        encoding, threads = self._encoding, self._threads
        return {
            "document": {
                "encode_to_numpy": lambda text: encoding.encode_to_numpy(
                    text, allowed_special="all"
                )
            },
            "batch": {
                "encode_batch": lambda texts: encoding.encode_batch(
                    texts, num_threads=threads, allowed_special="all"
                )
            },
            "prompt": {"encode": lambda text: encoding.encode(text, allowed_special="all")},
            "decode": {"decode": lambda ids: encoding.decode(ids.tolist())},
        }
