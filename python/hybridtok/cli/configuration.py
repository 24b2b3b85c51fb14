"""`--config FILE.toml`: defaults for options. Command line, then environment, then file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

__all__ = ["load_defaults", "name_variables"]


#: Options that mean one call only.
_NO_VARIABLE = ("version", "text", "ids", "to")


def load_defaults(context: typer.Context, path: Path | None) -> Path | None:
    """Makes the options of a TOML file the defaults of this command.

    Options stand at the top or in a table of the command's name (``[train.bpe]``, ``[encode]``),
    with ``-`` or ``_`` in their names. Tables of other commands are left alone.
    """
    if path is None or context.resilient_parsing:
        return path
    options = {p.name: p for p in context.command.params if p.name is not None}
    defaults: dict[str, Any] = {}
    file = _read(path)
    command = _command_names(context)
    tables = [file]
    for name in command:
        table = tables[-1].get(name)
        if not isinstance(table, dict):
            break
        tables.append(table)
    for table in tables:
        for key, value in table.items():
            if isinstance(value, dict):
                continue
            name = key.replace("-", "_")
            if name in options and name != "config":
                defaults[name] = value
            elif table is tables[-1] and len(tables) > 1:
                raise typer.BadParameter(f"{path}: `{' '.join(command)}` has no option {key!r}")
            elif not _known_anywhere(context, name):
                raise typer.BadParameter(f"{path}: there is no option {key!r}")
    context.default_map = {**(context.default_map or {}), **defaults}
    return path


def name_variables(command: Any) -> None:
    """Gives every option of a command, and of those below it, its variable: HYBRIDTOK_NAME."""
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name not in _NO_VARIABLE:
            parameter.envvar = f"HYBRIDTOK_{parameter.name.upper()}"
            # Every option has one, so the list of options need not say so.
            parameter.show_envvar = False
    for below in getattr(command, "commands", {}).values():
        name_variables(below)


def _read(path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with open(path, "rb") as file:
            loaded: dict[str, Any] = tomllib.load(file)
            return loaded
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: not TOML: {error}") from None


def _command_names(context: typer.Context) -> list[str]:
    names: list[str] = []
    place: Any = context
    while place.parent is not None:
        names.insert(0, place.info_name or "")
        place = place.parent
    return names


def _known_anywhere(context: typer.Context, name: str) -> bool:
    """Whether any command has this option: a file may serve several commands."""

    def walk(command: Any) -> bool:
        return any(p.name == name for p in command.params) or any(
            walk(below) for below in getattr(command, "commands", {}).values()
        )

    return walk(context.find_root().command)
