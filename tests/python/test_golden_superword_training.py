"""Superwords: merges against slow references, on a corpus that is not shipped here."""

import json

import pytest
from conftest import golden

import hybridtok as ht
from hybridtok.training.superword import _learn_whole_words, train_superword_counted

CORPUS = golden("superword") / "corpus.txt"

pytestmark = [
    pytest.mark.golden,
    pytest.mark.skipif(
        not CORPUS.exists(), reason="needs superword/corpus.txt in $HYBRIDTOK_GOLDEN; not shipped"
    ),
]

DEFAULTS = {
    "mode": "superbpe",
    "vocab_size": 2000,
    "boundary": "r2",
    "max_words": 4,
    "colon_rule": True,
    "letter_only": False,
    "newline_barrier": False,
    "min_count": 2,
    "max_token_bytes": 1 << 20,
    "whole_words": None,
    "tie_rule": None,
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


@pytest.mark.parametrize("threads", [1, 2])
def test_golden_boundless(threads):
    """fastboundlessbpe, which knows neither limits nor bytes that UTF-8 has not."""
    want = json.loads("".join(answers("boundless.json")))
    free = {"max_words": 0, "colon_rule": False, "letter_only": None, "min_count": 1}
    options = {**DEFAULTS, **free, "vocab_size": 2000 + 256 - want["reference_initial_bytes"]}
    ours = {"mode", "max_run", "whole_words", "pad_to"}
    options = {
        name: value
        for name, value in options.items()
        if name not in ours and not name.startswith("custom")
    }
    options |= {"boundary": "r2m", "rules": [], "threads": threads}
    tokenizer, made = _learn_whole_words(CORPUS, transition="auto", **options)
    model = json.loads(tokenizer.to_native())["model"]
    within = [[*pair, n] for pair, n in zip(model["merges"], made["counts"], strict=True)]
    across = [
        [*pair, n] for pair, n in zip(model["supermerges"], made["super_counts"], strict=True)
    ]
    assert within == want["word_merges"]
    assert across == want["super_merges"]
    assert made["transition"] - 256 == len(within) == want["kept_word_merges"]
    assert made["superword_merges"] == want["supermerges"]
    assert made["runs"] == want["unique_runs"]
    for record in want["encodings"]:
        assert tokenizer.encode(record["text"]).tokens == record["tokens"]
    # The first merge that the competition dropped, and how many words alone would have.
    words, made = _learn_whole_words(CORPUS, transition=options["vocab_size"] - 1, **options)
    merges = json.loads(words.to_native())["model"]["merges"]
    dropped = len(within)
    assert [*merges[dropped], made["counts"][dropped]] == want["first_dropped_word_merge"]
    assert len(merges) == want["word_model_merges"] - 1
