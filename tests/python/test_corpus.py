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
