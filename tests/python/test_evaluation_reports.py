"""Reports of evaluations, the command that makes them, and the page that explains them."""

import html.parser
import json
import re

import pytest
from conftest import ROOT

from hybridtok.evaluation import Gold, evaluate
from hybridtok.evaluation.tables import cell

# Reports.

GOLD = Gold("g.tsv", ["evler", "evde", "kitap"], [[["ev", "ler"]], [["ev", "de"]], [["kitap"]]])


@pytest.fixture(scope="module")
def report(trained, lines):
    tokenizers = {"BPE": trained, "<b>letters|": list}
    return evaluate(tokenizers, lines, suite="morphology", gold=GOLD.with_counts({"evler": 3}))


def test_the_same_input_gives_the_same_report(trained, lines, report):
    tokenizers = {"BPE": trained, "<b>letters|": list}
    again = evaluate(tokenizers, lines, suite="morphology", gold=GOLD.with_counts({"evler": 3}))
    first, second = (json.loads(r.to_json()) for r in (report, again))
    for document in (first, second):
        document.pop("created")
        document.pop("suite")
    assert first == second


def test_a_report_says_what_it_rests_on(report):
    document = report.document
    assert document["schema"] == "hybridtok.eval/1"
    assert [entry["name"] for entry in document["tokenizers"]] == ["BPE", "<b>letters|"]
    assert document["conventions"]["word_splitter"] == "uword"
    assert any("2 words have no count" in warning for warning in document["warnings"])
    (difference,) = document["comparisons"]
    results = document["results"]
    scores = [results[name]["morphology"]["g.tsv"]["boundary_f1"] for name in results]
    assert difference["diff"] == scores[1] - scores[0]
    low, high = difference["ci95"]
    assert low <= difference["diff"] <= high


def test_values_are_found_by_name(report):
    assert report.value("boundary_f1", "<b>letters|", "g.tsv") == pytest.approx(4 / 13)
    assert 0 < report.value("renyi_efficiency_V.2.5") <= 1
    assert [name for name, _, _ in report.values("exact")] == ["BPE", "<b>letters|"]
    with pytest.raises(KeyError):
        report.value("nothing")


def test_a_table_has_a_row_for_each_tokenizer(report):
    for title, head, rows in report.tables():
        assert title
        assert [row[0] for row in rows] == ["BPE", "<b>letters|"]
        assert {len(row) for row in rows} == {len(head)}
    lines = [line for line in report.table().splitlines() if line.startswith("|")]
    assert all(line.count("|") - line.count("\\|") == lines[0].count("|") for line in lines[:4])
    assert "<b>letters\\|" in report.table()


def test_cells():
    shown = {None: "–", 0.123456: "0.1235", 1234567: "1,234,567", 123456.7: "123,457", "a": "a"}
    assert {value: cell(value) for value in shown} == shown
    assert cell([0.25, 0.5]) == "0.25 to 0.5"


class Page(html.parser.HTMLParser):
    VOID = ("meta", "circle", "path", "br")

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.addresses, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.addresses += [v for k, v in attrs if k in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_complete_and_needs_nothing_else(report):
    parsed = Page()
    parsed.feed(report.to_html())
    parsed.close()
    assert parsed.open == []
    assert parsed.addresses == []
    assert "script" not in parsed.seen
    assert "b" not in parsed.seen, "a name is text"
    assert parsed.seen.count("svg") == 2
    assert parsed.seen.count("desc") == 2
    assert "<b>letters|" in parsed.text
    assert any("n = 3 word types" in text for text in parsed.text)


def test_a_page_of_words_without_boundaries(trained):
    gold = Gold("canonical", ["glosses"], [[["gloss", "s"]]])
    report = evaluate(trained, suite="morphology", gold=gold)
    assert "<svg" not in report.to_html()
    assert report.value("boundary_f1") is None
    assert report.value("sigmorphon_f1") is not None
    assert any("canonical" in warning for warning in report.document["warnings"])


WRONG = {
    "no suite": ({"suite": "nice"}, "no suite 'nice'"),
    "nothing to measure": ({"corpus": None}, "nothing to measure"),
    "no tokenizer": ({"tokenizers": []}, "no tokenizer"),
    "no text": ({"corpus": []}, "no text"),
    "gold for nothing": ({"gold": GOLD}, "belong to the suite"),
    "validator for nothing": (
        {"corpus": None, "suite": "morphology", "gold": GOLD, "speed": True},
        "give a corpus",
    ),
    "twice the same": ({"suite": "morphology", "gold": [GOLD, GOLD]}, "two gold files"),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense(trained, arguments, message):
    given = {"tokenizers": trained, "corpus": ["a"], **arguments}
    with pytest.raises(ValueError, match=message):
        evaluate(**given)


# The command.


@pytest.fixture
def gold_file(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("varmış\tvar+mış\nyokmuş\tyok+muş\nbir\tbir\n", encoding="utf-8")
    return path


def test_command_writes_a_report(cli, model, corpus, gold_file, tmp_path):
    out = tmp_path / "report"
    done = cli(
        *("eval", "-t", model, "--on", corpus, gold_file, "--suite", "morphology", "-o", out)
    )
    assert (done.code, done.out, done.err) == (0, b"", "")
    assert sorted(path.name for path in out.iterdir()) == [
        "report.html",
        "report.json",
        "report.md",
    ]
    document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["results"][str(model)]["morphology"]["gold.tsv"]["word_types"] == 3
    assert {entry["path"]: entry["units"] for entry in document["inputs"]} == {
        str(gold_file): None,
        str(corpus): len(corpus.read_text("utf-8").splitlines()),
    }


def test_command_prints(cli, model, corpus):
    done = cli("evaluate", "-t", model, "--on", corpus)
    assert (done.code, done.err) == (0, "")
    assert "### Running text" in done.text
    done = cli("evaluate", "-t", model, "--on", corpus, "--json")
    document = json.loads(done.text)
    assert document["schema_version"] == 1
    assert document["results"][str(model)]["overall"]["round_trip"] == 1


FLOORS = {
    "met": (["round_trip=1", "renyi_efficiency_V.2.5=0.1"], 0),
    "not met": (["round_trip=1", "bytes_per_token=100"], 5),
    "not defined": (["three_digit_boundary_f1=0"], 5),
    "no such metric": (["niceness=1"], 2),
    "no number": (["validator=1"], 2),
    "no floor": (["round_trip"], 2),
}


@pytest.mark.parametrize(("floors", "code"), FLOORS.values(), ids=FLOORS)
def test_command_checks_floors(cli, model, tmp_path, floors, code):
    text = tmp_path / "a.txt"
    text.write_text("bir varmış bir yokmuş\n", encoding="utf-8")
    arguments = [part for floor in floors for part in ("--fail-under", floor)]
    done = cli("eval", "-t", model, "--on", text, *arguments)
    assert done.code == code
    assert (done.err == "") == (code == 0)


BAD_CALLS = {
    "nothing to measure with": ([], 2),
    "no such corpus": (["--on", "none.txt"], 3),
    "no such gold": (["--gold", "none.tsv", "--suite", "morphology"], 3),
    "no such model": (["-t", "none.model", "--on", "a.txt"], 3),
    "no model": (["-t", "bad.model", "--on", "a.txt"], 3),
    "bad gold": (["--gold", "a.txt", "--suite", "morphology"], 3),
    "no suite": (["--on", "a.txt", "--suite", "nice"], 2),
}


@pytest.mark.parametrize(("arguments", "code"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_command_bad_calls(cli, model, tmp_path, arguments, code):
    (tmp_path / "a.txt").write_text("bir\n")
    (tmp_path / "bad.model").write_text("x")
    done = cli("eval", "-t", model, *arguments, "-o", "out", cwd=tmp_path)
    assert (done.code, done.out) == (code, b"")
    assert done.err.startswith("hybridtok: error: ")
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


# The documentation.

PAGE = (ROOT / "docs" / "evaluation.md").read_text("utf-8")


def test_the_examples_of_the_page_run(run_page, tmp_path):
    (tmp_path / "gold.tsv").write_text("kitaplar\tkitap+lar\nevde\tev+de\n", encoding="utf-8")
    run_page("evaluation.md")
    assert (tmp_path / "report" / "report.html").is_file()


def test_the_page_explains_every_metric(report, trained, lines, verdicts):
    more = evaluate(trained, lines, suite="morphology", validator=verdicts, speed=True)
    known = set(re.findall(r"`([a-zA-Z_0-9]+)`", PAGE))
    known |= {f"sigmorphon{rest}" for rest in known if rest.startswith("_")}
    (overall,) = (of["overall"] for of in more.document["results"].values())
    words = report.document["results"]["BPE"]["morphology"]["g.tsv"]
    plain = {"lines", "bytes", "chars", "words", "tokens", "observed_types", "vocab_size"}
    plain |= {"word_types", "boundary_words", "validator"}
    beside = evaluate(trained, lines, suite="all", speed=True).document["results"]["tokenizer"]
    parts = [*beside["corpora"].values(), beside["mean"], beside["vocabulary"], beside["terms"]]
    keys = [*overall, *words, *(key for part in parts for key in part)]
    unexplained = {key for key in keys if key not in known | plain and not key.endswith("_freq")}
    assert unexplained == set()
