"""Entries as files that `import` reads back: CSV, TSV, JSON Lines, TOML, XLSX; nothing is lost on the way.

Text formats are made piece by piece, so a ledger of any size passes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import UsageFailure
from ordos_targets.domain.inert import inert
from ordos_targets.domain.messages import N_
from ordos_targets.report.delimited import DELIMITERS
from ordos_targets.report.jsontext import dumps

if TYPE_CHECKING:
    from ordos_targets.domain.entry import Entry

# Entries with the unit of their value.
Measured = Iterable[tuple["Entry", str]]

COLUMNS = (
    "uid", "target", "district", "date", "kind", "value", "unit", "of", "item", "estimate", "note", "evidence",
    "evidence_sha256", "by", "recorded_at", "origin", "replaces", "seq", "hash",
)  # fmt: skip
BOM = "\ufeff"
ENTRIES_A_PIECE = 500


class ExcelIsText(UsageFailure):
    code = "excel_is_text"
    template = N_("--excel is for csv and tsv; an xlsx file needs no help to open in Excel.")


def entry_pieces(entries: Measured, format_: str, *, excel: bool = False) -> Iterable[str] | Iterable[bytes]:
    """Entries as csv, tsv, jsonl, toml or xlsx; `excel` adds what tells Excel that it is UTF-8. Raises ExcelIsText."""
    if format_ in DELIMITERS:
        return delimited_pieces(entries, DELIMITERS[format_], bom=excel)
    if excel:
        raise ExcelIsText
    if format_ == "xlsx":
        from ordos_targets.report.exchange_xlsx import xlsx_pieces  # noqa: PLC0415 - an extra, for workbooks only

        return xlsx_pieces(entries)
    return toml_pieces(entries) if format_ == "toml" else json_pieces(entries)


def exchanged(entry: Entry, unit: str) -> dict[str, object]:
    """An entry by column; a column that says nothing is None."""
    found = {name: unit or None if name == "unit" else getattr(entry, name) for name in COLUMNS}
    return found | {"kind": entry.kind.value}


def delimited_pieces(entries: Measured, delimiter: str, *, bom: bool) -> Iterator[str]:
    """CSV or TSV with a header; texts that a spreadsheet would run are made inert, and `import` undoes that."""
    batches = _batches(entries)
    first = next(batches, [])  # before anything is said: a ledger that cannot be read has no header
    yield (BOM if bom else "") + _lines([COLUMNS], delimiter)
    for batch in chain([first], batches):
        yield _lines([[_cell(value) for value in exchanged(*one).values()] for one in batch], delimiter)


def _lines(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    buffer = io.StringIO()
    plain = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    quoted = csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        # Before Python 3.13 a cell with a carriage return alone is not put in quotes, and would end the line.
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return inert(value) if isinstance(value, str) else str(_number(value))


def _number(value: object) -> object:
    """A decimal without a fraction as a whole number; anything else as it is."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def json_pieces(entries: Measured) -> Iterator[str]:
    """JSON Lines, numbers exact."""
    for batch in _batches(entries):
        yield "".join(f"{dumps(exchanged(*one), indent=None)}\n" for one in batch)


def toml_pieces(entries: Measured) -> Iterator[str]:
    """TOML, each entry under [[entries]]; what says nothing is left out."""
    from tomli_w import dumps as toml

    empty = True
    for batch in _batches(entries):
        empty = False
        said = [{key: _number(value) for key, value in exchanged(*one).items() if value is not None} for one in batch]
        yield "".join(f"[[entries]]\n{toml(one)}\n" for one in said)
    if empty:
        yield "entries = []\n"


def _batches(entries: Measured) -> Iterator[list[tuple[Entry, str]]]:
    waiting = iter(entries)
    while batch := list(islice(waiting, ENTRIES_A_PIECE)):
        yield batch
