"""Edits as ids, with a token for each place: ``<edit> <pos_i> <pos_j> tokens…``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from hybridtok.errors import FormatError
from hybridtok.sequences.edits import Edit, TokenEdit, check_edits, first_fault

__all__ = ["EditTokens", "decode_edits", "encode_edits"]


class EditTokens:
    """The ids that say where edits are.

    Attributes:
        edit: the id that an edit begins with.
        positions: those of the positions 0, 1, 2, …; a source may have one unit less.
    """

    def __init__(self, edit: int, positions: range) -> None:
        """Takes the ids.

        Raises:
            ValueError: the positions do not count up by one, or `edit` is one of them.
        """
        if positions.step != 1 or edit in positions:
            raise ValueError(f"{positions} are no ids of positions beside {edit}")
        self.edit = edit
        self.positions = positions

    @classmethod
    def of(cls, tokenizer: Any, edit: str = "<edit>", position: str = "<pos_{}>") -> EditTokens:
        """Finds them in a vocabulary, as many positions as there are.

        Args:
            tokenizer: one of this package, of `tokenizers` or of `transformers`.
            edit: the token that an edit begins with.
            position: those of positions, with braces for the number.

        Raises:
            ValueError: there is no such token, or the ids of positions are not consecutive.
        """
        vocabulary = tokenizer.get_vocab()
        if edit not in vocabulary or position.format(0) not in vocabulary:
            raise ValueError(f"{edit} and {position.format(0)} are not both in the vocabulary")
        first, count = vocabulary[position.format(0)], 1
        while (id := vocabulary.get(position.format(count))) is not None:
            if id != first + count:
                raise ValueError(
                    f"{position.format(count)} has the id {id}, not {first + count}: positions "
                    "must be added at once"
                )
            count += 1
        return cls(vocabulary[edit], range(first, first + count))

    def format(self, edits: Sequence[TokenEdit]) -> list[int]:
        """The ids of some edits.

        Raises:
            ValueError: as `check_edits`; a source is too long for the positions; a replacement
                holds one of these ids.
        """
        check_edits(edits)
        found: list[int] = []
        for k, (start, end, ids) in enumerate(edits):
            if end >= len(self.positions):
                raise ValueError(f"edit {k}: there are only {len(self.positions):,} positions")
            if any(map(self._is_control, ids)):
                raise ValueError(f"edit {k}: its replacement holds tokens of edits")
            found += [self.edit, self.positions[start], self.positions[end], *ids]
        return found

    def parse(self, ids: Iterable[int]) -> list[TokenEdit]:
        """The edits of some ids.

        Raises:
            FormatError: they are not as `format` makes them; ``path`` says which edit
                (``edits[2]``), ``offset`` at which id.
        """
        ids = [int(id) for id in ids]
        heads = [place for place, id in enumerate(ids) if id == self.edit]
        if ids and heads[:1] != [0]:
            raise _wrong(0, 0, "it does not begin with the token of an edit")
        edits = []
        for k, (head, end) in enumerate(itertools.pairwise([*heads, len(ids)])):
            for place in (head + 1, head + 2):
                if place >= end or ids[place] not in self.positions:
                    raise _wrong(k, place, "there is no position")
            for place in range(head + 3, end):
                if ids[place] in self.positions:
                    raise _wrong(k, place, "a third position")
            start, stop = (self.positions.index(id) for id in ids[head + 1 : head + 3])
            edits.append(TokenEdit(start, stop, tuple(ids[head + 3 : end])))
        fault = first_fault(edits)
        if fault is not None:
            k, what = fault
            raise _wrong(k, heads[k], what)
        return edits

    def _is_control(self, id: int) -> bool:
        return id == self.edit or id in self.positions


def _wrong(edit: int, place: int, what: str) -> FormatError:
    return FormatError(
        f"edit {edit}, at id {place}: {what}",
        path=f"edits[{edit}]",
        offset=place,
        format="edit tokens",
    )


def encode_edits(edits: Iterable[Edit], tokenizer: Any) -> list[TokenEdit]:
    """The same edits with the ids of their texts, each encoded alone.

    Args:
        edits: edits of a text.
        tokenizer: one of this package, of `tokenizers` or of `transformers`.
    """
    found = []
    for start, end, text in edits:
        encoded = tokenizer.encode(text, add_special_tokens=False)
        found.append(TokenEdit(start, end, tuple(getattr(encoded, "ids", encoded))))
    return found


def decode_edits(edits: Iterable[TokenEdit], tokenizer: Any) -> list[Edit]:
    """What `encode_edits` made ids of, if the tokenizer gives texts back as they were."""
    return [
        Edit(start, end, tokenizer.decode(list(ids), skip_special_tokens=False))
        for start, end, ids in edits
    ]
