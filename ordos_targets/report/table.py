"""A table of typed cells, before any format has been chosen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ordos_targets.report.sanitize import escape_control_characters

GUTTER = 2
# The highest rank of a column for which cells of other columns are folded.
WORTH_FOLDING = 4


class Tone(StrEnum):
    """How a cell is meant; the terminal gives it a colour, other formats say it in words or not at all."""

    PLAIN = ""
    STRONG = "strong"
    FAINT = "faint"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Column(NamedTuple):
    """A column. Of columns that do not all fit the highest `rank` goes first; rank 0 always stays.

    `least` is the width a column may be folded to, 0 for one that is never folded.
    """

    heading: str
    rank: int = 0
    right: bool = False
    least: int = 0


class Cell(NamedTuple):
    """One text, already safe to show, its tone, and how far it is indented where it stands in a column."""

    text: str
    tone: Tone = Tone.PLAIN
    indent: int = 0


def cell(text: str, tone: Tone = Tone.PLAIN, indent: int = 0) -> Cell:
    """A cell of any text; what could act on the reader is made visible."""
    return Cell(escape_control_characters(text), tone, indent)


class Table(NamedTuple):
    """Rows of as many cells as there are columns; a row of one cell is a heading. `notes` stand below."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Cell, ...] = ()


class Curve(NamedTuple):
    """A line of a chart: its sign, what it is called in the legend, and its points (x, y) in the order of x."""

    glyph: str
    name: str
    tone: Tone
    points: tuple[tuple[Fraction, Fraction], ...]


class Chart(NamedTuple):
    """A picture for a window, and the `table` that says the same where there is no window or too small a one.

    Later curves are drawn over earlier ones. `left` and `right` are the ends of the x axis, `ticks` its marks; `low`
    and `high` are the ends of the y axis, `level` a value on it that must lie on a line of text exactly (None: any).
    `label` says a value of y, in `whole` numbers only if so. A value between two lines of text is drawn on the lower,
    or the upper if `up`.
    """

    title: str
    curves: tuple[Curve, ...]
    left: Fraction
    right: Fraction
    ticks: tuple[tuple[Fraction, str], ...]
    low: Fraction
    high: Fraction
    level: Fraction | None
    label: Callable[[Fraction], str]
    whole: bool
    up: bool
    table: Table


def text_width(text: str) -> int:
    """How many terminal columns `text` takes: two for wide characters, none for marks that join the one before."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Me", "Mn", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def widths(table: Table) -> list[int]:
    """The natural width of each column: its widest cell or heading."""
    found = [text_width(column.heading) for column in table.columns]
    for row in table.rows:
        if len(row) == len(found):
            found = [max(width, one.indent + text_width(one.text)) for width, one in zip(found, row, strict=True)]
    return found


def fit(table: Table, room: int) -> tuple[Table, list[int]]:
    """The table with as many columns as fit in `room`, and their widths.

    Cells fold for the columns that matter most; before they fold for a lesser one, that one leaves.
    """
    kept = list(range(len(table.columns)))
    natural = widths(table)
    while True:
        ranks = [table.columns[index].rank for index in kept]
        folds = max(ranks) <= WORTH_FOLDING
        least = [_least(table.columns[index], natural[index]) if folds else natural[index] for index in kept]
        spare = room - sum(least) - GUTTER * (len(kept) - 1)
        if spare >= 0 or not any(ranks):
            break
        del kept[ranks.index(max(ranks))]
    granted = []
    for index, width in zip(kept, least, strict=True):
        extra = min(max(spare, 0), natural[index] - width)
        spare -= extra
        granted.append(width + extra)
    return _keep(table, kept), granted


def _least(column: Column, natural: int) -> int:
    return min(column.least, natural) if column.least else natural


def _keep(table: Table, kept: Sequence[int]) -> Table:
    rows = tuple(tuple(row[index] for index in kept) if len(row) > 1 else row for row in table.rows)
    return Table(table.title, tuple(table.columns[index] for index in kept), rows, table.notes)


def without_column(table: Table, heading: str) -> Table:
    """The table without the column of this heading."""
    return _keep(table, [index for index, column in enumerate(table.columns) if column.heading != heading])


def without_empty_columns(table: Table, nothing: str) -> Table:
    """The table without the columns that say nothing (`nothing` or no text) in every row, the first always kept."""
    full = [row for row in table.rows if len(row) > 1]
    kept = [
        index
        for index in range(len(table.columns))
        if index == 0 or any(row[index].text not in {"", nothing} for row in full)
    ]
    return _keep(table, kept)


RULE = "─"


def plain(thing: Table | Chart) -> str:
    """The whole table, title and notes, ending in a newline; of a chart, the table that says the same."""
    table = thing.table if isinstance(thing, Chart) else thing
    return "".join(f"{line.rstrip()}\n" for line in _lines(table))


def _lines(table: Table) -> Iterator[str]:
    measured = widths(table)
    if table.title:
        yield table.title
        yield ""
    if table.rows:
        yield _join(tuple(Cell(column.heading) for column in table.columns), table, measured)
        yield RULE * (sum(measured) + GUTTER * (len(measured) - 1))
        for row in table.rows:
            yield row[0].text if len(row) == 1 else _join(row, table, measured)
    if table.notes:
        yield from [""] if table.rows else []
        yield from (note.text for note in table.notes)


def _join(row: tuple[Cell, ...], table: Table, measured: list[int]) -> str:
    parts = []
    for one, column, width in zip(row, table.columns, measured, strict=True):
        text = " " * one.indent + one.text
        space = " " * (width - text_width(text))
        parts.append(space + text if column.right else text + space)
    return (" " * GUTTER).join(parts)
