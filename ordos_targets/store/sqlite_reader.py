"""Questions to an SQLite ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from ordos_targets.domain.entries import GENESIS, EntryRow, NewEntry, UnreadableEntry
from ordos_targets.domain.series import SeriesReader
from ordos_targets.store.errors import NoSuchEntry
from ordos_targets.store.ledger import Head, LedgerEntry, Query
from ordos_targets.store.sql_reader import Dialect, Row, SqlReader

# Values are decimal texts; SQLite would add them as binary floats. So millions and ten-thousandths are cut out of the
# text and added apart, as integers, which no number of entries makes too large.
MILLIONS = "CAST(e.value AS INTEGER) / 1000000"
REST = """(CAST(e.value AS INTEGER) % 1000000 * 10000 + iif(instr(e.value, '.'), iif(e.value < '0', -1, 1)
    * CAST(substr(substr(e.value, instr(e.value, '.') + 1) || '000', 1, 4) AS INTEGER), 0))"""
LAST_MOMENT = "9999"


class EmptyReader:
    """The view of a ledger that does not exist yet."""

    head = Head(0, GENESIS)
    signs_as: str | None = None

    def series(self, targets: Sequence[str] = ()) -> SeriesReader:
        del targets
        return SeriesReader()

    def filled_columns(self, targets: Sequence[str] = ()) -> tuple[str, ...]:
        del targets
        return ()

    def entries(self, query: Query) -> Iterator[LedgerEntry]:
        del query
        return iter(())

    def find(self, text: str) -> LedgerEntry:
        raise NoSuchEntry(text=text)

    def entry(self, uid: str) -> LedgerEntry | None:
        del uid
        return None

    successor = entry

    def iter_by_uid(self) -> Iterator[EntryRow]:
        return iter(())

    def get_many(self, uids: Collection[str]) -> list[LedgerEntry]:
        del uids
        return []

    successors = get_many

    def check_append(self, draft: NewEntry) -> None:
        """Let everybody append who may write the file."""

    def last_entry(self) -> LedgerEntry:
        raise NoSuchEntry(text="--last")

    def series_names(self, since: date | None = None) -> list[tuple[str, str | None]]:
        del since
        return []


class SqliteReader(SqlReader):
    """A Reader over one connection, inside a transaction its owner opened."""

    dialect = Dialect(
        forms={},
        high=f"sum(CASE WHEN e.kind = 'increment' THEN {MILLIONS} END)",
        low=f"sum(CASE WHEN e.kind = 'increment' THEN {REST} END)",
        scan="NOT INDEXED",
    )
    signs_as: str | None = None  # anybody who may write the file may sign as anybody

    def __init__(self, db: sqlite3.Connection, known_at: str | None = None) -> None:
        self._db = db
        self._known_at = known_at or LAST_MOMENT

    @property
    def head(self) -> Head:
        question = "SELECT seq, hash, recorded_at FROM entries WHERE recorded_at <= ? ORDER BY seq DESC LIMIT 1"
        last = self._db.execute(question, (self._known_at,)).fetchone()
        if last is None:
            return Head(0, GENESIS)
        seq, hash_, recorded_at = last
        if not isinstance(hash_, str) or not isinstance(recorded_at, str):
            raise UnreadableEntry(f"no entry: {seq!r}")
        return Head(seq, hash_, recorded_at)

    def check_append(self, draft: NewEntry) -> None:
        """Let everybody append who may write the file."""

    def _rows(self, statement: str, params: Mapping[str, object]) -> Iterator[Row]:
        return self._db.execute(statement, params)
