"""Tables of cells, whatever they were kept in: where the headings stand, and what the cells below them are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ordos_targets.domain.errors import N_, InvalidData, UsageError
from ordos_targets.domain.names import quote_for_message
from ordos_targets.readers.headings import (
    INCREMENT,
    READING,
    UNIT,
    Heading,
    bare_name,
    heading,
    known_headings,
    likeliest,
)
from ordos_targets.readers.rows import Broken, Row

# Titles and remarks may stand above the headings, but not more lines than these.
MOST_LINES_ABOVE = 20
# As many as a sheet may have.
MOST_COLUMNS = 16_384
MOST_TOLD = 20
# What people write into a cell that has nothing to say.
EMPTY = frozenset({"", "-", "—", "——", "/", "无"})
FIGURES = ("value", READING, INCREMENT)
# What counts once, however many rows a merged cell spans.
COUNTED = frozenset({"value", "of", "item", "uid"})

# A line as a reader gives it: its number and its cells' texts.
Line = tuple[int, Sequence[str]]


# What the heading of a wide table's column stands for, by field. Raises UsageFailure.
ReadHeading = Callable[[str], Mapping[str, str]]


class Spread(str):
    """The text of a merged cell where it stands a second time: it names a row, and is no second figure."""

    __slots__ = ()


class NoHeadings(InvalidData):
    code: ClassVar[str] = "no_headings"
    template: ClassVar[str] = N_(
        "{file}: no line names the columns; write one above the entries, such as target,value,date,note or "
        "指标,完成值,日期,备注. Of a workbook another sheet may be meant: --sheet NAME"
    )


class UnknownColumns(InvalidData):
    """Params: file, line, columns, known."""

    code: ClassVar[str] = "unknown_columns"
    template: ClassVar[str] = N_(
        "{file}:{line}: columns that are not known: {columns}. Known are: {known}. "
        "Leave out what is not to be read with --ignore COLUMN."
    )


class MisspeltColumns(UnknownColumns):
    """Params: file, line, columns, known, alike."""

    template: ClassVar[str] = N_(
        "{file}:{line}: columns that are not known: {columns}. Did you mean {alike}? Known are: {known}. "
        "Leave out what is not to be read with --ignore COLUMN."
    )


class TooManyColumns(InvalidData):
    """Params: file, line, limit."""

    code: ClassVar[str] = "too_many_columns"
    template: ClassVar[str] = N_("{file}:{line}: the line has more than {limit} columns; this is no list of entries")


class DoubleColumn(InvalidData):
    """Params: file, line, column."""

    code: ClassVar[str] = "double_column"
    template: ClassVar[str] = N_("{file}:{line}: two columns say the same ({column}); leave one out by --ignore")


class NoValueColumn(InvalidData):
    """Params: file, line."""

    code: ClassVar[str] = "no_value_column"
    template: ClassVar[str] = N_("{file}:{line}: no column holds figures; name one value, item, 完成值 or 事项")


class NoWideColumn(InvalidData):
    """Params: file, line."""

    code: ClassVar[str] = "no_wide_column"
    template: ClassVar[str] = N_(
        "{file}:{line}: no column is headed by a month, a period or a district, as --wide expects"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """How a table is read: headings to `ignore`; for a wide one, what a heading means, else None."""

    ignore: Sequence[str] = ()
    read_heading: ReadHeading | None = None


@dataclass(slots=True)
class _Columns:
    """The headings by the number of their column."""

    fields: dict[int, Heading] = field(default_factory=dict)
    figures: dict[int, tuple[Heading, Mapping[str, str]]] = field(default_factory=dict)


def table_rows(file: str, lines: Iterable[Line | Broken], options: TableOptions) -> Iterator[Row | Broken]:
    """The rows of a table; blank lines, and lines above the headings, are passed over.

    Raises NoHeadings, TooManyColumns, UnknownColumns, DoubleColumn, NoValueColumn, NoWideColumn.
    """
    columns: _Columns | None = None
    above = 0
    for line in lines:
        if isinstance(line, Broken):
            yield line
            continue
        number, cells = line
        if len(cells) > MOST_COLUMNS:
            raise TooManyColumns(file=file, line=number, limit=f"{MOST_COLUMNS:,}")
        if _is_blank(cells):
            continue
        if columns is None:
            above += 1
            headings = [heading(text) for text in cells]
            if any(one.field == "target" for one in headings):
                columns = _columns(file, number, headings, options)
            elif above > MOST_LINES_ABOVE:
                break
        elif options.read_heading is None:
            texts, named = _fields(cells, columns)
            yield Row(number, texts, named)
        else:
            yield from _wide_rows(number, cells, columns)
    if columns is None:
        raise NoHeadings(file=file)


def _is_blank(cells: Sequence[str]) -> bool:
    return all(one.strip() == "" for one in cells)


def _name(column: Heading) -> str:
    """The field that a column's texts are."""
    return "value" if column.field in FIGURES else str(column.field)


def has_headings(cells: Sequence[str]) -> bool:
    """Whether a line looks like the one that names the columns: one of several is the target's."""
    return 1 < len(cells) <= MOST_COLUMNS and any(heading(text).field == "target" for text in cells)


def _columns(file: str, line: int, headings: Sequence[Heading], options: TableOptions) -> _Columns:
    ignored = {bare_name(text) for text in options.ignore} | set(options.ignore)
    found, unknown = _Columns(), []
    for number, one in enumerate(headings):
        if one.field == "" or one.text.strip() in ignored or bare_name(one.text) in ignored:
            continue
        if one.field is None or (options.read_heading and one.field in FIGURES):
            meaning = _meaning(one, options)
            if meaning is None:
                unknown.append(quote_for_message(one.text.strip()))
            elif meaning in [other for _heading, other in found.figures.values()]:
                raise DoubleColumn(file=file, line=line, column=quote_for_message(one.text.strip()))
            else:
                found.figures[number] = (one, meaning)
        elif one.field in {other.field for other in found.fields.values()}:
            raise DoubleColumn(file=file, line=line, column=one.text.strip())
        else:
            found.fields[number] = one
    if unknown:
        raise _unknown_columns(file, line, unknown)
    _require_figures(file, line, found, options)
    return found


def _unknown_columns(file: str, line: int, unknown: list[str]) -> UnknownColumns:
    columns = unknown if len(unknown) <= MOST_TOLD else [*unknown[:MOST_TOLD], "…"]
    alike = next(filter(None, (likeliest(text) for text in columns)), "")
    facts = {"file": file, "line": line, "columns": columns, "known": known_headings(), "alike": alike}
    return MisspeltColumns(**facts) if alike else UnknownColumns(**facts)


def _require_figures(file: str, line: int, found: _Columns, options: TableOptions) -> None:
    named = [one for one in found.fields.values() if one.field in FIGURES]
    if len(named) > 1:
        raise DoubleColumn(file=file, line=line, column=named[1].text.strip())
    kinds = [one for one in found.fields.values() if one.field in {"kind", READING, INCREMENT}]
    if len(kinds) > 1:
        raise DoubleColumn(file=file, line=line, column=kinds[1].text.strip())
    if options.read_heading is not None:
        if not found.figures:
            raise NoWideColumn(file=file, line=line)
    elif not named and not any(one.field == "item" for one in found.fields.values()):
        raise NoValueColumn(file=file, line=line)


def _meaning(one: Heading, options: TableOptions) -> Mapping[str, str] | None:
    """What the heading of a wide table's column means; None where it means nothing."""
    if options.read_heading is None:
        return None
    try:
        return options.read_heading(bare_name(one.text))
    except UsageError:
        return None


def _fields(cells: Sequence[str], columns: _Columns) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of the named columns and their headings; a figure's kind and unit come from its heading."""
    texts: dict[str, str] = {}
    headings: dict[str, str] = {}
    for number, one in columns.fields.items():
        text = cells[number] if number < len(cells) else ""
        name = _name(one)
        headings[name] = one.text.strip()
        if text.strip() and not (isinstance(text, Spread) and name in COUNTED):
            texts[name] = text
            if one.field in {READING, INCREMENT}:
                texts.setdefault("kind", str(one.field))
            if one.unit:
                texts.setdefault(UNIT, one.unit)
    return texts, headings


def _wide_rows(number: int, cells: Sequence[str], columns: _Columns) -> Iterator[Row]:
    """One row for each figure of a wide line; empty cells say nothing."""
    texts, headings = _fields(cells, columns)
    for column, (one, meaning) in columns.figures.items():
        text = cells[column] if column < len(cells) else ""
        if text.strip() in EMPTY or isinstance(text, Spread):
            continue
        own = {"value": text, **({UNIT: one.unit} if one.unit else {}), **meaning}
        named = dict.fromkeys(own, one.text.strip())
        yield Row(number, {**texts, **own}, {**headings, **named})
