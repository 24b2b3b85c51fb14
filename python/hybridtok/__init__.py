"""Tokenizers that respect words, trained and run fast.

    import hybridtok as ht

    tok = ht.train_bpe("corpus.txt", vocab_size=32_000)
    tok.save_pretrained("my-tokenizer")
    tok = ht.Tokenizer.from_pretrained("my-tokenizer")
    ids = tok.encode_ids("Kitaplarımızı getirdiler.")
    text = tok.decode(ids)

Names are imported on first use, so that `import hybridtok` itself costs next to nothing.
"""

from __future__ import annotations

import importlib

# Type checkers take this name for true; importing `typing` would cost more than all else here.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from hybridtok import compat, corpus, evaluation, hf, languages, sequences, torch
    from hybridtok._core import DecodeStream, Encoding, Ragged, __version__, seed
    from hybridtok.diagnosis import doctor
    from hybridtok.errors import (
        ArtefactError,
        EncodingError,
        ExportError,
        FormatError,
        FormatWarning,
        HybridtokError,
        InternalError,
        LimitError,
        SpecialTokenError,
        TrainingError,
        UnknownTokenError,
    )
    from hybridtok.evaluation import evaluate
    from hybridtok.tokenizer import Tokenizer
    from hybridtok.tokens import AddedToken
    from hybridtok.training import (
        count_words,
        extend,
        merge_counts,
        train_bpe,
        train_char,
        train_hybrid,
        train_superword,
    )

__all__ = [
    "AddedToken",
    "ArtefactError",
    "DecodeStream",
    "Encoding",
    "EncodingError",
    "ExportError",
    "FormatError",
    "FormatWarning",
    "HybridtokError",
    "InternalError",
    "LimitError",
    "Ragged",
    "SpecialTokenError",
    "Tokenizer",
    "TrainingError",
    "UnknownTokenError",
    "__version__",
    "compat",
    "corpus",
    "count_words",
    "doctor",
    "evaluate",
    "evaluation",
    "extend",
    "hf",
    "languages",
    "merge_counts",
    "seed",
    "sequences",
    "torch",
    "train_bpe",
    "train_char",
    "train_hybrid",
    "train_superword",
]

#: Where each public name lives; None for subpackages.
_PLACES = {
    "AddedToken": "tokens",
    "ArtefactError": "errors",
    "DecodeStream": "_core",
    "Encoding": "_core",
    "EncodingError": "errors",
    "ExportError": "errors",
    "FormatError": "errors",
    "FormatWarning": "errors",
    "HybridtokError": "errors",
    "InternalError": "errors",
    "LimitError": "errors",
    "Ragged": "_core",
    "SpecialTokenError": "errors",
    "Tokenizer": "tokenizer",
    "TrainingError": "errors",
    "UnknownTokenError": "errors",
    "__version__": "_core",
    "compat": None,
    "corpus": None,
    "count_words": "training",
    "doctor": "diagnosis",
    "evaluate": "evaluation",
    "evaluation": None,
    "extend": "training",
    "hf": None,
    "languages": None,
    "merge_counts": "training",
    "seed": "_core",
    "sequences": None,
    "torch": None,
    "train_bpe": "training",
    "train_char": "training",
    "train_hybrid": "training",
    "train_superword": "training",
}


def __getattr__(name: str) -> Any:
    """Imports a public name on first use."""
    try:
        place = _PLACES[name]
    except KeyError:
        raise AttributeError(f"module 'hybridtok' has no attribute {name!r}") from None
    if place is None:
        return importlib.import_module(f"hybridtok.{name}")
    value = getattr(importlib.import_module(f"hybridtok.{place}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
