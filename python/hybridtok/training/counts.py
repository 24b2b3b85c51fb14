"""Counting words once, in parts or elsewhere, and adding the counts up."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, TypedDict

from hybridtok import _core
from hybridtok.atomic import open_atomically
from hybridtok.corpus import Corpus, open_corpus
from hybridtok.corpus.documents import OnInvalid
from hybridtok.corpus.paths import find_files
from hybridtok.tokenizer import Tokenizer
from hybridtok.training.distributed import Engine, counted_by
from hybridtok.training.patterns import JOINED, Joined
from hybridtok.training.untrained import untrained

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "Cutting",
    "Reading",
    "bytes_of",
    "count_words",
    "count_words_into",
    "counted",
    "merge_counts",
]

#: Called now and then with the stage, units done, and units in all (0: unknown).
Report = Callable[[str, int, int], None]

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
#: With less, nearly every word would be a run of its own.
_LEAST = 1 << 20


def bytes_of(memory: int | str | None) -> int | None:
    """Bytes from a number, or from a text such as "4GB", "500 MB" or "2GiB".

    Raises:
        ValueError: something else, or less than 1 MiB.
    """
    if memory is None:
        return None
    if isinstance(memory, str):
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", memory, re.IGNORECASE)
        if found is None or (found[3] and not found[2]):
            raise ValueError(f"memory is a number of bytes such as 4GB or 500MiB, not {memory!r}")
        units = _BINARY_UNITS if found[3] else _UNITS
        memory = int(float(found[1]) * units[found[2].lower()])
    if memory < _LEAST:
        raise ValueError(f"memory is at least {_LEAST} bytes (1MiB), not {memory}")
    return memory


@dataclass(frozen=True)
class Cutting:
    """What makes words of a text.

    Attributes:
        description: a `tokenizer.json` without a vocabulary.
        unicode: its character data.
        settings: how count files note it.
        joining: a pattern of the core; words that match it somewhere are taken together with their
            neighbours.
    """

    description: str
    unicode: Literal["hf", "unicode"]
    settings: Mapping[str, str]
    joining: str | None = None

    @classmethod
    def by(
        cls,
        *,
        pattern: str,
        normalizer: str,
        byte_level: bool,
        unicode: Literal["hf", "unicode"],
        joined: Joined | None = None,
    ) -> Cutting:
        """From the options of `train_bpe`, and whether words are counted with their neighbours."""
        blank = untrained(pattern, normalizer, byte_level=byte_level)
        settings = {
            "pattern": pattern,
            "normalizer": normalizer,
            "byte_level": str(byte_level).lower(),
            "unicode": unicode,
        }
        joining = None if joined is None else JOINED[joined]
        if joining is not None:
            settings["joining"] = joining
        return cls(json.dumps(blank), unicode, settings, joining)

    def tokenizer(self) -> Tokenizer:
        """A tokenizer that does this, without a vocabulary."""
        return Tokenizer.from_str(self.description, unicode=self.unicode)


class Reading(TypedDict):
    """The options of every trainer that say how a corpus is read; see `count_words`."""

    field: str | None
    on_invalid: OnInvalid
    memory: int | str | None
    engine: Engine
    threads: int | None
    progress: Report | None


def counted(
    corpus: Corpus, cuttings: Sequence[Cutting], reading: Reading
) -> list[_core.WordCounts]:
    """The counted words of a corpus, for each of the cuttings, in one pass over it."""
    field, on_invalid = reading["field"], reading["on_invalid"]
    documents = open_corpus(corpus, field=field, on_invalid=on_invalid)
    with counted_by(reading["engine"], documents, cuttings, reading["memory"]) as documents:
        return _core.count_words(
            [cutting.tokenizer() for cutting in cuttings],
            documents.files,
            documents.texts,
            joining=[cutting.joining for cutting in cuttings],
            counts=documents.counts,
            settings=[dict(cutting.settings) for cutting in cuttings],
            on_invalid=documents.on_invalid,
            memory=bytes_of(reading["memory"]),
            threads=reading["threads"],
            report=reading["progress"],
        )


def count_words(
    corpus: Corpus,
    output: str | os.PathLike[str],
    *,
    pattern: str = "gpt2",
    normalizer: str = "none",
    byte_level: bool = True,
    field: str | None = None,
    joined: Joined | None = None,
    unicode: Literal["hf", "unicode"] = "hf",
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | str | None = None,
    engine: Engine = "local",
    threads: int | None = None,
    progress: Report | None = None,
) -> dict[str, int]:
    """Counts the words of a corpus and writes a count file, which `train_bpe` takes as a corpus.

    The same corpus gives the same bytes, whatever ``memory`` and ``threads`` are, and whether it
    was counted at once or in parts that `merge_counts` added up.

    Args:
        corpus: as for `train_bpe`; count files are allowed, too.
        output: the file to write; it appears when it is complete.
        pattern: as for `train_bpe`, and so are ``normalizer``, ``byte_level`` and ``unicode``. The
            file notes them, and only counts with equal ones add up.
        normalizer: see ``pattern``.
        byte_level: see ``pattern``.
        field: the field of JSON lines, or the column of a table, that holds the text.
        joined: count side by side what `train_superword` of mode "boundless" joins: words with
            letters ("letters"), or all of them ("all"), or all but line ends ("lines").
        unicode: see ``pattern``.
        on_invalid: what to do with lines of files that are not UTF-8.
        memory: bytes for the table of words, as a number or a text ("4GB"); by default as much as
            it needs. What does not fit goes to the temporary directory (``TMPDIR``) in between.
        engine: "ray" counts in tasks of a Ray cluster, a task a file, and adds up here; paths must
            mean the same on all its machines, and each task has ``memory`` for itself.
        threads: threads that count; by default one a core.
        progress: called as ``progress(stage, done, total)`` now and then.

    Returns:
        The numbers of ``words`` and ``distinct_words``.

    Raises:
        TrainingError: a count file whose words were made in another way.
        FormatError: a damaged count file.
        FileNotFoundError, EncodingError, KeyboardInterrupt: as `train_bpe`.
    """
    options = dict(locals())
    with open_atomically(options.pop("output")) as file:
        return count_words_into(file, **options)


def count_words_into(
    file: IO[bytes],
    *,
    corpus: Corpus,
    pattern: str,
    normalizer: str,
    byte_level: bool,
    joined: Joined | None,
    unicode: Literal["hf", "unicode"],
    **reading: Unpack[Reading],
) -> dict[str, int]:
    """As `count_words`, into an open file."""
    if joined is not None and joined not in JOINED:
        raise ValueError(f"joined is one of {', '.join(JOINED)}, not {joined!r}")
    cutting = Cutting.by(
        pattern=pattern,
        normalizer=normalizer,
        byte_level=byte_level,
        unicode=unicode,
        joined=joined,
    )
    [words] = counted(corpus, [cutting], reading)
    return words.write(file, report=reading["progress"])


def merge_counts(
    files: Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    progress: Report | None = None,
) -> dict[str, int]:
    """Adds up count files into one. Memory does not depend on their size.

    Args:
        files: files, directories or globs.
        output: the file to write; it appears when it is complete.
        progress: called as ``progress(stage, done, total)`` now and then.

    Returns:
        The numbers of ``words`` and ``distinct_words``.

    Raises:
        TrainingError: the files were not counted with the same settings.
        FormatError: a file is damaged, or no count file.
        FileNotFoundError: a path that is not there.
    """
    found = find_files(files)
    with open_atomically(output) as file:
        return _core.merge_counts(found, file, report=progress)
