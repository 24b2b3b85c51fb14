"""Going on from a tokenizer: ids stay, nothing is cut anew, two steps are one."""

import itertools
import json
import random

import pytest
import tokenizers as hf
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training import model_of, random_lines

import hybridtok as ht
from hybridtok.errors import TrainingError
from hybridtok.training import parts_of_new

ENGLISH = ROOT / "corpora/english/english.txt"
LEGAL = ROOT / "corpora/legal/contracts.txt"
SPECIALS = ["<s>", "<pad>"]


@pytest.fixture(scope="module")
def base():
    tokenizer = ht.train_bpe(ENGLISH, vocab_size=1200, special_tokens=SPECIALS)
    tokenizer.add_tokens(["hereby"])
    return tokenizer


@pytest.fixture(scope="module")
def extended(base):
    return ht.extend(base, LEGAL, add=500)


@pytest.fixture(scope="module")
def texts():
    both = ENGLISH.read_text(encoding="utf-8") + LEGAL.read_text(encoding="utf-8")
    lines = [line for line in both.splitlines(keepends=True) if line.strip()]
    chance = random.Random(5)
    noise = ["".join(chance.choice("ab é\n<s>🙂1") for _ in range(20)) for _ in range(500)]
    return [*lines[:10_000], *noise]


def ends(encoding):
    return {end for _, end in encoding.offsets}


def test_ids_stay_and_no_text_is_cut_anew(base, extended, texts):
    before, after = base.get_vocab(), extended.get_vocab()
    assert {token: after[token] for token in before} == before
    new = sorted(set(after.values()) - set(before.values()))
    highest = max(before.values())
    assert new == list(range(highest + 1, highest + 501))
    old_merges, new_merges = model_of(base)["merges"], model_of(extended)["merges"]
    assert new_merges[: len(old_merges)] == old_merges
    shorter = 0
    for text in texts:
        old, now = base.encode(text), extended.encode(text)
        assert ends(now) <= ends(old)
        assert len(now.ids) <= len(old.ids)
        assert extended.decode(now.ids) == base.decode(old.ids) == text
        shorter += len(now.ids) < len(old.ids)
    assert shorter > 1000


def test_two_steps_are_one(base, extended):
    halfway = ht.extend(base, LEGAL, add=123)
    assert ht.extend(halfway, LEGAL, add=377).to_str() == extended.to_str()


def test_adding_nothing_changes_nothing(base):
    assert ht.extend(base, LEGAL, add=0).to_str() == base.to_str()


def test_added_tokens_are_left_alone(base, extended):
    assert base.token_to_id("hereby") in extended.encode("they hereby agree").ids
    strings = {left + right for left, right in model_of(extended)["merges"]}
    assert "hereby" not in strings
    assert not strings & set(SPECIALS)


def test_new_tokens_are_made_of_old_ones(base, extended):
    parts = parts_of_new(base, extended)
    vocab = extended.get_vocab()
    assert set(parts) == set(vocab.values()) - set(base.get_vocab().values())
    names = {id: token for token, id in vocab.items()}
    for id, of in parts.items():
        assert "".join(names[part] for part in of) == names[id]
    with pytest.raises(TrainingError, match="not an extension"):
        parts_of_new(extended, base)


def test_file_of_tokenizers(base, extended, texts):
    loaded = hf.Tokenizer.from_str(extended.to_str())
    sample = [text for text in texts[:3000] if "<s>" not in text]
    theirs = loaded.encode_batch(sample, add_special_tokens=False)
    assert [e.ids for e in theirs] == [e.ids for e in extended.encode_batch(sample)]


def slow_extension(base, lines, add, least):
    """Counts all pairs anew before every merge."""
    words = [
        [tuple(ids) for ids in [base.encode(word).ids] if len(ids) > 1]
        for line in lines
        for word in pieces(base, line)
    ]
    words = [list(word[0]) for word in words if word]
    next_id = max(base.get_vocab().values()) + 1
    names = {id: token for token, id in base.get_vocab().items()}
    ids = dict(base.get_vocab())
    merges = []
    while add > 0:
        counts = {}
        for word in words:
            for pair in itertools.pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        (left, right), count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if count < least:
            break
        token = names[left] + names[right]
        if token in ids:
            return None
        ids[token], names[next_id] = next_id, token
        for word in words:
            at = 0
            while at + 1 < len(word):
                if (word[at], word[at + 1]) == (left, right):
                    word[at : at + 2] = [next_id]
                at += 1
        merges.append([names[left], names[right]])
        next_id += 1
        add -= 1
    return merges


def pieces(tokenizer, text):
    splitter = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return [text[start:end] for _, (start, end) in splitter.pre_tokenize_str(text)]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 3))
def test_merges_follow_the_definition(first, second, add, least):
    base = ht.train_bpe(random_lines(first), vocab_size=290)
    lines = random_lines(second)
    want = slow_extension(base, lines, add, least)
    if want is None:
        return
    got = ht.extend(base, lines, add=add, min_frequency=least)
    assert model_of(got)["merges"][len(model_of(base)["merges"]) :] == want


def test_characters_spelled_in_bytes_do_not_merge():
    base = ht.train_bpe(["abcabc abc"] * 5, vocab_size=270, byte_level=False)
    more = ht.extend(base, ["aß aß aß abab abab"] * 5, add=50)
    made = [left + right for left, right in model_of(more)["merges"]]
    assert not any("<0x" in token for token in made)
    assert more.decode(more.encode("aß abab").ids) == "aß abab"


def test_caps_and_runs():
    base = ht.train_bpe(["ab"], vocab_size=257)
    corpus = ["abababab " + "-" * 40] * 5
    free = ht.extend(base, corpus, add=50, max_run=100)
    assert max(len(left + right) for left, right in model_of(free)["merges"]) > 8
    bound = ht.extend(base, corpus, add=50, max_run=4, max_token_chars=6)
    made = [left + right for left, right in model_of(bound)["merges"]]
    assert max(len(token) for token in made if set(token) == {"-"}) == 4
    assert max(map(len, made)) <= 6


@pytest.mark.parametrize(
    ("change", "message"),
    [({"ignore_merges": True}, "ignore_merges"), ({"dropout": 0.1}, "dropout")],
)
def test_models_out_of_order_are_refused(base, change, message):
    document = json.loads(base.to_str())
    document["model"] |= change
    with pytest.raises(TrainingError, match=message):
        ht.extend(ht.Tokenizer.from_str(json.dumps(document)), LEGAL, add=5)


def test_other_models_are_refused():
    hybrid = ht.train_hybrid(["evler evlerde"] * 5, language="tr", vocab_size=2000)
    with pytest.raises(TypeError, match="only BPE"):
        ht.extend(hybrid, LEGAL, add=5)


def test_superwords_for_a_finished_vocabulary(base, texts):
    more = ht.extend(base, LEGAL, add=300, superword=True)
    before = base.get_vocab()
    assert {token: more.get_vocab()[token] for token in before} == before
    assert [token for token in more.get_vocab() if "Ġ" in token.strip("Ġ")]
    legal = LEGAL.read_text(encoding="utf-8")
    within = ht.extend(base, LEGAL, add=300)
    assert len(more.encode(legal).ids) < len(within.encode(legal).ids)
    for text in texts[-500:]:
        assert more.decode(more.encode(text).ids) == text


def test_command(cli, tmp_path, base, extended):
    base.save_pretrained(tmp_path / "base")
    done = cli("extend", tmp_path / "base", LEGAL, "-o", tmp_path / "more", "--add", 500)
    assert done.code == 0, done.err
    made = ht.Tokenizer.from_pretrained(tmp_path / "more")
    assert made.to_str() == extended.to_str()
    record = json.loads((tmp_path / "more" / "training.json").read_text())
    assert record["command"] == "extend"
    assert record["merges"] == len(model_of(extended)["merges"])
