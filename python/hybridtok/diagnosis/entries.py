"""D01, D04, D05, D13, D14: entries that text cannot reach, or should not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from hybridtok import _core
from hybridtok.components import BYTES, parts
from hybridtok.diagnosis.findings import Finding, finding, named
from hybridtok.diagnosis.source import Entry, Source
from hybridtok.training.record import cap_of

__all__ = ["check_cap", "check_normalizer", "check_partial", "check_shadowed", "unreachable"]

_FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def unreachable(source: Source) -> list[Entry]:
    """Single characters that the stages before the model never give it."""
    single = [entry for entry in source.learned if len(entry.core) == 1]
    if source.byte_level:
        return [entry for entry in single if entry.core not in BYTES]
    # Line ends keep the characters apart, for normalizers that compose them.
    text = " a\n" + "".join(f"{entry.core}\na{entry.core}a\n" for entry in single)
    normalizer, splitter = source.document.get("normalizer"), source.document.get("pre_tokenizer")
    if normalizer is not None:
        text = _core.normalize(json.dumps(normalizer), text, source.unicode)
    if splitter is not None:
        words = _core.pre_tokenize(json.dumps(splitter), text, source.unicode)
        text = "".join(word for word, _ in words)
    given = set(text)
    return [entry for entry in single if entry.core not in given]


def check_shadowed(source: Source) -> Iterator[Finding]:
    """D04: entries in whose text an added token is found first."""
    contents = {a.content for a in source.added if not a.special and a.content}
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for content in contents:
        lengths[content[0]].add(len(content))

    def shadowed(text: str) -> bool:
        return any(
            text[start : start + length] in contents
            for start, first in enumerate(text)
            for length in lengths.get(first, ())
        )

    found = [entry for entry in source.learned if shadowed(entry.text)] if contents else []
    if found:
        text = f"added tokens within them are found first: {named(e.text for e in found)}"
        yield finding("D04", "warn", [e.id for e in found], text)


def check_partial(source: Source) -> Iterator[Finding]:
    """D05: entries that are parts of characters."""
    broken = [entry for entry in source.learned if not entry.whole]
    several = [entry for entry in broken if len(entry.data) > 1]
    if several:
        text = (
            f"entries of 2 bytes or more that are not whole characters; "
            f"{len(broken) - len(several):,} single bytes beside them"
        )
        yield finding("D05", "info", [e.id for e in several], text)


def check_normalizer(source: Source) -> Iterator[Finding]:
    """D13: entries that are not what the normalizer makes of them.

    Of several normal forms only all together count: NFD before NFC loses nothing.
    """
    found = list(parts(source.document.get("normalizer")))
    lower = any(
        part["type"] == "Lowercase"
        or (part["type"] == "BertNormalizer" and part.get("lowercase") is True)
        for part in found
    )
    forms = [part["type"] for part in found if part["type"] in _FORMS]
    if lower:
        dead = _changed(source, [{"type": "Lowercase"}])
        if dead:
            text = f"the normalizer lowercases, so that no text has {named(dead.values())}"
            yield finding("D13", "warn", list(dead), text)
    if forms:
        dead = _changed(source, [{"type": form} for form in forms])
        if dead:
            text = f"the normalizer's {', '.join(forms)} changes {named(dead.values())}"
            yield finding("D13", "warn", list(dead), text)


def _changed(source: Source, normalizers: list[dict[str, Any]]) -> dict[int, str]:
    """Ids and texts of entries that these normalizers do not leave alone."""
    # One call for all: nothing composes with a line end.
    entries = [entry for entry in source.learned if entry.whole]
    lines = [entry.text.replace("\n", " ") for entry in entries]
    component = json.dumps({"type": "Sequence", "normalizers": normalizers})
    after = _core.normalize(component, "\n".join(lines), source.unicode).split("\n")
    return {
        entry.id: entry.text
        for entry, line, other in zip(entries, lines, after, strict=True)
        if line != other
    }


def check_cap(source: Source) -> Iterator[Finding]:
    """D14: entries that are longer than what training was told."""
    cap = cap_of(source.creation)
    if cap is None:
        return
    length = _LENGTHS[cap.unit]
    longer = [entry for entry in source.learned if length(entry) > cap.most]
    if longer:
        longest = max(map(length, longer))
        which = named(e.text for e in longer)
        text = f"{cap.option} allows {cap.most}, the longest is {longest}: {which}"
        yield finding("D14", "warn", [e.id for e in longer], text)


def _touched(entry: Entry) -> int:
    """How many characters the bytes of an entry are parts of."""
    begun = sum(byte & 0xC0 != 0x80 for byte in entry.data)
    return begun + (entry.data[:1] != b"" and entry.data[0] & 0xC0 == 0x80)


_LENGTHS: dict[str, Callable[[Entry], int]] = {
    "chars": _touched,
    "bytes": lambda entry: len(entry.data),
    "written": lambda entry: len(entry.core),
}
