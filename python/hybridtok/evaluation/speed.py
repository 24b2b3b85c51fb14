"""Speed, by turns: each round runs every tokenizer once, line by line, on one thread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hybridtok.evaluation.subject import Subject

__all__ = ["ROUNDS", "latencies", "speeds"]

ROUNDS = 5

#: Enough for a ratio; more text would measure no better.
_BYTES = 1_000_000


def speeds(subjects: Mapping[str, Subject], texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Medians of the rounds, in MB of text for a second of CPU time, and ratios to the first.

    For more, and for other packages beside: ``hybridtok bench``.
    """
    lines: list[str] = []
    size = 0
    for text in texts:
        if size >= _BYTES:
            break
        lines.append(text)
        size += len(text.encode("utf-8", "surrogatepass"))
    calls: dict[str, dict[str, Callable[[], Any]]] = {"encode": {}, "decode": {}}
    for name, subject in subjects.items():
        calls["encode"][name] = _each(subject.encode_ids, lines)
        ids = [subject.encode_ids(line) for line in lines]
        if lines and subject.decode(ids[0]) is not None:
            calls["decode"][name] = _each(subject.decode, ids)
    found: dict[str, dict[str, Any]] = {name: {} for name in subjects}
    for what, candidates in calls.items():
        seconds: dict[str, list[float]] = {name: [] for name in candidates}
        for _ in range(ROUNDS):
            for name, call in candidates.items():
                start = time.process_time()
                call()
                seconds[name].append(time.process_time() - start)
        rates = {
            name: size / 1e6 / max(statistics.median(taken), 1e-9)
            for name, taken in seconds.items()
        }
        first = rates.get(next(iter(subjects)))
        for name in subjects:
            rate = rates.get(name)
            found[name][f"{what}_mb_per_s"] = rate
            found[name][f"{what}_ratio"] = rate / first if rate and first else None
    return found


def latencies(
    subjects: Mapping[str, Subject], texts: Sequence[str], chunk: str
) -> dict[str, dict[str, Any]]:
    """How long texts take, one a call, in milliseconds of wall clock.

    A text's time is its shortest of the rounds: what else the machine did meanwhile is no matter
    of the tokenizer's.

    Args:
        subjects: the tokenizers, which take turns.
        texts: the texts; median, 99th percentile and maximum are of them.
        chunk: one more text, the longest piece that nothing in it cuts.
    """
    timed = [*texts, chunk]
    best = {name: np.full(len(timed), np.inf) for name in subjects}
    for _ in range(ROUNDS):
        for name, subject in subjects.items():
            for k, text in enumerate(timed):
                start = time.perf_counter_ns()
                subject.encode_ids(text)
                best[name][k] = min(best[name][k], time.perf_counter_ns() - start)
    found = {}
    for name, nanoseconds in best.items():
        *of_texts, of_chunk = (nanoseconds / 1e6).tolist()
        p50, p99 = np.percentile(of_texts, [50, 99]).tolist()
        found[name] = {
            "latency_p50_ms": p50,
            "latency_p99_ms": p99,
            "latency_max_ms": max(of_texts),
            "longest_chunk_ms": of_chunk,
        }
    return found


def _each(function: Callable[[Any], Any], items: Sequence[Any]) -> Callable[[], Any]:
    def call() -> None:
        for item in items:
            function(item)

    return call
