"""D09-D12, D16: added tokens, padding and ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from hybridtok.components import as_bytes, parts
from hybridtok.diagnosis.findings import Finding, Severity, finding, named, shown
from hybridtok.diagnosis.source import Source
from hybridtok.tokenizer import ROLES

__all__ = [
    "check_ids",
    "check_lone_space",
    "check_read_as_bytes",
    "check_specials",
    "check_whitespace",
]

#: More added tokens of whitespace, or longer ones, are there to fill up a vocabulary.
_MOST, _LONGEST = 8, 16


def check_specials(source: Source) -> Iterator[Finding]:
    """D09: padding and special tokens that are not what they are called."""
    ids = {**source.ids, **{added.content: added.id for added in source.added}}
    padding = source.document.get("padding")
    padding = padding if isinstance(padding, dict) else {}
    pad, pad_id = padding.get("pad_token"), padding.get("pad_id")
    if isinstance(pad, str) and pad in ids and pad_id != ids[pad]:
        text = f"padding fills with the id {pad_id}, but {shown(pad)} is {ids[pad]}"
        yield finding("D09", "error", [ids[pad]], text)
    missing = {name: where for where, name in _mentioned(source) if name not in ids}
    if missing:
        listed = ", ".join(f"{shown(name)} ({where})" for name, where in missing.items())
        yield finding("D09", "error", [], f"not in the vocabulary: {listed}", len(missing))
    altered = [added for added in source.added if added.special and added.normalized]
    if altered:
        text = (
            f"special tokens are looked for in normalized text: {named(a.content for a in altered)}"
        )
        yield finding("D09", "error", [a.id for a in altered], text)
    yield from _shared_pad(source, pad if isinstance(pad, str) else None, ids)


def _shared_pad(source: Source, pad: str | None, ids: dict[str, int]) -> Iterator[Finding]:
    pad = _content(source.config.get("pad_token")) or pad
    for role in ("eos_token", "bos_token"):
        other = _content(source.config.get(role))
        if pad is not None and (pad == other or (other is None and pad in ROLES[role])):
            text = f"{shown(pad)} is the padding and the {role}: a model that is not to learn "
            text += "padding does not learn it either"
            yield finding("D09", "warn", [ids[pad]] if pad in ids else [], text, 1)


def _mentioned(source: Source) -> Iterator[tuple[str, str]]:
    """Special tokens by name, and where that is."""
    unknown = source.model.get("unk_token")
    if isinstance(unknown, str):
        yield "model.unk_token", unknown
    padding = source.document.get("padding")
    if isinstance(padding, dict) and isinstance(padding.get("pad_token"), str):
        yield "padding.pad_token", padding["pad_token"]
    yield from ((f"post_processor.{key}", name) for key, name in _post(source))
    for role in ROLES:
        content = _content(source.config.get(role))
        if content is not None:
            yield f"tokenizer_config.{role}", content


def _post(source: Source) -> Iterator[tuple[str, str]]:
    post = source.document.get("post_processor")
    post = post if isinstance(post, dict) else {}
    listed = post.get("processors")
    for processor in [post, *(listed if isinstance(listed, list) else [])]:
        if not isinstance(processor, dict):
            continue
        for key in ("sep", "cls"):
            pair = processor.get(key)
            if isinstance(pair, list) and pair and isinstance(pair[0], str):
                yield key, pair[0]
        specials = processor.get("special_tokens")
        for special in specials.values() if isinstance(specials, dict) else []:
            tokens = special.get("tokens") if isinstance(special, dict) else None
            for token in tokens if isinstance(tokens, list) else []:
                if isinstance(token, str):
                    yield "special_tokens", token


def _content(token: Any) -> str | None:
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else None


def check_whitespace(source: Source) -> Iterator[Finding]:
    """D10: added tokens of nothing but whitespace."""
    runs = [a for a in source.added if len(a.content) > 1 and a.content.isspace()]
    longest = max((len(a.content) for a in runs), default=0)
    if len(runs) > _MOST or longest > _LONGEST:
        text = f"{len(runs):,} added tokens are runs of whitespace, the longest of {longest}"
        yield finding("D10", "warn", [a.id for a in runs], text)


def check_ids(source: Source) -> Iterator[Finding]:
    """D11: ids that no token has, or several."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    for token, id in [*source.vocab, *((a.content, a.id) for a in source.added)]:
        if token not in names[id]:
            names[id].append(token)
    clashes = sorted(id for id, tokens in names.items() if len(tokens) > 1)
    if clashes:
        listed = ", ".join(f"{id} ({named(names[id])})" for id in clashes[:3])
        yield finding("D11", "error", clashes, f"several tokens have one id: {listed}")
    contents = Counter(added.content for added in source.added)
    several = [*source.repeated, *(token for token, times in contents.items() if times > 1)]
    several += [a.content for a in source.added if source.ids.get(a.content, a.id) != a.id]
    several = list(dict.fromkeys(several))
    if several:
        held = set(several)
        ids = sorted(id for id, tokens in names.items() if held.intersection(tokens))
        text = f"one token is listed several times: {named(several)}"
        yield finding("D11", "error", ids, text, len(several))
    negative = sorted(id for id in names if id < 0)
    if negative:
        listed = ", ".join(f"{id} ({named(names[id])})" for id in negative[:3])
        yield finding("D11", "error", negative, f"ids are below 0: {listed}")
    top = max(names, default=-1)
    # Ids may be any number: what is missing is counted, not listed.
    missing = top + 1 - (len(names) - len(negative))
    if missing:
        gaps = _gaps(sorted(names.keys() - negative))
        text = f"ids up to {top:,} are missing: {', '.join(gaps[:4])}{', …' * (len(gaps) > 4)}"
        first = _first_missing(set(names), missing)
        yield finding("D11", "error", first, text, missing)


def _gaps(ids: list[int]) -> list[str]:
    found = []
    for before, after in zip([-1, *ids], ids, strict=False):
        if after > before + 1:
            low, high = before + 1, after - 1
            found.append(str(low) if low == high else f"{low} to {high}")
    return found


def _first_missing(used: set[int], missing: int) -> list[int]:
    first: list[int] = []
    id = 0
    while len(first) < min(missing, 20):
        if id not in used:
            first.append(id)
        id += 1
    return first


def check_lone_space(source: Source) -> Iterator[Finding]:
    """D12: an added token that is one space."""
    space = next((added for added in source.added if added.content == " "), None)
    if space is not None:
        dead = [entry.id for entry in source.learned if " " in entry.text]
        text = (
            f"the space is the added token {space.id}: {len(dead):,} of {len(source.learned):,} "
            "learned entries hold one and are dead"
        )
        yield finding("D12", "error", dead or [space.id], text)


def check_read_as_bytes(source: Source) -> Iterator[Finding]:
    """D16: added tokens that a byte-level decoder takes for bytes, and so gives back as others."""
    if any(part["type"] == "ByteLevel" for part in parts(source.document.get("decoder"))):
        lost = [added for added in source.added if as_bytes(added.content) != added.content]
        for special in (False, True):
            some = [added for added in lost if added.special == special]
            if some:
                severity: Severity = "warn" if special else "error"
                text = f"decoding takes the letters of {named(a.content for a in some)} for bytes: "
                text += f"{shown(some[0].content)} comes back as {shown(as_bytes(some[0].content))}"
                yield finding("D16", severity, [added.id for added in some], text)
