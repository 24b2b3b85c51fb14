"""A job's candidates, against each other or alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hybridtok.bench.differences import in_merges
from hybridtok.bench.encoders import REFERENCE, encoder_alone, encoders
from hybridtok.bench.inputs import Inputs
from hybridtok.bench.job import Job
from hybridtok.bench.peers import Peer
from hybridtok.bench.results import Absent, Difference, Result
from hybridtok.bench.rounds import Candidate, compete
from hybridtok.bench.trainers import TRAINERS

__all__ = ["alone", "contest"]

Candidates = tuple[list[Candidate], list[Absent]]


def contest(job: Job) -> Result:
    """Measures all candidates of a job."""
    inputs = Inputs(job)
    if inputs.case.task is not None:
        candidates, absent = encoders(inputs, inputs.case.task)
    else:
        candidates, absent = _trainers(inputs) if job.case == "train" else _loads(inputs)
    rows, failed = compete(candidates, job.rounds)
    return Result(job.case, job.threads, job.rounds, str(inputs), rows, [*absent, *failed])


def alone(job: Job, peer: str, way: str) -> Callable[[], Any]:
    """One candidate, ready to be called in a process of its own."""
    inputs = Inputs(job)
    if inputs.case.task is not None:
        return encoder_alone(inputs, inputs.case.task, peer, way)
    trainer = TRAINERS[peer]()
    return lambda: trainer.train(job.text, job.vocab_size, job.threads)


def _loads(inputs: Inputs) -> Candidates:
    size = len(inputs.source.text.encode())
    candidates = []
    peers, absent = inputs.peers()
    for peer in peers:
        if not peer.reads_json:
            absent.append(Absent(peer.name, "it does not read a tokenizer.json"))
            continue

        def prepare(peer: type[Peer] = peer) -> Callable[[], Any]:
            return lambda: peer(inputs.source, 1)

        candidates.append(Candidate(peer.name, "", prepare, size))
    return candidates, absent


def _trainers(inputs: Inputs) -> Candidates:
    candidates, absent = [], []
    expected: list[Any] = []
    for name, trainer in TRAINERS.items():
        if inputs.job.peers and name not in inputs.job.peers:
            continue
        why = trainer.reason()
        if why is None:
            candidates.append(_trainer(inputs, name, expected))
        else:
            absent.append(Absent(name, why))
    # The reference runs first in the first round, and the others are compared with it.
    candidates.sort(key=lambda candidate: candidate.peer != REFERENCE)
    for candidate in candidates:
        candidate.checked_with = candidates[0].peer
    return candidates, absent


def _trainer(inputs: Inputs, name: str, expected: list[Any]) -> Candidate:
    trainer = TRAINERS[name]()
    job = inputs.job

    def prepare() -> Callable[[], Any]:
        return lambda: trainer.train(job.text, job.vocab_size, job.threads)

    def check(trained: Any) -> Difference | None:
        merges = trainer.merges(trained)
        if not expected:
            expected.append(merges)
        return in_merges(expected[0], merges)

    return Candidate(name, "", prepare, inputs.size, check=check)
