"""`transformers`: our files in its classes, and our class among its own."""

import json
import os
import pickle
import subprocess
import sys
from copy import deepcopy

import pytest

import hybridtok as ht

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

TEXTS = ["Kitaplarımızı getirdiler. 🙂", "", " a  b\n", "bir <s> iki</s>", "x" * 50]


@pytest.fixture(scope="module")
def ours(model):
    from hybridtok.hf import HybridTokenizer

    return HybridTokenizer.from_pretrained(model)


@pytest.fixture(scope="module")
def theirs(model):
    return transformers.PreTrainedTokenizerFast.from_pretrained(model)


def test_our_files_load_in_its_classes(model, trained):
    for kind in (transformers.PreTrainedTokenizerFast, transformers.AutoTokenizer):
        loaded = kind.from_pretrained(model)
        assert (loaded.bos_token, loaded.eos_token) == ("<s>", "</s>")
        assert loaded.clean_up_tokenization_spaces is False
        for text in TEXTS:
            ids = trained.encode(text, allowed_special="all").ids
            assert loaded(text)["input_ids"] == ids
            assert loaded.decode(ids) == text


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"return_offsets_mapping": True, "return_special_tokens_mask": True},
        {"truncation": True, "max_length": 3},
        {"truncation": True, "max_length": 4, "stride": 1, "return_overflowing_tokens": True},
        {"padding": "max_length", "max_length": 12},
        {"padding": True, "pad_to_multiple_of": 8},
        {"add_special_tokens": False, "return_length": True},
    ],
)
def test_calls_give_what_its_class_gives(ours, theirs, options):
    for tokenizer in (ours, theirs):
        tokenizer.pad_token = "</s>"
    for given in (TEXTS[0], TEXTS, [("a b", "c"), ("d", "e f")]):
        got, want = ours(given, **options), theirs(given, **options)
        assert dict(got) == dict(want)
    assert ours(TEXTS[0]).word_ids() == theirs(TEXTS[0]).word_ids()
    assert ours(TEXTS[0]).char_to_token(3) == theirs(TEXTS[0]).char_to_token(3)


def test_everything_else_that_callers_use(ours, theirs):
    ids = theirs(TEXTS)["input_ids"]
    assert ours.batch_decode(ids) == theirs.batch_decode(ids)
    assert ours.batch_decode(ids, skip_special_tokens=True) == theirs.batch_decode(
        ids, skip_special_tokens=True
    )
    assert ours.get_vocab() == theirs.get_vocab()
    assert len(ours) == len(theirs)
    assert ours.is_fast
    assert ours.all_special_tokens == theirs.all_special_tokens
    assert ours.tokenize(TEXTS[0]) == theirs.tokenize(TEXTS[0])
    tokens = theirs.convert_ids_to_tokens(ids[0])
    assert ours.convert_ids_to_tokens(ids[0]) == tokens
    assert ours.convert_tokens_to_ids(tokens) == ids[0]
    assert ours.convert_tokens_to_string(tokens) == theirs.convert_tokens_to_string(tokens)
    assert repr(ours.added_tokens_decoder) == repr(theirs.added_tokens_decoder)


def test_saving_and_loading(ours, tmp_path):
    changed = deepcopy(ours)
    changed.add_special_tokens({"pad_token": "[PAD]"})
    changed.add_tokens(["yeni"])
    changed.save_pretrained(tmp_path)
    assert {"hybridtok.json", "tokenizer.json", "tokenizer_config.json"} <= set(
        os.listdir(tmp_path)
    )
    config = json.loads((tmp_path / "tokenizer_config.json").read_text())
    assert config["tokenizer_class"] == "HybridTokenizer"
    for loaded in (
        type(ours).from_pretrained(tmp_path),
        transformers.AutoTokenizer.from_pretrained(tmp_path),
        pickle.loads(pickle.dumps(changed)),
    ):
        assert type(loaded) is type(ours)
        assert loaded.pad_token_id == changed.pad_token_id
        assert len(loaded) == len(ours) + 2
        assert loaded("yeni bir")["input_ids"] == changed("yeni bir")["input_ids"]
    ht.Tokenizer.from_pretrained(tmp_path)


def test_a_damaged_file_is_refused(ours, tmp_path):
    ours.save_pretrained(tmp_path)
    file = tmp_path / "hybridtok.json"
    file.write_bytes(file.read_bytes().replace(b'"ids":[', b'"ids":[7,', 1))
    with pytest.raises(ht.ArtefactError):
        type(ours).from_pretrained(tmp_path)


def test_it_takes_any_tokenizer(trained, theirs):
    from hybridtok.compat import Tokenizer
    from hybridtok.hf import HybridTokenizer

    backend = theirs.backend_tokenizer
    for given in (trained, backend, Tokenizer.from_str(trained.to_str())):
        made = HybridTokenizer(tokenizer_object=given)
        assert made(TEXTS[0])["input_ids"] == theirs(TEXTS[0])["input_ids"]
    with pytest.raises(ValueError, match=r"hybridtok\.json"):
        HybridTokenizer()


def test_training_a_new_one(ours):
    new = ours.train_new_from_iterator([["ab ab ab cd"] * 20], 270, show_progress=False)
    assert type(new) is type(ours)
    assert new.decode(new("ab cd")["input_ids"]) == "ab cd"


def test_datasets_fingerprints_are_stable(model):
    code = f"""
from datasets.fingerprint import Hasher
from hybridtok.hf import HybridTokenizer
tokenizer = HybridTokenizer.from_pretrained({str(model)!r})
before = Hasher.hash(tokenizer)
tokenizer(["a b", "c"], truncation=True, max_length=1)
print(before, Hasher.hash(tokenizer))
"""
    pytest.importorskip("datasets")
    hashes = set()
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "HF_HUB_OFFLINE": "1"},
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        hashes |= set(done.stdout.split())
    assert len(hashes) == 1


@pytest.mark.timeout(180)
def test_datasets_map_in_two_processes(ours):
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_dict({"text": TEXTS * 4})

    def encode(batch):
        return ours(batch["text"])

    mapped = dataset.map(encode, batched=True, num_proc=2, load_from_cache_file=False)
    assert mapped["input_ids"][: len(TEXTS)] == [ours(text)["input_ids"] for text in TEXTS]


def test_importing_the_package_does_not_import_transformers():
    code = "import sys, hybridtok, hybridtok.compat; print('transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False"
