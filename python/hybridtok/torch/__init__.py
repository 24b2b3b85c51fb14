"""Modules for PyTorch. Importing it imports `torch`."""

from hybridtok.torch.embedding import FactoredEmbedding

__all__ = ["FactoredEmbedding"]
