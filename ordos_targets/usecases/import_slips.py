"""Slips that a file makes and a person at the keyboard does not: a total taken for what was added, a row put right."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from ordos_targets.domain.entry import Draft, Entry, Kind
from ordos_targets.domain.messages import N_, Message
from ordos_targets.domain.series import Series
from ordos_targets.domain.target import Measure, Scope
from ordos_targets.intake.row import Row
from ordos_targets.report.numbers import exact_amount
from ordos_targets.store.ledger import Query, Writer
from ordos_targets.store.tally import Tally
from ordos_targets.usecases.candidate import Candidate
from ordos_targets.usecases.workspace import Workspace

# Headings under which offices write totals so far as often as what was added; `value` and 新增数 are clear.
UNCLEAR = frozenset({"完成值", "完成数", "完成情况", "实际完成", "数值"})


class Slips:
    """Looks at what an import adds to the ledger that it found."""

    def __init__(self, workspace: Workspace, book: Writer, tally: Tally, origin: str) -> None:
        self._workspace, self._book, self._tally, self._origin = workspace, book, tally, origin
        self._before = book.head.entries
        came_before = Query(origin=origin, cancelled=True, last=1)
        self._is_second = self._before > 0 and next(iter(book.entries(came_before)), None) is not None
        self._stood: dict[Series, Decimal | None] = {}
        self._beside: list[tuple[Row, Entry]] = []

    def know(self, uid: str) -> None:
        """Note that a row of the file is in the ledger already."""
        if self._is_second:
            self._tally.add(uid.encode())

    def about(self, candidate: Candidate, draft: Draft) -> Iterator[Message]:
        """Why an entry that is about to be added looks like a slip; what only the whole file can tell is kept."""
        if draft.kind is not Kind.INCREMENT or candidate.target is None:
            return
        if self._is_second and candidate.uid is None:
            self._beside += [(candidate.row, entry) for entry in self._alike(draft)]
        heading = candidate.row.headings.get("value", "").partition("（")[0].partition("(")[0]
        if heading in UNCLEAR and "kind" not in candidate.row.texts and candidate.target.measure is Measure.TOTAL:
            yield from self._maybe_so_far(candidate, draft)

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

    def _alike(self, draft: Draft) -> Iterator[Entry]:
        """The entries that an earlier import of the file added for the same series and day."""
        query = Query(targets=(draft.target,), district=draft.district, since=draft.date, until=draft.date)
        for listed in self._book.entries(query):
            entry = listed.entry
            same = (entry.origin, entry.kind, entry.district) == (self._origin, draft.kind, draft.district)
            if same and entry.seq <= self._before:
                yield entry

    def _maybe_so_far(self, candidate: Candidate, draft: Draft) -> Iterator[Message]:
        target, period = candidate.target, self._workspace.goals.period
        if target is None or draft.value is None:
            return
        series = Series(target.id, None if target.scope is Scope.WHOLE else draft.district)
        if series not in self._stood:
            self._stood[series] = self._book.standing(series, period.start, period.end).value
        stood = self._stood[series]
        if stood and draft.value >= stood > 0:
            value, last = (exact_amount(Fraction(one), target.unit, target.unit_en) for one in (draft.value, stood))
            template = N_(
                "{value} would be added to {last}. If it is the total so far, head the column 累计数 or add --to-date; "
                "if it was added, head it 新增数."
            )
            yield Message(template, {"value": value, "last": last})
