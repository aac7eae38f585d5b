"""The ledger in one SQLite file: opening it, its transactions, and SQLite's failures in our words.

Durable: write-ahead log with synchronous=FULL, so a commit returns only after the log is on disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, NoReturn

from ordos_targets.domain.messages import N_, Message
from ordos_targets.store.ledger import (
    LedgerDamaged,
    LedgerFull,
    LedgerLocked,
    LedgerTooNew,
    LedgerUnreachable,
    NotALedger,
    NothingToCopy,
    Reader,
    SqliteTooOld,
    Writer,
)
from ordos_targets.store.sqlite_book import EmptyReader, SqliteReader
from ordos_targets.store.sqlite_file import Connection, has_log, no_room, pragma, reason_of, refuse_stray_log
from ordos_targets.store.sqlite_schema import APPLICATION_ID, LEAST_SQLITE, TABLE, VERSION

if TYPE_CHECKING:
    from ordos_targets.store.audit import Audit

BUSY_SECONDS = 30.0
# Python hears Ctrl-C only between statements, so SQLite itself waits for a lock no longer than this.
DEAF_SECONDS = 0.2
PAUSE_SECONDS = 0.01
PIECE = 1 << 20
LOCKED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"})
DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_FORMAT", "SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_INTERNAL"})
SNAPSHOT = "SELECT 1 FROM sqlite_master LIMIT 1"


class SqliteLedger:
    """A Ledger in the file `path`. Reading a file that does not exist finds no entries and creates nothing."""

    signs = False

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path, self.name = path, str(path)
        self._busy_seconds = busy_seconds

    @contextmanager
    def reading(self, known_at: str | None = None) -> Iterator[Reader]:
        """See Ledger."""
        with self._failures_in_our_words():
            if not self._has_content():
                yield EmptyReader(())
                return
            with self._snapshot() as db:
                yield SqliteReader(db, known_at) if self._is_ours(db) else EmptyReader(())

    @contextmanager
    def auditing(self) -> Iterator[Audit]:
        """See Ledger."""
        from ordos_targets.store import audit, sqlite_audit  # noqa: PLC0415 - for auditors only

        with self._failures_in_our_words():
            if not self._has_content():
                yield audit.EmptyAudit()
                return
            damage = self._damage()
            with self.snapshot() as db:
                ours = self._is_ours(db, damaged=damage is not None)
                with closing(sqlite_audit.SqliteAudit(db, self._file, damage)) as found:
                    yield found if ours else audit.EmptyAudit()

    def copy(self) -> Iterator[bytes]:
        """See Ledger: by SQLite's own backup, into a file that goes when its bytes have been taken."""
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - for backups only

        with self._failures_in_our_words():
            if not self._has_content():
                raise NothingToCopy(path=str(self.path))
            with TemporaryDirectory(prefix="ordos-targets-") as folder:
                path = Path(folder) / "copy.db"
                with self._snapshot() as db, closing(sqlite3.connect(path)) as copy:
                    self._is_ours(db)
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
            rehearsal = not self._has_content() and not keep
            if not rehearsal:
                self._create_file()
            with closing(self._connect(":memory:" if rehearsal else self._uri("mode=rw"))) as db:
                self._prepare(db)
                try:
                    yield (writer := SqliteWriter(db))
                    writer.finish()
                    db.execute("COMMIT" if keep else "ROLLBACK")
                finally:
                    if db.in_transaction:
                        db.execute("ROLLBACK")

    @property
    def _file(self) -> Path:
        """Where the ledger really is: SQLite keeps its log beside that, not beside a link to it."""
        return Path(os.path.realpath(self.path))

    def _has_content(self) -> bool:
        """Whether there is a file with something in it. Raises LedgerUnreachable, NotALedger, StrayLog.

        A folder that is missing is no empty ledger: it may be a share that is not mounted.
        """
        refuse_stray_log(self._file, str(self.path))
        try:
            found = self.path.stat()
        except FileNotFoundError as error:
            if self._file.parent.is_dir():
                return False
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror) from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise LedgerUnreachable(
                path=str(self.path), reason=getattr(error, "strerror", None) or str(error)
            ) from error
        if not S_ISREG(found.st_mode):
            what = N_("it is a folder") if S_ISDIR(found.st_mode) else N_("it is no regular file")
            raise NotALedger(path=str(self.path), reason=Message(what))
        return found.st_size > 0

    def _create_file(self) -> None:
        """Make sure the file exists, readable by its owner alone when it is new.

        One that exists is not even opened: closing it would drop the locks of this process's other connections.
        """
        try:
            with suppress(FileExistsError):
                os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror or str(error)) from error

    def _uri(self, how: str) -> str:
        return f"{self._file.as_uri()}?{how}"

    def _connect(self, database: str) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < LEAST_SQLITE:
            least = ".".join(map(str, LEAST_SQLITE))
            raise SqliteTooOld(path=str(self.path), found=sqlite3.sqlite_version, least=least)
        patience = min(self._busy_seconds, DEAF_SECONDS)
        return sqlite3.connect(database, uri=True, timeout=patience, isolation_level=None, factory=Connection)

    def snapshot(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection for auditors, inside a transaction that has begun to read, that takes damage as it comes."""
        return self._snapshot(damaged=True)

    @contextmanager
    def _snapshot(self, *, damaged: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection inside a transaction that has begun to read; one that may be `damaged`, as far as it can be.

        It may write, though nobody does: a read-only one would leave its log and index behind for ever. Who may
        not write, or finds no room to, reads the file as it stands, where no log says that somebody is at work on it.
        """
        db = self._shared(damaged=damaged)
        with (
            nullcontext() if db else self._unchanged(),
            closing(db or self._begun("immutable=1", damaged=damaged)) as one,
        ):
            yield one

    def _shared(self, *, damaged: bool) -> sqlite3.Connection | None:
        """A connection that shares the log with others; None where there is none, and no right or room to make one."""
        if not self._may_write() and not has_log(self._file):
            return None
        try:
            return self._begun("mode=rw", damaged=damaged)
        except sqlite3.OperationalError as error:
            if reason_of(error) not in {"SQLITE_FULL", "SQLITE_IOERR"} or has_log(self._file):
                raise
            return None

    def _begun(self, how: str, *, damaged: bool) -> sqlite3.Connection:
        """A connection that has begun to read."""
        db = self._connect(self._uri(how))
        try:
            if damaged:  # else SQLite reads nothing of a file that was cut, or whose tables it cannot make out
                db.execute("PRAGMA query_only = ON")
                db.execute("PRAGMA writable_schema = ON")
            db.execute("BEGIN")
            self._insist(db, SNAPSHOT)
        except BaseException:
            db.close()
            raise
        return db

    def _damage(self) -> str | None:
        """Why SQLite refuses to read the file as it is; None where it does not."""
        try:
            with self._snapshot():
                return None
        except sqlite3.DatabaseError as error:
            if reason_of(error) not in DAMAGED:
                raise
            return str(error)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Raises LedgerUnreachable where the file was written to in the block: what was read without a lock is void."""
        before = self._stamp()
        try:
            yield
        finally:
            if has_log(self._file) or before != self._stamp():
                reason = Message(N_("another program wrote to it meanwhile"))
                raise LedgerUnreachable(path=str(self.path), reason=reason)

    def _may_write(self) -> bool:
        return os.access(self._file, os.W_OK) and os.access(self._file.parent, os.W_OK)

    def _stamp(self) -> tuple[int, int]:
        found = self._file.stat()
        return found.st_mtime_ns, found.st_size

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Begin to write, in a file of ours; a new or older one gets its tables in the same transaction."""
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # on a Mac, a plain fsync leaves the drive's own cache unwritten
        db.execute("BEGIN")
        self._insist(db, SNAPSHOT)
        self._is_ours(db)  # nothing of another program's file is changed, not even its journal mode
        db.execute("ROLLBACK")
        self._insist(db, "PRAGMA journal_mode = WAL")
        self._insist(db, "BEGIN IMMEDIATE")
        version = pragma(db, "user_version") if self._is_ours(db) else 0
        if version < VERSION:
            from ordos_targets.store.sqlite_migrate import migrate  # noqa: PLC0415 - once in a ledger's life

            migrate(db, version)

    def _insist(self, db: sqlite3.Connection, statement: str) -> None:
        """Execute `statement`, again and again while others hold the ledger; SQLite waits for few."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                db.execute(statement).fetchone()
            except sqlite3.OperationalError as error:
                if reason_of(error) not in LOCKED or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def _is_ours(self, db: sqlite3.Connection, *, damaged: bool = False) -> bool:
        """True for a ledger of ours, False for an empty file. Raises NotALedger, LedgerTooNew. Inside a transaction."""
        application, version = pragma(db, "application_id"), pragma(db, "user_version")
        if application == APPLICATION_ID:
            if version > VERSION:
                raise LedgerTooNew(path=str(self.path), found=version, known=VERSION)
            if not damaged and not db.execute(TABLE).fetchone():
                raise LedgerDamaged(path=str(self.path), reason=Message(N_("it has no table of entries")))
            return True
        if application or version or db.execute(SNAPSHOT).fetchone():
            raise NotALedger(path=str(self.path), reason=Message(N_("another program's SQLite database")))
        return False

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
            raise LedgerLocked(path=path, seconds=f"{self._busy_seconds:g}") from error
        if reason == "SQLITE_FULL" or (reason == "SQLITE_IOERR" and no_room(self._file.parent)):
            raise LedgerFull(path=path) from error
        if reason == "SQLITE_NOTADB":
            raise NotALedger(path=path, reason=Message(N_("not an SQLite database"))) from error
        if reason in DAMAGED:
            raise LedgerDamaged(path=path, reason=str(error)) from error
        raise LedgerUnreachable(path=path, reason=str(error)) from error
