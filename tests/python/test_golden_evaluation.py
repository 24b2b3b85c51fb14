"""Known answers for metrics: of words beside gold, of distributions, of words in a text."""

import json

import numpy as np
import pytest
from conftest import golden_file

from hybridtok.evaluation import Comparison, Gold, evaluate
from hybridtok.evaluation.bootstrap import below, split_mix
from hybridtok.evaluation.distribution import distribution
from hybridtok.evaluation.subject import Encoded, cuts
from hybridtok.evaluation.words import pieces_of_words, uwords

pytestmark = pytest.mark.golden

NEAR = {"rel": 1e-9, "abs": 1e-12}


def read(area: str, name: str):
    return json.loads(golden_file(area, name).read_text(encoding="utf-8"))


class Listed:
    """A tokenizer that knows some words by heart."""

    def __init__(self, rows):
        self.parts = {row["word"]: row["pred"] for row in rows}
        self.names = {}
        self.vocab_size = 1000

    def encode_batch(self, texts):
        return [self.encode(text) for text in texts]

    def encode(self, text):
        spans, ids, place = [], [], 0
        for part in self.parts.get(text, [text]):
            spans.append((place, place + len(part)))
            ids.append(self.names.setdefault(part, len(self.names)))
            place += len(part)
        return Encoded(ids, spans)

    def encode_ids(self, text):
        return self.encode(text).ids

    def decode(self, ids):
        names = list(self.names)
        return "".join(names[id] for id in ids)


def test_golden_morphology_metrics():
    found = read("morphology", "metrics.json")
    rows, expected = found["rows"], found["expected"]
    comparison = Comparison(
        Gold(
            "rows",
            [r["word"] for r in rows],
            [[r["gold"]] for r in rows],
            [r["freq"] for r in rows],
        ),
        [r["pred"] for r in rows],
    )
    types, freq = (comparison.boundary_scores(weighted=weighted) for weighted in (False, True))
    counts: dict[str, int] = {}
    for row in rows:
        for part in row["pred"]:
            counts[part] = counts.get(part, 0) + row["freq"]
    used = distribution(counts, 1000)
    score, words, _ = comparison.morph_score()
    got = {
        "P": types["precision"],
        "R": types["recall"],
        "F1": types["f1"],
        "exact": types["exact"],
        "P_fw": freq["precision"],
        "R_fw": freq["recall"],
        "F1_fw": freq["f1"],
        "morphscore_v1": score,
        "morphscore_n": words,
        "fertility_type": comparison.fertility(),
        "fertility_fw": comparison.fertility(weighted=True),
        "strr": comparison.whole(),
        "renyi_H_2_5": used["renyi_entropy"]["2.5"],
        "renyi_H_3": used["renyi_entropy"]["3"],
        "renyi_eff_2_5_observed": used["renyi_efficiency_observed"]["2.5"],
        "renyi_eff_3_observed": used["renyi_efficiency_observed"]["3"],
        "renyi_eff_2_5_V1000": used["renyi_efficiency_V"]["2.5"],
        "observed_types": used["observed_types"],
        "mu_c": comparison.consistency(),
        "mu_e": comparison.edit_distance(),
    }
    assert set(expected) <= set(got)
    for name, value in expected.items():
        assert got[name] == pytest.approx(value, **NEAR), name


def test_golden_morphology_metrics_from_end_to_end(tmp_path):
    """The same through files, a tokenizer and the report."""
    found = read("morphology", "metrics.json")
    rows, expected = found["rows"], found["expected"]
    gold, freq = tmp_path / "gold.tsv", tmp_path / "freq.tsv"
    gold.write_text("".join(f"{r['word']}\t{'+'.join(r['gold'])}\n" for r in rows), "utf-8")
    freq.write_text("".join(f"{r['word']}\t{r['freq']}\n" for r in rows), "utf-8")
    text = [r["word"] for r in rows for _ in range(r["freq"])]
    report = evaluate(Listed(rows), text, suite="morphology", gold=gold, freq=freq)
    keys = {
        "P": "boundary_precision",
        "R": "boundary_recall",
        "F1": "boundary_f1",
        "exact": "exact",
        "P_fw": "boundary_precision_freq",
        "R_fw": "boundary_recall_freq",
        "F1_fw": "boundary_f1_freq",
        "morphscore_v1": "morphscore",
        "morphscore_n": "morphscore_words",
        "fertility_type": "fertility_types",
        "fertility_fw": "fertility_types_freq",
        "strr": "strr_percent",
        "renyi_H_2_5": "renyi_entropy.2.5",
        "renyi_H_3": "renyi_entropy.3",
        "renyi_eff_2_5_observed": "renyi_efficiency_observed.2.5",
        "renyi_eff_3_observed": "renyi_efficiency_observed.3",
        "renyi_eff_2_5_V1000": "renyi_efficiency_V.2.5",
        "observed_types": "observed_types",
        "mu_c": "mu_c",
        "mu_e": "mu_e",
    }
    for name, value in expected.items():
        assert report.value(keys[name]) == pytest.approx(value, **NEAR), name
    # The text is the list, each word as often as it occurs.
    assert report.value("fertility") == pytest.approx(expected["fertility_fw"], **NEAR)
    assert report.value("round_trip") == 1


def test_golden_evaluation_distribution():
    for case in read("evaluation", "distribution.json"):
        counts: dict[str, int] = {}
        for line in case["tokens"]:
            for token in line:
                counts[token] = counts.get(token, 0) + 1
        got, expected = distribution(counts, case["V"]), case["expect"]
        assert (got["tokens"], got["observed_types"]) == (expected["T"], expected["types"])
        for name in ("type_token_ratio", "utilisation", "entropy_bits"):
            assert got[name] == pytest.approx(expected[name], **NEAR), name
        for name in ("renyi_entropy", "renyi_efficiency_V", "renyi_efficiency_observed"):
            for alpha, value in (expected.get(name) or {}).items():
                if value is None:
                    assert got[name][alpha] is None, (name, alpha)
                else:
                    assert got[name][alpha] == pytest.approx(value, **NEAR), (name, alpha)
        theirs = expected.get("tokenization_scorer_1_1_8")
        if theirs:
            assert got["percentile_freq"] == pytest.approx(
                theirs["percentile_freq_03_83"], rel=1e-12
            )
            for name in ("renyi_efficiency_V", "renyi_efficiency_observed"):
                for alpha, value in theirs[name].items():
                    ours = got[name][f"{float(alpha):g}"]
                    assert ours == pytest.approx(value, rel=1e-12), (name, alpha)


def test_golden_evaluation_words():
    for case in read("evaluation", "words.json"):
        words = uwords(case["text"])
        assert [list(span) for span in words] == case["word_char_spans"], case["text"]
        pieces = pieces_of_words(words, cuts([tuple(span) for span in case["token_char_spans"]]))
        expected = case["expect"]
        assert len(words) == expected["words"]
        assert sum(pieces) / len(words) == pytest.approx(expected["pieces_per_word"], **NEAR)
        assert pieces.count(1) / len(words) == pytest.approx(expected["strr"], **NEAR)


def test_golden_evaluation_splitmix64():
    found = read("evaluation", "splitmix64.json")
    first = split_mix(found["seed"], 0, len(found["first10"]))
    assert [str(value) for value in first.tolist()] == found["first10"]
    bounded = [name for name in found if name.startswith("below_")]
    assert bounded
    for name in bounded:
        bound = int(name.split("_")[1])
        drawn = below(split_mix(found["seed"], len(first), len(found[name])), bound)
        assert drawn.tolist() == found[name]
    assert first.dtype == np.uint64
