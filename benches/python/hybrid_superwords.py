"""Superwords of a hybrid tokenizer: what they save on other text, beside BPE and SuperBPE.

    python benches/python/hybrid_superwords.py --train TURKISH.txt --other NEWS.txt

Every fiftieth line of the first text is held out. A hybrid tokenizer is trained on the rest, and so
are its superwords; beside it, others of the same size. Checked on the way: all lines come back, and
so does the whole text.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import hybridtok as ht
from hybridtok.bench.report import machine

#: Options of `extend`, and what they are called in the table.
VARIANTS = {
    "superwords": {},
    "not across lines": {"newline_barrier": True},
    "letters only": {"letter_only": True},
    "of one word at most": {"max_words": 1},
    "of two words at most": {"max_words": 2},
    "of any number of words": {"max_words": 0},
}
EACH = 50


def main() -> None:
    """Measures and prints."""
    arguments = parse()
    lines = read(arguments.train)
    train = [line for at, line in enumerate(lines, 1) if at % EACH]
    held = {"held out": lines[EACH - 1 :: EACH], "other": read(arguments.other)}
    language, size = arguments.language, arguments.vocab_size
    base = ht.train_hybrid(train, language=language, vocab_size=size)
    before = counts(base, held)
    print(machine())
    print(f"{sum(len(line.encode()) for line in train):,} bytes trained on; tokens of the base:")
    print(", ".join(f"{name} {count:,}" for name, count in before.items()))
    for add in arguments.add:
        for name, options in VARIANTS.items():
            started = time.process_time()
            made = ht.extend(base, train, add=add, superword=True, **options)
            took = time.process_time() - started
            check(made, lines)
            show(f"+{add:,} {name} ({took:.1f} CPU s)", before, counts(made, held))
        total = size + add
        larger = ht.train_hybrid(train, language=language, vocab_size=total)
        show(f"hybrid of {total:,}", before, counts(larger, held))
        words = ht.train_bpe(train, vocab_size=total, pattern="superbpe")
        show(f"BPE of {total:,}", before, counts(words, held))
        show(
            f"SuperBPE of {total:,}",
            before,
            counts(ht.train_superword(train, vocab_size=total), held),
        )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--train", required=True, metavar="FILE")
    parser.add_argument("--other", required=True, metavar="FILE")
    parser.add_argument("--language", default="tr")
    parser.add_argument("--vocab-size", type=int, default=32_768)
    parser.add_argument("--add", type=int, nargs="+", default=[8192, 16384])
    return parser.parse_args()


def read(path: str) -> list[str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if line.strip()]


def counts(tokenizer: ht.Tokenizer, texts: dict[str, list[str]]) -> dict[str, int]:
    return {name: len(tokenizer.encode_batch_ids(of).values) for name, of in texts.items()}


def show(name: str, before: dict[str, int], after: dict[str, int]) -> None:
    saved = [f"{count:,} (-{100 * (1 - count / before[of]):.1f} %)" for of, count in after.items()]
    print(" | ".join([name, *saved]), flush=True)


def check(tokenizer: ht.Tokenizer, lines: Sequence[str]) -> None:
    """Fails if a text does not come back."""
    rows = tokenizer.encode_batch_ids(lines)
    for line, start, end in zip(lines, rows.offsets, rows.offsets[1:], strict=False):
        if tokenizer.decode(rows.values[start:end]) != line:
            raise SystemExit(f"does not come back: {line!r}")
    text = "".join(lines)
    if tokenizer.decode(tokenizer.encode_ids(text)) != text:
        raise SystemExit("the whole text does not come back")


if __name__ == "__main__":
    main()
