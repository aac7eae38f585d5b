"""What lies on the disk beside an SQLite ledger: its log, one that is not its own, and the room there is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from functools import cache
from pathlib import Path
from typing import Any

from ordos_targets.store.ledger import StrayLog

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
