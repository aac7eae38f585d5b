"""The file of an SQLite ledger: whether it is one of ours, how connections to it begin, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from errno import EDQUOT, EFBIG, ENOSPC
from functools import cache
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from ordos_targets.domain.errors import N_, Message
from ordos_targets.store.errors import (
    LedgerDamaged,
    LedgerTooNew,
    LedgerUnreachable,
    NotALedger,
    SqliteTooOld,
    StrayLog,
)
from ordos_targets.store.sqlite_schema import APPLICATION_ID, LEAST_SQLITE, TABLE, VERSION

BUSY_SECONDS = 30.0
# Python hears Ctrl-C only between statements, so SQLite itself waits for a lock no longer than this.
DEAF_SECONDS = 0.2
PAUSE_SECONDS = 0.01
LOCKED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"})
DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_FORMAT", "SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_INTERNAL"})
SNAPSHOT = "SELECT 1 FROM sqlite_master LIMIT 1"

MAGIC = b"SQLite format 3\x00"
HEADER = 20
# The byte of the header that says by which version the file is written: 1 without a write-ahead log, 2 with one.
WRITTEN_BY = 18


class Connection(sqlite3.Connection):
    """A connection whose every failure is an sqlite3.Error."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:  # noqa: ANN401 - whatever sqlite3 takes
        with _readable_errors():
            return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:  # noqa: ANN401 - the same
        with _readable_errors():
            return super().executemany(*arguments)


@contextmanager
def _readable_errors() -> Iterator[None]:
    """Raise sqlite3.DatabaseError where SQLite quotes damaged words, which are no UTF-8, in its error."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("its tables cannot be made out") from error


class SqliteFile:
    """The file `path`, to which connections are made; `busy_seconds` is how long they wait for those of others."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path, self.busy_seconds = path, busy_seconds

    @property
    def real(self) -> Path:
        """Where the ledger really is: SQLite keeps its log beside that, not beside a link to it."""
        return Path(os.path.realpath(self.path))

    def has_content(self) -> bool:
        """Return whether there is a file with something in it. Raises LedgerUnreachable, NotALedger, StrayLog.

        A folder that is missing is no empty ledger: it may be a share that is not mounted.
        """
        refuse_stray_log(self.real, str(self.path))
        try:
            status = self.path.stat()
        except FileNotFoundError as error:
            if self.real.parent.is_dir():
                return False
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror) from error
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise LedgerUnreachable(
                path=str(self.path), reason=getattr(error, "strerror", None) or str(error)
            ) from error
        if not S_ISREG(status.st_mode):
            what = N_("it is a folder") if S_ISDIR(status.st_mode) else N_("not a regular file")
            raise NotALedger(path=str(self.path), reason=Message(what))
        return status.st_size > 0

    def connect(self, how: str | None) -> sqlite3.Connection:
        """Return a connection, opened as SQLite's URI says: `mode=rw`; None for a database in memory alone."""
        if sqlite3.sqlite_version_info < LEAST_SQLITE:
            least = ".".join(map(str, LEAST_SQLITE))
            raise SqliteTooOld(path=str(self.path), found=sqlite3.sqlite_version, least=least)
        patience = min(self.busy_seconds, DEAF_SECONDS)
        database = ":memory:" if how is None else f"{self.real.as_uri()}?{how}"
        return sqlite3.connect(database, uri=True, timeout=patience, isolation_level=None, factory=Connection)

    @contextmanager
    def snapshot(self, *, damaged: bool = False) -> Iterator[sqlite3.Connection]:
        """Open a connection inside a transaction that has begun to read; one that may be `damaged`, as far as it can.

        It may write, though nobody does: a read-only one would leave its log and index behind for ever. Who may
        not write, or finds no room to, reads the file as it stands, where no log says that somebody is at work on it.
        """
        db = self._shared(damaged=damaged)
        with (
            nullcontext() if db else self._unchanged(),
            closing(db or self._begun("immutable=1", damaged=damaged)) as connection,
        ):
            yield connection

    def _shared(self, *, damaged: bool) -> sqlite3.Connection | None:
        """Return a connection that shares the log with others; None without one, and the right or room to make one."""
        if not self._may_write() and not has_log(self.real):
            return None
        try:
            return self._begun("mode=rw", damaged=damaged)
        except sqlite3.OperationalError as error:
            if reason_of(error) not in {"SQLITE_FULL", "SQLITE_IOERR"} or has_log(self.real):
                raise
            return None

    def _begun(self, how: str, *, damaged: bool) -> sqlite3.Connection:
        """Return a connection that has begun to read."""
        db = self.connect(how)
        try:
            if damaged:  # else SQLite reads nothing of a file that was cut, or whose tables it cannot make out
                db.execute("PRAGMA query_only = ON")
                db.execute("PRAGMA writable_schema = ON")
            db.execute("BEGIN")
            self.insist(db)
        except BaseException:
            db.close()
            raise
        return db

    def damage(self) -> str | None:
        """Return why SQLite refuses to read the file as it is; None where it does not."""
        try:
            with self.snapshot():
                return None
        except sqlite3.DatabaseError as error:
            if reason_of(error) not in DAMAGED:
                raise
            return str(error)

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """Raise LedgerUnreachable where the file was written to in the block: what was read without a lock is void."""
        before = self._stamp()
        try:
            yield
        finally:
            if has_log(self.real) or before != self._stamp():
                reason = Message(N_("another program wrote to it meanwhile"))
                raise LedgerUnreachable(path=str(self.path), reason=reason)

    def _may_write(self) -> bool:
        return os.access(self.real, os.W_OK) and os.access(self.real.parent, os.W_OK)

    def _stamp(self) -> tuple[int, int]:
        status = self.real.stat()
        return status.st_mtime_ns, status.st_size

    @contextmanager
    def transaction(self, *, keep: bool) -> Iterator[tuple[sqlite3.Connection, int]]:
        """Open a connection that alone may write, and give the version of the file, 0 for an empty one.

        What was written is durable at the end of the block if `keep`. A file that is made for this, and into which
        nothing is written in the end, goes again.
        """
        rehearsal = not keep and not self.has_content()
        db, is_made = (self.connect(None), False) if rehearsal else self._held()
        with closing(db):
            try:
                if rehearsal:
                    db.execute("BEGIN")
                version = self.version(db)
                yield db, version
                if keep:
                    self.insist(db, "COMMIT")
                    is_made = False
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                if is_made:
                    self._remove_empty(db)
            if keep and not version:
                with suppress(sqlite3.OperationalError):  # somebody reads: whoever writes next does it
                    db.execute("PRAGMA journal_mode = WAL")

    def _held(self) -> tuple[sqlite3.Connection, bool]:
        """Return a connection that holds the file for writing, and whether the file was made for it.

        While it waited, the process before may have removed the file it had made (see `_remove_empty`): then it begins
        anew.
        """
        while True:
            is_made = self._create()
            before = self._identity()
            with suppress(FileNotFoundError):
                db = self._waited()
                if before == self._identity():
                    return db, is_made
                db.close()

    def _waited(self) -> sqlite3.Connection:
        """Return a connection that holds a file of ours, or an empty one, for writing. Raises FileNotFoundError too."""
        try:
            db = self.connect("mode=rw")
        except sqlite3.OperationalError:
            self.real.stat()
            raise
        try:
            db.execute("PRAGMA fullfsync = ON")  # on a Mac, a plain fsync leaves the drive's own cache unwritten
            db.execute("BEGIN")
            self.insist(db)
            has_tables = self.version(db) > 0  # nothing of another program's file is changed, not even its journal mode
            db.execute("ROLLBACK")
            # A new file gets its log once it has tables, so that an empty one can go with nothing beside it. Without a
            # log, FULL would not see to it that the folder is on disk too.
            db.execute(f"PRAGMA synchronous = {'FULL' if has_tables else 'EXTRA'}")
            if has_tables:
                self.insist(db, "PRAGMA journal_mode = WAL")
            self.insist(db, "BEGIN IMMEDIATE")
        except BaseException:
            db.close()
            raise
        return db

    def _create(self) -> bool:
        """Make sure the file exists, readable by its owner alone when it is new; return whether it is.

        One that exists is not even opened: closing it would drop the locks of this process's other connections.
        """
        self.has_content()
        try:
            os.close(os.open(self.real, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        except OSError as error:
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror or str(error)) from error
        return True

    def _remove_empty(self, db: sqlite3.Connection) -> None:
        """Remove the file that was made for `db` and is still empty.

        It is removed while it is held, and without a journal beside it: whoever waits for it finds, once they hold it,
        that the path is no longer its own.
        """
        with suppress(sqlite3.Error, OSError):
            db.execute("BEGIN IMMEDIATE")
            if not self.real.stat().st_size:
                self.real.unlink()
            db.execute("ROLLBACK")

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self.real.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def insist(self, db: sqlite3.Connection, statement: str = SNAPSHOT) -> None:
        """Execute `statement`, again and again while others hold the ledger; SQLite waits for few."""
        deadline = time.monotonic() + self.busy_seconds
        while True:
            try:
                db.execute(statement).fetchone()
            except sqlite3.OperationalError as error:
                if reason_of(error) not in LOCKED or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def version(self, db: sqlite3.Connection, *, damaged: bool = False) -> int:
        """Return the version of a ledger of ours, 0 for an empty file. Raises NotALedger, LedgerTooNew, LedgerDamaged.

        Of a file that is `damaged` its tables are not looked at.
        """
        application, version = pragma(db, "application_id"), pragma(db, "user_version")
        if application == APPLICATION_ID:
            if version > VERSION:
                raise LedgerTooNew(path=str(self.path), found=version, known=VERSION)
            if not damaged and not db.execute(TABLE).fetchone():
                raise LedgerDamaged(path=str(self.path), reason=Message(N_("it has no table of entries")))
            return max(version, 1)
        if application or version or db.execute(SNAPSHOT).fetchone():
            raise NotALedger(path=str(self.path), reason=Message(N_("another program's SQLite database")))
        return 0


def has_log(file: Path) -> bool:
    """Return whether there is a log whose content belongs to the ledger in `file`."""
    return _size(file, "-wal") > 0 or _size(file, "-journal") > 0


def refuse_stray_log(file: Path, path: str) -> None:
    """Raise StrayLog where a write-ahead log lies beside `file` that cannot be its own; `path` is how it is shown.

    SQLite would write such a log into a copy that was put back, page by page, or throw it away where the ledger
    is gone. A log is begun only once the ledger says that it has one, so the log is looked at first, and last.
    """
    if _size(file, "-wal") == 0:
        return
    header = _header(file)
    stray = not header or (header.startswith(MAGIC) and header[WRITTEN_BY : WRITTEN_BY + 1] == b"\x01")
    if stray and _size(file, "-wal") > 0:
        raise StrayLog(path=path, log=f"{path}-wal")


def no_room(folder: Path) -> bool:
    """Return whether a few pages more do not fit: a quota, and at times a full disk, SQLite calls an I/O error.

    So it calls a limit on how large this process may make a file, and the log that met it is gone by now.
    """
    from tempfile import TemporaryFile  # noqa: PLC0415 - only where something is wrong

    if _is_limited():
        return True
    try:
        with TemporaryFile(dir=folder) as probe:
            probe.write(bytes(1 << 16))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return error.errno in {ENOSPC, EDQUOT, EFBIG}
    return False


def _is_limited() -> bool:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY


def _size(file: Path, suffix: str) -> int:
    with suppress(OSError):
        return Path(f"{file}{suffix}").stat().st_size
    return 0


def _header(file: Path) -> bytes:
    """Return the beginning of the ledger; nothing where there is none, or where it may not be read."""
    try:
        status = file.stat()
        if not status.st_size:
            return b""
        handle = _open_for_good(str(file), status.st_dev, status.st_ino)
        os.lseek(handle, 0, os.SEEK_SET)
        return os.read(handle, HEADER)
    except FileNotFoundError:
        return b""
    except OSError:
        return MAGIC  # SQLite says what hinders it


@cache
def _open_for_good(file: str, device: int, inode: int) -> int:
    """Return a handle that stays open: closing it would drop the locks of this process's connections to the ledger."""
    del device, inode  # another file of the same name is another key
    return os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def reason_of(error: sqlite3.Error) -> str:
    """Return SQLite's primary error code by name: SQLITE_BUSY for SQLITE_BUSY_SNAPSHOT."""
    return "_".join(getattr(error, "sqlite_errorname", "SQLITE_CORRUPT").split("_")[:2])


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return the number that a pragma holds."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
