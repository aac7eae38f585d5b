"""A result in whichever format is asked for: what to show, before how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ordos_targets.report.cells import Chart, Table


class Format(StrEnum):
    """The formats of every command that lists something."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


class DocumentFormat(StrEnum):
    """The formats of a document about the status, made for others to read: people, an office suite, a monitor."""

    HTML = "html"
    MARKDOWN = "markdown"
    XLSX = "xlsx"
    PROMETHEUS = "prometheus"


class StatusFormat(StrEnum):
    """The formats a status can be had in: those of a list, and those of a document."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    HTML = "html"
    MARKDOWN = "markdown"
    XLSX = "xlsx"
    PROMETHEUS = "prometheus"

    @property
    def document(self) -> DocumentFormat | None:
        """The document format of this name, None for one of a list's."""
        return DocumentFormat(self.value) if self.value in set(DocumentFormat) else None


class View(NamedTuple):
    """One result, made into each format only when that format is asked for.

    `tables` are what people read, charts among them; `document` is the JSON; `lines` are the objects of JSON Lines;
    `records` the rows of CSV and TSV, under `columns`.
    """

    tables: Callable[[], Sequence[Table | Chart]]
    document: Callable[[], object]
    lines: Callable[[], Iterable[object]]
    records: Callable[[], Iterable[Mapping[str, object]]]
    columns: Callable[[], Sequence[str]]


def as_text(view: View, format_: Format) -> str:
    """`view` as the text of a file or pipe, ending in a newline. Each run loads the one writer it needs."""
    if format_ in {Format.JSON, Format.JSONL}:
        return _as_json(view, format_)
    if format_ is Format.TABLE:
        from ordos_targets.report.plain import plain  # noqa: PLC0415

        return "\n".join(plain(table) for table in view.tables())
    from ordos_targets.report.delimited import delimited  # noqa: PLC0415

    return delimited(format_.value, view.columns(), view.records())


def _as_json(view: View, format_: Format) -> str:
    from ordos_targets.report.jsontext import dumps  # noqa: PLC0415

    if format_ is Format.JSON:
        return f"{dumps(view.document())}\n"
    return "".join(f"{dumps(line, indent=None)}\n" for line in view.lines())
