"""What a worker process is told to do."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """A case at one number of threads.

    Attributes:
        name: of the text, for tables.
        text, tokenizer, sentencepiece: files.
        peers: names, or none for all.
        check_bytes: so much of a long document goes to slow peers, and to the reference.
    """

    case: str
    threads: int
    rounds: int
    name: str
    text: str
    tokenizer: str
    sentencepiece: str | None
    peers: tuple[str, ...]
    check_bytes: int
    vocab_size: int
