"""Superwords of whole words beside SuperBPE: tokens, words cut, training, encoding.

    python benches/python/boundless.py TEXT OTHER [--vocab-size N] [--rounds 5]

Every 50th line of the text is held out; OTHER is text of another kind. Each tokenizer is trained in
a process of its own. Tokens are counted by lines. For speed, each takes its turn in every round, on
one thread: a tokenizer that was just loaded and has encoded three words (`cold`), then again
(`warm`); `tokenizers` runs the flat file that `convert --to hf --lossy` writes, with other ids.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["TOKENIZERS_PARALLELISM"] = "false"

TRANSITIONS: tuple[Any, ...] = (0.9, 0.5, "auto")
KINDS: dict[str, dict[str, Any]] = {
    "superbpe": {"mode": "superbpe"},
    "boundless": {"mode": "boundless"},
    "boundless, no letters asked": {"mode": "boundless", "letter_only": False},
}
FIRST = "in the house"


def train(corpus: str, vocab_size: int, options: dict[str, Any] | None, queue: Any) -> None:
    """Trains, and says what that took; None is BPE of words."""
    import hybridtok as ht

    clock, start = time.perf_counter(), time.process_time()
    if options is None:
        made = ht.train_bpe(corpus, vocab_size=vocab_size, pattern="superbpe", min_frequency=2)
    else:
        made = ht.train_superword(corpus, vocab_size=vocab_size, **options)
    taken = time.process_time() - start, time.perf_counter() - clock
    # Not `ru_maxrss`, which a new process inherits.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    queue.put((made, *taken, int(status.split("VmHWM:")[1].split()[0]) / 1024))


def trained(corpus: Path, vocab_size: int, options: dict[str, Any] | None) -> tuple[Any, ...]:
    """What `train` makes in a new process."""
    spawning = multiprocessing.get_context("spawn")
    queue = spawning.Queue()
    worker = spawning.Process(target=train, args=(str(corpus), vocab_size, options, queue))
    worker.start()
    made: tuple[Any, ...] = queue.get()
    worker.join()
    return made


def speeds(tokenizers: dict[str, Any], text: str, rounds: int) -> None:
    """Documents of three sizes."""
    import tokenizers as hf

    import hybridtok as ht
    from hybridtok.export import as_flat

    written = {name: made.to_native().encode() for name, made in tokenizers.items()}
    flat = {
        name: hf.Tokenizer.from_str(as_flat(made, ())[0] if made.boundless() else made.to_str())
        for name, made in tokenizers.items()
    }
    documents = {"lines": text.splitlines(keepends=True)}
    for size, label in ((4096, "4 KB"), (65_536, "64 KB")):
        documents[label] = [text[at : at + size] for at in range(0, len(text), size)]
    megabytes = len(text.encode()) / 1e6
    print("\n| | documents | cold | warm | tokenizers, flat | times, cold | warm |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for label, some in documents.items():
        seconds: dict[tuple[str, str], list[float]] = {}
        for _ in range(rounds):
            for name in tokenizers:
                ours = ht.Tokenizer.from_native(written[name])
                ours.encode_ids(FIRST)
                for state in ("cold", "warm"):
                    start = time.process_time()
                    ours.encode_batch_ids(some, threads=1)
                    taken = time.process_time() - start
                    seconds.setdefault((name, state), []).append(taken)
                start = time.process_time()
                flat[name].encode_batch_fast(some)
                seconds.setdefault((name, "flat"), []).append(time.process_time() - start)
        for name in tokenizers:
            states = ("cold", "warm", "flat")
            cold, warm, other = (statistics.median(seconds[name, state]) for state in states)
            row = " | ".join(f"{megabytes / s:.1f}" for s in (cold, warm, other))
            print(f"| {name} | {label} | {row} | {other / cold:.1f} | {other / warm:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("other")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    import hybridtok as ht

    lines = Path(arguments.text).read_text(encoding="utf-8").splitlines(keepends=True)
    other = Path(arguments.other).read_text(encoding="utf-8").splitlines(keepends=True)
    held_out = lines[::50]
    corpora = {"in": held_out, "out": other}
    made = {"bpe": None}
    made |= {
        f"{kind}, {transition}": {**options, "transition": transition}
        for kind, options in KINDS.items()
        for transition in TRANSITIONS
    }
    tokenizers = {}
    print("| | across | saved in | saved out | cut in | cut out | CPU s | s | MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus.txt"
        corpus.write_text("".join(line for at, line in enumerate(lines) if at % 50), "utf-8")
        plain: dict[str, int] = {}
        for name, options in made.items():
            tokenizer, cpu, clock, memory = trained(corpus, arguments.vocab_size, options)
            tokenizers[name] = tokenizer
            report = ht.evaluate({name: tokenizer}, corpora, suite="superword")
            tokens = {of: len(tokenizer.encode_batch_ids(corpora[of]).values) for of in corpora}
            plain = plain or tokens
            saved = [f"{1 - tokens[of] / plain[of]:.2%}" for of in corpora]
            cut = [f"{report.value('cutting_rate', name, of) or 0:.3%}" for of in corpora]
            across = len((tokenizer.boundless() or {"supermerges": ""})["supermerges"]) or ""
            row = [across, *saved, *cut, f"{cpu:.1f}", f"{clock:.1f}", f"{memory:.0f}"]
            print("|", " | ".join(map(str, (name, *row))), "|", flush=True)
    print(f"\nBPE: {plain['in']:,} and {plain['out']:,} tokens.")
    speeds(tokenizers, "".join(held_out), arguments.rounds)


if __name__ == "__main__":
    main()
