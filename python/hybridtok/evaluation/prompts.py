"""Prompts that end between two words, and whether their tokens begin those of the whole text.

A model has seen the tokens of whole texts. Where a prompt ends inside one of them, it is asked to
go on from tokens that it never saw there: the prompt boundary problem (Lundberg 2023, "Prompt
boundaries and token healing"; Hayase et al. 2025, arXiv 2506.14123).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation.layout import Layout
from hybridtok.evaluation.subject import Flat, Subject, encode_flat

__all__ = ["Prompts"]

_Ints = npt.NDArray[np.int64]

#: Prompts of one text, evenly spread over its word ends.
_OF_TEXT = 4
#: Longer texts, in characters, are cut: every prompt is encoded from the beginning of its text.
_LONGEST = 4096
_SPACE = 0x20


class Prompts:
    """Beginnings of some texts.

    A prompt ends where a letter, mark or digit is followed by one space and that by something
    else than white space. Texts of more than 4,096 characters are cut before a space.

    Attributes:
        wholes: the texts.
        text: for each prompt the index of its text.
        bare: the prompts.
        spaced: the same with the space.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Chooses them, four of each text."""
        self.wholes = [piece for text in texts for piece in _pieces(text)]
        layout = Layout(self.wholes)
        ends = _word_ends(layout)
        of_text = np.searchsorted(layout.text_chars, ends, side="right") - 1
        chosen = _spread(np.bincount(of_text, minlength=len(self.wholes)))
        self.text: _Ints = of_text[chosen]
        lengths = ends[chosen] - layout.text_chars[self.text]
        pairs = list(zip(self.text.tolist(), lengths.tolist(), strict=True))
        self.bare = [self.wholes[k][:end] for k, end in pairs]
        self.spaced = [self.wholes[k][: end + 1] for k, end in pairs]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.bare)

    def lost(self, subject: Subject) -> tuple[_Ints, _Ints]:
        """For each prompt how many of its last tokens are not those of the whole text.

        Returns:
            Without and with the space.
        """
        whole = encode_flat(subject, self.wholes)
        bare, spaced = (
            _lost(encode_flat(subject, prompts), whole, self.text)
            for prompts in (self.bare, self.spaced)
        )
        return bare, spaced


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > _LONGEST:
        space = text.rfind(" ", start + 1, start + _LONGEST)
        end = start + _LONGEST if space < 0 else space
        yield text[start:end]
        start = end
    yield text[start:]


def _word_ends(layout: Layout) -> _Ints:
    """The characters, spaces, that prompts end before."""
    places = np.flatnonzero(layout.codes == _SPACE)
    # Not the first or last character of a text.
    inner = ~np.isin(places, layout.text_chars) & ~np.isin(places + 1, layout.text_chars)
    places = places[inner]
    next_codes = layout.codes[places + 1]
    blank = np.array([code for code in np.unique(next_codes).tolist() if chr(code).isspace()])
    found: _Ints = places[layout.letters[places - 1] & ~np.isin(next_codes, blank)]
    return found


def _spread(counts: _Ints) -> _Ints:
    """Of groups of so many items behind each other, some of each, evenly spread."""
    taken = np.minimum(counts, _OF_TEXT)
    k = np.arange(_OF_TEXT)
    within = (2 * k + 1) * counts[:, np.newaxis] // np.maximum(1, 2 * taken)[:, np.newaxis]
    starts = np.cumsum(counts) - counts
    found: _Ints = (starts[:, np.newaxis] + within)[k < taken[:, np.newaxis]]
    return found


def _lost(prompts: Flat, whole: Flat, text: _Ints) -> _Ints:
    lengths = np.diff(prompts.offsets)
    starts = whole.offsets[text]
    compared = np.minimum(lengths, whole.offsets[text + 1] - starts)
    prompt = np.repeat(np.arange(len(text)), compared)
    at = np.arange(len(prompt)) - np.repeat(np.cumsum(compared) - compared, compared)
    differ = prompts.ids[prompts.offsets[prompt] + at] != whole.ids[starts[prompt] + at]
    common = compared.copy()
    different, first = np.unique(prompt[differ], return_index=True)
    common[different] = at[differ][first]
    lost: _Ints = lengths - common
    return lost
