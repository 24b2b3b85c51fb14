"""Hybrid tokenizers in `transformers`, their side tables, pickles and streams."""

import json
import multiprocessing
import os
import pickle
import random
import subprocess
import sys
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, golden_file
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.side_table import SideTable

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CORPUS = ROOT / "corpora" / "turkish" / "turkish.txt"
TEXTS = [
    "Kitaplarımızı İSTANBUL'da evlerden getirdiler. 🙂",
    "",
    " ",
    " a  b\n",
    "saatlerini okuyor, kitabı 3'te bulmuş",
    "bir <eos> iki",
    "x" * 50,
]


@pytest.fixture(scope="module", params=["shared", "surface"])
def trained(request):
    return ht.train_hybrid(CORPUS, language="tr", vocab_size=6000, mode=request.param)


@pytest.fixture(scope="module")
def directory(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("hybrid") / "model"
    trained.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def ours(directory):
    from hybridtok.hf import HybridTokenizer

    return HybridTokenizer.from_pretrained(directory)


def test_what_a_directory_holds(trained, directory):
    # Nothing that a stock loader would take for the same tokenizer.
    assert sorted(os.listdir(directory)) == [
        "hybridtok.json",
        "morphemes.safetensors",
        "morphemes.tsv",
        "tokenization_hybridtok.py",
        "tokenizer_config.json",
    ]


@pytest.mark.timeout(180)
def test_auto_tokenizer_in_a_fresh_process(trained, directory, tmp_path):
    code = f"""
import json, pickle, sys
from transformers import AutoTokenizer
assert "hybridtok" not in sys.modules
texts = json.load(sys.stdin)
tokenizer = AutoTokenizer.from_pretrained({str(directory)!r}, trust_remote_code=True)
tokenizer.save_pretrained({str(tmp_path / "saved")!r})
again = AutoTokenizer.from_pretrained({str(tmp_path / "saved")!r}, trust_remote_code=True)
copied = pickle.loads(pickle.dumps(again))
for known in (tokenizer, again, copied):
    assert f"{{type(known).__module__}}.{{type(known).__name__}}" == (
        "hybridtok.hf.tokenizer.HybridTokenizer"
    )
    print(json.dumps(known(texts, split_special_tokens=True)["input_ids"]))
"""
    environment = {**os.environ, "HF_MODULES_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        input=json.dumps(TEXTS),
        capture_output=True,
        text=True,
        env=environment,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    want = [trained.encode(text).ids for text in TEXTS]
    assert [json.loads(line) for line in done.stdout.splitlines()] == [want] * 3


def test_ids_offsets_and_text_are_the_cores(trained, ours):
    for text in TEXTS:
        got = ours(text, return_offsets_mapping=True, split_special_tokens=True)
        core = trained.encode(text)
        assert got["input_ids"] == core.ids
        assert got["offset_mapping"] == core.offsets
        assert got.tokens() == core.tokens
        assert ours.decode(core.ids) == text
        assert ours.convert_tokens_to_string(core.tokens) == text
    assert ours.batch_decode(ours(TEXTS)["input_ids"]) == TEXTS
    assert ours.get_vocab() == trained.get_vocab()
    assert ours.is_fast


def test_nothing_is_appended_and_specials_are_consistent(trained, ours):
    assert ours.num_special_tokens_to_add() == ours.num_special_tokens_to_add(pair=True) == 0
    assert sorted(ours.all_special_tokens) == sorted(trained.special_tokens)
    assert ours.convert_ids_to_tokens(ours.all_special_ids) == ours.all_special_tokens
    assert ours.special_tokens_map == {
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
    }
    (found,) = (ours("bir <eos> iki")["input_ids"],)
    assert found.count(ours.eos_token_id) == 1
    assert ours.decode(found, skip_special_tokens=True) == "bir  iki"


def test_padding_and_truncation(trained, ours):
    ids = [trained.encode(text, allowed_special="all").ids for text in TEXTS]
    longest = max(map(len, ids))
    padded = ours(TEXTS, padding=True)
    for row, mask, want in zip(padded["input_ids"], padded["attention_mask"], ids, strict=True):
        assert row == want + [ours.pad_token_id] * (longest - len(want))
        assert mask == [1] * len(want) + [0] * (longest - len(want))
    assert ours(TEXTS, truncation=True, max_length=3)["input_ids"] == [row[:3] for row in ids]
    windows = ours(
        TEXTS[0], truncation=True, max_length=4, stride=1, return_overflowing_tokens=True
    )
    rows = windows["input_ids"]
    assert rows[0] + [id for row in rows[1:] for id in row[1:]] == ids[0]
    # Settings do not stay.
    assert ours(TEXTS)["input_ids"] == ids


def test_saving_with_added_tokens(ours, tmp_path):
    from hybridtok.hf import HybridTokenizer

    changed = deepcopy(ours)
    changed.add_special_tokens({"mask_token": "[MASK]"})
    changed.add_tokens(["yepyeni"])
    changed.save_pretrained(tmp_path)
    for loaded in (
        HybridTokenizer.from_pretrained(tmp_path),
        transformers.AutoTokenizer.from_pretrained(tmp_path),
        pickle.loads(pickle.dumps(changed)),
    ):
        assert type(loaded) is HybridTokenizer
        assert (len(loaded), loaded.mask_token_id) == (len(ours) + 2, len(ours))
        text = "[MASK] yepyeni kitaplar"
        assert loaded(text)["input_ids"] == changed(text)["input_ids"]
        assert loaded.decode(loaded(text)["input_ids"]) == text
    rows = ht.Tokenizer.from_pretrained(tmp_path).side_table().rows
    assert [(row.kind, row.string) for row in rows[-2:]] == [
        ("added", "[MASK]"),
        ("added", "yepyeni"),
    ]


def test_what_is_refused(ours, tmp_path):
    with pytest.raises(ht.ExportError, match=r"hybridtok\.json"):
        ours.backend_tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert not os.listdir(tmp_path)
    with pytest.raises(NotImplementedError, match="train_hybrid"):
        ours.train_new_from_iterator([["a"]], 300)


def lengths(tokenizer, texts):
    return [len(row) for row in tokenizer(texts)["input_ids"]]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_in_other_processes(trained, ours, start):
    want = lengths(ours, TEXTS)
    with multiprocessing.get_context(start).Pool(2) as pool:
        assert pool.starmap(lengths, [(ours, TEXTS)] * 4) == [want] * 4


@pytest.mark.timeout(180)
@pytest.mark.parametrize("start", ["spawn", "fork"])
def test_in_the_workers_of_a_data_loader(ours, start):
    data = pytest.importorskip("torch.utils.data", reason="PyTorch is not installed")
    collate = transformers.DataCollatorWithPadding(ours)
    rows = [dict(ours(text)) for text in TEXTS if text] * 4
    loader = data.DataLoader(
        rows, batch_size=3, num_workers=2, collate_fn=collate, multiprocessing_context=start
    )
    found = [batch["input_ids"][0].tolist() for batch in loader]
    for row, want in zip(found, rows[::3], strict=True):
        assert row[: len(want["input_ids"])] == want["input_ids"]
        assert set(row[len(want["input_ids"]) :]) <= {ours.pad_token_id}


def test_pickling_the_native_tokenizer(trained):
    first = pickle.dumps(trained)
    copied = pickle.loads(first)
    assert type(copied) is ht.Tokenizer
    assert pickle.dumps(copied) == first
    assert copied.hybrid() == trained.hybrid()
    changed = deepcopy(trained)
    changed.enable_truncation(3)
    again = pickle.loads(pickle.dumps(changed))
    assert again.truncation == changed.truncation
    for text in TEXTS:
        assert copied.encode(text).ids == trained.encode(text).ids
        assert again.encode(text).ids == trained.encode(text).ids[:3]


# Streams.


def streamed(tokenizer, ids, size=1, before=()):
    stream = tokenizer.decode_stream(list(before))
    steps = [ids[at : at + size] for at in range(0, len(ids), size)]
    return [stream.step(tokenizer, step) or "" for step in steps], stream.finish(tokenizer) or ""


def test_a_stream_gives_what_decoding_gives(trained):
    lines = random.Random(3).sample(CORPUS.read_text(encoding="utf-8").splitlines(), 60)
    for text in [*TEXTS, *lines]:
        ids = trained.encode(text).ids
        for size in (1, 3):
            steps, rest = streamed(trained, ids, size)
            assert "".join(steps) + rest == text
        # One token is held back, no more: what is said is a beginning of what will be.
        said = ""
        for at, step in enumerate(streamed(trained, ids)[0]):
            said += step
            assert text.startswith(said)
            assert at == 0 or len(said) >= trained.encode(text).offsets[at - 1][0]


@given(ids=st.lists(st.integers(0, 4000), max_size=30), size=st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_a_stream_of_any_ids_gives_what_decoding_gives(trained, ids, size):
    ids = [id % len(trained) for id in ids]
    steps, rest = streamed(trained, ids, size)
    assert "".join(steps) + rest == trained.decode(ids)


def test_a_stream_goes_on_after_a_prompt(trained):
    text = "Saatlerini bulan kitabı okuyordu."
    ids = trained.encode(text).ids
    for cut in range(len(ids) + 1):
        steps, rest = streamed(trained, ids[cut:], before=ids[:cut])
        added = "".join(steps) + rest
        # What the prompt left open comes with what settles it.
        assert text.endswith(added)
        assert len(added) >= len(text) - trained.encode(text).offsets[cut - 1][1] if cut else True
    stream = trained.decode_stream()
    stream.finish(trained)
    with pytest.raises(ValueError, match="finished"):
        stream.step(trained, 5)


# Side tables.


def test_the_side_table_tells_what_morphemes_there_are(trained):
    table = trained.side_table()
    mode = trained.hybrid()["mode"]
    assert len(table.rows) == len(trained) == len(table.morpheme_of)
    number = {(m.kind, m.name): at for at, m in reversed(list(enumerate(table.morphemes)))}
    of = {(row.kind, row.string): id for id, row in reversed(list(enumerate(table.rows)))}
    if mode == "surface":
        for forms, morpheme in [
            ([("affix", "lar"), ("affix", "ler")], ("affix", "PL")),
            ([("affix", "dan"), ("affix", "tan"), ("affix", "nden")], ("affix", "ABL")),
            ([("root", "kitap"), ("root", "kitab")], ("root", "kitap")),
        ]:
            ids = [of[form] for form in forms]
            assert {table.morpheme_of[id] for id in ids} == {number[morpheme]}
            allomorphs = table.allomorph_of[ids].tolist()
            assert len(set(allomorphs)) == len(ids)
            assert min(allomorphs) >= 0
        # What is written alike has all its morphemes, and forms are told apart within each.
        names = {table.morphemes[at].name for at, _ in table.rows[of["affix", "ı"]].candidates}
        assert names >= {"ACC", "POSS3SG"}
    else:
        plural = of["affix", "+PL"]
        assert (table.morpheme_of[plural], table.allomorph_of[plural]) == (
            number["affix", "PL"],
            -1,
        )
        assert (table.allomorph_of == -1).all()
    for id, row in enumerate(table.rows):
        has = row.kind in ("root", "affix")
        assert (table.morpheme_of[id] >= 0) == has, row
        assert (row.kind == "merge") == (table.merge_of[id] >= 0).all()


def test_merged_ids_have_their_parts(trained):
    table = trained.side_table()
    merged = [id for id, row in enumerate(table.rows) if row.kind == "merge"]
    assert len(merged) > 50
    for id in merged:
        assert (table.merge_of[id] < id).all()
        parts = table.parts(id)
        assert [part["id"] for part in trained.describe(id)] == parts
        assert trained.id_to_token(id) == "|".join(map(trained.id_to_token, parts))


def test_the_written_form_is_the_table(trained, directory, tmp_path):
    from safetensors.numpy import load_file

    table = trained.side_table()
    for path in table.save(tmp_path):
        assert Path(path).read_bytes() == (directory / Path(path).name).read_bytes()
    arrays = load_file(directory / "morphemes.safetensors")
    assert sorted(arrays) == ["allomorph_of", "merge_of", "morpheme_of"]
    for name, array in arrays.items():
        assert array.dtype == np.int32
        assert np.array_equal(array, table.arrays()[name])
    lines = (directory / "morphemes.tsv").read_text(encoding="utf-8").split("\n")
    assert lines[-1] == ""
    head, *rows = (line.split("\t") for line in lines[:-1])
    assert {len(row) for row in rows} == {len(head)}
    assert [int(row[0]) for row in rows] == list(range(len(table.rows)))
    assert [int(row[3]) for row in rows] == table.morpheme_of.tolist()
    assert "\\n" in {row[2] for row in rows}


def test_only_hybrid_tokenizers_have_one():
    plain = ht.train_bpe(["a b"], vocab_size=260)
    with pytest.raises(TypeError, match="hybrid"):
        plain.side_table()
    with pytest.raises(TypeError, match="hybrid"):
        SideTable.of(plain)


def test_morphemes_of_an_encoding(trained):
    encoding = trained.encode("kitaplar geldi")
    found = trained.morphemes(encoding)
    assert len(found) == len(encoding)
    kinds = [[part["kind"] for part in token] for token in found]
    assert [kind for token in kinds for kind in token] == ["root", "affix", "root", "affix"]


# Embeddings.


@pytest.mark.parametrize("merges", ["sum", "mean"])
def test_factored_embeddings(trained, merges):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from hybridtok.torch import FactoredEmbedding

    table = trained.side_table()
    torch.manual_seed(0)
    embed = FactoredEmbedding(table, 8, merges=merges)
    everything = torch.arange(len(table.rows))
    got = embed(everything)
    assert torch.allclose(got, embed.weight)
    assert embed(everything[:6].reshape(2, 3)).shape == (2, 3, 8)

    def simple(id):
        morpheme, form = int(table.morpheme_of[id]), int(table.allomorph_of[id])
        if morpheme < 0:
            return own[id]
        vector = embed.morphemes.weight[1 + morpheme]
        return vector + embed.allomorphs.weight[1 + form] if form >= 0 else vector

    plain = [i for i, row in enumerate(table.rows) if row.parts is None and not row.candidates]
    own = {id: embed.morphemes.weight[1 + len(table.morphemes) + at] for at, id in enumerate(plain)}
    assert embed.morphemes.num_embeddings == 1 + len(table.morphemes) + len(plain)
    for id in range(len(table.rows)):
        parts = torch.stack([simple(part) for part in table.parts(id)])
        want = parts.sum(0) if merges == "sum" else parts.mean(0)
        assert torch.allclose(got[id], want, atol=1e-6), id
    embed(torch.tensor([[5, len(table.rows) - 1]])).sum().backward()
    assert embed.morphemes.weight.grad.abs().sum() > 0
    assert embed.morphemes.weight.grad[0].abs().sum() == 0
    assert list(embed.state_dict()) == ["morphemes.weight", "allomorphs.weight"]
    with pytest.raises(ValueError, match="merges"):
        FactoredEmbedding(table, 8, merges="max")


def test_importing_the_package_does_not_import_torch():
    code = "import sys, hybridtok, hybridtok.side_table; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False"


# As tokenizer.json.


@pytest.fixture(scope="module")
def converted(cli, directory, tmp_path_factory):
    path = tmp_path_factory.mktemp("converted") / "unigram"
    done = cli("convert", directory, path, "--to", "hf", "--lossy", "--on", CORPUS)
    assert (done.code, done.out) == (0, b"")
    assert "ids are not those of" in done.err
    return path


def test_converting_is_refused_where_it_would_lie(cli, directory, tmp_path):
    done = cli("convert", directory, tmp_path / "out", "--to", "hf")
    assert (done.code, done.out) == (4, b"")
    assert "--lossy" in done.err
    assert cli("convert", directory, tmp_path / "out", "--to", "hf", "--on", CORPUS).code == 2
    assert not os.listdir(tmp_path)


def test_what_transformers_saved_is_converted(cli, ours, tmp_path):
    ours.save_pretrained(tmp_path / "saved")
    done = cli("convert", tmp_path / "saved", tmp_path / "out.json", "--to", "hf", "--lossy")
    assert done.code == 0
    text = "Kitaplarımızı getirdiler."
    unigram = ht.Tokenizer.from_file(tmp_path / "out.json")
    assert unigram.decode(unigram.encode(text).ids) == text


def test_converting_to_native_keeps_all(cli, directory, tmp_path, trained):
    assert cli("convert", directory, tmp_path / "out", "--to", "native").code == 0
    again = ht.Tokenizer.from_pretrained(tmp_path / "out")
    assert pickle.dumps(again) == pickle.dumps(trained)


def test_what_a_converted_directory_holds(converted):
    names = ["conversion.json", "tokenizer.json", "tokenizer_config.json"]
    assert sorted(os.listdir(converted)) == names
    measured = json.loads((converted / "conversion.json").read_text())["measured"]
    assert (measured["of"], measured["words"] > 300) == ("held out", True)
    assert measured["equal"] > 0.85
    assert measured["f1"] > 0.9


def test_stock_classes_load_what_was_converted(converted, tmp_path):
    loaded = transformers.AutoTokenizer.from_pretrained(converted)
    assert type(loaded).__module__.startswith("transformers.")
    assert (loaded.pad_token, loaded.bos_token, loaded.eos_token) == ("<pad>", "<bos>", "<eos>")
    ours = ht.Tokenizer.from_pretrained(converted)
    loaded.save_pretrained(tmp_path)
    again = transformers.AutoTokenizer.from_pretrained(tmp_path)
    lines = CORPUS.read_text(encoding="utf-8").splitlines()[:200]
    for text in [*TEXTS, *lines]:
        ids = loaded(text)["input_ids"]
        assert ids == again(text)["input_ids"] == ours.encode(text, allowed_special="all").ids
        assert loaded.decode(ids) == text


@pytest.mark.golden
def test_golden_morphology_texts_come_back_from_a_unigram(converted):
    import tokenizers

    unigram = tokenizers.Tokenizer.from_file(str(converted / "tokenizer.json"))
    rows = json.loads(golden_file("morphology", "roundtrip.json").read_text(encoding="utf-8"))
    texts = [row["text"] for row in rows] + TEXTS + [" <pad>", "<pad> a", "<pad><eos>  b <bos>"]
    texts = [text for text in texts if not {"\ue001", "\ue002"} & set(text)]
    assert len(texts) > 10
    for special in (False, True):
        unigram.encode_special_tokens = special
        for text in texts:
            ids = unigram.encode(text).ids
            assert unigram.decode(ids, skip_special_tokens=False) == text, special
    # As text, special tokens have other ids.
    assert unigram.token_to_id("<pad>") not in unigram.encode("<pad>").ids


def test_a_unigram_cuts_as_the_tokenizer_does(trained):
    from hybridtok.unigram import as_unigram

    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    plain, made = as_unigram(trained)
    assert (plain, made) == as_unigram(trained)
    fitted, held_out = as_unigram(trained, lines)
    assert (made["of"], held_out["of"]) == ("made", "held out")
    words = sorted({word for line in lines for word in line.split() if word.isalpha()})
    shares = []
    for text in (plain, fitted):
        unigram = ht.Tokenizer.from_str(text)
        tokens = [unigram.encode(word).tokens for word in words]
        cut = ["|".join(found).removeprefix("▁") for found in tokens]
        same = sum("|".join(trained.segment(w)) == c for w, c in zip(words, cut, strict=True))
        shares.append(same / len(words))
    assert 0.7 < shares[0] < shares[1]
    assert shares[1] > 0.85


def test_a_post_processor_is_not_exported(trained):
    from hybridtok.unigram import as_unigram

    changed = deepcopy(trained)
    processor = {"type": "BertProcessing", "sep": ["<eos>", 2], "cls": ["<bos>", 1]}
    changed.set_component("post_processor", json.dumps(processor))
    with pytest.raises(ht.ExportError, match="post-processor"):
        as_unigram(changed)
    with pytest.raises(TypeError, match="hybrid"):
        as_unigram(ht.train_bpe(["a b"], vocab_size=260))


# The documentation.


def test_the_examples_of_the_page_run(run_page, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    # Without PyTorch, `test_factored_embeddings` says that it is missing.
    run_page("hybrid-hf.md", skip=lambda block: "torch" in block and find_spec("torch") is None)
