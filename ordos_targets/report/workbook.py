"""The status as a workbook: the progress table, a sheet for each district, and the entries behind them.

The same input gives the same bytes, so that a file that is written anew changes only where a figure did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ordos_targets.domain.burnup import Briefing
from ordos_targets.domain.errors import N_, ExtraMissing, Message
from ordos_targets.locale import pick
from ordos_targets.report.entry_sheet import entry_sheet
from ordos_targets.report.progress_sheets import district_sheets, progress_sheet
from ordos_targets.report.safe import visible

if TYPE_CHECKING:
    from openpyxl import Workbook

EXTRA = "xlsx"
LONGEST_TAB = 31
RESERVED_TABS = {"history"}
_NOT_IN_A_TAB = re.compile(r"[\[\]:*?/\\]")


def workbook(briefing: Briefing) -> bytes:
    """A briefing as the bytes of an .xlsx file. Raises ExtraMissing."""
    try:
        from openpyxl import Workbook
    except ImportError as missing:
        raise ExtraMissing(feature=Message(N_("A workbook")), extra=EXTRA) from missing
    from ordos_targets.report.sheet_writer import add_styles, write_sheet  # noqa: PLC0415 - for what is written here

    report = briefing.report
    sheets = [progress_sheet(report), *district_sheets(report), entry_sheet(briefing)]
    book = Workbook()
    book.remove(book.worksheets[0])
    add_styles(book)
    for sheet, name in zip(sheets, tab_names(one.name for one in sheets), strict=True):
        write_sheet(sheet, book.create_sheet(name))
    book.properties.title = visible(pick(report.name, report.name_en))
    book.properties.creator = "ordos-targets"
    book.properties.created = book.properties.modified = datetime.combine(report.as_of, time.min)
    return _bytes(book)


def _bytes(book: Workbook) -> bytes:
    """The file; its parts bear the same time whenever they are written."""
    from openpyxl.writer.excel import ExcelWriter

    written, packed = BytesIO(), BytesIO()
    ExcelWriter(book, ZipFile(written, "w")).save()
    with ZipFile(written) as parts, ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def tab_names(wanted: Iterable[str]) -> list[str]:
    r"""The names of a workbook's sheets, as near to those `wanted` as a spreadsheet allows.

    At most 31 characters, none of `[]:*?/\`, no apostrophe at an end, and none twice, whatever its case.
    """
    names: list[str] = []
    taken = set(RESERVED_TABS)
    for text in wanted:
        clean = _NOT_IN_A_TAB.sub("_", visible(text)).strip("' ") or "_"
        number, name = 1, _clipped(clean)
        while name.lower() in taken or name.casefold() in taken:
            number += 1
            name = _clipped(clean, f" ({number})")
        taken |= {name.lower(), name.casefold()}
        names.append(name)
    return names


def _clipped(text: str, end: str = "") -> str:
    """As much of a text as leaves room for `end`; a spreadsheet counts a character beyond U+FFFF as two."""
    while len(f"{text}{end}".encode("utf-16-le")) > 2 * LONGEST_TAB:
        text = text[:-1]
    return text.rstrip("' ") + end
