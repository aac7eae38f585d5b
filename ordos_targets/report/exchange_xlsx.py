"""Entries as an XLSX workbook that `import` reads back. Numbers are numbers, dates dates, and no text is a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import N_, ExtraMissing, Message, UsageFailure
from ordos_targets.domain.formulas import inert
from ordos_targets.report.exchanged import COLUMNS, Measured, records

if TYPE_CHECKING:
    from openpyxl.cell import Cell

# A sheet holds 1,048,576 rows, the headings among them.
MOST_ENTRIES = 1_048_575
PIECE = 1 << 18
# What XML cannot hold, and what would be read as such a code (ECMA-376, ST_Xstring): written as _x001B_.
_CODED = re.compile("_x(?=[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
WIDTHS = {"uid": 38, "target": 24, "district": 14, "date": 12, "value": 16, "note": 40, "evidence": 30, "by": 14}


class TooManyForSheet(UsageFailure):
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
        cell.value = _CODED.sub(lambda found: _code(found[0]), inert(value))  # as in CSV, which may be saved as this
        cell.data_type = "s"
        return cell
    return value


def _code(found: str) -> str:
    return "_x005F_x" if found == "_x" else f"_x{ord(found):04X}_"
