"""The ledger in one SQLite file: its transactions, and SQLite's failures in our words.

Durable: write-ahead log with synchronous=FULL, so a commit returns only after the log is on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.ledger import (
    LedgerDamaged,
    LedgerFull,
    LedgerLocked,
    LedgerUnreachable,
    NotALedger,
    NothingToCopy,
    Reader,
    Writer,
)
from ordos_targets.store.sqlite_file import BUSY_SECONDS, DAMAGED, LOCKED, SqliteFile, no_room, pragma, reason_of
from ordos_targets.store.sqlite_reader import EmptyReader, SqliteReader
from ordos_targets.store.sqlite_schema import VERSION

if TYPE_CHECKING:
    from ordos_targets.store.ledger import Audit

PIECE = 1 << 20


class SqliteLedger:
    """A Ledger in the file `path`. Reading a file that does not exist finds no entries and creates nothing."""

    signs = False

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path, self.name = path, str(path)
        self._file = SqliteFile(path, busy_seconds)

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        """See Ledger."""
        with self._failures_in_our_words():
            if not self._file.has_content():
                yield EmptyReader()
                return
            with self._file.snapshot() as db:
                yield SqliteReader(db, known_at) if self._file.is_ours(db) else EmptyReader()

    @contextmanager
    def auditing(self) -> Iterator[Audit]:
        """See Ledger."""
        from ordos_targets.store import ledger, sqlite_audit  # noqa: PLC0415 - for auditors only

        with self._failures_in_our_words():
            if not self._file.has_content():
                yield ledger.EmptyAudit()
                return
            damage = self._file.damage()
            with self._file.snapshot(damaged=True) as db:
                ours = self._file.is_ours(db, damaged=damage is not None)
                yield sqlite_audit.SqliteAudit(db, self._file.real, damage) if ours else ledger.EmptyAudit()

    def copy(self) -> Iterator[bytes]:
        """See Ledger: by SQLite's own backup, into a file that goes when its bytes have been taken."""
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - for backups only

        with self._failures_in_our_words():
            if not self._file.has_content():
                raise NothingToCopy(path=str(self.path))
            with TemporaryDirectory(prefix="ordos-targets-") as folder:
                path = Path(folder) / "copy.db"
                with self._file.snapshot() as db, closing(sqlite3.connect(path)) as copy:
                    self._file.is_ours(db)
                    db.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, without a log beside it
                with path.open("rb") as file:
                    while piece := file.read(PIECE):
                        yield piece

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        """See Ledger. A first entry that is not kept leaves no file either."""
        from ordos_targets.store.sqlite_writer import SqliteWriter  # noqa: PLC0415 - most runs only read

        with self._failures_in_our_words():
            rehearsal = not self._file.has_content() and not keep
            if not rehearsal:
                self._file.create()
            with closing(self._file.connect(None if rehearsal else "mode=rw")) as db:
                self._prepare(db)
                try:
                    yield (writer := SqliteWriter(db))
                    writer.finish()
                    db.execute("COMMIT" if keep else "ROLLBACK")
                finally:
                    if db.in_transaction:
                        db.execute("ROLLBACK")

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Begin to write, in a file of ours; a new or older one gets its tables in the same transaction."""
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # on a Mac, a plain fsync leaves the drive's own cache unwritten
        db.execute("BEGIN")
        self._file.insist(db)
        self._file.is_ours(db)  # nothing of another program's file is changed, not even its journal mode
        db.execute("ROLLBACK")
        self._file.insist(db, "PRAGMA journal_mode = WAL")
        self._file.insist(db, "BEGIN IMMEDIATE")
        version = pragma(db, "user_version") if self._file.is_ours(db) else 0
        if version < VERSION:
            from ordos_targets.store.sqlite_migrate import migrate  # noqa: PLC0415 - once in a ledger's life

            migrate(db, version)

    @contextmanager
    def _failures_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):  # slips of ours, not the ledger's
            raise
        except sqlite3.Error as error:
            self._translate(error)

    def _translate(self, error: sqlite3.Error) -> NoReturn:
        path, reason = str(self.path), reason_of(error)
        if reason in LOCKED:
            raise LedgerLocked(path=path, seconds=f"{self._file.busy_seconds:g}") from error
        if reason == "SQLITE_FULL" or (reason == "SQLITE_IOERR" and no_room(self._file.real.parent)):
            raise LedgerFull(path=path) from error
        if reason == "SQLITE_NOTADB":
            raise NotALedger(path=path, reason=Message(N_("not an SQLite database"))) from error
        if reason in DAMAGED:
            raise LedgerDamaged(path=path, reason=str(error)) from error
        raise LedgerUnreachable(path=path, reason=str(error)) from error
