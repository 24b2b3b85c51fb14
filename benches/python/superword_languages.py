"""What superwords save in each language of NTREX-128, with a small vocabulary of its own.

    HYBRIDTOK_DATA=DIR python benches/python/superword_languages.py [--vocab-size 2048]

DIR holds `ntrex128/lines`: a file a language, line by line the same news, and `DOCS.txt`, the
document of each line. Every fifth document is held out; tokens of lines held out are compared with
those of BPE of the same size.
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path
from typing import Any

import hybridtok as ht

KINDS: dict[str, dict[str, Any]] = {
    "superbpe, r2": {"boundary": "r2"},
    "superbpe, r2m": {"boundary": "r2m"},
    "boundless": {"mode": "boundless"},
    "boundless, no letters asked": {"mode": "boundless", "letter_only": False},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vocab-size", type=int, default=2048)
    size = parser.parse_args().vocab_size
    folder = Path(os.environ["HYBRIDTOK_DATA"], "ntrex128/lines")
    documents = (folder / "DOCS.txt").read_text(encoding="utf-8").split()
    numbers = {name: number for number, name in enumerate(dict.fromkeys(documents))}
    held_out = [numbers[name] % 5 == 4 for name in documents]

    saved: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    for path in sorted(folder.glob("*.txt")):
        if path.stem == "DOCS":
            continue
        lines = [line + "\n" for line in path.read_text(encoding="utf-8").split("\n")]
        lines = lines[: len(documents)]
        train, held = (
            [line for line, out in zip(lines, held_out, strict=True) if out == wanted]
            for wanted in (False, True)
        )
        words = ht.train_bpe(train, vocab_size=size, pattern="superbpe", min_frequency=2)
        plain = len(words.encode_batch_ids(held).values)
        for kind, options in KINDS.items():
            made = ht.train_superword(train, vocab_size=size, transition=0.9, **options)
            saved[kind][path.stem] = 1 - len(made.encode_batch_ids(held).values) / plain

    print(f"{len(saved['boundless'])} languages, {size:,} tokens\n")
    print("| | mean saved | lose .5 % | lose .1 % | the worst |")
    print("| --- | ---: | ---: | ---: | --- |")
    for kind, rows in saved.items():
        worst = sorted(rows.items(), key=lambda row: row[1])[:4]
        listed = ", ".join(f"{name} {share:.2%}" for name, share in worst)
        losing = [sum(share <= -least for share in rows.values()) for least in (0.005, 0.001)]
        mean = statistics.mean(rows.values())
        print(f"| {kind} | {mean:.2%} | {losing[0]} | {losing[1]} | {listed} |")


if __name__ == "__main__":
    main()
