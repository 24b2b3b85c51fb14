"""Rows of new ids in the matrices of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from hybridtok.training.rows import new_rows

__all__ = ["extend_embedding"]

_Weight = TypeVar("_Weight", nn.Embedding, Tensor)


def extend_embedding(weight: _Weight, parts: Mapping[int, Sequence[int]]) -> _Weight:
    """An embedding or a matrix with rows for the new ids: for each the mean of its parts' rows.

    As `hybridtok.training.extend_rows`, which says why the mean, for PyTorch. An output head that
    is tied to the embedding takes the new weight; one of its own is extended likewise, and so is
    its bias. A matrix that was resized to all ids before gets other values in the new rows alone.

    Args:
        weight: an `nn.Embedding`, or a tensor with a row for each old id (or a bias).
        parts: the new ids; see `hybridtok.training.parts_of_new` and `read_parts`.

    Returns:
        The same kind of thing, with the same dtype, device and settings: an `nn.Embedding`, a
        parameter, or a tensor. Nothing is shared with ``weight``.

    Raises:
        ValueError: fewer rows than old ids, or another shape.
        TypeError: a class of embeddings of its own, which may do more than look rows up (pass its
            ``weight``); or a dtype that is not that of a floating number.

    Example:
        >>> import hybridtok as ht  # doctest: +SKIP
        >>> from hybridtok.torch import extend_embedding  # doctest: +SKIP
        >>> parts = ht.training.read_parts("extended")  # doctest: +SKIP
        >>> model.resize_token_embeddings(len(extended))  # doctest: +SKIP
        >>> weight = model.get_input_embeddings().weight  # doctest: +SKIP
        >>> weight.data.copy_(extend_embedding(weight, parts))  # doctest: +SKIP
    """
    if isinstance(weight, nn.Parameter):
        return nn.Parameter(_extended(weight, parts), requires_grad=weight.requires_grad)
    if isinstance(weight, Tensor):
        return _extended(weight, parts)
    if type(weight) is not nn.Embedding:
        raise TypeError(f"pass the weight of a {type(weight).__name__}")
    return nn.Embedding.from_pretrained(
        _extended(weight.weight, parts),
        freeze=not weight.weight.requires_grad,
        padding_idx=weight.padding_idx,
        max_norm=weight.max_norm,
        norm_type=weight.norm_type,
        scale_grad_by_freq=weight.scale_grad_by_freq,
        sparse=weight.sparse,
    )


def _extended(weight: Tensor, parts: Mapping[int, Sequence[int]]) -> Tensor:
    weight = weight.detach()
    rows = new_rows(parts, weight.shape)
    if not weight.dtype.is_floating_point:
        raise TypeError(f"rows are means, so that they cannot be {weight.dtype}")
    extended = weight.new_zeros((max(rows.stop, len(weight)), *weight.shape[1:]))
    extended[: len(weight)] = weight
    if rows:
        ids = list(chain.from_iterable(parts[row] for row in rows))
        sizes = torch.tensor([len(parts[row]) for row in rows], device=weight.device)
        wide = torch.promote_types(weight.dtype, torch.float32)
        old = weight[torch.tensor(ids, device=weight.device)].to(wide).reshape(len(ids), -1)
        each = torch.arange(len(ids), device=weight.device)
        means = functional.embedding_bag(each, old, sizes.cumsum(0) - sizes, mode="mean")
        extended[rows.start : rows.stop] = means.reshape(-1, *weight.shape[1:]).to(weight.dtype)
    return extended
