"""Added tokens: strings that are found in the text before the model sees it."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

__all__ = ["AddedToken", "TokenRow", "rows"]

#: content, single_word, lstrip, rstrip, normalized, special: what the core takes.
TokenRow = tuple[str, bool, bool, bool, bool, bool]


_NAMES = ("content", "single_word", "lstrip", "rstrip", "normalized", "special")


class AddedToken:
    """A token that is matched in the text as a whole.

    Args:
        content: the string.
        single_word: match only where no word character stands beside it.
        lstrip: take the whitespace before it, too.
        rstrip: take the whitespace after it, too.
        normalized: match in the normalized text; by default true unless ``special``.
        special: skipped by ``decode(..., skip_special_tokens=True)``, and not matched in text
            that may not hold special tokens.
    """

    __slots__ = ("_normalized", "content", "lstrip", "rstrip", "single_word", "special")

    def __init__(
        self,
        content: str = "",
        *,
        single_word: bool = False,
        lstrip: bool = False,
        rstrip: bool = False,
        normalized: bool | None = None,
        special: bool = False,
    ) -> None:
        """Takes the string and its flags."""
        if not isinstance(content, str):
            raise TypeError(f"content is a str, not {type(content).__name__}")
        self.content = content
        self.single_word = single_word
        self.lstrip = lstrip
        self.rstrip = rstrip
        self._normalized = normalized
        self.special = special

    @property
    def normalized(self) -> bool:
        """Whether it is matched in the normalized text."""
        return not self.special if self._normalized is None else self._normalized

    @classmethod
    def of(cls, row: TokenRow) -> AddedToken:
        """The token that the core describes so."""
        content, single_word, lstrip, rstrip, normalized, special = row
        return cls(
            content,
            single_word=single_word,
            lstrip=lstrip,
            rstrip=rstrip,
            normalized=normalized,
            special=special,
        )

    def row(self) -> TokenRow:
        """The token as the core takes it."""
        return (
            self.content,
            self.single_word,
            self.lstrip,
            self.rstrip,
            self.normalized,
            self.special,
        )

    def __getstate__(self) -> dict[str, Any]:
        """The content and flags by name, as `tokenizers` pickles them."""
        return {name: getattr(self, name) for name in _NAMES} | {"normalized": self._normalized}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Takes what `__getstate__` gave."""
        AddedToken.__init__(self, **state)

    def __str__(self) -> str:
        """The content."""
        return self.content

    def __repr__(self) -> str:
        """As `tokenizers` writes it."""
        return (
            f'AddedToken("{self.content}", rstrip={self.rstrip}, lstrip={self.lstrip}, '
            f"single_word={self.single_word}, normalized={self.normalized}, "
            f"special={self.special})"
        )

    def __eq__(self, other: object) -> bool:
        """Equal content and flags."""
        return self.row() == other.row() if isinstance(other, AddedToken) else NotImplemented

    def __hash__(self) -> int:
        """The content's hash: flags may be changed."""
        return hash(self.content)


def rows(tokens: Iterable[str | AddedToken], *, special: bool = False) -> list[TokenRow]:
    """Tokens as the core takes them.

    Plain strings become tokens with default flags. With ``special``, all become special; a string
    is then not normalized.

    Raises:
        TypeError: an item is neither a string nor an AddedToken.
    """
    if isinstance(tokens, str):
        raise TypeError("a list of tokens is expected, not one string")
    taken = []
    for token in tokens:
        if isinstance(token, str):
            token = AddedToken(token, special=special)
        elif not isinstance(token, AddedToken):
            token = _foreign(token)
        if special and not token.special:
            token = copy.copy(token)
            token.special = True
        taken.append(token.row())
    return taken


def _foreign(token: Any) -> AddedToken:
    """The AddedToken of `tokenizers` has the same attributes."""
    try:
        return AddedToken(**{name: getattr(token, name) for name in _NAMES})
    except AttributeError:
        raise TypeError("Input must be a List[Union[str, AddedToken]]") from None
