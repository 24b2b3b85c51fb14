"""What an evaluation found, as JSON, as tables and as a page."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hybridtok.atomic import write_atomically

__all__ = ["SCHEMA", "Column", "Report", "cell"]

SCHEMA = "hybridtok.eval/1"

#: A column's title and the path of its metric.
Column = tuple[str, str]

#: Columns of the table of running text; those that no tokenizer fills are left out.
RUNNING: tuple[Column, ...] = (
    ("V", "vocab_size"),
    ("tokens", "tokens"),
    ("bytes/token", "bytes_per_token"),
    ("saved", "saved_vs_ref"),
    ("tokens/word", "fertility"),
    ("pieces/word", "pieces_per_word"),
    ("words whole", "strr"),
    ("Rényi α=2.5, V", "renyi_efficiency_V.2.5"),
    ("Rényi α=2.5, observed", "renyi_efficiency_observed.2.5"),
    ("used of V", "utilisation"),
    ("round trip", "round_trip"),
    ("TR % type", "tr_type"),
    ("Pure % type", "pure_type"),
    ("TR % freq", "tr_freq"),
    ("Pure % freq", "pure_freq"),
    ("TR % letters", "tr_letters"),
    ("Pure % letters", "pure_letters"),
    ("escapes", "escape_rate"),
    ("fallback words", "fallback_rate"),
    ("encode MB/s", "encode_mb_per_s"),
    ("x first", "encode_ratio"),
    ("decode MB/s", "decode_mb_per_s"),
    ("x first", "decode_ratio"),
)
#: Columns of the table of a word list.
WORDS: tuple[Column, ...] = (
    ("P", "boundary_precision"),
    ("R", "boundary_recall"),
    ("F1", "boundary_f1"),
    ("95 %", "boundary_f1_ci95"),
    ("exact", "exact"),
    ("P freq", "boundary_precision_freq"),
    ("R freq", "boundary_recall_freq"),
    ("F1 freq", "boundary_f1_freq"),
    ("exact freq", "exact_freq"),
    ("over", "over_segmentation"),
    ("under", "under_segmentation"),
    ("MorphScore", "morphscore"),
    ("left out", "morphscore_left_out"),
    ("µ_c", "mu_c"),
    ("µ_e", "mu_e"),
    ("tokens/word", "fertility_types"),
    ("STRR %", "strr_percent"),
    ("SIGMORPHON F1", "sigmorphon_f1"),
)
#: Columns of the table of pairs of texts; characters per token first, as short tokens are steady.
PAIRS: tuple[Column, ...] = (
    ("V", "vocab_size"),
    ("chars/token", "chars_per_token"),
    ("INV", "inv"),
    ("±", "inv_se"),
    ("95 %", "inv_ci95"),
    ("flips/edit", "flips_per_edit"),
    ("κ", "kappa"),
    ("F1", "gap_f1"),
    ("damage", "damage"),
    ("inflation", "inflation"),
    ("radius", "radius"),
    ("radius p95", "radius_p95"),
)


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
            parts.append(_aligned([head, *rows]))
        return "\n".join(parts)

    def tables(self) -> Iterator[tuple[str, list[str], list[list[str]]]]:
        """Title, head and rows of each table; numbers with four digits that matter."""
        results = self.document["results"]
        running = {name: of["overall"] for name, of in results.items() if "overall" in of}
        if running:
            first = next(iter(running.values()))
            title = f"Running text: {first['lines']:,} units, {first['words']:,} words"
            yield title, *_cells(RUNNING, running)
        for group in next(iter(results.values())).get("stability", {}):
            rows = {name: of["stability"][group] for name, of in results.items()}
            first = next(iter(rows.values()))
            title = f"{group}: {first['pairs']:,} pairs, {first['edits']:,} edits"
            yield title, *_cells(PAIRS, rows)
        if tests := [entry for entry in self.document["comparisons"] if "pairs" in entry]:
            head = ["INV", "pairs", "difference", "only first", "only second", "McNemar p"]
            keys = ("pairs", "diff", "only_a", "only_b", "p")
            yield (
                "Differences of INV",
                head,
                [
                    [f"{entry['a']} − {entry['b']}", *(cell(entry[key]) for key in keys)]
                    for entry in tests
                ],
            )
        for gold in self.golds():
            rows = {name: of["morphology"][gold] for name, of in results.items()}
            first = next(iter(rows.values()))
            yield f"{gold}: {first['word_types']:,} words", *_cells(WORDS, rows)

    def golds(self) -> list[str]:
        """The names of the word lists."""
        first = next(iter(self.document["results"].values()))
        return list(first.get("morphology", {}))

    def value(self, metric: str, tokenizer: str | None = None, gold: str | None = None) -> Any:
        """One metric.

        Args:
            metric: its key; keys of nested ones with a point (``renyi_efficiency_V.2.5``).
            tokenizer: by default the first.
            gold: the word list or the group of pairs, by default the first that has the metric.

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
                (None, of.get("overall", {})),
                *of.get("stability", {}).items(),
                *of.get("morphology", {}).items(),
            ]
            for gold, metrics in places:
                known, value = _lookup(metrics, metric)
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


def cell(value: Any) -> str:
    """A value with four digits that matter; an en dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, (list, tuple)):
        return " to ".join(cell(part) for part in value)
    if isinstance(value, float):
        text = f"{value:.4g}"
        return f"{value:,.0f}" if "e+" in text or abs(value) >= 10_000 else text
    return f"{value:,}" if isinstance(value, int) else str(value)


def _lookup(metrics: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    if path in metrics:
        return True, metrics[path]
    # Orders such as 2.5 have a point of their own.
    head, point, rest = path.partition(".")
    inner = metrics.get(head)
    return _lookup(inner, rest) if point and isinstance(inner, Mapping) else (False, None)


def _cells(
    columns: Sequence[Column], results: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], list[list[str]]]:
    """Head and rows, without the columns that are empty everywhere."""
    values = {path: [_lookup(of, path)[1] for of in results.values()] for _, path in columns}
    used = [
        (title, path) for title, path in columns if any(value is not None for value in values[path])
    ]
    rows = [[name, *(cell(values[path][k]) for _, path in used)] for k, name in enumerate(results)]
    return ["", *(title for title, _ in used)], rows


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    escaped = [[text.replace("|", "\\|") for text in row] for row in rows]
    widths = [max(3, *(len(row[k]) for row in escaped)) for k in range(len(escaped[0]))]
    lines = [
        "| "
        + " | ".join(
            text.ljust(width) if k == 0 else text.rjust(width)
            for k, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in escaped
    ]
    rule = ["-" * width if k == 0 else "-" * (width - 1) + ":" for k, width in enumerate(widths)]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    return "\n".join(lines) + "\n"
