"""What character-level tokenizers are trained on and measured with: texts, and pairs with errors.

The folder of the data holds ``legal``, ``finance``, ``raw_en``, ``turkish/raw`` and ``correction``,
that of the known answers ``character``.
"""

from __future__ import annotations

import itertools
import json
import lzma
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from hybridtok.evaluation import read_pairs
from hybridtok.evaluation.gaps import Pair
from hybridtok.sequences import Edit, diff

#: Where a pair is from, its mode, and the pair.
Grouped = tuple[str, str, Pair]

SEED = 20261128
#: Lines of a domain that get drawn errors, at most.
LINES = 1500
OCR = {
    "ICDAR 2017 monographs": "ICDAR2017_eng_monograph_dev.tsv",
    "ICDAR 2017 periodicals": "ICDAR2017_eng_periodical_train.tsv",
    "BLN600": "bln600_train.tsv",
}


def split(data: Path) -> Iterator[str]:
    """The English that is trained on: 18.5 million characters of law, finance and novels."""
    for path in sorted(Path(data, "legal/contracts").glob("*.jsonl")):
        yield from rows(path)
    codes = Path(data, "legal/dc_code_sections.jsonl")
    yield from (text for k, text in enumerate(rows(codes)) if k % 10 != 9)
    yield Path(data, "legal/federal/statute_comps_8188.txt").read_text("utf-8")
    for path in sorted(Path(data, "finance/10k").glob("*.txt")):
        if "googl" not in path.name:
            yield path.read_text("utf-8")
    novels = Path(data, "raw_en/eltec_eng.txt").read_text("utf-8").splitlines(keepends=True)
    yield from (line for k, line in enumerate(novels) if k % 10 != 9)


def turkish_texts(data: Path) -> list[str]:
    """The Turkish that is trained on."""
    paths = sorted(Path(data, "turkish/raw").glob("*.txt"))
    return [path.read_text("utf-8") for path in paths if path.name != "wiki_ner_dev.txt"]


def turkish_lines(data: Path) -> list[str]:
    """The Turkish lines that are not trained on."""
    return list(tidy(Path(data, "turkish/raw/wiki_ner_dev.txt").read_text("utf-8").split("\n")))


def held_out_lines(data: Path, taken: set[str]) -> Iterator[tuple[str, list[str]]]:
    """By domain some lines that are not trained on, nor are those of the known pairs."""

    def some(texts: Iterable[str]) -> list[str]:
        lines = sorted({line for line in tidy(texts) if line not in taken})
        return random.Random(SEED).sample(lines, min(LINES, len(lines)))

    novels = Path(data, "raw_en/eltec_eng.txt").read_text("utf-8").split("\n")
    yield "novels", some(novels[9::10])
    known = {line.rstrip() for line in novels}
    with lzma.open(data / "raw_en/eltec_eng_full.txt.xz", "rt", encoding="utf-8") as file:
        others = (
            line for line in itertools.islice(file, 0, None, 50) if line.rstrip() not in known
        )
        yield "other novels", some(others)
    codes = itertools.islice(rows(data / "legal/dc_code_sections.jsonl"), 9, None, 10)
    yield "dccode", some(line for text in codes for line in text.split("\n"))
    for domain, name in {
        "legal": "legal/federal/cfr_title27_vol3.txt",
        "finance": "finance/10k/googl-10-k-2025-02-05.txt",
        "encyclopedia": "raw_en/wikitext2_test.txt",
    }.items():
        yield domain, some(Path(data, name).read_text("utf-8").split("\n"))


def tidy(lines: Iterable[str]) -> Iterator[str]:
    """The lines of 40 to 400 characters, their white space made single spaces."""
    for line in lines:
        text = " ".join(unicodedata.normalize("NFKC", line).split())
        if 40 <= len(text) <= 400:
            yield text


def rows(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"]


def known_pairs(golden: Path, data: Path) -> list[Grouped]:
    return read_pairs(golden / "character/stability_pairs.jsonl", data)[0]


def drawn(
    lines: Mapping[str, list[str]], draw: Callable[[str], list[Edit]], times: int = 1
) -> Iterator[Grouped]:
    """An error in each line."""
    for domain, texts in lines.items():
        for text in texts * times:
            if edits := draw(text):
                yield domain, "1", Pair(text, edits)


class Letters:
    """Errors unlike those of training: any letter in place of any other."""

    def __init__(self, seed: int) -> None:
        """Starts the generator."""
        self._random = random.Random(seed)

    def one(self, text: str) -> list[Edit]:
        """One error, if there is a letter."""
        places = [k for k, c in enumerate(text) if c.isascii() and c.isalpha()]
        if not places:
            return []
        place = self._random.choice(places)
        letters = [c for c in "abcdefghijklmnopqrstuvwxyz" if c != text[place]]
        return [Edit(place, place + 1, self._random.choice(letters))]


def misspelled(lines: Mapping[str, list[str]], data: Path) -> Iterator[Grouped]:
    """In each line that has a word which people misspell, one of the misspellings."""
    wrong: dict[str, list[str]] = {}
    for line in Path(data, "correction/spelling/codespell.tsv").read_text("utf-8").splitlines():
        misspelling, word = line.split("\t")
        if word.isalpha() and misspelling.isalpha():
            wrong.setdefault(word, []).append(misspelling)
    draws = random.Random(SEED)
    for domain, texts in lines.items():
        for text in texts:
            words = [w for w in re.finditer(r"\w+", text) if w[0] in wrong]
            if not words:
                continue
            word = draws.choice(words)
            start = word.start()
            edits = diff(word[0], draws.choice(wrong[word[0]]), "char")
            yield domain, "1", Pair(text, [Edit(i + start, j + start, s) for i, j, s in edits])


def real(data: Path, name: str) -> list[Grouped]:
    """Pairs of OCR, as they are."""
    return read_pairs(data / "correction/ocr" / name)[0]
