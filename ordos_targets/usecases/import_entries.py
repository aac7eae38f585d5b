"""Importing: rows become entries, all of them in one transaction or none; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import ClassVar

from ordos_targets.domain.assessment import TargetAssessment
from ordos_targets.domain.entries import EntryKind, NewEntry
from ordos_targets.domain.errors import N_, Message, UsageError
from ordos_targets.domain.series import SeriesReader
from ordos_targets.domain.targets import Target
from ordos_targets.readers.read_rows import EntryFormat, entry_format, read_rows
from ordos_targets.readers.rows import Broken, InvalidImport, Row, RowProblem
from ordos_targets.readers.source import Source
from ordos_targets.readers.table import TableOptions
from ordos_targets.store.ledger import AlreadyCancelled, LedgerEntry, Refused, Writer
from ordos_targets.store.scratch import ScratchCounter, open_scratch_counter
from ordos_targets.usecases.entry_checks import clean_text, clock_warning, plausibility_warnings, recording_time
from ordos_targets.usecases.import_checks import ImportChecks
from ordos_targets.usecases.import_errors import RowErrors
from ordos_targets.usecases.record import WhyMissing
from ordos_targets.usecases.row_parser import Defaults, ParsedRow, RowReader, heading_reader
from ordos_targets.usecases.status import assess_target_on
from ordos_targets.usecases.workspace import Workspace

MOST_TOLD = 50


class OtherData(UsageError):
    code = "other_data"
    template = N_(
        "Entry {seq} has this uid and says something else; add --amend and --why to correct it by what the file says."
    )


class DoubtfulImport(InvalidImport):
    """All rows can be read, but some figures look like slips. Asked again with `force` they are imported."""

    code: ClassVar[str] = "doubtful_import"
    template: ClassVar[str] = N_(
        "{file}: nothing was imported; figures that look like slips: {count}. If they are right, add --force"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What to import and how. `defaults` are for rows that do not say it; `why` goes with corrections (`amend`)."""

    format: EntryFormat | None = None
    wide: bool = False
    sheet: str | None = None
    ignore: tuple[str, ...] = ()
    defaults: Defaults = field(default_factory=Defaults)
    amend: bool = False
    why: str = ""
    force: bool = False
    dry_run: bool = False


class Import:
    """One import while it goes on."""

    def __init__(
        self, workspace: Workspace, request: ImportRequest, book: Writer, tally: ScratchCounter, file: str
    ) -> None:
        self._workspace, self._request, self._book, self._tally, self._file = workspace, request, book, tally, file
        # Into an empty ledger entries come back as they were, with the moment they were recorded; into any other one
        # they are recorded now, or what was known at an earlier moment would change.
        self.found = book.head.entries
        self.restoring = self.found == 0
        self.forced = request.force
        self.slips = ImportChecks(workspace, book, tally, origin_of(file))
        self._before: dict[str, TargetAssessment] = {}
        self._today = workspace.today
        self._series: tuple[int, SeriesReader] | None = None
        self.added = self.amended = self.known = 0
        self._problems = _Told()
        self._doubts = _Told()

    @property
    def series(self) -> SeriesReader:
        """What the ledger's entries come to by now; asked again once something was appended."""
        entries = self._book.head.entries
        if self._series is None or self._series[0] != entries:
            self._series = entries, self._book.series()
        return self._series[1]

    def was_recorded(self, uid: str) -> bool:
        """Whether a row that says when it was recorded is believed: it comes from a ledger's export."""
        return self.restoring or self._book.entry(uid) is not None

    def take(self, row: Row | Broken, reader: RowReader) -> None:
        """Append the entry of a row, or note what is wrong with it."""
        if isinstance(row, Broken):
            self._problems.add(RowProblem(self._file, row.line, None, None, row.message))
            return
        try:
            self._write(reader.read(row))
        except RowErrors as failed:
            for name, failure in failed.failures:
                self._problems.add(self._problem(row, name, failure.message))
            reader.suggesting = self._problems.count < MOST_TOLD

    def know(self, uid: str) -> None:
        """Count a row that is in the ledger already, as the entry of this uid."""
        self.known += 1
        self.slips.know(uid)

    def finish(self) -> None:
        """Raises InvalidImport, DoubtfulImport: the transaction is then undone."""
        for row, doubt in self.slips.corrected() if not self._request.force else ():
            self._doubts.add(self._problem(row, "value", doubt))
        if self._problems.count:
            raise InvalidImport(self._file, self._problems.count, tuple(self._problems.first))
        if self._doubts.count:
            raise DoubtfulImport(self._file, self._doubts.count, tuple(self._doubts.first))

    def moves(self) -> Iterator[tuple[TargetAssessment, TargetAssessment]]:
        """The targets touched, in the order of the goals: before and after."""
        for target in self._workspace.goals.targets:
            if target.id in self._before:
                yield self._before[target.id], assess_target_on(self._today, target, self._workspace.goals, self.series)

    def _problem(self, row: Row, name: str | None, message: Message) -> RowProblem:
        column = row.headings.get(name, name) if name else None
        return RowProblem(self._file, row.line, column, row.texts.get(name) if name else None, message)

    def _write(self, candidate: ParsedRow) -> None:
        uid, found = self._named(candidate)
        try:
            if found is None:
                self._append(candidate, candidate.draft, uid)
                self.added += 1
            elif candidate.uid is None:  # its uid is made from what it says
                self.know(uid)
            else:
                self._compare(candidate, found)
        except UsageError as failure:
            is_void = candidate.draft.kind is EntryKind.VOID and found is None
            name = None if isinstance(failure, Refused) else "replaces" if is_void else "uid"
            raise RowErrors([(name, failure)]) from failure

    def _named(self, candidate: ParsedRow) -> tuple[str, LedgerEntry | None]:
        """The uid of a row, and the entry that bears it; one that bears none is named by what it says."""
        if candidate.uid is not None:
            return candidate.uid, self._book.entry(candidate.uid)
        said = candidate.digest
        uid = candidate.name(said, self._tally.add(said))
        return uid, self._book.entry(uid)

    def _compare(self, candidate: ParsedRow, found: LedgerEntry) -> None:
        """A row whose uid is in the ledger: known where any version of the entry says the same, else a correction."""
        versions = [found]
        while versions[-1].cancelled_by and (later := self._book.successor(versions[-1].entry.uid)):
            versions.append(later)
        standing = versions[-1]
        # What the file says was in it before; only who corrects by it means the version that stands.
        if any(candidate.says(one.entry) for one in ([standing] if self._request.amend else versions)):
            self.known += 1
            return
        if not self._request.amend or standing.entry.kind is EntryKind.VOID:
            raise OtherData(seq=found.entry.seq)
        if standing.cancelled_by:
            raise AlreadyCancelled(seq=standing.entry.seq, by=standing.cancelled_by)
        old = standing.entry
        void = NewEntry(
            target=old.target,
            district=old.district,
            date=old.date,
            kind=EntryKind.VOID,
            note=clean_text(self._request.why),
            by=self._request.defaults.by,
            origin=origin_of(self._file),
            replaces=old.uid,
        )
        self._append(candidate, void, None)
        # Who corrects signs, whoever recorded the figure first.
        changed = candidate.draft._replace(replaces=old.uid, by=void.by, origin=void.origin)
        self._append(replace(candidate, recorded_at=None), changed, None)
        self.amended += 1

    def _append(self, candidate: ParsedRow, draft: NewEntry, uid: str | None) -> None:
        self.look_before(candidate.target)
        now, insisted = self._workspace.clock(), self._request.force
        if candidate.target is not None and candidate.recorded_at is None and not insisted:
            doubts = plausibility_warnings(draft, candidate.target, self._workspace.goals, self.series)
            for doubt in (*doubts, *self.slips.about(candidate, draft)):
                self._doubts.add(self._problem(candidate.row, "value", doubt))
            if late := clock_warning(now, self._book.head):
                self._doubts.add(self._problem(candidate.row, None, late))
                insisted = True  # asked once
        now = recording_time(now, self._book.head, insisted=insisted)
        if self.restoring and candidate.recorded_at is not None:
            now = candidate.recorded_at
        entry = self._book.append(draft, now, uid)
        if self._series and self._series[0] == entry.seq - 1 and entry.kind is not EntryKind.VOID:
            self._series[1].add(entry)
            self._series = entry.seq, self._series[1]

    def look_before(self, target: Target | None) -> None:
        """Note where a target stands, before the first of its rows is added."""
        if target is not None and target.id not in self._before:
            self._before[target.id] = assess_target_on(self._today, target, self._workspace.goals, self.series)


def origin_of(file: str) -> str:
    """Where the entries of a file come from; of a name that is no UTF-8 the bytes that are none are codes."""
    return f"import:{PurePath(file).name}".encode(errors="backslashreplace").decode()


class _Told:
    """The first so many of some problems, and how many there are."""

    def __init__(self) -> None:
        self.first: list[RowProblem] = []
        self.count = 0

    def add(self, problem: RowProblem) -> None:
        """Count a problem, and keep it if it is among the first."""
        self.count += 1
        if len(self.first) < MOST_TOLD:
            self.first.append(problem)


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
    moves: tuple[tuple[TargetAssessment, TargetAssessment], ...]
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
    with open_scratch_counter() as tally, workspace.ledger.writing(keep=not request.dry_run) as book:
        run = Import(workspace, request, book, tally, source.name)
        reader = RowReader(workspace, replace(request.defaults, origin=origin_of(source.name)), run.was_recorded)
        for number, row in enumerate(rows):
            if number % ROWS_BETWEEN_SIGNS == 0:
                progress(source.position, source.size)
            run.take(row, reader)
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
