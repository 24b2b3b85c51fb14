"""`HybridTokenizer`: a `transformers` tokenizer that runs on this package's core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, TokenizersBackend

from hybridtok.atomic import write_atomically
from hybridtok.hf.backend import Backend
from hybridtok.tokenizer import NATIVE_FILE, TOKENIZER_FILE, model_file

__all__ = ["HybridConfig", "HybridTokenizer", "HybridTokenizerFast", "register"]


class HybridConfig(PretrainedConfig):  # type: ignore[misc]
    """A configuration whose type makes `AutoTokenizer` find `HybridTokenizer`."""

    model_type = "hybridtok"


class HybridTokenizer(TokenizersBackend):  # type: ignore[misc]
    """Everything a fast tokenizer of `transformers` does, on this package's core.

    It reads a directory that `hybridtok train` or ``save_pretrained`` wrote: its `hybridtok.json`,
    which checks itself, or else its `tokenizer.json`. Special tokens in text are taken as such
    unless ``split_special_tokens=True``, as everywhere in `transformers`.

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

    def _save_pretrained(
        self,
        save_directory: str | os.PathLike[str],
        file_names: tuple[str, ...],
        legacy_format: bool | None = None,
        filename_prefix: str | None = None,
    ) -> tuple[str, ...]:
        """Writes `hybridtok.json`, and the `tokenizer.json` that others read."""
        prefix = f"{filename_prefix}-" if filename_prefix else ""
        contents = {
            NATIVE_FILE: self._tokenizer._core.to_native(),
            TOKENIZER_FILE: self._tokenizer.to_str(True),
        }
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
