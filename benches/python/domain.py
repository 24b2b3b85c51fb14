"""Tokens of law and finance: superwords, words, custom words and presets beside another tokenizer.

    python benches/python/domain.py DATA --reference FILE [--output FOLDER] [--only NAME ...]

DATA holds legal/, finance/ and raw_en/. Trained is on contracts, nine tenths of a code of laws and
of some novels, a statute and six annual reports; measured on the last tenth of the code, on a
volume of regulations and on a seventh report, on kinds of documents that were not in training, and
on general English. FILE is the tokenizer.json that tokens are compared with. With --output what is
trained is kept in a folder, and taken from there next time.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path

import hybridtok as ht

KL3M = ["whitespace", "markdown", "html", "json", "xml", "years", "citations"]
LISTS = [*KL3M, "enumerations", "roman", "legal", "finance"]

#: What is trained, by name: the trainer and its options.
RECIPES = {}
for size, transition in ((32_768, 0.7), (65_536, 0.5)):
    for words, lists in (("", []), (" + custom", LISTS)):
        name = f"{size // 1024}k{words}"
        RECIPES[f"superword {name}"] = (
            ht.train_superword,
            {"vocab_size": size, "transition": transition, "custom": lists},
        )
        RECIPES[f"bpe {name}"] = (
            ht.train_bpe,
            {"vocab_size": size, "min_frequency": 2, "custom": lists},
        )
    RECIPES[f"kl3m-cased {size // 1024}k"] = (
        ht.train_bpe,
        {"vocab_size": size, "preset": "kl3m-cased"},
    )
RECIPES["superword 32k + all custom"] = (
    ht.train_superword,
    {"vocab_size": 32_768, "transition": 0.7, "custom": LISTS, "custom_choose": False},
)
RECIPES["bpe 32k + all custom"] = (
    ht.train_bpe,
    {"vocab_size": 32_768, "min_frequency": 2, "custom": LISTS, "custom_choose": False},
)

#: Held-out sets that count, and others.
TARGETS = ["laws", "regulations", "report"]


def rows(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.open(encoding="utf-8")]


def training_texts(data: Path) -> Iterator[str]:
    for path in sorted((data / "legal/contracts").glob("*.jsonl")):
        yield from rows(path)
    code = rows(data / "legal/dc_code_sections.jsonl")
    yield from (text for k, text in enumerate(code) if k % 10 != 9)
    yield (data / "legal/federal/statute_comps_8188.txt").read_text(encoding="utf-8")
    for path in sorted((data / "finance/10k").iterdir()):
        if not path.name.startswith("googl"):
            yield path.read_text(encoding="utf-8")
    with (data / "raw_en/eltec_eng.txt").open(encoding="utf-8") as lines:
        yield from (line for k, line in enumerate(lines) if k % 10 != 9)


def held_out_texts(data: Path) -> dict[str, list[str]]:
    def whole(path: str | Path) -> list[str]:
        return [(data / path).read_text(encoding="utf-8")]

    code = rows(data / "legal/dc_code_sections.jsonl")
    sets = {
        "laws": code[9::10],
        "regulations": whole("legal/federal/cfr_title27_vol3.txt"),
        "report": whole(next((data / "finance/10k").glob("googl*"))),
    }
    with (data / "finance/tatqa_dev.jsonl").open(encoding="utf-8") as lines:
        sets["notes"] = [text for line in lines for text in json.loads(line)["paragraphs"]]
    invented = Path(__file__).parents[2] / "corpora/legal/handwritten.txt"
    sets["forms"] = [invented.read_text(encoding="utf-8")]
    with (data / "udhr/udhr.tsv").open(encoding="utf-8") as lines:
        table = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        sets["declaration"] = [row[-1] for row in table if row[0] == "eng"]
    sets["Gesetze"] = rows(data / "legal/de_gesetze.jsonl")
    sets["general"] = whole("raw_en/wikitext2_test.txt")
    return sets


def trained(name: str, texts: list[str], folder: Path | None) -> ht.Tokenizer:
    path = None if folder is None else folder / name.replace(" ", "_")
    if path is not None and path.is_dir():
        return ht.Tokenizer.from_pretrained(path)
    train, options = RECIPES[name]
    wall, cpu = time.perf_counter(), time.process_time()
    tokenizer = train(texts, **options)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{name}: trained in {wall:.0f} s, {cpu:.0f} s of CPU", flush=True)
    if path is not None:
        tokenizer.save_pretrained(path)
    return tokenizer


def tokens(tokenizer: ht.Tokenizer, texts: list[str]) -> int:
    return len(tokenizer.encode_batch_ids(texts, add_special_tokens=False).values)


def lossless(tokenizer: ht.Tokenizer, texts: list[str]) -> bool:
    encoded = tokenizer.encode_batch_ids(texts, add_special_tokens=False)
    return all(tokenizer.decode(encoded[k]) == text for k, text in enumerate(texts))


def custom_of(tokenizer: ht.Tokenizer) -> int:
    added = tokenizer.get_added_tokens_decoder().values()
    return sum(not token.special for token in added)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", nargs="*", default=list(RECIPES), metavar="NAME")
    arguments = parser.parse_args()
    texts = list(training_texts(arguments.data))
    sets = held_out_texts(arguments.data)
    print(f"trained on {sum(map(len, texts)):,} characters in {len(texts):,} texts")
    reference = ht.Tokenizer.from_file(arguments.reference)
    base = {key: tokens(reference, of) for key, of in sets.items()}
    lines = [
        "| | tokens | custom | " + " | ".join(sets) + " | mean of three | lossless | errors |",
        "|---" * (len(sets) + 6) + "|",
        "| reference (tokens) | | | " + " | ".join(f"{n:,}" for n in base.values()) + " | | | |",
    ]
    for name in arguments.only:
        tokenizer = trained(name, texts, arguments.output)
        ratios = {key: tokens(tokenizer, of) / base[key] for key, of in sets.items()}
        mean = sum(ratios[key] for key in TARGETS) / len(TARGETS)
        exact = all(lossless(tokenizer, of) for of in sets.values())
        held = [text for key in TARGETS for text in sets[key]]
        errors = sorted({finding.code for finding in ht.doctor(tokenizer, corpus=held).errors})
        cells = " | ".join(f"{ratio:.3f}" for ratio in ratios.values())
        lines.append(
            f"| {name} | {len(tokenizer):,} | {custom_of(tokenizer):,} | {cells} | {mean:.3f} | "
            f"{'yes' if exact else 'no'} | {', '.join(errors) or 'none'} |"
        )
        print(lines[-1], flush=True)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
