"""Known answers for superwords.

Pieces, ids, offsets and long chunks are those of `tokenizers` 0.23.3; tokens of whole words those
of the reference code of BoundlessBPE.
"""

import hashlib
import json

import numpy as np
import pytest
from conftest import golden_file

import hybridtok as ht
from hybridtok import compat
from hybridtok.training.patterns import PATTERNS, boundary_pattern

pytestmark = pytest.mark.golden

#: Where stage 1 ends, and what bounds chunks.
MADE = {
    "bpe2000": (2000, PATTERNS["superbpe"]),
    "super_t1000": (1000, PATTERNS["r2"]),
    "super_t1800": (1800, PATTERNS["r2"]),
    "super_t1800_newline": (1800, boundary_pattern("r2", newline_barrier=True)),
    "super_t1800_letter": (1800, PATTERNS["r2"]),
    "super_t1000_words0_nocolon": (1000, PATTERNS["r2"]),
    "super_t1000_words2": (1000, PATTERNS["r2"]),
    "super_t1800_marks": (1800, PATTERNS["r2m"]),
}


def lines(name):
    with golden_file("superword", name).open(encoding="utf-8", newline="\n") as file:
        return [line.removesuffix("\n") for line in file]


def records(name):
    return [json.loads(line) for line in lines(name)]


def tokenizer(name):
    transition, pattern = MADE[name]
    merges = [line.split(" ") for line in lines("stage1_merges.txt")][: transition - 256]
    if name != "bpe2000":
        merges += [line.split("\t")[:2] for line in lines(f"{name}.stage2.tsv")[1:]]
    return ht.Tokenizer.from_str(json.dumps(file_of(merges, pattern)))


def file_of(merges, pattern):
    alphabet = sorted(compat.pre_tokenizers.ByteLevel.alphabet())
    tokens = alphabet + [left + right for left, right in merges]
    whole = {"add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    split = {"pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    return {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Split", **split}, {"type": "ByteLevel", **whole}],
        },
        "decoder": {"type": "ByteLevel", **whole},
        "model": {
            "type": "BPE",
            "vocab": {token: id for id, token in enumerate(tokens)},
            "merges": merges,
        },
    }


@pytest.mark.parametrize(
    ("column", "pattern"),
    [
        ("r1", PATTERNS["superbpe"]),
        ("r2", PATTERNS["r2"]),
        ("r2n", boundary_pattern("r2", newline_barrier=True)),
        ("r2m", PATTERNS["r2m"]),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_golden_superword_pieces(column, pattern, known):
    # A group makes it a pattern that no scanner knows.
    split = compat.pre_tokenizers.Split(
        compat.Regex(pattern if known else f"(?:{pattern})"), "isolated"
    )
    for record in records("splits.jsonl"):
        pieces = [piece for piece, _ in split.pre_tokenize_str(record["text"])]
        assert pieces == record[column]


@pytest.mark.parametrize("name", MADE)
def test_golden_superword_ids(name):
    ours = tokenizer(name)
    known = records("encodings.jsonl")
    for record in known:
        encoding = ours.encode(record["text"])
        assert encoding.ids == record[name]
        if f"{name}_offsets" in record:
            assert encoding.offsets == [tuple(span) for span in record[f"{name}_offsets"]]
        assert ours.decode(encoding.ids) == record["text"]
    texts = [record["text"] for record in known]
    for threads in (1, 2, 8):
        batch = ours.encode_batch_ids(texts * 50, threads=threads)
        assert batch.values.tolist() == [id for record in known for id in record[name]] * 50


@pytest.mark.parametrize("name", ["super_t1000", "super_t1800"])
def test_golden_superword_files(name):
    ours = ht.Tokenizer.from_file(golden_file("superword", f"{name}.tokenizer.json"))
    for record in records("encodings.jsonl"):
        assert ours.encode_ids(record["text"]).tolist() == record[name]


@pytest.mark.parametrize("name", ["bpe2000", "super_t1000", "super_t1800"])
def test_golden_superword_long_chunks(name):
    ours = tokenizer(name)
    for case in json.loads("".join(lines("long_chunks.json"))):
        ids, want = ours.encode_ids(case["unit"] * case["times"]), case[name]
        assert len(ids) == want["n_ids"]
        assert (ids[:8].tolist(), ids[-8:].tolist()) == (want["first8"], want["last8"])
        assert hashlib.sha256(ids.astype(np.dtype("<u4")).tobytes()).hexdigest() == want["sha256"]


def test_golden_superword_first_merges_go_on_across_words():
    known = json.loads("".join(lines("two_level_differences.json")))
    ours = tokenizer(known["tokenizer"])
    for example in known["examples"]:
        assert ours.encode_ids(example["chunk"]).tolist() == example["flat"] != example["two_level"]


def sealed(model, body):
    """The `hybridtok.json` of a model, as it would write itself."""

    def digest(*parts):
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    head = {"format": "hybridtok", "schema_version": 1, "tool_version": "0", "unicode": "hf"}
    head["unicode_version"] = "0"
    sections = {"creation": "{}", "tokenizer": body, "model": model, "self_test": "[]"}
    hashes = {name: digest(section) for name, section in sections.items()}
    hashes["all"] = digest("1", "0", "hf", "0", *sections.values())
    sections |= {"sha256": json.dumps(hashes)}
    named = [f'"{name}":{section}' for name, section in sections.items()]
    return json.dumps(head)[:-1] + "," + ",".join(named) + "}"


def test_golden_boundless_tokens():
    known = json.loads("".join(lines("boundless.json")))
    tables = {
        "merges": [pair[:2] for pair in known["word_merges"]],
        "supermerges": [pair[:2] for pair in known["super_merges"]],
    }
    alphabet = sorted(compat.pre_tokenizers.ByteLevel.alphabet())
    tokens = [left + right for merges in tables.values() for left, right in merges]
    model = {
        "format": "hybridtok-boundless",
        "version": 1,
        "eligible": r"\p{L}",
        "vocab": alphabet + tokens,
        **tables,
    }
    body = file_of([], PATTERNS["superbpe"])
    body["model"] = {"type": "Boundless"}
    ours = ht.Tokenizer.from_native(sealed(json.dumps(model), json.dumps(body)).encode())
    texts = [record["text"] for record in known["encodings"]]
    assert len(texts) > 30
    for record in known["encodings"]:
        encoding = ours.encode(record["text"])
        assert encoding.tokens == record["tokens"]
        assert ours.decode(encoding.ids) == record["text"]
    for threads in (1, 2, 8):
        batch = ours.encode_batch_ids(texts * 500, threads=threads)
        ids = [
            ours.token_to_id(token) for record in known["encodings"] for token in record["tokens"]
        ]
        assert batch.values.tolist() == ids * 500
