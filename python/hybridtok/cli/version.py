"""What `--version` prints."""

from __future__ import annotations

import json
import re

__all__ = ["version_line"]


def version_line() -> str:
    """The tool's version, and that of its Unicode data."""
    from hybridtok import _core

    # The artefact of an empty tokenizer names the Unicode version it was made with.
    artefact = _core.Tokenizer.from_str(_EMPTY, unicode="unicode").to_native()
    found = re.search(r'"unicode_version":\s*"([^"]*)"', artefact)
    unicode = f" (Unicode {found[1]})" if found else ""
    return f"hybridtok {_core.__version__}{unicode}"


_EMPTY = json.dumps({"version": "1.0", "model": {"type": "BPE", "vocab": {}, "merges": []}})
