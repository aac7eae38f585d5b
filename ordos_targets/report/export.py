"""The entries of a ledger as CSV, TSV, JSON Lines, TOML or a workbook, one after the other: a ledger of any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import N_, ExtraMissing, Message, UsageError
from ordos_targets.domain.formulas import escape_formula
from ordos_targets.report.entries import EXPORT_COLUMNS, MeasuredEntries, export_record
from ordos_targets.report.serialize import DELIMITERS, delimited_lines, dumps

if TYPE_CHECKING:
    from openpyxl.cell import Cell

BOM = "\ufeff"
Records = Iterator[dict[str, object]]


class ExcelIsText(UsageError):
    code = "excel_is_text"
    template = N_("--excel is only for csv and tsv; Excel opens xlsx files as they are.")


def entry_pieces(
    entries: MeasuredEntries, format_: str, *, filled: Sequence[str] = (), excel: bool = False
) -> Iterable[str] | Iterable[bytes]:
    """Return the pieces of a file of entries as csv, tsv, jsonl, toml or xlsx.

    Args:
        entries: The entries with the units of their values.
        format_: The name of the format.
        filled: Of the columns that came later, those that an entry fills; a table has only these.
        excel: Whether to add the mark by which Excel knows UTF-8.

    Raises:
        ExcelIsText: `excel` is asked for of another format than csv and tsv.
        ExtraMissing: The library that writes workbooks is not installed.
        TooManyForSheet: There are more entries than a sheet has rows.
    """
    records, columns = (export_record(entry, unit) for entry, unit in entries), (*EXPORT_COLUMNS, *filled)
    if format_ in DELIMITERS:
        return _delimited_pieces(records, columns, format_, bom=excel)
    if excel:
        raise ExcelIsText
    if format_ == "xlsx":
        return _xlsx_pieces(records, columns)
    return _toml_pieces(records) if format_ == "toml" else (f"{dumps(record, indent=None)}\n" for record in records)


def _delimited_pieces(records: Records, columns: Sequence[str], format_: str, *, bom: bool) -> Iterator[str]:
    """Yield lines under a header; texts that a spreadsheet would run are escaped, and `import` undoes that."""
    first = next(records, None)  # before the header: a ledger that cannot be read has none
    lines = delimited_lines(format_, columns, chain([first] if first else [], records), clean=escape_formula)
    return chain([BOM] if bom else [], lines)


def _toml_pieces(records: Records) -> Iterator[str]:
    """Yield each entry under [[entries]], without the columns that are empty."""
    from tomli_w import dumps as toml

    empty = True
    for record in records:
        empty = False
        yield f"[[entries]]\n{toml({name: value for name, value in record.items() if value is not None})}\n"
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
    template = N_("Too many entries for a sheet (at most {most}); export them as csv or jsonl.")


def _xlsx_pieces(records: Records, columns: Sequence[str]) -> Iterator[bytes]:
    """Yield the bytes of a workbook with one sheet of entries."""
    try:
        import openpyxl
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise ExtraMissing(feature=Message(N_("Writing a workbook")), extra="xlsx") from error
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("entries")
    sheet.freeze_panes = "A2"
    for number, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 12)
    sheet.append(list(columns))
    for number, record in enumerate(records):
        if number == MOST_ENTRIES:
            raise TooManyForSheet(most=f"{MOST_ENTRIES:,}")
        sheet.append([_cell(record.get(name), WriteOnlyCell(sheet)) for name in columns])
    with TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _cell(value: object, cell: Cell) -> object:
    if isinstance(value, Decimal):  # at most 15 digits, which a binary number of Excel's gives back exactly
        return float(value)
    if isinstance(value, str):  # escaped as in CSV, which may be saved as this
        cell.value = _CODED.sub(lambda match: _code(match[0]), escape_formula(value))
        cell.data_type = "s"
        return cell
    return value


def _code(text: str) -> str:
    return "_x005F_x" if text == "_x" else f"_x{ord(text):04X}_"
