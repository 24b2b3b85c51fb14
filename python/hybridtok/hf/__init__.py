"""The bridge to `transformers`. Importing it imports `transformers`, and registers our classes."""

from hybridtok.hf.tokenizer import HybridConfig, HybridTokenizer, HybridTokenizerFast, register

__all__ = ["HybridConfig", "HybridTokenizer", "HybridTokenizerFast", "register"]

register()
