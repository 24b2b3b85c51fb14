"""Encoding with superwords beside `tokenizers`: ordinary text, chunks without end, latencies.

    python benches/python/superword_encoding.py TEXT [--vocab-size N] [--transition T] [--rounds 5]

Every 50th line of the text is held out; the tokenizer is trained on the rest. All run on one
thread, one after the other within a round, on the same documents, and the ids of all are compared.
`cold` is a tokenizer that was just loaded and has encoded three words, which makes its tables.
Where a package cannot load the file, that is said.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

os.environ["TOKENIZERS_PARALLELISM"] = "false"

#: What chunks without end are made of.
UNITS = ["a", "a ", " the", "of the ", "in the house of the ", "x y ", "ab", "\u0301", "\u3041"]
UNITS += ["!", " ", "\n", "1"]
SIZES = (100_000, 1_000_000)
FIRST = "in the house"


def timed(call: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[float, Any]:
    """CPU seconds of a call, and what it gives."""
    start = time.process_time()
    result = call(*arguments, **options)
    return time.process_time() - start, result


def ordinary(written: str, lines: Sequence[str], rounds: int) -> None:
    """Documents of three sizes, by all."""
    import tokenizers as hf

    import hybridtok as ht

    theirs = hf.Tokenizer.from_str(written)
    text = "".join(lines)
    documents = {"lines": list(lines)}
    for name, size in (("4 KB", 4096), ("64 KB", 65_536)):
        documents[name] = [text[at : at + size] for at in range(0, len(text), size)]
    megabytes = len(text.encode()) / 1e6
    print("| documents | hybridtok cold | warm | tokenizers | times, cold | warm |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, some in documents.items():
        seconds: dict[str, list[float]] = {"cold": [], "warm": [], "tokenizers": []}
        for _ in range(rounds):
            ours = ht.Tokenizer.from_str(written)
            ours.encode_ids(FIRST)
            for state in ("cold", "warm"):
                taken, rows = timed(ours.encode_batch_ids, some, threads=1)
                seconds[state].append(taken)
            taken, encodings = timed(theirs.encode_batch_fast, some)
            seconds["tokenizers"].append(taken)
        if rows.values.tolist() != [id for encoding in encodings for id in encoding.ids]:
            raise SystemExit(f"{name}: ids differ")
        cold, warm, other = (statistics.median(seconds[key]) for key in seconds)
        speeds = " | ".join(f"{megabytes / s:.1f}" for s in (cold, warm, other))
        print(f"| {name} | {speeds} | {other / cold:.1f} | {other / warm:.1f} |")
    print(f"\nMB by CPU second, one thread, medians of {rounds} rounds; the ids of all are equal.")


def long_chunks(written: str, text: str, rounds: int) -> None:
    """Chunks that nothing bounds; `tokenizers` gets the shorter ones."""
    import tokenizers as hf

    import hybridtok as ht

    theirs = hf.Tokenizer.from_str(written)
    letters = " ".join(re.findall("[A-Za-z]+", text)) + " "
    print("\n| chunk of | 100 KB, ms | 1 MB, ms | times | tokenizers, 100 KB, ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for unit in (letters, *UNITS):
        chunks = [(unit * (size // len(unit.encode()) + 1))[:size] for size in SIZES]
        times: list[list[float]] = [[] for _ in chunks]
        for _ in range(rounds):
            for chunk, row in zip(chunks, times, strict=True):
                ours = ht.Tokenizer.from_str(written)
                ours.encode_ids(FIRST)
                row.append(timed(ours.encode_ids, chunk, threads=1)[0] * 1000)
        other, want = timed(theirs.encode, chunks[0])
        if ours.encode_ids(chunks[0]).tolist() != want.ids:
            raise SystemExit(f"{unit[:20]!r}: ids differ")
        a, b = (statistics.median(row) for row in times)
        name = "letters and single spaces" if unit is letters else f"`{unit!a}`"
        print(f"| {name} | {a:.2f} | {b:.2f} | {b / a:.1f} | {other * 1000:.1f} |")


def latencies(written: str, lines: Sequence[str]) -> None:
    """Single documents, warm."""
    import tokenizers as hf

    import hybridtok as ht

    ours = ht.Tokenizer.from_str(written)
    cut = hf.Tokenizer.from_str(written).pre_tokenizer.pre_tokenize_str
    longest = max(end - start for line in lines for _, (start, end) in cut(line))
    ours.encode_batch_ids(lines)
    taken = []
    for line in lines:
        start = time.perf_counter_ns()
        ours.encode_ids(line)
        taken.append((time.perf_counter_ns() - start) / 1000)
    middle, late = np.percentile(taken, [50, 99])
    print(
        f"\nA line takes {middle:.1f} us (median) and {late:.1f} us (99 of 100) by the clock; the "
        f"longest chunk of {len(lines):,} lines has {longest:,} characters."
    )


def other_peers(written: str, text: str) -> None:
    """What gigatoken says of the file."""
    try:
        import gigatoken
    except ImportError:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokenizer.json"
        path.write_text(written, encoding="utf-8")
        try:
            tokenizer = gigatoken.Tokenizer(str(path))
        except Exception as error:
            print(f"\ngigatoken does not load it: {str(error).splitlines()[0]}")
            return
        taken, _ = timed(tokenizer.encode, text)
        print(f"\ngigatoken: {len(text.encode()) / 1e6 / taken:.1f} MB/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--transition", type=float, default=0.9)
    parser.add_argument("--boundary", default="r2m")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    import hybridtok as ht

    lines = Path(arguments.text).read_text(encoding="utf-8").splitlines(keepends=True)
    trained = ht.train_superword(
        [line for at, line in enumerate(lines) if at % 50],
        vocab_size=arguments.vocab_size,
        transition=arguments.transition,
        boundary=arguments.boundary,
    )
    written, held_out = trained.to_str(), lines[::50]
    ordinary(written, held_out, arguments.rounds)
    long_chunks(written, "".join(held_out), arguments.rounds)
    latencies(written, held_out)
    other_peers(written, "".join(held_out))


if __name__ == "__main__":
    main()
