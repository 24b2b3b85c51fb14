"""Superwords of hybrid tokenizers: ids stay, texts come back, tokens are saved on other text."""

import json
import pickle

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hybrid import TEXTS

import hybridtok as ht
from hybridtok.training import extend_rows, parts_of_new, read_parts

CORPUS = ROOT / "corpora" / "turkish" / "turkish.txt"
HELD_OUT = ROOT / "corpora" / "turkish" / "handwritten.txt"
ADD = 400


@pytest.fixture(scope="module", params=["shared", "surface"])
def base(request):
    tokenizer = ht.train_hybrid(CORPUS, language="tr", vocab_size=6000, mode=request.param)
    tokenizer.add_tokens(["söz öbeği"])
    return tokenizer


@pytest.fixture(scope="module")
def extended(base):
    return ht.extend(base, CORPUS, add=ADD, superword=True)


@pytest.fixture(scope="module")
def parts(base, extended):
    return parts_of_new(base, extended)


def lines(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def test_every_id_stays_and_new_ones_are_behind(base, extended):
    before, after = base.get_vocab(), extended.get_vocab()
    assert before.items() <= after.items()
    first = max(before.values()) + 1
    assert sorted(set(after.values()) - set(before.values())) == list(range(first, first + ADD))
    assert extended.hybrid() == {**base.hybrid(), "superwords": ADD}
    for token, id in after.items():
        assert extended.id_to_token(id) == token
        assert extended.token_to_id(token) == id
    assert any(extended.decode([id]).strip().count(" ") for id in range(first, first + ADD))


def test_texts_take_fewer_tokens_whether_trained_on_or_not(base, extended):
    for path, most in ((CORPUS, 0.82), (HELD_OUT, 0.97)):
        before, after = (len(t.encode_batch_ids(lines(path)).values) for t in (base, extended))
        assert after < most * before


@given(text=TEXTS | st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(base, extended, parts, text):
    plain, encoding = base.encode(text), extended.encode(text)
    ids = encoding.ids
    assert extended.decode(ids) == text
    assert list(extended.encode_ids(text)) == ids
    stream = extended.decode_stream()
    said = [stream.step(extended, id) or "" for id in ids]
    assert "".join(said) + (stream.finish(extended) or "") == text
    # A token stands for ids of the base, where those stand, and in the word of the first one.
    at = 0
    for id, (start, end), word in zip(ids, encoding.offsets, encoding.word_ids, strict=True):
        of = list(parts.get(id, [id]))
        assert plain.ids[at : at + len(of)] == of
        spans = plain.offsets[at : at + len(of)]
        assert (start, end) == (spans[0][0], spans[-1][1])
        assert word == plain.word_ids[at]
        at += len(of)
    assert at == len(plain.ids)


def test_superwords_meet_in_random_ids(extended):
    rng = np.random.default_rng(3)
    for _ in range(300):
        ids = rng.integers(0, extended.get_vocab_size(), 12).tolist()
        whole = extended.decode_bytes(ids)
        stream = extended.decode_stream()
        said = "".join(stream.step(extended, id) or "" for id in ids)
        assert said + (stream.finish(extended) or "") == whole.decode("utf-8", "replace")


def test_bytes_batches_and_threads_agree(extended):
    texts = lines(CORPUS)
    long = "".join(texts) * 3
    ids = extended.encode_ids(long)
    assert extended.decode(ids) == long
    assert np.array_equal(extended.encode_bytes(long.encode()), ids)
    assert np.array_equal(extended.encode_batch_ids([long]).values, ids)
    assert extended.encode(long).ids == ids.tolist()
    each = [extended.encode_ids(text) for text in texts]
    assert np.array_equal(extended.encode_batch_ids(texts).values, np.concatenate(each))
    data = b"ve \xff\xfe bu " + "yağmur".encode()[:-1]
    assert extended.decode_bytes(extended.encode_bytes(data)) == data


def test_analyses_by_chance_come_back(extended):
    ht.seed(4)
    for text in lines(HELD_OUT)[:50]:
        assert extended.decode(extended.encode_ids(text, sample=0.3)) == text


def test_training_does_not_depend_on_threads_and_goes_on(base, extended, tmp_path):
    one, three = (
        ht.extend(base, CORPUS, add=ADD, superword=True, threads=threads) for threads in (1, 3)
    )
    for tokenizer in (one, three):
        assert tokenizer.to_native() == extended.to_native()
    halfway = ht.extend(base, CORPUS, add=150, superword=True)
    twice = ht.extend(halfway, CORPUS, add=ADD - 150, superword=True)
    assert twice.to_native() == extended.to_native()
    ht.count_words(
        CORPUS,
        tmp_path / "of.counts",
        pattern="morphemes",
        byte_level=False,
        joined="marks-and-lines",
    )
    counted = ht.extend(base, tmp_path / "of.counts", add=ADD, superword=True)
    assert counted.to_native() == extended.to_native()
    little = ht.extend(base, CORPUS, add=ADD, superword=True, memory="1MiB")
    assert little.to_native() == extended.to_native()


def test_it_is_saved_and_copied(extended, tmp_path):
    extended.save_pretrained(tmp_path / "saved")
    text = CORPUS.read_text(encoding="utf-8")
    for again in (
        ht.Tokenizer.from_pretrained(tmp_path / "saved"),
        pickle.loads(pickle.dumps(extended)),
    ):
        assert again.to_native() == extended.to_native()
        assert np.array_equal(again.encode_ids(text), extended.encode_ids(text))


def test_new_rows_are_means_of_old_ones(base, extended):
    parts = parts_of_new(base, extended)
    assert len(parts) == ADD
    for id, of in parts.items():
        assert max(of) < min(parts)
        assert extended.decode_bytes([id], continuation=True) == base.decode_bytes(
            of, continuation=True
        )
    rows = max(base.get_vocab().values()) + 1
    matrix = np.random.default_rng(0).normal(size=(rows, 4))
    larger = extend_rows(matrix, parts)
    for id, of in parts.items():
        assert np.allclose(larger[id], matrix[of].mean(axis=0))
    with pytest.raises(ht.errors.TrainingError, match="not an extension"):
        parts_of_new(extended, base)


def test_people_see_what_a_superword_is_made_of(base, extended):
    encoding = extended.encode("".join(lines(CORPUS)[:20]))
    parts = parts_of_new(base, extended)
    seen = 0
    for id, morphemes in zip(encoding.ids, extended.morphemes(encoding), strict=True):
        if id in parts:
            of = [part for old in parts[id] for part in base.describe(old)]
            assert morphemes == of
            seen += 1
    assert seen
    table = extended.side_table()
    assert len(table.rows) == len(table.merge_of) == extended.get_vocab_size()
    for id in parts:
        assert table.rows[id].kind == "merge"
        assert tuple(table.merge_of[id]) == table.rows[id].parts


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({"max_words": 1}, lambda text: len(text.split()) > 1),
        ({"max_words": 0}, None),
        ({"letter_only": True}, lambda text: set(text) & set(".,;:!?\n()")),
        ({"newline_barrier": True}, lambda text: "\n" in text),
        ({"max_token_bytes": 9}, lambda text: len(text.encode()) > 9),
    ],
    ids=str,
)
def test_options_bound_what_tokens_say(base, options, refused):
    made = ht.extend(base, CORPUS, add=200, superword=True, **options)
    free = ht.extend(base, CORPUS, add=200, superword=True)
    says = [
        [t.decode([id], continuation=True) for id in parts_of_new(base, t)] for t in (made, free)
    ]
    if refused is None:
        assert len(says[0]) == 200
    else:
        assert not any(map(refused, says[0]))
        assert any(map(refused, says[1]))


def test_what_is_refused(base, tmp_path):
    with pytest.raises(ht.errors.TrainingError, match="add superwords"):
        ht.extend(base, CORPUS, add=5)
    for options in ({"boundary": "r2"}, {"max_token_chars": 5}):
        with pytest.raises(ValueError, match=next(iter(options))):
            ht.extend(base, CORPUS, add=5, superword=True, **options)
    assert ht.extend(base, CORPUS, add=0, superword=True).get_vocab() == base.get_vocab()


def test_command(cli, tmp_path, base, extended):
    base.save_pretrained(tmp_path / "base")
    paths = [tmp_path / "base", CORPUS, "-o", tmp_path / "more"]
    done = cli("extend", *paths, "--superword", "--add", ADD, "--json")
    assert done.code == 0, done.err
    made = ht.Tokenizer.from_pretrained(tmp_path / "more")
    text = CORPUS.read_text(encoding="utf-8")
    assert np.array_equal(made.encode_ids(text), extended.encode_ids(text))
    assert read_parts(tmp_path / "more") == parts_of_new(base, extended)
    assert json.loads(done.text)["new_tokens"] == ADD
    shown = cli("inspect", "-t", tmp_path / "more", "ve bu bir ev.")
    assert shown.code == 0, shown.err
    lossy = cli("convert", tmp_path / "more", tmp_path / "unigram", "--to", "hf", "--lossy")
    assert lossy.code == 0, lossy.err
    assert f"its {ADD} superwords are left out" in lossy.err
    record = json.loads((tmp_path / "unigram" / "conversion.json").read_text())
    assert record["measured"]["superwords_left_out"] == ADD
    refused = cli("convert", tmp_path / "more", tmp_path / "x", "--to", "hf")
    assert refused.code == 4
    assert "--lossy" in refused.err
