"""Embeddings of a hybrid tokenizer's ids that share what their morphemes have in common."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from hybridtok.side_table import SideTable

__all__ = ["FactoredEmbedding"]


class FactoredEmbedding(nn.Module):  # type: ignore[misc]
    """An id's vector is that of its morpheme plus that of the form: ``E[morpheme] + A[allomorph]``.

    Forms of one morpheme (-lar, -ler) share the first vector, forms with one number share the
    second; an id without a morpheme (a piece, a byte, a control) has a vector of its own. A merged
    id has the sum or the mean of its parts' vectors and no parameters.

    Args:
        table: the side table of the tokenizer.
        embedding_dim: length of a vector.
        merges: what a merged id is of its parts.
        device, dtype: of the parameters, as for `torch.nn.Embedding`.

    Shape:
        input: integer ids, any shape. Output: the same shape, and ``embedding_dim`` behind it.

    Example:
        >>> import hybridtok as ht  # doctest: +SKIP
        >>> from hybridtok.torch import FactoredEmbedding  # doctest: +SKIP
        >>> embed = FactoredEmbedding(tok.side_table(), 256)  # doctest: +SKIP
        >>> embed(torch.tensor([tok.encode("evlerde").ids])).shape  # doctest: +SKIP
        torch.Size([1, 3, 256])
    """

    #: Rows of ``morphemes.weight`` that an id's parts have, shape (ids, most parts).
    morpheme_rows: Tensor
    #: The same of ``allomorphs.weight``.
    allomorph_rows: Tensor
    #: How many parts an id has, shape (ids, 1).
    sizes: Tensor

    def __init__(
        self,
        table: SideTable,
        embedding_dim: int,
        *,
        merges: Literal["sum", "mean"] = "mean",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Makes the parameters, normally distributed as those of `torch.nn.Embedding`."""
        super().__init__()
        if merges not in ("sum", "mean"):
            raise ValueError(f'merges is "sum" or "mean", not {merges!r}')
        self.merges = merges
        self.embedding_dim = embedding_dim
        self.num_embeddings = len(table.rows)
        # Row 0 of both tables stands for nothing and stays zero.
        row_of, forms_of = [], []
        own = len(table.morphemes)
        for row, morpheme in zip(table.rows, table.morpheme_of.tolist(), strict=True):
            if morpheme < 0 and row.parts is None:
                morpheme, own = own, own + 1
            row_of.append(morpheme + 1)
        forms_of = [form + 1 for form in table.allomorph_of.tolist()]
        parts = [table.parts(id) for id in range(len(table.rows))]
        most = max(map(len, parts), default=1)

        def rows(of: list[int]) -> Tensor:
            filled = [[of[part] for part in ids] + [0] * (most - len(ids)) for ids in parts]
            return torch.tensor(filled, dtype=torch.long, device=device).reshape(-1, most)

        sizes = torch.tensor([[len(ids)] for ids in parts], device=device)
        # They follow from the tokenizer, and are not saved with the parameters.
        self.register_buffer("morpheme_rows", rows(row_of), persistent=False)
        self.register_buffer("allomorph_rows", rows(forms_of), persistent=False)
        self.register_buffer("sizes", sizes, persistent=False)
        options = {"padding_idx": 0, "device": device, "dtype": dtype}
        self.morphemes = nn.Embedding(own + 1, embedding_dim, **options)
        self.allomorphs = nn.Embedding(max(forms_of, default=0) + 1, embedding_dim, **options)

    @property
    def weight(self) -> Tensor:
        """The vectors of all ids, shape (ids, embedding_dim): for logits that share them."""
        vectors = self._sum(self.morphemes, self.morpheme_rows)
        vectors = vectors + self._sum(self.allomorphs, self.allomorph_rows)
        return vectors / self.sizes if self.merges == "mean" else vectors

    def forward(self, ids: Tensor) -> Tensor:
        """The vectors of some ids."""
        flat = ids.reshape(-1)
        vectors = self._sum(self.morphemes, self.morpheme_rows[flat])
        vectors = vectors + self._sum(self.allomorphs, self.allomorph_rows[flat])
        if self.merges == "mean":
            vectors = vectors / self.sizes[flat]
        return vectors.reshape(*ids.shape, self.embedding_dim)

    def extra_repr(self) -> str:
        """Sizes, as `torch` prints them."""
        return f"{self.num_embeddings}, {self.embedding_dim}, merges={self.merges!r}"

    @staticmethod
    def _sum(embedding: nn.Embedding, rows: Tensor) -> Tensor:
        return functional.embedding_bag(rows, embedding.weight, mode="sum", padding_idx=0)
