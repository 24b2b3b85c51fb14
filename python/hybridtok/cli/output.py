"""Where data goes: stdout, or a file that appears only when it is complete."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from hybridtok import _core
from hybridtok.atomic import new_directory, open_atomically
from hybridtok.cli.failure import Failure, writing
from hybridtok.cli.settings import Settings

__all__ = [
    "SCHEMA_VERSION",
    "check_free",
    "data_output",
    "directory_output",
    "file_output",
    "print_document",
    "stamped",
]

#: Of every JSON document that a command prints; keys are only added within a version.
SCHEMA_VERSION = 1


def stamped(document: dict[str, Any]) -> dict[str, Any]:
    """A document with the versions that every one carries."""
    stamp = {"schema_version": SCHEMA_VERSION, "tool_version": _core.__version__}
    return {**stamp, **document}


def print_document(document: dict[str, Any]) -> None:
    """Prints one JSON document on stdout."""
    line = json.dumps(stamped(document), ensure_ascii=False)
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def check_free(path: str, settings: Settings) -> None:
    """Fails if there is a file at ``path`` that may not be replaced."""
    if os.path.isfile(path) and not settings.force:
        raise Failure(f"{path} exists; pass --force to replace it")


@contextlib.contextmanager
def directory_output(path: str, settings: Settings) -> Iterator[Path]:
    """A directory that appears when the block ends well; whether it can is found out at once.

    Errors of the block itself pass as they are: inputs may be missing, too.
    """
    with contextlib.ExitStack() as stack:
        with writing(path):
            directory = stack.enter_context(new_directory(path, force=settings.force))
        yield directory
        with writing(path):
            stack.close()


@contextlib.contextmanager
def file_output(path: str, settings: Settings) -> Iterator[IO[bytes]]:
    """A file that appears when the block ends well; as `directory_output`."""
    check_free(path, settings)
    with contextlib.ExitStack() as stack:
        with writing(path):
            file = stack.enter_context(open_atomically(path))
        yield file
        with writing(path):
            stack.close()


@contextlib.contextmanager
def data_output(path: str | None, settings: Settings) -> Iterator[IO[bytes]]:
    """A binary stream to stdout (``None`` or ``-``), or to a file that is replaced at the end."""
    if path is None or path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    check_free(path, settings)
    with writing(path), open_atomically(path) as file:
        yield file
