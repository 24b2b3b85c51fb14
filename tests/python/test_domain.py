"""Vocabularies of a domain: custom words, round sizes and presets in the trainers."""

import json
import re

import pytest
from conftest import ROOT
from test_custom import equal_to_tokenizers, words_cut

import hybridtok as ht
from hybridtok.training.bpe import train_bpe_counted
from hybridtok.training.custom import custom_words
from hybridtok.training.domain import domain_settings
from hybridtok.training.presets import DOMAIN_PRESETS, KL3M_SPECIAL_TOKENS

LEGAL = ROOT / "corpora" / "legal" / "contracts.txt"
#: A part of it.
FORMS = ROOT / "corpora" / "legal" / "handwritten.txt"
ENGLISH = ROOT / "corpora" / "english" / "english.txt"
LISTS = ["legal", "finance", "citations", "enumerations", "years", "markdown"]

#: Options that each trainer gets here: special tokens, and room for superwords.
TRAINERS = {
    "bpe": (ht.train_bpe, {"special_tokens": ["<s>", "</s>"]}),
    "superword": (ht.train_superword, {"special_tokens": ["<s>", "</s>"], "transition": 0.5}),
}
trainers = pytest.mark.parametrize("kind", TRAINERS)


def trained(kind, corpus=LEGAL, **options):
    train, own = TRAINERS[kind]
    return train(corpus, **{**own, **options})


def merges_of(tokenizer):
    return json.loads(tokenizer.component("model"))["merges"]


def custom_ids(tokenizer):
    added = tokenizer.get_added_tokens_decoder()
    return sorted(id for id, token in added.items() if not token.special)


# --- Sizes and ids -----------------------------------------------------------------------------


@trainers
@pytest.mark.parametrize(("choose", "lists"), [(True, LISTS), (False, ["legal"])])
def test_sizes_and_ids(kind, choose, lists, tmp_path):
    tokenizer = trained(kind, vocab_size=3000, custom=lists, custom_choose=choose)
    vocab = tokenizer.get_vocab()
    assert sorted(vocab.values()) == list(range(3000))
    assert [vocab["<s>"], vocab["</s>"]] == [0, 1]
    custom = custom_ids(tokenizer)
    learned = 2 + 256 + len(merges_of(tokenizer))
    # Behind all others, but for words that had been learned as well.
    assert [id for id in custom if id >= learned] == list(range(learned, 3000))
    assert len(custom) > 20
    # What remains of the merges is what training without custom words begins with.
    plain = merges_of(trained(kind, vocab_size=3000))
    assert merges_of(tokenizer) == plain[: learned - 258]
    texts = FORMS.read_text(encoding="utf-8").splitlines()
    equal_to_tokenizers(tokenizer, texts, tmp_path)


def test_what_is_cut_off_is_what_training_to_that_size_leaves_out():
    tokenizer = ht.train_bpe(LEGAL, vocab_size=3000, custom=LISTS)
    kept = merges_of(tokenizer)
    assert merges_of(ht.train_bpe(LEGAL, vocab_size=256 + len(kept), max_run=16)) == kept


def test_vocabularies_that_are_not_full_keep_their_merges():
    """The corpus has no pair for all of the size; then nothing is cut off."""
    plain, _ = train_bpe_counted(["aa ab"] * 9, **settings(vocab_size=400))
    tokenizer, made = train_bpe_counted(
        ["aa ab force majeure"] * 9, **settings(vocab_size=400, custom=["legal"])
    )
    assert made["custom"]["merges_cut"] == 0
    assert made["exhausted"]
    assert len(tokenizer) < 400
    assert merges_of(plain)[0] in merges_of(tokenizer)


def settings(**options):
    """All options of `train_bpe`, as the function itself hands them on."""
    import inspect

    parameters = list(inspect.signature(ht.train_bpe).parameters.values())[1:]
    return {p.name: p.default for p in parameters} | options


def test_words_that_were_learned_too_share_their_ids(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("the\nzzzz\n")
    tokenizer = ht.train_bpe(
        ["the the then"] * 99, vocab_size=262, custom=[path], custom_choose=False
    )
    # "th", "the", " the", "n" are taken or not; "the" is there once.
    vocab = tokenizer.get_vocab()
    assert sorted(vocab.values()) == list(range(len(tokenizer)))
    assert len(tokenizer) <= 262
    assert vocab["the"] < vocab["zzzz"] == len(tokenizer) - 1
    assert tokenizer.decode(tokenizer.encode("the then zzzz").ids) == "the then zzzz"


@trainers
@pytest.mark.parametrize("choose", [True, False])
def test_words_that_decoders_would_take_for_bytes(kind, choose, cli, tmp_path):
    """Byte-level decoders know `é` as a byte, also in an added token; a space they do not know."""
    words = ["Ã©", "café", "§§", "ığı", "naïve word", "Straße 5", "straży", "plain"]
    (tmp_path / "mine.txt").write_text("\n".join(words), encoding="utf-8")
    (tmp_path / "text.txt").write_text(
        "".join(f"{word}, a {word}\n" for word in words) * 50, "utf-8"
    )
    given = ["--vocab-size", 300, "--custom", tmp_path / "mine.txt"]
    given += ["--transition", 258] if kind == "superword" else ["--min-frequency", 1000]
    given += [] if choose else ["--custom-all"]
    done = cli("train", kind, tmp_path / "text.txt", "-o", tmp_path / "out", *given)
    assert done.code == 0, done.err
    tokenizer = ht.Tokenizer.from_pretrained(tmp_path / "out")
    taken = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    assert not taken & set(words[:4])
    if choose and kind == "bpe":
        assert taken >= {" §§", " ığı"}
    if not choose:
        assert taken >= {"naïve word", "straży"}
    assert "4 custom words stand for bytes" in done.err
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert record["custom"]["unwritable"] == sorted(words[:4])
    equal_to_tokenizers(tokenizer, [f"{word} x{word} {word}" for word in words], tmp_path)


@pytest.mark.parametrize(
    ("train", "options", "message"),
    [
        (ht.train_bpe, {"vocab_size": 500, "custom_choose": False}, "no room for"),
        (ht.train_superword, {"vocab_size": 2000, "transition": 1999}, "no room for superwords"),
    ],
)
def test_no_room(train, options, message):
    with pytest.raises(ht.TrainingError, match=message):
        train(LEGAL, custom=LISTS, **options)


@pytest.mark.parametrize("options", [{"preset": "kl3m"}, {"custom": ["legalese"]}, {"pad_to": 0}])
def test_names_and_sizes_that_are_not_there(options):
    with pytest.raises((ValueError, FileNotFoundError)):
        ht.train_bpe(["a"], vocab_size=256, **options)


# --- Words in texts ----------------------------------------------------------------------------


@trainers
def test_words_are_taken_where_they_cut_nothing(kind, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("Chi\n(a)\nforce majeure\n")
    text = "Chi in China, (a) a force majeure, force majeures"
    options = {"vocab_size": 2000, "custom": [path], "custom_choose": False}

    def taken(**more):
        tokenizer = trained(kind, **options, **more)
        encoding = tokenizer.encode(text)
        ids = set(custom_ids(tokenizer))
        places = zip(encoding.ids, encoding.offsets, strict=True)
        return [start for id, (start, _) in places if id in ids]

    assert taken() == [0, 14, 20]
    assert taken(custom_boundary="any") == [
        m.start() for m in re.finditer(r"Chi|\(a\)|force majeure", text)
    ]


@trainers
def test_words_save_tokens_and_hardly_cut_others(kind):
    lines = LEGAL.read_text(encoding="utf-8").splitlines()
    sample, held_out = lines[::2], lines[1::2]
    english = ENGLISH.read_text(encoding="utf-8").splitlines()
    words = sum(len(re.findall("[A-Za-z0-9]+", line)) for line in held_out)
    plain = trained(kind, sample, vocab_size=2000)
    chosen = trained(kind, sample, vocab_size=2000, custom=LISTS)
    tokens = [sum(len(t.encode_ids(text)) for text in held_out) for t in (plain, chosen)]
    assert tokens[1] < tokens[0]
    # Those that end openly may cut a word that the sample has not (` shall be` in `shall bear`).
    assert len(words_cut(chosen, held_out)) < 0.001 * words
    assert [word for word in words_cut(chosen, english) if word.isalpha()] == []
    # Taken as they are, they cut none; without the boundary, many.
    options = {"vocab_size": 2000, "custom": ["roman", "years"], "custom_choose": False}
    assert words_cut(trained(kind, sample, **options), held_out + english) == []
    free = trained(kind, sample, custom_boundary="any", **options)
    assert len(words_cut(free, held_out)) > 0.005 * words


@trainers
def test_runs(kind):
    text = ["-" * 40 + " " + "=" * 40 + "\n"] * 99

    def longest(**options):
        vocab = trained(kind, text, vocab_size=600, **options).get_vocab()
        return max(len(token) for token in vocab if re.fullmatch("-+|=+", token))

    assert longest() == 40
    assert longest(max_run=4) == 4
    assert longest(custom=["markdown"]) == 16


def test_normalizer_of_superwords():
    tokenizer = trained("superword", normalizer="nfkc,lowercase", vocab_size=1000)
    assert tokenizer.decode(tokenizer.encode("The ﬁrst PARTY").ids) == "the first party"
    assert not any(re.search("[A-Z]{3}", token) for token in tokenizer.get_vocab())


# --- Presets and round sizes -------------------------------------------------------------------


@pytest.mark.parametrize("preset", DOMAIN_PRESETS)
def test_presets(preset):
    tokenizer = ht.train_bpe(LEGAL, preset=preset, vocab_size=2500)
    vocab = tokenizer.get_vocab()
    assert sorted(vocab.values()) == list(range(4096))
    assert tuple(tokenizer.special_tokens[:13]) == KL3M_SPECIAL_TOKENS
    assert [vocab[token] for token in KL3M_SPECIAL_TOKENS] == list(range(13))
    assert tokenizer.special_tokens[13:] == [f"<|reserved_{k}|>" for k in range(1596)]
    back = tokenizer.decode(
        tokenizer.encode("<|start|>The ﬁne Print").ids, skip_special_tokens=False
    )
    cased = preset == "kl3m-cased"
    assert back == "<|start|>" + ("The fine Print" if cased else "the fine print")
    assert custom_ids(tokenizer)
    diagnosis = ht.doctor(tokenizer, corpus=FORMS)
    assert diagnosis.errors == []


def test_what_is_given_wins_over_the_preset():
    given = {
        "normalizer": "none",
        "special_tokens": (),
        "min_frequency": 0,
        "max_run": 3,
        "custom": (),
        "pad_to": 64,
    }
    found = domain_settings("kl3m-uncased", **given)
    assert {name: getattr(found, name) for name in given} == given
    for name, value in given.items():
        assert getattr(domain_settings("kl3m-uncased", **{name: value}), name) == value
        assert getattr(domain_settings("kl3m-uncased"), name) != value
    assert domain_settings().max_run is None
    assert domain_settings(custom=["legal"]).max_run == 16
    assert len(custom_words(domain_settings("kl3m-cased").custom)) > 1500


@trainers
def test_round_sizes(kind):
    assert len(trained(kind, vocab_size=1000, pad_to="pow2")) == 1024
    assert len(trained(kind, vocab_size=1024, pad_to="pow2")) == 1024
    assert len(trained(kind, vocab_size=1000, custom=LISTS, pad_to=300)) == 1200


# --- Corpora -----------------------------------------------------------------------------------


@trainers
def test_every_form_of_a_corpus_gives_the_same(kind):
    """A file, its lines, an iterator that is used up, batches; any number of threads."""
    lines = LEGAL.read_text(encoding="utf-8").splitlines(keepends=True)
    batches = [lines[k : k + 50] for k in range(0, len(lines), 50)]
    want = trained(kind, vocab_size=3000, custom=LISTS).to_str()
    for corpus in (lines, iter(lines), iter(batches)):
        assert trained(kind, corpus, vocab_size=3000, custom=LISTS).to_str() == want
    assert trained(kind, vocab_size=3000, custom=LISTS, threads=1).to_str() == want


def test_count_files_have_no_texts_to_choose_by(tmp_path):
    ht.count_words(LEGAL, tmp_path / "legal.counts")
    with pytest.raises(ht.TrainingError, match="custom words are chosen by texts"):
        ht.train_bpe(tmp_path / "legal.counts", vocab_size=3000, custom=LISTS)
    options = {"vocab_size": 6000, "custom": LISTS, "custom_choose": False}
    of_counts = ht.train_bpe(tmp_path / "legal.counts", **options)
    assert of_counts.to_str() == ht.train_bpe(LEGAL, **options).to_str()
    both = ht.train_bpe([tmp_path / "legal.counts", FORMS], vocab_size=3000, custom=LISTS)
    assert len(custom_ids(both)) > 50


# --- Commands ----------------------------------------------------------------------------------


@trainers
def test_commands(kind, cli, tmp_path):
    out = tmp_path / "out"
    mine = tmp_path / "mine.txt"
    mine.write_text("hereunder\n")
    options = {"vocab_size": 3000, "custom": ["legal", mine], "pad_to": 64}
    given = ["--custom", "legal", "--custom", mine, "--vocab-size", 3000, "--pad-to", 64]
    given += ["--special-tokens", "<s>,</s>"]
    given += ["--transition", 0.5] * (kind == "superword")
    done = cli("train", kind, LEGAL, "-o", out, *given)
    assert (done.code, done.err) == (0, "")
    tokenizer = ht.Tokenizer.from_pretrained(out)
    assert tokenizer.to_str() == trained(kind, **options).to_str()
    record = json.loads((out / "training.json").read_text())
    assert record["arguments"]["custom"] == ["legal", str(mine)]
    assert record["arguments"]["max_run"] == 16
    assert record["tokens"] == len(tokenizer) == 3008
    assert record["reserved"] == 8
    assert record["stopped_by"] == "vocab_size"
    assert record["merges"] == len(merges_of(tokenizer))
    custom = record["custom"]
    assert custom["tokens"] == len(custom_ids(tokenizer)) > 20
    assert custom["words"] == len(custom_words(["legal", mine]))
    texts = LEGAL.read_text(encoding="utf-8").splitlines(keepends=True)
    ids = [id for text in texts for id in tokenizer.encode(text).ids]
    assert custom["sample"] == {
        "characters": sum(map(len, texts)),
        "tokens_without": sum(len(trained(kind, vocab_size=3000).encode_ids(t)) for t in texts),
        "tokens_with": len(ids),
    }
    word, uses = custom["most_used"][0]
    assert uses == ids.count(tokenizer.token_to_id(word))
    assert (custom["cut"], custom["most_cut"]) == (0, [])
    contents = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    listed = [word.text for word in custom_words(["legal", mine])]
    assert custom["left_out"] == sum(not {w, f" {w}"} & contents for w in listed)
    assert cli("doctor", out, "--corpus", FORMS).code == 0


def test_weights_and_seed_are_in_the_record(cli, tmp_path):
    def record(name, *options):
        out = tmp_path / name
        done = cli("train", "bpe", f"{LEGAL}:0.5", FORMS, "-o", out, *options)
        assert done.code == 0, done.err
        made = json.loads((out / "training.json").read_text())
        return made, (out / "tokenizer.json").read_bytes()

    options = ["--vocab-size", 1000, "--custom", "legal"]
    made, content = record("a", *options, "--seed", 7)
    assert made["arguments"]["seed"] == 7
    assert [source.get("weight") for source in made["corpus"]] == [0.5, None]
    assert record("b", *options, "--seed", 7) == (made, content)
    other, content_of_other = record("c", *options)
    assert other["arguments"]["seed"] == 0
    assert content_of_other != content


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--pad-to", "0"], "pow2 or a number"),
        (["--pad-to", "two"], "pow2 or a number"),
        (["--preset", "kl3m"], "there is no preset"),
        (["--custom", "legalese"], "legalese"),
    ],
)
def test_commands_that_are_refused(options, message, cli, tmp_path):
    done = cli("train", "bpe", LEGAL, "-o", tmp_path / "out", *options)
    assert done.code != 0
    assert message in done.err


def test_short_of_candidates(cli, tmp_path):
    done = cli(
        *("train", "bpe", FORMS, "-o", tmp_path / "out", "--preset", "kl3m-cased"),
        *("--vocab-size", 20_000),
    )
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    reached = record["tokens"] - record["reserved"]
    assert record["stopped_by"] == "candidates"
    assert f"reached {reached:,} of 20,000: no candidates that occur 2 times" in done.err


def test_page(run_page):
    run_page("domain.md")
