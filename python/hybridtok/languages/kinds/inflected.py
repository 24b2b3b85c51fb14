"""Tables of inflection and derivation: UniMorph and MorphyNet."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from hybridtok.languages.found import Found
from hybridtok.languages.kinds.conllu import attributes_of, voiced_form
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fields, fold

__all__ = ["read_morphynet", "read_unimorph"]

#: Features are in capitals: `N;ACC(SG;PSS(1,PL))`.
_FEATURES = re.compile(r"[A-Z][A-Z0-9]*([;.()/,+{}:*-]+[A-Z0-9]*)*")
_POS = {"N": "N", "PROPN": "N", "V": "V", "ADJ": "ADJ", "J": "ADJ", "ADV": "ADV", "R": "ADV"}
_POS |= {
    "PRO": "PRON",
    "NUM": "NUM",
    "ADP": "POSTP",
    "CONJ": "CONJ",
    "INTJ": "INTERJ",
    "DET": "DET",
}
#: A suffix must occur with so many lemmas.
_LEAST_LEMMAS = 2


def read_unimorph(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads ``lemma  form  features`` or ``lemma  features  form``.

    The root is the longest beginning of the lemma that at least half of its forms begin with; the
    rest of a form is a suffix. Suffixes that always stand for the same features are put together
    into one template where the pack has the symbols for it, or else are noted as a proposal.

    Raises:
        FormatError: a line of another shape.
    """
    found = Found()
    tables: defaultdict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for path in files:
        shape = "lemma  form  features"
        for number, (lemma, second, third, *_) in fields(path, 3, "UniMorph", shape):
            features, form = (third, second) if _FEATURES.fullmatch(third) else (second, third)
            if not _FEATURES.fullmatch(features):
                raise bad_line(path, number, "no column holds features such as N;PL", "UniMorph")
            key = (fold(lemma, pack.lang), _POS.get(re.split(r"\W", features)[0], "X"))
            tables[key][fold(form, pack.lang), features] += 1
    by_features: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lemmas: defaultdict[str, set[str]] = defaultdict(set)
    for (lemma, pos), table in tables.items():
        forms = [form for form, _ in table]
        root = _root(lemma, forms, pack)
        voiced = voiced_form(root, pack.sounds.voicing) or root
        attributes = attributes_of(root, pos, Counter(forms), pack)
        found.root(root, pos, attributes or None, len(forms))
        for form, features in table:
            if form.endswith(root) and not form.startswith(root) and len(root) > 2:
                found.root(form.removesuffix(root), "PREF", None, 1)
            elif not form.startswith((root, voiced)):
                found.skipped["the form does not begin with the stem"] += 1
            elif form != root:
                by_features[features][form[len(root) :]] += 1
                lemmas[form[len(root) :]].add(lemma)
    _suffixes(found, by_features, lemmas, pack)
    return found


def _root(lemma: str, forms: Sequence[str], pack: PackText) -> str:
    for end in range(len(lemma), 1, -1):
        root = lemma[:end]
        stems = (root, voiced_form(root, pack.sounds.voicing) or root)
        if 2 * sum(form.startswith(stems) for form in forms) >= len(forms):
            return root
    return lemma


def _suffixes(
    found: Found,
    by_features: dict[str, Counter[str]],
    lemmas: dict[str, set[str]],
    pack: PackText,
) -> None:
    counts: Counter[str] = Counter()
    glosses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for features, suffixes in by_features.items():
        for suffix, count in suffixes.items():
            if len(lemmas[suffix]) >= _LEAST_LEMMAS:
                counts[suffix] += count
                glosses[suffix][features] += count
    templates: dict[str, str] = {}
    proposals: set[tuple[str, ...]] = set()
    for suffixes in by_features.values():
        groups: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for suffix in suffixes:
            if suffix in counts and " " not in suffix:
                groups[len(suffix), _skeleton(suffix, pack)].append(suffix)
        for group in groups.values():
            if len(group) > 1:
                template = pack.sounds.generalise(group)
                if template is None and len(group[0]) > 2:
                    proposals.add(tuple(sorted(group)))
                for suffix in group if template else ():
                    templates.setdefault(suffix, template or "")
    for suffix, count in counts.items():
        # Glued suffixes are what the pack's own affixes make in a row, where they can.
        if pack.has_rules and pack.cut(suffix) is not None:
            continue
        gloss = min(glosses[suffix].items(), key=lambda item: (-item[1], item[0]))[0]
        template = templates.get(suffix, suffix)
        if template == suffix:
            found.affix(suffix, gloss, count)
        else:
            found.affix(template, "", count)
    for proposal in sorted(proposals):
        found.notes.append(f"perhaps one affix: {' '.join(proposal)}")


def _skeleton(suffix: str, pack: PackText) -> str:
    """A suffix with everything that can alternate blotted out; allomorphs have the same."""
    alternating = {letter for letters in pack.sounds.symbols.values() for letter in letters}
    vowels = alternating | pack.sounds.vowels or _ANY_VOWEL
    return "".join("?" if letter in vowels else letter for letter in suffix)


#: Of packs that do not say what their vowels are.
_ANY_VOWEL = frozenset("aeiouyäöüõıâîûáéíóúőűаеиоуыэюяәіөүұ")


def read_morphynet(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads ``base  derived  pos  pos  morpheme  prefix|suffix``.

    Raises:
        FormatError: a line of another shape.
    """
    found = Found()
    shape = "base  derived  pos  pos  morpheme  prefix|suffix"
    for path in files:
        for number, columns in fields(path, 6, "MorphyNet", shape):
            base, derived = (fold(word, pack.lang) for word in columns[:2])
            morpheme, kind = fold(columns[4], pack.lang).strip("-"), columns[5]
            if kind not in ("prefix", "suffix"):
                message = f"the last column is prefix or suffix, not {kind!r}"
                raise bad_line(path, number, message, "MorphyNet")
            pos = _POS.get(columns[2], "X")
            if kind == "prefix":
                found.root(base, pos, None, 1)
                if derived.startswith(morpheme):
                    found.root(morpheme, "PREF", None, 1)
            elif derived.endswith(morpheme) and morpheme:
                stem = derived[: -len(morpheme)]
                found.root(base, pos, None, 1)
                found.affix(morpheme, f"{columns[2]} to {columns[3]}", 1)
                if stem != base and len(stem) > 1 and base.startswith(stem[:-1]):
                    # The stem in front of the affix, where the base changes or loses its ending.
                    found.root(stem, pos, None, 1)
            else:
                found.skipped["the word does not end with the suffix"] += 1
    return found
