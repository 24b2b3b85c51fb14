"""What a measurement gives, as plain data that goes to JSON and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Absent", "Difference", "Result", "Row"]


@dataclass(frozen=True)
class Difference:
    """The first place where an output is not what the reference gives.

    Attributes:
        item: which document of a batch, or None.
        position: which token, character or merge.
        expected: the reference's output from there on, shortened.
        found: the candidate's.
    """

    item: int | None
    position: int
    expected: str
    found: str

    def __str__(self) -> str:
        """One line."""
        document = "" if self.item is None else f"document {self.item}, "
        return f"{document}position {self.position}: {self.found} for {self.expected}"


@dataclass(frozen=True)
class Absent:
    """A tokenizer that took no part."""

    peer: str
    reason: str


@dataclass
class Row:
    """One candidate.

    Attributes:
        peer, way: the package, and which of its calls.
        state: "cold" for a fresh tokenizer's first text, "warm" for the same text again, or "".
        size: bytes of text that one run works through.
        calls: calls that one run makes.
        cpu_s, wall_s: medians of the rounds, seconds a run.
        cpu_range_s: the quickest and the slowest round.
        checked_with: what the output was compared with, or None where there is nothing to compare.
        difference: the first difference, or None.
        memory: growth of the process's peak memory in one run, bytes, or None.
    """

    peer: str
    way: str
    state: str
    size: int
    calls: int
    cpu_s: float
    wall_s: float
    cpu_range_s: tuple[float, float]
    checked_with: str | None = None
    difference: Difference | None = None
    memory: int | None = None

    @property
    def megabytes_per_cpu_second(self) -> float:
        """Throughput."""
        return self.size / 1e6 / self.cpu_s

    @property
    def megabytes_per_second(self) -> float:
        """Throughput by the clock on the wall, which is what threads change."""
        return self.size / 1e6 / self.wall_s

    @property
    def memory_per_byte(self) -> float | None:
        """Bytes of peak memory for each byte of input."""
        return None if self.memory is None else self.memory / self.size


@dataclass
class Result:
    """One case at one number of threads."""

    case: str
    threads: int
    rounds: int
    input: str
    rows: list[Row] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)

    def row(self, peer: str, way: str | None = None, state: str | None = None) -> Row | None:
        """The first row that fits."""
        for row in self.rows:
            if row.peer == peer and way in (None, row.way) and state in (None, row.state):
                return row
        return None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        document = asdict(self)
        for row, values in zip(self.rows, document["rows"], strict=True):
            values["cpu_mb_per_s"] = round(row.megabytes_per_cpu_second, 3)
            values["wall_mb_per_s"] = round(row.megabytes_per_second, 3)
        return document

    @classmethod
    def of(cls, document: dict[str, Any]) -> Result:
        """The way back."""
        rows = []
        for values in document["rows"]:
            known = {key: values[key] for key in Row.__dataclass_fields__}
            known["cpu_range_s"] = tuple(known["cpu_range_s"])
            if known["difference"] is not None:
                known["difference"] = Difference(**known["difference"])
            rows.append(Row(**known))
        absent = [Absent(**values) for values in document["absent"]]
        return cls(**{**document, "rows": rows, "absent": absent})
