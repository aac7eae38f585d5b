"""`check`: whether targets.toml is valid, and the ledger fits it."""

from __future__ import annotations

from ordos_targets.cli.grammar import command
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.locale import _
from ordos_targets.usecases.setup import check as check_everything


@command(N_("Check the targets file, and the ledger against it."))
def check(session: Session) -> None:
    workspace = session.workspace()
    found = check_everything(workspace)
    told = _("{file} is valid: {targets} targets, {districts} districts; the ledger fits it ({entries} entries).")
    facts = {"targets": found.targets, "districts": found.districts, "entries": found.entries}
    session.tell_line(told.format(file=workspace.targets_file, **facts))
