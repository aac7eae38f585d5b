"""The plan of an import: what its rows come to, compared with the ledger and with each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from ordos_targets.domain.assessment import TargetAssessment
from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.errors import UsageError
from ordos_targets.domain.rollup import assess_target
from ordos_targets.domain.slices import AssessmentContext
from ordos_targets.domain.targets import Target
from ordos_targets.readers.rows import InvalidImport
from ordos_targets.store.errors import AlreadyCancelled, NoSuchEntry, Refused
from ordos_targets.store.ledger import LedgerEntry, Query, Reader
from ordos_targets.store.uuid7 import uuid7
from ordos_targets.usecases.entry_checks import clock_warning, plausibility_warnings
from ordos_targets.usecases.import_checks import ImportChecks
from ordos_targets.usecases.import_errors import DoubtfulImport, FailedRow, OtherData, ProblemList, TooManyEntries
from ordos_targets.usecases.row_parser import ParsedRow
from ordos_targets.usecases.workspace import Workspace

# A plan is made as a whole: so many entries take less than a gigabyte of memory.
MOST_ENTRIES = 1_000_000
# So many rows are looked up in the ledger with one question, and appended with one statement.
ROWS_AT_ONCE = 500


class Correction(NamedTuple):
    """How rows are taken whose uid the ledger has with other data: by a void that says why, signed by who imports."""

    why: str | None
    by: str


class PlannedEntry(NamedTuple):
    """An entry to append.

    Attributes:
        draft: The entry.
        uid: Its uid.
        recorded_at: When a ledger recorded it before; None if it is recorded now.
    """

    draft: NewEntry
    uid: str
    recorded_at: datetime | None


class ImportPlan:
    """What an import does: the entries to append, in order, and how many rows are added, amended and known.

    Each row is compared with the ledger and with the rows before it. Into an empty ledger entries come back as they
    were, with the moment they were recorded; into any other they are recorded now, or what was known at an earlier
    moment would change.

    Args:
        workspace: The goals and the clock.
        reader: The ledger as the import finds it.
        file: The name of the file.
        origin: Where the entries come from, as the ledger records it.
        correction: How corrections are made; None if a row with other data is a problem.
        force: Whether figures that look like slips are taken without a question.
    """

    def __init__(  # noqa: PLR0913 - what a plan depends on
        self,
        workspace: Workspace,
        reader: Reader,
        *,
        file: str,
        origin: str,
        correction: Correction | None,
        force: bool,
    ) -> None:
        self.entries: list[PlannedEntry] = []
        self.added = self.amended = self.known = 0
        self._workspace, self._reader, self._origin = workspace, reader, origin
        self._file, self._correction, self._force = file, correction, force
        self._problems, self._doubts = ProblemList(file), ProblemList(file)
        self._today, self._first = workspace.today, reader.head.entries + 1
        self._series = reader.series()
        self._checks = ImportChecks(workspace.goals, reader, self._series, origin)
        self._assessed: dict[str, TargetAssessment] = {}
        self._times: dict[bytes, int] = {}
        self._is_clock_checked = False
        # The numbers of planned entries by their uid, of voids by what they cancel, of others by what they amend.
        self._numbers: dict[str, int] = {}
        self._voids: dict[str, int] = {}
        self._amendments: dict[str, int] = {}

    def add(self, rows: Iterable[ParsedRow | FailedRow]) -> None:
        """Plan rows, in order. Raise TooManyEntries."""
        rows = iter(rows)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            uids = [row.uid or self._derive_uid(row) for row in some if isinstance(row, ParsedRow)]
            stored = self._reader.get_many(uids) if self._first > 1 else []
            in_ledger = {listed.entry.uid: listed for listed in stored}
            next_uid = iter(uids)
            for row in some:
                if isinstance(row, ParsedRow):
                    uid = next(next_uid)
                    self._add_row(row, uid, self._as_planned(uid, in_ledger.get(uid)))
                else:
                    for problem in row.problems:
                        self._problems.add(problem)
            if len(self.entries) > MOST_ENTRIES:
                raise TooManyEntries(file=self._file, limit=f"{MOST_ENTRIES:,}")

    def finish(self) -> None:
        """Raise InvalidImport if a row cannot be imported, DoubtfulImport if some look like slips."""
        for row, doubt in self._checks.corrected_rows() if not self._force else ():
            self._doubts.add_row(row, "value", doubt)
        self._problems.raise_any(InvalidImport)
        self._doubts.raise_any(DoubtfulImport)

    def moves(self) -> Iterator[tuple[TargetAssessment, TargetAssessment]]:
        """Yield the targets that entries are added to, in the order of the goals: before and after, as of today."""
        for target in self._workspace.goals.targets:
            if target.id in self._assessed:
                yield self._assessed[target.id], self._assess(target)

    def _assess(self, target: Target) -> TargetAssessment:
        return assess_target(target, AssessmentContext(self._workspace.goals, self._today, self._series))

    def _derive_uid(self, row: ParsedRow) -> str:
        """Return the uid of a row that bears none, so that the same file again adds nothing."""
        content = row.content_hash()
        times = self._times[content] = self._times.get(content, 0) + 1
        return row.derive_uid(content, times)

    def _add_row(self, row: ParsedRow, uid: str, listed: LedgerEntry | None) -> None:
        """Plan a row; `listed` is the entry of its uid in the ledger or from a row before it."""
        is_void = row.draft.kind is EntryKind.VOID
        try:
            if listed is None:
                self._append(row, row.draft, uid)
                self.added += 1
            elif row.uid is None:
                self._checks.add_known(uid)
                self.known += 1
            elif self._amend(row, listed):
                self.amended += 1
            else:
                self.known += 1
        except Refused as error:
            self._problems.add_row(row.row, None, error.message)
        except UsageError as error:
            self._problems.add_row(row.row, "replaces" if is_void and listed is None else "uid", error.message)

    def _amend(self, row: ParsedRow, listed: LedgerEntry) -> bool:
        """Plan a correction where a row says other things than the entry of its uid; return whether it does.

        What the file says may be an earlier version of the entry; only who corrects by it means the one that is valid.

        Raises:
            OtherData: Where the row does and no corrections are wanted.
            AlreadyCancelled: Where the entry was cancelled and not replaced.
        """
        versions = [listed]
        while versions[-1].cancelled_by and (later := self._amendment_of(versions[-1].entry.uid)):
            versions.append(later)
        latest = versions[-1]
        if any(row.matches(version.entry) for version in ([latest] if self._correction else versions)):
            return False
        if self._correction is None or latest.entry.kind is EntryKind.VOID:
            raise OtherData(seq=listed.entry.seq)
        if latest.cancelled_by:
            raise AlreadyCancelled(seq=latest.entry.seq, by=latest.cancelled_by)
        old, by = latest.entry, self._correction.by
        row = row._replace(recorded_at=None)  # a correction is recorded now, whenever the figure was
        void = NewEntry(
            target=old.target,
            district=old.district,
            date=old.date,
            kind=EntryKind.VOID,
            note=self._correction.why,
            by=by,
            origin=self._origin,
            replaces=old.uid,
        )
        self._append(row, void, self._new_uid())
        # Who corrects signs, whoever recorded the figure first.
        changed = row.draft._replace(replaces=old.uid, by=by, origin=self._origin)
        self._append(row, changed, self._new_uid())
        return True

    def _new_uid(self) -> str:
        return uuid7(self._workspace.clock(), os.urandom(10))

    def _append(self, row: ParsedRow, draft: NewEntry, uid: str) -> None:
        """Plan an entry. Raise Refused, and NoSuchEntry or AlreadyCancelled for a void."""
        self._reader.check_append(draft)
        cancelled = self._to_cancel(str(draft.replaces)) if draft.kind is EntryKind.VOID else None
        if row.target is not None:
            if row.target.id not in self._assessed:
                self._assessed[row.target.id] = self._assess(row.target)
            if row.recorded_at is None and not self._force:
                self._add_doubts(row, draft, row.target)
        number = self._numbers[uid] = self._first + len(self.entries)
        self.entries.append(PlannedEntry(draft, uid, row.recorded_at))
        if cancelled:
            self._voids[cancelled.uid] = number
            self._recount_day(cancelled)
            return
        self._series.add(draft, number)
        if draft.replaces:
            self._amendments[draft.replaces] = number

    def _add_doubts(self, row: ParsedRow, draft: NewEntry, target: Target) -> None:
        """Note why an entry looks like a slip, and once why the clock seems wrong."""
        warnings = plausibility_warnings(draft, target, self._workspace.goals, self._series)
        for warning in (*warnings, *self._checks.warnings(row, draft)):
            self._doubts.add_row(row.row, "value", warning)
        if not self._is_clock_checked:
            self._is_clock_checked = True
            if late := clock_warning(self._workspace.clock(), self._reader.head):
                self._doubts.add_row(row.row, None, late)

    def _to_cancel(self, uid: str) -> Entry:
        """Return the entry that a void of `uid` cancels. Raise NoSuchEntry, AlreadyCancelled."""
        listed = self._as_planned(uid, None if uid in self._numbers else self._reader.entry(uid))
        if listed is None or listed.entry.kind is EntryKind.VOID:
            raise NoSuchEntry(text=uid)
        if listed.cancelled_by is not None:
            raise AlreadyCancelled(seq=listed.entry.seq, by=listed.cancelled_by)
        return listed.entry

    def _amendment_of(self, uid: str) -> LedgerEntry | None:
        """Return the entry that amends the one of this uid, None if none does."""
        number = self._amendments.get(uid)
        if number:
            return self._as_planned(self.entries[number - self._first].uid, None)
        later = self._reader.successor(uid)
        return self._as_planned(later.entry.uid, later) if later else None

    def _as_planned(self, uid: str, in_ledger: LedgerEntry | None) -> LedgerEntry | None:
        """Return the entry of a uid as it will be: planned, or `in_ledger`; None if there is none."""
        number = self._numbers.get(uid)
        listed = LedgerEntry(self._entry(number), None) if number else in_ledger
        return listed._replace(cancelled_by=self._voids[uid]) if listed and uid in self._voids else listed

    def _entry(self, number: int) -> Entry:
        """Return the planned entry of this number, which is neither recorded nor hashed yet."""
        draft, uid, _recorded_at = self.entries[number - self._first]
        return Entry(seq=number, uid=uid, recorded_at="", hash="", **draft._asdict())

    def _recount_day(self, cancelled: Entry) -> None:
        """Count the day of a cancelled entry anew, from those that still count."""
        target, district, day = cancelled.target, cancelled.district, cancelled.date
        query = Query(targets=(target,), district=district, since=day, until=day)
        in_ledger = [listed.entry for listed in self._reader.entries(query)]
        planned = [
            self._entry(self._first + place)
            for place, (draft, _uid, _recorded_at) in enumerate(self.entries)
            if draft.date == day and draft.target == target and draft.kind is not EntryKind.VOID
        ]
        entries = [
            entry for entry in (*in_ledger, *planned) if entry.district == district and entry.uid not in self._voids
        ]
        self._series.replace_day(target, district, day, entries)
