"""Ids of many documents as one array on disk, with their ends beside: `.npy` and `.bin`.

`OUT.npy` holds the ids, shape (tokens,), and `OUT.offsets.npy` the row splits, uint64, shape
(documents + 1,). `OUT.bin` holds the ids without a header and `OUT.idx` the documents' ends,
uint64. All little-endian; ids are uint16 where the largest id of the vocabulary fits, else uint32.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from hybridtok.atomic import open_atomically
from hybridtok.cli.failure import writing
from hybridtok.cli.output import check_free
from hybridtok.cli.settings import Settings

if TYPE_CHECKING:
    from hybridtok._core import Ragged

__all__ = ["companion", "flat_writer", "id_type"]

#: Bytes of a `.npy` header: room for any length, rewritten when the length is known.
_HEADER = 128


def id_type(vocabulary: Mapping[str, int]) -> str:
    """The numpy type of ids: "<u2" where the largest one fits, else "<u4"."""
    return "<u2" if max(vocabulary.values(), default=0) <= 0xFFFF else "<u4"


def companion(path: str) -> str:
    """The file of documents' ends that belongs to a file of ids."""
    stem, suffix = os.path.splitext(path)
    return f"{stem}.idx" if suffix == ".bin" else f"{stem}.offsets.npy"


@contextlib.contextmanager
def flat_writer(
    path: str, format: str, vocabulary: Mapping[str, int], settings: Settings
) -> Iterator[Callable[[Ragged], None]]:
    """A function that appends batches; both files take their names when the block ends well."""
    import numpy as np

    beside = companion(path if path.endswith(f".{format}") else f"{path}.{format}")
    check_free(path, settings)
    check_free(beside, settings)
    dtype = np.dtype(id_type(vocabulary))
    npy = format == "npy"
    with contextlib.ExitStack() as stack:
        stack.enter_context(writing(path))
        # Left last, and so renamed last: whoever sees the ids finds the ends.
        ids = stack.enter_context(open_atomically(path))
        ends = stack.enter_context(open_atomically(beside))
        if npy:
            ids.write(_header(dtype, 0))
            ends.write(_header(np.dtype("<u8"), 0))
            ends.write(np.zeros(1, "<u8").tobytes())
        written = documents = 0

        def write(ragged: Ragged) -> None:
            nonlocal written, documents
            ids.write(ragged.values.astype(dtype).tobytes())
            ends.write((ragged.offsets[1:].astype("<u8") + np.uint64(written)).tobytes())
            written += len(ragged.values)
            documents += len(ragged)

        yield write
        if npy:
            _rewrite(ids, _header(dtype, written))
            _rewrite(ends, _header(np.dtype("<u8"), documents + 1))


def _header(dtype: Any, length: int) -> bytes:
    """The header of a one-dimensional `.npy` file, version 1.0, padded to a fixed size."""
    fields = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({length},), }}"
    # 10 bytes stand before the text: magic, version, and the length of what follows.
    text = fields.ljust(_HEADER - 11) + "\n"
    return b"\x93NUMPY\x01\x00" + (_HEADER - 10).to_bytes(2, "little") + text.encode("ascii")


def _rewrite(file: IO[bytes], header: bytes) -> None:
    file.seek(0)
    file.write(header)
    file.seek(0, os.SEEK_END)
