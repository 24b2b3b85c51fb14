"""Measuring: outputs are compared, nobody is left out silently, the command says what it found."""

import importlib.util
import json
import time

import numpy as np
import pytest
from conftest import LINES, ROOT

import hybridtok.bench.inputs as bench_inputs
from hybridtok.bench import TASKS, Plan, report
from hybridtok.bench.contest import alone, contest
from hybridtok.bench.differences import in_encodings, in_ids, in_merges, in_rows, in_text
from hybridtok.bench.inputs import cut
from hybridtok.bench.memory import growth
from hybridtok.bench.peers import PEERS, Source, base, reason
from hybridtok.bench.peers.ours import Ours
from hybridtok.bench.peers.ranks import ranks_of
from hybridtok.bench.results import Difference, Result, Row
from hybridtok.bench.rounds import Candidate, compete
from hybridtok.bench.tasks import cases_named

# Comparing.


def ids(*values):
    return np.array(values, dtype=np.uint32)


def rows(*lists):
    return base.concatenated(lists)


class Encoded:
    def __init__(self, ids, tokens="ab", offsets=((0, 1), (1, 2)), word_ids=(0, 0)):
        self.ids, self.tokens, self.offsets, self.word_ids = ids, tokens, offsets, word_ids


DIFFERENCES = {
    "equal ids": (in_ids, ids(1, 2), ids(1, 2), None),
    "another id": (in_ids, ids(1, 2, 3), ids(1, 9, 3), (None, 1)),
    "an id too few": (in_ids, ids(1, 2), ids(1), (None, 1)),
    "an id too many": (in_ids, ids(1), ids(1, 2), (None, 1)),
    "no ids": (in_ids, ids(), ids(), None),
    "equal rows": (in_rows, rows([1], [], [2, 3]), rows([1], [], [2, 3]), None),
    "another row": (in_rows, rows([1], [2, 3]), rows([1], [2, 4]), (1, 1)),
    "same ids in other rows": (in_rows, rows([1], [2, 3]), rows([1, 2], [3]), (0, 1)),
    "a row too few": (in_rows, rows([1], [2]), rows([1]), (1, 0)),
    "equal text": (in_text, "aé", "aé".encode(), None),
    "another text": (in_text, "aéb", "aéc", (None, 2)),
    "broken text": (in_text, "aé", b"a\xc3", (None, 1)),
    "equal encodings": (in_encodings, [Encoded([1, 2])], [Encoded([1, 2])], None),
    "other offsets": (
        in_encodings,
        [Encoded([1, 2])] * 2,
        [Encoded([1, 2]), Encoded([1, 2], offsets=((0, 1), (1, 3)))],
        (1, 1),
    ),
    "other words": (in_encodings, [Encoded([1, 2])], [Encoded([1, 2], word_ids=(0, 1))], (0, 1)),
    "more merges": (in_merges, [("a", "b")], [("a", "b"), ("c", "d")], None),
    "other merges": (in_merges, [("a", "b"), ("c", "d")], [("a", "b"), ("d", "c")], (None, 1)),
    "no merges": (in_merges, [("a", "b")], [], (None, 0)),
}


@pytest.mark.parametrize(
    ("compare", "expected", "found", "where"), DIFFERENCES.values(), ids=DIFFERENCES
)
def test_differences(compare, expected, found, where):
    difference = compare(expected, found)
    assert (difference and (difference.item, difference.position)) == where


def test_the_end_of_a_cut_text_is_not_compared():
    whole, start = ids(*range(1000)), ids(*range(500), 7)
    assert in_ids(start, whole, partial=True) is None
    assert in_ids(start, whole).position == 500
    assert in_ids(start, ids(*range(399), 0, 0), partial=True).position == 399


def test_cut_keeps_characters_whole():
    assert [cut("aéb", size) for size in range(5)] == ["", "a", "a", "aé", "aéb"]


# Rounds.


def test_rounds_are_interleaved_and_start_with_another_candidate_each_time():
    order = []

    def candidate(name):
        return Candidate(name, "", lambda: lambda: order.append(name), 1)

    compete([candidate(name) for name in "abc"], 3)
    assert "".join(order) == "abcbcacab"


def test_states_share_a_preparation_and_rounds_do_not():
    made = []

    def prepare():
        made.append(0)

        def call():
            made[-1] += 1
            return made[-1]

        return call

    measured, _ = compete([Candidate("a", "", prepare, 1, states=("cold", "warm"))], 4)
    assert made == [2] * 4
    assert [row.state for row in measured] == ["cold", "warm"]


class Panic(BaseException):
    """As PyO3 raises it."""


@pytest.mark.parametrize("error", [ValueError("why"), Panic("why")])
def test_a_candidate_that_fails_is_absent_with_its_reason(error):
    def fail():
        raise error

    candidates = [
        Candidate("good", "encode", lambda: lambda: 1, 1),
        Candidate("bad", "encode", lambda: fail, 1),
    ]
    measured, absent = compete(candidates, 2)
    assert [row.peer for row in measured] == ["good"]
    assert [(entry.peer, entry.reason) for entry in absent] == [
        ("bad", f"encode: {type(error).__name__}: why")
    ]


def test_an_output_that_is_wrong_once_is_reported():
    outputs = iter([1, 2, 1])
    candidate = Candidate("a", "", lambda: lambda: next(outputs), 1)
    candidate.check = lambda found: None if found == 1 else Difference(None, 0, "1", str(found))
    (row,), _ = compete([candidate], 3)
    assert row.difference == Difference(None, 0, "1", "2")


def test_times_are_of_work_and_of_waiting():
    def work():
        started = time.process_time()
        while time.process_time() - started < 0.02:
            pass

    measured, _ = compete(
        [
            Candidate("work", "", lambda: work, 1),
            Candidate("wait", "", lambda: lambda: time.sleep(0.02), 1),
        ],
        3,
    )
    assert measured[0].cpu_s >= 0.02
    assert measured[1].wall_s >= 0.02 > measured[1].cpu_s
    low, high = measured[0].cpu_range_s
    assert low <= measured[0].cpu_s <= high


def test_memory_is_the_peak_not_what_stays():
    def allocate():
        block = np.ones(40_000_000, dtype=np.uint8)
        return int(block[-1])

    assert growth(lambda: None) < 10_000_000
    assert 35_000_000 < growth(allocate) < 80_000_000


# Peers.


@pytest.fixture(scope="module")
def source(model):
    return Source(model / "tokenizer.json")


def changed(source, tmp_path, **parts):
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({**source.parsed, **parts}))
    return Source(path)


def test_ranks_are_the_bytes_of_the_tokens(source, trained):
    ranks = ranks_of(source)
    assert ranks.special == {"<s>": 0, "</s>": 1}
    assert len(ranks.ranks) == trained.get_vocab_size() - 2
    assert all(trained.decode_bytes([rank]) == token for token, rank in ranks.ranks.items())


def test_ranks_of_other_tokenizers_are_refused(source, tmp_path):
    model = source.parsed["model"]
    swapped = model["merges"][::-1]
    fewer = {token: id for token, id in model["vocab"].items() if token != "a"}
    cases = {
        "normalizer": {"normalizer": {"type": "NFC"}},
        "not BPE": {"model": {"type": "WordLevel", "vocab": {}}},
        "one pattern": {"pre_tokenizer": {"type": "Whitespace"}},
        "bytes have no token": {"model": {**model, "vocab": fewer, "merges": []}},
        "order of merges": {"model": {**model, "merges": swapped}},
    }
    for message, parts in cases.items():
        with pytest.raises(ValueError, match=message):
            ranks_of(changed(source, tmp_path, **parts))


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_converted_sentencepiece_models_give_the_same_ids(kind, tmp_path):
    """The models that `compare.py` makes, line by line."""
    place = ROOT / "benches" / "python" / "sentencepiece_models.py"
    spec = importlib.util.spec_from_file_location("sentencepiece_models", place)
    models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(models)
    corpus = ROOT / "corpora" / "turkish" / "turkish.txt"
    sentencepiece, json_file = models.make(corpus, tmp_path, kind, 1000)
    source = Source(json_file, sentencepiece)
    ours, theirs = (PEERS[name](source, 1) for name in ("hybridtok", "sentencepiece"))
    texts = [*corpus.read_text("utf-8").splitlines()[:300], *LINES, "  a  b ", "\t\n", ""]
    encode, expected = (peer.ways()["document"] for peer in (ours, theirs))
    for text in texts:
        assert encode["encode_ids"](text).tolist() == expected["encode"](text), text


def test_who_is_not_installed_is_said(source, monkeypatch):
    monkeypatch.setattr(base, "version_of", lambda name: None)
    assert reason(PEERS["tokenizers"], source) == "not installed"
    assert reason(PEERS["hybridtok"], source) is None


def job(source, corpus, case, **settings):
    plan = Plan(
        text=corpus, tokenizer=source.path, cases=(case,), rounds=1, threads=(1,), **settings
    )
    (made,) = plan.jobs()
    return made


@pytest.mark.parametrize("case", TASKS)
def test_our_output_is_that_of_the_reference(source, corpus, case):
    """Every case, in this process; `check_bytes` lets the reference see half of a document."""
    peers = ("hybridtok", "tokenizers")
    result = contest(job(source, corpus, case, peers=peers, check_bytes=1000, vocab_size=300))
    assert {row.peer for row in result.rows} == set(peers)
    assert result.absent == []
    for row in result.rows:
        assert row.difference is None
        assert row.checked_with == (None if case == "load" else "tokenizers")
        assert row.cpu_s > 0
        assert row.size > 0
        name, way = row.peer, row.way
        assert callable(alone(job(source, corpus, case), name, way))
    assert Result.of(json.loads(json.dumps(result.to_dict()))) == result


class Wrong(Ours):
    name = "wrong"

    def ways(self):
        def encode(text):
            found = super(Wrong, self).ways()["document"]["encode_ids"](text)
            return np.concatenate([found[:-5], found[-4:]])

        return {"document": {"encode": encode}}


def test_wrong_ids_are_found_behind_the_part_that_the_reference_sees(source, corpus, monkeypatch):
    peers = {"hybridtok": Ours, "wrong": Wrong, "tokenizers": PEERS["tokenizers"]}
    monkeypatch.setattr(bench_inputs, "PEERS", peers)
    monkeypatch.setattr(base, "version_of", lambda name: "1")
    result = contest(job(source, corpus, "document", check_bytes=500))
    expected = len(Ours(source, 1).ways()["document"]["encode_ids"](corpus.read_text())) - 5
    assert {row.peer for row in result.rows if row.difference} == {"wrong"}
    assert result.row("wrong").difference.position == expected
    assert any("wrong encode differs" in note for note in report.notes(result))
    assert report.markdown(result, "tokenizers").count("DIFFERS") == 2


class Broken(Ours):
    name = "broken"

    def ways(self):
        def encode(texts):
            raise Panic("no batches")

        return {**super().ways(), "batch": {"encode": encode}}


def test_who_cannot_do_the_case_is_said(source, corpus, monkeypatch):
    monkeypatch.setattr(bench_inputs, "PEERS", {"hybridtok": Ours, "broken": Broken})
    monkeypatch.setattr(base, "version_of", lambda name: "1")
    result = contest(job(source, corpus, "batch"))
    assert {row.peer for row in result.rows} == {"hybridtok"}
    assert [(a.peer, a.reason) for a in result.absent] == [("broken", "Panic: no batches")]


def test_ratios_are_by_bytes_not_by_seconds():
    """`tokenizers` may have had less text."""
    slow = Row("tokenizers", "encode", "", 100, 1, 1.0, 1.0, (1, 1))
    fast = Row("hybridtok", "encode", "", 1000, 1, 1.0, 1.0, (1, 1))
    shown = report.markdown(Result("decode", 1, 1, "x", [slow, fast]), "tokenizers")
    assert [line.split("|")[5].strip() for line in shown.splitlines()[4:6]] == ["1.00", "10.00"]


# The command.


def test_cases_have_names():
    assert cases_named(["load", "prompt"]) == ["load", "prompt-64", "prompt-128", "prompt-512"]
    assert cases_named(["prompt-64", "prompt"]) == ["prompt-64", "prompt-128", "prompt-512"]
    with pytest.raises(ValueError, match="no case 'nothing'"):
        cases_named(["nothing"])


FEW = ["--peers", "hybridtok,tokenizers", "--rounds", 1, "--vocab-size", 300]


def test_bench_for_programs(cli, corpus, model):
    done = cli("bench", corpus, "-t", model, *FEW, "--case", "batch,train", "--json")
    assert (done.code, done.err) == (0, "")
    document = json.loads(done.text)
    assert document["schema_version"] == 1
    assert document["versions"]["tokenizers"]
    results = document["results"]
    cases = [("batch", 1), ("batch", 2), ("train", 1), ("train", 2)]
    assert [(result["case"], result["threads"]) for result in results] == cases
    for result in results:
        assert {row["peer"] for row in result["rows"]} == {"hybridtok", "tokenizers"}
        assert all(row["difference"] is None for row in result["rows"])
    assert all(row["memory"] is not None for row in results[0]["rows"])


def test_bench_for_people(cli, corpus):
    """Without a tokenizer one is trained."""
    done = cli("bench", corpus, *FEW, "--case", "document", "--no-memory")
    assert (done.code, done.err) == (0, "")
    assert "hybridtok encode_ids, cold" in done.text
    assert "reference" in done.text


def test_bench_uses_the_start_of_a_corpus_of_any_kind(cli, tmp_path, model):
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"body": f"satır {k} é"}) + "\n" for k in range(500)))
    done = cli(
        *("bench", path, "--field", "body", "-t", model, *FEW, "--case", "decode", "--json"),
        *("--megabytes", 0.002),
    )
    assert done.code == 0
    (result,) = json.loads(done.text)["results"]
    assert {row["size"] for row in result["rows"]} <= {1999, 2000}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--case", "nothing"], "no case"),
        (["--peers", "nobody"], "no peer"),
        (["--base", "nobody"], "no peer"),
        (["--threads", "two"], "numbers"),
        (["--threads", "0"], "numbers"),
    ],
)
def test_bench_wrong_usage(cli, corpus, options, message):
    done = cli("bench", corpus, *options)
    assert (done.code, done.out) == (2, b"")
    assert message in done.err


def test_bench_ends_with_5_if_our_output_is_wrong(corpus, monkeypatch, capfd):
    import hybridtok.bench
    from hybridtok.cli.app import run

    wrong = Row("hybridtok", "encode_ids", "", 1, 1, 1.0, 1.0, (1, 1), "tokenizers")
    wrong.difference = Difference(None, 3, "[1]", "[2]")
    result = Result("document", 1, 1, "x", [wrong])
    monkeypatch.setattr(hybridtok.bench, "run", lambda plan, report: [result])
    assert run(["bench", str(corpus)]) == 5
    said = capfd.readouterr()
    assert "position 3: [2] for [1]" in said.out
    assert "differs" in said.err
