"""Counting more than memory holds: generated text, a budget, times and peaks at several sizes.

    python benches/python/counting.py [--gigabytes 2] [--memory 64MB] [--threads 2]

The text is made up: words of eight letters whose ranks follow Zipf's law with an exponent of 1.2,
so that new words keep coming. It is counted in processes of their own: without a budget, with one,
which must give the same bytes, and then its first half and its first quarter.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

WORDS = 1 << 20
EXPONENT = 1.2
LETTERS = 8


def generate(path: Path, size: int) -> None:
    """Writes `size` bytes, a line every twelve words."""
    chance = np.random.default_rng(1)
    with open(path, "wb") as file:
        while file.tell() < size:
            ranks = chance.random(WORDS) ** (-1 / (EXPONENT - 1))
            ranks = np.minimum(ranks, 26.0**LETTERS - 1).astype(np.uint64)
            # An odd factor that shares no divisor with 26 permutes the words.
            numbers = ranks * np.uint64(7_919_777) % np.uint64(26**LETTERS)
            text = np.full((WORDS, LETTERS + 1), ord(" "), np.uint8)
            for place in range(LETTERS):
                text[:, place] = numbers % np.uint64(26) + ord("a")
                numbers //= np.uint64(26)
            text[::12, LETTERS] = ord("\n")
            file.write(text.tobytes()[: size - file.tell()])


def run_one(path: str, output: str, memory: str | None, threads: int) -> None:
    """What the child process does."""
    import hybridtok as ht

    status = Path("/proc/self/status")
    Path("/proc/self/clear_refs").write_text("5")
    before = int(status.read_text().split("VmHWM:")[1].split()[0])
    wall, cpu = time.perf_counter(), time.process_time()
    counted = ht.count_words(path, output, memory=memory, threads=threads)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) - before
    print(json.dumps({**counted, "wall": wall, "cpu": cpu, "peak": peak * 1024}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--memory", default="64MB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        path, output, memory = arguments.run
        run_one(path, output, memory or None, arguments.threads)
        return
    print(f"{'GB':>6} {'memory':>8} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}  distinct words")
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text.txt"
        outputs = []
        size = int(arguments.gigabytes * 1e9)
        generate(text, size)
        for share, memory in [(1, ""), *((share, arguments.memory) for share in (1, 0.5, 0.25))]:
            size = int(arguments.gigabytes * share * 1e9)
            os.truncate(text, size)
            output = Path(folder) / f"{share}{memory}.counts"
            command = [sys.executable, __file__, "--threads", str(arguments.threads)]
            command += ["--run", str(text), str(output), memory]
            done = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            outputs.append(output.read_bytes())
            print(
                f"{size / 1e9:6.2f} {memory or 'any':>8} {done['wall']:8.1f} {done['cpu']:8.1f} "
                f"{done['peak'] / 1e6:8.0f}  {done['distinct_words']:,}",
                flush=True,
            )
    if outputs[0] != outputs[1]:
        sys.exit("the budget changed the result")


if __name__ == "__main__":
    main()
