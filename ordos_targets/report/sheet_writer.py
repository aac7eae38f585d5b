"""Sheets written with openpyxl: borders, formats, colours and the way they print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, cast

from ordos_targets.domain.assessment import LIGHTS, Light
from ordos_targets.domain.formulas import acts
from ordos_targets.locale import _, language
from ordos_targets.report import words
from ordos_targets.report.cells import text_width
from ordos_targets.report.numerals import Numeral
from ordos_targets.report.safe import visible
from ordos_targets.report.sheets import Align, Sheet, SheetRow, Value

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_ROW, REMARK_ROW, HEADING_ROW = 1, 2, 3
# Not the names of styles that a spreadsheet brings along.
TITLE, REMARK, HEADING, SECTION, NOTE = "table title", "table remark", "table heading", "table section", "table note"
VALUE = {align: f"table {align}" for align in Align}
# Background and text, as spreadsheets themselves colour what is good, doubtful and bad; the word is there in any case.
COLOURS = {
    Light.GREEN: ("C6EFCE", "006100"),
    Light.YELLOW: ("FFEB9C", "7F6000"),
    Light.RED: ("FFC7CE", "9C0006"),
    Light.GREY: ("D9D9D9", "404040"),
}
HEADING_FILL, SECTION_FILL, LINES = "DCE6F1", "F2F2F2", "808080"
# The fonts of an office, of titles and of text; a system that lacks one takes another.
FONTS = {"zh": ("黑体", "宋体"), "en": ("Calibri", "Calibri")}
SIZE, TITLE_SIZE = 11, 16
LINE_HEIGHT, ROOM = 15, 5  # points: of a line of text, and what a row has beside its lines
HIGHEST = 409  # points a row can have
PADDING = 2  # characters beside the longest text of a column
LONGEST_TEXT = 32_767  # characters in a cell
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


def add_styles(book: Workbook) -> None:
    """Tell a new workbook the styles that `write_sheet` uses. Needs openpyxl."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    title, body = FONTS[language()]
    side = Side(style="thin", color=LINES)
    grid = Border(left=side, right=side, top=side, bottom=side)
    text, bold = Font(name=body, size=SIZE), Font(name=body, size=SIZE, bold=True)
    heading, section = (PatternFill("solid", fgColor=colour) for colour in (HEADING_FILL, SECTION_FILL))
    for name, font, border, fill, align in (
        (TITLE, Font(name=title, size=TITLE_SIZE, bold=True), Border(), PatternFill(), Align.CENTER),
        (REMARK, text, Border(), PatternFill(), Align.RIGHT),
        (NOTE, text, Border(), PatternFill(), Align.LEFT),
        (HEADING, bold, grid, heading, Align.CENTER),
        (SECTION, bold, grid, section, Align.LEFT),
        *((VALUE[align], text, grid, PatternFill(), align) for align in Align),
    ):
        place = Alignment(horizontal=align.value, vertical="center", wrap_text=True)
        book.add_named_style(NamedStyle(name, font=font, border=border, fill=fill, alignment=place))


def write_sheet(sheet: Sheet, into: Worksheet) -> None:
    """Fill an empty worksheet of a workbook that knows our styles. Needs openpyxl."""
    from openpyxl.utils import get_column_letter

    widths = _widths(sheet)
    for number, width in enumerate(widths, 1):
        into.column_dimensions[get_column_letter(number)].width = width
    _across(into, TITLE_ROW, sheet.title, TITLE, widths)
    _heighten(into, TITLE_ROW, _lines(sheet.title, sum(widths) * SIZE / TITLE_SIZE) * TITLE_SIZE / SIZE)
    _across(into, REMARK_ROW, sheet.remark, REMARK, widths)
    for number, column in enumerate(sheet.columns, 1):
        _write(_cell(into, HEADING_ROW, number), column.heading, HEADING)
    _heighten(into, HEADING_ROW, max(map(_lines, [column.heading for column in sheet.columns], widths)))
    for number, row in enumerate(sheet.rows, HEADING_ROW + 1):
        _write_row(into, number, row, sheet, widths)
    end = HEADING_ROW + len(sheet.rows)
    for number, note in enumerate(sheet.notes, end + 1):
        _across(into, number, note, NOTE, widths)
    if sheet.lit is not None and sheet.rows:
        _light(into, f"{get_column_letter(sheet.lit + 1)}{HEADING_ROW + 1}", end)
    if sheet.filtered:
        into.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(len(widths))}{end}"
    into.freeze_panes = f"{get_column_letter(sheet.named_by + 2)}{HEADING_ROW + 1}"
    _set_up_printing(into)


def _cell(into: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", into.cell(row, column))  # of merged cells only the first is written, and before they are merged


def _widths(sheet: Sheet) -> list[int]:
    rows = [row.values for row in sheet.rows if len(row.values) > 1]
    found = []
    for at, column in enumerate(sheet.columns):
        longest = max(map(_width, [column.heading, *(row[at] for row in rows)]))
        found.append(min(max(longest + PADDING, column.least), column.most))
    return found


def _width(value: Value) -> int:
    if isinstance(value, Numeral):
        return value.width
    if isinstance(value, datetime):
        return len(MOMENT_FORMAT)
    return text_width("" if value is None else str(value))


def _lines(value: Value, width: float) -> int:
    """How many lines a value folds to; each line but the last leaves some room unused."""
    needed = _width(value)
    return 1 if needed <= width - 1 else ceil(needed * 1.1 / width)


def _heighten(into: Worksheet, row: int, lines: float) -> None:
    """Give a row its height: not every spreadsheet finds it by itself, and none does where cells are merged."""
    into.row_dimensions[row].height = min(lines * LINE_HEIGHT + ROOM, HIGHEST)


def _across(into: Worksheet, row: int, text: str, style: str, widths: Sequence[int]) -> None:
    """A text over all columns."""
    for number in range(1, len(widths) + 1):
        _cell(into, row, number).style = style
    _write(_cell(into, row, 1), text, style)
    into.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    _heighten(into, row, _lines(text, sum(widths)))


def _write_row(into: Worksheet, number: int, row: SheetRow, sheet: Sheet, widths: Sequence[int]) -> None:
    if len(row.values) == 1:
        _across(into, number, str(row.values[0]), SECTION, widths)
        return
    for at, (value, column) in enumerate(zip(row.values, sheet.columns, strict=True)):
        cell = _cell(into, number, at + 1)
        _write(cell, value, VALUE[column.align])
        if row.indent and at == sheet.named_by:
            _indent(cell, row.indent)
    _heighten(into, number, max(map(_lines, row.values, widths)))


def _indent(cell: Cell, steps: int) -> None:
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=steps)


def _write(cell: Cell, value: Value, style: str) -> None:
    """Write a value under a style. A text is never a formula nor an error, not even once somebody has edited it."""
    cell.style = style
    if isinstance(value, Numeral):
        cell.value, cell.number_format = value.stored, value.format
    elif isinstance(value, str):
        text = _text(value)
        if text:
            cell.value, cell.data_type, cell.quotePrefix = text, "s", acts(text)
    elif value is not None:
        cell.value = value
        if not isinstance(value, int):
            cell.number_format = MOMENT_FORMAT if isinstance(value, datetime) else DAY_FORMAT


def _text(text: str) -> str:
    """A text as a cell can hold it; spreadsheets take `_x0041_` for A, unless its first mark is written like that."""
    shown = visible(text)
    shown = shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"
    return _CODE.sub("_x005F_", shown)


def _light(into: Worksheet, first: str, end: int) -> None:
    """Colour the lights by the words they begin with, whoever writes them, and offer the words there are."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.worksheet.datavalidation import DataValidation

    cells = f"{first}:{first.rstrip('0123456789')}{end}"
    for light, (background, colour) in COLOURS.items():
        word = _(words.LIGHT[light])
        look = DifferentialStyle(font=Font(color=colour), fill=PatternFill(bgColor=background))
        test = f'LEFT({first},{len(word)})="{word}"'
        into.conditional_formatting.add(
            cells, Rule(type="beginsWith", operator="beginsWith", text=word, dxf=look, formula=[test])
        )
    offered = ",".join(f"{_(words.LIGHT[light])} {_(words.STATUS[status])}" for status, light in LIGHTS.items())
    choice = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True, showErrorMessage=False)
    choice.add(cells)
    into.add_data_validation(choice)


def _set_up_printing(into: Worksheet) -> None:
    """A4 across, as wide as the paper, with the headings and a number on every page."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    into.page_setup.orientation = into.ORIENTATION_LANDSCAPE
    into.page_setup.paperSize = int(into.PAPERSIZE_A4)
    into.page_setup.fitToWidth, into.page_setup.fitToHeight = 1, 0
    into.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    into.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6, header=0.3, footer=0.3)
    into.print_options.horizontalCentered = True
    into.print_title_rows = f"{TITLE_ROW}:{HEADING_ROW}"
    footer = into.HeaderFooter.oddFooter
    if footer is not None:  # it never is, but openpyxl's types say it may
        footer.center.text = _("Page {page} of {pages}").format(page="&P", pages="&N")
