"""The trainers that are measured: GPT-2's pattern, all defaults, from a text file."""

from __future__ import annotations

import importlib
import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from hybridtok.bench.peers.base import version_of

__all__ = ["TRAINERS", "Trainer"]

Merges = list[tuple[str, str]]


class Trainer(ABC):
    """A trainer; `name` is its package on PyPI."""

    name: ClassVar[str]

    @classmethod
    def reason(cls) -> str | None:
        """Why it cannot take part, or None."""
        missing = cls.name != "hybridtok" and version_of(cls.name) is None
        return "not installed" if missing else None

    @abstractmethod
    def train(self, path: str, vocab_size: int, threads: int) -> Any:
        """Trains; the measured part."""

    @abstractmethod
    def merges(self, trained: Any) -> Merges:
        """The merges of what `train` gave, in the byte alphabet."""


class Ours(Trainer):
    """`hybridtok` itself."""

    name = "hybridtok"

    def train(self, path: str, vocab_size: int, threads: int) -> Any:
        """The recipe of `hybridtok train bpe`."""
        from hybridtok import train_bpe

        return train_bpe(path, vocab_size=vocab_size, threads=threads)

    def merges(self, trained: Any) -> Merges:
        """From the tokenizer."""
        return _merges_of(trained)


class HuggingFace(Trainer):
    """`tokenizers`, the reference."""

    name = "tokenizers"

    def train(self, path: str, vocab_size: int, threads: int) -> Any:
        """With all 256 bytes from the start, as `hybridtok` does."""
        package = importlib.import_module("tokenizers")
        byte_level = package.pre_tokenizers.ByteLevel
        tokenizer = package.Tokenizer(package.models.BPE())
        tokenizer.pre_tokenizer = byte_level(add_prefix_space=False)
        trainer = package.trainers.BpeTrainer(
            vocab_size=vocab_size, show_progress=False, initial_alphabet=byte_level.alphabet()
        )
        tokenizer.train([path], trainer)
        return tokenizer

    def merges(self, trained: Any) -> Merges:
        """From the tokenizer."""
        return _merges_of(trained)


class Gigabpe(Trainer):
    """`gigabpe`; it starts with the bytes that occur, so that it has some merges more."""

    name = "gigabpe"

    def train(self, path: str, vocab_size: int, threads: int) -> Any:
        """Vocabulary and merges."""
        package = importlib.import_module("gigabpe")
        return package.train_bpe([path], vocab_size, pretokenizer="bytelevel", threads=threads)

    def merges(self, trained: Any) -> Merges:
        """As they are."""
        return list(trained[1])


class Gigatoken(Trainer):
    """`gigatoken.train_bpe`."""

    name = "gigatoken"

    def train(self, path: str, vocab_size: int, threads: int) -> Any:
        """It reads the file as one document; the others read lines."""
        package = importlib.import_module("gigatoken")
        return package.train_bpe(path, vocab_size, [])

    def merges(self, trained: Any) -> Merges:
        """Bytes, written in the byte alphabet."""
        from hybridtok.components import byte_alphabet

        alphabet = byte_alphabet()

        def spelled(token: bytes) -> str:
            return "".join(alphabet[byte] for byte in token)

        return [(spelled(left), spelled(right)) for left, right in trained[1]]


def _merges_of(tokenizer: Any) -> Merges:
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(merge) if isinstance(merge, list) else merge.split(" ") for merge in merges]


TRAINERS: dict[str, type[Trainer]] = {
    trainer.name: trainer for trainer in (Ours, HuggingFace, Gigabpe, Gigatoken)
}
