"""What a job works on, read and cut once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from hybridtok.bench.job import Job
from hybridtok.bench.peers import PEERS, Peer, Source, reason
from hybridtok.bench.peers.ours import Ours
from hybridtok.bench.results import Absent
from hybridtok.bench.tasks import TASKS

__all__ = ["Inputs", "cut"]


class Inputs:
    """The text of a job, whole and in pieces, and its tokenizer."""

    def __init__(self, job: Job) -> None:
        """Reads the text."""
        self.job = job
        self.case = TASKS[job.case]
        self.text = Path(job.text).read_bytes().decode("utf-8")
        self.size = len(self.text.encode())

    @cached_property
    def source(self) -> Source:
        """The tokenizer's files, read."""
        sentencepiece = self.job.sentencepiece
        source = Source(Path(self.job.tokenizer), Path(sentencepiece) if sentencepiece else None)
        _ = source.text
        return source

    @cached_property
    def documents(self) -> list[str]:
        """Slices of the case's length, spread evenly over the text."""
        length = self.case.characters or len(self.text)
        count = max(1, min(self.case.documents, len(self.text) // max(length, 1)))
        step = max(length, len(self.text) // count)
        return [self.text[start : start + length] for start in range(0, count * step, step)]

    @cached_property
    def ids(self) -> Any:
        """The ids of the whole text, from this package."""
        return Ours(self.source, 1).ways()["document"]["encode_ids"](self.text)

    def given(self, peer: type[Peer]) -> tuple[Any, int, int]:
        """What a peer gets, its bytes, and how many calls work through it."""
        if self.case.task == "decode":
            return self.ids, self.size, 1
        if self.case.task == "document":
            text = cut(self.text, self.job.check_bytes) if peer.slow else self.text
            return text, len(text.encode()), 1
        calls = len(self.documents) if self.case.task == "prompt" else 1
        return self.documents, sum(len(item.encode()) for item in self.documents), calls

    def peers(self) -> tuple[list[type[Peer]], list[Absent]]:
        """Those that can run the tokenizer, and those that cannot."""
        present, absent = [], []
        for name, peer in PEERS.items():
            if self.job.peers and name not in self.job.peers:
                continue
            why = reason(peer, self.source)
            if why is None:
                present.append(peer)
            else:
                absent.append(Absent(name, why))
        return present, absent

    def __str__(self) -> str:
        """For tables."""
        size = self.size
        count = ""
        if self.case.characters:
            size = sum(len(item.encode()) for item in self.documents)
            count = f"{len(self.documents):,} documents of "
        return f"{count}{self.job.name}, {size / 1e6:.1f} MB"


def cut(text: str, size: int) -> str:
    """The longest start of a text that has at most ``size`` bytes."""
    return text.encode()[:size].decode("utf-8", "ignore")
