"""Post-processors: what puts special tokens around the ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Sequence as Listed
from typing import Any

from hybridtok import _core
from hybridtok.compat.component import Attribute, Component, Parts

__all__ = [
    "BertProcessing",
    "ByteLevel",
    "PostProcessor",
    "RobertaProcessing",
    "Sequence",
    "TemplateProcessing",
]


class PostProcessor(Component, stage="post_processor"):
    """The base of all post-processors."""

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """How many tokens it adds to one input, or to a pair."""
        one = _core.Encoding()
        return len(_core.post_process(self._json(), one, _core.Encoding() if is_pair else None))

    def process(
        self,
        encoding: _core.Encoding,
        pair: _core.Encoding | None = None,
        add_special_tokens: bool = True,
    ) -> _core.Encoding:
        """The processed encoding of one input, or of a pair."""
        return _core.post_process(self._json(), encoding, pair, add_special_tokens)


def _token(written: list[Any]) -> tuple[str, int]:
    return written[0], written[1]


class BertProcessing(PostProcessor, type="BertProcessing"):
    """``CLS A SEP`` and ``CLS A SEP B SEP``."""

    def __init__(self, sep: tuple[str, int], cls: tuple[str, int]) -> None:
        """Takes the tokens with their ids."""
        super().__init__(sep=list(sep), cls=list(cls))

    sep = Attribute[tuple[str, int]](read=_token, write=list)
    cls = Attribute[tuple[str, int]](read=_token, write=list)


class RobertaProcessing(PostProcessor, type="RobertaProcessing"):
    """``CLS A SEP`` and ``CLS A SEP SEP B SEP``, type ids all zero; offsets may be trimmed."""

    def __init__(
        self,
        sep: tuple[str, int],
        cls: tuple[str, int],
        trim_offsets: bool = True,
        add_prefix_space: bool = True,
    ) -> None:
        """Takes the tokens with their ids, and the switches of `ByteLevel`."""
        super().__init__(
            sep=list(sep),
            cls=list(cls),
            trim_offsets=trim_offsets,
            add_prefix_space=add_prefix_space,
        )

    sep = Attribute[tuple[str, int]](read=_token, write=list)
    cls = Attribute[tuple[str, int]](read=_token, write=list)
    trim_offsets = Attribute[bool]()
    add_prefix_space = Attribute[bool]()


class ByteLevel(PostProcessor, type="ByteLevel"):
    """Takes whitespace out of offsets."""

    def __init__(
        self,
        add_prefix_space: bool | None = None,
        trim_offsets: bool | None = None,
        use_regex: bool | None = None,
    ) -> None:
        """Takes the switches of the pre-tokenizer; all are on unless said otherwise."""
        super().__init__(
            add_prefix_space=add_prefix_space is not False,
            trim_offsets=trim_offsets is not False,
            use_regex=use_regex is not False,
        )

    add_prefix_space = Attribute[bool]()
    trim_offsets = Attribute[bool]()
    use_regex = Attribute[bool]()


class TemplateProcessing(PostProcessor, type="TemplateProcessing"):
    """Pieces in the order of a template: ``"[CLS] $A [SEP] $B:1 [SEP]:1"``."""

    def __init__(
        self,
        single: str | Listed[str] | None = None,
        pair: str | Listed[str] | None = None,
        special_tokens: Iterable[tuple[str, int] | dict[str, Any]] | None = None,
    ) -> None:
        """Takes the templates and the special tokens in them.

        Args:
            single: for one input; by default ``$A``.
            pair: for two; by default ``$A:0 $B:1``. It must use both.
            special_tokens: (token, id) pairs, or dicts of id, ids and tokens.

        Raises:
            ValueError: a template that makes no sense, or a token without an id.
        """
        simple: list[tuple[str, int]] = []
        several: dict[str, dict[str, Any]] = {}
        for token in special_tokens or ():
            if isinstance(token, dict):
                several[token["id"]] = dict(token)
                simple.append((token["id"], token["ids"][0] if token["ids"] else 0))
            else:
                first, second = token
                simple.append((second, first) if isinstance(first, int) else (first, second))
        default_pair = None if pair is None else pair
        text = _core.template_component(
            "$A" if single is None else single,
            "$A:0 $B:1" if default_pair is None else default_pair,
            simple,
        )
        fields = json.loads(text)
        fields["special_tokens"] = {
            name: several.get(name, token) for name, token in fields["special_tokens"].items()
        }
        super().__init__(**{k: v for k, v in fields.items() if k != "type"})

    @property
    def single(self) -> str:
        """The template for one input."""
        pieces = ", ".join(map(_piece, self._fields["single"]))
        return f"Template([{pieces}])"

    @single.setter
    def single(self, template: str | Listed[str]) -> None:
        tokens = [(name, t["ids"][0]) for name, t in self._fields["special_tokens"].items()]
        text = _core.template_component(template, "$A:0 $B:1", tokens)
        self._set("single", json.loads(text)["single"])


def _piece(piece: dict[str, dict[str, Any]]) -> str:
    ((kind, fields),) = piece.items()
    name = fields["id"] if kind == "Sequence" else json.dumps(fields["id"], ensure_ascii=False)
    return f"{kind} {{ id: {name}, type_id: {fields['type_id']} }}"


class Sequence(Parts, PostProcessor, type="Sequence"):
    """Post-processors, one after the other."""

    _list = "processors"

    def __init__(self, processors: Iterable[PostProcessor]) -> None:
        """Takes them in order."""
        super().__init__(processors=self._listed(processors, PostProcessor))
