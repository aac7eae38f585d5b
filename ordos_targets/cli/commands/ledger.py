"""`ledger`: a ledger that many share, in PostgreSQL."""

from __future__ import annotations

from typing import Annotated

import typer

from ordos_targets.cli.globals import Command, Group, command_app, session_of
from ordos_targets.cli.granted import granted_lines, set_up_line
from ordos_targets.locale import _
from ordos_targets.usecases.shared import GrantRequest, set_up_ledger
from ordos_targets.usecases.shared import grant as grant_rights

app = command_app()

Url = Annotated[
    str | None,
    typer.Argument(metavar="[URL]", help=_("postgresql://USER@HOST/DATABASE; else the ledger in use.")),
]
Role = Annotated[
    str, typer.Option("--role", metavar="NAME", help=_("The role, as PostgreSQL knows it; it must exist."))
]
Districts = Annotated[
    list[str] | None,
    typer.Option(
        "--district", metavar="DISTRICT", help=_("It may record for this district, and sees it; may be repeated.")
    ),
]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", metavar="OWNER", help=_("It may record for the targets of this owner; may be repeated.")),
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help=_("It sees everything."))]
Everything = Annotated[bool, typer.Option("--all", help=_("It may record everything, and sign for others."))]
Nothing = Annotated[bool, typer.Option("--none", help=_("It may do nothing any more."))]


@app.callback(cls=Group, help=_("A ledger that many share: set it up in PostgreSQL, and say who may record what."))
def ledger() -> None: ...


@app.command(cls=Command, help=_("Set up a ledger in a PostgreSQL database, or bring it up to date."))
def init(ctx: typer.Context, url: Url = None) -> None:
    session = session_of(ctx)
    location = url or session.ledger or session.workspace().goals.ledger
    session.tell_line(set_up_line(*set_up_ledger(location, session.folder)))


@app.command(cls=Command, help=_("Say what a role may do in the shared ledger, in place of what it might do before."))
def grant(  # noqa: PLR0913, PLR0917 - the options of the contract
    ctx: typer.Context,
    role: Role,
    url: Url = None,
    district: Districts = None,
    owner: Owners = None,
    read_only: ReadOnly = False,  # noqa: FBT002 - Typer's way to say a flag
    everything: Everything = False,  # noqa: FBT002
    nothing: Nothing = False,  # noqa: FBT002
) -> None:
    session = session_of(ctx)
    session.ledger = url or session.ledger
    request = GrantRequest(
        role=role, districts=tuple(district or ()), owners=tuple(owner or ()), read_only=read_only,
        everything=everything, none=nothing,
    )  # fmt: skip
    for line in granted_lines(grant_rights(session.workspace(), request)):
        session.tell_line(line)
