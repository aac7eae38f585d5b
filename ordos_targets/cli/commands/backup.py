"""`backup`: a copy of the ledger."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Argument, command
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_

File = Annotated[str, Argument("FILE", text=N_("The copy; - is stdout."), show_default=False)]


@command(N_("Copy the ledger, as it is at one moment, while others go on writing."))
def backup(session: Session, file: File) -> None:
    session.publish_content(session.workspace().ledger.copy(), file, binary=True, private=True)
