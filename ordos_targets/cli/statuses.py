"""The status on its way out, as a list or as a document, for `status` and `report`."""

from __future__ import annotations

from pathlib import PurePath

from ordos_targets.cli.session import Session
from ordos_targets.domain.assessment import StatusReport
from ordos_targets.report.formats import DocumentFormat, Format, StatusFormat, status_view
from ordos_targets.usecases.status import StatusRequest
from ordos_targets.usecases.status import status as report_status

ENDINGS = {
    ".html": DocumentFormat.HTML,
    ".htm": DocumentFormat.HTML,
    ".md": DocumentFormat.MARKDOWN,
    ".markdown": DocumentFormat.MARKDOWN,
    ".xlsx": DocumentFormat.XLSX,
    ".prom": DocumentFormat.PROMETHEUS,
}


def _format_of(output: str | None) -> StatusFormat:
    ending = PurePath(output or "").suffix.lower()
    if ending in ENDINGS:
        return StatusFormat(ENDINGS[ending].value)
    listed = ending.removeprefix(".")
    return StatusFormat(listed) if listed in set(StatusFormat) else StatusFormat.TABLE


def format_for(output: str | None) -> DocumentFormat:
    """The format that a file's name stands for; HTML where it has no ending. Raises UnknownFormat for any other."""
    ending = PurePath(output or "").suffix.lower()
    if ending and ending not in ENDINGS:
        from ordos_targets.readers.read_rows import UnknownFormat  # noqa: PLC0415 - most names end well

        raise UnknownFormat(file=output, formats=[one.value for one in DocumentFormat])
    return ENDINGS.get(ending, DocumentFormat.HTML)


def publish_status(
    session: Session, request: StatusRequest, said: StatusFormat | None, output: str | None
) -> StatusReport:
    """Send the status asked for to `output`; under --quiet a screen's table with no rows is left out.

    The format is the one `said`, else what the file's name stands for, else a table.
    """
    format_ = said or _format_of(output)
    if format_.document:
        return publish_document(session, request, format_.document, output)
    report = report_status(session.workspace(), request)
    if report.rows or output or format_ is not StatusFormat.TABLE or not session.quiet:
        session.write_result(status_view(report), Format(format_.value), output)
    return report


def publish_document(
    session: Session, request: StatusRequest, format_: DocumentFormat, output: str | None
) -> StatusReport:
    """Send the status asked for as a document; under --quiet a Markdown one without rows is left out."""
    from ordos_targets.report.formats import needs, render_document  # noqa: PLC0415 - for documents only
    from ordos_targets.usecases.status import build_report_bundle  # noqa: PLC0415 - the same

    courses, entries = needs(format_)
    briefing = build_report_bundle(session.workspace(), request, courses=courses, entries=entries)
    if briefing.report.rows or output or format_ is not DocumentFormat.MARKDOWN or not session.quiet:
        session.publish_content(render_document(briefing, format_), output)
    return briefing.report


def tell_monitor(session: Session, request: StatusRequest) -> int:
    """Print the line of a monitoring plugin, and hand back its exit code."""
    from ordos_targets.report.nagios import nagios  # noqa: PLC0415 - for monitors only

    return session.say_line(*nagios(report_status(session.workspace(), request)))
