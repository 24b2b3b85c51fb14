"""Corpora: what paths mean, and that every form gives the same documents."""

import gzip
import json
import os

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
import zstandard

import hybridtok as ht
from hybridtok.corpus import find_files, open_corpus
from hybridtok.corpus.documents import read_documents
from hybridtok.corpus.paths import Source, find_sources, split_weight

DOCUMENTS = ["bir\nvarmış", "", 'iki "tırnak", virgül', "üç 👍"]


def rows() -> list[dict]:
    return [{"id": k, "text": text, "meta": {"body": text}} for k, text in enumerate(DOCUMENTS)]


def json_lines() -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows()).encode()


def write_jsonl(path):
    path.write_bytes(json_lines())


def write_gz(path):
    path.write_bytes(gzip.compress(json_lines()))


def write_zst(path):
    path.write_bytes(zstandard.compress(json_lines()))


def table() -> pa.Table:
    return pa.table({"id": range(len(DOCUMENTS)), "text": DOCUMENTS})


def write_parquet(path):
    pa.parquet.write_table(table(), path)


def write_arrow(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table().schema) as writer:
        writer.write_table(table())


def write_arrow_stream(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table().schema) as writer:
        writer.write_table(table())


def write_csv(path):
    pa.csv.write_csv(table(), path)


FILES = {
    "a.jsonl": write_jsonl,
    "a.json": write_jsonl,
    "a.jsonl.gz": write_gz,
    "a.json.gz": write_gz,
    "a.jsonl.zst": write_zst,
    "a.parquet": write_parquet,
    "a.arrow": write_arrow,
    "stream.arrow": write_arrow_stream,
    "a.csv": write_csv,
}


@pytest.mark.parametrize(("name", "write"), FILES.items(), ids=FILES)
def test_every_kind_of_file_gives_its_documents(name, write, tmp_path):
    write(tmp_path / name)
    assert list(open_corpus(tmp_path / name)) == DOCUMENTS
    assert [d for batch in read_documents([tmp_path / name]) for d in batch] == DOCUMENTS


def test_lines_keep_their_ends_for_training_and_lose_them_for_encoding(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"bir\r\niki\n\n\xc3\xbc\xc3\xa7")
    assert list(open_corpus(tmp_path / "a.txt")) == ["bir\r\n", "iki\n", "\n", "üç"]
    read = [d for batch in read_documents([tmp_path / "a.txt"]) for d in batch]
    assert read == ["bir\r", "iki", "", "üç"]


def test_nested_fields(tmp_path):
    write_jsonl(tmp_path / "a.jsonl")
    assert list(open_corpus(tmp_path / "a.jsonl", field="meta.body")) == DOCUMENTS


def tree(folder) -> None:
    for name in ["b.txt", "a/2.jsonl", "a/10.txt", "a/.hidden.txt", ".git/x.txt", "notes.pdf"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('{"text": "x"}\n')


def test_directories_and_globs_are_sorted(tmp_path):
    tree(tmp_path)

    def names(*paths):
        return [os.path.relpath(path, tmp_path) for path in find_files(paths)]

    assert names(tmp_path) == ["a/10.txt", "a/2.jsonl", "b.txt"]
    assert names(tmp_path / "**" / "*.txt") == ["a/10.txt", "b.txt"]
    assert names(tmp_path / "b.txt", tmp_path / "a") == ["b.txt", "a/10.txt", "a/2.jsonl"]


def test_lists_of_paths(tmp_path):
    (tmp_path / "a.txt").write_text("bir\n")
    (tmp_path / "b.txt").write_text("iki\n")
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert list(open_corpus(paths)) == ["bir\n", "iki\n"]
    assert list(open_corpus([str(path) for path in paths])) == ["bir\n", "iki\n"]
    assert list(open_corpus(["bir", "iki.txt"])) == ["bir", "iki.txt"]


def test_a_mixed_corpus(tmp_path):
    (tmp_path / "a.txt").write_text("bir\n")
    write_parquet(tmp_path / "b.parquet")
    assert list(open_corpus(tmp_path)) == ["bir\n", *DOCUMENTS]


def test_big_tables_come_in_small_batches(tmp_path):
    pa.parquet.write_table(pa.table({"text": ["x" * 10] * 5000}), tmp_path / "a.parquet")
    sizes = [len(batch) for batch in open_corpus(tmp_path / "a.parquet").batches()]
    assert sum(sizes) == 5000
    assert max(sizes) <= 1024


def test_the_only_column_of_strings_needs_no_name(tmp_path):
    pa.parquet.write_table(pa.table({"n": [1], "body": ["bir"]}), tmp_path / "a.parquet")
    assert list(open_corpus(tmp_path / "a.parquet")) == ["bir"]
    pa.parquet.write_table(
        pa.table(
            {
                "a": ["1"],
                "b": [
                    "2",
                ],
            }
        ),
        tmp_path / "b.parquet",
    )
    assert list(open_corpus(tmp_path / "b.parquet", field="b")) == ["2"]
    with pytest.raises(ValueError, match="no column 'text'; there is: a, b"):
        open_corpus(tmp_path / "b.parquet")


def nothing(path):
    return path / "none.txt"


def broken_json(path):
    (path / "a.jsonl").write_text('{"text": "a"}\n{"text": \n')
    return path / "a.jsonl"


def no_field(path):
    (path / "a.jsonl").write_text('{"body": "a"}\n')
    return path / "a.jsonl"


def cut_gzip(path):
    whole = gzip.compress(b"bir varmis\n" * 5000)
    (path / "a.txt.gz").write_bytes(whole[: len(whole) // 2])
    return path / "a.txt.gz"


def latin(path):
    (path / "a.txt").write_bytes(b"iyi\nk\xff\n")
    return path / "a.txt"


def unknown(path):
    (path / "a.pdf").write_bytes(b"x")
    return path / "a.pdf"


def empty_folder(path):
    return path


def empty_glob(path):
    return str(path / "*.txt")


def broken_table(path):
    (path / "a.parquet").write_bytes(b"PAR1 not really")
    return path / "a.parquet"


WRONG = [
    (nothing, FileNotFoundError, "No such file"),
    (empty_folder, FileNotFoundError, "no file with a known suffix"),
    (empty_glob, FileNotFoundError, "no file matches"),
    (unknown, ValueError, "does not say what the file holds"),
    (broken_json, ht.EncodingError, "line 2"),
    (no_field, ht.EncodingError, "no field .*there is: body"),
    (cut_gzip, ht.EncodingError, "ends early"),
    (latin, ht.EncodingError, "byte 5"),
    (broken_table, ValueError, "a.parquet"),
]


@pytest.mark.parametrize(("make", "error", "message"), WRONG, ids=[w[0].__name__ for w in WRONG])
def test_what_is_wrong_with_a_corpus_is_said(make, error, message, tmp_path):
    with pytest.raises(error, match=message):
        list(open_corpus(make(tmp_path)))


def test_invalid_lines_can_be_replaced_or_skipped(tmp_path):
    path = latin(tmp_path)
    assert list(open_corpus(path, on_invalid="replace")) == ["iyi\n", "k\ufffd\n"]
    assert list(open_corpus(path, on_invalid="skip")) == ["iyi\n"]


def test_datasets(lines):
    datasets = pytest.importorskip("datasets")
    whole = ht.train_bpe(lines, vocab_size=320).to_str()
    dataset = datasets.Dataset.from_dict({"id": range(len(lines)), "text": lines})
    assert ht.train_bpe(dataset, vocab_size=320).to_str() == whole
    assert ht.train_bpe(dataset.to_iterable_dataset(), vocab_size=320).to_str() == whole
    other = dataset.rename_column("text", "body")
    assert ht.train_bpe(other, vocab_size=320).to_str() == whole
    assert ht.train_bpe(other, vocab_size=320, field="body").to_str() == whole
    with pytest.raises(ValueError, match="no column 'x'; there is: id, body"):
        ht.train_bpe(other, field="x")
    with pytest.raises(TypeError, match="several splits"):
        ht.train_bpe(datasets.DatasetDict({"train": dataset}))


# Weights.


def mix(z: int) -> int:
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return z ^ z >> 31


def draw(seed: int, number: int, document: str) -> float:
    """The definition, written again: SplitMix64's finalizer over the seed, the rest, the bytes."""
    data = document.encode()
    words = [int.from_bytes(data[k : k + 8], "little") for k in range(0, len(data), 8)]
    state = 0
    for word in [seed, number, len(data), *words]:
        state = mix(((state ^ word) + 0x9E3779B97F4A7C15) % 2**64)
    return (state >> 11) / 2**53


def taken(documents, weight, seed=0):
    """The documents that a weight takes, as often as it does."""
    return [
        document
        for k, document in enumerate(documents)
        for _ in range(int(weight) + (draw(seed, k, document) < weight % 1))
    ]


MANY = [f"belge {k}, {'uzun ' * (k % 7)}ş" for k in range(2000)]


def write_many(folder):
    """The same documents as every kind of file."""
    lines = "".join(json.dumps({"text": text}) + "\n" for text in MANY).encode()
    (folder / "a.jsonl").write_bytes(lines)
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines))
    (folder / "a.jsonl.zst").write_bytes(zstandard.compress(lines))
    pa.parquet.write_table(pa.table({"text": MANY}), folder / "a.parquet")
    pa.csv.write_csv(pa.table({"text": MANY}), folder / "a.csv")
    (folder / "a.txt").write_text("".join(f"{text}\n" for text in MANY), "utf-8")


@pytest.mark.parametrize(
    ("weight", "seed"), [("0.25", 0), ("0.25", 9), ("2", 0), ("1.5", 3), (".5", 0)]
)
def test_weights_take_the_same_documents_of_every_kind_of_file(weight, seed, tmp_path):
    write_many(tmp_path)
    want = sorted(taken(MANY, float(weight), seed))
    assert len(want) == pytest.approx(float(weight) * len(MANY), rel=0.1)
    for name in ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.csv"]:
        path = f"{tmp_path / name}:{weight}"
        assert sorted(open_corpus(path, seed=seed)) == want, name
        read = read_documents([path], seed=seed)
        assert sorted(d for batch in read for d in batch) == want, name
    lines = [f"{text}\n" for text in MANY]
    assert sorted(open_corpus(f"{tmp_path / 'a.txt'}:{weight}", seed=seed)) == sorted(
        taken(lines, float(weight), seed)
    )


def test_documents_that_are_alike_are_drawn_one_by_one(tmp_path):
    (tmp_path / "a.txt").write_text("the same\n" * 4000)
    assert len(list(open_corpus(f"{tmp_path / 'a.txt'}:0.25"))) == pytest.approx(1000, rel=0.1)
    for k in range(400):
        (tmp_path / f"{k}.jsonl").write_text(json.dumps({"text": f"alone {k}"}))
    alone = list(open_corpus(f"{tmp_path}/*.jsonl:0.25"))
    assert len(alone) == pytest.approx(100, rel=0.3)


def test_weights_of_directories_globs_and_lists(tmp_path):
    tree(tmp_path)
    files = {"a/10.txt", "a/2.jsonl", "b.txt"}

    def weights(*paths):
        found = find_sources(paths)
        return {os.path.relpath(source.path, tmp_path): source.weight for source in found}

    assert weights(f"{tmp_path}:0.5") == dict.fromkeys(files, 0.5)
    assert weights(f"{tmp_path}/**/*.txt:3.") == {"a/10.txt": 3.0, "b.txt": 3.0}
    assert weights(tmp_path / "b.txt:.25", tmp_path / "a") == {
        "b.txt": 0.25,
        "a/10.txt": 1.0,
        "a/2.jsonl": 1.0,
    }
    assert find_sources(["-:0.5"]) == [Source("-", 0.5)]
    assert open_corpus([f"{tmp_path}/b.txt:2", f"{tmp_path}/a/10.txt"]).paths == [
        f"{tmp_path}/b.txt",
        f"{tmp_path}/a/10.txt",
    ]


def test_what_is_no_weight(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt:0.25").mkdir()
    (tmp_path / "a.txt:0.25" / "x.txt").write_text("bir\n")
    (tmp_path / "b.txt:2").write_text("iki\n")
    assert find_sources(["a.txt:0.25", "b.txt:2"]) == [
        Source("a.txt:0.25/x.txt"),
        Source("b.txt:2"),
    ]
    assert find_sources(["a.txt:0.25:0.5"]) == [Source("a.txt:0.25/x.txt", 0.5)]
    # Drives of Windows, and other colons.
    for path in ["C:1", "c:0.5", "C:\\a.txt", "x:y", "x:-1", "x:1e3", "x:", ":0.5", "x:0.5.1"]:
        assert split_weight(path) == Source(path)
    assert split_weight("C:\\a.txt:0.5") == Source("C:\\a.txt", 0.5)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("a.txt:0", ValueError),
        ("a.txt:0.00", ValueError),
        ("a.txt:99999999999", ValueError),
        ("no.txt:0.5", FileNotFoundError),
    ],
)
def test_weights_that_are_refused(path, error, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("bir\n")
    with pytest.raises(error):
        list(open_corpus(path))


def test_counts_have_no_weights(tmp_path):
    ht.count_words(["bir iki"], tmp_path / "a.counts")
    with pytest.raises(ValueError, match="no documents"):
        open_corpus(f"{tmp_path / 'a.counts'}:0.5")
    with pytest.raises(ValueError, match="weight"):
        ht.merge_counts([f"{tmp_path / 'a.counts'}:2"], tmp_path / "b.counts")


def test_training_takes_the_same_documents_whatever_the_threads_and_the_order(tmp_path):
    write_many(tmp_path)
    other = tmp_path / "other.txt"
    other.write_text("başka bir metin\n" * 5000)
    mixed = [f"{tmp_path / 'a.jsonl'}:0.3", f"{other}:1.5"]
    others = ["başka bir metin\n"] * 5000
    want = ht.train_bpe([*taken(MANY, 0.3), *taken(others, 1.5)], vocab_size=400)
    for paths, threads in [
        (mixed, 1),
        (mixed, 3),
        (mixed[::-1], 2),
        ([f"{tmp_path / 'a.jsonl.gz'}:0.3", mixed[1]], 2),
    ]:
        assert ht.train_bpe(paths, vocab_size=400, threads=threads).to_str() == want.to_str()


def test_weights_on_the_command_line(cli, tmp_path):
    write_many(tmp_path)
    counts = {}
    for seed in ["0", "1", "1"]:
        done = cli(
            "count", "a.jsonl:0.5", "-o", f"{seed}.counts", "--seed", seed, "--force", cwd=tmp_path
        )
        assert done.code == 0, done.err
        counts.setdefault(seed, set()).add((tmp_path / f"{seed}.counts").read_bytes())
    ht.count_words(taken(MANY, 0.5, 1), tmp_path / "want.counts")
    assert counts["1"] == {(tmp_path / "want.counts").read_bytes()}
    assert counts["0"] != counts["1"]
