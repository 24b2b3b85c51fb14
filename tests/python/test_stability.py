"""Boundary stability beside its slow definition; pairs from files and drawn; the command."""

import hashlib
import itertools
import json
import math
import random
import textwrap

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import hybridtok as ht
from hybridtok.confusions import confusions
from hybridtok.errors import FormatError
from hybridtok.evaluation import Encoded, evaluate, subject
from hybridtok.evaluation.adapters import untrimmed
from hybridtok.evaluation.gaps import Gaps, Pair
from hybridtok.evaluation.noise import Noise
from hybridtok.evaluation.pairs import read_pairs
from hybridtok.evaluation.stability import Stability, mcnemar
from hybridtok.sequences import Edit, apply, diff
from hybridtok.sequences.alignment import levenshtein


class Cut:
    """A tokenizer that cuts given texts in given pieces, and others into characters."""

    vocab_size = None

    def __init__(self, *texts):
        self.pieces = {text.replace("|", ""): text.split("|") for text in texts}

    def encode_batch(self, texts):
        return [self._encode(self.pieces.get(text, list(text))) for text in texts]

    def _encode(self, pieces):
        ends = list(itertools.accumulate(map(len, pieces)))
        return Encoded(pieces, list(zip([0, *ends], ends, strict=False)))

    def encode_ids(self, text):
        return self.encode_batch([text])[0].ids

    def decode(self, ids):
        return "".join(ids)


class Bytes:
    """The bytes of UTF-8."""

    vocab_size = 256

    def encode_batch(self, texts):
        return [
            Encoded(
                list(text.encode()),
                [(k, k + 1) for k, character in enumerate(text) for _ in character.encode()],
            )
            for text in texts
        ]

    def encode_ids(self, text):
        return list(text.encode())

    def decode(self, ids):
        return bytes(ids).decode()


def measured(of, pairs):
    counts = Stability(of)
    counts.add(Gaps(pairs))
    return counts.metrics(np.ones(len(pairs), dtype=bool))


# The definition, one gap after the other.


def slow_starts(encoded):
    found, end = set(), 0
    for start, stop in encoded.offsets:
        if start < stop:
            if start >= end:
                found.add(start)
            end = max(end, stop)
    return found


def slow_gaps(pair):
    """Each compared gap with its place in the noisy text."""
    for g in range(1, len(pair.clean)):
        inside = any(i < g < j for i, j, _ in pair.edits)
        inserted = any(i == j == g for i, j, _ in pair.edits)
        deleted = any(not new and g in (i, j) for i, j, new in pair.edits)
        if not (inside or inserted or deleted):
            yield g, g + sum(len(new) - (j - i) for i, j, new in pair.edits if j <= g)


def slow_distance(first, second):
    previous = list(range(len(second) + 1))
    for row, a in enumerate(first, 1):
        current = [row]
        for column, b in enumerate(second, 1):
            best = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            current.append(best)
        previous = current
    return previous[-1]


def slow_metrics(of, pairs):
    edits = flips = gaps = both = only_clean = only_noisy = damage = clean = noisy = chars = 0
    steady, radii = [], []
    for pair in pairs:
        [x] = of.encode_batch([pair.clean])
        [y] = of.encode_batch([pair.noisy])
        before, after = slow_starts(x), slow_starts(y)
        flipped = []
        for g, place in slow_gaps(pair):
            gaps += 1
            a, b = g in before, place in after
            both += a and b
            only_clean += a and not b
            only_noisy += b and not a
            if a != b:
                flipped.append(g)
        flips += len(flipped)
        edits += len(pair.edits)
        damage += slow_distance(x.ids, y.ids)
        clean, noisy, chars = clean + len(x.ids), noisy + len(y.ids), chars + len(pair.clean)
        if len(pair.edits) == 1:
            [(i, j, _)] = pair.edits
            steady.append(not flipped)
            radii.append(max((max(i - g, g - j, 0) for g in flipped), default=0))
    observed = (gaps - only_clean - only_noisy) / gaps if gaps else None
    chance = None
    if gaps:
        tp, fn, fp = both, only_clean, only_noisy
        tn = gaps - tp - fn - fp
        chance = ((tp + fn) * (tp + fp) + (tn + fp) * (tn + fn)) / gaps**2
    n = len(steady)
    inv = sum(steady) / n if n else None
    return {
        "chars_per_token": chars / clean,
        "inv": inv,
        "inv_se": math.sqrt(inv * (1 - inv) / n) if n else None,
        "flips_per_edit": flips / edits,
        "kappa": None if chance in (None, 1) else (observed - chance) / (1 - chance),
        "gap_f1": 2 * both / (2 * both + flips) if both or flips else None,
        "damage": damage / edits,
        "inflation": noisy / clean,
        "radius": sum(radii) / n if n else None,
        "radius_p95": sorted(radii)[math.floor(0.95 * n)] if n else None,
    }


def check(of, pairs):
    fast = measured(of, pairs)
    for name, value in slow_metrics(of, pairs).items():
        assert fast[name] == (None if value is None else pytest.approx(value, abs=1e-9)), name


@pytest.mark.parametrize(
    ("clean", "edit", "texts", "gaps", "expected"),
    [
        (
            "abcd",
            (2, 3, "x"),
            ["ab|cd", "ab|x|d"],
            [(1, 1), (2, 2), (3, 3)],
            {"flips_per_edit": 1, "inv": 0, "radius": 0, "damage": 2, "inflation": 1.5},
        ),
        (
            "abcd",
            (2, 3, ""),
            ["ab|cd", "a|bd"],
            [(1, 1)],
            {"flips_per_edit": 1, "inv": 0, "radius": 1, "damage": 2, "inflation": 1},
        ),
        (
            "abcd",
            (2, 2, "X"),
            ["ab|cd", "abX|cd"],
            [(1, 1), (3, 4)],
            {"flips_per_edit": 0, "inv": 1, "radius": 0, "damage": 1, "inflation": 1},
        ),
        (
            "abcdef",
            (1, 3, "ZZZ"),
            ["abc|def", "aZZZde|f"],
            [(1, 1), (3, 4), (4, 5), (5, 6)],
            {"flips_per_edit": 2, "inv": 0, "radius": 2, "gap_f1": 0, "chars_per_token": 3},
        ),
    ],
    ids=["substitution", "deletion", "insertion", "span"],
)
def test_by_hand(clean, edit, texts, gaps, expected):
    pair = Pair(clean, [edit])
    found = Gaps([pair])
    assert list(zip(found.clean.tolist(), found.noisy.tolist(), strict=True)) == gaps
    assert list(slow_gaps(pair)) == gaps
    metrics = measured(Cut(*texts), [pair])
    assert {name: metrics[name] for name in expected} == expected
    check(Cut(*texts), [pair])


def test_bytes_are_steady_and_have_no_kappa():
    metrics = measured(Bytes(), [Pair("çığ ile", [(1, 2, "il")])])
    assert metrics["kappa"] is None
    assert (metrics["inv"], metrics["gap_f1"], metrics["flips_per_edit"]) == (1, 1, 0)
    assert metrics["chars_per_token"] == 0.7
    assert metrics["damage"] == 2


@st.composite
def pairs_of_texts(draw):
    text = draw(st.text("abğ 👍e\u0301", min_size=1, max_size=30))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=10)))
    edits = []
    for i, j in zip(cuts[::2], cuts[1::2], strict=False):
        new = draw(st.text("abx ", max_size=3))
        if text[i:j] != new and not (edits and i == j == edits[-1][1]):
            edits.append(Edit(i, j, new))
    return Pair(text, edits or [Edit(0, 0, "x")])


@settings(deadline=None)
@given(st.lists(pairs_of_texts(), min_size=1, max_size=6))
def test_random_pairs_beside_the_definition(trained, pairs):
    check(subject(trained), pairs)
    check(Bytes(), pairs)


@pytest.fixture(scope="module")
def drawn():
    noise = Noise(7)
    text = (ROOT / "corpora/turkish/turkish.txt").read_text(encoding="utf-8")
    lines = enumerate(itertools.cycle(textwrap.wrap(text, 240)))
    drawn = ((line, (noise.many if k % 4 == 0 else noise.one)(line)) for k, line in lines)
    pairs = (Pair(line, edits) for line, edits in drawn if edits)
    return list(itertools.islice(pairs, 1000))


def test_drawn_pairs_beside_the_definition(trained, drawn):
    check(subject(trained), drawn[:200])


# Edits, alignment.


@pytest.mark.parametrize(
    "edits", [[], [(2, 1, "x")], [(0, 9, "x")], [(0, 2, "x"), (1, 3, "y")], [(0, 1, "a")]]
)
def test_edits_that_are_none(edits):
    with pytest.raises(ValueError, match="edit"):
        Pair("abc", edits)


def slow_align(clean, noisy):
    """The table of what is left to pay, and the walk through it."""
    n, m = len(clean), len(noisy)
    left = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n, -1, -1):
        for j in range(m, -1, -1):
            ways = []
            if i < n and j < m:
                ways.append(left[i + 1][j + 1] + (clean[i] != noisy[j]))
            if i < n:
                ways.append(left[i + 1][j] + 1)
            if j < m:
                ways.append(left[i][j + 1] + 1)
            left[i][j] = min(ways, default=0)
    operations, i, j = [], 0, 0
    while i < n or j < m:
        if i < n and j < m and left[i][j] == left[i + 1][j + 1] + (clean[i] != noisy[j]):
            operations.append((i, i + 1, j, j + 1, clean[i] != noisy[j]))
            i, j = i + 1, j + 1
        elif i < n and left[i][j] == left[i + 1][j] + 1:
            operations.append((i, i + 1, j, j, True))
            i += 1
        else:
            operations.append((i, i, j, j + 1, True))
            j += 1
    edits = []
    for changed, group in itertools.groupby(operations, key=lambda operation: operation[4]):
        if changed:
            first, *_, last = [*(group := list(group)), group[-1]]
            edits.append((first[0], last[1], noisy[first[2] : last[3]]))
    return edits, left[0][0]


@settings(deadline=None)
@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_alignment_beside_the_table(clean, noisy):
    edits, cost = slow_align(clean, noisy)
    assert diff(clean, noisy, "char") == edits
    assert apply(clean, edits, "char") == noisy
    assert levenshtein(clean, noisy) == levenshtein(noisy, clean) == cost


def test_distances_of_long_sequences():
    draws = random.Random(3)
    for _ in range(20):
        first, second = ([draws.randrange(9) for _ in range(draws.randrange(200))] for _ in "ab")
        assert levenshtein(first, second) == slow_distance(first, second)


# Noise.


def test_confusions_are_those_of_the_table():
    table = confusions()
    assert table["c"] == ("e", "o")
    assert table["w"] == ("v", "v")
    assert table["ı"] == ("i", "l")
    assert (table["."], table[","]) == ((",",), (".",))
    assert len(table) == 47
    assert all(character not in choices for character, choices in table.items())


def test_noise_is_repeatable_and_keeps_its_rules():
    text = "The modern words of 1950 were drawn wide, and İzmir'de çığ düştü."
    first, again, other = (Noise(seed) for seed in (1, 1, 2))
    kinds = dict.fromkeys(("substituted", "doubled", "deleted", "inserted", "spaced", "swapped"), 0)
    kinds["joined"] = nothing = 0
    differs = False
    for _ in range(5000):
        edits = first.one(text)
        assert again.one(text) == edits
        differs |= other.one(text) != edits
        if not edits:
            nothing += 1
            continue
        [(i, j, new)] = edits
        old, noisy = text[i:j], apply(text, edits, "char")
        assert "  " not in noisy
        assert noisy == noisy.strip()
        assert i >= 1
        if new == " ":
            kind = "spaced"
            assert i == j
        elif not new:
            kind = "joined" if old == " " else "deleted"
        elif i == j:
            kind = "inserted"
        elif len(old) == 2:
            kind = "swapped"
            assert new == old[::-1]
        elif len(new) == 2:
            kind = "doubled"
            assert {"m": "rn", "d": "cl", "w": "vv"}[old] == new
        else:
            kind = "substituted"
            assert new in confusions().get(old, "abcdefghijklmnopqrstuvwxyz")
            assert old.isalpha() or old in confusions()
        kinds[kind] += 1
    assert differs
    # Insertions are always possible: 10 % of the draws; the others at most their weight.
    assert kinds["inserted"] == pytest.approx(500, abs=100)
    most = {"deleted": 500, "spaced": 500, "joined": 250, "swapped": 250}
    for kind, expected in most.items():
        assert expected / 2 < kinds[kind] < expected * 1.25, kinds
    assert 2000 < kinds["substituted"] + kinds["doubled"] < 3000
    assert kinds["doubled"] > 50


def test_many_errors_are_five_percent():
    noise, text = Noise(), "lorem ipsum dolor sit amet consectetur " * 10
    drawn = [noise.many(text.strip()) for _ in range(200)]
    share = sum(map(len, drawn)) / (len(text) * len(drawn))
    assert 0.02 < share < 0.05
    for edits in drawn:
        ends = [edge for i, j, _ in edits for edge in (i, j)]
        assert ends == sorted(ends)


# Files.

HEAD = {"files": {"a": "a.txt", "b": "b.jsonl"}, "fields": []}
HEAD["fields"] = ["domain", "doc", "line", "mode", "sha1_8", "edits"]


def sha(text):
    return hashlib.sha1(text.encode()).hexdigest()[:8]


@pytest.fixture
def edits_file(tmp_path):
    (tmp_path / "a.txt").write_text("first\n  the   second\tline \nthird\n", encoding="utf-8")
    rows = [{"text": "x"}, {"text": "one\nbir yokmuş"}]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    path = tmp_path / "pairs.jsonl"
    lines = [
        HEAD,
        ["a", -1, 1, "1", sha("the second line"), [[4, 5, "S"]]],
        ["a", -1, 1, "5", sha("the second line"), [[0, 1, ""], [11, 11, "x"]]],
        ["b", 1, 1, "1", sha("bir yokmuş"), [[9, 10, "s"]]],
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_files_of_edits(edits_file, tmp_path):
    pairs, equal = read_pairs(edits_file)
    assert equal == 0
    assert [(source, mode, pair.noisy) for source, mode, pair in pairs] == [
        ("a", "1", "the Second line"),
        ("a", "5", "he second xline"),
        ("b", "1", "bir yokmus"),
    ]
    report = evaluate({"letters": Cut(), "bytes": Bytes()}, edits_file, "stability")
    assert list(report.document["results"]["bytes"]["stability"]) == [
        "a, mode 1",
        "a, mode 5",
        "b, mode 1",
        "all, mode 1",
    ]
    assert report.value("edits", gold="a, mode 5") == 2
    assert report.value("pairs", gold="all, mode 1") == 2
    assert report.document["inputs"][0]["units"] == 3
    assert report.to_html().count("McNemar") == 1
    # The same beside files elsewhere.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = edits_file.rename(elsewhere / "pairs.jsonl")
    with pytest.raises(FileNotFoundError):
        read_pairs(moved)
    assert len(read_pairs(moved, tmp_path)[0]) == 3


@pytest.mark.parametrize(
    "row",
    [
        ["a", -1, 1, "1", "00000000", [[4, 5, "S"]]],
        ["a", -1, 9, "1", sha("the second line"), [[4, 5, "S"]]],
        ["c", -1, 1, "1", sha("the second line"), [[4, 5, "S"]]],
        ["a", -1, 1, "1", sha("the second line"), [[4, 5, "s"]]],
        ["a", -1, 1, "1", sha("the second line"), [[4, "S"]]],
        ["a", -1],
        {},
    ],
)
def test_files_of_edits_that_are_wrong(edits_file, row):
    with edits_file.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    with pytest.raises(FormatError, match="line 5"):
        read_pairs(edits_file)


def test_clean_and_noisy_texts(tmp_path):
    path = tmp_path / "ocr.tsv"
    path.write_text("tbe cat\tthe cat\nsame\tsame\r\nkitaplar ım\tkitaplarım\n", encoding="utf-8")
    report = evaluate(Cut(), path, "stability")
    assert report.value("pairs", gold="ocr.tsv") == 2
    assert (report.value("edits"), report.value("inv"), report.value("damage")) == (2, 1, 1)
    assert any("1 lines without an error" in text for text in report.document["warnings"])
    path.write_text("one column\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"ocr.tsv: line 1"):
        evaluate(Cut(), path, "stability")


# The suite.


def test_errors_drawn_into_a_corpus(trained, lines):
    first, again, other = (
        evaluate(trained, lines, "stability", noise=seed).document["results"] for seed in (5, 5, 6)
    )
    assert first == again
    assert first != other
    assert list(first["tokenizer"]) == ["stability"]
    groups = first["tokenizer"]["stability"]
    assert list(groups) == ["noise, mode 1", "noise, mode 5"]
    one = groups["noise, mode 1"]
    assert one["pairs"] == one["edits"] == one["one_edit_pairs"] > 20
    low, high = one["inv_ci95"]
    assert 0 < low < one["inv"] < high < 1
    # Beside the other suites in one pass, also of texts that are read once.
    both = evaluate(trained, iter(lines), "all", noise=5).document["results"]["tokenizer"]
    assert both["stability"] == groups
    assert both["overall"]["round_trip"] == 1


def test_long_lines_are_cut(trained):
    report = evaluate(trained, ["bir varmış bir yokmuş " * 100, "x" * 900], "stability")
    assert report.value("pairs", gold="noise, mode 5") == 6 + 3


def test_spaces_belong_to_tokens_also_where_offsets_are_trimmed(trained):
    tokenizers = pytest.importorskip("tokenizers")
    document = json.loads(trained.to_str())
    document["post_processor"]["trim_offsets"] = True
    trimming = tokenizers.Tokenizer.from_str(json.dumps(document))
    texts = ["Kitaplar  ım geldi, the model"]
    assert subject(trimming).encode_batch(texts) != subject(trained).encode_batch(texts)
    assert subject(untrimmed(trimming)).encode_batch(texts) == [
        Encoded(e.ids, e.offsets) for e in subject(trained).encode_batch(texts)
    ]
    assert untrimmed(trained) is trained
    trimming.pre_tokenizer = tokenizers.pre_tokenizers.PreTokenizer.custom(object())
    assert untrimmed(trimming) is trimming


def test_wilson_and_mcnemar(edits_file):
    flags = np.array
    a = flags([True] * 10 + [False] * 2 + [True] * 5)
    b = flags([False] * 10 + [True] * 2 + [True] * 5)
    only_a, only_b, p = mcnemar(a, b)
    exact = 2 * sum(math.comb(12, k) for k in range(3)) / 2**12
    assert (only_a, only_b, p) == (10, 2, pytest.approx(exact, rel=1e-12))
    assert mcnemar(a, a)[2] == 1
    # Wilson's interval of 1 of 1: from 1 / (1 + z²).
    report = evaluate(Bytes(), edits_file, "stability")
    assert report.value("inv_ci95", gold="b, mode 1") == pytest.approx(
        [1 / (1 + 1.959963984540054**2), 1]
    )


@pytest.mark.parametrize(
    ("corpus", "options", "message"),
    [
        (["bir yokmuş"], {"gold": "gold.tsv"}, "morphology"),
        (["bir yokmuş"], {"speed": True}, "speed"),
        (["abc"], {}, "no pair"),
        (None, {}, "nothing to measure"),
    ],
)
def test_what_the_suite_does_not_take(trained, corpus, options, message):
    with pytest.raises(ValueError, match=message):
        ht.evaluate(trained, corpus, "stability", **options)


def test_command(cli, model, edits_file, corpus, tmp_path):
    done = cli("eval", "-t", model, "--suite", "stability", "--on", edits_file, corpus, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.text)
    groups = document["results"][str(model)]["stability"]
    assert {"a, mode 1", "noise, mode 1", "all, mode 1", "all, mode 5"} <= set(groups)
    assert document["conventions"]["noise"] == {"seed": 42}
    options = ["--suite", "stability", "--on", corpus, "--noise", "seed=9"]
    done = cli("eval", "-t", model, *options, "--fail-under", "inv=1.1")
    assert done.code == 5
    assert "noise, mode 1: inv is" in done.err
    assert "chars/token" in done.text
    assert cli("eval", "-t", model, *options[:-1], "9").code == 2
    moved = edits_file.rename(tmp_path.parent / "moved.jsonl")
    done = cli("eval", "-t", model, "--suite", "stability", "--data", tmp_path, "--on", moved)
    assert done.code == 0, done.err
