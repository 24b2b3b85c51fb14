"""Training: merges as Hugging Face's, and what is ours."""

import json
import random

import pytest
import tokenizers as hf
from tokenizers import models, pre_tokenizers, trainers

import hybridtok as ht
from hybridtok.training import PATTERNS

WORDS = (
    "ev evler evde kitap kitaplar at atlar atlara ab aab aaab ba bab göz gözlük 12 1234 'm".split()
)


def random_lines(seed: int) -> list[str]:
    chance = random.Random(seed)
    signs = [" ", " ", "  ", "\n", ", ", "!", "\t"]
    return [
        "".join(chance.choice(WORDS) + chance.choice(signs) for _ in range(chance.randrange(30)))
        for _ in range(60)
    ]


def hf_trained(lines, pattern="gpt2", files=None, **options):
    theirs = hf.Tokenizer(models.BPE())
    steps = []
    if pattern == "gpt2":
        steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False))
    else:
        if pattern != "none":
            regex = hf.Regex(PATTERNS.get(pattern, pattern))
            steps.append(pre_tokenizers.Split(regex, "isolated"))
        steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
    theirs.pre_tokenizer = pre_tokenizers.Sequence(steps)
    trainer = trainers.BpeTrainer(
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, **options
    )
    if files is not None:
        theirs.train(files, trainer)
    else:
        theirs.train_from_iterator(lines, trainer)
    return theirs


def model_of(tokenizer) -> dict:
    return json.loads(tokenizer.to_str())["model"]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "options",
    [
        {"vocab_size": 300},
        {"vocab_size": 400, "min_frequency": 3},
        {"vocab_size": 350, "special_tokens": ["<s>", "ev"]},
        {"vocab_size": 400, "max_token_length": 4},
    ],
    ids=["plain", "min_frequency", "special_tokens", "max_token_length"],
)
def test_merges_are_those_of_hugging_face(seed, options):
    lines = random_lines(seed)
    ours, theirs = ht.train_bpe(lines, **options), hf_trained(lines, **options)
    assert model_of(ours)["merges"] == model_of(theirs)["merges"]
    assert ours.get_vocab() == theirs.get_vocab()


@pytest.mark.parametrize("pattern", [*PATTERNS, "none", r"\w+|\W"])
def test_merges_for_every_pattern(pattern, lines):
    ours = ht.train_bpe(lines, vocab_size=400, pattern=pattern)
    theirs = hf_trained(lines, pattern, vocab_size=400)
    assert model_of(ours)["merges"] == model_of(theirs)["merges"]
    for line in lines[:7]:
        assert ours.encode(line).ids == theirs.encode(line).ids
        assert ours.decode(ours.encode(line).ids) == line


def test_files_are_read_as_hugging_face_reads_them(corpus):
    ours = ht.train_bpe(corpus, vocab_size=400)
    theirs = hf_trained(None, files=[str(corpus)], vocab_size=400)
    assert model_of(ours)["merges"] == model_of(theirs)["merges"]


def test_iterables_of_batches(lines):
    whole = ht.train_bpe(lines, vocab_size=350).to_str()
    assert ht.train_bpe(iter(lines), vocab_size=350).to_str() == whole
    assert ht.train_bpe([lines[:9], lines[9:]], vocab_size=350).to_str() == whole
    assert ht.train_bpe((line for line in lines), vocab_size=350).to_str() == whole


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_and_order_do_not_matter(lines, threads):
    shuffled = list(lines)
    random.Random(threads).shuffle(shuffled)
    again = ht.train_bpe(shuffled, vocab_size=400, threads=threads)
    assert again.to_str() == ht.train_bpe(lines, vocab_size=400).to_str()


def test_it_loads_in_tokenizers(trained, lines):
    theirs = hf.Tokenizer.from_str(trained.to_str())
    for line in lines[:7]:
        ours = trained.encode(line)
        other = theirs.encode(line)
        assert (ours.ids, ours.tokens, ours.offsets, ours.word_ids) == (
            other.ids,
            other.tokens,
            other.offsets,
            other.word_ids,
        )


def test_characters_fall_back_to_bytes(lines):
    tokenizer = ht.train_bpe(
        lines, vocab_size=450, byte_level=False, limit_alphabet=60, special_tokens=["<s>"]
    )
    for text in ["bir varmış", "Ω≈ç√ 中文 \x00 \U0010ffff", "<0x41> <0xE4>", "  a  b "]:
        assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert tokenizer.encode("中").tokens == ["<0xE4>", "<0xB8>", "<0xAD>"]
    assert tokenizer.special_tokens == ["<s>"]
    theirs = hf.Tokenizer.from_str(tokenizer.to_str())
    for line in lines[:7]:
        assert tokenizer.encode(line).ids == theirs.encode(line).ids


def test_normalizers(lines):
    tokenizer = ht.train_bpe(lines, vocab_size=300, normalizer="nfkc,lowercase")
    assert tokenizer.decode(tokenizer.encode("ﬁN").ids) == "fin"
    with pytest.raises(ValueError, match="there are: none, nfc"):
        ht.train_bpe(lines, normalizer="nfx")


WRONG = {
    "empty corpus": (lambda lines: ht.train_bpe([]), ht.TrainingError, "empty"),
    "small vocabulary": (
        lambda lines: ht.train_bpe(lines, vocab_size=100),
        ht.TrainingError,
        "too small",
    ),
    "no vocabulary": (lambda lines: ht.train_bpe(lines, vocab_size=0), ValueError, "at least 1"),
    "bad regex": (lambda lines: ht.train_bpe(lines, pattern="(a"), ValueError, "."),
    "twins": (
        lambda lines: ht.train_bpe(lines, special_tokens=["a", "a"]),
        ValueError,
        "given twice",
    ),
    "empty special": (lambda lines: ht.train_bpe(lines, special_tokens=[""]), ValueError, "empty"),
    "no corpus": (lambda lines: ht.train_bpe(5), TypeError, "iterable of str"),
    "bytes": (lambda lines: ht.train_bpe(b"abc"), TypeError, "iterable of str"),
    "not texts": (lambda lines: ht.train_bpe([1, 2]), TypeError, "."),
    "alphabet": (
        lambda lines: ht.train_bpe(lines, limit_alphabet=3),
        ValueError,
        "byte_level=False",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused(call, error, message, lines):
    with pytest.raises(error, match=message):
        call(lines)


def test_an_exception_of_the_iterator_is_raised():
    def broken():
        yield "bir"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        ht.train_bpe(broken(), vocab_size=300)


def test_progress_is_reported(lines):
    seen = []
    ht.train_bpe(lines, vocab_size=300, progress=lambda *now: seen.append(now))
    assert seen
    assert all(isinstance(stage, str) for stage, _, _ in seen)


def test_an_exception_of_progress_ends_training(lines):
    def stop(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        ht.train_bpe(lines, vocab_size=300, progress=stop)
