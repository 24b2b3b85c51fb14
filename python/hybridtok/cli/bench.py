"""`hybridtok bench`: speed and memory beside the other installed tokenizers, on your own text."""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from hybridtok.cli.failure import CHECK_FAILED, Failure
from hybridtok.cli.models import load
from hybridtok.cli.output import print_document
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings, command

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    command(app, "bench")(bench)


def bench(
    settings: Settings,
    corpus: Annotated[
        list[str],
        typer.Argument(metavar="CORPUS", help="Text to measure with, as `train` takes it."),
    ],
    tokenizer: Annotated[
        str | None,
        typer.Option(
            "--tokenizer",
            "-t",
            metavar="DIR|FILE",
            help="The tokenizer to run; by default a BPE is trained on the corpus first.",
        ),
    ] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(
            "--case",
            metavar="NAMES",
            help="document, batch, encodings, prompt, decode, load, train; by default all.",
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, help="Runs of every candidate; medians are shown.")
    ] = 5,
    threads: Annotated[
        str, typer.Option("--threads", metavar="N,N", help="Numbers of threads to compare.")
    ] = "1,2",
    peers: Annotated[
        list[str] | None,
        typer.Option("--peers", metavar="NAMES", help="Packages to measure; by default all."),
    ] = None,
    base: Annotated[
        str, typer.Option("--base", metavar="NAME", help="The package that ratios refer to.")
    ] = "tokenizers",
    sentencepiece: Annotated[
        str | None,
        typer.Option(
            "--sentencepiece", metavar="FILE.model", help="What the tokenizer was converted from."
        ),
    ] = None,
    megabytes: Annotated[
        float, typer.Option("--megabytes", min=0.001, help="So much of the corpus is used.")
    ] = 8.0,
    check_megabytes: Annotated[
        float,
        typer.Option(
            "--check-megabytes",
            min=0.001,
            help="So much of a long document is given to `tokenizers`, which is slow.",
        ),
    ] = 2.0,
    vocab_size: Annotated[
        int, typer.Option("--vocab-size", min=257, help="For training; tokens in all.")
    ] = 32_000,
    memory: Annotated[
        bool, typer.Option("--memory/--no-memory", help="Measure peak memory, too.")
    ] = True,
    field: Annotated[
        str | None,
        typer.Option("--field", help="Field of JSON lines, or column, that holds the text."),
    ] = None,
) -> None:
    """Measure this and the other installed tokenizers; all outputs are compared.

    Exits with 5 if this package's output is not that of `tokenizers`.
    """
    from hybridtok.bench import TASKS, Plan, run
    from hybridtok.bench.peers import PEERS
    from hybridtok.bench.plan import BenchError
    from hybridtok.bench.tasks import cases_named
    from hybridtok.bench.trainers import TRAINERS

    chosen = _split(peers)
    for name in [*chosen, base]:
        if name not in {**PEERS, **TRAINERS}:
            known = ", ".join({**PEERS, **TRAINERS})
            raise typer.BadParameter(f"there is no peer {name!r}; there are: {known}")
    try:
        cases = tuple(cases_named(_split(case)) if case else TASKS)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with tempfile.TemporaryDirectory() as directory:
        text = Path(directory) / "text.txt"
        _write_start(text, corpus, field, round(megabytes * 1e6))
        plan = Plan(
            text=text,
            tokenizer=_tokenizer_json(tokenizer, text, vocab_size, settings),
            sentencepiece=sentencepiece and os.path.abspath(sentencepiece),
            name=", ".join(os.path.basename(path) for path in corpus),
            cases=cases,
            rounds=rounds,
            threads=_counts(threads),
            peers=tuple(chosen),
            check_bytes=round(check_megabytes * 1e6),
            vocab_size=vocab_size,
            memory=memory,
        )
        try:
            with progress(settings) as report:
                results = run(plan, report)
        except BenchError as error:
            raise Failure(f"{error}; --peers can leave a package out") from None
    _show(results, base, settings)
    if any(row.peer == "hybridtok" and row.difference for r in results for row in r.rows):
        raise Failure("the output differs from that of the reference", CHECK_FAILED)


def _show(results: list[Any], base: str, settings: Settings) -> None:
    from hybridtok.bench import report

    if settings.json:
        document = {
            "machine": report.machine(),
            "versions": report.versions(),
            "results": [result.to_dict() for result in results],
        }
        print_document(document)
        return
    from rich.console import Console

    console = Console(width=None if os.isatty(1) else 120, highlight=False, emoji=False)
    print(report.machine())
    print(", ".join(f"{name} {version}" for name, version in report.versions().items()))
    for result in results:
        print()
        console.print(report.table(result, base))
        for note in report.notes(result):
            print(f"  {note}")


def _write_start(target: Path, corpus: list[str], field: str | None, limit: int) -> None:
    """The first ``limit`` bytes of a corpus; documents that are no lines get a line's end."""
    from hybridtok.corpus.documents import open_files

    size = 0
    with target.open("wb") as file:
        for document in open_files(corpus, field=field):
            data = document.encode("utf-8", "replace")
            if not data.endswith(b"\n"):
                data += b"\n"
            file.write(data[: limit - size].decode("utf-8", "ignore").encode())
            size += len(data)
            if size >= limit:
                break
    if size == 0:
        raise Failure(f"{', '.join(corpus)}: there is no text")


def _tokenizer_json(tokenizer: str | None, text: Path, vocab_size: int, settings: Settings) -> str:
    """A tokenizer.json: the given tokenizer's, or that of one trained now."""
    from hybridtok.training import train_bpe

    if tokenizer is None:
        settings.note("no tokenizer is given: training one on the corpus")
        made = train_bpe(str(text), vocab_size=vocab_size)
    else:
        made = load(tokenizer, strict=False)
    path = text.with_name("tokenizer.json")
    made.save(path)
    return str(path)


def _counts(threads: str) -> tuple[int, ...]:
    try:
        counts = tuple(int(count) for count in threads.split(","))
    except ValueError:
        counts = ()
    if not counts or min(counts) < 1:
        raise typer.BadParameter(f"--threads takes numbers with commas, not {threads!r}")
    return counts


def _split(names: list[str] | None) -> list[str]:
    parts = itertools.chain.from_iterable(name.split(",") for name in names or ())
    return [part for part in parts if part]
