"""The report as a workbook: what each cell of its sheets holds, and how openpyxl writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ordos_targets.domain.assessment import LIGHTS, Light, StatusReport
from ordos_targets.domain.burnup import ReportBundle
from ordos_targets.domain.entries import IN_PERCENT, Entry
from ordos_targets.domain.errors import N_, ExtraMissing, Message
from ordos_targets.domain.formulas import is_formula
from ordos_targets.domain.targets import MONEY, PERCENT, Direction, District
from ordos_targets.locale import _, language, named, pick
from ordos_targets.report import labels
from ordos_targets.report.entries import EntryNames, value_text
from ordos_targets.report.numbers import (
    ExcelNumber,
    excel_actual,
    excel_gap,
    excel_goal,
    excel_money_unit,
    excel_recorded,
    excel_share,
    gap_text,
    lacking_text,
)
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.report.status_table import (
    StatusLine,
    district_line,
    grouped_lines,
    report_days,
    status_table,
    status_text,
    until_text,
)
from ordos_targets.report.table import text_width

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

# A figure that does not exist leaves its cell empty.
Value = str | int | ExcelNumber | date | datetime | None


class Align(StrEnum):
    """The side of its column on which a cell is written."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class SheetColumn(NamedTuple):
    """A column as wide as its longest text, between `min_width` and `max_width` characters; longer texts fold."""

    heading: str
    min_width: int
    max_width: int
    align: Align = Align.LEFT


class SheetRow(NamedTuple):
    """A row of as many values as there are columns, its name indented by `indent` steps; one text is a heading."""

    values: tuple[Value, ...]
    indent: int = 0


class Sheet(NamedTuple):
    """A sheet: a title and a remark over a table, notes below.

    Attributes:
        name: What its tab should say.
        name_column: The number of the column that is indented, and that stays when the sheet scrolls.
        light_column: The number of the column that is coloured by its words, or None.
        filtered: Whether a spreadsheet offers to filter the rows.
    """

    name: str
    title: str
    remark: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    name_column: int = 1
    light_column: int | None = None
    filtered: bool = False


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
    """Add the styles that `write_sheet` uses to a new workbook."""
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
    """Fill an empty worksheet of a workbook that has our styles."""
    from openpyxl.utils import get_column_letter

    widths = []
    for at, column in enumerate(sheet.columns):
        longest = max(map(_width, [column.heading, *(row.values[at] for row in sheet.rows if len(row.values) > 1)]))
        widths.append(min(max(longest + PADDING, column.min_width), column.max_width))
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
    if sheet.light_column is not None and sheet.rows:
        _colour_lights(into, f"{get_column_letter(sheet.light_column + 1)}{HEADING_ROW + 1}", end)
    if sheet.filtered:
        into.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(len(widths))}{end}"
    into.freeze_panes = f"{get_column_letter(sheet.name_column + 2)}{HEADING_ROW + 1}"
    _set_up_printing(into)


def _cell(into: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", into.cell(row, column))  # of merged cells only the first is written, and before they are merged


def _width(value: Value) -> int:
    if isinstance(value, ExcelNumber):
        return value.width
    if isinstance(value, datetime):
        return len(MOMENT_FORMAT)
    return text_width("" if value is None else str(value))


def _lines(value: Value, width: float) -> int:
    """Return how many lines a value folds to; each line but the last leaves some room unused."""
    needed = _width(value)
    return 1 if needed <= width - 1 else ceil(needed * 1.1 / width)


def _heighten(into: Worksheet, row: int, lines: float) -> None:
    """Set the height of a row: not every spreadsheet computes it, and none does where cells are merged."""
    into.row_dimensions[row].height = min(lines * LINE_HEIGHT + ROOM, HIGHEST)


def _across(into: Worksheet, row: int, text: str, style: str, widths: Sequence[int]) -> None:
    """Write a text over all columns."""
    for number in range(1, len(widths) + 1):
        _cell(into, row, number).style = style
    _write(_cell(into, row, 1), text, style)
    into.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(widths))
    _heighten(into, row, _lines(text, sum(widths)))


def _write_row(into: Worksheet, number: int, row: SheetRow, sheet: Sheet, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment

    if len(row.values) == 1:
        _across(into, number, str(row.values[0]), SECTION, widths)
        return
    for at, (value, column) in enumerate(zip(row.values, sheet.columns, strict=True)):
        cell = _cell(into, number, at + 1)
        _write(cell, value, VALUE[column.align])
        if row.indent and at == sheet.name_column:
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=row.indent)
    _heighten(into, number, max(map(_lines, row.values, widths)))


def _write(cell: Cell, value: Value, style: str) -> None:
    """Write a value in a style. A text is never a formula nor an error, not even after somebody edits it."""
    cell.style = style
    if isinstance(value, ExcelNumber):
        cell.value, cell.number_format = value.stored, value.format
    elif isinstance(value, str):
        text = _text(value)
        if text:
            cell.value, cell.data_type, cell.quotePrefix = text, "s", is_formula(text)
    elif value is not None:
        cell.value = value
        if not isinstance(value, int):
            cell.number_format = MOMENT_FORMAT if isinstance(value, datetime) else DAY_FORMAT


def _text(text: str) -> str:
    """Return a text as a cell can hold it; spreadsheets read `_x0041_` as A, unless its first mark is escaped too."""
    shown = escape_control_characters(text)
    shown = shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"
    return _CODE.sub("_x005F_", shown)


def _colour_lights(into: Worksheet, first: str, end: int) -> None:
    """Colour the cells by the light they begin with, whoever writes them, and offer the words to choose from."""
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.worksheet.datavalidation import DataValidation

    cells = f"{first}:{first.rstrip('0123456789')}{end}"
    for light, (background, colour) in COLOURS.items():
        word = _(labels.LIGHT[light])
        look = DifferentialStyle(font=Font(color=colour), fill=PatternFill(bgColor=background))
        test = f'LEFT({first},{len(word)})="{word}"'
        into.conditional_formatting.add(
            cells, Rule(type="beginsWith", operator="beginsWith", text=word, dxf=look, formula=[test])
        )
    offered = ",".join(f"{_(labels.LIGHT[light])} {_(labels.STATUS[status])}" for status, light in LIGHTS.items())
    choice = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True, showErrorMessage=False)
    choice.add(cells)
    into.add_data_validation(choice)


def _set_up_printing(into: Worksheet) -> None:
    """Print on A4 across, as wide as the paper, with the headings and a number on every page."""
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
    if footer is not None:  # openpyxl's types say it may be
        footer.center.text = _("Page {page} of {pages}").format(page="&P", pages="&N")


LIGHT_COLUMN = 7


def progress_sheet(report: StatusReport) -> Sheet:
    """Return all targets of the report, section by section, with each district's line below its target's."""
    return _sheet(
        report,
        name=_("Progress table"),
        district=report.focus,
        rows=_numbered(report),
        notes=tuple(note.text for note in status_table(report).notes),
    )


def district_sheets(report: StatusReport) -> Iterator[Sheet]:
    """Yield a sheet for each district with the targets it reports on; none for a report about one district."""
    sheets: dict[str, tuple[District, list[StatusLine]]] = {}
    for row in report.rows if report.focus is None else ():
        for part in row.districts:
            sheets.setdefault(part.district.id, (part.district, []))[1].append(district_line(row, part))
    for district, lines in sheets.values():
        rows = (_row(number, line) for number, line in enumerate(lines, 1))
        yield _sheet(report, name=named(district), district=district, rows=rows)


def _sheet(
    report: StatusReport, *, name: str, district: District | None, rows: Iterable[SheetRow], notes: tuple[str, ...] = ()
) -> Sheet:
    title = _("{title}: progress").format(title=pick(report.name, report.name_en))
    in_money = any(row.target.goal_unit == MONEY for row in report.rows)
    money = [_("money in {unit}").format(unit=excel_money_unit())] if in_money else []
    return Sheet(
        name=name,
        title=_("{text} ({remark})").format(text=title, remark=named(district)) if district else title,
        remark=" · ".join([*report_days(report), *money]),
        columns=(
            SheetColumn(_("No."), 6, 7, Align.CENTER),
            SheetColumn(_("Target name"), 18, 34),
            SheetColumn(_("Goal"), 10, 20, Align.RIGHT),
            SheetColumn(_("Actual"), 10, 18, Align.RIGHT),
            SheetColumn(_("Completion"), 9, 12, Align.RIGHT),
            SheetColumn(_("Expected"), 9, 12, Align.RIGHT),
            SheetColumn(_("Gap"), 10, 18, Align.RIGHT),
            SheetColumn(_("Light"), 11, 16, Align.CENTER),
            SheetColumn(_("Owner"), 10, 18),
            SheetColumn(_("Remarks"), 18, 56),
        ),
        rows=tuple(rows),
        notes=notes,
        light_column=LIGHT_COLUMN,
    )


def _numbered(report: StatusReport) -> Iterator[SheetRow]:
    """Yield the rows under their headings: targets are numbered through, their districts as parts of them."""
    number = 0
    for heading, targets in grouped_lines(report):
        if heading:
            yield SheetRow((heading,))
        for lines in targets:
            number += 1
            for part, line in enumerate(lines):
                yield _row(f"{number}.{part}" if part else number, line, below=part > 0)


def _row(number: str | int, line: StatusLine, *, below: bool = False) -> SheetRow:
    """Return the cells of a line; `below` the line of its target owner and note are not repeated."""
    target, figures = line.target, line.figures
    values: tuple[Value, ...] = (
        number,
        line.name,
        excel_goal(target, figures.goal, each=line.counts_districts),
        excel_actual(target, figures.actual),
        excel_share(figures.completion, up=figures.is_cap),
        excel_share(figures.expected),
        excel_gap(target, figures, districts=line.counts_districts),
        status_text(figures) if figures.status else None,
        "" if below else pick(target.owner, target.owner_en),
        _("; ").join([*_remarks(line), *([target.note] if target.note and not below else [])]),
    )
    return SheetRow(values, int(below))


def _remarks(line: StatusLine) -> Iterator[str]:
    """Yield what the figures do not say by themselves."""
    target, figures = line.target, line.figures
    if line.row is not None and line.row.districts_total is not None:
        yield _("{meeting} of {total} districts are at the goal").format(
            meeting=line.row.districts_meeting, total=line.row.districts_total
        )
    if figures.estimate and figures.actual is not None:
        yield _("estimate")
    if figures.surplus and not line.counts_districts:
        capped = target.direction is Direction.AT_MOST
        template = _("{amount} below the limit") if capped else _("{amount} beyond the goal")
        yield template.format(amount=gap_text(target, figures.surplus, up=False))
    if figures.gap_amount:
        yield _("{amount} still needed this year").format(amount=lacking_text(target, figures))
    if figures.stale:
        yield _("Report overdue: {names}").format(names=until_text(figures.data_date))


def entry_sheet(bundle: ReportBundle) -> Sheet:
    """Return the entries of a report, the newest first, with a remark where the ledger has more."""
    names = EntryNames(bundle.goals.targets, bundle.goals.districts)
    rows = tuple(SheetRow(_values(entry, names)) for entry in reversed(bundle.entries))
    remark, listed, total = [_("as of {day}").format(day=bundle.report.as_of)], len(rows), bundle.entries_total
    if total > listed:
        more = _("the latest {listed} of {total} entries; for all of them, use `ordos-targets export`")
        remark.append(more.format(listed=f"{listed:,}", total=f"{total:,}"))
    return Sheet(
        name=_("Entries"),
        title=_("Entries"),
        remark=" · ".join(remark),
        columns=(
            SheetColumn(_("Date"), 12, 12, Align.CENTER),
            SheetColumn(_("Target"), 18, 34),
            SheetColumn(_("District"), 10, 20),
            SheetColumn(_("Kind"), 10, 18),
            SheetColumn(_("Value"), 10, 24, Align.RIGHT),
            SheetColumn(_("Unit"), 6, 14),
            SheetColumn(_("Note"), 12, 40),
            SheetColumn(_("Evidence"), 10, 30),
            SheetColumn(_("By"), 8, 20),
            SheetColumn(_("Recorded at (UTC)"), 17, 18, Align.CENTER),
            SheetColumn("uid", 20, 38),
            SheetColumn(_("No."), 6, 10, Align.RIGHT),
        ),
        rows=rows,
        notes=() if rows else (_("No entries."),),
        filtered=True,
    )


def _values(entry: Entry, names: EntryNames) -> tuple[Value, ...]:
    """Return the cells of an entry: its exact value is a number, or as text an item's name or a share's two numbers."""
    target, kind = names.definition(entry), _(entry.kind.label)
    value: Value = None
    if entry.value is None or entry.of is not None:
        value, unit = value_text(entry, target), ""
    else:
        unit = PERCENT if entry.kind in IN_PERCENT else target.unit if target else ""
        value, unit = excel_recorded(Fraction(entry.value), unit, target.unit_en if target else "")
    return (
        entry.date,
        names.target(entry),
        names.district(entry),
        kind + _("(est.)") if entry.estimate else kind,
        value,
        unit,
        entry.note or "",
        entry.evidence or "",
        entry.by,
        datetime.fromisoformat(entry.recorded_at).replace(tzinfo=None),
        entry.uid,
        entry.seq,
    )


LONGEST_TAB = 31
RESERVED_TABS = {"history"}
_NOT_IN_A_TAB = re.compile(r"[\[\]:*?/\\]")


def workbook(bundle: ReportBundle) -> bytes:
    """Return a report as the bytes of an .xlsx file. Raises ExtraMissing."""
    try:
        from openpyxl import Workbook
        from openpyxl.writer.excel import ExcelWriter
    except ImportError as missing:
        raise ExtraMissing(feature=Message(N_("A workbook")), extra="xlsx") from missing

    report = bundle.report
    sheets = [progress_sheet(report), *district_sheets(report), entry_sheet(bundle)]
    book = Workbook()
    book.remove(book.worksheets[0])
    add_styles(book)
    for sheet, name in zip(sheets, tab_names(sheet.name for sheet in sheets), strict=True):
        write_sheet(sheet, book.create_sheet(name))
    book.properties.title = escape_control_characters(pick(report.name, report.name_en))
    book.properties.creator = "ordos-targets"
    book.properties.created = book.properties.modified = datetime.combine(report.as_of, time.min)
    written, packed = BytesIO(), BytesIO()
    ExcelWriter(book, ZipFile(written, "w")).save()
    with ZipFile(written) as parts, ZipFile(packed, "w") as archive:
        for name in parts.namelist():  # without the time at which they were written, so that equal reports are equal
            archive.writestr(ZipInfo(name), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def tab_names(wanted: Iterable[str]) -> list[str]:
    r"""Return the names of a workbook's sheets, as near to those `wanted` as a spreadsheet allows.

    At most 31 characters, none of `[]:*?/\`, no apostrophe at an end, and none twice, whatever its case.
    """
    names: list[str] = []
    taken = set(RESERVED_TABS)
    for text in wanted:
        clean = _NOT_IN_A_TAB.sub("_", escape_control_characters(text)).strip("' ") or "_"
        number, name = 1, _clipped(clean)
        while name.lower() in taken or name.casefold() in taken:
            number += 1
            name = _clipped(clean, f" ({number})")
        taken |= {name.lower(), name.casefold()}
        names.append(name)
    return names


def _clipped(text: str, end: str = "") -> str:
    """Return as much of a text as leaves room for `end`; a character beyond U+FFFF counts as two."""
    while len(f"{text}{end}".encode("utf-16-le")) > 2 * LONGEST_TAB:
        text = text[:-1]
    return text.rstrip("' ") + end
