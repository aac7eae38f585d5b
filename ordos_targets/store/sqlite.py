"""The ledger in one SQLite file: its views, and SQLite's failures in our words.

Durable: write-ahead log with synchronous=FULL, so a commit returns only after the log is on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ordos_targets.domain.entries import UnreadableEntry
from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.errors import (
    ChainBroken,
    LedgerDamaged,
    LedgerFull,
    LedgerLocked,
    LedgerUnreachable,
    NotALedger,
    NothingToCopy,
)
from ordos_targets.store.ledger import Reader, Writer
from ordos_targets.store.sqlite_file import BUSY_SECONDS, DAMAGED, LOCKED, SqliteFile, no_room, reason_of
from ordos_targets.store.sqlite_reader import EmptyReader, SqliteReader
from ordos_targets.store.sqlite_schema import VERSION, create, migrate, show_as_current

if TYPE_CHECKING:
    from ordos_targets.store.ledger import Audit

PIECE = 1 << 20


class SqliteLedger:
    """A Ledger in the file `path`.

    Reading a file that does not exist finds no entries and creates nothing; reading one of an earlier version changes
    nothing in it. The first to write to it brings it up to date.
    """

    signs = False

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path, self.name = path, str(path)
        self._file = SqliteFile(path, busy_seconds)

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        with self._failures_in_our_words():
            if not self._file.has_content():
                yield EmptyReader()
                return
            with self._file.snapshot() as db:
                yield SqliteReader(db, known_at) if self._is_shown(db) else EmptyReader()

    def _is_shown(self, db: sqlite3.Connection, *, damaged: bool = False) -> bool:
        """Return whether `db` is no empty file; it looks like one of this version from now on."""
        version = self._file.version(db, damaged=damaged)
        if 0 < version < VERSION:
            show_as_current(db)
        return version > 0

    @contextmanager
    def auditing(self) -> Iterator[Audit]:
        from ordos_targets.store import ledger, sqlite_audit  # noqa: PLC0415 - for auditors only

        with self._failures_in_our_words():
            if not self._file.has_content():
                yield ledger.EmptyAudit()
                return
            damage = self._file.damage()
            with self._file.snapshot(damaged=True) as db:
                ours = self._is_shown(db, damaged=damage is not None)
                yield sqlite_audit.SqliteAudit(db, damage) if ours else ledger.EmptyAudit()

    def copy(self) -> Iterator[bytes]:
        """Yield the bytes of a copy, by SQLite's own backup into a file that goes when its bytes have been taken."""
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - for backups only

        with self._failures_in_our_words():
            if not self._file.has_content():
                raise NothingToCopy(path=str(self.path))
            with TemporaryDirectory(prefix="ordos-targets-") as folder:
                path = Path(folder) / "copy.db"
                with self._file.snapshot() as db, closing(sqlite3.connect(path)) as copy:
                    self._file.version(db)
                    db.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file, without a log beside it
                with path.open("rb") as file:
                    while piece := file.read(PIECE):
                        yield piece

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        """Open a transaction. A first entry that is refused or not kept leaves no file."""
        from ordos_targets.store.sqlite_writer import SqliteWriter  # noqa: PLC0415 - most runs only read

        with self._failures_in_our_words(), self._file.transaction(keep=keep) as (db, version):
            if version == 0:
                create(db)
            elif version < VERSION:
                migrate(db)
            yield SqliteWriter(db)

    @contextmanager
    def _failures_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError):  # slips of ours, not the ledger's
            raise
        except sqlite3.Error as error:
            self._translate(error)
        except UnreadableEntry as error:
            raise LedgerDamaged(path=str(self.path), reason=str(error)) from error
        except ChainBroken as error:
            reason = Message(N_("its hash chain does not end at its last entry"))
            if error.problem is not None:
                params = {"seq": error.problem.seq, "problem": error.problem.message}
                reason = Message(N_("entry {seq}: {problem}"), params)
            raise LedgerDamaged(path=str(self.path), reason=reason) from error

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
