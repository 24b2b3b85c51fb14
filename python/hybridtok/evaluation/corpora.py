"""Corpora beside each other: what each costs in tokens, and what superwords do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from hybridtok.evaluation import bootstrap
from hybridtok.evaluation.layout import CHUNKS, WORDS, Layout
from hybridtok.evaluation.prompts import Prompts
from hybridtok.evaluation.speed import latencies
from hybridtok.evaluation.subject import Subject, decode_flat, encode_flat
from hybridtok.evaluation.superwords import Superwords, Vocabulary

__all__ = ["Corpora"]

_Ints = npt.NDArray[np.int64]

#: Text that latencies are measured on, and prompts of a corpus; more would measure no better.
_TIMED, _PROMPTS = 1_000_000, 20_000


class Corpora:
    """Several tokenizers over several corpora, each by itself."""

    def __init__(
        self, subjects: Mapping[str, Subject], *, superwords: bool = False, speed: bool = False
    ) -> None:
        """Starts with no corpus.

        Args:
            subjects: the tokenizers; the first is the one that ratios are to.
            superwords: look at words, prompts and chunks, too.
            speed: measure latencies.
        """
        self._subjects = subjects
        self._superwords = superwords
        self._speed = speed
        self._vocabularies: dict[str, Vocabulary | None] = {}
        if superwords:
            self._vocabularies = {name: _vocabulary(of) for name, of in subjects.items()}
        self._corpora: dict[str, _Corpus] = {}

    def add(self, corpus: str, texts: Sequence[str]) -> None:
        """Encodes some documents of a corpus."""
        if corpus not in self._corpora:
            self._corpora[corpus] = _Corpus(self._subjects, self._vocabularies, self._speed)
        self._corpora[corpus].add(texts)

    def results(self, warnings: list[str]) -> dict[str, dict[str, Any]]:
        """For each tokenizer "corpora", their "mean", and the "vocabulary" if it was looked at.

        What to be careful about is added to ``warnings``.

        Raises:
            ValueError: there was no text.
        """
        if not self._corpora:
            raise ValueError("the corpus holds no text")
        found: dict[str, dict[str, Any]] = {name: {"corpora": {}} for name in self._subjects}
        ratios = []
        for k, (corpus, sums) in enumerate(self._corpora.items()):
            drawn = sums.ratios(bootstrap.SEED + k)
            ratios.append(drawn)
            for name, metrics in sums.results(drawn).items():
                found[name]["corpora"][corpus] = metrics
            sums.warn_about(corpus, warnings)
        if self._superwords and len(self._subjects) > 1 and len(self._corpora) == 1:
            warnings.append(
                "gains are on one corpus: text from outside the training domain gains less"
            )
        for name, mean in self._means(found, ratios).items():
            found[name]["mean"] = mean
        for name, vocabulary in self._vocabularies.items():
            found[name]["vocabulary"] = self._of_vocabulary(name, vocabulary, warnings)
        return found

    def _means(
        self, found: Mapping[str, Any], ratios: list[npt.NDArray[np.float64] | None]
    ) -> dict[str, dict[str, Any]]:
        """Means over corpora, each of the same weight."""
        drawn = [of_corpus for of_corpus in ratios if of_corpus is not None]
        bounds = None
        if len(drawn) == len(ratios):
            bounds = bootstrap.bounds(np.mean(drawn, axis=0))
        results = {}
        for k, name in enumerate(self._subjects):
            corpora = found[name]["corpora"].values()
            results[name] = {
                "mean_tokens_per_char": _mean([of["tokens_per_char"] for of in corpora]),
                "mean_nsl": _mean([of["nsl"] for of in corpora]),
                "mean_nsl_ci95": None if bounds is None else bounds[k],
            }
        return results

    def _of_vocabulary(
        self, name: str, vocabulary: Vocabulary | None, warnings: list[str]
    ) -> dict[str, Any]:
        if vocabulary is None:
            warnings.append(f"{name}: its vocabulary is not byte-level, so superwords are not told")
            return {}
        unreachable = getattr(self._subjects[name], "unreachable", None)
        counts = unreachable() if unreachable is not None else None
        of_model, of_all = (None, None) if counts is None else counts
        return {
            **vocabulary.metrics(),
            "model_unreachable": of_model,
            "pipeline_unreachable": of_all,
        }


def _vocabulary(subject: Subject) -> Vocabulary | None:
    token_bytes = getattr(subject, "token_bytes", None)
    tokens = token_bytes() if token_bytes is not None else None
    return None if tokens is None else Vocabulary(tokens)


class _Corpus:
    """Sums over one corpus."""

    def __init__(
        self,
        subjects: Mapping[str, Subject],
        vocabularies: Mapping[str, Vocabulary | None],
        speed: bool,
    ) -> None:
        self._subjects = subjects
        self._speed = speed
        # Documents x tokenizers, in parts.
        self._tokens: list[_Ints] = []
        self._chars = self._bytes = 0
        self._same: dict[str, int | None] = dict.fromkeys(subjects, 0)
        self._superwords = {
            name: None if vocabulary is None else Superwords(vocabulary)
            for name, vocabulary in vocabularies.items()
        }
        self._prompts = 0
        self._lost: dict[str, list[tuple[_Ints, _Ints]]] = {name: [] for name in vocabularies}
        self._longest = ""
        self._timed: list[str] = []
        self._timed_bytes = 0

    def add(self, texts: Sequence[str]) -> None:
        layout = Layout(texts)
        self._chars += len(layout.codes)
        self._bytes += len(layout.data)
        encoded = {name: encode_flat(of, texts) for name, of in self._subjects.items()}
        self._tokens.append(np.stack([np.diff(of.offsets) for of in encoded.values()], axis=1))
        for name, tokens in encoded.items():
            same = self._same[name]
            if same is not None:
                decoded = decode_flat(self._subjects[name], tokens)
                back = sum(a == b for a, b in zip(decoded, texts, strict=True))
                self._same[name] = None if None in decoded else same + back
        if not self._superwords:
            return
        words = layout.cuts(WORDS)
        for name, superwords in self._superwords.items():
            if superwords is not None:
                superwords.add(layout, encoded[name], words)
        if self._prompts < _PROMPTS:
            prompts = Prompts(texts)
            self._prompts += len(prompts)
            for name, subject in self._subjects.items():
                self._lost[name].append(prompts.lost(subject))
        self._chunks(layout)
        if self._speed and self._timed_bytes < _TIMED:
            self._timed += texts
            self._timed_bytes += len(layout.data)

    def _chunks(self, layout: Layout) -> None:
        places = np.flatnonzero(layout.cuts(CHUNKS))
        lengths = np.diff(places)
        longest = int(lengths.argmax()) if len(lengths) else 0
        if len(lengths) and lengths[longest] > len(self._longest.encode()):
            start, end = places[longest : longest + 2]
            self._longest = layout.data[start:end].tobytes().decode("utf-8")

    def ratios(self, seed: int) -> npt.NDArray[np.float64] | None:
        """Replicates x tokenizers: tokens over those of the first, of documents drawn again.

        None where there are not two documents, or may be no token.
        """
        rows = np.concatenate(self._tokens)
        if len(rows) < 2:
            return None
        sums = bootstrap.resampled_sums(rows, seed=seed).astype(np.float64)
        return sums / sums[:, :1] if sums[:, 0].all() else None

    def results(self, drawn: npt.NDArray[np.float64] | None) -> dict[str, dict[str, Any]]:
        rows = np.concatenate(self._tokens)
        totals = rows.sum(axis=0).tolist()
        bounds = None if drawn is None else bootstrap.bounds(drawn)
        timed = {}
        if self._speed and self._superwords:
            timed = latencies(self._subjects, self._timed, self._longest)
        results = {}
        for k, (name, subject) in enumerate(self._subjects.items()):
            tokens, same = totals[k], self._same[name]
            length = _ratio(tokens, totals[0])
            results[name] = {
                "vocab_size": subject.vocab_size,
                "documents": len(rows),
                "bytes": self._bytes,
                "chars": self._chars,
                "tokens": tokens,
                "tokens_per_char": _ratio(tokens, self._chars),
                "chars_per_token": _ratio(self._chars, tokens),
                "bytes_per_token": _ratio(self._bytes, tokens),
                "nsl": length,
                "nsl_ci95": None if bounds is None else bounds[k],
                "saved_vs_ref": None if length is None else 1 - length,
                "round_trip": None if same is None else _ratio(same, len(rows)),
                **(self._of_superwords(name) if name in self._superwords else {}),
                **timed.get(name, {}),
            }
        return results

    def _of_superwords(self, name: str) -> dict[str, Any]:
        superwords = self._superwords[name]
        bare, spaced = (np.concatenate(lost) for lost in zip(*self._lost[name], strict=True))
        return {
            **({} if superwords is None else superwords.metrics()),
            "prompts": len(bare),
            "prompt_risk": _ratio(int((bare > 0).sum()), len(bare)),
            "prompt_tokens_lost": _ratio(int(bare.sum()), len(bare)),
            "prompt_risk_space": _ratio(int((spaced > 0).sum()), len(spaced)),
            "prompt_tokens_lost_space": _ratio(int(spaced.sum()), len(spaced)),
            "longest_chunk_bytes": len(self._longest.encode()),
        }

    def warn_about(self, corpus: str, warnings: list[str]) -> None:
        documents = sum(map(len, self._tokens))
        for name, superwords in self._superwords.items():
            if superwords is not None and superwords.misplaced:
                warnings.append(
                    f"{corpus}, {name}: {superwords.misplaced:,} of {documents:,} documents are "
                    "not the bytes of their tokens; words that superwords cut are not counted there"
                )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
