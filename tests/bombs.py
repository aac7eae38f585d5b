"""Workbooks and zip files as no spreadsheet writes them, and runs in little memory."""

from __future__ import annotations

import io
import struct
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from children import run

XML = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/a.xml" ContentType="{TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/a.xml"/></Relationships>',
}
SHEET, TEXTS, TYPES_PART = "xl/worksheets/a.xml", "xl/texts.xml", "[Content_Types].xml"
# A program that blows up dies of this much address space; one that does not has room to spare.
MEGABYTES = 700
FRUGAL = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEGABYTES << 20}, {MEGABYTES << 20}))"


def sheet(rows: str, after: str = "") -> str:
    """A sheet's part: its rows, and what stands behind them."""
    return f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def row(*texts: str, number: int = 1) -> str:
    """A row of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


HEADINGS = row("target", "value", "date", "note")


def workbook(
    content: str | Iterable[bytes], parts: Mapping[str, str] | None = None, *, packed: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook whose one sheet holds `content`, with `parts` more or instead."""
    file = io.BytesIO()
    shared = f'<Override PartName="/{TEXTS}" ContentType="{TYPES}.sharedStrings+xml"/></Types>'
    types = {TYPES_PART: PARTS[TYPES_PART].replace("</Types>", shared)} if TEXTS in (parts or {}) else {}
    with zipfile.ZipFile(file, "w", packed, compresslevel=6) as zipped:
        for name, text in (PARTS | types | dict(parts or {})).items():
            zipped.writestr(name, text)
        with zipped.open(SHEET, "w") as part:
            for piece in (content.encode(),) if isinstance(content, str) else content:
                part.write(piece)
    return file.getvalue()


def lie(content: bytes, part: str, size: int) -> bytes:
    """A zip file whose directory says that a part unpacks to `size` bytes."""
    place = content.rindex(part.encode()) - 46  # the name stands behind 46 bytes of directory
    assert content[place : place + 4] == b"PK\x01\x02"
    return content[: place + 24] + struct.pack("<L", size) + content[place + 28 :]


def frugally(
    folder: Path,
    *arguments: str,
    **more: Any,  # noqa: ANN401 - whatever subprocess takes
) -> subprocess.CompletedProcess[str]:
    """A run that may use little memory, and time."""
    return run(folder, *arguments, first=FRUGAL, **more)
