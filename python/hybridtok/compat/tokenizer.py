"""`Tokenizer` with the methods, defaults and manners of `tokenizers.Tokenizer` 0.23.3."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from hybridtok import _core
from hybridtok.atomic import write_atomically
from hybridtok.compat.component import Component
from hybridtok.compat.decoders import Decoder
from hybridtok.compat.models import Model
from hybridtok.compat.normalizers import Normalizer
from hybridtok.compat.pre_tokenizers import PreTokenizer
from hybridtok.compat.processors import PostProcessor
from hybridtok.compat.trainers import Trainer
from hybridtok.errors import FormatWarning
from hybridtok.lengths import padding_json, padding_of, truncation_json, truncation_of
from hybridtok.tokens import AddedToken, TokenRow, rows

__all__ = ["Tokenizer"]

T = TypeVar("T")
Encoding = _core.Encoding

#: A tokenizer around this model, and nothing else.
_BARE = (
    '{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,'
    '"pre_tokenizer":null,"post_processor":null,"decoder":null,"model":'
)

_STAGES: dict[str, type[Component]] = {
    "normalizer": Normalizer,
    "pre_tokenizer": PreTokenizer,
    "post_processor": PostProcessor,
    "decoder": Decoder,
    "model": Model,
}


class Tokenizer:
    """A drop-in for `tokenizers.Tokenizer`.

    Example:
        >>> from hybridtok.compat import Tokenizer, models
        >>> tok = Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")]))
        >>> tok.encode("abba").tokens
        ['ab', 'b', 'a']
    """

    __slots__ = ("__weakref__", "_allowed", "_core", "_parts")

    def __init__(self, model: Model) -> None:
        """Takes the model; the other stages are set as attributes."""
        if not isinstance(model, Model):
            raise TypeError(f"'{type(model).__name__}' object is not an instance of 'Model'")
        # No warnings here: a model that is yet to be trained lacks its unknown token.
        bare = f"{_BARE}{model._json()}}}"
        self._adopt(_core.Tokenizer.from_str(bare, strict=False))
        self._hold("model", model)

    def _adopt(self, core: _core.Tokenizer) -> None:
        self._core = core
        # Which special tokens text may yield: all, unless `encode_special_tokens`.
        self._allowed: Literal["all"] | None = "all"
        self._parts: dict[str, Component] = {}

    @classmethod
    def _around(cls, core: _core.Tokenizer) -> Tokenizer:
        tokenizer = cls.__new__(cls)
        tokenizer._adopt(core)
        return tokenizer

    # Reading and writing.

    @classmethod
    def from_str(cls, json: str) -> Tokenizer:
        """Reads the text of a `tokenizer.json`; irregularities become a `FormatWarning`.

        Raises:
            FormatError, LimitError: it is not a tokenizer's.
        """
        return cls._around(_read(json.encode("utf-8")))

    @classmethod
    def from_buffer(cls, buffer: bytes) -> Tokenizer:
        """As `from_str`, from bytes."""
        return cls._around(_read(bytes(buffer)))

    @classmethod
    def from_file(cls, path: str) -> Tokenizer:
        """Reads a `tokenizer.json`.

        Raises:
            FileNotFoundError: there is none.
            FormatError, LimitError: as `from_str`.
        """
        return cls._around(_read(Path(path).read_bytes()))

    @classmethod
    def from_pretrained(
        cls, identifier: str, revision: str = "main", token: str | None = None
    ) -> Tokenizer:
        """Reads the `tokenizer.json` in a local directory, or else one of the Hugging Face Hub.

        The Hub needs the package `huggingface_hub`.
        """
        if os.path.isdir(identifier):
            return cls.from_file(os.path.join(identifier, "tokenizer.json"))
        try:
            from huggingface_hub import hf_hub_download
        except ModuleNotFoundError:
            message = "not a directory here, and huggingface_hub is not installed"
            raise FileNotFoundError(2, message, identifier) from None
        return cls.from_file(
            hf_hub_download(identifier, "tokenizer.json", revision=revision, token=token)
        )

    def to_str(self, pretty: bool = False) -> str:
        """The text of a `tokenizer.json`."""
        return self._core.to_str(pretty)

    def save(self, path: str, pretty: bool = True) -> None:
        """Writes a `tokenizer.json`; the old file stays until the new one is complete."""
        write_atomically(path, self._core.to_str(pretty))

    def __getstate__(self) -> bytes:
        """The JSON, as `tokenizers` pickles."""
        if self._core.unicode == "hf" and not self._core.native_only():
            return self._core.to_str(False).encode("utf-8")
        return self._core.__getstate__()

    def __setstate__(self, state: bytes) -> None:
        """Takes what `__getstate__` gave."""
        if state.startswith(b"{"):
            self._adopt(_core.Tokenizer.from_bytes(state, strict=False))
        else:
            core = _core.Tokenizer()
            core.__setstate__(state)
            self._adopt(core)

    def __repr__(self) -> str:
        """The stages, the model by kind and size."""
        stages = [f"{name}={getattr(self, name)!r}" for name in list(_STAGES)[:-1]]
        model = f"model={type(self.model).__name__}({self.get_vocab_size(False)} tokens)"
        return f'Tokenizer(version="1.0", {", ".join([*stages, model])})'

    # Encoding.

    def encode(
        self,
        sequence: Any,
        pair: Any = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """Encodes one input (a str, or words with ``is_pretokenized``), or two together.

        Raises:
            TypeError: another type, or a str with a lone surrogate.
        """
        return self._core.encode(
            sequence,
            pair,
            is_pretokenized=is_pretokenized,
            add_special_tokens=add_special_tokens,
            allowed_special=self._allowed,
            errors="type_error",
        )

    def encode_batch(
        self,
        input: Sequence[Any],
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[Encoding]:
        """Encodes many inputs, each one or a pair, and pads them together."""
        if isinstance(input, str):
            raise TypeError("Can't extract `str` to `Vec`")
        return self._core.encode_batch(
            input,
            is_pretokenized=is_pretokenized,
            add_special_tokens=add_special_tokens,
            allowed_special=self._allowed,
            errors="type_error",
            threads=_threads(),
        )

    def encode_batch_fast(
        self,
        input: Sequence[Any],
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[Encoding]:
        """As `encode_batch`; only ids and masks are meant to be looked at."""
        return self.encode_batch(input, is_pretokenized, add_special_tokens)

    async def async_encode(
        self,
        sequence: Any,
        pair: Any = None,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> Encoding:
        """`encode` on another thread."""
        return await _aside(self.encode, sequence, pair, is_pretokenized, add_special_tokens)

    async def async_encode_batch(
        self,
        input: Sequence[Any],
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[Encoding]:
        """`encode_batch` on another thread."""
        return await _aside(self.encode_batch, input, is_pretokenized, add_special_tokens)

    async def async_encode_batch_fast(
        self,
        input: Sequence[Any],
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
    ) -> list[Encoding]:
        """`encode_batch_fast` on another thread."""
        return await _aside(self.encode_batch_fast, input, is_pretokenized, add_special_tokens)

    def post_process(
        self, encoding: Encoding, pair: Encoding | None = None, add_special_tokens: bool = True
    ) -> Encoding:
        """Truncates, post-processes and pads."""
        return self._core.post_process(encoding, pair, add_special_tokens)

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """How many tokens the post-processor adds."""
        return self._core.num_special_tokens_to_add(is_pair)

    # Decoding.

    def decode(self, ids: Any, skip_special_tokens: bool = True) -> str:
        """The text of some ids; those of no token are left out.

        Raises:
            OverflowError: an id below 0 or above 32 bits.
        """
        return self._core.decode(ids, skip_special_tokens=skip_special_tokens, errors="ignore")

    def decode_batch(self, sequences: Any, skip_special_tokens: bool = True) -> list[str]:
        """`decode` of each."""
        return self._core.decode_batch(
            sequences, skip_special_tokens=skip_special_tokens, errors="ignore"
        )

    async def async_decode_batch(
        self, sequences: Any, skip_special_tokens: bool = True
    ) -> list[str]:
        """`decode_batch` on another thread."""
        return await _aside(self.decode_batch, sequences, skip_special_tokens)

    # The vocabulary.

    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]:
        """All tokens with their ids, by ascending id."""
        return self._core.get_vocab(with_added_tokens)

    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """Number of tokens."""
        return self._core.get_vocab_size(with_added_tokens)

    def token_to_id(self, token: str) -> int | None:
        """The token's id, or None."""
        return self._core.token_to_id(token)

    def id_to_token(self, id: int) -> str | None:
        """The id's token, or None."""
        return self._core.id_to_token(id)

    def get_added_tokens_decoder(self) -> dict[int, AddedToken]:
        """The added tokens by id, ascending."""
        return {row[0]: AddedToken.of(row[1:]) for row in self._core.added_tokens()}

    def add_tokens(self, tokens: Iterable[str | AddedToken]) -> int:
        """Adds tokens that are found in text before anything else; returns how many were new."""
        return self._add(rows(tokens))

    def add_special_tokens(self, tokens: Iterable[str | AddedToken]) -> int:
        """Adds special tokens; returns how many were new."""
        return self._add(rows(tokens, special=True))

    def _add(self, tokens: list[TokenRow]) -> int:
        return self._core.add_tokens([token for token in tokens if token[0]])

    # Settings.

    @property
    def encode_special_tokens(self) -> bool:
        """Whether special tokens in text are encoded as text."""
        return self._allowed is None

    @encode_special_tokens.setter
    def encode_special_tokens(self, value: bool) -> None:
        self._allowed = None if value else "all"

    @property
    def truncation(self) -> dict[str, Any] | None:
        """How encodings are cut, or None."""
        return truncation_of(self._core.component("truncation"))

    def enable_truncation(
        self,
        max_length: int,
        stride: int = 0,
        strategy: str = "longest_first",
        direction: str = "right",
    ) -> None:
        """Cuts encodings to ``max_length`` tokens, special ones included.

        Raises:
            ValueError: an unknown strategy or direction, or no room beside stride and specials.
        """
        truncation = truncation_json(
            max_length,
            stride=stride,
            strategy=strategy,
            direction=direction,
            added=self._core.num_special_tokens_to_add(False),
        )
        self._core.set_component("truncation", truncation)

    def no_truncation(self) -> None:
        """Stops cutting."""
        self._core.set_component("truncation", None)

    @property
    def padding(self) -> dict[str, Any] | None:
        """How encodings are padded, or None."""
        return padding_of(self._core.component("padding"))

    def enable_padding(
        self,
        *,
        direction: str = "right",
        pad_id: int = 0,
        pad_type_id: int = 0,
        pad_token: str = "[PAD]",
        length: int | None = None,
        pad_to_multiple_of: int | None = None,
    ) -> None:
        """Pads encodings to ``length`` tokens, or to the longest of a batch.

        Raises:
            ValueError: an unknown direction.
        """
        padding = padding_json(
            direction=direction,
            pad_id=pad_id,
            pad_type_id=pad_type_id,
            pad_token=pad_token,
            length=length,
            pad_to_multiple_of=pad_to_multiple_of,
        )
        self._core.set_component("padding", padding)

    def no_padding(self) -> None:
        """Stops padding."""
        self._core.set_component("padding", None)

    # The stages.

    @property
    def normalizer(self) -> Normalizer | None:
        """The normalizer, or None."""
        return self._part("normalizer")  # type: ignore[return-value]

    @normalizer.setter
    def normalizer(self, part: Normalizer | None) -> None:
        self._set_part("normalizer", part)

    @property
    def pre_tokenizer(self) -> PreTokenizer | None:
        """The pre-tokenizer, or None."""
        return self._part("pre_tokenizer")  # type: ignore[return-value]

    @pre_tokenizer.setter
    def pre_tokenizer(self, part: PreTokenizer | None) -> None:
        self._set_part("pre_tokenizer", part)

    @property
    def post_processor(self) -> PostProcessor | None:
        """The post-processor, or None."""
        return self._part("post_processor")  # type: ignore[return-value]

    @post_processor.setter
    def post_processor(self, part: PostProcessor | None) -> None:
        self._set_part("post_processor", part)

    @property
    def decoder(self) -> Decoder | None:
        """The decoder, or None."""
        return self._part("decoder")  # type: ignore[return-value]

    @decoder.setter
    def decoder(self, part: Decoder | None) -> None:
        self._set_part("decoder", part)

    @property
    def model(self) -> Model:
        """The model."""
        return self._part("model")  # type: ignore[return-value]

    @model.setter
    def model(self, part: Model) -> None:
        if part is None:
            raise TypeError("'None' is not an instance of 'Model'")
        self._set_part("model", part)

    def _part(self, stage: str) -> Component | None:
        if stage not in self._parts:
            text = self._core.component(stage)
            if text is None:
                return None
            kind = _STAGES[stage]
            self._hold(stage, Model._unread(text) if stage == "model" else kind.from_json(text))
        return self._parts[stage]

    def _set_part(self, stage: str, part: Component | None) -> None:
        kind = _STAGES[stage]
        if part is not None and not isinstance(part, kind):
            part = _foreign(stage, part)
        self._core.set_component(stage, None if part is None else part._json())
        self._parts.pop(stage, None)
        if part is not None:
            self._hold(stage, part)

    def _hold(self, stage: str, part: Component) -> None:
        self._parts[stage] = part
        part._held_by(self)

    def _part_changed(self, part: Component) -> None:
        """One of the stages was changed; a part that was replaced no longer counts."""
        for stage, held in self._parts.items():
            if held is part:
                self._core.set_component(stage, part._json())

    # Training.

    def train(self, files: Sequence[str], trainer: Trainer | None = None) -> None:
        """Trains the model on files, line by line, lines with their ends.

        Raises:
            FileNotFoundError: one is missing.
            EncodingError: one is not UTF-8.
        """
        if isinstance(files, str):
            raise TypeError("Can't extract `str` to `Vec`")
        self._train(trainer, [os.fspath(path) for path in files], None)

    def train_from_iterator(
        self,
        iterator: Iterable[Any],
        trainer: Trainer | None = None,
        length: int | None = None,
    ) -> None:
        """Trains the model on strings, or on lists of strings; an exception in it is raised.

        Args:
            iterator: the texts.
            trainer: by default one with default settings.
            length: how many there are, for progress.
        """
        self._train(trainer, None, iter(iterator))

    def _train(
        self, trainer: Trainer | None, files: list[str] | None, texts: Iterable[Any] | None
    ) -> None:
        trainer = trainer or self.model.get_trainer()
        specials = trainer._train(self._core, files, texts)
        self._parts.pop("model", None)
        self._add(rows(specials, special=True))


def _read(text: bytes) -> _core.Tokenizer:
    core = _core.Tokenizer.from_bytes(text, strict=False)
    for irregularity in core.warnings():
        warnings.warn(irregularity, FormatWarning, stacklevel=3)
    return core


def _foreign(stage: str, part: Any) -> Component:
    """A component of `tokenizers` as one of ours: `transformers` makes such."""
    kind = _STAGES[stage]
    module = "processors" if stage == "post_processor" else f"{stage}s"
    if type(part).__module__ != f"tokenizers.{module}":
        raise TypeError(f"'{type(part).__name__}' object is not an instance of '{kind.__name__}'")
    return kind.from_json(part.__getstate__().decode("utf-8"))


def _threads() -> int | None:
    """One thread where the user switched parallelism of `tokenizers` off."""
    off = os.environ.get("TOKENIZERS_PARALLELISM", "").lower() in (
        "0",
        "false",
        "off",
        "no",
        "f",
        "n",
    )
    return 1 if off else None


async def _aside(work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, partial(work, *arguments))
