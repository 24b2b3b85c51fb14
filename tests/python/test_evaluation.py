"""Evaluation: metrics beside slow definitions, adapters beside their packages, reports, command."""

import itertools
import json
import math
import re
import unicodedata
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.errors import FormatError
from hybridtok.evaluation import (
    Comparison,
    Encoded,
    FileValidator,
    Gold,
    GrammarValidator,
    WordSegmenter,
    evaluate,
    read_counts,
    read_gold,
    subject,
    token_validity,
)
from hybridtok.evaluation.bootstrap import interval, resampled_counts, split_mix
from hybridtok.evaluation.boundaries import longest_common_subsequence, sharing_f1
from hybridtok.evaluation.distribution import distribution
from hybridtok.evaluation.running import token_strings
from hybridtok.evaluation.subject import cuts, encode_words, segments
from hybridtok.evaluation.words import pieces_of_words, unspaced, uwords
from hybridtok.sequences.alignment import levenshtein

# Words of a text.


def slow_words(text):
    """The rule, one character after the other."""

    def letter(k):
        return 0 <= k < len(text) and unicodedata.category(text[k])[0] in "LMN"

    inside = [
        letter(k) or (text[k] in "'’" and letter(k - 1) and letter(k + 1)) for k in range(len(text))
    ]
    found, start = [], None
    for k, within in enumerate([*inside, False]):
        if within and start is None:
            start = k
        elif not within and start is not None:
            found.append((start, k))
            start = None
    return found


@settings(deadline=None)
@given(st.text(st.sampled_from("abİ9²٣'’ _-\u0301日\U0001d7d8\n."), max_size=30))
def test_words_are_those_of_the_definition(text):
    assert uwords(text) == slow_words(text)


@settings(deadline=None)
@given(st.text("ab 1'", max_size=25), st.sets(st.integers(0, 25)))
def test_pieces_of_words(text, found):
    words = uwords(text)
    expected = [1 + sum(start < cut < end for cut in found) for start, end in words]
    assert pieces_of_words(words, sorted(found)) == expected


def test_scripts_without_spaces():
    assert [unspaced(text) for text in ("日本", "ไทย", "kitap", "한국어")] == [
        True,
        True,
        False,
        False,
    ]


CUTS = {
    "plain": ([(0, 2), (2, 5)], [0, 2]),
    "a marker": ([(0, 0), (0, 2), (2, 2), (2, 5)], [0, 2]),
    "bytes of one character": ([(0, 1), (0, 1), (1, 2)], [0, 1]),
    "a byte beside a character": ([(0, 2), (1, 2), (2, 3)], [0, 2]),
    "a gap": ([(0, 2), (3, 4)], [0, 3]),
    "nothing": ([], []),
}


@pytest.mark.parametrize(("offsets", "expected"), CUTS.values(), ids=CUTS)
def test_cuts(offsets, expected):
    assert cuts(offsets) == expected


def test_segments_are_the_word_whatever_the_tokens():
    assert segments("abcde", [(0, 2), (2, 5)]) == ["ab", "cde"]
    assert segments("abcde", []) == ["abcde"]
    assert segments("abcde", [(0, 0), (1, 3), (4, 9)]) == ["a", "bcd", "e"]


# Words beside gold ones.

WORD = st.text("abc", min_size=1, max_size=6)


@st.composite
def split_word(draw, word):
    places = sorted(draw(st.sets(st.integers(1, len(word) - 1)))) if len(word) > 1 else []
    bounds = [0, *places, len(word)]
    return [word[a:b] for a, b in itertools.pairwise(bounds)]


@st.composite
def comparisons(draw):
    words = draw(st.lists(WORD, min_size=1, max_size=8, unique=True))
    gold = [draw(st.lists(split_word(word), min_size=1, max_size=3)) for word in words]
    predicted = [draw(split_word(word)) for word in words]
    counts = [draw(st.integers(0, 5)) for _ in words]
    return Comparison(Gold("g", words, gold, counts), predicted)


def inner(parts):
    return set(itertools.accumulate(map(len, parts[:-1])))


@settings(deadline=None)
@given(comparisons())
def test_boundaries_are_those_of_the_definition(comparison):
    """With one gold analysis: as section by section; with several: the best, never a worse one."""

    def of_word(gold, mine):
        a, b = inner(gold), inner(mine)
        return 1.0 if not a and not b else 2 * len(a & b) / (len(a) + len(b))

    for options, chosen, mine in zip(
        comparison.gold.analyses, comparison.chosen, comparison.predicted, strict=True
    ):
        assert chosen in options
        assert of_word(chosen, mine) == max(of_word(option, mine) for option in options)
    for weighted in (False, True):
        # Each word as often as it counts, one after the other.
        pairs = [
            (inner(gold), inner(mine))
            for gold, mine, count in zip(
                comparison.chosen, comparison.predicted, comparison.gold.counts, strict=True
            )
            for _ in range(count if weighted else 1)
        ]
        both = sum(len(a & b) for a, b in pairs)
        gold, mine = (sum(len(pair[k]) for pair in pairs) for k in (0, 1))
        scores = comparison.boundary_scores(weighted=weighted)
        assert scores["precision"] == (both / mine if mine else None)
        assert scores["recall"] == (both / gold if gold else None)
        assert scores["f1"] == (2 * both / (mine + gold) if mine + gold else None)
        exact = [a == b for a, b in pairs]
        assert scores["exact"] == (sum(exact) / len(exact) if exact else None)
        assert scores["over_segmentation"] == (
            sum(len(b - a) for a, b in pairs) / gold if gold else None
        )
        assert scores["under_segmentation"] == (
            sum(len(a - b) for a, b in pairs) / gold if gold else None
        )


@settings(deadline=None)
@given(comparisons())
def test_sharing_is_that_of_all_pairs(comparison):
    gold, mine = comparison.chosen, comparison.predicted
    y, guess = [], []
    for i, j in itertools.combinations(range(len(gold)), 2):
        y.append(bool(set(gold[i]) & set(gold[j])))
        guess.append(bool(set(mine[i]) & set(mine[j])))
    both = sum(a and b for a, b in zip(y, guess, strict=True))
    expected = 2 * both / (sum(y) + sum(guess)) if any(y) or any(guess) else None
    assert sharing_f1(gold, mine) == expected


@settings(deadline=None)
@given(comparisons())
def test_morph_score_counts_everything_once(comparison):
    score, words, left_out = comparison.morph_score()
    assert words + left_out == sum(len(gold) > 1 for gold in comparison.chosen)
    assert (score is None) == (words == 0)
    if words:
        hits = [
            len(gold[0]) in inner(mine)
            for gold, mine in zip(comparison.chosen, comparison.predicted, strict=True)
            if len(gold) > 1 and len(mine) > 1
        ]
        assert score == sum(hits) / words


def slow_distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(
        slow_distance(a[1:], b) + 1,
        slow_distance(a, b[1:]) + 1,
        slow_distance(a[1:], b[1:]) + (a[0] != b[0]),
    )


def slow_common(a, b):
    return max(
        len(chosen)
        for size in range(len(a) + 1)
        for chosen in itertools.combinations(a, size)
        if all(c in rest for rest in [iter(b)] for c in chosen)
    )


@settings(deadline=None)
@given(st.text("ab", max_size=5), st.text("abc", max_size=5))
def test_distances_are_those_of_the_definition(a, b):
    assert levenshtein(a, b) == slow_distance(a, b)
    assert longest_common_subsequence(a, b) == slow_common(a, b)


def test_sigmorphon_scores_canonical_segments():
    """By hand: common 1 + 2, predicted 2 + 2, gold 2 + 3."""
    gold = Gold("g", ["glosses", "cats"], [[["gloss", "s"]], [["c", "at", "s"]]])
    comparison = Comparison(gold, [["gloss", "es"], ["cat", "s"]])
    assert comparison.surface.tolist() == [False, True]
    scores = comparison.sigmorphon()
    assert scores["precision"] == pytest.approx(100 * 2 / 4)
    assert scores["recall"] == pytest.approx(100 * 2 / 5)
    assert scores["f1"] == pytest.approx(100 * 4 / 9)
    assert scores["distance"] == pytest.approx((1 + 1) / 2)
    # Only the second word has boundaries: one of two is found, none is wrong.
    assert comparison.boundary_scores()["recall"] == 0.5
    assert comparison.boundary_scores()["precision"] == 1


def test_tokens_that_are_bytes_count_for_fertility_only():
    comparison = Comparison(
        Gold("g", ["ab", "ş"], [[["a", "b"]], [["ş"]]]), [["ab"], ["ş"]], [1, 2]
    )
    assert comparison.fertility() == 1.5
    assert comparison.whole() == 50
    assert comparison.boundary_scores()["exact"] == 0.5


def test_a_comparison_refuses_segments_that_are_not_the_word():
    with pytest.raises(ValueError, match="are not the word"):
        Comparison(Gold("g", ["ab"], [[["ab"]]]), [["a"]])


# Distributions.


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_entropies_fall_with_their_order(counts):
    used = distribution(dict(enumerate(counts)), 100)
    values = [used["renyi_entropy"][alpha] for alpha in ("1", "2", "2.5", "3", "inf")]
    for higher, lower in itertools.pairwise(values):
        assert lower <= higher + 1e-12
    assert used["unused"] == 100 - len(counts)
    if len(counts) > 1:
        assert used["renyi_efficiency_observed"]["1"] <= 1 + 1e-12
    else:
        assert used["renyi_efficiency_observed"]["1"] is None


def test_a_distribution_of_nothing_is_undefined():
    used = distribution({}, None)
    assert used["entropy_bits"] is None
    assert used["type_token_ratio"] is None
    assert used["renyi_efficiency_V"]["2.5"] is None


# Resampling.


def test_resampling_is_that_of_the_plain_generator():
    """SplitMix64 and the bounded draw, as they are written down."""
    mask = 2**64 - 1
    state, outputs = 42, []
    for _ in range(300):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        outputs.append(z ^ (z >> 31))
    assert split_mix(42, 0, 300).tolist() == outputs
    assert split_mix(42, 100, 50).tolist() == outputs[100:150]
    drawn = [(z * 30) >> 64 for z in outputs]
    for k, counts in enumerate(resampled_counts(30, replicates=10)):
        assert counts.tolist() == [drawn[30 * k : 30 * k + 30].count(unit) for unit in range(30)]


def test_an_interval_holds_what_it_should():
    rows = np.array([[1, 1], [0, 1]] * 200)
    ((low, high),) = interval(rows, lambda sums: sums[:, :1] / sums[:, 1:])
    # A share of a half of 400: its standard error is 1 / 40.
    assert 0.5 - 3 / 40 < low < 0.5 - 1.5 / 40
    assert 0.5 + 1.5 / 40 < high < 0.5 + 3 / 40


# Validators.


def test_a_file_validator_finds_forms_of_a_token(verdicts):
    assert verdicts.judge("▁ve") == (True, True)
    assert verdicts.judge(" Kitaplar") == (True, False)
    assert verdicts.judge("IŞIK") == (True, True)
    assert verdicts.judge(",") == verdicts.judge('"') == (False, False)
    assert verdicts.judge("ve") is None
    assert re.fullmatch(r"verdicts\.csv \([0-9a-f]{12}\)", verdicts.name)


def test_validity_counts_types_and_tokens(verdicts):
    got = token_validity({"▁ve": 6, "kitaplar": 2, "?!": 2}, verdicts)
    assert got["tr_type"] == pytest.approx(100 * 2 / 3)
    assert got["pure_type"] == pytest.approx(100 / 3)
    assert (got["tr_freq"], got["pure_freq"], got["validator_unknown"]) == (80, 60, 20)
    # Two of the ten tokens have no letter, and they are valid in neither sense.
    assert (got["tr_letters"], got["pure_letters"]) == (100, 75)
    assert token_validity({}, verdicts)["tr_type"] is None


@pytest.mark.parametrize("text", ["", "a,b\n", "token,is_turkish,is_pure\nve,1,yes\n"])
def test_a_file_that_is_no_validator(tmp_path, text):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(FormatError, match=r"bad\.csv"):
        FileValidator(path)


class Grammar:
    """Words it can build, each with one analysis; of others it knows nothing."""

    def analyses(self, word, k):
        known = {"kitap": ["root"], "kitaplar": ["root", "affix"], "kitapler": ["root", "wrong"]}
        found = [
            {"kind": "affix", "escaped": True} if kind == "wrong" else {"kind": kind}
            for kind in known.get(word, [])
        ]
        return [(3.5, found)] * bool(found) + [(40.0, [{"kind": "stem", "surface": word}])]


def test_a_grammar_validates():
    validator = GrammarValidator(Grammar(), {"lar"}, name="a toy")
    judged = {
        token: validator.judge(token)
        for token in ("Kitap", " kitaplar", "lar", "kit", "kitapler", "?")
    }
    assert judged == {
        "Kitap": (True, True),
        " kitaplar": (True, False),
        "lar": (True, True),
        "kit": (False, False),
        "kitapler": (False, False),
        "?": (False, False),
    }


def test_strings_of_tokens():
    assert token_strings("ab şc ", [(0, 0), (0, 2), (2, 4), (3, 4), (4, 5), (5, 6)]) == [
        "ab",
        "\ufffd",
        "\ufffd",
        "c",
    ]
    assert token_strings("ab cd", [(0, 2), (2, 5)]) == ["ab", " cd"]


# Files.


def test_gold_files(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_bytes(
        "\ufeff# word\tsegments\nevler\tev+ler\r\n\n1+1\t1+1\n+\t+\nevler\tevle+r|ev+ler\n"
        "abbé\tabb @@é\t001\n".encode()
    )
    gold = read_gold(path)
    assert dict(zip(gold.words, gold.analyses, strict=True)) == {
        "evler": [["ev", "ler"], ["evle", "r"]],
        "1+1": [["1", "1"]],
        "+": [["+"]],
        "abbé": [["abb", "é"]],
    }
    assert gold.counts is None
    assert gold.with_counts({"+": 3}).counts == [0, 0, 3, 0]


BAD_FILES = {
    "no segments": ("evler\n", "line 1"),
    "nothing after the tab": ("ev\tev\nevler\t\n", "line 2"),
    "an empty segment": ("evler\tev++ler\n", "empty segment"),
    "no word": ("# nothing\n", "no word"),
    "not UTF-8": (b"ev\xff\tev\n", "byte 2"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_gold_files(tmp_path, text, message):
    path = tmp_path / "gold.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FormatError, match=message):
        read_gold(path)


def test_count_files(tmp_path):
    path = tmp_path / "freq.tsv"
    path.write_text("ev\t2\nev\t3\nkitap\t1\n")
    assert read_counts(path) == {"ev": 5, "kitap": 1}
    path.write_text("ev\t-2\n")
    with pytest.raises(FormatError, match="line 1"):
        read_counts(path)


# Other people's tokenizers.


def test_ours_and_huggingface_are_measured_alike(trained, lines):
    theirs = pytest.importorskip("tokenizers").Tokenizer.from_str(trained.to_str())
    report = evaluate({"ours": trained, "theirs": theirs}, lines)
    results = report.document["results"]
    assert results["ours"] == results["theirs"]
    assert results["ours"]["overall"]["round_trip"] == 1


def test_truncation_and_padding_do_not_count(trained, lines):
    cut = ht.Tokenizer.from_str(trained.to_str())
    cut.enable_truncation(2)
    cut.enable_padding(length=4)
    tokens = [evaluate(tokenizer, lines).value("tokens") for tokenizer in (trained, cut)]
    assert tokens[0] == tokens[1]
    assert len(cut.encode("Bir varmış, bir yokmuş").ids) == 4


def test_a_space_put_before_a_word_is_no_part_of_it(lines):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.Unigram())
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    made.train_from_iterator(
        lines,
        tokenizers.trainers.UnigramTrainer(vocab_size=80, unk_token="<unk>", show_progress=False),
    )
    encoding = made.encode("qvarmış")
    assert encoding.tokens[0] == "▁"
    of_word = subject(made).encode_batch(["qvarmış"])[0]
    assert of_word.offsets[0] == (0, 0)
    parts = segments("qvarmış", of_word.offsets)
    assert "".join(parts) == "qvarmış"
    assert parts == [token for token in encoding.tokens if token != "▁"]


def test_words_are_measured_as_they_are_inside_a_text(trained):
    """A byte-level vocabulary holds words with the space before them."""
    inside = trained.encode("o varmış", add_special_tokens=False)
    at = inside.offsets.index((1, inside.offsets[1][1]))
    spans = [(max(a - 2, 0), b - 2) for a, b in inside.offsets[at:]]
    (encoded,) = encode_words(subject(trained), ["varmış"])
    assert list(encoded.ids) == inside.ids[at:]
    assert encoded.offsets == spans
    assert encoded.offsets != trained.encode("varmış", add_special_tokens=False).offsets
    # Where a space is no part of words, words are encoded as they are.
    (encoded,) = encode_words(subject(list), ["ev"])
    assert encoded.offsets == [(0, 1), (1, 2)]

    class Marked(Morphemes):
        """Two tokens for each letter, as where a marker says what form follows."""

        def encode_batch(self, texts):
            assert not any(text.startswith(" ") for text in texts)
            spans = [
                [span for k, c in enumerate(text) if c != " " for span in ((k, k), (k, k + 1))]
                for text in texts
            ]
            return [Encoded([k % 2 for k in range(len(s))], s) for s in spans]

    (encoded,) = encode_words(Marked(), ["ev"])
    assert encoded.offsets == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_sentencepiece(lines, tmp_path):
    spm = pytest.importorskip("sentencepiece")
    model = tmp_path / "sp"
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(model),
        vocab_size=400,
        byte_fallback=True,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    processor = spm.SentencePieceProcessor(model_file=f"{model}.model")
    measured = subject(processor)
    assert measured.vocab_size == processor.get_piece_size()
    text = "Bir varmış Ω bir"
    encoded = measured.encode_batch([text])[0]
    assert list(encoded.ids) == processor.encode(text)
    # Both bytes of the unknown letter cover it.
    at = text.index("Ω")
    assert [span for span in encoded.offsets if span[0] == at] == [(at, at + 1)] * 2
    assert segments(text, encoded.offsets).count("Ω") <= 1
    assert measured.decode(encoded.ids) == text


def test_morfessor_like_models_and_functions_are_measured():
    class Model:
        def viterbi_segment(self, word):
            return [word[:2], word[2:]] if len(word) > 2 else [word], 1.0

    report = evaluate(
        {"morfessor": Model(), "letters": list},
        ["evler, ev!"],
        suite="morphology",
        gold=Gold("g", ["evler"], [[["ev", "ler"]]]),
    )
    overall = report.document["results"]["morfessor"]["overall"]
    assert (overall["tokens"], overall["words"], overall["pieces_per_word"]) == (5, 2, 1.5)
    assert overall["round_trip"] is None
    assert report.value("boundary_f1", "morfessor") == 1
    assert report.value("boundary_f1", "letters") == pytest.approx(2 / 5)


def test_a_segmenter_must_keep_the_word():
    with pytest.raises(ValueError, match="are not the word"):
        WordSegmenter(lambda word: ["x"]).encode_batch(["ev"])


class Turkish02:
    """The shapes that `turkish-tokenizer` 0.2 gives."""

    vocab_size = 10
    texts: ClassVar = {
        "TBmm ev": "<uppercase> t <uppercase> b m m - ev".split(" "),
        "evß": ["ev", "<unknown>"],
    }

    def tokenize_text(self, text):
        tokens = [" " if token == "-" else token for token in self.texts[text]]
        return [{"token": token, "id": k} for k, token in enumerate(tokens)], []

    def encode(self, text):
        return [token["id"] for token in self.tokenize_text(text)[0]]

    def decode(self, ids):
        return "?"


class Turkish10(Turkish02):
    """Those of 1.0: spaces in tokens, one spelling of each, and what follows the unknown lost."""

    texts: ClassVar = {
        "Ev  한국어 evde": ["<uppercase>", " ev", " 한", "<unknown>", " ev", "da"],
        "aklıma AKIYORDUK": [" akıl", "ıma", "<uppercase>", " aka", "yor", "duk"],
        "adıyla": [" ada", "la"],
    }

    def tokenize_text(self, text):
        return [{"token": token, "id": k} for k, token in enumerate(self.texts[text])]


TURKISH = {
    "0.2, capitals": (Turkish02, "TBmm ev", ["", "T", "", "B", "m", "m", "", "ev"]),
    "0.2, unknown": (Turkish02, "evß", ["ev", "ß"]),
    "1.0, unknown": (Turkish10, "Ev  한국어 evde", ["", "Ev", "한", "국어", "ev", "de"]),
    "1.0, spelling": (
        Turkish10,
        "aklıma AKIYORDUK",
        ["akl", "ıma", "", "AKI", "YOR", "DUK"],
    ),
    "1.0, joining consonant": (Turkish10, "adıyla", ["adı", "yla"]),
}


@pytest.mark.parametrize(("kind", "text", "parts"), TURKISH.values(), ids=TURKISH)
def test_turkish_tokenizer_places(kind, text, parts):
    (encoded,) = subject(kind()).encode_batch([text])
    assert [text[start:end] for start, end in encoded.offsets] == parts


def test_the_real_turkish_tokenizer():
    package = pytest.importorskip("turkish_tokenizer", reason="turkish-tokenizer is not installed")
    measured = subject(package.TurkishTokenizer())
    encoded = measured.encode_batch(["kitaplar"])[0]
    assert segments("kitaplar", encoded.offsets) == ["kitap", "lar"]
    assert measured.decode(encoded.ids).strip() == "kitaplar"


def test_what_cannot_be_measured():
    with pytest.raises(TypeError, match="int is no tokenizer"):
        subject(3)


class Morphemes:
    """A tokenizer with kinds: roots, affixes, an escape, a word of pieces."""

    vocab_size = 9

    def encode_batch(self, texts):
        return [
            Encoded(
                [1, 2, 3, 4, 5, 6],
                [(0, 2), (2, 2), (2, 5), (5, 8), (8, 9), (9, 11)],
                ["root", "escape", "affix", "affix", "piece", "piece"],
            )
            for _ in texts
        ]

    def encode_ids(self, text):
        return [1]

    def decode(self, ids):
        return "evlerden xy"


def test_escapes_and_fallbacks():
    report = evaluate(Morphemes(), ["evlerden xy"], suite="morphology")
    assert report.value("escape_rate") == 0.5
    assert report.value("fallback_rate") == 0.5
    assert evaluate(list, ["ev"], suite="morphology").value("escape_rate") is None


def test_kinds_of_a_hybrid_tokenizer(trained):
    """Its ids say what they are; of a merged one the first part counts."""

    class Hybrid(ht.Tokenizer):
        def hybrid(self):
            return {"mode": "shared"}

        def describe(self, id):
            kinds = {0: [], 1: ["affix"], 2: ["root", "affix"]}[id % 3]
            return [{"kind": kind} for kind in kinds]

    text = "Bir varmış"
    (encoded,) = subject(Hybrid(trained)).encode_batch([text])
    assert encoded.kinds == [["special", "affix", "root"][id % 3] for id in encoded.ids]
    assert subject(trained).encode_batch([text])[0].kinds is None


# Running text.


def test_running_text_adds_up(trained, lines):
    texts = [*lines, "", "12345678 12"]
    overall = evaluate(trained, texts).document["results"]["tokenizer"]["overall"]
    encodings = [trained.encode(text, add_special_tokens=False) for text in texts]
    tokens = sum(len(encoding.ids) for encoding in encodings)
    data = sum(len(text.encode()) for text in texts)
    words = sum(len(slow_words(text)) for text in texts)
    assert (overall["tokens"], overall["bytes"], overall["words"]) == (tokens, data, words)
    assert overall["lines"] == len(texts)
    assert overall["bytes_per_token"] == data / tokens
    assert overall["fertility"] == tokens / words
    assert overall["strr"] + overall["pcw"] == 1
    assert overall["pieces_per_word"] >= 1
    assert overall["nsl"] == 1
    assert overall["bits"] == tokens * math.log2(trained.get_vocab_size())
    kinds = {id for encoding in encodings for id in encoding.ids}
    assert overall["utilisation"] == len(kinds) / trained.get_vocab_size()


DIGITS = {
    "by threes": ([(0, 2), (2, 5), (5, 8)], 1.0),
    "from the left": ([(0, 3), (3, 6), (6, 8)], 0.0),
    "one by one": ([(k, k + 1) for k in range(8)], 2 * 2 / (7 + 2)),
    "whole": ([(0, 8)], 0.0),
}


@pytest.mark.parametrize(("offsets", "expected"), DIGITS.values(), ids=DIGITS)
def test_digits_cut_by_threes(offsets, expected):
    class Cutter(Morphemes):
        def encode_batch(self, texts):
            return [Encoded(range(len(offsets)), offsets)]

    assert evaluate(Cutter(), ["12345678"]).value("three_digit_boundary_f1") == expected


def test_speed_is_measured_on_request(trained, lines):
    report = evaluate({"a": trained, "b": list}, lines, speed=True)
    assert report.value("encode_ratio") == 1
    assert report.value("encode_mb_per_s", "b") > 0
    assert report.value("decode_mb_per_s", "b") is None
    assert not evaluate(trained, lines).values("encode_mb_per_s")


def test_scripts_without_spaces_are_named(trained):
    report = evaluate(trained, ["日本語", "kitap"])
    assert any("1 of 2 units" in warning for warning in report.document["warnings"])


def test_hostile_text_ends_in_numbers_or_none(trained, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffa\r\n\r\n\0\n\n".encode())
    overall = evaluate(trained, path).document["results"]["tokenizer"]["overall"]
    assert overall["lines"] == 4
    assert overall["round_trip"] == 1
    report = evaluate(trained, ["", ""])
    assert report.value("bytes_per_token") is None
    assert report.value("fertility") is None
    json.loads(report.to_json())
