"""The file of an SQLite ledger: what lies beside it, whether it is one of ours, and how connections to it begin."""

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
from ordos_targets.store.ledger import (
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
        """See sqlite3.Connection."""
        try:
            return super().execute(*arguments)
        except UnicodeDecodeError as error:  # SQLite quotes the damaged words it complains of
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
        """Whether there is a file with something in it. Raises LedgerUnreachable, NotALedger, StrayLog.

        A folder that is missing is no empty ledger: it may be a share that is not mounted.
        """
        refuse_stray_log(self.real, str(self.path))
        try:
            found = self.path.stat()
        except FileNotFoundError as error:
            if self.real.parent.is_dir():
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

    def create(self) -> None:
        """Make sure the file exists, readable by its owner alone when it is new.

        One that exists is not even opened: closing it would drop the locks of this process's other connections.
        """
        try:
            with suppress(FileExistsError):
                os.close(os.open(self.real, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise LedgerUnreachable(path=str(self.path), reason=error.strerror or str(error)) from error

    def connect(self, how: str | None) -> sqlite3.Connection:
        """A connection, opened as SQLite's URI says: `mode=rw`; None for a database that is nowhere but in memory."""
        if sqlite3.sqlite_version_info < LEAST_SQLITE:
            least = ".".join(map(str, LEAST_SQLITE))
            raise SqliteTooOld(path=str(self.path), found=sqlite3.sqlite_version, least=least)
        patience = min(self.busy_seconds, DEAF_SECONDS)
        database = ":memory:" if how is None else f"{self.real.as_uri()}?{how}"
        return sqlite3.connect(database, uri=True, timeout=patience, isolation_level=None, factory=Connection)

    @contextmanager
    def snapshot(self, *, damaged: bool = False) -> Iterator[sqlite3.Connection]:
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
        if not self._may_write() and not has_log(self.real):
            return None
        try:
            return self._begun("mode=rw", damaged=damaged)
        except sqlite3.OperationalError as error:
            if reason_of(error) not in {"SQLITE_FULL", "SQLITE_IOERR"} or has_log(self.real):
                raise
            return None

    def _begun(self, how: str, *, damaged: bool) -> sqlite3.Connection:
        """A connection that has begun to read."""
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
        """Why SQLite refuses to read the file as it is; None where it does not."""
        try:
            with self.snapshot():
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
            if has_log(self.real) or before != self._stamp():
                reason = Message(N_("another program wrote to it meanwhile"))
                raise LedgerUnreachable(path=str(self.path), reason=reason)

    def _may_write(self) -> bool:
        return os.access(self.real, os.W_OK) and os.access(self.real.parent, os.W_OK)

    def _stamp(self) -> tuple[int, int]:
        found = self.real.stat()
        return found.st_mtime_ns, found.st_size

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

    def is_ours(self, db: sqlite3.Connection, *, damaged: bool = False) -> bool:
        """True for a ledger of ours, False for an empty file. Raises NotALedger, LedgerTooNew, LedgerDamaged."""
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


def has_log(file: Path) -> bool:
    """Whether there is a log whose content belongs to the ledger in `file`."""
    return _size(file, "-wal") > 0 or _size(file, "-journal") > 0


def refuse_stray_log(file: Path, path: str) -> None:
    """Raises StrayLog where a write-ahead log lies beside `file` that cannot be its own; `path` is how it is shown.

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
    """Whether a few pages more do not fit: a quota, and at times a full disk, SQLite calls an I/O error.

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
    """The beginning of the ledger; nothing where there is none, or where it may not be read."""
    try:
        found = file.stat()
        if not found.st_size:
            return b""
        handle = _open_for_good(str(file), found.st_dev, found.st_ino)
        os.lseek(handle, 0, os.SEEK_SET)
        return os.read(handle, HEADER)
    except FileNotFoundError:
        return b""
    except OSError:
        return MAGIC  # SQLite says what hinders it


@cache
def _open_for_good(file: str, device: int, inode: int) -> int:
    """A handle that stays open: closing it would drop the locks of this process's connections to the ledger."""
    del device, inode  # another file of the same name is another key
    return os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def reason_of(error: sqlite3.Error) -> str:
    """SQLite's primary error code by name: SQLITE_BUSY_SNAPSHOT is SQLITE_BUSY. A text that is not UTF-8 has none."""
    return "_".join(getattr(error, "sqlite_errorname", "SQLITE_CORRUPT").split("_")[:2])


def pragma(db: sqlite3.Connection, name: str) -> int:
    """The number that a pragma holds."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
