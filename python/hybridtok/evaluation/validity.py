"""TR % and Pure %: how many tokens are words or morphemes of a language, by a named validator."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from hybridtok.errors import FormatError
from hybridtok.evaluation.words import lower

__all__ = ["FileValidator", "GrammarValidator", "Validator", "token_validity"]


class Validator(Protocol):
    """Tells whether a token's string is a word or morpheme of the language.

    The figures are circular if the lexicon behind it is the one that made the tokenizer, so its
    name stands beside them.
    """

    @property
    def name(self) -> str:
        """What it is, for reports."""

    def judge(self, token: str) -> tuple[bool, bool] | None:
        """Whether a token is a word or affix, and whether it is one root or one affix.

        None where the validator knows nothing; that counts as neither.
        """


def token_validity(counts: Mapping[str, int], validator: Validator) -> dict[str, Any]:
    """The shares of valid and of pure tokens, in percent.

    Args:
        counts: how often each token's string occurs.
        validator: what judges them.

    Returns:
        ``tr_type`` and ``pure_type`` are means over distinct strings, ``tr_freq`` and
        ``pure_freq`` over tokens, ``tr_letters`` and ``pure_letters`` over tokens with a letter:
        punctuation is no morpheme whatever the tokenizer. ``validator_unknown`` is the share of
        tokens, in percent, that the validator could not judge.
    """
    types = tokens = letters = unknown = 0
    # Over types, tokens, and tokens with a letter.
    valid = [0, 0, 0]
    pure = [0, 0, 0]
    for token, count in counts.items():
        lettered = count if any(map(str.isalpha, token)) else 0
        types += 1
        tokens += count
        letters += lettered
        verdict = validator.judge(token)
        if verdict is None:
            unknown += count
            continue
        for sums, holds in zip((valid, pure), verdict, strict=True):
            for k, weight in enumerate((1, count, lettered)):
                sums[k] += holds * weight

    def percent(part: int, whole: int) -> float | None:
        return 100 * part / whole if whole else None

    return {
        "validator": validator.name,
        "tr_type": percent(valid[0], types),
        "pure_type": percent(pure[0], types),
        "tr_freq": percent(valid[1], tokens),
        "pure_freq": percent(pure[1], tokens),
        "tr_letters": percent(valid[2], letters),
        "pure_letters": percent(pure[2], letters),
        "validator_unknown": percent(unknown, tokens),
    }


class FileValidator:
    """Verdicts from a file of ``token,is_turkish,is_pure`` lines (CSV, with this head).

    More columns may stand between. A token is looked up as it is, then without a space before it
    (also one written as ``▁`` or ``Ġ``), then in lower case.
    """

    def __init__(self, path: str | os.PathLike[str], *, language: str = "tr") -> None:
        """Reads the file.

        Args:
            path: the file.
            language: whose lower case is meant.

        Raises:
            FileNotFoundError: as usual.
            FormatError: it is no such file; the message names the line.
        """
        import csv

        data = Path(path).read_bytes()
        where = os.fspath(path)
        #: The file and the start of its SHA-256.
        self.name = f"{Path(path).name} ({hashlib.sha256(data).hexdigest()[:12]})"
        self._language = language
        self._verdicts: dict[str, tuple[bool, bool]] = {}
        try:
            lines = data.decode("utf-8-sig").split("\n")
        except UnicodeDecodeError as error:
            raise FormatError(f"{where}: byte {error.start}: not valid UTF-8") from error
        # A token may be a line's end in quotes, so lines keep theirs.
        rows = csv.reader(f"{line}\n" for line in lines)
        head = next(rows, [])
        try:
            token, turkish, is_pure = (
                head.index(name) for name in ("token", "is_turkish", "is_pure")
            )
        except ValueError:
            raise FormatError(f"{where}: its head is not token,is_turkish,is_pure") from None
        for row in rows:
            if not row:
                continue
            flags = [row[k] if k < len(row) else "" for k in (turkish, is_pure)]
            if not set(flags) <= {"0", "1"}:
                raise FormatError(f"{where}: line {rows.line_num}: flags are 0 or 1, not {flags}")
            self._verdicts[row[token]] = flags[0] == "1", flags[1] == "1"

    def judge(self, token: str) -> tuple[bool, bool] | None:
        """The verdict on a token, or None if the file has none."""
        bare = bare_token(token)
        for form in (token, bare, lower(bare, self._language)):
            if form in self._verdicts:
                return self._verdicts[form]
        return None


class GrammarValidator:
    """Verdicts of a language pack's own grammar.

    A token is valid if the grammar has an analysis of it that needs neither a stem it does not
    know nor an escape from its own rules, or if it is an affix; it is pure if it is a single root
    or a single affix.
    """

    #: Of so many analyses the cheapest are looked at; a single root is not far down.
    _ANALYSES = 8

    def __init__(
        self, grammar: Any, affixes: Collection[str] = (), *, name: str, language: str = "tr"
    ) -> None:
        """Takes the grammar.

        Args:
            grammar: has ``.analyses(word, k)``, as hybrid tokenizers have: the best ``k`` analyses
                as pairs of a cost and a list of morphemes, dicts with "kind" ("root", "affix", or
                another for what it does not know) and, if a form is against the rules, "escaped".
            affixes: the surfaces of affixes, which no word begins with.
            name: what to call it, with its lexicon.
            language: whose lower case is meant.
        """
        self.name = name
        self._grammar = grammar
        self._affixes = frozenset(affixes)
        self._language = language

    def judge(self, token: str) -> tuple[bool, bool] | None:
        """The verdict on a token."""
        word = lower(bare_token(token), self._language)
        if word in self._affixes:
            return True, True
        if not word or not any(map(str.isalpha, word)):
            return False, False
        found = (morphemes for _, morphemes in self._grammar.analyses(word, self._ANALYSES))
        known = [
            [morpheme["kind"] for morpheme in morphemes]
            for morphemes in found
            if all(m["kind"] in ("root", "affix") and not m.get("escaped") for m in morphemes)
        ]
        return bool(known), ["root"] in known


def bare_token(token: str) -> str:
    """A token's string without the space that it may start with."""
    return token.lstrip(" ").removeprefix("▁").removeprefix("Ġ") if token.strip() else token
