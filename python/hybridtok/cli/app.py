"""All commands together, and how a call of one ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from hybridtok.cli import (
    bench,
    completion,
    convert,
    count,
    decode,
    doctor,
    encode,
    evaluate,
    extend,
    inspect,
    lexicon,
    train,
)
from hybridtok.cli.configuration import name_variables
from hybridtok.cli.failure import (
    DONE,
    INTERRUPTED,
    WRONG_USAGE,
    Interrupted,
    ReaderGone,
    code_and_message,
    tell,
)

__all__ = ["app", "run"]

# The base of typer's own errors; it has no public name in every release.
_UsageError: Any = typer.BadParameter.__mro__[1]
_ClickException: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="hybridtok",
    help="Tokenizers that respect words, trained and run fast.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from hybridtok.cli.version import version_line

        print(version_line())
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Tokenizers that respect words, trained and run fast."""


train.register(app)
extend.register(app)
count.register(app)
encode.register(app)
decode.register(app)
inspect.register(app)
convert.register(app)
evaluate.register(app)
doctor.register(app)
lexicon.register(app)
bench.register(app)
completion.register(app)


def run(arguments: Sequence[str]) -> int:
    """Runs one command; prints errors; returns the exit code."""
    command = typer.main.get_command(app)
    name_variables(command)
    if not arguments:
        print(command.get_help(typer.Context(command, info_name="hybridtok")), file=sys.stderr)
        return WRONG_USAGE
    debug = "--debug" in arguments or os.environ.get("HYBRIDTOK_DEBUG", "") not in ("", "0")
    try:
        result = command(list(arguments), prog_name="hybridtok", standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except ReaderGone:
        return _reader_gone()
    except (Interrupted, KeyboardInterrupt, typer.Abort):
        tell("interrupted", debug=debug)
        return INTERRUPTED
    except typer.Exit as exit:
        return int(exit.exit_code)
    except _UsageError as error:
        return _usage(error, debug=debug)
    except _ClickException as error:
        tell(" ".join(error.format_message().split()), debug=debug)
        return int(error.exit_code)
    except Exception as error:
        code, message = code_and_message(error)
        tell(message, debug=debug)
        return code


def _usage(error: Any, *, debug: bool) -> int:
    context = error.ctx
    message = " ".join(str(error.format_message()).split())
    name = context.command_path if context is not None else "hybridtok"
    tell(f"{message.rstrip('.')}; see `{name} --help`", debug=debug)
    return WRONG_USAGE


def _reader_gone() -> int:
    """Ends quietly."""
    # Python flushes stdout once more at its end.
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
    return DONE
