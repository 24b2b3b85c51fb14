"""The candidates that encode and decode."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hybridtok.bench import differences
from hybridtok.bench.inputs import Inputs
from hybridtok.bench.peers import PEERS, Peer, Task
from hybridtok.bench.peers.base import PROBE, concatenated, failure
from hybridtok.bench.results import Absent, Difference
from hybridtok.bench.rounds import Candidate

__all__ = ["REFERENCE", "encoder_alone", "encoders"]

#: Whose output is right, where it is installed; otherwise the first candidate's.
REFERENCE = "tokenizers"

Check = Callable[[Any], Difference | None]


def encoders(inputs: Inputs, task: Task) -> tuple[list[Candidate], list[Absent]]:
    """Every call of every peer that does the task, and who has none."""
    peers, absent = inputs.peers()
    loaded = {peer: peer(inputs.source, inputs.job.threads) for peer in peers}
    able = []
    for peer, tokenizer in loaded.items():
        why = "it has no such call"
        if task in tokenizer.ways():
            failed = failure(partial(_begin, tokenizer, task))
            if failed is None:
                able.append(peer)
                continue
            why = failed
        absent.append(Absent(peer.name, why))
    judge = min(able, key=lambda peer: peer.name != REFERENCE, default=None)
    if judge is None:
        return [], absent
    check_of = _checks(inputs, task, judge, loaded[judge])
    candidates = []
    for peer in able:
        _, size, calls = inputs.given(peer)
        for way in loaded[peer].ways()[task]:
            candidate = Candidate(
                peer.name,
                way,
                _preparation(inputs, task, peer, loaded[peer], way),
                size,
                inputs.case.states,
                calls,
                check_of(peer),
                judge.name,
            )
            candidates.append(candidate)
    return candidates, absent


def encoder_alone(inputs: Inputs, task: Task, name: str, way: str) -> Callable[[], Any]:
    """One call of one peer, fresh but for the tables that a first call makes."""
    peer = PEERS[name]
    tokenizer = peer(inputs.source, inputs.job.threads)
    _begin(tokenizer, task)
    return _call(tokenizer.ways()[task][way], task, inputs.given(peer)[0])


def _begin(tokenizer: Peer, task: Task) -> None:
    """Lets a library import and start what it needs only once in a process."""
    if task != "decode":
        for work in tokenizer.ways()[task].values():
            work([PROBE] if task in ("batch", "encodings") else PROBE)


def _preparation(
    inputs: Inputs, task: Task, peer: type[Peer], kept: Peer, way: str
) -> Callable[[], Callable[[], Any]]:
    given = inputs.given(peer)[0]

    def fresh() -> Callable[[], Any]:
        tokenizer = peer(inputs.source, inputs.job.threads)
        return _call(tokenizer.ways()[task][way], task, given)

    def warm() -> Callable[[], Any]:
        call = _call(kept.ways()[task][way], task, given)
        call()
        return call

    return fresh if "cold" in inputs.case.states else warm


def _call(work: Callable[[Any], Any], task: Task, given: Any) -> Callable[[], Any]:
    if task == "prompt":
        return lambda: [work(prompt) for prompt in given]
    return lambda: work(given)


def _checks(
    inputs: Inputs, task: Task, judge: type[Peer], tokenizer: Peer
) -> Callable[[type[Peer]], Check]:
    """For each peer, the comparison of its output with the judge's."""
    given, size, _ = inputs.given(judge)
    expected = _call(next(iter(tokenizer.ways()[task].values())), task, given)()
    match task:
        case "document":
            return _check_document(inputs, expected, partial=size < inputs.size)
        case "decode":
            text = expected.decode("utf-8", "replace") if isinstance(expected, bytes) else expected
            return lambda peer: lambda found: differences.in_text(text, found)
        case "encodings":
            return lambda peer: lambda found: differences.in_encodings(expected, found)
        case "prompt":
            prompts = concatenated(expected)
            return lambda peer: lambda found: differences.in_rows(prompts, concatenated(found))
        case "batch":
            rows = judge.ragged(expected)
            return lambda peer: lambda found: differences.in_rows(rows, peer.ragged(found))


def _check_document(inputs: Inputs, ids: Any, *, partial: bool) -> Callable[[type[Peer]], Check]:
    """As the judge where it was asked, and as this package on the rest."""
    import numpy as np

    expected = np.asarray(ids, dtype=np.uint32)

    def check(found: Any, cut: bool) -> Difference | None:
        found = np.asarray(found, dtype=np.uint32)
        first = differences.in_ids(expected, found, partial=partial and not cut)
        if first is not None or cut or not partial:
            return first
        return differences.in_ids(inputs.ids, found)

    return lambda peer: lambda found: check(found, peer.slow)
