"""`report`: the status as a document."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.options import TARGETS, AsOf, District, KnownAt, Only, Output, Since, statuses_in
from ordos_targets.cli.session import Session
from ordos_targets.cli.statuses import format_for, publish_document
from ordos_targets.domain.errors import N_
from ordos_targets.report.formats import DocumentFormat
from ordos_targets.usecases.status import StatusRequest

FileFormat = Annotated[
    DocumentFormat | None,
    Option("--format", text=N_("What to write; else what the file's name says, or html."), show_default=False),
]


@command(N_("The status as a document: a web page, a workbook, for a chat or a monitor."))
def report(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    targets: Annotated[list[str] | None, TARGETS] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    district: District = None,
    only: Only = None,
    format_: FileFormat = None,
    output: Output = None,
) -> None:
    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district, only=statuses_in(only)
    )
    publish_document(session, request, format_ or format_for(output), output)
