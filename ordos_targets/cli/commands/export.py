"""`export`: the ledger as a file that `import` reads back."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.exchange import export_format, publish_entries, salvaged
from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGETS, Output
from ordos_targets.intake.read import EntryFormat
from ordos_targets.locale import _
from ordos_targets.usecases.export import export as export_entries

app = command_app()

FileFormat = Annotated[
    EntryFormat | None,
    typer.Option("--format", help=_("What to write; else what the file's name says, or csv."), show_default=False),
]
Excel = Annotated[bool, typer.Option("--excel", help=_("CSV that Excel opens with its Chinese whole."))]

Salvage = Annotated[bool, typer.Option("--salvage", help=_("Whatever can still be read of a damaged ledger."))]


@app.command(cls=Command, help=_("Export the ledger, voids and all, as a file that import reads back."))
def export(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    targets: Annotated[list[str] | None, TARGETS] = None,
    format_: FileFormat = None,
    excel: Excel = False,  # noqa: FBT002 - Typer's way to say a flag
    rescue: Salvage = False,  # noqa: FBT002
    output: Output = None,
) -> None:
    session = session_of(ctx)
    workspace = session.workspace()
    entries = salvaged(workspace) if rescue else export_entries(workspace, targets or ())
    publish_entries(session, entries, export_format(output, format_), output, excel=excel)
