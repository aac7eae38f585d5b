"""Lines and rows that come one by one, put together: many at once are imported much faster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ordos_targets.readers.rows import Broken, Row, Rows
from ordos_targets.readers.table import Line, Lines, Spread

MOST = 500


def gathered_lines(lines: Iterable[Line]) -> Iterator[Line | Lines]:
    """Lines, those that follow each other and are equally long together; one with a merged cell stays by itself."""
    first, cells = 0, list[Sequence[str]]()
    for number, one in lines:
        alone = any(isinstance(text, Spread) for text in one)
        goes_on = cells and number == first + len(cells) and len(one) == len(cells[0]) and len(cells) < MOST
        if cells and (alone or not goes_on):
            yield Lines(first, cells)
            cells = []
        if alone:
            yield number, one
            continue
        if not cells:
            first = number
        cells.append(one)
    if cells:
        yield Lines(first, cells)


def gathered_rows(rows: Iterable[Row | Broken]) -> Iterator[Rows | Broken]:
    """Rows with keys of their own, those whose figures are named alike together.

    A later row may bear a uid where none before it does, so each is taken for one that may.
    """
    names = ["uid"]
    some: list[Row] = []
    for row in rows:
        if isinstance(row, Broken):
            if some:
                yield _together(some, names)
                some = []
            yield row
            continue
        if some and (len(some) == MOST or row.headings.get("value") != some[0].headings.get("value")):
            yield _together(some, names)
            some = []
        names += [name for name in row.texts if name not in names]
        some.append(row)
    if some:
        yield _together(some, names)


def _together(rows: Sequence[Row], names: Sequence[str]) -> Rows:
    cells = [[row.texts.get(name, "") for name in names] for row in rows]
    return Rows(0, cells, {name: place for place, name in enumerate(names)}, lambda number, _cells: rows[number])
