"""Results as tables: for terminals, and for records in Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hybridtok.bench.peers import PEERS
from hybridtok.bench.peers.base import version_of
from hybridtok.bench.results import Result, Row
from hybridtok.bench.tasks import TASKS
from hybridtok.bench.trainers import TRAINERS

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["machine", "markdown", "notes", "table", "title", "versions"]


def machine() -> str:
    """The processor, its cores, the system and Python."""
    cores = f"{os.cpu_count()} cores"
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {cores}, {system}"


def versions() -> dict[str, str]:
    """The installed packages among those that can be measured."""
    from hybridtok._core import __version__

    found = {name: version_of(name) for name in {**PEERS, **TRAINERS} if name != "hybridtok"}
    return {
        "hybridtok": __version__,
        **{name: version for name, version in found.items() if version is not None},
    }


def title(result: Result) -> str:
    """What a table shows."""
    threads = "1 thread" if result.threads == 1 else f"{result.threads} threads"
    return f"{TASKS[result.case].title}: {result.input}; {threads}, {result.rounds} rounds"


def notes(result: Result) -> list[str]:
    """What must be said beside the numbers: differences, and who is absent and why."""
    seen: dict[str, None] = {}
    for row in result.rows:
        if row.difference is not None:
            name = f"{row.peer} {row.way}".strip()
            seen[f"{name} differs from {row.checked_with}: {row.difference}"] = None
    absent: dict[str, list[str]] = {}
    for entry in result.absent:
        absent.setdefault(entry.reason, []).append(entry.peer)
    return [*seen, *(f"without {', '.join(who)}: {why}" for why, who in absent.items())]


def table(result: Result, base: str) -> Table:
    """A table for a terminal."""
    from rich import box
    from rich.table import Table

    shown = Table(title=title(result), title_justify="left", box=box.SIMPLE_HEAD)
    head, *rows = _cells(result, base)
    for number, column in enumerate(head):
        shown.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        # Colour is for differences only.
        shown.add_row(*row, style="red" if "DIFFER" in row[-1] else None)
    return shown


def markdown(result: Result, base: str) -> str:
    """A table for a file, with its title and notes."""
    head, *rows = _cells(result, base)
    lines = [f"### {title(result)}", "", _line(head), _line(["---", *["---:"] * (len(head) - 1)])]
    lines += [_line(row) for row in rows]
    lines += ["", *(f"- {note}" for note in notes(result))]
    return "\n".join(lines).rstrip() + "\n"


def _cells(result: Result, base: str) -> list[list[str]]:
    """The head and a line for each row; columns that nobody fills are left out."""
    lines = [["", "CPU", "MB/s", "wall MB/s", f"x {base}", "memory", "output"]]
    for row in result.rows:
        name = " ".join(part for part in (row.peer, row.way) if part)
        lines.append(
            [
                f"{name}, {row.state}" if row.state else name,
                _seconds(row.cpu_s / row.calls),
                _three(row.megabytes_per_cpu_second),
                _three(row.megabytes_per_second),
                _ratio(result, row, base),
                "" if row.memory is None else f"{row.memory / 1e6:,.0f} MB",
                _output(row),
            ]
        )
    used = [k for k in range(len(lines[0])) if k == 0 or any(line[k] for line in lines[1:])]
    return [[line[k] for k in used] for line in lines]


def _ratio(result: Result, row: Row, base: str) -> str:
    """How many times as fast by CPU time, or by the wall where there are more threads."""
    other = result.row(base, state=row.state)
    if other is None:
        return ""
    if result.threads > 1:
        return f"{row.megabytes_per_second / other.megabytes_per_second:.2f}"
    return f"{row.megabytes_per_cpu_second / other.megabytes_per_cpu_second:.2f}"


def _output(row: Row) -> str:
    if row.difference is not None:
        return "DIFFERS"
    if row.checked_with is None:
        return ""
    return "reference" if row.checked_with == row.peer else "equal"


def _seconds(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{_three(seconds * factor)} {unit}"
    return f"{_three(seconds * 1e9)} ns"


def _three(value: float) -> str:
    """Three digits that matter."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
