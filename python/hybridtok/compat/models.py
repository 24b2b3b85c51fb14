"""Models: what makes ids of words. A model of a tokenizer is read only when it is looked into."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from collections.abc import Sequence as Listed
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from hybridtok import _core
from hybridtok.atomic import write_atomically
from hybridtok.compat.component import Attribute, Component

if TYPE_CHECKING:
    from hybridtok.compat.trainers import Trainer

__all__ = ["BPE", "Model", "Token", "Unigram", "WordLevel", "WordPiece"]

Vocabulary = Mapping[str, int]


@dataclass(frozen=True)
class Token:
    """A token of one word; offsets are bytes of the word."""

    id: int
    value: str
    offsets: tuple[int, int]

    def as_tuple(self) -> tuple[int, str, tuple[int, int]]:
        """Id, value and offsets."""
        id, value, offsets = astuple(self)
        return id, value, offsets


class Model(Component, stage="model"):
    """The base of all models."""

    _text: str | None = None
    _parsed: dict[str, Any] | None = None

    @property
    def _fields(self) -> dict[str, Any]:
        if self._parsed is None:
            self._parsed = json.loads(self._text or "{}")
        return self._parsed

    @_fields.setter
    def _fields(self, fields: dict[str, Any]) -> None:
        self._parsed, self._text = fields, None

    @classmethod
    def _unread(cls, text: str) -> Model:
        """A model whose JSON is parsed on first use. The type stands first in it."""
        found = re.match(r'\{\s*"type"\s*:\s*"(\w+)"', text)
        kind = cls._kinds[found[1]] if found else None
        if kind is None or not issubclass(kind, Model):
            raise ValueError("the model has no known type")
        model = kind.__new__(kind)
        model._holders = []
        model._text = text
        return model

    def _json(self) -> str:
        return self._text if self._text is not None else super()._json()

    def _changed(self) -> None:
        self._text = None
        super()._changed()

    def _vocabulary(self) -> dict[str, int]:
        vocabulary: dict[str, int] = self._fields["vocab"]
        return vocabulary

    def tokenize(self, sequence: str) -> list[Token]:
        """The tokens of one word."""
        return [Token(*token) for token in _core.tokenize_word(self._json(), sequence)]

    def token_to_id(self, token: str) -> int | None:
        """The token's id, or None."""
        return self._vocabulary().get(token)

    def id_to_token(self, id: int) -> str | None:
        """The id's token, or None."""
        return next((token for token, known in self._vocabulary().items() if known == id), None)

    def get_trainer(self) -> Trainer:
        """A trainer with default settings for this kind of model."""
        from hybridtok.compat import trainers

        kinds: dict[str, type[Trainer]] = {
            "BPE": trainers.BpeTrainer,
            "Unigram": trainers.UnigramTrainer,
            "WordLevel": trainers.WordLevelTrainer,
            "WordPiece": trainers.WordPieceTrainer,
        }
        return kinds[str(self._type)]()

    def save(self, folder: str, prefix: str | None = None) -> list[str]:
        """Writes the model's own files into ``folder``; returns their paths.

        Args:
            folder: an existing directory.
            prefix: stands before the files' names, with a ``-``.
        """
        paths = []
        for name, content in self._files().items():
            path = os.path.join(folder, f"{prefix}-{name}" if prefix else name)
            write_atomically(path, content)
            paths.append(path)
        return paths

    def _files(self) -> dict[str, str]:
        raise NotImplementedError

    def _clear_cache(self) -> None:
        """Does nothing: caches here belong to a call."""

    def _resize_cache(self, capacity: int) -> None:
        """Does nothing: caches here bound themselves."""


class BPE(Model, type="BPE"):
    """Byte pair encoding."""

    def __init__(
        self,
        vocab: Vocabulary | None = None,
        merges: Listed[tuple[str, str]] | None = None,
        *,
        cache_capacity: int | None = None,
        dropout: float | None = None,
        unk_token: str | None = None,
        continuing_subword_prefix: str | None = None,
        end_of_word_suffix: str | None = None,
        fuse_unk: bool | None = None,
        byte_fallback: bool | None = False,
        ignore_merges: bool | None = False,
    ) -> None:
        """Takes the vocabulary with its merges, and the settings of encoding.

        Raises:
            ValueError: one of the two alone; a merge of unknown tokens; a dropout beyond 0 to 1.
        """
        if (vocab is None) != (merges is None):
            raise ValueError("`vocab` and `merges` must be both specified")
        super().__init__(
            dropout=dropout,
            unk_token=unk_token,
            continuing_subword_prefix=continuing_subword_prefix,
            end_of_word_suffix=end_of_word_suffix,
            fuse_unk=bool(fuse_unk),
            byte_fallback=bool(byte_fallback),
            ignore_merges=bool(ignore_merges),
            vocab=dict(vocab or {}),
            merges=[list(merge) for merge in merges or ()],
        )

    dropout = Attribute[float | None]()
    unk_token = Attribute[str | None]()
    continuing_subword_prefix = Attribute[str | None]()
    end_of_word_suffix = Attribute[str | None]()
    fuse_unk = Attribute[bool]()
    byte_fallback = Attribute[bool]()
    ignore_merges = Attribute[bool]()

    @staticmethod
    def read_file(vocab: str, merges: str) -> tuple[dict[str, int], list[tuple[str, str]]]:
        """The vocabulary of a `vocab.json`, and the merges of a `merges.txt`."""
        with open(vocab, encoding="utf-8") as file:
            read = json.load(file)
        pairs = []
        # Only "\n" ends a line: tokens may hold other separators.
        with open(merges, encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                line = line.removesuffix("\n").removesuffix("\r")
                if line.startswith("#version") or not line:
                    continue
                left, space, right = line.partition(" ")
                if not space or " " in right:
                    raise ValueError(f"{merges}: line {number}: not two tokens and a space")
                pairs.append((left, right))
        return read, pairs

    @classmethod
    def from_file(cls, vocab: str, merges: str, **kwargs: Any) -> BPE:
        """The model in a `vocab.json` and a `merges.txt`."""
        return cls(*cls.read_file(vocab, merges), **kwargs)

    def _files(self) -> dict[str, str]:
        merges = "".join(f"{left} {right}\n" for left, right in self._fields["merges"])
        return {
            "vocab.json": _compact(self._vocabulary()),
            "merges.txt": f"#version: 0.2\n{merges}",
        }


class WordPiece(Model, type="WordPiece"):
    """The longest match from the left."""

    def __init__(
        self,
        vocab: Vocabulary | None = None,
        *,
        unk_token: str = "[UNK]",
        max_input_chars_per_word: int = 100,
        continuing_subword_prefix: str = "##",
    ) -> None:
        """Takes the vocabulary and the settings of encoding."""
        super().__init__(
            unk_token=unk_token,
            continuing_subword_prefix=continuing_subword_prefix,
            max_input_chars_per_word=max_input_chars_per_word,
            vocab=dict(vocab or {}),
        )

    unk_token = Attribute[str]()
    continuing_subword_prefix = Attribute[str]()
    max_input_chars_per_word = Attribute[int]()

    @staticmethod
    def read_file(vocab: str) -> dict[str, int]:
        """The vocabulary of a `vocab.txt`: a token a line."""
        with open(vocab, encoding="utf-8", newline="\n") as file:
            return {line.rstrip(): id for id, line in enumerate(file)}

    @classmethod
    def from_file(cls, vocab: str, **kwargs: Any) -> WordPiece:
        """The model in a `vocab.txt`."""
        return cls(cls.read_file(vocab), **kwargs)

    def _files(self) -> dict[str, str]:
        tokens = sorted(self._vocabulary().items(), key=lambda item: item[1])
        return {"vocab.txt": "".join(f"{token}\n" for token, _ in tokens)}


class WordLevel(Model, type="WordLevel"):
    """Whole words."""

    def __init__(self, vocab: Vocabulary | None = None, unk_token: str | None = None) -> None:
        """Takes the vocabulary, and the token for what is not in it."""
        unk = "<unk>" if unk_token is None else unk_token
        super().__init__(vocab=dict(vocab or {}), unk_token=unk)

    unk_token = Attribute[str]()

    @staticmethod
    def read_file(vocab: str) -> dict[str, int]:
        """The vocabulary of a `vocab.json`."""
        with open(vocab, encoding="utf-8") as file:
            read: dict[str, int] = json.load(file)
            return read

    @classmethod
    def from_file(cls, vocab: str, unk_token: str | None = None) -> WordLevel:
        """The model in a `vocab.json`."""
        return cls(cls.read_file(vocab), unk_token)

    def _files(self) -> dict[str, str]:
        return {"vocab.json": _compact(self._vocabulary())}


class Unigram(Model, type="Unigram"):
    """The most probable pieces."""

    def __init__(
        self,
        vocab: Listed[tuple[str, float]] | None = None,
        unk_id: int | None = None,
        byte_fallback: bool | None = None,
        *,
        alpha: float | None = None,
        nbest_size: int | None = None,
    ) -> None:
        """Takes pieces with their log-probabilities, and the id of the unknown piece.

        Raises:
            ValueError: ``unk_id`` is beyond the vocabulary.
            NotImplementedError: sampling (``alpha``, ``nbest_size``).
        """
        if alpha is not None or nbest_size is not None:
            raise NotImplementedError("sampling segmentations is not available yet")
        if vocab is None:
            vocab, unk_id = [("<unk>", 0.0)], 0
        super().__init__(
            unk_id=unk_id,
            vocab=[list(piece) for piece in vocab],
            byte_fallback=bool(byte_fallback),
        )

    #: Settings of sampling, which is not available.
    alpha = None
    nbest_size = None

    def _vocabulary(self) -> dict[str, int]:
        return {piece: id for id, (piece, _) in enumerate(self._fields["vocab"])}

    def _files(self) -> dict[str, str]:
        fields = {k: v for k, v in self._fields.items() if k != "type"}
        return {"unigram.json": json.dumps(fields, ensure_ascii=False, indent=2)}


def _compact(vocabulary: Vocabulary) -> str:
    ordered = dict(sorted(vocabulary.items(), key=lambda item: item[1]))
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
