"""Edits of real corrections, and what they cost; from data that is not shipped here."""

import itertools
import os
import textwrap
from pathlib import Path

import pytest
from conftest import golden

import hybridtok as ht
from hybridtok.sequences import (
    M2Sentence,
    apply,
    diff,
    format_edits,
    parse_edits,
    read_m2,
    write_m2,
)

DATA = Path(os.environ.get("HYBRIDTOK_DATA", "")) / "correction"
M2 = DATA / "gec/gecturk_boun_dev.m2"
NOVELS = Path(os.environ.get("HYBRIDTOK_DATA", "")) / "raw_en/eltec_eng.txt"
CHAR = golden("character") / "kl3m/kl3m-004-char-4k-cased.json"

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="needs correction in $HYBRIDTOK_DATA; not shipped"
    ),
]

FILES = [
    "ocr/ICDAR2017_eng_monograph_dev.tsv",
    "ocr/ICDAR2017_eng_periodical_train.tsv",
    "ocr/bln600_train.tsv",
    "spelling/codespell.tsv",
    "spelling/missp.tsv",
]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("granularity", "exact"), [("word", False), ("word", True), ("char", True)]
)
def test_corrections_come_back(name, granularity, exact):
    rows = (DATA / name).read_bytes().decode("utf-8").split("\n")
    pairs = [row.rstrip("\r").split("\t") for row in rows if row]
    assert len(pairs) > 1000
    for wrong, right in pairs:
        edits = diff(wrong, right, granularity, exact=exact)
        found = parse_edits(format_edits(edits))
        assert found == edits
        result = apply(wrong, found, granularity, exact=exact)
        assert result == (right if exact else " ".join(right.split()))
        assert bool(edits) == (result != (wrong if exact else " ".join(wrong.split())))


def test_m2_of_a_corpus_comes_back(tmp_path):
    sentences = read_m2(M2)
    path = tmp_path / "again.m2"
    write_m2(path, sentences)
    assert path.read_bytes() == M2.read_bytes()
    assert len(sentences) == 1842
    changed = 0
    for sentence in sentences:
        edits = sentence.edits()
        target = apply(sentence.source, edits)
        changed += target != sentence.source
        assert parse_edits(format_edits(edits)) == edits
        # Theirs, as edits and back; and ours, as theirs and back.
        assert M2Sentence.of(sentence.source, edits).edits() == edits
        ours = diff(sentence.source, target)
        assert M2Sentence.of(sentence.source, ours).edits() == ours
        assert apply(sentence.source, ours) == target
    assert changed == sum(bool(sentence.annotations) for sentence in sentences)


@pytest.mark.skipif(not NOVELS.is_file(), reason="needs raw_en in $HYBRIDTOK_DATA; not shipped")
@pytest.mark.skipif(
    not CHAR.is_file(), reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped"
)
def test_costs_of_edits_in_novels():
    """The figures of 90 characters of novels that we know, each within a fifth."""
    text = " ".join(NOVELS.read_text(encoding="utf-8").split())
    lines = textwrap.wrap(text, 90, break_long_words=False, break_on_hyphens=False)
    tokenizers = {
        "BPE 32k": ht.train_bpe(lines[:-3000], vocab_size=32_000),
        "char-4k": ht.Tokenizer.from_file(CHAR),
    }
    report = ht.evaluate(tokenizers, lines[-3000:], "edits")
    known = {"BPE 32k": [0.172, 0.235, 0.336, 0.613], "char-4k": [0.126, 0.158, 0.228, 0.426]}
    for name, costs in known.items():
        groups = report.document["results"][name]["edits"]
        found = [group["edit_string_cost"] for group in groups.values()]
        assert found == pytest.approx(costs, rel=0.2)
        assert all(a < b for a, b in itertools.pairwise(found))
