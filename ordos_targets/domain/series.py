"""What a series of entries says as of a day: the one rule by which readings and increments become a value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from ordos_targets.domain.entries import Entry, EntryKind

ABSOLUTE = frozenset({EntryKind.READING, EntryKind.SHARE})


class Series(NamedTuple):
    """The entries of a target in one district; `district` None means all of the target's, whatever their label."""

    target: str
    district: str | None = None


class SeriesValue(NamedTuple):
    """What one series says as of a day.

    `value` (base unit) is the latest reading plus the increments after it, None where there is neither;
    `of` is a share's denominator; `data_date` the latest day any entry speaks of; `entries` how many there
    are; `estimate` whether a provisional figure is part of the value.
    """

    value: Decimal | None = None
    of: Decimal | None = None
    data_date: date | None = None
    entries: int = 0
    estimate: bool = False


class SeriesReader(Protocol):
    """Answers about series; days are inclusive, and `since` None reaches back to the first entry."""

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """Return the standing of `series` from its entries dated `since`…`until`."""
        ...

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """Return the ids of the checklist items finished on the days `since`…`until`."""
        ...


def live(entries: Iterable[Entry], known_at: str | None = None) -> list[Entry]:
    """Entries that count: recorded by `known_at` (as in `Entry.recorded_at`; None: ever) and not voided by then."""
    known = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    voided = {entry.replaces for entry in known if entry.kind is EntryKind.VOID}
    return [entry for entry in known if entry.kind is not EntryKind.VOID and entry.uid not in voided]


def counting(entries: Iterable[Entry]) -> list[Entry]:
    """The live entries of one series that make up its value: the latest reading and the increments after it.

    Latest is by date, then by seq; a reading covers every increment dated on its day or before,
    whenever that was typed in (design.md section 4).
    """
    ordered = sorted(entries, key=lambda entry: (entry.date, entry.seq))
    readings = [entry for entry in ordered if entry.kind in ABSOLUTE]
    increments = [entry for entry in ordered if entry.kind is EntryKind.INCREMENT]
    if not readings:
        return increments
    latest = readings[-1]
    return [latest, *(entry for entry in increments if entry.date > latest.date)]


def fold(entries: Iterable[Entry]) -> SeriesValue:
    """The standing of one series from its live entries, in any order."""
    listed = list(entries)
    if not listed:
        return SeriesValue()
    used = counting(listed)
    values = [entry.value for entry in used if entry.value is not None]
    return SeriesValue(
        value=sum(values, Decimal(0)) if values else None,
        of=used[0].of if used else None,
        data_date=max(entry.date for entry in listed),
        entries=len(listed),
        estimate=any(entry.estimate for entry in used),
    )


class MemoryBook:
    """A Book over entries held in memory: the plain statement of what every ledger engine must answer."""

    def __init__(self, entries: Iterable[Entry], known_at: str | None = None) -> None:
        self._live = live(entries, known_at)

    def _of(self, series: Series, since: date | None, until: date) -> list[Entry]:
        return [
            entry
            for entry in self._live
            if entry.target == series.target
            and series.district in {None, entry.district}
            and (since is None or since <= entry.date)
            and entry.date <= until
        ]

    def value_of(self, series: Series, since: date | None, until: date) -> SeriesValue:
        """See Book."""
        return fold(self._of(series, since, until))

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """See Book."""
        found = self._of(series, since, until)
        return frozenset(entry.item for entry in found if entry.kind is EntryKind.ITEM and entry.item)
