"""The Rust core. Import these from `hybridtok`, not from here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import IO, Any, Literal, final

import numpy as np
import numpy.typing as npt
from typing_extensions import Self, disjoint_base

__version__: str
__all__ = [
    "DecodeStream",
    "Documents",
    "Encoding",
    "Induction",
    "Ragged",
    "Tokenizer",
    "WordCounts",
    "__version__",
    "add_noise",
    "check_extendable",
    "clean_component",
    "count_words",
    "decode_chain",
    "draws",
    "extend_bpe",
    "induce_morphs",
    "merge_counts",
    "normalize",
    "own_patterns",
    "pack_analyses",
    "post_process",
    "pre_tokenize",
    "read_pack",
    "seed",
    "template_component",
    "tokenize_word",
    "train_boundless",
    "train_bpe",
    "train_hybrid",
]

_AllowedSpecial = Literal["all"] | Iterable[str] | None
_Report = Callable[[str, int, int], None]

@disjoint_base
class Encoding:
    """The result of encoding one input. Offsets are code points of the input."""

    def __new__(cls) -> Encoding: ...
    @property
    def ids(self) -> list[int]: ...
    @property
    def type_ids(self) -> list[int]: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def offsets(self) -> list[tuple[int, int]]: ...
    @property
    def word_ids(self) -> list[int | None]: ...
    @property
    def words(self) -> list[int | None]: ...
    @property
    def sequence_ids(self) -> list[int | None]: ...
    @property
    def special_tokens_mask(self) -> list[int]: ...
    @property
    def attention_mask(self) -> list[int]: ...
    @property
    def overflowing(self) -> list[Encoding]: ...
    @property
    def n_sequences(self) -> int: ...
    def ids_array(self) -> npt.NDArray[np.uint32]: ...
    def offsets_array(self) -> npt.NDArray[np.uint32]: ...
    def char_to_token(self, char_pos: int, sequence_index: int = 0) -> int | None: ...
    def char_to_word(self, char_pos: int, sequence_index: int = 0) -> int | None: ...
    def token_to_chars(self, token_index: int) -> tuple[int, int] | None: ...
    def token_to_sequence(self, token_index: int) -> int | None: ...
    def token_to_word(self, token_index: int) -> int | None: ...
    def word_to_chars(self, word_index: int, sequence_index: int = 0) -> tuple[int, int] | None: ...
    def word_to_tokens(
        self, word_index: int, sequence_index: int = 0
    ) -> tuple[int, int] | None: ...
    @staticmethod
    def merge(encodings: Sequence[Encoding], growing_offsets: bool = True) -> Encoding: ...
    def pad(
        self,
        length: int,
        direction: str = "right",
        pad_id: int = 0,
        pad_type_id: int = 0,
        pad_token: str = "[PAD]",
    ) -> None: ...
    def truncate(self, max_length: int, stride: int = 0, direction: str = "right") -> None: ...
    def set_sequence_id(self, sequence_id: int) -> None: ...
    def __len__(self) -> int: ...
    def __getstate__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: tuple[Any, ...]) -> None: ...

@final
class Ragged:
    """Ids of many texts: text `k` is `values[offsets[k]:offsets[k + 1]]`."""

    @property
    def values(self) -> npt.NDArray[np.uint32]: ...
    @property
    def offsets(self) -> npt.NDArray[np.int64]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int, /) -> npt.NDArray[np.uint32]: ...

@final
class DecodeStream:
    """Text from ids that arrive one by one; holds back an incomplete character, and the last morpheme of a word."""

    def __new__(
        cls,
        ids: Sequence[int] | None = None,
        skip_special_tokens: bool = False,
        *,
        continuation: bool = False,
    ) -> DecodeStream: ...
    def step(self, tokenizer: Tokenizer, id: int | Sequence[int]) -> str | None: ...
    def finish(self, tokenizer: Tokenizer) -> str | None: ...

@disjoint_base
class Tokenizer:
    """A tokenizer: normalize, split, model, post-process, and back."""

    def __new__(cls, source: Tokenizer | None = None) -> Self: ...
    @staticmethod
    def from_str(
        json: str, *, strict: bool = True, unicode: Literal["hf", "unicode"] = "hf"
    ) -> Tokenizer: ...
    @staticmethod
    def from_bytes(
        json: bytes, *, strict: bool = True, unicode: Literal["hf", "unicode"] = "hf"
    ) -> Tokenizer: ...
    @staticmethod
    def from_native(json: bytes) -> Tokenizer: ...
    def to_str(self, pretty: bool = False) -> str: ...
    def to_native(self, creation: str = "{}") -> str: ...
    def native_only(self) -> bool: ...
    def hybrid(self) -> dict[str, str] | None: ...
    def boundless(self) -> dict[str, Any] | None: ...
    def flat(self) -> Tokenizer: ...
    def segment(self, word: str) -> list[str]: ...
    def analyses(self, word: str, k: int = 10) -> list[tuple[float, list[dict[str, Any]]]]: ...
    def realise(self, root: str, affixes: Sequence[str]) -> list[str]: ...
    def describe(self, id: int) -> list[dict[str, Any]]: ...
    def morpheme_table(self) -> dict[str, list[Any]]: ...
    def morpheme_forms(self) -> list[tuple[str, str | None, bool, bool, float]]: ...
    @property
    def unicode(self) -> Literal["hf", "unicode"]: ...
    def warnings(self) -> list[str]: ...
    def encode(
        self,
        text: Any,
        pair: Any = None,
        *,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
        allowed_special: _AllowedSpecial = None,
        disallowed_special: Literal["raise"] | None = None,
        errors: str = "strict",
        sample: float | None = None,
    ) -> Encoding: ...
    def encode_batch(
        self,
        inputs: Sequence[Any],
        *,
        is_pretokenized: bool = False,
        add_special_tokens: bool = True,
        allowed_special: _AllowedSpecial = None,
        disallowed_special: Literal["raise"] | None = None,
        errors: str = "strict",
        sample: float | None = None,
        threads: int | None = None,
    ) -> list[Encoding]: ...
    def encode_ids(
        self,
        text: str,
        *,
        add_special_tokens: bool = True,
        allowed_special: _AllowedSpecial = None,
        disallowed_special: Literal["raise"] | None = None,
        errors: str = "strict",
        sample: float | None = None,
        threads: int | None = None,
    ) -> npt.NDArray[np.uint32]: ...
    def encode_bytes(self, data: bytes) -> npt.NDArray[np.uint32]: ...
    def encode_batch_ids(
        self,
        texts: Sequence[str],
        *,
        add_special_tokens: bool = True,
        allowed_special: _AllowedSpecial = None,
        disallowed_special: Literal["raise"] | None = None,
        errors: str = "strict",
        sample: float | None = None,
        threads: int | None = None,
    ) -> Ragged: ...
    def decode(
        self,
        ids: Any,
        *,
        skip_special_tokens: bool = False,
        errors: Literal["strict", "ignore"] = "strict",
        continuation: bool = False,
    ) -> str: ...
    def decode_batch(
        self,
        sequences: Any,
        *,
        skip_special_tokens: bool = False,
        errors: Literal["strict", "ignore"] = "strict",
        continuation: bool = False,
    ) -> list[str]: ...
    def decode_bytes(
        self,
        ids: Any,
        *,
        skip_special_tokens: bool = False,
        errors: Literal["strict", "ignore"] = "strict",
        continuation: bool = False,
    ) -> bytes: ...
    def post_process(
        self, encoding: Encoding, pair: Encoding | None = None, add_special_tokens: bool = True
    ) -> Encoding: ...
    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]: ...
    def get_vocab_size(self, with_added_tokens: bool = True) -> int: ...
    def token_to_id(self, token: str) -> int | None: ...
    def id_to_token(self, id: int) -> str | None: ...
    def added_tokens(self) -> list[tuple[int, str, bool, bool, bool, bool, bool]]: ...
    def add_tokens(self, tokens: Sequence[tuple[str, bool, bool, bool, bool, bool]]) -> int: ...
    def num_special_tokens_to_add(self, is_pair: bool = False) -> int: ...
    def component(self, name: str) -> str | None: ...
    def set_component(self, name: str, json: str | None) -> None: ...
    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...

@final
class Documents:
    """The documents of some files, in order: `(path, field, weight, seed)`; lines of text, or fields of JSON lines."""

    def __new__(
        cls,
        files: Sequence[tuple[str, str | None, float, int]],
        on_invalid: Literal["error", "replace", "skip"] = "error",
    ) -> Documents: ...
    def __iter__(self) -> Iterator[str]: ...
    def __next__(self) -> str: ...
    def next_batch(self) -> list[str] | None: ...

@final
class WordCounts:
    """Counted words of a corpus: in memory, and beyond a budget in files. Training takes them, once."""

    def write(self, output: IO[bytes], *, report: _Report | None = None) -> dict[str, int]: ...

def draws(texts: Iterable[str], first: int, seed: int) -> npt.NDArray[np.float64]: ...
def count_words(
    tokenizers: Sequence[Tokenizer],
    files: Sequence[tuple[str, str | None]] | None,
    iterator: Iterable[str | Iterable[str]] | None,
    *,
    joining: Sequence[str | None] = ...,
    counts: Sequence[str] = ...,
    settings: Sequence[Mapping[str, str]] = ...,
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | None = None,
    threads: int | None = None,
    report: _Report | None = None,
) -> list[WordCounts]: ...
def add_noise(
    tokenizer: Tokenizer,
    counts: WordCounts,
    words: WordCounts,
    *,
    confusions: Sequence[tuple[str, Sequence[str]]],
    weight: float,
    samples: int,
    seed: int,
    report: _Report | None = None,
) -> tuple[WordCounts, int]: ...
def train_bpe(
    tokenizer: Tokenizer,
    counts: WordCounts,
    *,
    vocab_size: int,
    min_frequency: int = 0,
    special_tokens: Sequence[str] = ...,
    limit_alphabet: int | None = None,
    min_char_count: int = 1,
    initial_alphabet: Sequence[str] = ...,
    continuing_subword_prefix: str | None = None,
    end_of_word_suffix: str | None = None,
    max_length: tuple[Literal["huggingface", "chars", "bytes"], int] | None = None,
    rules: Sequence[tuple[str, Any]] = ...,
    tie_rule: str = "ids",
    strict: bool = True,
    report: _Report | None = None,
) -> dict[str, Any]: ...
def check_extendable(tokenizer: Tokenizer) -> None: ...
def extend_bpe(
    tokenizer: Tokenizer,
    counts: WordCounts,
    *,
    add: int,
    min_frequency: int = 0,
    max_length: tuple[Literal["huggingface", "chars", "bytes"], int] | None = None,
    rules: Sequence[tuple[str, Any]] = ...,
    tie_rule: str = "ids",
    report: _Report | None = None,
) -> dict[str, Any]: ...
def train_boundless(
    tokenizer: Tokenizer,
    words: WordCounts,
    chunks: WordCounts,
    *,
    vocab_size: int,
    transition: int | None,
    eligible: str,
    tie_rule: str,
    special_tokens: Sequence[str],
    min_frequency: int,
    rules: Sequence[tuple[str, Any]],
    super_rules: Sequence[tuple[str, Any]],
    superwords: bool = True,
    report: _Report | None = None,
) -> dict[str, Any]: ...
def pack_analyses(
    directory: str | PathLike[str], word: str, k: int = 10
) -> list[tuple[float, list[dict[str, Any]]]]: ...
def read_pack(directory: str | PathLike[str]) -> dict[str, Any]: ...
def train_hybrid(
    pack: str | PathLike[str],
    counts: WordCounts,
    *,
    vocab_size: int,
    mode: str = "shared",
    merges: int | None = None,
    limit_alphabet: int = 1000,
    min_frequency: int = 2,
    digits: int = 1,
    threads: int | None = None,
    report: _Report | None = None,
) -> tuple[Tokenizer, dict[str, Any]]: ...
def merge_counts(
    files: Sequence[str], output: IO[bytes], *, report: _Report | None = None
) -> dict[str, int]: ...
def seed(seed: int) -> None: ...
def normalize(json: str, text: str, unicode: Literal["hf", "unicode"] = "hf") -> str: ...
def pre_tokenize(
    json: str, text: str, unicode: Literal["hf", "unicode"] = "hf"
) -> list[tuple[str, tuple[int, int]]]: ...
def decode_chain(json: str, tokens: Sequence[str]) -> list[str]: ...
def tokenize_word(json: str, word: str) -> list[tuple[int, str, tuple[int, int]]]: ...
def own_patterns() -> dict[str, str]: ...
def post_process(
    json: str, encoding: Encoding, pair: Encoding | None = None, add_special_tokens: bool = True
) -> Encoding: ...
def clean_component(kind: str, json: str) -> str: ...
def template_component(
    single: str | Sequence[str],
    pair: str | Sequence[str] | None,
    special_tokens: Sequence[tuple[str, int]],
) -> str: ...

@final
class Induction:
    """The prefixes, stems and suffixes of a list of words."""

    def morphs(self) -> list[tuple[str, str, float]]: ...
    def compounding(self) -> float: ...
    def segment(self, word: str) -> list[tuple[str, str]]: ...

def induce_morphs(
    words: Sequence[tuple[str, int]], *, report: _Report | None = None
) -> Induction: ...
