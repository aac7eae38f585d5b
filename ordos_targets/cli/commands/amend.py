"""`amend`: an entry is cancelled and written anew."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.entries import print_change, with_confirmation
from ordos_targets.cli.grammar import Argument, Option, command
from ordos_targets.cli.options import (
    ENTRY,
    By,
    District,
    DryRun,
    Evidence,
    Force,
    Last,
    Note,
    ToDate,
    Why,
    entry_and_value,
)
from ordos_targets.cli.session import Session, author
from ordos_targets.domain.errors import N_
from ordos_targets.usecases.record import Correction
from ordos_targets.usecases.record import amend as amend_entry

Value = Annotated[
    str | None,
    Argument("[VALUE]", text=N_("The right figure; the old one if left out."), show_default=False),
]
Day = Annotated[
    str | None,
    Option("--date", metavar="DATE", text=N_("The day the figure speaks of; as it was if left out.")),
]
Estimate = Annotated[
    bool | None,
    Option(
        "--estimate/--final", text=N_("Whether the figure is provisional; as it was if left out."), show_default=False
    ),
]


@command(N_("Correct an entry: cancel it and write it anew, both on record."))
def amend(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    entry: Annotated[str | None, ENTRY] = None,
    value: Value = None,
    why: Why = "",
    last: Last = False,  # noqa: FBT002 - a flag on the command line
    date: Day = None,
    to_date: ToDate = False,  # noqa: FBT002
    district: District = None,
    estimate: Estimate = None,
    note: Note = None,
    evidence: Evidence = None,
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
) -> None:
    workspace = session.workspace()
    entry, value = entry_and_value(entry, value, last=last)
    correction = Correction(
        entry=entry, value=value, why=why, by=by or author(workspace.ledger), date=date, to_date=to_date,
        district=district, estimate=estimate, note=note, evidence=evidence, dry_run=dry_run, force=force,
    )  # fmt: skip
    print_change(session, with_confirmation(lambda one: amend_entry(workspace, one, session.folder), correction))
