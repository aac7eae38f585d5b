"""`void`: an entry is cancelled."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.entries import print_change
from ordos_targets.cli.grammar import command
from ordos_targets.cli.options import ENTRY, By, DryRun, Last, WhichEntry, Why, entry_and_value
from ordos_targets.cli.session import Session, author
from ordos_targets.domain.errors import N_
from ordos_targets.usecases.record import Correction
from ordos_targets.usecases.record import void as void_entry


@command(N_("Cancel an entry; it stays on record, and no longer counts."))
def void(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    entry: Annotated[str | None, ENTRY] = None,
    why: Why = "",
    last: Last = False,  # noqa: FBT002 - a flag on the command line
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
) -> None:
    named, extra = entry_and_value(entry, None, last=last)
    if extra is not None:  # `void 3 --last` must not cancel another entry than 3
        raise WhichEntry
    workspace = session.workspace()
    correction = Correction(entry=named, why=why, by=by or author(workspace.ledger), dry_run=dry_run)
    print_change(session, void_entry(workspace, correction))
