"""Writing a tokenizer for others, only if they will encode exactly as it does."""

from __future__ import annotations

import itertools

from hybridtok.errors import ExportError
from hybridtok.tokenizer import Tokenizer

__all__ = ["as_huggingface", "probe_texts"]

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
        ExportError: read back, it does not give the same ids; or this is a hybrid tokenizer, whose
            nearest relative in that format `hybridtok.unigram` makes.
    """
    if tokenizer.hybrid():
        raise ExportError(
            "cannot export: model: tokenizer.json has no words for a hybrid model; --lossy writes "
            "a Unigram over its morphemes, with other ids",
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
