"""English endings. Irregular forms are written out: child/children, write/wrote/written."""

from collections.abc import Sequence

_VOWELS = "aeiou"


def inflect(word: str, tags: Sequence[str]) -> str:
    for tag in tags:
        word = _FORMS[tag](word)
    return word if "://" in word or ".org/" in word else word.split("/")[0]


def _parts(word: str) -> list[str]:
    return word.split("/")


def _s(word: str) -> str:
    """The plural of a noun, the third person of a verb: their spelling is one."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _plural(word: str) -> str:
    return _parts(word)[1] if "/" in word else _s(word)


def _third(word: str) -> str:
    base = _parts(word)[0]
    return base + "es" if base.endswith("o") else _s(base)


def _doubles(base: str) -> bool:
    """stop → stopped, but open → opened: one short syllable with one final consonant."""
    vowels = sum(letter in _VOWELS for letter in base)
    return vowels == 1 and len(base) > 2 and base[-1] not in _VOWELS + "wxy" and base[-2] in _VOWELS


def _ed(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return base + (base[-1] if _doubles(base) else "") + "ed"


def _past(word: str) -> str:
    parts = _parts(word)
    return parts[1] if len(parts) > 1 else _ed(word)


def _participle(word: str) -> str:
    return _parts(word)[-1] if "/" in word else _ed(word)


def _ing(word: str) -> str:
    base = _parts(word)[0]
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if _doubles(base) else "") + "ing"


def _a(word: str) -> str:
    return ("an " if word[0].lower() in _VOWELS else "a ") + word


def _owner(word: str) -> str:
    word = _parts(word)[0]
    return word + ("'" if word.endswith("s") else "'s")


_FORMS = {
    "PL": _plural,
    "S": _third,
    "PAST": _past,
    "PP": _participle,
    "ING": _ing,
    "A": _a,
    "OF": _owner,
}
