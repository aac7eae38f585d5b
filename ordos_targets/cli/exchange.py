"""Files of entries on their way in and out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from ordos_targets.cli.entries import Declined, confirm
from ordos_targets.cli.session import Session, warn
from ordos_targets.domain.entries import Entry
from ordos_targets.locale import _, say
from ordos_targets.readers.read_rows import EntryFormat, entry_format
from ordos_targets.readers.source import STDIN, open_source
from ordos_targets.report.entries import MeasuredEntries
from ordos_targets.report.export import entry_pieces
from ordos_targets.report.output import STDOUT
from ordos_targets.report.sanitize import escape_control_characters
from ordos_targets.usecases.export import salvage
from ordos_targets.usecases.import_entries import DoubtfulImport, Imported, ImportRequest, import_entries
from ordos_targets.usecases.workspace import Workspace


def import_file(session: Session, workspace: Workspace, file: str, request: ImportRequest) -> Imported:
    """Import a file, or standard input for `-`; figures that look like slips are asked about at a terminal."""
    with open_source(file, session.folder, sys.stdin.buffer) as source:
        try:
            with progress_bar(session) as progress:
                return import_entries(workspace, source, request, progress)
        except DoubtfulImport as failure:
            if file == STDIN or not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            for problem in failure.problems:
                warn(escape_control_characters(f"{problem.where}: {say(problem.message)}"))
            if not confirm(_("Import them all the same?")):
                raise Declined from None
            with progress_bar(session) as progress:
                return import_entries(workspace, source, replace(request, force=True), progress)


@contextmanager
def progress_bar(session: Session) -> Iterator[Callable[[int, int], None]]:
    """What a long run tells how far it is: a bar on stderr where that is a terminal, nothing elsewhere."""
    if session.quiet or not sys.stderr.isatty():
        yield lambda _done, _size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size)


def export_format(output: str | None, said: EntryFormat | None) -> EntryFormat:
    """The format of an export: as said, else by the file's name, else CSV."""
    return entry_format(output, said) if output not in {None, STDOUT} else said or EntryFormat.CSV


def publish_entries(
    session: Session, entries: MeasuredEntries, format_: EntryFormat, output: str | None, *, excel: bool
) -> None:
    """Send entries to `output`, piece by piece; to a terminal without what it would obey."""
    content, binary = entry_pieces(entries, format_.value, excel=excel), format_ is EntryFormat.XLSX
    if output in {None, STDOUT} and session.stdout.isatty() and not binary:
        content = (
            "".join(f"{escape_control_characters(line)}\n" for line in str(piece).splitlines()) for piece in content
        )
    session.publish_content(content, output, binary=binary)


def salvaged(workspace: Workspace) -> Iterator[tuple[Entry, str | None]]:
    """What can be read of a damaged ledger; how much cannot is said on stderr when all is done."""
    lost: list[int] = []
    yield from salvage(workspace, lost.append)
    if lost:
        told = _("Entries that could not be read: at least {count} (the first is {first}).").format(
            count=len(lost), first=lost[0]
        )
        warn(told)
