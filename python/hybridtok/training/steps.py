"""How long the steps of a training take, and how much memory."""

from __future__ import annotations

import sys
import time
from typing import Any

__all__ = ["Steps"]


class Steps:
    """Notes steps as they end.

    Attributes:
        ended: for each its name, seconds, and the highest memory of the process until its end, in
            MB (0 where the system does not tell).
    """

    def __init__(self) -> None:
        """Begins the first step."""
        self.ended: list[dict[str, Any]] = []
        self._begun = time.monotonic()

    def end(self, step: str) -> None:
        """Ends a step and begins the next one."""
        now = time.monotonic()
        elapsed = round(now - self._begun, 3)
        self.ended.append({"step": step, "elapsed_s": elapsed, "peak_rss_mb": _peak()})
        self._begun = now


def _peak() -> int:
    try:
        import resource
    except ModuleNotFoundError:
        return 0
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on macOS, KiB elsewhere.
    return highest // (10**6 if sys.platform == "darwin" else 1000)
