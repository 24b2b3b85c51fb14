"""The object behind a `transformers` tokenizer: our `compat.Tokenizer`, with their added tokens."""

from __future__ import annotations

from typing import Any

import tokenizers

from hybridtok import _core
from hybridtok.compat import Tokenizer
from hybridtok.errors import ExportError
from hybridtok.tokenizer import kind_of

__all__ = ["Backend"]


class Backend(Tokenizer):
    """`compat.Tokenizer` whose added tokens are of the class that `transformers` looks for."""

    __slots__ = ()

    @classmethod
    def of(cls, tokenizer: Any) -> Backend:
        """A backend from any tokenizer: ours, `compat`'s, or one of `tokenizers`."""
        if isinstance(tokenizer, cls):
            return tokenizer
        core = tokenizer if isinstance(tokenizer, _core.Tokenizer) else None
        if core is None and isinstance(tokenizer, Tokenizer):
            core = tokenizer._core
        if core is None:
            return cls._as_backend(cls.from_str(tokenizer.to_str()))
        return cls.from_core(core)

    @classmethod
    def from_core(cls, core: _core.Tokenizer) -> Backend:
        """A backend around a tokenizer of the core."""
        return cls._as_backend(cls._around(core))

    @classmethod
    def from_native(cls, data: bytes) -> Backend:
        """A backend from the bytes of a `hybridtok.json`.

        Raises:
            ArtefactError: they are damaged.
        """
        return cls.from_core(_core.Tokenizer.from_native(data))

    @classmethod
    def _as_backend(cls, tokenizer: Tokenizer) -> Backend:
        assert isinstance(tokenizer, cls)
        return tokenizer

    def save(self, path: str, pretty: bool = True) -> None:
        """Writes a `tokenizer.json`.

        Raises:
            ExportError: this is a hybrid or boundless tokenizer, which that format cannot hold.
        """
        if self._core.native_only():
            raise ExportError(
                f"cannot export: tokenizer.json has no words for {kind_of(self._core)}; "
                "save_pretrained of HybridTokenizer writes hybridtok.json",
                component="model",
            )
        super().save(path, pretty)

    def get_added_tokens_decoder(self) -> dict[int, Any]:
        """The added tokens by id."""
        return {
            id: tokenizers.AddedToken(
                content,
                single_word=single_word,
                lstrip=lstrip,
                rstrip=rstrip,
                normalized=normalized,
                special=special,
            )
            for id, content, single_word, lstrip, rstrip, normalized, special in (
                self._core.added_tokens()
            )
        }
