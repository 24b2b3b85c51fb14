"""The floors that the engine must reach, measured beside every installed peer.

    python benches/python/compare.py --english FILE --turkish FILE --mix FILE \\
        --tokenizer cl100k.json --tokenizer o200k.json --record benches/record/DATE-peers.md

The texts are UTF-8 files; the first ``--megabytes`` of each are used. The first tokenizer runs all
cases; further ones run long documents and loading. What is measured, and how, is in
`hybridtok.bench`; this file only says which numbers must be reached.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shlex
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from hybridtok.bench import Plan, Result, Row, report, run

sys.path.insert(0, str(Path(__file__).parent))
import sentencepiece_models


@dataclass(frozen=True)
class Floor:
    """``way`` of ours must be ``factor`` times as good as ``peer``, or ``at_most`` seconds."""

    case: str
    way: str
    state: str = ""
    peer: str = ""
    factor: float = 1.0
    texts: tuple[str, ...] = ()
    measure: str = "cpu_s"
    at_most: float | None = None


FLOORS = [
    Floor("document", "encode_ids", "cold", "gigatoken", 1.0, ("English",)),
    Floor("document", "encode_ids", "warm", "gigatoken", 1.0, ("English",)),
    Floor("document", "encode_ids", "cold", "gigatoken", 1.5, ("Turkish", "mix")),
    Floor("document", "encode_ids", "cold", "sentencepiece", 3.0),
    Floor("batch", "encode_batch_ids", "cold", "gigatoken", 1.0),
    Floor("batch", "encode_batch_ids", "warm", "gigatoken", 1.0),
    Floor("batch", "encode_batch_ids", "cold", "sentencepiece", 3.0),
    Floor("encodings", "encode_batch", "cold", "tokenizers", 5.0),
    Floor("encodings", "encode_batch", "cold", "tokenizers", 10.0, measure="memory"),
    Floor("prompt-64", "encode_ids", "", "tokenizers", 10.0),
    Floor("prompt-128", "encode_ids", "", "tokenizers", 10.0),
    Floor("prompt-512", "encode_ids", "", "tokenizers", 10.0),
    Floor("decode", "decode", "", "rs_bpe", 1.2),
    Floor("load", "", "", at_most=0.1),
    Floor("train", "", "", "gigabpe", 1.0, ("English",)),
    Floor("train", "", "", "gigabpe", 1 / 1.2, ("English",), measure="memory"),
    Floor("train", "", "", "gigabpe", 2.0, ("mix",)),
]


@dataclass
class Measured:
    """A result, with the text and the tokenizer it belongs to."""

    text: str
    tokenizer: str
    result: Result


def main() -> int:
    """Measures, prints, and writes the record. Returns 1 if an output of ours is wrong."""
    arguments = _arguments()
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        texts = _texts(arguments, directory)
        for text, tokenizer, plan in _plans(arguments, texts, directory):
            for result in run(plan, lambda case, *_: print(f"  {case}", file=sys.stderr)):
                measured.append(Measured(text, tokenizer, result))
                _show(measured[-1])
            # Written again and again: a run that is stopped leaves what it has.
            if arguments.record:
                Path(arguments.record).write_text(_record(measured), encoding="utf-8")
    print("\n".join(_verdicts(measured)))
    wrong = [row for m in measured for row in m.result.rows if row.peer == "hybridtok"]
    return int(any(row.difference for row in wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--english", metavar="FILE")
    parser.add_argument("--turkish", metavar="FILE")
    parser.add_argument("--mix", metavar="FILE", help="many languages")
    parser.add_argument("--tokenizer", metavar="JSON", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=float, default=8.0, help="of each text")
    parser.add_argument("--train-megabytes", type=float, default=64.0, help="for training; 0: not")
    parser.add_argument("--check-megabytes", type=float, default=1.0, help="for `tokenizers`")
    parser.add_argument("--peers", default="", help="names, with commas; by default all")
    parser.add_argument("--record", metavar="FILE.md")
    return parser.parse_args()


def _texts(arguments: argparse.Namespace, directory: Path) -> dict[str, Path]:
    """The starts of the texts, as files."""
    names = {"English": arguments.english, "Turkish": arguments.turkish, "mix": arguments.mix}
    return {
        text: _start(Path(path), directory / f"{text}.txt", arguments.megabytes)
        for text, path in names.items()
        if path
    }


def _start(source: Path, target: Path, megabytes: float) -> Path:
    with source.open("rb") as file:
        data = file.read(round(megabytes * 1e6))
    target.write_bytes(data.decode("utf-8", "ignore").encode())
    return target


def _plans(
    arguments: argparse.Namespace, texts: dict[str, Path], directory: Path
) -> list[tuple[str, str, Plan]]:
    """What is measured: text, tokenizer, plan."""
    base = Plan(
        text="",
        tokenizer="",
        rounds=arguments.rounds,
        peers=tuple(name for name in arguments.peers.split(",") if name),
        check_bytes=round(arguments.check_megabytes * 1e6),
        memory=False,
    )
    plans: list[tuple[str, str, Plan]] = []
    small = "Turkish" if "Turkish" in texts else next(iter(texts))
    for number, path in enumerate(arguments.tokenizer):
        plan = replace(base, tokenizer=path)
        name = Path(path).stem
        for text, file in texts.items():
            cases = ("document", "batch") if number == 0 else ("document",)
            plans.append((text, name, replace(plan, text=file, cases=cases)))
        plan = replace(plan, text=texts[small])
        if number == 0:
            plans.append((small, name, replace(plan, cases=("encodings",), memory=True)))
            cases = ("prompt-64", "prompt-128", "prompt-512", "decode", "load")
            plans.append((small, name, replace(plan, cases=cases)))
        else:
            plans.append((small, name, replace(plan, cases=("load",))))
    if "Turkish" in texts:
        for kind in ("bpe", "unigram"):
            model, path = sentencepiece_models.make(texts["Turkish"], directory, kind, 16_000)
            plan = replace(base, text=texts["Turkish"], tokenizer=path, sentencepiece=model)
            plans.append(("Turkish", path.stem, replace(plan, cases=("document", "batch"))))
    for text, vocab_size in (("English", 32_000), ("mix", 128_000)):
        if text in texts and arguments.train_megabytes:
            source = Path(getattr(arguments, text.lower()))
            file = _start(source, directory / f"{text}-train.txt", arguments.train_megabytes)
            plan = replace(base, text=file, vocab_size=vocab_size, cases=("train",), memory=True)
            plans.append((text, f"{vocab_size:,} tokens", plan))
    return plans


def _verdicts(measured: list[Measured]) -> list[str]:
    """A line of Markdown for each floor that was measured.

    Models of `sentencepiece` have their floors beside it, all others beside the other peers.
    """
    lines = [
        "| case | text, tokenizer | threads | ours | floor | measured | |",
        "|---|---|---|---|---|---|---|",
    ]
    for floor in FLOORS:
        for m in measured:
            own = m.tokenizer.startswith("sentencepiece") == (floor.peer == "sentencepiece")
            fits = floor.case == m.result.case and (not floor.texts or m.text in floor.texts)
            if own and fits:
                lines += _verdict(floor, m)
    return lines


def _verdict(floor: Floor, m: Measured) -> list[str]:
    ours = m.result.row("hybridtok", floor.way, floor.state)
    if ours is None:
        return []
    case = f"{floor.case} {floor.state}".strip()
    start = f"| {case} | {m.text}, {m.tokenizer} | {m.result.threads} | {floor.way or 'itself'} |"
    if floor.at_most is not None:
        reached = "reached" if ours.cpu_s <= floor.at_most else "NOT REACHED"
        return [f"{start} {floor.at_most} s | {ours.cpu_s:.3f} s | {reached} |"]
    peer = m.result.row(floor.peer, None, floor.state)
    if peer is None:
        return []
    ratio = _ratio(floor, m, ours, peer)
    if ratio is None:
        return []
    reached = "reached" if ratio >= floor.factor else "NOT REACHED"
    if floor.measure == "memory":
        return [
            f"{start} at most {1 / floor.factor:.2g} times the memory of {floor.peer} "
            f"| {1 / ratio:.2f} | {reached} |"
        ]
    return [f"{start} {floor.factor:.2g} times {floor.peer} | {ratio:.2f} | {reached} |"]


def _ratio(floor: Floor, m: Measured, ours: Row, peer: Row) -> float | None:
    """How many times as good; by CPU time at one thread, by the wall at more."""
    if floor.measure == "memory":
        if not ours.memory or not peer.memory:
            return None
        return peer.memory / ours.memory
    if m.result.threads > 1:
        return ours.megabytes_per_second / peer.megabytes_per_second
    return ours.megabytes_per_cpu_second / peer.megabytes_per_cpu_second


def _show(m: Measured) -> None:
    console = Console(width=140, highlight=False, emoji=False)
    console.print(f"{m.text}, {m.tokenizer}", markup=False)
    console.print(report.table(m.result, "tokenizers"))
    for note in report.notes(m.result):
        console.print(f"  {note}", markup=False)


def _record(measured: list[Measured]) -> str:
    """The whole record."""
    today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    command = " ".join(shlex.quote(Path(part).name if "/" in part else part) for part in sys.argv)
    packages = ", ".join(f"{name} {version}" for name, version in report.versions().items())
    lines = [
        f"# {today}: beside every installed peer",
        "",
        f"{report.machine()}{_load()}.",
        f"{packages}.",
        "",
        f"    python {command}",
        "",
        "Every round runs every candidate once, one after the other; medians. CPU is seconds of",
        "all threads; ratios are of CPU time at one thread and of the wall at more. Cold is a",
        "fresh tokenizer's first text, warm the same text again. `tokenizers` gets the start of",
        "long documents only; its output there is compared with everybody's, the rest with ours.",
        "Memory is the growth of the peak in a fresh process.",
        "",
        "## Floors",
        "",
        *_verdicts(measured),
        "",
    ]
    for m in measured:
        lines += [f"## {m.text}, {m.tokenizer}", "", report.markdown(m.result, "tokenizers")]
    return "\n".join(lines)


def _load() -> str:
    """What else the machine was doing: times on the wall are worth little where it was busy."""
    if not hasattr(os, "getloadavg"):
        return ""
    averages = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return f"; load averages at the end {averages} (1, 5, 15 minutes), this run's own included"


if __name__ == "__main__":
    sys.exit(main())
