"""What looks like a slip in a file: a total taken for what was added, a row of an earlier file put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ordos_targets.domain.entries import Entry, EntryKind, NewEntry
from ordos_targets.domain.errors import N_, Message
from ordos_targets.domain.series import Series, SeriesReader
from ordos_targets.domain.targets import Measure, Target, TargetSet
from ordos_targets.readers.headings import bare_name
from ordos_targets.readers.rows import InputRow
from ordos_targets.store.ledger import Query, Reader
from ordos_targets.usecases.entry_checks import series_of
from ordos_targets.usecases.row_parser import ParsedRow

# Headings under which offices write totals so far as often as what was added; `value` and 新增数 are clear.
UNCLEAR = frozenset({"完成值", "完成数", "完成情况", "实际完成", "数值"})


class ImportChecks:
    """Checks the figures that a file adds, row by row; what only the whole file can show comes at the end.

    Args:
        goals: The targets.
        reader: The ledger as the import finds it.
        series: What its entries come to, with those of the rows before.
        origin: Where the file's entries come from, as the ledger records it.
    """

    def __init__(self, goals: TargetSet, reader: Reader, series: SeriesReader, origin: str) -> None:
        self._goals, self._series = goals, series
        self._so_far: dict[Series, Decimal | None] = {}
        # What an earlier import of a file of this name added, by place; the uids of this file's rows among that; and
        # the rows that add to such a place.
        self._earlier: dict[tuple[str, str | None, date], list[Entry]] = defaultdict(list)
        self._known: set[str] = set()
        self._beside: list[tuple[InputRow, Entry]] = []
        for listed in reader.entries(Query(origin=origin)) if reader.head.entries else ():
            entry = listed.entry
            if entry.kind is EntryKind.INCREMENT:
                self._earlier[entry.target, entry.district, entry.date].append(entry)

    def add_known(self, uid: str) -> None:
        """Note that a row of the file is in the ledger already."""
        self._known.add(uid)

    def warnings(self, row: ParsedRow, draft: NewEntry) -> Iterator[Message]:
        """Yield why an entry that is about to be added looks like a slip."""
        if draft.kind is not EntryKind.INCREMENT or row.target is None:
            return
        if self._earlier and row.uid is None:
            place = (draft.target, draft.district, draft.date)
            self._beside += [(row.row, entry) for entry in self._earlier.get(place, ())]
        so_far = self._total_so_far(row, draft, row.target)
        if so_far and draft.value is not None and draft.value >= so_far:
            template = N_(
                "{value} would be added to {last}. If it is the total so far, name the column reading or "
                "add --to-date; if it was added, name it increment."
            )
            yield Message(template, {"value": row.target.quantity(draft.value), "last": row.target.quantity(so_far)})

    def corrected_rows(self) -> Iterator[tuple[InputRow, Message]]:
        """Yield the rows that add to where a row of an earlier file was that this file no longer has."""
        template = N_(
            "Entry {seq}, from a file of the same name, has the same target, district and day, and is no "
            "longer in the file. If this row corrects it, use `ordos-targets amend {seq}` instead."
        )
        for row, entry in self._beside:
            if entry.uid not in self._known:
                yield row, Message(template, {"seq": entry.seq})

    def _total_so_far(self, row: ParsedRow, draft: NewEntry, target: Target) -> Decimal | None:
        """Return the total before the file, where the heading leaves open whether figures are added to it."""
        heading = bare_name(row.row.headings.get("value", ""))
        has_kind = row.row.kind or "kind" in row.row.cells
        if heading not in UNCLEAR or has_kind or target.measure is not Measure.TOTAL:
            return None
        series, period = series_of(draft, target), self._goals.period
        if series not in self._so_far:
            self._so_far[series] = self._series.value_of(series, period.start, period.end).value
        so_far = self._so_far[series]
        return so_far if so_far is not None and so_far > 0 else None
