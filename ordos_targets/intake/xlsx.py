"""A sheet of an XLSX workbook, as Excel and WPS write it, read row by row.

Our own reader: libraries for workbooks make a cell of each place that a merged area, a link or a remark names, and a
file of one kilobyte may name 17 billion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ordos_targets.domain.errors import InvalidData
from ordos_targets.domain.lookup import shown
from ordos_targets.domain.messages import N_
from ordos_targets.intake.package import NotAWorkbook, Package
from ordos_targets.intake.row import UnreadableImport
from ordos_targets.intake.source import Source
from ordos_targets.intake.table import MOST_TOLD, Line
from ordos_targets.intake.xlsx_cells import Book, Gathered, Styles, Texts

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# Of all rows together, those that are passed over to reach one far to the right among them.
MOST_CELLS = 1 << 25
MOST_AREAS = 1 << 17
# Of what all sheets share: memory holds it to the end.
LARGEST_SHARED, LARGEST_TEXTS = 1 << 24, 1 << 26
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


class TooManyCells(UnreadableImport):
    code = "too_many_cells"
    template = N_("{file} has more than {limit} cells; import it as CSV")


class NoSuchSheet(InvalidData):
    """Facts: file, text, sheets."""

    code: ClassVar[str] = "no_such_sheet"
    template: ClassVar[str] = N_("{file} has no sheet “{text}”; it has: {sheets}")


def xlsx_lines(source: Source, sheet: str | None) -> Iterator[Line]:
    """The rows of a sheet (the first one, unless named) as texts; a merged cell's text counts for all of its cells.

    Raises NotAWorkbook, HasDocumentType, TooLargeUnpacked, TooManyCells, NoSuchSheet.
    """
    package = Package(source)
    book, parts = _book(package)
    names = [name for name, _part in parts]
    if not names or (sheet is not None and sheet not in names):
        told = [*map(shown, names[:MOST_TOLD]), *["…"][: len(names) > MOST_TOLD]]
        raise NoSuchSheet(file=source.name, text=shown(sheet or ""), sheets=told)
    part = dict(reversed(parts))[sheet or names[0]]
    layout = _Layout(source.name)
    package.visit(part, layout)
    return _rows(package, part, _Rows(book), _Merged(layout))


def _book(package: Package) -> tuple[Book, list[tuple[str, str]]]:
    """What the cells share, and the names and parts of the sheets that hold cells."""
    main = next((part for _id, kind, part in package.relations("") if kind == "officeDocument"), "")
    if not package.has(main):
        raise NotAWorkbook(package.file)
    book, texts, styles = Book(), Texts(), Styles()
    package.visit(main, book, LARGEST_SHARED)
    parts = {}
    for relation, kind, part in package.relations(main):
        if kind == "worksheet":
            parts[relation] = part
        elif kind == "sharedStrings" and package.has(part):
            package.visit(part, texts, LARGEST_TEXTS)
        elif kind == "styles" and package.has(part):
            package.visit(part, styles, LARGEST_SHARED)
    book.texts, book.styles = texts.texts, styles.styles
    return book, [(name, parts[relation]) for name, relation in book.sheets if relation in parts]


def _rows(package: Package, part: str, rows: _Rows, merged: _Merged) -> Iterator[Line]:
    left = MOST_CELLS
    for _piece in package.walk(part, rows):
        for number, found in rows.taken():
            cells = [""] * max(found, default=0)
            for column, text in found.items():
                cells[column - 1] = text
            left -= len(cells) + merged.fill(number, cells)
            if left < 0:
                raise TooManyCells(file=package.file, limit=f"{MOST_CELLS:,}")
            yield number, cells


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
    """Visits a sheet for what its rows must know before they come: `areas` that are merged, and its `width`."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.areas: list[tuple[int, int, int, int]] = []
        self.width = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor."""
        if name == "c":
            place = attributes.get("r")
            self._column = _place(place)[1] if place else self._column + 1
            self.width = max(self.width, self._column)
        elif name == "row":
            self._column = 0
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.areas.append((*_place(first), *_place(last or first)))
            if len(self.areas) > MOST_AREAS:
                raise TooManyCells(file=self._file, limit=f"{MOST_CELLS:,}")

    def end(self, name: str) -> None:
        """See Visitor."""

    def text(self, text: str) -> None:
        """See Visitor."""


class _Merged:
    """The merged areas of a sheet: those that a row is in are looked at when it comes, and no wider than the sheet."""

    def __init__(self, layout: _Layout) -> None:
        self._waiting = sorted(layout.areas, reverse=True)
        self._width = layout.width
        self._active: list[tuple[int, int, int, str]] = []

    def fill(self, number: int, cells: list[str]) -> int:
        """Write the texts of the areas that row `number` is in into its cells; how many places were looked at."""
        self._active = [area for area in self._active if area[0] >= number]
        while self._waiting and self._waiting[-1][0] <= number:
            top, left, bottom, right = self._waiting.pop()
            if bottom >= number:
                text = cells[left - 1] if top == number and left <= len(cells) else ""
                self._active.append((bottom, left, min(right, self._width), text))
        looked = len(self._active)
        for _bottom, left, right, text in self._active:
            looked += max(0, right - left + 1)
            if text and right >= left:
                cells.extend([""] * (right - len(cells)))
                cells[left - 1 : right] = [text] * (right - left + 1)
        return looked


class _Rows:
    """Visits a sheet for its rows: `taken` gives those that have ended, with their number and their texts by column."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._done: list[tuple[int, dict[int, str]]] = []
        self._number = self._column = 0
        self._cells: dict[int, str] = {}
        self._kind = self._style = ""
        self._value = Gathered()

    def taken(self) -> Iterator[tuple[int, dict[int, str]]]:
        """The rows that have ended since this was last asked."""
        done, self._done = self._done, []
        return iter(done)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See Visitor."""
        if name == "row":
            self._number = _place(f"A{attributes['r']}")[0] if "r" in attributes else self._number + 1
            self._cells, self._column = {}, 0
        elif name == "c":
            place = attributes.get("r")
            self._column = _place(place)[1] if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value = Gathered("t" if self._kind == "inlineStr" else "v")
        else:
            self._value.start(name)

    def end(self, name: str) -> None:
        """See Visitor."""
        self._value.end(name)
        if name == "c" and self._value.text:
            if not self._column:  # a row began within the cell
                raise ValueError(name)
            self._cells[self._column] = self._book.said(self._kind, self._style, self._value.text)
        elif name == "row":
            self._done.append((self._number, self._cells))
            self._cells = {}

    def text(self, text: str) -> None:
        """See Visitor."""
        self._value.add(text)
