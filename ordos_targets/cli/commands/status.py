"""`status`: the gap-to-target table."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.options import TARGETS, AsOf, District, KnownAt, Only, Output, Since, statuses_in
from ordos_targets.cli.session import Session
from ordos_targets.cli.statuses import publish_status
from ordos_targets.domain.assessment import Grouping
from ordos_targets.domain.errors import N_, ExitCode
from ordos_targets.report.formats import StatusFormat
from ordos_targets.usecases.status import StatusRequest

StatusFormatOption = Annotated[
    StatusFormat | None,
    Option("--format", text=N_("How to print; else what the file's name says, or table."), show_default=False),
]
GroupBy = Annotated[Grouping | None, Option("--by", text=N_("Group the rows."))]
FailOn = Annotated[
    str | None,
    Option("--fail-on", metavar="STATUS,…", text=N_("Exit with 3 if a target is in one of these statuses.")),
]
Nagios = Annotated[bool, Option("--nagios", text=N_("One line and the exit code of a monitoring plugin."))]


@command(N_("Where each goal stands: the gap-to-target table."))
def status(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    targets: Annotated[list[str] | None, TARGETS] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    district: District = None,
    by: GroupBy = None,
    only: Only = None,
    fail_on: FailOn = None,
    nagios_line: Nagios = False,  # noqa: FBT002 - a flag on the command line
    format_: StatusFormatOption = None,
    output: Output = None,
) -> int:
    failing = statuses_in(fail_on)
    request = StatusRequest(
        targets=targets or (), as_of=as_of, known_at=known_at, since=since, district=district, by=by,
        only=statuses_in(only),
    )  # fmt: skip
    if nagios_line:
        from ordos_targets.cli.statuses import tell_monitor  # noqa: PLC0415 - for monitors only

        return tell_monitor(session, request)
    report = publish_status(session, request, format_, output)
    return ExitCode.FAIL_ON if failing & report.occurring else ExitCode.OK
