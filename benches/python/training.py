"""Training beside `gigabpe` and `tokenizers`: a process a run, merges compared.

    python benches/python/training.py CORPUS [--vocab-size 32000] [--threads 1] [--rounds 3]
        [--peers ours,gigabpe,tokenizers]

Every round runs every candidate once, one after the other, each in a process of its own, so that
its peak memory is known and a slow moment of the machine hits all of them. Byte-level BPE, GPT-2's
pattern. Times are those of the training call alone; the table gives medians, and the peak above
what the process held when it had imported its library. It fails if any merges differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PEERS = ("ours", "gigabpe", "tokenizers")


def ours(corpus: str, vocab_size: int, threads: int) -> Any:
    import hybridtok as ht

    return lambda: ht.train_bpe(corpus, vocab_size=vocab_size, threads=threads).to_str()


def gigabpe(corpus: str, vocab_size: int, threads: int) -> Any:
    import gigabpe

    # It has no initial alphabet, so its vocabulary is smaller by the bytes that the corpus lacks;
    # the same number of merges is asked for below.
    missing = 256 - len(set(Path(corpus).read_bytes()))
    return lambda: gigabpe.train_bpe(
        [corpus], vocab_size - missing, threads=threads, pretokenizer="bytelevel"
    )


def tokenizers(corpus: str, vocab_size: int, threads: int) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    return lambda: (tokenizer.train([corpus], trainer), tokenizer.to_str())[1]


def merges_of(result: Any) -> list[tuple[str, str]]:
    """The merges in whatever form the trainer gave them."""
    found = json.loads(result)["model"]["merges"] if isinstance(result, str) else result[1]
    return [tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair) for pair in found]


def high_water() -> int:
    """Peak resident memory of this process, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def run_one(peer: str, corpus: str, vocab_size: int, threads: int) -> None:
    """What the child process does."""
    train = globals()[peer](corpus, vocab_size, threads)
    # Forgets the peak so far (proc(5)).
    Path("/proc/self/clear_refs").write_text("5")
    before, wall, cpu = high_water(), time.perf_counter(), time.process_time()
    result = train()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = high_water() - before
    merges = merges_of(result)
    digest = hashlib.sha256(repr(merges).encode()).hexdigest()[:12]
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "n": len(merges), "merges": digest}))


def child(peer: str, arguments: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, arguments.corpus, "--run", peer]
    command += ["--vocab-size", str(arguments.vocab_size), "--threads", str(arguments.threads)]
    threads = str(arguments.threads)
    environment = os.environ | {"RAYON_NUM_THREADS": threads, "TOKENIZERS_PARALLELISM": "true"}
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--run", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run_one(arguments.run, arguments.corpus, arguments.vocab_size, arguments.threads)
        return
    peers = arguments.peers.split(",")
    runs: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
    for _ in range(arguments.rounds):
        for peer in peers:
            runs[peer].append(child(peer, arguments))
    name, size = Path(arguments.corpus).name, Path(arguments.corpus).stat().st_size / 1e6
    print(
        f"{name}, {size:.1f} MB, vocabulary {arguments.vocab_size:,}, {arguments.threads} threads"
    )
    print(f"{'':12}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}  merges")
    for peer, of in runs.items():
        wall, cpu, peak = (statistics.median(r[key] for r in of) for key in ("wall", "cpu", "peak"))
        merges = f"{of[0]['n']:,} {of[0]['merges']}"
        print(f"{peer:12}{wall:9.3f}{cpu:9.3f}{peak / 1e6:9.1f}  {merges}")
    if len({run["merges"] for of in runs.values() for run in of}) > 1:
        sys.exit("the merges differ")


if __name__ == "__main__":
    main()
