"""Boundless superwords: tokens of whole words, in `hybridtok.json` alone."""

import inspect
import itertools
import json
import os
import pickle
import subprocess
import sys

import pytest
import tokenizers as hf
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.training.patterns import PATTERNS
from hybridtok.training.superword import train_superword_counted

ENGLISH = ROOT / "corpora/english/english.txt"
SPECIALS = ["<s>"]
#: What makes the two kinds of model.
KINDS = {"letters": {}, "any": {"letter_only": False}}


def train(corpus=ENGLISH, **options):
    options = {"vocab_size": 1500, "special_tokens": SPECIALS, **options}
    return ht.train_superword(corpus, mode="boundless", **options)


def model_of(tokenizer):
    return json.loads(tokenizer.to_native())["model"]


def lines_of(path=ENGLISH):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.fixture(scope="module", params=KINDS)
def trained(request):
    return train(**KINDS[request.param])


@pytest.fixture(scope="module")
def of_letters():
    return train()


@pytest.fixture(scope="module")
def directory(of_letters, tmp_path_factory):
    path = tmp_path_factory.mktemp("boundless") / "tokenizer"
    of_letters.save_pretrained(path)
    return path


def words_of(text):
    cutter = hf.pre_tokenizers.Split(hf.Regex(PATTERNS["superbpe"]), "isolated")
    return [span for _, span in cutter.pre_tokenize_str(text)]


PARTS = [
    *"the of and The I don't 'til ﬁn 漢字 İ é e\u0301 कि ًٌ 1 1859 ٣ . , : \" ' -- ( / … <s>".split(
        " "
    ),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0", " of the", ", and"),
]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=60).map("".join),
    st.integers(0, 3),
)
def test_any_text_comes_back_and_no_word_is_cut(trained, text, times):
    text = text.join(["", *lines_of()[:times], ""])
    encoding = trained.encode(text)
    assert trained.decode(encoding.ids) == text
    assert trained.encode_ids(text).tolist() == encoding.ids
    ends = {end for _, end in words_of(text)}
    for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True):
        # A token that goes on across the end of a word begins and ends with one.
        if any(start < inner < end for inner in ends):
            assert {start, end} <= ends | {0}, token


def test_what_is_saved(trained):
    plain = ht.train_bpe(
        ENGLISH, vocab_size=1500, special_tokens=SPECIALS, pattern="superbpe", min_frequency=2
    )
    supers = ht.train_superword(ENGLISH, vocab_size=1500, special_tokens=SPECIALS)
    assert trained.get_vocab_size() == 1500
    assert trained.id_to_token(0) == "<s>"
    report = ht.evaluate(
        {"boundless": trained, "superbpe": supers},
        {"text": lines_of()},
        suite="superword",
    )
    assert report.value("superword_tokens", "boundless") > 100
    assert report.value("cutting_superwords", "boundless") == 0
    assert report.value("cutting_rate", "boundless") == 0
    assert report.value("cutting_rate", "superbpe") > 0
    text = "".join(lines_of())
    assert len(trained.encode_ids(text)) < 0.98 * len(plain.encode_ids(text))


def test_what_joins(of_letters):
    made = [left + right for left, right in model_of(of_letters)["supermerges"]]
    assert all(
        any(c.isalpha() for c in part) for token in made for part in token.split("Ġ") if part
    )
    assert max(len([word for word in token.split("Ġ") if word]) for token in made) > 2
    every = [left + right for left, right in model_of(train(letter_only=False))["supermerges"]]
    assert any(token[0] in ",." for token in every)
    assert any("Ċ" in token for token in every)
    bound = [
        left + right
        for left, right in model_of(train(letter_only=False, newline_barrier=True, max_words=2))[
            "supermerges"
        ]
    ]
    assert not any("Ċ" in token for token in bound)
    assert max(len([word for word in token.split("Ġ") if word]) for token in bound) == 2
    short = model_of(train(max_token_bytes=6))["supermerges"]
    assert max(len(left + right) for left, right in short) == 6


def test_it_is_saved_and_loaded(of_letters, directory, tmp_path):
    files = {path.name for path in directory.iterdir()}
    assert files == {"hybridtok.json", "tokenization_hybridtok.py", "tokenizer_config.json"}
    text = "".join(lines_of())
    want = of_letters.encode_ids(text).tolist()
    for again in (
        ht.Tokenizer.from_pretrained(directory),
        ht.Tokenizer.from_file(directory / "hybridtok.json"),
        ht.Tokenizer.from_native(of_letters.to_native().encode()),
        pickle.loads(pickle.dumps(of_letters)),
    ):
        assert again.to_native() == of_letters.to_native()
        assert again.encode_ids(text).tolist() == want
        assert again.boundless() == of_letters.boundless()
    with pytest.raises(ht.ExportError, match="boundless"):
        of_letters.save(tmp_path / "tokenizer.json")


def test_texts_of_any_length_on_any_threads(trained):
    whole = "".join(lines_of())
    whole *= 600_000 // len(whole) + 1
    texts = [whole, " the" * 100_000, "a" * 5_000, "", *lines_of()]
    want = [trained.encode(text).ids for text in texts]
    for threads in (1, 2, 8):
        rows = list(trained.encode_batch_ids(texts, threads=threads))
        assert [row.tolist() for row in rows] == want
        assert trained.encode_ids(whole, threads=threads).tolist() == want[0]


@pytest.mark.parametrize("transition", [0.8, "auto"])
def test_memory_and_threads_change_nothing(transition):
    once = train(transition=transition, threads=1).to_native()
    for options in ({"threads": 2}, {"threads": 8, "memory": "1MiB"}):
        assert train(transition=transition, **options).to_native() == once


@pytest.mark.parametrize("kind", ["letters", "lines", "all"])
def test_count_files(cli, tmp_path, kind):
    half = len(lines_of()) // 2
    for nth, lines in enumerate((lines_of()[:half], lines_of()[half:])):
        text = tmp_path / f"{nth}.txt"
        text.write_text("".join(lines), encoding="utf-8")
        done = cli("count", text, "-o", tmp_path / f"words{nth}.counts", "--pattern", "superbpe")
        assert done.code == 0, done.err
        done = cli(
            *("count", text, "-o", tmp_path / f"joined{nth}.counts"),
            *("--pattern", "superbpe", "--joined", kind),
        )
        assert done.code == 0, done.err
    merged = tmp_path / "joined.counts"
    assert cli("merge-counts", *tmp_path.glob("joined?.counts"), "-o", merged).code == 0
    options = {"letter_only": kind == "letters", "newline_barrier": kind == "lines"}
    made = train([*map(str, tmp_path.glob("words?.counts")), str(merged)], **options)
    assert made.to_native() == train(**options).to_native()
    # Words side by side are not words.
    with pytest.raises(ht.TrainingError, match="joining"):
        ht.train_bpe(merged, vocab_size=300, pattern="superbpe")
    with pytest.raises(ValueError, match="letters, lines, all"):
        ht.count_words(ENGLISH, tmp_path / "x.counts", joined="words")


def slow_ties(corpus, size, rule):
    """The first merges within words, each of the pairs counted anew."""
    words = {}
    for line in corpus:
        for start, end in words_of(line):
            word = tuple(bytes([byte]) for byte in line[start:end].encode())
            words[word] = words.get(word, 0) + 1
    alphabet = ht.compat.pre_tokenizers.ByteLevel.alphabet()
    order = {token: id for id, token in enumerate(sorted(alphabet))}
    spell = ht.train_bpe(["a"], vocab_size=256)
    names = {spell.decode_bytes([id]): token for token, id in spell.get_vocab().items()}
    ids = {piece: order[token] for piece, token in names.items()}
    merges = []
    while len(ids) < size:
        counts = {}
        for word, n in words.items():
            last = None
            for pair in itertools.pairwise(word):
                overlaps = rule == "bytes" and pair == last and pair[0] == pair[1]
                last = None if overlaps else pair
                if not overlaps:
                    counts[pair] = counts.get(pair, 0) + n
        key = (
            (lambda pair: pair) if rule == "bytes" else (lambda pair: (ids[pair[0]], ids[pair[1]]))
        )
        left, right = min(counts, key=lambda pair: (-counts[pair], key(pair)))
        again = {}
        for word, n in words.items():
            made, at = [], 0
            while at < len(word):
                joins = word[at : at + 2] == (left, right)
                made.append(left + right if joins else word[at])
                at += 1 + joins
            again[tuple(made)] = again.get(tuple(made), 0) + n
        words = again
        merges.append([left, right])
        ids[left + right] = len(ids)
    return merges


@pytest.mark.parametrize("mode", ["superbpe", "boundless"])
@pytest.mark.parametrize("rule", ["ids", "bytes"])
def test_which_of_equal_pairs_goes_first(mode, rule):
    corpus = ["zaaa zé éaa yq qy ab ba aaaa zzzzz\n", "ýa aý zaaa qyq yqy\n", "ba ab éa aé\n"] * 3
    made = ht.train_superword(
        corpus, vocab_size=282, transition=280, mode=mode, tie_rule=rule, min_count=1
    )
    written = model_of(made) if mode == "boundless" else json.loads(made.to_str())["model"]
    spelt = [[made.decode_bytes([made.token_to_id(t)]) for t in pair] for pair in written["merges"]]
    want = slow_ties(corpus, 280, rule)
    assert spelt[:24] == want
    assert want != slow_ties(corpus, 280, {"ids": "bytes", "bytes": "ids"}[rule])
    # The defaults.
    if rule == {"superbpe": "ids", "boundless": "bytes"}[mode]:
        default = ht.train_superword(corpus, vocab_size=282, transition=280, mode=mode, min_count=1)
        assert default.to_native() == made.to_native()


def test_the_corpus_decides_where_words_end():
    boundless = train(transition="auto")
    words, across = (len(model_of(boundless)[table]) for table in ("merges", "supermerges"))
    assert words + across == 1500 - 256 - 1
    assert 0 < across < words
    # Once the size is known, words are the same with and without the competition.
    fixed = train(transition=256 + words)
    assert model_of(fixed)["merges"] == model_of(boundless)["merges"]
    # SuperBPE takes that size, and goes on in its own way.
    options = {"vocab_size": 1500, "special_tokens": SPECIALS}
    auto = ht.train_superword(ENGLISH, transition="auto", **options)
    same_ties = train(transition="auto", tie_rule="ids")
    fixed = ht.train_superword(
        ENGLISH, transition=256 + len(model_of(same_ties)["merges"]), **options
    )
    assert auto.to_str() == fixed.to_str()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "bound"}, "mode is"),
        ({"whole_words": True}, "whole_words"),
        ({"mode": "boundless", "whole_words": False}, "whole_words"),
        ({"mode": "boundless", "boundary": "r2"}, "boundary"),
        ({"mode": "boundless", "custom": ["years"]}, "custom"),
        ({"mode": "boundless", "transition": 300}, "no room"),
        ({"mode": "boundless", "transition": "auto", "vocab_size": 200}, "256 bytes"),
        ({"transition": "auto", "vocab_size": 200}, "256 bytes"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        ht.train_superword(["a b"], **{"vocab_size": 300, **options})


@pytest.mark.parametrize(
    "options",
    [
        ["--mode", "bound"],
        ["--whole-words"],
        ["--mode", "superbpe", "--whole-words"],
        ["--mode", "boundless", "--no-whole-words"],
        ["--mode", "boundless", "--boundary", "r2"],
        ["--mode", "boundless", "--custom", "years"],
        ["--tie-rule", "names"],
        ["--transition", "soon"],
    ],
)
def test_usage_errors(cli, tmp_path, options):
    out = tmp_path / "out"
    done = cli("train", "superword", ENGLISH, "-o", out, "--vocab-size", 1500, *options)
    assert done.code == 2, done.err
    assert not out.exists()


def test_command(cli, tmp_path, of_letters):
    out = tmp_path / "out"
    arguments = ["--vocab-size", 1500, "--special-tokens", "<s>", "--mode", "boundless", "--json"]
    done = cli("train", "superword", ENGLISH, "-o", out, *arguments, "--whole-words")
    assert done.code == 0, done.err
    again = ht.Tokenizer.from_pretrained(out)
    assert model_of(again) == model_of(of_letters)
    made = json.loads(done.out)
    assert made["transition"] == 1350
    assert made["superword_merges"] == 1500 - 1350 - 1
    assert made["tokens"] == 1500
    record = json.loads((out / "training.json").read_text(encoding="utf-8"))
    [measured] = record["measured_on"].values()
    assert measured["cutting_superwords"] == 0
    assert cli("doctor", out).code == 0
    done = cli("encode", "-t", out, stdin="one of the many\n")
    assert done.code == 0, done.err
    assert cli("decode", "-t", out, stdin=done.text).text == "one of the many\n"


def test_what_training_tells():
    options = {
        name: parameter.default
        for name, parameter in inspect.signature(ht.train_superword).parameters.items()
    }
    options |= {"corpus": ENGLISH, "mode": "boundless", "vocab_size": 1500}
    tokenizer, made = train_superword_counted(**options)
    model = model_of(tokenizer)
    assert made["merges"] == len(model["merges"]) + len(model["supermerges"])
    assert made["superword_merges"] == len(model["supermerges"])
    assert made["transition"] == 256 + len(model["merges"]) == 1350
    assert made["runs"] > 100
    assert made["refused"].keys() <= {"max_words", "colon_rule", "max_token_bytes"}
    assert "super_counts" not in made


def test_converting_is_refused_or_said(cli, directory, of_letters, tmp_path):
    refused = cli("convert", directory, tmp_path / "x", "--to", "hf")
    assert refused.code == 4
    assert "--lossy" in refused.err
    assert not (tmp_path / "x").exists()
    sample = tmp_path / "sample.txt"
    texts = [*lines_of(), "in the theatre of the absurd", "of thermal energy"]
    sample.write_text("".join(line.rstrip("\n") + "\n" for line in texts), encoding="utf-8")
    out = tmp_path / "flat"
    arguments = ("--to", "hf", "--lossy", "--on", sample, "--json")
    done = cli("convert", directory, out, *arguments)
    assert done.code == 0, done.err
    assert {path.name for path in out.iterdir()} == {
        "tokenizer.json",
        "tokenizer_config.json",
        "conversion.json",
    }
    record = json.loads((out / "conversion.json").read_text(encoding="utf-8"))
    assert record["hybridtok"] == {"lossy_from": "boundless"}
    assert "lossy_from" not in (out / "tokenizer.json").read_text(encoding="utf-8")
    flat = hf.Tokenizer.from_file(str(out / "tokenizer.json"))
    lines = sample.read_text(encoding="utf-8").splitlines(keepends=True)
    different = sum(flat.encode(line).ids != of_letters.encode(line).ids for line in lines)
    assert 0 < different < len(lines)
    assert record["measured"]["documents"] == len(lines)
    assert record["measured"]["different"] == different
    share = f"{different / len(lines):.1%}"
    assert share in done.err
    assert f"of {len(lines):,} documents" in done.err
    assert json.loads(done.out)["measured"] == record["measured"]
    for line in lines:
        assert flat.decode(flat.encode(line).ids) == line
    # Without a sample, and into one file.
    one = tmp_path / "one.json"
    done = cli("convert", directory, one, "--to", "hf", "--lossy")
    assert done.code == 0, done.err
    assert hf.Tokenizer.from_file(str(one)).get_vocab() == flat.get_vocab()
    beside = json.loads((tmp_path / "one.conversion.json").read_text(encoding="utf-8"))
    assert beside["measured"]["of"] == "made"


def test_converting_to_native_keeps_all(cli, directory, of_letters, tmp_path):
    done = cli("convert", directory, tmp_path / "again", "--to", "native")
    assert done.code == 0, done.err
    assert model_of(ht.Tokenizer.from_pretrained(tmp_path / "again")) == model_of(of_letters)


def test_auto_tokenizer_in_a_fresh_process(directory, of_letters, tmp_path):
    pytest.importorskip("transformers")
    text = "One of the many, and of the 1859 'til <s> 漢字."
    code = (
        "import json, sys; from transformers import AutoTokenizer\n"
        "tok = AutoTokenizer.from_pretrained(sys.argv[1], trust_remote_code=True)\n"
        "tok.save_pretrained(sys.argv[2])\n"
        "ids = tok(sys.argv[3]).input_ids\n"
        "print(json.dumps([type(tok).__name__, ids, tok.decode(ids)]))\n"
    )
    again = tmp_path / "again"
    done = subprocess.run(
        [sys.executable, "-c", code, directory, again, text],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_MODULES_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    name, ids, decoded = json.loads(done.stdout.splitlines()[-1])
    assert name == "HybridTokenizer"
    assert ids == of_letters.encode(text, allowed_special="all").ids
    assert decoded == text
    assert not (again / "tokenizer.json").exists()
    assert model_of(ht.Tokenizer.from_pretrained(again)) == model_of(of_letters)


def test_it_does_not_grow(of_letters):
    with pytest.raises(ht.HybridtokError, match="boundless"):
        ht.extend(of_letters, ENGLISH, add=10)
