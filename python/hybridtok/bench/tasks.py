"""The cases that can be measured."""

from __future__ import annotations

from dataclasses import dataclass

from hybridtok.bench.peers.base import Task

__all__ = ["TASKS", "Case", "cases_named"]


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        title: for tables.
        task: what a peer is asked for; None for loading and training.
        states: runs one after the other on one fresh tokenizer; with ("",) it is kept and warm.
        characters: length of a document, or None for the whole text.
        documents: at most so many of them.
        threaded: whether more threads than one can help.
        memory: whether peak memory is measured.
    """

    title: str
    task: Task | None
    states: tuple[str, ...] = ("",)
    characters: int | None = None
    documents: int = 1
    threaded: bool = False
    memory: bool = False


_PROMPTS = 1000

TASKS: dict[str, Case] = {
    "document": Case(
        "one long document to ids", "document", ("cold", "warm"), threaded=True, memory=True
    ),
    "batch": Case(
        "documents of 500 characters to ids",
        "batch",
        ("cold", "warm"),
        characters=500,
        documents=10_000,
        threaded=True,
        memory=True,
    ),
    "encodings": Case(
        "documents of 500 characters to full encodings",
        "encodings",
        ("cold", "warm"),
        characters=500,
        documents=4_000,
        threaded=True,
        memory=True,
    ),
    "prompt-64": Case(
        "prompts of 64 characters, a call each", "prompt", characters=64, documents=_PROMPTS
    ),
    "prompt-128": Case(
        "prompts of 128 characters, a call each", "prompt", characters=128, documents=_PROMPTS
    ),
    "prompt-512": Case(
        "prompts of 512 characters, a call each", "prompt", characters=512, documents=_PROMPTS
    ),
    "decode": Case("a numpy array of ids to text", "decode"),
    "load": Case("loading the tokenizer.json, already read", None),
    "train": Case("training BPE, GPT-2's pattern", None, threaded=True, memory=True),
}


def cases_named(names: list[str]) -> list[str]:
    """The cases of these names; "prompt" stands for all prompts.

    Raises:
        ValueError: there is no such case.
    """
    found: list[str] = []
    for name in names:
        meant = [case for case in TASKS if case == name or case.split("-")[0] == name]
        if not meant:
            raise ValueError(f"there is no case {name!r}; there are: prompt, {', '.join(TASKS)}")
        found += [case for case in meant if case not in found]
    return found
