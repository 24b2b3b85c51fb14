"""Speed and memory beside every other installed tokenizer, with equal results checked in the run.

    from hybridtok.bench import Plan, run

    results = run(Plan(text="corpus.txt", tokenizer="my-tokenizer/tokenizer.json"))

Every round runs every candidate once, one after the other, so that a slow moment of the machine
hits all of them; figures are medians. Each measurement runs in a process of its own, because the
number of threads is for most libraries a matter of the environment they start in.
"""

from hybridtok.bench.plan import Plan, run
from hybridtok.bench.results import Absent, Difference, Result, Row
from hybridtok.bench.tasks import TASKS

__all__ = ["TASKS", "Absent", "Difference", "Plan", "Result", "Row", "run"]
