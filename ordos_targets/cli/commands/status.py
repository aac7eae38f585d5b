"""`status`: the gap-to-target table."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGETS, AsOf, District, KnownAt, Only, Output, Since, statuses_in
from ordos_targets.cli.statuses import publish_status
from ordos_targets.domain.errors import ExitCode
from ordos_targets.domain.figures import Grouping
from ordos_targets.locale import _
from ordos_targets.report.view import StatusFormat
from ordos_targets.usecases.status import StatusRequest

app = command_app()

StatusFormatOption = Annotated[
    StatusFormat | None,
    typer.Option("--format", help=_("How to print; else what the file's name says, or table."), show_default=False),
]
GroupBy = Annotated[Grouping | None, typer.Option("--by", help=_("Group the rows."))]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", metavar="STATUS,…", help=_("Exit with 3 if a target is in one of these statuses.")),
]
Nagios = Annotated[bool, typer.Option("--nagios", help=_("One line and the exit code of a monitoring plugin."))]


@app.command(cls=Command, help=_("Where each goal stands: the gap-to-target table."))
def status(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    targets: Annotated[list[str] | None, TARGETS] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    district: District = None,
    by: GroupBy = None,
    only: Only = None,
    fail_on: FailOn = None,
    nagios_line: Nagios = False,  # noqa: FBT002 - Typer's way to say a flag
    format_: StatusFormatOption = None,
    output: Output = None,
) -> None:
    session = session_of(ctx)
    failing = statuses_in(fail_on)
    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district, by=by,
        only=statuses_in(only),
    )  # fmt: skip
    if nagios_line:
        from ordos_targets.cli.statuses import tell_monitor  # noqa: PLC0415 - for monitors only

        raise typer.Exit(tell_monitor(session, request))
    report = publish_status(session, request, format_, output)
    if failing & report.occurring:
        raise typer.Exit(ExitCode.FAIL_ON)
