"""The patterns that cut text into words, by the name of the tokenizer that made them known."""

from __future__ import annotations

from typing import Any, Literal

from hybridtok import _core

__all__ = ["JOINED", "LETTER_CHUNKS", "PATTERNS", "Joined", "boundary_pattern", "splitter"]

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
_MARKS = r" ?[^\s\p{L}\p{N}]+[\r\n]*"
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"

_LLAMA3 = rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?\p{{L}}+|\p{{N}}{{1,3}}|{_MARKS}|{_SPACES}"
_WORD = rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*"
_NO_WORD = rf"\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{_SPACES}"


#: What is a mark for the patterns that bound chunks of several words: SuperBPE's, and the same with
#: combining marks left in their words.
_MARKS_OF = {"r2": r"[^\s\p{L}\p{N}]", "r2m": r"[^\s\p{L}\p{M}\p{N}]"}


def _chunks(mark: str, lines: bool = False) -> str:
    """Groups of digits, runs of marks, spaces at an end; with ``lines``, line ends, too."""
    ends = rf" ?{mark}+[\r\n][\r\n/]*|\s*[\r\n]+|" if lines else ""
    return rf"{ends}\p{{N}}{{1,3}}| ?{mark}{{2,}}[\r\n/]*| +(?!\S)"


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
    # SuperBPE's words (arXiv 2503.13423): o200k's without contractions.
    "superbpe": rf"{_WORD}|{_NO_WORD}",
    # What bounds chunks of several words; the text in between is such a chunk.
    **{name: _chunks(mark) for name, mark in _MARKS_OF.items()},
    # Words as spaces separate them, each with the space before it; nothing is lost.
    "whitespace": r" ?\S+|\s+(?!\S)|\s+",
    # Ours. "morphemes": words with what apostrophes join to them, for hybrid tokenizers. For texts
    # with errors, "steady-words": words that also begin with marks; "steady-short" and the like:
    # pieces of words that begin with a run of certain letters.
    **_core.own_patterns(),
}


Joined = Literal["letters", "lines", "all"]

#: What words that are joined with their neighbours match somewhere, as the core knows it.
JOINED: dict[Joined, str] = {
    "letters": r"\p{L}",
    "lines": r"\A[^\r\n\p{N}]+\z",
    "all": r"\A\P{N}+\z",
}

#: The words of "superbpe", those of letters together with their neighbours.
LETTER_CHUNKS = rf"(?:{_WORD})+|{_NO_WORD}"


def boundary_pattern(boundary: str, *, newline_barrier: bool = False) -> str:
    """The pattern for a boundary of superwords: a name of `PATTERNS`, or a regular expression.

    Args:
        boundary: "r2" (SuperBPE's), "r2m", or a regular expression, which comes back as it is.
        newline_barrier: line ends are boundaries, with punctuation directly before them.

    Raises:
        ValueError: ``newline_barrier`` with a regular expression.
    """
    if not newline_barrier:
        return boundary
    if boundary not in _MARKS_OF:
        raise ValueError('newline_barrier belongs to the boundaries "r2" and "r2m"')
    return _chunks(_MARKS_OF[boundary], lines=True)


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
