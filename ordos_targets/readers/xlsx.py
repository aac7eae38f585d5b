"""Workbooks: each part is scanned before openpyxl parses it, then the cells of a sheet are read as they are shown.

Nothing that a package says of itself is believed: not the sizes in its directory, not that its parts are well-formed,
not that they end. What is read is counted while it is read. Document types, by which entities multiply, are refused.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from struct import unpack_from
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NamedTuple, cast
from xml.parsers import expat

from ordos_targets.domain.errors import N_, ExtraMissing, InvalidData, Message
from ordos_targets.domain.formulas import unescape_formula
from ordos_targets.readers.rows import InputCell, InputLine, UnreadableImport
from ordos_targets.readers.source import Source

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

    AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell

LARGEST_UNPACKED = 1 << 29
# Of the list of parts, which zipfile holds in memory: a workbook has some dozens of them.
LARGEST_DIRECTORY = 1 << 20
# Of what all sheets share (texts, styles, relations): it is in memory to the end.
LARGEST_SHARED = 1 << 26
PIECE = 1 << 16
# Of XML: how deep elements may nest, how long one tag may be, how many names there may be.
DEEPEST = 64
LONGEST_TAG = 1 << 20
MOST_NAMES = 10_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# Of all rows together, with the cells that are passed over to reach one far to the right.
MOST_CELLS = 1 << 25
MOST_AREAS = 1 << 17
LONGEST_FORMAT = 255  # Excel lets no number format be longer
SHEETS = "xl/worksheets/"
# Days and months as Chinese systems show them, which openpyxl does not know by number (ECMA-376, part 1, 18.8.30).
CHINESE_FORMATS = dict.fromkeys((28, 29, 30, 31, 51, 53, 54, 58), "yyyy/m/d") | dict.fromkeys(
    (27, 36, 50, 52, 57), "yyyy/m"
)
# The lengths of what ends a zip file: the usual end, and what a very large one has before it.
_END, _LOCATOR, _END64, _LONGEST_REMARK = 22, 20, 56, 1 << 16
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# Of a number format: a quoted text, an escaped character, room for a character, colour or condition, General, and code.
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]|(General|G/通用格式)|(.)', re.IGNORECASE | re.DOTALL)
_DIGIT = "0#?"
_LITERAL_POINT = "\0"
# A comma behind the last digit divides what is shown by a thousand, and a point that is no decimal point by its place.
_SCALED = re.compile(rf"[{_DIGIT}],+(?![{_DIGIT},])|[{_DIGIT}]{_LITERAL_POINT}[{_DIGIT}]")


class TooLargeUnpacked(UnreadableImport):
    code = "too_large_unpacked"
    template = N_("{file} unpacks to more than {megabytes} MB ({part}); import it as CSV")


class NotAWorkbook(UnreadableImport):
    """Params: file, reason (a Message)."""

    code = "not_a_workbook"

    def __init__(self, file: str) -> None:
        super().__init__(file=file, reason=Message(N_("not an XLSX workbook")))


class HasDocumentType(UnreadableImport):
    """Params: file, reason (a Message)."""

    code = "has_document_type"

    def __init__(self, file: str) -> None:
        super().__init__(
            file=file, reason=Message(N_("it contains a document type declaration, which workbooks do not have"))
        )


class TooManyCells(UnreadableImport):
    code = "too_many_cells"
    template = N_("{file} has more than {limit} cells; import it as CSV")


class Uncalculated(UnreadableImport):
    code = "uncalculated"
    template = N_(
        "{file}: cell {place} is a formula without a value; open the file in a spreadsheet program, save "
        "it, and import it again"
    )


class NoSuchSheet(InvalidData):
    """Params: file, text, sheets."""

    code: ClassVar[str] = "no_such_sheet"
    template: ClassVar[str] = N_("{file} has no sheet “{text}”; it has: {sheets}")


def xlsx_lines(source: Source, sheet: str | None) -> Iterator[InputLine]:
    """Return the rows of a sheet, the first one unless named; the text of a merged cell is in all its cells.

    Raises:
        ExtraMissing: Without openpyxl.
        UnreadableImport: Where the file is no workbook, or larger than one may be.
        NoSuchSheet: Where no sheet bears that name.
    """
    try:
        import openpyxl
        from openpyxl.styles.numbers import BUILTIN_FORMATS
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("Reading a workbook")), extra="xlsx") from error
    BUILTIN_FORMATS.update(CHINESE_FORMATS)
    scans = _scan_package(source)
    # About colours, validations, days that do not exist: what matters is in the rows.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    with _package_errors(source.name):
        book = openpyxl.load_workbook(source.binary(), read_only=True, data_only=True, keep_links=False)
        sheets = {worksheet.title: worksheet for worksheet in book.worksheets}
    if not sheets or (sheet is not None and sheet not in sheets):
        raise NoSuchSheet(file=source.name, text=sheet or "", sheets=list(sheets))
    worksheet = cast("Any", sheets[sheet] if sheet is not None else book.worksheets[0])
    worksheet.reset_dimensions()  # what WPS writes of them may be wrong
    with _package_errors(source.name):
        scan = scans[worksheet._worksheet_path]  # noqa: SLF001 - it is in no public attribute
    if scan.uncalculated:
        raise Uncalculated(file=source.name, place=scan.uncalculated)
    return _lines(source.name, worksheet.iter_rows(), _MergedAreas(scan, source.name))


def _lines(file: str, rows: Iterator[Sequence[AnyCell]], merged: _MergedAreas) -> Iterator[InputLine]:
    with _package_errors(file):
        for number, row in enumerate(rows, 1):
            cells = [_read_cell(cell) for cell in row]
            merged.fill(number, cells)
            yield InputLine(number, cells)


def _read_cell(cell: AnyCell) -> InputCell:
    """Return a cell as it is shown: 20% for a percentage, 2025-06 for a day whose format shows no day."""
    value, format_ = cell.value, str(cell.number_format)[:LONGEST_FORMAT]
    if value is None:
        return InputCell("")
    if isinstance(value, bool):
        return InputCell("true" if value else "false")
    if isinstance(value, int | float):
        return _number_cell(value, format_)
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    if isinstance(value, datetime | time):
        return InputCell(value.isoformat())
    if isinstance(value, date):
        return InputCell(f"{value:{_day_format(format_)}}")
    return InputCell(unescape_formula(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value))))


def _number_cell(value: float, format_: str) -> InputCell:
    """Return a number in full: Excel stores a binary number, of which 15 digits are meant."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    shown = _number_format(format_)
    if shown.is_scaled:
        return InputCell(f"{number:f}", scaled_by=format_)
    if shown.is_percentage:
        return InputCell(f"{number.scaleb(2).normalize():f}%")
    whole = number == number.to_integral_value()
    return InputCell(f"{number.to_integral_value() if whole else number:f}", shown.unit)


class _NumberFormat(NamedTuple):
    """How a format shows numbers: as percentages, as other numbers than the cells hold, with a text behind them."""

    is_percentage: bool
    is_scaled: bool
    unit: str


@lru_cache(maxsize=256)
def _number_format(format_: str) -> _NumberFormat:
    """Return how a format shows numbers. Where its sections differ the number shown is not known: it is scaled."""
    sections = [section for section in _sections(format_) if any(digit in section[0] for digit in _DIGIT)]
    units, percentages = {unit for _code, unit in sections}, {"%" in code for code, _unit in sections}
    is_scaled = len(percentages) > 1 or len(units) > 1 or any(_SCALED.search(code) for code, _unit in sections)
    return _NumberFormat(percentages == {True}, is_scaled, units.pop() if len(units) == 1 else "")


def _sections(format_: str) -> Iterator[tuple[str, str]]:
    """Yield the code of each section of a number format, without its texts, and the text behind its last digit."""
    code = unit = ""
    for quoted, escaped, general, character in _TOKEN.findall(format_):
        literal = quoted or escaped
        if character == ";":
            yield code, _word(unit)
            code = unit = ""
        elif general or (character and character in _DIGIT):
            code, unit = code + ("0" if general else character), ""
        elif literal in {".", "．"}:
            code += _LITERAL_POINT
        elif literal or not character.isascii():
            unit += literal or character
        else:
            code += character
    yield code, _word(unit)


def _word(text: str) -> str:
    """Return a text of a number format, empty for signs of currency and the like, which do not name a unit."""
    return text.strip() if any(character.isalpha() or character in "%‰°" for character in text) else ""


@lru_cache(maxsize=256)
def _day_format(format_: str) -> str:
    """Return how a day is written whose number format shows day, month and year, or less."""
    code = "".join(character.lower() for _quoted, _escaped, _general, character in _TOKEN.findall(format_))
    if "d" in code or "h" in code or not {"y", "m"} & set(code):
        return "%Y-%m-%d"
    return "%Y-%m" if "m" in code else "%Y"


def _scan_package(source: Source) -> dict[str, _PartScan]:
    """Scan the XML parts of a workbook. Raise NotAWorkbook, HasDocumentType, TooLargeUnpacked, TooManyCells."""
    scans = {}
    left = LARGEST_UNPACKED
    with _package_errors(source.name):
        stream = source.binary()
        _check_directory(stream)
        package = zipfile.ZipFile(stream)
        for info in package.infolist():
            name = info.filename
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            most = min(left, LARGEST_UNPACKED if name.startswith(SHEETS) else LARGEST_SHARED)
            scans[name] = _PartScan(source.name)
            for piece in _pieces(package, info):
                most -= len(piece)
                left -= len(piece)
                if most < 0:
                    limit = LARGEST_UNPACKED if left < 0 or name.startswith(SHEETS) else LARGEST_SHARED
                    raise TooLargeUnpacked(file=source.name, part=name, megabytes=limit >> 20)
                scans[name].feed(piece)
            scans[name].feed(b"", last=True)
    return scans


def _pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of a part, at most PIECE at a time: that is also the most that is unpacked at a time."""
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValueError(info.compress_type)  # the other methods unpack without a bound
    with package.open(info) as stream:
        while piece := stream.read(PIECE):
            yield piece


@contextmanager
def _package_errors(file: str) -> Iterator[None]:
    """Raise whatever goes wrong with the content of a package as NotAWorkbook."""
    try:
        yield
    except (
        # A part that is missing or encrypted, what zipfile does not know, sizes and places that cannot be.
        expat.ExpatError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, OSError, EOFError,
        ArithmeticError, TypeError, AttributeError, SyntaxError,
    ) as error:  # fmt: skip
        raise NotAWorkbook(file) from error


class _PartScan:
    """An XML parser that is fed the pieces of a part, and stops at what no workbook holds.

    Attributes:
        areas: The merged areas of a sheet: first row, first column, last row, last column.
        width: The number of the last column in which a cell stands.
        uncalculated: The place of the first formula without a value, empty if there is none.
    """

    def __init__(self, file: str) -> None:
        self.areas: list[tuple[int, int, int, int]] = []
        self.width = 0
        self.uncalculated = ""
        self._file = file
        self._depth = self._fed = self._column = self._cells = 0
        self._formula = self._place = ""
        self._in_value = self._has_value = self._is_text = False
        self._names: dict[str, str] = {}
        parser = self._parser = expat.ParserCreate(intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse_document_type

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parse one more piece. Raise ValueError, expat.ExpatError, HasDocumentType, TooManyCells."""
        self._fed += len(piece)
        self._parser.Parse(piece, last)
        # A tag without end is parsed again from its beginning with each piece, and names are never freed.
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG or len(self._names) > MOST_NAMES:
            raise ValueError(self._file)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(self._file)
        name = tag.rpartition(":")[2]
        if name == "c":
            self._place, self._formula = attributes.get("r", ""), ""
            self._is_text, self._has_value = attributes.get("t") == "str", False
            self._column = _parse_reference(self._place)[1] if self._place else self._column + 1
            self.width = max(self.width, self._column)
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._cells += self._column
            self._column = 0
            _parse_reference(f"A{attributes.get('r', '1')}")
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.areas.append((*_parse_reference(first), *_parse_reference(last or first)))
        if self._cells > MOST_CELLS or len(self.areas) > MOST_AREAS:
            raise TooManyCells(file=self._file, limit=f"{MOST_CELLS:,}")

    def _end(self, tag: str) -> None:
        self._depth -= 1
        name = tag.rpartition(":")[2]
        if name == "f" and not self._is_text:
            self._formula = self._place or "?"
        elif name == "c" and not self._has_value:
            self.uncalculated = self.uncalculated or self._formula
        self._in_value = False

    def _text(self, text: str) -> None:
        self._has_value = self._has_value or (self._in_value and text != "")

    def _refuse_document_type(self, *_doctype: object) -> None:
        raise HasDocumentType(self._file)


def _parse_reference(text: str) -> tuple[int, int]:
    """Return row and column, from 1, of a place such as B7. Raise ValueError."""
    match = _REFERENCE.fullmatch(text)
    if not match:
        raise ValueError(text)
    row, column = int(match[2]), 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        raise ValueError(text)
    return row, column


def _check_directory(stream: BinaryIO) -> None:
    """Raise ValueError where the list of parts is too long, before zipfile reads it."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_REMARK - _END - _LOCATOR - _END64))
    tail = stream.read()
    # As zipfile looks for it: right at the end, else the last there is.
    for place in {len(tail) - _END, tail.rfind(b"PK\x05\x06")}:
        if place >= 0 and tail.startswith(b"PK\x05\x06", place) and _directory_size(tail, place) > LARGEST_DIRECTORY:
            raise ValueError(size)


def _directory_size(tail: bytes, place: int) -> int:
    """Return the length that the end of a zip file, at `place` in its `tail`, gives for its directory."""
    before = place - _LOCATOR - _END64
    if before >= 0 and tail.startswith(b"PK\x06\x07", place - _LOCATOR):
        return int(unpack_from("<Q", tail, before + 40)[0])
    return int(unpack_from("<L", tail, place + 12)[0]) if place + _END <= len(tail) else 0


class _MergedAreas:
    """The merged areas of a sheet, filled row by row, no wider than the sheet."""

    def __init__(self, scan: _PartScan, file: str) -> None:
        self._waiting = sorted(scan.areas, reverse=True)
        self._width, self._file, self._left = scan.width, file, MOST_CELLS
        self._active: list[tuple[int, int, int, int, InputCell]] = []

    def fill(self, number: int, cells: list[InputCell]) -> None:
        """Write the texts of the areas that row `number` is in into its cells. Raise TooManyCells."""
        self._active = [area for area in self._active if area[1] >= number]
        while self._waiting and self._waiting[-1][0] <= number:
            top, left, bottom, right = self._waiting.pop()
            if bottom >= number:
                first = cells[left - 1] if top == number and left <= len(cells) else InputCell("")
                self._active.append((top, bottom, left, min(right, self._width), first))
        for top, _bottom, left, right, first in self._active:
            self._left -= max(0, right - left + 1)
            if self._left < 0:
                raise TooManyCells(file=self._file, limit=f"{MOST_CELLS:,}")
            if first.text and right >= left:
                again = first._replace(repeated=True)
                cells.extend([InputCell("")] * (right - len(cells)))
                cells[left - 1 : right] = [first if number == top else again, *[again] * (right - left)]
