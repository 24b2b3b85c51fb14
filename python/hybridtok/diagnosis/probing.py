"""D03: entries whose own text becomes something else, and what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hybridtok import _core
from hybridtok.diagnosis.findings import Finding, finding, named
from hybridtok.diagnosis.source import Entry, Source, without
from hybridtok.errors import UnknownTokenError

__all__ = ["bare", "check_self_encoding", "unreached"]

#: The stages that change or cut text.
_CHANGING = {"normalizer", "pre_tokenizer"}


def bare(source: Source) -> _core.Tokenizer:
    """The loaded tokenizer without what it does around a text, and without chance."""
    assert source.tokenizer is not None
    if source.model.get("dropout"):
        return _built(source, {})
    tokenizer = _core.Tokenizer(source.tokenizer)
    for stage in ("truncation", "padding", "post_processor"):
        tokenizer.set_component(stage, None)
    return tokenizer


def _built(source: Source, changes: dict[str, Any]) -> _core.Tokenizer:
    if source.tokenizer is not None and source.tokenizer.native_only():
        # No tokenizer.json holds its model; its added tokens stay.
        tokenizer = bare(source)
        for stage in _CHANGING & changes.keys():
            tokenizer.set_component(stage, json.dumps(changes[stage]))
        return tokenizer
    model = {**source.model, "dropout": None} if source.kind == "BPE" else source.model
    document = without(source.document, model=model, **changes)
    return _core.Tokenizer.from_str(json.dumps(document), strict=False, unicode=source.unicode)


def check_self_encoding(source: Source, unreachable: Iterable[Entry]) -> Iterator[Finding]:
    """D03: entries whose text, encoded, is not just them; parts of characters and words aside."""
    entries = [entry for entry in source.learned if entry.whole and entry.word and entry.text]
    left = _not_themselves(bare(source), entries)
    # A word within a text has no space put before it.
    alone = {stage: _unprefixed(source.document.get(stage)) for stage in _CHANGING}
    if left and any(alone[stage] != source.document.get(stage) for stage in _CHANGING):
        left = _not_themselves(_built(source, alone), left)
    # Where spaces only separate, one is put before every word.
    spaced = [_unspaced(entry) for entry in left if entry.text.startswith(" ")]
    if spaced:
        kept = {entry.id for entry in _not_themselves(bare(source), spaced)}
        left = [entry for entry in left if not entry.text.startswith(" ") or entry.id in kept]
    if left:
        causes = _causes(source, left, {entry.id for entry in unreachable}, alone)
        listed = ", ".join(f"{cause} ({count:,})" for cause, count in causes.items())
        text = f"{len(left):,} of {len(entries):,} entries get other ids for their own text: "
        text += f"{named(e.text for e in left)}; causes: {listed}"
        yield replace(finding("D03", "warn", [e.id for e in left], text), causes=causes)


def unreached(source: Source) -> tuple[int | None, int]:
    """How many entries of a byte-level vocabulary their own bytes do not lead to.

    Returns:
        By the model alone, which never emits them (None for a boundless model, which is none
        without its words); and by the whole tokenizer, for those that are valid UTF-8, which may
        still emit them inside a text.
    """
    whole = [entry for entry in source.learned if entry.whole]
    by_all = len(_not_themselves(bare(source), whole))
    if source.kind == "Boundless":
        return None, by_all
    alone = _built(source, {"added_tokens": [], "normalizer": None, "pre_tokenizer": None})
    spelt = [entry._replace(text=entry.core) for entry in source.learned]
    return len(_not_themselves(alone, spelt)), by_all


def _unspaced(entry: Entry) -> Entry:
    """The entry without the space that it begins with."""
    return entry._replace(text=entry.text[1:])


def _causes(
    source: Source, entries: list[Entry], unreachable: set[int], alone: dict[str, Any]
) -> dict[str, int]:
    """What has to be taken away, one stage after the other, until entries are themselves."""
    causes = {"unreachable character": sum(entry.id in unreachable for entry in entries)}
    left = [entry for entry in entries if entry.id not in unreachable]
    changes = dict(alone)
    steps = {
        "added token": {"added_tokens": []},
        "normalizer": {"normalizer": _spelling(alone["normalizer"])},
        "pre-tokenizer": {"pre_tokenizer": _spelling(alone["pre_tokenizer"])},
    }
    for stage, change in steps.items():
        changes |= change
        if left:
            still = _not_themselves(_built(source, changes), left)
            causes[stage] = len(left) - len(still)
            left = still
    merges = source.kind in ("BPE", "Boundless")
    causes["earlier merge" if merges else "preferred pieces"] = len(left)
    return {cause: count for cause, count in causes.items() if count}


def _not_themselves(tokenizer: _core.Tokenizer, entries: list[Entry]) -> list[Entry]:
    """Those whose text does not become just their id."""
    ids = _single_ids(tokenizer, [entry.text for entry in entries])
    return [entry for entry, id in zip(entries, ids, strict=True) if id != entry.id]


def _single_ids(tokenizer: _core.Tokenizer, texts: Sequence[str]) -> list[int | None]:
    """The id of every text that becomes one; None for the others.

    Special tokens are taken from text, as `tokenizers` does.
    """
    if not texts:
        return []
    try:
        batch = tokenizer.encode_batch_ids(
            texts, add_special_tokens=False, allowed_special="all", errors="replace"
        )
    except UnknownTokenError:
        if len(texts) == 1:
            return [None]
        half = len(texts) // 2
        return _single_ids(tokenizer, texts[:half]) + _single_ids(tokenizer, texts[half:])
    starts, lengths = batch.offsets[:-1], np.diff(batch.offsets)
    return [
        int(batch.values[start]) if length == 1 else None
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]


def _unprefixed(component: Any) -> Any:
    """A normalizer or pre-tokenizer that puts nothing before a text."""
    kind = component.get("type") if isinstance(component, dict) else None
    if kind == "Sequence":
        return _each(component, _unprefixed)
    if kind == "ByteLevel" and "add_prefix_space" in component:
        return {**component, "add_prefix_space": False}
    if kind == "Metaspace":
        rest = {key: value for key, value in component.items() if key != "add_prefix_space"}
        return {**rest, "prepend_scheme": "never"}
    return None if kind == "Prepend" else component


def _spelling(component: Any) -> Any:
    """What is left of a stage if it changes and cuts nothing, and only spells bytes and spaces."""
    kind = component.get("type") if isinstance(component, dict) else None
    if kind == "Sequence":
        return _each(component, _spelling)
    if kind == "ByteLevel":
        return {**component, "use_regex": False} if "use_regex" in component else component
    if kind == "Metaspace":
        return {**component, "split": False}
    return component if kind == "Replace" else None


def _each(sequence: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    key = "normalizers" if "normalizers" in sequence else "pretokenizers"
    changed = [change(part) for part in sequence.get(key, [])]
    return {**sequence, key: [part for part in changed if part is not None]}
