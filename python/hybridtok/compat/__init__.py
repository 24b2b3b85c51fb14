"""The surface of `tokenizers` 0.23.3, value by value, on this package's core.

    from hybridtok.compat import Tokenizer, models, trainers, pre_tokenizers

Loads are lenient (irregular files cause a `FormatWarning`), special tokens in text are taken as
such, and ids that no token has are left out of decoded text: the manners of `tokenizers`. What
differs on purpose is listed in DESIGN.md.
"""

from hybridtok._core import Encoding
from hybridtok.compat import (
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from hybridtok.compat.component import Regex
from hybridtok.compat.models import Token
from hybridtok.compat.tokenizer import Tokenizer
from hybridtok.tokens import AddedToken

__all__ = [
    "AddedToken",
    "Encoding",
    "Regex",
    "Token",
    "Tokenizer",
    "decoders",
    "models",
    "normalizers",
    "pre_tokenizers",
    "processors",
    "trainers",
]
