"""Character-level BPE: the cap holds exactly, noise and patterns make boundaries steadier."""

import itertools
import json
import math
import random
import unicodedata

import pytest
import tokenizers as hf
from conftest import ROOT
from test_training import hf_trained, model_of

import hybridtok as ht
from hybridtok.components import byte_alphabet
from hybridtok.training.bpe import NOISY_WORDS
from hybridtok.training.patterns import PATTERNS
from hybridtok.training.presets import CHAR_PRESETS, KL3M_SPECIAL_TOKENS

TEXTS = [ROOT / "corpora/turkish/turkish.txt", ROOT / "corpora/english/english.txt"]
#: Text in which characters are one, two, three and four bytes long.
MIXED = "çığlığı öğütücü şeyhülislâm αβγδε αβγ 日本語の日本 日本語 🙂🙃🙂 🙂🙃 ağağaç ".split(" ")


@pytest.fixture(scope="module")
def lines():
    text = "".join(path.read_text(encoding="utf-8")[:60_000] for path in TEXTS)
    return [*text.splitlines(keepends=True), *(" ".join(MIXED) for _ in range(20))]


def learned(tokenizer, alphabet):
    """The bytes of each token that merging made."""
    model = model_of(tokenizer)
    raw = {char: byte for byte, char in enumerate(byte_alphabet())}
    for left, right in model["merges"]:
        token = left + right
        yield bytes(raw[c] for c in token) if alphabet == "bytes" else token.encode("utf-8")


def chars_touched(token: bytes) -> int:
    """Code points that some of the bytes belong to, the slow way: by decoding all that can be."""
    head = 0
    while head < len(token) and token[head] & 0xC0 == 0x80:
        head += 1
    rest = token[head:]
    for cut in range(4):
        try:
            whole = rest[: len(rest) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return (head > 0) + len(whole) + (cut > 0)
    raise AssertionError(token)


@pytest.mark.parametrize("alphabet", ["bytes", "chars"])
@pytest.mark.parametrize("unit", ["chars", "bytes"])
@pytest.mark.parametrize("cap", range(1, 7))
def test_no_token_is_longer_and_some_are_as_long(lines, cap, unit, alphabet):
    tokenizer = ht.train_char(
        lines, vocab_size=20_000, max_token_chars=cap, length_unit=unit, alphabet=alphabet
    )
    length = len if unit == "bytes" else chars_touched
    lengths = [length(token) for token in learned(tokenizer, alphabet)]
    if cap == 1:
        assert lengths == []
        return
    assert max(lengths) == cap
    assert tokenizer.get_vocab_size() < 20_000


def test_a_word_of_two_byte_letters_fits_into_a_cap_in_characters():
    word = ["çığ ç ı ğ"] * 9
    options = {"vocab_size": 400, "normalizer": "none", "max_token_chars": 3}
    assert len(ht.train_char(word, length_unit="chars", **options).encode("çığ").ids) == 1
    assert len(ht.train_char(word, length_unit="bytes", **options).encode("çığ").ids) > 1


@pytest.mark.parametrize(("given", "longest"), [(1, 2), (2, 2), (3, 2), (4, 3), (5, 4)])
def test_compatible_length_is_that_of_tokenizers(lines, given, longest):
    options = {"vocab_size": 1500, "min_frequency": 2}
    ours = ht.train_char(
        lines,
        max_token_chars=given,
        hf_compat_length=True,
        normalizer="none",
        special_tokens=[],
        pattern="gpt2",
        noise=0,
        **options,
    )
    theirs = hf_trained(lines, max_token_length=given, **options)
    assert model_of(ours)["merges"] == json.loads(theirs.to_str())["model"]["merges"]
    assert max(len(token) for token in learned(ours, "bytes")) == longest


def test_characters_are_not_cut_unless_they_are_rare(lines):
    tokenizer = ht.train_char(lines, alphabet="chars", max_token_chars=3, normalizer="none")
    text = "".join(lines)
    encoding = tokenizer.encode(text)
    assert not any(token.startswith("<0x") for token in encoding.tokens)
    neighbours = itertools.pairwise(encoding.offsets)
    assert all(end == start for (_, end), (start, _) in neighbours)
    rare = "ⓧ"
    assert tokenizer.encode(rare).tokens == [f"<0x{byte:02X}>" for byte in rare.encode()]
    assert tokenizer.decode(tokenizer.encode(f"{rare} {text}").ids) == f"{rare} {text}"
    ids = [tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in range(256)]
    first = len(KL3M_SPECIAL_TOKENS)
    assert ids == list(range(first, first + 256))
    loaded = hf.Tokenizer.from_str(tokenizer.to_str())
    assert loaded.encode(f"{rare} {text}").ids == tokenizer.encode(f"{rare} {text}").ids


def test_rare_characters_are_spelled():
    corpus = ["aaab ccc ddd ddd"] * 5 + ["z"]
    tokenizer = ht.train_char(corpus, alphabet="chars", min_char_count=6, noise=0)
    assert tokenizer.token_to_id("z") is None
    assert tokenizer.token_to_id("b") is None
    assert tokenizer.token_to_id("c") is not None
    two = ht.train_char(corpus, alphabet="chars", max_alphabet=2)
    assert [c for c in "abcdz" if two.token_to_id(c) is not None] == ["d"]


@pytest.mark.parametrize("name", CHAR_PRESETS)
def test_presets(lines, name):
    tokenizer = ht.train_char(lines, preset=name)
    cap = CHAR_PRESETS[name].max_token_chars
    assert max(map(chars_touched, learned(tokenizer, "bytes"))) == cap
    assert tokenizer.get_vocab_size() <= CHAR_PRESETS[name].vocab_size
    assert [tokenizer.id_to_token(id) for id in range(13)] == list(KL3M_SPECIAL_TOKENS)
    assert tokenizer.decode(tokenizer.encode("ﬁve").ids) == "five"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "kl3m"}, "there is no preset 'kl3m'; there are: kl3m-char-4k"),
        ({"max_token_chars": 0}, "at least 1"),
        ({"max_alphabet": 3}, 'for alphabet="chars"'),
        ({"noise": -0.5}, "noise is a weight from 0 to 100, not -0.5"),
        ({"noise": 101}, "noise is a weight from 0 to 100, not 101"),
        ({"noise": math.nan}, "noise is a weight from 0 to 100, not nan"),
        ({"hf_compat_length": True, "length_unit": "bytes"}, "unit of its own"),
    ],
)
def test_options_that_cannot_be(options, message):
    def unread():
        raise AssertionError("the corpus was read")
        yield

    with pytest.raises(ValueError, match=message):
        ht.train_char(unread(), **options)


# Noise and patterns.


@pytest.fixture(scope="module")
def english():
    """Lines to train on, and others."""
    lines = TEXTS[1].read_text(encoding="utf-8").splitlines()
    return [line for k, line in enumerate(lines) if k % 5], lines[::5]


def plain(lines, cap):
    """Capped BPE without noise over GPT-2's words."""
    return ht.train_char(lines, vocab_size=32_768, max_token_chars=cap, pattern="gpt2", noise=0)


def compared(better, worse, texts):
    """Pairs with an error where only one of the two keeps its boundaries, and McNemar's p."""
    report = ht.evaluate({"better": better, "worse": worse}, texts, "stability").document
    [test] = [c for c in report["comparisons"] if c["pairs"] == "noise, mode 1"]
    only = {test["a"]: test["only_a"], test["b"]: test["only_b"]}
    return only["better"], only["worse"], test["p"]


def test_noise_keeps_boundaries(english):
    lines, held_out = english
    options = {"vocab_size": 32_768, "max_token_chars": 4, "pattern": "gpt2"}
    noisy = ht.train_char(lines, noise=1, **options)
    better, worse, p = compared(noisy, plain(lines, 4), held_out * 2)
    assert better > 2 * worse
    assert p < 1e-6


@pytest.mark.parametrize(
    ("pattern", "cap"),
    [("steady-short", 4), ("steady-medium", 6), ("steady-long", 9), ("steady-turkish", 4)],
)
def test_patterns_keep_boundaries(english, pattern, cap):
    lines, held_out = english
    steady = ht.train_char(lines, vocab_size=32_768, max_token_chars=cap, pattern=pattern, noise=0)
    better, worse, p = compared(steady, plain(lines, cap), held_out * 4)
    assert better > worse
    assert p < 1e-3


@pytest.mark.parametrize("name", CHAR_PRESETS)
def test_presets_keep_boundaries(english, name):
    lines, held_out = english
    longest = CHAR_PRESETS[name].max_token_chars
    tokenizer = ht.train_char(lines, preset=name)
    better, worse, p = compared(tokenizer, plain(lines, longest), held_out * 2)
    assert better > worse
    assert p < 1e-3


@pytest.mark.parametrize("alphabet", ["bytes", "chars"])
def test_noise_is_the_same_every_time(english, alphabet, tmp_path):
    draws = random.Random(3)
    # More words than the memory below holds.
    words = ["".join(draws.choices("etaoinshrd", k=9)) for _ in range(40_000)]
    lines = [f"{line}\n" for line in [*english[0], *words]]
    path = tmp_path / "lines.txt"
    path.write_text("".join(lines), encoding="utf-8")
    first = ht.train_char(lines, alphabet=alphabet).to_str()
    for corpus, options in [
        (lines, {}),
        (lines[::-1], {"threads": 1}),
        (path, {"threads": 3}),
        (path, {"threads": 2, "memory": "1MiB"}),
    ]:
        assert ht.train_char(corpus, alphabet=alphabet, **options).to_str() == first
    assert ht.train_char(lines, alphabet=alphabet, noise=0.9).to_str() != first


def test_no_noise_is_plain_bpe(lines):
    options = {"vocab_size": 2000, "pattern": "whitespace"}
    ours = ht.train_char(lines, noise=0, max_token_chars=99, normalizer="none", **options)
    theirs = ht.train_bpe(lines, special_tokens=KL3M_SPECIAL_TOKENS, min_frequency=2, **options)
    assert ours.to_str() == theirs.to_str()


def test_errors_get_tokens():
    corpus = ["the modern world"] * 99
    noisy, without = (
        ht.train_char(corpus, pattern="whitespace", max_token_chars=8, noise=weight)
        for weight in (1, 0)
    )
    # A reader takes m for rn and e for c.
    errors = "thc rnodern world"
    assert noisy.encode(errors).tokens == ["thc", "Ġrnodern", "Ġworld"]
    assert without.encode(errors).tokens == ["t", "h", "c", "Ġ", "rn", "o", "dern", "Ġworld"]


def test_noise_needs_whole_words(english, tmp_path):
    counts, whole = tmp_path / "cut.counts", tmp_path / "whole.counts"
    ht.count_words(english[0], counts, pattern="steady-short", normalizer="nfkc")
    with pytest.raises(ht.TrainingError, match="the whole words that errors are put into"):
        ht.train_char(counts)
    assert ht.train_char(counts, noise=0).to_str() == ht.train_char(english[0], noise=0).to_str()
    # Both kinds of words are counted here when tasks of Ray count.
    options = {"pattern": NOISY_WORDS, "normalizer": "nfkc", "byte_level": False}
    ht.count_words(english[0], whole, **options)
    assert ht.train_char([counts, whole]).to_str() == ht.train_char(english[0]).to_str()


@pytest.mark.parametrize("alphabet", ["bytes", "chars"])
@pytest.mark.parametrize("name", CHAR_PRESETS)
def test_no_token_crosses_a_cut(english, name, alphabet):
    tokenizer = ht.train_char(english[0], preset=name, alphabet=alphabet)
    cut = hf.pre_tokenizers.Split(hf.Regex(PATTERNS[CHAR_PRESETS[name].pattern]), "isolated")
    tokens = [token.decode("utf-8", "ignore") for token in learned(tokenizer, alphabet)]
    assert len(tokens) > 500
    assert [token for token in tokens if len(cut.pre_tokenize_str(token)) > 1] == []
    for line in english[1]:
        starts = {start for start, _ in tokenizer.encode(line).offsets}
        assert starts >= {start for _, (start, _) in cut.pre_tokenize_str(line)}


def test_turkish_has_no_fragments():
    lines = TEXTS[0].read_text(encoding="utf-8").splitlines()
    tokenizer = ht.train_char(lines, pattern="steady-turkish", alphabet="chars")
    names = {id: token for token, id in tokenizer.get_vocab().items()}
    for line in lines:
        # Tokens are the text that they stand for, so that they begin and end with whole characters.
        text = unicodedata.normalize("NFKC", line)
        assert "".join(names[id] for id in tokenizer.encode_ids(text).tolist()) == text


@pytest.mark.parametrize(
    ("name", "alphabet"), [*((name, "bytes") for name in CHAR_PRESETS), ("steady-8k", "chars")]
)
def test_presets_elsewhere(lines, name, alphabet):
    """They load in `tokenizers`, give the ids that it gives, and have no defect."""
    tokenizer = ht.train_char(lines, preset=name, alphabet=alphabet)
    loaded = hf.Tokenizer.from_str(tokenizer.to_str())
    paths = [*TEXTS, ROOT / "corpora/finnish/finnish.txt", ROOT / "corpora/ocr/pairs.tsv"]
    texts = [*lines, *(line for path in paths for line in path.read_text("utf-8").splitlines())]
    assert len(texts) > 4000
    for ours, theirs in zip(tokenizer.encode_batch(texts), loaded.encode_batch(texts), strict=True):
        assert ours.ids == theirs.ids
    assert ht.doctor(tokenizer, corpus=texts).errors == []


def test_command_says_why_it_stopped(cli, tmp_path, lines):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    done = cli("train", "char", corpus, "-o", out, "--max-token-chars", 2)
    assert done.code == 0, done.err
    tokens = ht.Tokenizer.from_pretrained(out).get_vocab_size()
    assert f"reached {tokens:,} of 8,192: no candidates under the cap" in done.err
    record = json.loads((out / "training.json").read_text())
    assert record["arguments"]["max_token_chars"] == 2
    assert cli("doctor", out).code == 0


def test_the_examples_of_the_page_run(run_page):
    run_page("characters.md")
