"""Entries as files that `import` reads back: CSV, TSV, JSON Lines, TOML, XLSX; nothing is lost on the way.

Text formats are made piece by piece, so a ledger of any size passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ordos_targets.domain.errors import N_, UsageFailure
from ordos_targets.report.delimited import DELIMITERS
from ordos_targets.report.exchange_cells import Delimited, JsonLines
from ordos_targets.report.exchanged import COLUMNS, Measured, records

BOM = "\ufeff"


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
