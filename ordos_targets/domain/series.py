"""The value of a series as of a day: the one rule by which readings and increments become a value.

A series is read as day totals: what its live entries of each day come to. Any value of any span of days follows from
them, so that one question to a ledger serves a whole report.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from ordos_targets.domain.entries import FIGURES, Entry, EntryKind, NewEntry

ABSOLUTE = frozenset({EntryKind.READING, EntryKind.SHARE})
# A figure has no more of them in its base unit.
DECIMALS = 4
_DATE = attrgetter("date")


class Series(NamedTuple):
    """The entries of a target in one district; `district` None means all of the target's, whatever their label."""

    target: str
    district: str | None = None


class SeriesValue(NamedTuple):
    """The value of one series over a span of days.

    Attributes:
        value: The latest reading plus the increments after it, in the base unit; None where there is neither.
        of: The denominator of a share.
        data_date: The latest day that any entry is dated.
        entries: The number of live entries.
        estimate: Whether a provisional figure is part of the value.
    """

    value: Decimal | None = None
    of: Decimal | None = None
    data_date: date | None = None
    entries: int = 0
    estimate: bool = False


class DayTotals(NamedTuple):
    """What the live entries of a target come to on one day in one district (None: without a district).

    Attributes:
        entries: The number of entries, one at least.
        reading_seq: The number of the entry that holds the day's last reading or share; 0 where there is none.
        reading: That reading in the base unit, or the share's numerator.
        of: The share's denominator.
        reading_estimate: Whether that reading is provisional.
        added: The sum of the day's increments in ten-thousandths of the base unit, which are exact; None without any.
        added_estimate: Whether one of the increments is provisional.
    """

    target: str
    district: str | None
    date: date
    entries: int
    reading_seq: int = 0
    reading: Decimal | None = None
    of: Decimal | None = None
    reading_estimate: bool = False
    added: int | None = None
    added_estimate: bool = False


class ItemEntry(NamedTuple):
    """A checklist item that a live entry reports as finished."""

    target: str
    district: str | None
    date: date
    item: str


class SeriesReader:
    """The values of series, computed from day totals; days are inclusive.

    Args:
        days: The day totals, each place and day once, in any order.
        items: The checklist items reported as finished, in any order.
    """

    def __init__(self, days: Iterable[DayTotals] = (), items: Iterable[ItemEntry] = ()) -> None:
        self._places: dict[str, dict[str | None, list[DayTotals]]] = {}
        self._whole: dict[str, list[DayTotals]] = {}
        self._items: dict[str, list[ItemEntry]] = {}
        for day in days:
            self._place(day.target, day.district).append(day)
        for place in self._places.values():
            for listed in place.values():
                listed.sort(key=_DATE)
        for item in items:
            self._items.setdefault(item.target, []).append(item)

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """Return the value of `series` from its entries dated `since` to `until`; None reaches back to the first.

        It is the latest reading plus the increments dated after it. A reading covers every increment dated on its day
        or before, whenever it was recorded; of two readings of one day the one recorded later counts.
        """
        days = self._days_of(series)
        first = 0 if since is None else bisect_left(days, since, key=_DATE)
        last = bisect_right(days, until, key=_DATE)
        if first >= last:
            return SeriesValue()
        span = days[first:last]
        data_date, entries = span[-1].date, sum([day.entries for day in span])
        added: int | None = None
        estimate = False
        for day in reversed(span):
            if day.reading_seq:
                value = _plus(day.reading, added)
                return SeriesValue(value, day.of, data_date, entries, bool(estimate or day.reading_estimate))
            if day.added is not None:
                added = day.added + (added or 0)
                estimate = estimate or day.added_estimate
        return SeriesValue(_plus(None, added), None, data_date, entries, bool(estimate))

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """Return the ids of the checklist items reported as finished on the days `since` to `until`."""
        return frozenset(
            entry.item
            for entry in self._items.get(series.target, ())
            if series.district in {None, entry.district}
            and (since is None or since <= entry.date)
            and entry.date <= until
        )

    def add(self, entry: Entry | NewEntry, seq: int) -> None:
        """Take up one more live entry of this number, the highest; one that is no figure changes nothing."""
        if entry.kind not in FIGURES:
            return
        day = _totals_of(entry, seq)
        whole = self._days_of(Series(entry.target)) if entry.target in self._whole else None
        _put(self._place(entry.target, entry.district), day)
        if whole is not None:
            _put(whole, day)
        if entry.kind is EntryKind.ITEM and entry.item and entry.state != "doing":
            item = ItemEntry(entry.target, entry.district, entry.date, entry.item)
            self._items.setdefault(entry.target, []).append(item)

    def replace_day(self, target: str, district: str | None, day: date, entries: Iterable[Entry]) -> None:
        """Count one day of a target in one district anew, from all its live entries, in the order of their numbers."""
        place = self._place(target, district)
        place[:] = [totals for totals in place if totals.date != day]
        listed = self._items.get(target, [])
        listed[:] = [item for item in listed if (item.district, item.date) != (district, day)]
        self._whole.pop(target, None)
        for entry in entries:
            self.add(entry, entry.seq)

    def _place(self, target: str, district: str | None) -> list[DayTotals]:
        return self._places.setdefault(target, {}).setdefault(district, [])

    def _days_of(self, series: Series) -> list[DayTotals]:
        """Return the days of a series in order; those of a target as a whole are merged once."""
        target, district = series
        if district is not None:
            return self._places.get(target, {}).get(district, [])
        if target not in self._whole:
            merged: dict[date, DayTotals] = {}
            for days in self._places.get(target, {}).values():
                for day in days:
                    merged[day.date] = _together(merged[day.date], day) if day.date in merged else day
            self._whole[target] = sorted(merged.values(), key=_DATE)
        return self._whole[target]


def _plus(reading: Decimal | None, added: int | None) -> Decimal | None:
    """Return the sum of a reading and of increments in ten-thousandths; None where there is neither."""
    if added is None:
        return reading
    return Decimal(added).scaleb(-DECIMALS) + (reading or 0)


def _put(days: list[DayTotals], day: DayTotals) -> None:
    """Add the totals of a day to the days of a series, which are in order."""
    at = bisect_left(days, day.date, key=_DATE)
    if at < len(days) and days[at].date == day.date:
        days[at] = _together(days[at], day)
    else:
        days.insert(at, day)


def _together(first: DayTotals, second: DayTotals) -> DayTotals:
    """Return what two parts of one day come to: the reading recorded later counts."""
    latest = second if second.reading_seq > first.reading_seq else first
    return DayTotals(
        target=first.target,
        district=first.district,
        date=first.date,
        entries=first.entries + second.entries,
        reading_seq=latest.reading_seq,
        reading=latest.reading,
        of=latest.of,
        reading_estimate=latest.reading_estimate,
        added=first.added if second.added is None else second.added + (first.added or 0),
        added_estimate=first.added_estimate or second.added_estimate,
    )


def _totals_of(entry: Entry | NewEntry, seq: int) -> DayTotals:
    """Return what an entry by itself comes to."""
    place = (entry.target, entry.district, entry.date, 1)
    if entry.kind in ABSOLUTE:
        return DayTotals(*place, seq, entry.value, entry.of, entry.estimate)
    if entry.kind is EntryKind.INCREMENT:
        added = None if entry.value is None else int(entry.value.scaleb(DECIMALS))
        return DayTotals(*place, added=added, added_estimate=entry.estimate)
    return DayTotals(*place)


def live(entries: Iterable[Entry], known_at: str | None = None) -> list[Entry]:
    """Return the entries that count: recorded by `known_at` (as in `Entry.recorded_at`; None: ever), not yet voided."""
    known = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    voided = {entry.replaces for entry in known if entry.kind is EntryKind.VOID}
    return [entry for entry in known if entry.kind is not EntryKind.VOID and entry.uid not in voided]


def read_series(entries: Iterable[Entry], known_at: str | None = None) -> SeriesReader:
    """Return a reader of the live entries among `entries`: what every ledger engine must answer."""
    reader = SeriesReader()
    for entry in sorted(live(entries, known_at), key=attrgetter("seq")):
        reader.add(entry, entry.seq)
    return reader


def counting(entries: Iterable[Entry]) -> list[Entry]:
    """Return the live entries of one series that make up its value: the latest reading and the increments after it.

    The rule is that of `SeriesReader.value_of`, stated entry by entry.
    """
    ordered = sorted(entries, key=lambda entry: (entry.date, entry.seq))
    readings = [entry for entry in ordered if entry.kind in ABSOLUTE]
    increments = [entry for entry in ordered if entry.kind is EntryKind.INCREMENT]
    if not readings:
        return increments
    latest = readings[-1]
    return [latest, *(entry for entry in increments if entry.date > latest.date)]
