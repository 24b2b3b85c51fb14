"""Rounds: every candidate once, one after the other, and medians over the rounds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hybridtok.bench.peers.base import failure
from hybridtok.bench.results import Absent, Difference, Row

__all__ = ["Candidate", "compete"]


@dataclass
class Candidate:
    """Something to measure.

    Attributes:
        prepare: makes everything ready, untimed, and returns the call to time.
        states: names for calling it once, twice, ... after one preparation.
        size: bytes of text in a run.
        calls: calls in a run.
        check: compares what the call gave; None if there is nothing to compare.
    """

    peer: str
    way: str
    prepare: Callable[[], Callable[[], Any]]
    size: int
    states: tuple[str, ...] = ("",)
    calls: int = 1
    check: Callable[[Any], Difference | None] | None = None
    checked_with: str | None = None
    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    difference: Difference | None = None
    failure: str | None = None


def compete(candidates: list[Candidate], rounds: int) -> tuple[list[Row], list[Absent]]:
    """Runs the rounds. A candidate that fails is out, with its reason."""
    for number in range(rounds):
        # Another one starts each time: nobody always runs after the same neighbour.
        shift = number % max(len(candidates), 1)
        for candidate in candidates[shift:] + candidates[:shift]:
            if candidate.failure is None:
                candidate.failure = failure(partial(_run, candidate))
    failed = [
        Absent(candidate.peer, f"{candidate.way}: {candidate.failure}")
        for candidate in candidates
        if candidate.failure is not None
    ]
    return [row for c in candidates if c.failure is None for row in _rows(c)], failed


def _run(candidate: Candidate) -> None:
    call = candidate.prepare()
    for state in candidate.states:
        output, times = _timed(call)
        candidate.times.setdefault(state, []).append(times)
        if candidate.check is not None and candidate.difference is None:
            candidate.difference = candidate.check(output)
        del output


def _timed(call: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """The output, and CPU seconds (of all threads) and seconds on the wall."""
    gc.collect()
    gc.disable()  # as timeit does: whose turn it is to collect is a matter of chance
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        output = call()
        return output, (time.process_time() - cpu, time.perf_counter() - wall)
    finally:
        gc.enable()


def _rows(candidate: Candidate) -> list[Row]:
    rows = []
    for state, times in candidate.times.items():
        cpu = [seconds for seconds, _ in times]
        rows.append(
            Row(
                candidate.peer,
                candidate.way,
                state,
                size=candidate.size,
                calls=candidate.calls,
                # A run may be shorter than the clock's step.
                cpu_s=max(statistics.median(cpu), 1e-9),
                wall_s=max(statistics.median(seconds for _, seconds in times), 1e-9),
                cpu_range_s=(min(cpu), max(cpu)),
                checked_with=candidate.checked_with,
                difference=candidate.difference,
            )
        )
    return rows
