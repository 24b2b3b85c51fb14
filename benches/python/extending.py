"""Extending a tokenizer to a domain: what it saves, what else could be done, and bpe-continue.

    python benches/python/extending.py --general NOVELS.txt --domain CONTRACTS.jsonl [...]

A base is trained on the general text (or is read: `--base`), and gets more tokens for the domain.
Every tenth document of both, a line of text or of JSON, is held out, and all figures are of those.
Beside `hybridtok.extend`: the same strings as added tokens, a BPE of the same size trained on the
domain alone, and bpe-continue with the same settings. Checked on the way: no line is cut where the
base does not cut it, none is longer, all come back; and without the bound on runs, which
bpe-continue lacks, both find the same merges.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import tokenizers
from bpe_continue import continue_training

import hybridtok as ht
from hybridtok.bench.report import machine

#: bpe-continue has no bound on runs of one mark.
UNBOUND = 10**9


def main() -> None:
    """Measures, prints, and writes the record."""
    arguments = parse()
    general, general_held = split([arguments.general])
    domain, domain_held = split(arguments.domain)
    if arguments.base:
        base = ht.Tokenizer.from_file(arguments.base)
    else:
        base = ht.train_bpe(general, vocab_size=arguments.vocab_size)
    held = (domain_held, general_held)
    before = [count(base, texts) for texts in held]
    rows, checks = [], []
    for add in arguments.add:
        made = variants(base, domain, add)
        for name, tokenizer in made.items():
            after = [count(tokenizer, texts) for texts in held]
            size = tokenizer.get_vocab_size()
            ratios = [f"{now / then:.4f}" for now, then in zip(after, before, strict=True)]
            rows.append([name, f"{size:,}", *ratios])
        checks.append(check(base, made[f"extend +{add:,}"], held))
        checks.append(compare(base, domain, add))
    text = table(["", "ids", "domain held out", "general held out"], rows)
    text += "\n" + "".join(f"- {line}\n" for line in checks)
    text += "\n" + measure(base, domain, arguments.add, arguments.rounds)
    print(text)
    if arguments.record:
        sizes = [sum(len(t.encode()) for t in texts) for texts in (general, domain, *held)]
        Path(arguments.record).write_text(record(arguments, base, sizes, text), encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--general", required=True, metavar="FILE")
    parser.add_argument("--domain", required=True, nargs="+", metavar="FILE")
    parser.add_argument("--base", metavar="FILE.json", help="instead of one trained on the general")
    parser.add_argument("--vocab-size", type=int, default=16_384)
    parser.add_argument("--add", type=int, nargs="+", default=[1024, 4096])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--record", metavar="FILE.md")
    return parser.parse_args()


def split(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is trained on, and every tenth document."""
    lines = [
        json.loads(line)["text"] if path.endswith(".jsonl") else line
        for path in paths
        for line in Path(path).read_text(encoding="utf-8").splitlines()
    ]
    texts = [line for line in lines if line.strip()]
    return [text for at, text in enumerate(texts) if at % 10], texts[::10]


def count(tokenizer: ht.Tokenizer, texts: list[str]) -> int:
    return len(tokenizer.encode_batch_ids(texts).values)


def variants(base: ht.Tokenizer, domain: list[str], add: int) -> dict[str, ht.Tokenizer]:
    extended = ht.extend(base, domain, add=add)
    new = [extended.decode([id]) for id in ht.training.parts_of_new(base, extended)]
    # Parts of characters are no text, and cannot be added tokens.
    strings = [token for token in new if "\ufffd" not in token]
    added = ht.Tokenizer.from_str(base.to_str())
    added.add_tokens(strings)
    continued = ht.Tokenizer.from_str(continue_with_peer(base, domain, add).to_str())
    size = extended.get_vocab_size()
    return {
        f"extend +{add:,}": extended,
        f"bpe-continue +{add:,}": continued,
        f"the strings of extend +{add:,} as added tokens": added,
        "trained from scratch on the domain": ht.train_bpe(domain, vocab_size=size),
    }


def continue_with_peer(
    base: ht.Tokenizer | tokenizers.Tokenizer, texts: list[str], add: int
) -> tokenizers.Tokenizer:
    return continue_training(
        base.to_str(),
        vocab_size=base.get_vocab_size() + add,
        texts=texts,
        min_frequency=2,
        show_progress=False,
    )


def check(base: ht.Tokenizer, extended: ht.Tokenizer, held: Sequence[list[str]]) -> str:
    """Compares what both make of every line."""
    lines = [line for texts in held for text in texts for line in text.splitlines(keepends=True)]
    cut = longer = lost = 0
    for line in lines:
        old, new = base.encode(line), extended.encode(line)
        cut += not {end for _, end in new.offsets} <= {end for _, end in old.offsets}
        longer += len(new.ids) > len(old.ids)
        lost += extended.decode(new.ids) != line
    vocab = extended.get_vocab()
    moved = sum(vocab[token] != id for token, id in base.get_vocab().items())
    added = extended.get_vocab_size() - base.get_vocab_size()
    return (
        f"+{added:,}: of {len(lines):,} lines held out, {cut} are cut where the base does not cut, "
        f"{longer} are longer, {lost} do not come back; {moved} ids moved"
    )


def compare(base: ht.Tokenizer, domain: list[str], add: int) -> str:
    """How many merges the peer finds, too."""
    ours = merges(ht.extend(base, domain, add=add, max_run=UNBOUND))
    theirs = merges(continue_with_peer(base, domain, add))
    bound = merges(ht.extend(base, domain, add=add))
    same = next(
        (at for at, pair in enumerate(zip_longest(ours, theirs)) if len(set(pair)) > 1), len(ours)
    )
    old = len(ours) - add
    outcome = "all" if same == len(ours) == len(theirs) else f"the first {same - old:,} of"
    return (
        f"+{add:,}: without a bound on runs, {outcome} {add:,} new merges are bpe-continue's; the "
        f"bound (16) makes {len(set(bound) - set(theirs))} others of them"
    )


def merges(tokenizer: ht.Tokenizer | tokenizers.Tokenizer) -> list[tuple[str, str]]:
    return [(left, right) for left, right in json.loads(tokenizer.to_str())["model"]["merges"]]


def measure(base: ht.Tokenizer, domain: list[str], sizes: list[int], rounds: int) -> str:
    """Seconds of CPU and of the clock, in turn."""
    peer = tokenizers.Tokenizer.from_str(base.to_str())
    rows = []
    for add in sizes:
        ways: dict[str, Callable[[], Any]] = {
            "hybridtok": lambda add=add: ht.extend(base, domain, add=add),
            "bpe-continue": lambda add=add: continue_with_peer(peer, domain, add),
        }
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                cpu, clock = time.process_time(), time.perf_counter()
                way()
                spent[name].append((time.process_time() - cpu, time.perf_counter() - clock))
        medians = [
            statistics.median(each[at] for each in spent[name]) for name in ways for at in (0, 1)
        ]
        ratios = [
            statistics.median(
                theirs[at] / ours[at]
                for ours, theirs in zip(spent["hybridtok"], spent["bpe-continue"], strict=True)
            )
            for at in (0, 1)
        ]
        row = [f"+{add:,}", *(f"{seconds:.3f}" for seconds in medians)]
        rows.append([*row, *(f"{ratio:.0f}" for ratio in ratios)])
    head = ["", "hybridtok, CPU s", "clock s", "bpe-continue, CPU s", "clock s"]
    return table([*head, "times, CPU", "clock"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def record(arguments: argparse.Namespace, base: ht.Tokenizer, sizes: list[int], text: str) -> str:
    general, domain, domain_held, general_held = (f"{size / 1e6:.2f} MB" for size in sizes)
    files = [Path(path).name for path in (arguments.general, *arguments.domain)]
    command = f"--general {files[0]} --domain {' '.join(files[1:])}"
    if arguments.base:
        command += f" --base {Path(arguments.base).name}"
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in ("bpe-continue",))
    return f"""# {Path(arguments.record).stem[:10]}: extending a tokenizer

{machine()}.
hybridtok {ht.__version__}, {versions}.

    python benches/python/extending.py {command}

A base of {base.get_vocab_size():,} ids; general text {general} and {general_held} held out, domain
{domain} and {domain_held} held out. Tokens relative to the base, of what was held out; seconds are
medians of {arguments.rounds} interleaved rounds with all threads that each takes.

{text}"""


if __name__ == "__main__":
    main()
