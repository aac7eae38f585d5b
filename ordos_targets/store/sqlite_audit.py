"""An auditor's questions to an SQLite ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress

from ordos_targets.domain.entries import GENESIS, NAMES, Entry, EntryRow, UnreadableEntry, from_row
from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.errors import RowsUnreadable
from ordos_targets.store.sql_reader import DANGLING
from ordos_targets.store.sqlite_file import pragma
from ordos_targets.store.sqlite_schema import FORMER, GUARDS, SCHEMA, VERSION

COLUMNS = ", ".join(f'"{name}"' for name in NAMES)
ROWS = f"SELECT {COLUMNS} FROM entries {{which}} ORDER BY seq"  # noqa: S608 - ours
# Where the table's last page cannot be read, its indexes may still tell how far the numbers went.
LAST = (
    "SELECT max(seq) FROM main.entries",
    "SELECT max(seq) FROM main.entries INDEXED BY entries_by_target WHERE target > ''",
)
# So many numbers in a row that cannot be read, where nothing tells how many there are, are the end.
MOST_IN_VAIN = 10_000
MADE = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"


class SqliteAudit:
    """An Audit over one connection, inside a transaction its owner opened; `damage` is what SQLite says of the file."""

    def __init__(self, db: sqlite3.Connection, damage: str | None = None) -> None:
        self._db, self._damage = db, damage

    def rows(self, since: int | None = None) -> Iterator[EntryRow]:
        # Python reads a row ahead, so where reading fails the last row before that is asked for alone.
        last = since
        while True:
            try:
                for row in self._from(last):
                    last = _after(last, row)
                    yield row
            except sqlite3.DatabaseError as error:
                single = self._single((last or 0) + 1)
                if single is None:
                    raise RowsUnreadable(last or 0, str(error)) from error
                last = int(single[0] or 0)
                yield single
            else:
                return

    def _from(self, since: int | None) -> sqlite3.Cursor:
        if since is None:
            return self._db.execute(ROWS.format(which=""))
        # Not "> since": to find that, SQLite would first look at the page of `since`, which may be the damaged one.
        return self._db.execute(ROWS.format(which="WHERE seq >= ?"), (since + 1,))

    def _single(self, seq: int) -> EntryRow | None:
        """Return the entry of this number; None where there is none, or it cannot be read."""
        try:
            row: EntryRow | None = self._db.execute(ROWS.format(which="WHERE seq = ?"), (seq,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row if row and row[0] == seq else None

    def dangling(self) -> Iterator[int]:
        try:
            for (seq,) in self._db.execute(DANGLING):
                yield seq
        except sqlite3.DatabaseError:
            return  # the walk along the rows names what cannot be read

    def self_check(self) -> Iterator[Message]:
        """Yield what is wrong with the pages and indexes, and with the tables and triggers that refuse changes."""
        if self._damage:
            yield _found_by_sqlite(self._damage)
        yield from _guarded(self._pages)
        yield from _guarded(self._schema)

    def _pages(self) -> Iterator[Message]:
        for (line,) in self._db.execute("PRAGMA integrity_check(10)"):
            if line != "ok":
                yield _found_by_sqlite(" ".join(line.split()))

    def _schema(self) -> Iterator[Message]:
        there, made = dict(self._db.execute(MADE)), _made()
        is_former = pragma(self._db, "user_version") < VERSION
        required = {name for name in made if not is_former or name in GUARDS}
        for name in sorted(required):
            if there.get(name) != made[name]:
                message = N_("{name}, which protects the entries from changes, is missing or was changed")
                yield Message(message, {"name": name})
        for name in sorted(there.keys() - made.keys() - (FORMER if is_former else set())):
            yield Message(N_("{name} was not created by this tool"), {"name": name})

    def hash_of(self, seq: int) -> str | None:
        if seq == 0:
            return GENESIS
        try:
            row = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
        except (sqlite3.DatabaseError, OverflowError):  # the walk names what cannot be read
            return None
        return str(row[0]) if row else None

    def last(self) -> int:
        for question in LAST:
            with suppress(sqlite3.DatabaseError):
                return int(self._db.execute(question).fetchone()[0] or 0)
        return 0

    def salvage(self) -> Iterator[Entry | int]:
        """Yield what can be read: where a page cannot, each number on it is tried, and then what follows it.

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
                    yield _entry(row)
            except RowsUnreadable as failure:
                since = max(failure.after, since or 0) + 1
                lost.append(since)
            else:
                return
        yield from lost if last else lost[:1]


def _entry(row: EntryRow) -> Entry | int:
    try:
        return from_row(row)
    except UnreadableEntry:
        return int(row[0] or 0)


def _after(last: int | None, row: EntryRow) -> int:
    """Return the number of a row that follows. Raises sqlite3.DatabaseError where damaged pages go round."""
    seq = int(row[0] or 0)
    if last is not None and seq <= last:
        raise sqlite3.DatabaseError(f"{last} is followed by {seq}")
    return seq


def _guarded(check: Callable[[], Iterable[Message]]) -> Iterator[Message]:
    """Yield what a check finds; that SQLite cannot read what it asks for is a finding too."""
    try:
        yield from check()
    except sqlite3.DatabaseError as error:
        yield _found_by_sqlite(str(error))


def _found_by_sqlite(line: str) -> Message:
    return Message(N_("SQLite reports: {line}"), {"line": line})


def _made() -> dict[str, str]:
    """Return the name and definition of each table, index, trigger and view that a ledger of this version has."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in SCHEMA:
            db.execute(statement)
        return dict(db.execute(MADE))
