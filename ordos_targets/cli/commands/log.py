"""`log`: the entries."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGETS, District, FormatOption, Output
from ordos_targets.locale import _
from ordos_targets.report.view import Format
from ordos_targets.report.views import log_view
from ordos_targets.usecases.log import LogRequest
from ordos_targets.usecases.log import log as list_entries

app = command_app()

Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help=_("Only figures of this day and later."))]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("Only figures of this day and earlier."))]
Author = Annotated[str | None, typer.Option("--by", metavar="NAME", help=_("Only what this person recorded."))]
All = Annotated[bool, typer.Option("--all", help=_("Also what was cancelled, and what cancelled it."))]
Count = Annotated[int | None, typer.Option("-n", min=1, metavar="COUNT", help=_("Only the newest so many."))]


@app.command(cls=Command, help=_("The entries, oldest first."))
def log(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    targets: Annotated[list[str] | None, TARGETS] = None,
    since: Since = None,
    until: Until = None,
    district: District = None,
    by: Author = None,
    everything: All = False,  # noqa: FBT002 - Typer's way to say a flag
    count: Count = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    session = session_of(ctx)
    workspace = session.workspace()
    request = LogRequest(
        targets=targets or (), since=since, until=until, district=district, by=by, cancelled=everything, count=count
    )
    listed, head = list_entries(workspace, request)
    lines = [(one.entry, one.cancelled_by) for one in listed]
    session.publish(log_view(lines, workspace.goals, (head.entries, head.hash)), format_, output)
