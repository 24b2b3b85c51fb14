"""Draws docs/inspect.svg: what `hybridtok inspect` shows in a terminal. Run by `make picture`."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

#: Terminal colours with enough contrast for black text on the bright ones.
NORMAL = [
    (0, 0, 0),
    (222, 110, 110),
    (120, 200, 130),
    (224, 190, 100),
    (110, 160, 230),
    (200, 130, 220),
    (100, 200, 205),
    (215, 215, 215),
]
BRIGHT = [
    (120, 120, 120),
    (255, 150, 150),
    (160, 230, 165),
    (250, 220, 130),
    (150, 190, 255),
    (230, 170, 245),
    (140, 225, 230),
    (255, 255, 255),
]
THEME = TerminalTheme((30, 30, 34), (225, 225, 225), NORMAL, BRIGHT)

SENTENCE = "Kitaplarımızı Ankara'dan getirdiler, çok sevindik! 🙂"


def main() -> None:
    """Runs the command as a person would and keeps its colours."""
    command = ["hybridtok", "inspect", "-t", "build/demo", SENTENCE]
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100"}
    binary = Path(sys.executable).with_name("hybridtok")
    shown = subprocess.run(
        [str(binary), *command[1:]], env=environment, check=True, capture_output=True, text=True
    ).stdout
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text(f'$ hybridtok inspect -t build/demo "{SENTENCE}"', style="bold"))
    console.print(Text.from_ansi(shown))
    # The picture must not ask another machine for a font.
    svg = re.sub(
        r"@font-face \{.*?\}\s*", "", console.export_svg(title="hybridtok", theme=THEME), flags=re.S
    )
    Path("docs/inspect.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
