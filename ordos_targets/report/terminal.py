"""A table or a chart on a terminal, in colour where wanted, fitted to the window. The one place that knows Rich."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from ordos_targets.report.burnup_chart import Line, lines
from ordos_targets.report.table import GUTTER, Cell, Chart, Table, Tone, fit, text_width

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text
Row = tuple[Cell, ...]

STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.FAINT: "dim",
    Tone.GREEN: "green",
    Tone.YELLOW: "yellow",
    Tone.RED: "bold red",
    Tone.GREY: "dim",
}


def draw(thing: Table | Chart, stream: TextIO, width: int, *, colour: bool) -> None:
    """Write a table to a terminal `width` columns wide, or a chart; where that is too narrow for it, its table."""
    console = _console(stream, width, colour=colour)
    chart = lines(thing, width) if isinstance(thing, Chart) else None
    if thing.title:
        console.print(thing.title, style="bold" if colour else None, soft_wrap=False)
        console.print()
    if chart is None:
        _draw_table(thing.table if isinstance(thing, Chart) else thing, console, width)
        return
    _print_lines(chart, console)


def _print_lines(drawn: Iterable[Line], console: Console) -> None:
    from rich.text import Text

    console.print(Text("\n").join(map(_joined, drawn)), no_wrap=True, overflow="ignore", crop=False)


def _console(stream: TextIO, width: int, *, colour: bool) -> Console:
    from rich.console import Console

    return Console(
        file=stream,
        width=width,
        force_terminal=True,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def _draw_table(table: Table, console: Console, width: int) -> None:
    if table.rows:
        _draw_rows(table, console, width)
    if table.notes:
        if table.rows:
            console.print()
        for note in table.notes:
            console.print(_text(note))


def _draw_rows(table: Table, console: Console, width: int) -> None:
    fitted, granted = fit(table, width)
    _draw_folded(fitted, granted, (), console, header=True)
    for fits, rows in groupby(fitted.rows, key=lambda row: _fits(row, granted)):
        if fits:
            _print_lines((_line(row, fitted, granted) for row in rows), console)
        else:
            _draw_folded(fitted, granted, rows, console)


def _fits(row: Row, granted: list[int]) -> bool:
    return all(one.indent + text_width(one.text) <= columns for one, columns in zip(row, granted, strict=False))


def _line(row: Row, table: Table, granted: list[int]) -> Line:
    """A row on one line: its cells, filled up to the widths of their columns."""
    line: list[Cell] = []
    for one, column, columns in zip(row, table.columns, granted, strict=False):
        gap = Cell(" " * ((GUTTER if line else 0) + one.indent))
        space = Cell(" " * (columns - one.indent - text_width(one.text)))
        line += (gap, space, one) if column.right else (gap, one, space)
    return tuple(line)


def _draw_folded(
    table: Table, granted: list[int], rows: Iterable[Row], console: Console, *, header: bool = False
) -> None:
    """Draw rows of which some cells take several lines, or none but the header."""
    from rich import box
    from rich.table import Table as RichTable

    drawn = RichTable(
        # The box adds one column between cells, the padding the others.
        box=box.SIMPLE_HEAD,
        show_edge=False,
        show_header=header,
        pad_edge=False,
        padding=(0, GUTTER - 1, 0, 0),
        header_style="bold",
    )
    for column, columns in zip(table.columns, granted, strict=True):
        drawn.add_column(column.heading, justify="right" if column.right else "left", width=columns, overflow="fold")
    for row in rows:
        filler = [Cell("")] * (len(table.columns) - len(row))
        drawn.add_row(*(_indented(one) for one in (*row, *filler)))
    console.print(drawn)


def _indented(one: Cell) -> Text | Padding:
    """A cell whose folded lines are indented like its first."""
    from rich.padding import Padding

    return Padding(_text(one), (0, 0, 0, one.indent)) if one.indent else _text(one)


def _text(one: Cell) -> Text:
    from rich.text import Text

    return Text(one.text, style=STYLES[one.tone])


def _joined(line: Line) -> Text:
    from rich.text import Text

    return Text.assemble(*((one.text, STYLES[one.tone]) for one in line))
