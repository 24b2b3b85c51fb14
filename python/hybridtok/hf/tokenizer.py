"""`HybridTokenizer`: a `transformers` tokenizer that runs on this package's core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, TokenizersBackend

from hybridtok.atomic import write_atomically
from hybridtok.hf.backend import Backend
from hybridtok.side_table import SideTable
from hybridtok.tokenizer import AUTO_MAP, NATIVE_FILE, TOKENIZER_FILE, companions, model_file

__all__ = ["HybridConfig", "HybridTokenizer", "HybridTokenizerFast", "register"]


class HybridConfig(PretrainedConfig):  # type: ignore[misc]
    """A configuration whose type makes `AutoTokenizer` find `HybridTokenizer`."""

    model_type = "hybridtok"


class HybridTokenizer(TokenizersBackend):  # type: ignore[misc]
    """Everything a fast tokenizer of `transformers` does, on this package's core.

    It reads a directory that `hybridtok train` or ``save_pretrained`` wrote: its `hybridtok.json`,
    which checks itself, or else its `tokenizer.json`. A hybrid or boundless tokenizer can be read
    by this class alone; ``AutoTokenizer.from_pretrained(directory, trust_remote_code=True)`` finds
    it. Special tokens in text are taken as such unless ``split_special_tokens=True``, as everywhere
    in `transformers`; none are added.

    Args:
        hybrid_file: a `hybridtok.json`.
        tokenizer_file: a `tokenizer.json`, read if there is no ``hybrid_file``.
        tokenizer_object: a tokenizer of this package, of `hybridtok.compat` or of `tokenizers`.
        kwargs: as for every tokenizer of `transformers`.

    Raises:
        ValueError: none of the three is given.
        ArtefactError, FormatError: the file is damaged.

    Example:
        >>> from hybridtok.hf import HybridTokenizer
        >>> tok = HybridTokenizer.from_pretrained("my-tokenizer")  # doctest: +SKIP
    """

    vocab_files_names: ClassVar[dict[str, str]] = {
        "hybrid_file": NATIVE_FILE,
        "tokenizer_file": TOKENIZER_FILE,
    }
    model_input_names: ClassVar[list[str]] = ["input_ids", "attention_mask"]

    @classmethod
    def convert_to_native_format(
        cls, trust_remote_code: bool = False, **kwargs: Any
    ) -> dict[str, Any]:
        """Leaves the files as they are: we read them ourselves."""
        return kwargs

    def __init__(
        self,
        hybrid_file: str | None = None,
        tokenizer_file: str | None = None,
        tokenizer_object: Any = None,
        **kwargs: Any,
    ) -> None:
        """Builds the backend, then lets `transformers` do the rest."""
        self._tokenizer: Any = None
        kwargs.setdefault("clean_up_tokenization_spaces", False)
        backend = _backend(hybrid_file, tokenizer_file, tokenizer_object)
        super().__init__(tokenizer_object=backend, **kwargs)
        if backend._core.native_only():
            # `transformers` writes this to tokenizer_config.json.
            self._auto_map = AUTO_MAP

    @classmethod
    def register_for_auto_class(cls, auto_class: str = "AutoTokenizer") -> None:
        """Does nothing: saved hybrid tokenizers name this class, and need no copy of its code."""

    def side_table(self) -> SideTable:
        """The side table of a hybrid tokenizer; see `hybridtok.Tokenizer.side_table`.

        Raises:
            TypeError: the tokenizer is not a hybrid one.
        """
        return SideTable.of(self._tokenizer._core)

    def convert_tokens_to_string(self, tokens: list[str]) -> str:
        """The text of some tokens; of a hybrid tokenizer that of their ids."""
        if not self._tokenizer._core.hybrid():
            return str(super().convert_tokens_to_string(tokens))
        ids = [self._tokenizer.token_to_id(token) for token in tokens]
        return str(self._tokenizer.decode([id for id in ids if id is not None], False))

    def train_new_from_iterator(self, *args: Any, **kwargs: Any) -> Any:
        """As in `transformers`.

        Raises:
            NotImplementedError: this is a hybrid tokenizer, which `hybridtok.train_hybrid` trains,
                or a boundless one, which `hybridtok.train_superword` trains.
        """
        if self._tokenizer._core.hybrid():
            raise NotImplementedError(
                "a hybrid tokenizer needs a language pack: train with hybridtok.train_hybrid and "
                "pass the result as tokenizer_object"
            )
        if self._tokenizer._core.boundless():
            raise NotImplementedError(
                "train with hybridtok.train_superword and pass the result as tokenizer_object"
            )
        return super().train_new_from_iterator(*args, **kwargs)

    def _save_pretrained(
        self,
        save_directory: str | os.PathLike[str],
        file_names: tuple[str, ...],
        legacy_format: bool | None = None,
        filename_prefix: str | None = None,
    ) -> tuple[str, ...]:
        """Writes `hybridtok.json`, and beside it what `hybridtok.Tokenizer` writes."""
        prefix = f"{filename_prefix}-" if filename_prefix else ""
        core = self._tokenizer._core
        contents: dict[str, str | bytes] = {NATIVE_FILE: core.to_native(), **companions(core)}
        for name, content in contents.items():
            path = os.path.join(os.fspath(save_directory), prefix + name)
            write_atomically(path, content)
            file_names = (*file_names, path)
        return file_names

    @classmethod
    def _patch_mistral_regex(cls, tokenizer: Any, *args: Any, **kwargs: Any) -> Any:
        """Patches nothing: the patch is for files of one vendor, and replaces components."""
        return tokenizer


#: The name that older code uses for tokenizers of this kind.
HybridTokenizerFast = HybridTokenizer


def _backend(hybrid_file: str | None, tokenizer_file: str | None, tokenizer_object: Any) -> Backend:
    if tokenizer_object is not None:
        return Backend.of(tokenizer_object)
    file = hybrid_file or tokenizer_file
    if file is None:
        raise ValueError(
            f"pass a {NATIVE_FILE} (hybrid_file), a {TOKENIZER_FILE} (tokenizer_file) or a "
            "tokenizer (tokenizer_object)"
        )
    path = model_file(file)
    data = Path(path).read_bytes()
    if path.name.endswith(NATIVE_FILE):
        return Backend.from_native(data)
    return Backend._as_backend(Backend.from_buffer(data))


def register() -> None:
    """Makes `AutoTokenizer` and `AutoConfig` know our classes; calling it again does nothing."""
    AutoConfig.register(HybridConfig.model_type, HybridConfig, exist_ok=True)
    AutoTokenizer.register(HybridConfig, fast_tokenizer_class=HybridTokenizer, exist_ok=True)
