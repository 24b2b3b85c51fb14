"""Which custom words are worth a token: those that save tokens in a text, and cut no words.

An added token takes its place before the model sees the text, and what stands beside it is cut off
from it. Byte-level vocabularies hold their words with the space before them, so a word alone
(`Chi`) leaves the space over and saves nothing. Here every word is tried with a space before it,
too, and only what pays on a sample of text stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hybridtok import _core
from hybridtok.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken
from hybridtok.training.custom import (
    Boundary,
    CustomWord,
    is_one_sided,
    is_word_character,
    token_of,
)

__all__ = ["Choice", "choose_tokens"]

#: A token with a word character at one end only cannot be bound there. It is taken without a bound
#: if at most this share of its uses cut a word.
_TOLERATED = 0.01
#: The share of the vocabulary whose use says what the last learned entries are worth.
_LAST = 0.02


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what it does to the sample.

    Attributes:
        tokens: the tokens, the one that saves most first.
        saved: how many tokens of the sample each saves, in the same order.
        before: tokens of the sample without them.
        after: tokens of the sample with them.
    """

    tokens: list[AddedToken]
    saved: list[int]
    before: int
    after: int


def choose_tokens(
    tokenizer: Tokenizer,
    texts: Sequence[str],
    words: Iterable[CustomWord],
    *,
    boundary: Boundary = "word",
    least: int | None = None,
    threads: int | None = None,
) -> Choice:
    """Chooses those of some words that save tokens of a tokenizer, as they are or spaced.

    Args:
        tokenizer: it stays as it is.
        texts: the sample.
        words: what to choose from.
        boundary: as for `token_of`. A token that begins or ends in punctuation or a space is taken
            without a bound where that cuts no words of the sample, up to 1 of 100 uses.
        least: tokens that a word must save in the sample; by default as many as one of the last
            learned entries is used there.
        threads: by default one a core. The result does not depend on it.
    """
    sample = _Sample(texts)
    before = sample.encoded(tokenizer, threads)
    if least is None:
        least = _worth_of_last(tokenizer, before.ids)
    forms = list(_forms(words, boundary))
    anywhere = {form.text for form in forms if form.boundary == "any"}
    # Those with one open end begin without a bound; the sample says whether that cuts.
    tokens = [token_of(form, "any" if is_one_sided(form.text) else "word") for form in forms]
    while True:
        found = _Found(sample, before, tokenizer, tokens, threads)
        kept = []
        for token, saved, uses, cuts in zip(
            tokens, found.saved, found.uses, found.cuts, strict=True
        ):
            if saved < least:
                continue
            if cuts > _TOLERATED * uses and token.content not in anywhere:
                token = AddedToken(token.content, single_word=True)
            kept.append(token)
        if kept == tokens:
            order = np.argsort(-found.saved, kind="stable").tolist()
            saved = [round(float(found.saved[k])) for k in order]
            return Choice([tokens[k] for k in order], saved, len(before.ids), found.after)
        # What was in the way of others is gone, or bound.
        tokens = kept


def _forms(words: Iterable[CustomWord], boundary: Boundary) -> Iterator[CustomWord]:
    for text, own in words:
        bound = "any" if boundary == "any" else own
        yield CustomWord(text, bound)
        if not text[0].isspace():
            yield CustomWord(f" {text}", bound)


def _worth_of_last(tokenizer: Tokenizer, ids: npt.NDArray[np.int64]) -> int:
    size = tokenizer.get_vocab_size(False)
    last = max(1, round(size * _LAST))
    uses = np.bincount(ids, minlength=size)[size - last : size]
    # What pays only once may be chance.
    return max(2, int(np.ceil(uses.mean())))


@dataclass(frozen=True)
class _Encoded:
    """Tokens of the sample: their ids, and the places where they start and end."""

    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


class _Sample:
    """Texts as one row of characters, with a line end before, between and behind them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        row = "\n".join(["", *self.texts, ""])
        characters = np.frombuffer(row.encode("utf-32-le", "surrogatepass"), np.uint32)
        known = np.zeros(0x110000, bool)
        known[characters] = True
        for code in np.flatnonzero(known).tolist():
            known[code] = is_word_character(chr(code))
        self.word = known[characters]
        lengths = np.array([len(text) + 1 for text in self.texts], np.int64)
        self.firsts = 1 + np.cumsum(lengths) - lengths

    def marked(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which characters are those at some places."""
        marks = np.zeros(len(self.word), bool)
        marks[places] = True
        return marks

    def encoded(self, tokenizer: _core.Tokenizer, threads: int | None) -> _Encoded:
        bare = Tokenizer(tokenizer)
        for stage in ("truncation", "padding", "post_processor"):
            bare.set_component(stage, None)
        encodings = bare.encode_batch(self.texts, threads=threads)
        ids = [encoding.ids_array() for encoding in encodings]
        spans = [
            encoding.offsets_array().reshape(-1, 2) + first
            for encoding, first in zip(encodings, self.firsts.tolist(), strict=True)
        ]
        places = np.concatenate([*spans, np.empty((0, 2))]).astype(np.int64)
        return _Encoded(
            np.concatenate([*ids, np.empty(0)]).astype(np.int64), places[:, 0], places[:, 1]
        )


class _Found:
    """What some tokens do to the sample: uses, uses that cut words, tokens saved."""

    def __init__(
        self,
        sample: _Sample,
        before: _Encoded,
        tokenizer: Tokenizer,
        tokens: list[AddedToken],
        threads: int | None,
    ) -> None:
        trial = Tokenizer(tokenizer)
        trial.add_tokens(tokens)
        now = sample.encoded(trial, threads)
        self.after = len(now.ids)
        number = np.full(max(trial.get_vocab().values(), default=0) + 1, -1)
        for k, token in enumerate(tokens):
            number[trial.token_to_id(token.content)] = k
        which = number[now.ids]
        uses = np.flatnonzero(which >= 0)
        which, starts, ends = which[uses], now.starts[uses], now.ends[uses]
        # Between places where both have a token's start, tokens differ for one reason: the custom
        # words there. They share what is saved.
        both = sample.marked(before.starts) & sample.marked(now.starts)
        shared = np.append(np.flatnonzero(both), len(both))
        saved = np.diff(np.searchsorted(before.starts, shared))
        saved -= np.diff(np.searchsorted(now.starts, shared))
        part = np.searchsorted(shared, starts, "right") - 1
        share = saved[part] / np.bincount(part, minlength=len(saved))[part]
        cut = sample.word[starts - 1] & sample.word[starts]
        cut |= sample.word[ends - 1] & sample.word[ends]
        self.uses = np.bincount(which, minlength=len(tokens))
        self.cuts = np.bincount(which[cut], minlength=len(tokens))
        self.saved = np.bincount(which, weights=share, minlength=len(tokens))
