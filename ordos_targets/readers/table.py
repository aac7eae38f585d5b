"""The layout of a table: where the headings stand, and what the cells below them are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from ordos_targets.domain.dates import may_have_lost_zero
from ordos_targets.domain.errors import N_, InvalidData
from ordos_targets.domain.names import quote_for_message
from ordos_targets.readers.headings import (
    FIGURES,
    INCREMENT,
    READING,
    Heading,
    WideContext,
    bare_name,
    column_fields,
    known_headings,
    most_similar,
    parse_heading,
)
from ordos_targets.readers.rows import BrokenLine, InputCell, InputLine, InputRow

# Titles and remarks may stand above the headings, but not more lines than these.
MOST_LINES_ABOVE = 20
# As many as a sheet may have.
MOST_COLUMNS = 16_384
# Of the columns that are not known so many are listed.
MOST_LISTED = 20
# What people write into a cell that has nothing to say.
EMPTY = frozenset({"", "-", "—", "——", "/", "无"})
# What counts once, however many rows a merged cell spans.
COUNTED = frozenset({"value", "of", "item", "uid"})


class NoHeadings(InvalidData):
    code: ClassVar[str] = "no_headings"
    template: ClassVar[str] = N_(
        "{file}: no row of column names found; write one above the entries, such as "
        "target,value,date,district,note. To read another sheet of a workbook, use --sheet NAME"
    )


class UnknownColumns(InvalidData):
    """Params: file, line, columns, known."""

    code: ClassVar[str] = "unknown_columns"
    template: ClassVar[str] = N_(
        "{file}:{line}: unknown columns: {columns}. Known columns: {known}. Skip a column with --ignore COLUMN."
    )


class MisspeltColumns(UnknownColumns):
    """Params: file, line, columns, known, alike."""

    template: ClassVar[str] = N_(
        "{file}:{line}: unknown columns: {columns}. Did you mean {alike}? Known columns: {known}. Skip a "
        "column with --ignore COLUMN."
    )


class TooManyColumns(InvalidData):
    """Params: file, line, limit."""

    code: ClassVar[str] = "too_many_columns"
    template: ClassVar[str] = N_(
        "{file}:{line}: the line has more than {limit} columns; check that this is a file of entries"
    )


class DoubleColumn(InvalidData):
    """Params: file, line, column."""

    code: ClassVar[str] = "double_column"
    template: ClassVar[str] = N_("{file}:{line}: two columns mean the same ({column}); skip one with --ignore")


class NoValueColumn(InvalidData):
    """Params: file, line."""

    code: ClassVar[str] = "no_value_column"
    template: ClassVar[str] = N_("{file}:{line}: no column of figures; name one value or item")


class NoWideColumn(InvalidData):
    """Params: file, line."""

    code: ClassVar[str] = "no_wide_column"
    template: ClassVar[str] = N_(
        "{file}:{line}: --wide needs columns named after months, periods or districts; there are none"
    )


class LostZeroHeading(InvalidData):
    """Params: file, line, text."""

    code: ClassVar[str] = "lost_zero_heading"
    template: ClassVar[str] = N_(
        "{file}:{line}: the heading “{text}” may be January, or October without its last 0; write 2025-01 or 2025-10."
    )


class TableOptions(NamedTuple):
    """How a table is read: the headings to `ignore`, and for a wide one what its headings may mean, else None."""

    ignore: Sequence[str] = ()
    wide: WideContext | None = None


class _Column(NamedTuple):
    """A column by its number from 0, and the field that its cells are; `kind` and `qualifier` as in InputRow."""

    number: int
    field: str
    kind: str = ""
    qualifier: str = ""


class _WideColumn(NamedTuple):
    """A column of figures in a wide table: the cells that its heading gives each row, and the heading itself."""

    number: int
    cells: Mapping[str, InputCell]
    headings: Mapping[str, str]
    kind: str
    qualifier: str


class _Layout(NamedTuple):
    """The columns of a table, and the headings of its fields."""

    columns: Sequence[_Column]
    wide: Sequence[_WideColumn]
    headings: Mapping[str, str]


def table_rows(
    file: str, lines: Iterable[InputLine | BrokenLine], options: TableOptions
) -> Iterator[InputRow | BrokenLine]:
    """Yield the rows of a table; blank lines, and lines above the headings, are passed over.

    Raises:
        InvalidData: Where no headings are found, or they do not fit: the errors above.
    """
    layout: _Layout | None = None
    above = 0
    for line in lines:
        if isinstance(line, BrokenLine):
            yield line
        elif len(line.cells) > MOST_COLUMNS:
            raise TooManyColumns(file=file, line=line.number, limit=f"{MOST_COLUMNS:,}")
        elif layout:
            yield from _rows(line, layout)
        elif not _is_blank(line):
            headings = [parse_heading(cell.text) for cell in line.cells]
            if any(heading.field == "target" for heading in headings):
                layout = _lay_out(file, line.number, headings, options)
            above += 1
            if above > MOST_LINES_ABOVE and not layout:
                break
    if layout is None:
        raise NoHeadings(file=file)


def _is_blank(line: InputLine) -> bool:
    return all(not cell.text.strip() for cell in line.cells)


def has_headings(cells: Sequence[str]) -> bool:
    """Return whether a line looks like the one that names the columns: one of several is the target's."""
    return 1 < len(cells) <= MOST_COLUMNS and any(parse_heading(text).field == "target" for text in cells)


def _lay_out(file: str, line: int, headings: Sequence[Heading], options: TableOptions) -> _Layout:
    ignored = {bare_name(text) for text in options.ignore} | set(options.ignore)
    named: list[tuple[int, Heading]] = []
    wide: list[tuple[int, Heading, Mapping[str, str]]] = []
    unknown = []
    for number, heading in enumerate(headings):
        text = heading.text.strip()
        if heading.field == "" or text in ignored or bare_name(text) in ignored:
            continue
        if heading.field is not None and not (options.wide and heading.field in FIGURES):
            if heading.field in (other.field for _number, other in named):
                raise DoubleColumn(file=file, line=line, column=text)
            named.append((number, heading))
            continue
        fields = _wide_fields(file, line, heading, options.wide) if options.wide else None
        if fields is None:
            unknown.append(quote_for_message(text))
        elif fields in (others for _number, _heading, others in wide):
            raise DoubleColumn(file=file, line=line, column=quote_for_message(text))
        else:
            wide.append((number, heading, fields))
    if unknown:
        raise _unknown_columns(file, line, unknown)
    _require_figures(file, line, [heading for _number, heading in named], is_wide=bool(options.wide), figures=len(wide))
    names = {str(heading.cell_field): heading.text.strip() for _number, heading in named}
    return _Layout(
        columns=[
            _Column(number, str(heading.cell_field), heading.kind, heading.qualifier) for number, heading in named
        ],
        wide=[_wide_column(number, heading, fields, names) for number, heading, fields in wide],
        headings=names,
    )


def _wide_fields(file: str, line: int, heading: Heading, context: WideContext) -> Mapping[str, str] | None:
    if may_have_lost_zero(bare_name(heading.text)):
        raise LostZeroHeading(file=file, line=line, text=quote_for_message(heading.text.strip()))
    return column_fields(heading, context)


def _wide_column(number: int, heading: Heading, fields: Mapping[str, str], names: Mapping[str, str]) -> _WideColumn:
    cells = {field: InputCell(text) for field, text in fields.items() if field != "kind"}
    headings = {**names, **dict.fromkeys(("value", *fields), heading.text.strip())}
    return _WideColumn(number, cells, headings, fields.get("kind", ""), heading.qualifier)


def _unknown_columns(file: str, line: int, unknown: list[str]) -> UnknownColumns:
    columns = unknown if len(unknown) <= MOST_LISTED else [*unknown[:MOST_LISTED], "…"]
    alike = next(filter(None, (most_similar(text) for text in columns)), "")
    params = {"file": file, "line": line, "columns": columns, "known": known_headings(), "alike": alike}
    return MisspeltColumns(**params) if alike else UnknownColumns(**params)


def _require_figures(file: str, line: int, named: Sequence[Heading], *, is_wide: bool, figures: int) -> None:
    """Raise where several columns hold figures, or tell how they count, and where none does."""
    for fields in (FIGURES, ("kind", READING, INCREMENT)):
        columns = [heading for heading in named if heading.field in fields]
        if len(columns) > 1:
            raise DoubleColumn(file=file, line=line, column=columns[1].text.strip())
    if is_wide:
        if not figures:
            raise NoWideColumn(file=file, line=line)
    elif not any(heading.field in {*FIGURES, "item"} for heading in named):
        raise NoValueColumn(file=file, line=line)


def _rows(line: InputLine, layout: _Layout) -> Iterator[InputRow]:
    """Yield the row that a line is, if any; of a wide table one for each figure."""
    cells: dict[str, InputCell] = {}
    kind = qualifier = ""
    for column in layout.columns:
        cell = line.cells[column.number] if column.number < len(line.cells) else None
        if cell and cell.text.strip() and not (cell.repeated and column.field in COUNTED):
            cells[column.field] = cell
            if column.field == "value":
                kind, qualifier = column.kind, column.qualifier
    if not layout.wide and (cells or not _is_blank(line)):
        yield InputRow(line.number, cells, layout.headings, qualifier, kind)
    for figure in layout.wide:
        cell = line.cells[figure.number] if figure.number < len(line.cells) else None
        if cell and cell.text.strip() not in EMPTY and not cell.repeated:
            own = {**cells, "value": cell, **figure.cells}
            yield InputRow(line.number, own, figure.headings, figure.qualifier, figure.kind, is_wide=True)
