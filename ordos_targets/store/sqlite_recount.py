"""What the entries of an SQLite ledger come to, counted anew day by day: to make its totals, and to check them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ordos_targets.domain.segment import ZERO, Segment
from ordos_targets.store.sqlite_row import PARTS, UNITS, day_of, decimal_of
from ordos_targets.store.sqlite_totals import Place

# A row for the entries of a target on a day in one district. An index would only have them looked up in another order
# than they lie in.
COUNTED = f"""
    SELECT target, date, ifnull(district, ''), count(*), max(iif(kind IN ('reading', 'share'), seq, 0)),
           count(iif(kind = 'increment', value, NULL)), sum(iif(kind = 'increment', {UNITS}, 0)),
           sum(iif(kind = 'increment', {PARTS}, 0)), max(iif(kind = 'increment', estimate, 0))
    FROM entries e NOT INDEXED
    WHERE kind <> 'void' AND NOT EXISTS (SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void')
    GROUP BY target, date, ifnull(district, '')
"""  # noqa: S608 - ours
READING = 'SELECT value, "of", estimate FROM entries WHERE seq = ?'


class _Count(NamedTuple):
    """The live entries of a day: how many, the number of the latest reading (0: none), and what increments add."""

    entries: int
    latest: int
    added: Decimal | None
    estimate: bool


def counted(db: sqlite3.Connection) -> Iterator[tuple[Place, Segment]]:
    """The segment of each day of each series, those of all districts of a target before those of each."""
    for (target, day), rows in groupby(db.execute(COUNTED), key=itemgetter(0, 1)):
        counts = {district: _count(facts) for _target, _day, district, *facts in rows}
        if not all(isinstance(name, str) for name in (target, day, *counts)):
            raise sqlite3.DatabaseError(f"no series: {str(target)[:40]}")
        yield (target, "", day), _segment(db, day, _together(counts.values()))
        for district, count in counts.items():
            if district:
                yield (target, district, day), _segment(db, day, count)


def _count(facts: list[int]) -> _Count:
    entries, latest, increments, units, parts, estimate = facts
    if not all(type(fact) is int for fact in facts):  # a value that is no text, in a file that was tampered with
        raise sqlite3.DatabaseError("no number")
    return _Count(entries, latest, Decimal(units) + Decimal(parts).scaleb(-4) if increments else None, bool(estimate))


def _together(counts: Iterable[_Count]) -> _Count:
    entries, latest, added, estimate = zip(*counts, strict=True)
    sums = [one for one in added if one is not None]
    return _Count(sum(entries), max(latest), sum(sums, ZERO) if sums else None, any(estimate))


def _segment(db: sqlite3.Connection, text: str, count: _Count) -> Segment:
    """A reading covers the increments of its own day."""
    day = day_of(text)
    if not count.latest:
        return Segment(count.entries, day, added=count.added, added_estimate=count.estimate)
    value, of, estimate = db.execute(READING, (count.latest,)).fetchone()
    return Segment(count.entries, day, day, decimal_of(value), decimal_of(of), bool(estimate))
