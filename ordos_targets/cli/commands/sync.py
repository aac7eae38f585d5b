"""`sync`: entries are exchanged with another ledger."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.exchange import progress_bar
from ordos_targets.cli.grammar import Argument, command
from ordos_targets.cli.options import DryRun, FormatOption
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.report.changes import sync_table, sync_view
from ordos_targets.report.formats import Format
from ordos_targets.store.open import open_ledger
from ordos_targets.usecases.sync import sync as exchange

Other = Annotated[
    str, Argument("URL", text=N_("The other ledger: a URL, or a file."), show_default=False)
]  # fmt: skip


@command(N_("Exchange entries with another ledger: each gets what it lacks, nothing twice."))
def sync(
    session: Session,
    other: Other,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag on the command line
    format_: FormatOption = Format.TABLE,
) -> None:
    workspace = session.workspace()
    with progress_bar(session) as progress:
        done = exchange(workspace, open_ledger(other, session.folder), progress, dry_run=dry_run)
    if format_ is Format.TABLE and not done.conflicts:
        session.tell(sync_table(done, workspace.goals.targets))  # what was done, which --quiet does not want
    else:
        session.write_result(sync_view(done, workspace.goals.targets), format_)
    done.insist()
