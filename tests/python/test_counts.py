"""Counting: the same bytes however it is done, and the same tokenizer from counts as from texts."""

import collections
import json
import warnings

import pytest
from tokenizers import pre_tokenizers

import hybridtok as ht
from hybridtok.training.counts import bytes_of


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A corpus of many distinct words, in three files."""
    folder = tmp_path_factory.mktemp("large")
    for part in range(3):
        lines = (
            f"satır {n * 7919 % 30011} ve uzun{n * n % 20011}kelimelerimizden {n % 97}\n"
            for n in range(part * 20_000, (part + 1) * 20_000)
        )
        (folder / f"{part}.txt").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def counted(large, tmp_path_factory):
    path = tmp_path_factory.mktemp("counts") / "all.counts"
    numbers = ht.count_words(large, path)
    words = collections.Counter()
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for file in large.iterdir():
        for line in file.read_text("utf-8").splitlines(keepends=True):
            words.update(word for word, _ in cut.pre_tokenize_str(line))
    assert numbers == {"words": words.total(), "distinct_words": len(words)}
    return path


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("memory", [None, "3MiB", 2**20])
def test_threads_and_memory_do_not_matter(large, counted, tmp_path, threads, memory):
    ht.count_words(large, tmp_path / "x", threads=threads, memory=memory)
    assert (tmp_path / "x").read_bytes() == counted.read_bytes()


def test_parts_add_up(large, counted, tmp_path):
    parts = []
    for file in sorted(large.iterdir()):
        parts.append(tmp_path / f"{file.stem}.counts")
        ht.count_words(file, parts[-1])
    numbers = ht.merge_counts(parts, tmp_path / "sum")
    assert (tmp_path / "sum").read_bytes() == counted.read_bytes()
    assert numbers == ht.count_words(large, tmp_path / "again")
    ht.count_words([parts[0], large / "1.txt", parts[2]], tmp_path / "mixed")
    assert (tmp_path / "mixed").read_bytes() == counted.read_bytes()
    ht.merge_counts([tmp_path], tmp_path / "from-directory")
    assert (tmp_path / "from-directory").read_bytes() == counted.read_bytes()


@pytest.mark.parametrize("memory", [None, "1MiB"])
def test_training_from_counts_is_training_from_texts(large, counted, tmp_path, memory):
    want = ht.train_bpe(large, vocab_size=900).to_str()
    assert ht.train_bpe(counted, vocab_size=900).to_str() == want
    assert ht.train_bpe(large, vocab_size=900, memory=memory).to_str() == want
    renamed = tmp_path / "counts.of.something"
    renamed.write_bytes(counted.read_bytes())
    assert ht.train_bpe(renamed, vocab_size=900).to_str() == want
    ht.count_words(large / "0.txt", tmp_path / "0.counts")
    parts = [tmp_path / "0.counts", large / "1.txt", large / "2.txt"]
    assert ht.train_bpe(parts, vocab_size=900).to_str() == want


def test_characters(large, tmp_path):
    options = {"byte_level": False, "normalizer": "lowercase", "pattern": "whitespace"}
    ht.count_words(large, tmp_path / "x.counts", **options)
    want = ht.train_bpe(large, vocab_size=600, **options).to_str()
    assert ht.train_bpe(tmp_path / "x.counts", vocab_size=600, **options).to_str() == want


DIFFERENT = {
    "pattern": {"pattern": "cl100k"},
    "normalizer": {"normalizer": "nfc"},
    "byte_level": {"byte_level": False},
    "unicode": {"unicode": "unicode"},
}


@pytest.mark.parametrize(("name", "options"), DIFFERENT.items(), ids=DIFFERENT)
def test_other_words_do_not_add_up(corpus, tmp_path, name, options):
    ht.count_words(corpus, tmp_path / "a.counts")
    ht.count_words(corpus, tmp_path / "b.counts", **options)
    with pytest.raises(ht.TrainingError, match=f"b.counts: .* with {name} "):
        ht.merge_counts([tmp_path / "a.counts", tmp_path / "b.counts"], tmp_path / "c")
    with pytest.raises(ht.TrainingError, match=f"b.counts: .* with {name} "):
        ht.train_bpe([tmp_path / "b.counts"], vocab_size=400)
    assert not (tmp_path / "c").exists()


def test_damage_is_a_format_error_that_says_where(counted, tmp_path):
    whole = counted.read_bytes()
    damaged = {
        "cut": whole[:-100],
        "flipped": whole[:5000] + bytes([whole[5000] ^ 4]) + whole[5001:],
        "longer": whole + b"x",
        "version": whole[:8] + b"\x09" + whole[9:],
    }
    for name, data in damaged.items():
        path = tmp_path / f"{name}.counts"
        path.write_bytes(data)
        with pytest.raises(ht.FormatError, match=name) as caught:
            ht.train_bpe(path, vocab_size=400)
        assert caught.value.format == "count file"
        assert isinstance(caught.value.offset, int)
    (tmp_path / "text.counts").write_text("not counts")
    with pytest.raises(ValueError, match="not a count file"):
        ht.train_bpe(tmp_path / "text.counts", vocab_size=400)
    with pytest.raises(ht.FormatError, match="not a count file"):
        ht.merge_counts([tmp_path / "text.counts"], tmp_path / "out")


def test_an_exception_of_the_corpus_leaves_no_file(tmp_path):
    def broken():
        yield "bir"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        ht.count_words(broken(), tmp_path / "x.counts")
    assert list(tmp_path.iterdir()) == []


MEMORY = {"4GB": 4 * 10**9, "1.5 MiB": 3 * 2**19, "2000000": 2 * 10**6, 5_000_000: 5_000_000}


@pytest.mark.parametrize(("text", "want"), MEMORY.items())
def test_memory(text, want):
    assert bytes_of(text) == want


@pytest.mark.parametrize("wrong", ["", "GB", "4 potatoes", "-1", "1kB", 1000, "4iB"])
def test_memory_that_makes_no_sense(wrong):
    with pytest.raises(ValueError, match="memory is"):
        bytes_of(wrong)


@pytest.fixture(scope="module")
def cluster():
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'hybridtok[ray]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        yield
        ray.shutdown()


@pytest.mark.timeout(180)
@pytest.mark.filterwarnings("default")
def test_ray_counts_the_same(cluster, large, counted, tmp_path):
    ht.count_words(large, tmp_path / "files.counts", engine="ray")
    assert (tmp_path / "files.counts").read_bytes() == counted.read_bytes()
    lines = [
        line
        for file in large.iterdir()
        for line in file.read_text("utf-8").splitlines(keepends=True)
    ]
    ht.count_words(iter(lines), tmp_path / "lines.counts", engine="ray", memory="1MiB")
    assert (tmp_path / "lines.counts").read_bytes() == counted.read_bytes()
    want = ht.train_bpe(large, vocab_size=500).to_str()
    assert ht.train_bpe(large, vocab_size=500, engine="ray").to_str() == want


def test_no_such_engine(corpus, tmp_path):
    with pytest.raises(ValueError, match="'local' or 'ray', not 'spark'"):
        ht.count_words(corpus, tmp_path / "x", engine="spark")


def test_command_line(cli, large, counted, tmp_path):
    parts = []
    for k in range(3):
        parts.append(tmp_path / f"{k}.counts")
        done = cli("count", large / f"{k}.txt", "-o", parts[-1], "--memory", "1MiB", "--json")
        assert (done.code, done.err) == (0, "")
        assert json.loads(done.out)["words"] > 1000
    done = cli("merge-counts", *parts, "-o", tmp_path / "sum.counts")
    assert (done.code, done.out, done.err) == (0, b"", "")
    assert (tmp_path / "sum.counts").read_bytes() == counted.read_bytes()
    assert cli("merge-counts", *parts, "-o", tmp_path / "sum.counts").code == 1
    for corpus, out in [([large], "a"), (parts, "b")]:
        options = ["--vocab-size", 700, "--memory", "2MiB"]
        assert cli("train", "bpe", *corpus, "-o", tmp_path / out, *options).code == 0
    trained = [(tmp_path / out / "tokenizer.json").read_bytes() for out in "ab"]
    assert trained[0] == trained[1]
    done = cli("train", "bpe", *parts, "-o", tmp_path / "c", "--pattern", "qwen2")
    assert done.code == 1
    assert "counted with pattern `gpt2`" in done.err
    done = cli("count", large, "-o", tmp_path / "d", "--memory", "lots")
    assert done.code == 3
    assert "memory is a number of bytes" in done.err
    assert not (tmp_path / "d").exists()
