"""`export`: the ledger as a file that `import` reads back."""

from __future__ import annotations

from typing import Annotated

from ordos_targets.cli.exchange import export_format, publish_entries, salvaged
from ordos_targets.cli.grammar import Option, command
from ordos_targets.cli.options import TARGETS, Output
from ordos_targets.cli.session import Session
from ordos_targets.domain.errors import N_
from ordos_targets.readers.read_rows import EntryFormat
from ordos_targets.usecases.export import export as export_entries

FileFormat = Annotated[
    EntryFormat | None,
    Option("--format", text=N_("What to write; else what the file's name says, or csv."), show_default=False),
]
Excel = Annotated[bool, Option("--excel", text=N_("CSV that Excel opens with its Chinese whole."))]

Salvage = Annotated[bool, Option("--salvage", text=N_("Whatever can still be read of a damaged ledger."))]


@command(N_("Export the ledger, voids and all, as a file that import reads back."))
def export(  # noqa: PLR0913, PLR0917 - the options of the contract
    session: Session,
    targets: Annotated[list[str] | None, TARGETS] = None,
    format_: FileFormat = None,
    excel: Excel = False,  # noqa: FBT002 - a flag on the command line
    rescue: Salvage = False,  # noqa: FBT002
    output: Output = None,
) -> None:
    workspace = session.workspace()
    entries = salvaged(workspace) if rescue else export_entries(workspace, targets or ())
    publish_entries(session, entries, export_format(output, format_), output, excel=excel)
