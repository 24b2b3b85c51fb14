"""What every command that trains does: read a corpus, train, write a directory, say what it is."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hybridtok.cli.choices import Engine
from hybridtok.cli.failure import writing
from hybridtok.cli.output import directory_output, print_document, stamped
from hybridtok.cli.progress import progress
from hybridtok.cli.settings import Settings

if TYPE_CHECKING:
    from hybridtok.corpus.paths import Source
    from hybridtok.tokenizer import Tokenizer

__all__ = ["SAMPLE", "texts_of", "train_into"]

#: Characters of a corpus to measure on.
SAMPLE = 1 << 20


def train_into(
    settings: Settings,
    output: str,
    corpus: list[str],
    command: str,
    arguments: dict[str, Any],
    train: Callable[[Any, dict[str, Any]], tuple[Tokenizer, dict[str, Any]]],
    *,
    memory: str | None,
    engine: Engine,
    measure: Callable[[Tokenizer], dict[str, Any]] | None = None,
) -> None:
    """Trains, writes the directory and says what was made.

    Args:
        settings: those of all commands.
        output: the directory.
        corpus: what the user named.
        command: for the record.
        arguments: those of the training, for the record.
        train: gets the open corpus and the options that say how to read it; returns the tokenizer
            and what was made. Its "steps" are times, and no part of the record.
        memory: for counting.
        engine: where to count.
        measure: what else to say of the tokenizer. Its "files" are texts to write beside it, by
            name.
    """
    from hybridtok.corpus.documents import open_files
    from hybridtok.tokenizer import save_files

    started = time.monotonic()
    with directory_output(output, settings) as directory:
        seed = settings.seed or 0
        documents = open_files(
            corpus, field=arguments["field"], on_invalid=arguments["on_invalid"], seed=seed
        )
        with progress(settings) as report:
            options = {
                "field": arguments["field"],
                "on_invalid": arguments["on_invalid"],
                "memory": memory,
                "engine": engine.value,
                "threads": settings.threads,
                "progress": report,
            }
            tokenizer, counted = train(documents, options)
        elapsed = time.monotonic() - started
        # The record holds nothing that depends on the time, the machine or the number of threads.
        steps = counted.pop("steps", [])
        if measure is not None:
            counted |= measure(tokenizer)
        beside = counted.pop("files", {})
        tokens = tokenizer.get_vocab_size()
        files = [_described(source) for source in documents.sources]
        creation = {
            "command": command,
            "arguments": {**arguments, "seed": seed},
            "corpus": files,
        }
        counts = {"tokens": tokens, **counted}
        if "exhausted" in counted:
            counts["stopped_by"] = "candidates" if counted["exhausted"] else "vocab_size"
        record = json.dumps(stamped({**creation, **counts}), ensure_ascii=False, indent=2)
        with writing(output):
            save_files(tokenizer, directory, creation=creation)
            for name, text in {"training.json": record + "\n", **beside}.items():
                (directory / name).write_text(text, encoding="utf-8")
    if settings.json:
        spent = {"steps": steps, "elapsed_s": round(elapsed, 3)}
        print_document({"directory": output, **counts, **spent})
    for step in steps:
        seconds, peak = step["elapsed_s"], step["peak_rss_mb"]
        settings.note(f"{step['step']}: {seconds:.1f} s, {peak:,} MB at most")
    settings.note(f"{output}: {tokens:,} tokens from {counts['words']:,} words, {elapsed:.1f} s")
    if "custom" in counted:
        settings.note(_of_custom(counted["custom"]))
        if unwritable := counted["custom"]["unwritable"]:
            shown = ", ".join(unwritable[:10]) + (", ..." if len(unwritable) > 10 else "")
            settings.warn(
                f"{len(unwritable):,} custom words stand for bytes in a byte-level tokenizer.json "
                f"and are left out, or taken with a space before them only: {shown}"
            )
    if counted.get("reserved"):
        settings.note(f"filled up with {counted['reserved']:,} reserved tokens")
    if counted.get("exhausted"):
        reached = tokens - counted.get("reserved", 0)
        settings.warn(_why_short(reached, arguments, counted))


def _of_custom(custom: dict[str, Any]) -> str:
    """What custom words were taken, and what they do."""
    sample = custom["sample"]
    uses = ", ".join(json.dumps(word, ensure_ascii=False) for word, _ in custom["most_used"])
    cut = ", ".join(word for word, _ in custom["most_cut"])
    lines = [
        f"custom words: {custom['tokens']:,} tokens in place of {custom['merges_cut']:,} merges; "
        f"{custom['left_out']:,} of {custom['words']:,} words left out",
        f"{sample['tokens_with']:,} tokens of a sample, {sample['tokens_without']:,} without them",
        f"most used: {uses or 'none'}",
        f"words cut: {custom['cut']:,} ({custom['cut_share']:.3%})" + (f"; {cut}" if cut else ""),
    ]
    return "\n".join(lines)


def texts_of(
    settings: Settings, corpus: list[str], field: str | None, most: float = math.inf
) -> list[str]:
    """Texts of a corpus to measure on, from its beginning, until they have ``most`` characters.

    Standard input, which was read already, and count files have none.
    """
    from hybridtok.corpus.documents import open_files

    texts: list[str] = []
    size = 0
    paths = [path for path in corpus if path != "-"]
    seed = settings.seed or 0
    for batch in open_files(paths, field=field, on_invalid="replace", seed=seed).batches():
        texts += batch
        size += sum(map(len, batch))
        if size > most:
            break
    return texts


def _why_short(tokens: int, arguments: dict[str, Any], counted: dict[str, Any]) -> str:
    """Why there are fewer tokens than asked for."""
    least = max(1, arguments.get("min_frequency") or arguments.get("min_count") or 1)
    cap = arguments.get("max_token_chars")
    which = "no candidates" + (" under the cap" if cap else "")
    times = "once" if least == 1 else f"{least} times"
    return f"reached {tokens:,} of {counted['asked']:,}: {which} that occur {times}"


def _described(source: Source) -> dict[str, Any]:
    """A file of the corpus for the record: its name, weight, size and hash."""
    path = source.path
    weight = {} if source.weight == 1 else {"weight": source.weight}
    if not os.path.isfile(path):
        return {"file": "standard input" if path == "-" else os.path.basename(path), **weight}
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return {
        "file": os.path.basename(path),
        **weight,
        "bytes": size,
        "sha256": digest.hexdigest(),
    }
