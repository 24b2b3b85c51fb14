"""Writing a tokenizer for others, only if they will encode exactly as it does."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterable
from typing import Any

from hybridtok.errors import ExportError
from hybridtok.tokenizer import Tokenizer, kind_of
from hybridtok.training.patterns import LETTER_CHUNKS, splitter

__all__ = ["as_flat", "as_huggingface", "probe_texts"]

#: Texts that are made where there is no sample, and the tokens of each.
_MADE, _LONG = 1_000, 12

_WORDS = [
    *("the", "Kitaplarımızdan", "İSTANBUL'da", "ılık", "yağmur", "tietokoneellansakaan", "größer"),
    *(
        "Ещё",
        "мир",
        "日本語の文",
        "ไทย",
        "العربية",
        "हिन्दी",
        "e\u0301a\u0308",
        "ﬁn",
        "ＡＢＣ",
        "2,345.67",
    ),
    *(
        "1000000",
        "https://a.b/c?d=e",
        "_x__y",
        "don't",
        "WE'LL",
        "👍🏽",
        "👩\u200d👩\u200d👧",
        "\u200b",
    ),
    *("\ufeff", "\u0130\u0307", "\U000e0041", "\x00", "\x7f", "\xa0", "<s>", "</s>", "<|end|>"),
    *("[MASK]", "##", "▁", "Ġ", "Ċ"),
]
_JOINS = ("", " ", "  ", "\n", "\r\n", "\t", " \n ", ".")


def probe_texts() -> list[str]:
    """Texts of many scripts and habits, on which two tokenizers must agree: more than 256."""
    pairs = zip(_WORDS, itertools.chain(_WORDS[7:], _WORDS[:7]), strict=True)
    texts = [first + join + second for first, second in pairs for join in _JOINS]
    return ["", " ", "\n", "a" * 300, " " * 70, *texts, " ".join(_WORDS)]


def as_huggingface(tokenizer: Tokenizer) -> str:
    """The text of a `tokenizer.json` that encodes and decodes as ``tokenizer`` does.

    Raises:
        ExportError: read back, it does not give the same ids; or this is a hybrid or boundless
            tokenizer, whose nearest relative in that format `hybridtok.unigram` or `as_flat` makes.
    """
    if tokenizer.native_only():
        nearest = (
            "a Unigram over its morphemes"
            if tokenizer.hybrid()
            else "its merges as one list of BPE"
        )
        raise ExportError(
            f"cannot export: model: tokenizer.json has no words for {kind_of(tokenizer)}; --lossy "
            f"writes {nearest}, with other ids",
            component="model",
        )
    written = tokenizer.to_str(True)
    back = Tokenizer.from_str(written, strict=False, unicode="hf")
    texts = probe_texts()
    for text, ours, theirs in zip(
        texts, tokenizer.encode_batch(texts), back.encode_batch(texts), strict=True
    ):
        if ours.ids != theirs.ids or tokenizer.decode(ours.ids) != back.decode(ours.ids):
            component = "normalizer" if tokenizer.unicode == "unicode" else "model"
            raise ExportError(
                f"cannot export: {component}: read back as tokenizer.json, {text[:80]!r} has other "
                "ids; keep the native format",
                component=component,
            )
    return written


def as_flat(
    tokenizer: Tokenizer, sample: Iterable[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """The text of a `tokenizer.json` that encodes nearly as a boundless ``tokenizer`` does.

    It is BPE with all merges in one list, those across words behind those within. Such a list
    cannot say that only whole words merge, so that it cuts some words.

    Args:
        tokenizer: a boundless tokenizer.
        sample: texts to measure on. Without them, texts are made of words and superwords that are
            drawn from the vocabulary, which is harder than text is.

    Returns:
        The file, and what was measured: ``documents``, ``of`` ("sample" or "made"), ``different``
        (how many have other ids) and ``different_share``.

    Raises:
        TypeError: the tokenizer is not a boundless one.
    """
    flat = Tokenizer._of(tokenizer.flat())
    flat.set_component("pre_tokenizer", json.dumps(splitter(_bounds(tokenizer), byte_level=True)))
    documents = different = 0
    for text in _made(tokenizer) if sample is None else sample:
        documents += 1
        different += tokenizer.encode(text).ids != flat.encode(text).ids
    return flat.to_str(True), {
        "of": "made" if sample is None else "sample",
        "documents": documents,
        "different": different,
        "different_share": different / documents if documents else None,
    }


def _bounds(tokenizer: Tokenizer) -> str:
    """What no token of a flat relative goes across: what no token of the tokenizer does."""
    found = json.loads(tokenizer.component("pre_tokenizer") or "null")
    words = splitter("superbpe", byte_level=True)
    letters = (tokenizer.boundless() or {})["eligible"] == r"\p{L}"
    return LETTER_CHUNKS if letters and found == words else "none"


def _made(tokenizer: Tokenizer) -> list[str]:
    """Texts of tokens that are drawn; the same for the same tokenizer."""
    drawn = random.Random(0)
    words = [
        text for id in sorted(tokenizer.get_vocab(False).values()) if (text := _text(tokenizer, id))
    ]
    return ["".join(drawn.choices(words, k=_LONG)) for _ in range(_MADE)] if words else []


def _text(tokenizer: Tokenizer, id: int) -> str:
    """The text of a token that begins with a space, if it is one token."""
    text = tokenizer.decode_bytes([id]).decode("utf-8", "ignore")
    return text if text.startswith(" ") and tokenizer.encode(text).ids == [id] else ""
