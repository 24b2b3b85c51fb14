"""Hostile files, texts and special tokens: what must be refused, and what must pass unharmed."""

import base64
import json
import warnings

import pytest
from conftest import golden

import hybridtok as ht
from hybridtok import compat
from hybridtok.components import byte_alphabet

AREA = golden("hostile")

pytestmark = pytest.mark.golden


def read_lines(name: str) -> list[dict]:
    file = AREA / name
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


MALFORMED = read_lines("malformed.jsonl") + read_lines("malformed_extra.jsonl")
NASTY = read_lines("nasty.jsonl")


def test_golden_hostile_is_there():
    assert MALFORMED, f"no known answers in {AREA}"
    assert NASTY


def content(case: dict) -> bytes:
    if "content_b64" in case:
        return base64.b64decode(case["content_b64"])
    if "generate" not in case:
        return case["content"].encode("utf-8", "surrogatepass")
    how = case["generate"]
    if how["gen"] == "nest":
        nested = how["open"] * how["n"] + how["inner"] + how["close"] * how["n"]
        base = how["base"]
        base = base if isinstance(base, str) else json.dumps(base)
        return base.replace('"normalizer": null', f'"normalizer": {nested}').encode()
    return (how["prefix"] + how["unit"] * how["n"] + how["suffix"]).encode()


def probe(tokenizer) -> str | None:
    """Uses a tokenizer; names the class of the typed error, if there is one."""
    probes = json.loads((AREA / "probes.json").read_text("utf-8"))
    calls = (
        lambda: tokenizer.encode(probes["encode"]),
        lambda: tokenizer.encode(*probes["pair"]),
        lambda: tokenizer.encode_batch(probes["batch"]),
        lambda: tokenizer.decode(probes["decode"]),
        lambda: tokenizer.encode(probes["encode_empty"]),
        lambda: tokenizer.decode(probes["decode_empty"]),
        tokenizer.to_str,
    )
    found = None
    for call in calls:
        try:
            call()
        except ht.InternalError:
            raise
        except (ht.HybridtokError, ValueError) as error:
            if isinstance(error, ht.LimitError):
                found = "LimitError"
    return found


def outcome(load, data: bytes) -> tuple[set[str], str]:
    """What loading and probing gave, in the words of the fixtures, and the message."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tokenizer = load(data)
        except ht.LimitError as error:
            return {"LimitError"}, str(error)
        except ht.FormatError as error:
            return {"FormatError"}, str(error)
    warned = any(issubclass(w.category, ht.FormatWarning) for w in caught)
    text = " ".join(str(w.message) for w in caught)
    got = {"ok", "ok+warning"} if warned else {"ok"}
    limited = probe(tokenizer)
    if limited:
        got |= {f"ok+{limited}"}
    return got, text


@pytest.mark.parametrize("case", MALFORMED, ids=[case["name"] for case in MALFORMED])
def test_golden_hostile_malformed_strict(case):
    got, message = outcome(ht.Tokenizer.from_bytes, content(case))
    assert got & set(case["expect"].split("|")), (got, message)
    if case["path"] and "ok" not in got and not any(g.startswith("ok") for g in got):
        assert case["path"] in message


@pytest.mark.parametrize("case", MALFORMED, ids=[case["name"] for case in MALFORMED])
def test_golden_hostile_malformed_lenient(case):
    got, message = outcome(compat.Tokenizer.from_buffer, content(case))
    assert got & set(case["expect_compat"].split("|")), (got, message)


@pytest.mark.parametrize("case", NASTY, ids=[str(k) for k in range(len(NASTY))])
def test_golden_hostile_nasty_texts_come_back(trained, case):
    text = case["s"]
    encoding = trained.encode(text)
    assert trained.decode(encoding.ids) == text
    end = 0
    for start, stop in encoding.offsets:
        assert start <= end <= stop
        end = stop
    assert end == len(text)


def byte_tokenizer(facts: dict) -> dict:
    """The tokenizer of `injection.json`: bytes, and special tokens."""
    flags = {"single_word": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": facts["ids"][token], "content": token, "lstrip": token in facts["lstrip"]}
            | flags
            for token in facts["special_tokens"]
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": False,
            "use_regex": True,
        },
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel",
            "add_prefix_space": False,
            "trim_offsets": False,
            "use_regex": True,
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {char: id for id, char in enumerate(sorted(byte_alphabet()))},
            "merges": [],
        },
    }


@pytest.fixture(scope="module")
def injection() -> tuple[dict, str]:
    facts = json.loads((AREA / "injection.json").read_text("utf-8"))
    return facts, json.dumps(byte_tokenizer(facts))


def test_golden_hostile_injection_native(injection):
    facts, text = injection
    tokenizer = ht.Tokenizer.from_str(text)
    specials = set(facts["ids"].values())
    for case in facts["cases"]:
        for form in (
            lambda t: tokenizer.encode(t).ids,
            lambda t: tokenizer.encode_ids(t).tolist(),
            lambda t: tokenizer.encode_batch([t])[0].ids,
            lambda t: tokenizer.encode_batch_ids([t]).values.tolist(),
            lambda t: tokenizer.encode("x", t).ids,
            lambda t: tokenizer.encode(t.split(" "), is_pretokenized=True).ids,
        ):
            found = [id for id in form(case["text"]) if id in specials]
            assert found == case["hybridtok_default_special_ids"], case["text"]
        assert tokenizer.decode(tokenizer.encode(case["text"]).ids) == case["text"]


def test_golden_hostile_injection_allowed_one_by_one(injection):
    facts, text = injection
    tokenizer = ht.Tokenizer.from_str(text)
    names = {id: token for token, id in facts["ids"].items()}
    for case in facts["cases"]:
        found = case["hf_default_special_ids"]
        got = tokenizer.encode(case["text"], allowed_special="all").ids
        assert [id for id in got if id in names] == found
        for token in set(facts["special_tokens"]):
            got = tokenizer.encode(case["text"], allowed_special={token}).ids
            assert {names[id] for id in got if id in names} <= {token}
        if found:
            with pytest.raises(ht.SpecialTokenError):
                tokenizer.encode(case["text"], disallowed_special="raise")
        else:
            tokenizer.encode(case["text"], disallowed_special="raise")


def test_golden_hostile_injection_compat(injection):
    facts, text = injection
    tokenizer = compat.Tokenizer.from_str(text)
    specials = set(facts["ids"].values())
    for case in facts["cases"]:
        for as_text, key in (
            (False, "hf_default_special_ids"),
            (True, "hf_encode_special_tokens_true"),
        ):
            tokenizer.encode_special_tokens = as_text
            got = tokenizer.encode(case["text"]).ids
            assert [id for id in got if id in specials] == case[key], case["text"]


def test_golden_hostile_surrogates(trained):
    lenient = compat.Tokenizer.from_str(trained.to_str())
    for tag, text in json.loads((AREA / "surrogates.json").read_text("utf-8")):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            with pytest.raises(ht.EncodingError) as caught:
                trained.encode(text)
            assert caught.value.offset == error.start, tag
            with pytest.raises(TypeError, match="TextInputSequence must be str"):
                lenient.encode(text)
            replaced = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            assert trained.decode(trained.encode(text, errors="replace").ids) == replaced
        else:
            assert trained.decode(trained.encode(text).ids) == text
