"""Finnish cases: vowel harmony, consonant gradation, stem types.

A star stands before the consonants which change grade (ka*tu → kadun, kau*ppa → kaupan), and a
tilde names what the ending alone doesn't tell:

    jo*ki~e          the i becomes e:               joen, jokea
    vihannes~ks      s becomes ks before a vowel:   vihanneksen, vihannesta
    puhelin~m        n becomes m:                   puhelimen, puhelinta
    radio~ta         the partitive takes t:         radiota, radioita
    kahvila~=oita    a plural partitive of its own: kahviloita

Verbs are written out: infinitive, present, past and participle (ostaa/ostaa/osti/ostanut).
"""

from collections.abc import Sequence

_WEAK = [
    ("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"),
    ("lt", "ll"), ("rt", "rr"), ("mp", "mm"), ("k", ""), ("p", "v"), ("t", "d"),
]  # fmt: skip
_ENDINGS = {
    "GEN": "n", "INE": "ssA", "ELA": "stA", "ADE": "llA", "ABL": "ltA", "ALL": "lle",
    "TRA": "ksi", "NOMS": "t",
}  # fmt: skip
_CLITICS = {"KIN": "kin", "KAAN": "kAAn", "KO": "kO"}
_VERB_FORMS = {"INF": 0, "PRES": 1, "PAST": 2, "NUT": 3}


def inflect(word: str, tags: Sequence[str]) -> str:
    if "/" in word and "." not in word:
        return _verb(word, tags)
    form = _bare(word)
    for tag in tags:
        form = _harmonise(form, _CLITICS[tag]) if tag in _CLITICS else _noun(word, tag)
    return form


def _verb(word: str, tags: Sequence[str]) -> str:
    forms = word.split("/")
    form = forms[0]
    for tag in tags:
        form = _harmonise(form, _CLITICS[tag]) if tag in _CLITICS else forms[_VERB_FORMS[tag]]
    return form


def _noun(word: str, tag: str) -> str:
    base, _, kind = word.partition("~")
    strong, weak = _stems(base, kind)
    if tag in _ENDINGS:
        return _harmonise(weak, _ENDINGS[tag])
    if tag == "ESS":
        return _harmonise(strong, "nA")
    if tag == "NSA":
        return _harmonise(strong, "nsA")
    if tag == "PART":
        return _partitive(base, kind, strong)
    if tag == "PARTS":
        return _plural_partitive(base, kind, strong)
    if tag == "ILL":
        return _illative(base, kind, strong)
    raise KeyError(tag)


def _bare(word: str) -> str:
    return word.partition("~")[0].replace("*", "")


def _stems(base: str, kind: str) -> tuple[str, str]:
    """The strong and the weak stem, both ending in a vowel."""
    if base.endswith("nen"):
        stem = base[:-3] + "se"
    elif kind == "ks":
        stem = base[:-1] + "kse"
    elif kind == "m":
        stem = base[:-1] + "me"
    elif base.endswith("e"):
        stem = base + "e"
    elif kind == "e":
        stem = base[:-1] + "e"
    else:
        stem = base
    return stem.replace("*", ""), _weaken(stem)


def _weaken(stem: str) -> str:
    before, star, after = stem.partition("*")
    if not star:
        return stem
    # The star may stand between the two letters of a pair: jal*ka, le*hti.
    for strong, weak in _WEAK:
        if after.startswith(strong):
            return before + weak + after[len(strong) :]
    if after.startswith("ht"):
        return before + "hd" + after[2:]
    raise ValueError(f"no grade for {stem!r}")


def _partitive(base: str, kind: str, strong: str) -> str:
    plain = base.replace("*", "")
    if base.endswith("nen"):
        return _harmonise(plain[:-3] + "s", "tA")
    if kind in {"ks", "m", "ta"} or _is_long(plain):
        return _harmonise(plain, "tA")
    if base.endswith("e"):
        return _harmonise(plain, "ttA")
    return _harmonise(strong, "A")


def _plural_partitive(base: str, kind: str, strong: str) -> str:
    if kind.startswith("="):
        return strong[:-1] + kind[1:]
    if kind == "ta":
        return _harmonise(strong, "itA")
    if base.endswith("nen") or kind in {"e", "ks", "m"}:
        return _harmonise(strong[:-1], "iA")
    if base.endswith("e"):
        return _harmonise(strong[:-1], "itA")
    last = strong[-1]
    if last == "i":
        return _harmonise(strong[:-1], "ejA")
    if last == "ä":
        return strong[:-1] + "iä"
    if last == "a":
        first = next(letter for letter in strong.lower() if letter in "aeiouyäö")
        return strong[:-1] + ("ia" if first in "ou" else "oja")
    return _harmonise(strong, "jA")


def _illative(base: str, kind: str, strong: str) -> str:
    if base.endswith("e") and kind != "e":
        return strong + "seen"
    if _is_long(strong):
        return strong + "h" + strong[-1] + "n"
    return strong + strong[-1] + "n"


def _is_long(word: str) -> bool:
    """One syllable ending in a long vowel or a diphthong: puu, tie, työ."""
    vowels = [letter in "aeiouyäö" for letter in word.lower()]
    return sum(vowels) == 2 and vowels[-2:] == [True, True]


def _harmonise(stem: str, ending: str) -> str:
    for letter in reversed(stem.lower()):
        if letter in "aou":
            return stem + ending.replace("A", "a").replace("O", "o")
        if letter in "äöy":
            break
    return stem + ending.replace("A", "ä").replace("O", "ö")
