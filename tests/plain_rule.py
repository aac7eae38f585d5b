"""The value of a series stated entry by entry: what every reader of series, on every engine, must answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ordos_targets.domain.entries import Entry, EntryKind
from ordos_targets.domain.series import Series, SeriesValue, counting, live


def fold(entries: Iterable[Entry]) -> SeriesValue:
    """Return the value of one series from its live entries, in any order."""
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


class PlainRule:
    """The values of series by a walk through the live entries."""

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
        """Return the value from the entries dated `since` to `until`."""
        return fold(self._of(series, since, until))

    def items_done(self, series: Series, since: date | None, until: date) -> frozenset[str]:
        """Return the items reported as finished on these days."""
        done = self._of(series, since, until)
        return frozenset(entry.item for entry in done if entry.kind is EntryKind.ITEM and entry.item)
