"""Superwords: merges against a slow reference, on a corpus that is not shipped here."""

import json

import pytest
from conftest import golden

import hybridtok as ht
from hybridtok.training.superword import train_superword_counted

CORPUS = golden("superword") / "corpus.txt"

pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(
        not CORPUS.exists(), reason="needs superword/corpus.txt in $HYBRIDTOK_GOLDEN; not shipped"
    ),
]

DEFAULTS = {
    "vocab_size": 2000,
    "boundary": "r2",
    "max_words": 4,
    "colon_rule": True,
    "letter_only": False,
    "newline_barrier": False,
    "min_count": 2,
    "max_token_bytes": 1 << 20,
    "special_tokens": (),
    "normalizer": "none",
    "max_run": None,
    "custom": (),
    "custom_boundary": "word",
    "custom_choose": True,
    "pad_to": None,
    "unicode": "hf",
    "field": None,
    "on_invalid": "error",
    "memory": None,
    "engine": "local",
    "threads": None,
    "progress": None,
}

OPTIONS = {
    "super_t1000": {"transition": 1000},
    "super_t1800": {"transition": 0.9},
    "super_t1800_newline": {"transition": 1800, "newline_barrier": True},
    "super_t1800_letter": {"transition": 1800, "letter_only": True},
    "super_t1000_words0_nocolon": {"transition": 1000, "max_words": 0, "colon_rule": False},
    "super_t1000_words2": {"transition": 1000, "max_words": 2},
    "super_t1800_marks": {"transition": 1800, "boundary": "r2m"},
}


def answers(name):
    with (golden("superword") / name).open(encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("threads", [1, 2])
def test_golden_superword_merges(name, threads):
    options = {**DEFAULTS, **OPTIONS[name], "threads": threads}
    tokenizer, made = train_superword_counted(CORPUS, **options)
    model = json.loads(tokenizer.to_str())["model"]
    stage1 = [line.split(" ") for line in answers("stage1_merges.txt")][: made["transition"] - 256]
    stage2 = [line.split("\t")[:2] for line in answers(f"{name}.stage2.tsv")[1:]]
    assert model["merges"] == stage1 + stage2
    assert made["superword_merges"] == len(stage2)
    summary = json.loads("".join(answers("summary.json")))[name]
    skipped = {"colon_rule": "skip_colon", "letter_only": "skip_letter", "max_words": "skip_words"}
    for rule, skip in skipped.items():
        assert made["refused"].get(rule, 0) == summary.get(skip, 0)


@pytest.mark.parametrize("name", ["super_t1000", "super_t1800"])
def test_golden_superword_file(name):
    options = {**DEFAULTS, **OPTIONS[name]}
    tokenizer, _ = train_superword_counted(CORPUS, **options)
    want = ht.Tokenizer.from_file(golden("superword") / f"{name}.tokenizer.json")
    assert tokenizer.get_vocab() == want.get_vocab()
    assert (
        json.loads(tokenizer.to_str())["pre_tokenizer"]
        == json.loads(want.to_str())["pre_tokenizer"]
    )
