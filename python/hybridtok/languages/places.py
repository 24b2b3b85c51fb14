"""Where language packs are."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["PACKS", "pack_directory", "shipped"]

#: The packs that come with the package, a directory a language.
PACKS = Path(__file__).parent / "packs"


def shipped() -> list[str]:
    """Codes of the languages that have a pack here."""
    return sorted(path.name for path in PACKS.iterdir() if (path / "pack.txt").is_file())


def pack_directory(pack: str | os.PathLike[str]) -> Path:
    """The directory of a pack, given as that or as the code of a language.

    Raises:
        FileNotFoundError: there is neither.
    """
    if isinstance(pack, str) and (PACKS / pack / "pack.txt").is_file():
        return PACKS / pack
    if not (Path(pack) / "pack.txt").is_file():
        known = ", ".join(shipped())
        raise FileNotFoundError(
            f"{os.fspath(pack)}: neither a directory with a pack.txt nor a language with a pack "
            f"({known})"
        )
    return Path(pack)
