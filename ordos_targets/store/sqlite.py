"""The ledger in one SQLite file: opening, transactions, and SQLite's failures in our words.

Durable: write-ahead log with synchronous=FULL, so a commit returns only after the log is on disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

from ordos_targets.store.ledger import (
    LedgerDamaged,
    LedgerFull,
    LedgerLocked,
    LedgerTooNew,
    LedgerUnreachable,
    NotALedger,
    Reader,
    Writer,
)
from ordos_targets.store.sqlite_book import EmptyReader, SqliteReader, SqliteWriter
from ordos_targets.store.sqlite_schema import APPLICATION_ID, MIGRATIONS, VERSION

BUSY_SECONDS = 30.0
HEADER_BYTES = 100


class SqliteLedger:
    """A Ledger in the file `path`. Reading a file that does not exist finds no entries and creates nothing."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        """See Ledger."""
        with self._failures_in_our_words():
            if not self._has_file():
                yield EmptyReader(())
                return
            with closing(self._open_to_read()) as db:
                db.execute("BEGIN")
                if self._check_identity(db):
                    yield SqliteReader(db, known_at)
                else:
                    yield EmptyReader(())

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Writer]:
        """See Ledger."""
        with self._failures_in_our_words():
            self._create_file()
            with closing(self._connect("rw")) as db:
                self._prepare(db)
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteWriter(db)
                    db.execute("COMMIT" if keep else "ROLLBACK")
                finally:
                    if db.in_transaction:
                        db.execute("ROLLBACK")

    def _has_file(self) -> bool:
        """Whether the file has any content. Raises LedgerUnreachable where that cannot be told."""
        try:
            return self.path.stat().st_size > 0
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror or str(error)) from error

    def _create_file(self) -> None:
        """Make sure the file exists, readable by its owner alone when it is new."""
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror or str(error)) from error

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?{mode if '=' in mode else f'mode={mode}'}"
        return sqlite3.connect(uri, uri=True, timeout=self._busy_seconds, isolation_level=None)

    def _open_to_read(self) -> sqlite3.Connection:
        """A connection that may read; in a folder nobody may write, SQLite cannot make the files beside the ledger."""
        db = self._connect("ro")
        try:
            db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            beside = Path(f"{self.path}-wal")
            if _reason(error) not in {"SQLITE_READONLY", "SQLITE_CANTOPEN"} or beside.exists():
                raise
            return self._connect("immutable=1")
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Bring a new or older file up to this version's tables."""
        if not self._check_identity(db) or _pragma(db, "user_version") < VERSION:
            self._write_ahead(db)
            db.execute("BEGIN IMMEDIATE")
            for version, statements in enumerate(
                MIGRATIONS[_pragma(db, "user_version") :], _pragma(db, "user_version")
            ):
                for statement in statements:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {version + 1}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute("COMMIT")
        db.execute("PRAGMA synchronous = FULL")

    def _write_ahead(self, db: sqlite3.Connection) -> None:
        """Switch to the write-ahead log. SQLite does not wait for other connections here, so we do."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if _reason(error) != "SQLITE_BUSY" or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    def _check_identity(self, db: sqlite3.Connection) -> bool:
        """True for a ledger of ours, False for an empty file. Raises NotALedger, LedgerTooNew."""
        application, version = _pragma(db, "application_id"), _pragma(db, "user_version")
        if application == APPLICATION_ID:
            if version > VERSION:
                raise LedgerTooNew(path=str(self.path), found=version, known=VERSION)
            return True
        if application or version or db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise NotALedger(path=str(self.path), reason="another program's SQLite database")
        return False

    @contextmanager
    def _failures_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self._translate(error)

    def _translate(self, error: sqlite3.Error) -> NoReturn:
        path, reason = str(self.path), _reason(error)
        if reason in {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"}:
            raise LedgerLocked(path=path, seconds=f"{self._busy_seconds:g}") from error
        if reason == "SQLITE_FULL":
            raise LedgerFull(path=path) from error
        if reason == "SQLITE_NOTADB":
            raise NotALedger(path=path, reason="not an SQLite database") from error
        if reason in {"SQLITE_CORRUPT", "SQLITE_FORMAT", "SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_INTERNAL"}:
            raise LedgerDamaged(path=path, reason=str(error)) from error
        raise LedgerUnreachable(path=path, reason=str(error)) from error


def _reason(error: sqlite3.Error) -> str:
    """SQLite's primary error code by name: SQLITE_BUSY_SNAPSHOT is SQLITE_BUSY."""
    return "_".join(getattr(error, "sqlite_errorname", "SQLITE_MISUSE").split("_")[:2])


def _pragma(db: sqlite3.Connection, name: str) -> int:
    number: int = db.execute(f"PRAGMA {name}").fetchone()[0]
    return number
