"""`hybridtok completion`: scripts for shells, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any

import typer

from hybridtok.cli.settings import Settings, command

__all__ = ["register"]


class Shell(str, Enum):
    """A shell."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "completion")(completion)


def completion(
    settings: Settings,
    shell: Annotated[Shell, typer.Argument(help="Your shell.")],
) -> None:
    """Print a completion script: `source <(hybridtok completion bash)`."""
    from hybridtok.cli.app import app

    words = list(_words(typer.main.get_command(app), ()))
    print({Shell.bash: _bash, Shell.zsh: _zsh, Shell.fish: _fish}[shell](words))


def _words(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[str, list[str], list[str]]]:
    """For every command: its name, the commands below it, and its options."""
    below = getattr(tree, "commands", {})
    options = [
        word
        for parameter in tree.params
        for word in (*parameter.opts, *parameter.secondary_opts)
        if word.startswith("--")
    ]
    yield " ".join(path), sorted(below), sorted([*options, "--help"])
    for name in sorted(below):
        yield from _words(below[name], (*path, name))


def _cases(words: list[tuple[str, list[str], list[str]]]) -> str:
    return "\n".join(
        f'    "{name}") commands="{" ".join(below)}"; options="{" ".join(options)}" ;;'
        for name, below, options in words
    )


def _bash(words: list[tuple[str, list[str], list[str]]]) -> str:
    groups = "|".join(name for name, below, _ in words if below and name)
    return f"""# hybridtok completion for bash
_hybridtok() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" path="" commands="" options=""
  [[ $COMP_CWORD -gt 1 ]] && path="${{COMP_WORDS[1]}}"
  case "$path" in
    {groups}) [[ $COMP_CWORD -gt 2 ]] && path="$path ${{COMP_WORDS[2]}}" ;;
  esac
  case "$path" in
{_cases(words)}
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$word"))
  fi
}}
complete -o default -F _hybridtok hybridtok"""


def _zsh(words: list[tuple[str, list[str], list[str]]]) -> str:
    groups = "|".join(name for name, below, _ in words if below and name)
    return f"""#compdef hybridtok
# hybridtok completion for zsh
_hybridtok() {{
  local path_="" commands="" options=""
  (( CURRENT > 2 )) && path_="${{words[2]}}"
  case "$path_" in
    {groups}) (( CURRENT > 3 )) && path_="$path_ ${{words[3]}}" ;;
  esac
  case "$path_" in
{_cases(words)}
  esac
  if [[ "$PREFIX" == -* ]]; then
    compadd -- ${{=options}}
  elif [[ -n "$commands" ]]; then
    compadd -- ${{=commands}}
  else
    _files
  fi
}}
compdef _hybridtok hybridtok"""


def _fish(words: list[tuple[str, list[str], list[str]]]) -> str:
    lines = ["# hybridtok completion for fish"]
    for name, below, options in words:
        parts = name.split()
        if below:
            others = " ".join(below)
            condition = " and ".join(f"__fish_seen_subcommand_from {part}" for part in parts)
            condition = (
                f"{condition + '; and ' if parts else ''}not __fish_seen_subcommand_from {others}"
            )
            lines.append(f"complete -c hybridtok -n '{condition}' -f -a '{others}'")
        condition = "; and ".join(f"__fish_seen_subcommand_from {part}" for part in parts)
        when = f" -n '{condition}'" if condition else ""
        lines += [f"complete -c hybridtok{when} -l {option[2:]}" for option in options]
    return "\n".join(lines)
