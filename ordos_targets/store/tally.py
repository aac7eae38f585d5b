"""How often each text has come by, counted in bounded memory: for millions of rows the counts go to a scratch file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager


class Tally:
    """Counts of texts, in a scratch database that nobody else sees and that is gone when the run ends."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, text: bytes) -> int:
        """How often `text` has come by, this time included."""
        counted = self._db.execute(
            "INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times", (text,)
        )
        times: int = counted.fetchone()[0]
        return times

    def times(self, text: bytes) -> int:
        """How often `text` has come by so far."""
        found = self._db.execute("SELECT times FROM tally WHERE text = ?", (text,)).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def open_tally() -> Iterator[Tally]:
    """An empty tally."""
    # An empty name is SQLite's word for a temporary file, made only when the counts outgrow the cache.
    with closing(sqlite3.connect("", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE tally (text BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        yield Tally(db)
