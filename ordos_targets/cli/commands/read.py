"""Commands that show what was recorded: status, show, report, log."""

from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from ordos_targets.cli.completion import complete_status
from ordos_targets.cli.options import TARGET, DistrictOption, FormatOption, Output, TargetsArgument
from ordos_targets.cli.session import Session, session_of
from ordos_targets.domain.assessment import Grouping, Status
from ordos_targets.domain.errors import N_, ExitCode, UsageError
from ordos_targets.report.formats import DocumentFormat, Format, StatusFormat

if TYPE_CHECKING:
    from ordos_targets.domain.assessment import StatusReport
    from ordos_targets.usecases.status import StatusRequest

ENDINGS = {
    ".html": DocumentFormat.HTML,
    ".htm": DocumentFormat.HTML,
    ".md": DocumentFormat.MARKDOWN,
    ".markdown": DocumentFormat.MARKDOWN,
    ".xlsx": DocumentFormat.XLSX,
    ".prom": DocumentFormat.PROMETHEUS,
}

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help=N_("As of the end of this day (default: today)."))
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help=N_("Use only entries recorded by this date or time.")),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help=N_("Show what changed since the end of this day."))
]
Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="STATUS,…",
        autocompletion=complete_status,
        help=N_("Only targets in these statuses, such as lagging,behind."),
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="STATUS,…",
        autocompletion=complete_status,
        help=N_("Exit with 3 if a target is in one of these statuses."),
    ),
]


class UnknownStatus(UsageError):
    code = "unknown_status"
    template = N_("Unknown status “{text}”. Available: {statuses}.")


def status(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    targets: TargetsArgument = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    district: DistrictOption = None,
    by: Annotated[
        Grouping | None, typer.Option("--by", help=N_("Group the rows by district, section, owner or commitment."))
    ] = None,
    only: Only = None,
    fail_on: FailOn = None,
    nagios: Annotated[
        bool, typer.Option("--nagios", help=N_("Print one line and exit as a monitoring plugin does."))
    ] = False,
    format_: Annotated[
        StatusFormat | None,
        typer.Option(
            "--format", show_default=False, help=N_("Output format (default: by the file's name, else table).")
        ),
    ] = None,
    output: Output = None,
) -> int:
    from ordos_targets.usecases.status import StatusRequest

    session = session_of(context)
    failing = parse_statuses(fail_on)
    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district, by=by,
        only=parse_statuses(only),
    )  # fmt: skip
    if nagios:
        return _print_nagios_line(session, request)
    report = _write_status(session, request, format_ or _format_of(output), output)
    return ExitCode.FAIL_ON if failing & report.occurring else ExitCode.OK


def show(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    target: Annotated[str, TARGET],
    explain: Annotated[
        bool, typer.Option("--explain", help=N_("Show every formula with its numbers and entries."))
    ] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    district: DistrictOption = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    from ordos_targets.report.show import show_view
    from ordos_targets.usecases.status import StatusRequest
    from ordos_targets.usecases.status import show as get_detail

    session = session_of(context)
    request = StatusRequest(as_of=as_of, known_at=known_at, district=district)
    detail = get_detail(session.workspace(), target, request)
    session.write_result(show_view(detail, explain=explain), format_, output)


def report(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    targets: TargetsArgument = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    district: DistrictOption = None,
    only: Only = None,
    format_: Annotated[
        DocumentFormat | None,
        typer.Option(
            "--format", show_default=False, help=N_("Report format (default: by the file's name, else html).")
        ),
    ] = None,
    output: Output = None,
) -> None:
    from ordos_targets.usecases.status import StatusRequest

    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district,
        only=parse_statuses(only),
    )  # fmt: skip
    _write_document(session_of(context), request, format_ or _document_format_of(output), output)


def log(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    targets: TargetsArgument = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=N_("Only entries dated on or after this day."))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=N_("Only entries dated on or before this day."))
    ] = None,
    district: DistrictOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help=N_("Only entries recorded by this person."))
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help=N_("Also list cancelled entries and their cancellations."))
    ] = False,
    count: Annotated[
        int | None, typer.Option("-n", min=1, metavar="COUNT", help=N_("List only this many of the latest entries."))
    ] = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    from ordos_targets.report.entries import log_view
    from ordos_targets.usecases.export import LogRequest
    from ordos_targets.usecases.export import log as list_entries

    session = session_of(context)
    workspace = session.workspace()
    request = LogRequest(
        targets=targets or (), since=since, until=until, district=district, by=by, cancelled=everything, count=count
    )
    listed, head = list_entries(workspace, request)
    lines = [(one.entry, one.cancelled_by) for one in listed]
    session.write_result(log_view(lines, workspace.goals, (head.entries, head.hash)), format_, output)


def parse_statuses(text: str | None) -> frozenset[Status]:
    """Parse a comma-separated list of statuses, by their codes or as a screen of either language names them.

    None and an empty text are no statuses. Raises UnknownStatus.
    """
    if not text:
        return frozenset()
    from ordos_targets.locale import _, translations
    from ordos_targets.report.labels import STATUS

    by_word = {word: status for status, label in STATUS.items() for word in {status.value, *translations(label)}}
    statuses = set()
    for part in text.replace("，", ",").replace("、", ",").split(","):
        word = part.strip().lower()
        status = by_word.get(word) or by_word.get(word.replace("-", "_"))
        if word and status is None:
            raise UnknownStatus(text=part.strip(), statuses=[_(label) for label in STATUS.values()])
        if status:
            statuses.add(status)
    return frozenset(statuses)


def _format_of(output: str | None) -> StatusFormat:
    """Return the format that a file's name stands for; a table where it stands for none."""
    ending = PurePath(output or "").suffix.lower()
    if ending in ENDINGS:
        return StatusFormat(ENDINGS[ending].value)
    name = ending.removeprefix(".")
    return StatusFormat(name) if name in set(StatusFormat) else StatusFormat.TABLE


def _document_format_of(output: str | None) -> DocumentFormat:
    """Return the format that a file's name stands for; HTML where it has no ending. Raises UnknownFormat."""
    ending = PurePath(output or "").suffix.lower()
    if ending and ending not in ENDINGS:
        from ordos_targets.readers.read_rows import UnknownFormat

        raise UnknownFormat(file=output, formats=[one.value for one in DocumentFormat])
    return ENDINGS.get(ending, DocumentFormat.HTML)


def _write_status(
    session: Session, request: "StatusRequest", format_: StatusFormat, output: str | None
) -> "StatusReport":
    """Write the status asked for, and return it; under --quiet a screen's table without rows is left out."""
    if format_.document:
        return _write_document(session, request, format_.document, output)
    from ordos_targets.report.status_json import status_view
    from ordos_targets.usecases.status import status as get_status

    report = get_status(session.workspace(), request)
    if report.rows or output or format_ is not StatusFormat.TABLE or not session.quiet:
        session.write_result(status_view(report), Format(format_.value), output)
    return report


def _write_document(
    session: Session, request: "StatusRequest", format_: DocumentFormat, output: str | None
) -> "StatusReport":
    """Write the status asked for as a document, and return it; under --quiet Markdown without rows is left out."""
    from ordos_targets.report.formats import needs, render_document
    from ordos_targets.usecases.status import build_report_bundle

    burn_ups, entries = needs(format_)
    bundle = build_report_bundle(session.workspace(), request, burn_ups=burn_ups, entries=entries)
    if bundle.report.rows or output or format_ is not DocumentFormat.MARKDOWN or not session.quiet:
        session.write_content(render_document(bundle, format_), output)
    return bundle.report


def _print_nagios_line(session: Session, request: "StatusRequest") -> int:
    """Print the line of a monitoring plugin, and return its exit code."""
    from ordos_targets.report.nagios import nagios
    from ordos_targets.report.output import write_stream
    from ordos_targets.usecases.status import status as get_status

    line, code = nagios(get_status(session.workspace(), request))
    write_stream(session.stdout, f"{line}\n")
    return code
