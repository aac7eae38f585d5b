"""From a file to its rows, by its format."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePath

from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.readers.rows import Broken, Row
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
    template = N_("The name {file} does not tell the format; add --format with one of {formats}.")


class OnlyTablesAreWide(UsageError):
    code = "only_tables_are_wide"
    template = N_("--wide reads tables only (csv, tsv, xlsx), and {file} is {format}.")


def entry_format(name: str, said: EntryFormat | None) -> EntryFormat:
    """The format that was said, or that a file's name stands for. Raises UnknownFormat."""
    found = said or ENDINGS.get(PurePath(name).suffix.lower())
    if found is None:
        raise UnknownFormat(file=name, formats=[one.value for one in EntryFormat])
    return found


def read_rows(
    source: Source, format_: EntryFormat, options: TableOptions, sheet: str | None = None
) -> Iterator[Row | Broken]:
    """The rows of a file.

    Raises UnreadableImport and its kin, and what the headings lack.
    """
    if format_ in {EntryFormat.CSV, EntryFormat.TSV}:
        from ordos_targets.readers.delimited import delimited_lines  # noqa: PLC0415 - one reader is loaded, not all

        return table_rows(source.name, delimited_lines(source, format_.value), options)
    if format_ is EntryFormat.XLSX:
        from ordos_targets.readers.xlsx import xlsx_lines  # noqa: PLC0415 - the same

        return table_rows(source.name, xlsx_lines(source, sheet), options)
    if options.read_heading is not None:
        raise OnlyTablesAreWide(file=source.name, format=format_.value)
    if format_ is EntryFormat.JSONL:
        from ordos_targets.readers.records import json_rows  # noqa: PLC0415 - the same

        return json_rows(source)
    from ordos_targets.readers.records import toml_rows  # noqa: PLC0415 - the same

    return toml_rows(source)
