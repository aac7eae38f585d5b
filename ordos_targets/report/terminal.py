"""A table on a terminal: Rich draws it, in colour where wanted, fitted to the window. The one place that knows Rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from ordos_targets.report.cells import GUTTER, Cell, Table, Tone, fit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.FAINT: "dim",
    Tone.GREEN: "green",
    Tone.YELLOW: "yellow",
    Tone.RED: "bold red",
    Tone.GREY: "dim",
}


def draw(table: Table, stream: TextIO, width: int, *, colour: bool) -> None:
    """Write `table` to a terminal `width` columns wide."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs Rich

    console = Console(
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
    if table.title:
        console.print(table.title, style="bold" if colour else None, soft_wrap=False)
        console.print()
    if table.rows:
        _draw_rows(table, console, width)
    if table.notes:
        if table.rows:
            console.print()
        for note in table.notes:
            console.print(_text(note))


def _draw_rows(table: Table, console: Console, width: int) -> None:
    from rich import box  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415

    fitted, granted = fit(table, width)
    drawn = RichTable(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GUTTER // 2), header_style="bold"
    )
    for column, columns in zip(fitted.columns, granted, strict=True):
        drawn.add_column(column.heading, justify="right" if column.right else "left", width=columns, overflow="fold")
    for row in fitted.rows:
        filler = [Cell("")] * (len(fitted.columns) - len(row))
        drawn.add_row(*(_text(one) for one in (*row, *filler)))
    console.print(drawn)


def _text(one: Cell) -> Text:
    from rich.text import Text  # noqa: PLC0415

    return Text(one.text, style=STYLES[one.tone])
