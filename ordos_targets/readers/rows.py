"""What the readers hand on: cells, lines of cells, rows of named cells; and what can be wrong with a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ordos_targets.domain.errors import N_, InvalidData, Message


class InputCell(NamedTuple):
    """A cell of a table, or a value of a record.

    Attributes:
        text: What a person would have typed: a number in full, 20% for a percentage, a day in ISO form, a month or a
            year (2025-06, 2025) for a day whose format shows no more.
        unit: What the number format shows beside the number (万元), empty if nothing; it need not be a unit.
        scaled_by: The number format, if it shows another number than the cell holds, else empty.
        repeated: Whether the text is that of a merged cell which begins elsewhere.
    """

    text: str
    unit: str = ""
    scaled_by: str = ""
    repeated: bool = False


class InputLine(NamedTuple):
    """A line of a table: `number` is its line in a text file or its row in a sheet, from 1."""

    number: int
    cells: Sequence[InputCell]


class InputRow(NamedTuple):
    """One row to import.

    Attributes:
        line: The line of a text file, the row of a sheet, or the number of a TOML entry.
        cells: The cells by field (an entry's column names, and `unit`); blank ones are left out.
        headings: The fields' names as the file writes them.
        qualifier: What stands in parentheses in the heading of the figure, a unit or not.
        kind: `reading` or `increment` where the heading of the figure says so, else empty.
        is_wide: Whether the figure stands in a column of a wide table, headed by its day or district.
    """

    line: int
    cells: Mapping[str, InputCell]
    headings: Mapping[str, str]
    qualifier: str = ""
    kind: str = ""
    is_wide: bool = False

    def text(self, field: str) -> str:
        """Return the text of a field, empty where the row has none."""
        cell = self.cells.get(field)
        return cell.text if cell else ""


class BrokenLine(NamedTuple):
    """A line that could not be read as a row at all."""

    line: int
    message: Message


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
        """Yield what a program is told beside the sentence."""
        yield "file", self.file
        yield "line", self.line
        yield "column", self.column
        yield "value", self.value


class InvalidImport(InvalidData):
    """The file can be read but not imported. Params: file, count (of all problems), problems (the first of them)."""

    code: ClassVar[str] = "invalid_import"
    template: ClassVar[str] = N_("{file}: nothing was imported; {count:problem|problems} found")

    def __init__(self, file: str, count: int, problems: tuple[RowProblem, ...]) -> None:
        self.problems = problems
        super().__init__(file=file, count=count, problems=problems)


class UnreadableImport(InvalidData):
    """Params: file, reason (a Message, or the system's own words)."""

    code: ClassVar[str] = "unreadable_import"
    template: ClassVar[str] = N_("{file} cannot be read: {reason}")
