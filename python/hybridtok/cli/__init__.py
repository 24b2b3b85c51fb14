"""The command line. stdout carries data only; everything else goes to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `hybridtok` with ``arguments`` (by default those of the process).

    Returns:
        0 done, 1 failed, 2 wrong usage, 3 bad input or model file, 4 cannot be expressed in that
        format, 5 a check failed, 130 interrupted.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments in (["--version"], ["-V"]):
        # Asked by scripts and shells, so answered before the rest is imported.
        from hybridtok.cli.version import version_line

        print(version_line())
        return 0
    from hybridtok.cli.app import run

    return run(arguments)
