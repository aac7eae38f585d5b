"""`status`: the gap-to-target table."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGETS, AsOf, District, FormatOption, KnownAt, Output, statuses_in
from ordos_targets.domain.errors import ExitCode
from ordos_targets.domain.figures import Grouping
from ordos_targets.locale import _
from ordos_targets.report.view import Format
from ordos_targets.report.views import status_view
from ordos_targets.usecases.status import StatusRequest
from ordos_targets.usecases.status import status as report_status

app = command_app()

Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help=_("Add what changed since the end of this day."))
]
GroupBy = Annotated[Grouping | None, typer.Option("--by", help=_("Group the rows."))]
Only = Annotated[
    str | None,
    typer.Option("--only", metavar="STATUS,…", help=_("Only targets in these statuses, such as lagging,behind.")),
]
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
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    session = session_of(ctx)
    failing = statuses_in(fail_on)
    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district, by=by,
        only=statuses_in(only),
    )  # fmt: skip
    report = report_status(session.workspace(), request)
    if nagios_line:
        from ordos_targets.report.nagios import nagios  # noqa: PLC0415 - for monitors only

        raise typer.Exit(session.say_line(*nagios(report)))
    if report.rows or output or format_ is not Format.TABLE or not session.quiet:
        session.publish(status_view(report), format_, output)
    if failing & report.occurring:
        raise typer.Exit(ExitCode.FAIL_ON)
