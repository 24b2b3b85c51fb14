"""Models trained by `sentencepiece`, and the same as `tokenizer.json`, for measuring both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["make"]

SPACE = "▁"


def make(corpus: Path, directory: Path, kind: str, vocab_size: int) -> tuple[Path, Path]:
    """Trains on a file. Returns the `.model` and the `tokenizer.json`.

    The corpus is used as it is: no normalization, every space counts, unknown characters are
    spelled in bytes; Llama 2's settings, but for the vocabulary.
    """
    import sentencepiece

    prefix = directory / f"sentencepiece-{kind}"
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(prefix),
        model_type=kind,
        vocab_size=vocab_size,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        character_coverage=0.9999,
        max_sentence_length=1 << 20,
        num_threads=2,
        minloglevel=2,
    )
    model = prefix.with_suffix(".model")
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    target = prefix.with_suffix(".json")
    document = converted(processor, kind)
    target.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return model, target


def converted(processor: Any, kind: str) -> dict[str, Any]:
    """The `tokenizer.json` of a model, as Llama 2's file has it; words are cut for Unigram."""
    pieces = [
        (processor.id_to_piece(id), processor.get_score(id))
        for id in range(processor.get_piece_size())
    ]
    control = [id for id in range(len(pieces)) if processor.is_control(id)]
    control.append(processor.unk_id())
    model, splitter = _bpe(pieces) if kind == "bpe" else _unigram(processor, pieces)
    steps = [
        {"type": "Prepend", "prepend": SPACE},
        {"type": "Replace", "pattern": {"String": " "}, "content": SPACE},
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": id,
                "content": pieces[id][0],
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for id in sorted(control)
        ],
        "normalizer": {"type": "Sequence", "normalizers": steps},
        "pre_tokenizer": splitter,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": SPACE}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
                {"type": "Strip", "content": " ", "start": 1, "stop": 0},
            ],
        },
        "model": model,
    }


def _bpe(pieces: list[tuple[str, float]]) -> tuple[Any, Any]:
    """Every pair that makes a piece is a merge, the piece with the higher score first."""
    ids = {piece: id for id, (piece, _) in enumerate(pieces)}
    merges = []
    for piece, score in pieces:
        if piece.startswith("<0x"):
            continue
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in ids and right in ids:
                merges.append((-score, ids[left], ids[right], [left, right]))
    merges.sort(key=lambda merge: merge[:3])
    model = {
        "type": "BPE",
        "dropout": None,
        "unk_token": "<unk>",
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": True,
        "byte_fallback": True,
        "ignore_merges": False,
        "vocab": ids,
        "merges": [merge[3] for merge in merges],
    }
    return model, None


def _unigram(processor: Any, pieces: list[tuple[str, float]]) -> tuple[Any, Any]:
    model = {
        "type": "Unigram",
        "unk_id": processor.unk_id(),
        "vocab": [[piece, score] for piece, score in pieces],
        "byte_fallback": True,
    }
    # Metaspace itself would put nothing before a text that starts with a space; sentencepiece does.
    splitter = {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": "never", "split": True}
    return model, splitter
