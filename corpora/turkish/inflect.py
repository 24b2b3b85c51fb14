"""Turkish suffixes: vowel harmony, buffer letters, softened consonants, dropped vowels.

Stems are spelled with a few marks, so that every alternation is written where it happens:

    B C T K G     p/b, ç/c, t/d, k/ğ, k/g at the end of a stem:  kitaB → kitap, kitabı
    bur(u)n       a vowel which drops before a vowel:            burun, burnu
    his(s)        a consonant which doubles before a vowel:      his, hissi
    saat^         back vowels, front suffixes:                   saat, saatler
    su:           the one noun that takes y for s and n:         suyu, suyun
    =Van          a proper name, parted from its suffixes by an apostrophe

and suffixes with A (a/e), I (ı/i/u/ü), D (d/t), Ç (c/ç) and a letter in parentheses which is there
only where it is needed. An (n) at the end of a possessive is heard before a case.
"""

import re
from collections.abc import Sequence

VOWELS = "aeıioöuüâîû"
_FRONT = "eiöüî"
_ROUND = "oöuüû"
_VOICELESS = "fstkçşhp"
_SOFT = {"B": ("p", "b"), "C": ("ç", "c"), "T": ("t", "d"), "K": ("k", "ğ"), "G": ("k", "g")}

SUFFIXES = {
    "PL": "lAr",
    "P1": "(I)m", "P2": "(I)n", "P3": "(s)I(n)",
    "P1P": "(I)mIz", "P2P": "(I)nIz", "P3P": "lArI(n)",
    "ACC": "(y)I", "DAT": "(y)A", "LOC": "DA", "ABL": "DAn", "GEN": "(n)In", "INS": "(y)lA",
    "KI": "ki(n)", "WITH": "lI", "LESS": "sIz", "JOB": "ÇI", "NESS": "lIK", "EQU": "ÇA",
    "NEG": "mA", "NEVER": "mAz", "ABLE": "(y)Abil", "UNABLE": "(y)AmA", "DIR": "DIr",
    "PROG": "(I)yor", "FUT": "(y)AcAK", "PAST": "DI", "EVID": "mIş", "NEC": "mAlI", "COND": "sA",
    "WAS": "(y)DI", "IFIS": "(y)sA",
    "DIK": "DIK", "AN": "(y)An", "MAK": "mAk", "MA": "mA", "IS": "(y)Iş",
    "IP": "(y)Ip", "ARAK": "(y)ArAk", "INCA": "(y)IncA", "MADAN": "mAdAn", "KEN": "ken",
    "DIKCE": "DIkÇA", "LET": "(y)AlIm", "IMP": "(y)In", "PLEASE": "(y)InIz",
    "I": "(y)Im", "WE": "(y)Iz", "YOU": "sIn", "I_": "m", "WE_": "k", "YOU_": "n", "YOUS_": "nIz",
    "THEY": "lAr", "SEEMS": "(y)mIş", "ASK": " mI", "TOO": " dA",
}  # fmt: skip

_CASES = {"ACC", "DAT", "LOC", "ABL", "GEN"}
_POSSESSIVES = {"P1", "P2", "P1P", "P2P"}
_DERIVED = {"WITH", "LESS", "NESS", "JOB"}

# One-syllable verbs ending in a consonant have -Ar in the aorist, apart from these.
_AORIST_IR = {
    "al",
    "bil",
    "bul",
    "dur",
    "gel",
    "gör",
    "kal",
    "ol",
    "öl",
    "san",
    "var",
    "ver",
    "vur",
}


def upper(text: str) -> str:
    return text.replace("i", "İ").upper()


def inflect(stem: str, tags: Sequence[str]) -> str:
    """`stem` with its suffixes, as it is spelled."""
    if stem.startswith("="):
        if not tags or tags[0] not in _DERIVED:
            return _proper(stem[1:], tags)
        # Ankaralı is a word of its own and takes no apostrophe.
        stem = stem[1:]
    form = stem
    for tag in tags:
        form = _attach(form, tag)
    return _plain(form)


def number_with(number: int, tag: str) -> str:
    """1931 and the locative give 1931'de: the suffix follows the number as it is read aloud."""
    return f"{number}'{_realise(_read(number), SUFFIXES[tag].removesuffix('(n)'))}"


def _proper(name: str, tags: Sequence[str]) -> str:
    form, ending = name, ""
    for tag in tags:
        longer = _attach(form, tag)
        kept = len(_plain(form)) if not ending else len(name.removesuffix("(n)"))
        ending = _plain(longer)[kept:]
        form = longer
    bare = _plain(name)
    return f"{bare}'{ending}" if ending else bare


def _attach(form: str, tag: str) -> str:
    if tag == "AOR":
        suffix = _aorist(form)
    elif tag == "PASS":
        suffix = _passive(form)
    else:
        suffix = SUFFIXES[tag]
    if form.endswith("(n)") and tag == "P3":
        return form
    if form.endswith("(n)") and tag in _POSSESSIVES | _DERIVED | {"PL"}:
        form = _head(form)
        suffix = "lArI(n)" if tag == "PL" else suffix
    if form.endswith("(n)"):
        form = form[:-3] + ("n" if tag in _CASES else "")
    if form.endswith("su:"):
        form = form[:-1] + ("y" if tag in _POSSESSIVES | {"P3", "GEN"} else "")
    if tag == "PROG" and form[-1] in "ae":
        # başla + ıyor: the open vowel gives way to a closed one.
        form = form[:-1]
        if not any(letter in VOWELS for letter in form):
            return form + "iyor"
    ending = _realise(form, suffix)
    return _before(form, ending[0] in VOWELS) + ending


def _head(compound: str) -> str:
    """masa örtüsü is "cover of the table": its own ending makes room for another possessor."""
    form = compound.removesuffix("(n)")
    form = form[:-2] if form[-2] == "s" and form[-3] in VOWELS else form[:-1]
    return form[:-1] + {"b": "B", "c": "C", "ğ": "K"}.get(form[-1], form[-1])


def _realise(stem: str, suffix: str) -> str:
    """The suffix as it sounds after the stem."""
    ends_in_vowel = _plain(stem)[-1] in VOWELS
    if match := re.match(r"\((\w)\)", suffix):
        optional = match[1]
        wanted = ends_in_vowel != (optional in "IA")
        suffix = (optional if wanted else "") + suffix[3:]
    front, rounded = _harmony(stem)
    result = ""
    for letter in suffix:
        last = (result or _plain(stem))[-1]
        if letter == "A":
            letter = "e" if front else "a"
        elif letter == "I":
            letter = ("ü" if front else "u") if rounded else ("i" if front else "ı")
        elif letter in "DÇ":
            letter = {"D": "dt", "Ç": "cç"}[letter][last in _VOICELESS]
        if letter in VOWELS:
            front, rounded = letter in _FRONT, letter in _ROUND
        result += letter
    return result


def _harmony(stem: str) -> tuple[bool, bool]:
    letters = [letter for letter in stem.lower().replace("(n)", "") if letter in VOWELS]
    last = letters[-1]
    return last in _FRONT or stem.endswith("^"), last in _ROUND


def _before(form: str, vowel: bool) -> str:
    """The stem with its alternations settled by what follows it."""
    form = form.removesuffix("^")
    if match := re.search(r"\((\w)\)(\w?)$", form):
        inner, last = match[1], match[2]
        if last:
            form = form[: match.start()] + ("" if vowel else inner) + last
        else:
            form = form[: match.start()] + (inner if vowel else "")
    if form[-1] in _SOFT:
        form = form[:-1] + _SOFT[form[-1]][vowel]
    return form


def _plain(form: str) -> str:
    """The form with nothing after it."""
    return _before(form.removesuffix("(n)").removesuffix(":"), vowel=False)


def _aorist(stem: str) -> str:
    if _plain(stem)[-1] in VOWELS:
        return "r"
    syllables = sum(letter in VOWELS for letter in stem)
    return "Ir" if syllables > 1 or stem in _AORIST_IR else "Ar"


def _passive(stem: str) -> str:
    last = _plain(stem)[-1]
    if last in VOWELS:
        return "n"
    return "In" if last == "l" else "Il"


_ONES = ["", "bir", "iki", "üç", "dörT", "beş", "altı", "yedi", "sekiz", "dokuz"]
_TENS = ["", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"]


def _read(number: int) -> str:
    """The last word of the number, which is all that harmony needs."""
    if number == 0:
        return "sıfır"
    if number % 10:
        return _ONES[number % 10]
    if number % 100:
        return _TENS[number // 10 % 10]
    return "yüz" if number % 1000 else "bin"
