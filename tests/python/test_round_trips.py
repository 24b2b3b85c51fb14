"""Random texts and bytes through hybrid tokenizers of every pack; `make roundtrips` runs many.

$HYBRIDTOK_ROUNDTRIPS says how many texts each tokenizer gets, with a byte string for every five.
"""

import os
import random
import sys

import numpy as np
import pytest
from conftest import ROOT

import hybridtok as ht
from hybridtok.languages import PACKS, shipped

TEXTS = int(os.environ.get("HYBRIDTOK_ROUNDTRIPS") or 2_000)
AT_A_TIME = 20_000
CORPORA = {"tr": "turkish", "fi": "finnish", "en": "english"}
#: Apostrophes, digits, marks, letters without one other case, what looks like a token.
ODD = [
    *"  \n\t'’.,-–_(3790½٣",
    "\r\n",
    "   ",
    "'de",
    "’nin",
    "20",
    "2024'",
    "\u0301",
    "\u0bbe",
    "\u200d",
]
ODD += [
    *"iıİIßẞǅΣςﬁéÅ\u212b日あ한🙂🇹\u00a0\u2003\u3000\u0000\ue001\ufffd▁",
    "<title>",
    "<0x41>",
    "<eos>",
    "<v:1>",
]


def corpus(language):
    """What was written for the language; Hungarian has only its pack, and what others say."""
    if language in CORPORA:
        return [ROOT / "corpora" / CORPORA[language] / f"{CORPORA[language]}.txt"]
    return [ROOT / "corpora" / name / f"{name}.txt" for name in ("finnish", "english")]


def code_points(rng, texts):
    """Texts of any characters, most of them from low ranges; a few words long."""
    lengths = rng.integers(0, 24, texts)
    size = int(lengths.sum())
    ranges = np.array([0x80, 0x250, 0x600, 0x3100, 0x10000, 0x110000], dtype=np.uint32)
    points = rng.integers(0, ranges[rng.integers(0, len(ranges), size)], dtype=np.uint32)
    points[(points >= 0xD800) & (points < 0xE000)] = 0x20
    points[rng.random(size) < 0.15] = 0x20
    whole = points.astype("<u4").tobytes().decode("utf-32-le")
    ends = np.cumsum(lengths).tolist()
    return [whole[end - n : end] for end, n in zip(ends, lengths.tolist(), strict=True)]


def company(choose, words, texts):
    """Texts of words of the language, of parts of them, and of what may stand beside them."""

    def one():
        parts = choose.choices(words, k=choose.randrange(6))
        for k, part in enumerate(parts):
            case = choose.random()
            if case < 0.1:
                parts[k] = part.upper()
            elif case < 0.2:
                parts[k] = part.title()
            elif case < 0.3:
                parts[k] = part[: choose.randrange(len(part) + 1)]
            elif case < 0.5:
                parts[k] += choose.choice(ODD) + choose.choice(words)
            elif case < 0.6:
                parts[k] = choose.choice(ODD)
        return choose.choice(["", " ", " ", " "]).join(parts)

    return [one() for _ in range(texts)]


@pytest.mark.timeout(0)
@pytest.mark.parametrize("merges", [0, None], ids=["plain", "merges"])
@pytest.mark.parametrize("mode", ["shared", "surface"])
@pytest.mark.parametrize("language", shipped())
def test_random_texts_and_bytes_come_back(language, mode, merges):
    tok = ht.train_hybrid(
        corpus(language), language=language, vocab_size=8_000, mode=mode, merges=merges
    )
    assert merges == 0 or any(row.parts for row in tok.side_table().rows)
    text = "".join(path.read_text(encoding="utf-8") for path in corpus(language))
    rows = (PACKS / language / "roots.tsv").read_text(encoding="utf-8").splitlines()
    words = sorted(
        {*text.split(), *(row.split("\t")[0] for row in rows if not row.startswith("#"))} - {""}
    )
    rng, choose = np.random.default_rng(11), random.Random(11)
    done = 0
    while done < TEXTS:
        size = min(AT_A_TIME, TEXTS - done)
        texts = code_points(rng, size // 2) + company(choose, words, size - size // 2)
        back = tok.decode_batch(tok.encode_batch_ids(texts))
        for before, after in zip(texts, back, strict=True):
            assert before == after
        for before in texts[::10]:
            # Bytes of a text with some of them changed, and any bytes.
            data = bytearray(before.encode("utf-8"))
            for _ in range(min(len(data), 3)):
                data[choose.randrange(len(data))] = choose.randrange(256)
            for some in (bytes(data), choose.randbytes(choose.randrange(8))):
                assert tok.decode_bytes(tok.encode_bytes(some)) == some
        done += size
    print(
        f"{language} {mode} {'plain' if merges == 0 else 'merges'}: {done:,} texts came back",
        file=sys.stderr,
    )
