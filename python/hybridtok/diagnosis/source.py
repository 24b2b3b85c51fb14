"""A tokenizer as its file says it, also where the loader refuses the file."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from hybridtok import _core
from hybridtok.components import BYTES, is_byte_level, parts
from hybridtok.errors import FormatError
from hybridtok.tokenizer import NATIVE_FILE, Tokenizer, model_file
from hybridtok.training.record import beside

__all__ = ["Added", "Entry", "Source", "without"]

_MARK = "\u2581"
_BYTE = re.compile("<0x[0-9A-F]{2}>")


class Entry(NamedTuple):
    """A learned token.

    Attributes:
        id: its id.
        token: how the file spells it.
        core: the same without the marks of a word's continuation and end.
        data: the bytes it stands for.
        text: the same, where they are no text with U+FFFD.
        whole: whether they are valid UTF-8.
        word: whether it can be a word of its own, as ``##ing`` cannot.
    """

    id: int
    token: str
    core: str
    data: bytes
    text: str
    whole: bool
    word: bool


class Added(NamedTuple):
    """An added token."""

    id: int
    content: str
    special: bool
    normalized: bool
    single_word: bool


class _Object(dict[str, Any]):
    """A JSON object that knows which of its keys occurred twice."""

    repeated: list[str]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    result = _Object(plain)
    result.repeated = _repeated(key for key, _ in pairs)
    return result


def _repeated(items: Iterable[str]) -> list[str]:
    return [item for item, times in Counter(items).items() if times > 1]


@dataclass
class Source:
    """What is known of a tokenizer before anything is checked.

    Attributes:
        document: the content of its `tokenizer.json`.
        tokenizer: what the loader makes of it, or None.
        refusal: why that is nothing.
        warnings: what the loader put up with.
        unicode: the character data it was made for.
        creation: how it was made, as far as that is noted.
        config: the `tokenizer_config.json` beside it.
    """

    document: dict[str, Any]
    tokenizer: _core.Tokenizer | None
    refusal: FormatError | None = None
    warnings: list[str] = field(default_factory=list)
    unicode: Literal["hf", "unicode"] = "hf"
    creation: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, tokenizer: Any) -> Source:
        """Reads a directory, a file, or a tokenizer of this package or of `tokenizers`.

        Raises:
            FileNotFoundError: there is no such file.
            FormatError: it holds no JSON object.
            LimitError: it exceeds a bound.
        """
        if isinstance(tokenizer, _core.Tokenizer):
            return cls._read(tokenizer.to_native().encode(), tokenizer)
        if hasattr(tokenizer, "to_str"):
            return cls._read(tokenizer.to_str().encode())
        if not isinstance(tokenizer, (str, os.PathLike)):
            raise TypeError(f"a tokenizer or a path is expected, not {type(tokenizer).__name__}")
        path = model_file(tokenizer)
        try:
            source = cls._read(path.read_bytes(), native=path.name == NATIVE_FILE)
        except FormatError as error:
            error.args = (f"{os.fspath(path)}: {error}",)
            raise
        source.config = beside(path, "tokenizer_config.json")
        source.creation = source.creation or beside(path, "training.json")
        return source

    @classmethod
    def _read(
        cls, data: bytes, loaded: _core.Tokenizer | None = None, native: bool = False
    ) -> Source:
        refusal: FormatError | None = None
        if loaded is None:
            try:
                loaded = _load(data, native)
            except FormatError as error:
                refusal = error
        try:
            document = json.loads(data, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            raise refusal or FormatError(f"not JSON: {error}") from None
        if not isinstance(document, dict):
            raise refusal or FormatError("not a tokenizer: expected an object")
        warnings = loaded.warnings() if loaded else []
        if document.get("format") != "hybridtok":
            return cls(document, loaded, refusal, warnings)
        return cls(
            _dict(document.get("tokenizer")),
            loaded,
            refusal,
            warnings,
            "unicode" if document.get("unicode") == "unicode" else "hf",
            _dict(document.get("creation")),
        )

    @cached_property
    def model(self) -> dict[str, Any]:
        """The model's section."""
        return _dict(self.document.get("model"))

    @cached_property
    def kind(self) -> str:
        """The model's type; older files do not name it."""
        named = self.model.get("type")
        if isinstance(named, str):
            return named
        if "merges" in self.model:
            return "BPE"
        if "max_input_chars_per_word" in self.model:
            return "WordPiece"
        return "WordLevel" if isinstance(self.model.get("vocab"), dict) else "Unigram"

    @cached_property
    def vocab(self) -> list[tuple[str, int]]:
        """The model's tokens and ids, as they are listed."""
        vocab = self.model.get("vocab")
        if isinstance(vocab, dict):
            return [(token, id) for token, id in vocab.items() if type(id) is int]
        if isinstance(vocab, list):
            pieces = [piece[0] if isinstance(piece, list) and piece else None for piece in vocab]
            return [(piece, id) for id, piece in enumerate(pieces) if isinstance(piece, str)]
        if self.kind in ("Hybrid", "Boundless") and self.tokenizer:
            return list(self.tokenizer.get_vocab(False).items())
        return []

    @cached_property
    def ids(self) -> dict[str, int]:
        """The ids of the model's tokens."""
        return dict(self.vocab)

    @cached_property
    def repeated(self) -> list[str]:
        """Tokens that the vocabulary lists twice."""
        vocab = self.model.get("vocab")
        if isinstance(vocab, _Object):
            return vocab.repeated
        return _repeated(token for token, _ in self.vocab)

    @cached_property
    def merges(self) -> list[tuple[str, str] | None]:
        """The pairs, in order; None for what is no pair."""
        merges = self.model.get("merges")
        return [_pair(merge) for merge in merges] if isinstance(merges, list) else []

    @cached_property
    def added(self) -> list[Added]:
        """The added tokens."""
        items = self.document.get("added_tokens")
        return [
            Added(
                item["id"],
                item["content"],
                item.get("special") is True,
                item.get("normalized") is True,
                item.get("single_word") is True,
            )
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict)
            and type(item.get("id")) is int
            and isinstance(item.get("content"), str)
        ]

    @cached_property
    def prefix(self) -> str:
        """What the tokens within a word begin with."""
        return _text(self.model.get("continuing_subword_prefix"))

    @cached_property
    def suffix(self) -> str:
        """What the last token of a word ends in."""
        return _text(self.model.get("end_of_word_suffix"))

    @cached_property
    def byte_level(self) -> bool:
        """Whether tokens are spelt in the alphabet of bytes."""
        return is_byte_level(self.document)

    @cached_property
    def learned(self) -> list[Entry]:
        """The model's entries but added tokens, the unknown token and single bytes."""
        known = {added.content for added in self.added}
        unknown = self.model.get("unk_token")
        if self.kind == "Unigram":
            unknown = next((t for t, id in self.vocab if id == self.model.get("unk_id")), None)
        fallback = self.model.get("byte_fallback") is True
        return [
            self._entry(token, id)
            for token, id in self.vocab
            if token not in known and token != unknown and not (fallback and _BYTE.fullmatch(token))
        ]

    def _entry(self, token: str, id: int) -> Entry:
        core, word = token, True
        if self.prefix and core.startswith(self.prefix):
            core, word = core[len(self.prefix) :], False
        if core == _MARK and self._visible_spaces:
            word = False  # Normalizers drop a space that nothing follows.
        if self.suffix:
            word = word and core.endswith(self.suffix)
            core = core.removesuffix(self.suffix)
        if self.byte_level:
            try:
                data = bytes(map(BYTES.__getitem__, core))
            except KeyError:  # As the decoder of `tokenizers` does.
                data = core.encode("utf-8", "surrogatepass")
        else:
            text = core.replace(_MARK, " ") if self._visible_spaces else core
            data = text.encode("utf-8", "surrogatepass")
        try:
            return Entry(id, token, core, data, data.decode("utf-8"), True, word)
        except UnicodeDecodeError:
            return Entry(id, token, core, data, data.decode("utf-8", "replace"), False, word)

    @cached_property
    def _visible_spaces(self) -> bool:
        """Whether a mark stands for the space."""
        if any(part["type"] == "Metaspace" for part in parts(self.document.get("pre_tokenizer"))):
            return True
        return any(
            part["type"] == "Replace" and part.get("content") == _MARK
            for part in parts(self.document.get("normalizer"))
        )


def without(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A tokenizer's description with some of its sections changed, and nothing around texts."""
    nothing = {"truncation": None, "padding": None, "post_processor": None}
    return {**document, **nothing, **changes}


def _load(data: bytes, native: bool) -> _core.Tokenizer:
    if native:
        return Tokenizer.from_native(data)
    try:
        return Tokenizer.from_bytes(data)
    except FormatError:
        return Tokenizer.from_bytes(data, strict=False)


def _pair(merge: Any) -> tuple[str, str] | None:
    both = merge.split(" ") if isinstance(merge, str) else merge
    if isinstance(both, list) and len(both) == 2 and all(isinstance(part, str) for part in both):
        return both[0], both[1]
    return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
