"""Hunspell dictionaries: ``.aff`` beside ``.dic``.

A rule ``SFX flag strip add condition`` makes the suffix ``add``; suffixes that are several of the
pack's own affixes in a row are taken as those. Where a rule strips letters of the root, the root
gets the shorter stem as an alternate before that suffix. Prefixes become roots that stand before
others. Suffixes of suffixes (continuation classes) are not followed.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hybridtok.errors import FormatError
from hybridtok.languages.found import Found, is_word
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fold

__all__ = ["read"]

_POS = {
    "noun": "N",
    "vrb": "V",
    "verb": "V",
    "adj": "ADJ",
    "adv": "ADV",
    "pron": "PRON",
    "num": "NUM",
    "conj": "CONJ",
    "int": "INTERJ",
    "det": "DET",
    "art": "DET",
    "post": "POSTP",
}
#: Affixes that one alternate stem is listed for.
_MAX_CONDITIONS = 40


@dataclass(frozen=True)
class _Rule:
    strip: str
    add: str
    condition: str


@dataclass
class _Affixes:
    encoding: str = "utf-8"
    flags: str = "short"
    aliases: list[str] = field(default_factory=list)
    morphology: list[str] = field(default_factory=list)
    suffixes: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))

    def split(self, flags: str) -> list[str]:
        """The flags of a word."""
        if flags.isdecimal() and self.aliases:
            number = int(flags)
            flags = self.aliases[number - 1] if 0 < number <= len(self.aliases) else ""
        if self.flags == "num":
            return [flag for flag in flags.split(",") if flag]
        if self.flags == "long":
            return [flags[at : at + 2] for at in range(0, len(flags), 2)]
        return list(flags)


def read(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads dictionaries: ``.dic`` files, whose ``.aff`` lies beside them or is named, too.

    Raises:
        FormatError: a damaged line, or only an ``.aff``.
        FileNotFoundError: no ``.aff``.
    """
    dictionaries = [Path(path) for path in files if Path(path).suffix != ".aff"]
    if not dictionaries:
        raise FormatError("a hunspell dictionary is a .dic file and a .aff file", format="hunspell")
    found = Found()
    named = {Path(path).stem: Path(path) for path in files if Path(path).suffix == ".aff"}
    for path in dictionaries:
        affixes = _read_affixes(named.get(path.stem, path.with_suffix(".aff")))
        _read_words(path, affixes, pack, found)
    return found


def _encoding(path: Path) -> str:
    import codecs

    for line in path.read_bytes().splitlines():
        if line.startswith(b"SET "):
            name = line[4:].split()[0].decode("ascii", "replace")
            try:
                return codecs.lookup(name.replace("microsoft-", "")).name
            except LookupError:
                raise FormatError(f"{path}: unknown encoding {name}", format="hunspell") from None
    return "latin-1"


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    # Flags of one byte in files of UTF-8 need not be characters.
    import io

    data = path.read_bytes().decode(encoding, "surrogateescape")
    for number, line in enumerate(io.StringIO(data), 1):
        yield number, line.rstrip("\r\n").removeprefix("\ufeff")


def _read_affixes(path: Path) -> _Affixes:
    affixes = _Affixes(encoding=_encoding(path))
    headed: set[tuple[str, str]] = set()
    for number, line in _lines(path, affixes.encoding):
        words = line.split()
        match words:
            case ["FLAG", kind, *_]:
                affixes.flags = kind.lower()
            case [("AF" | "AM") as kind, *rest]:
                # The first line says how many there are.
                if (kind, "") in headed and kind == "AF":
                    affixes.aliases.append(rest[0] if rest else "")
                elif (kind, "") in headed:
                    affixes.morphology.append(" ".join(rest))
                headed.add((kind, ""))
            case [("SFX" | "PFX") as kind, flag, *rest]:
                if (kind, flag) not in headed:
                    if len(rest) < 2 or not rest[1].isdecimal():
                        shape = f"{kind} begins with `{kind} flag Y|N number`"
                        raise bad_line(path, number, shape, "hunspell")
                    headed.add((kind, flag))
                    continue
                if len(rest) < 2:
                    raise bad_line(path, number, f"{kind} is `{kind} flag strip add", "hunspell")
                strip, add = rest[0], rest[1].split("/")[0]
                rule = _Rule(
                    "" if strip == "0" else strip,
                    "" if add == "0" else add,
                    rest[2] if len(rest) > 2 else ".",
                )
                (affixes.suffixes if kind == "SFX" else affixes.prefixes)[flag].append(rule)
            case _:
                pass
    return affixes


@dataclass
class _Made:
    """What the rules of a flag make of all words with the same ending."""

    #: Affixes, whole suffixes taken apart.
    parts: list[str]
    #: By what is stripped of the word, the affixes that come first behind the rest.
    stripped: dict[str, list[str]]
    words: int = 0


class _Making:
    """Which suffixes words take. A flag has hundreds of rules, words have few endings."""

    def __init__(self, affixes: _Affixes, pack: PackText) -> None:
        self._affixes = affixes
        self._pack = pack
        self._made: dict[tuple[str, str], _Made] = {}
        self._longest = {
            flag: max(map(_letters, rules)) for flag, rules in affixes.suffixes.items() if rules
        }

    def made(self, flag: str, word: str) -> _Made | None:
        """What one flag makes of a word, which is counted."""
        if flag not in self._longest:
            return None
        key = (flag, word[-self._longest[flag] :] if self._longest[flag] else "")
        if key not in self._made:
            self._made[key] = self._make(flag, word)
        made = self._made[key]
        made.words += 1
        return made

    def _make(self, flag: str, word: str) -> _Made:
        made = _Made([], defaultdict(list))
        for rule in self._affixes.suffixes[flag]:
            add = fold(rule.add, self._pack.lang)
            if not add.isalpha() or not _fits(rule, word):
                continue
            # Literal affixes may not be cut, since whatever is found first would cut the rest.
            parts = (self._pack.cut(add) if self._pack.sounds.symbols else None) or [add]
            made.parts += parts
            first = self._pack.forms.get(parts[0], [add])[0]
            names = made.stripped[rule.strip]
            if rule.strip and first not in names and len(names) < _MAX_CONDITIONS:
                names.append(first)
        return made

    def uses(self) -> Counter[str]:
        """How many words take each affix."""
        uses: Counter[str] = Counter()
        for made in self._made.values():
            for part in made.parts:
                uses[part] += made.words
        return uses


def _letters(rule: _Rule) -> int:
    """How many letters at the end of a word a rule looks at; brackets stand for one."""
    return max(len(re.sub(r"\[[^\]]*\]", "x", rule.condition)), len(rule.strip))


def _fits(rule: _Rule, word: str) -> bool:
    return word.endswith(rule.strip) and _condition(rule.condition).search(word) is not None


@functools.cache
def _condition(condition: str) -> re.Pattern[str]:
    try:
        return re.compile(f"(?:{condition})$")
    except re.error:
        return re.compile(re.escape(condition) + "$")


def _read_words(path: Path, affixes: _Affixes, pack: PackText, found: Found) -> None:
    making = _Making(affixes, pack)
    for number, line in _lines(path, affixes.encoding):
        if number == 1 and line.strip().isdecimal():
            continue
        if not line.strip() or line.startswith(("#", "\t")):
            continue
        entry, _, morphology = line.partition("\t")
        entry, *fields = entry.split(" ")
        word, _, flags = entry.replace("\\/", "\0").partition("/")
        word = word.replace("\0", "/")
        if any("\udc80" <= letter <= "\udcff" for letter in word):
            message = f"the word is not {affixes.encoding.upper()}"
            raise bad_line(path, number, message, "hunspell")
        citation = fold(word, pack.lang)
        if not is_word(citation):
            found.skipped["not one word of letters"] += 1
            continue
        stems: dict[str, list[str]] = {}
        for flag in affixes.split(flags):
            for rule in affixes.prefixes.get(flag, ()):
                if rule.add.isalpha() and not rule.strip:
                    found.root(fold(rule.add, pack.lang), "PREF", None)
            made = making.made(flag, word)
            for strip, names in made.stripped.items() if made else ():
                stem = citation.removesuffix(fold(strip, pack.lang))
                if stem != citation and is_word(stem):
                    known = stems.setdefault(stem, [])
                    known += [name for name in names if name not in known]
        attributes = [
            f"alt:{stem}@{'/'.join(names[:_MAX_CONDITIONS])}"
            for stem, names in sorted(stems.items())
        ]
        if word[0].isupper() and pack.lang in ("tr", "az"):
            attributes.append("name")
        pos = _part_of_speech(" ".join((morphology, *fields)), affixes)
        found.root(citation, pos, tuple(attributes) or None)
    for suffix, count in making.uses().items():
        if suffix not in pack.forms:
            found.affix(suffix, count=count)


def _part_of_speech(text: str, affixes: _Affixes) -> str:
    if text.strip().isdecimal() and affixes.morphology:
        number = int(text)
        known = 0 < number <= len(affixes.morphology)
        text = affixes.morphology[number - 1] if known else ""
    match = re.search(r"\bpo:(\w+)", text)
    if match is None:
        return "X"
    for kind, pos in _POS.items():
        if match[1].startswith(kind):
            return pos
    return "X"
