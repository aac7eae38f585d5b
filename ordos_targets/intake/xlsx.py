"""A sheet of an XLSX workbook, as Excel and WPS write it. The one place here that knows openpyxl."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from ordos_targets.domain.errors import ExtraMissing, InvalidData
from ordos_targets.domain.messages import N_, Message
from ordos_targets.intake.row import UnreadableImport
from ordos_targets.intake.source import Source
from ordos_targets.intake.table import Line

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

# A workbook is unpacked into memory; one that unpacks to more than this is no list of entries.
LARGEST_UNPACKED = 1 << 29
LONGEST_TEXT = 1 << 16
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class TooLargeUnpacked(UnreadableImport):
    code = "too_large_unpacked"
    template = N_("{file} unpacks to more than {megabytes} MB; import it as CSV")


class NoSuchSheet(InvalidData):
    """Facts: file, text, sheets."""

    code: ClassVar[str] = "no_such_sheet"
    template: ClassVar[str] = N_("{file} has no sheet “{text}”; it has: {sheets}")


def xlsx_lines(source: Source, sheet: str | None) -> Iterator[Line]:
    """The rows of a sheet (the first one, unless named) as texts; a merged cell's text counts for all of its cells.

    Raises ExtraMissing, UnreadableImport, TooLargeUnpacked, NoSuchSheet.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("Reading a workbook")), extra="xlsx") from error
    _check(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of colours, validations and such, which say nothing here
        try:
            # Not read-only: what WPS writes may then read as one cell.
            book = openpyxl.load_workbook(source.binary(), data_only=True, keep_links=False)
        except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as error:
            raise UnreadableImport(file=source.name, reason=Message(N_("it is no XLSX workbook"))) from error
    names = [one.title for one in book.worksheets]
    if not names or (sheet is not None and sheet not in names):
        raise NoSuchSheet(file=source.name, text=sheet or "", sheets=names)
    return _lines(book[sheet or names[0]])


def _check(source: Source) -> None:
    """Look at the sizes before anything is unpacked."""
    try:
        with zipfile.ZipFile(source.binary()) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableImport(file=source.name, reason=Message(N_("it is no XLSX workbook"))) from error
    if unpacked > LARGEST_UNPACKED:
        raise TooLargeUnpacked(file=source.name, megabytes=LARGEST_UNPACKED >> 20)


def _lines(sheet: Worksheet) -> Iterator[Line]:
    merged = {
        (row, column): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    for number, row in enumerate(sheet.iter_rows(), 1):
        found = [merged.get((number, column)) for column in range(1, len(row) + 1)]
        cells = [sheet.cell(*first) if first else one for one, first in zip(row, found, strict=True)]
        yield number, [_text(one) for one in cells]


def _text(one: Cell | MergedCell) -> str:
    """A cell as a person would have typed it: 20% for a percentage, 2025-06 for a day that shows no day."""
    value, format_ = one.value, str(one.number_format)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, format_)
    if isinstance(value, datetime):
        value = value.date() if value.time() == value.time().min else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        shows_day = "d" in re.sub(r'"[^"]*"|\[[^\]]*\]', "", format_).lower()
        return value.isoformat() if shows_day else f"{value:%Y-%m}"
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


def _number(value: float, format_: str) -> str:
    """The decimal that a cell shows in full: Excel keeps a binary number, whose shortest form is what was typed."""
    number = Decimal(repr(value))
    if "%" in format_:
        return f"{number.scaleb(2).normalize():f}%"
    return f"{number:f}" if number != number.to_integral_value() else f"{number.to_integral_value():f}"
