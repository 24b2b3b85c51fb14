"""The command line: data on stdout, one line for errors, exit codes, and nothing half-written."""

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from hybridtok import Tokenizer

TEXT = "Kitaplarımızı Ankara'dan getirdiler. 🙂\n\n  iki  boşluk\tve sekme\n"


def test_version(cli):
    done = cli("--version")
    assert (done.code, done.err) == (0, "")
    assert done.text.startswith("hybridtok ")
    assert cli("-V").out == done.out


def test_version_loads_no_command():
    """What takes long to import is only imported by the command that needs it."""
    command = [sys.executable, "-X", "importtime", "-m", "hybridtok", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "hybridtok" in imported
    assert imported.isdisjoint({"typer", "rich", "numpy", "pyarrow", "tokenizers", "transformers"})


COMMANDS = [
    "",
    "train",
    "train bpe",
    "encode",
    "decode",
    "inspect",
    "convert",
    "doctor",
    "bench",
    "completion",
    "count",
    "merge-counts",
    "evaluate",
    "eval",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help(cli, command):
    done = cli(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage: hybridtok" in done.text


USAGE = {
    "nothing": [],
    "no command": ["nope"],
    "no option": ["encode", "--nope"],
    "no tokenizer": ["encode"],
    "no output": ["train", "bpe", "x.txt"],
    "bad number": ["train", "bpe", "x.txt", "-o", "d", "--vocab-size", "many"],
    "negative": ["train", "bpe", "x.txt", "-o", "d", "--vocab-size", "-5"],
    "bad choice": ["encode", "-t", "d", "--format", "xml"],
    "no shell": ["completion", "tcsh"],
    "no config": ["encode", "-t", "d", "--config", "none.toml"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE)
def test_wrong_usage_is_2(cli, arguments):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, b"")
    assert "Traceback" not in done.err
    if arguments:
        assert done.err.startswith("hybridtok: error: ")
        assert done.err.count("\n") == 1


# Training.


def test_train_writes_a_directory(cli, corpus, tmp_path):
    out = tmp_path / "out"
    done = cli(
        "train", "bpe", corpus, "-o", out, "--vocab-size", 400, "--special-tokens", "<s>,</s>"
    )
    assert (done.code, done.out, done.err) == (0, b"", "")
    assert sorted(os.listdir(out)) == [
        "hybridtok.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "training.json",
    ]
    record = json.loads((out / "training.json").read_text())
    assert record["arguments"]["vocab_size"] == 400
    assert record["corpus"][0]["bytes"] == corpus.stat().st_size
    assert len(record["corpus"][0]["sha256"]) == 64
    assert record["tokens"] == Tokenizer.from_pretrained(out).get_vocab_size() == 400
    assert Tokenizer.from_pretrained(out).special_tokens == ["<s>", "</s>"]
    assert os.listdir(tmp_path) == ["out"]


def test_training_twice_gives_the_same_bytes(cli, corpus, tmp_path):
    contents = []
    for k, threads in enumerate((1, 2)):
        done = cli("train", "bpe", corpus, "-o", tmp_path / str(k), "--threads", threads)
        assert done.code == 0
        files = sorted((tmp_path / str(k)).iterdir())
        contents.append({file.name: file.read_bytes() for file in files})
    assert contents[0] == contents[1]


def test_train_from_standard_input(cli, corpus, tmp_path):
    done = cli(
        *("train", "bpe", "-", "-o", tmp_path / "a", "--vocab-size", 400, "--json"),
        stdin=corpus.read_bytes(),
    )
    assert done.code == 0
    document = json.loads(done.text)
    assert document["schema_version"] == 1
    assert document["tokens"] == 400
    cli("train", "bpe", corpus, "-o", tmp_path / "b", "--vocab-size", 400)
    same = [(tmp_path / name / "tokenizer.json").read_bytes() for name in "ab"]
    assert same[0] == same[1]


def test_an_existing_directory_is_kept_without_force(cli, corpus, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    arguments = ("train", "bpe", corpus, "-o", out, "--vocab-size", 300)
    done = cli(*arguments)
    assert (done.code, done.out) == (1, b"")
    assert "--force" in done.err
    assert os.listdir(out) == ["mine.txt"]
    assert cli(*arguments, "--force").code == 0
    assert "tokenizer.json" in os.listdir(out)
    assert "mine.txt" not in os.listdir(out)
    assert os.listdir(tmp_path) == ["out"]


def bad_corpora(folder):
    whole = gzip.compress(b"bir varmis bir yokmus\n" * 9000)
    (folder / "cut.txt.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "broken.jsonl").write_text('{"text": "a"}\n{"text"\n')
    (folder / "fields.jsonl").write_text('{"body": "a"}\n')
    (folder / "latin.txt").write_bytes(b"k\xff\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "a.pdf").write_bytes(b"x")
    (folder / "nothing").mkdir()


BAD_CORPORA = {
    "none.txt": (3, "none.txt: No such file"),
    "*.none": (3, "no file matches"),
    "nothing": (3, "no file with a known suffix"),
    "cut.txt.gz": (3, "ends early"),
    "broken.jsonl": (3, "line 2"),
    "fields.jsonl": (3, "there is: body"),
    "latin.txt": (3, "not valid UTF-8"),
    "a.pdf": (3, "does not say what the file holds"),
    "empty.txt": (1, "empty"),
}


@pytest.mark.parametrize(("name", "outcome"), BAD_CORPORA.items(), ids=BAD_CORPORA)
def test_bad_corpora_leave_nothing_behind(cli, name, outcome, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    bad_corpora(folder)
    done = cli("train", "bpe", name, "-o", "out", cwd=folder)
    code, message = outcome
    assert (done.code, done.out) == (code, b"")
    assert message in done.err
    assert done.err.startswith("hybridtok: error: ")
    assert done.err.count("\n") == 1
    assert "out" not in os.listdir(folder)
    assert not [name for name in os.listdir(folder) if name.startswith(".")]


def test_a_vocabulary_smaller_than_the_alphabet(cli, corpus, tmp_path):
    done = cli("train", "bpe", corpus, "-o", tmp_path / "out", "--vocab-size", 100)
    assert (done.code, done.out) == (1, b"")
    assert "too small" in done.err
    assert os.listdir(tmp_path) == []


def test_an_output_that_cannot_be_written(cli, corpus, tmp_path):
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below", "/proc/none/out"):
        done = cli("train", "bpe", corpus, "-o", out, "--vocab-size", 300)
        assert (done.code, done.out) == (1, b"")
        assert "cannot write" in done.err
    assert (tmp_path / "file").read_text() == "x"
    assert os.listdir(tmp_path) == ["file"]


def test_an_output_in_a_new_folder(cli, corpus, tmp_path):
    out = tmp_path / "a" / "b" / "out"
    assert cli("train", "bpe", corpus, "-o", out, "--vocab-size", 100).code == 1
    assert os.listdir(tmp_path) == []
    assert cli("train", "bpe", corpus, "-o", out, "--vocab-size", 300).code == 0
    assert (out / "tokenizer.json").exists()


def test_debug_shows_the_trace(cli, tmp_path):
    plain = cli("encode", "-t", tmp_path / "none", "--text", "a")
    traced = cli("encode", "-t", tmp_path / "none", "--text", "a", "--debug")
    assert "Traceback" not in plain.err
    assert "Traceback" in traced.err
    assert traced.err.endswith(plain.err)
    assert plain.code == traced.code == 3


def test_progress(cli, corpus, tmp_path):
    arguments = ("train", "bpe", corpus, "--vocab-size", 300, "--force", "-o", tmp_path / "out")
    assert cli(*arguments).err == ""
    assert "hybridtok: " in cli(*arguments, "--progress", "plain").err
    records = cli(*arguments, "--progress", "json").err.splitlines()
    assert set(json.loads(records[0])) == {"stage", "done", "total", "elapsed_s"}
    assert cli(*arguments, "--progress", "plain", "--quiet").err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")
def test_interrupted_training_ends_at_once_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "hybridtok", "train", "bpe", "-", "-o", str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        corpus, process.stdin = process.stdin, None
        assert corpus is not None
        line = " ".join(f"word{k} " for k in range(20_000)).encode() + b"\n"

        def feed():
            # A corpus without an end: however fast training is, it is not over before the signal.
            with contextlib.suppress(BrokenPipeError), corpus:
                while True:
                    corpus.write(line)

        feeder = threading.Thread(target=feed)
        feeder.start()
        time.sleep(1.0)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        took = time.monotonic() - started
        feeder.join()
    assert process.returncode == 130
    assert (out, err) == (b"", b"hybridtok: error: interrupted\n")
    assert took < 1.5
    assert os.listdir(tmp_path) == []


# Configuration.


def test_command_line_wins_over_environment_over_file(cli, corpus, tmp_path):
    (tmp_path / "c.toml").write_text("vocab-size = 310\n[train.bpe]\nmin_frequency = 2\n")

    def trained(*arguments, env=None):
        out = tmp_path / "out"
        done = cli(
            *("train", "bpe", corpus, "-o", out, "--force", "--config", tmp_path / "c.toml"),
            *arguments,
            env=env,
        )
        assert done.code == 0, done.err
        return json.loads((out / "training.json").read_text())["arguments"]

    assert trained()["vocab_size"] == 310
    assert trained()["min_frequency"] == 2
    variables = {"HYBRIDTOK_VOCAB_SIZE": "320"}
    assert trained(env=variables)["vocab_size"] == 320
    assert trained("--vocab-size", 330, env=variables)["vocab_size"] == 330


@pytest.mark.parametrize(
    "content", ["nope = 1", "[train.bpe]\nnope = 1", "vocab-size = 'many'", "a = ["]
)
def test_bad_configuration_is_wrong_usage(cli, corpus, tmp_path, content):
    (tmp_path / "c.toml").write_text(content)
    done = cli("train", "bpe", corpus, "-o", tmp_path / "o", "--config", tmp_path / "c.toml")
    assert (done.code, done.out) == (2, b"")
    assert done.err.count("\n") == 1


# Encoding and decoding.


def test_encode_and_decode_give_the_text_back(cli, model):
    encoded = cli("encode", "-t", model, stdin=TEXT)
    assert (encoded.code, encoded.err) == (0, "")
    assert encoded.text.count("\n") == TEXT.count("\n")
    assert cli("decode", "-t", model, stdin=encoded.out).text == TEXT


def test_formats_of_encode(cli, model, trained):
    ids = trained.encode("bir yokmuş").ids
    tokens = trained.encode("bir yokmuş").tokens

    def out(*arguments):
        done = cli("encode", "-t", model, "--text", "bir yokmuş", *arguments)
        assert done.code == 0, done.err
        return done.text

    assert out() == " ".join(map(str, ids)) + "\n"
    assert out("--format", "tokens") == "\t".join(tokens) + "\n"
    record = json.loads(out("--format", "jsonl"))
    assert (record["ids"], record["tokens"]) == (ids, tokens)
    record = json.loads(out("--json"))
    assert (record["ids"], record["schema_version"]) == (ids, 1)


@pytest.mark.parametrize("format", ["npy", "bin"])
def test_arrays(cli, model, trained, tmp_path, format):
    (tmp_path / "in.txt").write_text(TEXT, encoding="utf-8")
    out = tmp_path / f"ids.{format}"
    arguments = ("encode", "-t", model, tmp_path / "in.txt", "--format", format)
    assert cli(*arguments).code == 2
    done = cli(*arguments, "-o", out, "--json")
    assert done.code == 0, done.err
    ids = np.load(out) if format == "npy" else np.fromfile(out, "<u2")
    assert ids.dtype == np.uint16
    lines = TEXT.removesuffix("\n").split("\n")
    assert ids.tolist() == [id for line in lines for id in trained.encode(line).ids]
    assert json.loads(done.text)["tokens"] == len(ids)
    if format == "npy":
        ends = np.load(tmp_path / "ids.offsets.npy")
        assert (ends.dtype, ends[0], ends[-1]) == (np.uint64, 0, len(ids))
    else:
        ends = np.fromfile(tmp_path / "ids.idx", "<u8")
        assert ends[-1] == len(ids)
    assert cli("decode", "-t", model, out).text == TEXT
    assert cli(*arguments, "-o", out).code == 1
    assert cli(*arguments, "-o", out, "--force").code == 0


def test_an_output_that_fails_half_way_leaves_the_old_one(cli, model, tmp_path):
    (tmp_path / "in.txt").write_bytes(b"iyi\n" * 400_000 + b"k\xff\n")
    (tmp_path / "out.txt").write_text("old")
    done = cli("encode", "-t", model, tmp_path / "in.txt", "-o", tmp_path / "out.txt", "--force")
    assert done.code == 3
    assert "in.txt: byte 1600001" in done.err
    assert (tmp_path / "out.txt").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["in.txt", "out.txt"]


def test_fields_and_tables(cli, model, tmp_path, trained):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / "a.jsonl").write_text('{"a": {"b": "bir\\niki"}}\n')
    done = cli("encode", "-t", model, tmp_path / "a.jsonl", "--field", "a.b")
    assert done.text.split() == list(map(str, trained.encode("bir\niki").ids))
    parquet.write_table(pyarrow.table({"body": ["bir", "iki"]}), tmp_path / "a.parquet")
    done = cli("encode", "-t", model, tmp_path / "a.parquet")
    assert done.text.count("\n") == 2


def test_special_tokens_need_leave(cli, model, trained):
    start = str(trained.token_to_id("<s>"))
    arguments = ("encode", "-t", model, "--text", "a<s>")
    assert start not in cli(*arguments).text.split()
    assert start in cli(*arguments, "--allow-special", "<s>").text.split()
    assert start in cli(*arguments, "--allow-special", "all").text.split()
    done = cli(*arguments, "--allow-special", "<x>")
    assert done.code == 2
    assert "<s>, </s>" in done.err


def test_decode_reads_what_people_write(cli, model, trained):
    ids = trained.encode("bir yokmuş").ids
    for written in (" ".join, ", ".join, ",".join, lambda parts: f"[{', '.join(parts)}]"):
        assert cli("decode", "-t", model, stdin=written(list(map(str, ids)))).text == "bir yokmuş\n"
    assert cli("decode", "-t", model, "--ids", " ".join(map(str, ids))).text == "bir yokmuş\n"
    done = cli("decode", "-t", model, "--format", "jsonl", stdin=" ".join(map(str, ids)))
    assert json.loads(done.text) == "bir yokmuş"


@pytest.mark.parametrize("ids", ["1 x", "-1", "1.5", "99999999999", "999999"])
def test_what_is_no_id_is_bad_input(cli, model, ids):
    done = cli("decode", "-t", model, stdin=f"1\n{ids}\n")
    assert done.code == 3
    assert "standard input: line 2" in done.err
    assert "Traceback" not in done.err


def test_a_reader_that_ends_is_no_error(model, tmp_path):
    (tmp_path / "in.txt").write_text("bir varmış bir yokmuş\n" * 100_000, encoding="utf-8")
    command = [sys.executable, "-m", "hybridtok", "encode", "-t", model, tmp_path / "in.txt"]
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.stdout = None
        _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 141)
    assert err == b""


# Looking at tokens.


def test_inspect(cli, model):
    done = cli("inspect", "-t", model, "bir 🙂\n\tiki")
    assert done.code == 0, done.err
    assert "tokens" in done.text
    assert "·" in done.text
    assert "↵" in done.text
    assert "→" in done.text
    assert "⟨" in done.text
    assert "\x1b" not in done.text


def test_inspect_in_colour(cli, model):
    assert "\x1b[" in cli("inspect", "-t", model, "bir iki", env={"FORCE_COLOR": "1"}).text
    assert "\x1b" not in cli("inspect", "-t", model, "bir iki", env={"NO_COLOR": "1"}).text


def test_inspect_as_json(cli, model, trained):
    text = "bir 🙂 <s>"
    document = json.loads(cli("inspect", "-t", model, text, "--json").text)
    (result,) = document["tokenizers"]
    assert document["text"] == text
    assert [token["id"] for token in result["tokens"]] == trained.encode(text).ids
    counts = result["counts"]
    assert (counts["chars"], counts["bytes"], counts["words"]) == (9, 12, 3)
    assert counts["tokens"] == len(result["tokens"])


def test_inspect_compares(cli, model, tmp_path, corpus):
    assert cli("train", "bpe", corpus, "-o", tmp_path / "b", "--vocab-size", 300).code == 0
    done = cli("inspect", "-t", model, "-t", tmp_path / "b", "bir varmış bir yokmuş")
    assert done.code == 0
    assert done.text.count(str(tmp_path / "b")) == 2
    assert "tokens/word" in done.text


def test_inspect_reads_files_and_pipes(cli, model, tmp_path):
    (tmp_path / "a.txt").write_text("bir yokmuş", encoding="utf-8")
    direct = cli("inspect", "-t", model, "bir yokmuş").out
    assert cli("inspect", "-t", model, tmp_path / "a.txt").out == direct
    assert cli("inspect", "-t", model, "-", stdin="bir yokmuş").out == direct
    (tmp_path / "b.txt").write_bytes(b"\xff")
    assert cli("inspect", "-t", model, tmp_path / "b.txt").code == 3


# Converting.


def test_convert_there_and_back(cli, model, tmp_path, trained):
    hf, native = tmp_path / "hf.json", tmp_path / "native.json"
    assert cli("convert", model, hf, "--to", "hf").code == 0
    assert cli("convert", hf, native, "--to", "native").code == 0
    for file in (hf, native):
        assert Tokenizer.from_file(file).get_vocab() == trained.get_vocab()
    assert cli("convert", hf, hf, "--to", "native").code == 1
    done = cli("convert", native, tmp_path / "d", "--to", "hf", "--json")
    assert json.loads(done.text)["to"] == "hf"
    assert sorted(os.listdir(tmp_path / "d")) == ["tokenizer.json", "tokenizer_config.json"]


def test_formats_that_are_not_written_are_4(cli, model, tmp_path):
    done = cli("convert", model, tmp_path / "out", "--to", "gguf")
    assert done.code == 4
    assert "hf, native" in done.err
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"model": 1}', b"\xff\xfe", b"{}"])
def test_broken_tokenizers_are_3(cli, tmp_path, content):
    (tmp_path / "tokenizer.json").write_bytes(content)
    done = cli("encode", "-t", tmp_path, "--text", "a")
    assert (done.code, done.out) == (3, b"")
    assert done.err.startswith("hybridtok: error: ")
    assert "tokenizer.json" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(cli, shell):
    done = cli("completion", shell)
    assert done.code == 0
    assert "--vocab-size" in done.text or "vocab-size" in done.text
    from shutil import which

    if which(shell):
        assert subprocess.run([shell, "-n"], input=done.out).returncode == 0
