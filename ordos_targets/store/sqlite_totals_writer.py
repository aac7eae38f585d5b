"""Keeping what each series comes to by day, month and year, in the transaction that writes its entries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from heapq import merge
from itertools import groupby
from operator import itemgetter

from ordos_targets.domain.chain import text_of
from ordos_targets.domain.entry import Draft, Entry
from ordos_targets.domain.mould import Cast, Mould
from ordos_targets.domain.segment import ZERO, Segment, in_time, one_day, segment_of
from ordos_targets.store.sqlite_bulk import is_very_many
from ordos_targets.store.sqlite_recount import counted
from ordos_targets.store.sqlite_row import day_of, decimal_of, kind_of
from ordos_targets.store.sqlite_schema import CREATE_TOTALS
from ordos_targets.store.sqlite_totals import FINER, GRAINS, KEY, LAST_DAY, Place, kept

# So many days of series in memory, then they are written: a file in the order of its days fills few at a time.
MOST_IN_MEMORY = 5_000

WRITE = "INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ERASE = f"DELETE FROM totals WHERE {KEY} AND span = ?"  # noqa: S608 - ours
ALL_TOTALS = "SELECT * FROM totals ORDER BY target, district, grain, span"
LIVE = "kind <> 'void' AND NOT EXISTS (SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void')"
OF_A_DAY = f'SELECT date, kind, value, "of", estimate FROM entries e WHERE {LIVE} AND target = ? AND date = ?'  # noqa: S608 - ours


class SqliteTotals:
    """Keeps the totals of one transaction up to date: told of each entry, they are written before it ends.

    The entries are those in `db`; the totals are kept there too, or on the `side`.
    """

    def __init__(self, db: sqlite3.Connection, side: sqlite3.Connection | None = None) -> None:
        self._db, self._totals = db, side or db
        self._days: dict[Place, Segment] = {}
        self._added: dict[tuple[Mould, str], list[str]] = {}
        self._most_added = MOST_IN_MEMORY
        self._recount: set[Place] = set()
        self._months: set[Place] = set()
        self._uncounted = 0
        self._anew = False

    def add(self, entry: Draft) -> None:
        """Count an entry that was appended; a void is no entry to count."""
        if self._anew:
            return
        segment = segment_of(entry.date, entry.kind, entry.value, entry.of, entry.estimate)
        self._add(entry.target, entry.district, entry.date.isoformat(), segment)

    def add_all(self, casts: Sequence[Cast], of: int) -> None:
        """Count entries that were appended, none of them a void; the ledger has so many by now.

        Where they are very many against those, all are counted anew when it is asked what they come to.
        """
        self._uncounted += len(casts)
        self._anew = self._anew or is_very_many(self._uncounted, of)
        if self._anew:
            return
        for mould, _uid, day, value, _note, _moment in casts:
            if mould.adds:
                self._added.setdefault((mould, day), []).append(value)
                self._most_added -= 1
            else:
                draft = mould.draft
                segment = segment_of(day_of(day), draft.kind, decimal_of(value), draft.of, draft.estimate)
                self._add(mould.target, mould.district, day, segment)
        if self._most_added <= 0:
            self._sum_up()

    def _sum_up(self) -> None:
        """Count what was added: the order of increments does not matter, so those of a day are counted at once."""
        sums: dict[Place, tuple[int, Decimal]] = {}
        for (mould, day), values in self._added.items():
            more, added = len(values), sum(map(Decimal, values), ZERO)
            for place in _places(mould.target, mould.district, day):
                before, sum_ = sums.get(place, (0, ZERO))
                sums[place] = before + more, sum_ + added
        self._added.clear()
        self._most_added = MOST_IN_MEMORY
        for place, (entries, added) in sums.items():
            self._add_to(place, Segment(entries, day_of(place[2]), added=added))

    def cancel(self, entry: Entry) -> None:
        """No longer count an entry that was voided: its day is counted anew from the entries."""
        self._recount |= set(_places(entry.target, entry.district, entry.date.isoformat()))

    def rebuild(self) -> None:
        """Count every entry anew."""
        self._anew = False
        for waiting in (self._days, self._added, self._recount, self._months):
            waiting.clear()
        self._totals.execute("DELETE FROM totals")
        for place, segment in counted(self._db):
            self._add_to(place, segment)
        self.write()

    def write(self) -> None:
        """Write what is not written yet."""
        self._uncounted = 0
        if self._anew:
            self.rebuild()
        self._sum_up()
        self._write_days()
        for target, district, day in self._recount:
            where, facts = ("AND district = ?", (district,)) if district else ("", ())
            rows = self._db.execute(f"{OF_A_DAY} {where} ORDER BY seq", (target, day, *facts))
            self._put("day", (target, district, day), one_day(_counted(*row) for row in rows))
            self._months.add((target, district, day[: GRAINS["month"]]))
        self._recount.clear()
        years = {(target, district, month[: GRAINS["year"]]) for target, district, month in self._months}
        self._put_together("month", self._months)
        self._put_together("year", years)
        self._months.clear()

    def _add(self, target: str, district: str | None, day: str, segment: Segment) -> None:
        for place in _places(target, district, day):
            self._add_to(place, segment)

    def _add_to(self, place: Place, segment: Segment) -> None:
        before = self._days.get(place)
        if before is None and len(self._days) >= MOST_IN_MEMORY:
            self._write_days()
        self._days[place] = segment if before is None else before.beside(segment)

    def _write_days(self) -> None:
        for (target, district), places in groupby(sorted(self._days), key=itemgetter(0, 1)):
            days = [place[2] for place in places]
            before, rows = kept(self._totals, (target, district, "day"), days[0], days[-1]), []
            for day in days:
                segment = self._days[target, district, day]
                if day in before:
                    segment = before[day].beside(segment)
                rows.append(_row("day", (target, district, day), segment))
            self._totals.executemany(WRITE, rows)
            self._months |= {(target, district, day[: GRAINS["month"]]) for day in days}
        self._days.clear()

    def _put_together(self, grain: str, places: set[Place]) -> None:
        """Make these months of their days, or these years of their months."""
        for place in sorted(places):
            target, district, span = place
            last = span + LAST_DAY[len(span) :]
            parts = kept(self._totals, (target, district, FINER[grain]), span, last)
            self._put(grain, place, in_time([*parts.values()]))

    def _put(self, grain: str, place: Place, segment: Segment | None) -> None:
        target, district, span = place
        if segment is None:
            self._totals.execute(ERASE, (target, district, grain, span))
        else:
            self._totals.execute(WRITE, _row(grain, place, segment))


def _row(grain: str, place: Place, segment: Segment) -> tuple[object, ...]:
    """The row of `totals` that holds a segment."""
    target, district, span = place
    entries, data_date, reading_date, reading, of, reading_estimate, added, added_estimate = segment
    return (
        target,
        district,
        grain,
        span,
        entries,
        data_date.isoformat(),
        reading_date.isoformat() if reading_date else None,
        text_of(reading),
        text_of(of),
        reading_estimate,
        text_of(added),
        added_estimate,
    )


def astray(db: sqlite3.Connection) -> Iterator[Place]:
    """Where the totals are not what the entries come to, which are counted anew in a scratch database."""
    with closing(sqlite3.connect("", isolation_level=None)) as scratch:
        scratch.execute(CREATE_TOTALS)
        SqliteTotals(db, scratch).rebuild()
        both = merge(db.execute(ALL_TOTALS), scratch.execute(ALL_TOTALS), key=itemgetter(0, 1, 2, 3))
        for (target, district, _grain, span), rows in groupby(both, key=itemgetter(0, 1, 2, 3)):
            first, *others = rows
            if others != [first]:
                yield target, district, span


def _places(target: str, district: str | None, day: str) -> list[Place]:
    return [(target, "", day), (target, district, day)] if district else [(target, "", day)]


def _counted(day: object, kind: object, value: object, of: object, estimate: object) -> Segment:
    return segment_of(day_of(day), kind_of(kind), decimal_of(value), decimal_of(of), bool(estimate))
