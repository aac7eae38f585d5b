"""Counts and queues in bounded memory: for millions of rows they go to a scratch file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager


class ScratchCounter:
    """Counts of texts, in a scratch database that nobody else sees and that is gone when the run ends."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, text: bytes) -> int:
        """Count a text, and return how often it was added, this time included."""
        counted = self._db.execute(
            "INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times", (text,)
        )
        times: int = counted.fetchone()[0]
        return times

    def times(self, text: bytes) -> int:
        """Return how often a text was added."""
        found = self._db.execute("SELECT times FROM tally WHERE text = ?", (text,)).fetchone()
        return int(found[0]) if found else 0


@contextmanager
def open_scratch_counter() -> Iterator[ScratchCounter]:
    """Open an empty counter."""
    # An empty name is SQLite's word for a temporary file, made only when the counts outgrow the cache.
    with closing(sqlite3.connect("", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE tally (text BLOB PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID")
        yield ScratchCounter(db)


class ScratchQueue:
    """Queues of entries and marks on uids, in a scratch database that nobody else sees, gone when the run ends."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, queue: str, seq: int, uid: str) -> None:
        """Put the entry of this number and uid in a queue."""
        self._db.execute("INSERT INTO queued VALUES (?, ?, ?)", (queue, seq, uid))

    def after(self, queue: str, seq: int, count: int) -> list[tuple[int, str]]:
        """Return number and uid of the next `count` entries of a queue above `seq`, in the order of their numbers."""
        question = "SELECT seq, uid FROM queued WHERE queue = ? AND seq > ? ORDER BY seq LIMIT ?"
        return self._db.execute(question, (queue, seq, count)).fetchall()

    def length(self, queue: str) -> int:
        """Return how many entries were put in a queue."""
        length: int = self._db.execute("SELECT count(*) FROM queued WHERE queue = ?", (queue,)).fetchone()[0]
        return length

    def mark(self, sort: str, uid: str, mark: int = 1) -> None:
        """Put a mark of some sort on a uid, in place of an earlier one of that sort."""
        self._db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?, ?)", (sort, uid, mark))

    def mark_of(self, sort: str, uid: str) -> int | None:
        """Return the mark of this sort on a uid; None if there is none."""
        found = self._db.execute("SELECT mark FROM marks WHERE sort = ? AND uid = ?", (sort, uid)).fetchone()
        return int(found[0]) if found else None


@contextmanager
def open_scratch_queue() -> Iterator[ScratchQueue]:
    """Open an empty queue."""
    # As above: a temporary file, made only when the lists outgrow the cache.
    with closing(sqlite3.connect("", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(
            "CREATE TABLE queued (queue TEXT, seq INTEGER, uid TEXT NOT NULL, PRIMARY KEY (queue, seq)) WITHOUT ROWID"
        )
        db.execute("CREATE TABLE marks (sort TEXT, uid TEXT, mark INTEGER, PRIMARY KEY (sort, uid)) WITHOUT ROWID")
        yield ScratchQueue(db)
