"""`check`: whether targets.toml is valid, and the ledger fits it."""

from __future__ import annotations

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.locale import _
from ordos_targets.usecases.check import check as check_everything

app = command_app()


@app.command(cls=Command, help=_("Check the targets file, and the ledger against it."))
def check(ctx: typer.Context) -> None:
    session = session_of(ctx)
    workspace = session.workspace()
    found = check_everything(workspace)
    told = _("{file} is valid: {targets} targets, {districts} districts; the ledger fits it ({entries} entries).")
    facts = {"targets": found.targets, "districts": found.districts, "entries": found.entries}
    session.tell_line(told.format(file=workspace.targets_file, **facts))
