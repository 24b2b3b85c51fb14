"""Known answers of `tokenizers` 0.23.3: 31 configurations, all fields of all recorded results.

The two places where an answer may differ are numbers 2 and 3 of the list in DESIGN.md.
"""

import json
import os
from functools import cache

import pytest
from conftest import golden

from hybridtok import compat

AREA = golden("hf-parity")
NAMES = sorted(path.stem for path in (AREA / "configs").glob("*.json"))

pytestmark = [
    pytest.mark.golden,
    pytest.mark.filterwarnings("ignore::hybridtok.errors.FormatWarning"),
]

FULL = {
    "ids": "ids",
    "type_ids": "type_ids",
    "tokens": "tokens",
    "offsets": "offsets",
    "attention_mask": "attention_mask",
    "special_tokens_mask": "special_tokens_mask",
    "word_ids": "word_ids",
    "sequence_ids": "sequence_ids",
}


@cache
def strings() -> list[str]:
    return json.loads((AREA / "strings.json").read_text(encoding="utf-8"))


@cache
def tokenizer(name: str) -> compat.Tokenizer:
    return compat.Tokenizer.from_file(str(AREA / "configs" / f"{name}.json"))


def records(name: str) -> list[dict]:
    lines = (AREA / "encodings" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_golden_hf_parity_is_there():
    assert NAMES, f"no known answers in {AREA}"
    assert len(NAMES) == len(os.listdir(AREA / "encodings"))


@pytest.mark.parametrize("name", NAMES)
def test_golden_hf_parity_texts(name):
    ours, texts = tokenizer(name), strings()
    model = json.loads(ours.to_str())["model"]
    wrong = []
    for record in records(name):
        if "s" not in record:
            continue
        text = texts[record["s"]]
        if "err" in record:
            with pytest.raises(Exception):  # noqa: B017, PT011 - the records say no more
                ours.encode(text)
            continue
        difference = compared(ours, model, text, record)
        if difference:
            wrong.append((record["s"], text, difference))
    assert wrong == []


def compared(ours, model: dict, text: str, record: dict) -> dict:
    got = ours.encode(text)
    if loses_order(model, text) and sorted(got.ids) == sorted(record["i"]):
        return {}
    difference = {}
    if got.ids != record["i"]:
        difference["ids"] = (got.ids, record["i"])
    flat = [end for span in got.offsets for end in span]
    if not drops_characters(ours, model, text):
        if flat != record["o"]:
            difference["offsets"] = (flat, record["o"])
        if got.word_ids != record["w"]:
            difference["word_ids"] = (got.word_ids, record["w"])
    named = {int(k): token for k, token in record.get("t", {}).items()}
    tokens = [named.get(k, ours.id_to_token(id)) for k, id in enumerate(record["i"])]
    if got.tokens != tokens:
        difference["tokens"] = (got.tokens, tokens)
    if not record.get("nodec"):
        decoded = record.get("d", text)
        if ours.decode(record["i"]) != decoded:
            difference["decoded"] = (ours.decode(record["i"]), decoded)
        whole = record.get("dk", decoded)
        if ours.decode(record["i"], skip_special_tokens=False) != whole:
            difference["with specials"] = (ours.decode(record["i"], False), whole)
    return difference


def pieces(ours, text: str) -> list[str]:
    """What the model sees, roughly: added tokens are not taken out."""
    text = ours.normalizer.normalize_str(text) if ours.normalizer else text
    if ours.pre_tokenizer is None:
        return [text]
    return [piece for piece, _ in ours.pre_tokenizer.pre_tokenize_str(text)]


def unknown_characters(ours, model: dict, text: str) -> set[str]:
    known = model["vocab"]
    return {c for piece in pieces(ours, text) for c in piece if c not in known}


def drops_characters(ours, model: dict, text: str) -> bool:
    """Divergence 2: BPE without an unknown token; Hugging Face's offsets shift."""
    if model["type"] != "BPE" or model["unk_token"] is not None:
        return False
    return bool(unknown_characters(ours, model, text))


def loses_order(model: dict, text: str) -> bool:
    """Divergence 3: byte fallback where a byte has no token."""
    if model["type"] != "BPE" or not model["byte_fallback"]:
        return False
    return any(f"<0x{byte:02X}>" not in model["vocab"] for byte in text.encode("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_golden_hf_parity_calls(name):
    """Pairs, words, without special tokens, batches: every recorded field."""
    ours, texts = tokenizer(name), strings()
    for record in records(name):
        if "s" in record:
            continue
        if "err" in record:
            with pytest.raises(Exception):  # noqa: B017, PT011
                call(ours, texts, record)
            continue
        got = call(ours, texts, record)
        want = record["e"]
        if isinstance(want, list):
            assert len(got) == len(want)
        else:
            got, want = [got], [want]
        for encoding, expected in zip(got, want, strict=True):
            check(encoding, expected, record)


def call(ours, texts: list[str], record: dict):
    options = {
        key: record[key] for key in ("is_pretokenized", "add_special_tokens") if key in record
    }

    def given(k):
        if isinstance(k, list):
            return tuple(given(part) for part in k)
        return texts[k].split(" ") if options.get("is_pretokenized") else texts[k]

    if "pair" in record:
        first, second = record["pair"]
        return ours.encode(given(first), given(second), **options)
    if "single" in record:
        return ours.encode(given(record["single"]), **options)
    return ours.encode_batch([given(k) for k in record["batch"]], **options)


def check(encoding, expected: dict, record: dict) -> None:
    for key, want in expected.items():
        if key == "overflowing":
            assert len(encoding.overflowing) == len(want), record
            for part, wanted in zip(encoding.overflowing, want, strict=True):
                check(part, wanted, record)
            continue
        got = getattr(encoding, key)
        if key == "offsets":
            got = [list(span) for span in got]
            want = [list(span) for span in want]
        assert got == want, (key, {k: v for k, v in record.items() if k != "e"})


@pytest.mark.parametrize("name", NAMES)
def test_golden_hf_parity_files_survive_saving(name):
    ours = tokenizer(name)
    again = compat.Tokenizer.from_str(ours.to_str())
    assert again.to_str() == ours.to_str()
    theirs = pytest.importorskip("tokenizers").Tokenizer.from_str(ours.to_str())
    for text in strings()[:40]:
        assert again.encode(text).ids == ours.encode(text).ids
        if not loses_order(json.loads(ours.to_str())["model"], text):
            assert theirs.encode(text).ids == ours.encode(text).ids
