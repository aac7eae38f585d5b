"""A table as plain text at its natural width: for cron mails, files and pipes. Nothing is folded or cut."""

from __future__ import annotations

from collections.abc import Iterator

from ordos_targets.report.cells import GUTTER, Cell, Chart, Table, text_width, widths

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
