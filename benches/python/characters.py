"""Character-level presets beside KL3M's files and plain BPE: length, stability, training time.

    HYBRIDTOK_DATA=DIR HYBRIDTOK_GOLDEN=DIR python benches/python/characters.py \\
        --o200k o200k.json --record benches/record/DATE-characters.md

What is where, and where errors come from: `character_data.py`, beside this file; the record's words
are in `characters.md`. What is trained sees no text that is measured.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import os
import pickle
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import character_data as given
import tokenizers
from character_data import Grouped

import hybridtok as ht
from hybridtok.bench.report import machine
from hybridtok.evaluation.adapters import subject
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.stability import StabilityOfAll
from hybridtok.training.presets import CHAR_PRESETS, KL3M_SPECIAL_TOKENS

#: Of a tokenizer: chars/token, INV, its standard error, flips, damage, inflation, pairs.
Row = Mapping[str, Any]
#: The rows of all tokenizers over some pairs, and McNemar's p of any two.
Measured = tuple[dict[str, Row], dict[frozenset[str], float]]

KL3M = {"4k": "KL3M char-4k", "8k": "KL3M char-8k", "16k": "KL3M char-16k"}
#: The plain BPE of a preset's size and about its length.
PLAIN = {
    "kl3m-char-4k": "plain, cap 3, 4k",
    "kl3m-char-8k": "plain, cap 3, 8k",
    "kl3m-char-16k": "plain, cap 4, 16k",
    "char-5x16k": "plain, cap 5, 16k",
    "char-6x32k": "plain, cap 6, 32k",
    "steady-4k": "plain, cap 3, 4k",
    "steady-8k": "plain, cap 3, 8k",
    "steady-16k": "plain, cap 4, 16k",
    "steady-16k-long": "plain, cap 5, 16k",
    "steady-32k": "plain, cap 6, 32k",
}
#: Tokenizers whose speed is measured, one a pattern and more.
SPEED = (
    "plain, cap 3, 8k",
    "kl3m-char-8k, whitespace",
    "kl3m-char-8k",
    "char-6x32k",
    "steady-8k",
    "steady-16k",
    "steady-32k",
)
ROUNDS = 5


def main() -> None:
    """Trains, measures, prints, and writes the record."""
    arguments = parse()
    data, golden = Path(os.environ["HYBRIDTOK_DATA"]), Path(os.environ["HYBRIDTOK_GOLDEN"])
    known = [pair for pair in given.known_pairs(golden, data) if pair[1] == "1"]
    taken = {pair.clean for _, _, pair in known}
    others = released(golden, arguments.o200k)

    seconds: dict[str, tuple[float, float]] = {}
    made = others | trained(english_recipes(list(given.split(data))), seconds)
    lines = dict(given.held_out_lines(data, taken))
    pairs = {
        "known": [pair for pair in known if pair[0] != "turkish"],
        "drawn": list(given.drawn(lines, Noise(given.SEED).one)),
        "letters": list(given.drawn(lines, given.Letters(given.SEED).one)),
        "misspelled": list(given.misspelled(lines, data)),
        **{name: given.real(data, file) for name, file in given.OCR.items()},
    }
    measured = {name: measure(made, some) for name, some in pairs.items()}

    texts, turkish = given.turkish_texts(data), given.turkish_lines(data)
    fresh = {"turkish": [line for line in turkish if line not in taken]}
    pairs["turkish"] = [pair for pair in known if pair[0] == "turkish"]
    pairs["turkish_drawn"] = list(given.drawn(fresh, Noise(given.SEED).one, times=3))
    tr_made = others | trained(turkish_recipes(texts), seconds)
    tr_measured = [measure(tr_made, pairs[name]) for name in ("turkish", "turkish_drawn")]

    novels = Path(data, "raw_en/eltec_eng.txt").read_text("utf-8")
    words = {
        "date": Path(arguments.record or "DATE").name[:10],
        "arguments": " ".join(
            [f"--{name} {Path(value).name}" for name, value in vars(arguments).items() if value]
        ),
        "machine": machine(),
        "version": ht.__version__,
        "peer": tokenizers.__version__,
        "lines": given.LINES,
        "rounds": ROUNDS,
        "megabytes": len(novels.encode()) / 1e6,
        **{f"{name}_pairs": len(some) for name, some in pairs.items()},
        "known": stability_table(measured["known"], seconds),
        "others": short_table([measured[name] for name in ("drawn", "letters", "misspelled")]),
        "ocr": ocr_table({name: measured[name] for name in given.OCR}),
        "turkish": turkish_table(tr_measured, fragments(tr_made, texts, turkish)),
        "speed": speed_table({name: made[name] for name in SPEED}, novels),
    }
    text = Path(__file__).with_suffix(".md").read_text("utf-8").format(**words)
    print(text)
    if arguments.record:
        Path(arguments.record).write_text(text, encoding="utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--o200k", metavar="FILE.json")
    parser.add_argument("--record", metavar="FILE.md")
    return parser.parse_args()


# Tokenizers.


def released(golden: Path, o200k: str | None) -> dict[str, ht.Tokenizer]:
    files = {
        name: golden / f"character/kl3m/kl3m-004-char-{size}-cased.json"
        for size, name in KL3M.items()
    }
    if o200k:
        files["o200k"] = Path(o200k)
    return {name: ht.Tokenizer.from_file(path) for name, path in files.items()}


Recipes = dict[str, Callable[[], ht.Tokenizer]]


def english_recipes(texts: list[str]) -> Recipes:
    plain = {"normalizer": "nfkc", "min_frequency": 2, "special_tokens": KL3M_SPECIAL_TOKENS}
    made: Recipes = {
        f"BPE, {size // 1024}k": lambda size=size: ht.train_bpe(texts, vocab_size=size, **plain)
        for size in (4_096, 32_768)
    }
    for preset in ("kl3m-char-4k", "kl3m-char-8k", "kl3m-char-16k", "char-5x16k", "char-6x32k"):
        made[PLAIN[preset]] = lambda preset=preset: ht.train_char(
            texts, preset=preset, pattern="gpt2", noise=0
        )
    for preset in CHAR_PRESETS:
        made[preset] = lambda preset=preset: ht.train_char(texts, preset=preset)
    for pattern in ("gpt2", "whitespace"):
        made[f"kl3m-char-8k, {pattern}"] = lambda pattern=pattern: ht.train_char(
            texts, preset="kl3m-char-8k", pattern=pattern
        )
    for preset in ("kl3m-char-8k", "steady-8k", "steady-16k", "steady-32k"):
        made[f"{preset}, noise 0"] = lambda preset=preset: ht.train_char(
            texts, preset=preset, noise=0
        )
    return made


def turkish_recipes(texts: list[str]) -> Recipes:
    options: dict[str, dict[str, Any]] = {
        "plain, cap 3, 8k": {"preset": "kl3m-char-8k", "pattern": "gpt2", "noise": 0},
        "kl3m-char-8k": {"preset": "kl3m-char-8k"},
        "kl3m-char-16k": {"preset": "kl3m-char-16k"},
        "char-5x16k": {"preset": "char-5x16k"},
        "steady-8k, steady-turkish": {"preset": "steady-8k", "pattern": "steady-turkish"},
    }
    return {
        name: lambda chosen=chosen: ht.train_char(texts, alphabet="chars", **chosen)
        for name, chosen in options.items()
    }


def trained(recipes: Recipes, seconds: dict[str, tuple[float, float]]) -> dict[str, ht.Tokenizer]:
    """The tokenizers; notes seconds and seconds of processors that each took."""
    made = {}
    for name, train in recipes.items():
        start, used = time.perf_counter(), time.process_time()
        made[name] = train()
        seconds[name] = time.perf_counter() - start, time.process_time() - used
    return made


def fragments(
    made: Mapping[str, ht.Tokenizer], texts: Iterable[str], lines: Iterable[str]
) -> dict[str, float]:
    """The share of tokens that are a part of a character, on text made of characters of texts."""
    known = {c for text in texts for c in unicodedata.normalize("NFKC", text)}
    lines = [line for line in lines if known.issuperset(line)]
    found = {}
    for name, tokenizer in made.items():
        ids = list(itertools.chain.from_iterable(tokenizer.encode_ids(x).tolist() for x in lines))
        broken = {id for id in set(ids) if not is_text(tokenizer.decode_bytes([id]))}
        found[name] = sum(id in broken for id in ids) / len(ids)
    return found


def is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# Measuring.


def measure(made: Mapping[str, ht.Tokenizer], pairs: list[Grouped]) -> Measured:
    """Of each tokenizer the metrics over all pairs, and McNemar's p of any two."""
    of_all = StabilityOfAll({name: subject(tokenizer) for name, tokenizer in made.items()})
    of_all.add((domain, mode or "1", pair) for domain, mode, pair in pairs)
    results, comparisons = of_all.results()
    domains = len({domain for domain, _, _ in pairs})
    rows = {}
    for name, groups in results.items():
        *parts, last = groups.values()
        rows[name] = {**last, "chars_per_token": harmonic(parts if domains > 1 else [last])}
    group = list(next(iter(results.values())))[-1]
    p = {frozenset((c["a"], c["b"])): c["p"] for c in comparisons if c["pairs"] == group}
    return rows, p


def harmonic(groups: Iterable[Row]) -> float:
    """The harmonic mean of characters a token over domains, weighted by their pairs."""
    groups = list(groups)
    pairs = sum(group["pairs"] for group in groups)
    return float(pairs / sum(group["pairs"] / group["chars_per_token"] for group in groups))


# Tables.


def stability_table(
    measured: Measured,
    seconds: Mapping[str, tuple[float, float]],
) -> str:
    found, p = measured
    lines = []
    for name, row in found.items():
        kl3m = KL3M.get(size_of(name), "")
        plain = PLAIN.get(name.split(",")[0], "")
        took = seconds.get(name)
        lines.append(
            [
                named(name),
                f"{row['vocab_size']:,}",
                f"{row['chars_per_token']:.3f}",
                inv(row),
                f"{row['flips_per_edit']:.3f}",
                f"{row['damage']:.3f}",
                shown(p.get(frozenset((name, kl3m)))),
                shown(p.get(frozenset((name, plain)))),
                "" if took is None else f"{took[0]:.1f} / {took[1]:.1f}",
            ]
        )
    head = ["", "tokens", "c/t", "INV ± se", "flips/edit", "damage", "p, KL3M", "p, plain"]
    return table([*head, "trained in s"], lines)


def short_table(measured: list[Measured]) -> str:
    lines = []
    for name in measured[0][0]:
        found = [rows[name] for rows, _ in measured]
        cells = (f"{inv(row)} / {row['flips_per_edit']:.3f}" for row in found)
        lines.append([named(name), f"{found[0]['chars_per_token']:.3f}", *cells])
    return table(["", "c/t", "drawn", "letters", "misspelled"], lines)


def ocr_table(scanned: Mapping[str, Measured]) -> str:
    names = next(iter(scanned.values()))[0]
    lines = []
    for name in names:
        found = [rows[name] for rows, _ in scanned.values()]
        cells = (
            f"{row['chars_per_token']:.2f} / {row['flips_per_edit']:.3f} / {row['inflation']:.3f}"
            for row in found
        )
        lines.append([named(name), *cells])
    counts = (
        f"{name} ({next(iter(rows.values()))['pairs']:,})" for name, (rows, _) in scanned.items()
    )
    return table(["", *counts], lines)


def turkish_table(measured: list[Measured], broken: dict[str, float]) -> str:
    (known, p), (fresh, fresh_p) = measured
    plain = "plain, cap 3, 8k"

    def beside(p: dict[frozenset[str], float], name: str) -> str:
        return shown(p.get(frozenset((name, plain)))) if "8k" in name else ""

    lines = [
        [
            named(name),
            f"{row['vocab_size']:,}",
            f"{row['chars_per_token']:.3f}",
            inv(row),
            f"{row['flips_per_edit']:.3f}",
            beside(p, name),
            f"{fresh[name]['chars_per_token']:.3f}",
            f"{inv(fresh[name])} / {fresh[name]['flips_per_edit']:.3f}",
            beside(fresh_p, name),
            f"{100 * broken[name]:.2f} %" if broken[name] else "0",
        ]
        for name, row in known.items()
    ]
    head = ["", "tokens", "c/t", "INV ± se", "flips/edit", "p, plain", "c/t", "drawn", "p, plain"]
    return table([*head, "fragments"], lines)


def speed_table(named_tokenizers: Mapping[str, ht.Tokenizer], text: str) -> str:
    lines = [line for line in text.split("\n") if line]
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for name, tokenizer in named_tokenizers.items():
            # A pickled tokenizer remembers no words.
            fresh = pickle.loads(pickle.dumps(tokenizer))
            peer = tokenizers.Tokenizer.from_str(tokenizer.to_str())
            whole = functools.partial(fresh.encode_ids, threads=1)
            ways = [(fresh.encode_ids, lines), (fresh.encode_ids, lines), (whole, [text])]
            for way, (work, texts) in enumerate([*ways, (peer.encode, lines[:3000])]):
                start = time.process_time()
                for one in texts:
                    work(one)
                used = time.process_time() - start
                size = sum(len(one.encode()) for one in texts) / 1e6
                found.setdefault((name, way), []).append(size / used)
            for line in lines[:3000:7]:
                if fresh.encode_ids(line).tolist() != peer.encode(line).ids:
                    raise SystemExit(f"{name} differs from tokenizers on {line!r}")
    cells = []
    for name in named_tokenizers:
        *ours, theirs = (statistics.median(found[name, way]) for way in range(4))
        rates = [f"{rate:.0f}" for rate in ours]
        cells.append([named(name), *rates, f"{theirs:.1f}", f"{ours[0] / theirs:.0f}"])
    head = ["", "fresh", "used", "one text", "tokenizers, lines", "fresh / tokenizers"]
    return table(head, cells)


def size_of(name: str) -> str:
    found = re.search(r"(?<!\d)(\d+k)", name.removeprefix("char-5x").removeprefix("char-6x"))
    return found[1] if found else ""


def inv(row: Row) -> str:
    return f"{row['inv']:.3f} ± {row['inv_se']:.3f}".replace("0.", ".")


def shown(p: float | None) -> str:
    return "" if p is None else "<1e-99" if p < 1e-99 else f"{p:.2g}" if p > 1e-3 else f"{p:.0e}"


def named(name: str) -> str:
    return f"**{name}**" if name in CHAR_PRESETS else name


def table(head: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *lines])


if __name__ == "__main__":
    main()
