#!/usr/bin/env python3
"""Measures the character classes of Hugging Face `tokenizers` and writes `hf_tables.rs`.

    pip install tokenizers==0.23.3
    python rust/core/text/classes/generate.py          # writes hf_tables.rs beside this script
    python rust/core/text/classes/generate.py --json   # prints the classes as inclusive ranges instead

Nothing is copied from a Unicode file: every scalar value goes through the released wheel, one component a class, and what
comes out is the class. The wheel mixes Unicode versions, so its tables are nobody else's.
"""

import itertools
import json
import pathlib
import sys

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

VERSION = "0.23.3"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
TEXT = "".join(map(chr, SCALARS))

# The order is the order of the bits in `classes.rs`.
CLASSES = [
    "letter",
    "number",
    "regex_whitespace",
    "numeric",
    "whitespace",
    "punctuation",
    "word",
    "bert_clean_removed",
    "strip_accents_removed",
    "bert_strip_accents_removed",
]


def removed_by_normalizer(normalizer):
    return {c for c in SCALARS if normalizer.normalize_str(chr(c)) == ""}


def removed_by_splitter(splitter, text=TEXT):
    """The characters that lie in none of the pieces."""
    removed, previous = set(), 0
    for _, (start, end) in splitter.pre_tokenize_str(text) + [("", (len(text), len(text)))]:
        removed.update(map(ord, text[previous:start]))
        previous = end
    return removed


def alternating(splitter):
    """Pieces alternate between the class and its complement; U+0000 is in the complement."""
    members = set()
    for number, (piece, _) in enumerate(splitter.pre_tokenize_str(TEXT)):
        if number % 2:
            members.update(map(ord, piece))
    return members


def word_characters():
    """`Whitespace` keeps runs of word characters and runs of others: a piece that sticks to an `a` is of words."""
    splitter = pre_tokenizers.Whitespace()
    members = set()
    for piece, _ in splitter.pre_tokenize_str(TEXT):
        if len(splitter.pre_tokenize_str("a" + piece[0])) == 1:
            members.update(map(ord, piece))
    return members


def measure_classes():
    regex = lambda pattern: removed_by_splitter(pre_tokenizers.Split(Regex(pattern), "removed"))
    bert = lambda **on: normalizers.BertNormalizer(
        **(dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False) | on)
    )
    letter, number = regex(r"\p{L}"), regex(r"\p{N}")
    # GPT-2's pattern is compiled by the same engine: "a" and a letter stay together.
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    assert letter == {c for c in SCALARS if len(byte_level.pre_tokenize_str("a" + chr(c))) == 1}
    return {
        "letter": letter,
        "number": number,
        "regex_whitespace": regex(r"\s"),
        "numeric": alternating(pre_tokenizers.Digits(individual_digits=False)),
        "whitespace": removed_by_splitter(pre_tokenizers.WhitespaceSplit()),
        "punctuation": alternating(pre_tokenizers.Punctuation("contiguous")),
        "word": word_characters(),
        "bert_clean_removed": removed_by_normalizer(bert(clean_text=True)),
        "strip_accents_removed": removed_by_normalizer(normalizers.StripAccents()),
        "bert_strip_accents_removed": removed_by_normalizer(bert(strip_accents=True)),
    }


def measure_scripts():
    """(first character, script number) of every run of one script. 0 is "Any": it never opens a piece."""
    splitter = pre_tokenizers.UnicodeScripts()
    any_script = {c for c in SCALARS if c != 0x61 and len(splitter.pre_tokenize_str("a" + chr(c) + "a")) == 1}
    any_script -= {c for c in any_script if len(splitter.pre_tokenize_str("α" + chr(c))) == 2}
    known, numbers = [], {}
    runs = []
    for is_any, group in itertools.groupby(SCALARS, lambda c: c in any_script):
        text = "".join(map(chr, group))
        if is_any:
            runs.append((ord(text[0]), 0))
            continue
        for piece, _ in splitter.pre_tokenize_str(text):
            same = [n for n, c in enumerate(known) if len(splitter.pre_tokenize_str(c + piece[0])) == 1]
            if not same:
                known.append(piece[0])
                same = [len(known) - 1]
            runs.append((ord(piece[0]), same[0] + 1))
    return runs


def ranges(members):
    result = []
    for c in sorted(members):
        if result and result[-1][1] == c - 1:
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def rust_table(name, doc, kind, runs):
    cells = [f"({start:#x},{value:#x})," for start, value in runs]
    lines, line = [], "   "
    for cell in cells:
        if len(line) + 1 + len(cell) > 118:
            lines.append(line)
            line = "   "
        line += " " + cell
    lines.append(line)
    return f"/// {doc}\n#[rustfmt::skip]\npub(super) const {name}: &[(u32, {kind})] = &[\n" + "\n".join(lines) + "\n];\n"


def main():
    if tokenizers.__version__ != VERSION:
        sys.exit(f"this table is that of tokenizers {VERSION}; {tokenizers.__version__} is installed")
    classes = measure_classes()
    if "--json" in sys.argv:
        print(json.dumps({name: ranges(members) for name, members in classes.items()}))
        return
    masks = [0] * 0x110000
    for bit, name in enumerate(CLASSES):
        for c in classes[name]:
            masks[c] |= 1 << bit
    runs = [(c, masks[c]) for c in range(0x110000) if c == 0 or masks[c] != masks[c - 1]]
    text = f"""//! Character classes of Hugging Face `tokenizers` {VERSION}. Written by `generate.py`, which measures them; do not edit.

"""
    text += rust_table("CLASS_RUNS", "First code point and class bits (the order of `Class`) of every run.", "u16", runs)
    text += "\n"
    scripts = [run for run in itertools.chain(measure_scripts())]
    scripts = [run for n, run in enumerate(scripts) if n == 0 or run[1] != scripts[n - 1][1]]
    text += rust_table("SCRIPT_RUNS", "First code point and script number of every run; 0 is no script.", "u8", scripts)
    pathlib.Path(__file__).with_name("hf_tables.rs").write_text(text)


if __name__ == "__main__":
    main()
