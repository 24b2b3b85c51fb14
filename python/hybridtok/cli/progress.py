"""Progress on stderr: a bar for people, lines for logs, JSON for programs, or nothing."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator

from hybridtok.cli.settings import ProgressMode, Settings

__all__ = ["progress"]

#: Seconds between two lines.
_PAUSE = 1.0

Report = Callable[[str, int, int], None]


@contextlib.contextmanager
def progress(settings: Settings) -> Iterator[Report | None]:
    """A function ``report(stage, done, total)``, or None if nobody wants to know.

    ``total`` is 0 where it is not known.
    """
    mode = settings.progress
    if settings.quiet or mode is ProgressMode.none:
        yield None
    elif mode is ProgressMode.plain:
        yield _lines(_plain)
    elif mode is ProgressMode.json:
        yield _lines(_json)
    elif sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield None


@contextlib.contextmanager
def _bar() -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.fields[of]}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage == "start":
                return
            if stage not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, total=1, completed=1)
                tasks[stage] = bar.add_task(stage, total=None, of="")
            of = f"{done:,} / {total:,}" if total else f"{done:,}"
            bar.update(tasks[stage], completed=done, total=total or None, of=of)

        yield report


def _lines(write: Callable[[str, int, int, float], str]) -> Report:
    started = time.monotonic()
    last: tuple[str, float] = ("", 0.0)

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        finished = total > 0 and done >= total
        if stage == "start" or (stage == last[0] and now - last[1] < _PAUSE and not finished):
            return
        last = (stage, now)
        print(write(stage, done, total, now - started), file=sys.stderr, flush=True)

    return report


def _plain(stage: str, done: int, total: int, elapsed: float) -> str:
    of = f" of {total:,}" if total else ""
    return f"hybridtok: {stage}: {done:,}{of} ({elapsed:.1f} s)"


def _json(stage: str, done: int, total: int, elapsed: float) -> str:
    record = {"stage": stage, "done": done, "total": total, "elapsed_s": round(elapsed, 3)}
    return json.dumps(record)
