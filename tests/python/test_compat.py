"""`hybridtok.compat` against the `tokenizers` wheel, field by field."""

import asyncio
import inspect
import json
import pickle
from copy import deepcopy

import pytest
import tokenizers as hf
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok import compat

FIELDS = [
    *("ids", "type_ids", "tokens", "offsets", "attention_mask", "special_tokens_mask"),
    *("word_ids", "sequence_ids", "n_sequences"),
]


def values(encoding) -> dict:
    """Everything an encoding holds."""
    found = {field: getattr(encoding, field) for field in FIELDS}
    found["overflowing"] = [values(other) for other in encoding.overflowing]
    return found


BPE = ({"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4, " ": 5, "<unk>": 6}, [("a", "b"), ("ab", "c")])


def bert(lib):
    tokenizer = lib.Tokenizer(lib.models.WordPiece(_word_pieces(), unk_token="[UNK]"))
    tokenizer.normalizer = lib.normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = lib.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = lib.processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    tokenizer.decoder = lib.decoders.WordPiece()
    tokenizer.add_special_tokens(["[UNK]", "[CLS]", "[SEP]", "[PAD]"])
    return tokenizer


def _word_pieces() -> dict[str, int]:
    pieces = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", *"abcdefgh ,.'!", "##a", "##b", "##ab", "ab"]
    return {piece: id for id, piece in enumerate(pieces)}


def plain(lib):
    tokenizer = lib.Tokenizer(lib.models.BPE(*BPE, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = lib.pre_tokenizers.Whitespace()
    tokenizer.add_tokens([lib.AddedToken("[M]", lstrip=True, rstrip=True), "ca"])
    tokenizer.add_special_tokens(["<s>"])
    return tokenizer


def roberta(lib):
    alphabet = sorted(lib.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {char: id for id, char in enumerate(alphabet)}
    vocabulary |= {"ab": 256, "Ġab": 257, "<s>": 258, "</s>": 259}
    merges = [("a", "b"), ("Ġ", "ab")]
    tokenizer = lib.Tokenizer(lib.models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = lib.pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = lib.processors.RobertaProcessing(("</s>", 259), ("<s>", 258))
    tokenizer.decoder = lib.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>"])
    return tokenizer


def unigram(lib):
    pieces = [("<unk>", 0.0), ("▁", -2.0), ("a", -3.0), ("b", -3.1), ("ab", -4.0), ("▁a", -3.5)]
    tokenizer = lib.Tokenizer(lib.models.Unigram(pieces, unk_id=0))
    tokenizer.normalizer = lib.normalizers.Sequence(
        [lib.normalizers.NFKC(), lib.normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = lib.pre_tokenizers.Metaspace()
    tokenizer.decoder = lib.decoders.Metaspace()
    return tokenizer


PIPELINES = [bert, plain, roberta, unigram]

TEXT = st.lists(
    st.one_of(
        st.sampled_from("aaabbbc  ,.'!\n\tABÇé"),
        st.sampled_from(["ab", "abc", "[M]", "<s>", "[SEP]", "👍🏽", "日本", "e\u0301", "ﬁ", "İ"]),
        st.characters(exclude_categories=["Cs"], max_codepoint=0x2FFF),
    ),
    max_size=25,
).map("".join)
SETTINGS = settings(max_examples=120, deadline=None)


@pytest.fixture(params=PIPELINES, ids=[make.__name__ for make in PIPELINES], scope="module")
def both(request):
    return request.param(compat), request.param(hf)


def test_the_same_json(both):
    ours, theirs = both
    assert json.loads(ours.to_str()) == json.loads(theirs.to_str())
    assert ours.to_str() == theirs.to_str()
    assert ours.to_str(True) == theirs.to_str(True)


@given(text=TEXT, pair=st.none() | TEXT, special=st.booleans())
@SETTINGS
def test_encoding(both, text, pair, special):
    ours, theirs = both
    got = ours.encode(text, pair, add_special_tokens=special)
    assert values(got) == values(theirs.encode(text, pair, add_special_tokens=special))
    for skip in (True, False):
        assert ours.decode(got.ids, skip) == theirs.decode(got.ids, skip)


@given(words=st.lists(TEXT, max_size=5))
@SETTINGS
def test_pretokenized(both, words):
    ours, theirs = both
    got = ours.encode(words, is_pretokenized=True)
    assert values(got) == values(theirs.encode(words, is_pretokenized=True))


@given(
    texts=st.lists(TEXT | st.tuples(TEXT, TEXT), max_size=4),
    truncation=st.none()
    | st.fixed_dictionaries(
        {
            "max_length": st.integers(8, 14),
            "stride": st.integers(0, 1),
            "direction": st.sampled_from(["left", "right"]),
        }
    ),
    padding=st.none()
    | st.fixed_dictionaries(
        {
            "length": st.none() | st.integers(0, 20),
            "direction": st.sampled_from(["left", "right"]),
            "pad_to_multiple_of": st.none() | st.integers(1, 8),
            "pad_id": st.integers(0, 3),
            "pad_type_id": st.integers(0, 2),
        }
    ),
)
@SETTINGS
def test_batches_truncation_and_padding(both, texts, truncation, padding):
    results = []
    for tokenizer in both:
        if truncation is not None:
            tokenizer.enable_truncation(**truncation)
        if padding is not None:
            tokenizer.enable_padding(**padding)
        try:
            got = [values(e) for e in tokenizer.encode_batch(texts)]
            results.append((tokenizer.truncation, tokenizer.padding, got))
        finally:
            tokenizer.no_truncation()
            tokenizer.no_padding()
    assert results[0] == results[1]


@given(ids=st.lists(st.integers(0, 300), max_size=12), skip=st.booleans())
@SETTINGS
def test_decoding_any_ids(both, ids, skip):
    ours, theirs = both
    assert ours.decode(ids, skip) == theirs.decode(ids, skip)
    assert ours.decode_batch([ids, []], skip) == theirs.decode_batch([ids, []], skip)


@given(text=TEXT)
@settings(max_examples=40, deadline=None)
def test_streaming(both, text):
    ours, theirs = both
    ids = ours.encode(text).ids
    streams = compat.decoders.DecodeStream(), hf.decoders.DecodeStream()
    got = [streams[0].step(ours, id) for id in ids]
    assert got == [streams[1].step(theirs, id) for id in ids]


@given(text=TEXT)
@settings(max_examples=40, deadline=None)
def test_special_tokens_as_text(both, text):
    ours, theirs = both
    for tokenizer in both:
        tokenizer.encode_special_tokens = True
    assert ours.encode_special_tokens is True
    try:
        assert values(ours.encode(text)) == values(theirs.encode(text))
    finally:
        for tokenizer in both:
            tokenizer.encode_special_tokens = False


def test_the_vocabulary(both):
    ours, theirs = both
    for added in (True, False):
        assert ours.get_vocab(added) == theirs.get_vocab(added)
        assert ours.get_vocab_size(added) == theirs.get_vocab_size(added)
    assert list(ours.get_vocab().values()) == sorted(ours.get_vocab().values())
    for id in (0, 1, 5, 10**6):
        assert ours.id_to_token(id) == theirs.id_to_token(id)
    assert ours.token_to_id("nothing") is theirs.token_to_id("nothing") is None
    for pair in (True, False):
        assert ours.num_special_tokens_to_add(pair) == theirs.num_special_tokens_to_add(pair)
    ours_added = {id: repr(token) for id, token in ours.get_added_tokens_decoder().items()}
    assert ours_added == {id: repr(t) for id, t in theirs.get_added_tokens_decoder().items()}


def test_copies_and_files(both, tmp_path):
    ours, theirs = both
    ours.save(str(tmp_path / "ours.json"))
    theirs.save(str(tmp_path / "theirs.json"))
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()
    for copy in (
        pickle.loads(pickle.dumps(ours)),
        deepcopy(ours),
        compat.Tokenizer.from_file(str(tmp_path / "theirs.json")),
        compat.Tokenizer.from_buffer(theirs.to_str().encode()),
        compat.Tokenizer.from_str(theirs.to_str()),
        compat.Tokenizer.from_pretrained(str(tmp_path))
        if (tmp_path / "tokenizer.json").exists()
        else ours,
    ):
        assert copy.to_str() == theirs.to_str()
    assert ours.__getstate__() == theirs.__getstate__()


def test_post_process(both):
    got, want = (
        tokenizer.post_process(
            tokenizer.encode("ab a", add_special_tokens=False),
            tokenizer.encode("b", add_special_tokens=False),
        )
        for tokenizer in both
    )
    assert values(got) == values(want)


def test_encodings_look_up_and_change(both):
    ours, theirs = both
    for got, want in (
        (ours.encode("ab  a", "c ab"), theirs.encode("ab  a", "c ab")),
        (ours.encode(""), theirs.encode("")),
    ):
        for k in range(-0, 8):
            for name in ("token_to_chars", "token_to_word", "token_to_sequence"):
                assert getattr(got, name)(k) == getattr(want, name)(k), name
            for name in ("char_to_token", "char_to_word", "word_to_chars", "word_to_tokens"):
                for sequence in (0, 1):
                    assert getattr(got, name)(k, sequence) == getattr(want, name)(k, sequence)
        assert len(got) == len(want)
        assert repr(got) == repr(want)
        assert values(pickle.loads(pickle.dumps(got))) == values(got)
        for encoding in (got, want):
            encoding.pad(12, direction="left", pad_id=3, pad_type_id=1, pad_token="<p>")
        assert values(got) == values(want)
        for encoding in (got, want):
            encoding.truncate(5, stride=1, direction="left")
            encoding.set_sequence_id(1)
        assert values(got) == values(want)
    for growing in (True, False):
        merged = compat.Encoding.merge([ours.encode("ab"), ours.encode("a b")], growing)
        assert values(merged) == values(
            hf.Encoding.merge([theirs.encode("ab"), theirs.encode("a b")], growing)
        )


def test_awaiting(both):
    ours, _ = both

    async def all_of_them():
        return (
            await ours.async_encode("ab a"),
            await ours.async_encode_batch(["ab", "a"]),
            await ours.async_encode_batch_fast(["ab", "a"]),
            await ours.async_decode_batch([[0, 1]]),
        )

    one, batch, fast, texts = asyncio.run(all_of_them())
    assert values(one) == values(ours.encode("ab a"))
    assert [e.ids for e in batch] == [e.ids for e in fast]
    assert texts == ours.decode_batch([[0, 1]])


def test_every_method_is_there():
    for name in dir(hf.Tokenizer):
        if not name.startswith("_"):
            assert hasattr(compat.Tokenizer, name), name
    for name in dir(hf.Encoding):
        if not name.startswith("_"):
            assert hasattr(compat.Encoding, name), name


METHODS = [
    name
    for name in dir(hf.Tokenizer)
    if not name.startswith("_") and getattr(getattr(hf.Tokenizer, name), "__text_signature__", None)
]


@pytest.mark.parametrize("name", METHODS)
def test_arguments_have_their_names_and_defaults(name):
    text = getattr(hf.Tokenizer, name).__text_signature__
    parameters = list(inspect.signature(getattr(compat.Tokenizer, name)).parameters.values())
    ours = [p for p in parameters if p.name not in ("self", "cls")]
    want = [part.strip() for part in text.strip("()").split(",")]
    want = [part for part in want if part not in ("self", "*", "/", "$self", "")]
    assert [p.name for p in ours] == [part.split("=")[0].strip() for part in want]
    for parameter, part in zip(ours, want, strict=True):
        if "=" in part:
            assert parameter.default == eval(part.split("=")[1]), part
        else:
            assert parameter.default is inspect.Parameter.empty


WRONG_INPUTS = [
    (lambda t: t.encode(1), TypeError),
    (lambda t: t.encode(None), TypeError),
    (lambda t: t.encode(["a"]), TypeError),
    (lambda t: t.encode("a\ud800"), TypeError),
    (lambda t: t.encode("a", is_pretokenized=True), TypeError),
    (lambda t: t.encode(["a", 1], is_pretokenized=True), TypeError),
    (lambda t: t.encode("a", b"b"), TypeError),
    (lambda t: t.encode_batch("ab"), TypeError),
    (lambda t: t.decode([-1]), OverflowError),
    (lambda t: t.decode([2**32]), OverflowError),
    (lambda t: t.decode(["a"]), TypeError),
    (lambda t: t.decode(3), TypeError),
    (lambda t: t.id_to_token(-1), OverflowError),
    (lambda t: t.add_tokens([1]), TypeError),
    (lambda t: t.add_special_tokens("abc"), TypeError),
    (lambda t: t.enable_truncation(5, direction="x"), ValueError),
    (lambda t: t.enable_truncation(5, strategy="x"), ValueError),
    (lambda t: t.enable_truncation(5, stride=9), ValueError),
    (lambda t: t.enable_padding(direction="x"), ValueError),
    (lambda t: setattr(t, "model", None), TypeError),
    (lambda t: setattr(t, "normalizer", 5), TypeError),
    (lambda t: t.train("a.txt"), TypeError),
    (lambda t: t.train_from_iterator(5), TypeError),
]


@pytest.mark.parametrize(("call", "error"), WRONG_INPUTS)
def test_wrong_inputs(call, error):
    for tokenizer in (plain(compat), plain(hf)):
        with pytest.raises(error) as caught:
            call(tokenizer)
        message = str(caught.value)
    # Where both speak of the same thing they say the same.
    if "must be" in message:
        with pytest.raises(error, match="must be"):
            call(plain(compat))


def test_files_that_are_not_there_or_broken(tmp_path):
    with pytest.raises(FileNotFoundError):
        compat.Tokenizer.from_file(str(tmp_path / "none.json"))
    for load in (
        compat.Tokenizer.from_str,
        lambda text: compat.Tokenizer.from_buffer(text.encode()),
    ):
        with pytest.raises(ht.FormatError):
            load("{")
    with pytest.raises(FileNotFoundError):
        plain(compat).train([str(tmp_path / "none.txt")])


def test_irregular_files_load_with_a_warning():
    irregular = json.loads(plain(hf).to_str())
    irregular["added_tokens"][0]["id"] = 77
    with pytest.warns(ht.FormatWarning):
        compat.Tokenizer.from_str(json.dumps(irregular))
    with pytest.raises(ht.FormatError):
        ht.Tokenizer.from_str(json.dumps(irregular))


def test_truncation_without_room_is_refused():
    tokenizer = bert(compat)
    with pytest.raises(ValueError, match="adds 2"):
        tokenizer.enable_truncation(1)


TRAINERS = [
    ("BPE", {}, "BpeTrainer", {"vocab_size": 60}),
    ("BPE", {"unk_token": "<unk>"}, "BpeTrainer", {"vocab_size": 80, "special_tokens": ["<unk>"]}),
    ("BPE", {}, "BpeTrainer", {"vocab_size": 70, "min_frequency": 3, "limit_alphabet": 60}),
    (
        "BPE",
        {"dropout": 0.5, "fuse_unk": True, "byte_fallback": True},
        "BpeTrainer",
        {"vocab_size": 70, "max_token_length": 5},
    ),
    ("BPE", {}, "BpeTrainer", {"vocab_size": 90, "initial_alphabet": ["Ω", "xy"]}),
    ("WordLevel", {"unk_token": "<unk>"}, "WordLevelTrainer", {"vocab_size": 40}),
    (
        "WordLevel",
        {"unk_token": "<unk>"},
        "WordLevelTrainer",
        {"min_frequency": 6, "special_tokens": ["<unk>"]},
    ),
]


@pytest.mark.parametrize(("model", "options", "trainer", "settings_"), TRAINERS)
@pytest.mark.parametrize("way", ["files", "iterator", "batches"])
def test_training(model, options, trainer, settings_, way, lines, corpus):
    results = []
    for lib in (compat, hf):
        tokenizer = lib.Tokenizer(getattr(lib.models, model)(**options))
        tokenizer.normalizer = lib.normalizers.NFC()
        tokenizer.pre_tokenizer = lib.pre_tokenizers.Whitespace()
        made = getattr(lib.trainers, trainer)(show_progress=False, **settings_)
        if way == "files":
            tokenizer.train([str(corpus)], made)
        elif way == "iterator":
            tokenizer.train_from_iterator(iter(lines), made, length=len(lines))
        else:
            tokenizer.train_from_iterator([lines[:3], lines[3:]], made)
        results.append(json.loads(tokenizer.to_str()))
    assert results[0] == results[1]


def test_word_piece_training_covers_the_text(lines):
    tokenizer = compat.Tokenizer(compat.models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = compat.pre_tokenizers.Whitespace()
    trainer = compat.trainers.WordPieceTrainer(vocab_size=200, special_tokens=["[UNK]"])
    tokenizer.train_from_iterator(lines, trainer)
    assert tokenizer.token_to_id("[UNK]") == 0
    assert not any(0 in e.ids for e in tokenizer.encode_batch(lines))


def test_a_default_trainer(lines):
    results = []
    for lib in (compat, hf):
        tokenizer = lib.Tokenizer(lib.models.BPE())
        tokenizer.pre_tokenizer = lib.pre_tokenizers.Whitespace()
        tokenizer.train_from_iterator(lines)
        results.append(tokenizer.to_str())
    assert results[0] == results[1]


def test_the_wrong_trainer_is_refused(lines):
    with pytest.raises(TypeError, match="can only train a WordLevel"):
        plain(compat).train_from_iterator(lines, compat.trainers.WordLevelTrainer())
