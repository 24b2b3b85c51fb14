"""The suite of what corrections cost in tokens, beside sums over pairs."""

import functools

import pytest
from test_stability import Cut

from hybridtok.evaluation import evaluate
from hybridtok.evaluation.noise import Noise
from hybridtok.sequences import apply, diff, format_edits

MODES = ["noise, mode 1 edit", "noise, mode 1 %", "noise, mode 2 %", "noise, mode 5 %"]


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "ocr.tsv"
    path.write_text(
        "tbe modem world\tthe modern world\na b c\ta c\na  b\ta b\nsame\tsame\n", encoding="utf-8"
    )
    return path


def test_by_hand(pairs):
    report = evaluate({"letters": Cut()}, pairs, "edits")
    # `0 2 the modern`, `1 2 `, and nothing where only white space differs.
    assert report.document["results"]["letters"]["edits"]["ocr.tsv"] == {
        "vocab_size": None,
        "pairs": 3,
        "word_edits": 2,
        "chars_per_target": 22 / 3,
        "tokens_per_target": 22 / 3,
        "tokens_per_edit_string": 18 / 3,
        "tokens_per_edit_ids": (3 + 10 + 3) / 3,
        "edit_string_cost": 18 / 22,
        "edit_ids_cost": 16 / 22,
    }
    assert report.value("edit_ids_cost", gold="ocr.tsv") == 16 / 22
    assert report.document["inputs"][0]["units"] == 3
    assert any("1 lines without an error" in text for text in report.document["warnings"])
    assert "Edits, ocr.tsv: 3 pairs of 7 characters, 2 edits of words" in report.to_html()
    assert "string/target" in report.table()


def test_drawn_errors_beside_sums(trained, lines):
    report = evaluate({"first": trained, "letters": Cut()}, lines, "edits", noise=3)
    assert list(report.document["results"]["first"]["edits"]) == MODES
    assert report.document["conventions"]["noise"] == {"seed": 3}
    noise = Noise(3)
    draws = [
        noise.one,
        *(functools.partial(noise.many, every=every) for every in (100, 50, 20)),
    ]
    sums = {mode: [0, 0, 0, 0, 0] for mode in MODES}
    for line in lines:
        for clean in (" ".join(part.split()) for part in line.split("\n")):
            for mode, draw in zip(MODES, draws, strict=True):
                if len(clean) < 4 or not (errors := draw(clean)):
                    continue
                edits = diff(apply(clean, errors, "char"), clean)
                count = [len(trained.encode(text).ids) for text in (clean, format_edits(edits))]
                ids = sum(3 + len(trained.encode(text).ids) for _, _, text in edits)
                sums[mode] = [
                    sum(both) for both in zip(sums[mode], [1, len(edits), *count, ids], strict=True)
                ]
    for mode, (number, edits, whole, string, ids) in sums.items():
        found = report.document["results"]["first"]["edits"][mode]
        assert (found["pairs"], found["word_edits"]) == (number, edits)
        assert found["edit_string_cost"] == string / whole
        assert found["edit_ids_cost"] == ids / whole
        assert found["tokens_per_target"] == whole / number
        assert found["vocab_size"] == trained.get_vocab_size()


def test_all_suites_keep_their_errors(trained, lines):
    together, alone, edits = (
        evaluate(trained, lines, suite).document["results"]["tokenizer"]
        for suite in ("all", "stability", "edits")
    )
    assert together["stability"] == alone["stability"]
    assert together["edits"] == edits["edits"]
    assert list(edits) == ["edits"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"speed": True}, "speed is measured with the other suites"),
        ({"freq": {"a": 1}}, "belong to the suite 'morphology'"),
        ({}, "no pair with an error"),
    ],
)
def test_wrong_calls(options, match):
    with pytest.raises(ValueError, match=match):
        evaluate(Cut(), ["abc"], "edits", **options)


def test_the_command(cli, model, corpus, pairs):
    done = cli("eval", "-t", model, "--suite", "edits", "--on", pairs, corpus, "--noise", "seed=4")
    assert done.code == 0, done.err
    for title in ("ocr.tsv", *MODES):
        assert f"### Edits, {title}: " in done.text
    done = cli(
        *("eval", "-t", model, "--suite", "edits", "--on", corpus),
        *("--fail-under", "edit_string_cost=9"),
    )
    assert done.code == 5
    assert "noise, mode 2 %: edit_string_cost is" in done.err
