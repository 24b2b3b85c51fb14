"""The speed and length of a hybrid tokenizer beside a BPE of equal size, ours and `tokenizers`'.

    python benches/python/hybrid.py --train TRAIN.txt [...] --text TEXT.txt --record DATE-hybrid.md

All are trained on the same text, by default with 32,768 ids, and the text that is measured was not
trained on. Every line is one call, on one thread; rounds are interleaved. Warm is the same lines
again, cold is a fresh tokenizer's first pass. Outputs of the two BPEs are compared, and every
decoded line with the line.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import tokenizers

import hybridtok as ht
from hybridtok.bench.report import machine


def main() -> None:
    """Trains, measures, prints, and writes the record."""
    arguments = parse()
    size = arguments.vocab_size
    made: dict[str, Any] = {}
    trained: dict[str, tuple[float, float]] = {}
    ways: dict[str, Callable[[], Any]] = {
        f"hybrid, {mode}{label}": lambda mode=mode, merges=merges: ht.train_hybrid(
            arguments.train, language="tr", vocab_size=size, mode=mode, merges=merges
        )
        for mode in ("shared", "surface")
        for label, merges in ((", no merges", 0), ("", None))
    }
    ways["BPE"] = lambda: ht.train_bpe(arguments.train, vocab_size=size)
    for name, train in ways.items():
        start = time.perf_counter()
        made[name] = train()
        trained[name] = time.perf_counter() - start, peak()
    peer = tokenizers.Tokenizer.from_str(made["BPE"].to_str())
    lines = Path(arguments.text).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if made["BPE"].encode_ids(line).tolist() != peer.encode(line).ids:
            raise SystemExit(f"the two BPEs differ on {line!r}")
    rows = [row(name, tokenizer, trained[name], lines) for name, tokenizer in made.items()]
    both = {"tokenizers": (lambda line: peer.encode(line).ids, peer.decode)}
    both |= {name: (tokenizer.encode_ids, tokenizer.decode) for name, tokenizer in made.items()}
    megabytes = sum(len(line.encode()) for line in lines) / 1e6
    rates = measure(both, lines, megabytes, arguments.rounds)
    cold = {name: first(tokenizer, lines, megabytes) for name, tokenizer in made.items()}
    text = table(rows, rates, cold)
    print(text)
    if arguments.record:
        Path(arguments.record).write_text(record(arguments, len(lines), text), encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", required=True, nargs="+", metavar="FILE.txt")
    parser.add_argument("--text", required=True, metavar="FILE.txt")
    parser.add_argument("--vocab-size", type=int, default=32_768)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--record", metavar="FILE.md")
    return parser.parse_args()


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def row(name: str, tokenizer: Any, trained: tuple[float, float], lines: list[str]) -> list[str]:
    encoded = [tokenizer.encode_ids(line) for line in lines]
    lost = sum(tokenizer.decode(ids) != line for ids, line in zip(encoded, lines, strict=True))
    words = sum(len(line.split()) for line in lines)
    per_word = sum(map(len, encoded)) / words
    size = tokenizer.get_vocab_size()
    seconds, memory = trained
    return [name, f"{size:,}", f"{seconds:.1f}", f"{memory:.0f}", f"{per_word:.3f}", f"{lost}"]


def measure(
    both: dict[str, tuple[Callable[[str], Any], Callable[[Sequence[int]], str]]],
    lines: list[str],
    megabytes: float,
    rounds: int,
) -> dict[str, tuple[float, float]]:
    """Medians of MB/s of CPU time, warm: to ids, and back."""
    ids = {name: [encode(line) for line in lines] for name, (encode, _) in both.items()}
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for name, ways in both.items():
            for way, (work, inputs) in enumerate(zip(ways, (lines, ids[name]), strict=True)):
                start = time.process_time()
                for item in inputs:
                    work(item)
                rate = megabytes / (time.process_time() - start)
                found.setdefault((name, way), []).append(rate)
    return {
        name: (statistics.median(found[name, 0]), statistics.median(found[name, 1]))
        for name in both
    }


def first(tokenizer: Any, lines: list[str], megabytes: float) -> float:
    """MB/s of a fresh tokenizer's first pass; a pickled one remembers nothing."""
    import pickle

    fresh = [pickle.loads(pickle.dumps(tokenizer)) for _ in range(3)]
    rates = []
    for one in fresh:
        start = time.process_time()
        for line in lines:
            one.encode_ids(line)
        rates.append(megabytes / (time.process_time() - start))
    return statistics.median(rates)


def table(rows: list[list[str]], rates: dict[str, Any], cold: dict[str, float]) -> str:
    head = "| | ids | trained in s | peak MB | tokens/word | lines lost | cold MB/s | warm MB/s |"
    out = [
        head + " x BPE | x tokenizers | decoded MB/s | x tokenizers |",
        "|---" + "|---:" * 11 + "|",
    ]
    peer = rates["tokenizers"]
    for cells in [["tokenizers", "", "", "", "", ""], *rows]:
        name = cells[0]
        warm, back = rates[name]
        slow = f"{cold[name]:.1f}" if name in cold else ""
        more = [f"{warm:.1f}", f"{warm / rates['BPE'][0]:.2f}", f"{warm / peer[0]:.1f}"]
        out.append(
            "| " + " | ".join([*cells, slow, *more, f"{back:.1f}", f"{back / peer[1]:.1f}"]) + " |"
        )
    return "\n".join(out) + "\n"


def record(arguments: argparse.Namespace, lines: int, text: str) -> str:
    train = " ".join(Path(path).name for path in arguments.train)
    name = Path(arguments.text).name
    to = Path(arguments.record).name
    return f"""# {Path(arguments.record).stem[:10]}: the hybrid tokenizer beside BPE

{machine()}.
hybridtok {ht.__version__}, tokenizers {tokenizers.__version__}.

    python benches/python/hybrid.py --train {train} --text {name} --record {to}

{lines:,} lines of {name}, which was not trained on; one call a line, one thread, seconds of CPU,
medians of {arguments.rounds} interleaved rounds; cold is a fresh tokenizer's first pass. Peak MB is
of the whole process so far, with what was trained before.

{text}"""


if __name__ == "__main__":
    main()
