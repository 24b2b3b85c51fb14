"""`hybridtok.Tokenizer`: the core's tokenizer, with files and Python's views of its parts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.atomic import write_atomically
from hybridtok.errors import ExportError, FormatError, LimitError
from hybridtok.lengths import padding_json, padding_of, truncation_json, truncation_of
from hybridtok.tokens import AddedToken, rows

if TYPE_CHECKING:
    from hybridtok.side_table import SideTable

__all__ = [
    "AUTO_MAP",
    "NATIVE_FILE",
    "ROLES",
    "TOKENIZER_FILE",
    "Tokenizer",
    "companions",
    "kind_of",
    "save_files",
]

#: Our own description of a tokenizer; it checks itself when it is read.
NATIVE_FILE = "hybridtok.json"
#: The description that `tokenizers` and `transformers` read.
TOKENIZER_FILE = "tokenizer.json"

#: The module that leads `AutoTokenizer` to our class, and how `tokenizer_config.json` names it.
_AUTO_FILE = "tokenization_hybridtok.py"
AUTO_MAP = {"AutoTokenizer": ["tokenization_hybridtok.HybridTokenizer", None]}
_AUTO_CODE = '''\
"""Leads `AutoTokenizer` to the class of the package `hybridtok`, which must be installed."""

from hybridtok.hf import HybridTokenizer

__all__ = ["HybridTokenizer"]
'''

Path_ = str | os.PathLike[str]


class Tokenizer(_core.Tokenizer):
    """Turns text into ids and back.

    It loads strictly, takes special tokens from text only where ``allowed_special`` says so, and
    raises on what it cannot do. `hybridtok.compat.Tokenizer` is the same with the manners of
    `tokenizers`.

    ``encode``, ``encode_batch``, ``encode_ids``, ``encode_batch_ids``, ``encode_bytes``,
    ``decode``, ``decode_batch``, ``decode_bytes`` and the vocabulary's methods are the core's own.

    ``encode*(sample=alpha)`` draws the analyses of a hybrid tokenizer's words, with probabilities
    proportional to ``exp(-alpha * cost)``; ValueError for other tokenizers, and for an alpha that
    is negative or not finite. ``decode*(continuation=True)`` is for ids that go on where others
    ended: a first word keeps the space in front of it; ValueError for tokenizers that are neither
    hybrid nor decode byte by byte.

    Example:
        >>> import hybridtok as ht
        >>> tok = ht.train_bpe(["bir varmış bir yokmuş"] * 10, vocab_size=270)
        >>> tok.decode(tok.encode("yokmuş bir").ids)
        'yokmuş bir'
    """

    @classmethod
    def from_str(
        cls, json: str, *, strict: bool = True, unicode: Literal["hf", "unicode"] = "hf"
    ) -> Tokenizer:
        """Reads the text of a `tokenizer.json` or of a `hybridtok.json`.

        Args:
            json: the text.
            strict: refuse irregularities that `tokenizers` accepts.
            unicode: the character data to use: "hf" gives the ids of `tokenizers`, "unicode" is
                current. A `hybridtok.json` says itself which it was made for.

        Raises:
            FormatError: the text is not a tokenizer's.
            LimitError: it exceeds a bound.
        """
        return cls.from_bytes(json.encode("utf-8"), strict=strict, unicode=unicode)

    @classmethod
    def from_bytes(
        cls, json: bytes, *, strict: bool = True, unicode: Literal["hf", "unicode"] = "hf"
    ) -> Tokenizer:
        """As `from_str`, from UTF-8 bytes."""
        if _is_native(json):
            return cls.from_native(json)
        return cls._of(_core.Tokenizer.from_bytes(json, strict=strict, unicode=unicode))

    @classmethod
    def from_native(cls, json: bytes) -> Tokenizer:
        """Reads the bytes of a `hybridtok.json` and checks them.

        Raises:
            ArtefactError: they are damaged or of another version.
        """
        return cls._of(_core.Tokenizer.from_native(json))

    @classmethod
    def from_file(
        cls, path: Path_, *, strict: bool = True, unicode: Literal["hf", "unicode"] = "hf"
    ) -> Tokenizer:
        """Reads a `tokenizer.json` or a `hybridtok.json`; its content tells which.

        Raises:
            FileNotFoundError, PermissionError: as usual.
            FormatError, LimitError: as `from_str`; the message names the file.
        """
        data = Path(path).read_bytes()
        try:
            # A file of this name is held to be ours even where its first bytes are damaged.
            if Path(path).name == NATIVE_FILE:
                return cls.from_native(data)
            return cls.from_bytes(data, strict=strict, unicode=unicode)
        except (FormatError, LimitError) as error:
            error.args = (f"{os.fspath(path)}: {error}",)
            raise

    @classmethod
    def from_pretrained(
        cls,
        directory: Path_,
        *,
        strict: bool = True,
        unicode: Literal["hf", "unicode"] = "hf",
    ) -> Tokenizer:
        """Reads a local directory: its `hybridtok.json`, or else its `tokenizer.json`.

        Raises:
            FileNotFoundError: there is no such directory, or neither file in it.
        """
        return cls.from_file(model_file(directory), strict=strict, unicode=unicode)

    @classmethod
    def _of(cls, core: _core.Tokenizer) -> Tokenizer:
        """The same tokenizer as an object of this class."""
        return cls(core)

    def save(self, path: Path_, pretty: bool = True) -> None:
        """Writes a `tokenizer.json`. The old file stays until the new one is complete.

        Raises:
            OSError: it cannot be written.
            ExportError: a hybrid or boundless tokenizer, which that format cannot hold; see
                `save_pretrained`.
        """
        if self.native_only():
            raise ExportError(
                f"cannot export: tokenizer.json has no words for {kind_of(self)}; save_pretrained "
                "writes hybridtok.json",
                component="model",
            )
        write_atomically(path, self.to_str(pretty))

    def save_pretrained(
        self,
        directory: Path_,
        *,
        creation: Mapping[str, Any] | None = None,
        model_max_length: int | None = None,
    ) -> list[str]:
        """Writes what `transformers`, `tokenizers` and `from_pretrained` need.

        Args:
            directory: made if it is missing; other files in it stay.
            creation: how the tokenizer was made, kept in `hybridtok.json`.
            model_max_length: tokens that the model takes, for `tokenizer_config.json`.

        Returns:
            The paths of `tokenizer.json`, `hybridtok.json` and `tokenizer_config.json`. Of a hybrid
            or boundless tokenizer, which `tokenizer.json` cannot express, there are instead of that
            file a module that makes ``AutoTokenizer.from_pretrained`` give
            `hybridtok.hf.HybridTokenizer`, and the side table of a hybrid one (see `side_table`).
        """
        os.makedirs(directory, exist_ok=True)
        return save_files(self, directory, creation=creation, model_max_length=model_max_length)

    def decode_stream(
        self,
        ids: Sequence[int] | None = None,
        *,
        skip_special_tokens: bool = False,
        continuation: bool = False,
    ) -> _core.DecodeStream:
        """A stream: ``step(tokenizer, id)`` returns new text once its characters are complete.

        Args:
            ids: ids that came before, whose text is not returned.
            skip_special_tokens: leave special tokens out.
            continuation: other ids came before these, which the stream is not told: a first word
                keeps the space in front of it. For hybrid tokenizers, and those that decode byte by
                byte, where it changes nothing; others raise ValueError in ``step``.
        """
        return _core.DecodeStream(ids, skip_special_tokens, continuation=continuation)

    def side_table(self) -> SideTable:
        """Which morphemes the ids of a hybrid tokenizer stand for, as arrays.

        Raises:
            TypeError: the tokenizer is not a hybrid one.
        """
        from hybridtok.side_table import SideTable

        return SideTable.of(self)

    def morphemes(self, encoding: _core.Encoding) -> list[list[dict[str, Any]]]:
        """What each token of an encoding stands for: several morphemes for a merged one.

        Returns:
            For every id what `describe` says of it: dictionaries with ``id``, ``name``, ``kind``,
            ``class`` and ``gloss``.

        Raises:
            TypeError: the tokenizer is not a hybrid one.
        """
        known = {id: self.describe(id) for id in set(encoding.ids)}
        return [known[id] for id in encoding.ids]

    def add_tokens(self, tokens: Iterable[str | AddedToken]) -> int:  # type: ignore[override]
        """Adds tokens that are found in text before anything else; returns how many were new."""
        return super().add_tokens(rows(tokens))

    def add_special_tokens(self, tokens: Iterable[str | AddedToken]) -> int:
        """Adds special tokens, which text alone never yields; returns how many were new."""
        return super().add_tokens(rows(tokens, special=True))

    def get_added_tokens_decoder(self) -> dict[int, AddedToken]:
        """The added tokens by id, ascending."""
        return {row[0]: AddedToken.of(row[1:]) for row in self.added_tokens()}

    @property
    def special_tokens(self) -> list[str]:
        """The special tokens, by ascending id."""
        return [
            token.content for token in self.get_added_tokens_decoder().values() if token.special
        ]

    @property
    def truncation(self) -> dict[str, Any] | None:
        """How encodings are cut, or None."""
        return truncation_of(self.component("truncation"))

    def enable_truncation(
        self,
        max_length: int,
        *,
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
            added=self.num_special_tokens_to_add(False),
        )
        self.set_component("truncation", truncation)

    def no_truncation(self) -> None:
        """Stops cutting."""
        self.set_component("truncation", None)

    @property
    def padding(self) -> dict[str, Any] | None:
        """How encodings are padded, or None."""
        return padding_of(self.component("padding"))

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
        self.set_component("padding", padding)

    def no_padding(self) -> None:
        """Stops padding."""
        self.set_component("padding", None)

    def __len__(self) -> int:
        """Number of tokens, added ones included."""
        return self.get_vocab_size()

    def __repr__(self) -> str:
        """The kind of model and its size."""
        model = json.loads(self.component("model") or "{}").get("type", "?")
        return f"<hybridtok.Tokenizer {model}, {len(self)} tokens>"


def model_file(path: Path_) -> Path:
    """The file to read a tokenizer from: ``path`` itself, or the best one in that directory.

    Raises:
        FileNotFoundError: there is nothing of that name, or no tokenizer in the directory.
    """
    place = Path(path)
    if not place.is_dir():
        return place
    for name in (NATIVE_FILE, TOKENIZER_FILE):
        if (place / name).is_file():
            return place / name
    missing = f"neither {NATIVE_FILE} nor {TOKENIZER_FILE} in this directory"
    raise FileNotFoundError(2, missing, os.fspath(path))


def save_files(
    tokenizer: Tokenizer,
    directory: Path_,
    *,
    creation: Mapping[str, Any] | None = None,
    model_max_length: int | None = None,
) -> list[str]:
    """Writes the files of a tokenizer's directory; see `Tokenizer.save_pretrained`."""
    record = json.dumps(creation or {}, ensure_ascii=False, sort_keys=True)
    contents = {
        **companions(tokenizer),
        NATIVE_FILE: tokenizer.to_native(record),
        "tokenizer_config.json": _config(tokenizer, model_max_length),
    }
    paths = []
    for name, content in contents.items():
        path = os.path.join(directory, name)
        write_atomically(path, content)
        paths.append(path)
    return paths


def companions(tokenizer: _core.Tokenizer) -> dict[str, str | bytes]:
    """What stands beside `hybridtok.json`, by file name: the same in the words of others.

    A hybrid or boundless tokenizer gets no `tokenizer.json`: the nearest thing that the format can
    say has other ids, and who loads the directory would not be told.
    """
    if not tokenizer.native_only():
        return {TOKENIZER_FILE: tokenizer.to_str(True)}
    if not tokenizer.hybrid():
        return {_AUTO_FILE: _AUTO_CODE}
    from hybridtok.side_table import ARRAYS_FILE, TABLE_FILE, SideTable

    table = SideTable.of(tokenizer)
    return {
        _AUTO_FILE: _AUTO_CODE,
        TABLE_FILE: table.to_tsv(),
        ARRAYS_FILE: table.to_safetensors(),
    }


#: What `transformers` calls the special tokens that usually have these strings.
ROLES = {
    "bos_token": ("<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>", "[BOS]"),
    "eos_token": ("</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>", "[EOS]"),
    "unk_token": ("<unk>", "[UNK]", "<|unk|>"),
    "sep_token": ("[SEP]", "<sep>"),
    "pad_token": ("<pad>", "[PAD]", "<|pad|>", "<|padding|>"),
    "cls_token": ("[CLS]", "<cls>"),
    "mask_token": ("[MASK]", "<mask>", "<|mask|>"),
}

#: What `transformers` writes for a model without a limit.
_NO_LIMIT = 1_000_000_000_000_000_019_884_624_838_656


def _config(tokenizer: Tokenizer, model_max_length: int | None) -> str:
    specials = tokenizer.special_tokens
    config: dict[str, Any] = {
        "backend": "tokenizers",
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": _NO_LIMIT if model_max_length is None else model_max_length,
        # True changes decoded text, so that decode(encode(x)) is no longer x.
        "clean_up_tokenization_spaces": False,
        "padding_side": "right",
        "truncation_side": "right",
    }
    if tokenizer.native_only():
        config |= {"tokenizer_class": "HybridTokenizer", "auto_map": AUTO_MAP}
    for role, known in ROLES.items():
        found = next((token for token in known if token in specials), None)
        if found is not None:
            config[role] = found
    return json.dumps(config, ensure_ascii=False, indent=2) + "\n"


def kind_of(tokenizer: _core.Tokenizer) -> str:
    """What a message calls the model of a tokenizer that only `hybridtok.json` has words for."""
    return "a hybrid model" if tokenizer.hybrid() else "a boundless model"


def _is_native(data: bytes) -> bool:
    """Whether this is a `hybridtok.json`: it names itself in its first bytes."""
    return b'"hybridtok"' in data[:64]
