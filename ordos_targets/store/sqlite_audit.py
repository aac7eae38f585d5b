"""An auditor's questions to an SQLite ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

from ordos_targets.domain.entries import GENESIS, HASHED, Entry, EntryRow
from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.beside import begun
from ordos_targets.store.ledger import ASTRAY_IN_ALL, ASTRAY_THERE, RowsUnreadable
from ordos_targets.store.sql_reader import DANGLING
from ordos_targets.store.sqlite_file import SqliteFile, pragma
from ordos_targets.store.sqlite_reader import entry_of
from ordos_targets.store.sqlite_schema import KEEPS_TOTALS, MIGRATIONS
from ordos_targets.store.sqlite_totals_writer import astray

COLUMNS = ", ".join(f'"{name}"' for name in (*HASHED, "hash"))
ROWS = f"SELECT {COLUMNS} FROM entries {{which}} ORDER BY seq"  # noqa: S608 - names are HASHED's
# Where the table's last page cannot be read, its indexes may still tell how far the numbers went.
LAST = (
    "SELECT max(seq) FROM entries",
    "SELECT max(seq) FROM entries INDEXED BY entries_by_target WHERE target > ''",
)
# From so many entries on, checking the pages takes longer than starting a process for it.
WORTH_A_PROCESS = 50_000
# As many as a processor's cache holds.
ROWS_A_RUN = 200
# So many numbers in a row that cannot be read, where nothing tells how many there are, are the end.
MOST_IN_VAIN = 10_000
MOST_ASTRAY = 100
MADE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"


class SqliteAudit:
    """An Audit over one connection, inside a transaction its owner opened, to the ledger at `path`."""

    def __init__(self, db: sqlite3.Connection, path: Path, damage: str | None = None) -> None:
        self._db, self._path, self._damage = db, path, damage

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        """See Audit. Python reads a row ahead, so where reading fails the last row before that is asked for alone."""
        last = since
        while True:
            try:
                for row in self._from(last):
                    last = _after(last, row)
                    yield row
            except sqlite3.DatabaseError as error:
                row = self._one((last or 0) + 1)
                if row is None:
                    raise RowsUnreadable(last or 0, str(error)) from error
                last = int(row[0] or 0)
                yield row
            else:
                return

    def runs(self) -> Iterator[Sequence[EntryRow]]:
        """See Audit. A run that cannot be read as a whole is asked for row by row."""
        last: int | None = None
        try:
            cursor = self._from(None)
            while run := cursor.fetchmany(ROWS_A_RUN):
                yield run
                last = int(run[-1][0] or 0)
        except sqlite3.DatabaseError:
            for row in self.rows(last):
                yield (row,)

    def _from(self, since: int | None) -> sqlite3.Cursor:
        if since is None:
            return self._db.execute(ROWS.format(which=""))
        # Not "> since": to find that, SQLite would first look at the page of `since`, which may be the damaged one.
        return self._db.execute(ROWS.format(which="WHERE seq >= ?"), (since + 1,))

    def _one(self, seq: int) -> EntryRow | None:
        """The entry of this number; None where there is none, or it cannot be read."""
        try:
            row: EntryRow | None = self._db.execute(ROWS.format(which="WHERE seq = ?"), (seq,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row if row and row[0] == seq else None

    def dangling(self) -> Iterator[int]:
        """See Audit."""
        try:
            for (seq,) in self._db.execute(DANGLING):
                yield seq
        except sqlite3.DatabaseError:
            return  # the walk along the rows tells what cannot be read

    def self_check(self) -> Iterator[Message]:
        """See Audit: its pages and indexes, the tables and triggers that refuse changes, and the totals."""
        if self._damage is None and self.last() >= WORTH_A_PROCESS and (os.cpu_count() or 1) > 1:
            return self._checked(begun(checked, str(self._path)))
        return self._checked(lambda: _checks(self._db, damaged=self._damage is not None))

    def _checked(self, checks: Callable[[], Sequence[Sequence[Message]]]) -> Iterator[Message]:
        if self._damage:
            yield _found_by_sqlite(self._damage)
        pages, totals = checks()
        yield from pages
        yield from _told(self._schema)
        yield from totals

    def _schema(self) -> Iterator[Message]:
        found, made = set(self._db.execute(MADE)), _made_by(pragma(self._db, "user_version"))
        for _kind, name, _sql in sorted(made - found):
            yield Message(N_("{name}, which keeps the entries as they are, is missing or was changed"), {"name": name})
        for _kind, name, _sql in sorted(found - made - {one for one in found if one[1] in _names(made)}):
            yield Message(N_("{name} is not of this tool's making"), {"name": name})

    def hash_of(self, seq: int) -> str | None:
        """See Audit."""
        if seq == 0:
            return GENESIS
        try:
            found = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        except (sqlite3.DatabaseError, OverflowError):  # the walk tells what cannot be read
            return None
        return str(found[0]) if found else None

    def last(self) -> int:
        """See Audit."""
        for question in LAST:
            with suppress(sqlite3.DatabaseError):
                return int(self._db.execute(question).fetchone()[0] or 0)
        return 0

    def salvage(self) -> Iterator[Entry | int]:
        """See Audit. Where a page cannot be read, each number on it is tried, and then what follows it.

        Where nothing tells how far the numbers went, the first of those that cannot be read stands for the rest.
        """
        since: int | None = None
        last = self.last()
        lost: list[int] = []
        while (since is None or since < last or not last) and len(lost) < MOST_IN_VAIN:
            try:
                for row in self.rows(since):
                    yield from lost
                    lost, since = [], int(row[0] or 0)
                    yield self._entry(row)
            except RowsUnreadable as failure:
                since = max(failure.after, since or 0) + 1
                lost.append(since)
            else:
                return
        yield from lost if last else lost[:1]

    def _entry(self, row: EntryRow) -> Entry | int:
        try:
            return entry_of(tuple(row))
        except (sqlite3.DatabaseError, ValueError):
            return int(row[0] or 0)


def _after(last: int | None, row: EntryRow) -> int:
    """The number of a row that follows. Raises sqlite3.DatabaseError where it does not: damaged pages can go round."""
    seq = int(row[0] or 0)
    if last is not None and seq <= last:
        raise sqlite3.DatabaseError(f"{last} is followed by {seq}")
    return seq


def checked(path: str) -> Sequence[Sequence[Message]]:
    """What is wrong with the pages, and with the totals, of the ledger at `path`: a work for another process."""
    with SqliteFile(Path(path)).snapshot(damaged=True) as db:
        return _checks(db, damaged=False)


def _checks(db: sqlite3.Connection, *, damaged: bool) -> Sequence[Sequence[Message]]:
    return _told(lambda: _pages(db)), [] if damaged else _told(lambda: _totals(db))


def _told(check: Callable[[], Iterable[Message]]) -> list[Message]:
    found: list[Message] = []
    try:
        found.extend(check())
    except sqlite3.DatabaseError as error:
        found.append(_found_by_sqlite(str(error)))
    return found


def _found_by_sqlite(line: str) -> Message:
    return Message(N_("SQLite finds: {line}"), {"line": line})


def _totals(db: sqlite3.Connection) -> Iterator[Message]:
    """Where what is kept by day, month and year is not what the entries come to, counted anew on the side."""
    if pragma(db, "user_version") < KEEPS_TOTALS:
        return
    for target, district, span in islice(astray(db), MOST_ASTRAY):
        facts = {"target": target, "district": district, "span": span}
        yield Message(ASTRAY_THERE if district else ASTRAY_IN_ALL, facts)


def _pages(db: sqlite3.Connection) -> Iterator[Message]:
    for (line,) in db.execute("PRAGMA integrity_check(10)"):
        if line != "ok":
            yield _found_by_sqlite(" ".join(line.split()))


def _made_by(version: int) -> set[tuple[str, str, str]]:
    """The tables, indexes and triggers that a ledger of this version has."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in (statement for migration in MIGRATIONS[:version] for statement in migration):
            db.execute(statement)
        return set(db.execute(MADE))


def _names(made: set[tuple[str, str, str]]) -> set[str]:
    return {name for _kind, name, _sql in made}
