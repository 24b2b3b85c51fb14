"""The options that every command has, and the object that commands find them in."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from hybridtok.cli.configuration import load_defaults
from hybridtok.cli.failure import Interrupted, ReaderGone

__all__ = ["ProgressMode", "Settings", "command"]


class ProgressMode(str, Enum):
    """How progress is shown on stderr."""

    auto = "auto"
    plain = "plain"
    json = "json"
    none = "none"


@dataclass(frozen=True)
class Settings:
    """The common options of one call."""

    json: bool
    quiet: bool
    progress: ProgressMode
    seed: int | None
    threads: int | None
    force: bool
    debug: bool

    def note(self, text: str) -> None:
        """Says something on stderr, to people only."""
        if not self.quiet and sys.stderr.isatty():
            print(text, file=sys.stderr)

    def warn(self, text: str) -> None:
        """Says something on stderr that matters in logs, too."""
        if not self.quiet:
            print(f"hybridtok: warning: {text}", file=sys.stderr)


_COMMON: dict[str, tuple[Any, Any]] = {
    "json": (
        Annotated[bool, typer.Option("--json", help="Print the result as JSON.")],
        False,
    ),
    "quiet": (
        Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notes.")],
        False,
    ),
    "progress": (
        Annotated[
            ProgressMode, typer.Option("--progress", help="How to show progress, on stderr.")
        ],
        ProgressMode.auto,
    ),
    "seed": (
        Annotated[
            int | None,
            typer.Option(
                "--seed", min=0, help="Start of the random numbers (dropout, shares of corpora)."
            ),
        ],
        None,
    ),
    "threads": (
        Annotated[
            int | None,
            typer.Option("--threads", min=1, help="Threads; by default one a core."),
        ],
        None,
    ),
    "force": (
        Annotated[bool, typer.Option("--force", help="Replace what is there.")],
        False,
    ),
    "debug": (
        Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")],
        False,
    ),
}

_CONFIG = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE.toml",
        help="Options by name; the command line and HYBRIDTOK_* variables win over it.",
        callback=load_defaults,
        is_eager=True,
    ),
]


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a command. Its function takes `Settings` first, and gets the common options.

    A parameter of its own with the name of a common option takes that option's place.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(function, eval_str=True).parameters
        parameters = list(own.values())[1:]
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters += [
            inspect.Parameter(option, keyword, default=default, annotation=annotation)
            for option, (annotation, default) in _COMMON.items()
            if option not in own
        ]
        parameters.append(inspect.Parameter("config", keyword, default=None, annotation=_CONFIG))

        @functools.wraps(function)
        def call(**options: Any) -> None:
            options.pop("config")
            settings = Settings(
                **{
                    option: default if option in own else options.pop(option)
                    for option, (_, default) in _COMMON.items()
                }
            )
            if settings.seed is not None:
                from hybridtok import seed

                seed(settings.seed)
            # These two are not left to typer, whose releases treat them differently.
            try:
                function(settings, **options)
                sys.stdout.flush()
            except BrokenPipeError:
                raise ReaderGone from None
            except KeyboardInterrupt:
                raise Interrupted from None

        vars(call)["__signature__"] = inspect.Signature(parameters)
        call.__annotations__ = {p.name: p.annotation for p in parameters}
        del vars(call)["__wrapped__"]
        app.command(name)(call)
        return function

    return register
