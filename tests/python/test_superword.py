"""Superwords: merges against the definition, options, the command."""

import itertools
import json

import pytest
import tokenizers as hf
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training import model_of, random_lines

import hybridtok as ht
from hybridtok.training.patterns import PATTERNS, splitter

ENGLISH = ROOT / "corpora/english/english.txt"


def slow(lines, base, pattern, size, max_words, colon):
    """Stage 2 by counting all pairs anew before every merge."""
    cutter = hf.pre_tokenizers.Split(hf.Regex(pattern), "isolated")
    flat = ht.Tokenizer.from_str(base.to_str())
    flat.set_component(
        "pre_tokenizer",
        json.dumps(splitter("none", byte_level=True)),
    )
    chunks = [
        flat.encode(line[start:end]).ids
        for line in lines
        for _, (start, end) in cutter.pre_tokenize_str(line)
    ]
    names = {id: token for token, id in base.get_vocab().items()}
    ids, next_id = dict(base.get_vocab()), len(names)
    dropped, merges = set(), []
    while len(names) < size:
        counts = {}
        for chunk in chunks:
            for pair in itertools.pairwise(chunk):
                counts[pair] = counts.get(pair, 0) + 1
        counts = {pair: n for pair, n in counts.items() if n >= 2 and pair not in dropped}
        if not counts:
            break
        left, right = min(counts, key=lambda pair: (-counts[pair], pair))
        token = names[left] + names[right]
        words = [word for word in token.split("Ġ") if word]
        if (colon and ":Ġ" in token) or (max_words and len(words) > max_words):
            dropped.add((left, right))
            continue
        if token in ids:
            return None
        ids[token], names[next_id] = next_id, token
        for chunk in chunks:
            at = 0
            while at + 1 < len(chunk):
                if (chunk[at], chunk[at + 1]) == (left, right):
                    chunk[at : at + 2] = [next_id]
                at += 1
        merges.append([names[left], names[right]])
        next_id += 1
    return merges


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 10_000),
    st.integers(0, 50),
    st.integers(1, 50),
    st.sampled_from([0, 2, 4]),
    st.booleans(),
    st.sampled_from(["r2", "r2m"]),
)
def test_merges_follow_the_definition(seed, first, more, max_words, colon, boundary):
    lines = [line.replace(",", ":") for line in random_lines(seed)]
    base = ht.train_bpe(lines, vocab_size=256 + first, pattern="superbpe", min_frequency=2)
    size = base.get_vocab_size()
    want = slow(lines, base, PATTERNS[boundary], size + more, max_words, colon)
    if want is None:
        return
    got = ht.train_superword(
        lines,
        vocab_size=size + more,
        transition=size,
        max_words=max_words,
        colon_rule=colon,
        boundary=boundary,
    )
    assert model_of(got)["merges"] == model_of(base)["merges"] + want


@pytest.fixture(scope="module")
def trained():
    return ht.train_superword(ENGLISH, vocab_size=1500, special_tokens=["<s>"])


def test_a_file_that_tokenizers_loads(trained):
    lines = ENGLISH.read_text(encoding="utf-8").splitlines(keepends=True)
    theirs = hf.Tokenizer.from_str(trained.to_str())
    for line in lines:
        ours, other = trained.encode(line), theirs.encode(line)
        assert (ours.ids, ours.tokens) == (other.ids, other.tokens)
        assert trained.decode(ours.ids) == line
    plain = ht.train_bpe(ENGLISH, vocab_size=1500, special_tokens=["<s>"], pattern="superbpe")
    text = "".join(lines)
    assert len(trained.encode(text).ids) < 0.95 * len(plain.encode(text).ids)
    assert trained.get_vocab_size() == 1500
    assert trained.id_to_token(0) == "<s>"


PARTS = [
    *"the of and The I don't 'til ﬁn 漢字 İ é e\u0301 कि ًٌ 1 1859 ٣ . , : \" ' -- ( / …".split(" "),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0"),
]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=60).map("".join),
    st.integers(1, 4),
)
def test_ids_and_offsets_are_those_of_tokenizers(trained, text, times):
    theirs = hf.Tokenizer.from_str(trained.to_str())
    # A drawn text may spell a special token.
    theirs.encode_special_tokens = True
    lines = ENGLISH.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(f"{line}{text}" for line in lines[:times])
    ours, other = trained.encode(text), theirs.encode(text)
    assert (ours.ids, ours.offsets) == (other.ids, other.offsets)
    assert trained.encode_ids(text).tolist() == ours.ids
    assert trained.decode(ours.ids) == text


@pytest.mark.parametrize("boundary", ["r2", "r2m"])
@pytest.mark.parametrize("newline_barrier", [False, True])
def test_texts_of_any_length_on_any_threads(boundary, newline_barrier):
    lines = ENGLISH.read_text(encoding="utf-8").splitlines(keepends=True)
    ours = ht.train_superword(
        lines,
        vocab_size=1000,
        transition=500,
        boundary=boundary,
        newline_barrier=newline_barrier,
    )
    theirs = hf.Tokenizer.from_str(ours.to_str())
    whole = "".join(lines)
    whole *= 600_000 // len(whole) + 1
    letters = "".join(c if c.isalpha() else " " for c in whole[:50_000])
    texts = [whole, " ".join(letters.split()), *lines, "", "a" * 5_000, " the" * 2_000]
    want = [encoding.ids for encoding in theirs.encode_batch(texts)]
    for threads in (1, 2, 8):
        rows = list(ours.encode_batch_ids(texts, threads=threads))
        assert [row.tolist() for row in rows] == want
    again = type(ours).from_str(ours.to_str())
    assert again.encode_ids(whole).tolist() == want[0]


def test_memory_and_threads_change_nothing(trained):
    for options in ({"threads": 1}, {"threads": 2, "memory": "1MiB"}):
        again = ht.train_superword(ENGLISH, vocab_size=1500, special_tokens=["<s>"], **options)
        assert again.to_str() == trained.to_str()


def test_count_files(cli, tmp_path, trained):
    for pattern in ("superbpe", "r2m"):
        done = cli("count", ENGLISH, "-o", tmp_path / f"{pattern}.counts", "--pattern", pattern)
        assert done.code == 0, done.err
    made = ht.train_superword(
        [tmp_path / "superbpe.counts", tmp_path / "r2m.counts"],
        vocab_size=1500,
        special_tokens=["<s>"],
    )
    assert made.to_str() == trained.to_str()


def test_rules():
    corpus = ["note: the end of the road, and the end of it.\nnote: the end"] * 9

    def tokens(**options):
        made = ht.train_superword(corpus, vocab_size=400, transition=290, **options)
        return {left + right for left, right in model_of(made)["merges"]}

    assert any(":Ġ" in token for token in tokens(colon_rule=False))
    assert not any(":Ġ" in token for token in tokens())
    free, bound = tokens(max_words=0), tokens(max_words=2)
    assert max(len([w for w in token.split("Ġ") if w]) for token in free) > 4
    assert max(len([w for w in token.split("Ġ") if w]) for token in bound) == 2
    assert max(map(len, tokens(max_token_bytes=7))) == 7
    assert any("Ċ" in token for token in tokens())
    assert not any("Ċ" in token.strip("Ċ.,") for token in tokens(newline_barrier=True))
    letters = {token for token in tokens(letter_only=True) if "Ġ" in token.strip("Ġ")}
    assert letters
    assert not any(sign in token for token in letters for sign in ",.:Ċ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 300, "transition": 300}, "no room"),
        ({"vocab_size": 300, "transition": 0.5}, "256 bytes"),
        ({"vocab_size": 3000, "transition": -1}, "share between 0 and 1"),
        ({"vocab_size": 3000, "boundary": " ", "newline_barrier": True}, "newline_barrier"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        ht.train_superword(["a b"], **options)


def test_command(cli, tmp_path, trained):
    out = tmp_path / "out"
    arguments = ["--vocab-size", 1500, "--special-tokens", "<s>", "--json"]
    done = cli("train", "superword", ENGLISH, "-o", out, *arguments)
    assert done.code == 0, done.err
    assert ht.Tokenizer.from_pretrained(out).to_str() == trained.to_str()
    made = json.loads(done.out)
    assert made["transition"] == 1350
    assert made["superword_merges"] == 1500 - 1350 - 1
    assert made["tokens"] == 1500
    assert cli("doctor", out).code == 0


def test_page(run_page):
    run_page("superwords.md")
