"""Lines of CSV, TSV and JSON from the columns of many entries.

A column is made into cells as a whole, and the cells of a column in which few texts come again and again are made once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, repeat
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from ordos_targets.domain.entries import Columns
from ordos_targets.domain.errors import N_, ExtraMissing, Message, UsageError
from ordos_targets.domain.formulas import escape_formula
from ordos_targets.report.entries import COLUMNS, Measured, records
from ordos_targets.report.serialize import DELIMITERS, string_text

if TYPE_CHECKING:
    from openpyxl.cell import Cell

REPEATING = frozenset({"target", "district", "date", "kind", "unit", "item", "by", "origin"})
NUMBERS = frozenset({"seq", "value", "of"})
MOST_KEPT = 10_000
LONGEST_KEPT = 100
# As domain.inert has it, for one of many texts that each follow a line feed.
_ACTING = re.compile("\n'*[=+\\-@＝＋－＠\t\r\n]")
_TRUTH = ("false", "true")


class _Made(dict[object, str]):
    """The cells of texts that come again and again, each made when it first comes by."""

    def __init__(self, make: Callable[[Any], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: object) -> str:
        made = self._make(text)
        if len(made) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[text] = made
        return made


class Delimited:
    """Makes lines of CSV (RFC 4180, but that a line ends in a line feed) or TSV; no cell acts in a spreadsheet."""

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        self._special = re.compile(f"^'*[=+\\-@＝＋－＠\t\r\n]|[\"\r\n{delimiter}]")
        self._made = _Made(self._cell)

    def lines(self, columns: Columns) -> str:
        """A line an entry."""
        cells: list[Iterable[str]] = []
        same: list[str] = []
        for name in COLUMNS:
            made = self._cells(name, columns[name])
            if isinstance(made, str):
                same.append(made)
                continue
            if same:
                cells.append(repeat(self._delimiter.join(same)))
                same = []
            cells.append(made)
        if same:
            cells.append(repeat(self._delimiter.join(same)))
        return "\n".join([*map(self._delimiter.join, zip(*cells, strict=False)), ""])

    def _cells(self, name: str, column: Sequence[Any]) -> str | Iterable[str]:
        """The cells of a column; one of them where all are the same."""
        if name == "seq":
            return map(str, column)
        if name == "estimate":
            return map(_TRUTH.__getitem__, column)
        if column[0] == column[-1] and column.count(column[0]) == len(column):
            return column[0] or "" if name in NUMBERS else self._cell(column[0])
        if name in REPEATING:
            return map(self._made.__getitem__, column)
        texts = column if None not in column else [text or "" for text in column]
        return texts if name in NUMBERS or self._are_plain(texts) else self._special_cells(texts)

    def _are_plain(self, texts: Sequence[str]) -> bool:
        """Whether no text needs to be quoted, or made inert."""
        joined = f"\n{chr(10).join(texts)}"
        return (
            '"' not in joined
            and self._delimiter not in joined
            and "\r" not in joined
            and joined.count("\n") == len(texts)
            and not _ACTING.search(joined)
        )

    def _special_cells(self, texts: Sequence[str]) -> Iterable[str]:
        distinct = set(texts)
        if len(distinct) < len(texts) // 2:
            return map({text: self._cell(text) for text in distinct}.__getitem__, texts)
        return [self._cell(text) if self._special.search(text) else text for text in texts]

    def _cell(self, text: str | None) -> str:
        shown = escape_formula(text or "")
        quoted = '"' in shown or self._delimiter in shown or "\r" in shown or "\n" in shown
        return f'"{shown.replace(chr(34), chr(34) * 2)}"' if quoted else shown


class JsonLines:
    """Makes lines of JSON; what a terminal would obey or hide is escaped, and numbers are exact."""

    def __init__(self) -> None:
        self._made = _Made(_json)

    def lines(self, columns: Columns) -> str:
        """A line an entry."""
        pieces: list[Iterable[str]] = []
        for number, name in enumerate(COLUMNS):
            before, cells, after = self._cells(name, columns[name])
            pieces += [repeat(f'{", " if number else "{"}"{name}": {before}'), cells, repeat(after)]
        return "".join(map("".join, zip(*pieces, repeat("}\n"), strict=False)))

    def _cells(self, name: str, column: Sequence[Any]) -> tuple[str, Iterable[str], str]:
        """What stands before each cell of a column, the cells, and what stands after each."""
        if column.count(None) == len(column):
            return "null", repeat(""), ""
        if name == "estimate":
            return "", map(_TRUTH.__getitem__, column), ""
        if name in NUMBERS:
            return "", ["null" if number is None else str(number) for number in column], ""
        if name in REPEATING:
            return "", map(self._made.__getitem__, column), ""
        if None not in column and _is_plain("".join(column)):
            return '"', column, '"'
        return "", map(_json, column), ""


def _json(text: str | None) -> str:
    return "null" if text is None else string_text(text)


def _is_plain(text: str) -> bool:
    """Whether `text` needs no escape in JSON."""
    return text.isascii() and text.isprintable() and '"' not in text and "\\" not in text


BOM = "\ufeff"


class ExcelIsText(UsageError):
    code = "excel_is_text"
    template = N_("--excel is for csv and tsv; an xlsx file needs no help to open in Excel.")


def entry_pieces(entries: Measured, format_: str, *, excel: bool = False) -> Iterable[str] | Iterable[bytes]:
    """Entries as csv, tsv, jsonl, toml or xlsx; `excel` adds what tells Excel that it is UTF-8. Raises ExcelIsText."""
    if format_ in DELIMITERS:
        return delimited_pieces(entries, DELIMITERS[format_], bom=excel)
    if excel:
        raise ExcelIsText
    if format_ == "xlsx":
        return xlsx_pieces(entries)
    return toml_pieces(entries) if format_ == "toml" else map(JsonLines().lines, entries)


def delimited_pieces(entries: Measured, delimiter: str, *, bom: bool) -> Iterator[str]:
    """CSV or TSV with a header; texts that a spreadsheet would run are made inert, and `import` undoes that."""
    runs, table = iter(entries), Delimited(delimiter)
    first = next(runs, None)  # before anything is said: a ledger that cannot be read has no header
    yield (BOM if bom else "") + delimiter.join(COLUMNS) + "\n"
    for run in chain([first] if first else [], runs):
        yield table.lines(run)


def toml_pieces(entries: Measured) -> Iterator[str]:
    """TOML, each entry under [[entries]]; what says nothing is left out."""
    from tomli_w import dumps as toml

    empty = True
    for run in entries:
        empty = False
        said = [{key: value for key, value in record.items() if value is not None} for record in records(run)]
        yield "".join(f"[[entries]]\n{toml(one)}\n" for one in said)
    if empty:
        yield "entries = []\n"


# A sheet holds 1,048,576 rows, the headings among them.
MOST_ENTRIES = 1_048_575
PIECE = 1 << 18
# What XML cannot hold, and what would be read as such a code (ECMA-376, ST_Xstring): written as _x001B_.
_CODED = re.compile("_x(?=[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
WIDTHS = {"uid": 38, "target": 24, "district": 14, "date": 12, "value": 16, "note": 40, "evidence": 30, "by": 14}


class TooManyForSheet(UsageError):
    code = "too_many_for_sheet"
    template = N_("A sheet holds {most} entries, and the ledger has more; export it as csv or jsonl.")


def xlsx_pieces(entries: Measured) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet of entries. Raises ExtraMissing, TooManyForSheet."""
    try:
        import openpyxl
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("Writing a workbook")), extra="xlsx") from error
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("entries")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 12)
    sheet.append(list(COLUMNS))
    for number, record in enumerate(record for run in entries for record in records(run)):
        if number == MOST_ENTRIES:
            raise TooManyForSheet(most=f"{MOST_ENTRIES:,}")
        sheet.append([_cell(value, WriteOnlyCell(sheet)) for value in record.values()])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _cell(value: object, cell: Cell) -> object:
    if isinstance(value, Decimal):  # at most 15 digits, which a binary number of Excel's gives back exactly
        return float(value)
    if isinstance(value, str):
        cell.value = _CODED.sub(
            lambda found: _code(found[0]), escape_formula(value)
        )  # as in CSV, which may be saved as this
        cell.data_type = "s"
        return cell
    return value


def _code(found: str) -> str:
    return "_x005F_x" if found == "_x" else f"_x{ord(found):04X}_"
