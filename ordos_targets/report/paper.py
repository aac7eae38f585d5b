"""A briefing as a document; each run loads the one writer it writes with."""

from __future__ import annotations

from ordos_targets.domain.burnup import Briefing
from ordos_targets.report.view import DocumentFormat

# The most entries that the sheet of a workbook lists; `export` has them all.
LISTED_ENTRIES = 10_000


def needs(format_: DocumentFormat) -> tuple[bool, int]:
    """What a document shows beside the report: whether the targets' courses, and how many entries at most."""
    return format_ is DocumentFormat.HTML, LISTED_ENTRIES if format_ is DocumentFormat.XLSX else 0


def paper(briefing: Briefing, format_: DocumentFormat) -> str | bytes:
    """The whole document: text that ends in a newline, or the bytes of a workbook. Raises ExtraMissing."""
    if format_ is DocumentFormat.HTML:
        from ordos_targets.report.html import html  # noqa: PLC0415

        return html(briefing)
    if format_ is DocumentFormat.XLSX:
        from ordos_targets.report.workbook import workbook  # noqa: PLC0415

        return workbook(briefing)
    if format_ is DocumentFormat.PROMETHEUS:
        from ordos_targets.report.prometheus import prometheus  # noqa: PLC0415

        return prometheus(briefing.report)
    from ordos_targets.report.markdown import markdown  # noqa: PLC0415

    return markdown(briefing.report)
