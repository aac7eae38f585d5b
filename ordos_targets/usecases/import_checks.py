"""Slips that a file makes and a person at the keyboard does not: a total taken for what was added, a row put right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.series import Series
from ordos_targets.domain.targets import Measure, Target
from ordos_targets.readers.rows import Row
from ordos_targets.report.numbers import exact_amount
from ordos_targets.store.ledger import Query, Writer
from ordos_targets.store.scratch import ScratchCounter
from ordos_targets.usecases.entry_checks import series_of
from ordos_targets.usecases.row_parser import ParsedRow
from ordos_targets.usecases.workspace import Workspace

# Headings under which offices write totals so far as often as what was added; `value` and 新增数 are clear.
UNCLEAR = frozenset({"完成值", "完成数", "完成情况", "实际完成", "数值"})


class ImportChecks:
    """Looks at what an import adds to the ledger that it found."""

    def __init__(self, workspace: Workspace, book: Writer, tally: ScratchCounter, origin: str) -> None:
        self._workspace, self._book, self._tally, self._origin = workspace, book, tally, origin
        self._before = book.head.entries
        came_before = Query(origin=origin, cancelled=True, last=1)
        self.is_second = self._before > 0 and next(iter(book.entries(came_before)), None) is not None
        self._stood: dict[Series, Decimal | None] = {}
        self._beside: list[tuple[Row, Entry]] = []

    def know(self, uid: str) -> None:
        """Note that a row of the file is in the ledger already."""
        if self.is_second:
            self._tally.add(uid.encode())

    def about(self, candidate: ParsedRow, draft: NewEntry) -> Iterator[Message]:
        """Why an entry that is about to be added looks like a slip; what only the whole file can tell is kept."""
        if draft.kind is not EntryKind.INCREMENT or candidate.target is None:
            return
        if self.is_second and candidate.uid is None:
            self._beside += [(candidate.row, entry) for entry in self._alike(draft)]
        stood = self._may_be_so_far(candidate, draft, candidate.target)
        if stood and draft.value is not None and draft.value >= stood:
            unit, unit_en = candidate.target.unit, candidate.target.unit_en
            value, last = (exact_amount(Fraction(one), unit, unit_en) for one in (draft.value, stood))
            template = N_(
                "{value} would be added to {last}. If it is the total so far, head the column 累计数 or add --to-date; "
                "if it was added, head it 新增数."
            )
            yield Message(template, {"value": value, "last": last})

    def corrected(self) -> Iterator[tuple[Row, Message]]:
        """The rows that stand where another of this file's stood before, which the file no longer has."""
        for row, entry in self._beside:
            if not self._tally.times(entry.uid.encode()):
                facts = {"seq": entry.seq}
                template = N_(
                    "Entry {seq}, from a file of this name, is about the same target, district and day, and is not in "
                    "the file any more. If the row was corrected, use `ordos-targets amend {seq}` instead."
                )
                yield row, Message(template, facts)

    def _alike(self, draft: NewEntry) -> Iterator[Entry]:
        """The entries that an earlier import of the file added for the same series and day."""
        query = Query(targets=(draft.target,), district=draft.district, since=draft.date, until=draft.date)
        for listed in self._book.entries(query):
            entry = listed.entry
            same = (entry.origin, entry.kind, entry.district) == (self._origin, draft.kind, draft.district)
            if same and entry.seq <= self._before:
                yield entry

    def _may_be_so_far(self, candidate: ParsedRow, draft: NewEntry, target: Target) -> Decimal | None:
        """What the series stood at before, where the heading leaves open whether figures are added to that."""
        heading = candidate.row.headings.get("value", "").partition("（")[0].partition("(")[0]
        if heading not in UNCLEAR or "kind" in candidate.row.texts or target.measure is not Measure.TOTAL:
            return None
        series, period = series_of(draft, target), self._workspace.goals.period
        if series not in self._stood:
            self._stood[series] = self._book.series([target.id]).value_of(series, period.start, period.end).value
        stood = self._stood[series]
        return stood if stood is not None and stood > 0 else None
