"""Going on from a trained tokenizer: new merges after the old ones, every id kept."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.corpus import Corpus
from hybridtok.errors import TrainingError
from hybridtok.tokenizer import Tokenizer
from hybridtok.training.counts import Cutting, Reading, Report, counted
from hybridtok.training.distributed import Engine
from hybridtok.training.patterns import JOINED, PATTERNS, Joined, boundary_pattern, splitter
from hybridtok.training.superword import superword_rules
from hybridtok.training.untrained import NORMALIZERS, untrained

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["check_extendable", "extend", "extend_counted"]


def extend(
    tokenizer: Tokenizer,
    corpus: Corpus,
    *,
    add: int,
    min_frequency: int = 2,
    max_token_chars: int | None = None,
    length_unit: Literal["chars", "bytes"] = "chars",
    max_run: int = 16,
    superword: bool = False,
    boundary: str = "r2m",
    max_words: int = 4,
    colon_rule: bool = True,
    letter_only: bool = False,
    newline_barrier: bool = False,
    max_token_bytes: int = 128,
    field: str | None = None,
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | str | None = None,
    engine: Engine = "local",
    threads: int | None = None,
    progress: Report | None = None,
) -> Tokenizer:
    """Adds merges that pay on a corpus to a tokenizer, behind its own.

    Every id stays, new ones are behind all others. No text is cut where it was not cut before, so
    it never becomes longer, and it decodes to the same. Adding in two steps gives what adding at
    once gives. Added tokens are never merged.

    With ``superword`` the new merges go across words (`train_superword`). What bounds words is then
    another pattern, and in rare places words are cut in another way than before.

    Of a hybrid tokenizer, ``superword`` joins morphemes and pieces that stand side by side, of one
    word or several: a new token stands for the ids it is made of, and whatever they say. Digits,
    bytes and runs of marks stay apart.

    Args:
        tokenizer: a BPE tokenizer, or with ``superword`` a hybrid one; it is not changed.
        corpus: as for `train_bpe`.
        add: tokens to add.
        min_frequency: a pair must occur so often to become a token.
        max_token_chars: no new token is longer; see `train_char`.
        length_unit: of ``max_token_chars``.
        max_run: no new token is a run of one character, no letter or digit, that is longer.
        superword: go on across words.
        boundary: with ``superword``, as for `train_superword`, and so are the next five. Not of
            hybrid tokenizers.
        max_words: see ``boundary``.
        colon_rule: see ``boundary``.
        letter_only: see ``boundary``.
        newline_barrier: see ``boundary``.
        max_token_bytes: see ``boundary``.
        field: as for `train_bpe`, and so are the options below.
        on_invalid: see ``field``.
        memory: see ``field``.
        engine: see ``field``.
        threads: see ``field``.
        progress: see ``field``.

    Returns:
        A new tokenizer; `parts_of_new` says what its new tokens are made of.

    Raises:
        ValueError: ``add`` is negative; ``boundary`` or ``max_token_chars`` of a hybrid tokenizer.
        TrainingError: a tokenizer that `check_extendable` refuses.
        TrainingError, FormatError, FileNotFoundError, EncodingError: as `train_bpe`.

    Example:
        >>> import hybridtok as ht
        >>> base = ht.train_bpe(["one of the others"] * 9, vocab_size=260)
        >>> more = ht.extend(base, ["the tokenizer's tokens"] * 9, add=4)
        >>> len(base.encode("tokens")), len(more.encode("tokens"))
        (6, 3)
    """
    return extend_counted(**locals())[0]


def extend_counted(
    tokenizer: Tokenizer,
    corpus: Corpus,
    *,
    add: int,
    min_frequency: int,
    max_token_chars: int | None,
    length_unit: Literal["chars", "bytes"],
    max_run: int,
    superword: bool,
    boundary: str,
    max_words: int,
    colon_rule: bool,
    letter_only: bool,
    newline_barrier: bool,
    max_token_bytes: int,
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `extend`; also returns what was made."""
    if add < 0:
        raise ValueError(f"add is at least 0, not {add}")
    check_extendable(tokenizer, superword=superword)
    extended = Tokenizer(tokenizer)
    hybrid = extended.hybrid() is not None
    rules: list[tuple[str, Any]] = [("max_run", max_run)]
    if superword:
        rules += superword_rules(
            max_words=max_words,
            colon_rule=colon_rule,
            letter_only=letter_only and not hybrid,
            max_token_bytes=max_token_bytes,
        )
    if hybrid:
        if boundary != "r2m" or max_token_chars is not None:
            option = "max_token_chars" if boundary == "r2m" else "boundary"
            raise ValueError(f"{option} is for BPE, and this is a hybrid tokenizer")
        joined: Joined = (
            "letters" if letter_only else "marks" if newline_barrier else "marks-and-lines"
        )
        [chunks] = counted(corpus, [_joining(cutting_of(extended), JOINED[joined])], reading)
        made = _core.extend_hybrid(
            extended,
            chunks,
            add=add,
            eligible=JOINED[joined],
            min_frequency=min_frequency,
            rules=rules,
            report=reading["progress"],
        )
        return extended, {**made, "asked": made["first"] + add}
    if superword:
        _bound(extended, boundary_pattern(boundary, newline_barrier=newline_barrier))
    [words] = counted(corpus, [cutting_of(extended)], reading)
    made = _core.extend_bpe(
        extended,
        words,
        add=add,
        min_frequency=min_frequency,
        max_length=None if max_token_chars is None else (length_unit, max_token_chars),
        rules=rules,
        report=reading["progress"],
    )
    return extended, {**made, "asked": made["first"] + add}


def check_extendable(tokenizer: Tokenizer, *, superword: bool = False) -> None:
    """Fails if nothing can be added to a tokenizer, whatever the corpus.

    New merges keep old ones as they are only in a BPE that merges in the order of its ranks. With
    ``superword``, a hybrid tokenizer may go on, too.

    Raises:
        TrainingError: another model, or a BPE with ``ignore_merges`` or dropout.
    """
    _core.check_extendable(tokenizer, superword=superword)


def cutting_of(tokenizer: Tokenizer) -> Cutting:
    """What a tokenizer makes words of text with; count files fit if it has a known pattern."""
    before = {
        name: json.loads(tokenizer.component(name) or "null")
        for name in ("normalizer", "pre_tokenizer")
    }
    return Cutting(
        json.dumps({**untrained("none", "none", byte_level=False), **before}),
        tokenizer.unicode,
        _settings(before, tokenizer.unicode),
    )


def _joining(cutting: Cutting, joining: str) -> Cutting:
    """The same, but words that match a pattern are counted with their neighbours."""
    settings = {**cutting.settings, "joining": joining}
    return dataclasses.replace(cutting, settings=settings, joining=joining)


def _settings(parts: Mapping[str, Any], unicode: str) -> dict[str, str]:
    """How count files note the words of this splitter and normalizer."""
    names = [
        (pattern, byte_level)
        for pattern in (*PATTERNS, "none")
        for byte_level in (True, False)
        if splitter(pattern, byte_level=byte_level) == parts["pre_tokenizer"]
    ]
    normalizer = _normalizer_name(parts["normalizer"])
    pattern, byte_level = names[0] if names else (json.dumps(parts["pre_tokenizer"]), True)
    return {
        "pattern": pattern,
        "normalizer": json.dumps(parts["normalizer"]) if normalizer is None else normalizer,
        "byte_level": str(byte_level).lower(),
        "unicode": unicode,
    }


def _normalizer_name(normalizer: Mapping[str, Any] | None) -> str | None:
    if normalizer is None:
        return "none"
    steps = normalizer.get("normalizers", [normalizer])
    known = {kind: name for name, kind in NORMALIZERS.items()}
    names = [known.get(step["type"]) for step in steps if set(step) == {"type"}]
    if len(names) < len(steps) or None in names:
        return None
    return ",".join(name for name in names if name is not None)


def _bound(tokenizer: Tokenizer, pattern: str) -> None:
    """Replaces what cuts words by a pattern for chunks of several words.

    Raises:
        TrainingError: the tokenizer does not merge bytes of words that one pattern cuts.
    """
    found = json.loads(tokenizer.component("pre_tokenizer") or "null")
    steps: Sequence[Mapping[str, Any]] = (
        found["pretokenizers"] if found and found["type"] == "Sequence" else [found or {}]
    )
    kinds = [step.get("type") for step in steps]
    if kinds not in (["ByteLevel"], ["Split", "ByteLevel"]) or steps[-1]["add_prefix_space"]:
        raise TrainingError(
            "superwords can be added to tokenizers that cut words by one pattern and merge bytes; "
            f"this one does {found}"
        )
    tokenizer.set_component("pre_tokenizer", json.dumps(splitter(pattern, byte_level=True)))
