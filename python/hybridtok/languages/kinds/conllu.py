"""Treebanks: CoNLL-U, or its columns form, lemma, part of speech, features alone.

Roots are lemmas with their counts. How a stem changes is read off the forms: the lemma up to its
last letters is looked for at the beginning of the form, and what follows must be affixes of the
pack.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from hybridtok.languages.found import Found
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fold, read_lines

__all__ = ["attributes_of", "read", "voiced_form"]

_POS = {
    "NOUN": "N",
    "PROPN": "N",
    "VERB": "V",
    "AUX": "V",
    "ADJ": "ADJ",
    "ADV": "ADV",
    "PRON": "PRON",
    "NUM": "NUM",
    "ADP": "POSTP",
    "CCONJ": "CONJ",
    "SCONJ": "CONJ",
    "CONJ": "CONJ",
    "INTJ": "INTERJ",
    "DET": "DET",
    "PART": "X",
    "X": "X",
}
_IGNORED = ("PUNCT", "SYM", "_")
#: Forms that must show a change of the stem before it is believed.
_EVIDENCE = 2


def read(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads treebanks.

    Raises:
        FormatError: a line that is neither a comment nor a token.
    """
    found = Found()
    lemmas: Counter[tuple[str, str, bool]] = Counter()
    forms: defaultdict[tuple[str, str, bool], Counter[str]] = defaultdict(Counter)
    for path in files:
        for number, line in read_lines(path):
            columns = line.split("\t")
            if not line.strip() or (line.startswith("#") and len(columns) < 4):
                continue
            if len(columns) == 10:
                # Parts of multiword tokens and empty nodes: 3-4, 5.1.
                if not columns[0].isdecimal():
                    continue
                columns = columns[1:4]
            elif len(columns) < 3:
                shape = "a token is ten columns, or form, lemma, part of speech, features"
                raise bad_line(path, number, shape, "CoNLL-U")
            elif columns[0].startswith("+") and columns[1] == "_":
                continue
            form, lemma, upos = columns[:3]
            if upos in _IGNORED:
                continue
            if upos not in _POS:
                raise bad_line(path, number, f"no part of speech {upos!r}", "CoNLL-U")
            form, lemma = fold(form, pack.lang), fold(lemma, pack.lang)
            pos = _POS[upos]
            if pos == "V":
                lemma = _without_infinitive(lemma, form, pack)
            key = (lemma, pos, upos == "PROPN")
            lemmas[key] += 1
            # What stands behind an apostrophe says nothing about the stem.
            forms[key][form.replace("’", "'").split("'")[0]] += 1
    for key, count in lemmas.items():
        lemma, pos, name = key
        attributes = attributes_of(lemma, pos, forms[key], pack)
        if name and pack.lang in ("tr", "az"):
            attributes = (*attributes, "name")
        found.root(lemma, pos, attributes or None, count)
    return found


def _without_infinitive(lemma: str, form: str, pack: PackText) -> str:
    for ending in pack.sounds.forms(pack.templates.get("INF", "")):
        stem = lemma.removesuffix(ending)
        if stem != lemma and len(stem) > 1 and (form == lemma or not form.startswith(lemma)):
            return stem
    return lemma


def attributes_of(lemma: str, pos: str, forms: Counter[str], pack: PackText) -> tuple[str, ...]:
    """What the forms of a lemma show of how its stem changes."""
    sounds = pack.sounds
    if len(lemma) < 2:
        return ()
    named: Counter[str] = Counter()
    stems: defaultdict[str, Counter[str]] = defaultdict(Counter)
    voiced = voiced_form(lemma, sounds.voicing)
    dropped = lemma[:-2] + lemma[-1] if len(lemma) > 2 and lemma[-2] in sounds.vowels else None
    doubled = lemma + lemma[-1]
    drop = "vdrop" if pos == "V" else "drop"
    for form in forms:
        # What the affixes of the pack make of the lemma as it is needs no other stem.
        if form.startswith(lemma):
            as_it_is = pack.cut(form[len(lemma) :]) is not None
            if as_it_is or not form.startswith(doubled):
                continue
        for stem, attribute in ((voiced, "voice"), (dropped, drop), (doubled, "gem")):
            rest = form[len(stem) :] if stem and form.startswith(stem) else ""
            if rest[:1] in sounds.vowels and rest and pack.cut(rest) is not None:
                named[attribute] += 1
                break
        else:
            _other_stem(lemma, form, pack, stems)
    attributes = [name for name in ("voice", drop, "gem") if named[name] >= _EVIDENCE]
    for stem, conditions in sorted(stems.items()):
        certain = sorted(name for name, count in conditions.items() if count >= _EVIDENCE)
        if certain:
            attributes.append(f"alt:{stem}@{'/'.join(certain)}")
    return tuple(attributes)


def voiced_form(lemma: str, voicing: dict[str, str]) -> str | None:
    """The lemma with its last stop voiced."""
    for ending in sorted(voicing, key=len, reverse=True):
        if lemma.endswith(ending):
            return lemma[: -len(ending)] + voicing[ending]
    return None


def _other_stem(
    lemma: str, form: str, pack: PackText, stems: defaultdict[str, Counter[str]]
) -> None:
    """Counts the stem of a form that has two or more letters of the lemma, then affixes."""
    # Only grades that affixes ask for can be told apart from chance (Finnish weak and strong).
    graded = {
        name: [p for p in properties if p in ("weak", "strong")]
        for name, properties in pack.properties.items()
    }
    shared = 0
    while shared < min(len(lemma), len(form)) and lemma[shared] == form[shared]:
        shared += 1
    if shared < max(2, len(lemma) - 3):
        return
    for end in range(min(len(form) - 1, len(lemma) + 1), shared - 1, -1):
        rest, stem = form[end:], form[:end]
        if stem == lemma:
            continue
        for first in range(len(rest), 0, -1):
            names = pack.forms.get(rest[:first], [])
            grades = {grade for name in names for grade in graded[name]}
            if grades and (first == len(rest) or pack.cut(rest[first:]) is not None):
                if len(grades) == 1:
                    stems[stem][grades.pop()] += 1
                return
