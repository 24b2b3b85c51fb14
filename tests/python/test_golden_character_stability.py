"""Known answers for boundary stability, from texts and tokenizers that are not shipped here."""

import csv
import os
from pathlib import Path

import pytest
from conftest import golden, golden_file
from test_stability import Bytes

import hybridtok as ht
from hybridtok.evaluation import evaluate
from hybridtok.sequences import diff
from hybridtok.sequences.alignment import levenshtein

DATA = Path(os.environ.get("HYBRIDTOK_DATA", "/nowhere"))
OCR = DATA / "correction/ocr/ICDAR2017_eng_monograph_dev.tsv"
KL3M = golden("character") / "kl3m"

pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(
        not (DATA / "legal").is_dir(), reason="needs the texts in $HYBRIDTOK_DATA; not shipped"
    ),
]

#: Columns of the known answers, and our names for them.
METRICS = {
    "n": "pairs",
    "edits": "edits",
    "cpt": "chars_per_token",
    "flips": "flips_per_edit",
    "inv": "inv",
    "kappa": "kappa",
    "f1": "gap_f1",
    "damage": "damage",
    "infl": "inflation",
    "radius": "radius",
    "p95": "radius_p95",
}


def answers(name):
    with golden_file("character", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(
    params=[
        "byte",
        *(
            pytest.param(
                f"kl3m-004-char-{size}-cased",
                marks=pytest.mark.skipif(
                    not KL3M.is_dir(),
                    reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped",
                ),
            )
            for size in ("4k", "8k", "16k")
        ),
    ]
)
def named(request):
    name = request.param
    return name, Bytes() if name == "byte" else ht.Tokenizer.from_file(KL3M / f"{name}.json")


def same(row, metrics):
    for column, name in METRICS.items():
        if row.get(column):
            assert metrics[name] == pytest.approx(float(row[column]), rel=0, abs=1e-4), column
    if not row["kappa"]:
        assert metrics["kappa"] is None


def test_golden_character_stability(named):
    name, tokenizer = named
    pairs = golden_file("character", "stability_pairs.jsonl")
    report = evaluate({name: tokenizer}, pairs, "stability", data=DATA)
    groups = report.document["results"][name]["stability"]
    rows = [row for row in answers("stability_baselines.tsv") if row["tokenizer"] == name]
    assert rows
    for row in rows:
        same(row, groups[f"{row['domain']}, mode {row['mode']}"])


@pytest.fixture(scope="module")
def usable():
    """Number, noisy and clean text of the lines that the known answers are about."""
    found = []
    for number, line in enumerate(OCR.read_bytes().decode("utf-8").split("\n")):
        noisy, tab, clean = line.rstrip("\r").partition("\t")
        fits = 60 <= len(clean) <= 200 and len(noisy) <= 220 and line.isascii() and noisy != clean
        if tab and fits and 100 * levenshtein(clean, noisy) <= 15 * len(clean):
            found.append((number, noisy, clean))
    rows = answers("ocr_pairs_stability.tsv")
    return found[: len(rows)]


@pytest.mark.skipif(not OCR.is_file(), reason="needs correction/ocr in $HYBRIDTOK_DATA")
def test_golden_character_alignment(usable):
    rows = [[int(value) for value in row.values()] for row in answers("ocr_pairs_stability.tsv")]
    assert rows == [
        [number, len(diff(clean, noisy, "char")), levenshtein(clean, noisy)]
        for number, noisy, clean in usable
    ]


@pytest.mark.skipif(not OCR.is_file(), reason="needs correction/ocr in $HYBRIDTOK_DATA")
def test_golden_character_ocr(named, usable, tmp_path):
    name, tokenizer = named
    path = tmp_path / "ocr.tsv"
    text = "".join(f"{noisy}\t{clean}\n" for _, noisy, clean in usable)
    path.write_text(text, encoding="utf-8", newline="")
    report = evaluate({name: tokenizer}, path, "stability")
    [row] = [row for row in answers("ocr_stability.tsv") if row["tokenizer"] == name]
    same(row, report.document["results"][name]["stability"]["ocr.tsv"])
