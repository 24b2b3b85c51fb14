"""Running text: how much it is compressed, what becomes of its words, and whether it comes back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hybridtok.evaluation.boundaries import f1
from hybridtok.evaluation.distribution import distribution
from hybridtok.evaluation.speed import speeds
from hybridtok.evaluation.subject import Encoded, Span, Subject, cuts
from hybridtok.evaluation.validity import Validator, token_validity
from hybridtok.evaluation.words import digit_runs, pieces_of_words, unspaced, uwords

__all__ = ["Running", "Text", "Totals"]

#: Text that speed is measured on; more would measure no better.
_TIMED = 1_000_000


class Running:
    """Several tokenizers over the same running text."""

    def __init__(
        self,
        subjects: Mapping[str, Subject],
        *,
        morphology: bool,
        validator: Validator | None,
        speed: bool,
    ) -> None:
        """Starts with no text."""
        self._subjects = subjects
        self._morphology = morphology
        self._validator = validator
        self._speed = speed
        self._totals = {
            name: Totals(of, strings=validator is not None) for name, of in subjects.items()
        }
        self._units = self._unspaced = 0
        self._timed: list[str] = []
        self._timed_bytes = 0

    def add(self, texts: Sequence[str]) -> None:
        """Measures some units."""
        units = [Text(text) for text in texts]
        for sums in self._totals.values():
            sums.add(units)
        self._units += len(units)
        self._unspaced += sum(unit.unspaced for unit in units)
        if self._speed and self._timed_bytes < _TIMED:
            self._timed += texts
            self._timed_bytes += sum(unit.bytes for unit in units)

    def results(self, warnings: list[str]) -> dict[str, dict[str, Any]]:
        """The metrics of each tokenizer; what to be careful about is added to ``warnings``.

        Raises:
            ValueError: there was no text.
        """
        if self._units == 0:
            raise ValueError("the corpus holds no text")
        if self._unspaced:
            warnings.append(
                f"{self._unspaced:,} of {self._units:,} units hold scripts without word spaces: "
                "metrics of words are not comparable there"
            )
        first = next(iter(self._totals.values()))
        rates = speeds(self._subjects, self._timed) if self._speed else {}
        results = {}
        for name, sums in self._totals.items():
            metrics = sums.metrics(first)
            if metrics["round_trip"] is None:
                warnings.append(f"{name}: it does not decode, so there is no round trip")
            if self._morphology:
                metrics.update(sums.escapes())
                if self._validator is not None:
                    metrics.update(token_validity(sums.strings, self._validator))
            results[name] = {**metrics, **rates.get(name, {})}
        if self._validator is not None:
            warnings.append(
                f"TR and Pure shares are by {self._validator.name}: circular for a tokenizer that "
                "was made from the same lexicon"
            )
        return results


class Text:
    """One unit (line or document) and what is the same for all tokenizers."""

    def __init__(self, text: str) -> None:
        """Finds its words."""
        self.text = text
        self.words = uwords(text)
        self.digits = digit_runs(text)
        self.unspaced = unspaced(text)
        self.bytes = len(text.encode("utf-8", "surrogatepass"))


class Totals:
    """Sums over all units of a corpus for one tokenizer."""

    def __init__(self, subject: Subject, *, strings: bool) -> None:
        """Starts at nothing; with ``strings`` what tokens look like is counted, too."""
        self._subject = subject
        self._strings: Counter[str] | None = Counter() if strings else None
        self._ids: Counter[int] = Counter()
        self._kinds: Counter[str] = Counter()
        self._has_kinds = False
        self._units = self._bytes = self._chars = self._words = self._tokens = 0
        self._pieces = self._whole = self._fallback = 0
        self._same: int | None = 0
        self._digits = [0, 0, 0]

    def add(self, texts: Sequence[Text]) -> None:
        """Encodes some units and adds them up."""
        batch = self._subject.encode_batch([text.text for text in texts])
        for text, encoded in zip(texts, batch, strict=True):
            self._add(text, encoded)

    def _add(self, text: Text, encoded: Encoded) -> None:
        ids = np.asarray(encoded.ids).tolist()
        found = cuts(encoded.offsets)
        pieces = pieces_of_words(text.words, found)
        self._units += 1
        self._bytes += text.bytes
        self._chars += len(text.text)
        self._words += len(text.words)
        self._tokens += len(ids)
        self._ids.update(ids)
        self._pieces += sum(pieces)
        self._whole += pieces.count(1)
        self._add_digits(text.digits, set(found))
        if self._strings is not None:
            self._strings.update(token_strings(text.text, encoded.offsets))
        if encoded.kinds is not None:
            self._has_kinds = True
            self._kinds.update(encoded.kinds)
            self._fallback += _words_without_morphemes(text.words, encoded)
        if self._same is not None:
            decoded = self._subject.decode(encoded.ids)
            self._same = None if decoded is None else self._same + (decoded == text.text)

    def _add_digits(self, runs: Sequence[Span], found: set[int]) -> None:
        for start, end in runs:
            ideal = set(range(end - 3, start, -3))
            inside = {cut for cut in found if start < cut < end}
            for k, cut in enumerate((ideal & inside, inside, ideal)):
                self._digits[k] += len(cut)

    @property
    def strings(self) -> Counter[str]:
        """How often each token's string occurs, markers and white space left out."""
        return self._strings or Counter()

    def metrics(self, reference: Totals) -> dict[str, Any]:
        """All metrics by name, ratios to ``reference``; what is not defined is None."""
        size = self._subject.vocab_size
        tokens, words = self._tokens, self._words
        pieces = _ratio(self._pieces, words)
        whole = _ratio(self._whole, words)
        length = _ratio(tokens, reference._tokens)
        return {
            "lines": self._units,
            "bytes": self._bytes,
            "chars": self._chars,
            "words": words,
            **distribution(self._ids, size),
            "bytes_per_token": _ratio(self._bytes, tokens),
            "chars_per_token": _ratio(self._chars, tokens),
            "tokens_per_byte": _ratio(tokens, self._bytes),
            "tokens_per_line": _ratio(tokens, self._units),
            "nsl": length,
            "saved_vs_ref": None if length is None else 1 - length,
            "bits": tokens * math.log2(size) if size else None,
            "fertility": _ratio(tokens, words),
            "words_per_token": _ratio(words, tokens),
            "pieces_per_word": pieces,
            "strr": whole,
            "pcw": None if whole is None else 1 - whole,
            "round_trip": None if self._same is None else _ratio(self._same, self._units),
            "three_digit_boundary_f1": f1(*self._digits),
        }

    def escapes(self) -> dict[str, float | None]:
        """How often a tokenizer of morphemes had to leave its grammar; None where it has none."""
        known = self._has_kinds
        return {
            "escape_rate": _ratio(self._kinds["escape"], self._kinds["affix"]) if known else None,
            "fallback_rate": _ratio(self._fallback, self._words) if known else None,
        }


def token_strings(text: str, offsets: Sequence[Span]) -> list[str]:
    """What tokens look like in a text: a part of a character is U+FFFD; markers, spaces are not.

    The space before a word belongs to its token, so that word-initial tokens stay apart.
    """
    found = []
    for k, (start, end) in enumerate(offsets):
        string = text[start:end]
        if not string or string.isspace():
            continue
        shared = (k > 0 and start < offsets[k - 1][1]) or (
            k + 1 < len(offsets) and offsets[k + 1][0] < end and offsets[k + 1][1] > start
        )
        found.append("\ufffd" if shared else string)
    return found


def _words_without_morphemes(words: Sequence[Span], encoded: Encoded) -> int:
    """Words in which no token is a root or an affix."""
    known = [
        span
        for span, kind in zip(encoded.offsets, encoded.kinds or (), strict=True)
        if kind in ("root", "affix") and span[0] < span[1]
    ]
    missing = at = 0
    for start, end in words:
        while at < len(known) and known[at][1] <= start:
            at += 1
        missing += at == len(known) or known[at][0] >= end
    return missing


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
