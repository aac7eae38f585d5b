"""Entries as files that `import` reads back: CSV, TSV, JSON Lines, TOML, XLSX; nothing is lost on the way.

Text formats are made piece by piece, so a ledger of any size passes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING

from ordos_targets.domain.errors import UsageFailure
from ordos_targets.domain.inert import inert
from ordos_targets.domain.messages import N_
from ordos_targets.report.delimited import DELIMITERS
from ordos_targets.report.exchanged import COLUMNS, Measured, exchanged
from ordos_targets.report.jsontext import dumps

if TYPE_CHECKING:
    from ordos_targets.domain.entry import Entry

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


def delimited_pieces(entries: Measured, delimiter: str, *, bom: bool) -> Iterator[str]:
    """CSV or TSV with a header; texts that a spreadsheet would run are made inert, and `import` undoes that."""
    batches = _batches(entries)
    first = next(batches, [])  # before anything is said: a ledger that cannot be read has no header
    yield (BOM if bom else "") + _lines([COLUMNS], delimiter)
    for batch in chain([first], batches):
        yield _lines([[_cell(value) for value in exchanged(*one).values()] for one in batch], delimiter)


def _lines(rows: Iterable[Iterable[str]], delimiter: str) -> str:
    sink = _Sink()
    csv.writer(sink, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return "".join(sink.lines)


class _Sink:
    """Takes lines from a CSV writer, which quotes a lone carriage return only where its own lines end in one."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        """One whole record with its ending."""
        self.lines.append(line.removesuffix("\r\n") + "\n")


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
