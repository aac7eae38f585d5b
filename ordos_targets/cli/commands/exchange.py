"""Commands that carry entries in and out, and check that the ledger is whole: import, export, backup, sync, verify."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ordos_targets.cli.options import (
    By,
    Day,
    DistrictOption,
    DryRun,
    Force,
    FormatOption,
    Output,
    TargetsArgument,
    ToDate,
)
from ordos_targets.cli.session import Session, author, is_interactive, print_message, session_of
from ordos_targets.domain.errors import N_, fill
from ordos_targets.locale import _
from ordos_targets.readers.read_rows import EntryFormat
from ordos_targets.report.formats import Format
from ordos_targets.report.output import STDOUT

if TYPE_CHECKING:
    from ordos_targets.domain.assessment import Imported
    from ordos_targets.usecases.export import Exported
    from ordos_targets.usecases.import_entries import ImportRequest
    from ordos_targets.usecases.workspace import Workspace


def import_(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help=N_("File to import; - means standard input."))
    ],
    format_: Annotated[
        EntryFormat | None,
        typer.Option("--format", show_default=False, help=N_("Format of the file (default: by its name).")),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option("--wide", help=N_("Wide table: one row per target, one column per month, period or district.")),
    ] = False,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help=N_("Sheet of the workbook (default: the first)."))
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="COLUMN", help=N_("Column to ignore; may be repeated."))
    ] = None,
    date: Day = None,
    district: DistrictOption = None,
    to_date: ToDate = False,
    by: By = None,
    amend: Annotated[
        bool,
        typer.Option(
            "--amend", help=N_("Correct entries that have the same uid but different data in the ledger; needs --why.")
        ),
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", show_default=False, help=N_("The reason for corrections."))
    ] = "",
    dry_run: DryRun = False,
    force: Force = False,
) -> None:
    from ordos_targets.report.exchange import import_table
    from ordos_targets.usecases.import_entries import ImportRequest, folder_of
    from ordos_targets.usecases.row_parser import Defaults

    session = session_of(context)
    workspace = session.workspace()
    folder, by = folder_of(file, session.folder), by or author(workspace.ledger)
    defaults = Defaults(date=date, district=district, to_date=to_date, by=by, folder=folder)
    request = ImportRequest(
        format=format_, wide=wide, sheet=sheet, ignore=tuple(ignore or ()), defaults=defaults, amend=amend, why=why,
        dry_run=dry_run, force=force,
    )  # fmt: skip
    session.print_table(import_table(_import_file(session, workspace, file, request)))


def export(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: typer.Context,
    targets: TargetsArgument = None,
    format_: Annotated[
        EntryFormat | None,
        typer.Option(
            "--format", show_default=False, help=N_("Format of the export (default: by the file's name, else csv).")
        ),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help=N_("CSV that Excel opens with Chinese characters intact."))
    ] = False,
    salvage: Annotated[
        bool, typer.Option("--salvage", help=N_("Export what can still be read from a damaged ledger."))
    ] = False,
    output: Output = None,
) -> None:
    from ordos_targets.readers.read_rows import entry_format
    from ordos_targets.usecases.export import export as export_entries

    session = session_of(context)
    workspace = session.workspace()
    to_file = output not in {None, STDOUT}
    format_ = entry_format(str(output), format_) if to_file else format_ or EntryFormat.CSV
    with _salvaged(workspace) if salvage else export_entries(workspace, targets or ()) as exported:
        _write_entries(session, exported, format_, output, excel=excel)


def backup(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", show_default=False, help=N_("File for the copy; - means standard output."))
    ],
) -> None:
    session = session_of(context)
    session.write_content(session.workspace().ledger.copy(), file, binary=True, private=True)


def sync(
    context: typer.Context,
    other: Annotated[
        str, typer.Argument(metavar="URL", show_default=False, help=N_("The other ledger: a URL, or a file."))
    ],
    dry_run: DryRun = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    from ordos_targets.report.exchange import sync_table, sync_view
    from ordos_targets.store.open import open_ledger
    from ordos_targets.usecases.sync import sync as sync_ledgers

    session = session_of(context)
    workspace = session.workspace()
    with progress_bar(session) as progress:
        done = sync_ledgers(workspace, open_ledger(other, session.folder), progress, dry_run=dry_run)
    if format_ is Format.TABLE and not done.conflicts:
        session.print_table(sync_table(done, workspace.goals.targets))
    else:
        session.write_result(sync_view(done, workspace.goals.targets), format_)
    done.insist()


def verify(
    context: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="HASH", help=N_("Head hash from an earlier report; check that it is still in the ledger.")
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help=N_("File of anchors, or a status as JSON; check that the ledger matches all of it."),
        ),
    ] = None,
    write_anchor: Annotated[
        str | None,
        typer.Option(
            "--write-anchor",
            metavar="FILE",
            help=N_("Write an anchor file, to verify the ledger against later; - means standard output."),
        ),
    ] = None,
) -> None:
    from ordos_targets.usecases.verify import anchor_line, read_anchors
    from ordos_targets.usecases.verify import verify as verify_ledger

    session = session_of(context)
    workspace = session.workspace()
    anchors = read_anchors(session.folder / against) if against else []
    session.protect(*[session.folder / against] if against else [])
    with progress_bar(session) as progress:
        result = verify_ledger(workspace, head=head, anchors=anchors, progress=progress)
    if write_anchor is not None:
        session.write_content(anchor_line(workspace, result), write_anchor)
        return
    whole = fill(
        _("The ledger is intact: {entries:entry|entries}, head {head}."),
        {"entries": result.entries, "head": result.head},
    )
    agreement = fill(_("It matches {anchors:anchor|anchors}."), {"anchors": result.anchors}) if anchors else ""
    session.print_lines(f"{whole} {agreement}".rstrip())


@contextmanager
def progress_bar(session: Session) -> Iterator[Callable[[int, int], None]]:
    """Give what a long run reports its progress to: a bar on stderr where that is a terminal, nothing elsewhere."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda _done, _size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size)


def _import_file(session: Session, workspace: "Workspace", file: str, request: "ImportRequest") -> "Imported":
    """Import a file, or standard input for `-`; at a terminal ask about figures that look like slips."""
    from ordos_targets.locale import translate
    from ordos_targets.readers.source import STDIN, open_source
    from ordos_targets.usecases.import_entries import import_entries
    from ordos_targets.usecases.import_errors import DoubtfulImport

    with open_source(file, session.folder, sys.stdin.buffer) as source:
        try:
            with progress_bar(session) as progress:
                return import_entries(workspace, source, request, progress)
        except DoubtfulImport as failure:
            if file == STDIN or not is_interactive():
                raise
            from ordos_targets.cli.prompts import confirm

            doubts = (f"{problem.where}: {translate(problem.message)}" for problem in failure.problems)
            confirm(doubts, _("Import anyway?"))
            with progress_bar(session) as progress:
                return import_entries(workspace, source, request._replace(force=True), progress)


def _write_entries(
    session: Session, exported: "Exported", format_: EntryFormat, output: str | None, *, excel: bool
) -> None:
    """Write entries to `output`, piece by piece; to a terminal without what it would obey."""
    from ordos_targets.report.export import entry_pieces
    from ordos_targets.report.sanitize import escape_control_characters

    content = entry_pieces(exported.entries, format_.value, filled=exported.columns, excel=excel)
    binary = format_ is EntryFormat.XLSX
    if output in {None, STDOUT} and session.stdout.isatty() and not binary:
        content = (
            "".join(f"{escape_control_characters(line)}\n" for line in str(piece).splitlines()) for piece in content
        )
    session.write_content(content, output, binary=binary)


@contextmanager
def _salvaged(workspace: "Workspace") -> Iterator["Exported"]:
    """Open what can be read of a damaged ledger; in the end say on stderr how much cannot."""
    from ordos_targets.usecases.export import salvage

    lost: list[int] = []
    with salvage(workspace, lost.append) as exported:
        yield exported
    if lost:
        text = _("At least {count:entry|entries} could not be read (first: entry {first}).")
        print_message(fill(text, {"count": len(lost), "first": lost[0]}))
