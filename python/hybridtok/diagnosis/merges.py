"""D02, D06, D07: merges, and the entries that they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hybridtok.diagnosis.findings import Finding, finding, named, shown
from hybridtok.diagnosis.source import Source

__all__ = ["check_merges"]

Pair = tuple[str, str]


def check_merges(source: Source) -> Iterator[Finding]:
    """What is wrong with the merges of a BPE."""
    pairs = [pair for pair in source.merges if pair is not None]
    yield from _not_made(source, pairs)
    yield from _twice(source, pairs)
    yield from _missing(source)


def _product(source: Source, pair: Pair) -> str:
    return pair[0] + pair[1].removeprefix(source.prefix)


def _not_made(source: Source, pairs: list[Pair]) -> Iterator[Finding]:
    if source.model.get("ignore_merges") is True:
        return
    made = {_product(source, pair) for pair in pairs}
    lost = [e for e in source.learned if len(e.core) > 1 and e.token not in made]
    if lost:
        text = f"no merge makes these entries: {named(e.token for e in lost)}"
        yield finding("D02", "warn", [e.id for e in lost], text)


def _twice(source: Source, pairs: list[Pair]) -> Iterator[Finding]:
    seen: set[Pair] = set()
    again: list[Pair] = []
    ways: defaultdict[str, set[Pair]] = defaultdict(set)
    for pair in pairs:
        if pair in seen:
            again.append(pair)
        seen.add(pair)
        ways[_product(source, pair)].add(pair)
    if again:
        listed = ", ".join(f"{shown(a)} + {shown(b)}" for a, b in again[:3])
        text = f"the same pair is merged twice: {listed}"
        ids = _ids(source, [_product(source, pair) for pair in again])
        yield finding("D06", "error", ids, text, len(again))
    several = [token for token, ways_of in ways.items() if len(ways_of) > 1]
    if several:
        text = f"several pairs make the same token: {named(several)}"
        yield finding("D06", "info", _ids(source, several), text, len(several))


def _missing(source: Source) -> Iterator[Finding]:
    broken: list[str] = []
    touched: list[str] = []
    for rank, pair in enumerate(source.merges):
        if pair is None:
            broken.append(f"merges[{rank}] is no pair")
            continue
        three = (*pair, _product(source, pair))
        absent = [token for token in three if token not in source.ids]
        if absent:
            broken.append(f"merges[{rank}] needs {' and '.join(map(shown, absent))}")
            touched += [token for token in three if token in source.ids]
    if broken:
        more = ", …" if len(broken) > 3 else ""
        text = f"not in the vocabulary: {', '.join(broken[:3])}{more}"
        yield finding("D07", "error", _ids(source, touched), text, len(broken))


def _ids(source: Source, tokens: list[str]) -> list[int]:
    return [source.ids[token] for token in dict.fromkeys(tokens) if token in source.ids]
