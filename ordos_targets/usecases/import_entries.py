"""Importing a file: its rows become entries, all of them in one transaction or none.

The stages, each of which hands on what the next one needs: the readers turn bytes into cells and rows, the parser rows
into entries, the plan compares these with the ledger and with each other, its problems and doubts are raised, and what
is left is appended. A dry run ends before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple, TypeVar

from ordos_targets.domain.assessment import Imported
from ordos_targets.domain.errors import UsageError
from ordos_targets.readers.headings import WideContext
from ordos_targets.readers.read_rows import EntryFormat, entry_format, read_rows
from ordos_targets.readers.rows import InvalidImport, RowProblem
from ordos_targets.readers.source import STDIN, Source
from ordos_targets.readers.table import TableOptions
from ordos_targets.store.ledger import Reader, Writer
from ordos_targets.usecases.entry_checks import clean_text, recording_time
from ordos_targets.usecases.import_plan import ROWS_AT_ONCE, Correction, ImportPlan
from ordos_targets.usecases.record import WhyMissing
from ordos_targets.usecases.row_parser import Defaults, RowParser, parse_rows
from ordos_targets.usecases.workspace import Workspace

ROWS_BETWEEN_SIGNS = 2_000

T = TypeVar("T")
Progress = Callable[[int, int], None]


class ImportRequest(NamedTuple):
    """What to import and how.

    Attributes:
        format: The format, None for the one that the file's name stands for.
        wide: Whether the file is a table with a column for each month, period or district.
        sheet: The sheet of a workbook, None for the first.
        ignore: Headings of columns not to read.
        defaults: What rows get that do not say it themselves.
        amend: Whether rows with other data than the entry of their uid correct it.
        why: The reason for corrections.
        force: Whether figures that look like slips are taken.
        dry_run: Whether nothing is written.
    """

    format: EntryFormat | None = None
    wide: bool = False
    sheet: str | None = None
    ignore: tuple[str, ...] = ()
    defaults: Defaults = Defaults()
    amend: bool = False
    why: str = ""
    force: bool = False
    dry_run: bool = False


def import_entries(workspace: Workspace, source: Source, request: ImportRequest, progress: Progress) -> Imported:
    """Import the rows of `source`, or nothing.

    Args:
        workspace: The goals and their ledger.
        source: The open file.
        request: How it is imported.
        progress: Called now and then with the number of bytes read and of all bytes.

    Raises:
        InvalidImport: With every row that cannot be an entry.
        DoubtfulImport: With the rows that look like slips, unless `force` is set.
        WhyMissing: Where corrections are wanted without a reason.
        InvalidData: Where the file cannot be read, or its headings do not fit.
    """
    if request.amend and clean_text(request.why) is None:
        raise WhyMissing
    if request.dry_run:
        with workspace.ledger.reading() as reader:
            return _outcome(source, request, _plan(workspace, reader, source, request, progress))
    with workspace.ledger.writing() as writer:
        plan = _plan(workspace, writer, source, request, progress)
        _append(workspace, writer, plan, source, force=request.force)
        return _outcome(source, request, plan)


def _plan(
    workspace: Workspace, reader: Reader, source: Source, request: ImportRequest, progress: Progress
) -> ImportPlan:
    """Return what an import does. Raise what `import_entries` raises."""
    wide = WideContext(workspace.goals.districts, workspace.today, workspace.goals.period.end.year)
    options = TableOptions(request.ignore, wide if request.wide else None)
    rows = read_rows(source, entry_format(source.name, request.format), options, request.sheet)
    origin = origin_of(source.name)
    parser = RowParser(workspace, request.defaults._replace(origin=origin), reader)
    plan = ImportPlan(
        workspace,
        reader,
        file=source.name,
        origin=origin,
        correction=Correction(clean_text(request.why), request.defaults.by) if request.amend else None,
        force=request.force,
    )
    plan.add(parse_rows(source.name, _with_progress(rows, source, progress), parser))
    plan.finish()
    return plan


def _with_progress(rows: Iterable[T], source: Source, progress: Progress) -> Iterator[T]:
    for number, row in enumerate(rows):
        if number % ROWS_BETWEEN_SIGNS == 0:
            progress(source.position, source.size)
        yield row
    progress(source.size, source.size)


def _append(workspace: Workspace, writer: Writer, plan: ImportPlan, source: Source, *, force: bool) -> None:
    """Append the entries of a plan, recorded at one moment. Raise InvalidImport where the ledger refuses one."""
    now = recording_time(workspace.clock(), writer.head, insisted=force)
    entries = iter(plan.entries)
    while some := list(islice(entries, ROWS_AT_ONCE)):
        try:
            writer.append_many([(draft, recorded_at or now, uid) for draft, uid, recorded_at in some])
        except UsageError as error:
            problem = RowProblem(source.name, None, None, None, error.message)
            raise InvalidImport(source.name, 1, (problem,)) from error


def _outcome(source: Source, request: ImportRequest, plan: ImportPlan) -> Imported:
    return Imported(source.name, plan.added, plan.amended, plan.known, tuple(plan.moves()), kept=not request.dry_run)


def origin_of(file: str) -> str:
    """Return where the entries of a file come from; bytes of its name that are no UTF-8 are written as codes."""
    return f"import:{PurePath(file).name}".encode(errors="backslashreplace").decode()


def folder_of(name: str, folder: Path) -> Path:
    """Return where the evidence lies that a file names: beside it."""
    return folder if name == STDIN else (folder / name).parent
