"""Lists of segmented words: our own (``word  a+b+c``) and those of SIGMORPHON 2022.

Nobody says which segment of a word is the stem. It is found from all words together: each word is
prefixes, one stem, suffixes; at first the longest segment is the stem, then the most probable one,
given how often each segment was taken for what.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile

from hybridtok.languages.found import Found
from hybridtok.languages.pack import PackText
from hybridtok.languages.reading import Path_, bad_line, fields, fold

__all__ = ["read_seg", "read_sigmorphon", "take"]

_ROUNDS = 5
#: Nats that a new stem costs, and a letter of it; affixes are few, and cost more.
_NEW_STEM, _NEW_AFFIX, _LETTER = 4.0, 6.0, 2.5
#: A "suffix" of this length that is a stem elsewhere at least as often is the rest of a compound.
_COMPOUND = 3


def read_seg(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads ``word<TAB>a+b+c[<TAB>count]``; of alternatives (``|``) the first one.

    Raises:
        FormatError: a line of another shape, or segments that do not make the word.
    """
    found = Found()
    words: Counter[tuple[str, ...]] = Counter()
    for path in files:
        for number, (word, segments, *rest) in fields(path, 2, "segmentation", "word  a+b+c"):
            cut = segments.split("|")[0].strip().split("+")
            if "".join(cut) != word:
                message = f"the segments {'+'.join(cut)} do not make {word}"
                raise bad_line(path, number, message, "segmentation")
            count = int(rest[0]) if rest and rest[0].isdecimal() else 1
            _note(found, words, cut, count, pack.lang)
    take(found, words)
    return found


def read_sigmorphon(files: Sequence[Path_], pack: PackText) -> Found:
    """Reads ``word<TAB>a @@b @@c[<TAB>category]``, or sentences of that.

    Segments are what the word is made of in the mind of a linguist (``subside @@y @@ise``); they
    are laid over the word, and rows where that fails are skipped.

    Raises:
        FormatError: a line of another shape.
    """
    found = Found()
    words: Counter[tuple[str, ...]] = Counter()
    for path in files:
        for number, (text, segments, *_) in fields(path, 2, "SIGMORPHON 2022", "word  a @@b @@c"):
            cuts: list[list[str]] = []
            for segment in segments.split():
                if segment.startswith("@@") and len(segment) > 2:
                    if not cuts:
                        message = f"{segment} continues nothing"
                        raise bad_line(path, number, message, "SIGMORPHON 2022")
                    cuts[-1].append(segment[2:])
                else:
                    cuts.append([segment])
            texts = text.split()
            if len(texts) != len(cuts):
                found.skipped["words and segments do not go together"] += 1
                continue
            for word, cut in zip(texts, cuts, strict=True):
                laid = _laid_over([fold(part, pack.lang) for part in cut], fold(word, pack.lang))
                if laid is None:
                    found.skipped["segments do not make the word"] += 1
                else:
                    _note(found, words, laid, 1, pack.lang)
    take(found, words)
    return found


def _laid_over(cut: list[str], word: str) -> list[str] | None:
    """What of a word each segment became, by the fewest changed letters.

    Of equals the one with the longest segments to the left. None if a segment has nothing left, or
    more than one of its letters changed.
    """
    if "".join(cut) == word:
        return cut
    # Where the segments so far may end, with the fewest changes and the ends before.
    ends: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for segment in cut:
        after: dict[int, tuple[int, tuple[int, ...]]] = {}
        for start, (changes, before) in sorted(ends.items(), reverse=True):
            for length in range(max(1, len(segment) - 1), len(segment) + 2):
                changed = _changes(segment, word[start : start + length])
                end = start + length
                if end > len(word) or changed > 1:
                    continue
                if end not in after or changes + changed < after[end][0]:
                    after[end] = changes + changed, (*before, end)
        ends = after
    if len(word) not in ends:
        return None
    places = (0, *ends[len(word)][1])
    return [word[a:b] for a, b in pairwise(places)]


def _changes(one: str, other: str) -> int:
    """How many letters differ, are missing or too many: 0, 1, or 2 for more."""
    if one == other:
        return 0
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    longer = max(len(one), len(other))
    rest = one[same + (len(one) == longer) :], other[same + (len(other) == longer) :]
    return 1 if rest[0] == rest[1] else 2


def _note(
    found: Found, words: Counter[tuple[str, ...]], cut: list[str], count: int, lang: str
) -> None:
    """Counts a word; an apostrophe between segments is no segment of its own."""
    segments = [
        part for segment in cut for part in fold(segment, lang).replace("’", "'").split("'")
    ]
    if all(segment.isalpha() for segment in segments if segment):
        words[tuple(segment for segment in segments if segment)] += count
    else:
        found.skipped["not one word of letters"] += 1


def take(found: Found, words: Counter[tuple[str, ...]]) -> None:
    """Finds the stems of segmented words, and adds everything to what was found."""
    words.pop((), None)
    stems = _stems(list(words))
    roles = [Counter[str]() for _ in range(3)]
    for word, stem in stems.items():
        for at, segment in enumerate(word):
            roles[_role(at, stem)][segment] += 1
    found.segments += words
    for word, count in words.items():
        for at, segment in enumerate(word):
            role = _role(at, stems[word])
            if role == 2 and len(segment) >= _COMPOUND:
                other = roles[1][segment]
                role = 1 if other >= roles[2][segment] else role
                found.compounds |= role == 1
            if role == 2:
                found.affix(segment, count=count)
            else:
                found.root(segment, "PREF" if role == 0 else "X", count=count)


def _role(at: int, stem: int) -> int:
    """0 before the stem, 1 for it, 2 behind it."""
    return (at > stem) + (at >= stem)


def _stems(words: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Where the stem of each word is."""
    stems = {word: max(range(len(word)), key=lambda at: (len(word[at]), -at)) for word in words}
    for _ in range(_ROUNDS):
        counts: list[dict[str, int]] = [defaultdict(int) for _ in range(3)]
        for word, stem in stems.items():
            for at, segment in enumerate(word):
                counts[_role(at, stem)][segment] += 1
        totals = [sum(count.values()) + 1 for count in counts]
        new = (_NEW_AFFIX, _NEW_STEM, _NEW_AFFIX)

        def cost(
            word: tuple[str, ...],
            stem: int,
            counts: list[dict[str, int]] = counts,
            totals: list[int] = totals,
            new: tuple[float, ...] = new,
        ) -> float:
            sum_ = 0.0
            for at, segment in enumerate(word):
                role = _role(at, stem)
                seen = counts[role].get(segment, 0)
                base = math.exp(-new[role] - _LETTER * len(segment)) * 100
                sum_ -= math.log((seen + base) / totals[role])
            return sum_

        before = stems
        stems = {word: min(range(len(word)), key=lambda at: cost(word, at)) for word in before}
        if stems == before:
            break
    return stems
