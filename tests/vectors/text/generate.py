#!/usr/bin/env python3
"""Writes the vectors beside this script: what `tokenizers` does to strings of our own.

    pip install tokenizers==0.23.3
    python tests/vectors/text/generate.py

Offsets are bytes of the input. `patterns.json`: per pattern and string the matches (empty ones are not reported) and the
places where `Isolated` cuts (which shows the empty ones). `normalizers.json`: per normalizer and string the text and, per
character, the span it came from. `splitters.json`: per splitter and string the words with their spans.
"""

import itertools
import json
import pathlib

import tokenizers
from tokenizers import NormalizedString, PreTokenizedString, Regex, Tokenizer, pre_tokenizers

HERE = pathlib.Path(__file__).parent
assert tokenizers.__version__ == "0.23.3"

STRINGS = [
    "",
    " ",
    "a",
    "Merhaba dünya, nasılsın?",
    "I'll we've it's DON'T O'Sſ 'st 're",
    "İSTANBUL'DA IŞIK ılık ßtraße ẞ ﬁne oﬃce ﬆ",
    "  two  spaces\tand\ttabs \n\n new\r\nlines \n",
    "12345678 3.14 ٣٤٥ ½²Ⅷ 1,000,000",
    "don-t_stop__now--- ...!? «¡hola!» €5 $x^2",
    "漢字かなカタカナー한국어 日本 a日b",
    "e\u0301 o\u0323\u0302 \u0301x \u0344 A\u030a \u1e9b\u0323 क्षि ก็ำ",
    "👨\u200d👩\u200d👧 🇹🇷🇹 👍🏽 ✂\ufe0f x👍y",
    "\u0000\u0001\u0007\u000b\u001f\u007f\u008f\u009f\u00ad\u200b\u200e\u2028\u2581\ufeff\ufffd.",
    "ﷺ ① ㍿ ﬀ Å Ω ｶﾞ ㎏ 𝒜 ½",
    "שָׁלוֹם عَرَبِيّ ไทย अनुच्छेद",
    "camelCaseHTMLParser snake_case x1y22z333",
    "\u00a0nbsp\u3000wide\u2003em\u0085nel",
    "aaaa aaab abab\nab\n",
    "ſs Ss sS ss Kk K ΣΑΣ ΑΣ ς",
    "▁low▁▁er _ [MASK] <s>",
    "\u0378\U0001f6d8\U0001faea\U00010d4f\ua7dc",
]

PATTERNS = {
    "gpt2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "cl100k possessive": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen2": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "qwen3 marks": r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "tekken": r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "deepseek v3": r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    "deepseek cjk": r"[一-龥぀-ゟ゠-ヿ]+",
    "deepseek letters": r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓ]+",
    "bloom": r" ?[^(\s|[.,!?…。，、।۔،])]+",
    "olmo": r"(?:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
    "superbpe words": r" ?\p{L}+(?: \p{L}+)*|\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))|\s+(?!\S)|\s+",
    "digits from the right": r"\d{1,3}(?=(?:\d{3})*\b)",
    "thousands": r"(?=(?:\d{3})+(?!\d))",
    "starcoder digits": r"\p{N}",
    "words": r"\w+|[^\w\s]+",
    "boundaries": r"\b",
    "no boundaries": r"\B",
    "camel case": r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+",
    "not after": r"(?<!\d|e)\w",
    "lines": r"^.+$",
    "line starts": r"^",
    "line ends": r"$",
    "text ends": r"\A.|.\z|.\Z",
    "dot matches newline": r"(?m)s.n|c",
    "option to the end of the group": r"(?:x(?i)a|b)c|AB",
    "long s": r"(?i:'s)",
    "sharp s": r"(?i)ß",
    "double s": r"(?i)ss",
    "ligatures": r"(?i)ffi|fi|[ﬆk]",
    "sigma": r"(?i)σ+",
    "not sharp": r"(?i)[^ßk]+",
    "dotless": r"(?i)ı|i̇",
    "scripts": r"\p{Han}+|\p{Hiragana}+|\p{Katakana}+|\p{Hangul}+|\p{Arabic}+",
    "categories": r"\p{Lu}\p{Ll}*|\p{Nl}|\p{^L}|\P{N}",
    "posix": r"[[:alpha:]]+|[[:punct:]]|[[:^space:]&&[^[:alnum:]]]",
    "punctuation property": r"\p{Punct}+",
    "hex digits": r"\h+",
    "newlines": r"\R",
    "any": r"\O\N",
    "intersection": r"[a-z&&[^aeiou]]+",
    "brackets": r"[]a]+|[a-c&&b-d]+|[-x]+|[s-]|[\d\-_]",
    "escapes": r"\x61\u0062|\x{131}|\t|\e|\cJ|\.",
    "extended": "(?x) a b # comment\n | \\  d",
    "comment": r"a(?#nothing)b",
    "intervals": r"a{2}?b|a{3,1}c|a{,2}b|x{|{",
    "interval is not possessive": r"a{1,2}+b",
    "lazy": r"a+?b|a??b",
    "atomic": r"(?>a+|ab)b|(?>a*)b",
    "empty alternatives": r"a||b",
    "empty match": r"a*",
    "loops over nothing": r"(?:a*)*b|(?:|a)+",
    "nested loops": r"(?:(?:ab)+a?)*",
    "back-reference": r"(\w)\1",
    "named": r"(?<q>[\s'])\w+\k<q>",
    "backtracking": r"(a+)+$",
}

t = lambda type_, **fields: dict(type=type_, **fields)
regex = lambda pattern, content: t("Replace", pattern={"Regex": pattern}, content=content)
literal = lambda pattern, content: t("Replace", pattern={"String": pattern}, content=content)
normalizer_sequence = lambda *parts: t("Sequence", normalizers=list(parts))

# Rules of a character map of our own, built with sentencepiece 0.2.3 (`normalization_rule_tsv`):
# A -> ab, e U+0301 -> é, b -> (nothing), ﬁ -> fi, U+200B -> (nothing), 日本 -> JP, x -> xxx.
CHARSMAP = json.loads((HERE / "charsmap.json").read_text())

NORMALIZERS = [
    *(
        t("BertNormalizer", clean_text=c, handle_chinese_chars=h, strip_accents=s, lowercase=l)
        for c, h, s, l in [
            (1, 1, None, 1),
            (1, 0, None, 0),
            (0, 1, True, 0),
            (0, 0, False, 1),
            (1, 1, True, 0),
        ]
    ),
    *(t(name) for name in "NFC NFD NFKC NFKD Lowercase StripAccents Nmt ByteLevel".split()),
    *(
        t("Strip", strip_left=l, strip_right=r)
        for l, r in [(True, True), (True, False), (False, True)]
    ),
    t("Precompiled", precompiled_charsmap=CHARSMAP),
    t("Prepend", prepend="▁"),
    t("Prepend", prepend="<é>"),
    literal(" ", "▁"),
    literal("a", ""),
    literal("  ", "x"),
    literal("", "-"),
    regex(r"\s+", " "),
    regex(r"\p{M}+", "$0\\1"),
    regex("^", "#"),
    regex(r"x*", "é"),
    normalizer_sequence(t("NFD"), t("StripAccents"), t("Lowercase")),
    normalizer_sequence(t("Nmt"), t("NFKC"), regex(" {2,}", " "), t("ByteLevel")),
    normalizer_sequence(t("Lowercase"), t("NFD"), t("NFKC"), t("Prepend", prepend="▁")),
    normalizer_sequence(normalizer_sequence(t("ByteLevel")), normalizer_sequence(t("ByteLevel"))),
]
for normalizer in NORMALIZERS:
    for name in ("clean_text", "handle_chinese_chars", "lowercase"):
        if name in normalizer:
            normalizer[name] = bool(normalizer[name])

BEHAVIORS = "Removed Isolated MergedWithPrevious MergedWithNext Contiguous".split()
split = lambda pattern, behavior, invert: t(
    "Split", pattern=pattern, behavior=behavior, invert=invert
)
splitter_sequence = lambda *parts: t("Sequence", pretokenizers=list(parts))
byte_level = lambda prefix, cut: t(
    "ByteLevel", add_prefix_space=prefix, trim_offsets=True, use_regex=cut
)
metaspace = lambda scheme, cut, c="▁": t(
    "Metaspace", replacement=c, prepend_scheme=scheme, split=cut
)

SPLITTERS = [
    *(t(name) for name in "BertPreTokenizer UnicodeScripts Whitespace WhitespaceSplit".split()),
    *(byte_level(*settings) for settings in itertools.product([True, False], repeat=2)),
    t("CharDelimiterSplit", delimiter="a"),
    *(t("Digits", individual_digits=individual) for individual in (True, False)),
    *(t("FixedLength", length=length) for length in (1, 3)),
    *(
        metaspace(*settings)
        for settings in itertools.product(["always", "first", "never"], [True, False])
    ),
    metaspace("always", True, "_"),
    *(t("Punctuation", behavior=behavior) for behavior in BEHAVIORS),
    *(
        split({"Regex": r"\s|a"}, *settings)
        for settings in itertools.product(BEHAVIORS, [True, False])
    ),
    *(
        split({"Regex": r"a*"}, *settings)
        for settings in itertools.product(BEHAVIORS, [True, False])
    ),
    split({"String": "a"}, "MergedWithPrevious", False),
    split({"String": ""}, "Isolated", False),
    splitter_sequence(t("WhitespaceSplit"), metaspace("first", True)),
    splitter_sequence(metaspace("first", False), t("Digits", individual_digits=True)),
    splitter_sequence(t("Digits", individual_digits=False), byte_level(True, True)),
    splitter_sequence(
        t("Punctuation", behavior="Isolated"),
        splitter_sequence(t("UnicodeScripts"), t("FixedLength", length=2)),
    ),
]


def load(normalizer=None, splitter=None):
    model = {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}
    return Tokenizer.from_str(
        json.dumps(
            {"version": "1.0", "model": model, "normalizer": normalizer, "pre_tokenizer": splitter}
        )
    )


def spans(pieces, text):
    """[word, start, end], in bytes of `text`."""
    return [
        [piece, len(text[:start].encode()), len(text[:end].encode())]
        for piece, (start, end) in pieces
    ]


def pattern_vectors(pattern):
    matches = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    cuts = pre_tokenizers.Split(Regex(pattern), "isolated")
    for text in STRINGS:
        found = [place for _, *place in spans(matches.pre_tokenize_str(text), text)]
        yield [found, [end for _, _, end in spans(cuts.pre_tokenize_str(text), text)]]


def normalizer_vectors(normalizer):
    normalizer = load(normalizer=normalizer).normalizer
    for text in STRINGS:
        pieces = PreTokenizedString(text)
        pieces.normalize(lambda piece: normalizer.normalize(piece))
        pieces.split(
            lambda _, piece: [piece.slice((at, at + 1)) for at in range(len(piece.normalized))]
        )
        characters = pieces.get_splits(offset_referential="original", offset_type="byte")
        yield [
            "".join(c for c, _, _ in characters),
            [place for _, offsets, _ in characters for place in offsets],
        ]


def splitter_vectors(splitter):
    splitter = load(splitter=splitter).pre_tokenizer
    for text in STRINGS:
        yield spans(splitter.pre_tokenize_str(text), text)


def write(name, cases):
    lines = ",\n".join(
        json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases
    )
    strings = json.dumps(STRINGS, ensure_ascii=False)
    (HERE / name).write_text('{"strings":' + strings + ',\n"cases":[\n' + lines + "\n]}\n")


write(
    "patterns.json",
    [{"name": n, "regex": p, "want": list(pattern_vectors(p))} for n, p in PATTERNS.items()],
)
write(
    "normalizers.json",
    [{"normalizer": n, "want": list(normalizer_vectors(n))} for n in NORMALIZERS],
)
write("splitters.json", [{"splitter": s, "want": list(splitter_vectors(s))} for s in SPLITTERS])
