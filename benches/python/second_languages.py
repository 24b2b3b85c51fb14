"""Morphemes of languages beside Turkish: packs, imports and raw text, with peers in one run.

    HYBRIDTOK_DATA=DIR python benches/python/second_languages.py --record benches/record/DATE.md

``DIR`` holds ``morph_multi`` and ``raw_en``. Needs `tokenizers` and `morfessor`. Words of the gold
standards are taken out of the texts before anything is trained, so they are new to everybody. Each
gold standard is shuffled with a seed and halved: work on packs and constants looks at the first
half only (``--dev``), the figures are those of the second.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import math
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hybridtok as ht
from hybridtok.bench.report import machine
from hybridtok.evaluation.adapters import subject
from hybridtok.evaluation.boundaries import Comparison
from hybridtok.evaluation.gold import Gold, read_gold
from hybridtok.evaluation.subject import encode_words, segments

SEED = 20261128
#: Ids of tokenizers trained on texts, and on lists of words.
TEXT_IDS = 16_000
LIST_IDS = 8_000
WORD = re.compile(r"[^\W\d_]+")

Segment = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class FromText:
    """A language with raw text and gold standards."""

    lang: str
    texts: Sequence[str]
    golds: Sequence[str]
    shipped: bool = True


@dataclass(frozen=True)
class FromList:
    """A language with a list of segmented words, a tenth of which is held out."""

    lang: str
    file: str


TEXTS = [
    FromText(
        "fi",
        ["morph_multi/raw/fi_libreoffice_help.txt"],
        ["morph_multi/morphochallenge/fin-trainset.tsv"],
    ),
    FromText(
        "hu",
        ["morph_multi/raw/hu_eltec.txt", "morph_multi/raw/hu_libreoffice_help.txt"],
        [
            "morph_multi/sigmorphon2022/hun.word.dev.sample.tsv",
            "morph_multi/morphscore/hungarian.tsv",
        ],
    ),
    FromText("en", ["raw_en/eltec_eng.txt"], ["morph_multi/morphochallenge/eng-trainset.tsv"]),
]
LISTS = [
    FromList("hu", "morph_multi/sigmorphon2022/hun.word.dev.sample.tsv"),
    FromList("cs", "morph_multi/sigmorphon2022/ces.word.train.tsv"),
]


@dataclass
class Table:
    """Rows of figures under a heading."""

    title: str
    rows: list[list[str]] = field(default_factory=list)

    HEAD = ("", "P", "R", "F1", "exact", "SIGMORPHON F1", "MorphScore", "left out")

    def add(self, name: str, gold: Gold, segment: Any) -> None:
        """Measures one segmenter."""
        words = encode_words(subject(segment), list(gold.words))
        cut = [segments(w, e.offsets) for w, e in zip(gold.words, words, strict=True)]
        compared = Comparison(gold, cut)
        scores = compared.boundary_scores()
        share, scored, left = compared.morph_score()
        cells = [scores[key] for key in ("precision", "recall", "f1", "exact")]
        row = [name, *("–" if c is None else f"{c:.3f}" for c in cells)]
        row.append(f"{compared.sigmorphon()['f1']:.1f}")
        row += [f"{share:.3f}" if share is not None else "–", f"{left} of {scored + left}"]
        self.rows.append(row)
        print("  ".join(row), flush=True)

    def markdown(self) -> str:
        """As text."""
        lines = [" | ".join(row) for row in (self.HEAD, ["---"] * len(self.HEAD), *self.rows)]
        return f"### {self.title}\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


def main() -> None:
    """Trains, measures, prints, and writes the record."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", default=os.environ.get("HYBRIDTOK_DATA"), metavar="DIR")
    parser.add_argument("--dev", action="store_true", help="the half that may be looked at")
    parser.add_argument("--only", nargs="*", metavar="TASK", help="fi hu en, list-hu list-cs")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("--errors", metavar="DIR", help="with --dev: what was cut otherwise")
    parser.add_argument("--record", metavar="FILE.md")
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("--data or HYBRIDTOK_DATA")
    data = Path(arguments.data)
    tables: list[Table] = []
    for text in TEXTS:
        if not arguments.only or text.lang in arguments.only:
            tables += from_text(text, data, arguments)
    for listed in LISTS:
        if not arguments.only or f"list-{listed.lang}" in arguments.only:
            tables.append(from_list(listed, data, arguments))
    if arguments.record:
        Path(arguments.record).write_text(record(tables, arguments), encoding="utf-8")


def from_text(task: FromText, data: Path, arguments: argparse.Namespace) -> list[Table]:
    golds = [gold_of(data / file) for file in task.golds]
    hidden = {word.lower() for gold in golds for word in gold.words}
    text = "\n".join((data / file).read_text(encoding="utf-8") for file in task.texts)
    text = WORD.sub(lambda word: "" if word[0].lower() in hidden else word[0], text)
    lines = text.split("\n")
    words = Counter(word.lower() for word in WORD.findall(text))
    print(f"\n# {task.lang}: {len(words):,} words", flush=True)
    systems: dict[str, Any] = {}
    if task.shipped:
        systems["hybridtok, shipped pack"] = hybrid(lines, TEXT_IDS, language=task.lang)
    if not arguments.no_build:
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "text.txt"
            file.write_text(text, encoding="utf-8")
            pack = Path(place) / "pack"
            ht.languages.build_lexicon([file], pack, lang=task.lang)
            systems["hybridtok, lexicon build"] = hybrid(lines, TEXT_IDS, lexicon=pack)
    if not arguments.no_peers:
        systems |= peers(lines, words, TEXT_IDS)
    tables = []
    for gold in golds:
        halves = halved(gold)
        gold = halves[0] if arguments.dev else halves[1]
        half = "first half" if arguments.dev else "second half"
        table = Table(f"{task.lang}: {gold.name}, {half}: {len(gold.words):,} words")
        print(table.title, flush=True)
        measure(table, gold, systems, arguments)
        tables.append(table)
    return tables


def from_list(task: FromList, data: Path, arguments: argparse.Namespace) -> Table:
    gold = read_gold(data / task.file)
    order = list(range(len(gold.words)))
    random.Random(SEED).shuffle(order)
    tenth = len(order) // 10
    # The held-out tenth is never looked at; the next one stands in for it while working.
    held, after = (
        (order[:tenth], order[tenth:])
        if not arguments.dev
        else (
            order[tenth : 2 * tenth],
            order[2 * tenth :],
        )
    )
    test, train = part_of(gold, held), part_of(gold, after)
    table = Table(
        f"{task.lang}: {gold.name}, {'second' if arguments.dev else 'first'} tenth, "
        f"{len(test.words):,} words; {len(train.words):,} to learn from"
    )
    print("\n# " + table.title, flush=True)
    systems: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "train.tsv"
        rows = zip(train.words, train.analyses, strict=True)
        file.write_text("".join(f"{w}\t{' @@'.join(a[0])}\n" for w, a in rows), encoding="utf-8")
        pack = Path(place) / "pack"
        ht.languages.import_lexicon("sigmorphon", [file], pack, lang=task.lang)
        systems["hybridtok, lexicon import"] = hybrid(train.words, LIST_IDS, lexicon=pack)
    if not arguments.no_peers:
        words = Counter({word.lower(): 1 for word in train.words})
        systems |= peers(train.words, words, LIST_IDS)
        systems["tokenizers Unigram of the segments"] = counted_unigram(train)
        systems["Morfessor, semi-supervised"] = semi_supervised(train)
    measure(table, test, systems, arguments)
    return table


def measure(
    table: Table, gold: Gold, systems: dict[str, Any], arguments: argparse.Namespace
) -> None:
    for name, system in systems.items():
        if isinstance(system, ht.Tokenizer) and name.startswith("hybridtok,"):
            table.add(name, gold, morphemes_of(system))
            table.add(f"{name}: its tokens", gold, system)
            if arguments.errors and arguments.dev:
                note_errors(arguments.errors, f"{table.title[:2]} {gold.name} {name}", gold, system)
        else:
            table.add(name, gold, system)


def note_errors(place: str, name: str, gold: Gold, system: ht.Tokenizer) -> None:
    lines = []
    for word, analyses in zip(gold.words, gold.analyses, strict=True):
        mine = morphemes_of(system)(word)
        if mine not in [list(analysis) for analysis in analyses]:
            wanted = "|".join("+".join(analysis) for analysis in analyses)
            named = ""
            for run in re.findall(r"\w+", word):
                for _, morphemes in system.analyses(run, 1):
                    named += " " + "+".join(m["name"] or f"?{m['surface']}" for m in morphemes)
            lines.append(f"{word}\t{wanted}\t{'+'.join(mine)}\t{named.strip()}\n")
    Path(place).mkdir(exist_ok=True)
    file = Path(place) / (re.sub(r"\W+", "-", name) + ".tsv")
    file.write_text("".join(lines), encoding="utf-8")


def gold_of(path: Path) -> Gold:
    """Rows whose segments make the word; those of MorphScore have two segments."""
    if path.parent.name == "morphscore":
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        table = {word: [[stem, rest]] for word, stem, rest in rows if stem + rest == word}
        return Gold(f"MorphScore {path.name}", list(table), list(table.values()))
    text = path.read_text(encoding="utf-8")
    if "morphochallenge" in str(path):
        kept: dict[str, list[list[str]]] = {}
        for line in text.splitlines():
            word, cut, *_ = line.split("\t")
            parts = [[p for p in a.strip().split("+") if p] for a in re.split(r"[|,]", cut)]
            parts = [a for a in parts if "".join(a) == word]
            if parts and word.lower() == word:
                kept.setdefault(word, []).extend(parts)
        return Gold(path.name, list(kept), list(kept.values()))
    gold = read_gold(path)
    rows = [
        (word, [list(a) for a in analyses if "".join(a) == word])
        for word, analyses in zip(gold.words, gold.analyses, strict=True)
    ]
    rows = [(word, analyses) for word, analyses in rows if analyses]
    return Gold(path.name, [word for word, _ in rows], [a for _, a in rows])


def morphemes_of(system: ht.Tokenizer) -> Segment:
    """Words cut into morphemes; punctuation within them goes to what is behind it."""

    def cut(word: str) -> list[str]:
        parts: list[str] = []
        mark = ""
        for run in re.split(r"([\W_])", word):
            if re.fullmatch(r"[\W_]", run):
                mark += run
            elif run:
                first, *rest = system.segment(run)
                parts += [mark + first, *rest]
                mark = ""
        return [*parts, mark] if mark else parts

    return cut


def part_of(gold: Gold, places: Iterable[int]) -> Gold:
    places = sorted(places)
    return Gold(gold.name, [gold.words[k] for k in places], [gold.analyses[k] for k in places])


def halved(gold: Gold) -> tuple[Gold, Gold]:
    order = list(range(len(gold.words)))
    random.Random(SEED).shuffle(order)
    half = len(order) // 2
    return part_of(gold, order[:half]), part_of(gold, order[half:])


def hybrid(lines: Sequence[str], size: int, **pack: Any) -> ht.Tokenizer:
    return ht.train_hybrid(lines, vocab_size=size, merges=0, min_frequency=1, **pack)


def peers(lines: Sequence[str], words: Counter[str], size: int) -> dict[str, Any]:
    weighed = {"Morfessor, each word once": morfessor(words, lambda _: 1)}
    if max(words.values()) > 1:
        by_log = morfessor(words, lambda count: round(math.log(count + 1, 2)))
        weighed["Morfessor, logarithm of counts"] = by_log
    return weighed | {
        f"tokenizers Unigram {size:,}": unigram(lines, size),
        f"tokenizers BPE {size:,}": bpe(lines, size),
    }


def morfessor(words: Counter[str], weigh: Callable[[int], int], **options: Any) -> Any:
    from morfessor import BaselineModel

    # It goes through the words in a random order.
    random.seed(SEED)
    model = BaselineModel()
    model.load_data([(weigh(count), word) for word, count in sorted(words.items())])
    model.train_batch()
    return model


def semi_supervised(train: Gold) -> Any:
    """Morfessor with the segmentations as annotations, where they make the word."""
    from morfessor import BaselineModel

    random.seed(SEED)
    known = {
        word: [tuple(a) for a in analyses if "".join(a) == word]
        for word, analyses in zip(train.words, train.analyses, strict=True)
    }
    known = {word: analyses for word, analyses in known.items() if analyses}
    model = BaselineModel()
    model.load_data([(1, word) for word in sorted(set(train.words))])
    model.set_annotations(known)
    model.train_batch()
    return model


def trained(model: Any, trainer: Any, lines: Sequence[str]) -> Any:
    from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers

    made = Tokenizer(model)
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace()]
    )
    made.decoder = decoders.Metaspace()
    made.train_from_iterator(lines, trainer)
    return made


def unigram(lines: Sequence[str], size: int) -> Any:
    from tokenizers import models, trainers

    trainer = trainers.UnigramTrainer(
        vocab_size=size, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False
    )
    return trained(models.Unigram(), trainer, lines)


def bpe(lines: Sequence[str], size: int) -> Any:
    from tokenizers import models, trainers

    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False)
    return trained(models.BPE(), trainer, lines)


def counted_unigram(train: Gold) -> Any:
    """Segments with the logarithm of their share; what the specification's figures were made by."""
    from tokenizers import Tokenizer, models

    counts = Counter(part for analyses in train.analyses for part in analyses[0])
    counts.update({letter: 1 for word in train.words for letter in word})
    total = sum(counts.values())
    vocabulary = [("<unk>", -30.0)] + [(s, math.log(c / total)) for s, c in counts.items()]
    return Tokenizer(models.Unigram(vocabulary, 0, False))


def record(tables: Sequence[Table], arguments: argparse.Namespace) -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("tokenizers", "Morfessor")
    )
    return "\n".join(
        [f"{machine()}. hybridtok {ht.__version__}, {versions}. Seed {SEED}.", ""]
        + [table.markdown() for table in tables]
    )


if __name__ == "__main__":
    main()
