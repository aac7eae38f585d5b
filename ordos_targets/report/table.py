"""A table of typed cells, before a format is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from ordos_targets.report.sanitize import escape_control_characters

GUTTER = 2
# The highest drop priority of a column for which cells of other columns fold.
WORTH_FOLDING = 4


class Tone(StrEnum):
    """The meaning of a cell: a colour on a terminal, nothing in other formats, which say it in words."""

    PLAIN = ""
    STRONG = "strong"
    FAINT = "faint"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        heading: The text above the column.
        drop_priority: Of the columns that do not fit a window the highest leaves first; 0 always stays.
        right: Whether the cells are aligned to the right.
        min_width: The width down to which the cells may fold; 0 for a column that never folds.
    """

    heading: str
    drop_priority: int = 0
    right: bool = False
    min_width: int = 0


class Cell(NamedTuple):
    """A text that is safe to show, its tone, and how many blanks stand before it in a column of a terminal."""

    text: str
    tone: Tone = Tone.PLAIN
    indent: int = 0


def cell(text: str, tone: Tone = Tone.PLAIN, indent: int = 0) -> Cell:
    """Return a cell of any text, with what could act on the reader escaped."""
    return Cell(escape_control_characters(text), tone, indent)


class Table(NamedTuple):
    """Rows of as many cells as there are columns; a row of one cell is a heading. `notes` are lines below."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Cell, ...] = ()


def text_width(text: str) -> int:
    """Return how many columns of a terminal `text` takes: two for a wide character, none for a combining mark."""
    from rich.cells import cell_len

    return cell_len(text)


def natural_widths(table: Table) -> list[int]:
    """Return the width of each column in which nothing folds."""
    widths = [text_width(column.heading) for column in table.columns]
    for row in table.rows:
        if len(row) == len(widths):
            widths = [max(width, cell.indent + text_width(cell.text)) for width, cell in zip(widths, row, strict=True)]
    return widths


def fit(table: Table, room: int) -> tuple[Table, list[int]]:
    """Return the table with as many columns as fit into `room`, and their widths.

    Cells fold for the columns that matter most; a column that matters less leaves before any cell folds for it.
    """
    indexes = list(range(len(table.columns)))
    natural = natural_widths(table)
    while True:
        priorities = [table.columns[index].drop_priority for index in indexes]
        folds = max(priorities) <= WORTH_FOLDING
        widths = [min(table.columns[index].min_width or natural[index], natural[index]) for index in indexes]
        widths = widths if folds else [natural[index] for index in indexes]
        spare = room - sum(widths) - GUTTER * (len(indexes) - 1)
        if spare >= 0 or not any(priorities):
            break
        del indexes[priorities.index(max(priorities))]
    for number, index in enumerate(indexes):
        extra = min(max(spare, 0), natural[index] - widths[number])
        widths[number] += extra
        spare -= extra
    return _with_columns(table, indexes), widths


def _with_columns(table: Table, indexes: Sequence[int]) -> Table:
    rows = tuple(tuple(row[index] for index in indexes) if len(row) > 1 else row for row in table.rows)
    return table._replace(columns=tuple(table.columns[index] for index in indexes), rows=rows)


def without_column(table: Table, heading: str) -> Table:
    """Return the table without the column of this heading."""
    return _with_columns(table, [index for index, column in enumerate(table.columns) if column.heading != heading])


def without_empty_columns(table: Table, nothing: str) -> Table:
    """Return the table without the columns that hold only `nothing` or no text; the first column always stays."""
    rows = [row for row in table.rows if len(row) > 1]
    indexes = [
        index
        for index in range(len(table.columns))
        if index == 0 or any(row[index].text not in {"", nothing} for row in rows)
    ]
    return _with_columns(table, indexes)
