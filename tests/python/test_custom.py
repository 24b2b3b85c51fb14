"""Custom words: lists, boundaries, the choice of those that pay, and vocabularies of round size."""

import json
import os
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, golden
from hypothesis import given
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.corpus.sampling import Sample
from hybridtok.diagnosis.usage import added_usage
from hybridtok.training.choosing import choose_tokens
from hybridtok.training.custom import (
    CATALOGUES,
    CustomWord,
    custom_words,
    is_word_character,
    token_of,
)
from hybridtok.training.reserved import pad_vocabulary

LEGAL = (ROOT / "corpora" / "legal" / "contracts.txt").read_text(encoding="utf-8")
ENGLISH = (ROOT / "corpora" / "english" / "english.txt").read_text(encoding="utf-8")

# --- Lists -------------------------------------------------------------------------------------

KL3M = ["whitespace", "markdown", "html", "json", "xml", "years"]

#: The published numbers of different strings.
SIZES = {
    "whitespace": 30,
    "markdown": 56,
    "html": 123,
    "json": 10,
    "xml": 7,
    "years": 274,
    "citations-001": 1066,
}


@pytest.mark.parametrize(("name", "size"), SIZES.items(), ids=SIZES)
def test_sizes_of_catalogues(name, size):
    assert len(custom_words([name])) == size


def test_contents_of_catalogues():
    def texts(*names, **options):
        return {word.text for word in custom_words(names, **options)}

    assert texts("whitespace") >= {"  ", "\n" * 8, "\r\n", "\t "}
    assert texts("years") == {str(year) for year in range(1776, 2050)}
    assert texts("html") >= {"<table", "<TABLE", "</table>", " href=", " HREF="}
    assert not any(re.search("[A-Z]", text) for text in texts("html", lowercase=True))
    assert texts("json") == {'{"', '"}', '["', '"]', '":', '","', '":"', "null", "true", "false"}
    numbers = {str(number) for number in range(10, 1000)}
    assert texts("citations") >= {"(a)", "(Z)", "(viii)", "(VIII)", "(1)", "(99)", *numbers}
    assert {text for text in texts("citations-001") if text[1:-1].isdigit() and "(" in text} == {
        f"({digit})" for digit in range(10)
    }
    assert texts("legal") > {"force majeure", "hold harmless"}
    assert texts("finance") > {"deferred tax assets", "Form 10-K"}
    assert texts("roman") > {"XIV", "xiv", "XL"}
    assert texts("enumerations") > {"(aa)", "12.", "IV.", "(a)(1)"}


def test_all_catalogues_are_in_order():
    """Each word once, nothing that is dropped, no trailing spaces that an editor would eat."""
    assert set(SIZES) < set(CATALOGUES)
    folder = Path(ht.__file__).parent / "training" / "catalogues"
    for name in CATALOGUES:
        lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        words = [line for line in lines if not line.startswith("# ")]
        assert len(custom_words([name])) == len(words) == len(set(words)), name
        assert [line for line in lines if line != line.strip()] == [], name


CITATION_WORDS = golden("character") / "kl3m" / "citation_words.txt"


@pytest.mark.golden
@pytest.mark.skipif(
    not CITATION_WORDS.is_file(), reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped"
)
def test_golden_character_catalogue():
    words = [*KL3M, "citations", CITATION_WORDS]
    assert len(custom_words([*KL3M, "citations-001"])) == 1566
    assert len(custom_words(["citations", CITATION_WORDS])) == 4009
    assert len(custom_words(words)) == 4509
    assert len(custom_words(words, lowercase=True)) == 4390


def test_lists_of_users(tmp_path):
    path = tmp_path / "mine.txt"
    cases = [
        ("F.Supp.", "F.Supp."),
        ("two words", "two words"),
        ("##", "##"),
        ("#tag", "#tag"),
        (r"\section", r"\section"),
        ("", None),
        ("   ", None),
        ("# a comment", None),
        ("x", None),  # one character
        (r'"\t\t"', "\t\t"),
        (r'" spaced "', " spaced "),
        (r'"\"quoted\""', '"quoted"'),
        ("line\u2028end", "line\u2028end"),
        ("https://\tany", "https://"),
        ('"a b"\tword', "a b"),
    ]
    for ends in ("\n", "\r\n"):
        path.write_bytes(("\ufeff" + ends.join(line for line, _ in cases)).encode())
        words = custom_words([path])
        assert [word.text for word in words] == sorted(text for _, text in cases if text)
    marked = {word.text: word.boundary for word in words if word.boundary}
    assert marked == {"https://": "any", "a b": "word"}
    assert custom_words([path, path]) == words
    (tmp_path / "other.txt").write_text("F.Supp.\tany\n")
    assert CustomWord("F.Supp.", "any") in custom_words([path, tmp_path / "other.txt"])
    assert CustomWord("f.supp.") in custom_words([path], lowercase=True)


@pytest.mark.parametrize(
    ("line", "message"),
    [('"open', "no JSON string"), ("a\tsome", "`word` or `any`"), ("a\t", "`word` or `any`")],
)
def test_lines_that_are_refused(line, message, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(f"fine\n{line}\n")
    with pytest.raises(ValueError, match=rf"mine\.txt, line 2: .*{message}"):
        custom_words([path])


def test_lists_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        custom_words(["legalese"])


def test_words_of_reporters_db(tmp_path, monkeypatch):
    package = tmp_path / "reporters_db"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('only the tables are read')\n")
    tables = {
        "reporters": {"F. Supp.": [{"variations": {"F.Supp.": "F. Supp.", "Fed. Supp.": "x"}}]},
        "laws": {"Cal. Code": []},
        "journals": {"J. L.": []},
        "case_name_abbreviations": {"Ass'n": ["Association"]},
    }
    for name, table in tables.items():
        (package / "data" / f"{name}.json").write_text(json.dumps(table))
    monkeypatch.syspath_prepend(tmp_path)
    assert [word.text for word in custom_words(["reporters-db"])] == sorted(
        ["F.", "Supp.", "F.Supp.", "Fed.", "Cal.", "Code", "J.", "L.", "Ass'n"]
    )


# --- Boundaries --------------------------------------------------------------------------------


def tokenizer_of(words, boundary="word"):
    """Bytes, and words."""
    tokenizer = ht.train_bpe(["a"], vocab_size=256)
    tokenizer.add_tokens(token_of(CustomWord(*word), boundary) for word in words)
    return tokenizer


def matches(tokenizer, text):
    """What was taken: places and contents."""
    encoding = tokenizer.encode(text)
    found = zip(encoding.ids, encoding.offsets, strict=True)
    return [(start, end) for id, (start, end) in found if id >= 256]


@pytest.mark.parametrize(
    ("boundary", "want"), [("word", ["1933"]), ("any", ["true", "null", "1933", "10", "1933"])]
)
def test_words_are_not_cut(boundary, want):
    tokenizer = tokenizer_of([("null",), ("true",), ("10",), ("1933",)], boundary)
    text = "construed annulled 119334 10x 1933"
    assert [text[start:end] for start, end in matches(tokenizer, text)] == want


RULES = [
    # word, text, the places where it is taken
    ("Chi", "Chi Chis China xChi Chi_ Chi. (Chi) Chi\u0301 Çhi", [0, 25, 31]),
    ("(a)", "(a) 4(a) x(a)y ((a)) (aa)", [0, 5, 10, 16]),
    ("F.Supp.", "F.Supp. xF.Supp. F.Supp.2d 5 F.Supp., F.Supp..", [0, 29, 38]),
    ("की", "की कीत", [0]),
]


@pytest.mark.parametrize(("word", "text", "want"), RULES)
def test_the_rule(word, text, want):
    tokenizer = tokenizer_of([(word,)])
    assert [start for start, _ in matches(tokenizer, text)] == want
    everywhere = [found.start() for found in re.finditer(re.escape(word), text)]
    assert set(want) <= set(everywhere)
    for free in (tokenizer_of([(word,)], "any"), tokenizer_of([(word, "any")])):
        assert [start for start, _ in matches(free, text)] == everywhere


def test_words_characters_are_those_of_the_flag():
    """Ours are at least those that `single_word` looks at, but for what ends no word."""
    tokenizer = tokenizer_of([("qz",)])
    characters = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    texts = [f"{character}qz" for character in characters]
    ids = tokenizer.encode_batch_ids(texts)
    taken = np.flatnonzero(ids.values == tokenizer.token_to_id("qz"))
    free = set((np.searchsorted(ids.offsets, taken, "right") - 1).tolist())
    left = [
        character
        for k, character in enumerate(characters)
        if k not in free and not is_word_character(character)
    ]
    assert {unicodedata.category(character) for character in left} == {"So", "Cf"}
    assert [character for character in left if unicodedata.category(character) == "Cf"] == [
        "\u200c",
        "\u200d",
    ]
    assert {"a", "é", "9", "_", "\u0301"}.isdisjoint(characters[k] for k in free)


WORDS = st.lists(st.text("ab.( ", min_size=2, max_size=4), min_size=1, max_size=6, unique=True)


@given(WORDS, st.text("ab.( _", max_size=24))
def test_the_rule_beside_its_definition(words, text):
    """Longest first from the left, and of these the ones that stand between no word characters."""
    tokenizer = tokenizer_of([(word,) for word in words])
    want, at = [], 0
    while at < len(text):
        here = [word for word in words if text.startswith(word, at)]
        if not here:
            at += 1
            continue
        longest = max(here, key=len)
        end = at + len(longest)
        before, after = text[at - 1 : at], text[end : end + 1]
        inside = [bool(re.match(r"\w", c)) for c in (longest[0], longest[-1])]
        beside = [bool(re.match(r"\w", c)) for c in (before, after)]
        if not (any(inside) and any(beside)):
            want.append((at, end))
        at = end
    assert matches(tokenizer, text) == want
    # The sheet's rule holds wherever a word is taken ...
    for start, end in want:
        assert not (text[start - 1 : start].isalnum() and text[start].isalnum())
        assert not (text[end - 1].isalnum() and text[end : end + 1].isalnum())


def all_words(path):
    return [*custom_words([name for name in CATALOGUES if name != "citations-001"]), *path]


def equal_to_tokenizers(tokenizer, texts, folder):
    """Loads what we write into stock `tokenizers`; every id and every place must be the same."""
    stock = pytest.importorskip("tokenizers")
    tokenizer.save_pretrained(folder)
    theirs = stock.Tokenizer.from_file(str(folder / "tokenizer.json"))
    ours = ht.Tokenizer.from_pretrained(folder)
    for text, other in zip(texts, theirs.encode_batch(texts), strict=True):
        encoding = ours.encode(text)
        assert encoding.ids == other.ids
        assert encoding.offsets == other.offsets
        assert ours.decode(encoding.ids) == text


def words_cut(tokenizer, texts):
    """Words that a custom token cuts, counted without the flags: by the text alone."""
    # The model itself may yield those that it had learned.
    learned = tokenizer.get_vocab(False).values()
    added = tokenizer.get_added_tokens_decoder().keys() - learned
    cut = []
    for text in texts:
        encoding = tokenizer.encode(text)
        edges = {
            edge
            for id, span in zip(encoding.ids, encoding.offsets, strict=True)
            if id in added
            for edge in span
        }
        words = re.finditer("[A-Za-z0-9]+", text)
        cut += [w[0] for w in words if not edges.isdisjoint(range(w.start() + 1, w.end()))]
    return cut


def test_stock_tokenizers_take_the_same_words(tmp_path):
    texts = LEGAL.splitlines()
    tokenizer = ht.train_bpe(texts, vocab_size=2000)
    tokenizer.add_tokens(map(token_of, all_words([])))
    equal_to_tokenizers(tokenizer, texts, tmp_path)
    assert words_cut(tokenizer, texts) == []
    naive = ht.train_bpe(texts, vocab_size=2000)
    naive.add_tokens(token_of(word, "any") for word in all_words([]))
    assert len(words_cut(naive, texts)) > 500


OUTSIDE = Path(os.environ.get("HYBRIDTOK_DATA", "")) / "legal" / "contracts"


@pytest.mark.outside
@pytest.mark.skipif(not OUTSIDE.is_dir(), reason="needs legal/ in $HYBRIDTOK_DATA; not shipped")
def test_stock_tokenizers_take_the_same_words_of_real_contracts(tmp_path):
    lines = (OUTSIDE / "credit.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    tokenizer = ht.train_bpe(texts, vocab_size=8000)
    trained = ht.Tokenizer(tokenizer)
    tokenizer.add_tokens(map(token_of, all_words([])))
    equal_to_tokenizers(tokenizer, texts, tmp_path / "all")
    assert words_cut(tokenizer, texts) == []
    chosen = choose_tokens(trained, texts, all_words([]))
    trained.add_tokens(chosen.tokens)
    equal_to_tokenizers(trained, texts, tmp_path / "chosen")
    assert len(words_cut(trained, texts)) < 0.0001 * sum(len(text.split()) for text in texts)


# --- Choosing ----------------------------------------------------------------------------------


def tokens_of(tokenizer, texts):
    return sum(len(tokenizer.encode(text).ids) for text in texts)


def test_chosen_tokens_pay():
    lines = LEGAL.splitlines()
    sample, held = lines[::2], lines[1::2]
    tokenizer = ht.train_bpe(sample, vocab_size=2000)
    before = tokenizer.to_str()
    choice = choose_tokens(tokenizer, sample, all_words([]))
    assert tokenizer.to_str() == before
    with_all = ht.Tokenizer(tokenizer)
    with_all.add_tokens(choice.tokens)
    assert choice.before == tokens_of(tokenizer, sample)
    assert choice.after == tokens_of(with_all, sample)
    assert sum(choice.saved) == pytest.approx(choice.before - choice.after, abs=len(choice.saved))
    assert choice.after < 0.95 * choice.before
    assert tokens_of(with_all, held) < 0.97 * tokens_of(tokenizer, held)
    assert choice.saved == sorted(choice.saved, reverse=True)
    assert choice.saved[-1] >= 2
    naive = ht.Tokenizer(tokenizer)
    naive.add_tokens(token_of(word, "any") for word in all_words([]))
    assert tokens_of(naive, held) > tokens_of(with_all, held)


def test_without_any_one_of_them_there_are_more_tokens():
    texts = LEGAL.splitlines()[:400]
    tokenizer = ht.train_bpe(texts, vocab_size=1500)
    choice = choose_tokens(tokenizer, texts, all_words([]), least=20)
    assert len(choice.tokens) >= 10
    for k, saved in enumerate(choice.saved):
        others = ht.Tokenizer(tokenizer)
        others.add_tokens(choice.tokens[:k] + choice.tokens[k + 1 :])
        # Others may take its place, but nothing is better than it.
        assert 0 <= tokens_of(others, texts) - choice.after <= 1.5 * saved + 5


def test_savings_are_counted_exactly():
    """By hand: bytes only, so that each token saves its length less one, and spoils nothing."""
    tokenizer = ht.train_bpe(["a"], vocab_size=256)
    texts = ["ab cd ab", "xcd", "é cd", "abab"]
    choice = choose_tokens(tokenizer, texts, [CustomWord("cd"), CustomWord("ab")], least=1)
    got = {token.content: n for token, n in zip(choice.tokens, choice.saved, strict=True)}
    # " cd" twice; "ab" at the start; " ab" once.
    assert got == {" cd": 4, " ab": 2, "ab": 1}
    assert (choice.before, choice.after) == (20, 13)


def test_words_are_bound_if_they_would_cut():
    tokenizer = ht.train_bpe(["a"], vocab_size=256)

    def chosen(texts, *words, **options):
        words = [CustomWord(*word) for word in words]
        choice = choose_tokens(tokenizer, texts, words, least=1, **options)
        return {token.content: token.single_word for token in choice.tokens}

    fine = ["see F.Supp.2d", "a F.Supp. b"]
    assert chosen(fine, ("F.Supp.",)) == {" F.Supp.": False}
    cut = [*fine, "xF.Supp. y", "(F.Supp.)"]
    assert chosen(cut, ("F.Supp.",)) == {" F.Supp.": False, "F.Supp.": True}
    assert chosen(cut, ("F.Supp.", "any")) == {" F.Supp.": False, "F.Supp.": False}
    # A bound spaced word is taken behind punctuation only.
    assert chosen(["a lien", "a lien"], ("lien",)) == {" lien": False}
    assert chosen(["a lien", "a liens"], ("lien",)) == {}
    assert chosen(["a lien", "a liens"], ("lien",), boundary="any") == {" lien": False}
    assert chosen(["a liens", ", lien"], ("lien",)) == {" lien": True}


def test_nothing_to_choose_from():
    tokenizer = ht.train_bpe(["a"], vocab_size=256)
    for texts, words in [([], [CustomWord("ab")]), (["ab ab"], []), ([""], [CustomWord("ab")])]:
        choice = choose_tokens(tokenizer, texts, words)
        assert (choice.tokens, choice.before) == ([], choice.after)


def test_specials_in_a_sample_stay_text():
    tokenizer = ht.train_bpe(["a"], vocab_size=260, special_tokens=["<|end|>"])
    choice = choose_tokens(tokenizer, ["<|end|> null null"], [CustomWord("null")], least=1)
    assert [token.content for token in choice.tokens] == [" null"]
    assert choice.before == len("<|end|> null null")


# --- The report --------------------------------------------------------------------------------


def test_report():
    tokenizer = tokenizer_of([("null", "any"), ("true",), ("(a)",), ("none",)])
    tokenizer.add_special_tokens(["<s>"])
    report = added_usage(tokenizer, ["annulled null, true (a)", "null constr<s>ued (a)"] * 3)
    assert report == {
        "tokens": 4,
        "unused": 1,
        "most_used": [("null", 9), ("(a)", 6), ("true", 3)],
        "cut": 3,
        "cut_share": pytest.approx(3 / 27),
        "most_cut": [("annulled", 3)],
    }
    clean = added_usage(tokenizer_of([("null",)]), ["annulled"])
    assert (clean["cut"], clean["cut_share"], clean["most_cut"]) == (0, 0.0, [])


# --- A sample of a corpus ----------------------------------------------------------------------


def sample_documents(batches, size):
    sample = Sample(size)
    assert list(sample.watch(iter(batches))) == list(batches)
    return sample.texts


def test_samples():
    documents = [f"{k:05d}" for k in range(20_000)]

    def batches(size):
        return [documents[k : k + size] for k in range(0, len(documents), size)]

    sample = sample_documents(batches(1000), 5000)
    assert len(sample) == len(set(sample)) == 1000
    assert sample_documents(batches(7), 5000) == sample
    lengths = [[document * (int(document) % 9 + 1) for document in batch] for batch in batches(7)]
    whole = [document for batch in lengths for document in batch]
    assert sample_documents(lengths, 5000) == sample_documents([whole], 5000)
    assert sorted(sample_documents(batches(1000), 10**6)) == documents
    # From everywhere: of 20 parts, each has 50 on average.
    parts = [sum(k * 1000 <= int(d) < (k + 1) * 1000 for d in sample) for k in range(20)]
    assert min(parts) > 20
    assert max(parts) < 90
    assert sample_documents([["x" * 100]], 10) == ["x" * 10]
    assert sample_documents([["x" * 8, "y" * 9]], 10) in (["x" * 8], ["y" * 9])
    assert sample_documents([], 10) == []


def test_a_sample_is_no_other_than_of_all_documents(tmp_path):
    """What a weight took has small draws; the sample must not prefer it."""
    (tmp_path / "a.txt").write_text("".join(f"a{k:05d}\n" for k in range(8000)))
    (tmp_path / "b.txt").write_text("".join(f"b{k:05d}\n" for k in range(2000)))
    from hybridtok.corpus import open_corpus

    mixed = open_corpus([f"{tmp_path / 'a.txt'}:0.25", tmp_path / "b.txt"])
    sample = sample_documents(list(mixed.batches()), 7 * 1000)
    assert sum(line[0] == "a" for line in sample) == pytest.approx(500, abs=80)


# --- Round sizes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "to", "want"),
    [
        (4095, "pow2", 4096),
        (4096, "pow2", 4096),
        (4097, "pow2", 8192),
        (300, 64, 320),
        (320, 64, 320),
        (300, 1, 300),
    ],
)
def test_round_sizes(size, to, want):
    tokenizer = ht.train_bpe(["a"], vocab_size=256)
    tokenizer.add_tokens([f"word{k}" for k in range(size - 256)])
    assert pad_vocabulary(tokenizer, to) == want - size
    assert len(tokenizer) == max(tokenizer.get_vocab().values()) + 1 == want
    assert tokenizer.special_tokens == [f"<|reserved_{k}|>" for k in range(want - size)]
    assert pad_vocabulary(tokenizer, to) == 0
    text = "<|reserved_0|> \n \t"
    assert max(tokenizer.encode(text).ids) < 256
    if want > size:
        assert tokenizer.encode(text, allowed_special="all").ids[0] == size


def test_numbers_of_reserved_tokens_go_on():
    tokenizer = ht.train_bpe(["a"], vocab_size=258, special_tokens=["<|reserved_1|>"])
    assert pad_vocabulary(tokenizer, 4) == 3
    assert pad_vocabulary(tokenizer, 8) == 4
    assert sorted(tokenizer.special_tokens) == [f"<|reserved_{k}|>" for k in range(8)]
    with pytest.raises(ValueError, match="at least 1"):
        pad_vocabulary(tokenizer, 0)
