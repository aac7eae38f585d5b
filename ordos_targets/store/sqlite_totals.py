"""What each series comes to by day, month and year, as an SQLite ledger keeps it beside its entries.

The table `totals` holds nothing that the entries do not say; it is there so that no answer needs a walk through them.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ordos_targets.domain.segment import Segment
from ordos_targets.domain.series import Series
from ordos_targets.store.sqlite_reader import day_of, decimal_of

# Each grain's spans begin as the days in them do: 2025, 2025-06, 2025-06-30.
GRAINS = {"year": 4, "month": 7, "day": 10}
FINER = {"year": "month", "month": "day"}
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-99-99"

KEY = "target = ? AND district = ? AND grain = ?"
SPANS = f"""
    SELECT span, entries, data_date, reading_date, reading, "of", reading_estimate, added, added_estimate
    FROM totals WHERE {KEY} AND span BETWEEN ? AND ? ORDER BY span
"""  # noqa: S608 - ours

Place = tuple[str, str, str]  # a target, a district or "" for all, and a grain or a span


def runs(db: sqlite3.Connection, series: Series, since: str, until: str, grain: str = "year") -> list[Segment]:
    """The fewest segments kept that make up a series from the day `since` to `until`, both included, in time order."""
    length = GRAINS[grain]
    found: list[Segment] = []
    for row in _rows(db, (series.target, series.district or "", grain), since[:length], until[:length]):
        span, _entries, data_date, *_ = row
        first = span + FIRST_DAY[length:]
        if grain == "day" or (since <= first and data_date <= until):
            found.append(_segment(row))
        else:
            last = span + LAST_DAY[length:]
            found += runs(db, series, max(since, first), min(until, last), FINER[grain])
    return found


def _rows(db: sqlite3.Connection, place: Place, since: str, until: str) -> list[Any]:
    """What is kept for a place of some grain from one span to another, both included, in time order.

    A row is a span and its segment's facts. Raises sqlite3.DatabaseError where they are none.
    """
    found = db.execute(SPANS, (*place, since, until)).fetchall()
    for span, entries, data_date, *_ in found:
        if type(entries) is not int or type(data_date) is not str:  # in a file that was tampered with
            raise sqlite3.DatabaseError(f"no total: {str(span)[:40]}")
    return found


def _segment(row: tuple[Any, ...]) -> Segment:
    """A row's facts as a segment. Raises sqlite3.DatabaseError where they are none."""
    _span, entries, data_date, reading_date, reading, of, reading_estimate, added, added_estimate = row
    return Segment(
        entries,
        day_of(data_date),
        None if reading_date is None else day_of(reading_date),
        decimal_of(reading),
        decimal_of(of),
        bool(reading_estimate),
        decimal_of(added),
        bool(added_estimate),
    )
