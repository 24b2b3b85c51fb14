"""`python -m hybridtok.bench.worker`: one job in, one JSON document out."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from hybridtok.bench.contest import alone, contest
from hybridtok.bench.job import Job
from hybridtok.bench.memory import growth

__all__ = ["main"]


def main() -> None:
    """Reads the job from stdin. Some libraries print; what they say goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    document = json.load(sys.stdin)
    only = document.pop("only")
    job = Job(**{**document, "peers": tuple(document["peers"])})
    answer: dict[str, Any]
    answer = {"memory": growth(alone(job, *only))} if only else contest(job).to_dict()
    with answers:
        json.dump(answer, answers)


if __name__ == "__main__":
    main()
