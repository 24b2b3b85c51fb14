"""What the presets must reach beside KL3M's files; from data that is not shipped here."""

import importlib
import os
from pathlib import Path

import pytest
from conftest import ROOT, golden

import hybridtok as ht
from hybridtok.evaluation.adapters import subject
from hybridtok.evaluation.stability import StabilityOfAll

DATA = Path(os.environ.get("HYBRIDTOK_DATA", "/nowhere"))
KL3M = golden("character") / "kl3m"
FOLDERS = ("legal", "finance", "raw_en", "turkish/raw", "correction/ocr")

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(
        not all((DATA / name).is_dir() for name in FOLDERS),
        reason=f"needs {', '.join(FOLDERS)} in $HYBRIDTOK_DATA; not shipped",
    ),
    pytest.mark.skipif(
        not KL3M.is_dir(), reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped"
    ),
]

#: Presets, and the file of KL3M that each has the size of.
SIZES = {
    "kl3m-char-4k": "4k",
    "kl3m-char-8k": "8k",
    "kl3m-char-16k": "16k",
    "steady-4k": "4k",
    "steady-8k": "8k",
    "steady-16k": "16k",
}


@pytest.fixture(scope="module")
def bench():
    """The texts and pairs of the bench."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benches/python")
        yield importlib.import_module("character_data")


@pytest.fixture(scope="module")
def texts(bench):
    found = list(bench.split(DATA))
    assert sum(map(len, found)) == pytest.approx(18.5e6, rel=0.01)
    return found


@pytest.fixture(scope="module")
def known(bench):
    """The known pairs with one error."""
    return [pair for pair in bench.known_pairs(golden("character").parent, DATA) if pair[1] == "1"]


def released(size):
    return ht.Tokenizer.from_file(KL3M / f"kl3m-004-char-{size}-cased.json")


def measured(tokenizers, pairs):
    """Characters a token (harmonic mean over domains, weighted by pairs), INV, and the tests."""
    of_all = StabilityOfAll({name: subject(of) for name, of in tokenizers.items()})
    of_all.add(pairs)
    results, comparisons = of_all.results()
    found = {}
    for name, groups in results.items():
        parts = [row for group, row in groups.items() if not group.startswith("all")]
        total = sum(row["pairs"] for row in parts)
        length = total / sum(row["pairs"] / row["chars_per_token"] for row in parts)
        found[name] = length, [*groups.values()][-1]["inv"]
    last = comparisons[-1]["pairs"]
    return found, {(c["a"], c["b"]): c for c in comparisons if c["pairs"] == last}


@pytest.mark.parametrize(("preset", "size"), SIZES.items())
def test_presets_beside_released_files(texts, known, preset, size):
    tokenizers = {"ours": ht.train_char(texts, preset=preset), "theirs": released(size)}
    assert len(tokenizers["ours"].get_vocab()) == len(tokenizers["theirs"].get_vocab())
    pairs = [pair for pair in known if pair[0] != "turkish"]
    assert len(pairs) == 1549
    found, tests = measured(tokenizers, pairs)
    (length, steady), (their_length, their_steady) = found["ours"], found["theirs"]
    assert length >= their_length
    assert steady >= their_steady
    [test] = tests.values()
    assert test["p"] < 0.01


@pytest.mark.parametrize(
    ("preset", "least_length", "least_steady"),
    [
        ("char-5x16k", 3.3, 0.42),
        ("steady-16k-long", 3.3, 0.42),
        ("char-6x32k", 3.6, 0.39),
        ("steady-32k", 3.6, 0.39),
    ],
)
def test_longer_tokens(texts, known, preset, least_length, least_steady):
    pairs = [pair for pair in known if pair[0] != "turkish"]
    tokenizers = {
        "ours": ht.train_char(texts, preset=preset),
        "BPE": ht.train_bpe(texts, vocab_size=4096, min_frequency=2, normalizer="nfkc"),
    }
    found, tests = measured(tokenizers, pairs)
    length, steady = found["ours"]
    assert length >= least_length
    assert steady >= least_steady
    # Without a cap a small vocabulary is about as long and far less steady.
    assert steady > found["BPE"][1]
    [test] = tests.values()
    assert test["p"] < 0.01


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "kl3m-char-8k"},
        {"preset": "steady-8k", "pattern": "steady-turkish"},
    ],
    ids=["words", "steady"],
)
def test_turkish(bench, known, options):
    texts = bench.turkish_texts(DATA)
    tokenizer = ht.train_char(texts, alphabet="chars", **options)
    pairs = [pair for pair in known if pair[0] == "turkish"]
    assert len(pairs) == 300
    found, _ = measured({"ours": tokenizer, "theirs": released("8k")}, pairs)
    length, steady = found["ours"]
    assert length >= 2.25
    assert steady >= 0.56
    vocabulary = tokenizer.get_vocab()
    lines = [line for line in bench.turkish_lines(DATA) if vocabulary.keys() >= set(line)]
    assert len(lines) > 500
    names = {id: token for token, id in vocabulary.items()}
    for line in lines:
        # Tokens are the text that they stand for: no bytes, no part of a character.
        assert "".join(names[id] for id in tokenizer.encode_ids(line).tolist()) == line


def test_real_errors(bench, texts):
    """On OCR, whose errors nothing was trained on, presets move fewer boundaries than the files."""
    tokenizers = {size: released(size) for size in SIZES.values()}
    tokenizers |= {preset: ht.train_char(texts, preset=preset) for preset in SIZES}
    for file in bench.OCR.values():
        of_all = StabilityOfAll({name: subject(of) for name, of in tokenizers.items()})
        of_all.add(bench.real(DATA, file)[:1500])
        results, _ = of_all.results()
        flips = {name: groups[file]["flips_per_edit"] for name, groups in results.items()}
        for preset, size in SIZES.items():
            assert flips[preset] < flips[size], (file, preset)
