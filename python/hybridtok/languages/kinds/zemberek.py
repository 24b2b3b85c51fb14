"""Zemberek's dictionary files: ``lemma [P:Pos,Sub; A:Attribute,...; Roots:a-b; ...]``.

Comments begin with ``##`` or ``#``. A verb is a lemma in -mak or -mek without ``P``. What the
dictionary leaves out is inferred as Zemberek does: polysyllabic nouns and adjectives in p, ç, t, k
voice, unless they are names or say otherwise, and so do all in -nk and -og.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hybridtok.languages.found import Found
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fold, read_lines

__all__ = ["read"]

_ENTRY = re.compile(r"(?P<lemma>[^\[\]]+?)\s*(?:\[(?P<details>[^\[\]]*)\])?\s*")
_VOWELS = frozenset("aeıioöuüâîû")

#: Parts of speech; secondary ones after the comma of ``P`` win where they are here.
_POS = {
    "Noun": "N",
    "Adj": "ADJ",
    "Adv": "ADV",
    "Verb": "X",  # only değil, which is no verb stem
    "Pron": "PRON",
    "Num": "NUM",
    "Postp": "POSTP",
    "Conj": "CONJ",
    "Interj": "INTERJ",
    "Det": "DET",
    "Ques": "X",
    "Dup": "X",
    "Punc": "",
    "Abbrv": "N",
    "Prop": "N",
}
_NAMES = ("Prop", "Abbrv")

_ATTRIBUTES = {
    "Voicing": "voice",
    "LastVowelDrop": "drop",
    "Doubling": "gem",
    "InverseHarmony": "front",
    "CompoundP3sg": "pn",
    "NounConsInsert_n": "pn",
}

#: What Zemberek has in its code instead of its dictionary.
_BY_HAND = {
    ("ben", "PRON"): ("alt:ban@DAT",),
    ("sen", "PRON"): ("alt:san@DAT",),
    ("su", "N"): ("ybuf",),
    ("ne", "PRON"): ("ybuf",),
    ("de", "V"): ("alt:di@(y)/PROG",),
    ("ye", "V"): ("alt:yi@(y)/PROG",),
    ("bu", "PRON"): ("pn",),
    ("şu", "PRON"): ("pn",),
    ("o", "PRON"): ("pn",),
    ("kendi", "PRON"): ("pn",),
}


def read(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads dictionary files.

    Raises:
        FormatError: a line that is no entry.
    """
    found = Found()
    for path in files:
        for number, line in read_lines(path):
            # A bracket may also stand in a comment; entries never begin with `#`.
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            entry = _ENTRY.fullmatch(line.strip())
            details = entry and _details(entry["details"] or "")
            if entry is None or details is None:
                if line.strip()[0] in "[]":
                    details = {"P": ["Punc"]}
                else:
                    shape = "an entry is `lemma [P:Pos; A:Attribute]`"
                    raise bad_line(path, number, shape, "zemberek dictionary")
            lemma = entry["lemma"] if entry else ""
            _add(found, lemma, details)
    return found


def _details(text: str) -> dict[str, list[str]] | None:
    """The parts of the brackets by their letter; a list each."""
    details: dict[str, list[str]] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        key, colon, values = part.partition(":")
        if not colon or not key.strip().isalpha():
            return None
        details[key.strip()] = [value.strip() for value in values.split(",") if value.strip()]
    return details


def _add(found: Found, lemma: str, details: dict[str, list[str]]) -> None:
    kinds = details.get("P", [])
    says = details.get("A", [])
    word = fold(lemma, "tr")
    name = any(kind in _NAMES for kind in kinds) or (not kinds and lemma[:1].isupper())
    if not kinds and not name and word.endswith(("mak", "mek")) and len(word) > 4:
        stem = word[:-3]
        attributes = ["vdrop" if a == "drop" else a for a in _said(says)]
        found.root(stem, "V", tuple(attributes) or _BY_HAND.get((stem, "V"), ()))
        return
    parts = [_POS[kind] for kind in kinds if kind in _POS]
    pos = parts[0] if parts else "N"
    if "Punc" in kinds or not pos:
        found.skipped["punctuation"] += 1
        return
    attributes = _said(says)
    if name:
        attributes.append("name")
    if pos in ("N", "ADJ") and "voice" not in attributes and _voices(word, says, name):
        attributes.insert(0, "voice")
    found.root(word, pos, tuple(attributes) or _BY_HAND.get((word, pos), ()))
    if "CompoundP3sg" in says and "Roots" in details:
        # What takes plural, possessives and derivation instead: zeytinyağ beside zeytinyağı.
        found.root(fold("".join(details["Roots"]), "tr").replace("-", ""), pos, ())


def _said(says: list[str]) -> list[str]:
    return list(dict.fromkeys(_ATTRIBUTES[a] for a in says if a in _ATTRIBUTES))


def _voices(word: str, says: list[str], name: bool) -> bool:
    """Whether a noun or adjective voices its last letter although nothing says so."""
    if name or "NoVoicing" in says or "InverseHarmony" in says or "CompoundP3sg" in says:
        return False
    polysyllabic = sum(letter in _VOWELS for letter in word) > 1
    return word.endswith(("nk", "og")) or (polysyllabic and word.endswith(("p", "ç", "t", "k")))
