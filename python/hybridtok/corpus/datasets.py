"""Datasets of the `datasets` library, in memory or streamed. The library itself is not imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["batches_of_dataset", "is_dataset"]

#: Rows taken at a time.
ROWS = 1000


def is_dataset(corpus: object) -> bool:
    """Whether this is a dataset (or a dict of them) of the `datasets` library."""
    module = type(corpus).__module__
    return module == "datasets" or module.startswith("datasets.")


def batches_of_dataset(dataset: Any, field: str | None) -> Iterator[list[str]]:
    """The texts of one column, some at a time; empty cells are left out.

    Args:
        dataset: a `Dataset` or an `IterableDataset`.
        field: the column; by default "text", or the only column of strings.

    Raises:
        TypeError: a dict of splits.
        ValueError: no such column.
    """
    if isinstance(dataset, dict):
        splits = ", ".join(map(repr, dataset))
        raise TypeError(f"this holds several splits ({splits}); pass one of them")
    column = _column(dataset, field)
    return _texts(dataset, column)


def _texts(dataset: Any, column: str | None) -> Iterator[list[str]]:
    for batch in dataset.iter(batch_size=ROWS):
        if column is None:
            # A stream without a schema shows its columns with its first rows.
            column = _choose(
                list(batch), [k for k, v in batch.items() if isinstance(v[0], str)], None
            )
        if column not in batch:
            raise ValueError(f"no column {column!r}; there is: {', '.join(batch)}")
        yield [text for text in batch[column] if text is not None]


def _column(dataset: Any, field: str | None) -> str | None:
    features = getattr(dataset, "features", None)
    if features is None:
        return field
    strings = [
        name for name, kind in features.items() if getattr(kind, "dtype", "") in _STRING_TYPES
    ]
    return _choose(list(features), strings, field)


_STRING_TYPES = ("string", "large_string")


def _choose(columns: list[str], strings: list[str], field: str | None) -> str:
    if field is None and len(strings) == 1:
        return strings[0]
    name = field or "text"
    if name not in columns:
        raise ValueError(f"no column {name!r}; there is: {', '.join(columns)}; choose with `field`")
    return name
