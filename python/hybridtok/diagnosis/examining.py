"""All checks, one after the other, as far as the file lets them run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hybridtok.diagnosis.added import (
    check_ids,
    check_lone_space,
    check_read_as_bytes,
    check_specials,
    check_whitespace,
)
from hybridtok.diagnosis.entries import (
    check_cap,
    check_normalizer,
    check_partial,
    check_shadowed,
    unreachable,
)
from hybridtok.diagnosis.findings import TITLES, Diagnosis, Finding, finding, named
from hybridtok.diagnosis.merges import check_merges
from hybridtok.diagnosis.probing import check_self_encoding
from hybridtok.diagnosis.source import Entry, Source
from hybridtok.diagnosis.usage import check_usage
from hybridtok.errors import FormatError

if TYPE_CHECKING:
    from hybridtok.corpus import Corpus

__all__ = ["doctor"]

_BPE = "only BPE has merges"
_HYBRID = "a hybrid model has no entries that stand for their own text"
_CORPUS = "needs a corpus"


def doctor(tokenizer: Any, corpus: Corpus | None = None) -> Diagnosis:
    """Looks for defects of a tokenizer, also of one that the loader refuses.

    Args:
        tokenizer: a directory, a `tokenizer.json`, a `hybridtok.json`, or a tokenizer of this
            package or of `tokenizers`.
        corpus: texts, for the checks D08 and D15; see `hybridtok.train_bpe`.

    Returns:
        What was found. Every code is explained in docs/doctor.md.

    Raises:
        FileNotFoundError: there is no such file.
        FormatError: the loader refuses the file, and no check finds an error that explains it.
        LimitError: it exceeds a bound.
    """
    examination = _Examination(Source.open(tokenizer))
    examination.run(corpus)
    diagnosis = examination.diagnosis()
    refusal = examination.source.refusal
    if refusal is not None and not diagnosis.errors:
        raise refusal
    return diagnosis


class _Examination:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.skipped: dict[str, str] = {}
        self._unreachable: list[Entry] = []

    def run(self, corpus: Corpus | None) -> None:
        source = self.source
        hybrid = source.kind == "Hybrid"
        bpe = None if source.kind == "BPE" else _BPE
        refused = None if source.tokenizer else f"the file does not load: {source.refusal}"
        own_text = _HYBRID if hybrid else None
        self._check(["D01"], self._atoms, own_text)
        self._check(["D02", "D06", "D07"], lambda: check_merges(source), bpe)
        self._check(["D03"], self._encodings, own_text or refused)
        self._check(["D04"], lambda: check_shadowed(source), own_text)
        self._check(["D05"], lambda: check_partial(source), own_text)
        self._check(["D09"], lambda: check_specials(source))
        self._check(["D10"], lambda: check_whitespace(source))
        self._check(["D11"], lambda: check_ids(source))
        self._check(["D12"], lambda: check_lone_space(source))
        self._check(["D16"], lambda: check_read_as_bytes(source))
        self._check(["D13"], lambda: check_normalizer(source), own_text)
        self._check(["D14"], lambda: check_cap(source), own_text)
        without = _CORPUS if corpus is None else refused
        self._check(["D08", "D15"], lambda: check_usage(source, corpus), without)

    def _check(
        self, codes: list[str], check: Callable[[], Iterator[Finding]], not_run: str | None = None
    ) -> None:
        if not_run is None:
            self.findings += check()
        else:
            self.skipped.update(dict.fromkeys(codes, not_run))

    def _atoms(self) -> Iterator[Finding]:
        try:
            self._unreachable = unreachable(self.source)
        except FormatError as error:
            self.skipped["D01"] = f"the stages before the model do not load: {error}"
            return
        if self._unreachable:
            text = "no text brings these characters to the model: "
            text += named(entry.core for entry in self._unreachable)
            yield finding("D01", "warn", [entry.id for entry in self._unreachable], text)

    def _encodings(self) -> Iterator[Finding]:
        return check_self_encoding(self.source, self._unreachable)

    def diagnosis(self) -> Diagnosis:
        source = self.source
        order = list(TITLES)
        warnings = list(source.warnings)
        if source.refusal is not None:
            warnings.append(f"the file does not load: {source.refusal}")
        return Diagnosis(
            sorted(self.findings, key=lambda found: order.index(found.code)),
            {code: self.skipped[code] for code in order if code in self.skipped},
            warnings,
            source.tokenizer is not None,
        )
