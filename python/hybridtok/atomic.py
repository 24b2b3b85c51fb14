"""Writing files so that a reader never sees half of one: temporary file beside, fsync, rename."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

__all__ = ["new_directory", "open_atomically", "write_atomically"]


def write_atomically(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Replaces the file at ``path`` by ``data`` (str as UTF-8); on any error the old file stays.

    Raises:
        OSError: the directory is missing or not writable, the disk is full, ...
    """
    with open_atomically(path) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


@contextlib.contextmanager
def open_atomically(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A binary file that takes its name only when the block ends without an exception."""
    target = Path(path)
    if target.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(target))
    # A link keeps pointing at the file it points at now.
    target = Path(os.path.realpath(target))
    if target.exists() and not target.is_file():
        # A device or a pipe (`/dev/stdout`) has no half-written state to protect.
        with open(target, "wb") as device:
            yield device
        return
    import tempfile

    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), _mode_of(target))
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(target.parent)


@contextlib.contextmanager
def new_directory(path: str | os.PathLike[str], *, force: bool = False) -> Iterator[Path]:
    """A temporary directory beside ``path`` that takes its name when the block ends well.

    An existing empty directory is replaced; with ``force`` so is one with files in it, and its old
    contents are removed only after the new ones are complete.

    Raises:
        FileExistsError: ``path`` is a file, or a directory with files in it and not ``force``.
        OSError: the parent cannot be written.
    """
    # Imported here, because those who only read files should not wait for it.
    import shutil
    import tempfile

    # A link keeps pointing where it points now.
    target = Path(os.path.realpath(path))
    check_new_directory(target, force=force)
    missing = [parent for parent in target.parents if not parent.exists()]
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield temporary
        for file in temporary.iterdir():
            with open(file, "rb") as written:
                os.fsync(written.fileno())
        os.chmod(temporary, 0o777 & ~_umask())
        _swap(temporary, target)
    except BaseException:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        with contextlib.suppress(OSError):
            for parent in missing:
                parent.rmdir()
        raise
    _sync_directory(target.parent)


def check_new_directory(target: Path, *, force: bool) -> None:
    """Fails early, and for the same reasons, if ``new_directory`` would fail for what is there."""
    if target.exists() and not target.is_dir():
        raise FileExistsError(17, "there is a file of this name", str(target))
    if target.is_dir() and not force and any(target.iterdir()):
        raise FileExistsError(17, "the directory is not empty", str(target))


def _swap(new: Path, target: Path) -> None:
    import shutil
    import tempfile

    if not target.exists():
        os.rename(new, target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    os.rename(target, old / target.name)
    try:
        os.rename(new, target)
    except BaseException:
        os.rename(old / target.name, target)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)


def _mode_of(target: Path) -> int:
    """The mode of the file to replace, or that of a new file."""
    return target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_directory(directory: Path) -> None:
    """Makes the rename survive a power cut, where the system can do that."""
    flags: Any = getattr(os, "O_DIRECTORY", None)
    if flags is None:
        return
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY | flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
