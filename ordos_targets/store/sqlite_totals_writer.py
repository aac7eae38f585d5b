"""Keeping what each series comes to by day, month and year, in the transaction that writes its entries."""

from __future__ import annotations

import sqlite3

from ordos_targets.domain.entries import Entry
from ordos_targets.store.sqlite_count import count_day, count_since, prepare
from ordos_targets.store.sqlite_file import pragma
from ordos_targets.store.sqlite_schema import CREATE_TOTALS
from ordos_targets.store.sqlite_totals import Place

KEPT, FRESH = "totals", "temp.fresh"
ERASE_ALL = f"DELETE FROM {KEPT}"  # noqa: S608 - ours
KEY = ("target", "district", "grain", "span")
FACTS = ("entries", "data_date", "reading_date", "reading", '"of"', "reading_estimate", "added", "added_estimate")
SAME = " AND ".join([*(f"o.{name} = t.{name}" for name in KEY), *(f"o.{name} IS t.{name}" for name in FACTS)])
ASTRAY = f"""
    SELECT target, district, span FROM {KEPT} t WHERE NOT EXISTS (SELECT 1 FROM {FRESH} o WHERE {SAME})
    UNION
    SELECT target, district, span FROM {FRESH} t WHERE NOT EXISTS (SELECT 1 FROM {KEPT} o WHERE {SAME})
    ORDER BY target, district, span
"""  # noqa: S608 - ours


class SqliteTotals:
    """Keeps the totals of one transaction up to date: those of its first `entries` are, and `write` counts the rest."""

    def __init__(self, db: sqlite3.Connection, entries: int) -> None:
        self._db, self._counted = db, entries
        self._cancelled: set[tuple[str, str]] = set()
        prepare(db)

    def cancel(self, entry: Entry) -> None:
        """No longer count an entry that was voided: its day is counted anew."""
        self._cancelled.add((entry.target, entry.date.isoformat()))

    @property
    def are_days_to_count(self) -> bool:
        """Whether days are to be counted anew, for which their entries are looked up."""
        return bool(self._cancelled)

    def write(self, entries: int) -> None:
        """Count what was appended since, up to so many entries in all, and what was cancelled."""
        if entries == self._counted:
            return
        count_since(self._db, self._counted, KEPT)
        self._counted = entries
        for target, day in sorted(self._cancelled):
            count_day(self._db, target, day, KEPT)
        self._cancelled.clear()


def rebuild(db: sqlite3.Connection) -> None:
    """Count every entry anew."""
    prepare(db)
    db.execute(ERASE_ALL)
    count_since(db, 0, KEPT)


def astray(db: sqlite3.Connection) -> list[Place]:
    """Where the totals are not what the entries come to, which are counted anew in a table that goes with `db`."""
    kept = pragma(db, "query_only")
    db.execute("PRAGMA query_only = OFF")  # which would keep even that from being made
    try:
        prepare(db)
        db.execute(f"DROP TABLE IF EXISTS {FRESH}")
        db.execute(CREATE_TOTALS.format(name=FRESH))
        count_since(db, 0, FRESH)
        return db.execute(ASTRAY).fetchall()
    finally:
        db.execute(f"PRAGMA query_only = {kept}")
