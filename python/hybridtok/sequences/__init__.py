"""Operations on sequences of words and of tokens that models rely on.

    from hybridtok.sequences import apply, diff, format_edits, parse_edits

    edits = diff("tbe modem world", "the modern world")
    assert format_edits(edits) == "0 2 the modern"
    assert apply("tbe modem world", parse_edits("0 2 the modern")) == "the modern world"

Edits are explained in docs/edits.md.
"""

from hybridtok.sequences.edit_strings import format_edits, parse_edits
from hybridtok.sequences.edit_tokens import EditTokens, decode_edits, encode_edits
from hybridtok.sequences.edits import (
    Edit,
    TokenEdit,
    apply,
    check_edits,
    compose_edits,
    diff,
)
from hybridtok.sequences.m2 import M2Edit, M2Sentence, read_m2, write_m2

__all__ = [
    "Edit",
    "EditTokens",
    "M2Edit",
    "M2Sentence",
    "TokenEdit",
    "apply",
    "check_edits",
    "compose_edits",
    "decode_edits",
    "diff",
    "encode_edits",
    "format_edits",
    "parse_edits",
    "read_m2",
    "write_m2",
]
