"""Published figures, computed again from published counts that are not shipped here."""

import csv
import os
from pathlib import Path

import pytest

from hybridtok.evaluation import FileValidator, token_validity
from hybridtok.evaluation.distribution import distribution

FOLDER = Path(os.environ.get("HYBRIDTOK_DATA", "")) / "turkish" / "trmmlu_tables"
TOKENS = FOLDER / "trmmlu_tokens_bpe-64k.csv"
SUMMARY = FOLDER / "trmmlu_summary.csv"

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(
        not TOKENS.is_file(), reason="needs turkish/trmmlu_tables in $HYBRIDTOK_DATA; not shipped"
    ),
]


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    with TOKENS.open(newline="", encoding="utf-8") as file:
        return {row["token"]: int(row["count"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def published() -> dict[str, float]:
    with SUMMARY.open(newline="", encoding="utf-8") as file:
        rows = {row["tokenizer"]: row for row in csv.DictReader(file)}
    row = rows["bpe-64k"]
    return {
        name: float(value) for name, value in row.items() if name not in ("tokenizer", "validator")
    }


def test_turkish_and_pure_tokens_of_trmmlu(counts, published):
    validity = token_validity(counts, FileValidator(TOKENS))
    names = {
        "tr_type": "tr_pct",
        "pure_type": "pure_pct",
        "tr_freq": "tr_pct_freq_weighted",
        "pure_freq": "pure_pct_freq_weighted",
    }
    for ours, theirs in names.items():
        # They print two decimals.
        assert round(validity[ours], 2) == published[theirs], ours
    assert validity["validator_unknown"] == 0


def test_renyi_of_trmmlu(counts, published):
    used = distribution(counts, 64_000)
    assert used["tokens"] == published["total_tokens"]
    assert used["observed_types"] == published["unique_tokens"]
    assert round(used["entropy_bits"], 4) == published["shannon_entropy_bits"]
    assert round(used["renyi_entropy"]["2.5"], 4) == published["renyi_entropy_bits"]
    observed, of_all = (used[f"renyi_efficiency_{kind}"]["2.5"] for kind in ("observed", "V"))
    assert round(observed, 4) == published["renyi_efficiency_observed"]
    assert round(of_all, 4) == published["renyi_efficiency_vocab"]
