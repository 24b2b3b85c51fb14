"""How much a call makes the process grow."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["growth"]

_STATUS = Path("/proc/self/status")
#: Writing 5 here sets the peak back to the present size (proc(5), since Linux 4.0).
_RESET = Path("/proc/self/clear_refs")


def growth(call: Callable[[], Any]) -> int:
    """Bytes between the resident memory before a call and its peak during it."""
    gc.collect()
    _trim()
    try:
        _RESET.write_text("5")
    except OSError:
        before = _peak()
    else:
        before = _field("VmRSS")
    output = call()
    after = _peak()
    del output
    return max(0, after - before)


def _trim() -> None:
    """Gives freed memory back, which the call would otherwise use without growing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _peak() -> int:
    if _STATUS.exists():
        return _field("VmHWM")
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _field(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{_STATUS} has no {name}")
