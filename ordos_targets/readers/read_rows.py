"""From a file to its rows, by its format."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePath

from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.readers.rows import BrokenLine, InputRow
from ordos_targets.readers.source import Source
from ordos_targets.readers.table import TableOptions, table_rows


class EntryFormat(StrEnum):
    """The formats that entries are exchanged in."""

    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    TOML = "toml"


ENDINGS = {
    ".csv": EntryFormat.CSV,
    ".tsv": EntryFormat.TSV,
    ".tab": EntryFormat.TSV,
    ".jsonl": EntryFormat.JSONL,
    ".ndjson": EntryFormat.JSONL,
    ".xlsx": EntryFormat.XLSX,
    ".toml": EntryFormat.TOML,
}


class UnknownFormat(UsageError):
    code = "unknown_format"
    template = N_("The format of {file} is not clear from its name; add --format with one of {formats}.")


class OnlyTablesAreWide(UsageError):
    code = "only_tables_are_wide"
    template = N_("--wide works only with tables (csv, tsv, xlsx); {file} is {format}.")


def entry_format(name: str, stated: EntryFormat | None) -> EntryFormat:
    """Return the `stated` format, else the one that a file's name stands for. Raise UnknownFormat."""
    format_ = stated or ENDINGS.get(PurePath(name).suffix.lower())
    if format_ is None:
        raise UnknownFormat(file=name, formats=[known.value for known in EntryFormat])
    return format_


def read_rows(
    source: Source, format_: EntryFormat, options: TableOptions, sheet: str | None = None
) -> Iterator[InputRow | BrokenLine]:
    """Return the rows of a file, in order.

    Args:
        source: The open file.
        format_: Its format.
        options: How a table is read.
        sheet: The name of a workbook's sheet; None for the first one.

    Raises:
        UnreadableImport: Where the bytes are not of that format.
        InvalidData: Where the headings of a table do not fit.
        OnlyTablesAreWide: Where a wide table is asked for in a format that holds none.
    """
    # One reader is loaded, not all.
    if format_ in {EntryFormat.CSV, EntryFormat.TSV}:
        from ordos_targets.readers.delimited import delimited_lines  # noqa: PLC0415

        return table_rows(source.name, delimited_lines(source, format_.value), options)
    if format_ is EntryFormat.XLSX:
        from ordos_targets.readers.xlsx import xlsx_lines  # noqa: PLC0415

        return table_rows(source.name, xlsx_lines(source, sheet), options)
    if options.wide is not None:
        raise OnlyTablesAreWide(file=source.name, format=format_.value)
    from ordos_targets.readers.records import json_rows, toml_rows  # noqa: PLC0415

    return json_rows(source) if format_ is EntryFormat.JSONL else toml_rows(source)
