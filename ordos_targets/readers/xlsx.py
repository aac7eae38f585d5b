"""A look through an Office Open XML package, piece by piece, before a library takes it whole: no bomb in it goes off.

Nothing a package says of itself is believed: not the sizes in its directory, not that its parts are well-formed, not
that they end. What is read is counted while it is read. Document types, by which entities multiply, are refused.
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
from struct import unpack_from
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Protocol, cast
from xml.parsers import expat

from ordos_targets.domain.errors import N_, ExtraMissing, InvalidData, Message
from ordos_targets.domain.formulas import unescape_formula
from ordos_targets.readers.rows import UnreadableImport
from ordos_targets.readers.source import Source
from ordos_targets.readers.table import Line, Spread

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

    AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell

LARGEST_UNPACKED = 1 << 29
# Of the list of parts, which zipfile keeps in memory: a workbook has some dozens of them.
LARGEST_DIRECTORY = 1 << 20
# Of what all sheets share (texts, styles, relations): memory holds it to the end.
LARGEST_SHARED = 1 << 26
PIECE = 1 << 16
# Of XML: how deep elements may nest, how long one tag may be, how many names there may be.
DEEPEST = 64
LONGEST_TAG = 1 << 20
MOST_NAMES = 10_000

# The lengths of what ends a zip file: the usual end, and what a very large one has before it.
_END, _LOCATOR, _END64, _LONGEST_REMARK = 22, 20, 56, 1 << 16
_LONGEST_END = _END + _LOCATOR + _END64


class TooLargeUnpacked(UnreadableImport):
    code = "too_large_unpacked"
    template = N_("{file} unpacks to more than {megabytes} MB ({part}); import it as CSV")


class NotAWorkbook(UnreadableImport):
    """Params: file, reason (a Message)."""

    code = "not_a_workbook"

    def __init__(self, file: str) -> None:
        super().__init__(file=file, reason=Message(N_("it is no XLSX workbook")))


class HasDocumentType(UnreadableImport):
    """Params: file, reason (a Message)."""

    code = "has_document_type"

    def __init__(self, file: str) -> None:
        super().__init__(file=file, reason=Message(N_("it declares a document type, as no workbook does")))


class Visitor(Protocol):
    """What is told of the elements of a part: names without their prefix, attributes as they are written."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class Package:
    """An open package. Whatever is wrong with it or its parts is NotAWorkbook, HasDocumentType or TooLargeUnpacked."""

    def __init__(self, source: Source) -> None:
        self.file = source.name
        self._left = LARGEST_UNPACKED
        with self.failures():
            stream = source.binary()
            _check_directory(stream)
            self._zip = zipfile.ZipFile(stream)
        self._parts = {one.filename: one for one in self._zip.infolist()}

    def parts(self) -> list[str]:
        """The names of the parts that are XML."""
        return [name for name in self._parts if name.endswith((".xml", ".rels", ".vml"))]

    def visit(self, part: str, visitor: Visitor, most: int) -> None:
        """Tell `visitor` of a part, which unpacks to at most so many bytes."""
        reader = _Reader(visitor, self.file)
        with self.failures():
            for piece in self._pieces(part, most):
                reader.feed(piece)
            reader.feed(b"", last=True)

    def _pieces(self, part: str, most: int) -> Iterator[bytes]:
        """The bytes of a part, at most PIECE at a time: that is also the most that is unpacked at a time."""
        info = self._parts[part]
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise NotAWorkbook(self.file)  # the other ways to pack unpack without a bound
        unpacked = 0
        with self._zip.open(info) as stream:
            while piece := stream.read(PIECE):
                self._left -= len(piece)
                unpacked += len(piece)
                if self._left < 0 or unpacked > most:
                    limit = LARGEST_UNPACKED if self._left < 0 else most
                    raise TooLargeUnpacked(file=self.file, part=part, megabytes=limit >> 20)
                yield piece

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Whatever goes wrong with what a package holds is NotAWorkbook."""
        try:
            yield
        except (
            # A part that is missing, an encrypted one, what zipfile does not know, sizes and places that cannot be.
            expat.ExpatError, zipfile.BadZipFile, zlib.error, LookupError, ValueError, RuntimeError, OSError, EOFError,
            ArithmeticError, TypeError, AttributeError, SyntaxError,
        ) as error:  # fmt: skip
            raise NotAWorkbook(self.file) from error


class _Reader:
    """An XML parser that is fed pieces, and stops at what no workbook holds."""

    def __init__(self, visitor: Visitor, file: str) -> None:
        self._visitor, self._file = visitor, file
        self._depth = self._fed = 0
        self._names: dict[str, str] = {}
        parser = self._parser = expat.ParserCreate(intern=self._names)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = visitor.text
        parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parse one more piece. Raises ValueError, expat.ExpatError, HasDocumentType."""
        self._fed += len(piece)
        self._parser.Parse(piece, last)
        # A tag without end is read again from its beginning with each piece, and names are kept for good.
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG or len(self._names) > MOST_NAMES:
            raise ValueError(self._file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(self._file)
        self._visitor.start(local(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._visitor.end(local(name))

    def _refuse(self, *_doctype: object) -> None:
        raise HasDocumentType(self._file)


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def _check_directory(stream: BinaryIO) -> None:
    """Look how long the list of parts is before it is read. Raises ValueError."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_REMARK - _LONGEST_END))
    tail = stream.read()
    # As zipfile looks for it: right at the end, else the last there is.
    for place in {len(tail) - _END, tail.rfind(b"PK\x05\x06")}:
        if place >= 0 and tail.startswith(b"PK\x05\x06", place) and _directory_size(tail, place) > LARGEST_DIRECTORY:
            raise ValueError(size)


def _directory_size(tail: bytes, place: int) -> int:
    """The length that the end of a zip file, at `place` in its `tail`, gives its directory."""
    before = place - _LOCATOR - _END64
    if before >= 0 and tail.startswith(b"PK\x06\x07", place - _LOCATOR):
        return int(unpack_from("<Q", tail, before + 40)[0])
    return int(unpack_from("<L", tail, place + 12)[0]) if place + _END <= len(tail) else 0


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
    """Params: file, text, sheets."""

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
    return unescape_formula(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)))


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
