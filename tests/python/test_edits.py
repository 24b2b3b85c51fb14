"""Edits of texts and ids beside slow references; their strings, their ids, M2."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_stability import slow_align

from hybridtok.errors import FormatError
from hybridtok.sequences import (
    Edit,
    EditTokens,
    M2Edit,
    M2Sentence,
    TokenEdit,
    alignment,
    apply,
    check_edits,
    compose_edits,
    decode_edits,
    diff,
    encode_edits,
    format_edits,
    parse_edits,
    read_m2,
    write_m2,
)

#: Few words and all kinds of white space, so that there are many ways to align.
TEXTS = st.lists(
    st.sampled_from(
        ["a", "b", "ab", ",", "\\", "ğ\u0301", " ", "  ", "\t", "\n", "\u3000", "\x1c"]
    ),
    max_size=14,
).map("".join)
#: With "exact" among them.
WAYS = [("word", False), ("word", True), ("char", False), ("char", True)]


def units(text, granularity, exact):
    if granularity == "char":
        return list(text)
    return re.findall(r"\s+|\S+", text) if exact else text.split()


# Making and applying them.


@pytest.mark.parametrize(
    ("source", "target", "edits"),
    [
        ("the modem world", "the modern world", [(1, 2, "modern")]),
        ("the cat sat", "the cat sat", []),
        ("", "a b", [(0, 0, "a b")]),
        ("a b", "", [(0, 2, "")]),
        ("a b c", "b", [(0, 1, ""), (2, 3, "")]),
        ("a c", "a b c", [(1, 1, "b")]),
        ("a b", "a  b \n", []),
        # A substitution goes before an insertion, and both are one edit.
        ("a b d", "a x y d", [(1, 2, "x y")]),
        # The first of two words that are the same is kept, the rest inserted behind it.
        ("x a y", "x a a y", [(2, 2, "a")]),
        # A substitution goes before a deletion.
        ("a b c", "x c", [(0, 2, "x")]),
    ],
)
def test_words_by_hand(source, target, edits):
    assert diff(source, target) == edits
    assert apply(source, diff(source, target)) == " ".join(target.split())


@pytest.mark.parametrize(
    ("source", "target", "edits"),
    [
        ("a b", "a  b", [(1, 2, "  ")]),
        ("the cat", "thecat", [(0, 3, "thecat")]),
        ("a\n", "a", [(1, 2, "")]),
        (" a b", " a c", [(3, 4, "c")]),
    ],
)
def test_white_space_by_hand(source, target, edits):
    assert diff(source, target, exact=True) == edits
    assert apply(source, edits, exact=True) == target


def test_characters_and_ids_by_hand():
    assert diff("tbe modem", "the modern", "char") == [(1, 2, "h"), (8, 9, "rn")]
    assert diff([5, 6, 7], [5, 9, 9, 7], "token") == [TokenEdit(1, 2, (9, 9))]
    assert apply([5, 6, 7], [TokenEdit(1, 2, (9, 9)), TokenEdit(3, 3, (1,))], "token") == [
        *(5, 9, 9, 7, 1)
    ]


def changed(source, target, granularity, exact):
    """Edits by the table, with replacements joined as texts are."""
    glue = "" if exact or granularity == "char" else " "
    before, after = units(source, granularity, exact), units(target, granularity, exact)
    edits, cost = slow_align(before, after)
    return [(i, j, glue.join(new)) for i, j, new in edits], cost


@pytest.mark.parametrize(("granularity", "exact"), WAYS)
@settings(deadline=None)
@given(source=TEXTS, target=TEXTS)
def test_texts_beside_the_table(granularity, exact, source, target):
    edits = diff(source, target, granularity, exact=exact)
    expected, cost = changed(source, target, granularity, exact)
    assert edits == expected
    # Minimal, also by what the edits themselves say.
    assert cost == sum(max(j - i, len(units(new, granularity, exact))) for i, j, new in edits)
    result = apply(source, edits, granularity, exact=exact)
    same = granularity == "word" and not exact
    assert result == (" ".join(target.split()) if same else target)
    assert diff(target, target, granularity, exact=exact) == []
    assert compose_edits(edits, granularity, exact=exact) == edits
    assert parse_edits(format_edits(edits)) == edits


IDS = st.lists(st.integers(0, 4), max_size=14)


@settings(deadline=None)
@given(IDS, IDS)
def test_ids_beside_the_table(source, target):
    edits = diff(source, target, "token")
    expected, cost = slow_align(source, target)
    assert edits == [(i, j, tuple(new)) for i, j, new in expected]
    assert cost == sum(max(j - i, len(new)) for i, j, new in edits)
    assert apply(source, edits, "token") == target
    assert compose_edits(edits) == edits


@pytest.mark.parametrize("kept", [0, 40, 200])
@settings(deadline=None)
@given(source=st.text("abc", max_size=40), target=st.text("abc", max_size=40))
def test_columns_that_are_made_again(kept, source, target):
    """A walk through blocks of columns is the walk through all of them."""
    with pytest.MonkeyPatch.context() as patch:
        whole = diff(source, target, "char")
        patch.setattr(alignment, "_KEPT", kept)
        assert diff(source, target, "char") == whole


def test_whole_documents():
    """Some thousand words in one line, many of them wrong: nothing is quadratic in memory."""
    words = [f"w{k * k % 997}" for k in range(6000)]
    noisy = [f"{word}x" if k % 19 == 0 else word for k, word in enumerate(words) if k % 31]
    edits = diff(" ".join(noisy), " ".join(words))
    assert apply(" ".join(noisy), edits) == " ".join(words)
    cost = sum(max(j - i, len(new.split())) for i, j, new in edits)
    assert cost == alignment.levenshtein(noisy, words) <= 6000 // 19 + 6000 // 31 + 2


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: diff("a", "b", "line"), ValueError, "no granularity 'line'"),
        (lambda: apply("a", [], "line"), ValueError, "no granularity 'line'"),
        (lambda: compose_edits([], "line"), ValueError, "no granularity 'line'"),
        (lambda: diff("1", "2", "token"), TypeError, "ids, not a str"),
        (lambda: diff([1], [2], "char"), TypeError, "chars are those of a str, not of list"),
        (lambda: apply([1], [], "word"), TypeError, "words are those of a str, not of list"),
    ],
)
def test_wrong_calls(call, error, match):
    with pytest.raises(error, match=match):
        call()


# What may be applied.

SPANS = st.tuples(st.integers(-1, 6), st.integers(-1, 6))


def valid(edits, length):
    """The rules, one by one."""
    spans = [edit[:2] for edit in edits]
    inside = all(0 <= i <= j <= length for i, j in spans)
    apart = all(b[0] >= a[1] for a, b in itertools.pairwise(spans))
    # Neither two insertions into one gap, nor one in front of an edit that starts there.
    starts = len({i for i, _ in spans}) == len(spans)
    return inside and apart and starts and spans == sorted(spans)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 6)), max_size=4), st.integers(0, 6))
def test_rules(spans, length):
    edits = [Edit(i, j, "x") for i, j in spans]
    source = "a " * length
    if valid(edits, length):
        check_edits(edits, length)
        assert apply(source, edits).count("x") == len(edits)
    else:
        with pytest.raises(ValueError, match=r"edit \d+, \("):
            check_edits(edits, length)
        with pytest.raises(ValueError, match=r"edit \d+, \("):
            apply(source, edits)
    if not valid(edits, 6):
        with pytest.raises(ValueError, match=r"edit \d+, \("):
            format_edits(edits)


@pytest.mark.parametrize(
    ("edits", "k", "what"),
    [
        ([Edit(0, 1, "x"), Edit(2, 1, "x")], 1, "no span"),
        ([Edit(0, 2, "x"), Edit(1, 3, "x")], 1, "before the end"),
        ([Edit(2, 3, "x"), Edit(0, 1, "x")], 1, "before the end"),
        ([Edit(1, 1, "x"), Edit(1, 1, "y")], 1, "where the one before does"),
        ([Edit(1, 1, "x"), Edit(1, 2, "y")], 1, "where the one before does"),
        ([Edit(3, 5, "x")], 0, "behind the source, which has 4 units"),
    ],
)
def test_what_is_wrong_is_said(edits, k, what):
    with pytest.raises(ValueError, match=f"^edit {k}, .*{what}"):
        apply("a b c d", edits)


@st.composite
def touching_edits(draw, longest=8):
    """Edits in order, many of them beside each other or at one place."""
    cuts = sorted(draw(st.lists(st.integers(0, longest), min_size=2, max_size=12)))
    pairs = draw(st.sampled_from([itertools.pairwise(cuts), zip(cuts[::2], cuts[1::2])]))  # noqa: B905
    return [Edit(i, j, draw(TEXTS)) for i, j in pairs]


def spliced(source, edits):
    """Each edit alone, from the right."""
    for i, j, new in reversed(edits):
        source = [*source[:i], *new, *source[j:]]
    return source


@pytest.mark.parametrize(("granularity", "exact"), WAYS)
@settings(deadline=None)
@given(
    edits=touching_edits(),
    words=st.lists(st.sampled_from(["a", "bc", ","]), min_size=8, max_size=10),
    space=st.sampled_from([" ", " \t"]),
)
def test_composing_keeps_the_result(granularity, exact, edits, words, space):
    source = space.join(words)
    composed = compose_edits(edits, granularity, exact=exact)
    check_edits(composed)
    assert all(a.end < b.start for a, b in itertools.pairwise(composed))
    parts = spliced(units(source, granularity, exact), [(i, j, [new]) for i, j, new in edits])
    same = granularity == "word" and not exact
    expected = " ".join(" ".join(parts).split()) if same else "".join(parts)
    assert apply(source, composed, granularity, exact=exact) == expected


@settings(deadline=None)
@given(touching_edits(), st.lists(st.integers(0, 9), min_size=8, max_size=12))
def test_composing_edits_of_ids(edits, source):
    edits = [TokenEdit(i, j, tuple(map(ord, new))) for i, j, new in edits]
    composed = compose_edits(edits)
    assert all(isinstance(edit, TokenEdit) for edit in composed)
    assert apply(source, composed, "token") == spliced(source, edits)


@pytest.mark.parametrize("spans", [[(2, 3), (1, 1)], [(0, 2), (1, 3)], [(1, 0)], [(-1, 1)]])
def test_edits_that_cannot_be_composed(spans):
    with pytest.raises(ValueError, match=f"^edit {len(spans) - 1}, "):
        compose_edits([Edit(i, j, "x") for i, j in spans])


# Strings.


@pytest.mark.parametrize(
    ("edits", "string"),
    [
        ([], ""),
        ([Edit(1, 2, "modern")], "1 2 modern"),
        ([Edit(0, 0, "a b"), Edit(3, 5, ""), Edit(7, 8, "x")], "0 0 a b, 3 5 , 7 8 x"),
        ([Edit(0, 1, "no, never"), Edit(2, 3, "\\,")], "0 1 no\\, never, 2 3 \\\\\\,"),
        ([Edit(10, 12, "  \n ")], "10 12   \n "),
    ],
)
def test_strings_by_hand(edits, string):
    assert format_edits(edits) == string
    assert parse_edits(string) == edits


@st.composite
def valid_edits(draw):
    starts = sorted(draw(st.sets(st.integers(0, 300), max_size=6)))
    ends = [*starts[1:], 300]
    spans = [(i, draw(st.integers(i, j))) for i, j in zip(starts, ends, strict=False)]
    return [Edit(i, j, draw(st.text(max_size=6) | TEXTS)) for i, j in spans]


@settings(deadline=None)
@given(valid_edits())
def test_strings_come_back(edits):
    assert parse_edits(format_edits(edits)) == edits


@settings(max_examples=1000, deadline=None)
@given(st.text("0123 ,\\a\n", max_size=16) | valid_edits().map(format_edits), st.data())
def test_strings_are_exact_or_refused(string, data):
    """Whatever is read is written the same: there is one string for some edits."""
    place = data.draw(st.integers(0, len(string)))
    string = string[:place] + data.draw(st.text("01 ,\\a", max_size=2)) + string[place:]
    try:
        edits = parse_edits(string)
    except FormatError as error:
        assert error.format == "edits"
        assert 0 <= error.offset <= len(string)
        assert f"edits[{re.match('edit ([0-9]+), ', str(error))[1]}]" == error.path
    else:
        assert format_edits(edits) == string


@pytest.mark.parametrize(
    ("string", "edit", "place", "what"),
    [
        (" ", 0, 0, "not `start end text`"),
        ("1 2", 0, 0, "not `start end text`"),
        ("01 2 a", 0, 0, "not `start end text`"),
        ("1 ² a", 0, 0, "not `start end text`"),
        ("1 2 a, ", 1, 7, "not `start end text`"),
        ("1 2 a, b", 1, 7, "not `start end text`"),
        ("1 2 a, 3 4 b,5 6 c", 1, 12, "a comma that is not escaped"),
        ("1 2 a\\n", 0, 5, "a backslash that is not escaped"),
        ("1 2 a\\", 0, 5, "a backslash that is not escaped"),
        ("1 2 a, 4 3 b", 1, 7, "no span"),
        ("1 2 a, 0 1 b", 1, 7, "before the end of the one before"),
        ("1 1 a, 1 2 b", 1, 7, "where the one before does"),
        ("1 1" + "0" * 5000 + " a", 0, 0, "not `start end text`"),
    ],
)
def test_strings_that_are_refused(string, edit, place, what):
    with pytest.raises(FormatError, match=re.escape(what)) as caught:
        parse_edits(string)
    assert (caught.value.path, caught.value.offset) == (f"edits[{edit}]", place)
    assert str(caught.value).startswith(f"edit {edit}, at character {place}: ")


# Ids.

FORM = EditTokens(7, range(100, 110))


@st.composite
def valid_token_edits(draw):
    starts = sorted(draw(st.sets(st.integers(0, 9), max_size=5)))
    spans = [(i, draw(st.integers(i, j))) for i, j in zip(starts, [*starts[1:], 9], strict=False)]
    ids = st.lists(st.integers(0, 6), max_size=3).map(tuple)
    return [TokenEdit(i, j, draw(ids)) for i, j in spans]


@settings(deadline=None)
@given(valid_token_edits())
def test_ids_come_back(edits):
    ids = FORM.format(edits)
    assert ids.count(7) == len(edits)
    assert len(ids) == sum(3 + len(edit.ids) for edit in edits)
    assert FORM.parse(ids) == edits


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.sampled_from([1, 7, 99, 100, 101, 103, 109, 110]), max_size=9))
def test_ids_are_exact_or_refused(ids):
    try:
        edits = FORM.parse(ids)
    except FormatError as error:
        assert error.format == "edit tokens"
        assert 0 <= error.offset <= len(ids)
        assert f"edits[{re.match('edit ([0-9]+), ', str(error))[1]}]" == error.path
    else:
        assert FORM.format(edits) == ids


@pytest.mark.parametrize(
    ("ids", "edit", "place", "what"),
    [
        ([1, 7, 100, 100], 0, 0, "does not begin"),
        ([7], 0, 1, "no position"),
        ([7, 100], 0, 2, "no position"),
        ([7, 100, 101, 1, 7, 101, 5], 1, 6, "no position"),
        ([7, 100, 7, 100, 101], 0, 2, "no position"),
        ([7, 100, 101, 1, 102], 0, 4, "third position"),
        ([7, 101, 100], 0, 0, "no span"),
        ([7, 100, 102, 7, 101, 103], 1, 3, "before the end"),
    ],
)
def test_ids_that_are_refused(ids, edit, place, what):
    with pytest.raises(FormatError, match=what) as caught:
        FORM.parse(ids)
    assert (caught.value.path, caught.value.offset) == (f"edits[{edit}]", place)


@pytest.mark.parametrize(
    ("edits", "what"),
    [
        ([TokenEdit(0, 1, ()), TokenEdit(2, 10, ())], "edit 1: there are only 10 positions"),
        ([TokenEdit(0, 1, (3, 7))], "edit 0: its replacement holds"),
        ([TokenEdit(0, 1, (105,))], "edit 0: its replacement holds"),
        ([TokenEdit(1, 0, ())], "edit 0, .*no span"),
    ],
)
def test_edits_that_have_no_ids(edits, what):
    with pytest.raises(ValueError, match=what):
        FORM.format(edits)


def test_positions_that_are_none():
    for edit, positions in ((7, range(0, 10, 2)), (7, range(10)), (7, range(10, 0, -1))):
        with pytest.raises(ValueError, match="no ids of positions"):
            EditTokens(edit, positions)


NAMES = ["<edit>", *(f"<pos_{k}>" for k in range(32))]


@pytest.fixture(scope="module")
def with_positions(trained, lines):
    """Tokenizers with tokens of edits: this package's, its façade's, those of others."""
    import tokenizers
    import transformers

    import hybridtok as ht

    ours = ht.Tokenizer.from_str(trained.to_str())
    ours.add_special_tokens(NAMES)
    hybrid = ht.train_hybrid(lines, language="tr", vocab_size=2000, merges=0)
    hybrid.add_special_tokens(NAMES)
    theirs = tokenizers.Tokenizer.from_str(ours.to_str())
    return {
        "ours": ours,
        "hybrid": hybrid,
        "compat": ht.compat.Tokenizer.from_str(ours.to_str()),
        "tokenizers": theirs,
        "transformers": transformers.PreTrainedTokenizerFast(tokenizer_object=theirs),
    }


@pytest.mark.parametrize("name", ["ours", "hybrid", "compat", "tokenizers", "transformers"])
def test_edits_through_a_tokenizer(with_positions, name, lines):
    tokenizer = with_positions[name]
    form = EditTokens.of(tokenizer)
    assert len(form.positions) == 32
    target = " ".join(lines[3].split())
    source = target.replace("words", "wurds,\\").replace("it's", "").replace("of", "of of")
    edits = diff(source, target)
    assert len(edits) == 4
    ids = form.format(encode_edits(edits, tokenizer))
    assert [id for id in ids if id == form.edit or id in form.positions] == [
        id for i, j, _ in edits for id in (form.edit, form.positions[i], form.positions[j])
    ]
    found = decode_edits(form.parse(ids), tokenizer)
    assert found == edits
    assert apply(source, found) == target


def test_tokens_of_edits_in_texts(with_positions):
    edits = [Edit(0, 1, "an <edit> at <pos_1>")]
    for name, tokenizer in with_positions.items():
        encoded = encode_edits(edits, tokenizer)
        form = EditTokens.of(tokenizer)
        if name in ("ours", "hybrid"):
            # Here a text is never more than a text.
            assert decode_edits(form.parse(form.format(encoded)), tokenizer) == edits
        else:
            with pytest.raises(ValueError, match="edit 0: its replacement holds"):
                form.format(encoded)


def test_edits_of_ids_of_a_tokenizer(with_positions, lines):
    tokenizer = with_positions["ours"]
    form = EditTokens.of(tokenizer)
    source, target = (tokenizer.encode_ids(text) for text in ("bir varmış", "bir yokmuş, biri"))
    edits = diff(source, target, "token")
    assert form.parse(form.format(edits)) == edits
    assert tokenizer.decode(apply(source, edits, "token")) == "bir yokmuş, biri"


def test_vocabularies_without_tokens_of_edits(trained):
    import hybridtok as ht

    with pytest.raises(ValueError, match="<edit> and <pos_0> are not both"):
        EditTokens.of(trained)
    tokenizer = ht.Tokenizer.from_str(trained.to_str())
    tokenizer.add_special_tokens(["<pos_0>", "<edit>", "<pos_1>"])
    with pytest.raises(ValueError, match="<pos_1> has the id [0-9]+, not"):
        EditTokens.of(tokenizer)
    tokenizer.add_special_tokens(["<at 0>", "<at 1>", "<change>"])
    form = EditTokens.of(tokenizer, "<change>", "<at {}>")
    first = tokenizer.token_to_id("<at 0>")
    assert (form.edit, form.positions) == (first + 2, range(first, first + 2))


# M2.

M2 = """\
S This are a test .
A 1 2|||R:VERB:SVA|||is||was|||REQUIRED|||-NONE-|||0
A 2 2|||M:OTHER|||only|||REQUIRED|||-NONE-|||0
A 2 3|||U:DET||||||REQUIRED|||-NONE-|||0
A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||1
A 3 4|||UNK|||-NONE-|||REQUIRED|||-NONE-|||2

S Nobody  read this

S a b
A 0 1|||R:OTHER|||c|||REQUIRED|||why|||0"""


def test_m2_by_hand(tmp_path):
    path = tmp_path / "a.m2"
    path.write_bytes(M2.encode())
    first, unread, last = sentences = read_m2(path)
    assert first.annotators() == [0, 1, 2]
    assert first.annotations[0].corrections == ("is", "was")
    # What touches is one edit: the changed word, an insertion, a deletion.
    assert first.edits() == [Edit(1, 3, "is only")]
    assert apply(first.source, first.edits()) == "This is only test ."
    assert (first.edits(1), first.edits(2)) == ([], [Edit(3, 4, "")])
    assert (unread.annotators(), unread.edits()) == ([], [])
    assert last.annotations == (M2Edit(0, 1, "R:OTHER", ("c",), 0, "REQUIRED", "why"),)
    write_m2(path, sentences)
    assert path.read_bytes() == M2.encode()
    # ERRANT ends its files with an empty line.
    path.write_bytes(M2.encode() + b"\n\n")
    assert read_m2(path) == sentences
    path.write_bytes(b"")
    assert read_m2(path) == []


def test_m2_of_edits():
    edits = [Edit(0, 0, "So"), Edit(1, 2, "is  it"), Edit(3, 4, "")]
    sentence = M2Sentence.of("This are  a test", edits, [])
    assert str(sentence).split("\n") == [
        "S This are a test",
        "A 0 0|||M:OTHER|||So|||REQUIRED|||-NONE-|||0",
        "A 1 2|||R:OTHER|||is it|||REQUIRED|||-NONE-|||0",
        "A 3 4|||U:OTHER||||||REQUIRED|||-NONE-|||0",
        "A -1 -1|||noop|||-NONE-|||REQUIRED|||-NONE-|||1",
    ]
    for text in ("a||b", "a|", "-NONE-"):
        with pytest.raises(ValueError, match="no correction that M2 can tell"):
            M2Sentence.of("a", [Edit(0, 1, text)])
    with pytest.raises(ValueError, match="edit 0, .*behind the source"):
        M2Sentence.of("a", [Edit(0, 2, "b")])


@settings(deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_m2_comes_back(tmp_path_factory, source, targets):
    path = tmp_path_factory.getbasetemp() / "back.m2"
    every = [diff(source, target) for target in targets]
    sentence = M2Sentence.of(source, *every)
    write_m2(path, [sentence, sentence])
    [found, again] = read_m2(path)
    assert found == again == sentence
    assert found.annotators() == list(range(len(targets)))
    for k, (target, edits) in enumerate(zip(targets, every, strict=True)):
        assert found.edits(k) == edits
        assert apply(found.source, found.edits(k)) == " ".join(target.split())


@pytest.mark.parametrize(
    ("lines", "number", "what"),
    [
        (["A 0 1|||R|||x|||REQUIRED|||-NONE-|||0"], 1, "neither an edit nor"),
        (["S a", "S b"], 2, "neither an edit nor"),
        (["S a", "", "A 0 1|||R|||x|||REQUIRED|||-NONE-|||0"], 3, "neither an edit nor"),
        (["S a", "T b"], 2, "neither an edit nor"),
        (["S a", "A 0 1|||R|||x|||REQUIRED|||-NONE-"], 2, "not `A start end"),
        (["S a", "A 0 1|||R|||x|||REQUIRED|||-NONE-|||0|||1"], 2, "not `A start end"),
        (["S a", "A 0|||R|||x|||REQUIRED|||-NONE-|||0"], 2, "not `A start end"),
        (["S a", "A 0 1|||R|||x|||REQUIRED|||-NONE-|||me"], 2, "not `A start end"),
        (["S a", "A 0 2|||R|||x|||REQUIRED|||-NONE-|||0"], 2, "0 to 2 is no span of 1 words"),
        (["S a", "A 1 0|||R|||x|||REQUIRED|||-NONE-|||0"], 2, "1 to 0 is no span of 1 words"),
        (["S a", "A -1 -1|||R|||x|||REQUIRED|||-NONE-|||0"], 2, "only `noop` is at -1 -1"),
        (["S a", "A 0 1|||noop|||x|||REQUIRED|||-NONE-|||0"], 2, "only `noop` is at -1 -1"),
    ],
)
def test_m2_that_is_wrong(tmp_path, lines, number, what):
    path = tmp_path / "wrong.m2"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError, match=re.escape(f"wrong.m2: line {number}: ")) as caught:
        read_m2(path)
    assert what in str(caught.value)
    assert caught.value.offset == number


def test_m2_that_overlaps():
    edits = [M2Edit(1, 3, "R", ("işinde",)), M2Edit(2, 4, "R", ("de",))]
    sentence = M2Sentence("bulma işin de de bu", tuple(edits))
    assert sentence.edits() == [Edit(1, 4, "işinde de")]
    for within in (M2Edit(1, 3, "R", ("x",)), M2Edit(2, 2, "M", ("x",))):
        sentence = M2Sentence("bulma işin de de bu", (edits[0], within))
        with pytest.raises(ValueError, match=r"`A . .\|\|\|.*` lies within another edit"):
            sentence.edits()


def test_the_examples_of_the_page_run(run_page):
    run_page("edits.md")
