"""Training superwords on more text than memory holds: a budget, times and peaks at several sizes.

    python benches/python/superword_memory.py [--gigabytes 3] [--memory 1GB] [--mode superbpe]

The text is made up, so that nearly no line comes twice: 200,000 words whose ranks follow Zipf's
law, of which four in ten are followed by a word of their own. Trainings run in processes of their
own: without a budget (unless --skip-unbounded), with one, which must give the same tokenizer, and
with one on the first half of the text. Memory is that above what importing takes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

WORDS = 200_000
LINES = 1 << 16
WORDS_A_LINE = 24
FOLLOWED = 0.4


def generate(path: Path, size: int) -> None:
    """Writes about `size` bytes."""
    chance = np.random.default_rng(1)
    lengths = chance.integers(1, 5, WORDS)
    syllables = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]
    drawn = chance.integers(0, len(syllables), (WORDS, 4))
    words = ["".join(syllables[s] for s in row[:n]) for row, n in zip(drawn, lengths, strict=True)]
    follower = zipf(chance, WORDS)
    with open(path, "w", encoding="ascii") as file:
        while file.tell() < size:
            ranks = zipf(chance, (LINES, WORDS_A_LINE))
            follows = chance.random((LINES, WORDS_A_LINE - 1)) < FOLLOWED
            ranks[:, 1:] = np.where(follows, follower[ranks[:, :-1]], ranks[:, 1:])
            for row in ranks.tolist():
                file.write(" ".join([words[rank] for rank in row]) + ".\n")


def zipf(chance: np.random.Generator, shape: int | tuple[int, int]) -> np.ndarray:
    """Ranks by Zipf's law."""
    return (WORDS ** chance.random(shape)).astype(np.int64) - 1


def run_one(path: str, mode: str, size: int, memory: str | None, threads: int) -> None:
    """What the child process does."""
    import hybridtok as ht

    ht.train_superword(["a b"] * 9, vocab_size=260, transition=257)
    status = Path("/proc/self/status")
    Path("/proc/self/clear_refs").write_text("5")
    before = int(status.read_text().split("VmHWM:")[1].split()[0])
    wall, cpu = time.perf_counter(), time.process_time()
    made = ht.train_superword(path, mode=mode, vocab_size=size, memory=memory, threads=threads)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) - before
    with tempfile.TemporaryDirectory() as folder:
        made.save_pretrained(folder)
        names = ("tokenizer.json", "hybridtok.json")
        files = [Path(folder) / name for name in names if (Path(folder) / name).exists()]
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak / 1000, "tokenizer": digest}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=3)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--mode", choices=["superbpe", "boundless"], default="superbpe")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", help="where the text is, or will be written to stay")
    parser.add_argument("--skip-unbounded", action="store_true")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        path, memory = arguments.run
        run_one(path, arguments.mode, arguments.vocab_size, memory or None, arguments.threads)
        return
    with tempfile.TemporaryDirectory() as folder:
        text = Path(arguments.folder or folder) / "superwords.txt"
        size = int(arguments.gigabytes * 1e9)
        if not text.exists() or text.stat().st_size < size:
            generate(text, size)
        runs = [(1.0, arguments.memory), (0.5, arguments.memory)]
        runs[:0] = [] if arguments.skip_unbounded else [(1.0, "")]
        print(f"{'GB':>6} {'memory':>8} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}  tokenizer")
        made = []
        for share, memory in runs:
            os.truncate(text, int(size * share))
            command = [sys.executable, __file__, "--mode", arguments.mode]
            command += ["--vocab-size", str(arguments.vocab_size)]
            command += ["--threads", str(arguments.threads), "--run", str(text), memory]
            done = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            made.append(done["tokenizer"])
            print(
                f"{size * share / 1e9:6.2f} {memory or 'any':>8} {done['wall']:8.1f} "
                f"{done['cpu']:8.1f} {done['peak']:8.0f}  {done['tokenizer'][:12]}",
                flush=True,
            )
    if not arguments.skip_unbounded and made[0] != made[1]:
        sys.exit("the budget changed the result")


if __name__ == "__main__":
    main()
