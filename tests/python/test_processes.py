"""Threads, forks, spawned processes and signals."""

import multiprocessing
import os
import signal
import sys
import threading
import time

import pytest

import hybridtok as ht


def ids_of(tokenizer, lines):
    return [encoding.ids for encoding in tokenizer.encode_batch(lines)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("parallelism", ["true", "false", None])
def test_a_forked_child_encodes(trained, lines, monkeypatch, parallelism):
    if parallelism is not None:
        monkeypatch.setenv("TOKENIZERS_PARALLELISM", parallelism)
    want = ids_of(trained, lines * 20)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if ids_of(trained, lines * 20) == want else 2
        finally:
            os._exit(code)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child did not come back within 5 seconds")


def test_a_spawned_child_encodes(trained, lines):
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(ids_of, (trained, lines)) == ids_of(trained, lines)


def test_threads_encode_while_settings_change(trained, lines):
    tokenizer = ht.Tokenizer.from_str(trained.to_str())
    want = [encoding.ids for encoding in tokenizer.encode_batch(lines)]
    wrong = []

    def encode():
        for _ in range(20):
            for line, ids in zip(lines, want, strict=True):
                got = tokenizer.encode(line).ids
                if got not in (ids, ids[:4]):
                    wrong.append((line, got))

    threads = [threading.Thread(target=encode) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        tokenizer.enable_truncation(4)
        tokenizer.no_truncation()
    assert wrong == []


def test_a_small_stack_is_enough(trained):
    text = "a" * 100_000 + " " * 100_000 + "日本👍🏽" * 10_000
    result = []
    size = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: result.append(trained.encode_batch([text])[0].ids))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
    assert trained.decode(result[0]) == text


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")
def test_ctrl_c_stops_training_within_a_second():
    def endless():
        k = 0
        while True:
            yield f"word{k} " * 20
            k += 1

    timer = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        ht.train_bpe(endless(), vocab_size=5000)
    assert time.monotonic() - started < 2.0
    timer.join()
