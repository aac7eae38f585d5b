"""`backup`: a copy of the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.locale import _

app = command_app()

File = Annotated[str, typer.Argument(metavar="FILE", help=_("The copy; - is stdout."), show_default=False)]


@app.command(cls=Command, help=_("Copy the ledger, as it is at one moment, while others go on writing."))
def backup(ctx: typer.Context, file: File) -> None:
    session = session_of(ctx)
    session.publish_content(session.workspace().ledger.copy(), file, binary=True, private=True)
