"""Training superwords: time and memory beside `tokenizers`, tokens saved in and out of the domain.

    python benches/python/superwords.py TEXT [--vocab-size N] [--rounds 3] [--out-of-domain FILE]

Every 50th line of the text is held out. Trainings run in processes of their own, one after the
other, so that the machine's moods meet all of them: ours within words (stage 1), ours across words
(whole), and stage 1 of `tokenizers` 0.23 on the same pattern; with --stage2 also its trainer on
chunks, which is how superwords are trained elsewhere. Memory is that above what importing takes.
The first three ratios are to stage 1 of `tokenizers`, the others to ours.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TRANSITION = 0.9


def ours(path: str, size: int, across: bool):
    import hybridtok as ht

    if across:
        return ht.train_superword(path, vocab_size=size, transition=TRANSITION)
    return ht.train_bpe(path, vocab_size=size, pattern="superbpe", min_frequency=2)


def theirs(path: str, size: int, pattern: str):
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train([path], trainer)
    return made


def run_one(kind: str, path: str, size: int, output: str) -> None:
    """What the child process does."""
    import tokenizers  # noqa: F401

    import hybridtok as ht
    from hybridtok.training.patterns import PATTERNS

    ht.train_superword(["a b"] * 9, vocab_size=260, transition=257)
    status = Path("/proc/self/status")
    Path("/proc/self/clear_refs").write_text("5")
    before = int(status.read_text().split("VmHWM:")[1].split()[0])
    wall, cpu = time.perf_counter(), time.process_time()
    if kind.startswith("ours"):
        made = ours(path, size, kind == "ours across")
    else:
        within = kind == "tokenizers within"
        made = theirs(path, size, PATTERNS["superbpe" if within else "r2m"])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = int(status.read_text().split("VmHWM:")[1].split()[0]) - before
    made.save(output)
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak / 1000}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stage2", action="store_true")
    parser.add_argument("--out-of-domain", nargs="*", default=[])
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    size = arguments.vocab_size
    if arguments.run:
        run_one(arguments.run[0], arguments.text, size, arguments.run[1])
        return
    kinds = ["ours within", "ours across", "tokenizers within"]
    kinds += ["tokenizers across"] * arguments.stage2
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(arguments.text).read_text(encoding="utf-8").splitlines(keepends=True)
        text = Path(folder) / "train.txt"
        text.write_text("".join(line for n, line in enumerate(lines) if n % 50), encoding="utf-8")
        runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        for _ in range(arguments.rounds):
            for kind in kinds:
                output = str(Path(folder) / f"{kind}.json")
                command = [sys.executable, __file__, str(text), "--vocab-size", str(size)]
                command += ["--run", kind, output]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                runs[kind].append(json.loads(done.stdout))
        medians = {
            kind: {key: statistics.median(run[key] for run in of) for key in of[0]}
            for kind, of in runs.items()
        }
        bases = [medians["tokenizers within"], medians["ours within"]]
        print(f"{size:,} tokens, {text.stat().st_size / 1e6:.1f} MB, {arguments.rounds} rounds")
        print(f"{'':>18} {'CPU s':>7} {'wall s':>7} {'MB':>6}  of theirs, of ours within words")
        for kind, row in medians.items():
            ratios = "   ".join(
                " ".join(f"{row[key] / base[key]:6.2f}" for key in ("cpu", "wall", "peak"))
                for base in bases
            )
            print(f"{kind:>18} {row['cpu']:7.2f} {row['wall']:7.2f} {row['peak']:6.0f}  {ratios}")
        save(folder, lines, arguments.out_of_domain)


def save(folder: str, lines: list[str], others: list[str]) -> None:
    """Says how many tokens superwords save."""
    import hybridtok as ht

    within, across = (
        ht.Tokenizer.from_file(Path(folder) / f"ours {kind}.json") for kind in ("within", "across")
    )
    texts = {"held out": lines[::50]}
    for path in others:
        texts[Path(path).name] = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
    for name, sample in texts.items():
        plain, merged = (len(t.encode_batch_ids(sample).values) for t in (within, across))
        print(
            f"{name}: {plain:,} tokens, {merged:,} with superwords, {1 - merged / plain:.1%} saved"
        )


if __name__ == "__main__":
    main()
