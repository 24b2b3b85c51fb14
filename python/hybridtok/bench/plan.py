"""Running a plan: a process for each case and number of threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hybridtok.bench.job import Job
from hybridtok.bench.results import Absent, Result
from hybridtok.bench.tasks import TASKS
from hybridtok.bench.trainers import TRAINERS

__all__ = ["BenchError", "Plan", "run"]

#: How long a trainer may take alone: ten times as long as the slowest one usually does.
_PATIENCE_S = 20.0
_PATIENCE_S_PER_BYTE = 5e-6

#: Called with the case, jobs done, and jobs in all.
Report = Callable[[str, int, int], None]


class BenchError(RuntimeError):
    """A worker process died, usually because a measured library took it along."""


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        text: a UTF-8 text file.
        tokenizer: a `tokenizer.json`.
        sentencepiece: the sentencepiece model it was made from, to measure that, too.
        name: of the text in tables; by default that of the file.
        cases: of `TASKS`.
        rounds: every round runs every candidate once.
        threads: numbers of threads; cases that cannot use more than one run with the first.
        peers: PyPI names; by default all.
        check_bytes: so much of a long document goes to `tokenizers`; its output there is compared
            with everybody's. The rest is compared with this package's.
        vocab_size: for training.
        memory: whether to measure peak memory, in further processes, with the first number of
            threads.
    """

    text: str | os.PathLike[str]
    tokenizer: str | os.PathLike[str]
    sentencepiece: str | os.PathLike[str] | None = None
    name: str | None = None
    cases: tuple[str, ...] = field(default_factory=lambda: tuple(TASKS))
    rounds: int = 5
    threads: tuple[int, ...] = (1, 2)
    peers: tuple[str, ...] = ()
    check_bytes: int = 4_000_000
    vocab_size: int = 32_000
    memory: bool = True

    def jobs(self) -> list[Job]:
        """A job for each process."""
        sentencepiece = self.sentencepiece
        return [
            Job(
                case=case,
                threads=threads,
                rounds=self.rounds,
                name=self.name or Path(self.text).name,
                text=os.fspath(self.text),
                tokenizer=os.fspath(self.tokenizer),
                sentencepiece=None if sentencepiece is None else os.fspath(sentencepiece),
                peers=tuple(self.peers),
                check_bytes=self.check_bytes,
                vocab_size=self.vocab_size,
            )
            for case in self.cases
            for threads in (self.threads if TASKS[case].threaded else self.threads[:1])
        ]


def run(plan: Plan, progress: Report | None = None) -> list[Result]:
    """Measures.

    Args:
        plan: what.
        progress: called now and then.

    Returns:
        One result for each case and number of threads.

    Raises:
        BenchError: a worker process died.
    """
    jobs = plan.jobs()
    results = []
    trainers = _Trainers()
    for done, job in enumerate(jobs):
        if progress is not None:
            progress(job.case, done, len(jobs))
        if job.case == "train":
            results.append(trainers.measure(job))
            continue
        result = Result.of(_answer(job))
        if plan.memory and TASKS[job.case].memory and job.threads == plan.threads[0]:
            _measure_memory(job, result)
        results.append(result)
    if progress is not None and jobs:
        progress(jobs[-1].case, len(jobs), len(jobs))
    return results


def _measure_memory(job: Job, result: Result) -> None:
    """Fills in the peak memory of every candidate, each in a fresh process."""
    grown: dict[tuple[str, str], int] = {}
    for row in result.rows:
        key = (row.peer, row.way)
        if key not in grown:
            grown[key] = _answer(job, only=key)["memory"]
        row.memory = grown[key]


class _Trainers:
    """Trainers run alone first: on some texts one never ends, and it would take the others along.

    (gigatoken 0.10.0 does not end where many pairs occur equally seldom.)
    """

    def __init__(self) -> None:
        self.memory: dict[str, int] = {}
        self.absent: dict[str, str] = {}

    def measure(self, job: Job) -> Result:
        for name in TRAINERS:
            known = name in self.memory or name in self.absent
            if not known and (not job.peers or name in job.peers):
                self._try(job, name)
        absent = [Absent(name, why) for name, why in self.absent.items()]
        if not self.memory:
            return Result(job.case, job.threads, job.rounds, job.name, [], absent)
        result = Result.of(_answer(replace(job, peers=tuple(self.memory))))
        result.absent += absent
        for row in result.rows:
            row.memory = self.memory[row.peer]
        return result

    def _try(self, job: Job, name: str) -> None:
        why = TRAINERS[name].reason()
        if why is None:
            limit = _PATIENCE_S + _PATIENCE_S_PER_BYTE * Path(job.text).stat().st_size
            try:
                self.memory[name] = _answer(job, only=(name, ""), limit=limit)["memory"]
                return
            except BenchError as error:
                why = str(error)
        self.absent[name] = why


def _answer(
    job: Job, only: tuple[str, str] | None = None, limit: float | None = None
) -> dict[str, Any]:
    threads = {
        "RAYON_NUM_THREADS": str(job.threads),
        "TOKENIZERS_PARALLELISM": "true" if job.threads > 1 else "false",
    }
    what = job.case if only is None else f"{job.case} with {' '.join(only).strip()}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hybridtok.bench.worker"],
            input=json.dumps({**asdict(job), "only": only}).encode(),
            capture_output=True,
            env={**os.environ, **threads},
            check=False,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        raise BenchError(f"{what}: not done after {limit:.0f} s") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise BenchError(f"{what}: the worker process ended with {done.returncode}: {lines[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
