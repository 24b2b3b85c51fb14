"""Truncation and padding: as `tokenizer.json` writes them, and as Python callers see them."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["padding_json", "padding_of", "truncation_json", "truncation_of"]

_STRATEGIES = {
    "longest_first": "LongestFirst",
    "only_first": "OnlyFirst",
    "only_second": "OnlySecond",
}
_DIRECTIONS = {"left": "Left", "right": "Right"}


def truncation_json(
    max_length: int, *, stride: int, strategy: str, direction: str, added: int
) -> str:
    """The JSON of a truncation.

    Args:
        max_length: tokens to keep, those of the post-processor included.
        stride: tokens that an overflowing part repeats of the one before.
        strategy: "longest_first", "only_first" or "only_second".
        direction: the side to cut, "left" or "right".
        added: how many tokens the post-processor adds to one input.

    Raises:
        ValueError: an unknown strategy or direction; a stride that leaves no progress.
    """
    if direction not in _DIRECTIONS:
        raise ValueError(f"Unknown `direction`: `{direction}`. Use one of `left` or `right`.")
    if strategy not in _STRATEGIES:
        known = "`longest_first`, `only_first`, or `only_second`"
        raise ValueError(f"Unknown `strategy`: `{strategy}`. Use one of {known}")
    effective = max_length - added
    if effective < 0:
        raise ValueError(
            f"max_length is {max_length}, but the post-processor alone adds {added} tokens"
        )
    if stride and stride >= effective:
        raise ValueError(
            f"tokenizer stride set to {stride}, which is greater than or equal to its effective "
            f"max length of {effective} (= {max_length} original max length - {added} added "
            "special tokens), "
        )
    return json.dumps(
        {
            "direction": _DIRECTIONS[direction],
            "max_length": max_length,
            "strategy": _STRATEGIES[strategy],
            "stride": stride,
        }
    )


def truncation_of(component: str | None) -> dict[str, Any] | None:
    """A truncation's JSON as a dict of the arguments that make it."""
    if component is None:
        return None
    truncation = json.loads(component)
    strategies = {written: name for name, written in _STRATEGIES.items()}
    return {
        "max_length": truncation["max_length"],
        "stride": truncation["stride"],
        "strategy": strategies[truncation["strategy"]],
        "direction": truncation["direction"].lower(),
    }


def padding_json(
    *,
    direction: str,
    pad_id: int,
    pad_type_id: int,
    pad_token: str,
    length: int | None,
    pad_to_multiple_of: int | None,
) -> str:
    """The JSON of a padding: to ``length``, or to the longest of the batch where that is None.

    Raises:
        ValueError: an unknown direction.
    """
    if direction not in _DIRECTIONS:
        raise ValueError(f"Unknown `direction`: `{direction}`. Use one of `left` or `right`")
    return json.dumps(
        {
            "strategy": "BatchLongest" if length is None else {"Fixed": length},
            "direction": _DIRECTIONS[direction],
            "pad_to_multiple_of": pad_to_multiple_of,
            "pad_id": pad_id,
            "pad_type_id": pad_type_id,
            "pad_token": pad_token,
        }
    )


def padding_of(component: str | None) -> dict[str, Any] | None:
    """A padding's JSON as a dict of the arguments that make it."""
    if component is None:
        return None
    padding = json.loads(component)
    strategy = padding["strategy"]
    return {
        "length": None if strategy == "BatchLongest" else strategy["Fixed"],
        "pad_to_multiple_of": padding["pad_to_multiple_of"],
        "pad_id": padding["pad_id"],
        "pad_token": padding["pad_token"],
        "pad_type_id": padding["pad_type_id"],
        "direction": padding["direction"].lower(),
    }
