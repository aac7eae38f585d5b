"""Commands that write an entry: record, amend, void."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ordos_targets.cli.completion import complete_item
from ordos_targets.cli.options import TARGET, By, Day, DistrictOption, DryRun, EntryArgument, Force, ToDate
from ordos_targets.cli.session import Session, author, is_interactive, session_of
from ordos_targets.domain.errors import N_, UsageError
from ordos_targets.locale import _, translate

if TYPE_CHECKING:
    from ordos_targets.domain.assessment import EntryChange
    from ordos_targets.usecases.record import CorrectionRequest, RecordRequest

Request = TypeVar("Request", "RecordRequest", "CorrectionRequest")

Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=N_("Note to store with the entry."))]
Evidence = Annotated[
    str | None,
    typer.Option(
        "--evidence", metavar="FILE|URL", help=N_("Evidence for the figure: a URL, or a file, whose SHA-256 is stored.")
    ),
]
Why = Annotated[
    str, typer.Option("--why", metavar="TEXT", show_default=False, help=N_("The reason for the correction."))
]
Last = Annotated[bool, typer.Option("--last", help=N_("The latest entry that is not cancelled."))]


class WhichEntry(UsageError):
    code = "which_entry"
    template = N_("No entry given; give its number (see `ordos-targets log`), or only --last.")


def record(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    target: Annotated[str | None, TARGET],
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE",
            autocompletion=complete_item,
            show_default=False,
            help=N_("Figure, such as 2, 183/651 or 20%, or the name of a finished item."),
        ),
    ],
    date: Day = None,
    to_date: ToDate = False,
    district: DistrictOption = None,
    estimate: Annotated[bool, typer.Option("--estimate", help=N_("The figure is provisional."))] = False,
    note: Note = None,
    evidence: Evidence = None,
    by: By = None,
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    from ordos_targets.usecases.record import RecordRequest
    from ordos_targets.usecases.record import record as record_entry

    session = session_of(context)
    workspace = session.workspace()
    request = RecordRequest(
        target=target or "", value=value or "", date=date, to_date=to_date, district=district, estimate=estimate,
        note=note, evidence=evidence, by=by or author(workspace.ledger), dry_run=dry_run, force=force,
    )  # fmt: skip
    if not (request.target and request.value) and is_interactive():
        from ordos_targets.cli.prompts import prompt_missing

        request = prompt_missing(workspace, request)
    _write(session, request, lambda confirmed: record_entry(workspace, confirmed, session.folder))


def amend(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    entry: EntryArgument = None,
    value: Annotated[
        str | None,
        typer.Argument(metavar="[VALUE]", show_default=False, help=N_("Correct figure (default: unchanged).")),
    ] = None,
    why: Why = "",
    last: Last = False,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help=N_("Date of the figure (default: unchanged).")),
    ] = None,
    to_date: ToDate = False,
    district: DistrictOption = None,
    estimate: Annotated[
        bool | None,
        typer.Option(
            "--estimate/--final",
            show_default=False,
            help=N_("Whether the figure is provisional (default: unchanged)."),
        ),
    ] = None,
    note: Note = None,
    evidence: Evidence = None,
    by: By = None,
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    from ordos_targets.usecases.record import CorrectionRequest
    from ordos_targets.usecases.record import amend as amend_entry

    session = session_of(context)
    workspace = session.workspace()
    entry, value = _entry_and_value(entry, value, last=last)
    correction = CorrectionRequest(
        entry=entry, value=value, why=why, by=by or author(workspace.ledger), date=date, to_date=to_date,
        district=district, estimate=estimate, note=note, evidence=evidence, dry_run=dry_run, force=force,
    )  # fmt: skip
    _write(session, correction, lambda confirmed: amend_entry(workspace, confirmed, session.folder))


def void(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    entry: EntryArgument = None,
    why: Why = "",
    last: Last = False,
    by: By = None,
    dry_run: DryRun = False,
) -> None:
    from ordos_targets.usecases.record import CorrectionRequest
    from ordos_targets.usecases.record import void as void_entry

    session = session_of(context)
    entry, value = _entry_and_value(entry, None, last=last)
    if value is not None:  # `void 3 --last` must not cancel another entry than 3
        raise WhichEntry
    workspace = session.workspace()
    correction = CorrectionRequest(entry=entry, why=why, by=by or author(workspace.ledger), dry_run=dry_run)
    _write(session, correction, lambda confirmed: void_entry(workspace, confirmed))


def _entry_and_value(entry: str | None, value: str | None, *, last: bool) -> tuple[str | None, str | None]:
    """Return the entry (None: the newest) and the value that two optional arguments mean.

    Under --last the one argument is the value. Raises WhichEntry.
    """
    if not last and entry is not None:
        return entry, value
    if last and value is None:
        return None, entry
    raise WhichEntry


def _write(session: Session, request: Request, write: Callable[[Request], "EntryChange"]) -> None:
    """Write an entry and print what it changes; at a terminal ask about a doubtful figure, and force it on a yes."""
    from ordos_targets.report.changes import change_lines
    from ordos_targets.usecases.record import ConfirmationRequired

    try:
        change = write(request)
    except ConfirmationRequired as failure:
        if not is_interactive():
            raise
        from ordos_targets.cli.prompts import confirm

        confirm(map(translate, failure.doubts), _("Record it anyway?"))
        change = write(request._replace(force=True))
    session.print_lines(*change_lines(change))
