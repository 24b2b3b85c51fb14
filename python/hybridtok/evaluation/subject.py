"""What is measured: any tokenizer behind one small protocol, and the adapters for known kinds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

from hybridtok.evaluation.words import uwords

__all__ = ["Encoded", "Subject", "WordSegmenter", "cuts", "segments", "subject"]

Span = tuple[int, int]


class Encoded(NamedTuple):
    """The tokens of one text.

    Attributes:
        ids: the tokens' ids.
        offsets: for each token the code points that it covers, half open. The span of a marker
            (of case, of an inserted space) is empty; the bytes of one character all cover it.
        kinds: for each token "control", "escape" (``<v:k>``), "root", "affix", "piece" or "byte";
            None if the tokenizer has no such kinds.
    """

    ids: Sequence[int]
    offsets: Sequence[Span]
    kinds: Sequence[str] | None = None


@runtime_checkable
class Subject(Protocol):
    """A tokenizer, as evaluation needs it. All texts are encoded without special tokens."""

    @property
    def vocab_size(self) -> int | None:
        """Tokens in all, special ones included; None if nobody knows."""

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        """The tokens of each text alone."""

    def encode_ids(self, text: str) -> Sequence[int]:
        """The ids of one text, by the tokenizer's quickest call: speed is measured with it."""

    def decode(self, ids: Sequence[int]) -> str | None:
        """The text of some ids; None if the tokenizer cannot decode."""


def subject(tokenizer: Any) -> Subject:
    """Puts a tokenizer behind the protocol.

    Args:
        tokenizer: a tokenizer of this package or of `tokenizers`; a sentencepiece processor (0.2.3
            or newer); a Morfessor model; the `TurkishTokenizer` of `turkish-tokenizer`; a function
            from a word to its segments; or a `Subject` already.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(tokenizer, Subject):
        return tokenizer
    if hasattr(tokenizer, "encode_batch") and hasattr(tokenizer, "get_vocab_size"):
        return _HuggingFace(tokenizer)
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


def cuts(offsets: Sequence[Span]) -> list[int]:
    """Where a text is cut between characters, ascending; 0 is one of them if a token starts there.

    A boundary inside a character is no cut: the next token starts before the last one ends.
    """
    found: list[int] = []
    end = 0
    for start, stop in offsets:
        if start < stop:
            if start >= end:
                found.append(start)
            end = max(end, stop)
    return found


def segments(word: str, offsets: Sequence[Span]) -> list[str]:
    """A word in pieces, as its tokens cut it; joined they are the word."""
    inner = [cut for cut in cuts(offsets) if 0 < cut < len(word)]
    bounds = [0, *inner, len(word)]
    return [word[start:end] for start, end in itertools.pairwise(bounds)]


class WordSegmenter:
    """Anything that cuts words, such as a morphological segmenter, as a tokenizer of texts.

    Words are those of `uword`; other characters that are no space are tokens of their own.
    A segment's id is the order of its first appearance. It does not decode: spaces are lost.
    """

    vocab_size = None

    def __init__(self, segment: Callable[[str], Sequence[str]]) -> None:
        """Takes a function from a word to its segments, which joined must be the word."""
        self._segment = segment
        self._words: dict[str, list[int]] = {}
        self._ids: dict[str, int] = {}

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        """The segments of the words of each text."""
        return [self._encode(text) for text in texts]

    def encode_ids(self, text: str) -> Sequence[int]:
        """Their ids."""
        return self._encode(text).ids

    def decode(self, ids: Sequence[int]) -> str | None:
        """None: not possible."""
        return None

    def _encode(self, text: str) -> Encoded:
        spans: list[Span] = []
        place = 0
        for start, end in uwords(text):
            spans += self._between(text, place, start)
            bounds = self._bounds(text[start:end])
            spans += [
                (start + a, start + b) for a, b in zip([0, *bounds], bounds, strict=False) if a < b
            ]
            place = end
        spans += self._between(text, place, len(text))
        ids = [self._ids.setdefault(text[a:b], len(self._ids)) for a, b in spans]
        return Encoded(ids, spans)

    def _between(self, text: str, start: int, end: int) -> Iterator[Span]:
        return ((at, at + 1) for at in range(start, end) if not text[at].isspace())

    def _bounds(self, word: str) -> list[int]:
        known = self._words.get(word)
        if known is None:
            parts = self._segment(word)
            if "".join(parts) != word:
                raise ValueError(f"the segments of {word!r} are not the word: {list(parts)}")
            known = []
            for part in parts:
                known.append((known[-1] if known else 0) + len(part))
            self._words[word] = known
        return known


class _HuggingFace:
    """A tokenizer of this package or of `tokenizers`."""

    def __init__(self, tokenizer: Any) -> None:
        if tokenizer.truncation is not None or tokenizer.padding is not None:
            # The caller's own object keeps its settings.
            tokenizer = type(tokenizer).from_str(tokenizer.to_str())
            tokenizer.no_truncation()
            tokenizer.no_padding()
        self._tokenizer = tokenizer
        # Ours has a call that makes no Python object for each token.
        self._fast = getattr(tokenizer, "encode_batch_ids", None) is not None

    @property
    def vocab_size(self) -> int | None:
        return int(self._tokenizer.get_vocab_size())

    def encode_batch(self, texts: Sequence[str]) -> list[Encoded]:
        encodings = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            Encoded(encoding.ids, _without_lone_spaces(text, encoding.tokens, encoding.offsets))
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def encode_ids(self, text: str) -> Sequence[int]:
        if self._fast:
            ids: Sequence[int] = self._tokenizer.encode_ids(text, add_special_tokens=False)
        else:
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._tokenizer.decode(ids, skip_special_tokens=False))


def _without_lone_spaces(text: str, tokens: Sequence[str], offsets: Sequence[Span]) -> list[Span]:
    """Spans in which a space that was put before a word covers nothing, not its first character."""
    return [
        (start, start)
        if token in ("▁", "Ġ") and text[start:end] != token and not text[start:end].isspace()
        else (start, end)
        for token, (start, end) in zip(tokens, offsets, strict=True)
    ]


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

    def encode_ids(self, text: str) -> Sequence[int]:
        ids: Sequence[int] = self._processor.encode(text, add_bos=False, add_eos=False)
        return ids

    def decode(self, ids: Sequence[int]) -> str | None:
        return str(self._processor.decode(list(ids)))


_BYTE = re.compile("<0x[0-9A-F]{2}>$")


class _TurkishTokenizer:
    """`turkish_tokenizer.TurkishTokenizer`, 0.2 or 1.0, which tells tokens but not their places."""

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
        spans: list[Span] = []
        place = 0
        for token in tokens:
            string = token["token"]
            start = place
            if string.isspace():
                place = min(place + len(string), len(text))
            elif string == "<uppercase>":
                # 1.0 puts it before the space of the word that it is about.
                pass
            elif string == "<unknown>":
                place = min(place + 1, len(text))
            else:
                bare = string.lstrip(" ")
                if bare != string:
                    # A word starts; an unknown character may have swallowed the one before.
                    while 0 < place < len(text) and not text[place].isspace():
                        place += 1
                    while place < len(text) and text[place].isspace():
                        place += 1
                    start = place
                place = min(place + len(bare), len(text))
            spans.append((start, place))
        return Encoded([token["id"] for token in tokens], spans)
