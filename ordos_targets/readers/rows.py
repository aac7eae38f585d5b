"""One row of what is brought in, and what can be wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ordos_targets.domain.errors import N_, InvalidData, Message


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its texts by field (an entry's column names, and `unit`); blank ones are left out.

    `line` is the line of a text file, the row of a sheet, or the number of a TOML entry; `headings` are the fields'
    names as the file writes them; in a row of a wide table those of its figure, day and district are one.
    """

    line: int
    texts: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row: with the text `value` under the heading `column`; both None for the whole row."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    message: Message

    @property
    def where(self) -> str:
        """The place as editors understand it: `june.csv:7`; for a sheet its row."""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def labels(self) -> tuple[str | None, ...]:
        """What is named before the sentence."""
        return (self.where, self.column)

    def facts(self) -> Iterator[tuple[str, object]]:
        """What a program is told beside the sentence."""
        yield "file", self.file
        yield "line", self.line
        yield "column", self.column
        yield "value", self.value


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that could not be read as a row at all."""

    line: int
    message: Message


class InvalidImport(InvalidData):
    """The file can be read but not imported. Params: file, count (of all problems), problems (the first of them)."""

    code: ClassVar[str] = "invalid_import"
    template: ClassVar[str] = N_("{file}: nothing was imported; problems found: {count}")

    def __init__(self, file: str, count: int, problems: tuple[RowProblem, ...]) -> None:
        self.problems = problems
        super().__init__(file=file, count=count, problems=problems)


class UnreadableImport(InvalidData):
    """Params: file, reason (a Message, or the system's own words)."""

    code: ClassVar[str] = "unreadable_import"
    template: ClassVar[str] = N_("{file} cannot be read: {reason}")
