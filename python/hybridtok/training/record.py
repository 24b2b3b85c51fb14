"""How a tokenizer was made, as far as its directory says that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hybridtok.tokenizer import NATIVE_FILE, Path_, model_file

__all__ = ["Cap", "beside", "cap_of", "creation_of"]


class Cap(NamedTuple):
    """How long learned tokens may be.

    Attributes:
        option: what it was called.
        most: the longest that it allows.
        unit: code points, bytes, or characters of the file's spelling (bytes, with byte level).
    """

    option: str
    most: int
    unit: Literal["chars", "bytes", "written"]


def creation_of(path: Path_) -> dict[str, Any]:
    """What training noted in `hybridtok.json`, or beside another file in `training.json`."""
    file = model_file(path)
    if file.name == NATIVE_FILE:
        creation = beside(file, NATIVE_FILE).get("creation")
        if isinstance(creation, dict) and creation:
            return creation
    return beside(file, "training.json")


def beside(path: Path, name: str) -> dict[str, Any]:
    """The object in a file beside another; what is wrong with it is not that file's matter."""
    try:
        found = json.loads((path.parent / name).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def cap_of(creation: Mapping[str, Any]) -> Cap | None:
    """The cap that training was told, if any."""
    arguments = creation.get("arguments")
    if not isinstance(arguments, dict):
        return None
    for option in ("max_token_chars", "max_token_length"):
        most = arguments.get(option)
        if type(most) is not int:
            continue
        if option == "max_token_length" or arguments.get("hf_compat_length") is True:
            # Hugging Face's bound is exclusive, and does not hold for pairs of characters.
            return Cap(option, max(2, most - 1), "written")
        return Cap(option, most, "bytes" if arguments.get("length_unit") == "bytes" else "chars")
    return None
