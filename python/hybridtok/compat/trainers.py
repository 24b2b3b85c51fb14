"""Trainers: settings, and the training itself with the core's counting and merging."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Listed
from typing import Any

from hybridtok import _core
from hybridtok.tokens import AddedToken, rows

__all__ = ["BpeTrainer", "Trainer", "UnigramTrainer", "WordLevelTrainer", "WordPieceTrainer"]

_FORMATS = {"indicatif": "Indicatif", "json": "Json", "silent": "Silent"}

#: Options of encoding, which training leaves as they are.
_KEPT = ("dropout", "unk_token", "fuse_unk", "byte_fallback", "ignore_merges")


class Trainer:
    """The base of all trainers: settings that are attributes."""

    _model: str
    special_tokens: list[AddedToken]
    show_progress: bool

    def _train(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> list[AddedToken]:
        """Trains the model of ``core``; returns the special tokens to add."""
        raise NotImplementedError

    def _check(self, core: _core.Tokenizer) -> dict[str, Any]:
        """The model that is trained, if it is of the right kind."""
        model: dict[str, Any] = json.loads(core.component("model") or "{}")
        if model.get("type") != self._model:
            raise TypeError(f"{type(self).__name__} can only train a {self._model}")
        return model

    def _state(self) -> dict[str, Any]:
        state = dict(vars(self))
        state["special_tokens"] = [token.__getstate__() for token in self.special_tokens]
        return state

    def __getstate__(self) -> bytes:
        """The settings as JSON."""
        return json.dumps({type(self).__name__: self._state()}, ensure_ascii=False).encode()

    def __setstate__(self, state: bytes) -> None:
        """Takes what `__getstate__` gave."""
        (settings,) = json.loads(state).values()
        vars(self).update(settings)
        self.special_tokens = [AddedToken(**token) for token in settings["special_tokens"]]

    def __repr__(self) -> str:
        """The settings."""
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


def _specials(tokens: Iterable[str | AddedToken]) -> list[AddedToken]:
    try:
        return [AddedToken.of(row) for row in rows(tokens, special=True)]
    except TypeError:
        raise TypeError("special_tokens must be a List[Union[str, AddedToken]]") from None


def _letters(alphabet: Iterable[str]) -> list[str]:
    """The first character of each string."""
    return sorted({letter[0] for letter in alphabet if letter})


class BpeTrainer(Trainer):
    """Merges the most frequent pairs."""

    _model = "BPE"

    def __init__(
        self,
        *,
        vocab_size: int = 30000,
        min_frequency: int = 0,
        show_progress: bool = True,
        progress_format: str = "indicatif",
        special_tokens: Listed[str | AddedToken] = (),
        limit_alphabet: int | None = None,
        initial_alphabet: Listed[str] = (),
        continuing_subword_prefix: str | None = None,
        end_of_word_suffix: str | None = None,
        max_token_length: int | None = None,
    ) -> None:
        """Takes the settings, with the defaults of `tokenizers`. Progress is not shown."""
        self.vocab_size = vocab_size
        self.min_frequency = min_frequency
        self.show_progress = show_progress
        self.progress_format = progress_format if progress_format in _FORMATS else "indicatif"
        self.special_tokens = _specials(special_tokens)
        self.limit_alphabet = limit_alphabet
        self.initial_alphabet = _letters(initial_alphabet)
        self.continuing_subword_prefix = continuing_subword_prefix
        self.end_of_word_suffix = end_of_word_suffix
        self.max_token_length = max_token_length

    def _train(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> list[AddedToken]:
        before = self._check(core)
        self._merge(core, files, texts)
        kept = {name: before[name] for name in _KEPT if before.get(name)}
        if kept:
            after = json.loads(core.component("model") or "{}")
            core.set_component("model", json.dumps({**after, **kept}, ensure_ascii=False))
        return self.special_tokens

    def _merge(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> None:
        paths = None if files is None else [(path, None) for path in files]
        [words] = _core.count_words([core], paths, texts)
        longest = self.max_token_length
        _core.train_bpe(
            core,
            words,
            vocab_size=self.vocab_size,
            min_frequency=self.min_frequency,
            special_tokens=[token.content for token in self.special_tokens],
            limit_alphabet=self.limit_alphabet,
            initial_alphabet=self.initial_alphabet,
            continuing_subword_prefix=self.continuing_subword_prefix,
            end_of_word_suffix=self.end_of_word_suffix,
            max_length=None if longest is None else ("huggingface", longest),
            strict=False,
        )


class WordPieceTrainer(BpeTrainer):
    """The vocabulary of merges, as `tokenizers` trains WordPiece."""

    _model = "WordPiece"

    def __init__(
        self,
        *,
        vocab_size: int = 30000,
        min_frequency: int = 0,
        show_progress: bool = True,
        special_tokens: Listed[str | AddedToken] = (),
        limit_alphabet: int | None = None,
        initial_alphabet: Listed[str] = (),
        continuing_subword_prefix: str | None = "##",
        end_of_word_suffix: str | None = None,
    ) -> None:
        """Takes the settings, with the defaults of `tokenizers`."""
        super().__init__(
            vocab_size=vocab_size,
            min_frequency=min_frequency,
            show_progress=show_progress,
            special_tokens=special_tokens,
            limit_alphabet=limit_alphabet,
            initial_alphabet=initial_alphabet,
            continuing_subword_prefix=continuing_subword_prefix,
            end_of_word_suffix=end_of_word_suffix,
        )

    def _train(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> list[AddedToken]:
        model = self._check(core)
        self._merge(core, files, texts)
        model["vocab"] = json.loads(core.component("model") or "{}")["vocab"]
        if self.continuing_subword_prefix is not None:
            model["continuing_subword_prefix"] = self.continuing_subword_prefix
        core.set_component("model", json.dumps(model, ensure_ascii=False))
        return self.special_tokens


class WordLevelTrainer(Trainer):
    """Keeps the most frequent words, of equals the first in code point order."""

    _model = "WordLevel"

    def __init__(
        self,
        *,
        vocab_size: int = 30000,
        min_frequency: int = 0,
        show_progress: bool = True,
        special_tokens: Listed[str | AddedToken] = (),
    ) -> None:
        """Takes the settings, with the defaults of `tokenizers`."""
        self.vocab_size = vocab_size
        self.min_frequency = min_frequency
        self.show_progress = show_progress
        self.special_tokens = _specials(special_tokens)

    def _train(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> list[AddedToken]:
        model = self._check(core)
        counts = Counter(_words(core, files, texts))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode("utf-8")))
        tokens = dict.fromkeys(token.content for token in self.special_tokens)
        for word, count in ordered:
            if count >= self.min_frequency and len(tokens) < self.vocab_size:
                tokens.setdefault(word)
        model["vocab"] = {token: id for id, token in enumerate(list(tokens)[: self.vocab_size])}
        core.set_component("model", json.dumps(model, ensure_ascii=False))
        return self.special_tokens


class UnigramTrainer(Trainer):
    """Settings only: Unigram models are read and run, but not trained yet."""

    _model = "Unigram"

    def __init__(
        self,
        *,
        vocab_size: int = 8000,
        show_progress: bool = True,
        special_tokens: Listed[str | AddedToken] = (),
        initial_alphabet: Listed[str] = (),
        shrinking_factor: float = 0.75,
        unk_token: str | None = None,
        max_piece_length: int = 16,
        n_sub_iterations: int = 2,
    ) -> None:
        """Takes the settings, with the defaults of `tokenizers`."""
        self.vocab_size = vocab_size
        self.show_progress = show_progress
        self.special_tokens = _specials(special_tokens)
        self.initial_alphabet = _letters(initial_alphabet)
        self.shrinking_factor = shrinking_factor
        self.unk_token = unk_token
        self.max_piece_length = max_piece_length
        self.n_sub_iterations = n_sub_iterations

    def _train(
        self,
        core: _core.Tokenizer,
        files: list[str] | None,
        texts: Iterable[Any] | None,
    ) -> list[AddedToken]:
        raise NotImplementedError("training Unigram models is not available yet")


def _words(
    core: _core.Tokenizer, files: list[str] | None, texts: Iterable[Any] | None
) -> Iterator[str]:
    """The words of a corpus, as the tokenizer's normalizer and splitter cut them."""
    if files is not None:
        texts = _core.Documents([(path, None, 1.0, 0) for path in files])
    normalizer, splitter = core.component("normalizer"), core.component("pre_tokenizer")
    for item in texts or ():
        for text in [item] if isinstance(item, str) else item:
            normalized = _core.normalize(normalizer, text) if normalizer else text
            if splitter is None:
                yield normalized
            else:
                yield from (word for word, _ in _core.pre_tokenize(splitter, normalized))
