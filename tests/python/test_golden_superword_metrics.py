"""Known answers for superwords: in vocabularies, in a corpus, and what the patterns cut."""

import json

import pytest
from conftest import golden, golden_file

import hybridtok as ht
from hybridtok.evaluation.layout import CHUNKS, WORDS

pytestmark = pytest.mark.golden


def read(area, name):
    return json.loads(golden_file(area, name).read_text(encoding="utf-8"))


def tokenizer(name):
    return ht.Tokenizer.from_file(golden_file("superword", f"{name}.tokenizer.json"))


@pytest.fixture(scope="module")
def lines():
    """A document is a line with its end."""
    path = golden("superword") / "corpus.txt"
    if not path.exists():
        pytest.skip("needs superword/corpus.txt in $HYBRIDTOK_GOLDEN; not shipped")
    return [f"{line}\n" for line in path.read_bytes().decode("utf-8").split("\n")[:-1]]


#: Those of our metrics that have known answers under other names.
NAMES = {"T": "tokens"}
VOCABULARY = ("superwords_in_vocab", "crossing_in_vocab", "model_unreachable")
CORPUS = (
    "T",
    "bytes",
    "bytes_per_token",
    "superword_tokens",
    "superword_share",
    "cutting_superwords",
    "cutting_rate",
    "superwords_with_punctuation",
    "superwords_with_newline",
)


def test_golden_superword_corpus(lines):
    known = read("evaluation", "vocabulary_health.json")
    report = ht.evaluate({name: tokenizer(name) for name in known}, lines, "superword")
    for name, expected in known.items():
        results = report.document["results"][name]
        for key in VOCABULARY:
            assert results["vocabulary"][key] == expected[key], key
        found = results["corpora"]["corpus"]
        for key in CORPUS:
            assert found[NAMES.get(key, key)] == pytest.approx(expected[key], rel=1e-9), key


def test_golden_superword_vocabulary(lines):
    summary = read("superword", "summary.json")
    assert summary["documents"] == len(lines)
    names = [name for name in summary if (golden("superword") / f"{name}.tokenizer.json").is_file()]
    assert names
    report = ht.evaluate({name: tokenizer(name) for name in names}, lines, "superword")
    for name in names:
        expected = summary[name]
        assert report.value("tokens", name) == expected["train_tokens"]
        assert report.value("words_histogram_of_vocab", name) == expected["words_hist"]
        for key in (*VOCABULARY, "pipeline_unreachable"):
            assert report.value(key, name) == expected[key], key


def test_golden_superword_texts():
    cases = [case for case in read("evaluation", "words.json") if "superword" in case["expect"]]
    assert cases
    for case in cases:
        report = ht.evaluate(tokenizer(case["tokenizer"]), [case["text"]], "superword")
        expected = case["expect"]["superword"]
        found = {
            "superwords": report.value("superword_tokens"),
            "share_of_tokens": report.value("superword_share"),
            "cutting": report.value("cutting_superwords"),
            "cutting_rate": report.value("cutting_rate"),
            "with_punctuation": report.value("superwords_with_punctuation"),
            "with_newline": report.value("superwords_with_newline"),
        }
        assert found == expected, case["text"]


@pytest.mark.parametrize(("pieces", "column"), [(WORDS, "r1"), (CHUNKS, "r2m")])
def test_golden_superword_splits(pieces, column):
    lines = golden_file("superword", "splits.jsonl").read_text("utf-8").split("\n")
    cases = [json.loads(line) for line in lines if line]
    spans = pieces.spans([case["text"] for case in cases])
    for case, of_text in zip(cases, spans, strict=True):
        assert [case["text"][a:b] for a, b in of_text.tolist()] == case[column]
