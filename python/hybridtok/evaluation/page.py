"""A report as one page of HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from hybridtok.evaluation.plots import intervals_plot, scatter_plot
from hybridtok.evaluation.tables import cell

if TYPE_CHECKING:
    from hybridtok.evaluation.report import Report

__all__ = ["page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #5c5c5c; --line: #d4d4d4;
  --ground: #ffffff; --mark: #0a5fa5; --warn: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --soft: #a8a8a8; --line: #444444;
  --ground: #161616; --mark: #7cc0ff; --warn: #3a3012; } }
body { margin: 2rem auto; padding: 0 1.25rem; max-width: 76rem; color: var(--ink);
  background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
p.made, figcaption, footer { color: var(--soft); font-size: .875rem; }
ul.warnings { background: var(--warn); padding: .75rem 1rem .75rem 2rem; border-radius: .4rem; }
.wide { overflow-x: auto; } figure { margin: 1.5rem 0; max-width: 48rem; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } td.words, th.words { text-align: left; }
th { font-weight: 600; vertical-align: bottom; white-space: normal; overflow-wrap: anywhere;
  min-width: 3.5rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg text.title { font-weight: 600; font-size: 15px; } svg text.note { fill: var(--soft); }
svg .grid { stroke: var(--line); fill: none; } svg .dot { fill: var(--mark); }
svg .bar { stroke: var(--mark); stroke-width: 3; }
svg .open { fill: var(--ground); stroke: var(--ink); stroke-width: 1.5; }
"""


def page(report: Report) -> str:
    """The page; it needs no script and no network."""
    document = report.document
    names = ", ".join(document["results"])
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Evaluation of {escape(names)}</title><style>{_STYLE}</style></head><body>",
        "<h1>Evaluation of tokenizers</h1>",
        f'<p class="made">{escape(names)} · suite {escape(document["suite"])} · hybridtok '
        f"{escape(document['version'])} · {escape(document['created'])}</p>",
    ]
    if document["warnings"]:
        warnings = "".join(f"<li>{escape(warning)}</li>" for warning in document["warnings"])
        parts.append(f'<ul class="warnings">{warnings}</ul>')
    golds = report.golds()
    examples = {entry["gold"]: entry["words"] for entry in document["examples"]}
    tables = list(report.tables())
    # Word lists come last, in their order.
    for k, (title, head, rows) in enumerate(tables):
        # Metrics as rows, where there are more of them than tokenizers: a page is narrow.
        turned = [list(row) for row in zip(head, *rows, strict=True)]
        if len(head) > len(turned[0]):
            head, *rows = turned
        parts.append(f"<h2>{escape(title)}</h2>{_table(head, rows)}")
        of_gold = k - (len(tables) - len(golds))
        if of_gold >= 0:
            parts += _figures(document, golds[of_gold])
            parts.append(_examples(examples[golds[of_gold]]))
    parts.append(_ending(document))
    parts.append("</body></html>\n")
    return "".join(parts)


def _figures(document: dict[str, Any], gold: str) -> list[str]:
    results = {name: of["morphology"][gold] for name, of in document["results"].items()}
    n = next(iter(results.values()))["boundary_words"]
    if n == 0:
        return []
    rows = [
        (
            name,
            of["boundary_f1"],
            of["boundary_precision"],
            of["boundary_recall"],
            of["boundary_f1_ci95"],
        )
        for name, of in results.items()
    ]
    points = [
        (name, of["fertility_types"], of["boundary_f1"])
        for name, of in results.items()
        if of["boundary_f1"] is not None
    ]
    replicates = document["conventions"]["bootstrap"]["B"]
    caption = (
        "Dot: F1, with the 95 % interval of a bootstrap over words "
        f"(B = {replicates:,}). Triangle to the left: precision; to the right: recall."
    )
    return [
        "<figure>",
        intervals_plot("Boundaries found", "share (0–1)", f"n = {n:,} word types", rows),
        f"<figcaption>{caption}</figcaption>",
        _numbers(["", "F1", "precision", "recall", "95 % of F1"], rows),
        "</figure><figure>",
        scatter_plot(
            "What the boundaries cost",
            "tokens per word",
            "F1 (0–1)",
            f"n = {n:,} word types",
            points,
        ),
        "<figcaption>Words of the list, each once and without context. "
        "Up is better, left is cheaper.</figcaption>",
        _numbers(["", "tokens per word", "F1"], points),
        "</figure>",
    ]


def _numbers(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The numbers of a drawing."""
    cells = [[cell(value) for value in row] for row in rows]
    return f"<details><summary>Numbers</summary>{_table(head, cells)}</details>"


def _examples(words: Sequence[dict[str, Any]]) -> str:
    names = list(words[0]["segments"])
    rows = []
    for entry in words:
        row = [entry["word"], " | ".join(entry["gold"])]
        for name in names:
            segments = "+".join(entry["segments"][name])
            row.append(f"{segments} ✓" if segments in entry["gold"] else segments)
        rows.append(row)
    table = _table(["word", "gold", *names], rows, kind=' class="words"')
    return f"<details><summary>Words from all over the list</summary>{table}</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    parts = ['<div class="wide"><table><thead><tr>']
    parts += [f'<th scope="col"{kind}>{escape(text)}</th>' for text in head]
    parts.append("</tr></thead><tbody>")
    for row in rows:
        cells = "".join(f"<td{kind}>{escape(text)}</td>" for text in row)
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</tbody></table></div>")
    return "".join(parts)


def _ending(document: dict[str, Any]) -> str:
    """What was read and how it was counted."""
    rows = [
        [
            entry["path"],
            "" if entry["units"] is None else f"{entry['units']:,}",
            "" if entry.get("bytes") is None else f"{entry['bytes']:,}",
            (entry["sha256"] or "")[:16],
        ]
        for entry in document["inputs"]
    ]
    differences = [
        [f"{entry['a']} − {entry['b']}", entry["gold"], cell(entry["diff"]), cell(entry["ci95"])]
        for entry in document["comparisons"]
        if "gold" in entry
    ]
    parts = []
    if differences:
        parts.append(
            "<h2>Differences of boundary F1</h2>"
            + _table(["", "words", "difference", "95 %"], differences)
            + "<p>It is a difference only if the interval does not hold 0.</p>"
        )
    parts.append("<footer><h2>How</h2>")
    if rows:
        parts.append(_table(["file", "units", "bytes", "SHA-256"], rows))
    conventions = json.dumps(document["conventions"], ensure_ascii=False, indent=1)
    parts.append(
        f"<details><summary>Conventions</summary><pre>{escape(conventions)}</pre></details>"
    )
    parts.append("</footer>")
    return "".join(parts)
