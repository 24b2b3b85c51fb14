"""`rs_bpe`."""

from __future__ import annotations

import importlib
from typing import Any

from hybridtok.bench.peers.base import Peer, Source, Ways, concatenated
from hybridtok.bench.peers.ranks import Ranks, ranks_of
from hybridtok.training.patterns import PATTERNS

__all__ = ["RsBpe"]

#: Vocabularies by the pattern that goes with them.
_NAMES = {"cl100k": "cl100k_base", "o200k": "o200k_base"}


class RsBpe(Peer):
    """OpenAI's vocabularies, which it carries; no other."""

    name = "rs_bpe"
    reads_json = False

    def __init__(self, source: Source, threads: int) -> None:
        """Takes the vocabulary that the tokenizer's pattern belongs to."""
        self._tokenizer = _known(ranks_of(source))
        self._options = _openai().ParallelOptions(1, 256, threads)
        self._threads = threads

    @classmethod
    def refuses(cls, source: Source) -> str | None:
        """Everything but cl100k and o200k."""
        try:
            ranks = ranks_of(source)
        except ValueError as error:
            return str(error)
        tokenizer = _known(ranks)
        if tokenizer is None:
            return "it has OpenAI's cl100k and o200k only"
        tokens = list(ranks.ranks.items())
        for token, rank in tokens[:: max(1, len(tokens) // 1000)]:
            try:
                same = tokenizer.decode([rank]) == token.decode()
            except UnicodeDecodeError:
                continue
            if not same:
                return "its vocabulary for this pattern is another one"
        return None

    def ways(self) -> Ways:
        """Lists; decoding takes arrays, too, but more slowly than it takes a list made of one."""
        tokenizer, options = self._tokenizer, self._options
        batch = (
            {"encode_batch_parallel": lambda texts: tokenizer.encode_batch_parallel(texts, options)}
            if self._threads > 1
            else {"encode_batch": tokenizer.encode_batch}
        )
        return {
            "document": {"encode": tokenizer.encode},
            "batch": batch,
            "prompt": {"encode": tokenizer.encode},
            "decode": {"decode": lambda ids: tokenizer.decode(ids.tolist())},
        }

    @staticmethod
    def ragged(output: Any) -> Any:
        """Its batches come with figures of their own."""
        return concatenated(output[0])


def _openai() -> Any:
    # Its `openai` module fails to import; the one inside the extension works.
    return importlib.import_module("rs_bpe.bpe").openai


def _known(ranks: Ranks) -> Any:
    for pattern, name in _NAMES.items():
        if ranks.pattern == PATTERNS[pattern]:
            return getattr(_openai(), name)()
    return None
