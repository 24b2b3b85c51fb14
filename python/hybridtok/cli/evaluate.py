"""`hybridtok evaluate`: what tokenizers make of texts and of words, without a model."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hybridtok.cli.failure import BAD_INPUT, CHECK_FAILED, Failure
from hybridtok.cli.models import load
from hybridtok.cli.output import directory_output, print_document
from hybridtok.cli.settings import Settings, command

if TYPE_CHECKING:
    from hybridtok.evaluation import Report

__all__ = ["register"]


class Suite(str, Enum):
    """Groups of metrics."""

    basic = "basic"
    morphology = "morphology"
    stability = "stability"
    edits = "edits"
    domain = "domain"
    superword = "superword"
    all = "all"


def register(app: typer.Typer) -> None:
    """Adds the command and its short name."""
    command(app, "evaluate")(evaluate)
    command(app, "eval")(evaluate)


def evaluate(
    settings: Settings,
    tokenizer: Annotated[
        list[str],
        typer.Option(
            "--tokenizer",
            "-t",
            metavar="DIR|FILE",
            help="A tokenizer's directory or file, also a sentencepiece .model; give several to "
            "compare them with the first.",
        ),
    ],
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            metavar="CORPUS",
            help="Text, as `train` takes it, or with the suite morphology gold files (.tsv), "
            "with stability and edits pairs (.tsv: noisy<TAB>clean). domain and superword measure "
            "each by itself.",
        ),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CORPUS]...", help="More of the same, as a shell's * gives it."),
    ] = None,
    suite: Annotated[Suite, typer.Option("--suite", help="What to measure.")] = Suite.basic,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="REPORT_DIR",
            help="Where report.json, report.md and report.html go; by default the table is "
            "printed.",
        ),
    ] = None,
    gold: Annotated[
        list[str] | None,
        typer.Option("--gold", metavar="FILE", help="Gold segmentations: word<TAB>a+b+c[|a+bc]."),
    ] = None,
    freq: Annotated[
        str | None,
        typer.Option("--freq", metavar="FILE", help="How often words occur: word<TAB>count."),
    ] = None,
    validator: Annotated[
        str | None,
        typer.Option(
            "--validator",
            metavar="FILE.csv",
            help="What is a word or a morpheme: token,is_turkish,is_pure.",
        ),
    ] = None,
    speed: Annotated[bool, typer.Option("--speed", help="Measure speed, too.")] = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under",
            metavar="METRIC=X",
            help="Exit with 5 if a metric (a key of report.json) is less for any tokenizer.",
        ),
    ] = None,
    field: Annotated[
        str | None,
        typer.Option("--field", help="Field of JSON lines, or column, that holds the text."),
    ] = None,
    noise: Annotated[
        str | None,
        typer.Option(
            "--noise",
            metavar="seed=N",
            help="Other errors for the suites stability and edits; seed=42.",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="DIR", help="Where files named in a file of edits are."),
    ] = None,
    terms: Annotated[
        str | None,
        typer.Option(
            "--terms",
            metavar="FILE",
            help="Terms for the suite domain: term<TAB>category; by default legal and financial "
            "ones.",
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="DIR|FILE",
            help="The tokenizer, one of -t, that ratios refer to; by default the first.",
        ),
    ] = None,
) -> None:
    """Measure tokenizers: compression, words, morphology, stability, edits, domains, superwords."""
    from hybridtok.evaluation import evaluate

    floors = [_floor(text) for text in fail_under or ()]
    seed = {} if noise is None else {"noise": _seed(noise)}
    corpus: list[str] = [*(on or ()), *(more or ())]
    if baseline is not None and baseline not in tokenizer:
        raise typer.BadParameter(f"--baseline {baseline} is none of the tokenizers: give it as -t")
    if not corpus and not gold and suite is not Suite.domain:
        raise typer.BadParameter("there is nothing to measure with: give --on or --gold")

    def measured() -> Report:
        return evaluate(
            {path: _load(path) for path in _once(tokenizer)},
            # As paths: a file that is missing is missing, and not a text of this name.
            [Path(path) for path in corpus] or None,
            suite.value,
            gold=gold or (),
            freq=freq,
            validator=validator,
            speed=speed,
            field=field,
            data=data,
            terms=terms,
            baseline=baseline,
            **seed,
        )

    if output is None:
        report = measured()
    else:
        with directory_output(output, settings) as directory:
            report = measured()
            report.save(directory)
    if settings.json:
        print_document(report.document)
    elif output is None:
        print(report.table(), end="")
    else:
        settings.note(f"{output}: report.json, report.md, report.html")
    _check(report, floors)


def _once(paths: list[str]) -> list[str]:
    for k, path in enumerate(paths):
        if path in paths[:k]:
            raise typer.BadParameter(f"-t {path} is given twice")
    return paths


def _load(path: str) -> Any:
    if not path.endswith(".model"):
        return load(path, strict=False)
    try:
        from sentencepiece import SentencePieceProcessor
    except ImportError:
        raise Failure(f"{path}: pip install sentencepiece to measure it") from None
    if not Path(path).is_file():
        raise FileNotFoundError(2, "No such file or directory", path)
    try:
        return SentencePieceProcessor(model_file=path)
    except (OSError, RuntimeError) as error:
        raise Failure(f"{path}: not a sentencepiece model: {error}", BAD_INPUT) from None


def _floor(text: str) -> tuple[str, float]:
    metric, equals, number = text.rpartition("=")
    try:
        if equals:
            return metric, float(number)
    except ValueError:
        pass
    raise typer.BadParameter(f"--fail-under takes METRIC=NUMBER, not {text!r}")


def _seed(text: str) -> int:
    key, _, number = text.partition("=")
    if key == "seed" and number.isascii() and number.isdigit() and int(number) < 1 << 64:
        return int(number)
    raise typer.BadParameter(f"--noise takes seed=NUMBER, not {text!r}")


def _check(report: Report, floors: list[tuple[str, float]]) -> None:
    below = []
    for metric, floor in floors:
        found = report.values(metric)
        if not found:
            raise typer.BadParameter(f"--fail-under {metric}: there is no such metric")
        for name, gold, value in found:
            if isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
                raise typer.BadParameter(f"--fail-under {metric}: it is not a number")
            if value is None or not value >= floor:
                where = name if gold is None else f"{name}, {gold}"
                shown = "not defined" if value is None else f"{value:.6g}"
                below.append(f"{where}: {metric} is {shown}, not {floor:g} or more")
    if below:
        raise Failure("; ".join(below), CHECK_FAILED)
