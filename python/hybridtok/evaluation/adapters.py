"""Tokenizers of this and of other packages, as `Subject`s."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hybridtok import _core
from hybridtok.diagnosis.probing import unreached
from hybridtok.diagnosis.source import Source
from hybridtok.evaluation.layout import Layout
from hybridtok.evaluation.subject import (
    Encoded,
    Flat,
    Span,
    Spans,
    Subject,
    WordSegmenter,
    as_spans,
    flat,
)
from hybridtok.evaluation.words import lower

__all__ = ["subject", "untrimmed"]


def subject(tokenizer: Any) -> Subject:
    """Puts a tokenizer behind the protocol.

    Args:
        tokenizer: a tokenizer of this package or of `tokenizers`; an encoding of tiktoken; a
            sentencepiece processor (0.2.3 or newer); a Morfessor model; the `TurkishTokenizer` of
            `turkish-tokenizer`; a function from a word to its segments; or a `Subject` already.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(tokenizer, Subject):
        return tokenizer
    if hasattr(tokenizer, "encode_batch") and hasattr(tokenizer, "get_vocab_size"):
        return _HuggingFace(tokenizer)
    if hasattr(tokenizer, "encode_ordinary") and hasattr(tokenizer, "decode_single_token_bytes"):
        return _Tiktoken(tokenizer)
    if hasattr(tokenizer, "piece_to_id") and hasattr(tokenizer, "encode"):
        return _SentencePiece(tokenizer)
    if hasattr(tokenizer, "viterbi_segment"):
        return WordSegmenter(lambda word: tokenizer.viterbi_segment(word)[0])
    if hasattr(tokenizer, "tokenize_text") and hasattr(tokenizer, "decode"):
        return _TurkishTokenizer(tokenizer)
    if callable(tokenizer):
        return WordSegmenter(tokenizer)
    raise TypeError(
        f"{type(tokenizer).__name__} is no tokenizer that can be measured; "
        "give it the methods of hybridtok.evaluation.Subject"
    )


def untrimmed(tokenizer: Any) -> Any:
    """The same tokenizer, but the space in front of a word is in the offsets of its token."""
    if not hasattr(tokenizer, "to_str") or not hasattr(tokenizer, "from_str"):
        return tokenizer
    try:
        document = json.loads(tokenizer.to_str())
    except Exception:  # `tokenizers` raises no other for components that are written in Python
        return tokenizer
    post = document.get("post_processor") or {}
    trimming = [part for part in (post, *post.get("processors", ())) if part.get("trim_offsets")]
    if not trimming:
        return tokenizer
    for part in trimming:
        part["trim_offsets"] = False
    return type(tokenizer).from_str(json.dumps(document))


class _HuggingFace:
    """A tokenizer of this package or of `tokenizers`."""

    def __init__(self, tokenizer: Any) -> None:
        if tokenizer.truncation is not None or tokenizer.padding is not None:
            # The caller's own object keeps its settings.
            ours = isinstance(tokenizer, _core.Tokenizer)
            copied = type(tokenizer)
            tokenizer = copied(tokenizer) if ours else copied.from_str(tokenizer.to_str())
            tokenizer.no_truncation()
            tokenizer.no_padding()
        self._tokenizer = tokenizer
        hybrid = getattr(tokenizer, "hybrid", None)
        self._describe: Any = tokenizer.describe if hybrid is not None and hybrid() else None
        self._kinds: dict[int, str] = {}
        # Ours has calls that make no Python object for each token.
        self._fast = getattr(tokenizer, "encode_batch_ids", None) is not None
        self._spaces = {tokenizer.token_to_id(token): token for token in _LONE_SPACES}

    @property
    def vocab_size(self) -> int | None:
        return int(self._tokenizer.get_vocab_size())

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            Encoded(
                encoding.ids,
                _without_lone_spaces(text, encoding.tokens, encoding.offsets),
                None if self._describe is None else [self._kind(id) for id in encoding.ids],
            )
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def encode_spans(self, texts: Sequence[str]) -> list[tuple[Sequence[int], Spans]]:
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        found: list[tuple[Sequence[int], Spans]] = []
        for text, encoding in zip(texts, encodings, strict=True):
            ids = encoding.ids
            if not self._fast:
                spans = as_spans(_without_lone_spaces(text, encoding.tokens, encoding.offsets))
                found.append((ids, spans))
                continue
            spans = encoding.offsets_array()
            for k, id in enumerate(ids) if not self._spaces.keys().isdisjoint(ids) else ():
                if id in self._spaces:
                    start, end = spans[k].tolist()
                    if _is_lone_space(self._spaces[id], text[start:end]):
                        spans[k, 1] = start
            found.append((ids, spans))
        return found

    def encode_flat(self, texts: Sequence[str]) -> Flat:
        if self._fast:
            ragged = self._tokenizer.encode_batch_ids(texts, add_special_tokens=False)
            return Flat(ragged.values, ragged.offsets)
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return flat([encoding.ids for encoding in encodings])

    def _kind(self, id: int) -> str:
        """What an id stands for; of a merged one its first part."""
        if id not in self._kinds:
            parts = self._describe(id)
            self._kinds[id] = str(parts[0]["kind"]) if parts else "special"
        return self._kinds[id]

    def encode_ids(self, text: str) -> Sequence[int]:
        if self._fast:
            ids: Sequence[int] = self._tokenizer.encode_ids(text, add_special_tokens=False)
        else:
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._tokenizer.decode(ids, skip_special_tokens=False))

    def decode_batch(self, ids: Sequence[Any]) -> list[str]:
        if not self._fast:
            ids = [of_text.tolist() for of_text in ids]
        found: list[str] = self._tokenizer.decode_batch(ids, skip_special_tokens=False)
        return found

    @functools.cached_property
    def _source(self) -> Source | None:
        """What its file says, if its vocabulary is byte-level."""
        if self._describe is not None:
            return None
        try:
            source = Source.open(self._tokenizer)
        except Exception:  # as in `untrimmed`
            return None
        return source if source.byte_level else None

    def token_bytes(self) -> Mapping[int, bytes] | None:
        """The bytes of each token of a byte-level vocabulary, none of an unknown token."""
        if self._source is None:
            return None
        found = dict.fromkeys(sorted(self._tokenizer.get_vocab().values()), b"")
        found.update((entry.id, entry.data) for entry in self._source.learned)
        found.update((added.id, added.content.encode()) for added in self._source.added)
        return found

    def unreachable(self) -> tuple[int | None, int] | None:
        """How many entries their own bytes do not lead to: see `unreached`."""
        source = self._source
        return None if source is None or source.tokenizer is None else unreached(source)


#: Tokens that may be nothing but a space that was put before a word.
_LONE_SPACES = ("▁", "Ġ")


def _is_lone_space(token: str, covered: str) -> bool:
    return covered != token and not covered.isspace()


def _without_lone_spaces(text: str, tokens: Sequence[str], offsets: Sequence[Span]) -> list[Span]:
    """Spans in which a space that was put before a word covers nothing, not its first character."""
    return [
        (start, start)
        if token in _LONE_SPACES and _is_lone_space(token, text[start:end])
        else (start, end)
        for token, (start, end) in zip(tokens, offsets, strict=True)
    ]


class _Tiktoken:
    """An encoding of tiktoken; special tokens in texts are text."""

    def __init__(self, encoding: Any) -> None:
        self._encoding = encoding

    @property
    def vocab_size(self) -> int | None:
        return int(self._encoding.n_vocab)

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> Encoded:
        ids = self.encode_ids(text)
        ends = np.cumsum([len(self._tokens[id]) for id in ids], dtype=np.int64)
        char_at = Layout([text]).char_at
        starts = char_at[np.append(0, ends)[:-1]]
        spans = np.stack([starts, char_at[ends - 1] + 1], axis=1)
        return Encoded(ids, list(map(tuple, spans.tolist())))

    def encode_ids(self, text: str) -> Sequence[int]:
        ids: Sequence[int] = self._encoding.encode_ordinary(text)
        return ids

    def encode_flat(self, texts: Sequence[str]) -> Flat:
        return flat(self._encoding.encode_ordinary_batch(list(texts)))

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._encoding.decode(ids))

    @functools.cached_property
    def _tokens(self) -> dict[int, bytes]:
        found = {}
        for id in range(self._encoding.n_vocab):
            try:
                found[id] = self._encoding.decode_single_token_bytes(id)
            except KeyError:  # Some ids are left free.
                continue
        return found

    def token_bytes(self) -> Mapping[int, bytes] | None:
        """The bytes of each token."""
        return self._tokens


class _SentencePiece:
    """A sentencepiece processor."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor

    @property
    def vocab_size(self) -> int | None:
        return int(self._processor.get_piece_size())

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        found = self._processor.encode(
            list(texts), return_type="offset_mapping", add_bos=False, add_eos=False
        )
        return [
            Encoded(
                encoding["ids"],
                [
                    # All bytes of a character but the last cover nothing.
                    (start, start + 1) if start == end and _BYTE.match(piece) else (start, end)
                    for piece, (start, end) in zip(
                        encoding["pieces"], encoding["offsets"], strict=True
                    )
                ],
            )
            for encoding in found
        ]

    def encode_flat(self, texts: Sequence[str]) -> Flat:
        return flat(self._processor.encode(list(texts), add_bos=False, add_eos=False))

    def encode_ids(self, text: str) -> Sequence[int]:
        ids: Sequence[int] = self._processor.encode(text, add_bos=False, add_eos=False)
        return ids

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._processor.decode(list(ids)))


_BYTE = re.compile("<0x[0-9A-F]{2}>$")


class _TurkishTokenizer:
    """`turkish_tokenizer.TurkishTokenizer`, 0.2 or 1.0, which tells tokens but not their places.

    1.0 also tells each token in one spelling (``lar`` for ``ler``), so tokens are laid over the
    text with the fewest changes of characters; where several ways are as good, a cut is early, as
    the joining consonants of Turkish belong to what follows.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    @property
    def vocab_size(self) -> int | None:
        # 1.0 does not tell it.
        return getattr(self._tokenizer, "vocab_size", None)

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def encode_ids(self, text: str) -> Sequence[int]:
        ids: Sequence[int] = self._tokenizer.encode(text)
        return ids

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._tokenizer.decode(list(ids)))

    def _encode(self, text: str) -> Encoded:
        found = self._tokenizer.tokenize_text(text)
        tokens = found[0] if isinstance(found, tuple) else found
        strings = [_TURKISH_CONTROLS.get(token["token"], token["token"]) for token in tokens]
        places = iter(re.finditer(r"\S+", text))
        spans: list[Span] = []
        # A space is a token, or the start of one.
        word: list[str] = []
        for string in strings:
            if string[:1].isspace() and any(word):
                spans += _laid_over(word, next(places, None), len(text))
                word = []
            word.append(string.strip(" "))
        spans += _laid_over(word, next(places, None), len(text))
        return Encoded([token["id"] for token in tokens], spans)


#: A marker is no text; what is not known is one character that no text holds.
_TURKISH_CONTROLS = {"<uppercase>": "", "<unknown>": "\0"}


def _laid_over(strings: Sequence[str], place: re.Match[str] | None, end: int) -> list[Span]:
    """The spans of tokens over the word at ``place``."""
    if place is None:
        return [(end, end)] * len(strings)
    bounds = [place.start() + cut for cut in _bounds(tuple(strings), lower(place[0], "tr"))]
    return list(itertools.pairwise([place.start(), *bounds]))


@functools.lru_cache(maxsize=1 << 16)
def _bounds(strings: tuple[str, ...], word: str) -> list[int]:
    """Where each string ends, if all are laid over the word with the fewest changes."""
    joined = "".join(strings)
    ends = list(itertools.accumulate(map(len, strings)))
    if joined == word:
        return ends
    # Levenshtein's table, and the way back through it.
    table = [list(range(len(word) + 1))]
    for row, a in enumerate(joined, 1):
        line = [row]
        for column, b in enumerate(word, 1):
            above, beside = table[-1][column] + 1, line[-1] + 1
            line.append(min(above, beside, table[-1][column - 1] + (a != b)))
        table.append(line)
    row, column = len(joined), len(word)
    first = {row: column}
    while row or column:
        cost = table[row][column]
        if column and cost == table[row][column - 1] + 1:
            column -= 1
        elif (
            row
            and column
            and cost == table[row - 1][column - 1] + (joined[row - 1] != word[column - 1])
        ):
            row, column = row - 1, column - 1
        else:
            row -= 1
        first[row] = column
    return [*(first[end] for end in ends[:-1]), len(word)]
