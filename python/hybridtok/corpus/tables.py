"""Columns of text in Parquet, Arrow and CSV files, read in bounded batches by `pyarrow`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["batches_of_table"]

#: Rows read at a time.
ROWS = 1024


def batches_of_table(path: str, kind: str, column: str | None) -> Iterator[list[str]]:
    """The texts of one column, some at a time; empty cells are left out.

    Args:
        path: the file.
        kind: "parquet", "arrow" or "csv".
        column: its name; by default "text", or the only column of strings.

    Raises:
        ModuleNotFoundError: `pyarrow` is not installed.
        FileNotFoundError: there is no such file.
        ValueError: no such column, or it holds no strings, or the file is damaged.
    """
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            f"{path}: reading {kind} files needs pyarrow; install it with "
            "`pip install 'hybridtok[arrow]'`",
            name="pyarrow",
        ) from None
    try:
        schema, batches = _OPEN[kind](path)
        name = _column(path, schema, column)
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path}: not a readable {kind} file: {_line(error)}") from None
    return _texts(path, kind, batches, name)


def _texts(path: str, kind: str, batches: Iterator[Any], name: str) -> Iterator[list[str]]:
    import pyarrow

    try:
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS):
                values = batch.column(name).slice(start, ROWS).to_pylist()
                yield [value for value in values if value is not None]
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path}: damaged {kind} file: {_line(error)}") from None


def _parquet(path: str) -> tuple[Any, Iterator[Any]]:
    from pyarrow import parquet

    file = parquet.ParquetFile(path)
    return file.schema_arrow, file.iter_batches(batch_size=ROWS)


def _arrow(path: str) -> tuple[Any, Iterator[Any]]:
    import pyarrow

    # A memory map: the batches of a file may be larger than memory.
    source = pyarrow.memory_map(path)
    try:
        file = pyarrow.ipc.open_file(source)
    except pyarrow.ArrowInvalid:
        # What `datasets` writes is a stream.
        source.seek(0)
        stream = pyarrow.ipc.open_stream(source)
        return stream.schema, iter(stream)
    return file.schema, (file.get_batch(k) for k in range(file.num_record_batches))


def _csv(path: str) -> tuple[Any, Iterator[Any]]:
    from pyarrow import csv

    # Quoted fields may hold line ends: that is what quotes in CSV are for.
    reader = csv.open_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True))
    return reader.schema, iter(reader)


_OPEN = {"parquet": _parquet, "arrow": _arrow, "csv": _csv}


def _column(path: str, schema: Any, column: str | None) -> str:
    from pyarrow import types

    strings = [
        field.name
        for field in schema
        if types.is_string(field.type)
        or types.is_large_string(field.type)
        or types.is_string_view(field.type)
    ]
    if column is not None and column in schema.names and column not in strings:
        raise ValueError(f"{path}: the column {column!r} does not hold strings")
    if column is None and len(strings) == 1:
        return str(strings[0])
    name = column or "text"
    if name not in strings:
        there = ", ".join(schema.names)
        raise ValueError(f"{path}: no column {name!r}; there is: {there}; choose with `field`")
    return name


def _line(error: Exception) -> str:
    return str(error).splitlines()[0]
