"""The patterns that cut text into words, by the name of the tokenizer that made them known."""

from __future__ import annotations

from typing import Any

from hybridtok import _core

__all__ = ["PATTERNS", "splitter"]

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
_MARKS = r" ?[^\s\p{L}\p{N}]+[\r\n]*"
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"

_LLAMA3 = rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_MARKS}|{_SPACES}"

#: Regular expressions whose matches are the words; text between matches is a word, too.
PATTERNS: dict[str, str] = {
    # GPT-2 (openai/gpt-2, src/encoder.py), and the byte-level splitter of `tokenizers`.
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    # GPT-4 (tiktoken cl100k_base), in the form without possessive quantifiers; the same words.
    "cl100k": _LLAMA3,
    # GPT-4o (tiktoken o200k_base).
    "o200k": (
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTIONS}?"
        rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTIONS}?"
        rf"|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{_SPACES}"
    ),
    # Llama 3 (its tokenizer.json): cl100k's.
    "llama3": _LLAMA3,
    # Qwen2 (its tokenizer.json): digits one by one.
    "qwen2": rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}|{_MARKS}|{_SPACES}",
    # Words as spaces separate them, each with the space before it; nothing is lost.
    "whitespace": r" ?\S+|\s+(?!\S)|\s+",
    # Words with what apostrophes join to them, for hybrid tokenizers. Ours.
    "morphemes": _core.hybrid_pattern(),
}


def splitter(pattern: str, *, byte_level: bool) -> dict[str, Any] | None:
    """The pre-tokenizer for a pattern: a name of `PATTERNS`, "none", or a regular expression.

    Args:
        pattern: what cuts the text into words; "none" takes a document as one word.
        byte_level: write bytes as characters afterwards, so that the model sees bytes.
    """
    steps: list[dict[str, Any]] = []
    own = byte_level and pattern == "gpt2"
    if pattern != "none" and not own:
        regex = PATTERNS.get(pattern, pattern)
        steps.append(
            {
                "type": "Split",
                "pattern": {"Regex": regex},
                "behavior": "Isolated",
                "invert": False,
            }
        )
    if byte_level:
        steps.append(
            {
                "type": "ByteLevel",
                "add_prefix_space": False,
                "trim_offsets": True,
                "use_regex": own,
            }
        )
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else {"type": "Sequence", "pretokenizers": steps}
