"""The formats of results, and the view of a result that becomes any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ordos_targets.domain.burnup import ReportBundle
    from ordos_targets.report.burnup_chart import Chart
    from ordos_targets.report.output import Content
    from ordos_targets.report.table import Table


class Format(StrEnum):
    """The formats of every command that lists something."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


class DocumentFormat(StrEnum):
    """The formats of a document about the status, for people, an office suite or a monitor."""

    HTML = "html"
    MARKDOWN = "markdown"
    XLSX = "xlsx"
    PROMETHEUS = "prometheus"


class StatusFormat(StrEnum):
    """The formats of a status: those of a list, and those of a document."""

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
        """The document format of this name; None for the format of a list."""
        return DocumentFormat(self.value) if self.value in set(DocumentFormat) else None


class View(NamedTuple):
    """A result, computed for a format only when that format is asked for.

    Attributes:
        tables: Returns the tables and charts that people read.
        document: Returns the JSON; a long list in it can be an iterator.
        lines: Returns the objects of JSON Lines.
        records: Returns the rows of CSV and TSV.
        columns: Returns the columns of CSV and TSV.
    """

    tables: Callable[[], Sequence[Table | Chart]]
    document: Callable[[], Mapping[str, object]]
    lines: Callable[[], Iterable[object]]
    records: Callable[[], Iterable[Mapping[str, object]]]
    columns: Callable[[], Sequence[str]]


def render_text(view: View, format_: Format) -> Content:
    """Return `view` as the text of a file or pipe, ending in a newline. Each run loads only the writer it needs."""
    if format_ is Format.TABLE:
        from ordos_targets.report.terminal import render  # noqa: PLC0415

        return render(view.tables())
    from ordos_targets.report.serialize import delimited_lines, dumps, json_pieces  # noqa: PLC0415

    if format_ is Format.JSON:
        return json_pieces(view.document())
    if format_ is Format.JSONL:
        return (f"{dumps(line, indent=None)}\n" for line in view.lines())
    return delimited_lines(format_.value, view.columns(), view.records())


# The most entries that the sheet of a workbook lists; `export` has them all.
LISTED_ENTRIES = 10_000


def needs(format_: DocumentFormat) -> tuple[bool, int]:
    """Return what a document shows beside the report: whether the burn-ups, and how many entries at most."""
    return format_ is DocumentFormat.HTML, LISTED_ENTRIES if format_ is DocumentFormat.XLSX else 0


def render_document(bundle: ReportBundle, format_: DocumentFormat) -> str | bytes:
    """Return the whole document: text that ends in a newline, or the bytes of a workbook. Raises ExtraMissing."""
    if format_ is DocumentFormat.HTML:
        from ordos_targets.report.html import html  # noqa: PLC0415

        return html(bundle)
    if format_ is DocumentFormat.XLSX:
        from ordos_targets.report.xlsx import workbook  # noqa: PLC0415

        return workbook(bundle)
    if format_ is DocumentFormat.PROMETHEUS:
        from ordos_targets.report.prometheus import prometheus  # noqa: PLC0415

        return prometheus(bundle.report)
    from ordos_targets.report.markdown import markdown  # noqa: PLC0415

    return markdown(bundle.report)
