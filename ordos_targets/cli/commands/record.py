"""`record`: one entry."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.entries import print_change, with_confirmation
from ordos_targets.cli.grammar import Argument, Option, command
from ordos_targets.cli.options import TARGET, By, Day, District, DryRun, Evidence, Force, Note, ToDate
from ordos_targets.cli.questions import prompt_missing
from ordos_targets.cli.session import Session, author
from ordos_targets.domain.errors import N_
from ordos_targets.usecases.record import RecordRequest
from ordos_targets.usecases.record import record as record_entry

Value = Annotated[
    str | None,
    Argument(
        "VALUE",
        text=N_("The figure, as 2, 3,200万元, 20%, 183/651, or the name of a finished item."),
        show_default=False,
    ),
]
Estimate = Annotated[bool, Option("--estimate", text=N_("The figure is provisional."))]


@command(
    N_("Record one entry, and print what it changed. At a terminal it asks for what is left out."),
    summary=N_("Record one entry, and print what it changed."),
    asks=True,
)
def record(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    target: Annotated[str | None, TARGET] = None,
    value: Value = None,
    date: Day = None,
    to_date: ToDate = False,  # noqa: FBT002 - a flag on the command line
    district: District = None,
    estimate: Estimate = False,  # noqa: FBT002
    note: Note = None,
    evidence: Evidence = None,
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
) -> None:
    workspace = session.workspace()
    request = RecordRequest(
        target=target or "", value=value or "", date=date, to_date=to_date, district=district, estimate=estimate,
        note=note, evidence=evidence, by=by or author(workspace.ledger), dry_run=dry_run, force=force,
    )  # fmt: skip
    request = prompt_missing(workspace, request)
    print_change(session, with_confirmation(lambda one: record_entry(workspace, one, session.folder), request))
