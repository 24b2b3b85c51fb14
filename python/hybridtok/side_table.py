"""The side table of a hybrid tokenizer: which morphemes its ids stand for."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hybridtok import _core
from hybridtok.atomic import write_atomically

__all__ = ["ARRAYS_FILE", "TABLE_FILE", "Morpheme", "Row", "SideTable"]

#: The table for reading.
TABLE_FILE = "morphemes.tsv"
#: Its arrays, for programs.
ARRAYS_FILE = "morphemes.safetensors"

Int32 = npt.NDArray[np.int32]

_HEAD = ("id", "kind", "string", "morpheme", "allomorph", "name", "class", "others", "merge_of")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Morpheme(NamedTuple):
    """A root or an affix, whatever its form."""

    #: "root" or "affix".
    kind: str
    #: The citation form of a root, the name of an affix.
    name: str
    #: The part of speech of a root, the class of an affix.
    class_: str
    #: What an affix means.
    gloss: str


class Row(NamedTuple):
    """An id."""

    #: "root", "affix", "piece", "byte", "merge", or a kind of control.
    kind: str
    #: How it is written; in shared mode, where neighbours decide that, its name.
    string: str
    #: ``(morpheme, allomorph)`` of all morphemes that may be written so, the most frequent first.
    candidates: list[tuple[int, int]]
    #: The two ids that a merged one consists of.
    parts: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class SideTable:
    """What the ids of a hybrid tokenizer stand for.

    Attributes:
        morphemes: the morphemes by number: all affixes of the pack, then roots.
        rows: a row for every id.
        morpheme_of: int32, shape (ids,): the most frequent morpheme that is written so; -1 where
            there is none (pieces, bytes, controls, merges).
        allomorph_of: int32, shape (ids,): which form of it this is; -1 where there is none, and in
            shared mode, whose ids stand for all forms.
        merge_of: int32, shape (ids, 2): the ids that a merged one consists of; -1 elsewhere.
    """

    morphemes: list[Morpheme]
    rows: list[Row]
    morpheme_of: Int32
    allomorph_of: Int32
    merge_of: Int32

    @classmethod
    def of(cls, tokenizer: _core.Tokenizer) -> SideTable:
        """The side table of a hybrid tokenizer; added tokens have rows of kind "added".

        Raises:
            TypeError: the tokenizer is not a hybrid one.
        """
        found = tokenizer.morpheme_table()
        rows = [Row(*row) for row in found["rows"]]
        for id, content, *_ in tokenizer.added_tokens():
            rows += [Row("added", content, [], None)] if id == len(rows) else []
        first = [row.candidates[0] if row.candidates else (-1, -1) for row in rows]
        pairs = np.array(first, dtype=np.int32).reshape(-1, 2)
        return cls(
            morphemes=[Morpheme(*morpheme) for morpheme in found["morphemes"]],
            rows=rows,
            morpheme_of=pairs[:, 0].copy(),
            allomorph_of=pairs[:, 1].copy(),
            merge_of=np.array([row.parts or (-1, -1) for row in rows], dtype=np.int32),
        )

    def parts(self, id: int) -> list[int]:
        """The ids that a merged id consists of, themselves not merged; other ids alone.

        Raises:
            IndexError: no such id.
        """
        found, left = [], [id]
        while left:
            id = left.pop()
            both = self.rows[id].parts
            if both is None:
                found.append(id)
            else:
                left += reversed(both)
        return found

    def arrays(self) -> dict[str, Int32]:
        """The three arrays by name."""
        return {
            "morpheme_of": self.morpheme_of,
            "allomorph_of": self.allomorph_of,
            "merge_of": self.merge_of,
        }

    def to_tsv(self) -> str:
        r"""The table as text: tabs, newlines and backslashes in strings are ``\t``, ``\n``, ``\\``.

        ``others`` lists further candidates as ``morpheme:allomorph``, ``merge_of`` is ``id+id``.
        """
        lines = ["\t".join(_HEAD)]
        for id, row in enumerate(self.rows):
            morpheme, allomorph = row.candidates[0] if row.candidates else (-1, -1)
            known = self.morphemes[morpheme] if morpheme >= 0 else None
            fields: Sequence[Any] = (
                id,
                row.kind,
                row.string.translate(_ESCAPES),
                morpheme,
                allomorph,
                known.name if known else "",
                known.class_ if known else "",
                " ".join(f"{other}:{form}" for other, form in row.candidates[1:]),
                "+".join(map(str, row.parts or ())),
            )
            lines.append("\t".join(map(str, fields)))
        return "\n".join(lines) + "\n"

    def to_safetensors(self) -> bytes:
        """The arrays as a safetensors file, with the number of morphemes among its metadata."""
        header: dict[str, Any] = {"__metadata__": {"morphemes": str(len(self.morphemes))}}
        data = b""
        for name, array in self.arrays().items():
            raw = array.astype("<i4").tobytes()
            offsets = [len(data), len(data) + len(raw)]
            header[name] = {"dtype": "I32", "shape": list(array.shape), "data_offsets": offsets}
            data += raw
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        return len(text).to_bytes(8, "little") + text + data

    def save(self, directory: str | os.PathLike[str]) -> list[str]:
        """Writes `morphemes.tsv` and `morphemes.safetensors`; returns their paths.

        Raises:
            OSError: they cannot be written.
        """
        table, arrays = (os.path.join(directory, name) for name in (TABLE_FILE, ARRAYS_FILE))
        write_atomically(table, self.to_tsv())
        write_atomically(arrays, self.to_safetensors())
        return [table, arrays]
