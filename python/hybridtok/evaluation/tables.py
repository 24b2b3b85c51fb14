"""The tables of a report: metrics as columns, tokenizers as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["aligned", "cell", "lookup", "tables"]

#: Title, head and rows.
Table = tuple[str, list[str], list[list[str]]]
#: A column's title and the path of its metric.
Column = tuple[str, str]

#: Columns of the table of running text; those that no tokenizer fills are left out.
_RUNNING: tuple[Column, ...] = (
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
_WORDS: tuple[Column, ...] = (
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
_PAIRS: tuple[Column, ...] = (
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
#: Columns of the table of edits.
_EDITS: tuple[Column, ...] = (
    ("V", "vocab_size"),
    ("tokens of a target", "tokens_per_target"),
    ("of its edits as a string", "tokens_per_edit_string"),
    ("as ids", "tokens_per_edit_ids"),
    ("string/target", "edit_string_cost"),
    ("ids/target", "edit_ids_cost"),
)
#: Columns of the table of a corpus by itself.
_CORPUS: tuple[Column, ...] = (
    ("V", "vocab_size"),
    ("tokens", "tokens"),
    ("tokens/char", "tokens_per_char"),
    ("chars/token", "chars_per_token"),
    ("bytes/token", "bytes_per_token"),
    ("x first", "nsl"),
    ("95 %", "nsl_ci95"),
    ("saved", "saved_vs_ref"),
    ("round trip", "round_trip"),
)
#: Columns of the table of its superwords.
_SUPERWORDS: tuple[Column, ...] = (
    ("superwords", "superword_share"),
    ("crossing", "crossing_share"),
    ("cut a word", "cutting_rate"),
    ("cut a pretoken", "pretoken_cutting_rate"),
    ("with punctuation", "superword_punctuation_share"),
    ("with newline", "superword_newline_share"),
    ("prompts changed", "prompt_risk"),
    ("tokens lost", "prompt_tokens_lost"),
    ("… after a space", "prompt_risk_space"),
    ("tokens lost", "prompt_tokens_lost_space"),
    ("p50 ms", "latency_p50_ms"),
    ("p99 ms", "latency_p99_ms"),
    ("max ms", "latency_max_ms"),
    ("longest chunk ms", "longest_chunk_ms"),
)
#: Columns of the table of vocabularies.
_VOCABULARY: tuple[Column, ...] = (
    ("superwords", "superwords_in_vocab"),
    ("share", "superword_share_of_vocab"),
    ("crossing", "crossing_in_vocab"),
    ("the model never emits", "model_unreachable"),
    ("their own text becomes others", "pipeline_unreachable"),
)
#: A table of terms is not longer.
_SHOWN = 100


def tables(document: Mapping[str, Any]) -> Iterator[Table]:
    """All tables of a report's document; word lists come last."""
    results = document["results"]
    yield from _of_running(results)
    yield from _of_corpora(results)
    yield from _of_superwords(results)
    yield from _of_terms(document)
    yield from _of_pairs(document)
    yield from _of_edits(results)
    for gold in next(iter(results.values())).get("morphology", {}):
        rows = {name: of["morphology"][gold] for name, of in results.items()}
        first = next(iter(rows.values()))
        yield f"{gold}: {first['word_types']:,} words", *_cells(_WORDS, rows)


def _of_running(results: Mapping[str, Any]) -> Iterator[Table]:
    running = {name: of["overall"] for name, of in results.items() if "overall" in of}
    if running:
        first = next(iter(running.values()))
        title = f"Running text: {first['lines']:,} units, {first['words']:,} words"
        yield title, *_cells(_RUNNING, running)


def _of_corpora(results: Mapping[str, Any]) -> Iterator[Table]:
    first_name, first = next(iter(results.items()))
    corpora = first.get("corpora", {})
    if len(corpora) > 1:
        head = ["", *corpora, "mean"]
        chars = [
            [
                name,
                *(cell(of["corpora"][corpus]["tokens_per_char"]) for corpus in corpora),
                cell(of["mean"]["mean_tokens_per_char"]),
            ]
            for name, of in results.items()
        ]
        yield "Tokens per character", head, chars
        ratios = [
            [
                name,
                *(cell(of["corpora"][corpus]["nsl"]) for corpus in corpora),
                cell(of["mean"]["mean_nsl"]),
                cell(of["mean"]["mean_nsl_ci95"]),
            ]
            for name, of in results.items()
        ]
        yield f"Tokens, times those of {first_name}", [*head, "95 %"], ratios
    for corpus, of_first in corpora.items():
        rows = {name: of["corpora"][corpus] for name, of in results.items()}
        title = f"{corpus}: {of_first['documents']:,} documents, {of_first['chars']:,} characters"
        yield title, *_cells(_CORPUS, rows)
        if "prompts" in of_first:
            title = (
                f"{corpus}: superwords, {of_first['prompts']:,} prompts, longest chunk "
                f"{of_first['longest_chunk_bytes']:,} bytes"
            )
            yield title, *_cells(_SUPERWORDS, rows)


def _of_superwords(results: Mapping[str, Any]) -> Iterator[Table]:
    vocabularies = {name: of["vocabulary"] for name, of in results.items() if "vocabulary" in of}
    if not vocabularies:
        return
    yield "Vocabularies", *_cells(_VOCABULARY, vocabularies)
    counts = {name: of.get("words_histogram_of_vocab") for name, of in vocabularies.items()}
    histograms = {"Words per token of vocabularies": counts}
    for corpus in next(iter(results.values())).get("corpora", {}):
        histograms[f"Words per token in {corpus}"] = {
            name: of["corpora"][corpus].get("words_histogram") for name, of in results.items()
        }
    for title, of_all in histograms.items():
        if any(of_all.values()):
            yield title, *_shares(of_all)


def _of_terms(document: Mapping[str, Any]) -> Iterator[Table]:
    terms = document.get("terms")
    if terms is None:
        return
    found = {name: of["terms"] for name, of in document["results"].items()}
    categories = next(iter(found.values()))["tokens_per_term_by_category"]
    columns = [(name, f"tokens_per_term_by_category.{name}") for name in categories]
    yield (
        f"Tokens per term: {len(terms):,} terms",
        *_cells([*columns, ("all", "tokens_per_term")], found),
    )
    rows = [
        [
            term if category is None else f"{term} ({category})",
            *(cell(of["tokens_of_terms"][term]) for of in found.values()),
        ]
        for term, category in list(terms.items())[:_SHOWN]
    ]
    which = "each term" if len(rows) == len(terms) else f"the first {_SHOWN} terms"
    yield f"Tokens of {which}", ["", *found], rows


def _of_pairs(document: Mapping[str, Any]) -> Iterator[Table]:
    results = document["results"]
    for group in next(iter(results.values())).get("stability", {}):
        rows = {name: of["stability"][group] for name, of in results.items()}
        first = next(iter(rows.values()))
        title = f"{group}: {first['pairs']:,} pairs, {first['edits']:,} edits"
        yield title, *_cells(_PAIRS, rows)
    if tests := [entry for entry in document["comparisons"] if "pairs" in entry]:
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


def _of_edits(results: Mapping[str, Any]) -> Iterator[Table]:
    for group in next(iter(results.values())).get("edits", {}):
        rows = {name: of["edits"][group] for name, of in results.items()}
        first = next(iter(rows.values()))
        title = (
            f"Edits, {group}: {first['pairs']:,} pairs of {first['chars_per_target']:.0f} "
            f"characters, {first['word_edits']:,} edits of words"
        )
        yield title, *_cells(_EDITS, rows)


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


def lookup(metrics: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Whether there is a metric of this path, and its value."""
    if path in metrics:
        return True, metrics[path]
    # Orders such as 2.5 have a point of their own.
    head, point, rest = path.partition(".")
    inner = metrics.get(head)
    return lookup(inner, rest) if point and isinstance(inner, Mapping) else (False, None)


def _cells(
    columns: Sequence[Column], results: Mapping[str, Mapping[str, Any]]
) -> tuple[list[str], list[list[str]]]:
    """Head and rows, without the columns that are empty everywhere."""
    values = {path: [lookup(of, path)[1] for of in results.values()] for _, path in columns}
    used = [
        (title, path) for title, path in columns if any(value is not None for value in values[path])
    ]
    rows = [[name, *(cell(values[path][k]) for _, path in used)] for k, name in enumerate(results)]
    return ["", *(title for title, _ in used)], rows


def _shares(
    counts: Mapping[str, Mapping[str, int] | None],
) -> tuple[list[str], list[list[str]]]:
    """Shares of each key, the keys being numbers."""
    keys = sorted({int(key) for of in counts.values() for key in of or ()})
    rows = []
    for name, of in counts.items():
        total = sum(of.values()) if of else 0
        shares = [of.get(str(key), 0) / total if of and total else None for key in keys]
        rows.append([name, *map(cell, shares)])
    return ["", *map(str, keys)], rows


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown, in columns; the first row is the head."""
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
