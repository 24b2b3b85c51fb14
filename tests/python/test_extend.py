"""Going on from a tokenizer: ids stay, nothing is cut anew, two steps are one."""

import itertools
import json
import random
from importlib.util import find_spec

import numpy as np
import pytest
import tokenizers as hf
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training import model_of, random_lines

import hybridtok as ht
from hybridtok.errors import TrainingError
from hybridtok.training import extend_rows, parts_of_new, read_parts
from hybridtok.training.rows import parts_to_tsv

ENGLISH = ROOT / "corpora/english/english.txt"
LEGAL = ROOT / "corpora/legal/contracts.txt"
SPECIALS = ["<s>", "<pad>"]


@pytest.fixture(scope="module")
def base():
    tokenizer = ht.train_bpe(ENGLISH, vocab_size=1200, special_tokens=SPECIALS)
    tokenizer.add_tokens(["hereby"])
    return tokenizer


@pytest.fixture(scope="module")
def extended(base):
    return ht.extend(base, LEGAL, add=500)


@pytest.fixture(scope="module")
def texts():
    both = ENGLISH.read_text(encoding="utf-8") + LEGAL.read_text(encoding="utf-8")
    lines = [line for line in both.splitlines(keepends=True) if line.strip()]
    chance = random.Random(5)
    noise = ["".join(chance.choice("ab é\n<s>🙂1") for _ in range(20)) for _ in range(500)]
    return [*lines[:10_000], *noise]


def ends(encoding):
    return {end for _, end in encoding.offsets}


def test_ids_stay_and_no_text_is_cut_anew(base, extended, texts):
    before, after = base.get_vocab(), extended.get_vocab()
    assert {token: after[token] for token in before} == before
    new = sorted(set(after.values()) - set(before.values()))
    highest = max(before.values())
    assert new == list(range(highest + 1, highest + 501))
    old_merges, new_merges = model_of(base)["merges"], model_of(extended)["merges"]
    assert new_merges[: len(old_merges)] == old_merges
    shorter = 0
    for text in texts:
        old, now = base.encode(text), extended.encode(text)
        assert ends(now) <= ends(old)
        assert len(now.ids) <= len(old.ids)
        assert extended.decode(now.ids) == base.decode(old.ids) == text
        shorter += len(now.ids) < len(old.ids)
    assert shorter > 1000


def test_two_steps_are_one(base, extended):
    halfway = ht.extend(base, LEGAL, add=123)
    assert ht.extend(halfway, LEGAL, add=377).to_str() == extended.to_str()


def test_adding_nothing_changes_nothing(base):
    assert ht.extend(base, LEGAL, add=0).to_str() == base.to_str()


def test_added_tokens_are_left_alone(base, extended):
    assert base.token_to_id("hereby") in extended.encode("they hereby agree").ids
    strings = {left + right for left, right in model_of(extended)["merges"]}
    assert "hereby" not in strings
    assert not strings & set(SPECIALS)


def test_new_tokens_are_made_of_old_ones(base, extended):
    parts = parts_of_new(base, extended)
    vocab = extended.get_vocab()
    assert set(parts) == set(vocab.values()) - set(base.get_vocab().values())
    names = {id: token for token, id in vocab.items()}
    for id, of in parts.items():
        assert "".join(names[part] for part in of) == names[id]
    for other in (base, ht.Tokenizer.from_str(foreign("Unigram"))):
        with pytest.raises(TrainingError, match="not an extension"):
            parts_of_new(extended, other)


def test_parts_are_written_and_read(base, extended, tmp_path):
    parts = parts_of_new(base, extended)
    path = tmp_path / "new_tokens.tsv"
    path.write_text(parts_to_tsv(parts, extended), encoding="utf-8")
    assert read_parts(path) == read_parts(tmp_path) == parts
    _, *lines = path.read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[1] for line in lines] == [extended.id_to_token(id) for id in parts]
    # Nothing in a token can end its line.
    of_chars = ht.train_bpe(["ab"], vocab_size=258, byte_level=False)
    model = json.loads(of_chars.to_str())
    model["model"]["vocab"] |= {"\t": 258, "\\": 259, "\n\r": 260}
    odd = ht.Tokenizer.from_str(json.dumps(model))
    path.write_text(parts_to_tsv({id: [1, 2] for id in (258, 259, 260)}, odd), encoding="utf-8")
    assert path.read_text(encoding="utf-8").count("\n") == 4
    assert read_parts(path) == {258: [1, 2], 259: [1, 2], 260: [1, 2]}


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), ("id,token,parts\n", 1), ("{}7\tab\n", 2), ("{}7\tab\t1 x\n", 2), ("{}7\tab\t\n", 2)],
)
def test_damaged_parts_are_refused(tmp_path, text, line):
    path = tmp_path / "new_tokens.tsv"
    path.write_text(text.format("id\ttoken\tparts\n"), encoding="utf-8")
    with pytest.raises(ht.FormatError, match=f"line {line}") as caught:
        read_parts(path)
    assert caught.value.offset == line


# Rows of a model.

PARTS = {5: [0, 1], 6: [4, 0, 1], 7: [2, 2]}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("rows", [5, 7, 8, 12])
def test_new_rows_are_means(dtype, rows):
    old = np.random.default_rng(1).normal(size=(rows, 3)).astype(dtype)
    for matrix in (old, old[:, 0]):
        before = matrix.copy()
        made = extend_rows(matrix, PARTS)
        assert made.dtype == dtype
        assert made.shape == (max(8, rows), *matrix.shape[1:])
        assert np.array_equal(matrix, before)
        assert np.array_equal(made[:5], matrix[:5])
        assert np.array_equal(made[8:], matrix[8:])
        for id, parts in PARTS.items():
            want = sum(matrix[part].astype(np.float64) for part in parts) / len(parts)
            assert np.allclose(made[id], want, rtol=np.finfo(dtype).eps * 2, atol=0)
    # What was resized before gets the same.
    assert np.array_equal(extend_rows(made, PARTS), made)


def test_means_of_small_numbers_do_not_overflow():
    matrix = np.full((2, 2), 60_000, np.float16)
    assert extend_rows(matrix, {2: [0, 1]})[2].tolist() == [60_000, 60_000]


def test_no_new_ids_are_no_new_rows():
    matrix = np.ones((3, 2), np.float32)
    made = extend_rows(matrix, {})
    assert np.array_equal(made, matrix)
    assert made is not matrix


@pytest.mark.parametrize(
    ("shape", "parts", "message"),
    [
        ((4, 3), PARTS, "4 rows are not those of the base, which has 5 ids"),
        ((2, 5, 3), PARTS, "3D"),
        ((), PARTS, "0D"),
        ((9, 3), {5: [0], 7: [1]}, "do not follow"),
        ((9, 3), {5: [0], 6: [5]}, "not below 5"),
        ((9, 3), {5: [-1]}, "not below 5"),
        ((9, 3), {5: []}, "of no id"),
    ],
)
def test_what_is_no_matrix_of_the_base_is_refused(shape, parts, message):
    with pytest.raises(ValueError, match=message):
        extend_rows(np.zeros(shape), parts)


def test_rows_are_not_of_integers():
    with pytest.raises(TypeError, match="int64"):
        extend_rows(np.zeros((9, 3), np.int64), PARTS)


def test_rows_of_a_tokenizer(base, extended):
    matrix = np.eye(max(base.get_vocab().values()) + 1, dtype=np.float32)
    made = extend_rows(matrix, parts_of_new(base, extended))
    assert len(made) == extended.get_vocab_size()
    assert np.allclose(made.sum(1), 1)


def test_embeddings_of_torch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from hybridtok.torch import extend_embedding

    torch.manual_seed(0)
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        for old in (torch.randn(6, 3).to(dtype), torch.randn(9).to(dtype)):
            made = extend_embedding(old, PARTS)
            assert (made.dtype, len(made)) == (dtype, max(8, len(old)))
            want = extend_rows(old.double().numpy(), PARTS)
            assert torch.allclose(made.double(), torch.from_numpy(want), rtol=1e-2, atol=0)
            if dtype is torch.float64:
                assert torch.allclose(made, torch.from_numpy(want), rtol=1e-12, atol=0)
            assert torch.equal(made[:5], old[:5])
            assert torch.equal(made[8:], old[8:])
            assert torch.equal(extend_embedding(old, {}), old)

    embedding = torch.nn.Embedding(6, 3, padding_idx=2, max_norm=5.0, scale_grad_by_freq=True)
    embedding.weight.requires_grad_(False)
    more = extend_embedding(embedding, PARTS)
    assert type(more) is torch.nn.Embedding
    assert (more.num_embeddings, more.embedding_dim) == (8, 3)
    assert (more.padding_idx, more.max_norm, more.scale_grad_by_freq) == (2, 5.0, True)
    assert not more.weight.requires_grad
    assert torch.equal(more.weight[:5], embedding.weight[:5])
    assert more.weight.data_ptr() != embedding.weight.data_ptr()

    # A tied head keeps its tie; the new logits are the means of the old ones.
    embedding, head = torch.nn.Embedding(5, 3), torch.nn.Linear(3, 5)
    head.weight = embedding.weight
    hidden = torch.randn(4, 3)
    before = head(hidden)
    embedding = extend_embedding(embedding, PARTS)
    head.weight, head.bias = embedding.weight, extend_embedding(head.bias, PARTS)
    assert isinstance(head.bias, torch.nn.Parameter)
    assert head.bias.requires_grad
    after = head(hidden)
    for id, parts in PARTS.items():
        assert torch.allclose(after[:, id], before[:, parts].mean(1), atol=1e-6)
    embedding(torch.tensor([7])).sum().backward()
    assert head.weight.grad[7].tolist() == [1, 1, 1]

    class Scaled(torch.nn.Embedding):
        pass

    with pytest.raises(TypeError, match="weight of a Scaled"):
        extend_embedding(Scaled(5, 3), PARTS)
    with pytest.raises(TypeError, match="int64"):
        extend_embedding(torch.zeros(5, 3, dtype=torch.int64), PARTS)
    with pytest.raises(ValueError, match="4 rows"):
        extend_embedding(torch.zeros(4, 3), PARTS)


def test_file_of_tokenizers(base, extended, texts):
    loaded = hf.Tokenizer.from_str(extended.to_str())
    sample = [text for text in texts[:3000] if "<s>" not in text]
    theirs = loaded.encode_batch(sample, add_special_tokens=False)
    assert [e.ids for e in theirs] == [e.ids for e in extended.encode_batch(sample)]


def slow_extension(base, lines, add, least):
    """Counts all pairs anew before every merge."""
    words = [
        [tuple(ids) for ids in [base.encode(word).ids] if len(ids) > 1]
        for line in lines
        for word in pieces(base, line)
    ]
    words = [list(word[0]) for word in words if word]
    next_id = max(base.get_vocab().values()) + 1
    names = {id: token for token, id in base.get_vocab().items()}
    ids = dict(base.get_vocab())
    merges = []
    while add > 0:
        counts = {}
        for word in words:
            for pair in itertools.pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        (left, right), count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if count < least:
            break
        token = names[left] + names[right]
        if token in ids:
            return None
        ids[token], names[next_id] = next_id, token
        for word in words:
            at = 0
            while at + 1 < len(word):
                if (word[at], word[at + 1]) == (left, right):
                    word[at : at + 2] = [next_id]
                at += 1
        merges.append([names[left], names[right]])
        next_id += 1
        add -= 1
    return merges


def pieces(tokenizer, text):
    splitter = hf.pre_tokenizers.ByteLevel(add_prefix_space=False)
    return [text[start:end] for _, (start, end) in splitter.pre_tokenize_str(text)]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 3))
def test_merges_follow_the_definition(first, second, add, least):
    base = ht.train_bpe(random_lines(first), vocab_size=290)
    lines = random_lines(second)
    want = slow_extension(base, lines, add, least)
    if want is None:
        return
    got = ht.extend(base, lines, add=add, min_frequency=least)
    assert model_of(got)["merges"][len(model_of(base)["merges"]) :] == want


def test_characters_spelled_in_bytes_do_not_merge():
    base = ht.train_bpe(["abcabc abc"] * 5, vocab_size=270, byte_level=False)
    more = ht.extend(base, ["aß aß aß abab abab"] * 5, add=50)
    made = [left + right for left, right in model_of(more)["merges"]]
    assert not any("<0x" in token for token in made)
    assert more.decode(more.encode("aß abab").ids) == "aß abab"


def test_caps_and_runs():
    base = ht.train_bpe(["ab"], vocab_size=257)
    corpus = ["abababab " + "-" * 40] * 5
    free = ht.extend(base, corpus, add=50, max_run=100)
    assert max(len(left + right) for left, right in model_of(free)["merges"]) > 8
    bound = ht.extend(base, corpus, add=50, max_run=4, max_token_chars=6)
    made = [left + right for left, right in model_of(bound)["merges"]]
    assert max(len(token) for token in made if set(token) == {"-"}) == 4
    assert max(map(len, made)) <= 6


@pytest.mark.parametrize(
    ("change", "message"),
    [({"ignore_merges": True}, "ignore_merges"), ({"dropout": 0.1}, "dropout")],
)
def test_models_out_of_order_are_refused(base, change, message):
    document = json.loads(base.to_str())
    document["model"] |= change
    with pytest.raises(TrainingError, match=message):
        ht.extend(ht.Tokenizer.from_str(json.dumps(document)), LEGAL, add=5)


def foreign(kind):
    """A tokenizer.json of another kind, trained by `tokenizers`."""
    model, trainer = {
        "Unigram": (hf.models.Unigram(), hf.trainers.UnigramTrainer(vocab_size=20)),
        "WordPiece": (
            hf.models.WordPiece(unk_token="[UNK]"),
            hf.trainers.WordPieceTrainer(vocab_size=20, special_tokens=["[UNK]"]),
        ),
        "WordLevel": (
            hf.models.WordLevel(unk_token="[UNK]"),
            hf.trainers.WordLevelTrainer(vocab_size=20, special_tokens=["[UNK]"]),
        ),
    }[kind]
    trainer.show_progress = False
    tokenizer = hf.Tokenizer(model)
    tokenizer.pre_tokenizer = hf.pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(["a b c ab abc"] * 9, trainer)
    return tokenizer.to_str()


@pytest.mark.parametrize("kind", ["Unigram", "WordPiece", "WordLevel", "hybrid", "ignore_merges"])
def test_other_models_are_refused(base, kind, cli, tmp_path):
    path = tmp_path / "tokenizer.json"
    if kind == "hybrid":
        path = tmp_path / "hybrid"
        ht.train_hybrid(["evler evlerde"] * 5, language="tr", vocab_size=2000).save_pretrained(path)
    elif kind == "ignore_merges":
        document = json.loads(base.to_str())
        document["model"]["ignore_merges"] = True
        path.write_text(json.dumps(document))
    else:
        path.write_text(foreign(kind))
    # Before the corpus is looked at: that one is not even there.
    with pytest.raises(TrainingError, match=f"cannot be extended: .*{kind}"):
        ht.extend(ht.Tokenizer.from_pretrained(path), tmp_path / "missing.txt", add=5)
    done = cli("extend", path, LEGAL, "-o", tmp_path / "out", "--add", 5)
    assert (done.code, done.out) == (3, b"")
    assert kind in done.err
    assert str(path) in done.err
    assert "bug" not in done.err
    assert not (tmp_path / "out").exists()
    if kind != "hybrid":
        with pytest.raises(TrainingError, match=f"cannot be extended: .*{kind}"):
            ht.extend(
                ht.Tokenizer.from_pretrained(path), tmp_path / "missing.txt", add=5, superword=True
            )


def test_superwords_for_a_finished_vocabulary(base, texts):
    more = ht.extend(base, LEGAL, add=300, superword=True)
    before = base.get_vocab()
    assert {token: more.get_vocab()[token] for token in before} == before
    assert [token for token in more.get_vocab() if "Ġ" in token.strip("Ġ")]
    legal = LEGAL.read_text(encoding="utf-8")
    within = ht.extend(base, LEGAL, add=300)
    assert len(more.encode(legal).ids) < len(within.encode(legal).ids)
    for text in texts[-500:]:
        assert more.decode(more.encode(text).ids) == text


def test_command(cli, tmp_path, base, extended):
    base.save_pretrained(tmp_path / "base")
    paths = [tmp_path / "base", LEGAL, "-o", tmp_path / "more"]
    done = cli("extend", *paths, "--add", 500, "--json")
    assert done.code == 0, done.err
    made = ht.Tokenizer.from_pretrained(tmp_path / "more")
    assert made.to_str() == extended.to_str()
    record = json.loads((tmp_path / "more" / "training.json").read_text())
    assert record["command"] == "extend"
    assert record["merges"] == len(model_of(extended)["merges"])
    assert record["parts"] == sum(map(len, read_parts(tmp_path / "more").values()))
    assert read_parts(tmp_path / "more") == parts_of_new(base, extended)
    measured = record["measured_on"]["text trained on"]
    sample = LEGAL.read_text(encoding="utf-8").splitlines(keepends=True)
    assert measured["characters"] == sum(map(len, sample))
    for key, tokenizer in (("tokens_before", base), ("tokens", extended)):
        assert measured[key] == sum(len(e) for e in tokenizer.encode_batch(sample))
    printed = json.loads(done.text)
    assert (printed["first"], printed["new_tokens"]) == (1201, 500)
    assert printed["measured_on"] == record["measured_on"]
    assert "files" not in printed


CAPS = [
    # how the base was made, the longest new tokens in bytes or characters, and what is noted
    ("char", ["--max-token-chars", 3], 3, "chars"),
    ("char", ["--max-token-chars", 3, "--hf-compat-length"], 2, "bytes"),
    ("bpe", ["--max-token-length", 5], 4, "bytes"),
]


@pytest.mark.parametrize(("how", "options", "most", "unit"), CAPS, ids=lambda value: str(value))
def test_the_cap_of_the_base_holds(cli, tmp_path, how, options, most, unit):
    common = ["--vocab-size", 400, *options]
    assert cli("train", how, ENGLISH, "-o", tmp_path / "base", *common).code == 0
    for base, more in (("base", "more"), ("more", "again")):
        done = cli("extend", tmp_path / base, LEGAL, "-o", tmp_path / more, "--add", 60)
        assert done.code == 0, done.err
        record = json.loads((tmp_path / more / "training.json").read_text())
        noted = record["arguments"]
        assert (noted["max_token_chars"], noted["length_unit"]) == (most, unit)
        made = ht.Tokenizer.from_pretrained(tmp_path / more)
        new = [made.decode([id]) for id in read_parts(tmp_path / more)]
        assert max(len(t if unit == "chars" else t.encode()) for t in new) == most
        assert not ht.doctor(tmp_path / more).of("D14")
    # What is asked for counts.
    done = cli("extend", tmp_path / "base", LEGAL, "-o", tmp_path / "long", "--add", 60, *LONG)
    assert done.code == 0
    made = ht.Tokenizer.from_pretrained(tmp_path / "long")
    assert max(len(made.decode([id])) for id in read_parts(tmp_path / "long")) > most


LONG = ["--max-token-chars", 9]


def test_the_examples_of_the_page_run(run_page):
    run_page("extending.md", skip=lambda block: "torch" in block and find_spec("torch") is None)
