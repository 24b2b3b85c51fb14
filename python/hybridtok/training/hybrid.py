"""Training hybrid tokenizers: morphemes of a language pack, and pieces for the rest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal

from hybridtok import _core
from hybridtok.corpus import Corpus
from hybridtok.languages import pack_directory
from hybridtok.tokenizer import Tokenizer
from hybridtok.training.counts import Cutting, Reading, Report, counted
from hybridtok.training.distributed import Engine

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Mode", "train_hybrid", "train_hybrid_counted"]

Mode = Literal["shared", "surface"]


def train_hybrid(
    corpus: Corpus,
    *,
    language: str | None = None,
    lexicon: str | os.PathLike[str] | None = None,
    vocab_size: int = 32_768,
    mode: Mode = "shared",
    merges: int | None = None,
    limit_alphabet: int = 1_000,
    min_frequency: int = 2,
    digits: Literal[1, 3] = 1,
    field: str | None = None,
    on_invalid: Literal["error", "replace", "skip"] = "error",
    memory: int | str | None = None,
    engine: Engine = "local",
    threads: int | None = None,
    progress: Report | None = None,
) -> Tokenizer:
    """Trains a tokenizer that cuts words into the morphemes of a language.

    Words are analysed with the lexicon and the grammar of a language pack; what analyses cost is
    learned from the corpus (expectation-maximization). Stems that are in no lexicon become BPE
    pieces, all else bytes, so that every text comes back: ``decode(encode(x).ids) == x``.

    Args:
        corpus: as for `train_bpe`.
        language: a pack that comes with the package: "tr", "fi", "hu" or "en".
        lexicon: the directory of a pack, instead of ``language``; `hybridtok lexicon` makes them.
        vocab_size: ids in all: controls, bytes, affixes, and then as many roots, pieces and merges
            as save most tokens.
        mode: "shared" gives all forms of a morpheme one id, and decoding gives it its form back;
            "surface" gives every form its own, with a side table to the morphemes.
        merges: ids for sequences of morphemes within a word; None lets the corpus decide, 0 keeps
            every morpheme apart.
        limit_alphabet: so many characters become pieces; others are spelled in bytes.
        min_frequency: what is rarer gets no id of its own.
        digits: 3 gives groups of three digits, counted from the right of a number, ids of their
            own (2,200 in all); with 1 every digit is a token.
        field: the field of JSON lines, or the column of a table, that holds the text.
        on_invalid: what to do with lines of files that are not UTF-8.
        memory: bytes for the table of counted words ("4GB" or a number); see `count_words`.
        engine: "ray" counts in tasks of a Ray cluster; see `count_words`.
        threads: threads that count and learn; the result does not depend on it.
        progress: called as ``progress(stage, done, total)`` now and then.

    Raises:
        FileNotFoundError: no such pack or corpus.
        FormatError: the pack has a mistake; the message says in which file and line.
        ValueError: other digits than 1 and 3.
        TrainingError: the corpus is empty, or ``vocab_size`` below what the pack needs.
        KeyboardInterrupt: on Ctrl-C.

    Example:
        >>> import hybridtok as ht
        >>> text = ["Kitaplarımızı evlerden getirdiler."] * 5
        >>> tok = ht.train_hybrid(text, language="tr", vocab_size=2000)
        >>> tok.segment("kitaplarımızı")
        ['kitap', 'lar', 'ımız', 'ı']
    """
    return train_hybrid_counted(**locals())[0]


def train_hybrid_counted(
    corpus: Corpus,
    *,
    language: str | None,
    lexicon: str | os.PathLike[str] | None,
    vocab_size: int,
    mode: Mode,
    merges: int | None,
    limit_alphabet: int,
    min_frequency: int,
    digits: Literal[1, 3],
    **reading: Unpack[Reading],
) -> tuple[Tokenizer, dict[str, Any]]:
    """As `train_hybrid`; also returns how many ids of each kind there are, and the coverage."""
    if (language is None) == (lexicon is None):
        raise ValueError("pass either language or lexicon")
    pack = pack_directory(lexicon if lexicon is not None else str(language))
    cutting = Cutting.by(pattern="morphemes", normalizer="none", byte_level=False, unicode="hf")
    [words] = counted(corpus, [cutting], reading)
    core, made = _core.train_hybrid(
        pack,
        words,
        vocab_size=vocab_size,
        mode=mode,
        merges=merges,
        limit_alphabet=limit_alphabet,
        min_frequency=min_frequency,
        digits=digits,
        threads=reading["threads"],
        report=reading["progress"],
    )
    return Tokenizer._of(core), made
