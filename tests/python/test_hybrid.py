"""Hybrid tokenizers: nothing is lost, morphemes share ids, and what the command line makes."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, golden_file
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.languages import PACKS

CORPUS = ROOT / "corpora" / "turkish" / "turkish.txt"
KINDS = [("shared", None), ("shared", 0), ("surface", None), ("surface", 0)]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
def hybrid(request):
    mode, merges = request.param
    return ht.train_hybrid(CORPUS, language="tr", vocab_size=6000, mode=mode, merges=merges)


@pytest.fixture(scope="module")
def shared():
    return ht.train_hybrid(CORPUS, language="tr", vocab_size=6000, merges=0)


def test_golden_morphology_texts_come_back(hybrid):
    rows = json.loads(golden_file("morphology", "roundtrip.json").read_text(encoding="utf-8"))
    lines = golden_file("morphology", "reference_failures.tsv").read_text(encoding="utf-8")
    texts = [row["text"] for row in rows]
    texts += [line.split("\t")[0] for line in lines.splitlines() if not line.startswith("#")]
    assert len(texts) > 1
    for text in texts:
        assert hybrid.decode(hybrid.encode_ids(text)) == text


PIECES = st.sampled_from(
    "kitap lar ı yı gel iyor İstanbul ANKARA 'dan ’ın 3 20 'te i I İ ı ß ẞ ǅ ▁ <0x41> <eos> <v:1> "
    "日 \u0301 \u0bbe 😀 \ue001 . , - _".split(" ")
)
TEXTS = st.lists(PIECES | st.sampled_from([" ", "  ", "\n", "\t"]) | st.text(max_size=3)).map(
    "".join
)


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(hybrid, text):
    encoding = hybrid.encode(text)
    assert hybrid.decode(encoding.ids) == text
    assert list(hybrid.encode_ids(text)) == encoding.ids
    # Spans follow each other and cover the text; what is within one character shares it.
    end = 0
    for start, stop in encoding.offsets:
        assert start <= end <= max(stop, end)
        end = max(stop, end)
    assert end == len(text)
    specials = {hybrid.token_to_id(token) for token in hybrid.special_tokens}
    assert not specials & set(encoding.ids)


@pytest.mark.parametrize("mode", ["shared", "surface"])
@pytest.mark.parametrize("language", ["en", "fi", "hu", "tr"])
def test_words_of_every_pack_come_back_in_every_company(language, mode):
    """Compounds, capitals, digits, apostrophes: what a word announces must not reach the next."""
    rng = random.Random(7)
    rows = (PACKS / language / "roots.tsv").read_text(encoding="utf-8").splitlines()
    roots = [row.split("\t")[0] for row in rows if not row.startswith("#")]
    roots = [*rng.sample(roots, 400), "a", "as", "x9", "q"]

    def text():
        words = []
        for _ in range(rng.randrange(1, 5)):
            word = "".join(rng.choice(roots) for _ in range(rng.choice([1, 1, 2, 3])))
            word += rng.choice(["", "", "3", "'", "3'"]) + rng.choice(["", rng.choice(roots)])
            words.append(rng.choice([str, str, str.upper, str.title, str.swapcase])(word))
        return rng.choice(["", " "]) + rng.choice([" ", "", "\n", "-", "3'", "(", "'"]).join(words)

    tok = ht.train_hybrid([text() for _ in range(300)], language=language, mode=mode)
    for _ in range(4_000):
        one = text()
        assert tok.decode(tok.encode_ids(one)) == one


BYTES = st.lists(
    st.binary(max_size=4)
    | PIECES.map(str.encode)
    | PIECES.map(lambda piece: piece.encode()[:-1])
    | st.sampled_from(
        [b" ", b"\n", b"\xe3", b"\xc4", b"\xf0\x9f", b"\xff", "ꙮ".encode(), "Ꙗa".encode()]
    )
).map(b"".join)


@given(data=BYTES)
@settings(max_examples=1_000, deadline=None)
def test_any_bytes_come_back(hybrid, data):
    ids = hybrid.encode_bytes(data)
    assert ids.dtype == np.uint32
    assert hybrid.decode_bytes(ids) == data
    assert hybrid.decode(ids) == data.decode("utf-8", "replace")
    stream = hybrid.decode_stream()
    told = [stream.step(hybrid, int(id)) or "" for id in ids] + [stream.finish(hybrid) or ""]
    assert "".join(told) == data.decode("utf-8", "replace")


@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_bytes_of_a_text_have_its_ids(hybrid, trained, text):
    for tok in [hybrid, trained]:
        assert np.array_equal(tok.encode_bytes(text.encode()), tok.encode_ids(text))


@given(data=BYTES)
@settings(max_examples=300, deadline=None)
def test_byte_level_tokenizers_take_bytes_too(trained, data):
    assert trained.decode_bytes(trained.encode_bytes(data)) == data


def test_other_tokenizers_have_no_ids_for_stray_bytes():
    tok = ht.train_bpe(["ab abc"], vocab_size=270, byte_level=False)
    assert np.array_equal(tok.encode_bytes(b"abc"), tok.encode_ids("abc"))
    with pytest.raises(ValueError, match="byte-level"):
        tok.encode_bytes(b"ab\xff")
    with pytest.raises(ValueError, match="continuation"):
        tok.decode([0], continuation=True)


@given(left=TEXTS, right=TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_continuation_keeps_its_space(hybrid, trained, left, right):
    """Ids of a text, cut where a word with a space in front begins."""
    whole = f"{left}. {right}"
    encoding = hybrid.encode(whole)
    ids = encoding.ids
    for k in range(1, len(ids)):
        start = encoding.offsets[k][0]
        begins = encoding.word_ids[k] != encoding.word_ids[k - 1]
        if begins and whole[start] == " " and whole[start - 1] == ".":
            head, tail = hybrid.decode(ids[:k]), hybrid.decode(ids[k:], continuation=True)
            assert head + tail == whole
            assert hybrid.decode_bytes(ids[k:], continuation=True).decode() == tail
            assert hybrid.decode_batch([ids[k:]], continuation=True) == [tail]
            stream = hybrid.decode_stream(continuation=True)
            told = [stream.step(hybrid, id) or "" for id in ids[k:]] + [stream.finish(hybrid) or ""]
            assert "".join(told) == tail
    plain = trained.encode(right).ids
    assert trained.decode(plain, continuation=True) == right


def test_a_first_word_has_no_space_but_in_a_continuation(shared):
    ids = shared.encode("evde kitap").ids
    assert shared.decode(ids) == "evde kitap"
    assert shared.decode(ids, continuation=True) == " evde kitap"
    # The word cache does not mix them up.
    assert shared.decode(ids) == "evde kitap"
    glued = shared.encode("(kitap").ids[1:]
    assert shared.decode(glued, continuation=True) == "kitap"


NUMBERS = [
    ("7", [" 7"], [" 7"]),
    ("2024", [" 2", "0", "2", "4"], [" 2", "024"]),
    ("100'üncü", [" 1", "0", "0", "'", "+NCI"], [" 100", "'", "+NCI"]),
    ("2024'ün", [" 2", "0", "2", "4", "'", "+GEN"], [" 2", "024", "'", "+GEN"]),
    (" 12345678", [" ", *"12345678"], [" ", "12", "345", "678"]),
    ("o 1234,5", ["▁o", " 1", "2", "3", "4", ",", "5"], ["▁o", " 1", "234", ",", "5"]),
    ("o 000 00", ["▁o", " 0", "0", "0", " 0", "0"], ["▁o", " 000", " 00"]),
]


@pytest.fixture(scope="module", params=["shared", "surface"])
def grouped(request):
    text = [CORPUS.read_text(encoding="utf-8"), "yıl 2024'ün 1999 12345 100'üncü\n" * 50]
    return {
        digits: ht.train_hybrid(
            text, language="tr", vocab_size=8000, mode=request.param, merges=0, digits=digits
        )
        for digits in [1, 3]
    }


@pytest.mark.parametrize(("text", "one", "three"), NUMBERS)
def test_numbers_are_cut_from_the_right(grouped, text, one, three):
    for digits, want in [(1, one), (3, three)]:
        tok = grouped[digits]
        tokens = tok.encode(text).tokens
        forms = {"+NCI": "+üncü", "+GEN": "+ün"} if tok.hybrid()["mode"] == "surface" else {}
        assert tokens == [forms.get(token, token) for token in want]
        assert tok.decode(tok.encode_ids(text)) == text


@given(
    parts=st.lists(
        st.integers(0, 10**12).map(str)
        | st.sampled_from(["'ün", "'üncü", "’te", "'", " ", ".", ",", "x", "yıl", "٣", "½", "007"])
    )
)
@settings(max_examples=300, deadline=None)
def test_texts_of_numbers_come_back(grouped, parts):
    text = "".join(parts)
    for tok in grouped.values():
        assert tok.decode(tok.encode_ids(text)) == text


def test_groups_of_digits_are_in_the_file(grouped, tmp_path):
    for digits, tok in grouped.items():
        tok.save_pretrained(tmp_path / str(digits))
        model = json.loads((tmp_path / str(digits) / "hybridtok.json").read_text("utf-8"))["model"]
        assert model.get("digits", 1) == digits
        again = ht.Tokenizer.from_pretrained(tmp_path / str(digits))
        assert again.encode("2024'ün").ids == tok.encode("2024'ün").ids
        assert len(tok) <= 8000
    with pytest.raises(ValueError, match="digits"):
        ht.train_hybrid(["ev"], language="tr", digits=2)
    # A corpus of nothing but numbers is a corpus.
    numbers = ht.train_hybrid(["12 345"], language="tr", vocab_size=1000)
    assert numbers.encode("12").tokens == [" 1", "2"]


@given(ids=st.lists(st.integers(0, 5999), max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_ids_say_something(hybrid, ids):
    assert isinstance(hybrid.decode([number % len(hybrid) for number in ids]), str)


def test_a_batch_is_its_texts(hybrid):
    rng = random.Random(5)
    words = CORPUS.read_text(encoding="utf-8").split()
    texts = [" ".join(rng.sample(words, rng.randrange(9))) for _ in range(200)]
    ragged = hybrid.encode_batch_ids(texts, threads=2)
    for number, text in enumerate(texts):
        ids = ragged.values[ragged.offsets[number] : ragged.offsets[number + 1]]
        assert np.array_equal(ids, hybrid.encode_ids(text))


@pytest.mark.parametrize("form", ["kitap", "kitabı", "kitaplar", "kitaba", "kitapta"])
def test_forms_of_a_root_share_its_id(shared, form):
    root = shared.token_to_id("▁kitap")
    assert root is not None
    assert root in shared.encode(f"bu {form}").ids


def test_allomorphs_share_an_id(shared):
    locatives = [shared.encode(f"o {word}").ids for word in ["evde", "okulda", "kitapta", "işte"]]
    plural = shared.token_to_id("+LOC")
    assert all(plural in ids for ids in locatives[:3])


@pytest.mark.parametrize(
    ("word", "morphemes"),
    [
        ("kitaplarımızı", ["kitap", "lar", "ımız", "ı"]),
        ("burnunda", ["burn", "u", "nda"]),
        ("saatler", ["saat", "ler"]),
        ("rengi", ["reng", "i"]),
        ("biliyorum", ["bil", "iyor", "um"]),
        ("suyu", ["su", "yu"]),
    ],
)
def test_segments(shared, word, morphemes):
    assert shared.segment(word) == morphemes


def test_realises(shared):
    assert shared.realise("kitap", ["ACC"]) == ["kitab", "ı"]
    assert shared.realise("saat", ["PL", "LOC"]) == ["saat", "ler", "de"]
    with pytest.raises(ValueError, match="no affix"):
        shared.realise("kitap", ["NOPE"])
    with pytest.raises(ValueError, match="no root"):
        shared.realise("ktp", [])


def test_analyses_are_by_cost(shared):
    found = shared.analyses("evin", 5)
    assert len(found) > 1
    costs = [cost for cost, _ in found]
    assert costs == sorted(costs)
    assert all("".join(m["surface"] for m in morphemes) == "evin" for _, morphemes in found)


def test_files_come_back(hybrid, tmp_path):
    hybrid.save_pretrained(tmp_path / "one")
    again = ht.Tokenizer.from_pretrained(tmp_path / "one")
    again.save_pretrained(tmp_path / "two")
    first, second = (tmp_path / n / "hybridtok.json" for n in ["one", "two"])
    assert first.read_bytes() == second.read_bytes()
    text = CORPUS.read_text(encoding="utf-8")[:20_000]
    assert np.array_equal(hybrid.encode_ids(text), again.encode_ids(text))
    with pytest.raises(ht.ExportError):
        hybrid.save(tmp_path / "tokenizer.json")


def test_threads_do_not_matter():
    made = [
        ht.train_hybrid(CORPUS, language="tr", vocab_size=4000, threads=threads)
        for threads in [1, 2]
    ]
    assert made[0].to_native() == made[1].to_native()


@pytest.mark.parametrize("merges", [None, 0, 100])
@pytest.mark.parametrize("mode", ["shared", "surface"])
def test_groups_of_digits_leave_the_vocabulary_as_large_as_asked(mode, merges):
    # Codes such as x2024 teach pieces of digits, too; there is room for some of them.
    rng = random.Random(2)
    codes = " ".join(f"x{rng.randrange(3000)}" for _ in range(4000))
    text = [CORPUS.read_text(encoding="utf-8"), codes]
    options = {"language": "tr", "mode": mode, "merges": merges, "digits": 3}
    assert len(ht.train_hybrid(text, vocab_size=4700, **options)) == 4700


def test_the_vocabulary_is_as_large_as_asked(hybrid):
    assert len(hybrid) <= 6000
    assert len(hybrid.get_vocab()) == len(hybrid)


def test_bad_arguments():
    with pytest.raises(ValueError, match="either"):
        ht.train_hybrid(CORPUS)
    with pytest.raises(FileNotFoundError, match="pack"):
        ht.train_hybrid(CORPUS, language="xx")
    with pytest.raises(ht.TrainingError, match="too small"):
        ht.train_hybrid(CORPUS, language="tr", vocab_size=100)
    with pytest.raises(ht.TrainingError, match="empty"):
        ht.train_hybrid([], language="tr")
    with pytest.raises(TypeError, match="hybrid"):
        ht.train_bpe(["a b"], vocab_size=260).segment("a")


def test_command_line(tmp_path):
    def run(*arguments, **options):
        command = [sys.executable, "-m", "hybridtok", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, **options)

    made = run(
        "train", "hybrid", CORPUS, "--language", "tr", "--vocab-size", 5000, "-o", tmp_path / "t"
    )
    assert made.returncode == 0, made.stderr
    record = json.loads((tmp_path / "t" / "training.json").read_text(encoding="utf-8"))
    assert record["roots"] > 100
    assert 0.5 < record["coverage"] <= 1
    text = "Kitaplarımızı Ankara'dan getirdiler.\n"
    ids = run("encode", "-t", tmp_path / "t", input=text)
    back = run("decode", "-t", tmp_path / "t", input=ids.stdout)
    assert back.stdout == text
    assert run("train", "hybrid", CORPUS, "-o", tmp_path / "u").returncode == 2
    assert run("train", "hybrid", CORPUS, "--language", "xx", "-o", tmp_path / "u").returncode == 3


@pytest.fixture(scope="module")
def saved(shared, tmp_path_factory):
    path = tmp_path_factory.mktemp("hybrid") / "tr"
    shared.save_pretrained(path)
    return path


def test_analyses_read_a_word_as_encoding_does(shared):
    for word, cut, name in [
        ("İstanbul'da", ["İstanbul", "da"], "LOC"),
        ("TBMM'nin", ["TBMM", "nin"], "GEN"),
        ("3'te", ["3", "te"], "LOC"),
        ("EVLERİN", ["EV", "LER", "İN"], "GEN"),
    ]:
        _, morphemes = shared.analyses(word, 1)[0]
        assert [morpheme["surface"] for morpheme in morphemes] == cut
        assert morphemes[-1]["name"] == name
        assert f"+{name}" in shared.encode(f"o {word}").tokens[-1]


def test_lexicon_show(cli, shared, saved):
    done = cli("lexicon", "show", "kitabın", "-t", saved, "-k", 3, "--json")
    document = json.loads(done.text)
    assert (document["word"], document["costs"]) == ("kitabın", "trained")
    shown = [(found["cost"], found["morphemes"]) for found in document["analyses"]]
    assert shown == shared.analyses("kitabın", 3)
    assert len(shown) == 3

    table = cli("lexicon", "show", "kitabın", "-t", saved, env={"COLUMNS": "80"}).text
    assert f"{shown[0][0]:.2f}" in table
    assert all(word in table for word in ["kitab", "ın", "GEN", "genitive"])
    assert max(len(line) for line in table.splitlines()) <= 80


def test_lexicon_show_of_a_pack_counts_morphemes(cli):
    document = json.loads(cli("lexicon", "show", "evin", "--pack", "tr", "--json").text)
    assert document["costs"] == "untrained"
    costs = {len(found["morphemes"]): found["cost"] for found in document["analyses"][:3]}
    # ln 60000 for a root and ln 300 for whatever follows, the end too.
    assert costs[2] == pytest.approx(np.log(60_000) + 2 * np.log(300), abs=0.003)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ev"], 2),
        (["ev", "--pack", "tr", "-t", "x"], 2),
        (["iki ev", "--pack", "tr"], 2),
        (["ev", "--pack", "xx"], 3),
        (["ev", "-t", "nowhere"], 3),
    ],
)
def test_lexicon_show_refuses(cli, arguments, code):
    done = cli("lexicon", "show", *arguments)
    assert (done.code, done.out) == (code, b"")


def test_lexicon_show_needs_a_hybrid(cli, model):
    done = cli("lexicon", "show", "ev", "-t", model)
    assert done.code == 3
    assert "no hybrid tokenizer" in done.err


@given(text=TEXTS, alpha=st.sampled_from([0.0, 0.1, 0.5, 1.0, 10.0]))
@settings(max_examples=300, deadline=None)
def test_drawn_analyses_come_back(hybrid, text, alpha):
    plain = hybrid.encode(text).ids
    encoding = hybrid.encode(text, sample=alpha)
    assert hybrid.decode(encoding.ids) == text
    assert hybrid.decode(hybrid.encode_ids(text, sample=alpha)) == text
    end = 0
    for start, stop in encoding.offsets:
        assert start <= end <= max(stop, end)
        end = max(stop, end)
    assert end == len(text)
    # What was drawn is not remembered, and what is remembered is not drawn.
    assert hybrid.encode(text).ids == list(hybrid.encode_ids(text)) == plain


def test_analyses_are_drawn_by_their_costs(shared):
    ht.seed(1)
    word, alpha, draws = "evin", 0.5, 4_000
    names = {}
    for cost, morphemes in shared.analyses(word, 1_000):
        if all(m["kind"] != "stem" and not m["escaped"] for m in morphemes):
            cut = tuple(m["name"] for m in morphemes)
            names[cut] = names.get(cut, 0) + np.exp(-alpha * cost)
    assert len(names) > 1
    drawn = dict.fromkeys(names, 0)
    sequences = shared.encode_batch_ids([f"o {word}"] * draws, sample=alpha, threads=1)
    for ids in sequences:
        cut = tuple(shared.id_to_token(id).strip("▁+") for id in ids[1:])
        if cut in drawn:
            drawn[cut] += 1
    known, all_drawn = sum(names.values()), sum(drawn.values())
    assert all_drawn > draws / 2
    for cut, weight in names.items():
        share = weight / known
        sigma = np.sqrt(share * (1 - share) / all_drawn)
        assert abs(drawn[cut] / all_drawn - share) < 5 * sigma + 1e-3, cut


def test_the_seed_decides_what_is_drawn(shared):
    text = "evinde kitaplarını gelmesin alan yüzün"

    def drawn(seed):
        ht.seed(seed)
        return [shared.encode(text, sample=0.1).ids for _ in range(20)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    assert len(set(map(tuple, drawn(3)))) > 5
    best = shared.encode("evinde kitaplarını").ids
    assert all(shared.encode("evinde kitaplarını", sample=1e4).ids == best for _ in range(50))
    assert [e.ids for e in shared.encode_batch(["evinde kitaplarını"] * 9, sample=1e4)] == [
        best
    ] * 9


def test_sampling_has_its_limits(shared, trained):
    for alpha in [-1.0, float("nan"), float("inf")]:
        with pytest.raises(ValueError, match="sample"):
            shared.encode("ev", sample=alpha)
    with pytest.raises(ValueError, match="hybrid"):
        trained.encode("ev", sample=1.0)


SENTENCE = "Kitaplarımızı Ankara'dan getirdiler, TBMM'nin 3'te çok sevindik! 🙂 ꙮ"


def test_inspect_says_what_tokens_are(cli, hybrid, tmp_path):
    hybrid.save_pretrained(tmp_path / "t")
    document = json.loads(cli("inspect", "-t", tmp_path / "t", SENTENCE, "--json").text)
    tokens = document["tokenizers"][0]["tokens"]
    assert [token["id"] for token in tokens] == hybrid.encode(SENTENCE).ids
    side = hybrid.side_table()
    for token in tokens:
        assert token["kind"] == side.rows[token["id"]].kind
        assert [part["id"] for part in token["morphemes"]] == side.parts(token["id"])
    parts = [part for token in tokens for part in token["morphemes"]]
    names = [part["name"] for part in parts if part["kind"] in ("root", "affix")]
    assert names[:2] == ["kitap", "PL"]
    assert {"LOC", "ABL", "PAST"} <= set(names)
    gloss = {part["name"]: (part["class"], part["gloss"]) for part in parts}
    assert gloss["ABL"] == ("CASE", "ablative")
    assert gloss["kitap"] == ("N", "")
    assert {"root", "affix", "piece", "byte", "case"} <= {part["kind"] for part in parts}

    for columns in ["80", "120"]:
        shown = cli("inspect", "-t", tmp_path / "t", SENTENCE, env={"COLUMNS": columns}).text
        _, below = shown.split(" gloss")
        assert max(len(line) for line in below.splitlines()) <= int(columns)
        assert all(word in below for word in ["kitap", "ABL", "ablative", "⟨EA"])
        for id in {token["id"] for token in tokens}:
            assert f" {id} " in below


def test_inspect_names_escapes(cli, saved):
    done = cli("inspect", "-t", saved, "kitapler", "--json").text
    (result,) = json.loads(done)["tokenizers"]
    assert [token["kind"] for token in result["tokens"]] == ["root", "escape", "affix"]


def test_a_pack_of_ones_own(tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    for name, text in {
        "pack.txt": "lang\ten\n",
        "affixes.tsv": "s\ts\tSUF\n",
        "roots.tsv": "cat\tN\t\ndog\tN\t\n",
        "LICENSE": "mine",
        "SOURCES.md": "me",
    }.items():
        (pack / name).write_text(text, encoding="utf-8")
    tok = ht.train_hybrid(["cats and dogs, Cats and Dogs"] * 9, lexicon=pack, vocab_size=600)
    assert tok.segment("dogs") == ["dog", "s"]
    assert tok.decode(tok.encode_ids("CATS, dogs")) == "CATS, dogs"
    (pack / "roots.tsv").write_text("cat\tN\t\ncat\tN\t\n", encoding="utf-8")
    with pytest.raises(ht.FormatError, match=r"roots\.tsv:2"):
        ht.train_hybrid(["cats"], lexicon=pack)


def test_the_examples_of_the_page_run(run_page):
    run_page("hybrid.md")


def test_the_page_of_packs_runs(run_page):
    run_page("packs.md")
