"""`ledger`: a ledger that many share, in PostgreSQL."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Argument, DeclaredGroup, Option, command
from ordos_targets.cli.granted import granted_lines, set_up_line
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.usecases.setup import GrantRequest, set_up_ledger
from ordos_targets.usecases.setup import grant as grant_rights

Url = Annotated[
    str | None,
    Argument("[URL]", text=N_("postgresql://USER@HOST/DATABASE; else the ledger in use.")),
]
Role = Annotated[str, Option("--role", metavar="NAME", text=N_("The role, as PostgreSQL knows it; it must exist."))]
Districts = Annotated[
    list[str] | None,
    Option("--district", metavar="DISTRICT", text=N_("It may record for this district, and sees it; may be repeated.")),
]
Owners = Annotated[
    list[str] | None,
    Option("--owner", metavar="OWNER", text=N_("It may record for the targets of this owner; may be repeated.")),
]
ReadOnly = Annotated[bool, Option("--read-only", text=N_("It sees everything."))]
Everything = Annotated[bool, Option("--all", text=N_("It may record everything, and sign for others."))]
Nothing = Annotated[bool, Option("--none", text=N_("It may do nothing any more."))]


@command(N_("Set up a ledger in a PostgreSQL database, or bring it up to date."))
def init(session: Session, url: Url = None) -> None:
    location = url or session.ledger or session.workspace().goals.ledger
    session.tell_line(set_up_line(*set_up_ledger(location, session.folder)))


@command(N_("Say what a role may do in the shared ledger, in place of what it might do before."))
def grant(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    role: Role,
    url: Url = None,
    district: Districts = None,
    owner: Owners = None,
    read_only: ReadOnly = False,  # noqa: FBT002 - a flag on the command line
    everything: Everything = False,  # noqa: FBT002
    nothing: Nothing = False,  # noqa: FBT002
) -> None:
    session.ledger = url or session.ledger
    request = GrantRequest(
        role=role, districts=tuple(district or ()), owners=tuple(owner or ()), read_only=read_only,
        everything=everything, none=nothing,
    )  # fmt: skip
    for line in granted_lines(grant_rights(session.workspace(), request)):
        session.tell_line(line)


ledger = DeclaredGroup(
    N_("A ledger that many share: set it up in PostgreSQL, and say who may record what."),
    {"init": init, "grant": grant},
)
