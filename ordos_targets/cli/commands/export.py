"""`export`: the ledger as a file that `import` reads back."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.exchange import export_format, publish_entries
from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGETS, Output
from ordos_targets.intake.read import EntryFormat
from ordos_targets.locale import _
from ordos_targets.usecases.export import export as export_entries

app = command_app()

Kind = Annotated[
    EntryFormat | None,
    typer.Option("--format", help=_("What to write; else what the file's name says, or csv."), show_default=False),
]
Excel = Annotated[bool, typer.Option("--excel", help=_("CSV that Excel opens with its Chinese whole."))]


@app.command(cls=Command, help=_("Export the ledger, voids and all, as a file that import reads back."))
def export(
    ctx: typer.Context,
    targets: Annotated[list[str] | None, TARGETS] = None,
    format_: Kind = None,
    excel: Excel = False,  # noqa: FBT002 - Typer's way to say a flag
    output: Output = None,
) -> None:
    session = session_of(ctx)
    entries = export_entries(session.workspace(), targets or ())
    publish_entries(session, entries, export_format(output, format_), output, excel=excel)
