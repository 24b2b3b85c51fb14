"""Raw text: affixes and stems found in nothing but its words (`rust/core/morph/induce.rs`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from hybridtok import _core
from hybridtok.corpus.documents import Documents, open_files
from hybridtok.languages.found import Found, is_word
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, fold

__all__ = ["count_words", "induce", "read"]

#: Morphs that fewer words use, on average over samples, are chance: of affixes at least 5, and one
#: word in 2,000.
_LEAST_AFFIX = 5
_AFFIX_SHARE = 2000
_LEAST_STEM = 0.5
#: Shorter stems would cut unknown words to pieces.
_STEM_LETTERS = 3

Report = Callable[[str, int, int], None]


def read(files: Sequence[Path_], pack: PackText, report: Report | None = None) -> Found:
    """Finds morphs in texts.

    Raises:
        TrainingError: there is no word.
        FileNotFoundError, EncodingError: a file cannot be read.
    """
    return induce(count_words(open_files(files), pack.lang), report)


def count_words(documents: Documents, lang: str) -> Counter[str]:
    """The words of a corpus, folded, that consist of letters."""
    import re

    letters = re.compile(r"[^\W\d_][^\W_]*")
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(letters.findall(document))
    folded: Counter[str] = Counter()
    for word, count in counts.items():
        if word.isalpha() and is_word(low := fold(word, lang)):
            folded[low] += count
    return folded


def induce(counts: Counter[str], report: Report | None = None) -> Found:
    """Roots and affixes of counted words."""
    found = Found()
    induction = _core.induce_morphs(sorted(counts.items()), report=report)
    least = max(_LEAST_AFFIX, len(counts) / _AFFIX_SHARE)
    for morph, part, count in induction.morphs():
        if part == "suffix":
            if count >= least:
                found.affix(morph, count=round(count))
        elif part == "prefix":
            if count >= least:
                found.root(morph, "PREF", None, round(count))
        elif count >= _LEAST_STEM and len(morph) >= _STEM_LETTERS:
            found.root(morph, "X", None, max(1, round(count)))
    for word, count in counts.items():
        found.segments[tuple(morph for morph, _ in induction.segment(word))] += count
    found.compounds |= induction.compounding() >= _COMPOUNDING
    return found


#: Of a hundred words, so many have a second stem in a language that makes compounds.
_COMPOUNDING = 0.05
