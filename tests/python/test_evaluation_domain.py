"""Corpora by themselves and terms of a domain, beside slow definitions; the command."""

import json

import numpy as np
import pytest
from test_evaluation_reports import Page

import hybridtok as ht
from hybridtok.errors import FormatError
from hybridtok.evaluation import Encoded, evaluate, read_terms
from hybridtok.evaluation.bootstrap import resampled_counts, resampled_sums
from hybridtok.evaluation.terms import OWN_TERMS


class Every:
    """A token for so many characters; it decodes nothing but its last text."""

    vocab_size = 1000

    def __init__(self, size, lossy=()):
        self.size, self.lossy = size, lossy
        self.texts = {}

    def encode_ids(self, text):
        ids = [len(self.texts)] + [0] * ((len(text) - 1) // self.size) if text else []
        self.texts[ids[0] if ids else None] = text
        return ids

    def encode_batch(self, texts):
        return [Encoded(ids, [(0, 1)] * len(ids)) for ids in map(self.encode_ids, texts)]

    def decode(self, ids):
        text = self.texts[ids[0] if ids else None]
        return "?" if text in self.lossy else text


# Corpora.


def test_corpora_by_hand():
    corpora = {"law": ["abcd", "abcdef", ""], "prose": ["şş", "abc"]}
    tokenizers = {"ones": Every(1), "twos": Every(2, ["abc"])}
    results = evaluate(tokenizers, corpora, "domain").document["results"]
    law, prose = (results["twos"]["corpora"][name] for name in corpora)
    assert (law["documents"], law["chars"], law["bytes"], law["tokens"]) == (3, 10, 10, 5)
    assert (law["tokens_per_char"], law["chars_per_token"]) == (0.5, 2)
    assert (law["nsl"], law["saved_vs_ref"], law["round_trip"]) == (0.5, 0.5, 1)
    assert (prose["chars"], prose["bytes"], prose["tokens"]) == (5, 7, 3)
    assert prose["bytes_per_token"] == 7 / 3
    assert prose["nsl"] == 3 / 5
    assert prose["round_trip"] == 0.5
    assert results["twos"]["mean"]["mean_tokens_per_char"] == pytest.approx((0.5 + 0.6) / 2)
    assert results["twos"]["mean"]["mean_nsl"] == pytest.approx((0.5 + 0.6) / 2)
    # A replicate may be of empty documents only.
    assert results["ones"]["mean"]["mean_nsl_ci95"] is None


def slow_ratios(rows, seed, replicates=1000):
    """One replicate after the other, one document after the other."""
    found = []
    for counts in resampled_counts(len(rows), replicates=replicates, seed=seed):
        drawn = [row for row, times in zip(rows, counts, strict=True) for _ in range(times)]
        found.append(
            [sum(column) / sum(row[0] for row in drawn) for column in zip(*drawn, strict=True)]
        )
    return np.array(found)


def test_intervals_are_those_of_the_definition(trained, lines):
    corpora = {"all": lines, "some": lines[::3]}
    tokenizers = {"bpe": trained, "twos": Every(2)}
    results = evaluate(tokenizers, corpora, "domain").document["results"]
    means = []
    for k, (name, texts) in enumerate(corpora.items()):
        rows = [
            [len(trained.encode(text, add_special_tokens=False).ids), (len(text) + 1) // 2]
            for text in texts
        ]
        ratios = slow_ratios(rows, 42 + k)
        means.append(ratios)
        low, high = np.percentile(ratios[:, 1], [2.5, 97.5])
        found = results["twos"]["corpora"][name]
        assert found["nsl_ci95"] == pytest.approx([low, high], rel=1e-12)
        assert low < found["nsl"] < high
        assert results["bpe"]["corpora"][name]["nsl_ci95"] == [1, 1]
    low, high = np.percentile((means[0] + means[1])[:, 1] / 2, [2.5, 97.5])
    assert results["twos"]["mean"]["mean_nsl_ci95"] == pytest.approx([low, high], rel=1e-12)


def test_sums_over_what_was_drawn():
    rows = np.array([[1, 10], [2, 0], [4, 5]])
    sums = resampled_sums(rows, replicates=7, seed=5)
    drawn = list(resampled_counts(3, replicates=7, seed=5))
    assert sums.tolist() == [(counts[:, None] * rows).sum(axis=0).tolist() for counts in drawn]


UNDEFINED = {
    "one document": (["abc"], 1, None),
    "documents without text": (["", ""], None, None),
    "a document with text, which may not be drawn": (["", "", "abcd"], 1, None),
}


@pytest.mark.parametrize(("texts", "ratio", "bounds"), UNDEFINED.values(), ids=UNDEFINED)
def test_what_is_not_defined(texts, ratio, bounds):
    report = evaluate(Every(2), texts, "domain")
    assert report.value("nsl") == ratio
    assert report.value("nsl_ci95") == bounds
    assert report.value("mean_nsl_ci95") == bounds
    assert json.loads(report.to_json())


def test_a_tokenizer_that_does_not_decode():
    assert evaluate(list, ["ab cd"], "domain").value("round_trip") is None


def test_the_baseline_comes_first(trained, lines):
    tokenizers = {"twos": Every(2), "bpe": trained}
    report = evaluate(tokenizers, lines, "domain", baseline="bpe")
    assert list(report.document["results"]) == ["bpe", "twos"]
    other = evaluate({"bpe": trained, "twos": Every(2)}, lines, "domain")
    assert report.document["results"] == other.document["results"]
    assert report.document["tokenizers"] == other.document["tokenizers"]
    with pytest.raises(ValueError, match="'nobody' is none of the tokenizers"):
        evaluate(tokenizers, lines, "domain", baseline="nobody")


def test_files_are_corpora(tmp_path, trained):
    for place, text in (
        ("a/x.txt", "bir\nyok\n"),
        ("b/x.txt", "bir"),
        ("y.jsonl", '{"text": "a"}'),
    ):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
    paths = [tmp_path / "a/x.txt", tmp_path / "b/x.txt", tmp_path / "y.jsonl", tmp_path / "a"]
    report = evaluate(trained, paths, "domain")
    (results,) = report.document["results"].values()
    documents = {name: of["documents"] for name, of in results["corpora"].items()}
    assert documents == {str(paths[0]): 2, str(paths[1]): 1, "y.jsonl": 1, "a": 2}
    inputs = [(entry["path"], entry["units"]) for entry in report.document["inputs"]]
    assert inputs == [
        *((str(path), n) for path, n in zip(paths, (2, 1, 1), strict=False)),
        inputs[0],
    ]
    basic = evaluate(trained, {"one": paths[0], "two": ["bir"]})
    assert basic.value("lines") == 3


def test_a_corpus_without_text_is_named(tmp_path, trained):
    empty = tmp_path / "empty.txt"
    empty.touch()
    report = evaluate(trained, {"text": ["bir"], "none": empty}, "superword")
    assert report.document["warnings"] == ["none: there is no text in it"]
    assert [gold for _, gold, _ in report.values("nsl")] == ["text"]


def test_batches_do_not_matter(trained, lines, monkeypatch):
    texts = [*lines, "", "bir " * 300]
    whole = evaluate(trained, texts, "all")
    monkeypatch.setattr("hybridtok.evaluation.suites._UNITS", 3)
    monkeypatch.setattr("hybridtok.evaluation.suites._CHARS", 100)
    parts = evaluate(trained, texts, "all")
    assert whole.document["results"] == parts.document["results"]


# Terms.


def test_terms_by_hand(tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_bytes(b"# terms\nabcd\tx\nabc\ty\r\n\na b\tx\nplain\n")
    assert read_terms(path) == {"abcd": "x", "abc": "y", "a b": "x", "plain": None}
    report = evaluate({"ones": Every(1), "twos": Every(2)}, suite="domain", terms=path)
    assert report.value("tokens_of_terms", "twos") == {"abcd": 2, "abc": 2, "a b": 2, "plain": 3}
    assert report.value("tokens_per_term", "twos") == 9 / 4
    assert report.value("tokens_per_term_by_category.x", "ones") == 3.5
    assert report.value("tokens_per_term_by_category", "twos") == {"x": 2, "y": 2}
    assert [entry["path"] for entry in report.document["inputs"]] == [str(path)]
    table = report.table()
    assert "abcd (x)" in table
    assert "| plain " in table
    given = evaluate({"ones": Every(1)}, suite="domain", terms={"v.": "law"})
    assert given.value("tokens_per_term") == 2


BAD_TERMS = {
    "three columns": ("a\tb\tc\n", "line 1"),
    "no term": ("a\n\tlegal\n", "line 2"),
    "twice": ("a\tx\nb\tx\na\ty\n", "line 3: 'a' a second time"),
    "nothing": ("# a\n", "no term"),
}


@pytest.mark.parametrize(("text", "message"), BAD_TERMS.values(), ids=BAD_TERMS)
def test_bad_term_files(tmp_path, text, message):
    path = tmp_path / "terms.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(FormatError, match=message):
        read_terms(path)


def test_shipped_terms(trained):
    terms = read_terms(OWN_TERMS)
    assert set(terms.values()) == {"legal", "financial"}
    report = evaluate(trained, suite="domain")
    assert report.document["terms"] == terms
    assert report.value("terms") == len(terms)
    assert report.value("tokens_per_term") == pytest.approx(
        sum(len(trained.encode(term, add_special_tokens=False).ids) for term in terms) / len(terms)
    )


def test_a_table_of_terms_is_not_too_long():
    terms = {f"t{k}": None for k in range(150)}
    tables = {
        title: rows for title, _, rows in evaluate(list, suite="domain", terms=terms).tables()
    }
    assert len(tables["Tokens of the first 100 terms"]) == 100


WRONG = {
    "no texts": ({"corpus": []}, "holds no text"),
    "terms for nothing": ({"suite": "basic", "terms": {"a": None}}, "terms belong to"),
    "speed": ({"speed": True}, "speed is measured"),
    "gold": ({"gold": "gold.tsv"}, "belong to the suite 'morphology'"),
    "counts of words": ({"freq": {"a": 1}}, "belong to the suite 'morphology'"),
    "superwords of nothing": ({"suite": "superword", "corpus": None}, "nothing to measure"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense(trained, arguments, message):
    with pytest.raises(ValueError, match=message):
        evaluate(**{"tokenizers": trained, "corpus": ["a"], "suite": "domain", **arguments})


# Reports.


def test_reports_of_all_suites(trained, lines):
    corpora = {"one|": lines, "<two>": lines[:9]}
    tokenizers = {"BPE": trained, "letters": list}
    report, again = (evaluate(tokenizers, corpora, "all") for _ in range(2))
    for document in (report.document, again.document):
        document.pop("created")
    assert report.to_json() == again.to_json()
    for _, head, rows in report.tables():
        assert {len(row) for row in rows} == {len(head)}
    assert "one|: superwords" in report.table()
    titles = [title for title, _, _ in report.tables()]
    assert titles.index("Tokens per character") < titles.index("Vocabularies")
    parsed = Page()
    report.document["created"] = ""
    parsed.feed(report.to_html())
    parsed.close()
    assert parsed.open == []
    assert "two" not in parsed.seen
    assert "Words per token in <two>" in parsed.text
    assert report.value("superword_share", "BPE", "<two>") == 0
    assert [gold for _, gold, _ in report.values("prompt_risk")] == ["one|", "<two>"] * 2


def test_entropies_of_superwords_are_warned_about(lines):
    crossing = ht.train_bpe(lines, vocab_size=400, pattern="none")
    warnings = evaluate({"super": crossing}, lines, "all").document["warnings"]
    assert any(warning.startswith("super: Rényi") for warning in warnings)
    alone = evaluate(crossing, lines, "superword").document["warnings"]
    assert not any("Rényi" in warning for warning in alone)


def test_gains_on_one_corpus_are_warned_about(trained, lines):
    def warned(corpora):
        report = evaluate({"a": trained, "b": list}, corpora, "superword")
        return any("one corpus" in warning for warning in report.document["warnings"])

    assert warned(lines)
    assert not warned({"in": lines, "out": ["It is another text."]})


# The command.


def test_command(cli, model, corpus, tmp_path):
    other, terms = tmp_path / "other.txt", tmp_path / "terms.tsv"
    other.write_text("habeas corpus\nde novo\n", "utf-8")
    terms.write_text("habeas corpus\tlegal\n", "utf-8")
    out = tmp_path / "report"
    done = cli(
        *("eval", "-t", model, "--on", corpus, other, "--suite", "domain"),
        *("--terms", terms, "-o", out, "--baseline", model),
    )
    assert (done.code, done.out, done.err) == (0, b"", "")
    document = json.loads((out / "report.json").read_text("utf-8"))
    results = document["results"][str(model)]
    assert list(results["corpora"]) == [corpus.name, "other.txt"]
    assert results["corpora"]["other.txt"]["documents"] == 2
    assert results["terms"]["tokens_per_term_by_category"].keys() == {"legal"}
    assert "Tokens of each term" in (out / "report.md").read_text("utf-8")


def test_command_without_a_corpus(cli, model):
    done = cli("eval", "-t", model, "--suite", "domain")
    assert (done.code, done.err) == (0, "")
    assert "Tokens per term" in done.text


def test_command_of_superwords(cli, model, corpus):
    done = cli(
        *("eval", "-t", model, "--on", corpus, "--suite", "superword"),
        *("--fail-under", "round_trip=1", "--fail-under", "saved_vs_ref=0"),
    )
    assert (done.code, done.err) == (0, "")
    assert "Vocabularies" in done.text
    done = cli(
        *("eval", "-t", model, "--on", corpus, "--suite", "superword"),
        *("--fail-under", "superword_share=0.1"),
    )
    assert done.code == 5


BAD_CALLS = {
    "no such baseline": (["--suite", "domain", "--baseline", "other"], 2),
    "no such terms": (["--suite", "domain", "--terms", "none.tsv"], 3),
    "superwords of nothing": (["--suite", "superword"], 2),
}


@pytest.mark.parametrize(("arguments", "code"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_command_bad_calls(cli, model, tmp_path, arguments, code):
    done = cli("eval", "-t", model, *arguments, cwd=tmp_path)
    assert (done.code, done.out) == (code, b"")
    assert done.err.startswith("hybridtok: error: ")
