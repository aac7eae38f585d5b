"""`show`: one target in full."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, command_app, session_of
from ordos_targets.cli.options import TARGET, AsOf, District, FormatOption, KnownAt, Output
from ordos_targets.locale import _
from ordos_targets.report.show_view import show_view
from ordos_targets.report.view import Format
from ordos_targets.usecases.show import show as show_target
from ordos_targets.usecases.status import StatusRequest

app = command_app()

Explain = Annotated[bool, typer.Option("--explain", help=_("Write out every formula with its numbers and entries."))]


@app.command(cls=Command, help=_("One target: definition, districts, history, entries and source."))
def show(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    target: Annotated[str, TARGET],
    explain: Explain = False,  # noqa: FBT002 - Typer's way to say a flag
    as_of: AsOf = None,
    known_at: KnownAt = None,
    district: District = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    session = session_of(ctx)
    request = StatusRequest(as_of=as_of, known_at=known_at, district=district)
    portrait = show_target(session.workspace(), target, request)
    session.publish(show_view(portrait, explain=explain), format_, output)
