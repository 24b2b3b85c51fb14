"""Asks the Python package `tokenizers` 0.23.3 what encodings, post-processors and decoders do, and writes the answers.

    python tests/vectors/make_parts.py [CASES] [FOLDER] [SEED]

writes encodings.json, post.json and decoders.json: a few hand-made cases and CASES random ones each. The committed files
have 40; `HYBRIDTOK_VECTORS=FOLDER cargo test --test encodings --test decoders` runs on any other number.
All strings are made up here. A case on which `tokenizers` panics is left out: those have tests of their own.
"""

import json
import os
import random
import sys

from tokenizers import Encoding, Tokenizer, decoders, models, processors

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 40
FOLDER = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)

VOCAB = ["[PAD]", "a", "Ġb", "c", "Ġ", "ğ", "ĠĠd", "e Ġ", "\u3000f", "[CLS]", "[SEP]", "x"]


def load(state):
    encoding = Encoding()
    encoding.__setstate__(json.dumps(state).encode())
    return encoding


def dump(encoding):
    return json.loads(encoding.__getstate__())


def random_state(length=None, depth=1, sequences=True):
    length = rng.randrange(9) if length is None else length
    ids = [rng.randrange(len(VOCAB) + 2) for _ in range(length)]
    tokens = [
        VOCAB[i] if i < len(VOCAB) and rng.random() < 0.8 else rng.choice(["", "own", " y ", "ĠĠ"])
        for i in ids
    ]
    at, offsets, words = 0, [], []
    for token in tokens:
        start = at
        at += rng.choice([0, 1, len(token), len(token) + 1])
        offsets.append([start, at])
        words.append(rng.choice([None, len(offsets) // 2, len(offsets) // 2, rng.randrange(5)]))
    ranges = {}
    if sequences and rng.random() < 0.5:
        for sequence in rng.sample(range(4), rng.randrange(3)):
            start = rng.randrange(length + 1)
            ranges[str(sequence)] = {"start": start, "end": rng.randrange(start, length + 1)}
    few = lambda values: (
        [rng.choice(values)] * length if rng.random() < 0.5 else [rng.choice(values) for _ in ids]
    )
    windows = rng.choice([0, 0, 1, 2]) if depth else 0
    return {
        "ids": ids,
        "type_ids": few([0, 1, 2]),
        "tokens": tokens,
        "words": words,
        "offsets": offsets,
        "special_tokens_mask": few([0, 1]),
        "attention_mask": few([0, 1]),
        "overflowing": [random_state(depth=depth - 1, sequences=sequences) for _ in range(windows)],
        "sequence_ranges": ranges,
    }


def attempt(function):
    """The result, None for a caught error; raises Skip for a panic."""
    try:
        return function()
    except Exception:
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Skip from None
        raise


class Skip(Exception):
    pass


# --- encodings -------------------------------------------------------------------------------------------------------


def lookups(encoding, ranges):
    span = range(len(encoding) + 2)
    chars = range((encoding.offsets[-1][1] if len(encoding) else 0) + 2)
    covered = [token for r in ranges.values() for token in range(r["start"], r["end"])]
    overlapping = len(covered) > len(set(covered))
    return {
        "n_sequences": encoding.n_sequences,
        "sequence_ids": encoding.sequence_ids,
        # With overlapping ranges `tokenizers` answers from a hash map, at random.
        "token_to_sequence": None if overlapping else [encoding.token_to_sequence(t) for t in span],
        "token_to_chars": None if overlapping else [encoding.token_to_chars(t) for t in span],
        "token_to_word": None if overlapping else [encoding.token_to_word(t) for t in span],
        "word_to_tokens": [[encoding.word_to_tokens(w, s) for w in range(6)] for s in range(3)],
        "word_to_chars": [[encoding.word_to_chars(w, s) for w in range(6)] for s in range(3)],
        "char_to_token": [[encoding.char_to_token(c, s) for c in chars] for s in range(3)],
        "char_to_word": None
        if overlapping
        else [[encoding.char_to_word(c, s) for c in chars] for s in range(3)],
    }


def encoding_case(op):
    if op == "lookups":
        state = random_state(depth=0)
        return {"op": op, "in": [state], "out": lookups(load(state), state["sequence_ranges"])}
    if op == "truncate":
        state = random_state(length=rng.choice([None, 20]))
        args = [rng.randrange(8), rng.randrange(4), rng.choice(["left", "right"])]
        encoding = load(state)
        attempt(lambda: encoding.truncate(*args))
        return {"op": op, "in": [state], "args": args, "out": dump(encoding)}
    if op == "pad":
        state = random_state()
        args = [
            rng.randrange(12),
            rng.choice(["left", "right"]),
            rng.randrange(14),
            rng.randrange(3),
            rng.choice(VOCAB),
        ]
        encoding = load(state)
        encoding.pad(
            args[0], direction=args[1], pad_id=args[2], pad_type_id=args[3], pad_token=args[4]
        )
        return {"op": op, "in": [state], "args": args, "out": dump(encoding)}
    if op == "merge":
        states = [random_state(depth=rng.choice([0, 1, 1, 2])) for _ in range(rng.randrange(4))]
        growing = rng.random() < 0.5
        return {
            "op": op,
            "in": states,
            "args": [growing],
            "out": dump(Encoding.merge([load(s) for s in states], growing)),
        }
    if op == "set_sequence_id":
        state = random_state()
        encoding = load(state)
        encoding.set_sequence_id(rng.randrange(4))
        out = dump(encoding)
        new = [k for k, r in out["sequence_ranges"].items() if r != state["sequence_ranges"].get(k)]
        return (
            {"op": op, "in": [state], "args": [int(new[0])], "out": out}
            if new
            else encoding_case(op)
        )
    assert op == "truncate_pair"
    pair = rng.random() < 0.7
    states = [
        random_state(length=rng.randrange(14), depth=0, sequences=False) for _ in range(1 + pair)
    ]
    strategy = rng.choice(["longest_first", "longest_first", "only_first", "only_second"])
    args = [rng.randrange(12), rng.choice([0, 0, 1, 2]), strategy, rng.choice(["left", "right"])]
    tokenizer = Tokenizer(models.WordLevel({}, unk_token="x"))
    try:
        tokenizer.enable_truncation(args[0], stride=args[1], strategy=strategy, direction=args[3])
    except ValueError:
        raise Skip from None
    if args[1] >= args[0] > 0:
        raise Skip  # accepted there and a panic in use; refused here
    merged = attempt(lambda: tokenizer.post_process(*map(load, states)))
    return {"op": op, "in": states, "args": args, "out": None if merged is None else dump(merged)}


# --- post-processors -------------------------------------------------------------------------------------------------


def random_post(depth=1):
    kind = rng.choice(
        ["bert", "roberta", "byte_level", "template", "template", "sequence" if depth else "bert"]
    )
    cls, sep = rng.choice([("[CLS]", 9), ("<s>", 9)]), rng.choice([("[SEP]", 10), ("</s>", 77)])
    flags = rng.random() < 0.5, rng.random() < 0.5
    if kind == "bert":
        return {"kind": kind, "sep": sep, "cls": cls}, processors.BertProcessing(sep, cls)
    if kind == "roberta":
        post = {
            "kind": kind,
            "sep": sep,
            "cls": cls,
            "trim_offsets": flags[0],
            "add_prefix_space": flags[1],
        }
        return post, processors.RobertaProcessing(
            sep, cls, trim_offsets=flags[0], add_prefix_space=flags[1]
        )
    if kind == "byte_level":
        post = {"kind": kind, "trim_offsets": flags[0], "add_prefix_space": flags[1]}
        return post, processors.ByteLevel(trim_offsets=flags[0], add_prefix_space=flags[1])
    if kind == "template":
        single = rng.choice(
            ["[CLS] $A [SEP]", "$0", "$3 [SEP]:2", "[CLS]:1 $A:1 $A [M]", "[M]", "$ [SEP]"]
        )
        pair = rng.choice(
            [
                "[CLS] $A [SEP] $B:1 [SEP]:1",
                "$A $B",
                "$B:2 [M]:3 $A",
                "$A [SEP] $A:1 $B:1",
                "$b [CLS] $a",
            ]
        )
        special = [cls, sep, {"id": "[M]", "ids": [1, 50, 2], "tokens": ["a", "n", "m"]}]
        named = [
            {"id": "[CLS]", "ids": [cls[1]], "tokens": [cls[0]]},
            {"id": "[SEP]", "ids": [sep[1]], "tokens": [sep[0]]},
            special[2],
        ]
        post = {"kind": kind, "single": single, "pair": pair, "special_tokens": named}
        return post, processors.TemplateProcessing(single, pair, named)
    parts = [random_post(0) for _ in range(rng.randrange(3))]
    return {"kind": kind, "parts": [p[0] for p in parts]}, processors.Sequence(
        [p[1] for p in parts]
    )


def post_case(post, processor):
    pair = rng.random() < 0.5
    states = [random_state(depth=rng.choice([0, 0, 1, 2])) for _ in range(1 + pair)]
    add_special_tokens = rng.random() < 0.75
    tokenizer = Tokenizer(models.WordLevel({}, unk_token="x"))
    tokenizer.post_processor = processor
    out = attempt(
        lambda: tokenizer.post_process(*map(load, states), add_special_tokens=add_special_tokens)
    )
    return {
        "post": post,
        "in": states,
        "add_special_tokens": add_special_tokens,
        "added": [
            processor.num_special_tokens_to_add(False),
            processor.num_special_tokens_to_add(True),
        ],
        "out": dump(out),
    }


# --- decoders --------------------------------------------------------------------------------------------------------

TOKENS = (
    """a Ġb Ċ ğŁĺ Ģ âĤ¬ é É <0x41> <0xe2> <0x82> <0xAC> <0xFF> <0x0+> <0x+A> <0xéx> <0xé> ▁ ▁a b▁c ▁▁ ##a ## x##y do not n't 's
'm , . ? ! ' <pad> | |a a| <pad>a h e l o HHa aHH H HHH HaH </w> b</w> </w>c</w>""".split()
    + [" ", "", " .", " ' ", "a b", " do not", "€", "👍", "日本", " n't x"]
)


def random_decoder(depth=2):
    kind = rng.choice(
        ["bpe", "byte_fallback", "byte_level", "ctc", "fuse", "metaspace", "strip", "word_piece"]
        + ["sequence"] * min(depth, 1)
    )
    flag = rng.random() < 0.5
    if kind == "bpe":
        suffix = rng.choice(["</w>", "", "a"])
        return {"kind": kind, "suffix": suffix}, decoders.BPEDecoder(suffix)
    if kind == "ctc":
        pad, delimiter = rng.choice(["<pad>", "", "a"]), rng.choice(["|", "", "b"])
        return {"kind": kind, "pad": pad, "delimiter": delimiter, "cleanup": flag}, decoders.CTC(
            pad, delimiter, flag
        )
    if kind == "metaspace":
        replacement, scheme = rng.choice("▁a "), rng.choice(["always", "first", "never"])
        return {"kind": kind, "replacement": replacement, "scheme": scheme}, decoders.Metaspace(
            replacement, scheme
        )
    if kind == "strip":
        content, start, stop = rng.choice("H▁ "), rng.choice([0, 1, 1, 2, 9]), rng.choice([0, 1, 2])
        return {"kind": kind, "content": content, "start": start, "stop": stop}, decoders.Strip(
            content, start, stop
        )
    if kind == "word_piece":
        prefix = rng.choice(["##", "", "a"])
        return {"kind": kind, "prefix": prefix, "cleanup": flag}, decoders.WordPiece(prefix, flag)
    if kind == "sequence":
        parts = [random_decoder(depth - 1) for _ in range(rng.randrange(4))]
        return {"kind": kind, "parts": [p[0] for p in parts]}, decoders.Sequence(
            [p[1] for p in parts]
        )
    return {"kind": kind}, {
        "byte_fallback": decoders.ByteFallback,
        "byte_level": decoders.ByteLevel,
        "fuse": decoders.Fuse,
    }[kind]()


HAND = [
    ({"kind": "byte_level"}, decoders.ByteLevel(), ["Ġmerhaba", "ĠdÃ¼", "nya", "ğŁĺ", "€", "Ģ"]),
    (
        {"kind": "byte_fallback"},
        decoders.ByteFallback(),
        ["a", "<0xE2>", "<0x82>", "<0xAC>", "b", "<0xE2>", "<0x82>", "c"],
    ),
    (
        {"kind": "ctc", "pad": "<pad>", "delimiter": "|", "cleanup": True},
        decoders.CTC(),
        "<pad> <pad> h e e l l <pad> l o o | | <pad> .",
    ),
    (
        {"kind": "metaspace", "replacement": "▁", "scheme": "always"},
        decoders.Metaspace(),
        "▁▁a ▁b c▁d",
    ),
    (
        {"kind": "word_piece", "prefix": "##", "cleanup": True},
        decoders.WordPiece(),
        "## do n't ##s a ' b ? do not 've",
    ),
    ({"kind": "bpe", "suffix": "</w>"}, decoders.BPEDecoder(), "a b</w> </w>c</w> d</w>"),
    (
        {"kind": "strip", "content": "H", "start": 1, "stop": 2},
        decoders.Strip("H", 1, 2),
        ["HHaHHH", "a", "Ha", "aH"],
    ),
]


def hand_case(decoder, made, tokens):
    tokens = tokens.split(" ") if isinstance(tokens, str) else tokens
    return {"decoder": decoder, "tokens": tokens, "text": made.decode(tokens)}


def decoder_case(decoder, made):
    tokens = rng.choices(TOKENS, k=rng.choice([0, 1, 2, 5, 12]))
    if rng.random() < 0.3:  # whole characters among byte tokens
        tokens += [f"<0x{byte:02X}>" for byte in rng.choice("a€👍é").encode()] * rng.randrange(3)
    tokens = [token for token in tokens for _ in range(rng.choice([1, 1, 1, 2]))]
    return {"decoder": decoder, "tokens": tokens, "text": attempt(lambda: made.decode(tokens))}


def stream_case():
    """A byte-fallback vocabulary: ids below 256 are bytes, then words with a visible space, then a special token."""
    vocab = [f"<0x{byte:02X}>" for byte in range(256)] + ["▁", "▁a", "b", "👍", "<s>"]
    tokenizer = Tokenizer(
        models.WordLevel({token: i for i, token in enumerate(vocab)}, unk_token="b")
    )
    tokenizer.add_special_tokens(["<s>"])
    kind = rng.choice(["byte_fallback", "metaspace", "both", "none"])
    if kind != "none":
        metaspace, fallback = decoders.Metaspace(), decoders.ByteFallback()
        chain = {
            "byte_fallback": fallback,
            "metaspace": metaspace,
            "both": decoders.Sequence([fallback, decoders.Fuse(), metaspace]),
        }
        tokenizer.decoder = chain[kind]

    def ids(most):
        out = []
        for _ in range(rng.randrange(most)):
            out += rng.choice(
                [
                    [256],
                    [257],
                    [258],
                    [259],
                    [260],
                    [999],
                    list(rng.choice("a€👍é").encode()),
                    [rng.randrange(256)],
                ]
            )
        return out

    skip = rng.random() < 0.5
    start = rng.choice([None, ids(4)])
    stream = decoders.DecodeStream(ids=start, skip_special_tokens=skip)
    steps = []
    rest = ids(12)
    while rest:
        size = rng.choice([1, 1, 1, 2, 3])
        step, rest = rest[:size], rest[size:]
        try:
            steps.append([step, stream.step(tokenizer, step)])
        except Exception:
            steps.append([step, False])
    return {"decoder": kind, "start": start or [], "skip_special_tokens": skip, "steps": steps}


def collect(make, hand=()):
    cases = list(hand)
    while len(cases) < CASES + len(hand):
        try:
            cases.append(make())
        except Skip:
            continue
    return cases


def write(name, content):
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        file.write("{\n")
        for at, (key, cases) in enumerate(content.items()):
            file.write(f'"{key}": [\n')
            file.write(
                ",\n".join(
                    json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases
                )
            )
            file.write("\n]" + (",\n" if at + 1 < len(content) else "\n"))
        file.write("}\n")


OPS = [
    "lookups",
    "truncate",
    "truncate",
    "pad",
    "merge",
    "set_sequence_id",
    "truncate_pair",
    "truncate_pair",
]
write("encodings.json", {"vocab": VOCAB, "cases": collect(lambda: encoding_case(rng.choice(OPS)))})
write("post.json", {"vocab": VOCAB, "cases": collect(lambda: post_case(*random_post()))})
write(
    "decoders.json",
    {
        "decoders": collect(
            lambda: decoder_case(*random_decoder()), [hand_case(*case) for case in HAND]
        ),
        "streams": collect(stream_case),
    },
)
