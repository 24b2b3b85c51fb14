"""Rebuilds the sample corpora: `python corpora/generate.py [NAME...]`, all of them by default.

The same sources give the same bytes, whatever the machine and the Python version (3.10 or newer).
"""

import importlib
import sys

# In this order: the OCR pairs are made from the English and Turkish lines.
NAMES = ["turkish", "english", "finnish", "legal", "ocr", "items"]


def main(names: list[str]) -> None:
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        sys.exit(f"no such corpus: {', '.join(unknown)} (there are: {', '.join(NAMES)})")
    for name in NAMES:
        if not names or name in names:
            importlib.import_module(f"{name}.generate").build()
            print(f"{name}: done", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
