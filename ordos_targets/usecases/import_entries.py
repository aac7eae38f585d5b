"""Importing: rows become entries, all of them in one transaction or none; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ordos_targets.domain.assessment import TargetRow
from ordos_targets.readers.read_rows import entry_format, read_rows
from ordos_targets.readers.rows import Rows
from ordos_targets.readers.source import Source
from ordos_targets.readers.table import TableOptions
from ordos_targets.store.scratch import open_tally
from ordos_targets.usecases.correct import WhyMissing
from ordos_targets.usecases.import_alike import Alike
from ordos_targets.usecases.import_heading import heading_reader
from ordos_targets.usecases.import_row import RowReader
from ordos_targets.usecases.import_run import ImportRequest, Run, origin_of
from ordos_targets.usecases.rules import clean_text
from ordos_targets.usecases.workspace import Workspace

ROWS_BETWEEN_SIGNS = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or under `kept` False would do: rows added, amended, and known before.

    `moves` are the rows of the targets it touched, before and after, as of today.
    """

    file: str
    added: int
    amended: int
    known: int
    moves: tuple[tuple[TargetRow, TargetRow], ...]
    kept: bool


def import_entries(workspace: Workspace, source: Source, request: ImportRequest, progress: Progress) -> Imported:
    """Import the rows of `source`; `progress` is told now and then how many bytes of how many have been read.

    Raises InvalidImport with every row that cannot be an entry, DoubtfulImport where rows look like slips (not under
    `force`), WhyMissing, and what reading the file raises; then nothing is written.
    """
    if request.amend and clean_text(request.why) is None:
        raise WhyMissing
    options = TableOptions(ignore=request.ignore, read_heading=heading_reader(workspace) if request.wide else None)
    rows = read_rows(source, entry_format(source.name, request.format), options, request.sheet)
    with open_tally() as tally, workspace.ledger.writing(keep=not request.dry_run) as book:
        run = Run(workspace, request, book, tally, source.name)
        reader = RowReader(workspace, replace(request.defaults, origin=origin_of(source.name)), run.was_recorded)
        alike = Alike(run, workspace, reader, book)
        for number, one in enumerate(rows):
            if isinstance(one, Rows) or number % ROWS_BETWEEN_SIGNS == 0:
                progress(source.position, source.size)
            if isinstance(one, Rows):
                alike.take(one)
            else:
                run.take(one, reader)
        progress(source.size, source.size)
        run.finish()
        return Imported(
            file=source.name,
            added=run.added,
            amended=run.amended,
            known=run.known,
            moves=tuple(run.moves()),
            kept=not request.dry_run,
        )


def folder_of(name: str, folder: Path) -> Path:
    """Where evidence lies that a file names: beside it."""
    return folder if name == "-" else (folder / name).parent
