"""A sheet of an XLSX workbook, as Excel and WPS write it. The one place here that knows openpyxl.

The library reads row by row; what it would believe (sizes, places, entities) is looked through before, see `package`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ordos_targets.domain.errors import N_, ExtraMissing, InvalidData, Message
from ordos_targets.domain.formulas import live
from ordos_targets.intake.package import LARGEST_SHARED, LARGEST_UNPACKED, Package
from ordos_targets.intake.row import UnreadableImport
from ordos_targets.intake.source import Source
from ordos_targets.intake.table import Line, Spread

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

    AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# Of all rows together, those that are passed over to reach one far to the right among them.
MOST_CELLS = 1 << 25
MOST_AREAS = 1 << 17
LONGEST_FORMAT = 255  # as long as Excel lets a number format be; a longer one would be gone through for every cell
SHEETS = "xl/worksheets/"
# Days and months as Chinese systems show them, which openpyxl does not know by number (ECMA-376, part 1, 18.8.30).
CHINESE_FORMATS = dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), "yyyy/m/d") | dict.fromkeys(
    (27, 36, 50, 52, 57), "yyyy/m"
)
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# A comma behind the last digit divides what is shown by a thousand.
_IN_THOUSANDS = re.compile(r"[0#?],+(?![0#?,])")
_IDLE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')


class TooManyCells(UnreadableImport):
    code = "too_many_cells"
    template = N_("{file} has more than {limit} cells; import it as CSV")


class Uncalculated(UnreadableImport):
    code = "uncalculated"
    template = N_(
        "{file}: cell {place} is a formula without a value; open the file in a spreadsheet, save it, import it again"
    )


class NoSuchSheet(InvalidData):
    """Facts: file, text, sheets."""

    code: ClassVar[str] = "no_such_sheet"
    template: ClassVar[str] = N_("{file} has no sheet “{text}”; it has: {sheets}")


def xlsx_lines(source: Source, sheet: str | None) -> Iterator[Line]:
    """The rows of a sheet (the first one, unless named) as texts; a merged cell's text is Spread over all its cells.

    Raises ExtraMissing, NotAWorkbook, HasDocumentType, TooLargeUnpacked, TooManyCells, NoSuchSheet.
    """
    try:
        import openpyxl
        from openpyxl.styles.numbers import BUILTIN_FORMATS
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("Reading a workbook")), extra="xlsx") from error
    BUILTIN_FORMATS.update(CHINESE_FORMATS)
    package = Package(source)
    layouts = {part: _look_through(package, part) for part in package.parts()}
    # Of colours, validations, days that are none: what matters shows in the rows.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    with package.failures():
        book = openpyxl.load_workbook(source.binary(), read_only=True, data_only=True, keep_links=False)
        sheets = {one.title: one for one in book.worksheets}
    if not sheets or (sheet is not None and sheet not in sheets):
        raise NoSuchSheet(file=source.name, text=sheet or "", sheets=list(sheets))
    found = cast("Any", sheets[sheet] if sheet is not None else book.worksheets[0])
    found.reset_dimensions()  # what WPS writes of them may be wrong
    with package.failures():
        layout = layouts[found._worksheet_path]  # noqa: SLF001 - the library tells it nowhere else
    if layout.uncalculated:
        raise Uncalculated(file=source.name, place=layout.uncalculated)
    return _lines(package, found.iter_rows(), _Merged(layout, package.file))


def _look_through(package: Package, part: str) -> _Layout:
    """Look at a part before the library reads it: its size, its form, and for a sheet the places it names."""
    layout = _Layout(package.file)
    package.visit(part, layout, LARGEST_UNPACKED if part.startswith(SHEETS) else LARGEST_SHARED)
    return layout


def _lines(package: Package, rows: Iterator[Sequence[AnyCell]], merged: _Merged) -> Iterator[Line]:
    with package.failures():
        for number, row in enumerate(rows, 1):
            cells = [_text(one) for one in row]
            merged.fill(number, cells)
            yield number, cells


def _text(one: AnyCell) -> str:
    """A cell as a person would have typed it: 20% for a percentage, 2025-06 for a day that shows no day."""
    value, format_ = one.value, str(one.number_format)[:LONGEST_FORMAT]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, format_)
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    if isinstance(value, datetime | time):
        return value.isoformat()
    if isinstance(value, date):
        shown = _IDLE.sub("", format_).lower()
        return f"{value:%Y-%m}" if "y" in shown and "d" not in shown else value.isoformat()
    return live(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)))


def _number(value: float, format_: str) -> str:
    """The decimal that a cell shows in full: Excel keeps a binary number, of which 15 digits are meant."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    shown = _IDLE.sub("", format_.partition(";")[0])
    if _IN_THOUSANDS.search(shown):
        return f"{number:f} ({format_})"  # shown is another number than is kept: no grammar takes this
    if "%" in shown:
        return f"{number.scaleb(2).normalize():f}%"
    return f"{number:f}" if number != number.to_integral_value() else f"{number.to_integral_value():f}"


def _place(text: str) -> tuple[int, int]:
    """Row and column, from 1, of a place such as B7. Raises ValueError."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise ValueError(text)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    if not (1 <= int(found[2]) <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(text)
    return int(found[2]), column


class _Layout:
    """Visits a part for what must be known before it is read: of a sheet, its merged `areas` and its `width`.

    `uncalculated` is where the first formula without a value stands, empty where none does.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self.areas: list[tuple[int, int, int, int]] = []
        self.width = self._column = self._cells = 0
        self.uncalculated = self._formula = self._place = ""
        self._in_value = self._has_value = self._is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor. Raises ValueError for a place that no sheet has, TooManyCells."""
        if name == "c":
            self._place, self._formula = attributes.get("r", ""), ""
            self._is_text, self._has_value = attributes.get("t") == "str", False
            self._column = _place(self._place)[1] if self._place else self._column + 1
            self.width = max(self.width, self._column)
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._cells += self._column
            self._column = 0
            _place(f"A{attributes.get('r', '1')}")
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.areas.append((*_place(first), *_place(last or first)))
        if self._cells > MOST_CELLS or len(self.areas) > MOST_AREAS:
            raise TooManyCells(file=self._file, limit=f"{MOST_CELLS:,}")

    def end(self, name: str) -> None:
        """See Visitor."""
        if name == "f" and not self._is_text:
            self._formula = self._place or "?"
        elif name == "c" and not self._has_value:
            self.uncalculated = self.uncalculated or self._formula
        self._in_value = False

    def text(self, text: str) -> None:
        """See Visitor."""
        self._has_value = self._has_value or (self._in_value and text != "")


class _Merged:
    """The merged areas of a sheet: those that a row is in are looked at when it comes, and no wider than the sheet."""

    def __init__(self, layout: _Layout, file: str) -> None:
        self._waiting = sorted(layout.areas, reverse=True)
        self._width, self._file, self._left = layout.width, file, MOST_CELLS
        self._active: list[tuple[int, int, int, int, str]] = []

    def fill(self, number: int, cells: list[str]) -> None:
        """Write the texts of the areas that row `number` is in into its cells. Raises TooManyCells."""
        self._active = [area for area in self._active if area[1] >= number]
        while self._waiting and self._waiting[-1][0] <= number:
            top, left, bottom, right = self._waiting.pop()
            if bottom >= number:
                text = cells[left - 1] if top == number and left <= len(cells) else ""
                self._active.append((top, bottom, left, min(right, self._width), text))
        for top, _bottom, left, right, text in self._active:
            self._left -= max(0, right - left + 1)
            if self._left < 0:
                raise TooManyCells(file=self._file, limit=f"{MOST_CELLS:,}")
            if text and right >= left:
                own = cells[left - 1] if number == top and left <= len(cells) else Spread(text)
                cells.extend([""] * (right - len(cells)))
                cells[left - 1 : right] = [own, *[Spread(text)] * (right - left)]
