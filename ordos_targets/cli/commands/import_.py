"""`import`: a file of entries."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.exchange import import_file
from ordos_targets.cli.grammar import Argument, Option, command
from ordos_targets.cli.options import By, Day, District, DryRun, Force, ToDate
from ordos_targets.cli.session import Session, author
from ordos_targets.domain.errors import N_
from ordos_targets.readers.read_rows import EntryFormat
from ordos_targets.report.changes import import_table
from ordos_targets.usecases.import_entries import ImportRequest, folder_of
from ordos_targets.usecases.row_parser import Defaults

File = Annotated[str, Argument("FILE", text=N_("The file; - is standard input."), show_default=False)]
FileFormat = Annotated[
    EntryFormat | None,
    Option("--format", text=N_("What the file is; else what its name says."), show_default=False),
]
Wide = Annotated[bool, Option("--wide", text=N_("One row a target, one column a month, a period or a district."))]
Sheet = Annotated[
    str | None, Option("--sheet", metavar="NAME", text=N_("The sheet of a workbook; the first if left out."))
]
Ignore = Annotated[
    list[str] | None, Option("--ignore", metavar="COLUMN", text=N_("A column not to read; may be repeated."))
]
Amend = Annotated[
    bool, Option("--amend", text=N_("Where the ledger has a row's uid with other data, correct it; needs --why."))
]
Why = Annotated[str, Option("--why", metavar="TEXT", text=N_("The reason for corrections."), show_default=False)]


@command(N_("Import a file of entries: all of it or nothing, and nothing twice."))
def import_(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    file: File,
    format_: FileFormat = None,
    wide: Wide = False,  # noqa: FBT002 - a flag on the command line
    sheet: Sheet = None,
    ignore: Ignore = None,
    date: Day = None,
    district: District = None,
    to_date: ToDate = False,  # noqa: FBT002
    by: By = None,
    amend: Amend = False,  # noqa: FBT002
    why: Why = "",
    dry_run: DryRun = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
) -> None:
    workspace = session.workspace()
    folder, by = folder_of(file, session.folder), by or author(workspace.ledger)
    defaults = Defaults(date=date, district=district, to_date=to_date, by=by, folder=folder)
    request = ImportRequest(
        format=format_, wide=wide, sheet=sheet, ignore=tuple(ignore or ()), defaults=defaults, amend=amend, why=why,
        dry_run=dry_run, force=force,
    )  # fmt: skip
    session.tell(import_table(import_file(session, workspace, file, request)))
