"""Counting as Ray tasks: a task a file, or some megabytes of texts; their counts are added up."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from hybridtok.corpus.documents import Documents
from hybridtok.corpus.paths import STDIN

if TYPE_CHECKING:
    from hybridtok.training.counts import Cutting

__all__ = ["Engine", "counted_by"]

Engine = Literal["local", "ray"]

#: Characters of text that one task gets, where the corpus is no list of files.
_TEXTS = 1 << 26
#: Tasks that are under way at once, a processor: enough to keep all of them busy.
_AHEAD = 2


@contextlib.contextmanager
def counted_by(
    engine: Engine,
    documents: Documents,
    cuttings: Sequence[Cutting],
    memory: int | str | None,
) -> Iterator[Documents]:
    """The documents, or for "ray" their counts, in files that last as long as the block.

    The tasks open the files by their paths, which must therefore mean the same on every machine of
    the cluster. Each task has the memory budget for itself.

    Args:
        engine: "local" changes nothing.
        documents: an open corpus.
        cuttings: what the words are.
        memory: as of `count_words`.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ValueError: another engine.
    """
    if engine == "local":
        yield documents
        return
    if engine != "ray":
        raise ValueError(f"engine is 'local' or 'ray', not {engine!r}")
    try:
        import ray
    except ModuleNotFoundError:
        message = "engine='ray' needs Ray; install it with `pip install 'hybridtok[ray]'`"
        raise ModuleNotFoundError(message, name="ray") from None
    if not ray.is_initialized():
        ray.init(log_to_driver=False, configure_logging=False, include_dashboard=False)
    count = ray.remote(_count).options(num_cpus=1)
    limit = _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    with tempfile.TemporaryDirectory(prefix="hybridtok-") as folder:
        paths: list[str] = []

        def collect(task: Any) -> None:
            for counts in ray.get(task):
                paths.append(os.path.join(folder, f"{len(paths)}.counts"))
                with open(paths[-1], "wb") as file:
                    file.write(counts)

        waiting: list[Any] = []
        try:
            for shard in _shards(documents):
                waiting.append(count.remote(shard, cuttings, memory))
                if len(waiting) >= limit:
                    collect(waiting.pop(0))
            while waiting:
                collect(waiting.pop(0))
        finally:
            for task in waiting:
                ray.cancel(task)
        yield dataclasses.replace(
            documents, files=[], texts=None, counts=[*documents.counts, *paths]
        )


def _shards(documents: Documents) -> Iterator[Documents]:
    """Parts of a corpus that can be counted anywhere."""
    files = documents.files or []
    for path, field in files:
        if path == STDIN:
            raise ValueError("standard input cannot be read by tasks on other machines")
        yield Documents([(os.path.abspath(path), field)], None, [], documents.on_invalid)
    if documents.files is None:
        for texts in _in_parts(documents.batches()):
            yield Documents(None, texts, [], documents.on_invalid)


def _in_parts(batches: Iterable[list[str]]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for batch in batches:
        part += batch
        size += sum(map(len, batch))
        if size >= _TEXTS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _count(shard: Documents, cuttings: Sequence[Cutting], memory: int | str | None) -> list[bytes]:
    """What a task does: the count files of one part."""
    import io

    from hybridtok.training.counts import Reading, counted

    reading = Reading(
        field=None,
        on_invalid=shard.on_invalid,
        memory=memory,
        engine="local",
        threads=1,
        progress=None,
    )
    made = []
    for words in counted(shard, cuttings, reading):
        file = io.BytesIO()
        words.write(file)
        made.append(file.getvalue())
    return made
