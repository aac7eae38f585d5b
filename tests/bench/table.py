"""What was measured, as a Markdown table and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .measure import Taken

HEADINGS = ("work", "took", "beside", "took", "ratio", "gate", "")
MEBI = 1 << 20


@dataclass(frozen=True)
class Line:
    """One work beside another: `ratio` is what the gate judges, None where there is no gate or nothing beside it.

    `holds` is None where nothing is judged. `at_least` says that the gate is a least, not a most.
    """

    work: str
    taken: Taken | None
    beside: Taken | None = None
    ratio: float | None = None
    limit: float | None = None
    unit: str = "×"
    at_least: bool = False
    said: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the gate is met."""
        if self.ratio is None or self.limit is None:
            return None
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def cells(self) -> tuple[str, ...]:
        """The line for a reader."""
        sign = "≥" if self.at_least else "≤"
        return (
            self.work,
            took(self.taken),
            self.beside.work.name if self.beside else self.said,
            took(self.beside),
            "" if self.ratio is None else f"{self.ratio:.2f} {self.unit}",
            "" if self.limit is None else f"{sign} {self.limit:g} {self.unit}",
            {None: "", True: "met", False: "**not met**"}[self.holds],
        )

    def facts(self) -> dict[str, Any]:
        """The line for a program: seconds and bytes."""
        return {
            "work": self.work, "said": self.said, "taken": _facts(self.taken), "beside": _facts(self.beside),
            "ratio": self.ratio, "limit": self.limit, "unit": self.unit, "holds": self.holds,
        }  # fmt: skip


def took(taken: Taken | None) -> str:
    """Medians by the wall and of processor time, and the most memory."""
    if taken is None:
        return ""
    return f"{seconds(taken.wall)} ({seconds(taken.cpu)} CPU), {taken.peak / MEBI:.0f} MiB"


def seconds(number: float) -> str:
    """A time with as many digits as mean something."""
    return f"{number * 1000:.0f} ms" if number < 1 else f"{number:.1f} s"


def markdown(lines: list[Line]) -> str:
    """A table fit for the README."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(line.cells() for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _facts(taken: Taken | None) -> dict[str, Any] | None:
    if taken is None:
        return None
    return {
        "name": taken.work.name, "wall": taken.wall, "cpu": taken.cpu, "peak": taken.peak, "runs": len(taken.runs),
    }  # fmt: skip
