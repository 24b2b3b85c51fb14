"""The native tokenizer: encoding, decoding, files, added tokens, settings."""

import contextlib
import json
import os
import pickle
import stat
from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok import Tokenizer

TEXTS = st.text(max_size=60)


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_decoding_gives_the_text_back(trained, text):
    encoding = trained.encode(text)
    assert trained.decode(encoding.ids) == text
    assert trained.decode_bytes(encoding.ids) == text.encode()
    assert trained.encode_ids(text).tolist() == encoding.ids


@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_offsets_cover_the_text(trained, text):
    end = 0
    for start, stop in trained.encode(text).offsets:
        assert start <= end <= stop <= len(text)
        end = stop
    assert end == len(text)


@given(texts=st.lists(TEXTS, max_size=8))
@settings(max_examples=50, deadline=None)
def test_batches_equal_single_texts(trained, texts):
    one_by_one = [trained.encode(text).ids for text in texts]
    for threads in (1, 2, 8):
        assert [e.ids for e in trained.encode_batch(texts, threads=threads)] == one_by_one
        ragged = trained.encode_batch_ids(texts, threads=threads)
        assert [ragged[k].tolist() for k in range(len(ragged))] == one_by_one
        assert ragged.values.dtype == np.uint32
        assert ragged.offsets.dtype == np.int64
    assert trained.decode_batch(ragged) == texts
    assert trained.decode_batch(one_by_one) == texts


def test_ids_may_be_arrays_and_any_sequence(trained):
    ids = trained.encode_ids("bir yokmuş")
    for form in (ids, ids.tolist(), tuple(ids.tolist()), ids.astype(np.int64)):
        assert trained.decode(form) == "bir yokmuş"


def test_special_tokens_in_text_are_text(trained):
    start = trained.token_to_id("<s>")
    assert start not in trained.encode("a <s> b").ids
    assert start in trained.encode("a <s> b", allowed_special="all").ids
    assert start in trained.encode("a <s> b", allowed_special={"<s>"}).ids
    assert start not in trained.encode("a <s> b", allowed_special={"</s>"}).ids
    with pytest.raises(ht.SpecialTokenError, match="<s>") as caught:
        trained.encode("a <s> b", disallowed_special="raise")
    assert caught.value.char_offset == 2


def test_lone_surrogates(trained):
    with pytest.raises(ht.EncodingError, match="surrogate") as caught:
        trained.encode("ab\ud800")
    assert caught.value.offset == 2
    assert trained.decode(trained.encode("ab\ud800", errors="replace").ids) == "ab\ufffd"


@pytest.mark.parametrize(
    ("ids", "error"), [([10**6], ValueError), ([-1], OverflowError), (["a"], TypeError)]
)
def test_ids_of_no_token(trained, ids, error):
    with pytest.raises(error):
        trained.decode(ids)


def test_unknown_ids_can_be_ignored(trained):
    ids = [*trained.encode("bir").ids, 10**6]
    assert trained.decode(ids, errors="ignore") == "bir"


def test_skip_special_tokens(trained):
    ids = [trained.token_to_id("<s>"), *trained.encode("bir").ids]
    assert trained.decode(ids) == "<s>bir"
    assert trained.decode(ids, skip_special_tokens=True) == "bir"


def test_streaming_gives_whole_characters(trained):
    text = "a👍🏽 b日本"
    stream = trained.decode_stream()
    pieces = [stream.step(trained, id) for id in trained.encode(text).ids]
    assert "".join(piece for piece in pieces if piece) == text
    assert all(piece is None or "\ufffd" not in piece for piece in pieces)


def same(tokenizer: Tokenizer, other: Tokenizer, lines: list[str]) -> bool:
    return (
        tokenizer.get_vocab() == other.get_vocab()
        and [e.ids for e in tokenizer.encode_batch(lines)]
        == [e.ids for e in other.encode_batch(lines)]
        and type(other) is Tokenizer
    )


def test_saving_and_loading(trained, lines, tmp_path):
    trained.save(tmp_path / "t.json")
    assert same(trained, Tokenizer.from_file(tmp_path / "t.json"), lines)
    paths = trained.save_pretrained(tmp_path / "d", creation={"by": "test"})
    assert sorted(os.path.basename(path) for path in paths) == [
        "hybridtok.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    assert same(trained, Tokenizer.from_pretrained(tmp_path / "d"), lines)
    os.unlink(tmp_path / "d" / "hybridtok.json")
    assert same(trained, Tokenizer.from_pretrained(tmp_path / "d"), lines)
    assert same(trained, Tokenizer.from_str(trained.to_str()), lines)
    config = json.loads((tmp_path / "d" / "tokenizer_config.json").read_text())
    assert config["clean_up_tokenization_spaces"] is False
    assert (config["bos_token"], config["eos_token"]) == ("<s>", "</s>")


def test_copies(trained, lines):
    assert same(trained, pickle.loads(pickle.dumps(trained)), lines)
    assert same(trained, deepcopy(trained), lines)
    assert pickle.dumps(trained) == pickle.dumps(pickle.loads(pickle.dumps(trained)))


def test_saving_twice_gives_the_same_bytes(trained, tmp_path):
    trained.save_pretrained(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    Tokenizer.from_pretrained(tmp_path).save_pretrained(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first


def test_every_damaged_byte_is_found(trained, tmp_path, lines):
    trained.save_pretrained(tmp_path)
    file = tmp_path / "hybridtok.json"
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        file.write_bytes(bytes(damaged))
        with contextlib.suppress(ht.ArtefactError):
            assert same(trained, Tokenizer.from_file(file), lines)


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        Tokenizer.from_file(tmp_path / "none.json")
    with pytest.raises(FileNotFoundError, match="neither"):
        Tokenizer.from_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": "BPE", ')
    with pytest.raises(ht.FormatError, match="tokenizer.json"):
        Tokenizer.from_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(
        '{"version": "1.0", "model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}'
    )
    with pytest.raises(ht.FormatError) as caught:
        Tokenizer.from_pretrained(tmp_path)
    assert caught.value.path is not None
    assert caught.value.path.startswith("model.merges[0]")


def test_a_failed_write_leaves_the_old_file(trained, tmp_path, monkeypatch):
    file = tmp_path / "t.json"
    file.write_text("old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        trained.save(file)
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["t.json"]


def test_writing_follows_links_and_keeps_modes(trained, tmp_path):
    file, link = tmp_path / "t.json", tmp_path / "link.json"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    trained.save(link)
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert json.loads(file.read_text())["model"]["type"] == "BPE"


def test_added_tokens(lines):
    tokenizer = ht.train_bpe(lines, vocab_size=300)
    size = len(tokenizer)
    assert tokenizer.add_tokens(["yokmuş", ht.AddedToken("[X]", lstrip=True)]) == 2
    assert tokenizer.add_tokens(["yokmuş"]) == 0
    assert tokenizer.add_special_tokens(["<e>"]) == 1
    assert len(tokenizer) == size + 3
    decoder = tokenizer.get_added_tokens_decoder()
    assert list(decoder) == [size, size + 1, size + 2]
    assert decoder[size + 1] == ht.AddedToken("[X]", lstrip=True)
    assert decoder[size + 2].special
    assert tokenizer.special_tokens == ["<e>"]
    assert tokenizer.encode("bir yokmuş [X]").ids[-2:] == [size, size + 1]
    with pytest.raises(TypeError):
        tokenizer.add_tokens("abc")
    with pytest.raises(TypeError):
        tokenizer.add_tokens([1])


def test_added_token_is_a_value():
    token = ht.AddedToken("x", special=True)
    assert not token.normalized
    assert ht.AddedToken("x").normalized
    assert token == ht.AddedToken("x", special=True)
    assert token != ht.AddedToken("x")
    assert hash(token) == hash(ht.AddedToken("x"))
    assert pickle.loads(pickle.dumps(token)) == token
    token.special = False
    assert token == ht.AddedToken("x")


def test_truncation_and_padding(lines):
    tokenizer = ht.train_bpe(lines, vocab_size=300)
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=5, pad_id=7)
    assert tokenizer.truncation == {
        "max_length": 3,
        "stride": 0,
        "strategy": "longest_first",
        "direction": "right",
    }
    encoding = tokenizer.encode("bir yokmuş bir")
    assert len(encoding) == 5
    assert encoding.ids[3:] == [7, 7]
    assert encoding.attention_mask == [1, 1, 1, 0, 0]
    tokenizer.no_truncation()
    tokenizer.no_padding()
    assert tokenizer.truncation is tokenizer.padding is None
    for wrong in ({"strategy": "x"}, {"direction": "x"}, {"stride": 5}):
        with pytest.raises(ValueError, match=r"Unknown|stride"):
            tokenizer.enable_truncation(5, **wrong)
    with pytest.raises(ValueError, match="direction"):
        tokenizer.enable_padding(direction="up")


def test_dropout_does_not_keep_a_tokenizer_from_loading(trained, tmp_path):
    document = json.loads(trained.to_str())
    document["model"]["dropout"] = 0.5
    ht.Tokenizer.from_str(json.dumps(document)).save_pretrained(tmp_path)
    loaded = ht.Tokenizer.from_pretrained(tmp_path)
    assert json.loads(loaded.to_str()) == document
