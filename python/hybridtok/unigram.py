"""A hybrid tokenizer as a Unigram over written morphemes: the nearest to it in `tokenizer.json`.

It cuts most words as the hybrid tokenizer does and gives every text back, but it has no grammar, no
marks of case, no merges, and ids of its own.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from hybridtok import _core
from hybridtok.errors import ExportError
from hybridtok.evaluation.boundaries import Comparison
from hybridtok.evaluation.gold import Gold
from hybridtok.export import probe_texts
from hybridtok.tokenizer import Tokenizer

__all__ = ["as_unigram"]

#: What "▁" in a text becomes, and what takes "<0x" and special tokens in it apart; texts that hold
#: these two themselves do not come back.
_LINE, _MARK = "\ue001", "\ue002"

#: Scores, logarithms of probabilities. Characters and bytes: so that anything else is preferred.
_CHARACTER, _BYTE, _UNKNOWN = -14.0, -18.0, -100.0
#: Pieces of stems that are in no lexicon, once and for each character: dearer than affixes.
_PIECE = (-10.0, -1.0)
#: What a word's beginning loses with a capital letter, and without a space in front of it.
_TITLE, _BARE = -3.0, -8.0
#: An affix may stand at the wrong place, which a grammar would forbid.
_AFFIX = -1.0

#: Rounds of fitting, and what a score changes in the first one at most.
_ROUNDS, _STEP = 8, 1.5
#: One of so many words is kept for measuring.
_HELD_OUT = 10
#: Words that are made where there is no text.
_MADE = 5_000

Cut = tuple[str, list[str]]


def as_unigram(
    tokenizer: Tokenizer, texts: Iterable[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """The text of a `tokenizer.json` that cuts words nearly as a hybrid ``tokenizer`` does.

    Args:
        tokenizer: a hybrid tokenizer of either mode; both cut words in the same way.
        texts: nine tenths of their words teach the scores to cut as the tokenizer cuts, and the
            rest measure it. Without texts the scores follow from the model's own costs, and words
            made of random roots and affixes measure them, which is harder than text is.

    Returns:
        The file, and what was measured on words that consist of roots and affixes: ``words`` (how
        many), ``of`` ("held out" or "made"), ``equal`` (the share cut at the same places),
        ``precision``, ``recall`` and ``f1`` of the cuts beside the tokenizer's best analyses.

    Raises:
        TypeError: the tokenizer is not a hybrid one.
        ExportError: its post-processor adds special tokens, which have other ids here; or the
            result does not give texts back.
    """
    if not tokenizer.hybrid():
        raise TypeError("only hybrid tokenizers have morphemes to make a Unigram of")
    if any(tokenizer.num_special_tokens_to_add(pair) for pair in (False, True)):
        raise ExportError(
            "cannot export: the post-processor names ids, and the Unigram has others",
            component="post_processor",
        )
    scores = _scores(tokenizer)
    words = _made(tokenizer) if texts is None else _words_of(tokenizer, texts)
    cut = [(word, segments) for word in words if (segments := _cut(tokenizer, word))]
    held_out = cut
    if texts is not None:
        # Neighbours in the alphabet have much in common.
        random.Random(0).shuffle(cut)
        held_out, fitted = cut[: len(cut) // _HELD_OUT], cut[len(cut) // _HELD_OUT :]
        scores = _fitted(tokenizer, scores, fitted)
    # Other stems are spelled in pieces by both.
    held_out = [word for word in held_out if all(piece in scores for piece in _pieces(word))]
    written = _file(tokenizer, scores)
    _check(written)
    measured = {"of": "made" if texts is None else "held out", **_measured(written, held_out)}
    return written, measured


def _scores(tokenizer: Tokenizer) -> dict[str, float]:
    """The vocabulary, by the costs of the model."""
    scores: dict[str, float] = {}

    def put(piece: str, score: float) -> None:
        scores[piece] = max(score, scores.get(piece, score))

    for string, title, stem, owned, share in tokenizer.morpheme_forms():
        if not stem:
            put(string, share + _AFFIX)
            continue
        put(f"▁{string}", share)
        # Every root of the pack is one piece; those that have ids get more forms.
        if owned:
            put(string, share + _BARE)
            if title is not None:
                put(f"▁{title}", share + _TITLE)
    pieces = [row.string for row in tokenizer.side_table().rows if row.kind == "piece"]
    characters = {chr(code) for code in range(0x21, 0x7F)} | {_LINE, _MARK}
    characters.update(*scores, *pieces)
    for character in characters - {" ", "▁"}:
        put(character, _CHARACTER)
        put(f"▁{character}", _CHARACTER)
    put("▁", _CHARACTER)
    once, each = _PIECE
    for piece in pieces:
        length = len(piece.strip(" "))
        if length > 1 and "▁" not in piece:
            put(piece.replace(" ", "▁"), once + each * length)
    scores |= {f"<0x{byte:02X}>": _BYTE for byte in range(256)}
    return scores


def _file(tokenizer: Tokenizer, scores: dict[str, float]) -> str:
    """The file. Everything around the model is there to give any text back."""
    vocab: list[list[str | float]] = [["<unk>", _UNKNOWN]]
    vocab += [[piece, round(score, 4)] for piece, score in sorted(scores.items())]
    tokens = tokenizer.get_added_tokens_decoder().values()
    added = [
        {"id": id, **token.__getstate__(), "normalized": False}
        for id, token in enumerate(tokens, len(vocab))
    ]
    names = [token.content for token in tokens]

    def replace(this: str, by: str) -> dict[str, Any]:
        return {"type": "Replace", "pattern": {"String": this}, "content": by}

    visible = {"replacement": "▁", "prepend_scheme": "never", "split": True}
    normalizers = [
        replace("▁", _LINE),
        *(replace(name, f"{name[0]}{_MARK}{name[1:]}") for name in ("<0x", *names)),
        {"type": "Prepend", "prepend": "▁"},
    ]
    decoders = [
        replace("▁", " "),
        {"type": "ByteFallback"},
        {"type": "Fuse"},
        # What follows an added token is a text of its own to the normalizer.
        *(replace(f"{name} ", name) for name in names),
        {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        replace(_LINE, "▁"),
        replace(_MARK, ""),
    ]
    document = {
        "version": "1.0",
        "truncation": json.loads(tokenizer.component("truncation") or "null"),
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": normalizers},
        "pre_tokenizer": {"type": "Metaspace", **visible},
        "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": decoders},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": True},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _check(written: str) -> None:
    unigram = Tokenizer.from_str(written)
    for text in probe_texts():
        if unigram.decode(unigram.encode(text).ids) != text:
            raise ExportError(
                f"cannot export: as a Unigram, {text[:80]!r} does not come back", component="model"
            )


def _words_of(tokenizer: Tokenizer, texts: Iterable[str]) -> list[str]:
    pre_tokenizer = tokenizer.component("pre_tokenizer") or "null"
    words: set[str] = set()
    for text in texts:
        chunks = (chunk for chunk, _ in _core.pre_tokenize(pre_tokenizer, text))
        words.update(word for chunk in chunks if (word := chunk.strip(" ")).isalpha())
    return sorted(words)


def _made(tokenizer: Tokenizer) -> list[str]:
    """Words of random roots and affixes; few of those that no grammar allows have an analysis."""
    table, rng = tokenizer.side_table(), random.Random(0)
    names: dict[str, list[str]] = {"affix": [], "root": []}
    for morpheme in table.morphemes:
        names[morpheme.kind].append(morpheme.name)
    words = set()
    for _ in range(_MADE if names["root"] and names["affix"] else 0):
        affixes = rng.choices(names["affix"], k=rng.choice((0, 1, 1, 2, 3)))
        words.add("".join(tokenizer.realise(rng.choice(names["root"]), affixes)))
    return sorted(words)


def _cut(tokenizer: Tokenizer, word: str) -> list[str]:
    """The best analysis of a word; empty if there is none."""
    best = (morphemes for _, morphemes in tokenizer.analyses(word, 1))
    return [morpheme["surface"] for morphemes in best for morpheme in morphemes]


def _pieces(word: Cut) -> list[str]:
    """What the Unigram should cut a word into."""
    first, *rest = word[1]
    return [f"▁{first}", *rest]


def _fitted(
    tokenizer: Tokenizer, scores: dict[str, float], words: Sequence[Cut]
) -> dict[str, float]:
    """Scores that cut the words better: those of all rounds of an averaged perceptron.

    A round changes the score of a piece by how much more often it should be there than it is, as a
    share, so that frequent and rare pieces learn alike (Freund and Schapire 1999 for the average).
    """
    wanted = Counter(piece for word in words for piece in _pieces(word))
    now, total = dict(scores), dict.fromkeys(scores, 0.0)
    for round_ in range(_ROUNDS):
        found: Counter[str] = Counter()
        unigram = Tokenizer.from_str(_file(tokenizer, now))
        for encoding in unigram.encode_batch([word for word, _ in words]):
            found.update(encoding.tokens)
        step = _STEP / (1 + round_ / 3)
        for piece in (wanted.keys() | found.keys()) & now.keys():
            most = max(wanted[piece], found[piece])
            now[piece] += step * (wanted[piece] - found[piece]) / most
        for piece, score in now.items():
            total[piece] += score
    return {piece: score / _ROUNDS for piece, score in total.items()}


def _measured(written: str, words: Sequence[Cut]) -> dict[str, Any]:
    unigram = Tokenizer.from_str(written)
    cut = []
    for word, encoding in zip(
        words, unigram.encode_batch([word for word, _ in words]), strict=True
    ):
        # Bytes of one character are one segment.
        places = sorted({0, *(end for _, end in encoding.offsets)})
        cut.append([word[0][start:end] for start, end in itertools.pairwise(places)])
    gold = Gold("core", [word for word, _ in words], [[segments] for _, segments in words])
    scores = Comparison(gold, cut).boundary_scores()
    return {"words": len(words), "equal": scores["exact"], **{k: scores[k] for k in _CUTS}}


_CUTS = ("precision", "recall", "f1")
