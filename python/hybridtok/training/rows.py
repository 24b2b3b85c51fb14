"""New ids of an extended tokenizer: what they are made of, and their rows in a model's matrices."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybridtok.errors import FormatError, TrainingError
from hybridtok.tokenizer import Tokenizer

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["PARTS_FILE", "extend_rows", "new_rows", "parts_of_new", "parts_to_tsv", "read_parts"]

#: What `hybridtok extend` writes beside a tokenizer.
PARTS_FILE = "new_tokens.tsv"

_HEAD = "id\ttoken\tparts"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

#: New ids, each with the old ids that it is made of, in order.
Parts = Mapping[int, Sequence[int]]


def parts_of_new(base: Tokenizer, extended: Tokenizer) -> dict[int, list[int]]:
    """The new ids of an extended tokenizer, each with the old ids that it is made of, in order.

    What their rows in a model begin as: see `extend_rows` and `hybridtok.torch.extend_embedding`.

    Raises:
        TrainingError: ``extended`` does not go on from ``base``.

    Example:
        >>> import hybridtok as ht
        >>> base = ht.train_bpe(["one of the others"] * 9, vocab_size=260)
        >>> more = ht.extend(base, ["the tokenizer's tokens"] * 9, add=4)
        >>> [base.decode(parts) for parts in ht.training.parts_of_new(base, more).values()]
        ['en', 'ken', 'oken', ' token']
    """
    before, after = base.get_vocab(), extended.get_vocab()
    old = set(before.values())
    parts: dict[int, list[int]] = {}
    for merged, sides in _merges(extended):
        if merged not in old and merged not in parts:
            parts[merged] = [part for side in sides for part in parts.get(side, [side])]
    kept = before.items() <= after.items() and set(after.values()) - old == set(parts)
    if not kept or not set().union(*parts.values()) <= old:
        raise TrainingError("the second tokenizer is not an extension of the first")
    return parts


def _merges(tokenizer: Tokenizer) -> Iterator[tuple[int, tuple[int, int]]]:
    """Ids and the two that each is made of, in order."""
    if tokenizer.hybrid():
        for id, row in enumerate(tokenizer.side_table().rows):
            if row.parts is not None:
                yield id, row.parts
        return
    model = json.loads(tokenizer.component("model") or "{}")
    vocab: Mapping[str, int] = model["vocab"]
    prefix = model.get("continuing_subword_prefix") or ""
    for left, right in model.get("merges", ()):
        yield vocab[left + right.removeprefix(prefix)], (vocab[left], vocab[right])


def parts_to_tsv(parts: Parts, extended: Tokenizer) -> str:
    r"""New ids as text: a line for each with id, token and parts, these between spaces.

    Tokens are those of the vocabulary; tabs, line ends and backslashes in them are ``\t``, ``\n``,
    ``\r`` and ``\\``.
    """
    lines = [
        f"{id}\t{str(extended.id_to_token(id)).translate(_ESCAPES)}\t{' '.join(map(str, of))}\n"
        for id, of in parts.items()
    ]
    return f"{_HEAD}\n" + "".join(lines)


def read_parts(path: str | os.PathLike[str]) -> dict[int, list[int]]:
    """Reads the new ids that `hybridtok extend` noted; as `parts_of_new`, without the base.

    Args:
        path: the directory that it made, or `new_tokens.tsv` itself.

    Raises:
        FileNotFoundError: there is no such file.
        FormatError: it is not of that form.
    """
    file = Path(path)
    if file.is_dir():
        file /= PARTS_FILE
    head, *lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    if head != _HEAD:
        raise FormatError(f"{file}: line 1 is not {_HEAD!r}", offset=1, format=PARTS_FILE)
    parts: dict[int, list[int]] = {}
    for number, line in enumerate(lines, 2):
        try:
            id, _, of = line.split("\t")
            parts[int(id)] = [int(part) for part in of.split(" ")]
        except ValueError:
            message = f"{file}: line {number} is not an id, a token and ids, between tabs"
            raise FormatError(message, offset=number, format=PARTS_FILE) from None
    return parts


def new_rows(parts: Parts, shape: Sequence[int]) -> range:
    """The rows of the new ids in a matrix, which may be padded to more rows than there are ids.

    Args:
        parts: the new ids.
        shape: of the matrix before, a row for each id, or of a bias.

    Raises:
        ValueError: the shape is none of a matrix of the base; or the ids are not in order, behind
            all that they are made of.
    """
    if len(shape) not in (1, 2):
        raise ValueError(
            f"a matrix with a row for each id is expected, or a bias, not {len(shape)}D"
        )
    if not parts:
        return range(shape[0], shape[0])
    first = min(parts)
    if sorted(parts) != list(range(first, first + len(parts))):
        raise ValueError("the new ids do not follow one upon another")
    if not all(of and min(of) >= 0 and max(of) < first for of in parts.values()):
        raise ValueError(f"a new id is made of no id, or of one that is not below {first}")
    if shape[0] < first:
        raise ValueError(f"{shape[0]:,} rows are not those of the base, which has {first:,} ids")
    return range(first, first + len(parts))


def extend_rows(matrix: npt.NDArray[Any], parts: Parts) -> npt.NDArray[Any]:
    """A model's matrix with rows for the new ids: for each the mean of those it is made of.

    The mean is what vocabulary transfer begins with (Gee et al. 2022, arXiv 2402.09977). As an
    output row, with the mean of the biases, it gives the mean of the logits, so that new tokens
    neither swamp the others nor are lost (Hewitt 2021, "Initializing New Word Embeddings").

    Args:
        matrix: the embedding or the head, a row for each old id; or the head's bias. Rows of
            padding beyond the ids are used for new ids, and what is left of them stays.
        parts: see `parts_of_new` and `read_parts`.

    Returns:
        A new array of the same dtype, with as many rows as there are ids, or more if ``matrix`` has
        them. Means are computed in 32 bits at least.

    Raises:
        ValueError: fewer rows than old ids, or another shape.
        TypeError: the dtype is not that of a floating number.

    Example:
        >>> import numpy as np
        >>> extend_rows(np.array([[0, 0], [2, 4]], np.float16), {2: [0, 1], 3: [1, 1, 0, 1]})[2:]
        array([[1. , 2. ],
               [1.5, 3. ]], dtype=float16)
    """
    import numpy as np

    rows = new_rows(parts, matrix.shape)
    if not np.issubdtype(matrix.dtype, np.inexact):
        raise TypeError(f"rows are means, so that they cannot be {matrix.dtype}")
    wide = np.result_type(matrix.dtype, np.float32)
    more = np.zeros((max(0, rows.stop - len(matrix)), *matrix.shape[1:]), matrix.dtype)
    extended: npt.NDArray[Any] = np.concatenate((matrix, more))
    for row in rows:
        extended[row] = matrix[list(parts[row])].mean(axis=0, dtype=wide)
    return extended
