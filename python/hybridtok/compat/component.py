"""What all components share: they are the JSON of `tokenizer.json`, with Python's names for it.

A component that belongs to a tokenizer writes itself back when one of its attributes is set, as in
`tokenizers`, where both are the same object.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from hybridtok import _core
from hybridtok.errors import FormatError

__all__ = ["Attribute", "Component", "Parts", "Regex", "behavior", "one_character", "pattern"]

T = TypeVar("T")


class _Owner(Protocol):
    """A tokenizer, as its components see it."""

    def _part_changed(self, part: Component) -> None: ...


class Component:
    """A normalizer, pre-tokenizer, model, post-processor or decoder.

    Subclasses are registered under their `type`; ``Kind.from_json`` makes the right one.
    """

    _stage: ClassVar[str]
    _type: ClassVar[str | None] = None
    _kinds: ClassVar[dict[str, type[Component]]]

    _fields: dict[str, Any]
    #: Tokenizers and sequences that hold this component, and are told when it changes.
    _holders: list[Callable[[], Any]]

    def __init_subclass__(cls, stage: str | None = None, type: str | None = None) -> None:
        """Registers a kind of component."""
        if stage is not None:
            cls._stage = stage
            cls._kinds = {}
        if type is not None:
            cls._type = type
            cls._kinds[type] = cls

    def __init__(self, **fields: Any) -> None:
        """Takes the fields as the file names them; they are checked and completed.

        Raises:
            ValueError: fields that make no sense.
        """
        if self._type is None:
            raise TypeError(f"cannot create '{type(self).__name__}' instances")
        self._holders = []
        self._fields = _clean(self._stage, {"type": self._type, **fields})

    @classmethod
    def from_json(cls, text: str) -> Component:
        """The component that this JSON describes."""
        return cls._from_fields(json.loads(text))

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> Component:
        kind = cls._kinds[fields["type"]]
        component = kind.__new__(kind)
        component._holders = []
        component._fields = fields
        return component

    def _json(self) -> str:
        """The component as the file has it."""
        return json.dumps(self._fields, ensure_ascii=False, separators=(",", ":"))

    def _held_by(self, owner: _Owner) -> None:
        self._holders.append(weakref.ref(owner))

    def _set(self, name: str, value: Any) -> None:
        changed = {**self._fields, name: value}
        # Checked before anything changes. In place, since a sequence holds this very dict.
        self._fields[name] = _clean(self._stage, changed)[name]
        self._changed()

    def _changed(self) -> None:
        for holder in self._holders:
            owner = holder()
            if owner is not None:
                owner._part_changed(self)

    def _part_changed(self, part: Component) -> None:
        """A part of a sequence was changed; whoever holds the sequence is told."""
        self._changed()

    def __getstate__(self) -> bytes:
        """The JSON, as `tokenizers` pickles components."""
        return self._json().encode("utf-8")

    def __setstate__(self, state: bytes) -> None:
        """Takes what `__getstate__` gave."""
        self._holders = []
        self._fields = _clean(self._stage, json.loads(state))

    def __repr__(self) -> str:
        """As `tokenizers` shows it: the type and its fields."""
        return _shown(self._fields)

    __str__ = __repr__


class Attribute(Generic[T]):
    """An attribute that is a field of the JSON."""

    def __init__(
        self,
        name: str | None = None,
        *,
        read: Callable[[Any], Any] = lambda value: value,
        write: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        """Takes the field's name, if it is another, and how values look on either side."""
        self._name = name
        self._read = read
        self._write = write

    def __set_name__(self, owner: type, name: str) -> None:
        """Takes the attribute's name for the field's."""
        self._name = self._name or name

    def __get__(self, component: Component | None, kind: type | None = None) -> Any:
        """The field's value."""
        return self if component is None else self._read(component._fields[str(self._name)])

    def __set__(self, component: Component, value: T) -> None:
        """Changes the field, also in the tokenizer that holds the component."""
        component._set(str(self._name), self._write(value))


class Parts:
    """Makes a component a sequence of components. Its `_list` is the field that holds them."""

    _list: ClassVar[str]

    def _part(self: Any, index: int) -> Component:
        parts = self._fields[self._list]
        if index < 0:
            raise OverflowError("can't convert negative int to unsigned")
        if index >= len(parts):
            raise IndexError("Index not found")
        part: Component = self._from_fields(parts[index])
        part._held_by(self)
        return part

    def __getitem__(self: Any, index: int) -> Any:
        """The part at ``index``; changes of it are changes of the sequence."""
        return self._part(index)

    def __setitem__(self: Any, index: int, part: Component) -> None:
        """Replaces the part at ``index``."""
        self._part(index)
        self._fields[self._list][index] = part._fields
        part._held_by(self)
        self._changed()

    @staticmethod
    def _listed(parts: Iterable[Any], stage: type[Component]) -> list[dict[str, Any]]:
        fields = []
        for part in parts:
            if not isinstance(part, stage):
                raise TypeError(
                    f"'{type(part).__name__}' object is not an instance of '{stage.__name__}'"
                )
            fields.append(part._fields)
        return fields


class Regex:
    """A regular expression, where a plain string would be taken as it stands."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: str) -> None:
        """Takes the expression.

        Raises:
            ValueError: it is not one.
        """
        if not isinstance(pattern, str):
            raise TypeError(f"'{type(pattern).__name__}' object is not an instance of 'str'")
        fields = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}
        _clean("pre_tokenizer", {**fields, "invert": False})
        self.pattern = pattern

    def __repr__(self) -> str:
        """The expression."""
        return f"Regex({self.pattern!r})"


def pattern(given: str | Regex) -> dict[str, str]:
    """A pattern as the file has it."""
    if isinstance(given, str):
        return {"String": given}
    expression = getattr(given, "pattern", None)
    if not isinstance(expression, str):
        raise TypeError(f"a pattern is a str or a Regex, not {type(given).__name__}")
    return {"Regex": expression}


_BEHAVIORS = {
    "removed": "Removed",
    "isolated": "Isolated",
    "merged_with_previous": "MergedWithPrevious",
    "merged_with_next": "MergedWithNext",
    "contiguous": "Contiguous",
}


def behavior(given: Any) -> str:
    """A behaviour (a str, or the enum of `tokenizers`) as the file has it."""
    try:
        return _BEHAVIORS[getattr(given, "value", given)]
    except (KeyError, TypeError):
        raise ValueError(
            f"Wrong value for SplitDelimiterBehavior, expected one of: `{', '.join(_BEHAVIORS)}`"
        ) from None


def behavior_name(written: str) -> str:
    """A behaviour of the file as `tokenizers` gives it back: without underscores."""
    return written.lower()


def one_character(given: str) -> str:
    """Checks that this is one character."""
    if not isinstance(given, str) or len(given) != 1:
        raise ValueError("expected a string of length 1")
    return given


def _clean(stage: str, fields: dict[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(fields, ensure_ascii=False)
        cleaned: dict[str, Any] = json.loads(_core.clean_component(stage, text))
    except FormatError as error:
        # An argument is wrong here, not a file.
        raise ValueError(str(error)) from None
    return cleaned


def _shown(value: Any) -> str:
    """A value in the style of `tokenizers`: long lists cut short."""
    if isinstance(value, dict) and "type" in value:
        fields = ", ".join(f"{k}={_shown(v)}" for k, v in value.items() if k != "type")
        return f"{value['type']}({fields})"
    if isinstance(value, dict):
        items = [f"{_shown(k)}:{_shown(v)}" for k, v in list(value.items())[:6]]
        return "{" + ", ".join(items[:5] + ["..."] * (len(value) > 5)) + "}"
    if isinstance(value, list):
        items = [_shown(v) for v in value[:6]]
        return "[" + ", ".join(items[:5] + ["..."] * (len(value) > 5)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
