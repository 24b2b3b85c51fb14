"""Language packs as text: reading one, taking in what an importer found, writing one.

The core reads packs (`rust/core/morph/pack.rs`); here they are only edited, and lines that are not
touched stay as they are.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field

from hybridtok import _core
from hybridtok.atomic import new_directory
from hybridtok.languages.found import Affix, Found, Root
from hybridtok.languages.places import pack_directory
from hybridtok.languages.surfaces import Sounds, read_sounds

__all__ = ["Merged", "PackText", "new_pack", "open_pack"]

#: As in the core.
MAX_AFFIXES = 4096
SEGMENTS = "segments.tsv"
#: Attributes that dictionaries do not know: a plain root means the pack's root that has one.
_KNOWN_BETTER = ("alt:", "ybuf", "pn")

_CODE = re.compile(r"[a-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Merged:
    """What became of what was found."""

    new_roots: int
    counted_roots: int
    new_affixes: int
    known_affixes: int
    dropped_affixes: int


@dataclass
class PackText:
    """The files of a pack, by name, and what is in them."""

    files: dict[str, str]
    sounds: Sounds = field(init=False)
    #: Lines of `roots.tsv`, and where the roots are.
    _roots: list[str] = field(init=False)
    _places: dict[tuple[str, str, str], int] = field(init=False, default_factory=dict)
    _lexemes: dict[tuple[str, str], list[int]] = field(init=False, default_factory=dict)
    #: Affixes by name, and the names of those that have a form.
    templates: dict[str, str] = field(init=False, default_factory=dict)
    properties: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    forms: dict[str, list[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Looks at the files."""
        self.sounds = read_sounds(self.files["pack.txt"])
        self._roots = _lines(self.files["roots.tsv"])
        for place, line in enumerate(self._roots):
            if line.strip() and not line.startswith("#"):
                citation, pos, attributes = (*line.split("\t"), "", "")[:3]
                self._index(place, citation, pos.strip(), attributes.strip())
        for line in _lines(self.files["affixes.tsv"]):
            if line.strip() and not line.startswith("#"):
                name, template, classes = (part.strip() for part in (*line.split("\t"), "", "")[:3])
                self._index_affix(name, template, tuple(classes.split()[1:]))

    def _index(self, place: int, citation: str, pos: str, attributes: str) -> None:
        self._places[citation, pos, attributes] = place
        self._lexemes.setdefault((citation, pos), []).append(place)

    def _index_affix(self, name: str, template: str, properties: tuple[str, ...]) -> None:
        self.templates[name] = template
        self.properties[name] = properties
        for form in self.sounds.forms(template):
            self.forms.setdefault(form, []).append(name)

    @property
    def lang(self) -> str:
        """The language's code."""
        return self.sounds.lang

    @property
    def has_rules(self) -> bool:
        """Whether somebody wrote down which affixes may follow which."""
        return "morphotactics.tsv" in self.files

    def merge(self, found: Found) -> Merged:
        """Takes in what was found: adds counts to roots that are known, adds the others."""
        new, counted = self._merge_roots(found.roots)
        added, known, dropped = self._merge_affixes(found.affixes)
        self._merge_segments(found.segments)
        if found.notes:
            self.files["affixes.tsv"] += "".join(f"# {note}\n" for note in found.notes)
        self.files["roots.tsv"] = "".join(f"{line}\n" for line in self._roots)
        sets_compound = any(
            line.startswith("compound\t") for line in _lines(self.files["pack.txt"])
        )
        if found.compounds and not self.has_rules and not sets_compound:
            self.files["pack.txt"] = self.files["pack.txt"].rstrip("\n") + "\ncompound\t1\n"
        return Merged(new, counted, added, known, dropped)

    def _merge_roots(self, roots: Counter[Root]) -> tuple[int, int]:
        new = counted = 0
        for root, count in sorted(roots.items(), key=_order):
            place = self._place(root)
            if place is None:
                attributes = " ".join(root.attributes or ())
                self._index(len(self._roots), root.citation, root.pos, attributes)
                line = f"{root.citation}\t{root.pos}\t{attributes}"
                self._roots.append(f"{line}\t{count}" if count else line)
                new += 1
            elif count:
                columns = self._roots[place].split("\t")
                before = columns[3].strip() if len(columns) > 3 else ""
                total = count + (int(before) if before.isdecimal() else 0)
                self._roots[place] = "\t".join((*(*columns, "")[:3], str(total)))
                counted += 1
        return new, counted

    def _merge_segments(self, segments: Counter[tuple[str, ...]]) -> None:
        """Adds words that are cut; a word that was cut before is cut anew."""
        if not segments:
            return
        lines = _lines(self.files.get(SEGMENTS, "# word\tsegments\tcount"))
        new = {"".join(word) for word in segments}
        lines = [line for line in lines if line.split("\t")[0] not in new]
        for word, count in sorted(segments.items()):
            lines.append(f"{''.join(word)}\t{'+'.join(word)}\t{count}")
        self.files[SEGMENTS] = "".join(f"{line}\n" for line in lines)

    def _place(self, root: Root) -> int | None:
        """Where a root is, or the one that is meant."""
        attributes = " ".join(root.attributes or ())
        place = self._places.get((root.citation, root.pos, attributes))
        lexemes = self._lexemes.get((root.citation, root.pos), [])
        if place is None and root.attributes is None:
            return lexemes[0] if lexemes else None
        if place is None and not root.attributes:
            better = (at for at in lexemes if self._knows_better(at))
            return next(better, None)
        return place

    def _knows_better(self, place: int) -> bool:
        attributes = (*self._roots[place].split("\t"), "", "")[2].split()
        return any(attribute.startswith(_KNOWN_BETTER) for attribute in attributes)

    def _merge_affixes(self, affixes: Counter[Affix]) -> tuple[int, int, int]:
        lines = []
        known = dropped = 0
        for affix, _ in sorted(affixes.items(), key=lambda item: (-item[1], item[0].template)):
            template = affix.template
            forms = self.sounds.forms(template)
            if template in self.templates or (forms and forms <= self.forms.keys()):
                known += 1
            elif len(self.templates) == MAX_AFFIXES:
                dropped += 1
            else:
                # A pack with rules must be told what may stand before an affix; a new class says
                # so in one line, and until then nothing does.
                lines.append(f"{template}\t{template}\tSUF\t{affix.gloss}".rstrip())
                self._index_affix(template, template, ())
        if lines:
            text = self.files["affixes.tsv"]
            self.files["affixes.tsv"] = text + "".join(f"{line}\n" for line in lines)
            if self.has_rules:
                self._allow_suffixes()
        return len(lines), known, dropped

    def _allow_suffixes(self) -> None:
        """Lets affixes of no known class follow stems and each other, and end a word."""
        rules = self.files["morphotactics.tsv"]
        wanted = ("ROOT\tSUF", "OOV\tSUF", "SUF\tSUF", "SUF\tEND")
        missing = [rule for rule in wanted if rule not in _lines(rules)]
        if missing:
            rules = rules.rstrip("\n")
            self.files["morphotactics.tsv"] = "\n".join((rules, *missing)) + "\n"

    def cut(self, suffix: str) -> list[str] | None:
        """A string as the fewest forms of affixes in a row, or None."""
        best: list[list[str] | None] = [[]] + [None] * len(suffix)
        for end in range(1, len(suffix) + 1):
            for start in range(end):
                before = best[start]
                if before is None or suffix[start:end] not in self.forms:
                    continue
                now = best[end]
                if now is None or len(before) + 1 < len(now):
                    best[end] = [*before, suffix[start:end]]
        return best[-1]

    def write(self, directory: str | os.PathLike[str], *, force: bool = False) -> None:
        """Writes the files, beside the directory first; it appears if the core can read them.

        Raises:
            FileExistsError: there are files in ``directory``, and not ``force``.
            FormatError: the file, the line, and what is wrong there.
        """
        with new_directory(directory, force=force) as new:
            for name, text in self.files.items():
                (new / name).write_text(text, encoding="utf-8", newline="")
            _core.read_pack(new)


def _lines(text: str) -> list[str]:
    """Lines as the core sees them; Python's own also end at rarer characters."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _order(item: tuple[Root, int]) -> tuple[str, str, tuple[str, ...]]:
    root = item[0]
    # Roots whose attributes are known come first: others may mean them.
    return root.citation, root.pos, root.attributes if root.attributes is not None else ("~",)


def open_pack(pack: str | os.PathLike[str]) -> PackText:
    """A pack by its directory, or a shipped one by its language's code.

    Raises:
        FileNotFoundError: neither.
        FormatError: the core cannot read it.
    """
    return PackText(_core.read_pack(pack_directory(pack))["files"])


def new_pack(lang: str) -> PackText:
    """A pack that knows nothing yet: affixes are literal, and any may follow anything.

    Raises:
        ValueError: ``lang`` is no language code.
    """
    if not _CODE.fullmatch(lang):
        raise ValueError(f"a language is a code such as tr or en, not {lang!r}")
    case = "tr" if lang in ("tr", "az") else "default"
    return PackText(
        {
            "pack.txt": f"lang\t{lang}\nversion\t1\ncase\t{case}\nsegmentation\tsurface\n",
            "affixes.tsv": "# name\ttemplate\tclass and properties\tgloss\n",
            "roots.tsv": "# citation\tpart of speech\tattributes\tcount\n",
            "LICENSE": "As the sources in SOURCES.md; nothing was added to them.\n",
            "SOURCES.md": "# Sources\n",
        }
    )
