"""Character-level BPE: the cap holds exactly, in both units and over both alphabets."""

import itertools
import json

import pytest
import tokenizers as hf
from conftest import ROOT
from test_training import hf_trained, model_of

import hybridtok as ht
from hybridtok.training.bpe import byte_alphabet
from hybridtok.training.presets import CHAR_PRESETS, KL3M_SPECIAL_TOKENS

TEXTS = [ROOT / "corpora/turkish/turkish.txt", ROOT / "corpora/english/english.txt"]
#: Text in which characters are one, two, three and four bytes long.
MIXED = "çığlığı öğütücü şeyhülislâm αβγδε αβγ 日本語の日本 日本語 🙂🙃🙂 🙂🙃 ağağaç ".split(" ")


@pytest.fixture(scope="module")
def lines():
    text = "".join(path.read_text(encoding="utf-8")[:60_000] for path in TEXTS)
    return [*text.splitlines(keepends=True), *(" ".join(MIXED) for _ in range(20))]


def learned(tokenizer, alphabet):
    """The bytes of each token that merging made."""
    model = model_of(tokenizer)
    raw = {char: byte for byte, char in enumerate(byte_alphabet())}
    for left, right in model["merges"]:
        token = left + right
        yield bytes(raw[c] for c in token) if alphabet == "bytes" else token.encode("utf-8")


def chars_touched(token: bytes) -> int:
    """Code points that some of the bytes belong to, the slow way: by decoding all that can be."""
    head = 0
    while head < len(token) and token[head] & 0xC0 == 0x80:
        head += 1
    rest = token[head:]
    for cut in range(4):
        try:
            whole = rest[: len(rest) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return (head > 0) + len(whole) + (cut > 0)
    raise AssertionError(token)


@pytest.mark.parametrize("alphabet", ["bytes", "chars"])
@pytest.mark.parametrize("unit", ["chars", "bytes"])
@pytest.mark.parametrize("cap", range(1, 7))
def test_no_token_is_longer_and_some_are_as_long(lines, cap, unit, alphabet):
    tokenizer = ht.train_char(
        lines, vocab_size=20_000, max_token_chars=cap, length_unit=unit, alphabet=alphabet
    )
    length = len if unit == "bytes" else chars_touched
    lengths = [length(token) for token in learned(tokenizer, alphabet)]
    if cap == 1:
        assert lengths == []
        return
    assert max(lengths) == cap
    assert tokenizer.get_vocab_size() < 20_000


def test_a_word_of_two_byte_letters_fits_into_a_cap_in_characters():
    word = ["çığ ç ı ğ"] * 9
    options = {"vocab_size": 400, "normalizer": "none", "max_token_chars": 3}
    assert len(ht.train_char(word, length_unit="chars", **options).encode("çığ").ids) == 1
    assert len(ht.train_char(word, length_unit="bytes", **options).encode("çığ").ids) > 1


@pytest.mark.parametrize(("given", "longest"), [(1, 2), (2, 2), (3, 2), (4, 3), (5, 4)])
def test_compatible_length_is_that_of_tokenizers(lines, given, longest):
    options = {"vocab_size": 1500, "min_frequency": 2}
    ours = ht.train_char(
        lines,
        max_token_chars=given,
        hf_compat_length=True,
        normalizer="none",
        special_tokens=[],
        **options,
    )
    theirs = hf_trained(lines, max_token_length=given, **options)
    assert model_of(ours)["merges"] == json.loads(theirs.to_str())["model"]["merges"]
    assert max(len(token) for token in learned(ours, "bytes")) == longest


def test_characters_are_not_cut_unless_they_are_rare(lines):
    tokenizer = ht.train_char(lines, alphabet="chars", max_token_chars=3, normalizer="none")
    text = "".join(lines)
    encoding = tokenizer.encode(text)
    assert not any(token.startswith("<0x") for token in encoding.tokens)
    neighbours = itertools.pairwise(encoding.offsets)
    assert all(end == start for (_, end), (start, _) in neighbours)
    rare = "ⓧ"
    assert tokenizer.encode(rare).tokens == [f"<0x{byte:02X}>" for byte in rare.encode()]
    assert tokenizer.decode(tokenizer.encode(f"{rare} {text}").ids) == f"{rare} {text}"
    ids = [tokenizer.token_to_id(f"<0x{byte:02X}>") for byte in range(256)]
    first = len(KL3M_SPECIAL_TOKENS)
    assert ids == list(range(first, first + 256))
    loaded = hf.Tokenizer.from_str(tokenizer.to_str())
    assert loaded.encode(f"{rare} {text}").ids == tokenizer.encode(f"{rare} {text}").ids


def test_rare_characters_are_spelled():
    corpus = ["aaab ccc ddd ddd"] * 5 + ["z"]
    tokenizer = ht.train_char(corpus, alphabet="chars", min_char_count=6)
    assert tokenizer.token_to_id("z") is None
    assert tokenizer.token_to_id("b") is None
    assert tokenizer.token_to_id("c") is not None
    two = ht.train_char(corpus, alphabet="chars", max_alphabet=2)
    assert [c for c in "abcdz" if two.token_to_id(c) is not None] == ["d"]


@pytest.mark.parametrize("name", CHAR_PRESETS)
def test_presets(lines, name):
    tokenizer = ht.train_char(lines, preset=name)
    cap = CHAR_PRESETS[name].max_token_chars
    assert max(map(chars_touched, learned(tokenizer, "bytes"))) == cap
    assert tokenizer.get_vocab_size() <= CHAR_PRESETS[name].vocab_size
    assert [tokenizer.id_to_token(id) for id in range(13)] == list(KL3M_SPECIAL_TOKENS)
    assert tokenizer.decode(tokenizer.encode("ﬁve").ids) == "five"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "kl3m"}, "there is no preset 'kl3m'; there are: kl3m-char-4k"),
        ({"max_token_chars": 0}, "at least 1"),
        ({"max_alphabet": 3}, 'for alphabet="chars"'),
        ({"hf_compat_length": True, "length_unit": "bytes"}, "unit of its own"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        ht.train_char(["a"], **options)


def test_command_says_why_it_stopped(cli, tmp_path, lines):
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    done = cli("train", "char", corpus, "-o", out, "--max-token-chars", 2)
    assert done.code == 0, done.err
    tokens = ht.Tokenizer.from_pretrained(out).get_vocab_size()
    assert f"reached {tokens:,} of 8,192: no candidates under the cap" in done.err
    record = json.loads((out / "training.json").read_text())
    assert record["arguments"]["max_token_chars"] == 2
    assert cli("doctor", out).code == 0
