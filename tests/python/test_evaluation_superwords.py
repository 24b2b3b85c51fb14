"""Superwords, prompts and chunks beside slow definitions and examples made by hand."""

import itertools
import json
import re
import unicodedata

import numpy as np
import pytest
from conftest import LINES
from hypothesis import given, settings
from hypothesis import strategies as st
from test_stability import Cut

import hybridtok as ht
from hybridtok import _core
from hybridtok.evaluation import evaluate, subject
from hybridtok.evaluation.layout import CHUNKS, WORDS, Layout
from hybridtok.evaluation.prompts import Prompts
from hybridtok.evaluation.speed import latencies
from hybridtok.evaluation.subject import Flat, decode_flat, encode_flat
from hybridtok.evaluation.superwords import Superwords, Vocabulary
from hybridtok.training.patterns import PATTERNS, splitter

TEXT = st.text(st.sampled_from("aBş 日.,'1\n \u0301_-A👍"), max_size=30)


def pieces(pattern, text):
    """The pieces, one Python object each."""
    split = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"}
    component = json.dumps({**split, "invert": False})
    return [span for _, span in _core.pre_tokenize(component, text)] if text else []


def letter(character):
    return unicodedata.category(character)[0] in "LMN"


@pytest.fixture(scope="module")
def crossing():
    """A tokenizer without walls: its tokens cross spaces, punctuation, newlines."""
    lines = [f"{line}\n{line}. {line[:9]}\n" for line in LINES] * 4
    tokenizer = ht.train_bpe(lines, vocab_size=700, pattern="none")
    assert sum(len(token.split("Ġ")) > 1 for token in tokenizer.get_vocab()) > 100
    return tokenizer


# Layouts.


@settings(deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_layouts_are_texts_behind_each_other(texts):
    layout = Layout(texts)
    joined = "".join(texts)
    assert layout.data.tobytes() == joined.encode()
    at = [k for k, character in enumerate(joined) for _ in character.encode()]
    assert layout.char_at.tolist() == [*at, len(joined)]
    firsts = [len(joined[:k].encode()) for k in range(len(joined) + 1)]
    assert layout.byte_at.tolist() == firsts
    starts = [0, *itertools.accumulate(len(text.encode()) for text in texts)]
    assert layout.text_bytes.tolist() == starts
    inside = []
    for text in texts:
        of_bytes = [character for character in text for _ in character.encode()]
        if of_bytes:
            both = itertools.pairwise(of_bytes)
            inside += [False, *(letter(before) and letter(after) for before, after in both)]
    assert layout.inside_words(np.arange(len(at) + 1)).tolist() == [*inside, False]


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=4))
def test_cuts_are_those_of_each_text(texts):
    for found, pattern in ((WORDS, PATTERNS["superbpe"]), (CHUNKS, PATTERNS["r2m"])):
        expected = {0}
        start = 0
        for text in texts:
            for span in pieces(pattern, text):
                expected |= {start + len(text[:k].encode()) for k in span}
            start += len(text.encode())
            expected.add(start)
        assert set(np.flatnonzero(Layout(texts).cuts(found)).tolist()) == expected


# Vocabularies.


def test_a_vocabulary_by_hand():
    tokens = {
        0: b"a",
        2: b" of the",
        3: b" b.",
        4: b", and",
        5: b"",
        6: b" \xc5",
        7: b"a \xc5",
        8: b"x\ny z",
        9: b"  ",
        10: b" a b c ",
        11: b"\n \n",
    }
    found = Vocabulary(tokens)
    words = {0: 1, 2: 2, 3: 1, 4: 2, 5: 0, 6: 1, 7: 2, 8: 2, 9: 0, 10: 3, 11: 2}
    assert {id: int(found.words[id]) for id in tokens} == words
    assert np.flatnonzero(found.superword).tolist() == [2, 4, 7, 8, 10, 11]
    # `b.` is two words of the pattern; two newlines around a space are one.
    assert np.flatnonzero(found.crossing).tolist() == [2, 3, 4, 7, 8, 10]
    assert np.flatnonzero(found.punctuation).tolist() == [4]
    assert np.flatnonzero(found.newline).tolist() == [8, 11]
    metrics = found.metrics()
    assert metrics["superwords_in_vocab"] == 6
    assert metrics["superword_share_of_vocab"] == 6 / 11
    assert metrics["words_histogram_of_vocab"] == {"0": 2, "1": 3, "2": 5, "3": 1}


@pytest.mark.parametrize("merges", [0, 5])
@pytest.mark.parametrize("walls", [False, True])
def test_entries_that_are_never_reached(crossing, walls, merges):
    """Each entry encoded by itself, one by one; without some merges, and with SuperBPE's walls."""
    document = json.loads(crossing.to_str())
    if walls:
        document["pre_tokenizer"] = splitter(PATTERNS["superbpe"], byte_level=True)
    document["model"]["merges"] = document["model"]["merges"][: -merges or None]
    tokenizer = ht.Tokenizer.from_str(json.dumps(document), strict=False)
    alone = ht.Tokenizer.from_str(json.dumps({**document, "pre_tokenizer": None}), strict=False)
    of_model = of_all = 0
    for token, id in tokenizer.get_vocab().items():
        of_model += alone.encode(token, add_special_tokens=False).ids != [id]
        text = tokenizer.decode_bytes([id]).decode("utf-8", "replace")
        if "\ufffd" not in text:
            of_all += tokenizer.encode(text, add_special_tokens=False).ids != [id]
    assert of_model == merges
    assert of_all > 100 if walls else of_all >= merges
    report = evaluate(tokenizer, ["bir yokmuş"], "superword")
    assert report.value("model_unreachable") == of_model
    assert report.value("pipeline_unreachable") == of_all


# Texts.


def slow_superwords(tokens, ids, text):
    """One token after the other."""
    data = text.encode()
    before = [character for character in text for _ in character.encode()]
    ends = {len(text[:k].encode()) for span in pieces(PATTERNS["superbpe"], text) for k in span}
    found = {"superwords": 0, "cutting": 0, "of_pretokens": 0, "punctuation": 0, "newline": 0}
    place = 0
    for id in ids:
        token = tokens[id]
        start, place = place, place + len(token)
        assert data[start:place] == token
        if len(re.findall(b"[^ ]+", token)) < 2:
            continue
        found["superwords"] += 1
        inner = [k for k in (start, place) if 0 < k < len(data)]
        found["cutting"] += any(letter(before[k - 1]) and letter(before[k]) for k in inner)
        found["of_pretokens"] += any(k not in ends for k in inner)
        characters = token.decode("utf-8", "ignore")
        found["punctuation"] += any(unicodedata.category(c)[0] in "PS" for c in characters)
        found["newline"] += "\n" in characters
    return found


#: Parts of lines, long enough to hold superwords, that begin and end anywhere.
PARTS = [line[k : k + 12] for line in LINES for k in range(0, len(line), 7)]
JOINED = st.lists(st.sampled_from([*PARTS, "1", "日", "\n"]), max_size=6).map("".join)


@settings(deadline=None)
@given(texts=st.lists(JOINED, max_size=5))
def test_superwords_are_those_of_the_definition(crossing, texts):
    tokens = subject(crossing).token_bytes()
    measured = Superwords(Vocabulary(tokens))
    texts = [*texts, *LINES[:2]]
    layout, encoded = Layout(texts), encode_flat(subject(crossing), texts)
    measured.add(layout, encoded, layout.cuts(WORDS))
    slow = [
        slow_superwords(tokens, crossing.encode(text, add_special_tokens=False).ids, text)
        for text in texts
    ]
    expected = {key: sum(of_text[key] for of_text in slow) for key in slow[0]}
    found = measured.metrics()
    assert measured.misplaced == 0
    assert found["superword_tokens"] == expected["superwords"] > 0
    assert found["cutting_superwords"] == expected["cutting"]
    assert found["cutting_rate"] == expected["cutting"] / expected["superwords"]
    assert found["pretoken_cutting_rate"] == expected["of_pretokens"] / expected["superwords"]
    assert found["superwords_with_punctuation"] == expected["punctuation"]
    assert found["superwords_with_newline"] == expected["newline"]
    assert found["superword_share"] == expected["superwords"] / len(encoded.ids)
    assert sum(found["words_histogram"].values()) == len(encoded.ids)


class Known:
    """A byte-level tokenizer that knows one text by heart."""

    def __init__(self, text, *cut):
        assert text == "".join(cut)
        self.text, self.cut = text, [piece.encode() for piece in cut]
        self.vocab_size = len(self.cut)

    def encode_batch(self, texts):
        raise AssertionError("there is a quicker way")

    def encode_flat(self, texts):
        offsets = [self.vocab_size * k for k in range(len(texts) + 1)]
        return Flat(np.arange(offsets[-1]) % self.vocab_size, np.array(offsets))

    def encode_ids(self, text):
        return list(range(self.vocab_size))

    def decode(self, ids):
        return self.text

    def token_bytes(self):
        return dict(enumerate(self.cut))


#: A text in tokens, and how many of its superwords cut a word, or a piece of the pattern.
CUT = {
    "nothing": (["a", " of the", " end"], 1, 0, 0),
    "the end of a word": (["of", " the b", "eginning"], 1, 1, 1),
    "the start of a word": (["be", "gin of"], 1, 1, 1),
    "both": (["be", "gin of b", "egin"], 1, 1, 1),
    "an apostrophe is no letter": (["he don", "'t"], 1, 0, 0),
    "punctuation": (["a", ".. b", ".."], 1, 0, 0),
    "inside of punctuation": (["a b.", "."], 1, 0, 1),
    "before a capital": (["a foo", "Bar"], 1, 1, 0),
    "four digits": (["a 1234", "5"], 1, 1, 1),
    "three digits": (["a 123", "45"], 1, 1, 0),
    "one word each": (["a", " b", " c"], 0, 0, 0),
}


@pytest.mark.parametrize(("cut", "superwords", "cutting", "of_pretokens"), CUT.values(), ids=CUT)
def test_what_cuts_a_word(cut, superwords, cutting, of_pretokens):
    text = "".join(cut)
    report = evaluate(Known(text, *cut), [text, text], "superword")
    assert report.value("superword_tokens") == 2 * superwords
    assert report.value("cutting_superwords") == 2 * cutting
    assert report.value("cutting_rate") == (cutting / superwords if superwords else None)
    expected = of_pretokens / superwords if superwords else None
    assert report.value("pretoken_cutting_rate") == expected


def test_texts_that_are_not_the_bytes_of_their_tokens(crossing):
    """Of three texts a normalizer changes two, one of them without changing its length."""
    document = json.loads(crossing.to_str())
    document["normalizer"] = {"type": "Lowercase"}
    lower = ht.Tokenizer.from_str(json.dumps(document))
    line = LINES[0].lower()
    texts = [line, "Bir yok", "ﬁ İ bir yokmuş"]
    report = evaluate({"lower": lower}, texts, "superword")
    assert report.value("round_trip") == 1 / 3
    (warning,) = [w for w in report.document["warnings"] if "not the bytes" in w]
    assert "2 of 3 documents" in warning
    alone = evaluate(lower, [line], "superword")
    assert report.value("cutting_superwords") == alone.value("cutting_superwords")
    assert report.value("cutting_rate") == alone.value("cutting_rate")
    assert report.value("tokens") > alone.value("tokens")


# Prompts.


def slow_prompts(text):
    ends = [
        k
        for k in range(1, len(text) - 1)
        if text[k] == " " and letter(text[k - 1]) and not text[k + 1].isspace()
    ]
    some = min(4, len(ends))
    return [ends[(2 * k + 1) * len(ends) // (2 * some)] for k in range(some)]


def slow_lost(encode, prompt, whole):
    same = 0
    for a, b in zip(encode(prompt), encode(whole), strict=False):
        if a != b:
            break
        same += 1
    return len(encode(prompt)) - same


@settings(deadline=None)
@given(texts=st.lists(st.text(st.sampled_from("bir yokmuş. \n\u3000"), max_size=60), max_size=5))
def test_prompts_are_those_of_the_definition(crossing, texts):
    prompts = Prompts(texts)
    places = [(text, end) for text in texts for end in slow_prompts(text)]
    assert prompts.bare == [text[:end] for text, end in places]
    assert prompts.spaced == [text[: end + 1] for text, end in places]
    assert len(prompts) == len(places)

    def encode(text):
        return crossing.encode(text, add_special_tokens=False).ids

    bare, spaced = prompts.lost(subject(crossing))
    assert bare.tolist() == [slow_lost(encode, text[:end], text) for text, end in places]
    assert spaced.tolist() == [slow_lost(encode, text[: end + 1], text) for text, end in places]


def test_prompts_by_hand():
    text = "ab cd ef"
    tokenizer = Cut("ab| cd ef", "ab", "ab| ", "ab| cd", "ab| cd ")
    bare, spaced = Prompts([text]).lost(tokenizer)
    # ab| cd is the beginning of ab| cd ef, but not in tokens.
    assert (bare.tolist(), spaced.tolist()) == ([0, 1], [1, 1])
    report = evaluate(tokenizer, [text], "superword")
    assert report.value("prompts") == 2
    assert report.value("prompt_risk") == report.value("prompt_tokens_lost") == 0.5
    assert report.value("prompt_risk_space") == report.value("prompt_tokens_lost_space") == 1
    assert any("not byte-level" in warning for warning in report.document["warnings"])
    with pytest.raises(KeyError):
        report.value("superword_share")


def test_a_prompt_may_have_more_tokens_than_the_whole():
    text = "abcd ef"
    bare, _ = Prompts([text]).lost(Cut("abcd ef", "a|b|c|d", "a|b|c|d| "))
    assert bare.tolist() == [4]


def test_words_of_whole_tokens_are_whole_prompts(trained, lines):
    """Where no token crosses a word's end, no prompt without a space changes."""
    report = evaluate(trained, lines, "superword")
    assert report.value("prompts") > 100
    assert report.value("prompt_risk") == 0
    assert report.value("prompt_risk_space") > 0.9


def test_long_texts_are_cut_for_prompts():
    text = "a word of it " * 1000 + "b" * 9000
    prompts = Prompts([text])
    assert "".join(prompts.wholes) == text
    assert max(map(len, prompts.wholes)) <= 4096
    # Four for each piece of words; none in what has no space.
    assert len(prompts) == 4 * sum(" word" in whole for whole in prompts.wholes)
    starts = [whole[0] for whole in prompts.wholes if " word" in whole][1:]
    assert set(starts) == {" "}


# Chunks and latencies.


def test_the_longest_chunk(trained):
    texts = ["a bc def", "kısa bir 123 yokmuş!! ", "ığ ışığı"]
    longest = max(
        (text[a:b] for text in texts for a, b in pieces(PATTERNS["r2m"], text)),
        key=lambda chunk: len(chunk.encode()),
    )
    assert longest == "ığ ışığı"
    report = evaluate(trained, texts, "superword")
    assert report.value("longest_chunk_bytes") == len(longest.encode())
    assert not report.values("latency_p99_ms")


class Slow:
    """A tokenizer that needs a millisecond for each character."""

    vocab_size = None

    def __init__(self, clock):
        self.clock = clock

    def encode_ids(self, text):
        self.clock[0] += 1_000_000 * len(text)
        return [0]


def test_latencies_by_hand(monkeypatch):
    clock = [0]
    monkeypatch.setattr("time.perf_counter_ns", lambda: clock[0])
    texts = ["a" * k for k in range(1, 102)]
    found = latencies({"slow": Slow(clock)}, texts, "b" * 500)["slow"]
    assert found == {
        "latency_p50_ms": 51,
        "latency_p99_ms": 100,
        "latency_max_ms": 101,
        "longest_chunk_ms": 500,
    }


def test_latencies_are_measured_on_request(trained, lines):
    report = evaluate({"a": trained, "b": list}, lines, "superword", speed=True)
    for name in "ab":
        p50, p99, top = (report.value(f"latency_{key}_ms", name) for key in ("p50", "p99", "max"))
        assert 0 < p50 <= p99 <= top
        assert report.value("longest_chunk_ms", name) > 0
    assert "p99 ms" in report.table()


# Tokenizers of others.


def test_ours_and_huggingface_are_measured_alike(crossing):
    theirs = pytest.importorskip("tokenizers").Tokenizer.from_str(crossing.to_str())
    texts = ["".join(PARTS[k::5]) for k in range(5)]
    report = evaluate({"ours": crossing, "theirs": theirs}, texts, "superword")
    results = report.document["results"]
    assert results["ours"] == results["theirs"]
    assert report.value("superword_share") > 0.05
    assert report.value("cutting_superwords") > 0


def test_tiktoken_is_measured_alike(lines):
    tiktoken = pytest.importorskip("tiktoken", reason="tiktoken is not installed")
    ours = ht.train_bpe(lines, vocab_size=500, pattern="cl100k")
    vocab = ours.get_vocab()
    ranks = {ours.decode_bytes([id]): id for id in vocab.values()}
    document = json.loads(ours.to_str())
    (split, _) = document["pre_tokenizer"]["pretokenizers"]
    theirs = tiktoken.Encoding(
        "test",
        pat_str=split["pattern"]["Regex"],
        mergeable_ranks=ranks,
        special_tokens={"<|end|>": len(ranks) + 3},
    )
    report = evaluate({"ours": ours, "theirs": theirs}, lines, "superword")
    assert subject(theirs).vocab_size == len(ranks) + 4
    first, second = (report.document["results"][name] for name in ("ours", "theirs"))
    assert second["vocabulary"]["model_unreachable"] is None
    corpora = [of["corpora"]["corpus"] for of in (first, second)]
    for of in corpora:
        of.pop("vocab_size")
    assert corpora[0] == corpora[1]
    text = "日本 ‘İ’ <|end|> bir yokmuş"
    (mine,), (yours,) = (subject(of).encode_batch([text]) for of in (ours, theirs))
    assert list(mine.ids) == list(yours.ids)
    assert mine.offsets == yours.offsets
    assert subject(theirs).decode(yours.ids) == text


def test_flat_ids_are_those_of_one_text_each(trained, lines):
    texts = [*lines[:7], "", lines[8]]
    theirs = pytest.importorskip("tokenizers").Tokenizer.from_str(trained.to_str())
    for of in (subject(trained), subject(theirs)):
        found = encode_flat(of, texts)
        parts = [found.ids[a:b].tolist() for a, b in itertools.pairwise(found.offsets)]
        assert parts == [list(of.encode_ids(text)) for text in texts]
        assert decode_flat(of, found) == texts
    assert encode_flat(subject(list), ["", ""]).offsets.tolist() == [0, 0, 0]
