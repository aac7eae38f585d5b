"""`log`: the entries."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.options import TARGETS, District, FormatOption, Output
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.report.entries import log_view
from ordos_targets.report.formats import Format
from ordos_targets.usecases.export import LogRequest
from ordos_targets.usecases.export import log as list_entries

Since = Annotated[str | None, Option("--since", metavar="DATE", text=N_("Only figures of this day and later."))]
Until = Annotated[str | None, Option("--until", metavar="DATE", text=N_("Only figures of this day and earlier."))]
Author = Annotated[str | None, Option("--by", metavar="NAME", text=N_("Only what this person recorded."))]
All = Annotated[bool, Option("--all", text=N_("Also what was cancelled, and what cancelled it."))]
Count = Annotated[int | None, Option("-n", least=1, metavar="COUNT", text=N_("Only the newest so many."))]


@command(N_("The entries, oldest first."))
def log(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    targets: Annotated[list[str] | None, TARGETS] = None,
    since: Since = None,
    until: Until = None,
    district: District = None,
    by: Author = None,
    everything: All = False,  # noqa: FBT002 - a flag on the command line
    count: Count = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    workspace = session.workspace()
    request = LogRequest(
        targets=targets or (), since=since, until=until, district=district, by=by, cancelled=everything, count=count
    )
    listed, head = list_entries(workspace, request)
    lines = [(one.entry, one.cancelled_by) for one in listed]
    session.write_result(log_view(lines, workspace.goals, (head.entries, head.hash)), format_, output)
