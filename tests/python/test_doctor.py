"""`hybridtok doctor`: every check with and without its defect, and counts of published files."""

import json
import random
import unicodedata

import pytest
from conftest import ROOT, golden

import hybridtok as ht
from hybridtok.diagnosis import TITLES
from hybridtok.diagnosis.source import BYTES

CORPUS = ROOT / "corpora" / "turkish" / "turkish.txt"


def added(id, content, **flags):
    plain = {"single_word": False, "lstrip": False, "rstrip": False}
    return {"id": id, "content": content, **plain, "normalized": True, "special": False, **flags}


def special(id, content, **flags):
    return added(id, content, **{"normalized": False, "special": True, **flags})


def make(*merges, byte_level=True, **sections):
    """A `tokenizer.json` without defects: `<s>`, an alphabet, and what the merges make."""
    letters = sorted(BYTES) if byte_level else " abcdefghijklmnopqrstuvwxyzABCDé"
    tokens = ["<s>", *letters, *("".join(pair) for pair in merges)]
    spaces = {"add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [special(0, "<s>")],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", **spaces} if byte_level else None,
        "post_processor": None,
        "decoder": {"type": "ByteLevel", **spaces} if byte_level else None,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: id for id, token in enumerate(tokens)},
            "merges": [list(pair) for pair in merges],
        },
        **sections,
    }


def learn(document, token, id=None):
    """Puts a token into the vocabulary, by default behind all others."""
    vocab = document["model"]["vocab"]
    vocab[token] = len(vocab) if id is None else id
    return vocab[token]


def add(document, content, **flags):
    ids = [*document["model"]["vocab"].values(), *(a["id"] for a in document["added_tokens"])]
    document["added_tokens"].append(added(max(ids) + 1, content, **flags))
    return max(ids) + 1


@pytest.fixture
def examined(tmp_path):
    def run(document, corpus=None, name="tokenizer.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return ht.doctor(path, corpus=corpus)

    return run


def found(diagnosis, code):
    return [(finding.severity, finding.count, finding.ids) for finding in diagnosis.of(code)]


MERGES = [("a", "b"), ("Ġ", "ab"), ("c", "d")]
#: The ids of `make(*MERGES)`: 0 is `<s>`, the bytes follow, then the merges.
AB, SPACE_AB, CD = 257, 258, 259


def test_nothing_is_found_where_nothing_is_wrong(examined):
    healthy = make(*MERGES)
    diagnosis = examined(healthy, corpus=["ab abcd", "cd"])
    # That entries are rare is no defect.
    assert [finding.code for finding in diagnosis.findings] == ["D15"]
    assert (diagnosis.skipped, diagnosis.warnings, diagnosis.loads) == ({}, [], True)
    assert examined(make(*MERGES[:1], byte_level=False)).findings == []


def unreachable_byte(document):
    learn(document, "\x01")


def not_made(document):
    learn(document, "abc")


def not_made_but_ignored(document):
    learn(document, "abc")
    document["model"]["ignore_merges"] = True


def blocked_by_merge(document):
    # b+c comes before a+b can be followed by c.
    for token in ("bc", "abc"):
        learn(document, token)
    document["model"]["merges"] = [["b", "c"], ["a", "b"], ["ab", "c"]]
    del document["model"]["vocab"]["Ġab"], document["model"]["vocab"]["cd"]
    for id, token in enumerate(document["model"]["vocab"]):
        document["model"]["vocab"][token] = id


def blocked_by_splitting(document):
    learn(document, "aĠ")
    document["model"]["merges"].append(["a", "Ġ"])


def blocked_by_added(document):
    learn(document, "abcd")
    document["model"]["merges"].append(["ab", "cd"])
    add(document, "bcd")


def partial(document):
    learn(document, "ÃÃ")
    document["model"]["merges"].append(["Ã", "Ã"])


def same_pair(document):
    document["model"]["merges"].append(["a", "b"])


def same_product(document):
    for token in ("abc", "bc"):
        learn(document, token)
    document["model"]["merges"] += [["ab", "c"], ["b", "c"], ["a", "bc"]]


def no_part(document):
    document["model"]["merges"].append(["xy", "z"])


def no_product(document):
    document["model"]["merges"].append(["d", "a"])


def no_pair(document):
    document["model"]["merges"].append("abc")


def wrong_pad(document):
    document["padding"] = pad("<s>", 5)


def absent_pad(document):
    document["padding"] = pad("[PAD]", 0)


def pad_begins(document):
    document["padding"] = pad("<s>", 0)


def pad(token, id):
    return {
        "strategy": "BatchLongest",
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": id,
        "pad_type_id": 0,
        "pad_token": token,
    }


def absent_unknown(document):
    document["model"]["unk_token"] = "[UNK]"


def absent_in_template(document):
    document["post_processor"] = {"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["<s>", 0]}


def normalized_special(document):
    document["added_tokens"][0]["normalized"] = True


def many_runs(document):
    for length in range(2, 11):
        add(document, "\n" * length)


def long_run(document):
    add(document, " " * 17)


def eight_short_runs(document):
    for length in range(2, 10):
        add(document, "\n" * length)


def gap(document):
    learn(document, "abc", 262)
    document["model"]["merges"].append(["ab", "c"])


def below_zero(document):
    learn(document, "abc", -3)
    document["model"]["merges"].append(["ab", "c"])


def one_id_twice(document):
    learn(document, "abc", CD)
    document["model"]["merges"].append(["ab", "c"])


def other_id(document):
    document["added_tokens"].append(added(300, "ab"))


def added_twice(document):
    document["added_tokens"] += [added(260, "xy"), added(260, "xy")]


def lone_space(document):
    add(document, " ")


def signs(document):
    # The sign stands for the byte A7; what has a letter outside that alphabet is left alone.
    document["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteLevel"}]}
    for content in ("§§", "§ 漢", "xyz", "é "):
        add(document, content)
    document["added_tokens"].append({**added(264, "<ñ>"), "special": True, "normalized": False})


def lowercase(document):
    document["normalizer"] = {"type": "Lowercase"}


def kc(document):
    document["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "NFKC"}]}
    learn(document, "Âł")
    document["model"]["merges"].append(["Â", "ł"])


def composed_again(document):
    forms = [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "NFC"}]
    document["normalizer"] = {"type": "Sequence", "normalizers": forms}
    learn(document, "Ã©")
    document["model"]["merges"].append(["Ã", "©"])


UPPER = [1 + "!\"#$%&'()*+,-./0123456789:;<=>?@A".index("A") + k for k in range(26)]
CASES = [
    (unreachable_byte, {"D01": [("warn", 1, [260])], "D03": [("warn", 1, [260])]}),
    (not_made, {"D02": [("warn", 1, [260])], "D03": [("warn", 1, [260])]}),
    (not_made_but_ignored, {}),
    (blocked_by_merge, {"D03": [("warn", 1, [259])]}),
    (blocked_by_splitting, {"D03": [("warn", 1, [260])]}),
    (blocked_by_added, {"D03": [("warn", 1, [260])], "D04": [("warn", 1, [260])]}),
    (partial, {"D05": [("info", 1, [260])]}),
    (same_pair, {"D06": [("error", 1, [AB])]}),
    (same_product, {"D06": [("info", 1, [260])]}),
    (no_part, {"D07": [("error", 1, [90])]}),
    (no_product, {"D07": [("error", 1, [68, 65])]}),
    (no_pair, {"D07": [("error", 1, [])]}),
    (wrong_pad, {"D09": [("error", 1, [0]), ("warn", 1, [0])]}),
    (absent_pad, {"D09": [("error", 1, [])]}),
    (pad_begins, {"D09": [("warn", 1, [0])]}),
    (absent_unknown, {"D09": [("error", 1, [])]}),
    (absent_in_template, {"D09": [("error", 1, [])]}),
    (normalized_special, {"D09": [("error", 1, [0])]}),
    (many_runs, {"D10": [("warn", 9, list(range(260, 269)))]}),
    (long_run, {"D10": [("warn", 1, [260])]}),
    (eight_short_runs, {}),
    (gap, {"D11": [("error", 2, [260, 261])]}),
    (below_zero, {"D11": [("error", 1, [-3])]}),
    (one_id_twice, {"D11": [("error", 1, [CD])]}),
    (
        other_id,
        {
            "D03": [("warn", 1, [SPACE_AB])],
            "D04": [("warn", 1, [SPACE_AB])],
            "D11": [("error", 1, [AB, 300]), ("error", 40, list(range(260, 280)))],
        },
    ),
    (added_twice, {"D11": [("error", 1, [260])]}),
    (
        lone_space,
        {
            "D03": [("warn", 2, [221, SPACE_AB])],
            "D04": [("warn", 2, [221, SPACE_AB])],
            "D12": [("error", 2, [221, SPACE_AB])],
        },
    ),
    (signs, {"D16": [("error", 1, [260]), ("warn", 1, [264])]}),
    (lowercase, {"D03": [("warn", 26, UPPER[:20])], "D13": [("warn", 26, UPPER[:20])]}),
    (kc, {"D03": [("warn", 1, [260])], "D13": [("warn", 1, [260])]}),
    (composed_again, {"D03": [("warn", 1, [260])]}),
]


@pytest.mark.parametrize(("change", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
def test_defect(examined, change, expected):
    document = make(*MERGES)
    change(document)
    diagnosis = examined(document)
    codes = dict.fromkeys(finding.code for finding in diagnosis.findings)
    assert {code: found(diagnosis, code) for code in codes} == expected
    for finding in diagnosis.findings:
        assert finding.text
        assert "\n" not in finding.text


CAUSES = [
    (unreachable_byte, {"unreachable character": 1}),
    (blocked_by_added, {"added token": 1}),
    (lowercase, {"normalizer": 26}),
    (blocked_by_splitting, {"pre-tokenizer": 1}),
    (blocked_by_merge, {"earlier merge": 1}),
]


@pytest.mark.parametrize(("change", "causes"), CAUSES, ids=[case[0].__name__ for case in CAUSES])
def test_cause(examined, change, causes):
    document = make(*MERGES)
    change(document)
    (finding,) = examined(document).of("D03")
    assert finding.causes == causes


def test_single_characters_that_the_normalizer_replaces(examined):
    document = make(byte_level=False)
    document["normalizer"] = {"type": "NFD"}
    diagnosis = examined(document)
    assert found(diagnosis, "D01") == [("warn", 1, [document["model"]["vocab"]["é"]])]


def test_a_key_that_occurs_twice(tmp_path):
    text = json.dumps(make(*MERGES)).replace('"cd": 259', '"cd": 259, "cd": 260')
    path = tmp_path / "tokenizer.json"
    path.write_text(text, encoding="utf-8")
    assert ("error", 1, [260]) in found(ht.doctor(path), "D11")


# "null" cuts "annulled", and begins or ends what it does not cut.
NULL = ["annulled null nullable", "null.null", "(null) ab", "x" * 10]


def test_added_tokens_that_cut_words(examined):
    document = make(*MERGES)
    id = add(document, "null")
    diagnosis = examined(document, corpus=NULL)
    # Of annulled null nullable null null null ab xxxxxxxxxx.
    assert found(diagnosis, "D08") == [("error", 2, [id])]
    assert "2 of 8 words (25.00%)" in diagnosis.of("D08")[0].text
    rare = examined(document, corpus=[*NULL[:1], "ab " * 2000])
    assert found(rare, "D08") == [("warn", 2, [id])]
    document["added_tokens"][-1]["single_word"] = True
    assert found(examined(document, corpus=NULL), "D08") == []


def test_cut_words_as_the_positions_of_the_string_say():
    """Beside a search for the string, in random texts of its own parts."""
    document = make(*MERGES)
    add(document, "ab-c")
    tokenizer = ht.Tokenizer.from_str(json.dumps(document))
    draw = random.Random(3)
    texts = ["".join(draw.choices("abc- ", weights=(3, 3, 3, 3, 1), k=300)) for _ in range(40)]
    cut = 0
    for text in texts:
        edges, start = set(), text.find("ab-c")
        while start >= 0:
            edges |= {start, start + 4}
            start = text.find("ab-c", start + 4)
        inside = [e for e in edges if 0 < e < len(text) and text[e - 1 : e + 1].isalnum()]
        words = {len(text[:e].replace("-", " ").split(" ")) for e in inside}
        cut += len(words)
    assert cut > 20
    assert ht.doctor(tokenizer, corpus=texts).of("D08")[0].count == cut


def test_entries_that_are_never_used(examined):
    diagnosis = examined(make(*MERGES), corpus=["ab cd", "ab"])
    (finding,) = diagnosis.of("D15")
    # ab, the space, cd.
    assert (finding.severity, finding.count) == ("info", 259 - 3)
    assert {AB, CD, 221}.isdisjoint(finding.ids)
    assert "256 of 259" in finding.text


def test_texts_with_unknown_characters_are_left_out(examined):
    vocab = [["a", -1.0], ["b", -2.0], ["c", -2.0], ["ab", -2.5]]
    model = {"type": "Unigram", "unk_id": None, "vocab": vocab, "byte_fallback": False}
    document = make(byte_level=False, model=model, added_tokens=[])
    (finding,) = examined(document, corpus=["ab", "日本", "ab", "b"]).findings
    assert "1 texts with unknown characters" in finding.text
    assert (finding.count, finding.ids) == (2, [0, 2])


CAPS = [
    # name, arguments, whether "Ġab" (3 characters) and "ÃÃ" (1 or 2 characters) are too long
    ("chars 3", {"max_token_chars": 3}, []),
    ("chars 2", {"max_token_chars": 2}, ["Ġab"]),
    ("chars 1", {"max_token_chars": 1}, ["ab", "Ġab", "cd", "ğğ"]),
    ("bytes 3", {"max_token_chars": 3, "length_unit": "bytes"}, ["ğğ"]),
    ("hf 3", {"max_token_chars": 3, "hf_compat_length": True}, ["Ġab", "ğğ"]),
    ("hf 4", {"max_token_length": 4}, ["ğğ"]),
    ("hf 5", {"max_token_length": 5}, []),
    ("none", {"max_token_length": None}, []),
]


@pytest.mark.parametrize(("arguments", "longer"), [c[1:] for c in CAPS], ids=[c[0] for c in CAPS])
def test_declared_cap(tmp_path, arguments, longer):
    document = make(*MERGES, ("Ä", "Ł"), ("ÄŁ", "ÄŁ"))
    spelt = {"ğğ": "ÄŁÄŁ"}
    tokenizer = ht.Tokenizer.from_str(json.dumps(document))
    tokenizer.save_pretrained(tmp_path, creation={"arguments": arguments})
    ids = [document["model"]["vocab"][spelt.get(token, token)] for token in longer]
    expected = [("warn", len(ids), ids)] if ids else []
    assert found(ht.doctor(tmp_path), "D14") == expected
    # Beside a tokenizer.json, which has no place for it, there is what `train` notes.
    (tmp_path / "training.json").write_text(json.dumps({"arguments": arguments}))
    assert found(ht.doctor(tmp_path / "tokenizer.json"), "D14") == expected


def test_roles_that_are_named_beside_the_file(examined, tmp_path):
    config = {"pad_token": {"content": "<s>"}, "eos_token": "<s>", "cls_token": "[CLS]"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    # The name is also one that usually begins a text.
    assert found(examined(make(*MERGES)), "D09") == [("error", 1, []), *[("warn", 1, [0])] * 2]
    (tmp_path / "tokenizer_config.json").write_text('{"pad_token": "<s>", "bos_token": "[BOS]"}')
    assert found(examined(make(*MERGES)), "D09") == [("error", 1, [])]


# --- Files that do not load ---------------------------------------------------------------------


@pytest.mark.parametrize("change", [no_part, no_product, no_pair])
def test_a_file_that_does_not_load_is_examined(examined, change, cli, tmp_path):
    document = make(*MERGES)
    change(document)
    learn(document, "\x01")
    with pytest.raises(ht.FormatError):
        ht.Tokenizer.from_str(json.dumps(document), strict=False)
    diagnosis = examined(document, corpus=["ab"])
    assert not diagnosis.loads
    assert [finding.code for finding in diagnosis.findings] == ["D01", "D07"]
    assert set(diagnosis.skipped) == {"D03", "D08", "D15"}
    assert "merges[3]" in diagnosis.warnings[0]
    done = cli("doctor", tmp_path / "tokenizer.json")
    assert done.code == 5
    assert "D07 merge-part-missing" in done.err
    assert "D01" in done.text


def test_what_the_lenient_loader_accepts_is_a_warning(examined):
    document = make(*MERGES)
    add(document, "xy")
    document["added_tokens"][-1]["id"] = 300
    diagnosis = examined(document)
    assert diagnosis.loads
    assert any("300" in warning for warning in diagnosis.warnings)
    assert diagnosis.errors[0].code == "D11"


def test_a_refusal_that_no_check_explains_is_raised(examined, cli, tmp_path):
    document = make(*MERGES)
    document["decoder"] = {"type": "Nonsense"}
    with pytest.raises(ht.FormatError, match="Nonsense"):
        examined(document)
    done = cli("doctor", tmp_path / "tokenizer.json")
    assert (done.code, done.out) == (3, b"")


NO_TOKENIZERS = [b"", b"{", b"[]", b"7", b"\xff", b'{"model": 3}', b"[" * 100_000]


@pytest.mark.parametrize("data", NO_TOKENIZERS, ids=range(len(NO_TOKENIZERS)))
def test_what_is_no_tokenizer(data, tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_bytes(data)
    with pytest.raises(ht.HybridtokError):
        ht.doctor(path)


def test_a_damaged_hybridtok_json(trained, tmp_path):
    trained.save_pretrained(tmp_path)
    path = tmp_path / "hybridtok.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Ġ"', '"Ġ@@"', 1), encoding="utf-8")
    diagnosis = ht.doctor(path)
    assert not diagnosis.loads
    assert [finding.code for finding in diagnosis.errors] == ["D07"]
    # No check sees what the hash does.
    path.write_text(text.replace('"self_test":[', '"self_test":[ ', 1), encoding="utf-8")
    with pytest.raises(ht.ArtefactError):
        ht.doctor(path)


JUNK = [None, 3, -1, "x", "", [], {}, [None], {"type": 3}, {"type": "Sequence"}, 10**30, True]


def test_any_change_of_a_file_is_diagnosed_or_refused(tmp_path):
    """Values of the wrong kind, anywhere."""
    draw = random.Random(5)
    path = tmp_path / "tokenizer.json"
    pair = ["<s>", 0]
    template = {"type": "BertProcessing", "sep": pair, "cls": pair}
    document = make(*MERGES, padding=pad("<s>", 0), post_processor=template)
    text = json.dumps(document)
    refused = 0
    for _ in range(400):
        document = json.loads(text)
        place = document
        while True:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw.choice(keys)
            inner = place[key]
            if not (isinstance(inner, (dict, list)) and inner and draw.random() < 0.8):
                break
            place = inner
        place[key] = draw.choice(JUNK)
        path.write_text(json.dumps(document))
        try:
            ht.doctor(path, corpus=["ab cd"]).to_json()
        except ht.HybridtokError:
            refused += 1
    assert 50 < refused < 400


# --- Other models, other tokenizers ------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"byte_level": False}, {"max_token_length": 4}])
def test_our_own_bpe_has_no_errors(options, tmp_path):
    tokenizer = ht.train_bpe(CORPUS, vocab_size=1500, special_tokens=["<s>", "</s>"], **options)
    tokenizer.save_pretrained(tmp_path)
    for subject in (tokenizer, tmp_path, tmp_path / "tokenizer.json"):
        diagnosis = ht.doctor(subject, corpus=CORPUS)
        assert [f for f in diagnosis.findings if f.severity != "info"] == []


@pytest.mark.parametrize("mode", ["shared", "surface"])
def test_our_own_hybrid_has_no_errors(mode, tmp_path):
    tokenizer = ht.train_hybrid(CORPUS, language="tr", vocab_size=3000, mode=mode)
    tokenizer.save_pretrained(tmp_path)
    for subject in (tokenizer, tmp_path):
        diagnosis = ht.doctor(subject, corpus=CORPUS)
        assert [f.code for f in diagnosis.findings] == ["D15"]
        assert set(diagnosis.skipped).isdisjoint({"D08", "D09", "D10", "D11", "D12", "D15"})


CONFIGS = sorted((ROOT / "tests/vectors/hf-parity/configs").glob("*.json"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_configurations_of_every_kind(path):
    diagnosis = ht.doctor(path, corpus=CORPUS)
    assert diagnosis.loads
    assert diagnosis.errors == []


def test_tokenizers_of_others_are_taken():
    hf = pytest.importorskip("tokenizers")
    document = make(*MERGES)
    blocked_by_added(document)
    theirs = hf.Tokenizer.from_str(json.dumps(document))
    ours = ht.compat.Tokenizer.from_str(json.dumps(document))
    native = ht.Tokenizer.from_str(json.dumps(document))
    results = [ht.doctor(tokenizer).findings for tokenizer in (theirs, ours, native)]
    assert results[0] == results[1] == results[2]
    with pytest.raises(TypeError):
        ht.doctor(7)


# --- Beside `tokenizers` -----------------------------------------------------------------------


def not_self_encoding(path):
    """The ids of D03 for a byte-level BPE, by `tokenizers`, one by one."""
    hf = pytest.importorskip("tokenizers")
    tokenizer = hf.Tokenizer.from_file(str(path))
    contents = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    wrong = []
    for token, id in sorted(tokenizer.get_vocab(False).items(), key=lambda item: item[1]):
        text = tokenizer.decoder.decode([token])
        if token not in contents and "\ufffd" not in text and tokenizer.encode(text).ids != [id]:
            wrong.append(id)
    return wrong


@pytest.mark.parametrize("name", ["bpe_bytelevel", "bpe_digits_added_tokens", "bpe_legacy_merges"])
def test_not_self_encoding_beside_tokenizers(name):
    path = ROOT / f"tests/vectors/hf-parity/configs/{name}.json"
    wrong = not_self_encoding(path)
    assert [id for finding in ht.doctor(path).of("D03") for id in finding.ids] == wrong[:20]


KL3M = golden("character") / "kl3m"
PUBLISHED = {"4k": (10, 35, 78), "8k": (13, 100, 81), "16k": (25, 85, 93)}


@pytest.mark.golden
@pytest.mark.skipif(
    not KL3M.is_dir(), reason="needs character/kl3m in $HYBRIDTOK_GOLDEN; not shipped"
)
@pytest.mark.parametrize("size", PUBLISHED)
def test_golden_kl3m(size):
    path = KL3M / f"kl3m-004-char-{size}-cased.json"
    diagnosis = ht.doctor(path)
    counts = {finding.code: finding.count for finding in diagnosis.findings}
    shadowed, partial, not_themselves = PUBLISHED[size]
    expected = {"D01": 68, "D03": not_themselves, "D04": shadowed, "D05": partial, "D10": 13}
    assert counts == {**expected, "D13": 1}
    assert diagnosis.errors == []
    (finding,) = diagnosis.of("D03")
    assert finding.causes == {"unreachable character": 68, "added token": shadowed}
    wrong = not_self_encoding(path)
    assert (finding.ids, finding.count) == (wrong[:20], len(wrong))
    nfkc = [id for id, t in ids_and_texts(path) if unicodedata.normalize("NFKC", t) != t]
    assert diagnosis.of("D13")[0].ids == nfkc


def ids_and_texts(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    for token, id in document["model"]["vocab"].items():
        mapped = all(c in BYTES for c in token)
        data = bytes(BYTES[c] for c in token) if mapped else token.encode()
        if "\ufffd" not in data.decode("utf-8", "replace"):
            yield id, data.decode("utf-8")


# --- The command line --------------------------------------------------------------------------


@pytest.fixture
def defective(tmp_path):
    document = make(*MERGES)
    lone_space(document)
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_json_and_exit_code(cli, defective):
    done = cli("doctor", defective, "--json")
    assert done.code == 5
    assert done.err.count("\n") == 1
    assert "D12 lone-space-added" in done.err
    document = json.loads(done.text)
    assert document["schema_version"] == 1
    assert set(document["skipped"]) == {"D08", "D15"}
    assert [finding["code"] for finding in document["findings"]] == ["D03", "D04", "D12"]
    for finding in document["findings"]:
        assert set(finding) - {"causes"} == {"code", "severity", "ids", "count", "text"}
    again = ht.doctor(defective).to_dict()
    assert {key: document[key] for key in again} == again


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_fits(cli, defective, width):
    done = cli("doctor", defective, env={"COLUMNS": str(width)})
    assert done.code == 5
    assert max(map(len, done.text.splitlines())) <= width
    for code in ("D03", "D04", "D12"):
        assert code in done.text
        assert TITLES[code] in done.text
    assert "needs a corpus" in done.text


def test_a_corpus_on_the_command_line(cli, model, corpus):
    done = cli("doctor", model, "--corpus", corpus)
    assert (done.code, done.err) == (0, "")
    assert "D15" in done.text
    missing = cli("doctor", model, "--corpus", "none.txt")
    assert (missing.code, missing.out) == (3, b"")


def test_nothing_found(cli, tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(make(*MERGES)), encoding="utf-8")
    done = cli("doctor", path)
    assert (done.code, done.err) == (0, "")
    assert "nothing found" in done.text


def test_the_examples_of_the_page_run(run_page):
    run_page("doctor.md")


def test_the_page_explains_every_check():
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    for code, title in TITLES.items():
        assert f"| {code} {title} |" in page
