"""`show`: one target in full."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.options import TARGET, AsOf, District, FormatOption, KnownAt, Output
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.report.formats import Format
from ordos_targets.report.show import show_view
from ordos_targets.usecases.status import StatusRequest
from ordos_targets.usecases.status import show as show_target

Explain = Annotated[bool, Option("--explain", text=N_("Write out every formula with its numbers and entries."))]


@command(N_("One target: definition, districts, history, entries and source."))
def show(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    target: Annotated[str, TARGET],
    explain: Explain = False,  # noqa: FBT002 - a flag on the command line
    as_of: AsOf = None,
    known_at: KnownAt = None,
    district: District = None,
    format_: FormatOption = Format.TABLE,
    output: Output = None,
) -> None:
    request = StatusRequest(as_of=as_of, known_at=known_at, district=district)
    portrait = show_target(session.workspace(), target, request)
    session.write_result(show_view(portrait, explain=explain), format_, output)
