"""Known answers for domain terms, strings and corpora; their tokenizers are not shipped here."""

import csv
import json
import os
from pathlib import Path

import pytest
from conftest import golden, golden_file

import hybridtok as ht

DATA = Path(os.environ.get("HYBRIDTOK_DATA", "/nowhere"))
KL3M = golden("character") / "kl3m"

pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(
        not KL3M.is_dir(), reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped"
    ),
]


def answers(name):
    with golden_file("character", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def tokenizers():
    """By the names that the known answers give them."""
    return {path.stem: ht.Tokenizer.from_file(path) for path in sorted(KL3M.glob("*.json"))}


def test_golden_character_terms(tokenizers, tmp_path):
    rows = answers("domain_terms.tsv")
    path = tmp_path / "terms.tsv"
    path.write_text("".join(f"{row['term']}\t{row['domain']}\n" for row in rows), "utf-8")
    report = ht.evaluate(tokenizers, suite="domain", terms=path)
    for name in tokenizers:
        expected = {row["term"]: int(row[name]) for row in rows}
        assert report.value("tokens_of_terms", name) == expected
        for domain in {row["domain"] for row in rows}:
            of_domain = [expected[row["term"]] for row in rows if row["domain"] == domain]
            mean = report.value(f"tokens_per_term_by_category.{domain}", name)
            assert mean == pytest.approx(sum(of_domain) / len(of_domain), rel=1e-12)


def test_golden_character_strings(tokenizers):
    found = json.loads(golden_file("character", "encode_strings.json").read_text("utf-8"))
    for case in found["strings"]:
        for name, tokenizer in tokenizers.items():
            encoding = tokenizer.encode(
                case["text"], add_special_tokens=False, allowed_special="all"
            )
            assert encoding.ids == case["ids"][name], case["text"]
            assert encoding.tokens == case["tokens"][name], case["text"]


#: A sentence, and the same as a bad reader of print would see it (KL3M, arXiv 2503.17247).
READ = {
    "The United States Senate is responsible for the": (
        "The| Un|it|ed| St|at|es| S|en|ate| is| re|sp|ons|ib|le| f|or| t|he"
    ),
    "Thc Vnited S tates 5enate is nesp0nslbe for the": (
        "Th|c| V|n|it|ed| S| t|at|es| 5|en|ate| is| n|esp|0|ns|l|be| f|or| t|he"
    ),
}


@pytest.mark.parametrize(("text", "pieces"), READ.items())
def test_golden_character_read_wrongly(tokenizers, text, pieces):
    tokenizer = tokenizers.get("kl3m-004-char-4k-cased")
    if tokenizer is None:
        pytest.skip("this tokenizer is not there")
    assert "|".join(tokenizer.encode(text).tokens).replace("Ġ", " ") == pieces


def documents(described):
    """The texts of a set: ``PATH``, or ``PATH rows i%m==k`` of JSON lines."""
    path, _, rows = described.partition(" rows i%")
    text = (DATA / path).read_bytes().decode("utf-8")
    if not rows:
        return [text]
    modulus, rest = map(int, rows.split("=="))
    lines = [line for line in text.split("\n") if line]
    return [json.loads(line)["text"] for k, line in enumerate(lines) if k % modulus == rest]


@pytest.mark.skipif(not (DATA / "legal").is_dir(), reason="needs the texts in $HYBRIDTOK_DATA")
def test_golden_character_compression(tokenizers):
    rows = answers("domain_compression.tsv")
    known = {name: of for name, of in tokenizers.items() if name in rows[0]}
    assert known
    report = ht.evaluate(known, {row["set"]: documents(row["set"]) for row in rows}, "domain")
    first = next(iter(known))
    ratios = {name: [] for name in known}
    for row in rows:
        for name in known:
            of = report.document["results"][name]["corpora"][row["set"]]
            assert (of["documents"], of["chars"]) == (int(row["docs"]), int(row["chars"]))
            assert of["tokens"] == int(row[name])
            ratios[name].append(int(row[name]) / int(row[first]))
            assert of["nsl"] == pytest.approx(ratios[name][-1], rel=1e-12)
    for name, of_sets in ratios.items():
        mean = sum(of_sets) / len(of_sets)
        assert report.value("mean_nsl", name) == pytest.approx(mean, rel=1e-12)
