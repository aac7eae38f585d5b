"""What entries come to by day, month and year, counted in SQL where they lie: see domain.segment for the rule."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from ordos_targets.domain.entries import text_of
from ordos_targets.store.sqlite_reader import HIGH, LOW, decimal_of, exact_sum
from ordos_targets.store.sqlite_totals import FINER, GRAINS

# What entries that were counted come to on each day: how many they are, the number of the latest reading (0: none),
# and the sums of what HIGH and LOW cut out of the increments, NULL without any.
DAYS = """
    CREATE TEMP TABLE IF NOT EXISTS counted (
        target TEXT NOT NULL, district TEXT NOT NULL, day TEXT NOT NULL, entries INTEGER NOT NULL,
        latest INTEGER NOT NULL, high INTEGER, low INTEGER, estimate INTEGER NOT NULL,
        PRIMARY KEY (target, district, day)
    ) WITHOUT ROWID
"""
# An index would only have the entries looked up in another order than they lie in. The day comes first in what they are
# sorted by, because they lie more or less in that order.
COUNT = f"""
    INSERT OR REPLACE INTO counted
    SELECT target, ifnull(district, ''), date, count(*), max(iif(kind IN ('reading', 'share'), seq, 0)),
           sum(iif(kind = 'increment', {HIGH}, NULL)), sum(iif(kind = 'increment', {LOW}, NULL)),
           max(iif(kind = 'increment', estimate, 0))
    FROM entries e {{which}} AND kind <> 'void'
      AND NOT EXISTS (SELECT 1 FROM entries v WHERE v.replaces = e.uid AND v.kind = 'void')
    GROUP BY date, target, ifnull(district, '')
"""  # noqa: S608 - ours
SINCE = "NOT INDEXED WHERE seq > :since"
OF_DAY = "WHERE target = :target AND date = :day"
# Those of a target come under no district; what is counted for it alone is only part of them.
ALL_DISTRICTS = """
    INSERT OR REPLACE INTO counted
    SELECT target, '', day, sum(entries), max(latest), sum(high), sum(low), max(estimate)
    FROM counted GROUP BY target, day
"""

# A day on which entries were cancelled is counted anew: first each place that any of its entries speaks of, with none.
PLACES_OF_DAY = """
    INSERT INTO counted
    SELECT target, ifnull(district, ''), date, 0, 0, NULL, NULL, 0 FROM entries
    WHERE target = :target AND date = :day
    UNION SELECT :target, '', :day, 0, 0, NULL, NULL, 0
"""
ERASE = """
    DELETE FROM {into} WHERE grain = :grain
        AND (target, district, span) IN (SELECT target, district, substr(day, 1, :length) FROM counted)
"""

# What the days came to before, and what was counted: a reading covers the increments of its own day.
KEEP_DAYS = """
    INSERT OR REPLACE INTO {into}
    SELECT c.target, c.district, 'day', c.day, c.entries + ifnull(t.entries, 0), c.day,
           iif(c.latest, c.day, t.reading_date), iif(c.latest, r.value, t.reading), iif(c.latest, r."of", t."of"),
           coalesce(r.estimate, t.reading_estimate, 0),
           iif(c.latest OR t.reading_date IS NOT NULL, NULL, more(t.added, c.high, c.low)),
           iif(c.latest OR t.reading_date IS NOT NULL, 0, max(c.estimate, ifnull(t.added_estimate, 0)))
    FROM counted c
    LEFT JOIN entries r ON r.seq = c.latest
    LEFT JOIN {into} t ON t.target = c.target AND t.district = c.district AND t.grain = 'day' AND t.span = c.day
    WHERE c.entries
"""
# Stretches are put together from finer ones as in domain.segment.in_time: the last reading covers all before it, so
# that of those from its own on it is the only one.
PUT_TOGETHER = """
    INSERT INTO {into}
    WITH touched AS (SELECT DISTINCT target, district, substr(day, 1, :length) AS span FROM counted),
    whole AS (
        SELECT touched.*, sum(entries) AS entries, max(data_date) AS data_date, max(reading_date) AS reading_date
        FROM touched JOIN {into} t ON t.target = touched.target AND t.district = touched.district
            AND t.grain = :finer AND t.span BETWEEN touched.span AND touched.span || '~'
        GROUP BY touched.target, touched.district, touched.span
    )
    SELECT w.target, w.district, :grain, w.span, w.entries, w.data_date, w.reading_date, max(t.reading), max(t."of"),
           max(t.reading_estimate), together(t.added), max(t.added_estimate)
    FROM whole w JOIN {into} t ON t.target = w.target AND t.district = w.district AND t.grain = :finer
        AND t.span BETWEEN ifnull(substr(w.reading_date, 1, :finer_length), w.span) AND w.span || '~'
    GROUP BY w.target, w.district, w.span
"""


def prepare(db: sqlite3.Connection) -> None:
    """Make ready to count in `db`."""
    db.create_function("more", 3, _more, deterministic=True)
    db.create_aggregate("together", 1, _Together)  # type: ignore[arg-type]  # as if only integers were summed up
    db.execute(DAYS)


def count_since(db: sqlite3.Connection, seq: int, into: str) -> None:
    """Add what the live entries behind the entry number `seq` come to, to the totals in the table `into`."""
    db.execute(COUNT.format(which=SINCE), {"since": seq})
    _keep(db, into)


def count_day(db: sqlite3.Connection, target: str, day: str, into: str) -> None:
    """Make the totals of a target and its districts what their live entries of a day come to."""
    facts = {"target": target, "day": day}
    db.execute(PLACES_OF_DAY, facts)
    _at(db, ERASE, "day", into)
    db.execute(COUNT.format(which=OF_DAY), facts)
    _keep(db, into)


def _keep(db: sqlite3.Connection, into: str) -> None:
    db.execute(ALL_DISTRICTS)
    db.execute(KEEP_DAYS.format(into=into))
    for grain in reversed(FINER):
        _at(db, ERASE, grain, into)
        _at(db, PUT_TOGETHER, grain, into)
    db.execute("DELETE FROM counted")


def _at(db: sqlite3.Connection, statement: str, grain: str, into: str) -> None:
    finer = FINER.get(grain, grain)
    facts = {"grain": grain, "length": GRAINS[grain], "finer": finer, "finer_length": GRAINS[finer]}
    db.execute(statement.format(into=into), facts)


def _more(text: object, high: object, low: object) -> str | None:
    """The sum of an exact decimal and of what was counted; None where there is neither."""
    before = decimal_of(text)
    return text_of(before if high is None else exact_sum(high, low) + (before or 0))


class _Together:
    """The exact sum of decimals in a column; None without any."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None

    def step(self, text: object) -> None:
        if (number := decimal_of(text)) is not None:
            self._sum = number if self._sum is None else self._sum + number

    def finalize(self) -> str | None:
        return text_of(self._sum)
