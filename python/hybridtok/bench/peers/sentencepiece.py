"""`sentencepiece`."""

from __future__ import annotations

import importlib

from hybridtok.bench.peers.base import Peer, Source, Ways

__all__ = ["SentencePiece"]


class SentencePiece(Peer):
    """Runs the model that a `tokenizer.json` was converted from."""

    name = "sentencepiece"
    reads_json = False

    def __init__(self, source: Source, threads: int) -> None:
        """Loads the `.model` file."""
        package = importlib.import_module("sentencepiece")
        self._processor = package.SentencePieceProcessor(model_file=str(source.sentencepiece))
        self._threads = threads

    @classmethod
    def refuses(cls, source: Source) -> str | None:
        """Everything that was not made by it."""
        return None if source.sentencepiece else "no sentencepiece model is given"

    def ways(self) -> Ways:
        """Lists."""
        processor, threads = self._processor, self._threads
        return {
            "document": {"encode": processor.encode},
            "batch": {"encode": lambda texts: processor.encode(texts, num_threads=threads)},
            "prompt": {"encode": processor.encode},
            "decode": {"decode": lambda ids: processor.decode(ids.tolist())},
        }
