"""What a measured tokenizer is asked for."""

from __future__ import annotations

import importlib.metadata
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "PROBE",
    "Peer",
    "Source",
    "Task",
    "Ways",
    "concatenated",
    "failure",
    "reason",
    "version_of",
]

#: document: a text to ids. batch: texts to the ids of each. encodings: texts to full encodings.
#: prompt: as document, for short texts. decode: a numpy array of ids to text.
Task = Literal["document", "batch", "encodings", "prompt", "decode"]

#: For each task, the calls that do it, by name.
Ways = Mapping[Task, Mapping[str, Callable[[Any], Any]]]

#: A tokenizer that cannot encode this cannot take part.
PROBE = "Bir varmış, it's 12345 words.\n\n  日本語 🙂\t"


@dataclass(frozen=True)
class Source:
    """The files that a tokenizer is loaded from.

    Attributes:
        path: a `tokenizer.json`.
        sentencepiece: the sentencepiece model it was made from, if it was.
    """

    path: Path
    sentencepiece: Path | None = None

    @cached_property
    def text(self) -> str:
        """The `tokenizer.json`."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def parsed(self) -> dict[str, Any]:
        """The same, parsed."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed


class Peer(ABC):
    """A tokenizer. Making one loads it and leaves its caches empty.

    Attributes:
        name: of the package on PyPI.
        reads_json: whether it loads from a `tokenizer.json`, so that loading can be compared.
        slow: whether it takes part in "document" with the start of the text only.
    """

    name: ClassVar[str]
    reads_json: ClassVar[bool] = True
    slow: ClassVar[bool] = False

    @abstractmethod
    def __init__(self, source: Source, threads: int) -> None:
        """Loads the tokenizer; ``threads`` is what it may use for batches."""

    @abstractmethod
    def ways(self) -> Ways:
        """How each task is done. Decoding may return text or bytes, batches whatever is fastest."""

    @classmethod
    def refuses(cls, source: Source) -> str | None:
        """Why it cannot run this tokenizer, as far as can be told without loading it, or None."""
        return None

    @staticmethod
    def ragged(output: Any) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """The output of "batch" as values and offsets, for comparison."""
        return concatenated(output)


def concatenated(rows: Any) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Lists of ids, one after the other, and where each starts."""
    import itertools

    import numpy as np

    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    values = np.fromiter(itertools.chain.from_iterable(rows), dtype=np.uint32, count=offsets[-1])
    return values, offsets


def version_of(name: str) -> str | None:
    """The installed version of a package, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def reason(peer: type[Peer], source: Source) -> str | None:
    """Why a peer cannot take part, or None. Tries it on a short text."""
    if peer.name != "hybridtok" and version_of(peer.name) is None:
        return "not installed"
    refusal = peer.refuses(source)
    if refusal is not None:
        return refusal
    return failure(lambda: next(iter(peer(source, 1).ways()["document"].values()))(PROBE))


def failure(call: Callable[[], Any]) -> str | None:
    """What a call raises, in a line, or None."""
    try:
        call()
    except BaseException as error:  # a Rust panic is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        message = next(iter(str(error).splitlines()), "")
        return f"{type(error).__name__}: {message}"[:200]
    return None
