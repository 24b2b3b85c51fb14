"""What an evaluation found, as JSON, as tables and as a page."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hybridtok.atomic import write_atomically
from hybridtok.evaluation.tables import Table, aligned, lookup, tables

__all__ = ["SCHEMA", "Report"]

SCHEMA = "hybridtok.eval/1"


class Report:
    """The result of `evaluate`.

    Attributes:
        document: everything, as plain data; its keys are those of ``report.json``.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        """Takes the document."""
        self.document = document

    def __repr__(self) -> str:
        """The table."""
        return self.table()

    def table(self) -> str:
        """Markdown that reads well in a terminal, too: warnings, then a table for each input."""
        parts = [f"**Warning:** {warning}\n" for warning in self.document["warnings"]]
        for title, head, rows in self.tables():
            parts.append(f"### {title}\n")
            parts.append(aligned([head, *rows]))
        return "\n".join(parts)

    def tables(self) -> Iterator[Table]:
        """Title, head and rows of each table; numbers with four digits that matter."""
        return tables(self.document)

    def golds(self) -> list[str]:
        """The names of the word lists."""
        first = next(iter(self.document["results"].values()))
        return list(first.get("morphology", {}))

    def value(self, metric: str, tokenizer: str | None = None, gold: str | None = None) -> Any:
        """One metric.

        Args:
            metric: its key; keys of nested ones with a point (``renyi_efficiency_V.2.5``).
            tokenizer: by default the first.
            gold: the word list, the corpus or the group of pairs, by default the first that has
                the metric.

        Raises:
            KeyError: there is no such metric, tokenizer or word list.
        """
        values = [
            value
            for name, of_gold, value in self.values(metric)
            if tokenizer in (None, name) and gold in (None, of_gold)
        ]
        if not values:
            raise KeyError(metric)
        return values[0]

    def values(self, metric: str) -> list[tuple[str, str | None, Any]]:
        """A metric wherever it was measured: tokenizer, word list or None, value."""
        found = []
        for name, of in self.document["results"].items():
            places = [
                *((None, of.get(key, {})) for key in ("overall", "mean", "terms", "vocabulary")),
                *of.get("corpora", {}).items(),
                *of.get("stability", {}).items(),
                *of.get("edits", {}).items(),
                *of.get("morphology", {}).items(),
            ]
            for gold, metrics in places:
                known, value = lookup(metrics, metric)
                if known:
                    found.append((name, gold, value))
        return found

    def to_json(self) -> str:
        """The document; the same input gives the same text, but for `created` and speeds."""
        return json.dumps(self.document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def to_html(self) -> str:
        """One page that needs nothing else: no script, no network."""
        from hybridtok.evaluation.page import page

        return page(self)

    def save(self, directory: str | os.PathLike[str]) -> None:
        """Writes ``report.json``, ``report.md`` and ``report.html`` into a directory.

        Raises:
            OSError: they cannot be written.
        """
        Path(directory).mkdir(parents=True, exist_ok=True)
        write_atomically(Path(directory) / "report.json", self.to_json())
        write_atomically(Path(directory) / "report.md", self.table())
        write_atomically(Path(directory) / "report.html", self.to_html())
