"""Operations on sequences of words and of tokens that models rely on."""

from hybridtok.sequences.edits import (
    Edit,
    TokenEdit,
    apply,
    check_edits,
    compose_edits,
    diff,
)

__all__ = ["Edit", "TokenEdit", "apply", "check_edits", "compose_edits", "diff"]
