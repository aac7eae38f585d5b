"""`void`: an entry is cancelled."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.entries import tell_change
from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import ENTRY, By, DryRun, Last, WhichEntry, Why, entry_and_value
from ordos_targets.cli.session import author
from ordos_targets.locale import _
from ordos_targets.usecases.correct import Correction
from ordos_targets.usecases.correct import void as void_entry

app = command_app()


@app.command(cls=Command, help=_("Cancel an entry; it stays on record, and no longer counts."))
def void(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    entry: Annotated[str | None, ENTRY] = None,
    why: Why = "",
    last: Last = False,  # noqa: FBT002 - Typer's way to say a flag
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    session = session_of(ctx)
    named, extra = entry_and_value(entry, None, last=last)
    if extra is not None:  # `void 3 --last` must not cancel another entry than 3
        raise WhichEntry
    workspace = session.workspace()
    correction = Correction(entry=named, why=why, by=by or author(workspace.ledger), dry_run=dry_run)
    tell_change(session, void_entry(workspace, correction))
