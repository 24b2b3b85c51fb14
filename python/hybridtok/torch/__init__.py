"""Modules for PyTorch. Importing it imports `torch`."""

from hybridtok.torch.embedding import FactoredEmbedding
from hybridtok.torch.rows import extend_embedding

__all__ = ["FactoredEmbedding", "extend_embedding"]
