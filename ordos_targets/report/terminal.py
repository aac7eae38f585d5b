"""Tables and charts as text, on a terminal and off it. The only module that draws with Rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

from ordos_targets.report.table import GUTTER, Cell, Column, Table, Tone, fit, natural_widths, text_width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment
    from rich.table import Table as RichTable
    from rich.text import Text

    from ordos_targets.report.burnup_chart import Chart

STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.FAINT: "dim",
    Tone.GREEN: "green",
    Tone.YELLOW: "yellow",
    Tone.RED: "bold red",
    Tone.GREY: "dim",
}
# Off a terminal no line is ever folded: wider than any table.
UNLIMITED = 10**6


def render(things: Iterable[Table | Chart], width: int | None = None, *, colour: bool = False) -> str:
    """Return tables and charts, separated by blank lines, as they look in a window `width` columns wide.

    Without a width (in a file or pipe) everything has its natural width, and a chart is replaced by its table.
    """
    from rich.console import Console

    buffer = StringIO()
    console = Console(
        file=buffer,
        width=width or UNLIMITED,
        force_terminal=True,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for number, thing in enumerate(things):
        if number:
            console.print()
        _print(thing, console, width)
    text = buffer.getvalue()
    return text if colour else "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _print(thing: Table | Chart, console: Console, width: int | None) -> None:
    from rich.text import Text

    if thing.title:
        console.print(Text(thing.title, style="bold"))
        console.print()
    if isinstance(thing, Table):
        _print_table(thing, console, width)
        return
    lines = thing.lines(width) if width else None
    if lines is None:  # there is no window, or too narrow a one
        _print_table(thing.table, console, width)
    else:
        drawn = (Text.assemble(*((cell.text, STYLES[cell.tone]) for cell in line)) for line in lines)
        console.print(Text("\n").join(drawn), no_wrap=True, overflow="ignore", crop=False)


def _print_table(table: Table, console: Console, width: int | None) -> None:
    if table.rows:
        fitted, widths = fit(table, width) if width else (table, natural_widths(table))
        console.print(_rich_table(fitted.columns, widths, (), header=True))
        for is_heading, rows in groupby(fitted.rows, key=lambda row: len(row) == 1):
            if is_heading:
                for (heading,) in rows:
                    console.print(_text(heading))
            else:
                console.print(_rich_table(fitted.columns, widths, rows))
    if table.rows and table.notes:
        console.print()
    for note in table.notes:
        console.print(_text(note))


def _rich_table(
    columns: tuple[Column, ...], widths: list[int], rows: Iterable[tuple[Cell, ...]], *, header: bool = False
) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(
        # The box adds one column between cells, the padding the others.
        box=box.SIMPLE_HEAD,
        show_edge=False,
        show_header=header,
        pad_edge=False,
        padding=(0, GUTTER - 1, 0, 0),
        header_style="bold",
    )
    for column, width in zip(columns, widths, strict=True):
        drawn.add_column(
            Text(column.heading), justify="right" if column.right else "left", width=width, overflow="fold"
        )
    for row in rows:
        drawn.add_row(*map(_renderable, row, widths))
    return drawn


def _renderable(cell: Cell, width: int) -> RenderableType:
    """Return what draws a cell: one segment where it fits, else a text that folds."""
    return _FittingCell(cell) if cell.indent + text_width(cell.text) <= width else _folding(cell)


def _folding(cell: Cell) -> RenderableType:
    """Return a cell as a text whose folded lines are all indented."""
    from rich.padding import Padding

    return Padding(_text(cell), (0, 0, 0, cell.indent)) if cell.indent else _text(cell)


class _FittingCell:
    """A cell that fits on one line. Rich wraps and measures a Text, which takes three times as long in a long log."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment

        text = " " * self._cell.indent + self._cell.text
        if text_width(text) > options.max_width:  # in a window too narrow for the table Rich narrows its columns
            yield from console.render(_folding(self._cell), options)
            return
        space = " " * (options.max_width - text_width(text)) if options.justify == "right" else ""
        yield Segment(space + text, console.get_style(STYLES[self._cell.tone]))


def _text(cell: Cell) -> Text:
    from rich.text import Text

    return Text(cell.text, style=STYLES[cell.tone])
