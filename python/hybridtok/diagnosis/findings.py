"""What the checks say, as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["TITLES", "Diagnosis", "Finding", "Severity", "finding", "named", "shown"]

Severity = Literal["error", "warn", "info"]

#: The checks.
TITLES = {
    "D01": "unreachable-atom",
    "D02": "no-producing-merge",
    "D03": "not-self-encoding",
    "D04": "shadowed-by-added",
    "D05": "partial-utf8",
    "D06": "duplicate-merge",
    "D07": "merge-part-missing",
    "D08": "added-cuts-words",
    "D09": "pad-eos",
    "D10": "pad-whitespace",
    "D11": "id-clash",
    "D12": "lone-space-added",
    "D13": "normaliser-conflict",
    "D14": "cap",
    "D15": "frequency",
    "D16": "added-read-as-bytes",
}

#: So many ids of a finding are kept.
_IDS = 20


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes:
        code: the check, a key of `TITLES`.
        severity: "error", "warn" or "info".
        ids: the first 20 ids that it is about.
        count: how many entries (for merges: merges, for words: words) it is about.
        text: what was found, in one line.
        causes: for D03, what stands in the way, and of how many entries.
    """

    code: str
    severity: Severity
    ids: list[int]
    count: int
    text: str
    causes: dict[str, int] | None = None

    @property
    def title(self) -> str:
        """The check's name."""
        return TITLES[self.code]

    def to_dict(self) -> dict[str, Any]:
        """The attributes that are set."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Diagnosis:
    """The result of `doctor`.

    Attributes:
        findings: by code.
        skipped: checks that were not run, and why.
        warnings: what the loader puts up with, and why it refuses the file if it does.
        loads: whether the loader takes the file.
    """

    findings: list[Finding]
    skipped: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    loads: bool = True

    @property
    def errors(self) -> list[Finding]:
        """The findings of severity "error"."""
        return [finding for finding in self.findings if finding.severity == "error"]

    def of(self, code: str) -> list[Finding]:
        """The findings of one check."""
        return [finding for finding in self.findings if finding.code == code]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "skipped": self.skipped,
            "warnings": self.warnings,
            "loads": self.loads,
        }

    def to_json(self) -> str:
        """Everything as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"


def finding(
    code: str, severity: Severity, ids: Sequence[int], text: str, count: int | None = None
) -> Finding:
    """A finding about these entries; ``count`` where it is not about as many as there are ids."""
    return Finding(code, severity, list(ids[:_IDS]), len(ids) if count is None else count, text)


def shown(text: str, width: int = 24) -> str:
    """A token in quotes, on one line and not too long."""
    return repr(text if len(text) <= width else text[: width - 1] + "…")


def named(texts: Iterable[str], number: int = 4) -> str:
    """The first few of some tokens."""
    listed = list(texts)
    return ", ".join(map(shown, listed[:number])) + (", …" if len(listed) > number else "")
