"""`record`: one entry."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.entries import insisting, tell_change
from ordos_targets.cli.globals import command_app, session_of
from ordos_targets.cli.options import TARGET, By, Day, District, DryRun, Evidence, Force, Note, ToDate
from ordos_targets.cli.questions import AskingCommand, with_answers
from ordos_targets.cli.session import author
from ordos_targets.locale import _
from ordos_targets.usecases.record import RecordRequest
from ordos_targets.usecases.record import record as record_entry

app = command_app()

Value = Annotated[
    str | None,
    typer.Argument(
        metavar="VALUE",
        help=_("The figure, as 2, 3,200万元, 20%, 183/651, or the name of a finished item."),
        show_default=False,
    ),
]
Estimate = Annotated[bool, typer.Option("--estimate", help=_("The figure is provisional."))]


@app.command(
    cls=AskingCommand,
    short_help=_("Record one entry, and print what it changed."),
    help=_("Record one entry, and print what it changed. At a terminal it asks for what is left out."),
)
def record(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    target: Annotated[str | None, TARGET] = None,
    value: Value = None,
    date: Day = None,
    to_date: ToDate = False,  # noqa: FBT002 - Typer's way to say a flag
    district: District = None,
    estimate: Estimate = False,  # noqa: FBT002
    note: Note = None,
    evidence: Evidence = None,
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
) -> None:
    session = session_of(ctx)
    workspace = session.workspace()
    request = RecordRequest(
        target=target or "", value=value or "", date=date, to_date=to_date, district=district, estimate=estimate,
        note=note, evidence=evidence, by=by or author(workspace.ledger), dry_run=dry_run, force=force,
    )  # fmt: skip
    request = with_answers(workspace, request)
    tell_change(session, insisting(lambda one: record_entry(workspace, one, session.folder), request))
