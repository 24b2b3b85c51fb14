"""Training and encoding beside `tokenizers`: one thread, interleaved, equal results checked.

    python benches/python/compare.py CORPUS HELD_OUT [--vocab-size 32000] [--rounds 5]

CORPUS is a text file to train on, HELD_OUT another one to encode. Every round times every
candidate once, one after the other, so that a slow moment of the machine hits all of them. Times
are CPU seconds of this process; the table gives medians and the ratio to `tokenizers`.
"""

from __future__ import annotations

import os

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tokenizers
from rich.console import Console
from rich.table import Table
from tokenizers import decoders, models, pre_tokenizers, trainers

import hybridtok as ht

Results = dict[str, list[float]]


def timed(times: Results, name: str, work: Callable[[], Any]) -> Any:
    """Runs `work` and notes its CPU seconds."""
    started = time.process_time()
    result = work()
    times.setdefault(name, []).append(time.process_time() - started)
    return result


def reference(corpus: str, vocab_size: int) -> tokenizers.Tokenizer:
    """A byte-level BPE trained by `tokenizers`."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train([corpus], trainer)
    return tokenizer


def training(corpus: str, vocab_size: int, rounds: int) -> tuple[ht.Tokenizer, Results]:
    """Trains with both; fails if the merges differ."""
    times: Results = {}
    for _ in range(rounds):
        ours = timed(times, "ours", lambda: ht.train_bpe(corpus, vocab_size=vocab_size, threads=1))
        theirs = timed(times, "tokenizers", lambda: reference(corpus, vocab_size))
        model, expected = json.loads(ours.to_str())["model"], json.loads(theirs.to_str())["model"]
        assert model["merges"] == expected["merges"], "the merges differ"
        assert model["vocab"] == expected["vocab"], "the vocabularies differ"
    return ours, times


def encoding(ours: ht.Tokenizer, text: str, rounds: int) -> Results:
    """Encodes one long document with both; fails if anything differs."""
    theirs = tokenizers.Tokenizer.from_str(ours.to_str())
    times: Results = {}
    for _ in range(rounds):
        fresh = ht.Tokenizer.from_str(ours.to_str())
        ids = timed(times, "encode_ids, cold", lambda tok=fresh: tok.encode_ids(text))
        timed(times, "encode_ids, warm", lambda tok=fresh: tok.encode_ids(text))
        full = timed(times, "encode, warm", lambda tok=fresh: tok.encode(text))
        expected = timed(times, "tokenizers", lambda: theirs.encode(text))
        assert ids.tolist() == full.ids == expected.ids, "the ids differ"
        assert full.tokens == expected.tokens, "the tokens differ"
        assert full.offsets == expected.offsets, "the offsets differ"
        assert full.word_ids == expected.word_ids, "the word ids differ"
        assert ours.decode(ids) == text, "decoding does not give the text back"
    return times


def show(title: str, times: Results, megabytes: float) -> Table:
    """Medians, throughput and the ratio to `tokenizers`."""
    table = Table("", "CPU s, median", "MB/s", "times tokenizers", title=title)
    base = statistics.median(times["tokenizers"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        table.add_row(name, f"{median:.3f}", f"{megabytes / median:.1f}", f"{base / median:.1f}")
    return table


def main() -> None:
    """Reads the arguments and prints two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("held_out")
    parser.add_argument("--vocab-size", type=int, default=32000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    console = Console(width=100)
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, one thread used; "
        f"Python {platform.python_version()}, tokenizers {tokenizers.__version__}; "
        f"corpus {Path(arguments.corpus).name}, held out {Path(arguments.held_out).name}, "
        f"vocabulary {arguments.vocab_size}, {arguments.rounds} rounds"
    )
    ours, times = training(arguments.corpus, arguments.vocab_size, arguments.rounds)
    size = Path(arguments.corpus).stat().st_size / 1e6
    console.print(show("training, merges and vocabulary equal", times, size))
    text = Path(arguments.held_out).read_bytes().decode("utf-8")
    times = encoding(ours, text, arguments.rounds)
    size = len(text.encode()) / 1e6
    console.print(show("one document, ids, tokens, offsets and word ids equal", times, size))


if __name__ == "__main__":
    main()
